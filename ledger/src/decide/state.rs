//! Adding terms that an award did not state.

use super::allocation::{check_allocated, check_divisible, check_parts_stay};
use super::award::check_split;
use super::reference::different;
use super::{Already, Decided, Decider, Refusal, check_award_in_range};
use crate::allocation::Funds;
use crate::calendar::Period;
use crate::decisions::DecisionId;
use crate::events::Event;
use crate::funds::FundId;
use crate::grants::divisions::StatedLater;
use crate::grants::{Award, Fact, Grant, GrantId, Power, Terms, TermsAddendum};
use crate::rejection::{Difference, Rejection};
use crate::text::Text;
use crate::themes::{Split, ThemeId};

impl Decider<'_> {
    /// Records the part of a statement that is not recorded yet. Different terms are rejected; terms that
    /// were reversed may be stated again.
    pub(super) fn state(&self, id: &GrantId, given: &TermsAddendum) -> Result<Decided, Refusal> {
        if *given == TermsAddendum::default() {
            return Err(Rejection::NothingStated.into());
        }
        let grant = self.grant(id)?;
        let Some(known) = Known::of(&grant) else { return Err(super::unknown_award(id).into()) };
        let differences = known.differences(given);
        if !differences.is_empty() {
            return Err(
                Rejection::Different { what: "details of award", id: id.to_string(), differences }.into()
            );
        }
        check_not_changed_since(&grant, given)?;
        let statement = known.what_is_new(given);
        if statement == TermsAddendum::default() {
            return Ok(Decided::Already(Already { record: stated_by(&grant, given), reversed_by: None }));
        }
        let events = self.check_stated(&grant, &known, &statement)?;
        let fact = Fact::Stated(statement);
        check_parts_stay(&grant, known.award, grant.facts().chain([&fact]))?;
        check_award_in_range(id, grant.facts().chain([&fact]))?;
        Ok(self.with_decision(&grant, fact)?.after(events))
    }

    /// Checks a fund, theme or period that is stated later, and returns the events that add what is missing.
    fn check_stated(
        &self,
        grant: &Grant,
        known: &Known<'_>,
        statement: &TermsAddendum,
    ) -> Result<Vec<Event>, Refusal> {
        let award = known.award;
        let refused = |what, why: &str| Rejection::NotToBeStated {
            award: grant.id.to_string(),
            what,
            why: why.to_owned(),
        };
        let mut events = Vec::new();
        if let Some(fund) = &statement.fund {
            if matches!(fund, Funds::Parts(_)) {
                return Err(
                    refused("fund", "parts with a theme each would change the whole allocation").into()
                );
            }
            if fund.ids().any(FundId::is_unstated) {
                return Err(refused(
                    "fund",
                    "`unstated` means that no fund is stated; give the name of a fund",
                )
                .into());
            }
            if !award.fund.is_unstated() && fund.single().is_none() {
                return Err(refused(
                    "fund",
                    "only part of the award has no fund, so only one fund can be stated",
                )
                .into());
            }
            events.extend(self.missing_of_funds(fund)?);
            check_allocated(fund, award.amount)?;
        }
        if let Some(theme) = &statement.theme {
            if theme.themes().all(ThemeId::is_unallocated) {
                return Err(refused("theme", "no theme is given").into());
            }
            if award.purpose.split.single().is_none() && theme.single().is_none() {
                return Err(refused(
                    "theme",
                    "only part of the award has no theme, so only one theme can be stated",
                )
                .into());
            }
            events.extend(self.missing_themes(theme)?);
            check_split(theme, award.amount)?;
        }
        if statement.period.is_some() && grant.is_withdrawn() {
            return Err(Rejection::Withdrawn(grant.id.to_string()).into());
        }
        let fund = statement.fund.as_ref().or(known.fund).unwrap_or(&award.fund);
        let theme = statement.theme.as_ref().or(known.theme).unwrap_or(&award.purpose.split);
        check_divisible(fund, theme)?;
        Ok(events)
    }
}

/// Refuses a fund or theme of the award that is already recorded, where the grant has had another since. One that was
/// stated before is accepted again.
fn check_not_changed_since(grant: &Grant, given: &TermsAddendum) -> Result<(), Rejection> {
    let changed = |is_meant: fn(&Fact) -> bool| {
        grant.facts().filter(move |it| is_meant(it)).filter_map(Fact::date).max()
    };
    let is_sent_again = |is_same: &dyn Fn(&TermsAddendum) -> bool| {
        grant.facts().any(|fact| matches!(fact, Fact::Stated(stated) if is_same(stated)))
    };
    let fund = given.fund.is_some() && !is_sent_again(&|stated| stated.fund == given.fund);
    let theme = given.theme.is_some() && !is_sent_again(&|stated| stated.theme == given.theme);
    for (what, is_of_award, changed) in [
        ("fund", fund, changed(|it| matches!(it, Fact::FundChanged(_)))),
        ("theme", theme, changed(|it| matches!(it, Fact::Repurposed(_)))),
    ] {
        if let Some(date) = changed.filter(|_| is_of_award) {
            let why = format!(
                "it is already recorded for the time before {}, when the {what} was changed",
                date.in_words()
            );
            return Err(Rejection::NotToBeStated { award: grant.id.to_string(), what, why });
        }
    }
    Ok(())
}

/// What is stated of an award, by it or later. What is not stated is `None`.
struct Known<'a> {
    award: &'a Award,
    terms: Terms<'a>,
    fund: Option<&'a Funds>,
    theme: Option<&'a Split>,
    period: Option<Period>,
    decision: Option<&'a DecisionId>,
}

impl<'a> Known<'a> {
    fn of(grant: &'a Grant) -> Option<Known<'a>> {
        let award = grant.award()?;
        let stated = StatedLater::of(grant.facts());
        let lacks_fund = award.fund.ids().any(FundId::is_unstated);
        let lacks_theme = award.purpose.split.themes().any(ThemeId::is_unallocated);
        Some(Known {
            award,
            terms: grant.terms(),
            fund: if lacks_fund { stated.fund } else { Some(&award.fund) },
            theme: if lacks_theme { stated.theme } else { Some(&award.purpose.split) },
            period: stated.period(award),
            decision: stated.decision(award),
        })
    }

    /// Returns where the given terms differ from the recorded ones.
    fn differences(&self, given: &TermsAddendum) -> Vec<Difference> {
        let mut differences = Vec::new();
        if self.terms.power != Power::NotStated && given.power != Power::NotStated {
            differences.extend(different("power", self.terms.power.word(), given.power.word()));
        }
        let text = |value: Option<&dyn ToString>| value.map(ToString::to_string);
        fn as_text<T: ToString>(value: &T) -> &dyn ToString {
            value
        }
        for (field, known, given) in [
            ("conditions", self.terms.conditions.map(as_text), given.conditions.as_ref().map(as_text)),
            ("reasons", self.terms.reasons.map(as_text), given.reasons.as_ref().map(as_text)),
            ("fund", self.fund.map(as_text), given.fund.as_ref().map(as_text)),
            ("theme", self.theme.map(as_text), given.theme.as_ref().map(as_text)),
            ("period", self.period.as_ref().map(as_text), given.period.as_ref().map(as_text)),
            ("decision", self.decision.map(as_text), given.decision.as_ref().map(as_text)),
        ] {
            if let (Some(known), Some(given)) = (text(known), text(given)) {
                differences.extend(different(field, &known, &given));
            }
        }
        differences
    }

    /// Returns what of a statement is not stated yet.
    fn what_is_new(&self, given: &TermsAddendum) -> TermsAddendum {
        fn new<T: Clone>(known: Option<&T>, given: &Option<T>) -> Option<T> {
            given.clone().filter(|_| known.is_none())
        }
        let power = self.terms.power;
        TermsAddendum {
            power: if power == Power::NotStated { given.power } else { Power::NotStated },
            conditions: new(self.terms.conditions, &given.conditions),
            reasons: new(self.terms.reasons, &given.reasons),
            fund: new(self.fund, &given.fund),
            theme: new(self.theme, &given.theme),
            period: given.period.filter(|_| self.period.is_none()),
            decision: new(self.decision, &given.decision),
        }
    }
}

/// Returns the one record that states all of it, if any.
fn stated_by(grant: &Grant, given: &TermsAddendum) -> Option<u64> {
    let states = |terms: Terms<'_>| {
        let is_in = |given: &Option<Text>, stated: Option<&Text>| given.is_none() || given.as_ref() == stated;
        (given.power == Power::NotStated || given.power == terms.power)
            && is_in(&given.conditions, terms.conditions)
            && is_in(&given.reasons, terms.reasons)
    };
    let of_award = |award: &Award| {
        states(Terms::of(award))
            && given.fund.as_ref().is_none_or(|fund| *fund == award.fund)
            && given.theme.as_ref().is_none_or(|theme| *theme == award.purpose.split)
            && given.period.is_none_or(|period| Some(period) == award.period)
            && given.decision.as_ref().is_none_or(|decision| Some(decision) == award.decision.as_ref())
    };
    let of_addendum = |stated: &TermsAddendum| {
        fn is_in<T: PartialEq>(given: &Option<T>, stated: &Option<T>) -> bool {
            given.is_none() || given == stated
        }
        states(Terms::default().with(stated))
            && is_in(&given.fund, &stated.fund)
            && is_in(&given.theme, &stated.theme)
            && is_in(&given.period, &stated.period)
            && is_in(&given.decision, &stated.decision)
    };
    let found = grant.live().find(|recorded| {
        recorded.fact.award().is_some_and(of_award)
            || matches!(&*recorded.fact, Fact::Stated(stated) if of_addendum(stated))
    });
    found.map(|recorded| recorded.record)
}
