//! Rows of bank statements: transactions, and balances in rows of their own.

use almoner_ledger::money::Money;
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::request::{BalanceRow, RowRequest, StatedAt, StatementRow};

/// Reads a row. Money in is positive.
pub(crate) fn interpret(cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
    if let Some(which) = cells.record.iter().find_map(stated_at) {
        return balance(cells, which).map(RowRequest::Balance);
    }
    let date = cells.required_day("date");
    let text = cells.required("text", Text::new);
    let amount = cells.required_amount("amount");
    let balance = cells.amount("balance");
    let account = cells.optional("account", Text::new);
    let reference = cells.optional("reference", Text::new);
    Ok(RowRequest::Line(StatementRow {
        statement: 0,
        date: date?,
        text: text?,
        amount: amount?,
        balance: balance?,
        account: account?,
        reference: reference?,
        parts: Vec::new(),
    }))
}

/// Reads a row that states a balance: in the column of balances or, without one, in that of amounts.
fn balance(cells: &mut Cells<'_>, which: StatedAt) -> Result<BalanceRow, Refused> {
    let is_labelled_by_date = cells.first("date").is_some_and(|text| stated_at(text).is_some());
    let date = if is_labelled_by_date { Ok(None) } else { cells.day("date") };
    let balance = cells.amount("balance");
    let amount = cells.amount("amount");
    let account = cells.optional("account", Text::new);
    let (date, balance, amount) = (date?, balance?, amount?);
    let amount = match (balance, amount) {
        (Some(balance), None | Some(Money::ZERO)) => balance,
        (None, Some(amount)) => amount,
        (Some(balance), Some(amount)) if balance == amount => balance,
        (Some(_), Some(_)) => {
            let message = "the row states a balance as well as another amount";
            return Err(cells.problem("amount", message, "check the row, and leave the amount blank"));
        }
        (None, None) => {
            let message = "the row states a balance without an amount";
            return Err(cells.problem("balance", message, "fill in the balance, or delete the row"));
        }
    };
    Ok(BalanceRow { statement: 0, which, amount, date, account: account? })
}

/// Labels of balances, in small letters, with one blank between words.
const OPENING: &[&str] = &[
    "opening balance",
    "opening ledger balance",
    "balance brought forward",
    "brought forward",
    "balance b f",
    "balance bf",
    "bal b f",
    "b f",
    "start balance",
    "starting balance",
    "previous balance",
    "balance from previous statement",
    "balance from last statement",
];
const CLOSING: &[&str] = &[
    "closing balance",
    "closing ledger balance",
    "balance carried forward",
    "carried forward",
    "balance c f",
    "balance cf",
    "bal c f",
    "c f",
    "end balance",
    "ending balance",
    "balance to next statement",
];
/// Words that may follow a label, with a date after them.
const BEFORE_DATE: &[&str] = &["at", "as", "on", "from", "to", "of"];

/// Returns what balance a cell labels: `Balance brought forward`.
fn stated_at(cell: &str) -> Option<StatedAt> {
    // The longest label with a date.
    if cell.len() > 64 {
        return None;
    }
    let lower = cell.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let text = words.join(" ");
    let is_it = |label: &&&str| {
        text.strip_prefix(**label).is_some_and(|rest| {
            let next = rest.split_whitespace().next();
            rest.is_empty() || next.is_some_and(|word| BEFORE_DATE.contains(&word))
        })
    };
    match (OPENING.iter().find(is_it), CLOSING.iter().find(is_it)) {
        (Some(_), _) => Some(StatedAt::Opening),
        (None, Some(_)) => Some(StatedAt::Closing),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balances_are_known_by_their_labels() {
        for (cell, expected) in [
            ("Opening balance", Some(StatedAt::Opening)),
            ("BALANCE BROUGHT FORWARD .", Some(StatedAt::Opening)),
            ("Balance b/f", Some(StatedAt::Opening)),
            ("B/F", Some(StatedAt::Opening)),
            ("Opening Balance as at 1 March 2015", Some(StatedAt::Opening)),
            ("Closing balance", Some(StatedAt::Closing)),
            ("Balance carried forward to 31 Mar", Some(StatedAt::Closing)),
            ("Opening Balance Theatre Company", None),
            ("Balance", None),
            ("Balance Community Trust", None),
            ("BF Adventure", None),
            ("Carried Forward Ltd", None),
            ("", None),
        ] {
            assert_eq!(stated_at(cell), expected, "{cell}");
        }
    }
}
