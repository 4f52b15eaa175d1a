//! Decisions of the Commissioner, numbered in series.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

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
    pub year: u16,
}

impl DecisionId {
    /// Returns the series and the number in it, if the id has the form `26-2015`, `C7-2015` or
    /// `PCD-2015-000123`.
    pub fn in_series(&self) -> Option<(Series, u32)> {
        let parts: Vec<&str> = self.as_str().split('-').collect();
        let (prefix, number, year) = match parts.as_slice() {
            [number, year] => {
                let digits_from = number.find(|c: char| c.is_ascii_digit())?;
                let (prefix, number) = number.split_at(digits_from);
                (prefix, number, year)
            }
            [prefix, year, number] => (*prefix, *number, year),
            _ => return None,
        };
        let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        if !is_year || !prefix.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        Some((Series { prefix: prefix.to_owned(), year: year.parse().ok()? }, number.parse().ok()?))
    }
}

impl DecisionId {
    /// True for a number of the confidential series (`C7-2015`), whose decisions are always confidential.
    pub fn is_of_confidential_series(&self) -> bool {
        self.in_series().is_some_and(|(series, _)| series.prefix == "C")
    }
}

impl Series {
    /// Returns a number as written in the series: `7-2015`, `C7-2015`.
    pub fn write(&self, number: u32) -> String {
        if self.prefix.len() > 1 {
            format!("{}-{}-{number}", self.prefix, self.year)
        } else {
            format!("{}{number}-{}", self.prefix, self.year)
        }
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

/// Returns the missing numbers of each series, from 1 to its highest.
pub fn gaps<'a>(ids: impl IntoIterator<Item = &'a DecisionId>) -> Vec<Gap> {
    let mut numbers: BTreeMap<Series, BTreeSet<u32>> = BTreeMap::new();
    for (series, number) in ids.into_iter().filter_map(DecisionId::in_series) {
        numbers.entry(series).or_default().insert(number);
    }
    let mut gaps = Vec::new();
    for (series, present) in numbers {
        let mut expected = 1;
        for number in present {
            if number > expected {
                gaps.push(Gap { series: series.clone(), first: expected, last: number - 1 });
            }
            expected = expected.max(number.saturating_add(1));
        }
    }
    gaps
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
        let ids: Vec<DecisionId> =
            ["6-2015", "7-2015", "10-2015", "C2-2015", "PCD-2014-000002", "letter", "1-2016"]
                .iter()
                .map(|id| DecisionId::new(id).unwrap())
                .collect();
        let found: Vec<String> = gaps(&ids).iter().map(Gap::to_string).collect();
        assert_eq!(found, ["1-2015 to 5-2015", "8-2015 to 9-2015", "C1-2015", "PCD-2014-1"]);
    }
}
