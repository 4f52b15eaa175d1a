//! Spending by month, quarter or year, each opening with the close of the one before.

use serde::Serialize;

use crate::book::Books;
use crate::calendar::{Date, DateRange, Month, Quarter};
use crate::money::{Money, Overflow};
use crate::reports::collect::{self, Cuts, collect};
use crate::reports::measures::{awarded, committed, expenditure, moved, paid};
use crate::reports::{Query, ReportError, Stamp};
use crate::totals::{Figure, Figures};

/// How long the periods are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Every {
    /// A calendar month each.
    #[default]
    Month,
    /// A quarter of the financial year each.
    Quarter,
    /// A financial year each.
    Year,
}

impl Every {
    /// All lengths.
    pub const ALL: [Every; 3] = [Every::Month, Every::Quarter, Every::Year];

    /// The word in flags.
    pub const fn word(self) -> &'static str {
        match self {
            Every::Month => "month",
            Every::Quarter => "quarter",
            Every::Year => "year",
        }
    }

    /// Reads a length's word.
    pub fn parse(text: &str) -> Option<Every> {
        Every::ALL.into_iter().find(|every| every.word() == text.trim())
    }

    /// The period that a month lies in: its label and its last month.
    fn around(self, month: Month) -> (String, Month) {
        match self {
            Every::Month => (month.to_string(), month),
            Every::Quarter => {
                let quarter = Quarter::of(month);
                (quarter.to_string(), quarter.range().to().month())
            }
            Every::Year => {
                let year = month.financial_year();
                (year.to_string(), year.range().to().month())
            }
        }
    }
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodsRow {
    /// `2015-04`, `2015-16Q1` or `2015-16`.
    pub period: String,
    /// Its first day in the range.
    pub from: Date,
    /// Its last day in the range.
    pub to: Date,
    /// The figures.
    #[serde(flatten)]
    pub flow: Flow,
}

/// What happened in a period, and the states before and after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Committed when it begins.
    pub opening_committed: Money,
    /// Awarded in it.
    pub awarded: Money,
    /// Paid in it, less refunds.
    pub paid: Money,
    /// Charged in it.
    pub expenditure: Money,
    /// Commitments that changes of purpose moved in (out when negative). Only a report that is
    /// narrowed to a theme can have any, so it is absent when there is nothing.
    #[serde(skip_serializing_if = "is_nothing")]
    pub moved: Money,
    /// Committed when it ends: opening, plus awarded and moved in, less paid.
    pub closing_committed: Money,
    /// Prepaid when it ends.
    pub prepayments: Money,
    /// Owed when it ends.
    pub accruals: Money,
}

fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodsReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The periods in order; the first and the last are cut where the range is.
    pub rows: Vec<PeriodsRow>,
    /// From the opening of the first to the close of the last.
    pub total: Flow,
}

/// True when the totals can answer, so that no grant need be read.
pub fn needs_only_totals(query: &Query) -> bool {
    // Inner cuts are at the ends of months whatever the range.
    collect::totals_answer(query, &Cuts::range(query.range), false)
}

/// Draws the report.
pub fn periods(books: &dyn Books, query: &Query, every: Every) -> Result<PeriodsReport, ReportError> {
    let periods = cut(query.range, every);
    let ranges: Vec<DateRange> = periods.iter().map(|(_, range)| *range).collect();
    let cuts = Cuts::consecutive(&ranges, query.range.to());
    let mut stretches =
        collect(books, query, &cuts, false, |_| ())?.remove(&()).unwrap_or_default().into_iter();
    let mut to_date = stretches.next().unwrap_or_default();
    let opening = committed(&to_date);
    let mut rows = Vec::new();
    let mut within_all = Figures::default();
    for (period, range) in periods {
        let within = stretches.next().unwrap_or_default();
        let opening_committed = committed(&to_date);
        collect::add(&mut to_date, &within)?;
        collect::add(&mut within_all, &within)?;
        let flow = flow(opening_committed, &within, &to_date)?;
        rows.push(PeriodsRow { period, from: range.from(), to: range.to(), flow });
    }
    let total = flow(opening, &within_all, &to_date)?;
    Ok(PeriodsReport { stamp: Stamp::of_range(books, "almoner.report.periods/2", query), rows, total })
}

fn flow(opening_committed: Money, within: &Figures, to_end: &Figures) -> Result<Flow, Overflow> {
    Ok(Flow {
        opening_committed,
        awarded: awarded(within)?,
        paid: paid(within),
        expenditure: expenditure(within),
        moved: moved(within)?,
        closing_committed: committed(to_end),
        prepayments: to_end.get(Figure::Prepaid),
        accruals: to_end.get(Figure::Owed),
    })
}

/// The periods that a range touches, cut at its ends.
fn cut(range: DateRange, every: Every) -> Vec<(String, DateRange)> {
    let mut periods = Vec::new();
    let mut from = range.from();
    loop {
        let (label, last_month) = every.around(from.month());
        let to = last_month.last_day().min(range.to());
        if let Ok(days) = DateRange::new(from, to) {
            periods.push((label, days));
        }
        if to >= range.to() || to.next_day() <= from {
            return periods;
        }
        from = to.next_day();
    }
}
