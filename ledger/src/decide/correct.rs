//! Correcting a mistyped recipient, amount, purpose or division of an award.

use std::sync::Arc;

use super::allocation::{check_allocated, check_divisible, check_parts_stay};
use super::award::check_split;
use super::{Already, Decided, Decider, Refusal, check_award_in_range, check_positive, unknown_award};
use crate::allocation::Funds;
use crate::calendar::Date;
use crate::events::{Event, GrantFact};
use crate::grants::divisions::StatedLater;
use crate::grants::{Award, Correction, Fact, Grant, GrantId, Rules, timeline};
use crate::money::Money;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::themes::{Split, ThemeId};

/// What to correct, with the correct values.
#[derive(Clone, Copy)]
pub(super) struct Corrected<'c> {
    /// Id, outside identifier or name.
    pub(super) recipient: Option<&'c str>,
    pub(super) amount: Option<Money>,
    pub(super) purpose: Option<&'c Text>,
    pub(super) fund: Option<&'c Funds>,
    pub(super) theme: Option<&'c Split>,
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
            award.recipient =
                self.existing_recipient(given).map_err(|refusal| maybe_misspelt(refusal, there))?;
        }
        award.amount = given.amount.unwrap_or(award.amount);
        if let Some(purpose) = given.purpose {
            award.purpose.text = purpose.clone();
        }
        let added = self.divide_as_corrected(&mut award, given)?;
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
        check_divided(&award, &stated, given)?;
        let correction = Correction {
            date,
            reason: reason.clone(),
            recipient_was: (award.recipient != there.recipient).then(|| there.recipient.clone()),
            amount_was: (award.amount != there.amount).then_some(there.amount),
            purpose_was: (award.purpose.text != there.purpose.text).then(|| there.purpose.text.clone()),
            fund_was: (award.fund != there.fund).then(|| there.fund.clone()),
            theme_was: (award.purpose.split != there.purpose.split).then(|| there.purpose.split.clone()),
            award: Box::new(Fact::Awarded(Box::new(award))),
        };
        let with = || corrected(&grant, &correction.award);
        if let Some(award) = correction.award() {
            check_parts_stay(&grant, award, with())?;
        }
        check_award_in_range(id, with())?;
        let closed = &self.books.reference().closed;
        let posted = timeline::entries(Rules::PRESENT, grant.facts(), with(), closed)?;
        let mut events = added;
        events.extend(self.rules_applied(&grant)?);
        let fact = Arc::new(Fact::Corrected(Box::new(correction)));
        events.push(Event::Grant(GrantFact::new(id.clone(), fact, posted)));
        Ok(Decided::Events(events))
    }

    /// Divides an award over the funds and themes that it should have had, and returns the events that add the missing
    /// ones. The themes of parts are those of the award.
    fn divide_as_corrected(&self, award: &mut Award, given: Corrected<'_>) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        if let Some(theme) = given.theme {
            events.extend(self.missing_themes(theme)?);
            award.purpose.split = theme.clone();
        }
        if let Some(fund) = given.fund {
            events.extend(self.missing_of_funds(fund)?);
            award.fund = fund.clone();
        }
        if given.fund.is_none() && given.theme.is_none() {
            return Ok(events);
        }
        if let Some(themes) = award.fund.themes() {
            let themes = themes.map_err(|error| Rejection::Split(Box::new(error)))?;
            match given.theme.filter(|given| **given != themes) {
                Some(theme) => {
                    let (given, of_parts) = (theme.to_string(), themes.to_string());
                    return Err(Rejection::ThemesNotOfParts { given, of_parts }.into());
                }
                None => award.purpose.split = themes,
            }
        }
        Ok(events)
    }
}

/// Says of an unknown recipient that is most like that of the award that only its name may be misspelt.
fn maybe_misspelt(mut refusal: Refusal, award: &Award) -> Refusal {
    if let Refusal::Rejected(rejection) = &mut refusal
        && let Rejection::UnknownRecipient { suggestions, .. } = &mut **rejection
        && let Some(first) = suggestions.first_mut().filter(|it| it.id == award.recipient)
    {
        first.misspelt_from = Some(award.decided);
    }
    refusal
}

/// Checks that what divides the award, or was stated later to divide it, adds up to its amount.
fn check_divided(award: &Award, stated: &StatedLater<'_>, given: Corrected<'_>) -> Result<(), Rejection> {
    let differing = |total: Option<Money>| total.filter(|total| *total != award.amount);
    // What the award itself divides needs no later statement.
    let later_fund = stated.fund.filter(|_| award.fund.is_unstated());
    let is_without_theme = award.purpose.split.single().is_some_and(ThemeId::is_unallocated);
    let (funds, themes) = (later_fund.unwrap_or(&award.fund), stated.theme.filter(|_| is_without_theme));
    let themes = themes.unwrap_or(&award.purpose.split);
    for (total, is_given) in [
        (differing(funds.stated_total()), given.fund.is_some()),
        (
            differing(themes.stated_total()),
            given.theme.is_some() || matches!(given.fund, Some(Funds::Parts(_))),
        ),
    ] {
        if let Some(total) = total.filter(|_| !is_given) {
            return Err(Rejection::DivisionNotCorrected { total, award: award.amount });
        }
    }
    check_allocated(funds, award.amount)?;
    check_split(themes, award.amount)?;
    let is_division_given = given.fund.is_some() || given.theme.is_some();
    if is_division_given { check_divisible(funds, themes) } else { Ok(()) }
}

/// Returns the facts of a grant with another award.
fn corrected<'f>(grant: &'f Grant, award: &'f Fact) -> impl Iterator<Item = &'f Fact> + Clone {
    grant.facts().map(move |fact| if matches!(fact, Fact::Awarded(_)) { award } else { fact })
}
