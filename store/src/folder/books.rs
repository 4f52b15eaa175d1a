//! The books of an open ledger folder, wherever its read models are.

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

use super::{Ledger, ModelSource, record_of};

impl Books for Ledger {
    fn head(&self) -> Head {
        match &self.models {
            ModelSource::Totals(totals) | ModelSource::TotalsFirst(totals, _) => totals.head,
            ModelSource::Indexed(snapshot) => snapshot.head(),
            ModelSource::InMemory(books) => books.head(),
        }
    }

    fn reference(&self) -> &ReferenceData {
        match &self.models {
            ModelSource::Totals(totals) | ModelSource::TotalsFirst(totals, _) => &totals.reference,
            ModelSource::Indexed(snapshot) => snapshot.reference(),
            ModelSource::InMemory(books) => books.reference(),
        }
    }

    fn totals(&self) -> &Totals {
        match &self.models {
            ModelSource::Totals(totals) | ModelSource::TotalsFirst(totals, _) => &totals.totals,
            ModelSource::Indexed(snapshot) => snapshot.totals(),
            ModelSource::InMemory(books) => books.totals(),
        }
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.books()?.grant(id)
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        // No index is opened for none.
        if ids.is_empty() { Ok(Vec::new()) } else { self.books()?.grants(ids) }
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        self.books()?.recipient(id)
    }

    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.books()?.recipients(ids) }
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.books()?.recipients_known_by(key)
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.books()?.decision(id)
    }

    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.books()?.decisions(ids) }
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        self.books()?.bank_line(key)
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        if number > self.head().record { Ok(None) } else { record_of(&self.journal, number) }
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.books()?.each_grant(visit)
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        self.books()?.each_grant_id(visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books()?.each_recipient(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books()?.each_decision(visit)
    }

    fn each_bank_line(
        &self,
        visit: &mut dyn FnMut(&RecordedLine) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books()?.each_bank_line(visit)
    }

    fn each_attention(
        &self,
        visit: &mut dyn FnMut(&Attention) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books()?.each_attention(visit)
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        self.books()?.each_listed_grant(lines, visit)
    }

    fn each_grant_wanted(
        &self,
        wanted: Wanted,
        visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.books()?.each_grant_wanted(wanted, visit)
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        self.books()?.each_listed_recipient(visit)
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        self.books()?.each_listed_decision(lines, visit)
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        self.books()?.decision_numbers()
    }
}
