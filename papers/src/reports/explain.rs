//! The sheet of the records that make up a figure.

use almoner_ledger::reports::ExplainReport;
use almoner_ledger::reports::parts::Part;

use super::fields::stamped;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

/// The columns of records with their parts in a figure.
pub const PARTS: &[Field<Part>] = &[
    Field::new("record", "Record", Kind::Count, 1, |part| Cell::Count(part.record)),
    Field::public("date", "Date", Kind::Date, 2, |part| part.date.map_or(Cell::Empty, Cell::Date)),
    Field::public("event", "Event", Kind::Text, 0, |part| Cell::Text(part.event.to_owned())),
    Field::public("grant", "Grant", Kind::Text, 1, |part| Cell::given(part.grant.as_ref())),
    Field::public("recipient", "Recipient id", Kind::Text, Column::FILES_ONLY, |part| {
        Cell::given(part.recipient.as_ref())
    }),
    Field::public("recipient_name", "Recipient", Kind::Text, 4, |part| {
        Cell::given(part.recipient_name.as_ref())
    }),
    Field::public("decision", "Decision", Kind::Text, 3, |part| match part.grant {
        Some(_) => Cell::stated(part.decision.as_ref()),
        None => Cell::Empty,
    }),
    Field::new("detail", "Detail", Kind::Text, 6, |part| Cell::given(part.detail.as_ref())),
    Field::new("recorded_by", "Recorded by", Kind::Text, 3, |part| Cell::Text(part.recorded_by.clone())),
    Field::new("recorded_at", "Recorded at (UTC)", Kind::Date, 5, |part| Cell::moment(&part.recorded_at)),
    Field::public("amount", "Amount", Kind::Money, 0, |part| Cell::Money(part.amount)),
];

/// Returns the sheet of the report; `name` is the short name of the figure, where it has one.
pub fn sheet(report: &ExplainReport, name: Option<String>) -> Sheet {
    let mut rows: Vec<Row> = report
        .parts
        .iter()
        .map(|part| Row { cells: cells(PARTS, part).collect(), style: Style::Normal })
        .collect();
    let words = columns(PARTS).take(PARTS.len() - 1);
    rows.push(sum_row(Style::Total, "Total", "event", words, std::iter::once(Cell::Money(report.total))));
    let mut notes = Vec::new();
    if report.parts.is_empty() {
        notes.push("No record contributes to this figure.".to_owned());
    }
    if report.column.is_state() {
        notes.push("Grants whose balance is zero are omitted.".to_owned());
    }
    let mut sheet = Sheet {
        columns: columns(PARTS).collect(),
        rows,
        notes,
        open_keys: &["theme", "fund", "objective", "recipient", "power", "column", "parts"],
        ..stamped(
            format!("Records that make up the figure: {}", report.column.word().replace('_', " ")),
            &report.stamp,
        )
    };
    if let Some(line) = report.line.as_ref() {
        sheet.facts.push(("Line", format!("{} {}", line.by.word(), line.id)));
    }
    sheet.facts.extend(name.map(|name| ("Figure", name)));
    sheet
}
