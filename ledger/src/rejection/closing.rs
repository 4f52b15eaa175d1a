//! Findings that prevent closing a month, and their wording.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use crate::calendar::{Date, Month};
use crate::remedy::Remedy;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingFinding {
    /// The stable code of the kind of finding, for scripts and tests.
    pub code: &'static str,
    pub what: String,
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

/// Returns where to post what a closed month does not take.
pub(super) fn post_elsewhere(
    first_open: Date,
    is_provisional: bool,
    may_reopen: bool,
    may_adjust: bool,
) -> Remedy {
    match is_provisional {
        true => Remedy::PostLateOrToClosed { first_open, may_reopen, may_adjust },
        false => Remedy::PostLate { first_open, may_adjust },
    }
}

/// `Mar 2015 is provisionally closed`, or why a month before the first closed one takes no postings.
pub(super) fn closed(month: Month, first_closed: Option<Month>, is_provisional: bool) -> String {
    let month = month.in_words();
    match first_closed {
        Some(first) => format!(
            "nothing can be posted to {month}, which is before the first closed month ({})",
            first.in_words()
        ),
        None => format!("{month} is {} closed", if is_provisional { "provisionally" } else { "finally" }),
    }
}

pub(super) fn found(findings: &[ClosingFinding]) -> String {
    findings.iter().map(|it| it.what.as_str()).collect::<Vec<_>>().join("; ")
}
