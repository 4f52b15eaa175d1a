//! Payments, refunds and returned payments.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::{Fact, GrantId, Refund};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;

use super::{Intent, occurrence};
use crate::actor::Actor;
use crate::error::Error;

/// A payment to record.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The award.
    pub award: GrantId,
    /// The amount.
    pub amount: Money,
    /// Date of payment; today if not given.
    pub date: Option<Date>,
    /// Reference of the finance system or bank.
    pub reference: Option<Text>,
    /// Why it was made before the decision, if so.
    pub before_decision: Option<Text>,
    /// True for a further payment identical to one already recorded.
    pub again: bool,
}

impl Intent for NewPayment {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = self.date.unwrap_or(actor.today);
        let (award, amount, reference) = (self.award.clone(), self.amount, self.reference.clone());
        let is_same = |fact: &Fact| matches!(fact, Fact::Paid(it) if it.date == date && it.amount == amount && it.reference == reference);
        let occurrence = occurrence(books, &award, self.again, is_same)?;
        let before_decision = self.before_decision.clone();
        Ok(Command::Pay { award, date, amount, reference, before_decision, occurrence })
    }
}

/// A refund to record.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// The award.
    pub award: GrantId,
    /// The amount.
    pub amount: Money,
    /// Date received; today if not given.
    pub date: Option<Date>,
    /// Reference of the finance system or bank.
    pub reference: Option<Text>,
    /// True if the award is not reduced: the amount can be paid again.
    pub stays_available: bool,
    /// True for a further refund identical to one already recorded.
    pub again: bool,
}

impl Intent for NewRefund {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = self.date.unwrap_or(actor.today);
        let NewRefund { award, amount, reference, stays_available, again, .. } = self.clone();
        let refund = Refund { date, amount, reference: reference.clone(), stays_available };
        let refund = Fact::Refunded(refund);
        let occurrence = occurrence(books, &award, again, |fact| *fact == refund)?;
        Ok(Command::Refund { award, date, amount, reference, stays_available, occurrence })
    }
}

/// A returned payment to record.
#[derive(Clone, Debug)]
pub struct NewReturn {
    /// The award.
    pub award: GrantId,
    /// The amount.
    pub amount: Money,
    /// Date on which it came back; today if not given.
    pub date: Option<Date>,
    /// Reference of the finance system or bank.
    pub reference: Option<Text>,
    /// The record of the payment; the latest of that amount if not given.
    pub payment: Option<u64>,
    /// True for a further return like one already recorded.
    pub again: bool,
}

impl Intent for NewReturn {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = self.date.unwrap_or(actor.today);
        let NewReturn { award, amount, reference, payment, again, .. } = self.clone();
        let is_same = |fact: &Fact| {
            matches!(fact, Fact::Returned(it) if it.date == date
                && it.amount == amount
                && it.reference == reference
                && payment.is_none_or(|payment| payment == it.payment))
        };
        let occurrence = occurrence(books, &award, again, is_same)?;
        let recent = false;
        Ok(Command::Return { award, date, amount, reference, payment, recent, occurrence })
    }
}
