//! Requests: the result of reading a row.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::allocation::Part;
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::text::Text;
use almoner_ledger::worded;

use crate::reason::NotAWord;

/// The request of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRequest {
    Command(Command),
    /// A payment whose grant the file does not name, or whose payee it states.
    Payment(UnmatchedPayment),
    /// A variation, whose new period follows from the one in force.
    Variation(VariationRow),
    /// A line of a bank statement, to be matched.
    Line(StatementRow),
    /// A balance that a bank statement states in a row of its own.
    Balance(BalanceRow),
    /// None, with the reason for skipping the row.
    Nothing(&'static str),
}

/// What a row of payments is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentKind {
    Payment,
    /// Reduces the award.
    Refund,
    /// The amount can be paid again.
    RefundAvailable,
    /// A payment that came back, and can be made again.
    Returned,
}

worded!(PaymentKind::word {
    Payment = "payment",
    Refund = "refund",
    RefundAvailable = "refund-available",
    Returned = "returned",
});

impl PaymentKind {
    pub(crate) fn parse(text: &str) -> Result<PaymentKind, NotAWord> {
        let word = text.trim().to_lowercase();
        let found = PaymentKind::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| NotAWord::none_of(&PaymentKind::ALL.map(PaymentKind::word)))
    }

    pub(crate) fn is_money_back(self) -> bool {
        match self {
            PaymentKind::Payment => false,
            PaymentKind::Refund | PaymentKind::RefundAvailable | PaymentKind::Returned => true,
        }
    }
}

/// A payment, or if negative money back, whose grant must be found, or compared with the payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPayment {
    /// The grant, if the file names it.
    pub award: Option<GrantId>,
    pub date: Date,
    /// Negative for money back.
    pub amount: Money,
    /// What it is, if stated.
    pub kind: Option<PaymentKind>,
    /// Reference of the finance system.
    pub reference: Option<Text>,
    /// The bank account that it was paid from or into, if stated.
    pub account: Option<Text>,
    /// Part of the award to which the amount relates, if stated.
    pub part: Option<Part>,
    pub recipient: Option<Text>,
    pub identifiers: Vec<Identifier>,
    /// Text that may contain the award or decision number.
    pub words: String,
}

/// A change of the amount or period of an award.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VariationRow {
    pub award: GrantId,
    pub decision: Option<DecisionId>,
    pub date: Date,
    /// The increase, or decrease if negative.
    pub change: Money,
    /// First day or month of the new period; unchanged if not stated.
    pub from: Option<StatedDate>,
    /// Last day or month of the new period; unchanged if not stated.
    pub to: Option<StatedDate>,
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The statement within the file that it is on, if the form of the file says so.
    pub statement: u32,
    pub date: Date,
    pub text: Text,
    /// Negative for money out.
    pub amount: Money,
    /// Balance after the transaction, if the statement has one.
    pub balance: Option<Money>,
    /// The account, if the statement names it.
    pub account: Option<Text>,
    /// The bank's own reference, if the statement has one apart from the text.
    pub reference: Option<Text>,
    /// The transactions that the bank booked in one sum, where it lists them and they come to that sum.
    pub parts: Vec<LinePart>,
}

/// One of the transactions that a bank booked in one sum.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LinePart {
    /// Negative for money out.
    pub amount: Money,
    pub text: Text,
}

/// A balance in a row of its own: `Balance brought forward`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    /// The statement within the file that it is on, if the form of the file says so.
    pub statement: u32,
    pub which: StatedAt,
    pub amount: Money,
    pub date: Option<Date>,
    pub account: Option<Text>,
}

/// Where in a statement a balance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedAt {
    /// Before the lines that follow in time.
    Opening,
    /// After the lines before it in time.
    Closing,
}

worded!(StatedAt::word { Opening = "opening", Closing = "closing" });
