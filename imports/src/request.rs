//! Requests: the result of reading a row.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::payments::PaymentKind;

/// The request of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRequest {
    Command(Command),
    /// A payment whose grant the file does not name.
    Payment(UnmatchedPayment),
    /// A line of a bank statement, to be matched.
    Line(StatementRow),
    /// None, with the reason for skipping the row.
    Nothing(&'static str),
}

/// A payment, or if negative money back, whose grant must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPayment {
    pub date: Date,
    /// Negative for money back.
    pub amount: Money,
    /// What it is, if stated.
    pub kind: Option<PaymentKind>,
    /// Reference of the finance system.
    pub reference: Option<Text>,
    pub recipient: Option<Text>,
    pub identifiers: Vec<Identifier>,
    /// Text that may contain the award or decision number.
    pub words: String,
}

/// A row of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    pub date: Date,
    pub text: Text,
    /// Negative for money out.
    pub amount: Money,
    /// Balance after the transaction, if the statement has one.
    pub balance: Option<Money>,
    /// The account, if the statement names it.
    pub account: Option<Text>,
}

/// Interprets the rows of one kind of file.
pub(crate) trait Mapping {
    /// Returns the request of a row; problems are noted in the cells.
    fn interpret(&mut self, cells: &mut Cells<'_>) -> Result<RowRequest, Refused>;
}
