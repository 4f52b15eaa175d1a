//! The sheet of the report `commitments`.

use almoner_ledger::reports::CommitmentsReport;
use almoner_ledger::reports::commitments::{CommitmentsRow, Due};

use super::fields::stamped;
use crate::sheet::{Cell, Field, Kind, Row, Sheet, Style, cells, columns};

const FIELDS: &[Field<CommitmentsRow>] = &[
    Field::public("due", "Due", Kind::Text, 0, |row| match row.due {
        Due::Now => Cell::Text(row.due.to_string()),
        Due::Month(month) => Cell::month(month),
        Due::NotStated => Cell::Dates { file: row.due.to_string(), paper: "not stated".to_owned() },
    }),
    Field::public("grants", "Grants", Kind::Count, 0, |row| Cell::Count(row.grants)),
    Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
];

/// Returns the sheet of the report.
pub fn sheet(report: &CommitmentsReport) -> Sheet {
    let mut rows: Vec<Row> = report
        .rows
        .iter()
        .map(|row| Row { cells: cells(FIELDS, row).collect(), style: Style::Normal })
        .collect();
    if !rows.is_empty() {
        let total = [
            Cell::Text("Outstanding commitment".to_owned()),
            Cell::Count(report.grants),
            Cell::Money(report.total),
        ];
        rows.push(Row { cells: total.to_vec(), style: Style::Total });
    }
    let mut notes = vec![
        "By instalment where there are any, otherwise by scheduled recognition. A grant may count in several lines."
            .to_owned(),
    ];
    if report.rows.iter().any(|row| row.due == Due::NotStated) {
        notes.push("Not stated: the award has neither instalments nor a period.".to_owned());
    }
    Sheet {
        columns: columns(FIELDS).collect(),
        rows,
        notes,
        ..stamped("Commitments falling due", &report.stamp)
    }
}
