//! The sheet of the report `late`.

use almoner_ledger::reports::LateReport;
use almoner_ledger::reports::late::{How, LateMonth, LateRow, Moved};

use super::fields::{Lines, OF_REFUNDS};
use crate::sheet::{Cell, Column, Field, Kind, Sheet, Style, columns, described};

const WORDS: &[Field<LateRow>] = &[
    described(
        "The date on which it was posted.",
        Field::new("booked", "Posted", Kind::Date, 0, |row| Cell::Date(row.booked)),
    ),
    described("The effective date.", Field::new("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date))),
    described(
        "`late` if posted to the first open day, `posted to closed` if posted to a provisionally closed month, `prior period` if amounts of earlier years were posted to reserves.",
        Field::new("how", "Posting", Kind::Text, 2, |row| match row.how {
            How::Late => Cell::text("late"),
            How::PostedToClosed => Cell::text("posted to closed"),
            How::PriorPeriod => Cell::text("prior period"),
        }),
    ),
    described(
        "The kind of posting, such as a payment or recognition.",
        Field::new("event", "Event", Kind::Text, 1, |row| Cell::text(row.event)),
    ),
    described(
        "The number of the grant; blank for money received from a funder.",
        Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::given(row.grant.as_ref())),
    ),
    described(
        "The id of the recipient.",
        Field::new("recipient", "Recipient id", Kind::Text, 9, |row| Cell::given(row.recipient.as_ref())),
    ),
    described(
        "The name of the recipient on the effective date.",
        Field::new("recipient_name", "Recipient", Kind::Text, 5, |row| {
            Cell::given(row.recipient_name.as_ref())
        }),
    ),
    described(
        "The reason for posting to the closed month, or for the prior period adjustment.",
        Field::new("reason", "Reason", Kind::Text, 4, |row| Cell::given(row.reason.as_ref())),
    ),
    described(
        "The decision that the record refers to, otherwise that of the award.",
        Field::new("decision", "Decision", Kind::Text, 7, |row| Cell::given(row.decision.as_ref())),
    ),
    described(
        "The number of the record in the journal.",
        Field::new("record", "Record", Kind::Count, 3, |row| Cell::Count(row.record)),
    ),
    described(
        "The user who recorded it.",
        Field::new("recorded_by", "Recorded by", Kind::Text, 6, |row| Cell::text(&row.recorded_by)),
    ),
];

const AMOUNTS: &[Field<Moved>] = &[
    described(
        "The change in the amount awarded, before refunds that reduce the award.",
        Field::new("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    ),
    described(
        "The refund that reduces the award.",
        Field::new("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.reduced)),
    ),
    described(
        "The payment; negative for a refund.",
        Field::new("paid", "Paid", Kind::Money, 0, |it| Cell::Money(it.paid)),
    ),
    described(
        "The amount recognised as expenditure.",
        Field::new("expenditure", "Expenditure", Kind::Money, 0, |it| Cell::Money(it.expenditure)),
    ),
    described(
        "Expenditure of earlier years, taken from reserves as a prior period adjustment; shown only if there is any.",
        Field::new("prior_period", "Prior period adjustment", Kind::Money, 0, |it| {
            Cell::Money(it.prior_period)
        }),
    ),
    described(
        "The amount received from a funder.",
        Field::new("received", "Received", Kind::Money, 5, |it| Cell::Money(it.received)),
    ),
];

const OF_MONTH: &[Field<LateMonth>] = &[
    described("The month.", Field::new("month", "Month", Kind::Date, 0, |row| Cell::month(row.month))),
    described(
        "The figure: awarded, reduced, paid or expenditure.",
        Field::new("figure", "Figure", Kind::Text, 0, |row| Cell::text(row.figure)),
    ),
    described(
        "The figure for the month by posting date, as in other reports.",
        Field::new("booked", "Posted", Kind::Money, 0, |row| Cell::Money(row.booked)),
    ),
    described(
        "The part posted after the month was provisionally closed.",
        Field::new("posted_to_closed", "Posted to closed", Kind::Money, 3, |row| {
            Cell::Money(row.posted_to_closed)
        }),
    ),
    described(
        "The part that belongs to earlier months by effective date.",
        Field::new("of_earlier", "From earlier months", Kind::Money, 1, |row| Cell::Money(row.of_earlier)),
    ),
    described(
        "The amount that belongs to the month by effective date and was posted later.",
        Field::new("booked_later", "Posted later", Kind::Money, 1, |row| Cell::Money(row.booked_later)),
    ),
    described(
        "The figure for the month by effective date: posted, less from earlier months, plus posted later.",
        Field::new("effective", "By effective date", Kind::Money, 0, |row| Cell::Money(row.effective)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(WORDS).chain(columns(AMOUNTS)).collect()
}

/// Returns the columns of the figures of months.
pub(crate) fn columns_by_month() -> Vec<Column> {
    columns(OF_MONTH).collect()
}

pub fn sheet(report: &LateReport) -> Sheet {
    let note =
        "Late postings and postings to closed months whose effective or posting date is in the period.";
    let lines = Lines { words: WORDS, figures: AMOUNTS, of: |row| &row.moved, label_key: "event" };
    let mut sheet = Sheet { notes: vec![note.to_owned()], ..lines.sheet(&report.rows, &report.total) };
    if report.rows.is_empty() {
        sheet.rows.push(lines.sum(Style::Total, "Total", &report.total));
    }
    let is_adjusted = report.rows.iter().any(|row| !row.moved.prior_period.is_zero());
    sheet = sheet.retaining(|column| column.key != "prior_period" || is_adjusted);
    sheet.off_paper_where_blank(OF_REFUNDS).stamped("Late postings", &report.stamp)
}

/// Returns the figures of months by posting date and by effective date.
pub fn by_month(report: &LateReport) -> Sheet {
    let note = "\"Posted\" is the figure shown in other reports. The figure by effective date is the amount posted, less the part from earlier months, plus the part posted later. Months without late postings are omitted.";
    Sheet { notes: vec![note.to_owned()], ..Sheet::of(OF_MONTH, &report.months) }
        .stamped("Late postings by month", &report.stamp)
}
