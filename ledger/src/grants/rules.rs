//! Rules: how a grant's entries follow from its facts, by version.
//!
//! Entries stand as they were recorded. When a rule changes, the version counts on, and a ledger notes the record
//! from which the present version holds: so verification recomputes every grant by the rules of its last record,
//! and the next record on a grant that the present rules would have entered differently posts the difference.

use serde::{Deserialize, Serialize};

/// A version of the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum Rules {
    /// A change of estimate counts from the beginning of its month.
    #[default]
    First,
    /// Changes of estimate are prospective: they count from the end of their day.
    Second,
    /// A part that a payment, a refund or a variation names keeps its own from then on.
    Third,
}

impl Rules {
    /// The rules by which entries are recorded now.
    pub const PRESENT: Rules = Rules::Third;

    /// Returns the number of the version, from 1.
    pub const fn version(self) -> u32 {
        match self {
            Rules::First => 1,
            Rules::Second => 2,
            Rules::Third => 3,
        }
    }

    /// Returns true for the first version, which a ledger that states none was opened under.
    pub(crate) fn is_first(&self) -> bool {
        *self == Rules::First
    }
}

impl From<Rules> for u32 {
    fn from(rules: Rules) -> u32 {
        rules.version()
    }
}

impl TryFrom<u32> for Rules {
    type Error = String;

    fn try_from(version: u32) -> Result<Rules, String> {
        match version {
            1 => Ok(Rules::First),
            2 => Ok(Rules::Second),
            3 => Ok(Rules::Third),
            _ => Err(format!("rules version {version} is not known to this version of almoner")),
        }
    }
}

/// The rules of a ledger, each with the record from which they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesHeld(Vec<(u64, Rules)>);

impl RulesHeld {
    /// Adopts rules from a record on.
    pub(crate) fn adopt(&mut self, record: u64, rules: Rules) {
        self.0.push((record, rules));
    }

    /// Returns the rules at a record.
    pub fn at(&self, record: u64) -> Rules {
        let held = self.0.iter().rev().find(|(from, _)| *from <= record);
        held.map_or(Rules::First, |(_, rules)| *rules)
    }

    /// Returns the rules that hold now.
    pub fn last(&self) -> Rules {
        self.at(u64::MAX)
    }
}
