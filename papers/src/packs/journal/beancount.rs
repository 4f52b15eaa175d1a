//! The books in the format of beancount.
//!
//! Names and references are quoted, so no character in them has a special meaning. Accounts have the roots
//! of beancount; memorandum accounts are under `Equity:Memo`.

use std::fmt::Write;

use almoner_ledger::accounts::Account;
use almoner_ledger::funds::FundId;

use super::{Frame, tags};
use crate::packs::transactions::Transaction;

/// Writes a transaction.
pub fn write(transaction: &Transaction<'_>, text: &mut String) {
    let (payee, number) = (quoted(transaction.payee()), transaction.number());
    let words = quoted(&format!("{} ({number})", transaction.words()));
    push(text, format_args!("\n{} * {payee} {words}\n", transaction.booked));
    if transaction.booked != transaction.effective {
        push(text, format_args!("  effective: {}\n", transaction.effective));
    }
    for (tag, value) in tags(transaction) {
        push(text, format_args!("  {tag}: {}\n", quoted(&value)));
    }
    for line in &transaction.lines {
        let account = account(line.account, &line.fund);
        push(text, format_args!("  {account}  {} GBP\n    fund: \"{}\"\n", line.amount, line.fund));
        if let Some(theme) = &line.theme {
            push(text, format_args!("    theme: \"{theme}\"\n"));
        }
    }
}

/// Returns the declarations before the first transaction.
pub fn head(frame: &Frame) -> String {
    let mut text = String::new();
    for fact in &frame.facts {
        push(&mut text, format_args!("; {fact}\n"));
    }
    push(&mut text, format_args!("\noption \"title\" {}\n", quoted(&frame.body)));
    push(&mut text, format_args!("option \"operating_currency\" \"GBP\"\n"));
    let Some((first, _)) = frame.days else { return text };
    push(&mut text, format_args!("\n{first} commodity GBP\n\n"));
    for (kind, fund) in frame.balances.keys() {
        push(&mut text, format_args!("{first} open {}  GBP\n", account(*kind, fund)));
        push(&mut text, format_args!("  fund: \"{fund}\"\n"));
    }
    text
}

/// Returns the balances after the last transaction, to the penny: by default, beancount tolerates a
/// difference of one penny.
pub fn end(frame: &Frame) -> String {
    let mut text = String::new();
    let Some((_, as_at)) = frame.days else { return text };
    // In beancount, a balance is that of the morning.
    let morning_after = as_at.next_day();
    push(&mut text, format_args!("\n; Balances of the accounts\n"));
    for ((kind, fund), balance) in &frame.balances {
        let account = account(*kind, fund);
        push(&mut text, format_args!("{morning_after} balance {account}  {balance} ~ 0.00 GBP\n"));
    }
    text
}

fn account(kind: Account, fund: &FundId) -> String {
    let name = match kind {
        Account::Bank => "Assets:Bank",
        Account::GrantControl => "Assets:Grant-Control",
        Account::RecoveriesDue => "Assets:Recoveries-Due",
        Account::ReceiptsInAdvance => "Liabilities:Receipts-In-Advance",
        Account::OpeningReserves => "Equity:Opening-Balance",
        Account::GrantsReceivable => "Income:Grants-Receivable",
        Account::GrantExpenditure => "Expenses:Grants",
        Account::Commitments => "Equity:Memo:Commitments",
        Account::AwardsOutstanding => "Equity:Memo:Awards-Outstanding",
        Account::Budget => "Equity:Memo:Budget",
        Account::BudgetControl => "Equity:Memo:Budget-Control",
    };
    format!("{name}:{}", component(fund))
}

/// Returns a fund's id as part of an account name, which begins with a capital or a digit. The result is
/// unique, since ids have no capitals.
fn component(fund: &FundId) -> String {
    let mut characters = fund.as_str().chars();
    match characters.next() {
        Some(first) if first.is_ascii_alphanumeric() => {
            format!("{}{}", first.to_ascii_uppercase(), characters.as_str())
        }
        _ => format!("FUND{fund}"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writing to a text never fails.
fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn funds_and_names_are_valid_in_beancount() {
        for (fund, expected) in
            [("cdr", "Cdr"), ("victims-2", "Victims-2"), ("2015", "2015"), ("-x", "FUND-x")]
        {
            assert_eq!(component(&FundId::new(fund).unwrap()), expected);
        }
        assert_eq!(quoted("a \"b\" \\ c"), "\"a \\\"b\\\" \\\\ c\"");
    }
}
