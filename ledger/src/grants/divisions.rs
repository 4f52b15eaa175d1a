//! How a grant is divided over funds and themes, and since when.

use std::collections::BTreeSet;

use super::{Award, Fact, Grant, TermsAddendum, Variation, within_day};
use crate::allocation::{Division, Funds, Part, Place};
use crate::calendar::{Date, Period};
use crate::decisions::DecisionId;
use crate::funds::FundId;
use crate::money::Money;
use crate::themes::{Split, ThemeId};

/// What an award did not state and was stated later. It counts from the award on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StatedLater<'a> {
    pub(crate) fund: Option<&'a Funds>,
    pub(crate) theme: Option<&'a Split>,
    period: Option<Period>,
    decision: Option<&'a DecisionId>,
}

impl<'a> StatedLater<'a> {
    /// Returns what was stated later by the facts of a grant.
    pub(crate) fn of(facts: impl IntoIterator<Item = &'a Fact>) -> StatedLater<'a> {
        let mut stated = StatedLater::default();
        for fact in facts {
            if let Fact::Stated(addendum) = fact {
                stated.add(addendum);
            }
        }
        stated
    }

    pub(crate) fn add(&mut self, addendum: &'a TermsAddendum) {
        let TermsAddendum { fund, theme, period, decision, .. } = addendum;
        self.fund = self.fund.or(fund.as_ref());
        self.theme = self.theme.or(theme.as_ref());
        self.period = self.period.or(*period);
        self.decision = self.decision.or(decision.as_ref());
    }

    /// Returns the place of a part that a record names, by its fund and theme as they were stated later.
    pub(crate) fn place_of(&self, part: &'a Part) -> Place<'a> {
        let (fund, theme) = (self.fund.and_then(Funds::single), self.theme.and_then(Split::single));
        Place {
            fund: fund.filter(|_| part.fund.is_unstated()).unwrap_or(&part.fund),
            theme: theme.filter(|_| part.theme.is_unallocated()).unwrap_or(&part.theme),
        }
    }

    /// Returns the decision of an award.
    pub(crate) fn decision(&self, award: &'a Award) -> Option<&'a DecisionId> {
        award.decision.as_ref().or(self.decision)
    }

    /// Returns the period of an award as decided.
    pub(crate) fn period(&self, award: &Award) -> Option<Period> {
        award.period.or(self.period)
    }

    /// Returns the split of an award over themes as decided.
    pub(crate) fn split(&self, award: &Award) -> Split {
        let (split, stated) = (&award.purpose.split, self.theme);
        match (split.single(), stated.and_then(Split::single)) {
            (Some(theme), _) if theme.is_unallocated() => stated.unwrap_or(split).clone(),
            (None, Some(theme)) => {
                let stating = |it: &ThemeId| if it.is_unallocated() { theme.clone() } else { it.clone() };
                split.over(stating).unwrap_or_else(|_| split.clone())
            }
            (Some(_), _) | (None, None) => split.clone(),
        }
    }

    /// Returns the division of an award as decided.
    pub(crate) fn division(&self, award: &'a Award) -> Division<'a> {
        let is_without_theme = award.purpose.split.single().is_some_and(ThemeId::is_unallocated);
        let funds = self.fund.filter(|_| award.fund.is_unstated()).unwrap_or(&award.fund);
        let themes = self.theme.filter(|_| is_without_theme).unwrap_or(&award.purpose.split);
        let division = Division::of(funds, themes);
        let (fund, theme) = (self.fund.and_then(|it| it.single()), self.theme.and_then(|it| it.single()));
        if fund.is_none() && theme.is_none() {
            return division;
        }
        division.stating(fund, theme)
    }
}

impl Grant {
    /// Returns how the grant is divided over funds and themes, with the first day of each division, in order: as
    /// awarded, then each change. Empty once the award is reversed.
    pub fn divisions(&self) -> Vec<(Date, Division<'_>)> {
        match self.award() {
            Some(award) => divisions(award, self.facts()),
            None => Vec::new(),
        }
    }

    /// Returns the division in force on a day; before the first, the first. Of a grant whose award is reversed, that
    /// of the award.
    pub fn division_on(&self, day: Date) -> Option<Division<'_>> {
        self.division_where(|from| from <= day)
    }

    /// Returns the division after every recorded change.
    pub fn division(&self) -> Option<Division<'_>> {
        self.division_where(|_| true)
    }

    fn division_where(&self, is_in_force: impl Fn(Date) -> bool) -> Option<Division<'_>> {
        let mut divisions = self.divisions();
        if divisions.is_empty() {
            return self.last_award().map(|award| StatedLater::default().division(award));
        }
        let in_force = divisions.iter().rposition(|(from, _)| is_in_force(*from)).unwrap_or(0);
        Some(divisions.swap_remove(in_force).1)
    }

    /// Returns the split over themes in force on a day; before the first, the first.
    pub fn split_on(&self, day: Date) -> Option<Split> {
        let award = self.award().or(self.last_award())?;
        let mut split = StatedLater::of(self.facts()).split(award);
        let mut changes: Vec<(Date, Split)> = Vec::new();
        for fact in self.facts() {
            let themes = match fact {
                Fact::Repurposed(repurpose) => Some(repurpose.purpose.split.clone()),
                Fact::FundChanged(change) => change.fund.themes().and_then(Result::ok),
                Fact::Awarded(_)
                | Fact::Varied(_)
                | Fact::Withdrawn(_)
                | Fact::Scheduled(_)
                | Fact::Paid(_)
                | Fact::Refunded(_)
                | Fact::Returned(_)
                | Fact::Reversed { .. }
                | Fact::Due(_)
                | Fact::Received(_)
                | Fact::Waived(_)
                | Fact::Stated(_)
                | Fact::Corrected(_)
                | Fact::RulesApplied { .. } => None,
            };
            changes.extend(fact.date().zip(themes));
        }
        changes.sort_by_key(|(date, _)| *date);
        let last = changes.into_iter().rfind(|(date, _)| *date <= day);
        let since = last.as_ref().map(|(date, _)| *date);
        if let Some((_, last)) = last {
            split = last;
        }
        // A variation of one part counts from the day after.
        let is_varied =
            |it: &Variation| it.part.is_some() && it.date < day && since.is_none_or(|from| from <= it.date);
        if self.facts().any(|fact| matches!(fact, Fact::Varied(it) if is_varied(it))) {
            let mut sums: Vec<(ThemeId, Money)> = Vec::new();
            for (place, amount) in self.parts_on(day) {
                match sums.iter_mut().find(|(theme, _)| theme == place.theme) {
                    Some((_, sum)) => *sum = sum.plus(amount).unwrap_or(*sum),
                    None => sums.push((place.theme.clone(), amount)),
                }
            }
            sums.retain(|(_, amount)| amount.is_positive());
            let varied = match sums.as_slice() {
                [(theme, _)] => Ok(Split::whole(theme.clone())),
                _ => Split::amounts(sums),
            };
            split = varied.unwrap_or(split);
        }
        Some(split)
    }

    /// Returns the parts in force on a day with their amounts as awarded and varied by the day before.
    pub fn parts_on(&self, day: Date) -> Vec<(Place<'_>, Money)> {
        let (Some(award), Some(division)) = (self.award(), self.division_on(day)) else { return Vec::new() };
        let varied = self
            .facts()
            .filter_map(|fact| if let Fact::Varied(variation) = fact { Some(variation) } else { None });
        let varied = varied.filter(|it| it.date < day).map(|it| it.change);
        let amount = Money::sum(std::iter::once(award.amount).chain(varied)).unwrap_or(award.amount);
        division.divide(amount).collect()
    }

    /// Returns where all or part of the grant ever was, by its award and changes. Of a grant whose award is reversed, the
    /// award counts.
    pub(crate) fn places(&self) -> BTreeSet<Place<'_>> {
        let mut divisions: Vec<Division<'_>> = self.divisions().into_iter().map(|(_, it)| it).collect();
        if divisions.is_empty() {
            divisions.extend(self.division());
        }
        divisions.iter().flat_map(Division::places).collect()
    }

    /// Returns true if all or part of the grant was ever somewhere.
    pub(crate) fn had_place(&self, is_meant: impl Fn(Place<'_>) -> bool) -> bool {
        self.places().into_iter().any(is_meant)
    }

    /// Returns true if anything of the grant was ever posted to a fund.
    pub(crate) fn has_postings_in(&self, fund: &FundId) -> bool {
        self.history.iter().flat_map(|recorded| recorded.entries.postings()).any(|it| it.fund == fund)
    }

    /// Returns the funds in force on a day as one text: `cdr; victims`.
    pub fn funds_on(&self, day: Date) -> String {
        let division = self.division_on(day);
        let funds = division.iter().flat_map(Division::funds);
        funds.map(FundId::as_str).collect::<Vec<_>>().join("; ")
    }

    /// Returns the decision of the award, also where it was stated later.
    pub fn decision(&self) -> Option<&DecisionId> {
        StatedLater::of(self.facts()).decision(self.last_award()?)
    }
}

/// Returns the parts on a day of a grant with these facts and this award.
pub(crate) fn places_on<'a>(
    award: &'a Award,
    facts: impl Iterator<Item = &'a Fact> + Clone,
    day: Date,
) -> Vec<Place<'a>> {
    let divisions = divisions(award, facts);
    let in_force = divisions.iter().rfind(|(from, _)| *from <= day).or(divisions.first());
    in_force.into_iter().flat_map(|(_, division)| division.places()).collect()
}

/// Returns the divisions of an award and its changes. A variation of one part changes the amounts from the day after, and
/// may add a part.
fn divisions<'a>(
    award: &'a Award,
    facts: impl Iterator<Item = &'a Fact> + Clone,
) -> Vec<(Date, Division<'a>)> {
    let mut changes: Vec<(Date, &Fact)> = facts
        .clone()
        .filter(|fact| matches!(fact, Fact::Repurposed(_) | Fact::FundChanged(_) | Fact::Varied(_)))
        .filter_map(|fact| Some((fact.date()?, fact)))
        .collect();
    // The sort keeps the order of recording.
    changes.sort_by_key(|(date, fact)| (*date, within_day(fact)));
    let stated = StatedLater::of(facts);
    let mut divisions = vec![(award.decided, stated.division(award))];
    let mut awarded = award.amount;
    for (date, fact) in changes {
        let Some((_, before)) = divisions.last() else { continue };
        let (from, division) = match fact {
            Fact::Repurposed(repurpose) => (date, before.with_themes(&repurpose.purpose.split)),
            Fact::FundChanged(change) => (date, before.with_funds(&change.fund)),
            Fact::Varied(variation) => {
                let (of, change) = (awarded, variation.change);
                awarded = awarded.plus(change).unwrap_or(awarded);
                let Some(part) = &variation.part else { continue };
                (date.next_day(), before.with_part_changed(stated.place_of(part), of, change))
            }
            Fact::Awarded(_)
            | Fact::Withdrawn(_)
            | Fact::Scheduled(_)
            | Fact::Paid(_)
            | Fact::Refunded(_)
            | Fact::Returned(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => continue,
        };
        divisions.push((from, division));
    }
    divisions
}
