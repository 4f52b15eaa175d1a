//! Spending by theme, fund and so on beside that of the year before.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::calendar::DateRange;
use crate::money::{Money, Overflow};
use crate::reports::themes::{By, Key, themes};
use crate::reports::{Measures, Query, ReportError, Stamp};

/// The figures of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What may be spent in the range.
    pub budget: Money,
    /// Awarded in the range.
    pub awarded: Money,
    /// Charged in the range.
    pub expenditure: Money,
    /// Awarded a year before.
    pub awarded_prior_year: Money,
    /// Charged a year before.
    pub expenditure_prior_year: Money,
    /// Charged, less charged a year before.
    pub change: Money,
    /// As [`Measures::remaining`].
    pub remaining: Money,
}

impl Compared {
    fn of(now: &Measures, before: &Measures) -> Result<Compared, Overflow> {
        Ok(Compared {
            budget: now.budget,
            awarded: now.awarded,
            expenditure: now.expenditure,
            awarded_prior_year: before.awarded,
            expenditure_prior_year: before.expenditure,
            change: now.expenditure.minus(before.expenditure)?,
            remaining: now.remaining,
        })
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedRow {
    /// What the line stands for.
    #[serde(flatten)]
    pub key: Key,
    /// Its name.
    pub name: String,
    /// The figures.
    #[serde(flatten)]
    pub compared: Compared,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The days a year before.
    pub before: DateRange,
    /// The lines of both years, those of the range first.
    pub rows: Vec<ComparedRow>,
    /// Their sum.
    pub total: Compared,
    /// All figures of the range.
    pub measures: Measures,
    /// All figures of the year before.
    pub measures_prior_year: Measures,
}

/// Draws the report: the range beside the same days a year before.
pub fn compared(books: &dyn Books, query: &Query, by: By) -> Result<ComparedReport, ReportError> {
    let earlier = Query { range: query.range.year_before(), ..query.clone() };
    let (now, before) = (themes(books, query, by)?, themes(books, &earlier, by)?);
    let mut of_prior_year: BTreeMap<&str, &Measures> =
        before.rows.iter().map(|row| (row.key.id.as_str(), &row.measures)).collect();
    let nothing = Measures::default();
    let mut rows = Vec::new();
    for row in &now.rows {
        let earlier = of_prior_year.remove(row.key.id.as_str()).unwrap_or(&nothing);
        let compared = Compared::of(&row.measures, earlier)?;
        rows.push(ComparedRow { key: row.key.clone(), name: row.name.clone(), compared });
    }
    for row in before.rows.iter().filter(|row| of_prior_year.contains_key(row.key.id.as_str())) {
        let compared = Compared::of(&nothing, &row.measures)?;
        rows.push(ComparedRow { key: row.key.clone(), name: row.name.clone(), compared });
    }
    Ok(ComparedReport {
        stamp: Stamp::of_range(books, "almoner.report.compared/2", query),
        before: earlier.range,
        rows,
        total: Compared::of(&now.total, &before.total)?,
        measures: now.total,
        measures_prior_year: before.total,
    })
}
