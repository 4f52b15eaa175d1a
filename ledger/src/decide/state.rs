//! Adding terms that an award did not state.

use super::reference::different;
use super::{Already, Decided, Decider, Refusal};
use crate::grants::{Fact, Grant, GrantId, Power, Terms, TermsAddendum};
use crate::rejection::{Difference, Rejection};
use crate::text::Text;

impl Decider<'_> {
    /// Records the part of a statement that is not recorded yet. Different terms are rejected; terms that
    /// were reversed may be stated again.
    pub(super) fn state(&self, id: &GrantId, given: &TermsAddendum) -> Result<Decided, Refusal> {
        let grant = self.grant(id)?;
        let known = grant.terms();
        let differences = differences(known, given);
        if !differences.is_empty() {
            return Err(
                Rejection::Different { what: "details of award", id: id.to_string(), differences }.into()
            );
        }
        let new = |known: Option<&Text>, given: &Option<Text>| given.clone().filter(|_| known.is_none());
        let statement = TermsAddendum {
            power: if known.power == Power::NotStated { given.power } else { Power::NotStated },
            conditions: new(known.conditions, &given.conditions),
            reasons: new(known.reasons, &given.reasons),
        };
        let is_nothing = statement.power == Power::NotStated
            && statement.conditions.is_none()
            && statement.reasons.is_none();
        match is_nothing {
            true => Ok(Decided::Already(Already { record: stated_by(&grant, given), reversed_by: None })),
            false => self.with_decision(&grant, Fact::Stated(statement)),
        }
    }
}

/// Returns where the given terms differ from the recorded ones.
fn differences(known: Terms<'_>, given: &TermsAddendum) -> Vec<Difference> {
    let mut differences = Vec::new();
    if known.power != Power::NotStated && given.power != Power::NotStated {
        differences.extend(different("power", known.power.word(), given.power.word()));
    }
    let texts =
        [("conditions", known.conditions, &given.conditions), ("reasons", known.reasons, &given.reasons)];
    for (field, known, given) in texts {
        if let (Some(known), Some(given)) = (known, given) {
            differences.extend(different(field, known.as_str(), given.as_str()));
        }
    }
    differences
}

/// Returns the one record that states all of it, if any.
fn stated_by(grant: &Grant, given: &TermsAddendum) -> Option<u64> {
    let states = |terms: Terms<'_>| {
        let is_in = |given: &Option<Text>, stated: Option<&Text>| given.is_none() || given.as_ref() == stated;
        (given.power == Power::NotStated || given.power == terms.power)
            && is_in(&given.conditions, terms.conditions)
            && is_in(&given.reasons, terms.reasons)
    };
    let mut live = grant.live();
    let found = live.find(|recorded| {
        let of_award = recorded.fact.award().is_some_and(|award| states(Terms::of(award)));
        of_award
            || matches!(&*recorded.fact, Fact::Stated(statement) if states(Terms::default().with(statement)))
    });
    found.map(|recorded| recorded.record)
}
