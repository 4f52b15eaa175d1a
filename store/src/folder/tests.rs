//! Totals of the index that are not those of the journal are never shown, whoever wrote them.

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::{Date, Month};
use almoner_ledger::decide::opening;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::Power;
use almoner_ledger::money::Money;
use almoner_ledger::totals::Totals;
use almoner_ledger::totals::{Figure, Heading};

use super::*;

fn other_totals() -> Totals {
    let (fund, month) = (FundId::new("cdr").unwrap(), Month::parse("2015-04").unwrap());
    let heading = Heading { fund, theme: None, power: Power::NotStated };
    let mut totals = Totals::default();
    totals.add(&heading, month, Figure::Posted(Account::Bank), Money::from_pence(500)).unwrap();
    totals
}

/// The totals of a ledger in which nothing has been posted.
fn no_totals() -> Totals {
    let mut totals = Totals::default();
    totals.pass(Date::parse("2015-04-01").unwrap());
    totals
}

fn created(path: &Path) -> Ledger {
    let events = opening("0123".to_owned(), "Test body".parse().unwrap());
    Ledger::create(path, events, "2015-04-01T09:00:00Z".to_owned(), "jane".to_owned()).unwrap()
}

/// Writes totals under the head of the journal: in the file of totals, and in a run where one is wanted.
fn forge(path: &Path, with_run: bool) {
    let (journal, _) = Journal::open_for_reading(path).unwrap();
    let index = index_folder(path);
    let mut snapshot = Snapshot::empty(&index, &journal).folded(0, &mut |_, _| {}).unwrap();
    let reference = snapshot.reference().clone();
    if with_run {
        *snapshot.totals_mut() = other_totals();
        snapshot.write_run_and_totals().unwrap();
    } else {
        totals_snapshot::write(&index, journal.head(), &reference, &other_totals()).unwrap();
    }
    assert_eq!(totals_snapshot::read(&index, journal.head()).unwrap().0.totals, other_totals());
}

#[test]
fn totals_that_are_not_those_of_the_journal_are_never_shown() {
    for with_run in [false, true] {
        for access in [Access::Totals, Access::Read, Access::Write] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.ledger");
            drop(created(&path));
            forge(&path, with_run);
            let (ledger, notices) = Ledger::open(&path, access, &mut |_, _| {}).unwrap();
            let what = format!("{access:?}, with a run: {with_run}: {notices:?}");
            assert_eq!(*ledger.totals(), no_totals(), "{what}");
            // The file of totals alone is read only for its totals.
            let is_named = notices.iter().any(|it| it.contains("totals that differ from the journal's"));
            assert_eq!(is_named, with_run || access == Access::Totals, "{what}");
            let now = ledger.snapshot(None).unwrap();
            assert_eq!(*now.totals(), no_totals(), "{what}");
            drop(now);
            drop(ledger);
            if is_named {
                // They were made again, so that the next reader has nothing to say.
                let (ledger, notices) = Ledger::open(&path, Access::Totals, &mut |_, _| {}).unwrap();
                assert_eq!((ledger.totals(), notices), (&no_totals(), Vec::new()), "{what}");
            }
        }
    }
}

#[test]
fn verify_names_totals_that_are_not_those_of_the_journal() {
    for with_run in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ledger");
        drop(created(&path));
        forge(&path, with_run);
        let found = crate::verify::verify(&path, &mut |_, _| {}).unwrap().findings;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|it| it == "index: the totals differ from the journal's"), "{found:?}");
    }
}
