//! What was spent under each theme, beside the figures from outside that are kept for it.
//!
//! The spending is that of the report by theme, to the penny. That a figure changed while money was
//! spent does not say that the money changed it, and no report says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::book::Books;
use crate::indicators::{Indicator, IndicatorPeriod, IndicatorValue};
use crate::money::{Money, Overflow};
use crate::reports::themes::{By, theme_name, themes};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::{Text, folded};
use crate::themes::ThemeId;

/// A figure from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorFigure {
    /// What is counted or measured.
    pub name: Text,
    /// What the figure covers.
    pub period: IndicatorPeriod,
    /// The figure.
    pub value: IndicatorValue,
    /// In what it is counted; `None` is *not stated*.
    pub unit: Option<Text>,
    /// What it is compared with; `None` where there is no baseline.
    pub baseline: Option<IndicatorValue>,
    /// What the baseline covers.
    pub baseline_period: Option<IndicatorPeriod>,
    /// The exact difference.
    pub change: Option<String>,
    /// The same in per cent of the baseline, rounded half away from nothing to one decimal; `None`
    /// where the baseline is not above nothing.
    pub change_percent: Option<String>,
    /// Where the figure comes from.
    pub source: Text,
}

impl IndicatorFigure {
    /// A figure as it is reported.
    pub fn of(name: &Text, period: IndicatorPeriod, stated: &Indicator) -> IndicatorFigure {
        let change = stated.change();
        IndicatorFigure {
            name: name.clone(),
            period,
            value: stated.value,
            unit: stated.unit.clone(),
            baseline: stated.baseline.as_ref().map(|it| it.value),
            baseline_period: stated.baseline.as_ref().map(|it| it.period),
            change: change.map(|it| it.difference()),
            change_percent: change.and_then(|it| it.percent()),
            source: stated.source.clone(),
        }
    }
}

/// A theme with its spending and its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorsRow {
    /// The theme.
    pub theme: String,
    /// Its name.
    pub name: String,
    /// Recognised as expenditure in the range.
    pub expenditure: Money,
    /// The figures of periods that lie in the range as a whole, by name, then by period.
    pub indicators: Vec<IndicatorFigure>,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorsReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The themes by name; what is not allocated to one last.
    pub rows: Vec<IndicatorsRow>,
    /// All that was charged in the range.
    pub total_expenditure: Money,
}

/// Draws the report: themes under which something was charged in the range, or that have a figure in it.
pub fn indicators(books: &dyn Books, query: &Query) -> Result<IndicatorsReport, ReportError> {
    let spending = themes(books, query, By::Theme)?;
    let mut figures: BTreeMap<String, Vec<IndicatorFigure>> = BTreeMap::new();
    let range = query.range;
    for (key, stated) in &books.reference().indicators {
        let days = key.period.range();
        let is_taken = range.contains(days.from()) && range.contains(days.to());
        if is_taken && query.filter.takes_theme(&key.theme) {
            let of_theme = figures.entry(key.theme.to_string()).or_default();
            of_theme.push(IndicatorFigure::of(&key.name, key.period, stated));
        }
    }
    let expenditure: BTreeMap<String, Money> =
        spending.rows.iter().map(|row| (row.key.id.clone(), row.measures.expenditure)).collect();
    let spent = expenditure.iter().filter(|(_, amount)| !amount.is_zero()).map(|(id, _)| id);
    let ids: BTreeSet<String> = spent.chain(figures.keys()).cloned().collect();
    let mut rows: Vec<IndicatorsRow> = ids
        .into_iter()
        .map(|id| {
            let mut indicators = figures.remove(&id).unwrap_or_default();
            // By time: a month, quarter or year is placed by its first day, the shorter first.
            indicators.sort_by_cached_key(|it| {
                let days = it.period.range();
                (folded(it.name.as_str()), days.from(), days.to())
            });
            let expenditure = expenditure.get(&id).copied().unwrap_or_default();
            IndicatorsRow { name: theme_name(books, &id), theme: id, expenditure, indicators }
        })
        .collect();
    rows.sort_by_cached_key(|row| (row.theme == ThemeId::UNALLOCATED, folded(&row.name), row.theme.clone()));
    let total_expenditure = sum(&rows)?;
    Ok(IndicatorsReport {
        stamp: Stamp::of_range(books, "almoner.report.indicators/2", query),
        rows,
        total_expenditure,
    })
}

fn sum(rows: &[IndicatorsRow]) -> Result<Money, Overflow> {
    Money::sum(rows.iter().map(|row| row.expenditure))
}
