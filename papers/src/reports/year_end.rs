//! The sheet of the report `year-end`.

use almoner_ledger::money::Money;
use almoner_ledger::reports::YearEndReport;
use almoner_ledger::reports::year_end::{Section, YearEndRow};

use super::fields::stamped;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

const FIELDS: &[Field<YearEndRow>] = &[
    Field::panel("grant", "Grant", Kind::Text, 0, |row| Cell::Text(row.grant.to_string())),
    Field::panel("recipient", "Recipient id", Kind::Text, 8, |row| Cell::Text(row.recipient.to_string())),
    Field::panel("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::Text(row.recipient_name.clone())),
    Field::panel("fund", "Fund", Kind::Text, 3, |row| Cell::Text(row.fund.to_string())),
    Field::panel("awarded", "Awarded", Kind::Money, 5, |row| Cell::Money(row.awarded)),
    Field::panel("paid", "Paid", Kind::Money, 4, |row| Cell::Money(row.paid)),
    Field::panel("expenditure", "Expenditure", Kind::Money, 4, |row| Cell::Money(row.expenditure)),
    Field::panel("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
];

/// Returns the sheet of the report.
pub fn sheet(report: &YearEndReport) -> Sheet {
    let section_column = Column::panel("section", "Section", Kind::Text, Column::FILES_ONLY);
    let mut rows = Vec::new();
    for (word, heading, section) in [
        ("prepayments", "Prepayments (debtors): paid and not yet recognised", &report.prepayments),
        ("accruals", "Accruals (creditors): recognised and not yet paid", &report.accruals),
        ("recoveries-due", "Recoveries due", &report.recoveries_due),
        ("no-period", "Outstanding commitments without a stated period (memorandum only)", &report.no_period),
    ] {
        if section.rows.is_empty() {
            rows.push(Row::heading(format!("{heading}: none")));
        } else {
            rows.push(Row::heading(heading));
            rows.extend(section_rows(word, section));
        }
    }
    let control = format!(
        "Prepayments and recoveries due, less accruals, are {}: the balances of assets:grant-control and assets:recoveries-due.",
        signed(report.grant_control)
    );
    Sheet {
        columns: std::iter::once(section_column).chain(columns(FIELDS)).collect(),
        rows,
        notes: vec![control],
        open_keys: &["year", "prepayments", "accruals", "recoveries_due", "grant_control", "no_period"],
        ..stamped(format!("Year end {}", report.year), &report.stamp)
    }
}

fn signed(amount: Money) -> String {
    if amount.is_negative() { format!("({})", amount.negated().grouped()) } else { amount.grouped() }
}

fn section_rows(word: &str, section: &Section) -> Vec<Row> {
    let lines = section.rows.iter().map(|row| {
        let cells = std::iter::once(Cell::Text(word.to_owned())).chain(cells(FIELDS, row));
        Row { cells: cells.collect(), style: Style::Normal }
    });
    let (words, _) = FIELDS.split_at(FIELDS.len() - 1);
    let sum = std::iter::once(Cell::Money(section.total));
    let mut sum = sum_row(Style::Subtotal, "", "grant", columns(words), sum);
    sum.cells.insert(0, Cell::Empty);
    lines.chain([sum]).collect()
}
