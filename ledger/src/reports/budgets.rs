//! The part of a year's budget that falls in a range.

use crate::book::Books;
use crate::calendar::{Date, DateRange, FinancialYear};
use crate::events::BudgetKey;
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
    /// Returns the part of a year's budget that falls in the query's range.
    pub(super) fn of(amount: Money, year: FinancialYear, query: &Query) -> Result<BudgetPart, Overflow> {
        let profiled = match DateRange::new(query.range.from(), query.last_month_end()) {
            Ok(months) => budget_in(amount, year, months)?,
            Err(_) => Money::ZERO,
        };
        Ok(BudgetPart { budget: budget_in(amount, year, query.range)?, profiled })
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
    for (key, amount) in &books.reference().budgets {
        if filter.takes_fund(&key.fund) && filter.takes_theme(&key.theme) {
            let part = BudgetPart::of(**amount, key.year, query)?;
            if !part.is_zero() {
                budgets.push((key, part));
            }
        }
    }
    Ok(budgets)
}

/// Returns the part of a year's budget that falls in a range: a twelfth for each month that ends in it, as
/// expenditure is recognised at the end of a month. Rounding is cumulative, so consecutive ranges add up to the
/// year.
fn budget_in(amount: Money, year: FinancialYear, range: DateRange) -> Result<Money, Overflow> {
    budget_to(amount, year, range.to()).minus(budget_to(amount, year, range.from().previous_day()))
}

/// Returns the part of the budget of the months that have ended by a day.
fn budget_to(amount: Money, year: FinancialYear, day: Date) -> Money {
    let days = year.range();
    if day < days.from() {
        return Money::ZERO;
    }
    if day >= days.to() {
        return amount;
    }
    let has_ended = u64::from(day == day.month().last_day());
    amount.fraction(u64::from(day.month().of_financial_year()) + has_ended, 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_fall_evenly_on_month_ends_and_add_up_to_the_year() {
        let year = FinancialYear::parse("2015-16").unwrap();
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
            let part = budget_in(Money::from_pence(pence), year, range(from, to)).unwrap();
            assert_eq!(part.pence(), expected, "{pence} {from} {to}");
        }
        let mut total = 0;
        let mut day = year.range().from();
        while day <= year.range().to() {
            total += budget_in(Money::from_pence(1_234_567), year, range(&day.to_string(), &day.to_string()))
                .unwrap()
                .pence();
            day = day.next_day();
        }
        assert_eq!(total, 1_234_567);
    }
}
