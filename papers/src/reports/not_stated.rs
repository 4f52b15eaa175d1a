//! The sheet of the report `not-stated`.

use almoner_ledger::reports::NotStatedReport;
use almoner_ledger::reports::not_stated::NotStatedRow;

use crate::sheet::{Cell, Column, Field, Kind, Sheet, columns, described};

const FIELDS: &[Field<NotStatedRow>] = &[
    described(
        "The detail not stated in the decisions.",
        Field::public("what", "Detail", Kind::Text, 0, |row| Cell::text(row.what.words())),
    ),
    described(
        "The number of grants without it at the reporting date.",
        Field::public("grants", "Grants", Kind::Count, 0, |row| Cell::Count(row.grants)),
    ),
    described(
        "The amount awarded to those grants, to the reporting date.",
        Field::public("awarded", "Awarded", Kind::Money, 1, |row| Cell::Money(row.awarded)),
    ),
    described(
        "Awarded to those grants and not yet paid, at the reporting date.",
        Field::public("committed", "Outstanding commitment", Kind::Money, 2, |row| {
            Cell::Money(row.committed)
        }),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &NotStatedReport) -> Sheet {
    let (grants, awarded) = (report.grants, report.awarded.grouped());
    let word = if grants == 1 { "grant" } else { "grants" };
    let note = format!(
        "{grants} {word} in all, with {awarded} awarded. A grant may be counted in several lines, so they do not add up to the total."
    );
    Sheet { notes: vec![note], ..Sheet::of(FIELDS, &report.rows) }
        .stamped("Details not stated", &report.stamp)
}
