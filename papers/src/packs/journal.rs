//! The books for an auditor's own tool.
//!
//! **Guarantee.** The file contains every posting of the books, one transaction an entry, by posting date.
//! It ends with balance assertions for each account of each fund from the trial balance, so the tool
//! refuses a file in which an amount or an account was altered. The transactions come from the journal's
//! records and the balances from the totals; where the two differ, there is no file.

mod beancount;
mod plain_text;

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{CalendarError, Date, DateRange, FinancialYear};
use almoner_ledger::funds::FundId;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::trial_balance::BalanceAccount;
use almoner_ledger::reports::{Query, ReportError, trial_balance};

use crate::packs::transactions::Transaction;
use crate::tool::Tool;

impl Tool {
    /// Writes a transaction and returns the payee to declare, if the tool declares payees.
    pub fn transaction(self, transaction: &Transaction<'_>, text: &mut String) -> Option<String> {
        match self {
            Tool::Beancount => {
                beancount::write(transaction, text);
                None
            }
            Tool::Hledger | Tool::Ledger => Some(plain_text::write(transaction, self, text)),
        }
    }

    /// Writes the closing of a year.
    pub fn closing(self, closing: &Closing, text: &mut String) {
        match self {
            Tool::Beancount => beancount::write_closing(closing, text),
            Tool::Hledger | Tool::Ledger => plain_text::write_closing(closing, self, text),
        }
    }

    /// Returns the declarations before the first transaction, and the assertions after the last.
    pub fn head_and_end(self, frame: &Frame) -> (String, String) {
        match self {
            Tool::Beancount => (beancount::head(frame), beancount::end(frame)),
            Tool::Hledger | Tool::Ledger => (plain_text::head(frame), plain_text::end(frame)),
        }
    }
}

/// The reason why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the postings of {account} in fund {fund} differ from its balance by {by}")]
    OutOfBalance {
        account: &'static str,
        fund: FundId,
        /// Postings less balance.
        by: Money,
    },
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Range(#[from] CalendarError),
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// The facts about the transactions that are declared and asserted.
#[derive(Debug, Default)]
pub struct Seen {
    /// The sum posted to each account of each fund.
    balances: BTreeMap<(BalanceAccount, FundId), Money>,
    /// The income and expenditure of each year, by fund and account.
    results: BTreeMap<(FinancialYear, FundId), BTreeMap<BalanceAccount, Money>>,
    payees: BTreeSet<String>,
    /// The first and the last day with a transaction.
    days: Option<(Date, Date)>,
}

/// The content of the head and the end of the file.
#[derive(Debug)]
pub struct Frame {
    /// The description of the file, line by line.
    facts: Vec<String>,
    body: String,
    /// The first day with a transaction, and the day of the balances, which ends a month.
    days: Option<(Date, Date)>,
    seen: Seen,
}

/// The transfer of the result of a fund's year to its reserve, on 31 March.
#[derive(Debug)]
pub struct Closing {
    year: FinancialYear,
    fund: FundId,
    lines: Vec<(BalanceAccount, Money)>,
}

impl Closing {
    pub fn day(&self) -> Date {
        self.year.range().to()
    }

    fn words(&self) -> String {
        format!("result of {}", self.year)
    }
}

impl Seen {
    /// Closes every year but the last one with a transaction, whose closing balances are asserted before it closes.
    pub fn close_years(&mut self) -> Result<Vec<Closing>, Overflow> {
        let mut closings = Vec::new();
        let Some((_, last)) = self.days else { return Ok(closings) };
        for ((year, fund), results) in &self.results {
            let result = Money::sum(results.values().copied())?;
            if *year >= last.financial_year() || results.values().all(|amount| amount.is_zero()) {
                continue;
            }
            let mut lines: Vec<(BalanceAccount, Money)> =
                results.iter().map(|(account, amount)| (*account, amount.negated())).collect();
            lines.push((BalanceAccount::GeneralReserve, result));
            for (account, amount) in &lines {
                self.balances.entry((*account, fund.clone())).or_default().add(*amount)?;
            }
            closings.push(Closing { year: *year, fund: fund.clone(), lines });
        }
        Ok(closings)
    }

    /// Adds a transaction, with the payee under which it was written.
    pub fn add(&mut self, transaction: &Transaction<'_>, payee: Option<String>) -> Result<(), Overflow> {
        for line in &transaction.lines {
            let account = BalanceAccount::Posted(line.account);
            self.balances.entry((account, line.fund.clone())).or_default().add(line.amount)?;
            if account.is_of_year() {
                let year = (transaction.booked.financial_year(), line.fund.clone());
                self.results.entry(year).or_default().entry(account).or_default().add(line.amount)?;
            }
        }
        self.payees.extend(payee);
        let day = transaction.booked;
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
        Ok(())
    }
}

/// Returns the head and the end of the file, after checking that the postings agree with the trial balance.
///
/// `command` makes the file again.
pub fn frame(books: &dyn Books, seen: Seen, command: &str) -> Result<Frame, JournalError> {
    let head = books.head();
    let days = seen.days.map(|(first, last)| (first, last.month().last_day()));
    let mut facts = vec![
        format!("The books of {}", books.reference().body_name()),
        format!("Known at: record {}, recorded {}", head.record, books.reference().last_recorded),
        format!("Head: {}", head.hash),
        format!("Made by: {command}"),
    ];
    if let Some((first, as_at)) = days {
        facts.insert(1, format!("From {first}, balances as at {as_at}"));
        let query = Query::of(DateRange::new(first, as_at)?);
        for fund in trial_balance(books, &query)?.funds {
            for balance in fund.real.accounts.iter().chain(&fund.memorandum.accounts) {
                let posted = seen.balances.get(&(balance.account, fund.fund.clone()));
                let expected = balance.sides.debit.minus(balance.sides.credit)?;
                let by = posted.copied().unwrap_or_default().minus(expected)?;
                if !by.is_zero() {
                    let (account, fund) = (balance.account.code(), fund.fund);
                    return Err(JournalError::OutOfBalance { account, fund, by });
                }
            }
        }
    }
    let body = books.reference().body_name().to_owned();
    Ok(Frame { facts, body, days, seen })
}

fn tags(transaction: &Transaction<'_>) -> Vec<(&'static str, String)> {
    let source = transaction.source;
    let mut tags = vec![("record", source.record.to_string())];
    let ids = [
        ("grant", source.grant.as_ref().map(ToString::to_string)),
        ("decision", source.decision.as_ref().map(ToString::to_string)),
        ("recipient", source.recipient.as_ref().map(|it| it.id.to_string())),
        ("bank-account", source.account.as_ref().map(ToString::to_string)),
    ];
    tags.extend(ids.into_iter().filter_map(|(tag, id)| Some((tag, id?))));
    tags.push(("recorded", source.at.clone()));
    if !source.by.is_empty() {
        tags.push(("by", source.by.clone()));
    }
    tags
}

const TAGS: [&str; 10] = [
    "record",
    "grant",
    "decision",
    "recipient",
    "bank-account",
    "recorded",
    "by",
    "fund",
    "theme",
    "closing",
];
