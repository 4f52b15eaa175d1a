//! The sheet of the report `trial-balance`.

use almoner_ledger::reports::TrialBalanceReport;
use almoner_ledger::reports::trial_balance::{FundBalance, Sides};

use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

const COLUMNS: [Column; 6] = [
    Column::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY),
    Column::new("name", "Fund", Kind::Text, Column::FILES_ONLY),
    Column::new("books", "Books", Kind::Text, Column::FILES_ONLY),
    Column::new("account", "Account", Kind::Text, 0),
    Column::new("debit", "Debit", Kind::Money, 0),
    Column::new("credit", "Credit", Kind::Money, 0),
];

pub fn sheet(report: &TrialBalanceReport) -> Sheet {
    let mut rows = Vec::new();
    for fund in &report.funds {
        for (books, set) in [("real", &fund.real), ("memorandum", &fund.memorandum)] {
            rows.push(Row::heading(format!("{}: {books} accounts", fund.name)));
            rows.extend(
                set.accounts.iter().map(|balance| {
                    row(Some(fund), books, balance.account.code(), balance.sides, Style::Normal)
                }),
            );
            rows.push(row(Some(fund), books, "", set.total, Style::Subtotal));
        }
    }
    if report.funds.len() > 1 {
        rows.push(Row::heading("All funds"));
        rows.push(row(None, "", "Real accounts", report.total.real, Style::Subtotal));
        rows.push(row(None, "", "Memorandum accounts", report.total.memorandum, Style::Subtotal));
    }
    Sheet {
        columns: COLUMNS.to_vec(),
        rows,
        notes: vec!["Memorandum accounts record commitments and budgets, not money.".to_owned()],
        ..Sheet::default()
    }
    .stamped("Trial balance", &report.stamp)
}

fn row(fund: Option<&FundBalance>, books: &str, label: &str, sides: Sides, style: Style) -> Row {
    let cells = vec![
        Cell::given(fund.map(|fund| &fund.fund)),
        Cell::given(fund.map(|fund| &fund.name)),
        Cell::Text(books.to_owned()),
        Cell::Text(label.to_owned()),
        Cell::Money(sides.debit),
        Cell::Money(sides.credit),
    ];
    Row { cells, style }
}
