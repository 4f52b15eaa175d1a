//! The sheet of the report `papers`.

use almoner_ledger::reports::PapersReport;
use almoner_ledger::reports::papers::PapersRow;

use super::fields::joined;
use crate::sheet::{Cell, Column, Field, Kind, Sheet, columns, described};

/// The columns of a list of papers.
pub const FIELDS: &[Field<PapersRow>] = &[
    described(
        "The id of the paper.",
        Field::public("paper", "Paper", Kind::Text, 0, |row| Cell::text(&row.paper)),
    ),
    described(
        "The date of the paper.",
        Field::public("date", "Date", Kind::Date, 1, |row| row.date.map_or(Cell::NotStated, Cell::Date)),
    ),
    described(
        "The title of the paper.",
        Field::public("title", "Title", Kind::Text, 2, |row| Cell::stated(row.title.as_ref())),
    ),
    described(
        "The decisions that it reports.",
        Field::public("decisions", "Decisions", Kind::Text, 0, |row| Cell::Text(joined(&row.decisions))),
    ),
    described(
        "The grants that it reports.",
        Field::public("grants", "Grants", Kind::Text, 0, |row| Cell::Text(joined(&row.grants))),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &PapersReport) -> Sheet {
    Sheet::of(FIELDS, &report.rows).stamped("Public papers", &report.stamp)
}
