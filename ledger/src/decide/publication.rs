//! What is said of the publication of themes, funds, budgets, indicators and receipts.

use super::{Already, Decided, Decider, Refusal};
use crate::book::Versioned;
use crate::events::{Event, PublicationSet, Reversible};
use crate::publication::{Publication, Subject};
use crate::rejection::Rejection;

impl Decider<'_> {
    pub(super) fn set_publication(&self, of: &Subject, publication: Publication) -> Result<Decided, Refusal> {
        self.check_recorded(of)?;
        match self.books.reference().publications.get(of) {
            Some(there) if **there == publication => {
                let (record, reversed_by) = (Some(there.record()), None);
                Ok(Decided::Already(Already { record, reversed_by }))
            }
            Some(_) | None => Ok(Decided::Events(vec![Event::PublicationSet(PublicationSet {
                of: of.clone(),
                publication,
            })])),
        }
    }

    fn check_recorded(&self, of: &Subject) -> Result<(), Rejection> {
        let reference = self.books.reference();
        let is_recorded = match of {
            Subject::Theme(id) if reference.themes.contains_key(id) => true,
            Subject::Theme(id) => return Err(self.unknown_theme(id)),
            Subject::Fund(id) if reference.funds.contains_key(id) => true,
            Subject::Fund(id) => return Err(self.unknown_fund(id)),
            Subject::Budget(key) => reference.budgets.contains_key(key),
            Subject::Indicator(key) => reference.indicators.contains_key(key),
            Subject::Receipt(record) => reference.live_receipts().any(|it| it.record == *record),
        };
        if is_recorded { Ok(()) } else { Err(Rejection::NotRecorded { what: of.kind(), id: of.to_string() }) }
    }

    pub(super) fn reverse_publication(&self, record: u64, of: &Subject) -> Result<Reversible, Refusal> {
        let there = self.publication_of(of);
        super::reverse::reference::check_is_last(
            record,
            there,
            "a publication setting that was replaced or reversed",
        )?;
        Ok(Reversible::Publication(of.clone()))
    }

    /// Returns the record that last stated the publication of something, which rests on what it is stated of.
    pub(super) fn publication_of(&self, of: &Subject) -> Option<u64> {
        self.books.reference().publications.get(of).map(Versioned::record)
    }
}
