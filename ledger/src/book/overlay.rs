//! Books with changes on top that the books beneath may not have yet.
//!
//! A confirmation reads an overlay, so that a dry run shows just what the recording would.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::Hash;

use super::{
    Books, BooksError, KeyedMap, ListDecisions, ListGrants, ListLines, ListRecipients, ReadModels,
    ReferenceData, Visit, listed,
};
use crate::attention::Attention;
use crate::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use crate::events::Record;
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::listing::{ListedRecipient, Wanted};
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, RecordedLine};
use crate::totals::Totals;

/// Books, and what records changed of them.
#[derive(Clone, Copy)]
pub struct Overlay<'a> {
    base: &'a dyn Books,
    /// Books that have the records beneath: those of a journal.
    journal: &'a dyn Books,
    changes: Option<Changes<'a>>,
    head: Head,
    /// The record as known at which single grants are read.
    grants_as_known_at: Option<u64>,
}

#[derive(Clone, Copy)]
struct Changes<'a> {
    changed: &'a ReadModels,
    records: &'a [Record],
}

impl<'a> Overlay<'a> {
    /// Returns the books without changes, with their records from a journal that may go further than they do.
    pub fn bare(base: &'a dyn Books, journal: &'a dyn Books) -> Overlay<'a> {
        Overlay { base, journal, changes: None, head: base.head(), grants_as_known_at: None }
    }

    /// Returns the books with what these records, in the order of their numbers, changed.
    pub fn with(self, changed: &'a ReadModels, records: &'a [Record], head: Head) -> Overlay<'a> {
        Overlay { changes: Some(Changes { changed, records }), head, ..self }
    }

    /// Returns the books with single grants as they were after a record, and everything else as it is.
    pub fn with_grants_as_known_at(self, record: u64) -> Overlay<'a> {
        Overlay { grants_as_known_at: Some(record), ..self }
    }

    fn changed<Value>(&self, find: impl FnOnce(&'a ReadModels) -> Option<Value>) -> Option<Value> {
        self.changes.and_then(|changes| find(changes.changed))
    }
}

/// Returns what was changed, or else what the books beneath have.
pub(super) fn found<'a, Thing: Clone>(
    changed: Option<&'a Thing>,
    beneath: impl FnOnce() -> Result<Option<Cow<'a, Thing>>, BooksError>,
) -> Result<Option<Cow<'a, Thing>>, BooksError> {
    changed.map_or_else(beneath, |it| Ok(Some(Cow::Borrowed(it))))
}

/// Visits the things of the books beneath that were not changed, then those that were.
pub(super) fn each<Key: Hash + Ord, Thing>(
    changed: &KeyedMap<Key, Thing>,
    key: impl Fn(&Thing) -> &Key,
    beneath: impl FnOnce(Visit<'_, Thing>) -> Result<(), BooksError>,
    visit: Visit<'_, Thing>,
) -> Result<(), BooksError> {
    beneath(&mut |it| if changed.contains_key(key(it)) { Ok(()) } else { visit(it) })?;
    changed.values().try_for_each(visit)
}

/// Visits the lines of statements of the books beneath that were not changed, then those that were.
pub(super) fn each_line(
    changed: &KeyedMap<LineKey, RecordedLine>,
    beneath: &dyn Books,
    visit: Visit<'_, RecordedLine>,
) -> Result<(), BooksError> {
    // A line has its key only in its content; without changes it is not made.
    beneath.each_bank_line(&mut |it| match changed.is_empty() || !changed.contains_key(&it.key()) {
        true => visit(it),
        false => Ok(()),
    })?;
    changed.values().try_for_each(visit)
}

/// Visits what is open of the grants of the books beneath that were not changed, then of those that were.
pub(super) fn each_open(
    changed: &KeyedMap<GrantId, Grant>,
    beneath: &dyn Books,
    visit: Visit<'_, Attention>,
) -> Result<(), BooksError> {
    beneath.each_attention(&mut |it| if changed.contains_key(&it.grant) { Ok(()) } else { visit(it) })?;
    for grant in changed.values() {
        Attention::of(grant)?.as_ref().map_or(Ok(()), &mut *visit)?;
    }
    Ok(())
}

/// Returns the numbers of the decisions in the books beneath, and of those that were changed.
pub(super) fn numbers(
    changed: &KeyedMap<DecisionId, RegisteredDecision>,
    beneath: &dyn Books,
) -> Result<DecisionNumbers, BooksError> {
    let mut numbers = beneath.decision_numbers()?;
    numbers.add_all(changed.in_any_order());
    Ok(numbers)
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
        let now = found(self.changed(|it| it.grants.get(id)), || self.base.grant(id))?;
        let Some(record) = self.grants_as_known_at else { return Ok(now) };
        Ok(now.and_then(|grant| grant.as_of(record)).map(Cow::Owned))
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        let is_changed = |id: &&GrantId| {
            self.grants_as_known_at.is_some() || self.changed(|it| it.grants.get(id)).is_some()
        };
        let (changed, beneath): (Vec<&GrantId>, Vec<&GrantId>) = ids.iter().partition(is_changed);
        let mut grants = self.base.grants(&beneath.into_iter().cloned().collect::<Vec<_>>())?;
        for id in changed {
            grants.extend(self.grant(id)?.map(Cow::into_owned));
        }
        Ok(grants)
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        found(self.changed(|it| it.recipients.get(id)), || self.base.recipient(id))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        let changed = self.changed(|it| it.names.get(key));
        changed.map_or_else(|| self.base.recipients_known_by(key), |ids| Ok(ids.clone()))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        found(self.changed(|it| it.decisions.get(id)), || self.base.decision(id))
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        found(self.changed(|it| it.lines.get(key)), || self.base.bank_line(key))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        let records = self.changes.map_or(&[][..], |it| it.records);
        match records.binary_search_by_key(&number, |record| record.number) {
            Ok(place) => Ok(records.get(place).cloned()),
            Err(_) if number > self.head.record => Ok(None),
            Err(_) => self.journal.record(number),
        }
    }

    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_grant(visit) };
        each(&changed.grants, |it| &it.id, |visit| self.base.each_grant(visit), visit)
    }

    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_recipient(visit) };
        each(&changed.recipients, |it| &it.id, |visit| self.base.each_recipient(visit), visit)
    }

    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_decision(visit) };
        each(&changed.decisions, |it| &it.decision.id, |visit| self.base.each_decision(visit), visit)
    }

    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_bank_line(visit) };
        each_line(&changed.lines, self.base, visit)
    }

    fn each_attention(&self, visit: Visit<'_, Attention>) -> Result<(), BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.each_attention(visit) };
        each_open(&changed.grants, self.base, visit)
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        match self.changes.is_none() && self.grants_as_known_at.is_none() {
            true => self.base.each_listed_grant(lines, visit),
            false => listed::each_grant(self, lines.from, visit),
        }
    }

    fn each_grant_wanted(&self, wanted: Wanted, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        match self.changes.is_none() {
            true => self.base.each_grant_wanted(wanted, visit),
            false => self.each_grant(visit),
        }
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        match self.changes.is_none() {
            true => self.base.each_listed_recipient(visit),
            false => self.each_recipient(&mut |recipient| visit(&ListedRecipient::of(recipient))),
        }
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        match self.changes.is_none() {
            true => self.base.each_listed_decision(lines, visit),
            false => listed::each_decision(self, lines.from, visit),
        }
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        let Some(Changes { changed, .. }) = self.changes else { return self.base.decision_numbers() };
        numbers(&changed.decisions, self.base)
    }
}
