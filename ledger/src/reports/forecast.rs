//! Budgets against the forecast expenditure of the financial year, and the records that moved it most.
//!
//! The forecast of a year is all expenditure posted in it, including scheduled recognition and payments
//! on later days, and the unscheduled commitment: that of awards without a period, less their
//! instalments that fall due after the year. It is therefore the budget less
//! [`Measures::remaining`](crate::reports::Measures::remaining) of the whole year. The forecast is
//! based on everything known; the day reported separates expenditure to date from what is still to be
//! recognised. Awards that are not yet recorded are not included.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::{DateRange, FinancialYear};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::budget::{Against, BudgetRow, budget, sort};
use crate::reports::collect::Cuts;
use crate::reports::grant::day_of;
use crate::reports::measures::expenditure;
use crate::reports::parts::{Part, each_change};
use crate::reports::{Query, ReportError, Stamp};
use crate::themes::ThemeId;
use crate::totals::{Figure, Figures};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forecast {
    pub budget: Money,
    /// Recognised as expenditure from 1 April to the day.
    pub expenditure: Money,
    /// The outstanding commitment on the day.
    pub committed: Money,
    /// To be recognised after the day, up to 31 March.
    pub still_to_recognise: Money,
    /// The commitment on 31 March of awards without a period, neither recognised nor scheduled.
    pub unscheduled: Money,
    /// Expenditure, still to recognise and unscheduled.
    pub forecast: Money,
    /// Forecast less budget: positive when the forecast exceeds the budget.
    pub variance: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForecastRow {
    pub fund: FundId,
    pub fund_name: String,
    pub theme: ThemeId,
    pub theme_name: String,
    #[serde(flatten)]
    pub figures: Forecast,
}

/// The records with the largest parts in a sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Largest {
    /// The largest first, whether positive or negative.
    pub rows: Vec<Part>,
    pub other_records: u64,
    pub others: Money,
    pub total: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForecastReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The financial year of the last day reported.
    pub year: FinancialYear,
    /// The part of the period reported that is in the year.
    pub period: DateRange,
    /// The lines by the names of fund and theme; what is not stated last in each.
    pub rows: Vec<ForecastRow>,
    pub total: Forecast,
    /// The records dated in the period that changed the forecast.
    pub moved: Largest,
    /// The records whose expenditure was recognised in the period, whatever their date.
    pub expenditure: Largest,
}

summed!(Forecast { budget, expenditure, committed, still_to_recognise, unscheduled, forecast, variance });

impl Forecast {
    fn of(year: &Against, to_date: &Against) -> Result<Forecast, Overflow> {
        let forecast = year.expenditure.plus(year.unscheduled)?;
        Ok(Forecast {
            budget: year.budget,
            expenditure: to_date.expenditure,
            committed: to_date.committed,
            still_to_recognise: year.expenditure.minus(to_date.expenditure)?,
            unscheduled: year.unscheduled,
            forecast,
            variance: forecast.minus(year.budget)?,
        })
    }
}

/// Produces the report, with up to `largest` of the largest records.
pub fn forecast(books: &dyn Books, query: &Query, largest: usize) -> Result<ForecastReport, ReportError> {
    let year = query.as_at().financial_year();
    let whole = year.range();
    let of_days = |range: DateRange| Query { range, ..query.clone() };
    let days = |from, to| DateRange::new(from, to).unwrap_or(whole);
    let to_date = budget(books, &of_days(days(whole.from(), query.as_at())))?;
    let of_year = budget(books, &of_days(whole))?;

    let mut before: BTreeMap<(FundId, ThemeId), Against> =
        to_date.rows.iter().map(|row| ((row.fund.clone(), row.theme.clone()), row.against)).collect();
    let mut lines: Vec<(BudgetRow, Forecast)> = Vec::new();
    for row in of_year.rows {
        let to_date = before.remove(&(row.fund.clone(), row.theme.clone())).unwrap_or_default();
        let figures = Forecast::of(&row.against, &to_date)?;
        lines.push((row, figures));
    }
    for row in to_date.rows {
        if before.contains_key(&(row.fund.clone(), row.theme.clone())) {
            let figures = Forecast::of(&Against::default(), &row.against)?;
            lines.push((row, figures));
        }
    }
    sort(&mut lines, |(row, _)| row);
    let total = Forecast::sum(lines.iter().map(|(_, figures)| figures))?;
    let rows = lines.into_iter().map(|(row, figures)| {
        let BudgetRow { fund, fund_name, theme, theme_name, .. } = row;
        ForecastRow { fund, fund_name, theme, theme_name, figures }
    });

    let period = days(query.range.from().max(whole.from()), query.as_at());
    let (moved, expenditure) = records(books, &of_days(whole), period, largest)?;
    Ok(ForecastReport {
        stamp: Stamp::of_range(books, "almoner.report.forecast/2", query),
        year,
        period,
        rows: rows.collect(),
        total,
        moved,
        expenditure,
    })
}

/// Returns the records that changed the year's forecast, and those with expenditure in the period.
fn records(
    books: &dyn Books,
    year: &Query,
    period: DateRange,
    largest: usize,
) -> Result<(Largest, Largest), BooksError> {
    let after = DateRange::new(period.to().next_day(), year.range.to().max(period.to().next_day()));
    let ranges: Vec<DateRange> = [Some(year.range), Some(period), after.ok()].into_iter().flatten().collect();
    let cuts = Cuts::consecutive(&ranges, year.range.to());
    let (mut moved, mut in_period) = (Vec::new(), Vec::new());
    books.each_grant(&mut |grant| {
        each_change(grant, year, &cuts, 0, |_| (), &mut |recorded, _, changes| {
            let amount = forecast_of(changes)?;
            let day = recorded.shown_from().or_else(|| day_of(grant, recorded));
            if !amount.is_zero() && day.is_some_and(|day| period.contains(day)) {
                moved.push(Part::of_grant(books, grant, recorded, amount)?);
            }
            let amount = changes.get(2).map(expenditure).unwrap_or_default();
            if !amount.is_zero() {
                in_period.push(Part::of_grant(books, grant, recorded, amount)?);
            }
            Ok(())
        })
    })?;
    Ok((Largest::of(moved, largest)?, Largest::of(in_period, largest)?))
}

/// Returns what these changes, before the year and in its stretches, contribute to its forecast.
fn forecast_of(changes: &[Figures]) -> Result<Money, Overflow> {
    let in_year = Money::sum(changes.iter().skip(1).map(expenditure))?;
    in_year.plus(Money::sum(changes.iter().map(|it| it.get(Figure::Unscheduled)))?)
}

impl Largest {
    fn of(mut rows: Vec<Part>, largest: usize) -> Result<Largest, Overflow> {
        let total = Money::sum(rows.iter().map(|part| part.amount))?;
        rows.sort_by(|a, b| b.amount.size().cmp(&a.amount.size()).then(a.record.cmp(&b.record)));
        let others = rows.split_off(largest.min(rows.len()));
        Ok(Largest {
            rows,
            other_records: u64::try_from(others.len()).unwrap_or(u64::MAX),
            others: Money::sum(others.iter().map(|part| part.amount))?,
            total,
        })
    }
}
