//! Annual budgets: what was set and revised, and from when each change shows.
//!
//! **Guarantee.** A change recorded after a month was closed leaves the budget of that month as it was: it falls on
//! the months from its booking date on.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, FinancialYear};
use crate::decisions::DecisionId;
pub use crate::ids::BudgetKey;
use crate::money::{Money, Overflow};

/// The budget of a fund and theme for a financial year, as set or revised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The whole budget of the year.
    pub amount: Money,
    /// From when it applies: a day of the year.
    pub date: Date,
    pub decision: Option<DecisionId>,
}

/// A change of a budget by a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetChange {
    /// The record that set the budget; of a reversal, the record that it reverses.
    pub set_by: u64,
    /// The booking date: the date itself, unless its month was closed.
    pub booked: Date,
    pub amount: Money,
}

/// Every change of each budget, in the order of recording. What is reversed stays, with the change that reverses it.
pub type BudgetChanges = BTreeMap<BudgetKey, Vec<BudgetChange>>;

/// Returns the part of a year's budget for the months that have ended by a day, as it was on another day.
///
/// A budget falls in equal parts on the ends of the months of its year, a change on those from its booking date on.
/// Rounding is cumulative.
pub(crate) fn budget_to<'a>(
    changes: impl IntoIterator<Item = &'a BudgetChange>,
    year: FinancialYear,
    day: Date,
    as_at: Date,
) -> Result<Money, Overflow> {
    let days = year.range();
    // A budget set for a year to come shows before the year begins.
    let as_at = as_at.max(days.from());
    let mut by_month: BTreeMap<u32, Money> = BTreeMap::new();
    for change in changes {
        let booked = change.booked.max(days.from());
        if booked <= as_at && booked <= days.to() {
            by_month.entry(booked.month().of_financial_year()).or_default().add(change.amount)?;
        }
    }
    let ended = match (day < days.from(), day >= days.to()) {
        (true, _) => 0,
        (false, true) => 12,
        (false, false) => day.month().of_financial_year() + u32::from(day == day.month().last_day()),
    };
    Money::sum(by_month.into_iter().map(|(first, amount)| {
        let passed = ended.saturating_sub(first);
        amount.fraction(u64::from(passed), u64::from(12 - first))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// Changes as `2015-04-01 12000; 2015-10-01 3000`.
    fn changes(text: &str) -> Vec<BudgetChange> {
        let change = |text: &str| {
            let (booked, amount) = text.split_once(' ').unwrap();
            BudgetChange { set_by: 1, booked: day(booked), amount: Money::parse(amount).unwrap() }
        };
        text.split("; ").map(change).collect()
    }

    #[test]
    fn a_change_falls_on_the_months_from_its_booking_date_on() {
        let year = FinancialYear::parse("2015-16").unwrap();
        let revised = "2015-04-01 12000; 2015-10-10 3000";
        let mistaken = "2015-04-01 12000; 2015-06-01 -12000; 2015-06-01 6000";
        // Changes, the last day of the months, the day as at which, and the budget.
        let table = [
            ("2015-04-01 12000", "2015-03-31", "2016-03-31", "0.00"),
            ("2015-04-01 12000", "2015-04-29", "2016-03-31", "0.00"),
            ("2015-04-01 12000", "2015-04-30", "2016-03-31", "1000.00"),
            ("2015-04-01 12000", "2016-03-31", "2016-03-31", "12000.00"),
            ("2015-04-01 12000", "2017-03-31", "2017-03-31", "12000.00"),
            // A budget of a year to come, set before it begins.
            ("2015-04-01 12000", "2016-03-31", "2015-02-01", "12000.00"),
            ("2015-02-20 12000", "2015-04-30", "2015-04-30", "1000.00"),
            (revised, "2015-09-30", "2016-03-31", "6000.00"),
            (revised, "2015-10-31", "2016-03-31", "7500.00"),
            (revised, "2016-03-31", "2016-03-31", "15000.00"),
            // Before the revision the year was what had been set.
            (revised, "2016-03-31", "2015-10-09", "12000.00"),
            (revised, "2016-03-31", "2015-10-10", "15000.00"),
            // April and May were closed; the rest of the year has the rest of 6,000.00.
            (mistaken, "2015-05-31", "2016-03-31", "2000.00"),
            (mistaken, "2015-06-30", "2016-03-31", "2400.00"),
            (mistaken, "2016-03-31", "2016-03-31", "6000.00"),
            // Three months of 100.00 and a third.
            ("2016-01-01 100", "2016-01-31", "2016-03-31", "33.33"),
            ("2016-01-01 100", "2016-02-29", "2016-03-31", "66.67"),
            // A change after the year changes nothing in it.
            ("2015-04-01 12000; 2016-04-01 500", "2016-03-31", "2017-03-31", "12000.00"),
        ];
        for (text, to, as_at, expected) in table {
            let budget = budget_to(&changes(text), year, day(to), day(as_at)).unwrap();
            assert_eq!(budget.to_string(), expected, "{text} to {to} as at {as_at}");
        }
    }
}
