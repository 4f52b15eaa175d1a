//! The books that a draft is: what it changed, and beneath it the books that it is on top of.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Draft;
use crate::book::{Books, BooksError, Overlay, ReferenceData};
use crate::decisions::{DecisionId, RegisteredDecision};
use crate::events::Record;
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, ReconciledLine};
use crate::totals::Totals;

impl Draft<'_> {
    fn overlay(&self) -> Overlay<'_> {
        Overlay::bare(self.base, self.base).with(&self.changed, &self.records, self.base.head())
    }
}

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
        if let Some(grant) = self.changed.grants.get(id) {
            return Ok(Some(Cow::Borrowed(grant)));
        }
        match self.read.get(id) {
            Some(grant) => Ok(Some(Cow::Borrowed(grant))),
            None => self.base.grant(id),
        }
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
        self.overlay().find_recipient(id)
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.overlay().recipients_known_by(key)
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.overlay().find_decision(id)
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        self.overlay().find_line(key)
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        match self.records_numbered(number..=number).first().filter(|record| record.number == number) {
            Some(record) => Ok(Some(record.clone())),
            None => self.base.record(number),
        }
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.base.each_grant(&mut |grant| match self.changed.grants.contains_key(&grant.id) {
            true => Ok(()),
            false => visit(grant),
        })?;
        self.changed.grants.values().try_for_each(visit)
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        // Those that are in both are visited twice, which does no harm.
        self.base.each_grant_id(visit)?;
        self.changed.grants.in_any_order().iter().for_each(|grant| visit(grant.id.as_str()));
        Ok(())
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.overlay().each_recipient(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.overlay().each_decision(visit)
    }
}
