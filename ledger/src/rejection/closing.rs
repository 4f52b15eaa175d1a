//! What stands against closing a month, and how it is told.

use crate::calendar::Month;

/// What stands against closing a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingFinding {
    /// A word that stays the same.
    pub code: &'static str,
    /// What is so.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// How many months are named.
const MONTHS_NAMED: usize = 4;

pub(super) fn months(months: &[Month]) -> String {
    let named: Vec<String> = months.iter().take(MONTHS_NAMED).map(Month::to_string).collect();
    let more = if months.len() > MONTHS_NAMED { ", …" } else { "" };
    named.join(", ") + more
}

pub(super) fn found(findings: &[ClosingFinding]) -> String {
    findings.iter().map(|it| format!("{}: {}", it.code, it.what)).collect::<Vec<_>>().join("; ")
}
