//! Bank statements: balances that are rows, the order of lines, the chain.

use std::path::Path;

use almoner_imports::{BankStatement, Kind, Layout, Profile, bank_statements, read, recognised};

use crate::support::read_by;

/// What is read of a file in canonical columns: each statement on a line, then what is wrong.
fn described(text: &str) -> String {
    let file = read(Kind::Statements, "s.csv", text.as_bytes(), None, &Layout::default());
    let found = bank_statements(&file);
    let balance = |balance: Option<almoner_imports::StatedBalance>| match balance {
        Some(it) => it.date.map_or(it.amount.to_string(), |date| format!("{} of {date}", it.amount)),
        None => "?".to_owned(),
    };
    let shown = |it: &BankStatement| {
        let rows: Vec<String> = it.lines.iter().map(|line| line.row.to_string()).collect();
        let account = it.account.as_ref().map_or("-", |it| it.as_str());
        format!("{account}: {} [{}] {}", balance(it.opening), rows.join(" "), balance(it.closing))
    };
    let mut all: Vec<String> = found.statements.iter().map(shown).collect();
    all.extend(found.diagnostics.iter().map(ToString::to_string));
    all.extend(found.breaks.iter().map(|it| it.to_string().replacen("s.csv: ", "", 1)));
    all.join("\n")
}

fn check(rows: &str, expected: &str) {
    let text = format!("date,text,amount,balance,account\n{}\n", rows.replace(" / ", "\n"));
    assert_eq!(described(&text), expected, "{rows}");
}

#[test]
fn balances_chain_in_either_order() {
    // The oldest first, and the newest first.
    check("2015-03-02,A,-10,90, / 2015-03-03,B,5,95,", "-: 100.00 [2 3] 95.00 of 2015-03-03");
    check("2015-03-03,B,5,95, / 2015-03-02,A,-10,90,", "-: 100.00 [3 2] 95.00 of 2015-03-03");
    // Of one day, only the balances tell.
    check("2015-03-02,B,5,95, / 2015-03-02,A,-10,90,", "-: 100.00 [3 2] 95.00 of 2015-03-02");
    // Balances of some lines only; a line after the last balance.
    check(
        "2015-03-02,A,-10,, / 2015-03-02,B,5,95, / 2015-03-03,C,-1,,",
        "-: 100.00 [2 3 4] 94.00 of 2015-03-03",
    );
    // The dates tell where no balance does.
    check("2015-03-03,B,5,, / 2015-03-02,A,-10,,", "-: ? [3 2] ?");
    check("2015-03-03,B,5,95, / 2015-03-02,A,-10,,", "-: 100.00 [3 2] 95.00 of 2015-03-03");
}

#[test]
fn balances_in_rows_of_their_own_are_checked_and_are_no_lines() {
    check(
        "2015-03-01,Opening balance,,100, / 2015-03-02,A,-10,, / 2015-03-03,Closing balance,,90,",
        "-: 100.00 of 2015-03-01 [3] 90.00 of 2015-03-03",
    );
    check(
        ",BALANCE BROUGHT FORWARD,,100.00, / 2015-03-02,A,-10,90, / ,Balance b/f,0.00,90, / 2015-03-03,B,5,95,",
        "-: 100.00 [3 5] 95.00 of 2015-03-03",
    );
    // The newest first: the balance brought forward is the last row.
    check(
        "2015-03-03,B,5,95, / 2015-03-02,A,-10,90, / 2015-03-02,Balance brought forward,,100,",
        "-: 100.00 of 2015-03-02 [3 2] 95.00 of 2015-03-03",
    );
    // The account is that of the lines; a label in the column of dates; the amount in that of amounts.
    check(
        "Opening balance,,100,, / 2015-03-02,A,-10,90,20-00-00 1",
        "20-00-00 1: 100.00 [3] 90.00 of 2015-03-02",
    );
    check(
        ",Opening balance,5,100, / 2015-03-02,A,-10,90,",
        "-: 100.00 [3] 90.00 of 2015-03-02\ns.csv: row 2, column amount: \"5\": the row states a balance as well as another amount",
    );
    check(
        ",Opening balance,,, / 2015-03-02,A,-10,90,",
        "-: 100.00 [3] 90.00 of 2015-03-02\ns.csv: row 2, column balance: the row states a balance without an amount",
    );
}

#[test]
fn a_chain_that_breaks_is_refused_with_row_and_figures() {
    check(
        "2015-03-02,A,-10,90, / 2015-03-03,B,5,96, / 2015-03-04,C,1,97,",
        "-: 100.00 [2 3 4] 97.00 of 2015-03-04\nrow 3, column balance: \"96\": the running balance does not agree: 95.00 expected",
    );
    check(
        ",Opening balance,,100, / 2015-03-02,A,-10,, / ,Closing balance,,91,",
        "-: 100.00 [3] 91.00\nrow 4: the closing balance of 91.00 does not agree: 90.00 expected",
    );
    check(
        ",Opening balance,,101, / 2015-03-02,A,-10,90,",
        "-: 101.00 [3] 90.00 of 2015-03-02\nrow 3, column balance: \"90\": the running balance does not agree: 91.00 expected",
    );
}

#[test]
fn opening_and_closing_balances_are_never_exchanged() {
    // A line whose sign is the other way round agrees only with the balances exchanged.
    check(
        ",Opening balance,,0, / 2015-03-02,A,-10,, / ,Closing balance,,10,",
        "-: 0.00 [3] 10.00\nrow 4: the closing balance of 10.00 does not agree: -10.00 expected",
    );
    check(
        ",Closing balance,,10, / 2015-03-02,A,-10,, / ,Opening balance,,0,",
        "-: 0.00 [3] 10.00\nrow 2: the closing balance of 10.00 does not agree: -10.00 expected",
    );
    check(
        ",Opening balance,,100, / 2015-03-03,B,5,95, / 2015-03-02,A,-10,90,",
        "-: 100.00 [3 4] 90.00 of 2015-03-02\nrow 3, column balance: \"95\": the running balance does not agree: 105.00 expected\nrow 4, column balance: \"90\": the running balance does not agree: 85.00 expected",
    );
}

#[test]
fn each_account_has_its_own_chain() {
    check(
        "2015-03-02,A,-10,90,1 / 2015-03-02,B,5,25,2 / 2015-03-03,C,10,100,1",
        "1: 100.00 [2 4] 100.00 of 2015-03-03\n2: 20.00 [3] 25.00 of 2015-03-02",
    );
    check(
        "2015-03-02,A,-10,90,1 / 2015-03-02,B,5,25,2 / 2015-03-03,C,10,99,1",
        "1: 100.00 [2 4] 99.00 of 2015-03-03\n2: 20.00 [3] 25.00 of 2015-03-02\nrow 4, column balance: \"99\": the running balance does not agree: 100.00 expected",
    );
}

#[test]
fn amounts_of_money_out_have_a_sign_only_if_the_profile_says_so() {
    let check = |signed: &str, debit: &str, expected: &str| {
        let profile = format!(
            "name = \"x\"\nabout = \"x\"\nkind = \"statements\"\n[columns.date]\nfrom = \"Date\"\n[columns.text]\nfrom = \"Text\"\n\
            [columns.amount]\nplus = \"In\"\nminus = \"Out\"\n{signed}"
        );
        let text = format!("Date,Text,In,Out\n2015-03-02,A,,{debit}\n");
        let file = read_by(&Profile::parse(&profile).unwrap(), "s.csv", text.as_bytes());
        let found = match file.diagnostics.first() {
            Some(diagnostic) => diagnostic.message.clone(),
            None => file.rows[0].amount.unwrap().to_string(),
        };
        assert_eq!(found, expected, "{signed} {debit}");
    };
    check("", "12.40", "-12.40");
    check("", "(12.40)", "the amount is negative in a column for money in or money out");
    check("signed = true", "(12.40)", "-12.40");
    check("signed = true", "-12.40", "-12.40");
    check("signed = true", "12.40", "the amount has no minus sign in a money-out column marked as `signed`");
    let wrong =
        "name = \"x\"\nabout = \"x\"\nkind = \"statements\"\n[columns.amount]\nfrom = \"A\"\nsigned = true";
    assert_eq!(
        Profile::parse(wrong).unwrap_err().to_string(),
        "column `amount` has `signed`, but no `minus`"
    );
}

#[test]
fn every_sample_of_a_statement_is_recognised() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let file_name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if file_name.ends_with(".txt") {
            continue;
        }
        let found = recognised(&file_name, &std::fs::read(&path).unwrap(), &Layout::default());
        let found = found.and_then(|it| it.profile).unwrap_or_else(|| "none".to_owned());
        let name = file_name.split('.').next().unwrap();
        let expected = match name {
            // The form of Santander's CSV is midata.
            "statement-santander" if file_name.ends_with(".csv") => "statement-midata",
            name if name.starts_with("statement-") => name,
            _ => "none",
        };
        assert_eq!(found, expected, "{file_name}");
    }
    let forms =
        [include_bytes!("../forms/camt-02.xml").as_slice(), include_bytes!("../forms/statement.mt940")];
    for (bytes, expected) in forms.into_iter().zip(["CAMT.053 version 2, UTF-8", "MT940, DOS code page 850"])
    {
        let found = recognised("f", bytes, &Layout::default()).unwrap();
        assert_eq!((found.form.as_str(), found.profile), (expected, None));
    }
}

/// A list of payments may have the columns of a statement; its payees show that it is none.
#[test]
fn a_list_of_payees_is_no_statement() {
    for (header, row, expected) in [
        ("Date,Description,Amount", "01/04/2015,A,-5", true),
        ("Date,Supplier,Description,Amount", "01/04/2015,Acme,A,5", false),
        ("Date,Payee,Description,Amount", "01/04/2015,Acme,A,5", false),
        ("Date,Supplier,Description,Amount,Balance", "01/04/2015,Acme,A,-5,95", true),
    ] {
        let file = format!("{header}\n{row}\n");
        let found = recognised("list.csv", file.as_bytes(), &Layout::default());
        assert_eq!(found.is_some(), expected, "{header}");
    }
}
