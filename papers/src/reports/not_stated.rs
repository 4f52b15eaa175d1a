//! The sheet of the report `not-stated`.

use almoner_ledger::reports::NotStatedReport;
use almoner_ledger::reports::not_stated::NotStatedRow;

use crate::sheet::{Cell, Field, Kind, Sheet};

const FIELDS: &[Field<NotStatedRow>] = &[
    Field::public("what", "Detail", Kind::Text, 0, |row| Cell::text(row.what.words())),
    Field::public("grants", "Grants", Kind::Count, 0, |row| Cell::Count(row.grants)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |row| Cell::Money(row.awarded)),
    Field::public("committed", "Outstanding commitment", Kind::Money, 2, |row| Cell::Money(row.committed)),
];

pub fn sheet(report: &NotStatedReport) -> Sheet {
    let (grants, awarded) = (report.grants, report.awarded.grouped());
    let note = format!(
        "{grants} grants in all, with {awarded} awarded. A grant may count in several lines, so they do not add up."
    );
    Sheet { notes: vec![note], ..Sheet::of(FIELDS, &report.rows) }
        .stamped("Details not stated", &report.stamp)
}
