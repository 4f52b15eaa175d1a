//! Changes to a grant: variations, extensions, withdrawals, changes of purpose and of fund.

use super::allocation::{check_allocated, check_divisible_on, check_parts_stay};
use super::award::check_split;
use super::{Already, Decided, Decider, Refusal, already, check_award_in_range};
use crate::allocation::Funds;
use crate::calendar::{Date, Period, StatedDate};
use crate::decisions::DecisionId;
use crate::events::Event;
use crate::grants::{
    Fact, FundChange, Grant, GrantId, Purpose, Recorded, Repurpose, Rules, Variation, Withdrawal, standing,
};
use crate::money::Money;
use crate::rejection::{Difference, Rejection};

impl Decider<'_> {
    pub(super) fn extend(
        &self,
        id: &GrantId,
        decision: Option<&DecisionId>,
        date: Date,
        to: StatedDate,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let recorded = self.counted(&grant).find(|recorded| {
            matches!(&*recorded.fact, Fact::Varied(there) if there.extension
                && there.decision.as_ref() == decision
                && there.date == date
                && there.period.is_some_and(|period| period.to() == to))
        });
        if let Some(recorded) = recorded {
            return Ok(Decided::Already(already(recorded)));
        }
        let period = grant.period().ok_or_else(|| Rejection::NoPeriodToExtend(id.to_string()))?;
        if to.last_day() <= period.to().last_day() {
            let (to, current) = (to.in_words(), period.to().in_words());
            return Err(Rejection::NotLater { to, current }.into());
        }
        let period = Some(Period::new(period.from(), to).map_err(Rejection::Period)?);
        let decision = decision.cloned();
        let change = Money::ZERO;
        self.vary(id, Variation { decision, date, change, period, extension: true, part: None })
    }

    pub(super) fn vary(&self, id: &GrantId, variation: Variation) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let same_act = |there: &Variation| {
            there.decision == variation.decision
                && there.date == variation.date
                && there.extension == variation.extension
        };
        let known = recorded(self.counted(&grant), |fact| {
            let Fact::Varied(there) = fact else { return None };
            same_act(there).then(|| variation_differences(there, &variation))
        });
        if let Some(decided) = settled(known, "variation", id, variation.decision.is_some())? {
            return Ok(decided);
        }
        if variation.change.is_zero() && (variation.period.is_none() || variation.period == grant.period()) {
            return Err(Rejection::NothingVaried.into());
        }
        self.check_change(&grant, variation.date)?;
        if variation.period.is_some() {
            check_not_varied_later(&grant, variation.date, |later| later.period.is_some())?;
        }
        let events = match &variation.part {
            Some(part) => self.check_part_changed(&grant, part, &variation)?,
            None => Vec::new(),
        };
        let fact = Fact::Varied(variation);
        check_award_in_range(id, grant.facts().chain([&fact]))?;
        Ok(self.with_decision(&grant, fact)?.after(events))
    }

    /// Withdraws what is not recognised to the end of the day.
    pub(super) fn withdraw(
        &self,
        id: &GrantId,
        decision: Option<&DecisionId>,
        date: Date,
    ) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let is_same = |there: &Withdrawal| there.decision.as_ref() == decision && there.date == date;
        let known = grant.live().find(|it| matches!(&*it.fact, Fact::Withdrawn(there) if is_same(there)));
        if let Some(recorded) = known {
            return Ok(Decided::Already(already(recorded)));
        }
        self.check_change(&grant, date)?;
        check_not_varied_later(&grant, date, |_| true)?;
        let withdrawal =
            |withdrawn| Fact::Withdrawn(Withdrawal { decision: decision.cloned(), date, withdrawn });
        let fact = withdrawal(Money::ZERO);
        let left = standing(Rules::PRESENT, grant.facts().chain([&fact]))?.awarded;
        self.with_decision(&grant, withdrawal(grant.standing()?.awarded.minus(left)?))
    }

    pub(super) fn repurpose(
        &self,
        id: &GrantId,
        decision: Option<&DecisionId>,
        date: Date,
        purpose: &Purpose,
        include_past: bool,
    ) -> Result<Decided, Refusal> {
        let events = self.missing_themes(&purpose.split)?;
        let grant = self.grant(id)?;
        let fact = Repurpose { decision: decision.cloned(), date, purpose: purpose.clone(), include_past };
        let known = recorded(self.counted(&grant), |other| {
            let Fact::Repurposed(there) = other else { return None };
            let is_same_act = there.decision == fact.decision && there.date == date;
            is_same_act.then(|| repurpose_differences(there, &fact))
        });
        if let Some(decided) = settled(known, "change of purpose", id, true)? {
            return Ok(decided);
        }
        check_split(&purpose.split, grant.standing()?.awarded)?;
        self.check_change(&grant, date)?;
        check_divisible_on(&grant, date, None, Some(&purpose.split))?;
        if grant.purpose_on(date) == Some(purpose) {
            return Err(Rejection::SamePurpose(id.to_string()).into());
        }
        self.change_division(&grant, Fact::Repurposed(fact), events)
    }

    pub(super) fn change_fund(&self, id: &GrantId, change: FundChange) -> Result<Decided, Refusal> {
        let events = self.missing_of_funds(&change.fund)?;
        let grant = self.grant(id)?;
        let known = recorded(self.counted(&grant), |other| {
            let Fact::FundChanged(there) = other else { return None };
            let is_same_act = there.decision == change.decision && there.date == change.date;
            is_same_act.then(|| change_differences(there, &change))
        });
        if let Some(decided) = settled(known, "change of fund", id, true)? {
            return Ok(decided);
        }
        check_allocated(&change.fund, grant.standing()?.awarded)?;
        self.check_change(&grant, change.date)?;
        if let Funds::Split(funds) = &change.fund
            && funds.ids().any(|fund| fund.is_unstated())
        {
            return Err(Rejection::FundToBeStated(id.to_string()).into());
        }
        check_divisible_on(&grant, change.date, Some(&change.fund), None)?;
        let division = grant.division_on(change.date);
        if division.as_ref().is_some_and(|division| division.with_funds(&change.fund) == *division) {
            return Err(Rejection::SameFund(id.to_string()).into());
        }
        self.change_division(&grant, Fact::FundChanged(change), events)
    }

    /// Records a fact that divides the grant otherwise, unless a record of later date names a part that would be gone.
    fn change_division(&self, grant: &Grant, fact: Fact, events: Vec<Event>) -> Result<Decided, Refusal> {
        if let Some(award) = grant.award() {
            check_parts_stay(grant, award, grant.facts().chain([&fact]))?;
        }
        Ok(self.with_decision(grant, fact)?.after(events))
    }

    /// Checks what every change to a grant must satisfy.
    fn check_change(&self, grant: &Grant, date: Date) -> Result<(), Rejection> {
        let decided = grant.award().map_or(date, |award| award.decided);
        if date < decided {
            return Err(Rejection::ChangeBeforeAward { date, decided });
        }
        self.check_open(date, true)?;
        if grant.is_withdrawn() {
            return Err(Rejection::Withdrawn(grant.id.to_string()));
        }
        Ok(())
    }
}

/// Refuses a change dated before a recorded variation of this kind, which was decided without it.
fn check_not_varied_later(
    grant: &Grant,
    date: Date,
    counts: impl Fn(&Variation) -> bool,
) -> Result<(), Rejection> {
    let later = grant.facts().find_map(|fact| {
        let Fact::Varied(variation) = fact else { return None };
        (variation.date > date && counts(variation)).then_some(variation.date)
    });
    match later {
        Some(on) => Err(Rejection::VariedLater { award: grant.id.to_string(), on }),
        None => Ok(()),
    }
}

/// Returns the recorded fact of the same act with its differences: an identical one if there is one,
/// otherwise one that differs and was not reversed.
fn recorded<'g>(
    counted: impl Iterator<Item = &'g Recorded>,
    compare: impl Fn(&Fact) -> Option<Vec<Difference>>,
) -> Option<(Already, Vec<Difference>)> {
    let compared: Vec<_> = counted
        .filter_map(|recorded| compare(&recorded.fact).map(|differences| (already(recorded), differences)))
        .collect();
    let identical = compared.iter().find(|(_, differences)| differences.is_empty());
    identical.or_else(|| compared.iter().find(|(it, _)| it.reversed_by.is_none())).cloned()
}

/// Decides a repeated act: already recorded if identical; rejected if different and `is_unique`.
fn settled(
    known: Option<(Already, Vec<Difference>)>,
    what: &'static str,
    id: &GrantId,
    is_unique: bool,
) -> Result<Option<Decided>, Rejection> {
    match known {
        Some((already, differences)) if differences.is_empty() => Ok(Some(Decided::Already(already))),
        Some((_, differences)) if is_unique => {
            Err(Rejection::Different { what, id: id.to_string(), differences })
        }
        _ => Ok(None),
    }
}

fn part_text(variation: &Variation) -> String {
    variation.part.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn variation_differences(there: &Variation, here: &Variation) -> Vec<Difference> {
    let text = |period: Option<Period>| period.map(|period| period.to_string()).unwrap_or_default();
    differences([
        ("amount", there.change.to_string(), here.change.to_string()),
        ("period", text(there.period), text(here.period)),
        ("part", part_text(there), part_text(here)),
    ])
}

fn repurpose_differences(there: &Repurpose, here: &Repurpose) -> Vec<Difference> {
    differences([
        ("purpose", there.purpose.text.to_string(), here.purpose.text.to_string()),
        ("theme", there.purpose.split.to_string(), here.purpose.split.to_string()),
        ("include_past", there.include_past.to_string(), here.include_past.to_string()),
    ])
}

fn differences<const N: usize>(fields: [(&'static str, String, String); N]) -> Vec<Difference> {
    let differing = fields.into_iter().filter(|(_, recorded, given)| recorded != given);
    differing.map(|(field, recorded, given)| Difference { field, recorded, given }).collect()
}

fn change_differences(there: &FundChange, here: &FundChange) -> Vec<Difference> {
    differences([
        ("fund", there.fund.to_string(), here.fund.to_string()),
        ("include_past", there.include_past.to_string(), here.include_past.to_string()),
    ])
}
