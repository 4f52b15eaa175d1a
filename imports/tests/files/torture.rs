//! Difficult delimited text: each file has one correct result or is refused.

use almoner_imports::{Kind, RowRequest, plan};
use almoner_ledger::command::{Command, Options};
use almoner_store::memory::MemoryStore;

use crate::support::{draft, import_well, new_books, read, shown};

/// Books in which award A1 can be paid from and refunded to.
fn books() -> MemoryStore {
    let mut books = new_books();
    let award =
        "id,decision,decided,recipient,amount,purpose,theme\nA1,1-2015,2015-01-01,Trust,900000,Post,a\n";
    import_well(&mut books, Kind::Awards, award);
    import_well(&mut books, Kind::Payments, "award,date,amount\nA1,2015-03-01,100\n");
    books
}

/// The rows to be recorded, with number, amount and reference; those skipped; and the problems. Every
/// row is counted once.
fn planned(books: &MemoryStore, bytes: &[u8]) -> Vec<String> {
    let file = read(Kind::Payments, "p.csv", bytes);
    let plan = plan(&file, &mut draft(books), Options::default(), &mut |_| {}).unwrap();
    assert_eq!(plan.rows_read().rows, (file.rows.len() + file.skipped.len()) as u64);
    let mut found: Vec<String> = Vec::new();
    for row in &file.rows {
        let (amount, reference) = match &row.request {
            Some(RowRequest::Command(Command::Pay { amount, reference, .. })) => (*amount, reference),
            Some(RowRequest::Command(Command::Refund { amount, reference, .. })) => {
                (amount.negated(), reference)
            }
            _ => continue,
        };
        let reference = reference.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
        found.push(format!("{} {amount}{reference}", row.number));
    }
    assert_eq!(plan.new.rows, found.len() as u64, "{:?}", shown(&plan.diagnostics));
    found.extend(file.skipped.iter().map(|row| format!("{} {}", row.number, row.why)));
    found.extend(shown(&plan.diagnostics).iter().map(|line| line.trim_start_matches("p.csv: ").to_owned()));
    found
}

/// A file of these rows under the header, as text.
fn under(rows: &str) -> Vec<u8> {
    format!("award,date,amount,reference\n{rows}").into_bytes()
}

/// A row with this amount and reference, as they stand in the file.
fn row(amount: &str, reference: &str) -> Vec<u8> {
    under(&format!("A1,2015-04-01,{amount},{reference}\n"))
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn quotation_marks_and_line_ends() {
    let books = books();
    let unclosed = "a quotation mark is not closed, so the rest of the file is read as one row";
    let misplaced = "there is text between a quotation mark and the next comma";
    for (bytes, expected) in [
        (row("10", "\"a, b\""), vec!["2 10.00 a, b".to_owned()]),
        (row("10", "\"say \"\"yes\"\"\""), vec!["2 10.00 say \"yes\"".to_owned()]),
        (row("10", "\"\"\"\""), vec!["2 10.00 \"".to_owned()]),
        (row("10", "\"\""), vec!["2 10.00".to_owned()]),
        (row("\"10\"", "\"x\""), vec!["2 10.00 x".to_owned()]),
        (row("10", "5\" pipe"), vec!["2 10.00 5\" pipe".to_owned()]),
        (row("10", "{\"\"a\"\": 1}"), vec!["2 10.00 {\"\"a\"\": 1}".to_owned()]),
        (row("10", "\"{\"\"a\"\": [1, 2]}\""), vec!["2 10.00 {\"a\": [1, 2]}".to_owned()]),
        (row("10", "'a"), vec!["2 10.00 'a".to_owned()]),
        (row("10", "\"a\" b"), vec![format!("row 2: {misplaced}")]),
        (row("10", " \"a\""), vec![format!("row 2: {misplaced}")]),
        (row("10", "\"a"), vec![format!("row 2: {unclosed}")]),
        (row("10", "\\\"a\\\", b"), vec!["row 2: the row has 5 cells, the header has 4".to_owned()]),
        (row("10", "\"one\n\ntwo\""), vec!["2 10.00 one two".to_owned()]),
        (row("10", "\"one\r\ntwo\rthree\""), vec!["2 10.00 one two three".to_owned()]),
        (
            b"award,date,amount,reference\rA1,2015-04-01,1,\rA1,2015-04-01,2,\r".to_vec(),
            vec!["2 1.00".to_owned(), "3 2.00".to_owned()],
        ),
        (
            b"award,date,amount,reference\r\nA1,2015-04-01,1,a\nA1,2015-04-01,2,b\rA1,2015-04-01,3,c"
                .to_vec(),
            vec!["2 1.00 a".to_owned(), "3 2.00 b".to_owned(), "4 3.00 c".to_owned()],
        ),
        (under("A1,2015-04-01,1,a"), vec!["2 1.00 a".to_owned()]),
        (under("A1,2015-04-01,1,a\n\n\n"), vec!["2 1.00 a".to_owned()]),
        (under("A1,2015-04-01,1,"), vec!["2 1.00".to_owned()]),
        (
            b"\"award\",\"date\",\"amount\",\"refer\nence\"\nA1,2015-04-01,1,a\n".to_vec(),
            vec!["2 1.00 a".to_owned()],
        ),
    ] {
        assert_eq!(planned(&books, &bytes), expected, "{:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn shapes_and_sizes() {
    let books = books();
    let wide = format!("award,date,amount{}\nA1,2015-04-01,1\n", ",".repeat(1_022));
    let long = "x".repeat(70_000);
    let endless = format!("A1,2015-04-01,1,a\nA1,2015-04-01,1,{}\nA1,2015-04-01,3,c\n", "x".repeat(5 << 20));
    for (bytes, expected) in [
        (b"".to_vec(), vec!["row 1: the file is empty"]),
        (b"\n \n\t\n".to_vec(), vec!["row 1: the file is empty"]),
        (b",,,\n,,,\n".to_vec(), vec!["row 1: the file is empty"]),
        (under(""), vec![]),
        (under(",,,\n,,,\n"), vec![]),
        (under("A1,2015-04-01,1\n"), vec!["row 2: the row has 3 cells, the header has 4"]),
        (under("A1,2015-04-01,1,a,b\n"), vec!["row 2: the row has 5 cells, the header has 4"]),
        (under("A1,2015-04-01,1,a,,\n"), vec!["2 1.00 a"]),
        (under("award,date,amount,reference\nA1,2015-04-01,1,\n"), vec!["3 1.00", "2 repeated header"]),
        (under("A1,2015-04-01,1,\n,,1.00,\nTotal,,1.00,\n"), vec!["2 1.00", "3 totals", "4 totals"]),
        (
            under("A1,2015-04-01,1,\nTotal,,2.00,\n"),
            vec!["2 1.00", "3 totals", "row 3: the total row states 2.00, but the rows add up to 1.00"],
        ),
        (wide.clone().into_bytes(), vec!["row 1: the row has more than 1024 cells"]),
        (row("1", &",".repeat(1_021)), vec!["row 2: the row has more than 1024 cells"]),
        (row("1", &long), vec!["row 2: cell 4 has more than 65536 characters"]),
        (
            row("1", &long[..60_000]),
            vec![
                "row 2, column reference: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\": the text has 60000 characters; the limit is 8000",
            ],
        ),
        (under(&endless), vec!["2 1.00 a", "row 3: the row is longer than 4 MiB"]),
        (
            b"PK\x03\x04 is no workbook".to_vec(),
            vec![
                "row 1: the workbook is damaged: the file is incomplete, or is not of the type its name suggests",
            ],
        ),
    ] {
        assert_eq!(planned(&books, &bytes), expected, "{:?}", String::from_utf8_lossy(&bytes).get(..200));
    }
}

#[test]
fn encodings_and_characters() {
    let books = books();
    let plain = "award,date,amount,reference\nA1,2015-04-01,£10,café “x”\n";
    let cut = utf16(plain, u16::to_le_bytes).split_last().unwrap().1.to_vec();
    let unsafe_text = |shown: &str, code: &str| {
        format!(
            "row 2, column reference: \"{shown}\": the text contains a character that cannot be shown safely ({code})"
        )
    };
    for (bytes, expected) in [
        (plain.as_bytes().to_vec(), "2 10.00 café “x”".to_owned()),
        ([b"\xEF\xBB\xBF", plain.as_bytes()].concat(), "2 10.00 café “x”".to_owned()),
        ([b"\xEF\xBB\xBF\xEF\xBB\xBF", plain.as_bytes()].concat(), "2 10.00 café “x”".to_owned()),
        (utf16(plain, u16::to_le_bytes), "2 10.00 café “x”".to_owned()),
        (utf16(plain, u16::to_be_bytes), "2 10.00 café “x”".to_owned()),
        ([b"\xFF\xFE".to_vec(), utf16(plain, u16::to_le_bytes)].concat(), "2 10.00 café “x”".to_owned()),
        ([b"\xFE\xFF".to_vec(), utf16(plain, u16::to_be_bytes)].concat(), "2 10.00 café “x”".to_owned()),
        (
            [b"\xFF\xFE".to_vec(), cut].concat(),
            "row 1: the text is damaged UTF-16: characters are incomplete".to_owned(),
        ),
        (
            b"award,date,amount,reference\nA1,2015-04-01,\xA310,caf\xE9 \x93x\x94\n".to_vec(),
            "2 10.00 café “x”".to_owned(),
        ),
        (row("10", "ʤ \u{fffd} 👍"), "2 10.00 ʤ \u{fffd} 👍".to_owned()),
        (row("10", "  a \u{a0} b\u{3000}"), "2 10.00 a b".to_owned()),
        (row("10", "\u{a0}\u{2007}"), "2 10.00".to_owned()),
        (row("\u{a0}£ 10\u{a0}", ""), "2 10.00".to_owned()),
        (row("10", "a\0b"), "row 2: the file contains zero bytes, so it is not a text file".to_owned()),
        (row("10", "a\u{7}b"), unsafe_text("a\u{fffd}b", "U+0007")),
        (row("10", "a\u{1b}[2Jb"), unsafe_text("a\u{fffd}[2Jb", "U+001B")),
        (row("10", "a\u{202e}b"), unsafe_text("a\u{fffd}b", "U+202E")),
        (row("10", "a\u{2066}b"), unsafe_text("a\u{fffd}b", "U+2066")),
        (row("10", "a\u{200b}b"), unsafe_text("a\u{fffd}b", "U+200B")),
        (row("10", "a\u{feff}b"), unsafe_text("a\u{fffd}b", "U+FEFF")),
        (row("10", "a\tb"), "2 10.00 a b".to_owned()),
    ] {
        assert_eq!(planned(&books, &bytes), [expected], "{:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn cells_that_are_more_than_they_seem() {
    let books = books();
    for (amount, reference, expected) in [
        ("10", "=1+1", "2 10.00 =1+1"),
        ("10", "+44 1473 782773", "2 10.00 +44 1473 782773"),
        ("10", "-", "2 10.00 -"),
        ("10", "@SUM(A1)", "2 10.00 @SUM(A1)"),
        ("10", "'=1+1", "2 10.00 =1+1"),
        ("10", "=cmd|' /C calc'!A0", "2 10.00 =cmd|' /C calc'!A0"),
        ("10", "0001234", "2 10.00 0001234"),
        ("=5+5", "", "row 2, column amount: \"=5+5\": not a valid amount"),
        ("+10", "", "2 10.00"),
        (
            "-10",
            "",
            "row 2, column amount: \"-10\": 10.00 was returned, but award A1 has no payment of that amount in the 31 days before",
        ),
        ("-", "", "row 2, column amount: \"-\": there is no number"),
        ("1e5", "", "row 2, column amount: \"1e5\": the number contains letters"),
        ("1E+05", "", "row 2, column amount: \"1E+05\": the number contains letters"),
        ("NaN", "", "row 2, column amount: \"NaN\": the number contains letters"),
        ("0x10", "", "row 2, column amount: \"0x10\": the number contains letters"),
        ("#REF!", "", "row 2, column amount: \"#REF!\": the number contains letters"),
        ("########", "", "row 2, column amount: \"########\": not a valid amount"),
        ("0.1", "", "2 0.10"),
        ("0.005", "", "row 2, column amount: \"0.005\": has more than two decimal places"),
        ("٣", "", "row 2, column amount: \"٣\": not a valid amount"),
        (
            "\"1,0\"",
            "",
            "row 2, column amount: \"1,0\": a comma must separate thousands, with three digits after it",
        ),
    ] {
        assert_eq!(planned(&books, &row(amount, reference)), [expected], "{amount} {reference}");
    }
    for (award, date, expected) in [
        (
            "1.00E+15",
            "2015-04-01",
            "row 2, column award: \"1.00E+15\": a spreadsheet has probably altered this number or id",
        ),
        (
            "Mar-15",
            "2015-04-01",
            "row 2, column award: \"Mar-15\": a date, not a number; a spreadsheet has probably converted it",
        ),
        ("=A1", "2015-04-01", "row 2, column award: \"=A1\": not a valid id: it contains `=`"),
        (
            "A1",
            "42095",
            "row 2, column date: \"42095\": the date can be read in more than one way (excel is one)",
        ),
        ("A1", "04/13/2015", "row 2, column date: \"04/13/2015\": not a valid date"),
        (
            "A1",
            "01/04/15",
            "row 2, column date: \"01/04/15\": the date can be read in more than one way (dd/mm/yy is one)",
        ),
        ("A1", "########", "row 2, column date: \"########\": not a valid date"),
        ("A1", "00/01/1900", "row 2, column date: \"00/01/1900\": not a valid date"),
        ("A1", "29/02/2015", "row 2, column date: \"29/02/2015\": not a valid date"),
        ("A1", "1 April 2015", "2 1.00"),
        ("A1", "2015-04-01T00:00:00", "2 1.00"),
    ] {
        assert_eq!(planned(&books, &under(&format!("{award},{date},1,\n"))), [expected], "{award} {date}");
    }
}
