//! Budgets against what the financial year is expected to charge, and which records moved that most.
//!
//! The forecast of a year is all that is posted as charged in it, on days to come too (what grants with
//! a period charge by their schedule, and payments recorded ahead of their day), and the uncharged
//! commitment of awards without a period, less their instalments that fall due after the year. So it is
//! the budget less what [`Measures::remaining`](crate::reports::Measures::remaining) says of the whole
//! year. It takes in everything known: the day reported parts what is charged from what is still to be,
//! and awards that are not recorded yet are no part of it.

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

/// The figures of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// The whole year's.
    pub budget: Money,
    /// Charged from 1 April to the day.
    pub expenditure: Money,
    /// Promised and not yet paid, on the day.
    pub committed: Money,
    /// To be charged after the day, up to 31 March.
    pub still_to_recognise: Money,
    /// The uncharged commitment of awards without a period, on 31 March.
    pub unscheduled: Money,
    /// Charged, to be charged and uncharged.
    pub forecast: Money,
    /// Forecast less budget: above nothing is too much.
    pub variance: Money,
}

/// One fund and theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForecastRow {
    /// The fund.
    pub fund: FundId,
    /// The fund's name.
    pub fund_name: String,
    /// The theme.
    pub theme: ThemeId,
    /// The theme's name.
    pub theme_name: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: Forecast,
}

/// The records with the largest parts in a sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Largest {
    /// The largest first, whether above nothing or below.
    pub rows: Vec<Part>,
    /// How many others there are.
    pub other_records: u64,
    /// What those come to.
    pub others: Money,
    /// The sum.
    pub total: Money,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForecastReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The financial year: that of the last day reported.
    #[serde(serialize_with = "in_words")]
    pub year: FinancialYear,
    /// The days reported that are in the year.
    pub period: DateRange,
    /// The lines by the names of fund and theme; what is not stated last in each.
    pub rows: Vec<ForecastRow>,
    /// Their sum.
    pub total: Forecast,
    /// What records dated in the period moved the forecast by.
    pub moved: Largest,
    /// What records charged in the period, whenever they are dated.
    pub expenditure: Largest,
}

fn in_words<S: serde::Serializer>(year: &FinancialYear, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(year)
}

impl Forecast {
    /// Adds another line.
    pub fn add(&mut self, other: &Forecast) -> Result<(), Overflow> {
        self.budget = self.budget.plus(other.budget)?;
        self.expenditure = self.expenditure.plus(other.expenditure)?;
        self.committed = self.committed.plus(other.committed)?;
        self.still_to_recognise = self.still_to_recognise.plus(other.still_to_recognise)?;
        self.unscheduled = self.unscheduled.plus(other.unscheduled)?;
        self.forecast = self.forecast.plus(other.forecast)?;
        self.variance = self.variance.plus(other.variance)?;
        Ok(())
    }

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

/// Draws the report, naming as many of the largest records as are asked for.
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
    let mut total = Forecast::default();
    lines.iter().try_for_each(|(_, figures)| total.add(figures))?;
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

/// What records of the period moved the year's forecast by, and what records charged in the period.
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

/// What these changes, before the year and in its stretches, bring to its forecast.
fn forecast_of(changes: &[Figures]) -> Result<Money, Overflow> {
    let in_year = Money::sum(changes.iter().skip(1).map(expenditure))?;
    in_year.plus(Money::sum(changes.iter().map(|it| it.get(Figure::Due)))?)
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
