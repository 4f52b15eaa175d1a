//! The sheet of the report `changes`.

use almoner_ledger::reports::ChangesReport;
use almoner_ledger::reports::changes::{ChangesRow, Section};

use super::fields::stamped;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

const WORDS: &[Field<ChangesRow>] = &[
    Field::public("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date)),
    Field::public("event", "Event", Kind::Text, 0, |row| Cell::Text(row.event.to_owned())),
    Field::public("decision", "Decision", Kind::Text, 3, |row| Cell::stated(row.decision.as_ref())),
    Field::public("grant", "Grant", Kind::Text, 1, |row| Cell::Text(row.grant.to_string())),
    Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::Text(row.recipient.to_string())),
    Field::public("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::Text(row.recipient_name.clone())),
    Field::public("purpose", "Purpose", Kind::Text, 4, |row| Cell::Text(row.purpose.to_string())),
    Field::public("theme", "Theme", Kind::Text, 3, |row| Cell::Text(row.theme.clone())),
    Field::public("old_purpose", "Previous purpose", Kind::Text, 4, |row| {
        Cell::given(row.old_purpose.as_ref())
    }),
    Field::public("old_theme", "Previous theme", Kind::Text, 4, |row| Cell::given(row.old_theme.as_ref())),
    Field::public("period", "Period", Kind::Date, 6, |row| row.period.map_or(Cell::NotStated, Cell::period)),
    Field::public("old_period", "Previous period", Kind::Date, 6, |row| {
        row.old_period.map_or(Cell::Empty, Cell::period)
    }),
    Field::public("fund", "Fund", Kind::Text, 7, |row| Cell::Text(row.fund.to_string())),
    Field::public("power", "Power", Kind::Text, 8, |row| Cell::Text(row.power.to_string())),
    Field::new("record", "Record", Kind::Count, 8, |row| Cell::Count(row.record)),
];

const AMOUNT: Field<ChangesRow> =
    Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount));

/// Returns the sheet of the report.
pub fn sheet(report: &ChangesReport) -> Sheet {
    let mut rows = Vec::new();
    for (heading, section) in [("Awards made", &report.awards), ("Changes", &report.changes)] {
        if section.rows.is_empty() {
            rows.push(Row::heading(format!("{heading}: none")));
        } else {
            rows.push(Row::heading(heading));
            rows.extend(lines(section));
        }
    }
    rows.push(sum(Style::Total, "Awarded in the period", Cell::Money(report.total)));
    Sheet {
        columns: columns(WORDS).chain([AMOUNT.column]).collect::<Vec<Column>>(),
        rows,
        notes: vec![
            "A change of purpose moves no money in total. Records reversed within the period are not shown."
                .to_owned(),
        ],
        open_keys: &["awards", "changes", "fund_name", "theme_names", "old_theme_names"],
        ..stamped("Awards and changes", &report.stamp)
    }
}

fn lines(section: &Section) -> Vec<Row> {
    let line = |row: &ChangesRow| {
        let cells = cells(WORDS, row).chain([(AMOUNT.cell)(row)]);
        Row { cells: cells.collect(), style: Style::Normal }
    };
    let sum = sum(Style::Subtotal, "", Cell::Money(section.total));
    section.rows.iter().map(line).chain([sum]).collect()
}

fn sum(style: Style, label: &str, amount: Cell) -> Row {
    sum_row(style, label, "recipient_name", columns(WORDS), std::iter::once(amount))
}
