//! Findings that prevent closing a month, and their wording.

use crate::calendar::Month;
use crate::remedy::Remedy;

/// A finding that prevents closing a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingFinding {
    /// The stable code of the kind of finding, for scripts and tests.
    pub code: &'static str,
    /// What was found.
    pub what: String,
    /// What to do about it.
    pub remedy: Remedy,
}

/// Maximum number of months listed in a message.
const MONTHS_LISTED: usize = 4;

/// `Mar 2015 is`, `Mar 2015, Apr 2015 are`.
pub(super) fn months(months: &[Month]) -> String {
    let listed: Vec<String> = months.iter().take(MONTHS_LISTED).map(|month| month.in_words()).collect();
    let more = if months.len() > MONTHS_LISTED { ", …" } else { "" };
    let verb = if months.len() == 1 { "is" } else { "are" };
    format!("{}{more} {verb}", listed.join(", "))
}

pub(super) fn found(findings: &[ClosingFinding]) -> String {
    findings.iter().map(|it| it.what.as_str()).collect::<Vec<_>>().join("; ")
}
