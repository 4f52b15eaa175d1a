//! The sheet of the report `papers`.

use almoner_ledger::reports::PapersReport;
use almoner_ledger::reports::papers::PapersRow;

use super::fields::joined;
use crate::sheet::{Cell, Field, Kind, Sheet};

/// The columns of a list of papers.
pub const FIELDS: &[Field<PapersRow>] = &[
    Field::public("paper", "Paper", Kind::Text, 0, |row| Cell::text(&row.paper)),
    Field::public("date", "Date", Kind::Date, 1, |row| row.date.map_or(Cell::NotStated, Cell::Date)),
    Field::public("title", "Title", Kind::Text, 2, |row| Cell::stated(row.title.as_ref())),
    Field::public("decisions", "Decisions", Kind::Text, 0, |row| Cell::Text(joined(&row.decisions))),
    Field::public("grants", "Grants", Kind::Text, 0, |row| Cell::Text(joined(&row.grants))),
];

pub fn sheet(report: &PapersReport) -> Sheet {
    Sheet::of(FIELDS, &report.rows).stamped("Public papers", &report.stamp)
}
