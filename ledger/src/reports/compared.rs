//! Spending by theme, fund and so on, compared with the prior year.

use serde::Serialize;

use crate::book::Books;
use crate::calendar::DateRange;
use crate::money::{Money, Overflow};
use crate::reports::diff::lines;
use crate::reports::themes::{By, Key, themes};
use crate::reports::{Measures, Query, ReportError, Stamp};

/// The figures of a line, with those of the prior year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub budget: Money,
    pub awarded: Money,
    pub expenditure: Money,
    pub awarded_prior_year: Money,
    pub expenditure_prior_year: Money,
    /// Expenditure less that of the prior year.
    pub change: Money,
    /// As [`Measures::remaining`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Money>,
    /// As [`Measures::profiled_budget`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiled_budget: Option<Money>,
    /// As [`Measures::variance`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<Money>,
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
            profiled_budget: now.profiled_budget,
            variance: now.variance,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedRow {
    #[serde(flatten)]
    pub key: Key,
    pub name: String,
    #[serde(flatten)]
    pub compared: Compared,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The same days of the prior year.
    pub prior_year: DateRange,
    /// The lines of both years, those of the range first.
    pub rows: Vec<ComparedRow>,
    pub total: Compared,
    pub measures: Measures,
    pub measures_prior_year: Measures,
}

/// Produces the report: the range compared with the same days of the prior year, as at the same day of it.
pub fn compared(books: &dyn Books, query: &Query, by: By) -> Result<ComparedReport, ReportError> {
    let reporting = DateRange::new(query.range.from(), query.as_at())
        .map_or(query.range.year_before().from(), |days| days.year_before().to());
    let earlier = Query { range: query.range.year_before(), reporting, ..query.clone() };
    let (now, before) = (themes(books, query, by)?, themes(books, &earlier, by)?);
    let mut rows = Vec::new();
    for line in lines(&before, &now) {
        let compared = Compared::of(&line.new, &line.old)?;
        rows.push(ComparedRow { key: line.key.clone(), name: line.name.to_owned(), compared });
    }
    Ok(ComparedReport {
        stamp: Stamp::of_range(books, "almoner.report.compared/2", query),
        prior_year: earlier.range,
        rows,
        total: Compared::of(&now.total, &before.total)?,
        measures: now.total,
        measures_prior_year: before.total,
    })
}
