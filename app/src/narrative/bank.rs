//! Bank statements, their reconciliation, and what closing a month checked of them, in words.

use almoner_ledger::calendar::Month;
use almoner_ledger::closed::{AccountCheck, BalancesAtClose, BankAtClose, BankChecks, Closing};
use almoner_ledger::reconciliation::{BankStatement, LineReconciled, StatementEntry, StatementLine};

use super::paper;

pub(super) fn statement_sentence(statement: &BankStatement, details: &mut Vec<String>) -> String {
    let BankStatement { account, from, to, opening, closing, lines } = statement;
    details.push(match (opening, closing) {
        (Some(opening), Some(closing)) => {
            format!("Balance from {} to {}", paper(*opening), paper(*closing))
        }
        (Some(opening), None) => format!("Opening balance {}", paper(*opening)),
        (None, Some(closing)) => format!("Closing balance {}", paper(*closing)),
        (None, None) => "No balances stated".to_owned(),
    });
    let what = if lines.len() == 1 { "line" } else { "lines" };
    format!("Bank statement {account}, {} to {}: {} {what}", from.in_words(), to.in_words(), lines.len())
}

/// Returns the lines of a statement, each as decisions on it name it: `15.2 of 5 Oct 2015: (12.40) CHARGES`.
pub fn statement_lines(record: u64, statement: &BankStatement) -> Vec<String> {
    let line = |(nth, line): (usize, &StatementEntry)| {
        format!("{record}.{nth} of {}: {} {}", line.date.in_words(), paper(line.amount), line.text)
    };
    (1..).zip(&statement.lines).map(line).collect()
}

pub(super) fn reconciliation_sentence(reconciled: &LineReconciled, details: &mut Vec<String>) -> String {
    let LineReconciled { line, with, records, remainder, explanation } = reconciled;
    let mut text = format!("Bank statement {}, {}", line.account, line_words(line));
    for line in with {
        text.push_str(&format!(" and {}", line_words(line)));
    }
    if let Some(explanation) = explanation {
        return format!("{text}, explained: {} ({})", explanation.kind.words(), explanation.reason);
    }
    if let Some(remainder) = remainder {
        let reason = remainder.reason.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        details.push(format!("Not in these books: {}{reason}", paper(remainder.amount)));
    }
    let records: Vec<String> = records.iter().map(|it| it.record.to_string()).collect();
    let what = if records.len() == 1 { "record" } else { "records" };
    format!("{text}, matched to {what} {}", records.join(", "))
}

fn line_words(line: &StatementLine) -> String {
    format!("{}: {}, \"{}\"", line.date.in_words(), paper(line.amount), line.text)
}

pub(super) fn closing_sentence(closing: &Closing) -> String {
    let how = if closing.is_final { "finally closed" } else { "provisionally closed" };
    format!("{} {how}; {}", closing.month.in_words_full(), bank_at_close(closing))
}

/// Returns what was checked of the bank when a month was closed, and what was not.
pub fn bank_at_close(closing: &Closing) -> String {
    let Some(checked) = &closing.checked else { return bank_in_brief(&closing.bank) };
    let mut parts = vec![movements(&closing.bank, checked)];
    parts.push(match (checked.lines, checked.explained) {
        (0, _) => "no statement lines are dated in the month".to_owned(),
        (_, 0) => "no statement line is open".to_owned(),
        (_, explained) => format!("no statement line is open ({explained} explained)"),
    });
    let covering: Vec<&AccountCheck> =
        checked.accounts.iter().filter(|it| covers_any(it, closing.month)).collect();
    let is_chained = |it: &&AccountCheck| it.balances == BalancesAtClose::Chain;
    let all_chain = !covering.is_empty() && covering.iter().all(is_chained);
    parts.extend(all_chain.then(|| "opening balances agree with the previous closing balances".to_owned()));
    for account in &checked.accounts {
        if !all_chain && covers_any(account, closing.month) {
            parts.push(balances(account, checked));
        }
        parts.extend(not_covered(account, closing.month));
    }
    parts.join("; ")
}

/// True if a statement of the account covers a day of the month.
fn covers_any(account: &AccountCheck, month: Month) -> bool {
    account.from <= month.last_day() && month.first_day() <= account.to
}

/// Returns how many of the month's payments and receipts are on a statement.
fn movements(bank: &BankAtClose, checked: &BankChecks) -> String {
    let BankChecks { payments, receipts, .. } = checked;
    let count = |count: u64, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {one}s")),
    };
    let counted: Vec<String> =
        [count(*payments, "payment"), count(*receipts, "receipt")].into_iter().flatten().collect();
    let (all, of_month) = (payments + receipts, counted.join(" and "));
    match bank {
        BankAtClose::NoMovements => "no payments or receipts".to_owned(),
        BankAtClose::Explained { open, .. } if *open == all => bank_in_brief(bank),
        BankAtClose::Explained { open, reason } => {
            let are = if *open == 1 { "is" } else { "are" };
            format!("{open} of {all} payments and receipts {are} not on a statement (explanation: {reason})")
        }
        BankAtClose::Reconciled | BankAtClose::NeverReconciled if all == 1 => {
            format!("the {} of the month is on a statement", of_month.trim_start_matches("1 "))
        }
        BankAtClose::Reconciled | BankAtClose::NeverReconciled => {
            format!("the {of_month} of the month are all on a statement")
        }
    }
}

/// Returns whether the balances of an account chain.
fn balances(account: &AccountCheck, checked: &BankChecks) -> String {
    match account.balances {
        BalancesAtClose::Chain => {
            format!("opening balances of {} agree with the previous closing balances", account.account)
        }
        BalancesAtClose::NotStated => {
            format!("opening balances of {} not checked: its statements show none", account.account)
        }
        BalancesAtClose::Broken => {
            let reason = checked.reason.as_ref().map(|it| format!(" (explanation: {it})"));
            format!(
                "opening balances of {} do not agree with the previous closing balances{}",
                account.account,
                reason.unwrap_or_default()
            )
        }
    }
}

/// Returns which days of the month no statement of an account covers, if it has any.
fn not_covered(account: &AccountCheck, month: Month) -> Option<String> {
    let is_any = covers_any(account, month);
    let AccountCheck { account, from, to, .. } = account;
    if !is_any {
        return Some(format!("no statement for {account} covers the month"));
    }
    let late = (*from > month.first_day()).then(|| format!("begin on {}", from.in_words()));
    let early = (*to < month.last_day()).then(|| format!("end on {}", to.in_words()));
    let days: Vec<String> = [late, early].into_iter().flatten().collect();
    (!days.is_empty()).then(|| format!("the statements for {account} {}", days.join(" and ")))
}

fn bank_in_brief(bank: &BankAtClose) -> String {
    match bank {
        BankAtClose::Reconciled => "all payments and receipts are on a statement".to_owned(),
        BankAtClose::NoMovements => "no payments or receipts".to_owned(),
        BankAtClose::NeverReconciled => {
            "the bank is not reconciled: no statement has been recorded".to_owned()
        }
        BankAtClose::Explained { open, reason } => {
            let what = if *open == 1 { "payment or receipt is" } else { "payments and receipts are" };
            format!("{open} {what} not on a statement (explanation: {reason})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_says_what_was_checked_and_what_was_not() {
        let explained = |open| BankAtClose::Explained { open, reason: "Cheques".parse().unwrap() };
        let account = |name: &str, from: &str, to: &str, balances| AccountCheck {
            account: name.parse().unwrap(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            balances,
        };
        let whole = |balances| account("A", "2015-03-01", "2015-05-02", balances);
        use BalancesAtClose::{Broken, Chain, NotStated};
        type Case = (BankAtClose, [u64; 4], Vec<AccountCheck>, &'static str);
        let table: Vec<Case> = vec![
            (
                BankAtClose::Reconciled,
                [14, 0, 20, 0],
                vec![whole(Chain)],
                "the 14 payments of the month are all on a statement; no statement line is open; opening balances agree with the previous closing balances",
            ),
            (
                BankAtClose::Reconciled,
                [1, 2, 20, 3],
                vec![whole(Chain), account("B", "2015-04-01", "2015-04-30", Chain)],
                "the 1 payment and 2 receipts of the month are all on a statement; no statement line is open (3 explained); \
                 opening balances agree with the previous closing balances",
            ),
            (
                BankAtClose::Reconciled,
                [1, 0, 1, 0],
                vec![whole(Chain), account("B", "2015-01-01", "2015-01-31", Chain)],
                "the payment of the month is on a statement; no statement line is open; opening balances agree with the previous closing balances; no statement for \
                 B covers the month",
            ),
            (
                explained(2),
                [5, 0, 3, 0],
                vec![whole(NotStated), account("B", "2015-04-02", "2015-04-29", Chain)],
                "2 of 5 payments and receipts are not on a statement (explanation: Cheques); no statement line is open; opening balances of \
                 A not checked: its statements show none; opening balances of B agree with the previous closing balances; the statements for B begin on 2 Apr 2015 \
                 and end on 29 Apr 2015",
            ),
            (
                BankAtClose::NoMovements,
                [0, 0, 0, 0],
                vec![whole(Broken)],
                "no payments or receipts; no statement lines are dated in the month; opening balances of A do not agree with the previous closing balances (explanation: Asked)",
            ),
            (
                explained(1),
                [1, 0, 0, 0],
                vec![account("A", "2015-05-01", "2015-05-31", Chain)],
                "1 payment or receipt is not on a statement (explanation: Cheques); no statement lines are dated in the month; no \
                 statement for A covers the month",
            ),
        ];
        for (bank, [payments, receipts, lines, explained], accounts, expected) in table {
            let reason = Some("Asked".parse().unwrap());
            let checked = BankChecks { payments, receipts, lines, explained, accounts, reason };
            let (month, checked) = ("2015-04".parse().unwrap(), Some(Box::new(checked)));
            assert_eq!(bank_at_close(&Closing { month, is_final: false, bank, checked }), expected);
        }
        let (month, bank) = ("2015-04".parse().unwrap(), BankAtClose::NeverReconciled);
        let never = Closing { month, is_final: false, bank, checked: None };
        assert_eq!(bank_at_close(&never), "the bank is not reconciled: no statement has been recorded");
    }
}
