//! The header row: which cell of each row belongs to which column.

use almoner_ledger::rejection::nearest;
use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Place};

/// A column of a kind of file, found in this file or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) position: Option<usize>,
}

/// A header row of which columns are asked. What the file has beyond them, or has not, is found
/// when all were asked.
pub(crate) struct Header {
    found: Vec<String>,
    asked: Vec<Column>,
    missing: Vec<&'static str>,
}

impl Header {
    /// The header row with these cells.
    pub(crate) fn new(cells: &StringRecord) -> Header {
        let found = cells.iter().map(column_name).collect();
        Header { found, asked: Vec::new(), missing: Vec::new() }
    }

    /// A column that the file must have.
    pub(crate) fn required(&mut self, name: &'static str) -> Column {
        let column = self.optional(name);
        if column.position.is_none() {
            self.missing.push(name);
        }
        column
    }

    /// A column that the file may have.
    pub(crate) fn optional(&mut self, name: &'static str) -> Column {
        let column = Column { name, position: self.found.iter().position(|found| found == name) };
        self.asked.push(column);
        column
    }

    /// The columns asked.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.asked
    }

    /// What is wrong with the header, now that every column was asked.
    pub(crate) fn problems(&self, place: Place<'_>) -> Vec<Diagnostic> {
        let names: Vec<&str> = self.asked.iter().map(|column| column.name).collect();
        let all = format!("the columns are {}", names.join(", "));
        let mut problems = Vec::new();
        for (position, found) in self.found.iter().enumerate() {
            let place = Place { column: Some(found), ..place };
            let earlier = self.found.iter().take(position).any(|earlier| earlier == found);
            if found.is_empty() {
                let place = Place { column: None, ..place };
                let message = format!("column {} has no name", position + 1);
                let hint = "name the column, or delete it from the file";
                problems.push(Diagnostic::new(place, "", "unnamed-column", &message, hint));
            } else if earlier {
                let hint = "delete one of the two";
                problems.push(Diagnostic::new(
                    place,
                    "",
                    "duplicate-column",
                    "stands twice in the header",
                    hint,
                ));
            } else if !names.contains(&found.as_str()) {
                let hint = match nearest(found, names.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`? Rename the column, or delete it"),
                    None => format!("delete the column, or rename it; {all}"),
                };
                problems.push(Diagnostic::new(place, "", "unknown-column", "there is no such column", &hint));
            }
        }
        for name in &self.missing {
            let place = Place { column: Some(name), ..place };
            problems.push(Diagnostic::new(place, "", "missing-column", "the column is missing", &all));
        }
        problems
    }
}

/// A column's name as it is compared: `Recipient ID` is `recipient_id`.
fn column_name(cell: &str) -> String {
    cell.trim().to_lowercase().replace([' ', '-'], "_")
}
