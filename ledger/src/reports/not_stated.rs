//! What the records do not say: awards without a fund, a theme, a power, a period or a decision.
//!
//! Unknown stays unknown and visible; this is where it is counted, as at a day.

use serde::Serialize;

use crate::book::Books;
use crate::grants::{Award, Grant, Power};
use crate::money::Money;
use crate::reports::grants::row;
use crate::reports::{Query, ReportError, Stamp};
use crate::themes::ThemeId;

/// What may not be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// From which fund.
    Fund,
    /// Under which theme, for all or some of it.
    Theme,
    /// Under which power.
    Power,
    /// For which period.
    Period,
    /// By which decision.
    Decision,
    /// On which day: it was assumed.
    Day,
    /// The conditions.
    Conditions,
    /// The reasons.
    Reasons,
}

impl Unknown {
    /// All that may not be stated.
    pub const ALL: [Unknown; 8] = [
        Unknown::Fund,
        Unknown::Theme,
        Unknown::Power,
        Unknown::Period,
        Unknown::Decision,
        Unknown::Day,
        Unknown::Conditions,
        Unknown::Reasons,
    ];

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Unknown::Fund => "Fund not stated",
            Unknown::Theme => "Theme not stated, for all or some of it",
            Unknown::Power => "Power not stated",
            Unknown::Period => "Period not stated",
            Unknown::Decision => "Decision not stated",
            Unknown::Day => "Day of the decision assumed",
            Unknown::Conditions => "Conditions not stated",
            Unknown::Reasons => "Reasons not stated",
        }
    }

    fn is_so(self, grant: &Grant, award: &Award, query: &Query) -> bool {
        match self {
            Unknown::Fund => award.fund.is_unstated(),
            Unknown::Theme => {
                let purpose = grant.purpose_on(query.as_at()).unwrap_or(&award.purpose);
                purpose.split.themes().any(ThemeId::is_unallocated)
            }
            Unknown::Power => grant.terms().power == Power::NotStated,
            Unknown::Period => grant.period().is_none(),
            Unknown::Decision => award.decision.is_none(),
            Unknown::Day => award.date_assumed,
            Unknown::Conditions => grant.terms().conditions.is_none(),
            Unknown::Reasons => grant.terms().reasons.is_none(),
        }
    }
}

/// How much is not stated in one respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotStatedRow {
    /// In which.
    pub what: Unknown,
    /// In how many grants.
    pub grants: u64,
    /// What was awarded to those.
    pub awarded: Money,
    /// What of that is promised and not yet paid.
    pub committed: Money,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotStatedReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// Each respect; a grant may stand in several.
    pub rows: Vec<NotStatedRow>,
    /// All grants.
    pub grants: u64,
    /// What was awarded to all grants.
    pub awarded: Money,
}

/// Draws the report, as at the query's last day.
pub fn not_stated(books: &dyn Books, query: &Query) -> Result<NotStatedReport, ReportError> {
    let empty = |what| NotStatedRow { what, grants: 0, awarded: Money::ZERO, committed: Money::ZERO };
    let mut report = NotStatedReport {
        stamp: Stamp::of_day(books, "almoner.report.not-stated/2", query),
        rows: Unknown::ALL.map(empty).to_vec(),
        grants: 0,
        awarded: Money::ZERO,
    };
    books.each_grant(&mut |grant| {
        let (Some(award), Some(listed)) = (grant.award(), row(books, query, grant)?) else { return Ok(()) };
        report.grants += 1;
        report.awarded = report.awarded.plus(listed.standing.awarded)?;
        for row in report.rows.iter_mut().filter(|row| row.what.is_so(grant, award, query)) {
            row.grants += 1;
            row.awarded = row.awarded.plus(listed.standing.awarded)?;
            row.committed = row.committed.plus(listed.standing.committed)?;
        }
        Ok(())
    })?;
    Ok(report)
}
