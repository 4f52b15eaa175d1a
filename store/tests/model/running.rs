//! Reports of a period that is not over: those made from totals are, to the byte, those made grant by grant.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, BooksError, Draft, ReferenceData};
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::reports::{By, Every, Filter, Published, Query, Source, budget, periods, themes};
use almoner_ledger::totals::Totals;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};
use proptest::prelude::*;

use crate::asks::batches;
use crate::books::Ledger;
use crate::{CLOSING, LATE, LIVELY, cases};

/// Books whose grants cannot be visited.
struct WithoutScan<'a>(&'a MemoryStore);

fn refused<T>() -> Result<T, BooksError> {
    Err(BooksError::Unreadable("grants are visited".to_owned()))
}

impl Books for WithoutScan<'_> {
    fn head(&self) -> Head {
        self.0.head()
    }

    fn reference(&self) -> &ReferenceData {
        self.0.reference()
    }

    fn totals(&self) -> &Totals {
        self.0.totals()
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.0.grant(id)
    }

    fn recipient(&self, _: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        refused()
    }

    fn recipients_known_by(&self, _: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        refused()
    }

    fn decision(&self, _: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        refused()
    }

    fn bank_line(&self, _: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        refused()
    }

    fn record(&self, _: u64) -> Result<Option<Record>, BooksError> {
        refused()
    }

    fn each_grant(&self, _: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        refused()
    }

    fn each_recipient(
        &self,
        _: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        refused()
    }

    fn each_bank_line(
        &self,
        _: &mut dyn FnMut(&RecordedLine) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        refused()
    }

    fn each_decision(
        &self,
        _: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        refused()
    }
}

fn day(number: u64) -> Date {
    Date::new(Date::from_ymd(2014, 1, 1).unwrap().naive() + chrono::Days::new(number)).unwrap()
}

/// The same records, each batch so many days after the one before, and the day of the last.
fn recorded_on_days(ledger: &Ledger, steps: &[u64]) -> (MemoryStore, Date) {
    let (mut store, mut number) = (MemoryStore::default(), 0);
    for (records, step) in ledger.records_of_batches().into_iter().zip(steps.iter().cycle()) {
        number += step;
        let at = format!("{}T09:00:00Z", day(number));
        let mut draft = Draft::new(&store, at.clone(), "tester".to_owned());
        for record in records {
            draft.apply(Record { at: at.as_str().into(), ..record }).unwrap();
        }
        let batch = draft.finish().unwrap();
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    }
    (store, day(number))
}

/// The reports that read totals, as files have them.
fn reports(books: &dyn Books, query: &Query) -> Vec<String> {
    let mut made = Vec::new();
    for by in By::ALL.into_iter().filter(|by| *by != By::Recipient) {
        made.push(serde_json::to_string(&themes(books, query, by).unwrap()).unwrap());
    }
    for every in Every::ALL {
        made.push(serde_json::to_string(&periods(books, query, every).unwrap()).unwrap());
    }
    made.push(serde_json::to_string(&budget(books, query).unwrap()).unwrap());
    made
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_running_period_from_totals_is_that_of_the_grants(
        batches in prop_oneof![batches(LIVELY), batches(CLOSING)],
        steps in prop::collection::vec(prop_oneof![0..3_u64, 0..200_u64], 1..6),
        later in prop::collection::vec(prop_oneof![0..3_u64, 0..40_u64, 0..900_u64], 4),
        narrowed in any::<bool>(),
    ) {
        let ledger = Ledger::run(&batches, LATE);
        let (store, known) = recorded_on_days(&ledger, &steps);
        let anew = as_known_at(&store, KnownAt::Record(store.head().record)).unwrap();
        prop_assert!(anew.totals() == store.totals(), "{known} {}", ledger.history_text());
        let public = Published::new(&store, Audience::Public).unwrap();
        let mut filter = Filter::default();
        if narrowed {
            filter.theme = store.reference().themes.keys().next().cloned();
            filter.fund = store.reference().funds.keys().next().cloned();
        }
        for later in later {
            let as_at = Date::new(known.naive() + chrono::Days::new(later)).unwrap();
            let year = as_at.financial_year();
            let two = DateRange::new(year.range().from(), year.next().range().to()).unwrap();
            let part = DateRange::new(as_at.month().plus(-3).first_day(), year.next().range().to()).unwrap();
            let month = as_at.month().range();
            for range in [year.range(), year.next().range(), year.previous().range(), two, part, month] {
                let query = Query { filter: filter.clone(), ..Query::of(range).on(as_at) };
                let by_grants = Query { source: Source::Scan, ..query.clone() };
                let expected = reports(&store, &by_grants);
                let context = || format!("{range:?} on {as_at}, known {known}\n{}", ledger.history_text());
                prop_assert_eq!(&reports(&WithoutScan(&store), &query), &expected, "{}", context());
                prop_assert_eq!(reports(&public, &query), reports(&public, &by_grants), "{}", context());
            }
            // Before the last record, the days are not kept.
            let earlier = Date::new(known.naive() - chrono::Days::new(1 + later)).unwrap();
            let query = Query::of(earlier.financial_year().range()).on(earlier);
            let by_grants = Query { source: Source::Scan, ..query.clone() };
            prop_assert_eq!(reports(&store, &query), reports(&store, &by_grants), "{}", earlier);
        }
    }
}
