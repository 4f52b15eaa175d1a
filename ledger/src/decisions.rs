//! Decisions of the Commissioner, numbered in series.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod ground;
mod number;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::ground::{Ground, GroundKind};
pub use self::number::{Spelled, is_dated};
use crate::calendar::Date;
use crate::checklist::Checklist;
pub use crate::ids::DecisionId;
use crate::ids::GrantId;
use crate::text::Text;
use crate::worded;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Series {
    /// The letters, such as `C`; empty for the plain series.
    pub prefix: String,
    /// Zero in a series without years.
    pub year: u16,
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

    /// Returns the number from which gaps count. A series without years may have begun long before the first
    /// decision recorded.
    fn first_number(&self, lowest: Option<u32>) -> u32 {
        lowest.filter(|_| self.year == 0).unwrap_or(1)
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
        let mut expected = series.first_number(present.first().copied());
        for number in present {
            if number > expected {
                gaps.push(Gap { series: series.clone(), first: expected, last: number - 1 });
            }
            expected = expected.max(number.saturating_add(1));
        }
    }
    gaps
}

/// The numbers of the decisions in the register, as ranges, series by series, and by how many digits they have with
/// leading zeros: ids of one number that have as many are the same. In what order decisions were recorded
/// does not matter, nor how often one is added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionNumbers {
    numbers: BTreeMap<Series, BTreeMap<usize, Vec<(u32, u32)>>>,
    /// The decisions of which no date is stated.
    undated: BTreeSet<DecisionId>,
}

impl DecisionNumbers {
    /// Adds the numbers of decisions that are in the register, and removes those of others.
    pub fn add_all<'a>(&mut self, decisions: impl IntoIterator<Item = &'a RegisteredDecision>) {
        let decisions: Vec<&RegisteredDecision> = decisions.into_iter().collect();
        for RegisteredDecision { decision, reversed, .. } in &decisions {
            match decision.date.is_none() && !reversed {
                true => self.undated.insert(decision.id.clone()),
                false => self.undated.remove(&decision.id),
            };
        }
        let spelled =
            |it: &'a RegisteredDecision| Some((Spelled::read(it.decision.id.as_str())?, !it.reversed));
        let mut all: Vec<(Spelled<'a>, bool)> = decisions.into_iter().filter_map(spelled).collect();
        // In order, most are at the end of a range.
        all.sort_unstable_by_key(|(it, _)| (it.year, it.prefix, it.number));
        all.into_iter().for_each(|(spelled, is_registered)| self.set(spelled, is_registered));
    }

    fn set(&mut self, spelled: Spelled<'_>, is_registered: bool) {
        let (series, number, digits) = (spelled.series(), spelled.number, spelled.digits);
        let spellings = self.numbers.entry(series.clone()).or_default();
        let ranges = spellings.entry(digits).or_default();
        // The first range that ends at the number or after it.
        let at = ranges.partition_point(|(_, last)| *last < number);
        let found = ranges.get(at).copied().filter(|(first, _)| *first <= number);
        match (found, is_registered) {
            (Some(_), true) | (None, false) => {}
            (Some((first, last)), false) => {
                let before = (first < number).then(|| (first, number - 1));
                let after = (number < last).then(|| (number + 1, last));
                ranges.splice(at..=at, before.into_iter().chain(after));
            }
            (None, true) => {
                let follows = at.checked_sub(1).and_then(|before| ranges.get(before).copied());
                let follows = follows.filter(|(_, last)| last.checked_add(1) == Some(number));
                let precedes =
                    ranges.get(at).copied().filter(|(first, _)| number.checked_add(1) == Some(*first));
                let joined = (follows.map_or(number, |it| it.0), precedes.map_or(number, |it| it.1));
                let from = at - usize::from(follows.is_some());
                ranges.splice(from..at + usize::from(precedes.is_some()), [joined]);
            }
        }
        // Equal registers have equal numbers.
        if ranges.is_empty() {
            spellings.remove(&digits);
            if spellings.is_empty() {
                self.numbers.remove(&series);
            }
        }
    }

    /// Returns the decisions of which no date is stated.
    pub fn undated(&self) -> impl Iterator<Item = &DecisionId> {
        self.undated.iter()
    }

    /// Returns year and letters of each series with the number of its decisions, in the order of the register.
    pub fn counts(&self) -> impl Iterator<Item = (u16, &str, usize)> {
        let mut counts: BTreeMap<(u16, &str), usize> = BTreeMap::new();
        for (series, spellings) in &self.numbers {
            let ranges = spellings.values().flatten();
            let count: u64 = ranges.map(|(first, last)| u64::from(last - first) + 1).sum();
            *counts.entry((series.year, &series.prefix)).or_default() +=
                usize::try_from(count).unwrap_or(usize::MAX);
        }
        counts.into_iter().map(|((year, letters), count)| (year, letters, count))
    }

    /// Returns the missing numbers of each series, as [`gaps`] does.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for (series, spellings) in &self.numbers {
            let mut ranges: Vec<(u32, u32)> = spellings.values().flatten().copied().collect();
            ranges.sort_unstable();
            let mut expected = series.first_number(ranges.first().map(|it| it.0));
            for (first, last) in ranges {
                if first > expected {
                    gaps.push(Gap { series: series.clone(), first: expected, last: first - 1 });
                }
                expected = expected.max(last.saturating_add(1));
            }
        }
        gaps
    }
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
    /// The ground on which what is based on it is withheld from what must be published.
    #[serde(default)]
    pub ground: Option<Ground>,
}

impl Decision {
    /// True if it is marked confidential or has a confidential number.
    pub fn is_confidential(&self) -> bool {
        self.confidential || self.id.is_of_confidential_series()
    }

    /// True if answers to its checklist are all that it states.
    pub fn is_answers_alone(&self) -> bool {
        let bare = Decision { confidential: self.confidential, ..Decision::numbered(self.id.clone()) };
        !self.checklist.is_empty() && *self == Decision { checklist: self.checklist.clone(), ..bare }
    }

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
            ground: None,
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

    pub(crate) fn restate(&mut self, decision: Decision, record: u64) {
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
    pub(crate) fn restore_previous(&mut self) -> bool {
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

    #[test]
    fn numbers_have_the_gaps_of_the_ids_in_any_order() {
        let ids: Vec<DecisionId> = [
            "1-2015",
            "2-2015",
            "3-2015",
            "5-2015",
            "05-2015",
            "9-2015",
            "C2-2015",
            "C-2015-2",
            "PCD-2014-000002",
            "PCD-2014-2",
            "DN-3-2015",
            "DN4-2015",
            "WPCC4-0089",
            "WPCC4-0091",
            "letter",
            "4294967295-2016",
            "0-2016",
        ]
        .iter()
        .map(|id| DecisionId::new(id).unwrap())
        .collect();
        let mut registered: Vec<RegisteredDecision> =
            ids.iter().map(|id| RegisteredDecision::new(Decision::numbered(id.clone()), 1)).collect();
        let (mut numbers, mut random) = (DecisionNumbers::default(), 7_usize);
        for step in 0..2_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (random >> 33) % registered.len();
            registered[at].reversed = (random >> 60) % 2 == 0;
            numbers.add_all([&registered[at]]);
            if step == 0 {
                // Those not set so far are in the register.
                numbers.add_all(&registered);
            }
            let present = registered.iter().filter(|it| !it.reversed);
            assert_eq!(numbers.gaps(), gaps(present.map(|it| &it.decision.id)), "{registered:?}");
            let mut anew = DecisionNumbers::default();
            anew.add_all(&registered);
            assert_eq!(numbers, anew);
        }
    }
}
