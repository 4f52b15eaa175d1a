//! Checks of funds and parts, and of what is recorded of one part.

use super::{Decider, Refusal};
use crate::allocation::{Division, Funds, Part};
use crate::calendar::Date;
use crate::events::Event;
use crate::grants::divisions::{StatedLater, places_on};
use crate::grants::timeline::{part_awarded, part_committed, part_paid};
use crate::grants::{Award, Fact, Grant, Payment, Refund, Rules, Variation};
use crate::money::Money;
use crate::rejection::Rejection;
use crate::split::Split;

impl Decider<'_> {
    /// Returns the events that add the missing funds, and the missing themes of parts, or rejects a missing one.
    pub(super) fn missing_of_funds(&self, funds: &Funds) -> Result<Vec<Event>, Refusal> {
        let mut events = Vec::new();
        if let Some(themes) = funds.themes() {
            let themes = themes.map_err(|error| Rejection::Split(Box::new(error)))?;
            events.extend(self.missing_themes(&themes)?);
        }
        let mut seen = Vec::new();
        for fund in funds.ids() {
            if !seen.contains(&fund) {
                events.extend(self.missing_fund(fund)?);
                seen.push(fund);
            }
        }
        Ok(events)
    }

    /// Checks a variation of one part, which may be a new part, and returns the events that add its fund and theme.
    pub(super) fn check_part_changed(
        &self,
        grant: &Grant,
        part: &Part,
        variation: &Variation,
    ) -> Result<Vec<Event>, Refusal> {
        let mut events = self.missing_themes(&Split::whole(part.theme.clone()))?;
        events.extend(self.missing_fund(&part.fund)?);
        let awarded = part_awarded(Rules::PRESENT, grant.facts(), part, Some(variation.date))?;
        if awarded.plus(variation.change)?.is_negative() {
            let (award, part) = (grant.id.to_string(), part.to_string());
            return Err(Rejection::PartBelowZero { award, part, awarded }.into());
        }
        Ok(events)
    }

    /// Checks that the part that a payment is for is one of the grant's on its day, and lacks the amount.
    pub(super) fn check_part_paid(&self, grant: &Grant, payment: &Payment) -> Result<(), Refusal> {
        let Some(part) = &payment.part else { return Ok(()) };
        check_part_known(grant, part, payment.date)?;
        let award = grant.id.to_string();
        let balance = part_committed(Rules::PRESENT, grant.facts(), part)?;
        if payment.amount > balance {
            let (part, payment) = (part.to_string(), payment.amount);
            return Err(Rejection::PaymentBeyondPart { award, part, balance, payment }.into());
        }
        Ok(())
    }

    /// Checks that the part that a refund comes back from is one of the grant's by its day, and is paid as much.
    pub(super) fn check_part_refunded(&self, grant: &Grant, refund: &Refund) -> Result<(), Refusal> {
        let Some(part) = &refund.part else { return Ok(()) };
        let had = |(from, division): &(Date, Division<'_>)| {
            *from <= refund.date && division.places().any(|place| place.is(part))
        };
        if !grant.divisions().iter().any(had) {
            check_part_known(grant, part, refund.date)?;
        }
        let on_the_day = part_paid(grant.facts(), part, Some(refund.date))?;
        let paid = part_paid(grant.facts(), part, None)?.min(on_the_day);
        if refund.amount > paid {
            let (award, part, refund) = (grant.id.to_string(), part.to_string(), refund.amount);
            return Err(Rejection::RefundBeyondPart { award, part, paid, refund }.into());
        }
        Ok(())
    }
}

/// Checks that a part is one of the grant's at the end of a day.
fn check_part_known(grant: &Grant, part: &Part, date: Date) -> Result<(), Rejection> {
    let division = grant.division_on(date);
    let places: Vec<_> = division.iter().flat_map(|division| division.places()).collect();
    // What a variation adds can be paid on its day.
    let is_added =
        |fact: &Fact| matches!(fact, Fact::Varied(it) if it.date == date && it.part.as_ref() == Some(part));
    if places.iter().any(|place| place.is(part)) || grant.facts().any(is_added) {
        return Ok(());
    }
    let parts = places.iter().map(ToString::to_string).collect();
    Err(Rejection::UnknownPart { award: grant.id.to_string(), part: part.to_string(), parts })
}

/// Refuses an award with facts by which a record would name a part that the grant no longer has on the record's day.
pub(super) fn check_parts_stay<'f>(
    grant: &Grant,
    award: &'f Award,
    with: impl Iterator<Item = &'f Fact> + Clone,
) -> Result<(), Rejection> {
    let stated = StatedLater::of(with.clone());
    for recorded in grant.live() {
        let fact = &*recorded.fact;
        let varied = if let Fact::Varied(variation) = fact { variation.part.as_ref() } else { None };
        let (Some(part), Some(date)) = (fact.part().or(varied), fact.date()) else { continue };
        let place = stated.place_of(part);
        let is_there = places_on(award, with.clone(), date).contains(&place);
        let was_there = || grant.division_on(date).is_some_and(|it| it.places().any(|place| place.is(part)));
        if !is_there && was_there() {
            return Err(Rejection::PartInUse { part: part.to_string(), record: recorded.record });
        }
    }
    Ok(())
}

/// Checks that the amounts of funds or parts add up to the award.
pub fn check_allocated(funds: &Funds, award: Money) -> Result<(), Rejection> {
    match funds.stated_total() {
        Some(total) if total != award => Err(Rejection::AllocationDoesNotAddUp { total, award }),
        _ => Ok(()),
    }
}

/// Checks that it is stated how several funds and several themes meet.
pub(super) fn check_divisible(funds: &Funds, themes: &Split) -> Result<(), Rejection> {
    match funds {
        Funds::Split(funds) if funds.single().is_none() && themes.single().is_none() => {
            Err(Rejection::PartsNotStated)
        }
        Funds::Split(_) | Funds::Parts(_) => Ok(()),
    }
}

/// Checks the same for new funds or new themes of a grant on a day.
pub(super) fn check_divisible_on(
    grant: &Grant,
    date: Date,
    funds: Option<&Funds>,
    themes: Option<&Split>,
) -> Result<(), Rejection> {
    let Some(division) = grant.division_on(date) else { return Ok(()) };
    let are_several_funds = match funds {
        Some(Funds::Parts(_)) => return Ok(()),
        Some(Funds::Split(split)) => split.single().is_none(),
        None => division.funds().len() > 1,
    };
    let are_several_themes = match themes {
        Some(split) => split.single().is_none(),
        None => division.themes().len() > 1,
    };
    if are_several_funds && are_several_themes { Err(Rejection::PartsNotStated) } else { Ok(()) }
}
