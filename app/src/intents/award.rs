//! A new award.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, Period};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;

use super::{Intent, decision_date};
use crate::actor::Actor;
use crate::error::{Error, Remedy};

/// An award to record.
#[derive(Clone, Debug)]
pub struct NewAward {
    /// Id of the award; that of the decision if not given.
    pub id: Option<GrantId>,
    /// The decision.
    pub decision: Option<DecisionId>,
    /// Date of the decision; that of the registered decision if not given.
    pub decided: Option<Date>,
    /// True if the date is assumed, because the decision states none.
    pub date_assumed: bool,
    /// True if only number and title of the decision may be published.
    pub confidential: bool,
    /// Name of the recipient.
    pub recipient: Option<Text>,
    /// Id of the recipient.
    pub recipient_id: Option<RecipientId>,
    /// The amount.
    pub amount: Money,
    /// The purpose with its themes.
    pub purpose: Purpose,
    /// The fund, if it is stated.
    pub fund: Option<FundId>,
    /// The power, if it is stated.
    pub power: Option<Power>,
    /// The period, if it is stated.
    pub period: Option<Period>,
    /// Conditions, if any are stated.
    pub conditions: Option<Text>,
    /// Reasons, if any are stated.
    pub reasons: Option<Text>,
}

impl Intent for NewAward {
    fn command(&self, books: &dyn Books, _: &Actor) -> Result<Command, Error> {
        let decided = self.decided.or(decision_date(books, self.decision.as_ref())?);
        let no_date = || Error::refused("no-date", "the award has no date").remedy(Remedy::DateDecision);
        let it = self.clone();
        Ok(Command::Award(Box::new(AwardCommand {
            id: it.id,
            decision: it.decision,
            decided: decided.ok_or_else(no_date)?,
            date_assumed: it.date_assumed,
            confidential: it.confidential,
            recipient_id: it.recipient_id,
            identifiers: Vec::new(),
            recipient: it.recipient,
            amount: it.amount,
            purpose: it.purpose,
            fund: it.fund,
            power: it.power.unwrap_or_default(),
            period: it.period,
            conditions: it.conditions,
            reasons: it.reasons,
        })))
    }
}
