//! Monitoring reports and milestones, payments on hold, performance indicators and public papers.

use crate::common::{self, AT, BY, award, date, expect, indicator, paper, pay, submit, text};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{Date, DateRange, FinancialYear};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::reports::{Published, Query, indicators, monitoring, papers};
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::verify;
use almoner_store::{BatchLabel, Store};

const REPORT: &str = "Monitoring report";

fn waive(grant: &str, due: &str, on: &str, reason: &str) -> Command {
    let (award, due, date) = (grant.parse().unwrap(), date(due), date(on));
    Command::Waive { award, due, name: None, date, reason: text(reason) }
}

fn withdraw(grant: &str, on: &str) -> Command {
    Command::Withdraw { award: grant.parse().unwrap(), decision: None, date: date(on) }
}

fn reverse(record: u64) -> Command {
    Command::Reverse { record, reason: None }
}

fn decision(id: &str) -> Command {
    Command::RecordDecision(Decision::numbered(DecisionId::new(id).unwrap()))
}

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

/// Returns the records of a command, that it is already recorded, or the code and message of its rejection.
fn outcome(store: &mut MemoryStore, command: &Command) -> String {
    let mut draft = Draft::new(store, AT.into(), BY.into());
    let options =
        Options { add_missing: matches!(command, Command::Award(_)), again: true, ..Options::default() };
    let lines = match carry_out(&mut draft, command, options.clone()) {
        Ok(Outcome::Recorded(numbers)) => format!("{}", numbers.end()),
        Ok(Outcome::Already(already)) => format!("already {}", already.record.unwrap()),
        Err(Refusal::Rejected(rejection)) => format!("{}: {rejection}", rejection.code()),
        Err(Refusal::Books(error)) => panic!("{error}"),
    };
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    lines
}

fn check(table: &[(Command, &str)]) -> MemoryStore {
    let mut store = opened();
    for (place, (command, expected)) in table.iter().enumerate() {
        assert_eq!(outcome(&mut store, command), *expected, "line {}: {command:?}", place + 1);
    }
    store
}

#[test]
fn due_items_are_recorded_once_and_hold_payments() {
    check(&[
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (expect("9-2015", REPORT, "2015-07-15", true), "unknown-award: there is no award `9-2015`"),
        (expect("1-2015", REPORT, "2015-07-15", true), "8"),
        (expect("1-2015", REPORT, "2015-07-15", true), "already 8"),
        (
            expect("1-2015", "MONITORING  report", "2015-07-15", true),
            "different-content: different values are already recorded for monitoring report `1-2015, MONITORING report (due 15 Jul 2015)`: \
             what is `monitoring report`, not `milestone`",
        ),
        (
            expect("1-2015", REPORT, "2015-07-15", false),
            "different-content: different values are already recorded for monitoring report `1-2015, Monitoring report (due 15 Jul 2015)`: \
             before_payment is `yes`, not `no`",
        ),
        // Another day is another item; one that does not hold payments is no obstacle.
        (expect("1-2015", REPORT, "2015-10-15", true), "9"),
        (expect("1-2015", "Worker in post", "2015-07-15", false), "10"),
        (pay("1-2015", "2015-07-14", "100"), "11"),
        (
            pay("1-2015", "2015-07-15", "100"),
            "monitoring-outstanding: payments against award 1-2015 are on hold; outstanding: Monitoring report (due 15 Jul 2015)",
        ),
        // A recorded payment is not held, and an excessive one is rejected as such.
        (pay("1-2015", "2015-07-14", "100"), "already 11"),
        (
            pay("1-2015", "2015-07-15", "1000"),
            "payment-beyond-award: the payment of 1,000.00 exceeds the 900.00 balance of award 1-2015 \
             (1,000.00 awarded, 100.00 paid)",
        ),
        (
            submit("1-2015", None, "2015-07-15", "2015-07-20", "", "On course"),
            "ambiguous-due: award 1-2015 has several reports or milestones due on 15 Jul 2015: `Monitoring report`, `Worker in post`",
        ),
        (
            submit("1-2015", None, "2015-07-16", "2015-07-20", "", "On course"),
            "unknown-due: award 1-2015 has no report or milestone due on 16 Jul 2015",
        ),
        (
            submit("1-2015", Some("Final"), "2015-07-15", "2015-07-20", "", "On course"),
            "unknown-due: award 1-2015 has no report or milestone `Final` due on 15 Jul 2015",
        ),
        (submit("1-2015", Some("monitoring report"), "2015-07-15", "2015-07-20", "", "On course"), "12"),
        (submit("1-2015", Some(REPORT), "2015-07-15", "2015-07-20", "", "On course"), "already 12"),
        (
            submit("1-2015", Some(REPORT), "2015-07-15", "2015-07-21", "", "On course"),
            "different-content: different values are already recorded for monitoring report `1-2015, Monitoring report (due 15 Jul 2015)`: \
             received is `2015-07-20`, not `2015-07-21`",
        ),
        // The paper may be stated later, once.
        (submit("1-2015", Some(REPORT), "2015-07-15", "2015-07-20", "AP15/2", "On course"), "13"),
        (submit("1-2015", Some(REPORT), "2015-07-15", "2015-07-20", "", "On course"), "already 13"),
        (
            submit("1-2015", Some(REPORT), "2015-07-15", "2015-07-20", "AP15/3", "On course"),
            "different-content: different values are already recorded for monitoring report `1-2015, Monitoring report (due 15 Jul 2015)`: \
             paper is `AP15/2`, not `AP15/3`",
        ),
        (pay("1-2015", "2015-07-15", "100"), "14"),
        (
            pay("1-2015", "2015-11-01", "100"),
            "monitoring-outstanding: payments against award 1-2015 are on hold; outstanding: Monitoring report (due 15 Oct 2015)",
        ),
        (waive("1-2015", "2015-10-15", "2015-11-01", "Agreed by the CFO"), "15"),
        (waive("1-2015", "2015-10-15", "2015-11-01", "Agreed by the CFO"), "already 15"),
        (
            waive("1-2015", "2015-10-15", "2015-11-01", "Another"),
            "different-content: different values are already recorded for waiver `1-2015, Monitoring report (due 15 Oct 2015)`: reason is `Agreed by the CFO`, not `Another`",
        ),
        (pay("1-2015", "2015-11-01", "100"), "16"),
        // It can still be received after the waiver.
        (submit("1-2015", None, "2015-10-15", "2015-11-05", "", "Behind"), "17"),
    ]);
}

#[test]
fn items_that_do_not_hold_payments_are_not_waived() {
    check(&[
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (expect("1-2015", "Worker in post", "2015-07-15", false), "8"),
        (
            waive("1-2015", "2015-07-15", "2015-07-16", "No need"),
            "not-awaited: Worker in post (due 15 Jul 2015) is not holding up payments against award 1-2015",
        ),
        (expect("1-2015", REPORT, "2015-08-15", true), "9"),
        (submit("1-2015", None, "2015-08-15", "2015-08-10", "", "Good"), "10"),
        (
            waive("1-2015", "2015-08-15", "2015-08-16", "No need"),
            "not-awaited: Monitoring report (due 15 Aug 2015) is not holding up payments against award 1-2015",
        ),
    ]);
}

#[test]
fn reversed_monitoring_records_have_no_effect() {
    check(&[
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (expect("1-2015", REPORT, "2015-07-15", true), "8"),
        (submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "Good"), "9"),
        (reverse(8), "has-dependents: record 8 cannot be reversed: record 9 depends on it"),
        (reverse(7), "has-dependents: record 7 cannot be reversed: records 8, 9 depend on it"),
        (reverse(9), "10"),
        (
            pay("1-2015", "2015-07-15", "1"),
            "monitoring-outstanding: payments against award 1-2015 are on hold; outstanding: Monitoring report (due 15 Jul 2015)",
        ),
        (waive("1-2015", "2015-07-15", "2015-07-15", "Agreed"), "11"),
        (reverse(8), "has-dependents: record 8 cannot be reversed: record 11 depends on it"),
        (reverse(11), "12"),
        (reverse(8), "13"),
        (pay("1-2015", "2015-07-15", "1"), "14"),
        // Recorded again as if for the first time.
        (expect("1-2015", REPORT, "2015-07-15", true), "15"),
        (submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "Good"), "16"),
        // Withdrawals and due items do not depend on each other.
        (withdraw("1-2015", "2015-09-01"), "17"),
        (reverse(16), "18"),
        (expect("1-2015", REPORT, "2015-10-15", true), "withdrawn: award 1-2015 was withdrawn"),
    ]);
}

#[test]
fn indicators_are_stated_once_and_revised_on_request() {
    let base = Some(("1000", "2014-15Q1"));
    let store = check(&[
        (indicator("abuse", "2015-16Q1", "958", base, false), "unknown-theme: there is no theme `abuse`"),
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (indicator("abuse", "2015-16Q1", "958", base, false), "8"),
        (indicator("abuse", "2015-16Q1", "958.0", base, false), "already 8"),
        (
            indicator("abuse", "2015-16Q1", "957", None, false),
            "different-content: different values are already recorded for indicator `Recorded incidents (abuse, 2015-16Q1)`: value is `958`, not `957`; baseline is `1000 in 2014-15Q1`, but is not stated here",
        ),
        (indicator("abuse", "2015-16Q1", "957", base, true), "9"),
        (indicator("abuse", "2016-17Q1", "900", None, false), "10"),
        (reverse(8), "has-dependents: record 8 cannot be reversed: record 9 depends on it"),
        (pay("1-2015", "2015-07-15", "123.45"), "11"),
    ]);
    let query = Query::of(FinancialYear::parse("2015-16").unwrap().range());
    let report = indicators(&store, &query).unwrap();
    let lines: Vec<String> = report
        .rows
        .iter()
        .flat_map(|row| {
            row.indicators.iter().map(|it| {
                let change = (it.change.as_deref(), it.change_percent.as_deref());
                format!("{} {} {} {} {change:?}", row.theme, row.expenditure, it.period, it.value)
            })
        })
        .collect();
    assert_eq!(lines, [r#"abuse 123.45 2015-16Q1 957 (Some("-43"), Some("-4.3"))"#]);
    assert_eq!(report.total_expenditure.to_string(), "123.45");

    let mut store = store;
    for (record, expected) in [(9, "12"), (8, "13")] {
        assert_eq!(outcome(&mut store, &reverse(record)), expected);
    }
    assert_eq!(store.reference().indicators.len(), 1);
}

#[test]
fn papers_are_indexed_with_their_decisions_and_grants() {
    let title = Some("Grants made");
    let mut store = check(&[
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (decision("2-2015"), "8"),
        (
            paper("AP15/2", None, None, &["3-2015"], &[]),
            "unknown-decision: decision `3-2015` is not in the register",
        ),
        (paper("AP15/2", None, None, &[], &["3-2015"]), "unknown-award: there is no award `3-2015`"),
        (paper("AP15/2", title, None, &["2-2015"], &[]), "9"),
        (paper("AP15/2", None, None, &["2-2015"], &[]), "already 9"),
        (
            paper("AP15/2", Some("Other"), None, &[], &[]),
            "different-content: different values are already recorded for paper `AP15/2`: title is `Grants made`, not `Other`",
        ),
        (paper("AP15/2", None, Some("2015-06-01"), &[], &["1-2015"]), "10"),
        (expect("1-2015", REPORT, "2015-07-15", false), "11"),
        (submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/10", "Good"), "12"),
        // Records named by a paper cannot be reversed.
        (reverse(8), "has-dependents: record 8 cannot be reversed: record 10 depends on it"),
        (reverse(9), "has-dependents: record 9 cannot be reversed: record 10 depends on it"),
    ]);
    let lines = |store: &MemoryStore, range| -> Vec<String> {
        let rows = papers(store, range).unwrap().rows;
        rows.iter()
            .map(|row| {
                let ids = |ids: Vec<String>| ids.join(",");
                let decisions = ids(row.decisions.iter().map(ToString::to_string).collect());
                let grants = ids(row.grants.iter().map(ToString::to_string).collect());
                let title = row.title.as_ref().map_or("-", |it| it.as_str());
                format!("{} {title} [{decisions}] [{grants}]", row.paper)
            })
            .collect()
    };
    let (first, second) = ("AP15/2 Grants made [2-2015] [1-2015]", "AP15/10 - [] [1-2015]");
    assert_eq!(lines(&store, None), [first, second]);
    let year = |year: &str| Some(FinancialYear::parse(year).unwrap().range());
    assert_eq!(lines(&store, year("2015-16")), [first, second]);
    assert_eq!(lines(&store, year("2016-17")), [second]);
    for (record, expected) in [(12, "13"), (10, "14"), (9, "15"), (8, "16")] {
        assert_eq!(outcome(&mut store, &reverse(record)), expected);
    }
    assert_eq!(lines(&store, None), Vec::<String>::new());
}

#[test]
fn the_report_shows_due_overdue_and_received_items() {
    let store = check(&[
        (award("1-2015", "2015-04-01", "1000", "abuse", None), "7"),
        (award("2-2015", "2015-04-01", "1000", "drugs", None), "11"),
        (expect("1-2015", REPORT, "2015-07-15", true), "12"),
        (expect("1-2015", REPORT, "2015-10-15", true), "13"),
        (expect("1-2015", REPORT, "2016-07-15", true), "14"),
        (expect("2-2015", REPORT, "2015-03-31", false), "15"),
        (expect("2-2015", "Opened", "2015-12-01", false), "16"),
        (expect("2-2015", REPORT, "2015-12-31", true), "17"),
        (submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "Good"), "18"),
        (submit("1-2015", None, "2015-10-15", "2015-11-20", "", "Late"), "19"),
        (withdraw("2-2015", "2015-12-01"), "20"),
    ]);
    let mut lines = Vec::new();
    for (range, on) in [("2015-16", "2015-11-01"), ("2015-16", "2015-12-31"), ("2016-17", "2016-09-01")] {
        let query = Query::of(FinancialYear::parse(range).unwrap().range());
        let report = monitoring(&store, &query, date(on)).unwrap();
        lines.push(format!("{range} {on}: {} {} {}", report.overdue, report.due, report.received));
        lines.extend(report.rows.iter().map(|row| {
            let received = row.received.map_or("-".to_owned(), |day| day.to_string());
            let result = row.result.as_ref().map_or("-", |it| it.as_str());
            format!("{} {} {} {received} {result}", row.state.word(), row.grant, row.due)
        }));
    }
    assert_eq!(
        lines,
        [
            "2015-16 2015-11-01: 2 0 1",
            "overdue 2-2015 2015-03-31 - -",
            "overdue 1-2015 2015-10-15 - -",
            "received 1-2015 2015-07-15 2015-07-10 Good",
            "lapsed 2-2015 2015-12-01 - -",
            "lapsed 2-2015 2015-12-31 - -",
            "2015-16 2015-12-31: 1 0 2",
            "overdue 2-2015 2015-03-31 - -",
            "received 1-2015 2015-07-15 2015-07-10 Good",
            "received 1-2015 2015-10-15 2015-11-20 Late",
            "lapsed 2-2015 2015-12-01 - -",
            "lapsed 2-2015 2015-12-31 - -",
            "2016-17 2016-09-01: 2 0 0",
            "overdue 2-2015 2015-03-31 - -",
            "overdue 1-2015 2016-07-15 - -",
        ]
    );
}

/// Returns what is published of these books: due items, indicators and papers.
fn published(books: &dyn Books) -> String {
    let shown = Published::new(books, Audience::Public).unwrap();
    let range =
        DateRange::new(Date::parse("2015-01-01").unwrap(), Date::parse("2017-12-31").unwrap()).unwrap();
    let query = Query::of(range);
    format!(
        "{:?} {:?} {:?}",
        monitoring(&shown, &query, date("2016-01-01")).unwrap().rows,
        indicators(&shown, &query).unwrap().rows,
        papers(&shown, None).unwrap().rows
    )
}

#[test]
fn nothing_under_a_confidential_decision_is_published() {
    let open = [
        award("1-2015", "2015-04-01", "1000", "abuse", None),
        expect("1-2015", REPORT, "2015-07-15", true),
        submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "Good"),
        paper("AP15/3", Some("Title"), None, &["1-2015"], &[]),
        indicator("abuse", "2015-16Q1", "957", None, false),
        paper("AP15/4", Some("Nothing yet"), None, &[], &[]),
    ];
    let secret = [
        award("C1-2015", "2015-04-01", "1000", "secret", None),
        expect("C1-2015", "CANARY", "2015-07-15", true),
        submit("C1-2015", None, "2015-07-15", "2015-07-10", "CANARY/2", "CANARY"),
        paper("CANARY/3", Some("CANARY"), None, &["C1-2015"], &["C1-2015"]),
        paper("AP15/3", None, None, &["C1-2015"], &["C1-2015"]),
        paper("AP15/4", None, Some("2015-09-09"), &["C1-2015"], &[]),
    ];
    let lines = |commands: Vec<&Command>| {
        let mut store = opened();
        for command in commands {
            let lines = outcome(&mut store, command);
            assert!(lines.parse::<u64>().is_ok(), "{lines} {command:?}");
        }
        published(&store)
    };
    let without = lines(open.iter().collect());
    let with = lines(open.iter().chain(&secret).collect());
    assert!(!with.contains("CANARY"), "{with}");
    assert_eq!(with, without);
    assert!(without.contains("AP15/4") && without.contains("957"), "{without}");
}

#[test]
fn a_ledger_folder_stores_all_of_it_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let mut ledger = Ledger::create(&path, common::opening_events(), AT.into(), BY.into()).unwrap();
    let commands = [
        award("1-2015", "2015-04-01", "1000", "abuse", None),
        expect("1-2015", REPORT, "2015-07-15", true),
        submit("1-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "Good"),
        expect("1-2015", REPORT, "2015-10-15", true),
        waive("1-2015", "2015-10-15", "2015-10-16", "Agreed"),
        indicator("abuse", "2015-16Q1", "957.50", Some(("1000", "FY2011-12")), false),
        paper("AP15/3", Some("Title"), Some("2015-09-01"), &["1-2015"], &["1-2015"]),
    ];
    let batch = common::drafted(&ledger, &commands);
    ledger.append(ledger.head(), BatchLabel { label: "test", ..BatchLabel::default() }, batch).unwrap();
    drop(ledger);
    assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, []);
    let reference = Ledger::open(&path, Access::Read, &mut |_, _| {}).unwrap().0.reference().clone();
    Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).unwrap();
    let (ledger, notices) = Ledger::open(&path, Access::Read, &mut |_, _| {}).unwrap();
    assert_eq!((ledger.reference(), notices), (&reference, Vec::new()));
    let grant = ledger.grant(&"1-2015".parse().unwrap()).unwrap().unwrap();
    let states: Vec<bool> =
        grant.due_items().iter().map(|it| it.holds_payment_of(date("2016-01-01"))).collect();
    assert_eq!(states, [false, false]);
    drop(grant);
    // Journal lines stay as they were written.
    let journal = std::fs::read_to_string(path.join("journal/000000000001.jsonl")).unwrap();
    for expected in [
        r#"{"monitoring-due":{"what":"monitoring-report","name":"Monitoring report","due":"2015-07-15","before_payment":true}}"#,
        r#"{"monitoring-received":{"what":"monitoring-report","name":"Monitoring report","due":"2015-07-15","received":"2015-07-10","paper":"AP15/2","result":"Good"}}"#,
        r#"{"monitoring-waived":{"name":"Monitoring report","due":"2015-10-15","date":"2015-10-16","reason":"Agreed"}}"#,
        r#""indicator-set":{"indicator":{"theme":"abuse","name":"Recorded incidents","period":"2015-16Q1"},"stated":{"value":"957.50","unit":"incidents","baseline":{"value":"1000","period":"FY2011-12"},"source":"Police record"}}"#,
        r#""paper-recorded":{"id":"AP15/3","title":"Title","date":"2015-09-01","decisions":["1-2015"],"grants":["1-2015"]}"#,
    ] {
        assert!(journal.contains(expected), "{expected}\n{journal}");
    }
}
