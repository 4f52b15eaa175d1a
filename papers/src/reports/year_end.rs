//! The sheet of the report `year-end`.

use almoner_ledger::reports::YearEndReport;
use almoner_ledger::reports::year_end::{Section, YearEndRow};

use super::fields::OF_REFUNDS;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, described, in_a_sentence};

pub(crate) const PREPAYMENTS: &str = "Prepayments (debtors): paid and not yet recognised";
pub(crate) const ACCRUALS: &str = "Accruals (creditors): recognised and not yet paid";
pub(crate) const RECOVERIES_DUE: &str = "Recoveries due";

const FIELDS: &[Field<YearEndRow>] = &[
    described(
        "The number of the grant, which is that of its award.",
        Field::panel("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    ),
    described(
        "The id of the recipient.",
        Field::panel("recipient", "Recipient id", Kind::Text, 8, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient on 31 March.",
        Field::panel("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::text(&row.recipient_name)),
    ),
    described(
        "The id of the fund.",
        Field::panel("fund", "Fund", Kind::Text, 3, |row| Cell::text(&row.fund)),
    ),
    described(
        "Awards, variations and withdrawals to 31 March, before refunds that reduce awards.",
        Field::panel("awarded", "Awarded", Kind::Money, 5, |row| Cell::Money(row.awarded)),
    ),
    described(
        "Refunds to 31 March that reduce awards.",
        Field::panel("reduced", "Reduced", Kind::Money, 5, |row| Cell::Money(row.reduced)),
    ),
    described(
        "Payments to 31 March, less refunds.",
        Field::panel("paid", "Paid", Kind::Money, 4, |row| Cell::Money(row.paid)),
    ),
    described(
        "Grants recognised as expenditure to 31 March, on the accruals basis.",
        Field::panel("expenditure", "Expenditure", Kind::Money, 4, |row| Cell::Money(row.expenditure)),
    ),
    described(
        "The prepayment, accrual, recovery due or outstanding commitment of the grant at 31 March, or its prior period adjustment in the year.",
        Field::panel("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    let section_column = Column::panel("section", "Section", Kind::Text, Column::FILES_ONLY)
        .described("The part of the schedule: `prepayments`, `accruals`, `recoveries-due`, `no-period` or `prior-period`.");
    std::iter::once(section_column).chain(columns(FIELDS)).collect()
}

pub fn sheet(report: &YearEndReport) -> Sheet {
    let columns = all_columns();
    let mut rows = Vec::new();
    for (word, heading, section) in [
        ("prepayments", PREPAYMENTS, &report.prepayments),
        ("accruals", ACCRUALS, &report.accruals),
        ("recoveries-due", RECOVERIES_DUE, &report.recoveries_due),
        ("no-period", "Outstanding commitments without a stated period (memorandum only)", &report.no_period),
    ] {
        rows.extend(section_rows(section, heading, &columns, "grant", |row| {
            std::iter::once(Cell::Text(word.to_owned())).chain(cells(FIELDS, row)).collect()
        }));
    }
    if !report.prior_period.is_empty() {
        rows.push(Row::heading(
            "Prior period adjustments: expenditure of earlier years, taken from reserves",
        ));
        rows.extend(report.prior_period.rows.iter().map(|row| {
            let amount = [
                ("section", Cell::text("prior-period")),
                ("grant", Cell::text(&row.grant)),
                ("recipient", Cell::given(row.recipient.as_ref())),
                ("recipient_name", Cell::given(row.recipient_name.as_ref())),
                ("fund", Cell::text(&row.fund)),
                ("amount", Cell::Money(row.amount)),
            ];
            Row::sum(Style::Normal, &columns, ("", ""), &amount)
        }));
        let total = [("amount", Cell::Money(report.prior_period.total))];
        rows.push(Row::sum(Style::Subtotal, &columns, ("grant", ""), &total));
    }
    let control = report.grant_control;
    let signed = in_a_sentence(control);
    let note = format!(
        "Prepayments and recoveries due, less accruals, total {signed}, which is the combined balance on assets:grant-control \
         and assets:recoveries-due."
    );
    Sheet {
        columns,
        rows,
        notes: vec![note],
        open_keys: &["year", "prepayments", "accruals", "recoveries_due", "grant_control", "no_period"],
        ..Sheet::default()
    }
    .off_paper_where_blank(OF_REFUNDS)
    .stamped(format!("Year end {}", report.year), &report.stamp)
}

/// Returns the heading of a section with its lines and their sum, or a heading that there are none. In the column
/// of `label_key` the sum has a blank text.
pub(crate) fn section_rows(
    section: &Section,
    heading: &str,
    columns: &[Column],
    label_key: &str,
    cells: impl Fn(&YearEndRow) -> Vec<Cell>,
) -> Vec<Row> {
    if section.rows.is_empty() {
        return vec![Row::heading(format!("{heading}: none"))];
    }
    let lines = section.rows.iter().map(|row| Row { cells: cells(row), style: Style::Normal });
    let sum = Row::sum(Style::Subtotal, columns, (label_key, ""), &[("amount", Cell::Money(section.total))]);
    std::iter::once(Row::heading(heading)).chain(lines).chain([sum]).collect()
}
