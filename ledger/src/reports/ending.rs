//! The grants whose period ends soon, in the order in which they end.

use crate::book::Books;
use crate::book::names::fund_name_on;
use crate::calendar::{Date, StatedDate};
use crate::reports::grants::{GrantsRow, grants, total};
use crate::reports::measures::Standing;
use crate::reports::themes::theme_names;
use crate::reports::{Query, ReportError};
use crate::themes::Split;

/// A grant whose period ends soon, with names as a paper shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingRow {
    pub line: GrantsRow,
    pub theme_names: String,
    pub fund_name: String,
}

/// The grants whose period ends after the reporting date and by a later day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndingReport {
    pub until: Date,
    /// The grants in the order in which they end.
    pub rows: Vec<EndingRow>,
    pub total: Standing,
}

/// Produces the report of grants whose period ends after the query's reporting date, by the end of so many months
/// after its month.
pub fn ending(books: &dyn Books, query: &Query, months: i32) -> Result<EndingReport, ReportError> {
    let mut lines = grants(books, query)?.rows;
    let until = query.as_at().month().plus(months).last_day();
    let ends = |row: &GrantsRow| row.to.map(StatedDate::last_day);
    let is_ending = |day: Date| query.as_at() < day && day <= until;
    lines.retain(|row| !row.withdrawn && ends(row).is_some_and(is_ending));
    lines.sort_by_key(ends);
    let total = total(&lines)?;
    let named = |line: GrantsRow| EndingRow {
        theme_names: Split::of_ids(&line.theme)
            .map_or(line.theme.clone(), |split| theme_names(books, &split, query.as_at())),
        fund_name: line
            .fund
            .split("; ")
            .map(|id| fund_name_on(books, id, query.as_at()))
            .collect::<Vec<_>>()
            .join("; "),
        line,
    };
    Ok(EndingReport { until, rows: lines.into_iter().map(named).collect(), total })
}
