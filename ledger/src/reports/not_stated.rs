//! Missing details of awards, counted as at a day: fund, theme, power, period, decision and so on.

use serde::Serialize;

use crate::allocation::Division;
use crate::attention::NotStated;
use crate::book::Books;
use crate::grants::{Award, Grant};
use crate::money::Money;
use crate::reports::grants::position;
use crate::reports::{Query, ReportError, Stamp};
use crate::worded;

/// A detail of an award that may not be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    Fund,
    /// The theme of all or part of the award.
    Theme,
    Power,
    Period,
    Decision,
    /// The date of the decision, where it was assumed.
    Day,
    Conditions,
    Reasons,
}

// In the order of the report.
worded!(Unknown::words {
    Fund = "Fund not stated, in whole or in part", Theme = "Theme not stated, in whole or in part", Power = "Power not stated",
    Period = "Period not stated", Decision = "Decision not stated", Day = "Date of decision assumed",
    Conditions = "Conditions not stated", Reasons = "Reasons not stated",
});

impl Unknown {
    fn is_missing(self, grant: &Grant, award: &Award, division: Option<&Division<'_>>) -> bool {
        let what = match self {
            Unknown::Fund => NotStated::Fund,
            Unknown::Theme => NotStated::Theme,
            Unknown::Power => NotStated::Power,
            Unknown::Period => NotStated::Period,
            Unknown::Decision => NotStated::Decision,
            Unknown::Day => NotStated::Date,
            Unknown::Conditions => return grant.terms().conditions.is_none(),
            Unknown::Reasons => return grant.terms().reasons.is_none(),
        };
        what.is_of(grant, award, division)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotStatedRow {
    pub what: Unknown,
    pub grants: u64,
    pub awarded: Money,
    pub committed: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotStatedReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// A line for each detail; a grant may count in several.
    pub rows: Vec<NotStatedRow>,
    pub grants: u64,
    pub awarded: Money,
}

/// Produces the report as at the query's last day.
pub fn not_stated(books: &dyn Books, query: &Query) -> Result<NotStatedReport, ReportError> {
    let empty = |what| NotStatedRow { what, grants: 0, awarded: Money::ZERO, committed: Money::ZERO };
    let mut report = NotStatedReport {
        stamp: Stamp::of_day(books, "almoner.report.not-stated/2", query),
        rows: Unknown::ALL.map(empty).to_vec(),
        grants: 0,
        awarded: Money::ZERO,
    };
    books.each_grant(&mut |grant| {
        let Some(award) = grant.award() else { return Ok(()) };
        let Some((_, standing)) = position(query, grant)? else { return Ok(()) };
        report.grants += 1;
        report.awarded = report.awarded.plus(standing.awarded)?;
        let division = grant.division_on(query.as_at());
        let is_missing = |row: &&mut NotStatedRow| row.what.is_missing(grant, award, division.as_ref());
        for row in report.rows.iter_mut().filter(is_missing) {
            row.grants += 1;
            row.awarded = row.awarded.plus(standing.awarded)?;
            row.committed = row.committed.plus(standing.committed)?;
        }
        Ok(())
    })?;
    Ok(report)
}
