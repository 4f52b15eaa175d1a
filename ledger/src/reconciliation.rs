//! Reconciliation with the bank: lines of its statements, and what in the books they are.
//!
//! A line of a statement is known by all that it says, so that the same line read twice is one line.
//! This module decides nothing and posts nothing: the money was posted when it was recorded.

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::grants::GrantId;
use crate::hash::Hash;
use crate::money::Money;
use crate::text::Text;

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementLine {
    /// The statement's account: `20-00-00 12345678`.
    pub account: Text,
    /// The bank's date.
    pub date: Date,
    /// How much, negative for money out.
    pub amount: Money,
    /// What the bank wrote.
    pub text: Text,
    /// Which of several alike, from 1.
    pub nth: u32,
}

impl StatementLine {
    /// The key that the line is known by.
    pub fn key(&self) -> LineKey {
        let StatementLine { account, date, amount, text, nth } = self;
        // A text has no line breaks, so no two lines are written alike.
        LineKey(Hash::of(format!("{account}\n{date}\n{amount}\n{text}\n{nth}").as_bytes()))
    }
}

/// What a line of a statement is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
pub struct LineKey(Hash);

impl std::fmt::Display for LineKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A record that moved money at the bank, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankRecord {
    /// Its number.
    pub record: u64,
    /// The grant that it is about; `None` is a receipt from a funder.
    pub grant: Option<GrantId>,
}

/// The mark of a payment, refund or receipt that is on a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    /// The record of the reconciliation.
    pub record: u64,
    /// The statement's date.
    pub date: Date,
}

/// A line that was reconciled, last or at present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciledLine {
    /// The record of the reconciliation.
    pub record: u64,
    /// The numbers of the records that it is made of, in order.
    pub records: Vec<u64>,
    /// The record that has undone the reconciliation.
    pub reversed_by: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_in_anything_are_other_lines() {
        let line = |account: &str, date: &str, amount: &str, text: &str, nth| StatementLine {
            account: account.parse().unwrap(),
            date: date.parse().unwrap(),
            amount: amount.parse().unwrap(),
            text: text.parse().unwrap(),
            nth,
        };
        let lines = [
            line("20-00-00 1", "2015-05-01", "-10", "BACS", 1),
            line("20-00-00 2", "2015-05-01", "-10", "BACS", 1),
            line("20-00-00 1", "2015-05-02", "-10", "BACS", 1),
            line("20-00-00 1", "2015-05-01", "10", "BACS", 1),
            line("20-00-00 1", "2015-05-01", "-10", "BACS 1", 1),
            line("20-00-00 1", "2015-05-01", "-10", "BACS", 2),
        ];
        let keys: std::collections::BTreeSet<LineKey> = lines.iter().map(StatementLine::key).collect();
        assert_eq!(keys.len(), lines.len());
        assert_eq!(lines[0].key(), lines[0].clone().key());
    }
}
