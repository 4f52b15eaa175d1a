//! The sheet of the records that make up a figure.

use almoner_ledger::money::Money;
use almoner_ledger::reports::ExplainReport;
use almoner_ledger::reports::parts::Part;

use super::headings::heading_of;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style};

/// The columns of records with their parts in a figure.
pub const PARTS: &[Field<Part>] = &[
    Field::new("record", "Record", Kind::Count, 1, |part| Cell::Count(part.record)),
    Field::public("date", "Date", Kind::Date, 2, |part| part.date.map_or(Cell::Empty, Cell::Date)),
    Field::public("event", "Event", Kind::Text, 0, |part| Cell::text(part.event)),
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
    Field::new("recorded_by", "Recorded by", Kind::Text, 3, |part| Cell::text(&part.recorded_by)),
    Field::new("recorded_at", "Recorded at (UTC)", Kind::Date, 5, |part| Cell::moment(&part.recorded_at)),
    Field::public("amount", "Amount", Kind::Money, 0, |part| Cell::Money(part.amount)),
];

/// Returns the sheet of the report; `name` is the short name of the figure, where it has one.
pub fn sheet(report: &ExplainReport, name: Option<String>) -> Sheet {
    let mut notes = Vec::new();
    if report.parts.is_empty() {
        notes.push("No record contributes to this figure.".to_owned());
    }
    if report.column.is_state() {
        notes.push("Grants whose balance is zero are omitted.".to_owned());
    }
    let line = report.line.as_ref().map(|line| ("Line", format!("{} {}", line.by.word(), line.id)));
    let mut sheet = Sheet {
        facts: line.into_iter().chain(name.map(|name| ("Figure", name))).collect(),
        notes,
        open_keys: &["theme", "fund", "objective", "recipient", "power", "column", "parts"],
        ..Sheet::of(PARTS, &report.parts)
    };
    sheet.rows.push(sum(Style::Total, &sheet.columns, "Total", report.total));
    let column = heading_of(report.column).to_lowercase();
    sheet.stamped(format!("Records that make up the figure: {column}"), &report.stamp)
}

/// Returns the row of a sum of parts, in columns that include those of parts.
pub fn sum(style: Style, columns: &[Column], label: &str, amount: Money) -> Row {
    Row::sum(style, columns, ("event", label), &[("amount", Cell::Money(amount))])
}
