//! The sheet of the report `bank-reconciliation`.

use almoner_ledger::reports::BankReconciliationReport;
use almoner_ledger::reports::bank_reconciliation::{BankReconciliationRow, LineKind};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, columns, described};

const FIELDS: &[Field<BankReconciliationRow>] = &[
    described(
        "The kind of line: a balance, a payment or receipt not on a statement, or a statement \
         line not in these books.",
        Field::new("line", "Line", Kind::Text, Column::FILES_ONLY, |row| Cell::text(row.line.word())),
    ),
    described(
        "The date of the balance, payment, receipt or statement line.",
        Field::new("date", "Date", Kind::Date, 0, |row| row.date.map_or(Cell::Empty, Cell::Date)),
    ),
    described(
        "The record of the payment or receipt, or of the statement.",
        Field::new("record", "Record", Kind::Count, 1, |row| row.record.map_or(Cell::Empty, Cell::Count)),
    ),
    described(
        "The award, recipient and reference of a payment, the text of a statement line, or the name of a total.",
        Field::new("text", "Text", Kind::Text, 0, |row| Cell::text(&row.text)),
    ),
    described(
        "The amount that reconciles the balance per ledger to the balance per statement, or the balance itself.",
        Field::new("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

/// Returns the heading below which a line is.
const fn heading(line: LineKind) -> Option<&'static str> {
    match line {
        LineKind::NotPresented => Some("Payments not presented"),
        LineKind::NotCredited => Some("Receipts not credited"),
        LineKind::Open | LineKind::Explained | LineKind::Remainder | LineKind::Later | LineKind::Opening => {
            Some("Statement lines not in the books")
        }
        LineKind::Other => Some("Other entries in the ledger"),
        LineKind::Ledger | LineKind::Statement | LineKind::Difference => None,
    }
}

pub fn sheet(report: &BankReconciliationReport) -> Sheet {
    let mut notes = Vec::new();
    match report.statement_to {
        None => notes.push(match &report.account {
            Some(account) => format!("No statement for {account} is recorded."),
            None => "No bank statement is recorded.".to_owned(),
        }),
        Some(_) if report.difference.is_none() => {
            notes.push("The statements give no balances, so none can be compared.".to_owned());
        }
        Some(day) if Some(day) < report.stamp.as_at => {
            notes.push(format!("The statements end on {}.", day.in_words()));
        }
        Some(_) => {}
    }
    if report.is_another_account {
        notes.push(
            "Payments and receipts that are on no statement and name no account are included with the first account."
                .to_owned(),
        );
    }
    let mut sheet = Sheet { notes, ..Sheet::of(FIELDS, []) };
    let mut last = None;
    for row in &report.rows {
        let heading = heading(row.line);
        if let Some(words) = heading.filter(|_| heading != last) {
            sheet.rows.push(Row::heading(words));
        }
        last = heading;
        if row.line == LineKind::Statement {
            sheet.rows.push(computed(&sheet.columns, report));
        }
        sheet.rows.push(Row::line(FIELDS, row));
    }
    if report.difference.is_none() {
        sheet.rows.push(computed(&sheet.columns, report));
    }
    let account = report.account.as_ref().map_or_else(String::new, |account| format!(" of {account}"));
    sheet.stamped(format!("Bank reconciliation{account}"), &report.stamp)
}

fn computed(columns: &[Column], report: &BankReconciliationReport) -> Row {
    let amount = [("amount", Cell::Money(report.computed))];
    Row::sum(Style::Total, columns, ("text", "Expected balance per statement"), &amount)
}
