//! Spending by month, quarter or year, from opening to closing commitments.

use serde::Serialize;

use crate::book::Books;
use crate::calendar::{Date, DateRange, Month, Quarter};
use crate::money::{Money, Overflow};
use crate::reports::collect::{self, Cuts, collect};
use crate::reports::measures::{
    awarded, committed, control_moved, earlier_years, expenditure, moved, paid, prior_period, recoveries_due,
    reduced,
};
use crate::reports::{Query, ReportError, Stamp};
use crate::totals::{Figure, Figures};
use crate::worded;

/// The length of the periods: calendar months, or quarters or whole of financial years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Every {
    #[default]
    Month,
    Quarter,
    Year,
}

worded!(Every::word, parsed { Month = "month", Quarter = "quarter", Year = "year" });

impl Every {
    /// Returns the number of months.
    pub const fn months(self) -> u32 {
        match self {
            Every::Month => 1,
            Every::Quarter => 3,
            Every::Year => 12,
        }
    }

    /// Returns the period that contains a month: its label and its last month.
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodsRow {
    /// `2015-04`, `2015-16Q1` or `2015-16`.
    pub period: String,
    /// The first day of the period in the range.
    pub from: Date,
    /// The last day of the period in the range.
    pub to: Date,
    #[serde(flatten)]
    pub flow: Flow,
}

/// The movements in a period, with opening and closing balances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// The outstanding commitment when the period begins.
    pub opening_committed: Money,
    pub awarded: Money,
    /// Refunds that reduce an award, in the period.
    pub reduced: Money,
    /// Payments less refunds in the period.
    pub paid: Money,
    pub expenditure: Money,
    /// What changes of purpose and fund moved in (out when negative): commitments and, between funds, what was paid with
    /// them. Absent when zero, since only a filtered report can have any.
    #[serde(skip_serializing_if = "is_zero")]
    pub moved: Money,
    /// Prepayments less accruals that changes of purpose moved in. Absent when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub control_moved: Money,
    /// Expenditure of earlier years that moved in. Absent when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub earlier_years: Money,
    /// Prior period adjustments: expenditure of earlier years, posted to reserves. Absent when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub prior_period: Money,
    /// What became due back from recipients in the period, less what did so no longer. Absent when zero.
    #[serde(skip_serializing_if = "is_zero")]
    pub due_back: Money,
    /// The outstanding commitment when the period ends: opening, plus awarded, moved and due back, less
    /// reduced and paid.
    pub closing_committed: Money,
    /// Paid and not yet recognised when the period ends.
    pub prepayments: Money,
    /// Recognised and not yet paid when the period ends.
    pub accruals: Money,
    /// Paid in excess of awards and not yet refunded when the period ends.
    pub recoveries_due: Money,
}

pub(super) fn is_zero(amount: &Money) -> bool {
    amount.is_zero()
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The periods in order up to the reporting date; the first and the last are cut at the ends of the range.
    pub rows: Vec<PeriodsRow>,
    /// The movements of all periods, from the opening of the first to the close of the last.
    pub total: Flow,
}

/// Returns true when the report may be made from the totals: if `has_grants`, with those grants that have something
/// dated later.
pub fn may_be_of_totals(query: &Query, has_grants: bool) -> bool {
    // Inner cuts are at the ends of months whatever the range.
    let ranges: Vec<DateRange> = days(query).into_iter().collect();
    collect::totals_may_answer(query, &Cuts::consecutive(&ranges, query.as_at()), false, has_grants)
}

pub fn periods(books: &dyn Books, query: &Query, every: Every) -> Result<PeriodsReport, ReportError> {
    let periods = days(query).map(|days| cut(days, every)).unwrap_or_default();
    let ranges: Vec<DateRange> = periods.iter().map(|(_, range)| *range).collect();
    let cuts = Cuts::consecutive(&ranges, query.as_at());
    let mut stretches =
        collect(books, query, &cuts, false, |_| ())?.remove(&()).unwrap_or_default().into_iter();
    let mut to_date = stretches.next().unwrap_or_default();
    let opening = committed(&to_date);
    let mut rows = Vec::new();
    let mut within_all = Figures::default();
    for (period, range) in periods {
        let within = stretches.next().unwrap_or_default();
        let opening_committed = committed(&to_date);
        to_date.absorb(&within)?;
        within_all.absorb(&within)?;
        let flow = flow(opening_committed, &within, &to_date)?;
        rows.push(PeriodsRow { period, from: range.from(), to: range.to(), flow });
    }
    let total = flow(opening, &within_all, &to_date)?;
    Ok(PeriodsReport { stamp: Stamp::of_range(books, "almoner.report.periods/2", query), rows, total })
}

/// Returns the days of the range up to the reporting date.
fn days(query: &Query) -> Option<DateRange> {
    DateRange::new(query.range.from(), query.as_at()).ok()
}

fn flow(opening_committed: Money, within: &Figures, to_end: &Figures) -> Result<Flow, Overflow> {
    Ok(Flow {
        opening_committed,
        awarded: awarded(within)?,
        reduced: reduced(within),
        paid: paid(within),
        expenditure: expenditure(within),
        moved: moved(within)?,
        control_moved: control_moved(within)?,
        earlier_years: earlier_years(within),
        prior_period: prior_period(within),
        due_back: recoveries_due(within),
        closing_committed: committed(to_end),
        prepayments: to_end.get(Figure::Prepayments),
        accruals: to_end.get(Figure::Accruals),
        recoveries_due: recoveries_due(to_end),
    })
}

/// Returns the periods that a range touches, cut at its ends.
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
