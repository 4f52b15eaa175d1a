//! Bank statements reconciled by the real program.

mod banks;

use crate::office::Office;

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
        "20-00-00 1, 1 May 2015 to 20 May 2015: balance from 212.00 to 2,945.50",
        "matched 7 3,894.00",
        "row 9 of 5 May 2015: -250.00 PCC GRANT 1-2015 BACS0417 = record 18 of 1 May 2015: -250.00 1-2015 \
         Lighthouse Women's Aid (by award or decision number)",
        "row 11 of 1 May 2015: 5,000.00 MINISTRY OF JUSTICE = record 28 of 1 May 2015: 5,000.00 Ministry of \
         Justice (by name and amount)",
        "(by amount only): confirm with --match 8=20",
        "(as the sum of payments of one day): confirm with --match 6=22+23",
        "row 2 of 20 May 2015: -700.00 Rent",
        "In the books for these dates but not on the statement (4):",
    ] {
        assert!(output.contains(expected), "{expected}\n{output}");
        assert!(dry.contains(expected), "{expected}\n{dry}");
    }
    // The same statement again, and one that overlaps it, add nothing.
    let again = office.ok(COMMAND);
    assert!(again.contains("already reconciled         7"), "{again}");
    assert!(unwrapped(again.clone()).contains("already recorded as record 29"), "{again}");
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
    assert!(output.contains("confirm with --match 2=RECORD"), "{output}");
    assert!(output.contains("Recorded as record 29"), "{output}");
    let again = office.ok(&arguments);
    assert!(again.contains("Nothing new to reconcile."), "{again}");
    let wrong = office.refused(1, &[&arguments[..], &["--match", "2=1"]].concat());
    assert!(wrong.contains("not-open"), "{wrong}");
    let wrong = office.refused(1, &[&arguments[..], &["--match", "2=19"]].concat());
    assert!(wrong.contains("line-does-not-add-up"), "{wrong}");
    let matched = office.ok(&[&arguments[..], &["--match", "2=20"]].concat());
    assert!(
        matched
            .contains("Matched or explained by you (1):\n  row 2 of 6 May 2015: -300.00 FIRST = record 20"),
        "{matched}"
    );
    // What was matched wrongly is reversed, and not matched again by itself.
    office.ok(&["reverse", "30"]);
    let open = office.ok(&["reconcile"]);
    assert!(open.contains("line 29.1 of 6 May 2015: -300.00 FIRST; possibly"), "{open}");
    office.ok(&["reconcile", "--match", "29.1=21"]);
    assert!(office.ok(&["reconcile"]).contains("Nothing new to reconcile."));
}

#[test]
fn several_payments_to_one_name_are_suggested_by_what_the_line_says_besides() {
    let office = office();
    for (text, basis) in [
        ("CATCH 22", "by name and amount"),
        ("CATCH 22 ZEBRA STRIPES", "by amount, with the name among other words"),
    ] {
        office.file("may.csv", format!("Date,Text,Amount\n2015-05-14,{text},-126.50\n"));
        let output = office.ok(&["reconcile", "may.csv", "--account", "20-00-00 1", "--dry-run"]);
        let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.contains(&format!("({basis}): confirm with --match 2=23+24+25")), "{text}: {output}");
    }
}

#[test]
fn decisions_on_lines_can_be_repeated() {
    let office = office();
    // A run that also pays suppliers, a payment on two lines, two payments on two lines, a charge and interest.
    office.file(
        "may.csv",
        "date,text,amount,balance\n\
        2015-05-02,BACS RUN,-84812.50,15187.50\n\
        2015-05-05,PART ONE,-200,14987.50\n\
        2015-05-06,PART TWO,-100,14887.50\n\
        2015-05-11,FIRST,-80.25,14807.25\n\
        2015-05-11,SECOND,-80.25,14727.00\n\
        2015-05-30,FEE,-12.40,14714.60\n\
        2015-05-31,INTEREST,1.07,14715.67\n",
    );
    office.file(
        "decisions.csv",
        "line,date,amount,text,records,rest,explained,reason\n\
        2,,,,19,84312.50,,Suppliers in the same run\n\
        3+4,,,,20,,,\n\
        5+6,,,,22+23,,,\n\
        ,2015-05-30,-12.40,FEE,,,charge,Fee of May\n\
        8,,,,,,interest,May\n\
        ,,,,,,,\n",
    );
    let arguments = ["reconcile", "may.csv", "--account", "20-00-00 1", "--decisions", "decisions.csv"];
    let output = office.ok(&arguments);
    for expected in [
        "partly in these books      1  -84,812.50",
        "explained                  2      -11.33",
        "matched                    4     -460.50",
        "open                       0        0.00",
    ] {
        assert!(output.contains(expected), "{expected}\n{output}");
    }
    let again = office.ok(&arguments);
    assert!(again.contains("already reconciled         7"), "{again}");
    assert!(again.contains("Nothing new to reconcile."), "{again}");
    office.ok(&["verify"]);
    // The same as options.
    let other = self::office();
    other.file("may.csv", std::fs::read_to_string(office.path("may.csv")).unwrap());
    let as_options = other.ok(&[
        "reconcile",
        "may.csv",
        "--account",
        "20-00-00 1",
        "--match",
        "2=19+rest:84,312.50:Suppliers in the same run",
        "--match",
        "3+4=20",
        "--match",
        "5+6=22+23",
        "--explain",
        "7=charge: Fee of May",
        "--explain",
        "8=interest:May",
    ]);
    let without_proof = |text: &str| text.split("Recorded").next().unwrap().to_owned();
    assert_eq!(without_proof(&as_options), without_proof(&output));
    for (decision, expected) in [
        ("line,records\n2,19\nx,20\n", "not-a-decision"),
        ("line,records\n99,19\n", "unknown-row"),
        ("line,records\n77.1,19\n", "unknown-line"),
        ("what,records\n2,19\n", "not-decisions"),
    ] {
        office.file("decisions.csv", decision);
        let error = office.refused(1, &arguments);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn statements_chain_and_lines_stay_open_until_the_month_is_closed() {
    let office = office();
    office
        .file("may.csv", "date,text,amount,balance\n2015-05-05,CATCH 22,-500,500\n2015-05-30,FEE,-12,488\n");
    office.file("july.csv", "date,text,amount,balance\n2015-07-05,RENT,-100,300\n");
    office.file("june.csv", "date,text,amount,balance\n2015-06-05,RENT,-88,400\n");
    let reconcile = |file, account| office.ok(&["reconcile", file, "--account", account]);
    reconcile("may.csv", "20-00-00 12345678");
    let broken = reconcile("july.csv", "GB29BARC20000012345678");
    let unwrapped = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "opening balance does not agree: the statement in record 31 begins on 5 Jul 2015 with 400.00, \
                but the previous closing balance is 488.00";
    assert!(unwrapped(&broken).contains(said), "{broken}");
    assert!(broken.contains("Open on earlier statements (1):"), "{broken}");
    let chained = reconcile("june.csv", "12345678");
    assert!(!chained.contains("opening balance does not agree"), "{chained}");
    office.ok(&["close", "2015-04"]);
    let refused = office.refused(1, &["close", "2015-05"]);
    assert!(refused.contains("1 statement line is open: line 29.2, -12.00 of 30 May 2015 FEE"), "{refused}");
    office.ok(&["reconcile", "--explain", "29.2=charge:Fee of May"]);
    let refused = office.refused(1, &["close", "2015-05"]);
    assert!(!refused.contains("statement line"), "{refused}");
    let closed = office.ok(&["close", "2015-05", "--explain", "Cheques"]);
    let said = "May 2015 provisionally closed; 10 of 11 payments and receipts are not on a statement (explanation: Cheques); no \
                statement line is open (1 explained); opening balances agree with the previous closing balances; the statements for 20-00-00 12345678 begin on \
                5 May 2015";
    assert!(unwrapped(&closed).contains(said), "{closed}");
}

#[test]
fn exported_books_name_the_bank_account() {
    let office = office();
    office.ok(&["pay", "1-2015", "7", "--date", "2015-05-21", "--account", "20-00-00 12345678"]);
    office.ok(&["funding", "receive", "cdr", "9", "--date", "2015-05-22", "--account", "60-00-00 87654321"]);
    for tool in ["hledger", "ledger", "beancount"] {
        let file = format!("books.{tool}");
        office.ok(&["export", "journal", "--for", tool, "-o", &file]);
        let books = std::fs::read_to_string(office.path(&file)).unwrap();
        let mut tags: Vec<&str> =
            books.lines().filter(|line| line.contains("bank-account:")).map(str::trim).collect();
        // A payment is an entry at the bank, and one of commitments.
        tags.dedup();
        let [paid, received] = tags.as_slice() else { panic!("{tool}: {tags:?}") };
        assert!(
            paid.contains("20-00-00 12345678") && received.contains("60-00-00 87654321"),
            "{tool}: {tags:?}"
        );
    }
    let example = office.ok(&["export", "finance", "--example"]);
    office.file("codes.toml", example.replace("value = \"reference\"", "value = \"bank-account\""));
    let lines = office.ok(&["export", "finance", "--mapping", "codes.toml", "--month", "2015-05"]);
    for expected in ["20-00-00 12345678", "60-00-00 87654321"] {
        let named = lines.lines().filter(|line| line.contains(expected)).count();
        assert!(named >= 2, "{expected}\n{lines}");
    }
}
