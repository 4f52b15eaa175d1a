//! Bank statements: `date, text, amount, balance?, account?`. Money in is above nothing.

use std::collections::HashMap;

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::StatementLine;
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::diagnostic::Diagnostic;
use crate::header::{Column, Header};
use crate::read::{ReadFile, Row};
use crate::request::{Mapping, RowRequest};

/// Rows of a bank statement.
pub(crate) struct Statements {
    date: Column,
    text: Column,
    amount: Column,
    balance: Column,
    account: Column,
}

impl Statements {
    pub(crate) fn new(header: &mut Header<'_>) -> Statements {
        Statements {
            date: header.required("date"),
            text: header.required("text"),
            amount: header.required("amount"),
            balance: header.optional("balance"),
            account: header.optional("account"),
        }
    }
}

/// A row of a statement as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The bank's date.
    pub date: Date,
    /// What the bank wrote.
    pub text: Text,
    /// How much, negative for money out.
    pub amount: Money,
    /// The account's balance after it, where the statement has one.
    pub balance: Option<Money>,
    /// The account, where the statement names it.
    pub account: Option<Text>,
}

impl Mapping for Statements {
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
        let date = cells.required_day(self.date);
        let text = cells.required(self.text, Text::new);
        let amount = cells.required_amount(self.amount);
        let balance = cells.amount(self.balance);
        let account = cells.optional(self.account, Text::new);
        Ok(RowRequest::Line(StatementRow {
            date: date?,
            text: text?,
            amount: amount?,
            balance: balance?,
            account: account?,
        }))
    }
}

/// The lines of a statement, ready to be reconciled.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// The lines, each with its row.
    pub lines: Vec<(u64, StatementLine)>,
    /// Whether the running balance follows from row to row.
    pub balance: BalanceCheck,
    /// What is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the running balance says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BalanceCheck {
    /// The statement has no balances.
    #[default]
    NoBalances,
    /// From each row to the next it follows.
    Follows {
        /// The balance before the earliest row.
        opening: Money,
        /// The balance after the latest row.
        closing: Money,
    },
    /// It does not: the rows where it breaks are among the diagnostics.
    Breaks,
}

/// Takes the lines of a statement that was read. `account` is the account where the rows do not
/// name one.
pub fn statement(file: &ReadFile, account: Option<&Text>) -> Statement {
    let mut statement = Statement { diagnostics: file.diagnostics.clone(), ..Statement::default() };
    let mut rows: Vec<(&Row, &StatementRow)> = Vec::new();
    let mut alike: HashMap<(Text, Date, Money, Text), u32> = HashMap::new();
    for row in &file.rows {
        let Some(RowRequest::Line(line)) = &row.asked else { continue };
        let Some(account) = line.account.as_ref().or(account) else {
            let message = "the statement does not name its account";
            let hint = "name it with --account \"20-00-00 12345678\"";
            statement.diagnostics.push(file.diagnostic(row, None, "no-account", message, hint));
            return statement;
        };
        rows.push((row, line));
        let (account, date, amount, text) = (account.clone(), line.date, line.amount, line.text.clone());
        let nth = alike.entry((account.clone(), date, amount, text.clone())).or_default();
        *nth += 1;
        statement.lines.push((row.number, StatementLine { account, date, amount, text, nth: *nth }));
    }
    let (check, breaks) = check_balances(&rows);
    statement.balance = check;
    for (row, expected) in breaks {
        let message = format!("the running balance does not agree: {expected} expected");
        let hint = "check for a missing, duplicated or altered row, and export the statement again";
        statement.diagnostics.push(file.diagnostic(row, Some("balance"), "balance-breaks", &message, hint));
    }
    statement
}

/// Follows the running balance, in whichever order the rows are: oldest first, or newest first.
fn check_balances<'r>(rows: &[(&'r Row, &StatementRow)]) -> (BalanceCheck, Vec<(&'r Row, String)>) {
    let with: Vec<(&Row, &StatementRow, Money)> =
        rows.iter().filter_map(|(row, line)| Some((*row, *line, line.balance?))).collect();
    // Balances of several accounts in one file, or of some rows only, are no running balance.
    let mut accounts: Vec<_> = rows.iter().map(|(_, line)| &line.account).collect();
    accounts.dedup();
    let (Some(first), Some(last)) = (with.first(), with.last()) else {
        return (BalanceCheck::NoBalances, Vec::new());
    };
    if with.len() != rows.len() || accounts.len() > 1 {
        return (BalanceCheck::NoBalances, Vec::new());
    }
    let after = |before: Money, line: &StatementRow| before.plus(line.amount).ok();
    let oldest_first: Vec<_> = with
        .windows(2)
        .filter_map(|pair| match pair {
            [(.., before), (row, line, balance)] => {
                let expected = after(*before, line);
                (expected != Some(*balance)).then_some((*row, expected))
            }
            _ => None,
        })
        .collect();
    let newest_first: Vec<_> = with
        .windows(2)
        .filter_map(|pair| match pair {
            [(row, line, balance), (.., before)] => {
                let expected = after(*before, line);
                (expected != Some(*balance)).then_some((*row, expected))
            }
            _ => None,
        })
        .collect();
    let is_oldest_first = oldest_first.len() <= newest_first.len();
    let (breaks, earliest, latest) = match is_oldest_first {
        true => (oldest_first, first, last),
        false => (newest_first, last, first),
    };
    if breaks.is_empty() {
        let opening = earliest.2.minus(earliest.1.amount).unwrap_or_default();
        return (BalanceCheck::Follows { opening, closing: latest.2 }, Vec::new());
    }
    let shown = |expected: Option<Money>| expected.map_or_else(|| "?".to_owned(), Money::grouped);
    (BalanceCheck::Breaks, breaks.into_iter().map(|(row, expected)| (row, shown(expected))).collect())
}
