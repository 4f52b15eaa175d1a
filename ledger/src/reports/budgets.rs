//! The part of a year's budget that falls in a range.

use crate::book::Books;
use crate::calendar::{Date, DateRange, FinancialYear};
use crate::events::BudgetKey;
use crate::money::{Money, Overflow};
use crate::reports::Query;

/// Returns the budgets that fall in the query's range, without those of zero. A filter by recipient
/// or power excludes all budgets, since they are set by fund and theme.
pub(super) fn budgets<'a>(
    books: &'a dyn Books,
    query: &Query,
) -> Result<Vec<(&'a BudgetKey, Money)>, Overflow> {
    let filter = &query.filter;
    let mut budgets = Vec::new();
    if filter.recipient.is_some() || filter.power.is_some() {
        return Ok(budgets);
    }
    for (key, amount) in &books.reference().budgets {
        if filter.takes_fund(&key.fund) && filter.takes_theme(&key.theme) {
            let part = budget_in(**amount, key.year, query.range)?;
            if !part.is_zero() {
                budgets.push((key, part));
            }
        }
    }
    Ok(budgets)
}

/// Returns the part of a year's budget that falls in a range. It is spread evenly over the months and,
/// within a month, over the days. Rounding is cumulative, so consecutive ranges add up to the year.
pub(super) fn budget_in(amount: Money, year: FinancialYear, range: DateRange) -> Result<Money, Overflow> {
    budget_to(amount, year, range.to()).minus(budget_to(amount, year, range.from().previous_day()))
}

/// Returns the part of the budget up to and including `day`.
fn budget_to(amount: Money, year: FinancialYear, day: Date) -> Money {
    let days = year.range();
    if day < days.from() {
        return Money::ZERO;
    }
    if day >= days.to() {
        return amount;
    }
    let months_before = u64::from(day.month().of_financial_year());
    let days_of_month = u64::from(day.month().last_day().day());
    amount.fraction(months_before * days_of_month + u64::from(day.day()), 12 * days_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_fall_evenly_and_add_up_to_the_year() {
        let year = FinancialYear::parse("2015-16").unwrap();
        let range = |from: &str, to: &str| {
            DateRange::new(Date::parse(from).unwrap(), Date::parse(to).unwrap()).unwrap()
        };
        for (pence, from, to, expected) in [
            (12_000, "2015-04-01", "2016-03-31", 12_000),
            (12_000, "2015-04-01", "2015-04-30", 1_000),
            (12_000, "2015-04-01", "2015-04-15", 500),
            (12_000, "2015-04-16", "2015-04-30", 500),
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
