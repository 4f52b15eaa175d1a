//! The sheet of the report `late`.

use almoner_ledger::reports::LateReport;
use almoner_ledger::reports::late::{How, LateMonth, LateRow};

use super::fields::stamped;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

const WORDS: &[Field<LateRow>] = &[
    Field::new("booked", "Posted", Kind::Date, 0, |row| Cell::Date(row.booked)),
    Field::new("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date)),
    Field::new("how", "Posting", Kind::Text, 2, |row| Cell::Text(in_words(row.how).to_owned())),
    Field::new("event", "Event", Kind::Text, 1, |row| Cell::Text(row.event.to_owned())),
    Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::given(row.grant.as_ref())),
    Field::new("recipient", "Recipient id", Kind::Text, 9, |row| Cell::given(row.recipient.as_ref())),
    Field::new("recipient_name", "Recipient", Kind::Text, 5, |row| Cell::given(row.recipient_name.as_ref())),
    Field::new("reason", "Reason", Kind::Text, 4, |row| Cell::given(row.reason.as_ref())),
    Field::new("record", "Record", Kind::Count, 3, |row| Cell::Count(row.record)),
    Field::new("recorded_by", "Recorded by", Kind::Text, 6, |row| Cell::Text(row.recorded_by.clone())),
];

const AMOUNTS: &[Field<LateRow>] = &[
    Field::new("awarded", "Awarded", Kind::Money, 1, |row| Cell::Money(row.moved.awarded)),
    Field::new("paid", "Paid", Kind::Money, 0, |row| Cell::Money(row.moved.paid)),
    Field::new("expenditure", "Expenditure", Kind::Money, 0, |row| Cell::Money(row.moved.expenditure)),
    Field::new("received", "Received", Kind::Money, 5, |row| Cell::Money(row.moved.received)),
];

const OF_MONTH: &[Field<LateMonth>] = &[
    Field::new("month", "Month", Kind::Date, 0, |row| Cell::month(row.month)),
    Field::new("figure", "Figure", Kind::Text, 0, |row| Cell::Text(row.figure.to_owned())),
    Field::new("booked", "Posted", Kind::Money, 0, |row| Cell::Money(row.booked)),
    Field::new("posted_to_closed", "Posted to closed", Kind::Money, 3, |row| {
        Cell::Money(row.posted_to_closed)
    }),
    Field::new("of_earlier", "From earlier months", Kind::Money, 1, |row| Cell::Money(row.of_earlier)),
    Field::new("booked_later", "Posted later", Kind::Money, 1, |row| Cell::Money(row.booked_later)),
    Field::new("effective", "By effective date", Kind::Money, 0, |row| Cell::Money(row.effective)),
];

fn in_words(how: How) -> &'static str {
    match how {
        How::Late => "late",
        How::PostedToClosed => "posted to closed",
    }
}

/// Returns the sheet of the report.
pub fn sheet(report: &LateReport) -> Sheet {
    let line = |row: &LateRow| Row {
        cells: cells(WORDS, row).chain(cells(AMOUNTS, row)).collect(),
        style: Style::Normal,
    };
    let mut rows: Vec<Row> = report.rows.iter().map(line).collect();
    let total = report.total;
    let sums = [total.awarded, total.paid, total.expenditure, total.received].map(Cell::Money);
    rows.push(sum_row(Style::Total, "Total", "event", columns(WORDS), sums.into_iter()));
    Sheet {
        columns: columns(WORDS).chain(columns(AMOUNTS)).collect::<Vec<Column>>(),
        rows,
        notes: vec![
            "Late postings and postings to closed months whose effective or posting date is in the period."
                .to_owned(),
        ],
        ..stamped("Late postings", &report.stamp)
    }
}

/// Returns the figures of months by posting date and by effective date.
pub fn by_month(report: &LateReport) -> Sheet {
    let line = |row: &LateMonth| Row { cells: cells(OF_MONTH, row).collect(), style: Style::Normal };
    Sheet {
        columns: columns(OF_MONTH).collect(),
        rows: report.months.iter().map(line).collect(),
        notes: vec![
            "Posted is the figure in other reports. By effective date: posted, less from earlier months, plus posted \
             later. Months without late postings are omitted."
                .to_owned(),
        ],
        ..stamped("Late postings by month", &report.stamp)
    }
}
