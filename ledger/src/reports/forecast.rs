//! Budgets against the forecast expenditure of the financial year, and the records that moved it most.
//!
//! The forecast of a year is its expenditure to the reporting date and what is still to recognise by 31 March. It
//! is therefore the budget less [`Measures::remaining`](crate::reports::Measures::remaining) of the whole year.
//! Awards that are not yet recorded are not included.

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::{DateRange, FinancialYear};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::budget::{Against, BudgetRow, budget};
use crate::reports::collect::Cuts;
use crate::reports::parts::{Part, each_change, name_recipients};
use crate::reports::{Measure, Query, ReportError, Stamp};
use crate::themes::ThemeId;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forecast {
    pub budget: Money,
    /// Recognised as expenditure from 1 April to the day.
    pub expenditure: Money,
    /// The outstanding commitment on the day.
    pub committed: Money,
    /// To be recognised after the day, up to 31 March.
    pub still_to_recognise: Money,
    /// Expenditure and still to recognise.
    pub forecast: Money,
    /// Budget less forecast: negative when the forecast exceeds the budget.
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

summed!(Forecast { budget, expenditure, committed, still_to_recognise, forecast, variance });

impl Forecast {
    fn of(year: &Against) -> Result<Forecast, Overflow> {
        let still_to_recognise = year.still_to_recognise.unwrap_or_default();
        let forecast = year.expenditure.plus(still_to_recognise)?;
        Ok(Forecast {
            budget: year.budget,
            expenditure: year.expenditure,
            committed: year.committed,
            still_to_recognise,
            forecast,
            variance: year.budget.minus(forecast)?,
        })
    }
}

/// Produces the report, with up to `largest` of the largest records.
pub fn forecast(books: &dyn Books, query: &Query, largest: usize) -> Result<ForecastReport, ReportError> {
    let year = query.range.to().financial_year();
    let whole = year.range();
    let of_year = Query { range: whole, reporting: query.as_at(), ..query.clone() };
    let mut rows = Vec::new();
    for row in budget(books, &of_year)?.rows {
        let figures = Forecast::of(&row.against)?;
        let BudgetRow { fund, fund_name, theme, theme_name, .. } = row;
        rows.push(ForecastRow { fund, fund_name, theme, theme_name, figures });
    }
    let total = Forecast::sum(rows.iter().map(|row| &row.figures))?;
    let period = DateRange::new(query.range.from().max(whole.from()), query.as_at()).unwrap_or(whole);
    let (moved, expenditure) = records(books, &of_year, period, largest)?;
    Ok(ForecastReport {
        stamp: Stamp::of_range(books, "almoner.report.forecast/2", query),
        year,
        period,
        rows,
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
    let of_period = Query { range: period, ..year.clone() };
    let (mut moved, mut in_period) = (Vec::new(), Vec::new());
    books.each_grant(&mut |grant| {
        each_change(grant, year, &Cuts::of(year), 0, |_| (), &mut |recorded, _, changes| {
            let amount = Measure::Remaining.of(changes)?.negated();
            let day = grant.shown_from(recorded);
            if !amount.is_zero() && day.is_some_and(|day| period.contains(day)) {
                moved.push(Part::of_grant(grant, recorded, amount, None));
            }
            Ok(())
        })?;
        each_change(grant, &of_period, &Cuts::of(&of_period), 0, |_| (), &mut |recorded, _, changes| {
            let amount = Measure::Expenditure.of(changes)?;
            if !amount.is_zero() {
                in_period.push(Part::of_grant(grant, recorded, amount, None));
            }
            Ok(())
        })
    })?;
    let (mut moved, mut in_period) = (Largest::of(moved, largest)?, Largest::of(in_period, largest)?);
    name_recipients(books, moved.rows.iter_mut().chain(&mut in_period.rows).collect())?;
    Ok((moved, in_period))
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
