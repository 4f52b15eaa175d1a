//! The books in the formats of hledger and ledger, which are nearly the same.
//!
//! **Guarantee.** No name or reference is misread: characters that these tools take for a comment, a note, a
//! date, a tag or a mark are replaced, and every transaction has its mark and code before the name.

use almoner_ledger::accounts::Account;
use almoner_ledger::funds::FundId;
use almoner_ledger::reports::trial_balance::BalanceAccount;

use super::{Closing, Frame, TAGS, tags};
use crate::packs::transactions::Transaction;
use crate::tool::Tool;

/// The maximum length of a name or a reference: ledger reads no line of more than 4096 bytes.
const LONGEST: usize = 200;

/// The payee of the balances at the end.
const BALANCES: &str = "trial balance";

/// The payee of the closing of a year.
const YEAR_END: &str = "year end";

/// Writes a transaction and returns its payee.
pub fn write(transaction: &Transaction<'_>, tool: Tool, text: &mut String) -> String {
    let payee = plain(transaction.payee());
    // A late posting has its posting date and its effective date.
    let own_day = match transaction.booked == transaction.effective {
        true => String::new(),
        false => format!("={}", transaction.effective),
    };
    let (number, words) = (transaction.number(), plain(&transaction.words()));
    // hledger separates payee and note, but looks for tags in comments.
    let apart = if tool == Tool::Hledger { " | " } else { "  ; " };
    text.push_str(&format!("\n{}{own_day} * ({number}) {payee}{apart}{words}\n", transaction.booked));
    for (tag, value) in tags(transaction) {
        text.push_str(&format!("    ; {tag}: {}\n", tag_value(&value)));
    }
    for line in &transaction.lines {
        let account = account(BalanceAccount::Posted(line.account), &line.fund);
        text.push_str(&format!("    {account}  {} GBP\n    ; fund: {}\n", line.amount, line.fund));
        if let Some(theme) = &line.theme {
            text.push_str(&format!("    ; theme: {theme}\n"));
        }
    }
    payee
}

/// Writes the closing of a year.
pub(crate) fn write_closing(closing: &Closing, tool: Tool, text: &mut String) {
    let (day, year, words) = (closing.day(), closing.year, closing.words());
    let apart = if tool == Tool::Hledger { " | " } else { "  ; " };
    text.push_str(&format!("\n{day} * (closing) {YEAR_END}{apart}{words}\n    ; closing: {year}\n"));
    for (kind, amount) in &closing.lines {
        let account = account(*kind, &closing.fund);
        text.push_str(&format!("    {account}  {amount} GBP\n    ; fund: {}\n", closing.fund));
    }
}

/// Returns the declarations before the first transaction.
pub fn head(frame: &Frame) -> String {
    let mut text = String::new();
    for fact in &frame.facts {
        text.push_str(&format!("; {}\n", plain(fact)));
    }
    text.push_str("\ncommodity GBP\n    format 1000.00 GBP\n\n");
    for (kind, fund) in frame.seen.balances.keys() {
        text.push_str(&format!("account {}\n", account(*kind, fund)));
        if let Some(letter) = type_letter(*kind) {
            text.push_str(&format!("    ; type: {letter}\n"));
        }
    }
    text.push('\n');
    for tag in TAGS {
        text.push_str(&format!("tag {tag}\n"));
    }
    text.push('\n');
    let own = [YEAR_END, BALANCES];
    for payee in frame.seen.payees.iter().map(String::as_str).filter(|it| !own.contains(it)).chain(own) {
        text.push_str(&format!("payee {payee}\n"));
    }
    text
}

/// Returns the balances after the last transaction, as assertions.
pub fn end(frame: &Frame) -> String {
    let mut text = String::new();
    let Some((_, as_at)) = frame.days else { return text };
    text.push_str(&format!("\n; Balances of the accounts\n{as_at} * {BALANCES}\n"));
    for ((kind, fund), balance) in &frame.seen.balances {
        text.push_str(&format!("    {}  0.00 GBP = {balance} GBP\n", account(*kind, fund)));
    }
    text
}

fn account(kind: BalanceAccount, fund: &FundId) -> String {
    format!("{}:{fund}", kind.code())
}

/// Returns the account type for hledger's statements, which exclude memorandum accounts.
fn type_letter(kind: BalanceAccount) -> Option<char> {
    let BalanceAccount::Posted(account) = kind else { return Some('E') };
    match account {
        Account::Bank => Some('C'),
        Account::GrantControl | Account::RecoveriesDue => Some('A'),
        Account::ReceiptsInAdvance => Some('L'),
        Account::OpeningReserves | Account::PriorPeriod => Some('E'),
        Account::GrantsReceivable => Some('R'),
        Account::GrantExpenditure | Account::EarlierYears => Some('X'),
        Account::Commitments
        | Account::AwardsOutstanding
        | Account::AwardsMoved
        | Account::Budget
        | Account::BudgetControl => None,
    }
}

/// Returns a name or a reference without characters that have a special meaning.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars().take(LONGEST) {
        let at_start = plain.is_empty() || plain.ends_with(' ');
        plain.push(match character {
            ';' => ',',
            '|' => '/',
            '[' => '(',
            ']' => ')',
            '"' => '\'',
            // Text between colons is a tag.
            ':' if at_start => '.',
            other => other,
        });
    }
    plain
}

/// Returns the value of a tag, which in hledger ends at a comma.
fn tag_value(value: &str) -> String {
    plain(value).replace(',', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_in_names_are_replaced() {
        for (name, expected) in [
            ("Fresh Start – New Beginnings", "Fresh Start – New Beginnings"),
            ("; =1 * {} [2015/01/01]", ", =1 * {} (2015/01/01)"),
            (":tag: a:b :: \"Hope\" | House", ".tag: a:b .: 'Hope' / House"),
        ] {
            assert_eq!(plain(name), expected);
        }
        assert_eq!(plain(&"£".repeat(8_000)).chars().count(), LONGEST);
        assert_eq!(tag_value("Smith, Jane; CFO"), "Smith  Jane  CFO");
    }
}
