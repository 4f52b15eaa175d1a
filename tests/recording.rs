//! Recording through the real program: exit codes, what is refused and why, and that what is
//! refused, tried or said twice changes nothing.

use crate::office::Office;

/// An office with one award of £1,000 to a recipient, for a stated period.
fn office() -> Office {
    let office = Office::new();
    office.ok(&["theme", "add", "domestic-abuse", "--name", "Domestic abuse"]);
    office.ok(&[
        "award",
        "--decision",
        "1-2015",
        "--decided",
        "2015-04-01",
        "--recipient",
        "Lighthouse Aid",
        "--amount",
        "1000",
        "--purpose",
        "Support",
        "--theme",
        "domestic-abuse",
        "--fund",
        "cdr",
        "--power",
        "s9",
        "--from",
        "2015-04",
        "--to",
        "2016-03",
        "--add-missing",
    ]);
    office
}

fn records(office: &Office) -> u64 {
    office.json(&["report", "grants"])["known_at"]["record"].as_u64().unwrap()
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let office = office();
    office.file("folder-free.csv", "award,date,amount\n1-2015,2015-05-01,10\n");
    let before = records(&office);
    // Arguments, exit code, and what the message must have in it.
    let table: &[(&[&str], i32, &[&str])] = &[
        (&["pay", "1-2015", "1000.01", "--date", "2015-05-01"], 1, &["payment-beyond-award", "hint:"]),
        (&["pay", "1-2015", "£31,78"], 1, &["£31,78"]),
        (&["pay", "1-2015", "10.001"], 1, &["decimal places"]),
        (&["pay", "1-2015", "0"], 1, &["amount-not-positive"]),
        (&["pay", "1-2051", "10"], 1, &["unknown-award", "1-2015"]),
        (&["pay", "1-2015", "10", "--date", "1989-12-31"], 1, &["1990"]),
        (&["pay", "1-2015", "10", "--date", "2015-02-30"], 1, &["not a valid date"]),
        (&["refund", "1-2015", "1", "--date", "2015-05-01"], 1, &["refund-beyond-paid"]),
        (
            &[
                "repurpose",
                "1-2015",
                "--date",
                "2015-06-01",
                "--purpose",
                "Support",
                "--theme",
                "domestic-abuse",
            ],
            1,
            &["same-purpose"],
        ),
        (
            &["repurpose", "1-2015", "--date", "2015-06-01", "--purpose", "X", "--theme", "domestic-abus"],
            1,
            &["unknown-theme", "domestic-abuse"],
        ),
        (
            &["repurpose", "1-2015", "--date", "2015-06-01", "--purpose", "X", "--theme", "a:60%;b:39%"],
            1,
            &["99%"],
        ),
        (
            &["repurpose", "1-2015", "--date", "2015-03-31", "--purpose", "X", "--theme", "unallocated"],
            1,
            &["change-before-award"],
        ),
        (&["vary", "1-2015", "--date", "2015-06-01", "--by-amount", "-1000.01"], 1, &["award-below-zero"]),
        (&["extend", "1-2015", "--to", "2016-02", "--date", "2015-06-01"], 1, &["end-not-later"]),
        (&["reverse", "999"], 1, &["unknown-record"]),
        (&["reopen", "2015-04", "--reason", "x"], 1, &["not-closed"]),
        (&["report", "themes", "--theme", "domestic-abus", "--fy", "2015-16"], 1, &["domestic-abuse"]),
        (&["report", "themes", "--fy", "2015"], 1, &["financial year"]),
        (&["report", "themes", "--known-at", "9999"], 1, &["9999"]),
        (&["import", "payments", "missing.csv"], 1, &["missing.csv"]),
        (&["pay"], 2, &["usage"]),
        (&["frobnicate"], 2, &["usage"]),
        (&["--ledger", "nowhere.ledger", "verify"], 3, &["no-ledger"]),
        (&["init"], 1, &["already"]),
    ];
    for (arguments, code, expected) in table {
        let said = office.refused(*code, arguments);
        for part in *expected {
            assert!(said.contains(part), "{arguments:?}: {said}");
        }
    }
    assert_eq!(records(&office), before);
    office.ok(&["verify"]);
}

#[test]
fn the_same_thing_twice_and_dry_runs_change_nothing() {
    let office = office();
    let pay = ["pay", "1-2015", "10", "--date", "2015-05-01", "--reference", "BACS-1"];
    let dry = office.ok(&[&pay[..], &["--dry-run"]].concat());
    assert!(dry.contains("Dry run"), "{dry}");
    let first = office.ok(&pay);
    assert!(first.contains("Recorded"), "{first}");
    let before = records(&office);
    assert!(office.ok(&pay).contains("Already recorded"));
    assert_eq!(records(&office), before);
    office.ok(&[&pay[..], &["--again"]].concat());
    assert_eq!(records(&office), before + 1);
    let grant = office.json(&["report", "grants", "--fy", "2015-16"]);
    assert_eq!(grant["rows"][0]["paid"], "20.00");
}

#[test]
fn a_file_is_taken_whole_or_not_at_all_and_every_bad_row_is_named() {
    let office = office();
    office.file(
        "payments.csv",
        "award,date,amount,reference\n1-2015,2015-05-01,10,A\n1-2015,31/05/2015,\"£31,78\",B\n\
         9-2015,2015-13-01,10,C\n1-2015,2015-06-01,5000,D\n",
    );
    let before = records(&office);
    let output = office.run(&["import", "payments", "payments.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for part in ["row 3", "amount", "£31,78", "row 4", "date", "2015-13-01", "row 5", "5000"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("row 2,"), "{said}");
    assert_eq!(records(&office), before);

    // Two payments alike are two payments once that is confirmed; the file once more adds nothing.
    office.file(
        "payments.csv",
        "award,date,amount,reference,kind\r\n1-2015,2015-05-01,10,A,\r\n1-2015,2015-05-01,10,A,\r\n1-2015,2015-07-01,-5,R,refund\r\n",
    );
    let import = ["import", "payments", "payments.csv", "--confirm-duplicates", "1"];
    let output = office.run(&import[..3]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("row 3: "));
    office.ok(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(records(&office), before);
    office.ok(&import);
    assert_eq!(records(&office), before + 3);
    assert!(office.ok(&["import", "payments", "payments.csv"]).contains("Nothing new"));
    assert_eq!(records(&office), before + 3);
    let grants = office.json(&["report", "grants", "--fy", "2015-16"]);
    assert_eq!(grants["rows"][0]["paid"], "15.00");
    assert_eq!(grants["rows"][0]["awarded"], "1000.00");
    assert_eq!(grants["rows"][0]["reduced"], "5.00");
}

#[test]
fn a_closed_month_takes_no_posting_and_late_records_keep_their_date() {
    let office = office();
    office.ok(&["close", "2015-04"]);
    office.ok(&["close", "2015-05"]);
    let pay = ["pay", "1-2015", "10", "--date", "2015-05-20"];
    let said = office.refused(1, &pay);
    assert!(said.contains("closed-month") && said.contains("1 Jun 2015"), "{said}");
    let receipt = office.ok(&[&pay[..], &["--late"]].concat());
    assert!(receipt.contains("20 May 2015") && receipt.contains("1 Jun 2015"), "{receipt}");
    let may = office.json(&["report", "periods", "--fy", "2015-16", "--every", "month"]);
    assert_eq!(may["rows"][1]["paid"], "0.00");
    assert_eq!(may["rows"][2]["paid"], "10.00");
    office.ok(&["reopen", "2015-05", "--reason", "An invoice came late"]);
    office.ok(&["verify"]);
}

#[test]
fn a_reversal_leaves_the_books_as_if_it_had_not_been() {
    let office = office();
    let figures = || {
        let report = office.json(&["report", "themes", "--fy", "2015-16"]);
        (report["rows"].clone(), report["total"].clone())
    };
    let before = figures();
    office.ok(&["pay", "1-2015", "400", "--date", "2015-05-01"]);
    let paid = records(&office).to_string();
    assert_ne!(figures(), before);
    office.ok(&["reverse", &paid, "--reason", "Paid to someone else"]);
    assert_eq!(figures(), before);
    let said = office.refused(1, &["reverse", &paid]);
    assert!(said.contains("already-reversed"), "{said}");
}

#[test]
fn papers_appear_whole_and_never_over_another() {
    let office = office();
    let report = ["report", "themes", "--fy", "2015-16", "-o", "themes.csv"];
    office.ok(&report);
    let first = std::fs::read_to_string(office.path("themes.csv")).unwrap();
    assert!(
        first.starts_with(
            "theme,name,objective,budget,awarded,reduced,paid,expenditure,committed,prepayments,accruals,recoveries_due,still_to_recognise,remaining"
        ),
        "{first}"
    );
    let said = office.refused(1, &report);
    assert!(said.contains("--force"), "{said}");
    office.ok(&[&report[..], &["--force"]].concat());
    let said = office.refused(1, &["report", "themes", "-o", "no-such-folder/themes.csv"]);
    assert!(said.contains("no-such-folder"), "{said}");
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let office = office();
    for format in ["table", "csv", "json", "md"] {
        let question = ["report", "themes", "--fy", "2015-16", "--known-at", "6", "--format", format];
        let first = office.ok(&question);
        office.ok(&["pay", "1-2015", "1", "--date", "2015-05-01", "--again"]);
        assert_eq!(office.ok(&question), first, "{format}");
    }
}

#[test]
fn money_from_funders_becomes_income_as_it_is_charged() {
    let office = office();
    office.ok(&[
        "funding",
        "receive",
        "cdr",
        "600",
        "--date",
        "2015-04-01",
        "--from",
        "Home Office",
        "--return-if-unspent",
    ]);
    let balance = |account: &str, at: &str| {
        let report = office.json(&["report", "trial-balance", "--from", "2015-04-01", "--to", at]);
        let accounts = report["funds"][0]["real"]["accounts"].as_array().unwrap();
        accounts.iter().find(|row| row["account"] == account).unwrap()["credit"].clone()
    };
    assert_eq!(balance("income:grants-receivable", "2015-06-30"), "250.00");
    assert_eq!(balance("liabilities:receipts-in-advance", "2015-06-30"), "350.00");
    assert_eq!(balance("income:grants-receivable", "2016-03-31"), "600.00");
    office.ok(&["verify"]);
}
