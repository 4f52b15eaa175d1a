//! CAMT.053 and MT940: each value of a line, and the smallest files that are refused.

use almoner_imports::{BankStatement, Kind, Layout, bank_statements, read};
use snapbox::{assert_data_eq, str};

use crate::support::say;

/// What is read of a file: each statement with its lines, then what is wrong and what to do.
fn described(name: &str, bytes: &[u8]) -> String {
    let file = read(Kind::Statements, name, bytes, None, &Layout::default());
    let found = bank_statements(&file);
    let mut all: Vec<String> = file.detected().iter().map(ToString::to_string).collect();
    all.extend(found.statements.iter().map(statement));
    all.extend(file.skipped.iter().map(|it| format!("row {}: skipped, {}", it.number, it.why)));
    for diagnostic in found.diagnostics.iter().chain(&found.breaks) {
        all.push(format!("{diagnostic}\n  {}", diagnostic.hint(&say)));
    }
    all.push(String::new());
    all.join("\n")
}

fn statement(found: &BankStatement) -> String {
    let balance = |balance: Option<almoner_imports::StatedBalance>| match balance {
        Some(it) => it.date.map_or(it.amount.to_string(), |date| format!("{} of {date}", it.amount)),
        None => "?".to_owned(),
    };
    let account = found.account.as_ref().map_or("-", |it| it.as_str());
    let mut text = format!("{account}: {} to {}", balance(found.opening), balance(found.closing));
    for line in &found.lines {
        let reference = line.reference.as_ref().map_or(String::new(), |it| format!(" [{it}]"));
        text += &format!("\n  {} {} {} {}{reference}", line.row, line.date, line.amount, line.text);
        line.parts.iter().for_each(|part| text += &format!("\n    {} {}", part.amount, part.text));
    }
    text
}

#[test]
fn camt_of_version_2_is_read() {
    assert_data_eq!(
        described("a.xml", include_bytes!("../forms/camt-02.xml")),
        str![[r#"
CAMT.053 version 2, UTF-8
GB33BUKB20201555555555: 10000.00 of 2015-03-30 to 13226.50 of 2015-03-31
  2 2015-03-30 5000.00 Home Office VICTIMS GRANT Q4 [B-1]
  3 2015-03-31 -1761.10 RUN-0331 Catch 22 22-2015/1 Friday Night Football & Co 15-2015
    -1750.00 Catch 22 22-2015/1
    -11.10 Friday Night Football & Co 15-2015
  4 2015-03-31 -12.40 CHARGES
row 5: skipped, not booked yet

"#]]
    );
}

#[test]
fn camt_of_version_8_with_several_statements_is_read() {
    assert_data_eq!(
        described("a.xml", include_bytes!("../forms/camt-08.xml")),
        str![[r#"
CAMT.053 version 8, statements: 2, UTF-8
20201512345678: -50.00 of 2026-04-01 to 2450.00 of 2026-04-01
  2 2026-04-01 2500.00 REVERSAL Waveney Forum PCC RETURN AC04 ACCOUNT CLOSED 22-2026 BACS-0630 [7]
20201512345678: 2450.00 of 2026-04-02 to 2449.50 of 2026-04-02
  5 2026-04-02 -0.50 (no text)

"#]]
    );
}

#[test]
fn mt940_of_several_messages_is_read() {
    assert_data_eq!(
        described("a.sta", include_bytes!("../forms/statement.mt940")),
        str![[r#"
MT940, DOS code page 850
60000012345678: 10000.00 of 2015-03-30 to 15737.60 of 2015-12-31
  6 2015-03-30 5000.00 HOME OFFICE VICTIMS GRANT Q4 [B-1]
  8 2015-03-31 -1750.00 26-2015 CATCH 22 COMMUNITY MEDIATION /OCMT/GBP1750,00/ [B-2]
  18 2015-12-31 2500.00 REVERSAL WAVENEY FORUM FOR SAFER LIVES BACS-0630 ACCOUNT CLOSED RETURN
  20 2016-01-01 -12.40 NCHG
GB33BUKB20201555555555: -5.00 of 2015-04-01 to -10.00 of 2015-04-01
  29 2015-04-01 -5.00 REVERSAL GRANT WITHDRAWN £5

"#]]
    );
}

/// The sample with one text in place of another.
fn camt(from: &str, to: &str) -> String {
    let sample = include_str!("../forms/camt-02.xml");
    assert!(sample.contains(from), "{from}");
    let file = sample.replacen(from, to, 1);
    let found = described("a.xml", file.as_bytes());
    found.lines().skip_while(|line| !line.starts_with("a.xml:")).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_wrong_with_camt_is_said_with_its_line() {
    let all: Vec<String> = [
        (r#"<Amt Ccy="GBP">5000.00"#, r#"<Amt Ccy="EUR">5000.00"#),
        ("<Ccy>GBP</Ccy>", "<Ccy>USD</Ccy>"),
        (">5000.00<", ">5,000.00<"),
        (">5000.00<", ">5000.001<"),
        (">5000.00<", ">-5000.00<"),
        (">5000.00<", ">5001.00<"),
        ("<Sts>BOOK</Sts>", "<Sts>OTHR</Sts>"),
        ("<BookgDt><DtTm>2015-03-31T", "<BookgDt><DtTm>2015-31-03T"),
        ("<CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK", "<Sts>BOOK"),
        ("</NtryDtls>", "</Ntry>"),
        ("VICTIMS GRANT", "&unknown;"),
        ("</Stmt>", ""),
    ]
    .iter()
    .map(|(from, to)| camt(from, to))
    .collect();
    assert_data_eq!(
        all.join("\n"),
        str![[r#"
a.xml: row 2: the amount is in EUR, not in pounds (line 10 of the file)
  only accounts in sterling can be reconciled
a.xml: row 1: the account is in USD, not in pounds (line 7 of the file)
  only accounts in sterling can be reconciled
a.xml: row 2: the amount `5,000.00` is not a number in this format (line 10 of the file)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.xml: row 2: the amount `5000.001` has a fraction of a penny (line 10 of the file)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.xml: row 2: the amount `-5000.00` is not a number in this format (line 10 of the file)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.xml: row 6: the closing balance of 13,226.50 does not agree: 13,227.50 expected
  check for a missing, duplicated or altered line, and export the statement again
a.xml: row 2: the entry has the status `OTHR`, which may be booked or not (line 10 of the file)
  ask the bank for a statement of booked entries (BOOK) only
a.xml: row 3: `2015-31-03` is not a valid date (line 21 of the file)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.xml: row 3: the file does not state whether the amount is money in (CRDT) or out (DBIT) (line 21 of the file)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.xml: row 1: the file is damaged in line 19: it is not well-formed XML
  download the statement from the bank again
a.xml: row 1: the file is damaged in line 18: part of its text cannot be read
  download the statement from the bank again
a.xml: row 1: the file is damaged in line 49: it is not well-formed XML
  download the statement from the bank again
"#]]
    );
    for (element, expected) in [
        ("BkToCstmrAcctRpt", "the file is an intraday report (CAMT.052), not a statement"),
        ("BkToCstmrDbtCdtNtfctn", "the file is a notification of entries (CAMT.054), not a statement"),
        ("CstmrPmtStsRpt", "the file is a payment status report (pain.002), not a statement"),
    ] {
        let found = camt("<BkToCstmrStmt>", &format!("<{element}>"));
        assert!(found.contains(expected), "{found}");
    }
    let empty =
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt/></Document>";
    assert!(described("a.xml", empty.as_bytes()).contains("the file has no statement"));
}

#[test]
fn what_is_wrong_with_mt940_is_said_with_its_line() {
    let sample =
        ":20:1\n:25:1\n:28C:1\n:60F:C150330GBP10,00\n:61:1503300330C5,00NTRFX\n:86:A\n:62F:C150330GBP15,00\n";
    let all: Vec<String> = [
        ("GBP10", "EUR10"),
        ("C5,00", "C5.00"),
        ("C5,00", "C5,001"),
        ("C5,00", "X5,00"),
        ("1503300330", "1513300330"),
        ("1503300330", "1503301330"),
        ("NTRFX", ""),
        ("GBP15", "GBP16"),
        (":60F:C150330GBP10,00\n", ""),
        (":62F:C150330GBP15,00\n", ""),
        (":60F:C15", ":60F:X15"),
        (":60F:C150330GBP10,00\n", ":34F:GBP0,\n"),
    ]
    .iter()
    .map(|(from, to)| {
        assert!(sample.contains(from), "{from}");
        let found = described("a.sta", sample.replacen(from, to, 1).as_bytes());
        found.lines().skip_while(|line| !line.starts_with("a.sta:")).collect::<Vec<_>>().join("\n")
    })
    .collect();
    assert_data_eq!(
        all.join("\n"),
        str![[r#"
a.sta: row 4: the account is in EUR, not in pounds
  only accounts in sterling can be reconciled
a.sta: row 5: the amount `5.00` is not a number in this format
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 5: the amount `5,001` has a fraction of a penny
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 5: `1503300330X5,00NTRFX` has no mark C, D, RC or RD, as in 1503310331D1250,00NTRFBACS-0622//BANK1
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 5: `151330` is not a date (YYMMDD)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 5: `1330` is not a day (MMDD)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 5: `1503300330C5,00` has no kind, as in 1503310331D1250,00NTRFBACS-0622//BANK1
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 7: the closing balance of 16.00 does not agree: 15.00 expected
  check for a missing, duplicated or altered line, and export the statement again
a.sta: row 4: the line does not follow an opening balance (:60F:)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 7: the message that begins in line 1 has no opening balance (:60F:)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 6: the message that begins in line 1 has no closing balance (:62F:)
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 4: `X150330GBP10,00` is not a balance, such as C150331GBP1250,00
  download the statement from the bank again; if it is the same, ask the bank what is wrong with it
a.sta: row 4: the file is an intraday report (MT942), not a statement
  ask the bank for the end-of-day statement (MT940)
"#]]
    );
}

#[test]
fn days_of_booking_are_in_the_year_of_the_day_of_value() {
    for (line, expected) in [
        ("1512310101D1,00NTRFX", "2016-01-01"),
        ("1601011231D1,00NTRFX", "2015-12-31"),
        ("1503300331D1,00NTRFX", "2015-03-31"),
        ("150330D1,00NTRFX", "2015-03-30"),
        ("1603010229D1,00NTRFX", "2016-02-29"),
        ("1503010229D1,00NTRFX", "2016-02-29"),
    ] {
        let file = format!(":20:1\n:25:1\n:60F:C150330GBP1,00\n:61:{line}\n:62F:C150330GBP0,00\n");
        let found = described("a.sta", file.as_bytes());
        assert!(found.contains(&format!("4 {expected} -1.00 X")), "{line}: {found}");
    }
}

#[test]
fn a_day_of_booking_may_be_left_blank() {
    let read = described(
        "a.sta",
        b":20:1\n:25:1\n:28C:1\n:60F:C200101GBP100,00\n:61:200101    D65,00NTRFNONREF\n:86:A\n:61:200101    CP0,50NINTNONREF\n:86:B\n:62F:C200101GBP35,50\n",
    );
    let lines: Vec<&str> = read.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "1: 100.00 of 2020-01-01 to 35.50 of 2020-01-01",
            "  5 2020-01-01 -65.00 A",
            "  7 2020-01-01 0.50 B"
        ]
    );
}

#[test]
fn statements_in_one_file_chain() {
    let message = |from: &str, amount: &str, to: &str| {
        format!(":20:1\n:25:1\n:60F:C150330GBP{from}\n:61:150330{amount}NTRFX\n:62F:C150330GBP{to}\n")
    };
    let (one, two) = (message("10,", "C5,", "15,"), message("15,", "D1,", "14,"));
    let newest_first = described("a.sta", format!("{two}{one}").as_bytes());
    assert!(newest_first.contains("1: 10.00 of 2015-03-30 to 15.00") && !newest_first.contains("a.sta"));
    assert_data_eq!(
        described("a.sta", format!("{one}{}", message("16,", "D1,", "15,")).as_bytes()),
        str![[r#"
MT940, UTF-8
1: 10.00 of 2015-03-30 to 15.00 of 2015-03-30
  4 2015-03-30 5.00 X
1: 16.00 of 2015-03-30 to 15.00 of 2015-03-30
  9 2015-03-30 -1.00 X
a.sta: row 8: the statement begins with a balance of 16.00, but the one before it in the file ends with 15.00
  add the statement that is missing between them, or reconcile them as separate files

"#]]
    );
}

#[test]
fn a_statement_is_no_list_of_payments() {
    for (name, bytes) in [
        ("a.xml", include_bytes!("../forms/camt-02.xml").as_slice()),
        ("a.sta", include_bytes!("../forms/statement.mt940")),
    ] {
        let file = read(Kind::Payments, name, bytes, None, &Layout::default());
        let found = file.diagnostics.first().unwrap();
        assert!(found.message.starts_with("the file is a bank statement ("), "{found}");
        assert_eq!(found.hint(&say), "Reconcile");
    }
}
