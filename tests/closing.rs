//! Closing months and answering checklists, end to end.

use crate::office::Office;

fn books() -> Office {
    let office = Office::new();
    office.ok(&["theme", "add", "youth", "--name", "Youth"]);
    office.ok(&[
        "award",
        "--decision",
        "1-2015",
        "--decided",
        "2015-01-10",
        "--recipient",
        "Open Door",
        "--amount",
        "1,000",
        "--purpose",
        "Clubs",
        "--theme",
        "youth",
        "--fund",
        "cdr",
        "--add-missing",
    ]);
    office.ok(&["pay", "1-2015", "100", "--date", "2015-01-20", "--reference", "BACS-1"]);
    office.ok(&["pay", "1-2015", "200", "--date", "2015-02-20", "--reference", "BACS-2"]);
    office
}

#[test]
fn a_month_is_provisionally_then_finally_closed() {
    let office = books();
    let text = office.ok(&["close", "2015-01"]);
    assert!(text.contains("January 2015 provisionally closed; the bank is not reconciled"), "{text}");
    assert!(text.contains("To undo: almoner"), "{text}");
    let refused = office.refused(1, &["pay", "1-2015", "5", "--date", "2015-01-21"]);
    assert!(
        refused.contains("error[closed-month]") && refused.contains("--post-to-closed REASON"),
        "{refused}"
    );

    let late = office.ok(&["pay", "1-2015", "5", "--date", "2015-01-21", "--late"]);
    assert!(late.contains("21 Jan 2015 (posted 1 Feb 2015)"), "{late}");
    let reason = "Asked for by the auditor";
    let posted = office.ok(&["pay", "1-2015", "7", "--date", "2015-01-22", "--post-to-closed", reason]);
    assert!(posted.contains("The following records are posted to closed periods") && posted.contains(reason));
    assert!(!posted.contains("(posted"), "{posted}");
    // With a key, the same again is the same receipt.
    let keyed = ["pay", "1-2015", "9", "--date", "2015-01-23", "--post-to-closed", reason, "--key", "line 3"];
    assert_eq!(office.ok(&keyed), office.ok(&keyed));

    let csv = office.ok(&["report", "late", "--fy", "2014-15", "--format", "csv"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 4, "{csv}");
    assert!(
        lines[1]
            .starts_with("2015-01-22,2015-01-22,posted to closed,payment,1-2015,open-door,Open Door,Asked"),
        "{csv}"
    );
    assert!(lines[3].starts_with("2015-02-01,2015-01-21,late,payment,1-2015"), "{csv}");
    let csv = office.ok(&["report", "late", "--fy", "2014-15", "--by-month", "--format", "csv"]);
    assert!(csv.contains("2015-01,paid,116.00,16.00,0.00,5.00,121.00"), "{csv}");
    assert!(csv.contains("2015-02,paid,205.00,0.00,5.00,0.00,200.00"), "{csv}");
    office.refused(1, &["report", "late", "--fy", "2014-15", "--audience", "public"]);

    let refused = office.refused(1, &["close", "2015-02", "--final"]);
    assert!(refused.contains("error[earlier-month-not-final]") && refused.contains("close 2015-01 --final"));
    office.ok(&["close", "2015-01", "--final"]);
    let refused = office.refused(1, &["reopen", "2015-01", "--reason", "A slip"]);
    assert!(refused.contains("error[finally-closed]"), "{refused}");
    let refused =
        office.refused(1, &["pay", "1-2015", "5", "--date", "2015-01-24", "--post-to-closed", reason]);
    assert!(refused.contains("error[closed-month]") && refused.contains("finally closed"), "{refused}");
    let refused = office.refused(1, &["close", "2199-01", "--final"]);
    assert!(refused.contains("error[month-not-over]"), "{refused}");
    office.ok(&["close", "2015-02"]);
    let status = office.ok(&["status"]);
    assert!(status.contains("2 months, Jan 2015 to Feb 2015, 1 of them finally"), "{status}");
    office.ok(&["verify"]);
}

#[test]
fn what_is_not_on_a_statement_is_explained_before_a_month_is_closed() {
    let office = books();
    office.file("bank.csv", "Date,Text,Amount,Balance\n2015-01-21,OPEN DOOR BACS-1,-100,900\n");
    office.ok(&["reconcile", "bank.csv", "--account", "20-00-00 1"]);
    let text = office.ok(&["close", "2015-01"]);
    assert!(text.contains("the payment of the month is on a statement"), "{text}");
    let refused = office.refused(1, &["close", "2015-02"]);
    assert!(refused.contains("error[not-ready-to-close]") && refused.contains("--explain TEXT"), "{refused}");
    office.ok(&["close", "2015-02", "--explain", "Cheque 1042 was cashed in April"]);
    for words in [&["status"][..], &["show", "13"]] {
        let told = office.ok(words).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("Cheque 1042 was cashed in April"), "{told}");
    }
    // An import may be let in, too, and only what is of a closed month is told.
    office.file("pay.csv", "award,date,amount\n1-2015,2015-02-25,1\n1-2015,2015-03-01,2\n");
    office.ok(&["import", "payments", "pay.csv", "--post-to-closed", "Found in the post"]);
    let csv = office.ok(&["report", "late", "--fy", "2014-15", "--format", "csv"]);
    assert!(csv.lines().count() == 2 && csv.contains("2015-02-25,2015-02-25,posted to closed"), "{csv}");
    office.ok(&["reverse", "--batch", "14", "--post-to-closed", "Found to be another's"]);
    office.ok(&["verify"]);
}

#[test]
fn a_checklist_is_answered_for_the_office_alone() {
    let office = books();
    let text = office.ok(&["decision", "checklist", "1-2015", "--legal", "yes", "Counsel, 3 February"]);
    assert!(text.contains("Legal advice taken: yes (Counsel, 3 February)"), "{text}");
    office.file(
        "answers.toml",
        "cfo = { answer = \"yes\", reason = \"Minuted\" }\nethics = { answer = \"no\", reason = \"None arise\" }\n",
    );
    office.ok(&["decision", "checklist", "1-2015", "--from", "answers.toml", "--equality", "no", "Not yet"]);
    let again = office.ok(&["decision", "checklist", "1-2015", "--from", "answers.toml"]);
    assert!(again.contains("Already recorded"), "{again}");
    let refused = office.refused(1, &["decision", "checklist", "1-2015", "--cfo", "no", "Not asked"]);
    assert!(
        refused.contains("error[different-content]") && refused.contains("cfo is `yes (Minuted)`"),
        "{refused}"
    );
    for (words, code) in [
        (&["--legal", "perhaps", "x"][..], "no-answer"),
        (&[], "nothing-answered"),
        (&["--from", "bank.toml"], "cannot be read"),
    ] {
        let refused = office.refused(1, &[&["decision", "checklist", "1-2015"], words].concat());
        assert!(refused.contains(code), "{refused}");
    }
    let shown = office.ok(&["show", "1-2015"]) + &office.ok(&["show", "11"]);
    assert!(shown.contains("Counsel, 3 February"), "{shown}");
    for words in [
        &["report", "decisions", "--audience", "public"][..],
        &["report", "decisions", "--audience", "panel", "--format", "json"],
        &["export", "panel", "--fy", "2014-15", "--only", "awards", "--format", "csv"],
    ] {
        let told = office.ok(words);
        assert!(!told.contains("Counsel") && !told.contains("Minuted"), "{told}");
    }
    office.ok(&["verify"]);
}
