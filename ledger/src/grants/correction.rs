//! Corrections of a mistyped recipient, amount or purpose of an award, and what they move between recipients.
//!
//! The award counts as corrected from its decision on. Postings name no recipient: what a record posts is under the
//! recipient of the award in force after it. A corrected recipient moves all of that in the months that are open;
//! closed months stay with the recipient that they showed.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Award, Fact, Grant, Recorded};
use crate::accounts::Account;
use crate::allocation::Funds;
use crate::calendar::Date;
use crate::closed::ClosedMonths;
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::text::Text;
use crate::themes::{Split, ThemeId};

/// A correction of an award, which is no variation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The day of the correction.
    pub date: Date,
    pub reason: Text,
    /// The fact of the award as corrected.
    #[serde(with = "corrected_award")]
    pub award: Box<Fact>,
    /// What was recorded before, if it was corrected.
    pub recipient_was: Option<RecipientId>,
    pub amount_was: Option<Money>,
    pub purpose_was: Option<Text>,
    #[serde(default)]
    pub fund_was: Option<Funds>,
    #[serde(default)]
    pub theme_was: Option<Split>,
}

impl Correction {
    /// Returns the award as corrected.
    pub fn award(&self) -> Option<&Award> {
        self.award.award()
    }
}

/// Writes the fact of an award as the award alone.
mod corrected_award {
    use serde::de::Deserializer;
    use serde::ser::{Error, Serializer};
    use serde::{Deserialize, Serialize};

    use super::{Award, Fact};

    pub(super) fn serialize<S: Serializer>(fact: &Fact, serializer: S) -> Result<S::Ok, S::Error> {
        match fact.award() {
            Some(award) => award.serialize(serializer),
            None => Err(S::Error::custom("only an award can be corrected")),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<Fact>, D::Error> {
        Award::deserialize(deserializer).map(|award| Box::new(Fact::Awarded(Box::new(award))))
    }
}

/// What a corrected recipient moves: everything to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientMove {
    pub from: RecipientId,
    pub to: RecipientId,
    pub amounts: Vec<MovedAmount>,
}

/// An amount that moves between recipients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MovedAmount {
    /// The booking date: the first open day where the month was closed.
    pub booked: Date,
    /// The account; `None` is what refunds reduce the entitlement by.
    pub account: Option<Account>,
    pub fund: FundId,
    pub theme: ThemeId,
    pub amount: Money,
}

impl Fact {
    /// Returns the day from which it has effect: its date, but for a correction, which counts from the decision of
    /// the award.
    pub fn effective(&self) -> Option<Date> {
        match self.correction() {
            Some(correction) => correction.award().map(|award| award.decided),
            None => self.date(),
        }
    }

    /// Returns the correction that it is, if it is one.
    pub fn correction(&self) -> Option<&Correction> {
        if let Fact::Corrected(correction) = self { Some(correction) } else { None }
    }
}

impl Recorded {
    /// Returns the correction, if it is one.
    pub(crate) fn correction(&self) -> Option<&Correction> {
        self.fact.correction()
    }

    /// Returns the award that it records, or records as corrected.
    pub(crate) fn award(&self) -> Option<&Award> {
        self.fact.award().or_else(|| self.correction()?.award())
    }
}

impl Grant {
    /// Returns the facts that are not reversed, that of the award as corrected.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> + Clone {
        self.facts_recorded().map(|(_, fact)| fact)
    }

    /// Returns the [facts](Grant::facts), each with its record.
    pub(crate) fn facts_recorded(&self) -> impl Iterator<Item = (&Recorded, &Fact)> + Clone {
        let correction = self.live().filter_map(|recorded| recorded.correction()).last();
        let corrected = correction.map(|correction| &*correction.award);
        self.live().filter(|recorded| recorded.correction().is_none()).map(move |recorded| {
            let is_award = matches!(*recorded.fact, Fact::Awarded(_));
            (recorded, corrected.filter(|_| is_award).unwrap_or(&recorded.fact))
        })
    }

    /// Returns the award in force after one of the records, as known then.
    pub(crate) fn award_after(&self, at: usize) -> Option<&Award> {
        let known = self.history.get(..=at)?;
        let by = known.last()?.record;
        let holds = |it: &&Recorded| it.reversed_by.is_none_or(|reversal| reversal > by);
        known.iter().rev().filter(holds).find_map(Recorded::award)
    }

    /// Returns every recipient to whom it was ever awarded, also by mistake.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &RecipientId> {
        self.history.iter().filter_map(Recorded::award).map(|award| &award.recipient)
    }

    /// Returns the records with the recipient of the award in force after each; without those before the first award.
    pub(crate) fn by_recipient(&self) -> impl Iterator<Item = (&RecipientId, &Recorded)> {
        let mut of = None;
        self.history.iter().enumerate().filter_map(move |(at, recorded)| {
            if recorded.award().is_some() || matches!(*recorded.fact, Fact::Reversed { .. }) {
                of = self.award_after(at).map(|award| &award.recipient).or(of);
            }
            of.map(|recipient| (recipient, recorded))
        })
    }

    /// Returns the recipient under whom the books show what a record posted on a day: as corrected later, unless the month
    /// of that day was closed by then.
    pub(crate) fn recipient_shown(&self, record: u64, booked: Date) -> Option<&RecipientId> {
        let at = self.history.iter().position(|it| it.record == record)?;
        let last = || self.history.get(..=at)?.iter().rev().find_map(Recorded::award);
        let mut shown = &self.award_after(at).or_else(last)?.recipient;
        let moves = self.history.iter().skip(at + 1).filter_map(|it| it.moved.as_deref());
        for moved in moves.filter(|it| it.from != it.to) {
            // Months close in order, so what is moved is booked from the first open day on.
            let is_open = moved.amounts.iter().any(|it| it.booked <= booked);
            if is_open && moved.from == *shown {
                shown = &moved.to;
            }
        }
        Some(shown)
    }

    /// Notes in the last record what it moves to another recipient, if it corrects one or reverses such a correction.
    pub(crate) fn note_recipient_move(&mut self, closed: &ClosedMonths) -> Result<(), Overflow> {
        let Some((from, to)) = self.recipients_changed() else { return Ok(()) };
        let (from, to) = (from.clone(), to.clone());
        let mut sums: BTreeMap<MovedAmount, Money> = BTreeMap::new();
        let earlier = self.by_recipient().take_while(|(_, it)| Some(it.record) != self.last_record());
        for (recipient, recorded) in earlier {
            let mut add = |booked, account, fund: &FundId, theme: &ThemeId, amount| {
                let (booked, fund, theme) = (closed.booking_day(booked), fund.clone(), theme.clone());
                let key = MovedAmount { booked, account, fund, theme, amount: Money::ZERO };
                sums.entry(key).or_default().add(amount)
            };
            if *recipient == from {
                for posting in recorded.entries.postings() {
                    let Some(theme) = posting.theme else { continue };
                    add(posting.booked, Some(posting.account), posting.fund, theme, posting.amount)?;
                }
                for it in &recorded.reductions {
                    add(it.booked, None, &it.fund, &it.theme, it.amount)?;
                }
            }
            let Some(moved) = &recorded.moved else { continue };
            for it in &moved.amounts {
                if moved.to == from {
                    add(it.booked, it.account, &it.fund, &it.theme, it.amount)?;
                }
                if moved.from == from {
                    add(it.booked, it.account, &it.fund, &it.theme, it.amount.negated())?;
                }
            }
        }
        let sums = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
        let amounts = sums.map(|(key, amount)| MovedAmount { amount, ..key }).collect();
        if let Some(last) = self.history.last_mut() {
            last.moved = Some(Box::new(RecipientMove { from, to, amounts }));
        }
        Ok(())
    }

    fn last_record(&self) -> Option<u64> {
        self.history.last().map(|recorded| recorded.record)
    }

    /// Returns the recipients before and after the last record, if it corrects one or reverses such a correction.
    fn recipients_changed(&self) -> Option<(&RecipientId, &RecipientId)> {
        let last = self.history.last()?;
        let of = if let Fact::Reversed { record, .. } = *last.fact { record } else { last.record };
        self.history.iter().find(|it| it.record == of)?.correction()?;
        let now = self.history.len() - 1;
        let from = &self.award_after(now.checked_sub(1)?)?.recipient;
        let to = &self.award_after(now)?.recipient;
        (from != to).then_some((from, to))
    }
}
