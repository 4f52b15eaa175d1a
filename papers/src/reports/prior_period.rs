//! The list of prior period adjustments, as a part of other papers.

use almoner_ledger::reports::prior_period::{AdjustmentRow, Adjustments};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, described};

const FIELDS: &[Field<AdjustmentRow>] = &[
    described(
        "The date on which it was posted.",
        Field::new("booked", "Posted", Kind::Date, 0, |row| Cell::Date(row.booked)),
    ),
    described(
        "The financial year of the expenditure.",
        Field::new("year", "Year", Kind::Text, 0, |row| Cell::text(row.year)),
    ),
    described(
        "The number of the grant.",
        Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    ),
    described(
        "The id of the recipient.",
        Field::new("recipient", "Recipient id", Kind::Text, Column::FILES_ONLY, |row| {
            Cell::given(row.recipient.as_ref())
        }),
    ),
    described(
        "The name of the recipient.",
        Field::new("recipient_name", "Recipient", Kind::Text, 5, |row| {
            Cell::given(row.recipient_name.as_ref())
        }),
    ),
    described("The id of the fund.", Field::new("fund", "Fund", Kind::Text, 1, |row| Cell::text(&row.fund))),
    described(
        "The kind of record, such as a correction or a payment.",
        Field::new("event", "Event", Kind::Text, 4, |row| Cell::text(row.event)),
    ),
    described(
        "The decision that the record refers to, otherwise that of the award.",
        Field::new("decision", "Decision", Kind::Text, 2, |row| Cell::given(row.decision.as_ref())),
    ),
    described(
        "The reason recorded for the adjustment.",
        Field::new("reason", "Reason", Kind::Text, 1, |row| Cell::text(&row.reason)),
    ),
    described(
        "The number of the record in the journal.",
        Field::new("record", "Record", Kind::Count, 3, |row| Cell::Count(row.record)),
    ),
    described(
        "The user who recorded it.",
        Field::new("recorded_by", "Recorded by", Kind::Text, 2, |row| Cell::text(&row.recorded_by)),
    ),
    described(
        "The expenditure taken from the reserve of the fund; negative if returned to it.",
        Field::new("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
];

/// Returns the list with its total.
pub fn sheet(report: &Adjustments) -> Sheet {
    let mut sheet = Sheet::of(FIELDS, &report.rows);
    let total = [("amount", Cell::Money(report.total))];
    sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("grant", "Total"), &total));
    sheet
}
