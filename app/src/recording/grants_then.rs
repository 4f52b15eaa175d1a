//! The present books with each grant as it was after a record, for the confirmation of what was recorded then.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::book::{Books, BooksError, ReferenceData, Visit};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::totals::Totals;

/// Books of which single grants are those of an earlier record, and everything else is as it is now.
pub(super) struct GrantsThen<'a> {
    pub(super) books: &'a dyn Books,
    pub(super) record: u64,
}

impl Books for GrantsThen<'_> {
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
        let now = self.books.grant(id)?;
        Ok(now.and_then(|grant| grant.as_of(self.record)).map(Cow::Owned))
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

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        self.books.bank_line(key)
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        self.books.record(number)
    }

    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        self.books.each_grant(visit)
    }

    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError> {
        self.books.each_recipient(visit)
    }

    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
        self.books.each_decision(visit)
    }

    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
        self.books.each_bank_line(visit)
    }
}
