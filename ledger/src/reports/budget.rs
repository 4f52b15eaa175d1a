//! Budgets against expenditure and unscheduled commitments, by fund and theme.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::budgets::budgets;
use crate::reports::collect::{self, Cuts, collect};
use crate::reports::themes::{fund_name, theme_name};
use crate::reports::{Measures, Query, ReportError, Stamp};
use crate::text::folded;
use crate::themes::ThemeId;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Against {
    pub budget: Money,
    pub expenditure: Money,
    /// The outstanding commitment at the range's end.
    pub committed: Money,
    /// The commitment that may fall in the range: that of awards without a period, neither recognised
    /// nor scheduled.
    pub unscheduled: Money,
    /// Budget less expenditure and unscheduled.
    pub remaining: Money,
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

summed!(Against { budget, expenditure, committed, unscheduled, remaining });

impl Against {
    fn of(measures: &Measures) -> Result<Against, Overflow> {
        let unscheduled = measures.budget.minus(measures.expenditure)?.minus(measures.remaining)?;
        let Measures { budget, expenditure, committed, remaining, .. } = *measures;
        Ok(Against { budget, expenditure, committed, unscheduled, remaining })
    }
}

/// Returns true when the report can be produced from the totals, without reading grants.
pub fn needs_only_totals(query: &Query) -> bool {
    collect::totals_answer(query, &Cuts::range(query.range), false)
}

pub fn budget(books: &dyn Books, query: &Query) -> Result<BudgetReport, ReportError> {
    let mut lines: BTreeMap<(FundId, ThemeId), Measures> = BTreeMap::new();
    let key = |place: &collect::Place<'_>| (place.fund.clone(), place.theme.clone());
    for (key, changes) in collect(books, query, &Cuts::range(query.range), false, key)? {
        lines.insert(key, Measures::of_range(&changes)?);
    }
    for (budget, amount) in budgets(books, query)? {
        lines.entry((budget.fund.clone(), budget.theme.clone())).or_default().add_budget(amount)?;
    }
    let mut rows = Vec::new();
    for ((fund, theme), measures) in lines {
        let against = Against::of(&measures)?;
        if against != Against::default() {
            let fund_name = fund_name(books, fund.as_str());
            let theme_name = theme_name(books, theme.as_str());
            rows.push(BudgetRow { fund, fund_name, theme, theme_name, against });
        }
    }
    sort(&mut rows, |row| row);
    let total = Against::sum(rows.iter().map(|row| &row.against))?;
    Ok(BudgetReport { stamp: Stamp::of_range(books, "almoner.report.budget/2", query), rows, total })
}

/// Sorts lines by the names of fund and theme; what is not stated last in each.
pub(super) fn sort<Line>(lines: &mut [Line], row: impl Fn(&Line) -> &BudgetRow) {
    lines.sort_by_cached_key(|line| {
        let row = row(line);
        let fund = (row.fund.is_unstated(), folded(&row.fund_name), row.fund.clone());
        (fund, row.theme.is_unallocated(), folded(&row.theme_name), row.theme.clone())
    });
}
