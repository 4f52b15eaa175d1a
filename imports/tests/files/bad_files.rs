//! Files with errors, and their diagnostics.

use almoner_imports::Kind;

use crate::support::{file_name, read, say, shown};

/// Checks the diagnostics of a file with this header and these rows, without the file name.
fn assert_diagnostics(kind: Kind, header: &str, rows: &str, expected: &[&str]) {
    let text = format!("{header}\n{rows}");
    let file = read(kind, &file_name(kind), text.as_bytes());
    let prefix = format!("{}: ", file_name(kind));
    let found: Vec<String> =
        shown(&file.diagnostics).iter().map(|line| line.trim_start_matches(&prefix).to_owned()).collect();
    assert_eq!(found, expected, "{text}");
    assert!(file.diagnostics.iter().all(|it| !it.hint(&say).is_empty()), "{text}");
}

#[test]
fn bad_payments() {
    for (row, expected) in [
        (",2015-04-01,10,", "row 2, column award: this must be filled in"),
        ("A|1,2015-04-01,10,", r#"row 2, column award: "A|1": not a valid id: it contains `|`"#),
        ("A1,,10,", "row 2, column date: this must be filled in"),
        ("A1,31/02/2015,10,", r#"row 2, column date: "31/02/2015": not a valid date"#),
        ("A1,1 Avril 2015,10,", r#"row 2, column date: "1 Avril 2015": not a valid date"#),
        ("A1,1915-04-01,10,", r#"row 2, column date: "1915-04-01": outside the years 1990 to 2199"#),
        ("A1,2015-04-01,,", "row 2, column amount: this must be filled in"),
        (
            r#"A1,2015-04-01,"£31,78","#,
            r#"row 2, column amount: "£31,78": a comma must separate thousands, with three digits after it"#,
        ),
        (r#"A1,2015-04-01,"1.234,56","#, r#"row 2, column amount: "1.234,56": not a valid amount"#),
        ("A1,2015-04-01,10.123,", r#"row 2, column amount: "10.123": has more than two decimal places"#),
        (
            "A1,2015-04-01,9999999999999,",
            r#"row 2, column amount: "9999999999999": outside the range ±£1,000,000,000,000"#,
        ),
        ("A1,2015-04-01,0.00,", r#"row 2, column amount: "0.00": a payment cannot be zero"#),
        ("A1,2015-04-01,(10.00)-,", r#"row 2, column amount: "(10.00)-": the amount has two signs"#),
        ("A1,2015-04-01,10,a\0b", "row 2: the file contains zero bytes, so it is not a text file"),
        (
            "A1,2015-04-01,10,a\u{202e}b",
            "row 2, column reference: \"a\u{fffd}b\": the text contains a character that cannot be shown safely (U+202E)",
        ),
        (
            "A1,2015-04-01,10,\u{1b}[31m",
            "row 2, column reference: \"\u{fffd}[31m\": the text contains a character that cannot be shown safely (U+001B)",
        ),
        ("A1,2015-04-01,10", "row 2: the row has 3 cells, the header has 4"),
        ("A1,2015-04-01,1,000,ref", "row 2: the row has 5 cells, the header has 4"),
        (
            "A1,2015-04-01,10,\"ref\nA2,2015-04-01,20,ref",
            "row 2: a quotation mark is not closed, so the rest of the file is read as one row",
        ),
        (
            "A1,2015-04-01,10,\"ref\nA2,2015-04-01,20,\"ref2\"",
            "row 2: there is text between a quotation mark and the next comma",
        ),
    ] {
        assert_diagnostics(Kind::Payments, "award,date,amount,reference", row, &[expected]);
    }
}

#[test]
fn money_back_is_what_its_row_states() {
    for (row, expected) in [
        ("A1,2015-04-01,0,returned,", r#"row 2, column amount: "0": a payment cannot be zero"#),
        ("A1,2015-04-01,0.00,refund,", r#"row 2, column amount: "0.00": a payment cannot be zero"#),
        (
            "A1,2015-04-01,10,returned,cdr/youth",
            r#"row 2, column part: "cdr/youth": a returned payment belongs to the same part as the original payment"#,
        ),
        (
            "A1,2015-04-01,-10,,cdr/youth",
            r#"row 2, column part: "cdr/youth": a returned payment belongs to the same part as the original payment"#,
        ),
    ] {
        assert_diagnostics(Kind::Payments, "award,date,amount,kind,part", row, &[expected]);
    }
}

#[test]
fn bad_awards() {
    let header =
        "id,decision,decided,recipient,recipient_id,amount,purpose,theme,fund,power,from,to,confidential";
    for (row, expected) in [
        (",6-2015,2015-01-22,Lighthouse,,18467,Post,domestic-abuse,,,2014-11-01,2015-10-31,", vec![]),
        (
            ",,2015-01-22,Lighthouse,,18467,Post,domestic-abuse,,,,,",
            vec!["row 2, column decision: this must be filled in"],
        ),
        (
            ",6-2015,,Lighthouse,,18467,Post,domestic-abuse,,,,,",
            vec!["row 2, column decided: this must be filled in"],
        ),
        (
            ",6-2015,2015-01-22,,R1,18467,Post,domestic-abuse,,,,,",
            vec!["row 2, column recipient: this must be filled in"],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,R 1,18467,Post,domestic-abuse,,,,,",
            vec![r#"row 2, column recipient_id: "R 1": not a valid id: it contains ` `"#],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,,,domestic-abuse,,,,,",
            vec![
                "row 2, column amount: this must be filled in",
                "row 2, column purpose: this must be filled in",
            ],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,Abuse = 100%,,,,,",
            vec![r#"row 2, column theme: "Abuse = 100%": not a valid id: it contains `A`"#],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a:60%;b:30%,,,,,",
            vec![r#"row 2, column theme: "a:60%;b:30%": the percentages add up to 90%, not 100%"#],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a;b,,,,,",
            vec![
                r#"row 2, column theme: "a;b": the split must give either a percentage or an amount for every part"#,
            ],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,C = R,,,,",
            vec![r#"row 2, column fund: "C = R": not a valid id: it contains `C`"#],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,s10,,,",
            vec![r#"row 2, column power: "s10": not a value allowed here"#],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,,2014-11,,",
            vec!["row 2, column to: the period has a `from` but no `to`"],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,,,31/10/2015,",
            vec!["row 2, column from: the period has a `to` but no `from`"],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,,2015-11-01,2015-10,",
            vec![
                r#"row 2, column to: "2015-10": the end date, Oct 2015, is before the start date, 1 Nov 2015"#,
            ],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,,2015,soon,",
            vec![
                r#"row 2, column from: "2015": not a valid date"#,
                r#"row 2, column to: "soon": not a valid date"#,
            ],
        ),
        (
            ",6-2015,2015-01-22,Lighthouse,,18467,Post,a,,,,,maybe",
            vec![r#"row 2, column confidential: "maybe": not a value allowed here"#],
        ),
        (
            "14|2015,6-2015,22.1.15,Lighthouse,,ten,Post,a,,,,,",
            vec![
                r#"row 2, column id: "14|2015": not a valid id: it contains `|`"#,
                r#"row 2, column decided: "22.1.15": the date can be read in more than one way (dd/mm/yy is one)"#,
                r#"row 2, column amount: "ten": the number contains letters"#,
            ],
        ),
    ] {
        assert_diagnostics(Kind::Awards, header, row, &expected);
    }
}

#[test]
fn a_register_states_the_kind_of_each_decision() {
    let header = "decision,decided,recipient,amount,purpose,theme,kind,confidential";
    for (row, expected) in [
        ("7-2015,2015-01-22,,,,,,", vec!["row 2, column kind: the kind of decision is not stated"]),
        ("7-2015,2015-01-22,,,,,,no", vec!["row 2, column kind: the kind of decision is not stated"]),
        ("7-2015,2015-01-22,Lighthouse,,Post,a,,", vec!["row 2, column amount: this must be filled in"]),
        ("C7-2015,,Lighthouse,10,Post,a,,yes", vec!["row 2, column decided: this must be filled in"]),
        ("C7-2015,,,,,,,yes", vec![]),
        ("7-2015,2015-01-22,,,,,other,", vec![]),
    ] {
        assert_diagnostics(Kind::Awards, header, row, &expected);
    }
}

#[test]
fn a_decision_number_has_at_most_64_characters() {
    for (length, expected) in [
        (64, vec![]),
        (65, vec!["row 2, column decision: \"D…\": the text has 65 characters; the limit is 64"]),
    ] {
        let decision = "D".repeat(length);
        let row = format!("{decision},2015-01-22,Lighthouse,10,Post,a");
        let expected: Vec<String> = expected.iter().map(|it| it.replace("D…", &decision)).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        assert_diagnostics(Kind::Awards, "decision,decided,recipient,amount,purpose,theme", &row, &expected);
    }
}

#[test]
fn bad_rows_of_the_other_kinds() {
    use Kind::{Budgets, Decisions, Instalments, Recipients, Repurposes, Variations};
    let repurposes = "award,decision,date,purpose,theme,include_past";
    let decisions = "decision,date,title,summary,kind,confidential";
    for (kind, header, row, expected) in [
        (
            Repurposes,
            repurposes,
            "A1,16-2015,2015-02-23,New,a,perhaps",
            vec![r#"row 2, column include_past: "perhaps": not a value allowed here"#],
        ),
        (
            Repurposes,
            repurposes,
            "A1,,2015-02-30,,a:1%,",
            vec![
                "row 2, column decision: this must be filled in",
                r#"row 2, column date: "2015-02-30": not a valid date"#,
                "row 2, column purpose: this must be filled in",
                r#"row 2, column theme: "a:1%": the percentages add up to 1%, not 100%"#,
            ],
        ),
        (
            Variations,
            "award,decision,date,amount,from,to",
            ",May-15,,£30.000,2015-13,soon",
            vec![
                "row 2, column award: this must be filled in",
                r#"row 2, column decision: "May-15": a date, not a number; a spreadsheet has probably converted it"#,
                "row 2, column date: this must be filled in",
                r#"row 2, column amount: "£30.000": `30.000` has more than two decimal places"#,
                r#"row 2, column from: "2015-13": not a valid month"#,
                r#"row 2, column to: "soon": not a valid date"#,
            ],
        ),
        (
            Instalments,
            "award,due,amount",
            ",2015-02-30,ten",
            vec![
                "row 2, column award: this must be filled in",
                r#"row 2, column due: "2015-02-30": not a valid date"#,
                r#"row 2, column amount: "ten": the number contains letters"#,
            ],
        ),
        (Decisions, decisions, "7-2015,,,,,", vec!["row 2, column title: this must be filled in"]),
        (
            Decisions,
            decisions,
            "7-2015,then,Governance,,appointment,",
            vec![
                r#"row 2, column date: "then": not a valid date"#,
                r#"row 2, column kind: "appointment": not a value allowed here"#,
            ],
        ),
        (
            Budgets,
            "fund,theme,year,amount",
            "cdr,a,2015,100",
            vec![r#"row 2, column year: "2015": not a valid financial year"#],
        ),
        (
            Budgets,
            "fund,theme,year,amount",
            "cdr,a:50%;b:50%,2015-17,",
            vec![
                r#"row 2, column theme: "a:50%;b:50%": not a valid id: it contains `:`"#,
                r#"row 2, column year: "2015-17": not a valid financial year"#,
                "row 2, column amount: this must be filled in",
            ],
        ),
        (
            Recipients,
            "recipient,id,identifiers",
            ",R1,",
            vec!["row 2, column recipient: this must be filled in"],
        ),
        (
            Recipients,
            "recipient,id,identifiers",
            "Trust,R1,GB-CHC-219279;GB|CHC 2",
            vec![
                r#"row 2, column identifiers: "GB-CHC-219279;GB|CHC 2": `GB|CHC 2` is not a valid id: it contains `|`"#,
            ],
        ),
    ] {
        assert_diagnostics(kind, header, row, &expected);
    }
}

#[test]
fn bad_headers() {
    let row = "A1,2015-04-01,10,ref\n";
    for (header, expected) in [
        (
            "award,date,ammount,reference",
            vec!["row 1, column ammount: unknown column", "row 1, column amount: the column is missing"],
        ),
        ("award,date,amount,reference,zebra", vec!["row 1, column zebra: unknown column"]),
        ("award,date,amount,date", vec!["row 1, column date: appears twice in the header"]),
        // Listed as not read.
        ("award,date,amount,", vec![]),
        (
            "reference",
            vec![
                "row 1, column award: the column is missing",
                "row 1, column date: the column is missing",
                "row 1, column amount: the column is missing",
            ],
        ),
        (
            "award,\"date,amount",
            vec!["row 1: a quotation mark is not closed, so the rest of the file is read as one row"],
        ),
    ] {
        assert_diagnostics(Kind::Payments, header, row, &expected);
    }
    let file = read(Kind::Payments, "p.csv", "award,date,ammount\n".as_bytes());
    let hints: Vec<String> = file.diagnostics.iter().map(|it| it.hint(&say)).collect();
    assert_eq!(
        hints,
        [
            "did you mean `amount`? Rename the column, or delete it",
            "add the column; the expected columns are award, date, amount, reference, account, kind, part"
        ]
    );
}

#[test]
fn files_that_cannot_be_read() {
    let bytes: &[(&[u8], &[&str])] = &[
        (b"", &["p.csv: row 1: the file is empty"]),
        (b"\xEF\xBB\xBF", &["p.csv: row 1: the file is empty"]),
        (b"\r\n\r\n", &["p.csv: row 1: the file is empty"]),
        (b"\xFF\xFEa", &["p.csv: row 1: the text is damaged UTF-16: characters are incomplete"]),
        (
            b"award,date,amount,reference\nA1,2015-04-01,10,ok\nA1,2015-04-01,10,\x90\n",
            &["p.csv: row 3: the text is neither UTF-8 nor Windows-1252: the byte 90 is undefined"],
        ),
        (
            b"award,date,amount,reference\nA1,2015-04-01,10,ok\nA1,2015-04-01,\xA310,Geb\xFChr\nA1,x,1,",
            &["p.csv: row 4, column date: \"x\": not a valid date"],
        ),
    ];
    for (bytes, expected) in bytes {
        assert_eq!(shown(&read(Kind::Payments, "p.csv", *bytes).diagnostics), *expected);
    }
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_refused() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the network drive is gone"))
        }
    }
    let file = read(Kind::Payments, "p.csv", Broken);
    let expected = "p.csv: row 1: the file could not be read: the network drive is gone";
    assert_eq!((shown(&file.diagnostics), file.rows.len()), (vec![expected.to_owned()], 0));
}
