//! A change of the amount or period of a grant.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;

use super::{Intent, day_of_change};
use crate::actor::Actor;
use crate::error::{Error, Remedy};

/// A change of the amount of a grant.
#[derive(Clone, Copy, Debug)]
pub enum ChangeOfAmount {
    /// An increase, or a decrease if negative.
    By(Money),
    /// The new total.
    To(Money),
}

/// A variation to record.
#[derive(Clone, Debug)]
pub struct VaryAward {
    /// The award.
    pub award: GrantId,
    /// The change of its amount, if there is one.
    pub change: Option<ChangeOfAmount>,
    /// First day or month of the new period; unchanged if not given.
    pub from: Option<StatedDate>,
    /// Last day or month of the new period; unchanged if not given.
    pub to: Option<StatedDate>,
    /// The decision, if it is stated.
    pub decision: Option<DecisionId>,
    /// Effective date; that of the registered decision, else today, if not given.
    pub date: Option<Date>,
}

impl Intent for VaryAward {
    fn command(&self, books: &dyn Books, actor: &Actor) -> Result<Command, Error> {
        let date = day_of_change(books, self.date, self.decision.as_ref(), actor.today)?;
        let grant = books.grant(&self.award)?;
        let (change, period) = match (grant.as_deref(), self.change) {
            (Some(grant), _) => (self.change_of(grant, date)?, self.period_of(grant)?),
            // The decision refuses it and names the nearest award.
            (None, Some(ChangeOfAmount::By(change))) => (change, None),
            (None, Some(ChangeOfAmount::To(_)) | None) => (Money::ZERO, None),
        };
        let (award, decision) = (self.award.clone(), self.decision.clone());
        Ok(Command::Vary { award, decision, date, change, period })
    }
}

impl VaryAward {
    fn change_of(&self, grant: &Grant, date: Date) -> Result<Money, Error> {
        let to = match self.change {
            None => return Ok(Money::ZERO),
            Some(ChangeOfAmount::By(change)) => return Ok(change),
            Some(ChangeOfAmount::To(to)) => to,
        };
        let awarded = grant.standing()?.awarded;
        if awarded == to {
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
        Ok(to.minus(awarded)?)
    }

    fn period_of(&self, grant: &Grant) -> Result<Option<Period>, Error> {
        if self.from.is_none() && self.to.is_none() {
            return Ok(None);
        }
        let now = grant.period();
        let from = self.from.or(now.map(Period::from));
        let to = self.to.or(now.map(Period::to));
        match (from, to) {
            (Some(from), Some(to)) => Ok(Some(Period::new(from, to)?)),
            _ => Err(Error::refused("no-period", format!("award {} has no period yet", grant.id))
                .remedy(Remedy::StateWholePeriod)),
        }
    }
}
