//! The books that a draft is: what it changed, and beneath it the books that it is on top of.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Draft;
use crate::attention::Attention;
use crate::book::overlay::{each, each_line, each_open, found, numbers};
use crate::book::{Books, BooksError, ReferenceData, Visit};
use crate::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use crate::events::Record;
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, RecordedLine};
use crate::totals::Totals;

impl Books for Draft<'_> {
    fn head(&self) -> Head {
        self.base.head()
    }

    fn reference(&self) -> &ReferenceData {
        &self.changed.reference
    }

    fn totals(&self) -> &Totals {
        &self.changed.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        found(self.changed.grants.get(id).or(self.read.get(id)), || self.base.grant(id))
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        let is_here = |id: &&GrantId| self.changed.grants.contains_key(id) || self.read.contains_key(id);
        let (here, beneath): (Vec<&GrantId>, Vec<&GrantId>) = ids.iter().partition(is_here);
        let mut grants = self.base.grants(&beneath.into_iter().cloned().collect::<Vec<_>>())?;
        for id in here {
            grants.extend(self.grant(id)?.map(Cow::into_owned));
        }
        Ok(grants)
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        found(self.changed.recipients.get(id), || self.base.recipient(id))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.changed.names.get(key).map_or_else(|| self.base.recipients_known_by(key), |ids| Ok(ids.clone()))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        found(self.changed.decisions.get(id), || self.base.decision(id))
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        found(self.changed.lines.get(key), || self.base.bank_line(key))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        match self.records_numbered(number..=number).first().filter(|record| record.number == number) {
            Some(record) => Ok(Some(record.clone())),
            None => self.base.record(number),
        }
    }

    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        each(&self.changed.grants, |it| &it.id, |visit| self.base.each_grant(visit), visit)
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        // Those that are in both are visited twice, which does no harm.
        self.base.each_grant_id(visit)?;
        self.changed.grants.in_any_order().iter().for_each(|grant| visit(grant.id.as_str()));
        Ok(())
    }

    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError> {
        each(&self.changed.recipients, |it| &it.id, |visit| self.base.each_recipient(visit), visit)
    }

    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
        each(&self.changed.decisions, |it| &it.decision.id, |visit| self.base.each_decision(visit), visit)
    }

    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
        each_line(&self.changed.lines, self.base, visit)
    }

    fn each_attention(&self, visit: Visit<'_, Attention>) -> Result<(), BooksError> {
        each_open(&self.changed.grants, self.base, visit)
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        numbers(&self.changed.decisions, self.base)
    }
}
