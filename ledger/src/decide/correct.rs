//! Correcting a mistyped recipient, amount or purpose of an award.

use std::sync::Arc;

use super::allocation::check_allocated;
use super::award::check_split;
use super::{Already, Decided, Decider, Refusal, check_award_in_range, check_positive, unknown_award};
use crate::calendar::Date;
use crate::events::{Event, GrantFact};
use crate::grants::divisions::StatedLater;
use crate::grants::{Correction, Fact, Grant, GrantId, Rules, timeline};
use crate::money::Money;
use crate::rejection::Rejection;
use crate::text::Text;

/// What to correct, with the correct values.
#[derive(Clone, Copy)]
pub(super) struct Corrected<'c> {
    /// Id, outside identifier or name.
    pub(super) recipient: Option<&'c str>,
    pub(super) amount: Option<Money>,
    pub(super) purpose: Option<&'c Text>,
}

impl Decider<'_> {
    /// Records the award as it should have been. It counts from the decision on, in closed months on the first open
    /// day.
    pub(super) fn correct(
        &self,
        id: &GrantId,
        given: Corrected<'_>,
        date: Date,
        reason: &Text,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let there = grant.award().ok_or_else(|| unknown_award(id))?;
        let mut award = there.clone();
        if let Some(given) = given.recipient {
            award.recipient = self.existing_recipient(given)?;
        }
        award.amount = given.amount.unwrap_or(award.amount);
        if let Some(purpose) = given.purpose {
            award.purpose.text = purpose.clone();
        }
        if award == *there {
            // The same correction repeated.
            let last = grant.live().filter(|it| matches!(*it.fact, Fact::Corrected(_))).last();
            return match last {
                Some(last) => Ok(Decided::Already(Already { record: Some(last.record), reversed_by: None })),
                None => Err(Rejection::NothingCorrected(id.to_string()).into()),
            };
        }
        check_positive(award.amount)?;
        let stated = StatedLater::of(grant.facts());
        for themes in [Some(&award.purpose.split), stated.theme].into_iter().flatten() {
            check_split(themes, award.amount)?;
        }
        for funds in [Some(&award.fund), stated.fund].into_iter().flatten() {
            check_allocated(funds, award.amount)?;
        }
        let correction = Correction {
            date,
            reason: reason.clone(),
            recipient_was: (award.recipient != there.recipient).then(|| there.recipient.clone()),
            amount_was: (award.amount != there.amount).then_some(there.amount),
            purpose_was: (award.purpose != there.purpose).then(|| there.purpose.text.clone()),
            award: Box::new(Fact::Awarded(Box::new(award))),
        };
        let with = || corrected(&grant, &correction.award);
        check_award_in_range(id, with())?;
        let closed = &self.books.reference().closed;
        let posted = timeline::entries(Rules::PRESENT, grant.facts(), with(), closed)?;
        let mut events: Vec<Event> = self.rules_applied(&grant)?.into_iter().collect();
        let fact = Arc::new(Fact::Corrected(Box::new(correction)));
        events.push(Event::Grant(GrantFact::new(id.clone(), fact, posted)));
        Ok(Decided::Events(events))
    }
}

/// Returns the facts of a grant with another award.
fn corrected<'f>(grant: &'f Grant, award: &'f Fact) -> impl Iterator<Item = &'f Fact> + Clone {
    grant.facts().map(move |fact| if matches!(fact, Fact::Awarded(_)) { award } else { fact })
}
