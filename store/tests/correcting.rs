//! Corrections of a mistyped recipient, amount or purpose of an award.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

mod common;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, Refusal, decide};
use almoner_ledger::invariants::violations;
use almoner_ledger::reports::{By, Measure, Query, changes, commitments, themes};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};
use common::{award, pay};

/// A correction as `amount 1200`, `recipient Lighthouse` or `purpose Advice`.
fn correct(text: &str) -> Command {
    let (what, value) = text.split_once(' ').unwrap();
    let of = |wanted: &str| (what == wanted).then(|| value.to_owned());
    Command::Correct {
        award: "1-2015".parse().unwrap(),
        recipient: of("recipient"),
        amount: of("amount").map(|amount| amount.parse().unwrap()),
        purpose: of("purpose").map(|purpose| purpose.parse().unwrap()),
        date: common::date("2018-01-01"),
        reason: "A slip".parse().unwrap(),
    }
}

fn close(month: &str) -> Command {
    Command::close(month.parse().unwrap())
}

fn record(store: &mut MemoryStore, commands: &[Command]) {
    let batch = common::drafted(&*store, commands);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

/// An award of 12,000.00 over 2015-16, of which 2,000.00 is paid in April.
fn books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let opening = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), opening).unwrap();
    let other =
        Command::AddRecipient { id: None, name: "Lighthouse".parse().unwrap(), identifiers: Vec::new() };
    let of_year = Some(("2015-04-01", "2016-03-31"));
    record(
        &mut store,
        &[
            other,
            award("1-2015", "2015-04-01", "12000", "youth", of_year),
            pay("1-2015", "2015-04-10", "2000"),
        ],
    );
    store
}

fn figure(store: &MemoryStore, recipient: Option<&str>, measure: Measure, from: &str, to: &str) -> String {
    let query = Query::of(DateRange::new(common::date(from), common::date(to)).unwrap());
    let report = themes(store, &query, By::Recipient).unwrap();
    match recipient {
        None => report.total.get(measure).to_string(),
        Some(id) => {
            let row = report.rows.iter().find(|row| row.key.id == id);
            row.map_or("0.00".to_owned(), |row| row.measures.get(measure).to_string())
        }
    }
}

#[test]
fn a_corrected_award_counts_from_its_decision_and_late_in_closed_months() {
    let before = books().grant(&"1-2015".parse().unwrap()).unwrap().unwrap().award().unwrap().clone();
    let was = before.recipient.as_str();
    let (april, may) = (close("2015-04"), close("2015-05"));
    let less = || correct("amount 1200");
    let other = || correct("recipient Lighthouse");
    let all = None;
    // Commands, recipient, figure, the days of the range, and the figure.
    type Case<'t> = (Vec<Command>, Option<&'t str>, Measure, &'t str, &'t str, &'t str);
    let table: Vec<Case<'_>> = vec![
        (vec![], all, Measure::Awarded, "2015-04-01", "2015-04-30", "12000.00"),
        (vec![less()], all, Measure::Awarded, "2015-04-01", "2015-04-30", "1200.00"),
        (vec![less()], all, Measure::Expenditure, "2015-04-01", "2015-04-30", "100.00"),
        // 800.00 is due back from the payment on, and no commitment is left.
        (vec![less()], all, Measure::Committed, "2015-04-01", "2015-04-30", "0.00"),
        (vec![less()], all, Measure::Prepayments, "2015-04-01", "2015-04-30", "1100.00"),
        (vec![correct("amount 13200")], all, Measure::Expenditure, "2015-04-01", "2016-03-31", "13200.00"),
        (vec![april.clone(), less()], all, Measure::Awarded, "2015-04-01", "2015-04-30", "12000.00"),
        (vec![april.clone(), less()], all, Measure::Committed, "2015-04-01", "2015-04-30", "10000.00"),
        (vec![april.clone(), less()], all, Measure::Awarded, "2015-05-01", "2015-05-31", "-10800.00"),
        (vec![april.clone(), less()], all, Measure::Expenditure, "2015-05-01", "2015-05-31", "-800.00"),
        (vec![april.clone(), less()], all, Measure::Expenditure, "2015-04-01", "2016-03-31", "1200.00"),
        (vec![other()], Some(was), Measure::Awarded, "2015-04-01", "2015-04-30", "0.00"),
        (vec![other()], Some("lighthouse"), Measure::Paid, "2015-04-01", "2015-04-30", "2000.00"),
        (
            vec![april.clone(), other()],
            Some(was),
            Measure::Prepayments,
            "2015-04-01",
            "2015-04-30",
            "1000.00",
        ),
        (vec![april.clone(), other()], Some(was), Measure::Prepayments, "2015-05-01", "2015-05-31", "0.00"),
        (
            vec![april.clone(), other()],
            Some("lighthouse"),
            Measure::Paid,
            "2015-05-01",
            "2015-05-31",
            "2000.00",
        ),
        (vec![april.clone(), other()], all, Measure::Paid, "2015-05-01", "2015-05-31", "0.00"),
        (
            vec![april.clone(), may.clone(), other(), less()],
            Some(was),
            Measure::Expenditure,
            "2015-04-01",
            "2016-03-31",
            "0.00",
        ),
        (
            vec![april, other(), may, Command::Reverse { record: 11, reason: None }],
            Some(was),
            Measure::Expenditure,
            "2015-04-01",
            "2016-03-31",
            "12000.00",
        ),
    ];
    for (commands, recipient, measure, from, to, expected) in table {
        let mut store = books();
        commands.iter().for_each(|command| record(&mut store, std::slice::from_ref(command)));
        let there = figure(&store, recipient, measure, from, to);
        assert_eq!(there, expected, "{measure} of {recipient:?} {from} {to} after {commands:?}");
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new(), "{commands:?}");
    }
}

#[test]
fn a_correction_is_no_variation_and_is_reversed_as_other_records_are() {
    let mut store = books();
    record(&mut store, &[correct("amount 1200"), correct("purpose Advice")]);
    let last = store.reference().records;
    let year = Query::of(common::date("2015-04-01").financial_year().range());
    let report = changes(&store, &year).unwrap();
    assert!(report.changes.rows.is_empty());
    let awards = report.awards.rows.iter().map(|row| format!("{} {}", row.purpose, row.amount));
    assert_eq!(awards.collect::<Vec<_>>(), ["Advice 1200.00"]);
    let code = |command: Command| match decide(&store, &command, Options::default()) {
        Ok(Decided::Already(_)) => "already",
        Ok(Decided::Events(_)) => "done",
        Err(Refusal::Rejected(rejection)) => rejection.code(),
        Err(error) => panic!("{error}"),
    };
    let undo = |record| Command::Reverse { record, reason: None };
    for (command, expected) in [
        (correct("amount 1200"), "already"),
        (correct("amount 1200.01"), "done"),
        (correct("amount 0"), "amount-not-positive"),
        (correct("recipient Nobody"), "unknown-recipient"),
        (undo(last), "done"),
        (undo(last - 1), "has-dependents"),
    ] {
        assert_eq!(code(command.clone()), expected, "{command:?}");
    }
    record(&mut store, &[undo(last)]);
    record(&mut store, &[undo(last - 1)]);
    let grant = store.grant(&"1-2015".parse().unwrap()).unwrap().unwrap();
    assert_eq!(grant.standing().unwrap().awarded.to_string(), "12000.00");
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

/// What is committed falls due by the corrected amount: 2,000.00 paid of 24,000.00 or 6,000.00 for 2015-16.
#[test]
fn a_corrected_award_falls_due_as_if_it_had_been_awarded_so() {
    for (amount, day, expected) in [
        (
            "24000",
            "2015-09-30",
            "now 10000.00, 2015-10 2000.00, 2015-11 2000.00, 2015-12 2000.00, 2016-01 2000.00, 2016-02 2000.00, 2016-03 2000.00",
        ),
        (
            "6000",
            "2015-09-30",
            "now 1000.00, 2015-10 500.00, 2015-11 500.00, 2015-12 500.00, 2016-01 500.00, 2016-02 500.00, 2016-03 500.00",
        ),
        ("24000", "2016-03-31", "now 22000.00"),
        ("6000", "2016-03-31", "now 4000.00"),
    ] {
        let mut store = books();
        record(&mut store, &[correct(&format!("amount {amount}"))]);
        let to = common::date(day);
        let query = Query::of(DateRange::new(common::date("2015-04-01"), to).unwrap());
        let report = commitments(&store, &query).unwrap();
        let rows: Vec<String> = report.rows.iter().map(|row| format!("{} {}", row.due, row.amount)).collect();
        assert_eq!(rows.join(", "), expected, "{amount} as at {day}");
    }
}
