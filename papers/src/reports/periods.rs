//! The sheet of the report `periods`.

use almoner_ledger::reports::PeriodsReport;
use almoner_ledger::reports::periods::{Flow, PeriodsRow};

use super::fields::{Lines, stamped};
use crate::sheet::{Cell, Chart, Column, Field, Kind, Shape, Sheet};

const WORDS: &[Field<PeriodsRow>] = &[
    Field::public("period", "Period", Kind::Date, 0, period),
    Field::public("from", "From", Kind::Date, Column::FILES_ONLY, |row| Cell::Date(row.from)),
    Field::public("to", "To", Kind::Date, Column::FILES_ONLY, |row| Cell::Date(row.to)),
];

/// Returns the period's label, on paper with the name of the month.
fn period(row: &PeriodsRow) -> Cell {
    let month = row.from.month();
    match row.to.month() == month && row.period == month.to_string() {
        true => Cell::month(month),
        false => Cell::Text(row.period.clone()),
    }
}

const OPENING: Field<Flow> = Field::public("opening_committed", "Opening commitment", Kind::Money, 1, |it| {
    Cell::Money(it.opening_committed)
});

const MOVED_IN: Field<Flow> = Field::public("moved", "Moved", Kind::Money, 1, |it| Cell::Money(it.moved));

const DUE_BACK: Field<Flow> =
    Field::public("due_back", "Due back", Kind::Money, 1, |it| Cell::Money(it.due_back));

const CLOSING: Field<Flow> = Field::public("closing_committed", "Closing commitment", Kind::Money, 1, |it| {
    Cell::Money(it.closing_committed)
});

/// Returns the sheet of the report.
pub fn sheet(report: &PeriodsReport) -> Sheet {
    let mut figures: Vec<Field<Flow>> = vec![
        OPENING,
        Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
        Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.paid)),
        Field::public("expenditure", "Expenditure", Kind::Money, 2, |it| Cell::Money(it.expenditure)),
    ];
    let mut notes = vec![
        "Closing commitment is opening, plus awarded, less paid. Prepayments and accruals are at the period's end.".to_owned(),
    ];
    let moved = report.rows.iter().any(|row| !row.flow.moved.is_zero());
    if moved {
        figures.push(MOVED_IN);
        notes = vec![
            "Closing commitment is opening, plus awarded and moved, less paid. Changes of purpose move commitments \
             between themes. Prepayments and accruals are at the period's end."
                .to_owned(),
        ];
    }
    if report.rows.iter().any(|row| !row.flow.due_back.is_zero()) {
        figures.push(DUE_BACK);
        notes.push(
            "Due back is what was paid beyond an award, less what of it came back: it adds to the closing commitment."
                .to_owned(),
        );
    }
    figures.extend([
        CLOSING,
        Field::public("prepayments", "Prepayments", Kind::Money, 3, |it| Cell::Money(it.prepayments)),
        Field::public("accruals", "Accruals", Kind::Money, 3, |it| Cell::Money(it.accruals)),
    ]);
    let lines =
        Lines { words: WORDS, figures: &figures, of: |row: &PeriodsRow| &row.flow, label_key: "period" };
    Sheet {
        columns: lines.columns(),
        rows: lines.rows(&report.rows, &report.total),
        notes,
        ..stamped("Spending by period", &report.stamp)
    }
}

/// Returns the chart of awarded, paid and expenditure.
pub fn chart(sheet: &Sheet) -> Chart {
    let series = vec!["awarded", "paid", "expenditure"];
    Chart { title: format!("{}, in pounds", sheet.title), shape: Shape::Columns, label: "period", series }
}
