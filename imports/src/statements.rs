//! Bank statements as their files give them: each of one account, its lines in the order of time, between two
//! balances that agree with them.
//!
//! What a file is read from (delimited text, a workbook, CAMT.053, MT940) makes no difference here.

mod chain;

use std::collections::HashMap;

use almoner_ledger::calendar::Date;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::read::{ReadFile, Row};
use crate::request::{LinePart, RowRequest};
use chain::{Break, Item};

/// A statement of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names say it.
pub struct BankStatement {
    /// The account as the file writes it; `None` if it does not.
    pub account: Option<Text>,
    /// The balance before the first line, stated or following from the first balance that is.
    pub opening: Option<StatedBalance>,
    /// The balance after the last line, stated or following from the last balance that is.
    pub closing: Option<StatedBalance>,
    /// The oldest first.
    pub lines: Vec<BankLine>,
}

/// A balance of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names say it.
pub struct StatedBalance {
    /// The day of which it is, if the file states one for it.
    pub date: Option<Date>,
    pub amount: Money,
}

/// A transaction on a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names say it.
pub struct BankLine {
    /// Row of the file, as messages name it.
    pub row: u64,
    pub date: Date,
    pub text: Text,
    /// Negative for money out.
    pub amount: Money,
    /// The balance after it, if the file states it.
    pub balance: Option<Money>,
    /// The bank's own reference, if the file has it apart from the text.
    pub reference: Option<Text>,
    /// The transactions that the bank booked in one sum, where it lists them and they come to that sum.
    pub parts: Vec<LinePart>,
}

/// The statements of a file.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // The names say it.
pub struct BankStatements {
    /// Those of one account in the order of time; accounts in the order of the file.
    pub statements: Vec<BankStatement>,
    /// Problems of rows, which balances are no part of.
    pub diagnostics: Vec<Diagnostic>,
    /// Balances that do not follow from the lines, or from the statement before; none where a row has a problem.
    pub breaks: Vec<Diagnostic>,
}

impl BankStatements {
    /// True if there is a transaction on one of them.
    pub fn has_lines(&self) -> bool {
        self.statements.iter().any(|it| !it.lines.is_empty())
    }
}

/// A statement with its first row.
type WithRow = (BankStatement, u64);

/// Returns the statements of a file.
pub fn bank_statements(file: &ReadFile) -> BankStatements {
    let mut found = BankStatements { diagnostics: file.diagnostics.clone(), ..BankStatements::default() };
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: HashMap<(u32, Option<Text>), usize> = HashMap::new();
    for row in &file.rows {
        let (statement, account) = match &row.request {
            Some(RowRequest::Line(line)) => (line.statement, line.account.clone()),
            Some(RowRequest::Balance(balance)) => (balance.statement, balance.account.clone()),
            Some(
                RowRequest::Command(_)
                | RowRequest::Payment(_)
                | RowRequest::Variation(_)
                | RowRequest::Nothing(_),
            )
            | None => continue,
        };
        let place = *places.entry((statement, account.clone())).or_insert_with(|| {
            groups.push(Group { account, rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(row);
        }
    }
    join_unnamed(&mut groups);
    let mut accounts: Vec<(Option<Text>, Vec<WithRow>)> = Vec::new();
    for group in groups {
        let (statement, breaks) = group.checked();
        found.breaks.extend(breaks.iter().map(|at| broken(file, at)));
        let row = group.rows.first().map_or(1, |row| row.number);
        match accounts.iter_mut().find(|(account, _)| *account == group.account) {
            Some((_, statements)) => statements.push((statement, row)),
            None => accounts.push((group.account, vec![(statement, row)])),
        }
    }
    for (_, mut statements) in accounts {
        for (row, before, after) in chain::in_order_of_time(&mut statements) {
            let message = format!(
                "the statement begins with a balance of {}, but the one before it in the file ends with {}",
                after.grouped(),
                before.grouped()
            );
            let hint = "add the statement that is missing between them, or reconcile them as separate files";
            found.breaks.push(Diagnostic::new(&file.file, row, None, &message, hint));
        }
        found.statements.extend(statements.into_iter().map(|(statement, _)| statement));
    }
    // Where a line cannot be read, no balance after it can agree.
    if !found.diagnostics.is_empty() {
        found.breaks.clear();
    }
    found
}

/// Balances in rows of their own rarely name the account: they are of the only one that other rows name.
fn join_unnamed(groups: &mut Vec<Group<'_>>) {
    let Some(unnamed) = groups.iter().position(|group| group.account.is_none()) else { return };
    let [_, _] = groups.as_slice() else { return };
    let is_of_balances = groups.get(unnamed).is_some_and(|group| {
        group.rows.iter().all(|row| matches!(row.request, Some(RowRequest::Balance(_))))
    });
    if is_of_balances {
        let balances = groups.remove(unnamed);
        if let Some(group) = groups.first_mut() {
            group.rows.extend(balances.rows);
            group.rows.sort_by_key(|row| row.number);
        }
    }
}

/// The rows of one statement.
struct Group<'r> {
    account: Option<Text>,
    rows: Vec<&'r Row>,
}

impl<'r> Group<'r> {
    /// Returns the statement, and the rows whose balance does not agree.
    fn checked(&self) -> (BankStatement, Vec<Break<'r>>) {
        let items: Vec<Item<'r>> = self.rows.iter().filter_map(|row| Item::of(row)).collect();
        let checked = chain::check(items);
        let statement = BankStatement {
            account: self.account.clone(),
            opening: checked.opening,
            closing: checked.closing,
            lines: checked.lines,
        };
        (statement, checked.breaks)
    }
}

fn broken(file: &ReadFile, at: &Break<'_>) -> Diagnostic {
    let expected = at.expected.map_or_else(|| "?".to_owned(), Money::grouped);
    match at.stated {
        None => {
            let message = format!("the running balance does not agree: {expected} expected");
            let hint = "check for a missing, duplicated or altered row, and export the statement again";
            file.diagnostic(at.row, Some("balance"), &message, hint)
        }
        Some((which, stated)) => {
            let message = format!(
                "the {} balance of {} does not agree: {expected} expected",
                which.word(),
                stated.grouped()
            );
            let hint = "check for a missing, duplicated or altered line, and export the statement again";
            file.diagnostic(at.row, None, &message, hint)
        }
    }
}
