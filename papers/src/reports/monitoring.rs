//! The sheet of the report `monitoring`.

use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::reports::MonitoringReport;
use almoner_ledger::reports::monitoring::MonitoringRow;

use crate::sheet::{Cell, Column, Field, Kind, Sheet, columns, described};

const FIELDS: &[Field<MonitoringRow>] = &[
    described(
        "Overdue, due, received or lapsed, as at the reporting date.",
        Field::public("state", "State", Kind::Text, 0, |row| Cell::text(row.state.word())),
    ),
    described(
        "The number of the grant, which is that of its award.",
        Field::public("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    ),
    described(
        "The id of the recipient.",
        Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient at the reporting date.",
        Field::public("recipient_name", "Recipient", Kind::Text, 3, |row| Cell::text(&row.recipient_name)),
    ),
    described(
        "Whether it is a milestone or a monitoring report.",
        Field::public("what", "Kind", Kind::Text, 6, |row| Cell::text(row.what.name())),
    ),
    described(
        "The name of the milestone or monitoring report.",
        Field::public("name", "Item", Kind::Text, 1, |row| Cell::text(&row.name)),
    ),
    described("The due date.", Field::public("due", "Due", Kind::Date, 0, |row| Cell::Date(row.due))),
    described(
        "`yes` if no payment is made until it is received, `waived` if that requirement was waived.",
        Field::new("before_payment", "Holds payment", Kind::Text, 5, |row| {
            match (&row.waived, row.before_payment) {
                (Some(_), _) => Cell::Text("waived".to_owned()),
                (None, true) => Cell::Text("yes".to_owned()),
                (None, false) => Cell::Empty,
            }
        }),
    ),
    described(
        "The reason for the waiver.",
        Field::new("waived", "Reason for waiver", Kind::Text, 8, |row| Cell::given(row.waived.as_ref())),
    ),
    described(
        "The date of receipt or achievement.",
        Field::public("received", "Received", Kind::Date, 1, |row| {
            row.received.map_or(Cell::Empty, Cell::Date)
        }),
    ),
    described(
        "The public paper that reports it.",
        Field::public("paper", "Paper", Kind::Text, 4, |row| Cell::given(row.paper.as_ref())),
    ),
    described(
        "The result recorded when it was received.",
        Field::panel("result", "Result", Kind::Text, 2, |row| Cell::given(row.result.as_ref())),
    ),
    described(
        "The conditions of the award.",
        Field::public("conditions", "Conditions", Kind::Text, 7, |row| Cell::given(row.conditions.as_ref())),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &MonitoringReport) -> Sheet {
    let (overdue, due, received) = (report.overdue, report.due, report.received);
    let mut notes = vec![format!("{overdue} overdue, {due} due later, {received} received.")];
    if report.rows.iter().any(|row| row.state == DueState::Lapsed) {
        notes.push("Lapsed: the grant was withdrawn before the due date.".to_owned());
    }
    Sheet { notes, open_keys: &["overdue"], ..Sheet::of(FIELDS, &report.rows) }
        .stamped("Milestones and monitoring reports", &report.stamp)
}
