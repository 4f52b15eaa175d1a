//! Bank reconciliation: statement lines and the records that they match.
//!
//! A statement line is identified by its whole content, so that reading the same line twice gives one line. A
//! reconciliation posts nothing: the records were posted when they were recorded.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::hash::Hash;
use crate::ids::GrantId;
use crate::money::Money;
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementLine {
    /// The statement's account: `20-00-00 12345678`.
    pub account: Text,
    pub date: Date,
    /// Negative for money out.
    pub amount: Money,
    /// The bank's description.
    pub text: Text,
    /// The number among identical lines, from 1.
    #[serde(rename = "occurrence")]
    pub nth: u32,
}

impl StatementLine {
    pub fn key(&self) -> LineKey {
        let StatementLine { account, date, amount, text, nth } = self;
        // Texts have no line breaks, so different lines have different forms.
        LineKey(Hash::of(format!("{account}\n{date}\n{amount}\n{text}\n{nth}").as_bytes()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
pub struct LineKey(Hash);

impl std::fmt::Display for LineKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A record of a bank transaction, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankRecord {
    pub record: u64,
    /// Its grant; `None` is a receipt from a funder.
    pub grant: Option<GrantId>,
}

/// The mark of a reconciled payment, refund or receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    pub record: u64,
    pub date: Date,
}

/// A reconciled statement line, or one whose reconciliation was reversed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciledLine {
    pub record: u64,
    /// The numbers of its records, in order.
    pub records: Vec<u64>,
    pub reversed_by: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_in_any_field_have_different_keys() {
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
