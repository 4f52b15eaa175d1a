//! The sheet of the report `monitoring`.

use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::reports::MonitoringReport;
use almoner_ledger::reports::monitoring::MonitoringRow;

use crate::sheet::{Cell, Field, Kind, Sheet};

const FIELDS: &[Field<MonitoringRow>] = &[
    Field::public("state", "State", Kind::Text, 0, |row| Cell::text(row.state.word())),
    Field::public("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    Field::public("recipient_name", "Recipient", Kind::Text, 3, |row| Cell::text(&row.recipient_name)),
    Field::public("what", "Kind", Kind::Text, 6, |row| Cell::text(row.what.name())),
    Field::public("name", "Item", Kind::Text, 1, |row| Cell::text(&row.name)),
    Field::public("due", "Due", Kind::Date, 0, |row| Cell::Date(row.due)),
    Field::new("before_payment", "Holds payment", Kind::Text, 5, |row| {
        match (&row.waived, row.before_payment) {
            (Some(_), _) => Cell::Text("waived".to_owned()),
            (None, true) => Cell::Text("yes".to_owned()),
            (None, false) => Cell::Empty,
        }
    }),
    Field::new("waived", "Reason for waiver", Kind::Text, 8, |row| Cell::given(row.waived.as_ref())),
    Field::public("received", "Received", Kind::Date, 1, |row| row.received.map_or(Cell::Empty, Cell::Date)),
    Field::public("paper", "Paper", Kind::Text, 4, |row| Cell::given(row.paper.as_ref())),
    Field::panel("result", "Result", Kind::Text, 2, |row| Cell::given(row.result.as_ref())),
    Field::public("conditions", "Conditions", Kind::Text, 7, |row| Cell::given(row.conditions.as_ref())),
];

pub fn sheet(report: &MonitoringReport) -> Sheet {
    let (overdue, due, received) = (report.overdue, report.due, report.received);
    let mut notes = vec![format!("{overdue} overdue, {due} due later, {received} received.")];
    if report.rows.iter().any(|row| row.state == DueState::Lapsed) {
        notes.push("Lapsed: the grant was withdrawn before the due date.".to_owned());
    }
    Sheet { notes, open_keys: &["overdue"], ..Sheet::of(FIELDS, &report.rows) }
        .stamped("Milestones and monitoring reports", &report.stamp)
}
