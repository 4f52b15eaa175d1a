//! Payments and refunds.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::{Fact, GrantId, Payment, Refund};
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
    /// True for a further payment identical to one already recorded.
    pub again: bool,
}

impl Intent for NewPayment {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = self.date.unwrap_or(actor.today);
        let (award, amount, reference) = (self.award.clone(), self.amount, self.reference.clone());
        let payment = Payment { date, amount, reference: reference.clone() };
        let occurrence = occurrence(books, &award, self.again, &Fact::Paid(payment))?;
        Ok(Command::Pay { award, date, amount, reference, occurrence })
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
        let occurrence = occurrence(books, &award, again, &Fact::Refunded(refund))?;
        Ok(Command::Refund { award, date, amount, reference, stays_available, occurrence })
    }
}
