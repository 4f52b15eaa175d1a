//! The bank accounts of the books: their statements, whether these chain, and their lines.

use std::collections::{BTreeMap, BTreeSet};

use super::receipts::receipt_booked;
use super::{Books, BooksError, ReferenceData};
use crate::calendar::{Date, Month};
use crate::money::{Money, Overflow};
use crate::reconciliation::{
    AccountKey, BankRecord, BankStatement, LineKey, RecordedLine, RecordedStatement, StatementLine,
};
use crate::text::Text;

/// A bank account of which a statement or a line was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// As it is written on its first statement.
    pub account: Text,
    /// The statements that are not reversed, by their days.
    pub statements: Vec<RecordedStatement>,
    /// The lines, by date and place. Those that were recorded with their reconciliation alone are on no statement.
    pub lines: Vec<RecordedLine>,
    /// Where the balances do not chain, by date.
    pub breaks: Vec<ChainBreak>,
    /// The balance before the first line; `None` if no statement states a balance.
    opening: Option<Money>,
}

/// A statement that does not begin with the balance of the statement before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainBreak {
    /// The record of the statement.
    pub statement: u64,
    pub from: Date,
    /// The balance by the statements before it.
    pub expected: Money,
    /// The opening balance that it states.
    pub stated: Money,
}

/// Returns the bank accounts in the order of their first statements.
///
/// # Errors
/// Unreadable books, or sums that are too large.
pub fn accounts(books: &dyn Books) -> Result<Vec<BankAccount>, BooksError> {
    let mut keys: Vec<AccountKey> = Vec::new();
    let mut found: BTreeMap<AccountKey, BankAccount> = BTreeMap::new();
    let mut account_of = |written: &Text| -> AccountKey {
        let key = AccountKey::of(written.as_str());
        let key = keys.iter().find(|known| known.is_same(&key)).cloned().unwrap_or_else(|| {
            keys.push(key.clone());
            key
        });
        found.entry(key.clone()).or_insert_with(|| BankAccount {
            account: written.clone(),
            statements: Vec::new(),
            lines: Vec::new(),
            breaks: Vec::new(),
            opening: None,
        });
        key
    };
    let mut statements = Vec::new();
    for statement in books.reference().live_statements() {
        statements.push((account_of(&statement.account), statement.clone()));
    }
    let mut lines = Vec::new();
    books.each_bank_line(&mut |line| {
        if line.is_in_books() {
            lines.push(line.clone());
        }
        Ok(())
    })?;
    // In no particular order before, so that accounts without statements are in one.
    lines.sort_by_key(|it| (it.line.date, it.place(), it.line.nth));
    let lines: Vec<_> = lines.into_iter().map(|line| (account_of(&line.line.account), line)).collect();
    for (key, statement) in statements {
        found.entry(key).and_modify(|account| account.statements.push(statement));
    }
    for (key, line) in lines {
        found.entry(key).and_modify(|account| account.lines.push(line));
    }
    let mut accounts = Vec::with_capacity(keys.len());
    for key in &keys {
        let Some(mut account) = found.remove(key) else { continue };
        account.statements.sort_by_key(|it| (it.from, it.to, it.record));
        account.chain()?;
        accounts.push(account);
    }
    Ok(accounts)
}

/// Where a payment, refund or receipt is on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// As it is written in the books.
    pub account: Text,
    /// The date of the line, or of the first of several.
    pub date: Date,
}

/// Returns where the records that are reconciled are on statements, by their numbers.
///
/// # Errors
/// Unreadable books, or sums that are too large.
pub fn presented(books: &dyn Books) -> Result<BTreeMap<u64, Presented>, BooksError> {
    let mut presented: BTreeMap<u64, Presented> = BTreeMap::new();
    for account in accounts(books)? {
        for line in &account.lines {
            let records = line.reconciliation().map(|it| it.records.as_slice()).unwrap_or_default();
            for record in records {
                let date = line.line.date;
                let at = || Presented { account: account.account.clone(), date };
                let first = presented.entry(*record).or_insert_with(at);
                first.date = first.date.min(date);
            }
        }
    }
    Ok(presented)
}

/// Returns the account as it is written in the books, or `None` if nothing of it is recorded.
pub fn known_account(books: &dyn Books, written: &str) -> Option<Text> {
    let key = AccountKey::of(written);
    // There are few accounts, each with many statements.
    let known: BTreeSet<&Text> = books.reference().live_statements().map(|it| &it.account).collect();
    let known = known.into_iter().map(|account| (AccountKey::of(account.as_str()), account));
    let same: BTreeSet<(AccountKey, &Text)> = known.filter(|(it, _)| it.is_same(&key)).collect();
    let exact = same.iter().find(|(it, _)| *it == key);
    let keys: BTreeSet<&AccountKey> = same.iter().map(|(key, _)| key).collect();
    // A number without its sort code may be that of two accounts.
    let only = if keys.len() == 1 { same.first() } else { None };
    exact.or(only).map(|(_, account)| (*account).clone())
}

/// Returns the account of the books that is written most like this one, and the slips of typing between them; `None` if no
/// statement is recorded.
pub fn nearest_account(books: &dyn Books, written: &str) -> Option<(Text, usize)> {
    let key = AccountKey::of(written);
    let all = books.reference().live_statements().map(|it| (it.key().slips(&key), it.record, &it.account));
    all.min().map(|(slips, _, account)| (account.clone(), slips))
}

/// The number of slips of typing between two accounts up to which one may be meant for the other.
const NEAR: usize = 1;

/// Returns the known account for which one that is not known may be mistyped.
pub fn account_mistyped(books: &dyn Books, written: &str) -> Option<Text> {
    if known_account(books, written).is_some() {
        return None;
    }
    nearest_account(books, written).filter(|(_, slips)| *slips <= NEAR).map(|(nearest, _)| nearest)
}

/// Returns the account of the books that one which is not known may be meant for: the nearest, if only slips of typing lie
/// between them.
pub fn account_meant(books: &dyn Books, written: &str) -> Option<Text> {
    let (nearest, slips) = nearest_account(books, written)?;
    // As with other names, two slips in five characters are still a slip; but digits say little of each other.
    let digits = written.chars().filter(char::is_ascii_digit).count();
    let letters = written.chars().filter(|it| it.is_ascii_alphanumeric()).count() - digits;
    (slips <= letters * 2 / 5 + digits / 5).then_some(nearest)
}

/// Returns the months in which payments, refunds and receipts are shown.
///
/// # Errors
/// Unreadable books.
pub fn months_of(books: &dyn Books, records: &[BankRecord]) -> Result<BTreeSet<Month>, BooksError> {
    let mut months = BTreeSet::new();
    for BankRecord { record, grant } in records {
        let day = match grant {
            Some(id) => books.grant(id)?.and_then(|grant| {
                grant.history.iter().find(|it| it.record == *record).and_then(|it| it.shown_from())
            }),
            None => {
                let received = books.reference().receipts.iter().find(|it| it.record == *record);
                received.map(|it| receipt_booked(books, it)).transpose()?
            }
        };
        months.extend(day.map(Date::month));
    }
    Ok(months)
}

/// Returns a line as it is in the books, or as it would be added.
pub(crate) fn line_or_new(books: &dyn Books, line: StatementLine) -> Result<RecordedLine, BooksError> {
    let there = books.bank_line(&line.key())?.map(|line| line.into_owned());
    Ok(there.unwrap_or(RecordedLine { line, reference: None, places: Vec::new(), reconciled: None }))
}

impl ReferenceData {
    /// Returns the bank statements that are not reversed.
    pub fn live_statements(&self) -> impl Iterator<Item = &RecordedStatement> {
        self.statements.iter().filter(|it| it.reversed_by.is_none())
    }
}

impl BankAccount {
    /// Checks that each statement begins with the balance of those before it.
    fn chain(&mut self) -> Result<(), Overflow> {
        let mut opening = None;
        let mut breaks: Vec<ChainBreak> = Vec::new();
        let mut gap = Money::ZERO;
        for statement in &self.statements {
            let Some(stated) = self.stated_opening(statement)? else { continue };
            let Some(first) = opening else {
                opening = Some(stated.minus(self.sum(|line| line.line.date < statement.from)?)?);
                continue;
            };
            let is_own = |line: &RecordedLine| is_on(line, statement.record);
            let [expected, within] = self.openings(first.plus(gap)?, statement.from, is_own)?;
            if stated != expected && stated != within {
                gap = gap.plus(stated.minus(expected)?)?;
                let (record, from) = (statement.record, statement.from);
                breaks.push(ChainBreak { statement: record, from, expected, stated });
            }
        }
        (self.opening, self.breaks) = (opening, breaks);
        Ok(())
    }

    /// Returns the balances with which a statement may begin: at the beginning of its first day, or within that day after
    /// the lines that it does not have. `first` is the balance before all lines.
    fn openings(
        &self,
        first: Money,
        from: Date,
        is_own: impl Fn(&RecordedLine) -> bool,
    ) -> Result<[Money; 2], Overflow> {
        let expected = self.sum(|line| line.line.date < from)?.plus(first)?;
        let earlier = self.sum(|line| line.line.date == from && !is_own(line))?;
        Ok([expected, expected.plus(earlier)?])
    }

    /// Returns true unless a statement would begin with another balance than those that are recorded come to.
    ///
    /// # Errors
    /// [`Overflow`] if a sum is too large.
    pub fn may_open_with(&self, statement: &BankStatement) -> Result<bool, Overflow> {
        let stated = match (statement.opening, statement.closing) {
            (Some(opening), _) => opening,
            (None, Some(closing)) => closing.minus(statement.movement()?)?,
            (None, None) => return Ok(true),
        };
        let Some(first) = self.opening else { return Ok(false) };
        let gaps = self.gaps(statement.from)?;
        let keys: BTreeSet<LineKey> = statement.identified().iter().map(StatementLine::key).collect();
        let is_own = |line: &RecordedLine| keys.contains(&line.key());
        Ok(self.openings(first.plus(gaps)?, statement.from, is_own)?.contains(&stated))
    }

    /// Returns what is missing up to a day where balances do not chain.
    fn gaps(&self, day: Date) -> Result<Money, Overflow> {
        let gaps = self.breaks.iter().filter(|it| it.from <= day);
        Money::sum(gaps.map(|it| it.stated.minus(it.expected)).collect::<Result<Vec<_>, _>>()?)
    }

    /// Returns the balance before a statement, also where it states only the one after it.
    fn stated_opening(&self, statement: &RecordedStatement) -> Result<Option<Money>, Overflow> {
        match (statement.opening, statement.closing) {
            (Some(opening), _) => Ok(Some(opening)),
            (None, Some(closing)) => {
                let own = self.sum(|line| is_on(line, statement.record))?;
                Ok(Some(closing.minus(own)?))
            }
            (None, None) => Ok(None),
        }
    }

    /// Returns the sum of lines that are on a statement.
    fn sum(&self, is_wanted: impl Fn(&RecordedLine) -> bool) -> Result<Money, Overflow> {
        let wanted = self.lines.iter().filter(|line| !line.places.is_empty() && is_wanted(line));
        Money::sum(wanted.map(|line| line.line.amount))
    }

    /// Returns the balance by the statements at the end of a day; `None` if none of them states a balance.
    ///
    /// # Errors
    /// [`Overflow`] if a sum is too large.
    pub fn balance_at(&self, day: Date) -> Result<Option<Money>, Overflow> {
        let Some(opening) = self.opening else { return Ok(None) };
        let moved = self.sum(|line| line.line.date <= day)?;
        Ok(Some(opening.plus(self.gaps(day)?)?.plus(moved)?))
    }

    /// Returns the balance before the first line; `None` if no statement states a balance.
    pub fn first_opening(&self) -> Option<Money> {
        self.opening
    }

    /// Returns the first day of the first statement.
    pub fn first_day(&self) -> Option<Date> {
        self.statements.first().map(|it| it.from)
    }

    /// Returns the last day that a statement covers.
    pub fn last_day(&self) -> Option<Date> {
        self.statements.iter().map(|it| it.to).max()
    }

    /// True if this is the account, however it is written.
    pub fn is_called(&self, written: &str) -> bool {
        AccountKey::of(self.account.as_str()).is_same(&AccountKey::of(written))
    }
}

/// True if a line is on a statement.
fn is_on(line: &RecordedLine, statement: u64) -> bool {
    line.places.iter().any(|place| place.statement == statement)
}
