//! The sheet of the report `recipient`.

use almoner_ledger::reports::RecipientReport;

use super::fields::{Lines, STANDING, joined, stamped};
use super::grants::WORDS;
use crate::dates;
use crate::sheet::{Column, Sheet};

/// Returns the sheet of the report.
pub fn sheet(report: &RecipientReport) -> Sheet {
    let lines = Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "grant" };
    let mut sheet = stamped(report.name.clone(), &report.stamp);
    sheet.facts.push(("Id", report.recipient.to_string()));
    if report.names.len() > 1 {
        let named = report.names.iter().map(|dated| match dated.from {
            Some(from) => format!("from {} {}", dates::day(from), dated.name),
            None => format!("first {}", dated.name),
        });
        sheet.facts.push(("Names", named.collect::<Vec<_>>().join("; ")));
    }
    if !report.also_known_as.is_empty() {
        sheet.facts.push(("Also known as", joined(&report.also_known_as)));
    }
    if !report.identifiers.is_empty() {
        sheet.facts.push(("Identifiers", joined(&report.identifiers)));
    }
    let mut columns = lines.columns();
    // The title names the recipient.
    for column in columns.iter_mut().filter(|column| column.key.starts_with("recipient")) {
        column.importance = Column::FILES_ONLY;
    }
    Sheet {
        columns,
        rows: lines.rows(&report.rows, &report.total),
        open_keys: &["name", "names", "also_known_as", "identifiers"],
        ..sheet
    }
}
