//! The part of a year's budget that falls in a range.

use crate::book::Books;
use crate::budgets::{BudgetChange, BudgetKey, budget_to};
use crate::calendar::{Date, DateRange, FinancialYear};
use crate::money::{Money, Overflow};
use crate::reports::Query;

/// The part of a budget that falls in a query's range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BudgetPart {
    pub(super) budget: Money,
    /// The part up to the last whole month by the reporting date.
    pub(super) profiled: Money,
}

impl BudgetPart {
    /// Returns the part of a year's budget that falls in the query's range, by these changes.
    pub(super) fn of<'a>(
        changes: impl IntoIterator<Item = &'a BudgetChange> + Clone,
        year: FinancialYear,
        query: &Query,
    ) -> Result<BudgetPart, Overflow> {
        let to = |day: Date| budget_to(changes.clone(), year, day, query.as_at());
        let within = |days: DateRange| to(days.to())?.minus(to(days.from().previous_day())?);
        let months = DateRange::new(query.range.from(), query.last_month_end()).ok();
        Ok(BudgetPart {
            budget: within(query.range)?,
            profiled: months.map(within).transpose()?.unwrap_or_default(),
        })
    }

    pub(super) fn plus(self, other: BudgetPart) -> Result<BudgetPart, Overflow> {
        Ok(BudgetPart {
            budget: self.budget.plus(other.budget)?,
            profiled: self.profiled.plus(other.profiled)?,
        })
    }

    pub(super) fn less(self, other: BudgetPart) -> Result<BudgetPart, Overflow> {
        Ok(BudgetPart {
            budget: self.budget.minus(other.budget)?,
            profiled: self.profiled.minus(other.profiled)?,
        })
    }

    pub(super) fn is_zero(self) -> bool {
        self == BudgetPart::default()
    }
}

/// Returns the budgets that fall in the query's range, without those of zero. A filter by recipient
/// or power excludes all budgets, since they are set by fund and theme.
pub(super) fn budgets<'a>(
    books: &'a dyn Books,
    query: &Query,
) -> Result<Vec<(&'a BudgetKey, BudgetPart)>, Overflow> {
    let filter = &query.filter;
    let mut budgets = Vec::new();
    if filter.recipient.is_some() || filter.power.is_some() {
        return Ok(budgets);
    }
    for (key, changes) in &books.reference().budget_changes {
        if filter.takes_fund(&key.fund) && filter.takes_theme(&key.theme) {
            let part = BudgetPart::of(changes, key.year, query)?;
            if !part.is_zero() {
                budgets.push((key, part));
            }
        }
    }
    Ok(budgets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_fall_evenly_on_month_ends_and_add_up_to_the_year() {
        let year = FinancialYear::parse("2015-16").unwrap();
        let set = |pence| {
            [BudgetChange { set_by: 1, booked: year.range().from(), amount: Money::from_pence(pence) }]
        };
        let range = |from: &str, to: &str| {
            DateRange::new(Date::parse(from).unwrap(), Date::parse(to).unwrap()).unwrap()
        };
        for (pence, from, to, expected) in [
            (12_000, "2015-04-01", "2016-03-31", 12_000),
            (12_000, "2015-04-01", "2015-04-30", 1_000),
            (12_000, "2015-04-01", "2015-04-29", 0),
            (12_000, "2015-04-30", "2015-04-30", 1_000),
            (12_000, "2015-04-16", "2015-06-15", 2_000),
            (12_000, "2014-04-01", "2015-03-31", 0),
            (12_000, "2015-01-01", "2015-06-30", 3_000),
            (12_000, "2016-03-01", "2017-03-31", 1_000),
            (100, "2015-04-01", "2015-04-30", 8),
            (100, "2015-05-01", "2015-05-31", 9),
        ] {
            let part = BudgetPart::of(&set(pence), year, &Query::of(range(from, to))).unwrap();
            assert_eq!(part.budget.pence(), expected, "{pence} {from} {to}");
        }
        let mut total = 0;
        let mut day = year.range().from();
        while day <= year.range().to() {
            let on_day = Query::of(range(&day.to_string(), &day.to_string()));
            total += BudgetPart::of(&set(1_234_567), year, &on_day).unwrap().budget.pence();
            day = day.next_day();
        }
        assert_eq!(total, 1_234_567);
    }
}
