//! Money at the bank: payments to recipients, refunds by them, and payments that came back.

use serde::{Deserialize, Serialize};

use super::Fact;
use crate::allocation::Part;
use crate::calendar::Date;
use crate::money::Money;
use crate::reconciliation::is_same_account;
use crate::text::Text;

/// A payment to the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    pub date: Date,
    /// Greater than zero.
    pub amount: Money,
    /// The finance system's or the bank's reference.
    pub reference: Option<Text>,
    /// The bank account that it was paid from, if stated.
    #[serde(default)]
    pub account: Option<Text>,
    /// Why it was made before the decision, if so.
    pub before_decision: Option<Text>,
    /// The part that it is for; otherwise it is shared over all.
    #[serde(default)]
    pub part: Option<Part>,
    /// True if it was confirmed that it is no duplicate of an earlier one like it.
    #[serde(default)]
    pub again: bool,
}

impl Payment {
    /// True if both are the same payment, so that one of them is a repetition or a further one like it.
    pub fn is_same(&self, other: &Payment) -> bool {
        (self.date, self.amount) == (other.date, other.amount)
            && self.reference == other.reference
            && is_same_account(self.account.as_ref(), other.account.as_ref())
            && self.part == other.part
    }
}

/// A refund of unspent money by the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    pub date: Date,
    /// Greater than zero.
    pub amount: Money,
    /// The finance system's or the bank's reference.
    pub reference: Option<Text>,
    /// The bank account that it was paid into, if stated.
    #[serde(default)]
    pub account: Option<Text>,
    /// True if the amount can be paid again; otherwise the award is reduced by it.
    #[serde(default)]
    pub stays_available: bool,
    /// The part that it comes back from; otherwise it is shared over all.
    #[serde(default)]
    pub part: Option<Part>,
    /// True if it was confirmed that it is no duplicate of earlier money back like it.
    #[serde(default)]
    pub again: bool,
}

impl Refund {
    /// True if both are the same refund, so that one of them is a repetition or a further one like it.
    pub fn is_same(&self, other: &Refund) -> bool {
        (self.date, self.amount) == (other.date, other.amount)
            && self.reference == other.reference
            && is_same_account(self.account.as_ref(), other.account.as_ref())
            && self.stays_available == other.stays_available
            && self.part == other.part
    }

    /// True if it reduces the award by what it does not clear of recoveries due.
    pub fn reduces(&self) -> bool {
        !self.stays_available
    }
}

/// A payment that came back, since it did not arrive or was not for this award. It can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    pub date: Date,
    /// Greater than zero.
    pub amount: Money,
    /// The finance system's or the bank's reference.
    pub reference: Option<Text>,
    /// The bank account that it was paid into, if stated.
    #[serde(default)]
    pub account: Option<Text>,
    /// The record of the payment.
    pub payment: u64,
    /// The date of the payment.
    pub paid: Date,
    /// The part that the payment was for, if it named one.
    #[serde(default)]
    pub part: Option<Part>,
    /// True if it was confirmed that it is no duplicate of earlier money back like it.
    #[serde(default)]
    pub again: bool,
}

impl Returned {
    /// True if it is what is stated, so that the statement is a repetition or a further one like it; whichever payment it
    /// is of, if none is stated.
    pub fn is_same(
        &self,
        (date, amount): (Date, Money),
        (reference, account): (Option<&Text>, Option<&Text>),
        payment: Option<u64>,
    ) -> bool {
        (self.date, self.amount) == (date, amount)
            && self.reference.as_ref() == reference
            && is_same_account(self.account.as_ref(), account)
            && payment.is_none_or(|payment| payment == self.payment)
    }
}

/// A transaction at the bank.
#[derive(Clone, Copy, Debug)]
struct Movement<'f> {
    /// Negative for money out.
    amount: Money,
    reference: Option<&'f Text>,
    account: Option<&'f Text>,
    part: Option<&'f Part>,
}

impl<'f> Movement<'f> {
    fn of(
        amount: Money,
        reference: &'f Option<Text>,
        account: &'f Option<Text>,
        part: &'f Option<Part>,
    ) -> Movement<'f> {
        Movement { amount, reference: reference.as_ref(), account: account.as_ref(), part: part.as_ref() }
    }
}

impl Fact {
    /// Returns its amount at the bank, negative for money out; `None` for other facts.
    pub fn at_bank(&self) -> Option<Money> {
        self.movement().map(|it| it.amount)
    }

    /// Returns the finance system's or the bank's reference of a payment or refund.
    pub fn reference(&self) -> Option<&Text> {
        self.movement()?.reference
    }

    /// Returns the bank account that money was paid from or into, if stated.
    pub fn account(&self) -> Option<&Text> {
        self.movement()?.account
    }

    /// Returns the part that a payment, a refund or a returned payment is of, if it names one.
    pub fn part(&self) -> Option<&Part> {
        self.movement()?.part
    }

    fn movement(&self) -> Option<Movement<'_>> {
        match self {
            Fact::Paid(it) => Some(Movement::of(it.amount.negated(), &it.reference, &it.account, &it.part)),
            Fact::Refunded(it) => Some(Movement::of(it.amount, &it.reference, &it.account, &it.part)),
            Fact::Returned(it) => Some(Movement::of(it.amount, &it.reference, &it.account, &it.part)),
            Fact::Awarded(_)
            | Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::Repurposed(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => None,
        }
    }
}
