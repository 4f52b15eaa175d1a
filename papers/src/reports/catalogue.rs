//! The reports with every column that they can have, for pages that describe them.

use super::{
    bank_reconciliation, budget, changes, commitments, decisions, diff, explain, grant, grants, indicators,
    late, monitoring, not_stated, papers, payments, periods, recipients, themes, trial_balance, year_end,
};
use crate::sheet::{Column, columns};

/// Returns each report by its name, with every column that it can have, in their order.
///
/// ```
/// let reports = almoner_papers::reports::catalogue::reports();
/// let (_, columns) = reports.iter().find(|(name, _)| *name == "commitments").unwrap();
/// assert_eq!(columns.iter().map(|column| column.heading).collect::<Vec<_>>(), ["Due", "Grants", "Amount"]);
/// ```
pub fn reports() -> Vec<(&'static str, Vec<Column>)> {
    vec![
        ("themes", themes::all_columns()),
        ("periods", periods::all_columns()),
        ("grants", grants::all_columns()),
        ("grant", grant::all_columns()),
        ("grant, postings", grant::columns_of_postings()),
        ("grant, parts", grant::columns_of_parts()),
        ("recipients", recipients::all_columns()),
        ("recipient", grants::all_columns()),
        ("changes", changes::all_columns()),
        ("late", late::all_columns()),
        ("late, by month", late::columns_by_month()),
        ("not-stated", not_stated::all_columns()),
        ("decisions", decisions::all_columns()),
        ("monitoring", monitoring::all_columns()),
        ("indicators", indicators::all_columns()),
        ("papers", papers::all_columns()),
        ("budget", budget::all_columns()),
        ("commitments", commitments::all_columns()),
        ("payments", payments::all_columns()),
        ("bank-reconciliation", bank_reconciliation::all_columns()),
        ("trial-balance", trial_balance::all_columns()),
        ("year-end", year_end::all_columns()),
    ]
}

/// Returns the columns of the records that make up a figure, and of those between two times, as [`reports`].
pub fn of_figures() -> Vec<(&'static str, Vec<Column>)> {
    vec![("explain", columns(explain::PARTS).collect()), ("diff", diff::all_columns())]
}

/// Returns the names of all reports, in the order of [`reports`].
///
/// Tests that look at every report begin with it, so that none is forgotten.
pub fn names() -> Vec<&'static str> {
    // A further table of a report has its name and a comma.
    reports().into_iter().map(|(name, _)| name).filter(|name| !name.contains(',')).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_column_is_described_in_one_sentence() {
        for (report, columns) in reports() {
            let keys: BTreeSet<&str> = columns.iter().map(|column| column.key).collect();
            assert_eq!(keys.len(), columns.len(), "{report} has two columns of one name");
            for Column { key, meaning, .. } in columns {
                let is_sentence = meaning.ends_with('.') && !meaning.contains(". ");
                let is_begun = meaning.starts_with(|it: char| it.is_ascii_uppercase() || it == '`');
                assert!(is_sentence && is_begun, "{report}, {key}: {meaning:?}");
            }
        }
    }
}
