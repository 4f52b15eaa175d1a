//! Spending by theme beside its performance indicators, which are external data.
//!
//! The expenditure agrees with the report by theme, to the penny. A change in an indicator is not evidence
//! that the spending caused it, and no report says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::book::Books;
use crate::book::names::theme_name_on;
use crate::indicators::{Indicator, IndicatorPeriod, IndicatorValue};
use crate::money::Money;
use crate::reports::themes::{By, themes};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::{Text, folded};
use crate::themes::ThemeId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorFigure {
    pub name: Text,
    pub period: IndicatorPeriod,
    pub value: IndicatorValue,
    pub unit: Option<Text>,
    pub baseline: Option<IndicatorValue>,
    pub baseline_period: Option<IndicatorPeriod>,
    /// Value less baseline, exactly.
    pub change: Option<String>,
    /// The change as a percentage of the baseline, rounded half away from zero to one decimal; `None`
    /// where the baseline is not greater than zero.
    pub change_percent: Option<String>,
    pub source: Text,
}

impl IndicatorFigure {
    /// Returns a stated value with its change from the baseline.
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorsRow {
    pub theme: String,
    pub name: String,
    pub expenditure: Money,
    /// The values of periods that lie wholly in the range, by name, then by period.
    pub indicators: Vec<IndicatorFigure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The themes by name; what is not allocated to a theme last.
    pub rows: Vec<IndicatorsRow>,
    pub total_expenditure: Money,
}

/// Produces the report of themes with expenditure or an indicator in the range.
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
            // In order of time: a month, quarter or year is placed by its first day, the shorter first.
            indicators.sort_by_cached_key(|it| {
                let days = it.period.range();
                (folded(it.name.as_str()), days.from(), days.to())
            });
            let expenditure = expenditure.get(&id).copied().unwrap_or_default();
            IndicatorsRow {
                name: theme_name_on(books, &id, query.as_at()),
                theme: id,
                expenditure,
                indicators,
            }
        })
        .collect();
    rows.sort_by_cached_key(|row| (row.theme == ThemeId::UNALLOCATED, folded(&row.name), row.theme.clone()));
    let total_expenditure = Money::sum(rows.iter().map(|row| row.expenditure))?;
    Ok(IndicatorsReport {
        stamp: Stamp::of_range(books, "almoner.report.indicators/2", query),
        rows,
        total_expenditure,
    })
}
