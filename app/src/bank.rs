//! The bank accounts of the books as they are shown: what lines come to by their states, where balances do not chain,
//! and what a line is or may be.

use std::collections::BTreeMap;

use almoner_imports::{BankItems, Found, Open, Suggestion, matched};
use almoner_ledger::book::bank::{BankAccount, accounts};
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{LineKey, LineState, RecordedLine, RecordedStatement};

use crate::error::Error;
use crate::narrative::recipient_name;

/// What lines of the bank come to, from one balance to another.
///
/// `opening` + `matched` + `not_ours` + `open` + `missing` = `closing`, where both balances are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BankPosition {
    /// The balance before the lines; `None` if none is stated.
    pub opening: Option<Money>,
    /// What is matched to records, whole lines and parts of lines.
    pub matched: Money,
    /// The number of lines that are matched, in whole or in part.
    pub matched_lines: usize,
    /// What is explained, and the remainders of lines that are partly ours.
    pub not_ours: Money,
    /// The number of lines that are explained.
    pub explained_lines: usize,
    /// What is neither matched nor explained.
    pub open: Money,
    /// The number of open lines.
    pub open_lines: usize,
    /// By how much balances do not chain: what is on a statement that is missing.
    pub missing: Money,
    /// The balance after the lines; `None` if none is stated.
    pub closing: Option<Money>,
}

impl BankPosition {
    /// Returns what lines come to, without balances.
    ///
    /// # Errors
    /// Sums that are too large.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l RecordedLine>) -> Result<BankPosition, Error> {
        let mut position = BankPosition::default();
        for line in lines {
            let amount = line.line.amount;
            match line.state() {
                LineState::Open => {
                    position.open = position.open.plus(amount)?;
                    position.open_lines += 1;
                }
                LineState::Matched(_) => {
                    position.matched = position.matched.plus(amount)?;
                    position.matched_lines += 1;
                }
                LineState::Partly(of, remainder) => {
                    // Lines that are reconciled together share the remainder, which counts once: with the first.
                    let is_first = of.lines.first() == Some(&line.key());
                    let rest = if is_first { remainder.amount } else { Money::ZERO };
                    position.not_ours = position.not_ours.plus(rest)?;
                    position.matched = position.matched.plus(amount.minus(rest)?)?;
                    position.matched_lines += 1;
                }
                LineState::Explained(..) => {
                    position.not_ours = position.not_ours.plus(amount)?;
                    position.explained_lines += 1;
                }
            }
        }
        Ok(position)
    }

    /// Returns the number of lines.
    pub fn lines(&self) -> usize {
        self.matched_lines + self.explained_lines + self.open_lines
    }

    fn moved(&self) -> Result<Money, Error> {
        Ok(Money::sum([self.matched, self.not_ours, self.open, self.missing])?)
    }

    /// Returns the position with a balance that is not stated following from the other one.
    fn between(mut self, opening: Option<Money>, closing: Option<Money>) -> Result<BankPosition, Error> {
        let moved = self.moved()?;
        self.opening = opening.or(closing.map(|it| it.minus(moved)).transpose()?);
        self.closing = closing.or(opening.map(|it| it.plus(moved)).transpose()?);
        Ok(self)
    }
}

/// Returns the lines of a statement, in its order.
pub fn lines_of(account: &BankAccount, statement: u64) -> Vec<&RecordedLine> {
    let place = |line: &&RecordedLine| {
        line.places.iter().find(|place| place.statement == statement).map(|place| place.line)
    };
    let mut lines: Vec<&RecordedLine> = account.lines.iter().filter(|it| place(it).is_some()).collect();
    lines.sort_by_key(|line| place(line));
    lines
}

/// Returns what the lines of a statement come to, between its balances.
///
/// # Errors
/// Sums that are too large.
pub fn of_statement(account: &BankAccount, statement: &RecordedStatement) -> Result<BankPosition, Error> {
    let lines = lines_of(account, statement.record);
    BankPosition::of(lines)?.between(statement.opening, statement.closing)
}

/// Returns what all lines of an account come to, from the first statement to the end of the last one.
///
/// # Errors
/// Sums that are too large.
pub fn of_account(account: &BankAccount) -> Result<BankPosition, Error> {
    let mut position = BankPosition::of(account.lines.iter().filter(|it| !it.places.is_empty()))?;
    for it in &account.breaks {
        position.missing = position.missing.plus(it.stated.minus(it.expected)?)?;
    }
    position.between(account.first_opening(), None)
}

/// Whether a statement begins with the balance of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// It is the first of its account that states a balance.
    First,
    /// It does.
    Chained,
    /// It begins with another balance than the one expected.
    Broken {
        /// The balance by the statements before it.
        expected: Money,
        /// The opening balance that it states.
        stated: Money,
    },
    /// It states no balance.
    NotStated,
}

/// Returns whether a statement of an account begins with the balance of those before it.
pub fn chain(account: &BankAccount, statement: &RecordedStatement) -> Chain {
    let states = |it: &RecordedStatement| it.opening.is_some() || it.closing.is_some();
    if !states(statement) {
        return Chain::NotStated;
    }
    if let Some(at) = account.breaks.iter().find(|it| it.statement == statement.record) {
        return Chain::Broken { expected: at.expected, stated: at.stated };
    }
    let first = account.statements.iter().find(|it| states(it)).map(|it| it.record);
    if first == Some(statement.record) { Chain::First } else { Chain::Chained }
}

/// Returns the account of this name.
///
/// # Errors
/// Unreadable books.
pub fn account(books: &dyn Books, written: &str) -> Result<Option<BankAccount>, Error> {
    Ok(accounts(books)?.into_iter().find(|it| it.is_called(written)))
}

/// Open lines with what they may be.
pub struct Suggestions {
    /// The payments, refunds and receipts that are not reconciled, by date.
    pub items: Vec<Open>,
    /// What each open line may be, by position, the best first. A certain match is the only suggestion.
    pub of: BTreeMap<LineKey, Vec<Suggestion>>,
    /// The number of certain matches.
    pub certain: usize,
}

/// Returns what the open lines of an account may be that are shown. `days` is the longest time from the date of a payment
/// to that of the bank.
///
/// # Errors
/// Unreadable books.
pub fn suggestions(
    books: &dyn Books,
    account: &BankAccount,
    days: i64,
    is_shown: impl Fn(&RecordedLine) -> bool,
) -> Result<Suggestions, Error> {
    let open: Vec<RecordedLine> = account.lines.iter().filter(|it| it.is_open()).cloned().collect();
    let items = BankItems::of(books)?;
    let (mut of, mut certain) = (BTreeMap::new(), 0);
    let found = matched(&items, &open, days, |place| open.get(place).is_some_and(&is_shown));
    for (line, found) in open.iter().zip(found) {
        let suggested = match found {
            Found::Open(suggestions) => suggestions,
            Found::Matched(items, basis) => {
                certain += 1;
                vec![Suggestion { items, basis, remainder: None }]
            }
        };
        of.insert(line.key(), suggested);
    }
    Ok(Suggestions { items: items.open, of, certain })
}

/// Returns the positions of items by how likely each is a line: those of its amount first, then those that may be a part
/// of it, each nearest to its date first; none of the other direction or of another account.
pub fn likely(line: &RecordedLine, items: &[Open]) -> Vec<usize> {
    let (amount, date) = (line.line.amount, line.line.date);
    let may_be =
        |item: &Open| item.amount.is_negative() == amount.is_negative() && item.may_be_of(&line.line.account);
    let mut all: Vec<usize> =
        items.iter().enumerate().filter(|(_, item)| may_be(item)).map(|(place, _)| place).collect();
    all.sort_by_key(|place| {
        items.get(*place).map(|item| {
            let (is_other, is_larger) = (item.amount != amount, item.amount.size() > amount.size());
            (is_other, is_larger, item.date.days_since(date).abs(), std::cmp::Reverse(item.at.record))
        })
    });
    all
}

/// A payment, refund or receipt, as it is shown beside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its record.
    pub record: u64,
    /// Its grant; `None` for a receipt from a funder.
    pub grant: Option<GrantId>,
    /// What it is: payment, refund …
    pub what: String,
    /// The recipient or funder.
    pub name: String,
    /// Its date.
    pub date: Date,
    /// Negative for money out.
    pub amount: Money,
}

/// Returns the payment, refund or receipt of a record; `None` if it is none.
///
/// # Errors
/// Unreadable books.
pub fn moved(books: &dyn Books, record: u64) -> Result<Option<Moved>, Error> {
    let Some(Record { event, .. }) = books.record(record)? else { return Ok(None) };
    let Some(grant) = event.grant() else { return Ok(receipt(books, record)?) };
    let Some(grant) = books.grant(grant)? else { return Ok(None) };
    let Some(found) = grant.history.iter().find(|it| it.record == record) else { return Ok(None) };
    let (Some(amount), Some(date)) = (found.fact.at_bank(), found.fact.date()) else { return Ok(None) };
    let name = match grant.last_award() {
        Some(award) => recipient_name(books, &award.recipient)?,
        None => String::new(),
    };
    let what = found.fact.words().to_owned();
    Ok(Some(Moved { record, grant: Some(grant.id.clone()), what, name, date, amount }))
}

fn receipt(books: &dyn Books, record: u64) -> Result<Option<Moved>, BooksError> {
    let found = books.reference().receipts.iter().find(|it| it.record == record);
    Ok(found.and_then(|it| {
        let name = it.receipt.from.as_ref().map(ToString::to_string).unwrap_or_default();
        let amount = it.receipt.at_bank()?;
        Some(Moved { record, grant: None, what: "receipt".to_owned(), name, date: it.receipt.date, amount })
    }))
}

/// Returns the account that a record is of, if it is one of the bank.
pub fn account_of(event: &Event) -> Option<String> {
    if let Event::StatementRecorded(statement) = event {
        return Some(statement.account.to_string());
    }
    let Event::Reconciled(reconciled) = event else { return None };
    Some(reconciled.line.account.to_string())
}
