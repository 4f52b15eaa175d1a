//! Records that a clock dated too late: what is known at a day, and what counts for the policy, once it is corrected.

use crate::tally;
use std::path::Path;

use crate::common::{self, award, opening_events, pay};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::clock::{self, WrongClock};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::carry_out;
use almoner_ledger::events::Event;
use almoner_ledger::reports::last_day;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Theme, ThemeId};
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Acceptance, Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::{FindingKind, VerifyOptions, verify, verify_with};
use almoner_store::{BatchLabel, KnownAt, Store, StoreError, as_known_at};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn record(store: &mut impl Store, books: impl Fn(&mut Draft<'_>), at: &str) {
    let batch = {
        let snapshot = store.snapshot(None).unwrap();
        let mut draft = Draft::new(&*snapshot, at.to_owned(), "jane".to_owned());
        books(&mut draft);
        draft.finish().unwrap()
    };
    let head = store.health().head;
    store.append(head, BatchLabel::default(), batch).unwrap();
}

fn command(command: Command) -> impl Fn(&mut Draft<'_>) {
    let options = Options { add_missing: true, ..Options::default() };
    move |draft| {
        carry_out(draft, &command, options.clone()).unwrap();
    }
}

fn open(path: &Path) -> Ledger {
    Ledger::open(path, Access::Write, &mut |_, _| {}).unwrap().0
}

fn correct(path: &Path, at: &str) -> Result<u64, StoreError> {
    let (reason, at, by) = ("Set to 2101".parse::<Text>().unwrap(), at.to_owned(), "jane".to_owned());
    let correction = Acceptance { reason, at, by, is_clock_confirmed: false, key: None };
    Ledger::correct_clock(path, correction, &Turn::default(), None, &mut |_, _| {})
}

/// A ledger with two payments, the second of which was recorded by a clock that was ahead.
fn ahead(path: &Path) -> u64 {
    let (at, by) = ("2026-01-10T09:00:00Z".to_owned(), "jane".to_owned());
    let mut ledger = Ledger::create(path, opening_events(), at, by).unwrap();
    record(&mut ledger, command(award("1-2015", "2015-01-22", "100", "youth", None)), "2026-02-01T09:00:00Z");
    record(&mut ledger, command(pay("1-2015", "2015-02-20", "10")), "2026-02-03T09:00:00Z");
    let before = ledger.head().record;
    record(&mut ledger, command(pay("1-2015", "2015-02-21", "20")), "2101-01-01T09:00:00Z");
    // The right clock is later than the last record only in 2101.
    record(&mut ledger, command(pay("1-2015", "2015-02-22", "30")), "2026-02-04T09:00:00Z");
    before
}

#[test]
fn a_clock_that_was_ahead_is_corrected_by_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.ledger");
    let before = ahead(&path);
    let known = |on: &str| as_known_at(&open(&path), KnownAt::Date(day(on))).unwrap().head().record;
    assert_eq!([known("2026-02-04"), known("2026-03-01")], [before, before], "both are dated 2101");
    let today = Some(day("2026-02-05"));
    let clock = |today| {
        let found = verify_with(&path, VerifyOptions { today, ..VerifyOptions::default() }, &mut |_, _| {});
        found.unwrap().findings.into_iter().map(|it| it.kind).collect::<Vec<_>>()
    };
    assert_eq!(clock(today), [FindingKind::Clock]);
    assert_eq!(clock(Some(day("2101-01-01"))), []);

    let last = correct(&path, "2026-02-05T09:00:00Z").unwrap();
    assert_eq!(last, before + 3);
    let mut ledger = open(&path);
    record(&mut ledger, command(pay("1-2015", "2015-02-23", "1")), "2026-02-08T09:00:00Z");
    drop(ledger);
    for (on, expected) in [
        ("2026-01-31", 3),
        ("2026-02-04", before),
        ("2026-02-05", last),
        ("2026-02-07", last),
        ("2026-02-08", last + 1),
        ("2101-01-01", last + 1),
    ] {
        assert_eq!(known(on), expected, "{on}");
        let ledger = open(&path);
        let totals = ledger.totals_as_known_at(KnownAt::Date(day(on))).unwrap().unwrap();
        assert_eq!(totals.head().record, expected, "{on}");
        let replayed = as_known_at(&ledger, KnownAt::Date(day(on))).unwrap();
        assert_eq!(*totals.totals(), *replayed.totals(), "{on}");
    }
    assert_eq!(last_day(&open(&path)), Some(day("2026-02-08")));
    assert_eq!(open(&path).totals().known(), Some(day("2026-02-08")), "totals have the days again");
    assert_eq!(clock(Some(day("2026-02-08"))), []);
    let verified = verify(&path, &mut |_, _| {}).unwrap();
    // A correction by a clock that was itself ahead is named, too.
    let mistaken = open(&path).head().record + 1;
    let copy = folder.path().join("mistaken.ledger");
    common::copy_folder(&path, &copy);
    record(&mut open(&copy), command(pay("1-2015", "2015-02-25", "7")), "2101-01-01T09:00:00Z");
    correct(&copy, "2099-01-01T09:00:00Z").unwrap();
    let options = VerifyOptions { today: Some(day("2026-02-09")), ..VerifyOptions::default() };
    let found = verify_with(&copy, options, &mut |_, _| {}).unwrap().findings;
    assert_eq!(found.len(), 1, "{found:?}");
    let expected = format!("from record {} on, records are dated 1 Jan 2099", mistaken + 1);
    assert!(found[0].kind == FindingKind::Clock && found[0].message.starts_with(&expected), "{found:?}");
    assert_eq!(verified.clock_corrected, [(last, "2026-02-05T09:00:00Z".to_owned())]);
    assert!(matches!(
        correct(&path, "2026-02-08T10:00:00Z"),
        Err(StoreError::Clock(WrongClock::NotWrong(_)))
    ));
}

/// Files of the index that were written between the correction and the rebuilding are not used.
#[test]
fn an_index_of_a_clock_that_was_ahead_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.ledger");
    ahead(&path);
    let mut ledger = open(&path);
    let batch = {
        let (at, by) = ("2026-02-05T09:00:00Z".to_owned(), "jane".to_owned());
        Draft::correcting_clock(&ledger, at, by, "Set to 2101".parse().unwrap(), false, &|_| None)
            .unwrap()
            .finish()
            .unwrap()
    };
    let head = ledger.head();
    ledger.append(head, BatchLabel::default(), batch).unwrap();
    drop(ledger);
    for access in [Access::Totals, Access::Read, Access::Write] {
        let (ledger, _) = Ledger::open(&path, access, &mut |_, _| {}).unwrap();
        assert_eq!(ledger.totals().known(), Some(day("2026-02-05")), "{access:?}");
    }
    assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, []);
}

#[test]
fn a_record_dated_before_the_one_before_it_is_not_allowed() {
    let mut store = MemoryStore::default();
    let draft = |store: &MemoryStore, at: &str| {
        let mut draft = Draft::new(store, at.to_owned(), "jane".to_owned());
        for event in opening_events() {
            draft.add(event).unwrap();
        }
        draft.finish().unwrap()
    };
    let batch = draft(&store, "2026-02-01T09:00:00Z");
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let theme = command(award("1-2015", "2015-01-22", "100", "youth", None));
    let mut batch = {
        let mut draft = Draft::new(&store, "2026-02-02T09:00:00Z".to_owned(), "jane".to_owned());
        theme(&mut draft);
        draft.finish().unwrap()
    };
    for record in &mut batch.records {
        record.at = "2026-01-31T09:00:00Z".into();
    }
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let found =
        almoner_store::verify::verify_store(&store, VerifyOptions::default(), &mut |_, _| {}).unwrap();
    let first = found.findings.first().map(|it| (it.kind, it.message.clone()));
    let (kind, message) = first.unwrap();
    assert_eq!(kind, FindingKind::NotAllowed);
    assert!(message.contains("earlier than the previous record"), "{message}");
}

/// Whatever clocks do: the records known on a day are those up to the last one that is dated on it or before.
#[test]
fn records_known_on_a_day_end_with_the_last_one_dated_by_then() {
    let rounds = tally::rounds("ALMONER_CLOCKS", 20, 400);
    let stamp = |day: u64| format!("{}T09:00:00Z", day_number(day));
    for round in 0..rounds {
        let (mut random, mut store) = (tally::Random::new(round), MemoryStore::default());
        let (mut today, mut dated, mut number) = (40, Vec::new(), 0);
        for _ in 0..14 {
            today += random.below(4);
            let clock = match random.below(6) {
                0 => today + random.below(2_000),
                1 => today - random.below(8),
                _ => today,
            };
            let last = store.reference().last_recorded.clone();
            let is_behind = matches!(clock::check(&last, &stamp(clock)), Err(WrongClock::Behind { .. }));
            let batch = if is_behind {
                if random.below(2) == 0 {
                    continue;
                }
                let reason = "Ahead".parse().unwrap();
                Draft::correcting_clock(&store, stamp(clock), "jane".to_owned(), reason, true, &|_| None)
                    .unwrap()
                    .finish()
            } else {
                let mut draft = Draft::new(&store, stamp(clock), "jane".to_owned());
                let events = if number == 0 { opening_events() } else { vec![theme(number)] };
                draft.add_all(events).unwrap();
                draft.finish()
            };
            number += 1;
            let batch = batch.unwrap();
            dated.extend(batch.records.iter().map(|it| it.at[..10].to_owned()));
            store.append(store.head(), BatchLabel::default(), batch).unwrap();
        }
        for at in 30..140 {
            let on = day_number(at);
            let expected = dated.iter().rposition(|it| *it <= on.to_string()).map_or(0, |at| at + 1);
            let known = as_known_at(&store, KnownAt::Date(on)).unwrap().head().record;
            assert_eq!(known, expected as u64, "round {round}, {on}: {dated:?}");
        }
        let options = VerifyOptions::default();
        let verified = almoner_store::verify::verify_store(&store, options, &mut |_, _| {}).unwrap();
        assert_eq!(verified.findings, [], "round {round}");
    }
    tally::tally("ledgers with clocks ahead, behind and corrected", rounds);
}

fn day_number(number: u64) -> Date {
    (0..number).fold(day("2026-01-01"), |day, _| day.next_day())
}

fn theme(number: u64) -> Event {
    let (id, name) = (ThemeId::new(&format!("t-{number}")).unwrap(), Text::new("Theme").unwrap());
    Event::ThemeAdded(Theme { id, name, objective: None })
}
