//! The grants whose period ends soon, in the order in which they end.

use crate::book::Books;
use crate::book::names::fund_name;
use crate::calendar::{Date, DateRange, StatedDate};
use crate::listing::Wanted;
use crate::reports::grants::{GrantsRow, name_recipients, row, sort, total};
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
    let until = query.as_at().month().plus(months).last_day();
    let ends = |row: &GrantsRow| row.to.map(StatedDate::last_day);
    let mut lines = Vec::new();
    if let Ok(days) = DateRange::new(query.as_at().next_day(), until) {
        books.each_grant_wanted(Wanted::Ending(days), &mut |grant| {
            let is_ending = grant.period().is_some_and(|period| days.contains(period.to().last_day()));
            if is_ending {
                lines.extend(row(query, grant)?.filter(|row| !row.withdrawn));
            }
            Ok(())
        })?;
    }
    name_recipients(books, &mut lines, query.as_at())?;
    sort(&mut lines);
    lines.sort_by_key(ends);
    let total = total(&lines)?;
    let named = |line: GrantsRow| EndingRow {
        theme_names: Split::of_ids(&line.theme)
            .map_or(line.theme.clone(), |split| theme_names(books, &split)),
        fund_name: line.fund.split("; ").map(|id| fund_name(books, id)).collect::<Vec<_>>().join("; "),
        line,
    };
    Ok(EndingReport { until, rows: lines.into_iter().map(named).collect(), total })
}
