//! The sheet of the report `papers`.

use almoner_ledger::reports::PapersReport;
use almoner_ledger::reports::papers::PapersRow;

use super::fields::{joined, stamped};
use crate::sheet::{Cell, Field, Kind, Row, Sheet, Style, cells, columns};

/// The columns of a list of papers.
pub const FIELDS: &[Field<PapersRow>] = &[
    Field::public("paper", "Paper", Kind::Text, 0, |row| Cell::Text(row.paper.to_string())),
    Field::public("date", "Date", Kind::Date, 1, |row| row.date.map_or(Cell::NotStated, Cell::Date)),
    Field::public("title", "Title", Kind::Text, 2, |row| Cell::stated(row.title.as_ref())),
    Field::public("decisions", "Decisions", Kind::Text, 0, |row| Cell::Text(joined(&row.decisions))),
    Field::public("grants", "Grants", Kind::Text, 0, |row| Cell::Text(joined(&row.grants))),
];

/// Returns the sheet of the report.
pub fn sheet(report: &PapersReport) -> Sheet {
    let rows =
        report.rows.iter().map(|row| Row { cells: cells(FIELDS, row).collect(), style: Style::Normal });
    Sheet {
        columns: columns(FIELDS).collect(),
        rows: rows.collect(),
        ..stamped("Public papers", &report.stamp)
    }
}
