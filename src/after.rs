//! The books as they are after a batch, whether or not the batch was recorded in truth.
//!
//! A receipt reads these, so that a dry run shows just what the recording would.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::book::{Books, BooksError, ReadModels, ReferenceData};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::totals::Totals;
use almoner_store::folder::Ledger;

use crate::context::Recorded;

/// The books after a batch.
pub struct After<'a> {
    base: &'a dyn Books,
    journal: &'a Ledger,
    changed: &'a ReadModels,
    records: &'a [Record],
    head: Head,
}

impl<'a> After<'a> {
    /// The books after what was recorded.
    pub fn new(recorded: &'a Recorded) -> After<'a> {
        let base: &dyn Books = match &recorded.earlier {
            Some(earlier) => earlier,
            None => &recorded.ledger,
        };
        After {
            base,
            journal: &recorded.ledger,
            changed: &recorded.changed,
            records: &recorded.records,
            head: recorded.head,
        }
    }
}

impl Books for After<'_> {
    fn head(&self) -> Head {
        self.head
    }

    fn reference(&self) -> &ReferenceData {
        &self.changed.reference
    }

    fn totals(&self) -> &Totals {
        &self.changed.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.changed.grants.get(id).map_or_else(|| self.base.grant(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        let changed = self.changed.recipients.get(id);
        changed.map_or_else(|| self.base.recipient(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        let changed = self.changed.names.get(key);
        changed.map_or_else(|| self.base.recipients_known_by(key), |ids| Ok(ids.clone()))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        let changed = self.changed.decisions.get(id);
        changed.map_or_else(|| self.base.decision(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        let changed = self.changed.lines.get(key);
        changed.map_or_else(|| self.base.reconciled_line(key), |it| Ok(Some(Cow::Borrowed(it))))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        let new = self.records.iter().find(|record| record.number == number);
        new.map_or_else(|| self.journal.record(number), |record| Ok(Some(record.clone())))
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.base.each_grant(&mut |grant| match self.changed.grants.contains_key(&grant.id) {
            true => Ok(()),
            false => visit(grant),
        })?;
        self.changed.grants.values().try_for_each(visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.base.each_recipient(&mut |it| match self.changed.recipients.contains_key(&it.id) {
            true => Ok(()),
            false => visit(it),
        })?;
        self.changed.recipients.values().try_for_each(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.base.each_decision(&mut |it| match self.changed.decisions.contains_key(&it.decision.id) {
            true => Ok(()),
            false => visit(it),
        })?;
        self.changed.decisions.values().try_for_each(visit)
    }
}
