//! Tables as people keep them: units in headings, notes beside them, totals without a name, headers below the rows.

use almoner_imports::{Kind, Profile, ReadFile, Skipped};
use almoner_ledger::money::Money;

use crate::support::{read, read_by, shown};

/// The amounts of the rows read, or the problems.
fn outcome(file: &ReadFile) -> String {
    if !file.diagnostics.is_empty() {
        return shown(&file.diagnostics).join("; ").replace("p.csv: ", "");
    }
    let amounts = file.rows.iter().map(|row| row.amount.map_or("-".to_owned(), Money::grouped));
    amounts.collect::<Vec<_>>().join(" ")
}

fn payments(text: &str) -> ReadFile {
    read(Kind::Payments, "p.csv", text.as_bytes())
}

#[test]
fn units_in_headings_are_read() {
    for (heading, amount, expected) in [
        ("Amount", "1.25", "1.25"),
        ("Amount (£)", "1.25", "1.25"),
        ("Amount (£000)", "1.25", "1,250.00"),
        ("Amount (£000s)", "1.25", "1,250.00"),
        ("Amount (£k)", "30", "30,000.00"),
        ("Amount £k", "30", "30,000.00"),
        ("Amount (£m)", "1.25", "1,250,000.00"),
        ("Amount (£ million)", "0.5", "500,000.00"),
        ("Amount (pence)", "1250", "12.50"),
        ("Amount", "30.000", "row 2, column Amount: \"30.000\": has more than two decimal places"),
        (
            "Amount (£m)",
            "1.000000001",
            "row 2, column Amount (£m): \"1.000000001\": `1000000.001` has more than two decimal places",
        ),
    ] {
        let file = payments(&format!("award,date,{heading}\nA1,2015-05-01,{amount}\n"));
        assert_eq!(outcome(&file), expected, "{heading}");
    }
    let file = payments("award,date,Amount (£m)\nA1,2015-05-01,1.25\n");
    assert_eq!(file.amounts_in(), Some("millions"));
}

#[test]
fn a_profile_states_the_unit_against_the_heading() {
    let profile = |amounts: &str| {
        let text = format!(
            "name = \"x\"\nabout = \"x\"\nkind = \"payments\"\n[columns.award]\nfrom = \"Award\"\n\
             [columns.date]\nfrom = \"Date\"\n[columns.amount]\nfrom = \"Amount (£m)\"\n{amounts}"
        );
        Profile::parse(&text).unwrap()
    };
    let file = |amounts: &str| {
        read_by(&profile(amounts), "p.csv", b"Award,Date,Amount (\xc2\xa3m)\nA1,2015-05-01,2\n")
    };
    for (amounts, expected) in [
        ("", "2,000,000.00"),
        ("amounts = { unit = \"pounds\" }", "2.00"),
        ("amounts = { unit = \"thousands\" }", "2,000.00"),
        ("amounts = { unit = \"millions\" }", "2,000,000.00"),
    ] {
        assert_eq!(outcome(&file(amounts)), expected, "{amounts}");
    }
}

#[test]
fn a_unit_above_the_table_is_not_passed_by() {
    let text = "All figures in £000s,,\naward,date,amount\nA1,2015-05-01,2\n";
    assert_eq!(
        outcome(&payments(text)),
        "row 1: the row says that amounts are in thousands, but the amount column does not"
    );
    assert_eq!(outcome(&payments(&text.replace("amount", "amount (£000s)"))), "2,000.00");
    assert_eq!(
        outcome(&payments(&text.replace("All figures in £000s", "Thousands of people helped"))),
        "2.00"
    );
}

#[test]
fn totals_and_headers_are_where_they_should_not_be() {
    let header = "award,date,amount\n";
    let rows = "A1,2015-05-01,100.59\nA2,2015-05-01,200.00\n";
    for (text, expected) in [
        (format!("{header}{rows},,300.59\n"), "100.59 200.00"),
        (
            format!("{header}{rows},,300.60\n"),
            "row 4: looks like a total row: it states 300.60, but the rows add up to 300.59",
        ),
        (
            format!("{header}{rows},,90\n"),
            "row 4, column award: this must be filled in; row 4, column date: this must be filled in",
        ),
        (
            format!("{header}{rows}Total,,300.60\n"),
            "row 4: the total row states 300.60, but the rows add up to 300.59",
        ),
        (format!("{rows}{header}"), "row 1: the row is above the header in row 3, but contains data"),
        (
            format!("A1,2015-05-01,100.59\n{header}A2,2015-05-01,200.00\n"),
            "row 1: the row is above the header in row 2, but contains data",
        ),
        (format!("{}{header}", rows.repeat(60)), "row 121: the header is the last row"),
        (format!("Payments of 2015,,\n{header}{rows}"), "100.59 200.00"),
    ] {
        let file = payments(&text);
        assert_eq!(outcome(&file), expected, "{text}");
        assert_eq!(file.is_whole(), !expected.contains("header"), "{text}");
    }
    let file = payments(&format!("{header}{rows},,300.60\n"));
    assert_eq!(file.skipped, [Skipped { number: 4, why: "totals".to_owned(), amount: None }]);
}

#[test]
fn notes_beside_a_table_are_not_read() {
    for (text, expected, unread) in [
        ("award,date,amount,\nA1,2015-05-01,10,by cheque\n", "10.00", "column 4 (no name)"),
        ("award,date,amount,\nA1,2015-05-01,10,\n", "10.00", ""),
        // An amount with a comma that is not between quotation marks.
        (
            "award,date,amount,\nA1,2015-05-01,1,250\n",
            "row 2, column 4: \"250\": the column has no name but contains data",
            "",
        ),
        (
            "award,date,amount\nA1,2015-05-01,10,by cheque\n",
            "row 2: the row has 4 cells, the header has 3",
            "",
        ),
    ] {
        let file = payments(text);
        assert_eq!(outcome(&file), expected, "{text}");
        if file.diagnostics.is_empty() {
            assert_eq!(file.unread_columns().join(", "), unread, "{text}");
        }
    }
}

#[test]
fn blank_ends_of_rows_are_left_out_as_by_excel() {
    // Sixteen rows with the header are as wide as it, and of those below the widest sets the width.
    let row = |number: u32, end: &str| format!("A1,2015-05-01,{number}{end}\n");
    let rows = |from: u32, to: u32, end: &str| (from..=to).map(|it| row(it, end)).collect::<String>();
    let head = "award,date,amount,reference,kind\n";
    let first = format!("{head}{}", rows(2, 16, ",,"));
    let short = "row 19: the row has 3 cells, the header has 5";
    for (what, text, expected) in [
        ("two blocks", format!("{first}{}", rows(17, 32, "")), None),
        (
            "a block of two widths",
            format!("{first}{}{}", rows(17, 31, ","), rows(32, 32, "")),
            Some("row 17"),
        ),
        ("a last row", format!("{first}{}{}", rows(17, 32, ""), rows(33, 33, "")), None),
        (
            "a last row of its own width",
            format!("{first}{}{}", rows(17, 32, ""), rows(33, 33, ",")),
            Some("row 17"),
        ),
        ("a block with a blank row", format!("{first}{}\n{}", rows(17, 20, ""), rows(22, 33, "")), None),
        (
            "one short row",
            format!("{first}{}{}{}", rows(17, 18, ",,"), row(19, ""), rows(20, 32, ",,")),
            Some(short),
        ),
        ("no sixteen rows", format!("{head}{}{}", rows(2, 15, ",,"), rows(16, 32, "")), Some("row 16")),
        (
            "a needed cell",
            format!("{first}{}", "A1,2015-05-01\n".repeat(16)),
            Some("row 17, column amount: this must be"),
        ),
        ("a separator lost in the middle", format!("{first}{}A1,20\n", rows(17, 31, "")), Some("row 17")),
    ] {
        let file = payments(&text);
        match expected {
            Some(expected) => assert!(outcome(&file).starts_with(expected), "{what}: {}", outcome(&file)),
            None => {
                assert_eq!(file.diagnostics, [], "{what}");
                let amounts: Vec<_> = file.rows.iter().map(|it| (it.number, it.amount.unwrap())).collect();
                let right = |(number, amount): &(u64, Money)| amount.to_string() == format!("{number}.00");
                assert!(amounts.len() > 28 && amounts.iter().all(right), "{what}: {amounts:?}");
                let remarked = file
                    .remarks
                    .iter()
                    .all(|it| it.row >= 17 && it.what.contains("as Excel leaves them out"));
                assert!(remarked && file.remarks.len() + 15 == amounts.len(), "{what}: {:?}", file.remarks);
            }
        }
    }
}

#[test]
fn amounts_of_other_programs_are_read() {
    let dos = b"award,date,amount,reference\nA1,2015-05-01,\x9C30,Caf\x82\n";
    let file = read(Kind::Payments, "p.csv", dos.as_slice());
    assert_eq!(outcome(&file), "30.00");
    assert_eq!(file.detected().unwrap().to_string(), "DOS code page 850, separated by commas");
    for (number, expected) in [
        ("41133.770000000004", "41,133.77"),
        ("0.30000000000000004", "0.30"),
        ("18467.50", "18,467.50"),
        ("12345678901.25", "12,345,678,901.25"),
        ("10.005", "grants.json: row 2, column Amount Awarded: \"10.005\": has more than two decimal places"),
    ] {
        let json = format!(
            "{{\"grants\":[{{\"id\":\"360G-x-1\",\"title\":\"T\",\"description\":\"D\",\"currency\":\"GBP\",\
             \"amountAwarded\":{number},\"awardDate\":\"2015-01-22\",\"recipientOrganization\":[{{\"name\":\"A\"}}]}}]}}"
        );
        let profile = almoner_imports::shipped("360giving").unwrap().unwrap();
        assert_eq!(outcome(&read_by(&profile, "grants.json", json.as_bytes())), expected, "{number}");
    }
}
