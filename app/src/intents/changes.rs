//! Extensions, changes of purpose, withdrawals, and terms that are stated later.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Purpose, TermsAddendum};

use super::{Intent, day_of_change, decision_date};
use crate::actor::Actor;
use crate::error::Error;

/// An extension to record.
#[derive(Clone, Debug)]
pub struct ExtendAward {
    /// The award.
    pub award: GrantId,
    /// New last day or month.
    pub to: StatedDate,
    /// The decision, if it is stated.
    pub decision: Option<DecisionId>,
    /// Effective date; that of the registered decision, else today, if not given.
    pub date: Option<Date>,
}

impl Intent for ExtendAward {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = day_of_change(books, self.date, self.decision.as_ref(), actor.today)?;
        let (award, decision) = (self.award.clone(), self.decision.clone());
        Ok(Command::Extend { award, decision, date, to: self.to })
    }
}

/// A change of purpose to record.
#[derive(Clone, Debug)]
pub struct RepurposeAward {
    /// The award.
    pub award: GrantId,
    /// The new purpose with its themes.
    pub purpose: Purpose,
    /// The decision, if it is stated.
    pub decision: Option<DecisionId>,
    /// Effective date; that of the registered decision, else today, if not given.
    pub date: Option<Date>,
    /// True if expenditure already recognised moves too.
    pub include_past: bool,
}

impl Intent for RepurposeAward {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = day_of_change(books, self.date, self.decision.as_ref(), actor.today)?;
        let RepurposeAward { award, purpose, decision, include_past, .. } = self.clone();
        Ok(Command::Repurpose { award, decision, date, purpose, include_past })
    }
}

/// A withdrawal to record.
#[derive(Clone, Debug)]
pub struct WithdrawAward {
    /// The award.
    pub award: GrantId,
    /// The decision, if it is stated.
    pub decision: Option<DecisionId>,
    /// Effective date; that of the registered decision if not given.
    pub date: Option<Date>,
}

impl Intent for WithdrawAward {
    fn command(&self, books: &dyn Books, _: &Actor) -> Result<Command, Error> {
        // What is withdrawn depends on the day, so that none is assumed.
        let date = self.date.or(decision_date(books, self.decision.as_ref())?);
        let undated = || Error::refused("withdrawal-not-dated", "the date of the withdrawal is not stated");
        let date = date.ok_or_else(|| undated().advice("state the date, or the decision that has one"))?;
        Ok(Command::Withdraw { award: self.award.clone(), decision: self.decision.clone(), date })
    }
}

/// Terms of an award that are stated later.
#[derive(Clone, Debug)]
pub struct StateTerms {
    /// The award.
    pub award: GrantId,
    /// The terms.
    pub terms: TermsAddendum,
}

impl Intent for StateTerms {
    fn command(&self, _: &dyn Books, _: &Actor) -> Result<Command, Error> {
        Ok(Command::State { award: self.award.clone(), statement: self.terms.clone() })
    }
}
