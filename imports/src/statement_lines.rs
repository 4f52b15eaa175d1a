//! The lines of a bank statement, and the check of its running balance.

use std::collections::HashMap;

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::StatementLine;
use almoner_ledger::text::Text;

use crate::diagnostic::{Diagnostic, NextStep};
use crate::read::{ReadFile, Row};
use crate::request::{RowRequest, StatementRow};

/// The lines of a statement, ready to be reconciled.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // The names say it.
pub struct Statement {
    /// Lines with their row numbers.
    pub lines: Vec<(u64, StatementLine)>,
    /// Whether the running balance agrees from row to row.
    pub balance: BalanceCheck,
    pub diagnostics: Vec<Diagnostic>,
}

/// The result of checking the running balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BalanceCheck {
    /// The statement has no balances.
    #[default]
    NoBalances,
    /// Agrees from each row to the next.
    Agrees {
        /// The balance before the earliest row.
        opening: Money,
        /// The balance after the latest row.
        closing: Money,
    },
    /// Does not agree: the rows are among the diagnostics.
    Disagrees,
}

/// Returns the lines of a statement. `account` is used if the rows do not name one.
pub fn statement(file: &ReadFile, account: Option<&Text>) -> Statement {
    let mut statement = Statement { diagnostics: file.diagnostics.clone(), ..Statement::default() };
    let mut rows: Vec<(&Row, &StatementRow)> = Vec::new();
    let mut duplicates: HashMap<(Text, Date, Money, Text), u32> = HashMap::new();
    for row in &file.rows {
        let Some(RowRequest::Line(line)) = &row.request else { continue };
        let Some(account) = line.account.as_ref().or(account) else {
            let message = "the statement does not name its account";
            statement.diagnostics.push(file.diagnostic(row, None, message, NextStep::NameAccount));
            return statement;
        };
        rows.push((row, line));
        let (account, date, amount, text) = (account.clone(), line.date, line.amount, line.text.clone());
        let nth = duplicates.entry((account.clone(), date, amount, text.clone())).or_default();
        *nth += 1;
        statement.lines.push((row.number, StatementLine { account, date, amount, text, nth: *nth }));
    }
    let (check, breaks) = check_balances(&rows);
    statement.balance = check;
    for (row, expected) in breaks {
        let message = format!("the running balance does not agree: {expected} expected");
        let hint = "check for a missing, duplicated or altered row, and export the statement again";
        statement.diagnostics.push(file.diagnostic(row, Some("balance"), &message, hint));
    }
    statement
}

/// Checks the running balance, with the oldest or the newest row first.
fn check_balances<'r>(rows: &[(&'r Row, &StatementRow)]) -> (BalanceCheck, Vec<(&'r Row, String)>) {
    let with: Vec<(&Row, &StatementRow, Money)> =
        rows.iter().filter_map(|(row, line)| Some((*row, *line, line.balance?))).collect();
    // Balances of several accounts, or of some rows only, are not a running balance.
    let mut accounts: Vec<_> = rows.iter().map(|(_, line)| &line.account).collect();
    accounts.dedup();
    let (Some(first), Some(last)) = (with.first(), with.last()) else {
        return (BalanceCheck::NoBalances, Vec::new());
    };
    if with.len() != rows.len() || accounts.len() > 1 {
        return (BalanceCheck::NoBalances, Vec::new());
    }
    // The rows after which, in the order of time, the balance is not what the row before makes it.
    let breaks = |in_time: &[(&'r Row, &StatementRow, Money)]| -> Vec<(&'r Row, Option<Money>)> {
        let pairs = in_time.iter().zip(in_time.iter().skip(1));
        pairs
            .map(|((.., before), (row, line, balance))| (*row, before.plus(line.amount).ok(), *balance))
            .filter(|(_, expected, balance)| *expected != Some(*balance))
            .map(|(row, expected, _)| (row, expected))
            .collect()
    };
    let newest_first: Vec<_> = with.iter().rev().copied().collect();
    let (mut breaks, mut of_newest_first) = (breaks(&with), breaks(&newest_first));
    let (mut earliest, mut latest) = (first, last);
    if of_newest_first.len() < breaks.len() {
        of_newest_first.reverse();
        (breaks, earliest, latest) = (of_newest_first, last, first);
    }
    if breaks.is_empty() {
        let opening = earliest.2.minus(earliest.1.amount).unwrap_or_default();
        return (BalanceCheck::Agrees { opening, closing: latest.2 }, Vec::new());
    }
    let shown = |expected: Option<Money>| expected.map_or_else(|| "?".to_owned(), Money::grouped);
    (BalanceCheck::Disagrees, breaks.into_iter().map(|(row, expected)| (row, shown(expected))).collect())
}
