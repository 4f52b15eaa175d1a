//! Bank statements as they are recorded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{AccountKey, LineKey, StatementLine};
use crate::calendar::Date;
use crate::money::{Money, Overflow};
use crate::text::Text;

/// A bank statement: everything that it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankStatement {
    /// As it is written in the books: on the first statement of the account.
    pub account: Text,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub to: Date,
    /// The balance before its first line; `None` if it states none.
    pub opening: Option<Money>,
    /// The balance after its last line; `None` if it states none.
    pub closing: Option<Money>,
    /// In the order of the statement.
    #[serde(default)]
    pub lines: Vec<StatementEntry>,
}

/// A line of a bank statement, without its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementEntry {
    pub date: Date,
    /// Negative for money out.
    pub amount: Money,
    /// The bank's description.
    pub text: Text,
    /// The bank's reference, where the statement has it apart from the text.
    pub reference: Option<Text>,
    /// The running balance after the line, if stated.
    pub balance: Option<Money>,
}

impl BankStatement {
    /// Returns its lines with the numbers among identical ones.
    pub fn identified(&self) -> Vec<StatementLine> {
        let mut counts: HashMap<(Date, Money, Text), u32> = HashMap::new();
        let identify = |entry: &StatementEntry| {
            let StatementEntry { date, amount, text, .. } = entry;
            let nth = counts.entry((*date, *amount, text.clone())).or_default();
            *nth += 1;
            let (account, text) = (self.account.clone(), text.clone());
            StatementLine { account, date: *date, amount: *amount, text, nth: *nth }
        };
        self.lines.iter().map(identify).collect()
    }

    /// Returns what is wrong with it by itself, if anything.
    ///
    /// # Errors
    /// [`Overflow`] if its lines add up to too much.
    pub fn fault(&self) -> Result<Option<StatementFault>, Overflow> {
        let BankStatement { from, to, opening, closing, lines, .. } = self;
        if to < from {
            return Ok(Some(StatementFault::EndsBeforeStart { from: *from, to: *to }));
        }
        let outside = lines.iter().find(|line| line.date < *from || *to < line.date);
        if let Some(line) = outside {
            return Ok(Some(StatementFault::LineOutside { date: line.date, from: *from, to: *to }));
        }
        if let (Some(opening), Some(closing)) = (*opening, *closing) {
            let lines = self.movement()?;
            if opening.plus(lines)? != closing {
                return Ok(Some(StatementFault::DoesNotAddUp { opening, lines, closing }));
            }
        }
        Ok(None)
    }

    /// Returns the sum of its lines.
    ///
    /// # Errors
    /// [`Overflow`] if it is too large.
    pub fn movement(&self) -> Result<Money, Overflow> {
        Money::sum(self.lines.iter().map(|line| line.amount))
    }
}

/// What is wrong with a statement by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    #[error("the statement ends on {}, before it begins on {}", to.in_words(), from.in_words())]
    EndsBeforeStart { from: Date, to: Date },
    #[error(
        "the statement is from {} to {}, but has a line dated {}", from.in_words(), to.in_words(), date.in_words()
    )]
    LineOutside { date: Date, from: Date, to: Date },
    #[error(
        "the opening balance {} and the lines {} do not add up to the closing balance {}",
        opening.grouped(), lines.grouped(), closing.grouped()
    )]
    DoesNotAddUp { opening: Money, lines: Money, closing: Money },
}

/// A statement that was recorded, without its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedStatement {
    pub record: u64,
    pub account: Text,
    pub from: Date,
    pub to: Date,
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    /// The number of its lines.
    pub lines: u64,
    pub reversed_by: Option<u64>,
}

impl RecordedStatement {
    pub fn of(record: u64, statement: &BankStatement) -> RecordedStatement {
        let BankStatement { account, from, to, opening, closing, lines } = statement;
        RecordedStatement {
            record,
            account: account.clone(),
            from: *from,
            to: *to,
            opening: *opening,
            closing: *closing,
            lines: lines.len() as u64,
            reversed_by: None,
        }
    }

    pub fn key(&self) -> AccountKey {
        AccountKey::of(self.account.as_str())
    }
}

/// The days that a statement covers, with its lines.
pub(crate) struct Covered {
    from: Date,
    to: Date,
    opening: Option<Money>,
    closing: Option<Money>,
    pub(crate) lines: BTreeMap<LineKey, (Date, Money)>,
}

impl Covered {
    /// Returns the days of a statement, without lines.
    pub(crate) fn of(statement: &RecordedStatement) -> Covered {
        let RecordedStatement { from, to, opening, closing, .. } = *statement;
        Covered { from, to, opening, closing, lines: BTreeMap::new() }
    }

    /// Returns the days of the lines that only another statement has.
    pub(crate) fn only_there(&self, other: &Covered) -> BTreeSet<Date> {
        let only = other.lines.iter().filter(|(key, _)| !self.lines.contains_key(*key));
        only.map(|(_, (day, _))| *day).collect()
    }

    /// True if two statements cover a day from the same point to the same point, so that they must have the same lines
    /// of it. A statement may begin or end between two lines of a day; its balances tell where.
    pub(crate) fn both_cover_whole(&self, other: &Covered, day: Date) -> Result<bool, Overflow> {
        if day < self.from.max(other.from) || self.to.min(other.to) < day {
            return Ok(false);
        }
        let is_one = |one: Option<Money>, other: Option<Money>| one.is_some() && one == other;
        let begins = self.from.max(other.from) < day
            || is_one(self.balance(|of| of < day)?, other.balance(|of| of < day)?);
        let ends = day < self.to.min(other.to)
            || is_one(self.balance(|of| of <= day)?, other.balance(|of| of <= day)?);
        Ok(begins && ends)
    }

    /// Returns the balance after the lines of these days; `None` if the statement states none.
    fn balance(&self, is_past: impl Fn(Date) -> bool) -> Result<Option<Money>, Overflow> {
        let sum = |is_meant: &dyn Fn(Date) -> bool| {
            Money::sum(self.lines.values().filter(|(of, _)| is_meant(*of)).map(|(_, amount)| *amount))
        };
        let opening = match (self.opening, self.closing) {
            (Some(opening), _) => opening,
            (None, Some(closing)) => closing.minus(sum(&|_| true)?)?,
            (None, None) => return Ok(None),
        };
        Ok(Some(opening.plus(sum(&is_past)?)?))
    }
}
