//! What was recorded before with the key that is given again, and the books as they were just then.
//!
//! Deciding the same command on those books comes to the same records, which is how a recording that is sent
//! twice is distinguished from another one with the same key.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::book::{Batch, Books, BooksError, Draft, ReferenceData};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::totals::Totals;
use almoner_store::folder::Ledger;
use almoner_store::memory::MemoryStore;
use almoner_store::{KnownAt, as_known_at, batch_of};

use crate::problem::Problem;
use crate::progress::with_progress;
use crate::terminal::notify;
use crate::words::record_words;

/// A batch that was recorded before. As books, it is those that it was recorded on.
#[derive(Debug)]
pub struct Before<'l> {
    ledger: &'l Ledger,
    books: MemoryStore,
    records: Vec<Record>,
}

impl<'l> Before<'l> {
    /// The batch after which the journal went to this head.
    pub fn batch_up_to(ledger: &'l Ledger, head: Head) -> Result<Before<'l>, Problem> {
        let records = batch_of(ledger, head.record)?.records;
        let last_before = records.first().map_or(0, |record| record.number.saturating_sub(1));
        let books =
            with_progress("Reading the journal", |_| as_known_at(ledger, KnownAt::Record(last_before)))?;
        Ok(Before { ledger, books, records })
    }

    /// Who recorded it.
    pub fn by(&self) -> String {
        self.records.first().map(|record| record.by.to_string()).unwrap_or_default()
    }

    /// A draft on the books of then, in the name and at the time of then, to be recorded or proposed.
    pub fn draft(&self, proposing: bool) -> Draft<'_> {
        let at = self.records.first().map(|record| record.at.to_string()).unwrap_or_default();
        let draft = Draft::new(self, at, self.by());
        if proposing { draft.proposing() } else { draft }
    }

    /// Refuses a batch that is not what was recorded with the key; otherwise says that it was.
    pub fn check_same(&self, batch: &Batch, key: &str) -> Result<(), Problem> {
        if batch.records != self.records {
            return Err(self.is_another(key));
        }
        notify(
            "this was recorded before with the same key; nothing was recorded now, and its receipt is shown again",
        );
        Ok(())
    }

    /// The problem that the key was used for something else.
    pub fn is_another(&self, key: &str) -> Problem {
        let record = self.records.last();
        let message = format!(
            "the key {key} was used before, for something else: {}",
            record.map(record_words).unwrap_or_default()
        );
        Problem::refused("key-used", message).hint(format!(
            "`almoner show {}` tells what that was; give this recording another key",
            record.map_or(0, |record| record.number)
        ))
    }

    /// The books of then, and the batch.
    pub fn into_parts(self) -> (MemoryStore, Vec<Record>) {
        (self.books, self.records)
    }
}

impl Books for Before<'_> {
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
        self.books.grant(id)
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        self.books.recipient(id)
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.books.recipients_known_by(key)
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.books.decision(id)
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        self.books.reconciled_line(key)
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        if number <= self.books.head().record { self.ledger.record(number) } else { Ok(None) }
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.books.each_grant(visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books.each_recipient(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books.each_decision(visit)
    }
}
