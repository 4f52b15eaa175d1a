//! The main operations of the core, one by one: `cargo bench -p almoner-store`.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;

use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::decide;
use almoner_ledger::events::Record;
use almoner_ledger::reports::periods::{Every, periods};
use almoner_ledger::reports::themes::{By, themes};
use almoner_ledger::reports::{Query, Source};
use almoner_store::folder::Ledger;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};
use common::{AT, BY, award, drafted, drafted_events, opening_events, pay};
use divan::Bencher;

fn main() {
    divan::main();
}

const AWARDS: usize = 1000;
const YEARS: [(&str, &str); 3] =
    [("2015-04-01", "2015-09-30"), ("2015-04-01", "2018-03-31"), ("2015-04-01", "2020-03-31")];

/// Makes awards over three years, each with four payments.
fn work() -> Vec<Command> {
    let mut commands = Vec::new();
    for number in 1..=AWARDS {
        let id = format!("{number}-2015");
        commands.push(award(&id, "2015-03-04", "18467.33", "domestic-abuse", Some(YEARS[1])));
        for month in ["2015-05-01", "2015-09-01", "2016-04-01", "2017-01-31"] {
            commands.push(pay(&id, month, "4000.01"));
        }
    }
    commands
}

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    store.append(store.head(), BatchLabel::default(), drafted_events(&store, opening_events())).unwrap();
    store
}

fn office() -> MemoryStore {
    let mut store = opened();
    store.append(store.head(), BatchLabel::default(), drafted(&store, &work())).unwrap();
    store
}

/// Decides an award and divides it over the months of its period, to the penny.
#[divan::bench(args = YEARS)]
fn decide_an_award(bencher: Bencher<'_, '_>, period: (&str, &str)) {
    let store = office();
    let command = award("2000-2015", "2015-03-04", "18467.33", "domestic-abuse", Some(period));
    let options = Options { add_missing: true, again: true, ..Options::default() };
    bencher.bench(|| decide(&store, &command, options.clone()).unwrap());
}

#[divan::bench]
fn decide_a_payment(bencher: Bencher<'_, '_>) {
    let store = office();
    let command = pay("500-2015", "2017-03-31", "1.99");
    bencher.bench(|| decide(&store, &command, Options::default()).unwrap());
}

/// Records one payment in a ledger folder: journal, head and index, all on the disk.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn append_a_payment(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let mut ledger = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap();
    let batch = drafted(&ledger, &[award("1-2015", "2015-03-04", "18467.33", "domestic-abuse", None)]);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    bencher.bench_local(move || {
        let left = ledger.head().record.to_string();
        let batch = drafted(&ledger, &[pay("1-2015", "2015-05-01", &format!("0.{left:0>2}"))]);
        ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap()
    });
}

/// Folds the records of an office into its books.
#[divan::bench]
fn fold(bencher: Bencher<'_, '_>) {
    let empty = MemoryStore::default();
    let opened = opened();
    let mut records: Vec<Record> = Vec::new();
    for batch in [drafted_events(&empty, opening_events()), drafted(&opened, &work())] {
        records.extend(batch.records.iter().cloned());
    }
    bencher.with_inputs(|| records.clone()).bench_local_values(|records| {
        let mut draft = Draft::replaying(&empty);
        for record in records {
            draft.apply(record).unwrap();
        }
        draft.finish_replay().unwrap()
    });
}

/// Reports from totals, and from every grant.
#[divan::bench(args = [Source::Auto, Source::Scan])]
fn report_themes(bencher: Bencher<'_, '_>, source: &Source) {
    let store = office();
    let query = Query { source: *source, ..Query::of(FinancialYear::parse("2015-16").unwrap().range()) };
    bencher.bench(|| themes(&store, &query, By::Theme).unwrap());
}

#[divan::bench]
fn report_periods(bencher: Bencher<'_, '_>) {
    let store = office();
    let query = Query::of(FinancialYear::parse("2015-16").unwrap().range());
    bencher.bench(|| periods(&store, &query, Every::Month).unwrap());
}
