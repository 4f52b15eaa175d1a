//! The sheet of the report `late`.

use almoner_ledger::reports::LateReport;
use almoner_ledger::reports::late::{How, LateMonth, LateRow, Moved};

use super::fields::{Lines, OF_REFUNDS};
use crate::sheet::{Cell, Field, Kind, Sheet, Style};

const WORDS: &[Field<LateRow>] = &[
    Field::new("booked", "Posted", Kind::Date, 0, |row| Cell::Date(row.booked)),
    Field::new("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date)),
    Field::new("how", "Posting", Kind::Text, 2, |row| match row.how {
        How::Late => Cell::text("late"),
        How::PostedToClosed => Cell::text("posted to closed"),
    }),
    Field::new("event", "Event", Kind::Text, 1, |row| Cell::text(row.event)),
    Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::given(row.grant.as_ref())),
    Field::new("recipient", "Recipient id", Kind::Text, 9, |row| Cell::given(row.recipient.as_ref())),
    Field::new("recipient_name", "Recipient", Kind::Text, 5, |row| Cell::given(row.recipient_name.as_ref())),
    Field::new("reason", "Reason", Kind::Text, 4, |row| Cell::given(row.reason.as_ref())),
    Field::new("record", "Record", Kind::Count, 3, |row| Cell::Count(row.record)),
    Field::new("recorded_by", "Recorded by", Kind::Text, 6, |row| Cell::text(&row.recorded_by)),
];

const AMOUNTS: &[Field<Moved>] = &[
    Field::new("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::new("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.reduced)),
    Field::new("paid", "Paid", Kind::Money, 0, |it| Cell::Money(it.paid)),
    Field::new("expenditure", "Expenditure", Kind::Money, 0, |it| Cell::Money(it.expenditure)),
    Field::new("received", "Received", Kind::Money, 5, |it| Cell::Money(it.received)),
];

const OF_MONTH: &[Field<LateMonth>] = &[
    Field::new("month", "Month", Kind::Date, 0, |row| Cell::month(row.month)),
    Field::new("figure", "Figure", Kind::Text, 0, |row| Cell::text(row.figure)),
    Field::new("booked", "Posted", Kind::Money, 0, |row| Cell::Money(row.booked)),
    Field::new("posted_to_closed", "Posted to closed", Kind::Money, 3, |row| {
        Cell::Money(row.posted_to_closed)
    }),
    Field::new("of_earlier", "From earlier months", Kind::Money, 1, |row| Cell::Money(row.of_earlier)),
    Field::new("booked_later", "Posted later", Kind::Money, 1, |row| Cell::Money(row.booked_later)),
    Field::new("effective", "By effective date", Kind::Money, 0, |row| Cell::Money(row.effective)),
];

pub fn sheet(report: &LateReport) -> Sheet {
    let note =
        "Late postings and postings to closed months whose effective or posting date is in the period.";
    let lines = Lines { words: WORDS, figures: AMOUNTS, of: |row| &row.moved, label_key: "event" };
    let mut sheet = Sheet { notes: vec![note.to_owned()], ..lines.sheet(&report.rows, &report.total) };
    if report.rows.is_empty() {
        sheet.rows.push(lines.sum(Style::Total, "Total", &report.total));
    }
    sheet.off_paper_where_zero(OF_REFUNDS).stamped("Late postings", &report.stamp)
}

/// Returns the figures of months by posting date and by effective date.
pub fn by_month(report: &LateReport) -> Sheet {
    let note = "Posted is the figure in other reports. By effective date: posted, less from earlier months, plus posted \
                later. Months without late postings are omitted.";
    Sheet { notes: vec![note.to_owned()], ..Sheet::of(OF_MONTH, &report.months) }
        .stamped("Late postings by month", &report.stamp)
}
