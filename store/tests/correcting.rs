//! Corrections of a mistyped recipient, amount or purpose of an award.

use crate::common::{self, award, pay};
use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, Refusal, decide};
use almoner_ledger::invariants::violations;
use almoner_ledger::reports::{
    By, Filter, Measure, Query, bank_reconciliation, changes, commitments, explain, payments, themes,
};
use almoner_ledger::themes::Split;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

/// A correction as `amount 1200`, `recipient Lighthouse`, `purpose Advice`, or several: `amount 1200, theme youth`.
fn correct(text: &str) -> Command {
    let given: Vec<(&str, &str)> = text.split(", ").map(|it| it.split_once(' ').unwrap()).collect();
    let of =
        |wanted: &str| given.iter().find(|(what, _)| *what == wanted).map(|(_, value)| (*value).to_owned());
    Command::Correct {
        award: "1-2015".parse().unwrap(),
        recipient: of("recipient"),
        amount: of("amount").map(|amount| amount.parse().unwrap()),
        purpose: of("purpose").map(|purpose| purpose.parse().unwrap()),
        fund: of("fund").map(|fund| Funds::parse(&fund).unwrap()),
        theme: of("theme").map(|theme| Split::parse(&theme).unwrap()),
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

/// An amount whose parts, funds or themes are stated as amounts is corrected together with these.
#[test]
fn a_corrected_amount_comes_with_its_corrected_parts() {
    let parts = "cdr/youth:600;victims/women:400";
    // How the award of 1,000.00 is divided: funds and themes; what is recorded before; the correction; what becomes of it,
    // and then the expenditure of May 2015 to February 2016 by fund and theme.
    type Case<'t> = ((&'t str, &'t str), Vec<Command>, &'t str, &'t str, &'t [(By, &'t str, &'t str)]);
    let of_women = || part_paid("100", "victims/women");
    let table: [Case<'_>; 13] = [
        ((parts, "youth:600;women:400"), vec![], "amount 1200", "division-not-corrected", &[]),
        (
            (parts, "youth:600;women:400"),
            vec![],
            "amount 1200, fund cdr/youth:600;victims/women:600",
            "recorded",
            &[(By::Fund, "cdr", "600.00"), (By::Fund, "victims", "600.00"), (By::Theme, "women", "600.00")],
        ),
        (
            (parts, "youth:600;women:400"),
            vec![],
            "amount 1200, fund cdr/youth:600;victims/women:500",
            "allocation-does-not-add-up",
            &[],
        ),
        // Parts by percentages go with any amount; so do other funds and themes.
        (
            ("cdr/youth:60%;victims/women:40%", "youth:60%;women:40%"),
            vec![],
            "amount 1200",
            "recorded",
            &[(By::Fund, "cdr", "720.00"), (By::Fund, "victims", "480.00")],
        ),
        (
            (parts, "youth:600;women:400"),
            vec![],
            "amount 1200, fund cdr, theme youth",
            "recorded",
            &[(By::Fund, "cdr", "1200.00"), (By::Theme, "youth", "1200.00"), (By::Theme, "women", "0.00")],
        ),
        ((parts, "youth:600;women:400"), vec![], "amount 1200, fund cdr", "division-not-corrected", &[]),
        ((parts, "youth:600;women:400"), vec![], "amount 1200, theme youth", "themes-not-of-parts", &[]),
        (("cdr", "youth:600;women:400"), vec![], "amount 1200", "division-not-corrected", &[]),
        (
            ("cdr", "youth:600;women:400"),
            vec![],
            "amount 1200, theme youth:700;women:500",
            "recorded",
            &[(By::Theme, "youth", "700.00"), (By::Theme, "women", "500.00")],
        ),
        (
            ("cdr:600;victims:400", "youth"),
            vec![],
            "amount 1200, fund cdr:700;victims:500",
            "recorded",
            &[(By::Fund, "cdr", "700.00"), (By::Fund, "victims", "500.00")],
        ),
        // Parts that were mistyped, without another amount.
        (
            (parts, "youth:600;women:400"),
            vec![of_women()],
            "fund cdr/youth:400;victims/women:600",
            "recorded",
            &[(By::Fund, "cdr", "400.00"), (By::Fund, "victims", "600.00")],
        ),
        (
            (parts, "youth:600;women:400"),
            vec![of_women()],
            "fund cdr/youth:400;cdr/women:600",
            "part-in-use",
            &[],
        ),
        // What is divided later is divided as it was.
        (
            (parts, "youth:600;women:400"),
            vec![Command::ChangeFund {
                award: "2-2015".parse().unwrap(),
                decision: None,
                date: common::date("2015-05-01"),
                fund: Funds::parse("safer").unwrap(),
                include_past: false,
            }],
            "amount 1200, fund cdr/youth:600;victims/women:600",
            "recorded",
            &[(By::Fund, "safer", "1200.00"), (By::Theme, "women", "600.00")],
        ),
    ];
    for ((funds, themes), before, correction, expected, figures) in table {
        let mut store = books();
        let Command::Award(mut given) =
            award("2-2015", "2015-04-20", "1000", themes, Some(("2015-05", "2016-02")))
        else {
            panic!("an award is awarded")
        };
        given.fund = Some(Funds::parse(funds).unwrap());
        record(&mut store, &[Command::Award(given)]);
        record(&mut store, &before);
        let Command::Correct { recipient, amount, purpose, fund, theme, date, reason, .. } =
            correct(correction)
        else {
            panic!("a correction corrects")
        };
        let award = "2-2015".parse().unwrap();
        let command = Command::Correct { award, recipient, amount, purpose, fund, theme, date, reason };
        let options = Options { add_missing: true, ..Options::default() };
        let outcome = match decide(&store, &command, options) {
            Ok(Decided::Events(_)) => "recorded",
            Ok(Decided::Already(_)) => "already",
            Err(Refusal::Rejected(rejection)) => rejection.code(),
            Err(Refusal::Books(error)) => panic!("{error}"),
        };
        assert_eq!(outcome, expected, "{funds} {themes} {correction}");
        if expected != "recorded" {
            continue;
        }
        let of = |store: &MemoryStore, by, id: &str| {
            let query =
                Query::of(DateRange::new(common::date("2015-04-01"), common::date("2016-03-31")).unwrap());
            let rows = themes_of(store, &query, by);
            let first = match (by, id) {
                (By::Theme, "youth") | (By::Fund, "cdr") => "12000.00".parse().unwrap(),
                _ => almoner_ledger::money::Money::ZERO,
            };
            rows.get(id).copied().unwrap_or_default().minus(first).unwrap().to_string()
        };
        let figures_before: Vec<String> = figures.iter().map(|(by, id, _)| of(&store, *by, id)).collect();
        record(&mut store, std::slice::from_ref(&command));
        for (by, id, amount) in figures {
            assert_eq!(of(&store, *by, id), *amount, "{funds} {themes} {correction}: {id}");
        }
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new(), "{correction}");
        // Undone, it leaves nothing.
        let last = store.reference().records;
        record(&mut store, &[Command::Reverse { record: last, reason: None }]);
        let figures_after: Vec<String> = figures.iter().map(|(by, id, _)| of(&store, *by, id)).collect();
        assert_eq!(figures_after, figures_before, "{correction}");
    }
}

fn part_paid(amount: &str, part: &str) -> Command {
    let Command::Pay { award: _, date, amount, reference, account, before_decision, part: _, occurrence } =
        pay("2-2015", "2015-06-10", amount)
    else {
        panic!("a payment pays")
    };
    let (award, part) = ("2-2015".parse().unwrap(), Some(Part::parse(part).unwrap()));
    Command::Pay { award, date, amount, reference, account, before_decision, part, occurrence }
}

/// Expenditure by fund or theme.
fn themes_of(
    store: &MemoryStore,
    query: &Query,
    by: By,
) -> std::collections::BTreeMap<String, almoner_ledger::money::Money> {
    let rows = themes(store, query, by).unwrap().rows.into_iter();
    rows.map(|row| (row.key.id.to_string(), row.measures.expenditure)).collect()
}

/// A payment is named under the recipient under whom the figures of its month are, whatever the report: as corrected, but
/// in a month that was closed before.
#[test]
fn every_report_names_the_recipient_under_whom_a_payment_is_shown() {
    let before = books().grant(&"1-2015".parse().unwrap()).unwrap().unwrap().award().unwrap().clone();
    let was = before.recipient.as_str();
    let april = || close("2015-04");
    let other = || correct("recipient Lighthouse");
    let undone = |record| Command::Reverse { record, reason: None };
    // Commands, and the recipient in April.
    let table: Vec<(&str, Vec<Command>, &str)> = vec![
        ("as awarded", vec![], was),
        ("corrected", vec![other()], "lighthouse"),
        ("corrected after the month was closed", vec![april(), other()], was),
        ("corrected before the month was closed", vec![other(), april()], "lighthouse"),
        ("corrected and reversed", vec![other(), undone(10)], was),
        ("reversed after the month was closed", vec![other(), april(), undone(10)], "lighthouse"),
        ("corrected and reversed after the month was closed", vec![april(), other(), undone(11)], was),
    ];
    let range = DateRange::new(common::date("2015-04-01"), common::date("2015-04-30")).unwrap();
    for (what, commands, expected) in table {
        let mut store = books();
        commands.iter().for_each(|command| record(&mut store, std::slice::from_ref(command)));
        for recipient in [was, "lighthouse"] {
            let there = figure(&store, Some(recipient), Measure::Paid, "2015-04-01", "2015-04-30");
            let paid = if recipient == expected { "2000.00" } else { "0.00" };
            assert_eq!(there, paid, "{what}: {recipient}");
            // Filtered by a recipient, only what is shown under it.
            let filter = Filter { recipient: Some(recipient.parse().unwrap()), ..Filter::default() };
            let listed = payments(&store, &Query { filter, ..Query::of(range) }, None).unwrap();
            assert_eq!(listed.total.to_string(), paid, "{what}: {recipient}");
        }
        let listed = payments(&store, &Query::of(range), None).unwrap();
        let [row] = listed.rows.as_slice() else { panic!("{what}: {listed:?}") };
        assert_eq!(row.recipient.as_str(), expected, "{what}");
        let parts = explain(&store, &Query::of(range), None, Measure::Paid).unwrap().parts;
        let named: Vec<_> = parts.iter().map(|part| part.recipient.as_ref().unwrap().as_str()).collect();
        assert_eq!(named, [expected], "{what}");
        let bank = bank_reconciliation(&store, None, common::date("2015-04-30")).unwrap();
        let open = bank.rows.iter().find(|row| row.record == Some(9)).unwrap();
        assert_eq!(open.text.contains("Lighthouse"), expected == "lighthouse", "{what}: {}", open.text);
    }
}
