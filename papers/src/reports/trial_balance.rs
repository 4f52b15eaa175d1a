//! The sheet of the report `trial-balance`.

use almoner_ledger::accounts::Account;
use almoner_ledger::money::Money;
use almoner_ledger::reports::TrialBalanceReport;
use almoner_ledger::reports::trial_balance::{FundBalance, Sides};

use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

const COLUMNS: [Column; 8] = [
    Column::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY).described("The id of the fund."),
    Column::new("name", "Fund", Kind::Text, Column::FILES_ONLY)
        .described("The name of the fund, shown as a heading in papers."),
    Column::new("books", "Books", Kind::Text, Column::FILES_ONLY)
        .described("`real` for accounts of money, `memorandum` for accounts of commitments and budgets."),
    Column::new("account", "Account", Kind::Text, 0).described("The account."),
    Column::new("opening", "Opening", Kind::Money, 2)
        .described("The balance before the first day of the period: debits positive, credits negative."),
    Column::new("movement", "Movement", Kind::Money, 2)
        .described("The change in the balance in the period: debits positive, credits negative."),
    Column::new("debit", "Closing debit", Kind::Money, 0)
        .described("The balance at the end of the period, if it is a debit."),
    Column::new("credit", "Closing credit", Kind::Money, 0)
        .described("The balance at the end of the period, if it is a credit."),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    COLUMNS.to_vec()
}

pub fn sheet(report: &TrialBalanceReport) -> Sheet {
    let mut rows = Vec::new();
    for fund in &report.funds {
        for (books, set) in [("real", &fund.real), ("memorandum", &fund.memorandum)] {
            rows.push(Row::heading(format!("{}: {books} accounts", fund.name)));
            rows.extend(set.accounts.iter().map(|balance| {
                let moved = [balance.opening, balance.movement].map(Some);
                row(Some(fund), books, balance.account.code(), moved, balance.sides, Style::Normal)
            }));
            rows.push(row(Some(fund), books, "", [None; 2], set.total, Style::Subtotal));
        }
    }
    if report.funds.len() > 1 {
        rows.push(Row::heading("All funds"));
        rows.push(row(None, "", "Real accounts", [None; 2], report.total.real, Style::Subtotal));
        rows.push(row(None, "", "Memorandum accounts", [None; 2], report.total.memorandum, Style::Subtotal));
    }
    let mut accounts = report.funds.iter().flat_map(|fund| &fund.real.accounts);
    let has_adjustments = accounts.any(|it| it.account.code() == Account::PriorPeriod.code());
    let adjusted = "Prior period adjustments (reserves:prior-period) are expenditure of earlier years, taken from reserves in \
                    this year; they are also transferred to reserves:general on 31 March.";
    let mut sheet = Sheet {
        columns: COLUMNS.to_vec(),
        rows,
        notes: vec![
            "In opening balances and movements, debits are positive and credits are in brackets.".to_owned(),
            "Income and expenditure start at zero each 1 April: the surplus or deficit of each year is transferred to reserves:general on 31 March, after the closing balances of that day."
                .to_owned(),
            "Memorandum accounts record commitments and budgets, not money.".to_owned(),
        ],
        ..Sheet::default()
    };
    if has_adjustments {
        sheet.notes.push(adjusted.to_owned());
    }
    sheet.stamped("Trial balance", &report.stamp)
}

fn row(
    fund: Option<&FundBalance>,
    books: &str,
    label: &str,
    [opening, movement]: [Option<Money>; 2],
    sides: Sides,
    style: Style,
) -> Row {
    let cells = vec![
        Cell::given(fund.map(|fund| &fund.fund)),
        Cell::given(fund.map(|fund| &fund.name)),
        Cell::Text(books.to_owned()),
        Cell::Text(label.to_owned()),
        Cell::money(opening),
        Cell::money(movement),
        Cell::Money(sides.debit),
        Cell::Money(sides.credit),
    ];
    Row { cells, style }
}
