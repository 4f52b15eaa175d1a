//! The sheet of the report `changes`.

use almoner_ledger::reports::ChangesReport;
use almoner_ledger::reports::changes::ChangesRow;

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, columns, described};

const FIELDS: &[Field<ChangesRow>] = &[
    described(
        "The effective date; for a reversal, the first day on which the ledger shows it.",
        Field::public("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date)),
    ),
    described(
        "Award, variation, extension, change of purpose or fund, withdrawal, refund, correction or reversal.",
        Field::public("event", "Event", Kind::Text, 0, |row| Cell::text(row.event)),
    ),
    described(
        "The decision on which it is based.",
        Field::public("decision", "Decision", Kind::Text, 3, |row| Cell::stated(row.decision.as_ref())),
    ),
    described(
        "The number of the grant, which is that of its award.",
        Field::public("grant", "Grant", Kind::Text, 1, |row| Cell::text(&row.grant)),
    ),
    described(
        "The id of the recipient.",
        Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient on that date.",
        Field::public("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::text(&row.recipient_name)),
    ),
    described(
        "The purpose from that date on.",
        Field::public("purpose", "Purpose", Kind::Text, 4, |row| Cell::text(&row.purpose)),
    ),
    described(
        "The theme from that date on, or the split over themes.",
        Field::public("theme", "Theme", Kind::Text, 3, |row| Cell::text(&row.theme)),
    ),
    described(
        "The previous purpose, if it changed.",
        Field::public("old_purpose", "Previous purpose", Kind::Text, 4, |row| {
            Cell::given(row.old_purpose.as_ref())
        }),
    ),
    described(
        "The previous theme, if the purpose changed.",
        Field::public("old_theme", "Previous theme", Kind::Text, 4, |row| {
            Cell::given(row.old_theme.as_ref())
        }),
    ),
    described(
        "The period of the grant from that date on.",
        Field::public("period", "Period", Kind::Date, 6, |row| {
            row.period.map_or(Cell::NotStated, Cell::period)
        }),
    ),
    described(
        "The previous period of the grant, if it changed.",
        Field::public("old_period", "Previous period", Kind::Date, 6, |row| {
            row.old_period.map_or(Cell::Empty, Cell::period)
        }),
    ),
    described(
        "The funds of the grant on that date.",
        Field::public("fund", "Fund", Kind::Text, 7, |row| Cell::text(&row.fund)),
    ),
    described(
        "The previous funds of the grant, if they changed.",
        Field::public("old_fund", "Previous fund", Kind::Text, 7, |row| Cell::given(row.old_fund.as_ref())),
    ),
    described(
        "The amount that a change of fund moved between funds: the commitment, and the payments and accruals with it.",
        Field::public("moved", "Moved", Kind::Money, 7, |row| Cell::money(row.moved)),
    ),
    described(
        "The power under which the award is made.",
        Field::public("power", "Power", Kind::Text, 8, |row| Cell::text(row.power)),
    ),
    described(
        "The number of the record in the journal.",
        Field::new("record", "Record", Kind::Count, 8, |row| Cell::Count(row.record)),
    ),
    described(
        "The change in the amount awarded; for a refund, the amount by which it reduces the award.",
        Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &ChangesReport) -> Sheet {
    let columns = all_columns();
    let sum = |style, label, amount| {
        Row::sum(style, &columns, ("recipient_name", label), &[("amount", Cell::Money(amount))])
    };
    let mut rows = Vec::new();
    for (heading, section) in [("Awards made", &report.awards), ("Changes", &report.changes)] {
        if section.rows.is_empty() {
            rows.push(Row::heading(format!("{heading}: none")));
        } else {
            rows.push(Row::heading(heading));
            rows.extend(section.rows.iter().map(|row| Row::line(FIELDS, row)));
            rows.push(sum(Style::Subtotal, "", section.total));
        }
    }
    rows.push(sum(Style::Total, "Awarded in the period", report.total));
    if !report.reductions.rows.is_empty() {
        rows.push(Row::heading("Refunds that reduce awards"));
        rows.extend(report.reductions.rows.iter().map(|row| Row::line(FIELDS, row)));
        rows.push(sum(Style::Total, "Reduced in the period", report.reductions.total));
    }
    let note =
        "A change of purpose does not change the totals. Records reversed within the period are not shown.";
    Sheet {
        columns,
        rows,
        notes: vec![note.to_owned()],
        open_keys: &[
            "awards",
            "changes",
            "reductions",
            "fund_name",
            "old_fund_name",
            "theme_names",
            "old_theme_names",
        ],
        ..Sheet::default()
    }
    .stamped("Awards and changes", &report.stamp)
}
