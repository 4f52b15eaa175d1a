//! The books in the format of beancount.
//!
//! Names and references are quoted, so no character in them has a special meaning. Accounts have the roots
//! of beancount; memorandum accounts are under `Equity:Memo`.

use almoner_ledger::accounts::Account;
use almoner_ledger::funds::FundId;
use almoner_ledger::reports::trial_balance::BalanceAccount;

use super::{Closing, Frame, tags};
use crate::packs::transactions::Transaction;

pub fn write(transaction: &Transaction<'_>, text: &mut String) {
    let (payee, number) = (quoted(transaction.payee()), transaction.number());
    let words = quoted(&format!("{} ({number})", transaction.words()));
    text.push_str(&format!("\n{} * {payee} {words}\n", transaction.booked));
    if transaction.booked != transaction.effective {
        text.push_str(&format!("  effective: {}\n", transaction.effective));
    }
    for (tag, value) in tags(transaction) {
        text.push_str(&format!("  {tag}: {}\n", quoted(&value)));
    }
    for line in &transaction.lines {
        let account = account(BalanceAccount::Posted(line.account), &line.fund);
        text.push_str(&format!("  {account}  {} GBP\n    fund: \"{}\"\n", line.amount, line.fund));
        if let Some(theme) = &line.theme {
            text.push_str(&format!("    theme: \"{theme}\"\n"));
        }
    }
}

/// Writes the closing of a year.
pub(crate) fn write_closing(closing: &Closing, text: &mut String) {
    let (day, words) = (closing.day(), quoted(&closing.words()));
    text.push_str(&format!("\n{day} * \"year end\" {words}\n  closing: \"{}\"\n", closing.year));
    for (kind, amount) in &closing.lines {
        let account = account(*kind, &closing.fund);
        text.push_str(&format!("  {account}  {amount} GBP\n    fund: \"{}\"\n", closing.fund));
    }
}

/// Returns the declarations before the first transaction.
pub fn head(frame: &Frame) -> String {
    let mut text = String::new();
    for fact in &frame.facts {
        text.push_str(&format!("; {fact}\n"));
    }
    text.push_str(&format!("\noption \"title\" {}\n", quoted(&frame.body)));
    text.push_str("option \"operating_currency\" \"GBP\"\n");
    let Some((first, _)) = frame.days else { return text };
    text.push_str(&format!("\n{first} custom \"fava-option\" \"fiscal-year-end\" \"03-31\"\n"));
    text.push_str(&format!("{first} commodity GBP\n\n"));
    for (kind, fund) in frame.seen.balances.keys() {
        text.push_str(&format!("{first} open {}  GBP\n", account(*kind, fund)));
        text.push_str(&format!("  fund: \"{fund}\"\n"));
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
    text.push_str("\n; Balances of the accounts\n");
    for ((kind, fund), balance) in &frame.seen.balances {
        let account = account(*kind, fund);
        text.push_str(&format!("{morning_after} balance {account}  {balance} ~ 0.00 GBP\n"));
    }
    text
}

fn account(kind: BalanceAccount, fund: &FundId) -> String {
    let kind = match kind {
        BalanceAccount::Posted(account) => account,
        BalanceAccount::GeneralReserve => return format!("Equity:General:{}", component(fund)),
    };
    let name = match kind {
        Account::Bank => "Assets:Bank",
        Account::GrantControl => "Assets:Grant-Control",
        Account::RecoveriesDue => "Assets:Recoveries-Due",
        Account::ReceiptsInAdvance => "Liabilities:Receipts-In-Advance",
        Account::OpeningReserves => "Equity:Opening-Balance",
        Account::PriorPeriod => "Equity:Prior-Period",
        Account::GrantsReceivable => "Income:Grants-Receivable",
        Account::GrantExpenditure => "Expenses:Grants",
        Account::EarlierYears => "Expenses:Earlier-Years",
        Account::Commitments => "Equity:Memo:Commitments",
        Account::AwardsOutstanding => "Equity:Memo:Awards-Outstanding",
        Account::AwardsMoved => "Equity:Memo:Awards-Moved",
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
