//! The sheet of the report `payments`.

use almoner_ledger::reports::payments::PaymentsRow;
use almoner_ledger::reports::{PaymentState, PaymentsReport};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, columns, described, in_a_sentence};

const FIELDS: &[Field<PaymentsRow>] = &[
    described(
        "The date of the payment.",
        Field::new("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date)),
    ),
    described(
        "The posting date: the same date or, if its month was closed, the first open day.",
        Field::new("booked", "Posted", Kind::Date, 2, |row| Cell::Date(row.booked)),
    ),
    described(
        "The number of the grant, which is that of its award.",
        Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    ),
    described(
        "The id of the recipient.",
        Field::new("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient on that date.",
        Field::new("recipient_name", "Recipient", Kind::Text, 2, |row| Cell::text(&row.recipient_name)),
    ),
    described(
        "Payment, refund or returned payment.",
        Field::new("event", "Event", Kind::Text, 4, |row| Cell::text(row.event)),
    ),
    described(
        "The reference of the finance system or the bank.",
        Field::new("reference", "Reference", Kind::Text, 3, |row| Cell::given(row.reference.as_ref())),
    ),
    described(
        "The bank account of the statement that it is on, otherwise the account recorded with it.",
        Field::new("account", "Bank account", Kind::Text, 3, |row| Cell::given(row.account.as_ref())),
    ),
    described(
        "At the reporting date: `unpresented` if it is on no bank statement, `reconciled` if it is on one.",
        Field::new("state", "State", Kind::Text, 0, |row| Cell::text(row.state)),
    ),
    described(
        "The date of the bank statement line.",
        Field::new("statement", "Bank statement", Kind::Date, 1, |row| {
            row.statement.map_or(Cell::Empty, Cell::Date)
        }),
    ),
    described(
        "The date on which the payment was returned, wholly or in part.",
        Field::new("returned", "Returned", Kind::Date, 1, |row| row.returned.map_or(Cell::Empty, Cell::Date)),
    ),
    described(
        "The payment; negative for a refund or a returned payment.",
        Field::new("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
    described(
        "The number of the record in the journal.",
        Field::new("record", "Record", Kind::Count, 5, |row| Cell::Count(row.record)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &PaymentsReport) -> Sheet {
    let count = |state| report.rows.iter().filter(|row| row.is(state)).count();
    let [unpresented, reconciled, returned] = PaymentState::ALL.map(count);
    let mut notes =
        vec![format!("{unpresented} unpresented, {reconciled} reconciled; {returned} of them returned.")];
    if let Some(before) = report.unpresented_before {
        notes.push(format!(
            "Unpresented payments from before the period are not listed: {}.",
            in_a_sentence(before)
        ));
    }
    let mut sheet = Sheet { notes, ..Sheet::of(FIELDS, &report.rows) };
    if !report.rows.is_empty() {
        let figures = [("amount", Cell::Money(report.total))];
        sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("grant", "Total"), &figures));
    }
    sheet = sheet.off_paper_where_blank(&["account", "returned"]);
    if report.rows.iter().all(|row| row.booked == row.date) {
        sheet = sheet.off_paper(&["booked"]);
    }
    sheet.stamped("Payments", &report.stamp)
}
