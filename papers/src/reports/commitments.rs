//! The sheet of the report `commitments`.

use almoner_ledger::reports::CommitmentsReport;
use almoner_ledger::reports::commitments::{CommitmentsRow, Due};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, columns, described};

const FIELDS: &[Field<CommitmentsRow>] = &[
    described(
        "The month in which the commitment falls due, `now` if it is overdue or accrued, or not stated.",
        Field::public("due", "Due", Kind::Text, 0, |row| match row.due {
            Due::Now => Cell::text(row.due),
            Due::Month(month) => Cell::month(month),
            Due::NotStated => Cell::Dates { file: row.due.to_string(), paper: "not stated".to_owned() },
        }),
    ),
    described(
        "The number of grants with an amount due in that month.",
        Field::public("grants", "Grants", Kind::Count, 0, |row| Cell::Count(row.grants)),
    ),
    described(
        "The outstanding commitment at the reporting date that falls due in that month.",
        Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &CommitmentsReport) -> Sheet {
    let mut notes = vec![
        "By instalment where instalments are scheduled, otherwise by scheduled recognition. A grant may be counted in several lines."
            .to_owned(),
    ];
    if report.rows.iter().any(|row| row.due == Due::NotStated) {
        notes.push("Not stated: the award has neither instalments nor a period.".to_owned());
    }
    let mut sheet = Sheet { notes, ..Sheet::of(FIELDS, &report.rows) };
    if !report.rows.is_empty() {
        let figures = [("grants", Cell::Count(report.grants)), ("amount", Cell::Money(report.total))];
        sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("due", "Outstanding commitment"), &figures));
    }
    sheet.stamped("Commitments falling due", &report.stamp)
}
