//! The books that a snapshot is.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::attention::Attention;
use almoner_ledger::book::{
    Books, BooksError, ListDecisions, ListGrants, ListLines, ListRecipients, ReferenceData,
};
use almoner_ledger::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::listing::Wanted;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::totals::Totals;

use super::Snapshot;
use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;
use crate::folder::record_of;

/// The number of grants that are read at once.
const AT_ONCE: usize = 256;

impl Books for Snapshot {
    fn head(&self) -> Head {
        self.journal.head()
    }

    fn reference(&self) -> &ReferenceData {
        &self.tail.reference
    }

    fn totals(&self) -> &Totals {
        &self.tail.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        match self.tail.grants.get(id) {
            Some(grant) => Ok(Some(Cow::Borrowed(grant))),
            None => Ok(self.get(IndexTable::Grants, id.as_str())?.map(Cow::Owned)),
        }
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        self.each_of(IndexTable::Grants, ids.iter().map(|id| (id.as_str(), self.tail.grants.get(id))))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        match self.tail.recipients.get(id) {
            Some(recipient) => Ok(Some(Cow::Borrowed(recipient))),
            None => Ok(self.get(IndexTable::Recipients, id.as_str())?.map(Cow::Owned)),
        }
    }

    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        self.each_of(IndexTable::Recipients, ids.iter().map(|id| (id.as_str(), self.tail.recipients.get(id))))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        match self.tail.names.get(key) {
            Some(ids) => Ok(ids.clone()),
            None => Ok(self.get(IndexTable::Names, key.as_str())?.unwrap_or_default()),
        }
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        match self.tail.decisions.get(id) {
            Some(decision) => Ok(Some(Cow::Borrowed(decision))),
            None => Ok(self.get(IndexTable::Decisions, id.as_str())?.map(Cow::Owned)),
        }
    }

    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        self.each_of(IndexTable::Decisions, ids.iter().map(|id| (id.as_str(), self.tail.decisions.get(id))))
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        match self.tail.lines.get(key) {
            Some(line) => Ok(Some(Cow::Borrowed(line))),
            None => Ok(self.get(IndexTable::Lines, &key.to_string())?.map(Cow::Owned)),
        }
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        record_of(&self.journal, number)
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.each_unchanged(IndexTable::Grants, &mut |grant: Grant| {
            if self.tail.grants.contains_key(&grant.id) { Ok(()) } else { visit(&grant) }
        })?;
        self.tail.grants.values().try_for_each(visit)
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        self.each_value(IndexTable::Grants, &mut |key, _| {
            visit(std::str::from_utf8(key).map_err(|_| IndexError::Page)?);
            Ok(())
        })
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_unchanged(IndexTable::Recipients, &mut |recipient: Recipient| {
            if self.tail.recipients.contains_key(&recipient.id) { Ok(()) } else { visit(&recipient) }
        })?;
        self.tail.recipients.values().try_for_each(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_unchanged(IndexTable::Decisions, &mut |decision: RegisteredDecision| {
            if self.tail.decisions.contains_key(&decision.decision.id) { Ok(()) } else { visit(&decision) }
        })?;
        self.tail.decisions.values().try_for_each(visit)
    }

    fn each_bank_line(
        &self,
        visit: &mut dyn FnMut(&RecordedLine) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Lines, visit)
    }

    fn each_attention(
        &self,
        visit: &mut dyn FnMut(&Attention) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Attention, visit)
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        self.each_line(IndexTable::ListedGrants, lines, &mut |value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }

    fn each_grant_wanted(
        &self,
        wanted: Wanted,
        visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let mut ids: Vec<GrantId> = Vec::new();
        self.each_listed_grant(ListLines::default(), &mut |listed| {
            ids.extend(GrantId::new(listed.grant()).ok().filter(|_| listed.is(wanted)));
            Ok(true)
        })?;
        // In the order of their ids, a page is read once for all of its grants.
        ids.sort_unstable();
        ids.chunks(AT_ONCE).try_for_each(|ids| self.grants(ids)?.iter().try_for_each(&mut *visit))
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        self.each_value(IndexTable::ListedRecipients, &mut |_, value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        self.each_line(IndexTable::ListedDecisions, lines, &mut |value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        Ok(self.numbers()?)
    }
}
