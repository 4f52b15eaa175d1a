//! Reports read nothing by itself while they scan: a store may have one connection, which the scan has taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use almoner_ledger::book::{Books, BooksError, ReferenceData};
use almoner_ledger::calendar::{DateRange, FinancialYear};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::reports::{Query, changes, funder, grants, monitoring, not_stated, recipient, year_end};
use almoner_ledger::totals::Totals;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};
use common::{award, date, expect, pay, repurpose};

/// Books with one connection.
struct OneConnection {
    books: MemoryStore,
    is_taken: AtomicBool,
}

impl OneConnection {
    fn taken<T>(&self, read: impl FnOnce() -> Result<T, BooksError>) -> Result<T, BooksError> {
        if self.is_taken.swap(true, Ordering::Relaxed) {
            return Err(BooksError::Unreadable("the connection is taken by a scan".to_owned()));
        }
        let result = read();
        self.is_taken.store(false, Ordering::Relaxed);
        result
    }
}

impl Books for OneConnection {
    fn head(&self) -> Head {
        self.books.head()
    }

    fn reference(&self) -> &ReferenceData {
        self.books.reference()
    }

    fn totals(&self) -> &Totals {
        self.books.totals()
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.taken(|| self.books.grant(id))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        self.taken(|| self.books.recipient(id))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.taken(|| self.books.recipients_known_by(key))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.taken(|| self.books.decision(id))
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        self.taken(|| self.books.reconciled_line(key))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        self.taken(|| self.books.record(number))
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.taken(|| self.books.each_grant(visit))
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.taken(|| self.books.each_recipient(visit))
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.taken(|| self.books.each_decision(visit))
    }
}

#[test]
fn reports_read_nothing_by_itself_within_a_scan() {
    let mut books = MemoryStore::default();
    let opening = common::drafted_events(&books, common::opening_events());
    books.append(books.head(), BatchLabel::default(), opening).unwrap();
    let commands = [
        award("1-2015", "2015-01-10", "900", "a", Some(("2015-02", "2016-01"))),
        award("2-2015", "2015-02-10", "500", "b", None),
        pay("1-2015", "2015-02-12", "300"),
        pay("2-2015", "2015-04-12", "100"),
        repurpose("2-2015", "3-2015", "2015-05-01", "a"),
        expect("1-2015", "Interview", "2015-06-15", false),
    ];
    let batch = common::drafted(&books, &commands);
    books.append(books.head(), BatchLabel::default(), batch).unwrap();
    let books = OneConnection { books, is_taken: AtomicBool::new(false) };
    let range = DateRange::new(date("2015-01-01"), date("2015-12-31")).unwrap();
    let query = Query::of(range);

    let name = |name: &str| name.starts_with("Recipient of ");
    assert!(grants(&books, &query).unwrap().rows.iter().all(|row| name(&row.recipient_name)));
    let changes = changes(&books, &query).unwrap();
    assert_eq!((changes.awards.rows.len(), changes.changes.rows.len()), (2, 1));
    assert!(changes.awards.rows.iter().all(|row| name(&row.recipient_name)));
    let report = recipient(&books, &query, "recipient-of-1-2015").unwrap();
    assert!(report.rows.len() == 1 && report.rows.iter().all(|row| name(&row.recipient_name)));
    assert_eq!(not_stated(&books, &query).unwrap().grants, 2);
    let items = monitoring(&books, &query, date("2015-07-01")).unwrap().rows;
    assert!(!items.is_empty() && items.iter().all(|row| name(&row.recipient_name)));
    let year = FinancialYear::parse("2015-16").unwrap();
    let year_end = year_end(&books, &query, year).unwrap();
    assert!(!year_end.accruals.rows.is_empty() || !year_end.prepayments.rows.is_empty());
    assert!(year_end.prepayments.rows.iter().all(|row| name(&row.recipient_name)));
    let funder = funder(&books, &query, "cdr").unwrap();
    assert!(funder.rows.len() == 2 && funder.rows.iter().all(|row| name(&row.recipient_name)));
}
