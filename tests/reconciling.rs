//! Bank statements reconciled by the real program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod office;

use office::Office;

/// An office with awards, payments, a refund and a receipt. Records are counted from the opening.
fn office() -> Office {
    let office = Office::new();
    office.file(
        "awards.csv",
        "decision,decided,recipient,amount,purpose,theme,fund\n\
        1-2015,2015-04-01,Lighthouse Women's Aid,1000,Support,domestic-abuse,cdr\n\
        2-2015,2015-04-02,Catch 22,2000,Mediation,anti-social-behaviour,cdr\n\
        3-2015,2015-04-02,Compassion,900,Support,domestic-abuse,victims\n\
        4-2015,2015-04-02,Raedan Trust,900,Support,domestic-abuse,victims\n",
    );
    office.file(
        "payments.csv",
        "award,date,amount,reference,kind\n\
        1-2015,2015-05-01,250,BACS-0417,\n\
        2-2015,2015-05-01,500,,\n\
        3-2015,2015-05-05,300,,\n\
        4-2015,2015-05-05,300,,\n\
        1-2015,2015-05-11,100,,\n\
        2-2015,2015-05-11,60.50,,\n\
        2-2015,2015-05-12,33,,\n\
        2-2015,2015-05-12,33,,\n\
        2-2015,2015-05-13,-10,,refund\n\
        3-2015,2015-05-20,75,,\n",
    );
    office.ok(&["import", "awards", "awards.csv", "--add-missing"]);
    office.ok(&["import", "payments", "payments.csv", "--confirm-duplicates", "1"]);
    office.ok(&[
        "funding",
        "receive",
        "victims",
        "5000",
        "--from",
        "Ministry of Justice",
        "--date",
        "2015-05-01",
    ]);
    office
}

const STATEMENT: &str = "Date,Transaction Type,Description,Paid out,Paid in,Balance\n\
    20 May 2015,DD,Rent,700.00,,\"£2,945.50\"\n\
    14 May 2015,BGC,Catch 22 returned,,10.00,\"£3,645.50\"\n\
    13 May 2015,FPO,CATCH22,33.00,,\"£3,635.50\"\n\
    13 May 2015,FPO,CATCH22,33.00,,\"£3,668.50\"\n\
    12 May 2015,BACS,GRANTS RUN 0511,160.50,,\"£3,701.50\"\n\
    06 May 2015,FPO,RAEDAN TRUST,300.00,,\"£3,862.00\"\n\
    06 May 2015,FPO,PAYMENT,300.00,,\"£4,162.00\"\n\
    05 May 2015,FPO,PCC GRANT 1-2015 BACS0417,250.00,,\"£4,462.00\"\n\
    05 May 2015,FPO,CATCH 22,500.00,,\"£4,712.00\"\n\
    01 May 2015,BGC,MINISTRY OF JUSTICE,,5000.00,\"£5,212.00\"\n";

const COMMAND: &[&str] =
    &["reconcile", "may.csv", "--profile", "statement-money-in-out", "--account", "20-00-00 1"];

#[test]
fn lines_are_matched_once() {
    let office = office();
    office.file("may.csv", STATEMENT);
    let unwrapped = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let dry = unwrapped(office.ok(&[COMMAND, &["--dry-run"]].concat()));
    let output = unwrapped(office.ok(COMMAND));
    for expected in [
        "Running balance agrees, from 212.00 to 2,945.50",
        "(by reference)",
        "(by name)",
        "(by amount and date only)",
        "(as the sum of a day's payments)",
        "row 11 of 1 May 2015: 5,000.00 MINISTRY OF JUSTICE",
        "On the statement but not in the books (1): row 2 of 20 May 2015: -700.00 Rent",
        "In the books for these dates but not on the statement (1):",
    ] {
        assert!(output.contains(expected), "{expected}\n{output}");
        assert!(dry.contains(expected), "{expected}\n{dry}");
    }
    // The same statement again, and one that overlaps it, add nothing.
    let again = office.ok(COMMAND);
    assert!(again.contains("already reconciled      9"), "{again}");
    assert!(again.contains("Nothing new to reconcile."), "{again}");
    office.ok(&["verify"]);
    // A payment that is on a statement is not reversed before its reconciliation.
    let number = office.json(&["log", "--from", "1"])["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["what"] == "payment")
        .unwrap()["record"]
        .to_string();
    office.refused(1, &["reverse", &number]);
}

#[test]
fn an_altered_statement_is_refused() {
    let office = office();
    office.file("may.csv", STATEMENT.replace("FPO,CATCH 22,500.00", "FPO,CATCH 22,550.00"));
    let error = office.refused(1, COMMAND);
    assert!(error.contains("the running balance does not agree"), "{error}");
    assert!(office.ok(&[COMMAND, &["--ignore-balance"]].concat()).contains("Recorded"));
}

#[test]
fn ambiguous_lines_are_left_to_the_user() {
    let office = office();
    office.file("may.csv", "Date,Text,Amount\n2015-05-06,FIRST,-300\n");
    let arguments = ["reconcile", "may.csv", "--account", "20-00-00 1"];
    let output = office.ok(&arguments);
    assert!(output.contains("possibly record"), "{output}");
    assert!(output.contains("Nothing new to reconcile."), "{output}");
    let log = office.json(&["log", "--from", "1"]);
    let to_compassion = log["rows"].as_array().unwrap().iter().find(|line| line["amount"] == "300.00");
    let number = to_compassion.unwrap()["record"].to_string();
    let matched = office.ok(&[&arguments[..], &["--match", &format!("2={number}")]].concat());
    assert!(matched.contains("(as specified)"), "{matched}");
    let wrong = office.refused(1, &[&arguments[..], &["--match", "2=1"]].concat());
    assert!(wrong.contains("not-open"), "{wrong}");
}
