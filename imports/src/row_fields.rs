//! The cells of a row that a person may type again.

use std::collections::BTreeSet;

use crate::header::column_key;
use crate::profile::{ColumnRef, Profile};
use crate::read::{ReadFile, Row};
use crate::rows::BETWEEN_POINTS;

/// A cell of a row that a person may type again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowField {
    /// The position of its column, from 0.
    pub column: usize,
    /// The label of its column in the file.
    pub label: String,
    /// Its text.
    pub text: String,
    /// The canonical column that is read from it; `None` where no cell should be.
    pub canonical: Option<&'static str>,
}

/// What a row of a drafted register was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The position of the column that has it, from 0.
    pub column: usize,
    /// The points: words that were read, and what a person must check.
    pub points: Vec<String>,
    /// All of it, as it is in the cell.
    pub text: String,
    /// The title and the summary of the decision.
    pub words: Vec<String>,
}

impl ReadFile {
    /// Returns the cells of a row that are read, and those where no cell should be. A file without the award of a
    /// payment gets a blank cell for it.
    pub fn fields(&self, row: &Row, profile: Option<&Profile>) -> Vec<RowField> {
        let cells = self.cells(row);
        let width = self.header.as_ref().map_or(0, |header| header.len());
        let mut positions: BTreeSet<usize> =
            self.columns().bound.iter().flat_map(|bound| bound.all_positions()).collect();
        let is_filled = |position: &usize| cells.get(*position).is_some_and(|cell| !cell.trim().is_empty());
        positions.extend((width..cells.len()).filter(is_filled).filter(|_| width > 0));
        positions.extend(self.columns().unnamed.iter().copied().filter(is_filled));
        let text = |position: usize| cells.get(position).map(str::trim).unwrap_or_default().to_owned();
        let canonical = |column| {
            let bound =
                self.columns().bound.iter().find(|bound| bound.all_positions().any(|it| it == column));
            bound.map(|bound| bound.name)
        };
        let field = |column| RowField {
            column,
            label: self.columns().label(column),
            text: text(column),
            canonical: canonical(column),
        };
        let mut fields: Vec<RowField> = positions.into_iter().map(field).collect();
        if let Some(label) = self.missing_award_column(profile) {
            fields.retain(|field| field.column != width);
            fields.push(RowField { column: width, label, text: String::new(), canonical: Some("award") });
        }
        fields
    }

    /// Returns what a row of a drafted register was taken from; `None` for other files.
    pub fn evidence(&self, row: &Row) -> Option<Evidence> {
        let header = self.header.as_ref()?;
        let cells = self.cells(row);
        let column = |name: &str| header.iter().position(|cell| column_key(cell) == name);
        let text = |column: usize| cells.get(column).map(str::trim).unwrap_or_default().to_owned();
        let at = column("evidence")?;
        let words = ["title", "summary"].into_iter().filter_map(column).map(text);
        let words = words.filter(|text| !text.is_empty()).collect();
        let points =
            text(at).split(BETWEEN_POINTS).map(str::to_owned).filter(|point| !point.is_empty()).collect();
        Some(Evidence { column: at, points, text: text(at), words })
    }

    /// Returns the name of the column for the award id, if the profile has one and the file does not.
    pub(crate) fn missing_award_column(&self, profile: Option<&Profile>) -> Option<String> {
        let header = self.header.as_ref()?;
        let rule = profile?.columns.get("award")?;
        let is_there = |name: &str| header.iter().any(|cell| column_key(cell) == column_key(name));
        let mut names = rule.from.iter().filter_map(|column| match column {
            ColumnRef::Name(name) => Some(name),
            ColumnRef::Position(_) => None,
        });
        let first = names.next()?;
        let is_missing = !is_there(first) && !names.any(|name| is_there(name));
        is_missing.then(|| first.clone())
    }
}
