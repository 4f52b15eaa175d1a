//! Ledgers recorded under earlier rules: their entries stand, are named, and the next record posts the difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::common::{self, award, date, drafted, opening_events, pay};
use almoner_ledger::accounts::Account;
use almoner_ledger::book::{Batch, Books, BooksError, Draft};
use almoner_ledger::calendar::{Date, Month};
use almoner_ledger::closed::Closing;
use almoner_ledger::command::Command;
use almoner_ledger::entry::Entries;
use almoner_ledger::events::{BooksOpened, Event, GrantFact, Record};
use almoner_ledger::grants::{Fact, GrantId, Rules, Variation, timeline};
use almoner_ledger::invariants::{Tally, violations};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

/// Appends events as an earlier version recorded them.
fn append(store: &mut MemoryStore, events: Vec<Event>) {
    let after = store.head().record;
    let records: Vec<Record> = events
        .into_iter()
        .zip(after + 1..)
        .map(|(event, number)| Record { number, at: common::AT.into(), by: common::BY.into(), event })
        .collect();
    let mut draft = Draft::replaying(&*store);
    records.iter().for_each(|record| draft.apply(record.clone()).unwrap());
    let changed = draft.finish_replay().unwrap();
    let head = store.head();
    store.append(head, BatchLabel::default(), Batch { after, records, changed }).unwrap();
}

fn grant(id: &str) -> GrantId {
    GrantId::new(id).unwrap()
}

/// A ledger of the first rules with two awards of 12,000 for April 2015 to March 2016, the first raised by 1,200
/// on 10 July. `entered` may alter the entries of that.
fn old(entered: impl Fn(Entries) -> Entries) -> MemoryStore {
    let mut store = MemoryStore::default();
    let first = |event| match event {
        Event::Opened(opened) => Event::Opened(BooksOpened { rules: Rules::First, ..opened }),
        other => other,
    };
    append(&mut store, opening_events().into_iter().map(first).collect());
    let awards = ["1-2015", "2-2015"]
        .map(|id| award(id, "2015-04-01", "12000", "youth", Some(("2015-04", "2016-03"))));
    let batch = drafted(&store, &awards);
    let is_kept = |event: &Event| !matches!(event, Event::RulesAdopted(_));
    append(&mut store, batch.records.into_iter().map(|it| it.event).filter(is_kept).collect());

    let there = store.grant(&grant("1-2015")).unwrap().unwrap().into_owned();
    let raised = Fact::Varied(Variation {
        decision: None,
        date: date("2015-07-10"),
        change: "1200".parse().unwrap(),
        period: None,
        extension: false,
        part: None,
    });
    let closed = &store.reference().closed;
    let with = there.facts().chain([&raised]);
    let posted = timeline::entries(Rules::First, there.facts(), with, closed).unwrap();
    let fact = GrantFact::new(there.id.clone(), Arc::new(raised), entered(posted));
    append(&mut store, vec![Event::Grant(fact)]);
    let close = |month| Event::MonthClosed(Closing::provisional(Month::parse(month).unwrap()));
    append(&mut store, ["2015-04", "2015-05", "2015-06", "2015-07"].map(close).to_vec());
    store
}

fn under_earlier_rules(store: &MemoryStore) -> Vec<String> {
    let mut tally = Tally::new(&store.reference().rules);
    store.each_grant(&mut |grant| tally.add(grant)).unwrap();
    tally.under_earlier_rules().iter().map(ToString::to_string).collect()
}

/// Expenditure of a grant to the end of a day, by posting or effective dates.
fn expenditure(store: &MemoryStore, id: &str, day: &str, is_effective: bool) -> String {
    let grant = store.grant(&grant(id)).unwrap().unwrap().into_owned();
    let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
    let day_of =
        |it: &almoner_ledger::entry::Posting<'_>| if is_effective { it.effective } else { it.booked };
    let wanted = postings.filter(|it| it.account == Account::GrantExpenditure && day_of(it) <= date(day));
    almoner_ledger::money::Money::sum(wanted.map(|it| it.amount)).unwrap().to_string()
}

fn record(store: &mut MemoryStore, command: Command) -> Vec<Event> {
    let batch = drafted(store, &[command]);
    let events = batch.records.iter().map(|record| record.event.clone()).collect();
    let head = store.head();
    store.append(head, BatchLabel::default(), batch).unwrap();
    events
}

fn words(events: &[Event]) -> Vec<&str> {
    events.iter().map(Event::words).collect()
}

#[test]
fn the_next_record_posts_the_difference() {
    let mut store = old(|posted| posted);
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
    assert_eq!(under_earlier_rules(&store), ["1-2015"]);
    // The first rules spread 10,200.00 over nine months, the second 9,877.42 over the days left.
    assert_eq!(expenditure(&store, "1-2015", "2015-07-31", true), "4133.33");

    let before: BTreeMap<&str, String> = ["2015-06-30", "2015-07-31"]
        .into_iter()
        .map(|day| (day, expenditure(&store, "1-2015", day, false)))
        .collect();
    let events = record(&mut store, pay("1-2015", "2015-08-10", "100"));
    assert_eq!(words(&events), ["rules adopted", "correction of earlier rules", "payment"]);
    for (day, then) in &before {
        assert_eq!(expenditure(&store, "1-2015", day, false), *then, "{day}: a closed month moved");
    }
    assert_eq!(expenditure(&store, "1-2015", "2015-07-31", true), "4093.68");
    // What belongs to July is booked on the first open day.
    let of_july: Vec<(Date, String)> = events[1]
        .postings()
        .filter(|it| it.account == Account::GrantExpenditure && it.effective <= date("2015-07-31"))
        .map(|it| (it.booked, it.amount.to_string()))
        .collect();
    assert_eq!(of_july, [(date("2015-08-01"), "-39.65".to_owned())]);
    assert_eq!(expenditure(&store, "1-2015", "2016-03-31", false), "13200.00");
    assert_eq!(under_earlier_rules(&store), Vec::<String>::new());
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());

    // It is posted once, and where nothing differs, nothing is.
    let events = record(&mut store, pay("1-2015", "2015-08-11", "100"));
    assert_eq!(words(&events), ["payment"]);
    let events = record(&mut store, pay("2-2015", "2015-08-11", "100"));
    assert_eq!(words(&events), ["payment"]);
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn a_reversal_posts_the_difference_too() {
    let mut store = old(|posted| posted);
    let raised = store.grant(&grant("1-2015")).unwrap().unwrap().history.last().unwrap().record;
    let events = record(&mut store, Command::Reverse { record: raised, reason: None });
    assert_eq!(words(&events), ["rules adopted", "correction of earlier rules", "reversal"]);
    assert_eq!(expenditure(&store, "1-2015", "2015-07-31", true), "4000.00");
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn entries_of_no_rules_are_found() {
    let forged = old(|mut posted| {
        posted.monthly.clear();
        posted
    });
    let found = violations(&forged).unwrap().join("\n");
    assert!(found.contains("grant 1-2015: its postings do not match its records"), "{found}");
}

/// Once the present rules hold, entries of earlier ones are as wrong as any.
#[test]
fn entries_of_earlier_rules_are_found_after_the_present_ones_hold() {
    let mut store = old(|posted| posted);
    record(&mut store, pay("2-2015", "2015-08-10", "100"));
    let there = store.grant(&grant("1-2015")).unwrap().unwrap().into_owned();
    let lowered = Fact::Varied(Variation {
        decision: None,
        date: date("2015-09-10"),
        change: "-1200".parse().unwrap(),
        period: None,
        extension: false,
        part: None,
    });
    let with = there.facts().chain([&lowered]);
    let closed = &store.reference().closed;
    let posted = timeline::entries(Rules::First, there.facts(), with, closed).unwrap();
    let fact = GrantFact::new(there.id.clone(), Arc::new(lowered), posted);
    append(&mut store, vec![Event::Grant(fact)]);
    let found = violations(&store).unwrap().join("\n");
    assert!(found.contains("grant 1-2015: its postings do not match its records"), "{found}");
}

#[test]
fn rules_are_adopted_once_and_in_order() {
    let mut store = old(|posted| posted);
    record(&mut store, pay("2-2015", "2015-08-10", "100"));
    let adopted = almoner_ledger::events::RulesAdopted { rules: Rules::PRESENT };
    let number = store.head().record + 1;
    let (at, by) = (common::AT.into(), common::BY.into());
    let mut draft = Draft::replaying(&store);
    let refused = draft.apply(Record { number, at, by, event: Event::RulesAdopted(adopted) });
    assert!(matches!(refused, Err(BooksError::DoesNotFit { .. })));
}
