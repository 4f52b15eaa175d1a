//! Bank reconciliation: statements, their lines and the records that they match.
//!
//! A statement line is identified by its account, date, amount and text, and its number among identical lines, so that
//! a line on two statements is one line. Statements and reconciliations post nothing: the records were posted when they
//! were recorded.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod account;
mod reconciled;
mod statement;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::account::{AccountKey, is_same_account};
pub use self::reconciled::LineReconciled;
pub(crate) use self::statement::Covered;
pub use self::statement::{BankStatement, RecordedStatement, StatementEntry, StatementFault};
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
    /// Returns the key of the line. It does not depend on how the account is written.
    pub fn key(&self) -> LineKey {
        let StatementLine { account, date, amount, text, nth } = self;
        let account = AccountKey::of(account.as_str());
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

/// The part of a line that is not in these books: of a payment run that also pays suppliers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remainder {
    pub amount: Money,
    pub reason: Option<Text>,
}

/// Why a line is not in these books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    pub kind: ExplanationKind,
    pub reason: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExplanationKind {
    /// A charge of the bank.
    Charge,
    Interest,
    /// Money of the body that is neither a grant nor its funding.
    NotAGrant,
}

crate::worded!(ExplanationKind::words, parsed {
    Charge = "charge", Interest = "interest", NotAGrant = "not a grant",
});

/// How a line, or several together, are reconciled, even if that was reversed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciledLine {
    pub record: u64,
    /// The lines that are reconciled together, this one included.
    pub lines: BTreeSet<LineKey>,
    /// The numbers of its records, in order.
    pub records: Vec<u64>,
    pub remainder: Option<Remainder>,
    pub explanation: Option<Explanation>,
    pub reversed_by: Option<u64>,
}

/// Where a line is found: the record of the statement, and the line's number on it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinePlace {
    pub statement: u64,
    pub line: u32,
}

impl std::fmt::Display for LinePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.statement, self.line)
    }
}

/// A line of a statement in the books, with its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedLine {
    pub line: StatementLine,
    /// The bank's reference, where the statement has it apart from the text.
    pub reference: Option<Text>,
    /// The statements that contain it and are not reversed, in order. A line of no statement was recorded with its
    /// reconciliation alone.
    pub places: Vec<LinePlace>,
    pub reconciled: Option<ReconciledLine>,
}

/// The state of a statement line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState<'l> {
    /// Neither matched nor explained.
    Open,
    /// The records are the whole line, or with other lines their sum.
    Matched(&'l ReconciledLine),
    /// The records are a part of the line; the remainder is not in these books.
    Partly(&'l ReconciledLine, &'l Remainder),
    /// Not in these books, with a reason.
    Explained(&'l ReconciledLine, &'l Explanation),
}

impl RecordedLine {
    pub fn key(&self) -> LineKey {
        self.line.key()
    }

    /// Returns how it is reconciled, if that is not reversed.
    pub fn reconciliation(&self) -> Option<&ReconciledLine> {
        self.reconciled.as_ref().filter(|it| it.reversed_by.is_none())
    }

    pub fn state(&self) -> LineState<'_> {
        match self.reconciliation() {
            None => LineState::Open,
            Some(of @ ReconciledLine { explanation: Some(explanation), .. }) => {
                LineState::Explained(of, explanation)
            }
            Some(of @ ReconciledLine { remainder: Some(remainder), .. }) => LineState::Partly(of, remainder),
            Some(of) => LineState::Matched(of),
        }
    }

    pub fn is_open(&self) -> bool {
        self.reconciliation().is_none()
    }

    /// False for a line whose statements are all reversed.
    pub fn is_in_books(&self) -> bool {
        !self.places.is_empty() || self.reconciliation().is_some()
    }

    /// Returns where it was found first.
    pub fn place(&self) -> Option<LinePlace> {
        self.places.first().copied()
    }
}

#[cfg(test)]
mod tests;
