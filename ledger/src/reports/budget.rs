//! Budgets against expenditure and what is still to recognise, by fund and theme.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::book::names::{fund_name_on, theme_name_on};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::budgets::budgets;
use crate::reports::collect::{self, Cuts, collect};
use crate::reports::{Measures, Query, ReportError, Stamp};
use crate::text::folded;
use crate::themes::ThemeId;
use crate::totals::{Figure, Figures};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Against {
    pub budget: Money,
    pub expenditure: Money,
    /// The outstanding commitment at the reporting date.
    pub committed: Money,
    /// As [`Measures::still_to_recognise`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub still_to_recognise: Option<Money>,
    /// As [`Measures::remaining`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Money>,
    /// As [`Measures::profiled_budget`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiled_budget: Option<Money>,
    /// As [`Measures::variance`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<Money>,
    /// The commitment without a date at the end of a year, which counts in no year until it is paid. Of whole
    /// years only, and not of a running one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried_forward: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetRow {
    pub fund: FundId,
    pub fund_name: String,
    pub theme: ThemeId,
    pub theme_name: String,
    #[serde(flatten)]
    pub against: Against,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The lines by the names of fund and theme; what is not stated last in each.
    pub rows: Vec<BudgetRow>,
    pub total: Against,
}

summed!(Against {
    budget,
    expenditure,
    committed,
    still_to_recognise,
    remaining,
    profiled_budget,
    variance,
    carried_forward
});

impl Against {
    fn of(measures: &Measures, carried_forward: Option<Money>) -> Against {
        let Measures { budget, expenditure, committed, .. } = *measures;
        let Measures { still_to_recognise, remaining, profiled_budget, variance, .. } = *measures;
        Against {
            budget,
            expenditure,
            committed,
            still_to_recognise,
            remaining,
            profiled_budget,
            variance,
            carried_forward,
        }
    }

    fn is_zero(&self, measures: &Measures) -> bool {
        measures.is_zero() && self.carried_forward.is_none_or(Money::is_zero)
    }
}

/// Returns true when the report may be made from the totals: if `has_grants`, with those grants that have something
/// dated later.
pub fn may_be_of_totals(query: &Query, has_grants: bool) -> bool {
    collect::totals_may_answer(query, &Cuts::of(query), false, has_grants)
}

pub fn budget(books: &dyn Books, query: &Query) -> Result<BudgetReport, ReportError> {
    let zero = (Measures::zero(query), carried_forward(query, &[])?);
    let mut lines: BTreeMap<(FundId, ThemeId), (Measures, Option<Money>)> = BTreeMap::new();
    let key = |place: &collect::Place<'_>| (place.fund.clone(), place.theme.clone());
    for (key, changes) in collect(books, query, &Cuts::of(query), false, key)? {
        lines.insert(key, (Measures::of(&changes, query)?, carried_forward(query, &changes)?));
    }
    for (budget, part) in budgets(books, query)? {
        let line = lines.entry((budget.fund.clone(), budget.theme.clone())).or_insert(zero);
        line.0.add_budget(part)?;
    }
    let mut total = Against::of(&zero.0, zero.1);
    let mut rows = Vec::new();
    for ((fund, theme), (measures, carried_forward)) in lines {
        let against = Against::of(&measures, carried_forward);
        if !against.is_zero(&measures) {
            let fund_name = fund_name_on(books, fund.as_str(), query.as_at());
            let theme_name = theme_name_on(books, theme.as_str(), query.as_at());
            total.add(&against)?;
            rows.push(BudgetRow { fund, fund_name, theme, theme_name, against });
        }
    }
    sort(&mut rows);
    Ok(BudgetReport { stamp: Stamp::of_range(books, "almoner.report.budget/2", query), rows, total })
}

/// Returns the commitment without a date at the end of past years; `None` for other periods.
fn carried_forward(query: &Query, changes: &[Figures]) -> Result<Option<Money>, Overflow> {
    let has_ended = query.is_of_whole_years() && query.as_at() == query.range.to();
    let unscheduled = changes.iter().map(|figures| figures.get(Figure::Unscheduled));
    has_ended.then(|| Money::sum(unscheduled)).transpose()
}

/// Sorts lines by the names of fund and theme; what is not stated last in each.
fn sort(rows: &mut [BudgetRow]) {
    rows.sort_by_cached_key(|row| {
        let fund = (row.fund.is_unstated(), folded(&row.fund_name), row.fund.clone());
        (fund, row.theme.is_unallocated(), folded(&row.theme_name), row.theme.clone())
    });
}
