//! The terms of an award, by its decision or stated later.

use serde::{Deserialize, Serialize};

use super::{Award, Grant, Power};
use crate::allocation::Funds;
use crate::calendar::Period;
use crate::decisions::DecisionId;
use crate::text::Text;
use crate::themes::Split;

/// Terms that an award did not state and that were stated later. They apply from the award on. Power, conditions,
/// reasons and decision describe what was posted, also in closed months; fund, theme and period change what is
/// posted, in closed months on the first open day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsAddendum {
    /// The power; *not stated* if the award stated one, or if still unknown.
    pub power: Power,
    pub conditions: Option<Text>,
    pub reasons: Option<Text>,
    /// The fund or funds of what was awarded without one.
    #[serde(default)]
    pub fund: Option<Funds>,
    /// The theme or themes of what was awarded without one.
    #[serde(default)]
    pub theme: Option<Split>,
    #[serde(default)]
    pub period: Option<Period>,
    #[serde(default)]
    pub decision: Option<DecisionId>,
}

/// The terms of an award, including those stated later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms<'a> {
    pub power: Power,
    pub conditions: Option<&'a Text>,
    pub reasons: Option<&'a Text>,
}

impl<'a> Terms<'a> {
    /// Returns the terms that an award states.
    pub fn of(award: &'a Award) -> Terms<'a> {
        let Award { power, conditions, reasons, .. } = award;
        Terms { power: *power, conditions: conditions.as_ref(), reasons: reasons.as_ref() }
    }

    /// Returns the terms with those of an addendum.
    pub(crate) fn with(self, stated: &'a TermsAddendum) -> Terms<'a> {
        let power = if self.power == Power::NotStated { stated.power } else { self.power };
        Terms {
            power,
            conditions: self.conditions.or(stated.conditions.as_ref()),
            reasons: self.reasons.or(stated.reasons.as_ref()),
        }
    }
}

impl Grant {
    /// Returns the decisions on which its records are based, of reversed ones too. A decision may come several times.
    pub fn based_on(&self) -> impl Iterator<Item = &DecisionId> {
        self.history.iter().filter_map(|recorded| recorded.fact.decision())
    }
}
