//! Books with changes on top that the books beneath may not have yet.
//!
//! A draft reads itself through an overlay, and so does a confirmation, so that a dry run shows just what the
//! recording would.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Books, BooksError, ReadModels, ReferenceData};
use crate::decisions::{DecisionId, RegisteredDecision};
use crate::events::Record;
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, ReconciledLine};
use crate::totals::Totals;

/// Books, and what records changed of them.
#[derive(Clone, Copy)]
pub struct Overlay<'a> {
    base: &'a dyn Books,
    /// Books that have the records beneath: those of a journal.
    journal: &'a dyn Books,
    changes: Option<Changes<'a>>,
    head: Head,
}

#[derive(Clone, Copy)]
struct Changes<'a> {
    changed: &'a ReadModels,
    records: &'a [Record],
}

impl<'a> Overlay<'a> {
    /// Returns the books without changes, with their records from a journal that may go further than they do.
    pub fn bare(base: &'a dyn Books, journal: &'a dyn Books) -> Overlay<'a> {
        Overlay { base, journal, changes: None, head: base.head() }
    }

    /// Returns the books with what these records, in the order of their numbers, changed.
    pub fn with(self, changed: &'a ReadModels, records: &'a [Record], head: Head) -> Overlay<'a> {
        Overlay { changes: Some(Changes { changed, records }), head, ..self }
    }

    fn changed<Value>(&self, find: impl FnOnce(&'a ReadModels) -> Option<Value>) -> Option<Value> {
        self.changes.and_then(|changes| find(changes.changed))
    }

    pub(super) fn find_recipient(&self, id: &RecipientId) -> Result<Option<Cow<'a, Recipient>>, BooksError> {
        let changed = self.changed(|it| it.recipients.get(id));
        changed.map_or_else(|| self.base.recipient(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    pub(super) fn find_decision(
        &self,
        id: &DecisionId,
    ) -> Result<Option<Cow<'a, RegisteredDecision>>, BooksError> {
        let changed = self.changed(|it| it.decisions.get(id));
        changed.map_or_else(|| self.base.decision(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    pub(super) fn find_line(&self, key: &LineKey) -> Result<Option<Cow<'a, ReconciledLine>>, BooksError> {
        let changed = self.changed(|it| it.lines.get(key));
        changed.map_or_else(|| self.base.reconciled_line(key), |it| Ok(Some(Cow::Borrowed(it))))
    }
}

impl Books for Overlay<'_> {
    fn head(&self) -> Head {
        self.head
    }

    fn reference(&self) -> &ReferenceData {
        self.changed(|it| Some(&it.reference)).unwrap_or_else(|| self.base.reference())
    }

    fn totals(&self) -> &Totals {
        self.changed(|it| Some(&it.totals)).unwrap_or_else(|| self.base.totals())
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        let changed = self.changed(|it| it.grants.get(id));
        changed.map_or_else(|| self.base.grant(id), |it| Ok(Some(Cow::Borrowed(it))))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        self.find_recipient(id)
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        let changed = self.changed(|it| it.names.get(key));
        changed.map_or_else(|| self.base.recipients_known_by(key), |ids| Ok(ids.clone()))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.find_decision(id)
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        self.find_line(key)
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        let records = self.changes.map_or(&[][..], |it| it.records);
        match records.binary_search_by_key(&number, |record| record.number) {
            Ok(place) => Ok(records.get(place).cloned()),
            Err(_) if number > self.head.record => Ok(None),
            Err(_) => self.journal.record(number),
        }
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_grant(visit) };
        self.base.each_grant(&mut |grant| match changed.grants.contains_key(&grant.id) {
            true => Ok(()),
            false => visit(grant),
        })?;
        changed.grants.values().try_for_each(visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_recipient(visit) };
        self.base.each_recipient(&mut |it| match changed.recipients.contains_key(&it.id) {
            true => Ok(()),
            false => visit(it),
        })?;
        changed.recipients.values().try_for_each(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_decision(visit) };
        self.base.each_decision(&mut |it| match changed.decisions.contains_key(&it.decision.id) {
            true => Ok(()),
            false => visit(it),
        })?;
        changed.decisions.values().try_for_each(visit)
    }
}
