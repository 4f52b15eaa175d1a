//! Decisions of the Commissioner, numbered in series.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod number;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::number::is_dated;
use crate::calendar::Date;
use crate::checklist::Checklist;
pub use crate::ids::DecisionId;
use crate::ids::GrantId;
use crate::text::Text;
use crate::worded;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Series {
    /// The letters, such as `C`; empty for the plain series.
    pub prefix: String,
    /// Zero in a series without years.
    pub year: u16,
    #[serde(skip)]
    form: number::Form,
}

impl DecisionId {
    /// True for a number of the confidential series (`C7-2015`), whose decisions are always confidential.
    pub fn is_of_confidential_series(&self) -> bool {
        self.in_series().is_some_and(|(series, _)| series.prefix == "C")
    }
}

impl Series {
    /// Returns a number as written in the series: `7-2015`, `C7-2015`, `PCD-2031-014`.
    pub fn write(&self, number: u32) -> String {
        number::write(self, number)
    }
}

/// A gap: consecutive numbers of a series without a decision in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    pub series: Series,
    pub first: u32,
    pub last: u32,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.series.write(self.first);
        if self.first == self.last {
            f.write_str(&first)
        } else {
            write!(f, "{first} to {}", self.series.write(self.last))
        }
    }
}

/// Returns the missing numbers of each series, from 1 to its highest; in a series without years from its lowest.
pub fn gaps<'a>(ids: impl IntoIterator<Item = &'a DecisionId>) -> Vec<Gap> {
    let mut numbers: BTreeMap<Series, BTreeSet<u32>> = BTreeMap::new();
    for (series, number) in ids.into_iter().filter_map(DecisionId::in_series) {
        numbers.entry(series).or_default().insert(number);
    }
    let mut gaps = Vec::new();
    for (series, present) in numbers {
        let mut expected = numbers_from(&series, &present);
        for number in present {
            if number > expected {
                gaps.push(Gap { series: series.clone(), first: expected, last: number - 1 });
            }
            expected = expected.max(number.saturating_add(1));
        }
    }
    gaps
}

/// A series without years may have begun long before the first decision recorded.
fn numbers_from(series: &Series, present: &BTreeSet<u32>) -> u32 {
    present.first().copied().filter(|_| series.year == 0).unwrap_or(1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionKind {
    Award,
    ChangeOfPurpose,
    Variation,
    Extension,
    Withdrawal,
    /// Anything else: appointments, collaborations, precept …
    Other,
}

worded!(DecisionKind::word, parsed {
    Award = "award", ChangeOfPurpose = "change-of-purpose", Variation = "variation", Extension = "extension",
    Withdrawal = "withdrawal", Other = "other",
});

/// A decision in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its number as published.
    pub id: DecisionId,
    pub date: Option<Date>,
    /// Its title; `None` while only awards refer to the decision.
    pub title: Option<Text>,
    pub summary: Option<Text>,
    pub kind: Option<DecisionKind>,
    /// True if only number and title are published.
    #[serde(default)]
    pub confidential: bool,
    #[serde(default)]
    pub checklist: Checklist,
}

impl Decision {
    /// Creates a decision of which only the number is known.
    pub fn numbered(id: DecisionId) -> Decision {
        Decision {
            id,
            date: None,
            title: None,
            summary: None,
            kind: None,
            confidential: false,
            checklist: Checklist::default(),
        }
    }
}

/// A decision with its grants and earlier versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredDecision {
    pub decision: Decision,
    /// The grants that it awards or changes.
    pub grants: BTreeSet<GrantId>,
    /// The record that last stated it.
    pub record: u64,
    /// Earlier versions with their records, in order.
    pub earlier: Vec<(Decision, u64)>,
    /// True if all records that stated it were reversed: it is no longer in the register.
    pub reversed: bool,
}

impl RegisteredDecision {
    pub fn new(decision: Decision, record: u64) -> RegisteredDecision {
        RegisteredDecision { decision, grants: BTreeSet::new(), record, earlier: Vec::new(), reversed: false }
    }

    pub fn restate(&mut self, decision: Decision, record: u64) {
        let before = std::mem::replace(&mut self.decision, decision);
        if !self.reversed {
            self.earlier.push((before, self.record));
        }
        (self.record, self.reversed) = (record, false);
    }

    /// Removes the decision from the register.
    pub fn reverse(&mut self) {
        self.earlier.clear();
        self.reversed = true;
    }

    /// Restores the previous version; false if there is none.
    pub fn restore_previous(&mut self) -> bool {
        let Some((decision, record)) = self.earlier.pop() else { return false };
        (self.decision, self.record) = (decision, record);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_in_each_series() {
        let ids: Vec<DecisionId> = [
            "6-2015",
            "7-2015",
            "10-2015",
            "C2-2015",
            "PCD-2014-000002",
            "letter",
            "1-2016",
            "WPCC4-0089",
            "WPCC4-0091",
        ]
        .iter()
        .map(|id| DecisionId::new(id).unwrap())
        .collect();
        let found: Vec<String> = gaps(&ids).iter().map(Gap::to_string).collect();
        assert_eq!(found, ["1-2015 to 5-2015", "8-2015 to 9-2015", "C1-2015", "PCD-2014-001", "WPCC4-0090"]);
    }
}
