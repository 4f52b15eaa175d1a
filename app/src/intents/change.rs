//! Changes of an award by a decision.

use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId, NewPeriodError, Purpose};
use almoner_ledger::money::Money;

use super::decision_date;
use crate::error::{Error, Remedy};

/// A change of an award to record.
#[derive(Clone, Debug)]
pub struct ChangeAward {
    /// The award.
    pub award: GrantId,
    /// The decision, if it is stated.
    pub decision: Option<DecisionId>,
    /// Effective date; that of the registered decision, else (unless it is a withdrawal) today, if not given.
    pub date: Option<Date>,
    /// What changes.
    pub change: Change,
}

/// What changes of an award.
#[derive(Clone, Debug)]
pub enum Change {
    /// Its amount or period.
    Vary {
        /// The change of its amount, if there is one.
        amount: Option<ChangeOfAmount>,
        /// First day or month of the new period; unchanged if not given.
        from: Option<StatedDate>,
        /// Last day or month of the new period; unchanged if not given.
        to: Option<StatedDate>,
        /// The part whose amount changes; all in proportion if not given.
        part: Option<Part>,
    },
    /// Its funds, or its whole allocation.
    Fund {
        /// The new funds, or parts with a fund and a theme each.
        fund: Funds,
        /// True if expenditure already recognised moves too.
        include_past: bool,
    },
    /// The end of its period.
    Extend {
        /// New last day or month.
        to: StatedDate,
    },
    /// Its purpose.
    Repurpose {
        /// The new purpose with its themes.
        purpose: Purpose,
        /// True if expenditure already recognised moves too.
        include_past: bool,
    },
    /// It is withdrawn.
    Withdraw,
}

/// A change of the amount of an award.
#[derive(Clone, Copy, Debug)]
pub enum ChangeOfAmount {
    /// An increase, or a decrease if negative.
    By(Money),
    /// The new total.
    To(Money),
}

impl ChangeAward {
    /// Returns the command, with what is left out taken from the books and the day.
    pub fn command(&self, books: &dyn Books, today: Date) -> Result<Command, Error> {
        let date = self.date.or(decision_date(books, self.decision.as_ref())?);
        if date.is_none() && matches!(self.change, Change::Withdraw) {
            // What is withdrawn depends on the day, so that none is assumed.
            let undated = Error::refused("withdrawal-not-dated", "the date of the withdrawal is not stated");
            return Err(undated.advice("give the date, or the number of a decision that has a date"));
        }
        let date = date.unwrap_or(today);
        let (award, decision) = (self.award.clone(), self.decision.clone());
        Ok(match self.change.clone() {
            Change::Vary { amount, from, to, part } => {
                let grant = books.grant(&award)?;
                let change = match (grant.as_deref(), amount) {
                    (Some(grant), Some(ChangeOfAmount::To(total))) => self.change_to(grant, total, date)?,
                    (_, by) => change_by(by),
                };
                // Of an award that is not there, the decision names the nearest.
                let new = grant.map(|grant| grant.new_period((decision.as_ref(), date), from, to));
                let period = new.transpose().map_err(new_period_refused)?.flatten();
                Command::Vary { award, decision, date, change, period, part }
            }
            Change::Fund { fund, include_past } => {
                Command::ChangeFund { award, decision, date, fund, include_past }
            }
            Change::Extend { to } => Command::Extend { award, decision, date, to },
            Change::Repurpose { purpose, include_past } => {
                Command::Repurpose { award, decision, date, purpose, include_past }
            }
            Change::Withdraw => Command::Withdraw { award, decision, date },
        })
    }

    fn change_to(&self, grant: &Grant, total: Money, date: Date) -> Result<Money, Error> {
        let awarded = grant.standing()?.awarded;
        if awarded == total {
            // The same variation repeated: already recorded, not a change of zero.
            let recorded = grant.facts().filter_map(|fact| match fact {
                Fact::Varied(it) if it.decision == self.decision && it.date == date && !it.extension => {
                    Some(it)
                }
                _ => None,
            });
            if let Some(variation) = recorded.last() {
                return Ok(variation.change);
            }
        }
        Ok(total.minus(awarded)?)
    }
}

fn change_by(amount: Option<ChangeOfAmount>) -> Money {
    match amount {
        Some(ChangeOfAmount::By(change)) => change,
        Some(ChangeOfAmount::To(_)) | None => Money::ZERO,
    }
}

fn new_period_refused(error: NewPeriodError) -> Error {
    match error {
        NewPeriodError::NoPeriod(_) => {
            Error::refused("no-period", error.to_string()).remedy(Remedy::StateWholePeriod)
        }
        NewPeriodError::Period(error) => error.into(),
    }
}
