//! What is checked of the bank before a month is closed.

use crate::book::bank::{BankAccount, accounts};
use crate::book::receipts::receipt_booked;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, Month};
use crate::closed::{AccountCheck, BalancesAtClose, BankAtClose, BankChecks};
use crate::reconciliation::{LineState, RecordedLine};
use crate::rejection::ClosingFinding;
use crate::remedy::Remedy;
use crate::text::Text;

/// Maximum number of cases listed in a finding.
const LISTED: usize = 5;

/// The payments and receipts of a month.
#[derive(Default)]
struct Movements {
    payments: u64,
    receipts: u64,
    /// Those that are not on a statement, each with its record.
    open: Vec<(u64, String)>,
    /// True if any of any month is reconciled.
    any_reconciled: bool,
}

/// Returns how the month's bank transactions are reconciled, what was checked, and the findings that prevent closing.
#[expect(clippy::type_complexity, reason = "the closing's own parts, taken apart at once")]
pub(super) fn at_close(
    books: &dyn Books,
    month: Month,
    explained: Option<&Text>,
) -> Result<(BankAtClose, Option<Box<BankChecks>>, Vec<ClosingFinding>), BooksError> {
    let accounts = accounts(books)?;
    let mut movements = movements(books, month)?;
    movements.any_reconciled |= !accounts.is_empty();
    let mut findings: Vec<ClosingFinding> = open_lines(&accounts, month).into_iter().collect();
    let bank = how_reconciled(books, month, explained, &movements, &mut findings);
    let broken = broken(&accounts, month);
    let reason = broken.as_ref().and_then(|_| explained.or_else(|| explained_before(books, month)));
    findings.extend(broken.filter(|_| reason.is_none()));
    let checked = checked(&accounts, month, &movements);
    let checked = checked.map(|it| Box::new(BankChecks { reason: reason.cloned(), ..it }));
    Ok((bank, checked, findings))
}

fn movements(books: &dyn Books, month: Month) -> Result<Movements, BooksError> {
    let mut movements = Movements::default();
    let mut look = |record: u64, day: Option<Date>, is_reconciled: bool, is_out: bool, what: String| {
        movements.any_reconciled |= is_reconciled;
        if day.is_none_or(|day| day.month() != month) {
            return;
        }
        let count = if is_out { &mut movements.payments } else { &mut movements.receipts };
        *count += 1;
        if !is_reconciled {
            movements.open.push((record, what));
        }
    };
    books.each_grant(&mut |grant| {
        for recorded in grant.live() {
            if let Some(moved) = recorded.fact.at_bank() {
                let account = of_account(recorded.fact.account());
                let what = format!(
                    "record {} of award {} ({}{account})",
                    recorded.record,
                    grant.id,
                    moved.grouped()
                );
                let (day, is_reconciled) = (recorded.shown_from(), recorded.reconciled.is_some());
                look(recorded.record, day, is_reconciled, moved.is_negative(), what);
            }
        }
        Ok(())
    })?;
    for received in books.reference().live_receipts() {
        if let Some(moved) = received.receipt.at_bank() {
            let account = of_account(received.receipt.account.as_ref());
            let what = format!("record {}, a receipt ({}{account})", received.record, moved.grouped());
            let (day, is_reconciled) =
                (Some(receipt_booked(books, received)?), received.reconciled.is_some());
            look(received.record, day, is_reconciled, moved.is_negative(), what);
        }
    }
    movements.open.sort();
    Ok(movements)
}

/// Returns the bank account that a payment or receipt names, in a list of its details.
fn of_account(account: Option<&Text>) -> String {
    account.map(|account| format!(", account {account}")).unwrap_or_default()
}

/// Returns how the payments and receipts of the month are reconciled; adds a finding if they are not.
fn how_reconciled(
    books: &dyn Books,
    month: Month,
    explained: Option<&Text>,
    movements: &Movements,
    findings: &mut Vec<ClosingFinding>,
) -> BankAtClose {
    let open = movements.open.len() as u64;
    // The explanation of the provisional close still applies while no more transactions are open.
    let explained = explained.or(match books.reference().closed.closing(month).map(|it| &it.bank) {
        Some(BankAtClose::Explained { open: before, reason }) if open <= *before => Some(reason),
        _ => None,
    });
    match explained {
        _ if movements.payments + movements.receipts == 0 => BankAtClose::NoMovements,
        _ if open == 0 => BankAtClose::Reconciled,
        Some(reason) => BankAtClose::Explained { open, reason: reason.clone() },
        None => {
            if movements.any_reconciled {
                let subject = if open == 1 { "transaction is" } else { "transactions are" };
                let listed = listed(movements.open.iter().map(|(_, what)| what));
                findings.push(ClosingFinding {
                    code: "unreconciled",
                    what: format!("{open} bank {subject} not on a reconciled statement: {listed}"),
                    remedy: Remedy::ReconcileOrExplain,
                });
            }
            BankAtClose::NeverReconciled
        }
    }
}

/// Returns why the balances do not chain, if the month is provisionally closed with an explanation of it.
fn explained_before(books: &dyn Books, month: Month) -> Option<&Text> {
    books.reference().closed.closing(month)?.checked.as_deref()?.reason.as_ref()
}

/// Returns the finding of the month's open statement lines: each must be matched or explained by itself.
fn open_lines(accounts: &[BankAccount], month: Month) -> Option<ClosingFinding> {
    let lines = accounts.iter().flat_map(|account| &account.lines);
    let open: Vec<&RecordedLine> =
        lines.filter(|line| line.is_open() && line.line.date.month() == month).collect();
    let first = open.first()?;
    let words: Vec<String> = open
        .iter()
        .map(|it| {
            let place = it.place().map(|place| format!("line {place}, ")).unwrap_or_default();
            let line = &it.line;
            format!("{place}{} of {} {}", line.amount.grouped(), line.date.in_words(), line.text)
        })
        .collect();
    let subject = if words.len() == 1 { "statement line is" } else { "statement lines are" };
    Some(ClosingFinding {
        code: "open-statement-lines",
        what: format!("{} {subject} open: {}", words.len(), listed(&words)),
        remedy: Remedy::MatchOrExplainLines { account: first.line.account.clone(), line: first.place() },
    })
}

/// Returns the finding of balances that do not chain in the month.
fn broken(accounts: &[BankAccount], month: Month) -> Option<ClosingFinding> {
    let breaks = accounts.iter().flat_map(|account| account.breaks.iter().map(move |it| (account, it)));
    let of_month = breaks.filter(|(_, it)| it.from.month() == month);
    let words: Vec<String> = of_month
        .map(|(account, it)| {
            format!(
                "the statement for {} in record {} opens with {}, but the previous closing balance is {}",
                account.account,
                it.statement,
                it.stated.grouped(),
                it.expected.grouped()
            )
        })
        .collect();
    (!words.is_empty()).then(|| ClosingFinding {
        code: "balances-do-not-chain",
        what: format!("opening balances do not agree: {}", listed(&words)),
        remedy: Remedy::RecordStatementOrExplain,
    })
}

/// Returns what was checked; `None` if no statement is recorded.
fn checked(accounts: &[BankAccount], month: Month, movements: &Movements) -> Option<BankChecks> {
    let check = |account: &BankAccount| {
        let balances = match account.first_opening() {
            None => BalancesAtClose::NotStated,
            Some(_) if account.breaks.iter().any(|it| it.from.month() == month) => BalancesAtClose::Broken,
            Some(_) => BalancesAtClose::Chain,
        };
        let (from, to) = (account.first_day()?, account.last_day()?);
        Some(AccountCheck { account: account.account.clone(), from, to, balances })
    };
    let checks: Vec<AccountCheck> = accounts.iter().filter_map(check).collect();
    let lines = accounts.iter().flat_map(|account| &account.lines);
    let of_month: Vec<_> = lines.filter(|line| line.line.date.month() == month).collect();
    let is_explained =
        |it: &&&RecordedLine| matches!(it.state(), LineState::Explained(..) | LineState::Partly(..));
    (!checks.is_empty()).then(|| BankChecks {
        payments: movements.payments,
        receipts: movements.receipts,
        lines: of_month.len() as u64,
        explained: of_month.iter().filter(is_explained).count() as u64,
        accounts: checks,
        reason: None,
    })
}

fn listed<'w>(all: impl IntoIterator<Item = &'w String>) -> String {
    let mut all = all.into_iter().map(String::as_str);
    let listed: Vec<&str> = all.by_ref().take(LISTED).collect();
    let more = if all.next().is_some() { ", …" } else { "" };
    format!("{}{more}", listed.join(", "))
}
