//! What needs attention of a grant: an entry for each grant with something that is open, today or on a later day.
//!
//! An entry follows from its grant alone, so that a store keeps entries beside its grants and need not visit every
//! grant. What depends on the day is in it with its date, so that an entry remains right while days pass.

use serde::{Deserialize, Serialize};

use crate::allocation::Division;
use crate::calendar::Date;
use crate::clock::{ClockCorrections, day_of};
use crate::grants::{Award, Fact, Grant, GrantId, Power};
use crate::money::{Money, Overflow};
use crate::text::Text;

/// What is open of one grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The grant.
    pub grant: GrantId,
    /// What is paid beyond the entitlement and due back.
    pub recovery_due: Money,
    /// The instalments that payments do not cover, by due date; payments settle the earliest first.
    pub instalments: Vec<(Date, Money)>,
    /// The monitoring reports and milestones that were not received in time, by due date.
    pub items: Vec<OpenItem>,
    /// The dates of payments before the award was decided.
    pub paid_before_award: Vec<Date>,
    /// The transactions that were confirmed as not duplicates.
    pub confirmed: Vec<Confirmed>,
    /// What the award does not state.
    pub not_stated: Vec<NotStated>,
}

/// A transaction that was confirmed as not a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Its record.
    pub record: u64,
    /// The day on which it was recorded.
    pub on: Date,
}

/// Maximum number of days since a confirmation that is recent.
const RECENT_DAYS: i64 = 31;

/// A monitoring report or milestone that was not received by its due date, or not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    /// Its name.
    pub name: Text,
    /// When it is due.
    pub due: Date,
    /// When it was received after that.
    pub received: Option<Date>,
}

/// Something that an award does not state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)] // The names say it.
pub enum NotStated {
    Power,
    Fund,
    Theme,
    Period,
    Decision,
    /// The date of the decision, which is assumed.
    Date,
}

impl NotStated {
    const ALL: [NotStated; 6] = [
        NotStated::Power,
        NotStated::Fund,
        NotStated::Theme,
        NotStated::Period,
        NotStated::Decision,
        NotStated::Date,
    ];

    /// Returns true if it is not stated of all or part of a grant, which is divided so on the day in question.
    pub(crate) fn is_of(self, grant: &Grant, award: &Award, division: Option<&Division<'_>>) -> bool {
        let mut places = division.into_iter().flat_map(Division::places);
        match self {
            NotStated::Power => grant.terms().power == Power::NotStated,
            NotStated::Fund => places.any(|place| place.fund.is_unstated()),
            NotStated::Theme => places.any(|place| place.theme.is_unallocated()),
            NotStated::Period => grant.period().is_none(),
            NotStated::Decision => grant.decision().is_none(),
            NotStated::Date => award.date_assumed,
        }
    }
}

impl Attention {
    /// Returns what is open of a grant; `None` when nothing is, today and on any later day, unless more is recorded.
    ///
    /// # Errors
    /// [`Overflow`].
    pub fn of(grant: &Grant) -> Result<Option<Attention>, Overflow> {
        let Some(award) = grant.award() else { return Ok(None) };
        let mut before_award = Vec::new();
        for fact in grant.facts() {
            if let Fact::Paid(payment) = fact
                && payment.date < award.decided
            {
                before_award.push(payment.date);
            }
        }
        let mut items = Vec::new();
        for item in grant.due_items().iter().filter(|item| !item.lapsed) {
            let received = item.received.map(|submission| submission.received);
            if received.is_none_or(|received| received > item.due.due) {
                items.push(OpenItem { name: item.due.name.clone(), due: item.due.due, received });
            }
        }
        let division = grant.division();
        let confirmed = grant.live().filter(|it| it.fact.is_again()).filter_map(|it| {
            let on = day_of(&it.at)?;
            Some(Confirmed { record: it.record, on })
        });
        let not_stated = NotStated::ALL.into_iter().filter(|it| it.is_of(grant, award, division.as_ref()));
        let attention = Attention {
            grant: grant.id.clone(),
            recovery_due: grant.standing()?.recovery_due()?,
            instalments: open_instalments(grant)?,
            items,
            paid_before_award: before_award,
            confirmed: confirmed.collect(),
            not_stated: not_stated.collect(),
        };
        Ok(Some(attention).filter(|it| !it.is_empty()))
    }

    fn is_empty(&self) -> bool {
        let Attention {
            grant: _,
            recovery_due,
            instalments,
            items,
            paid_before_award,
            confirmed,
            not_stated,
        } = self;
        recovery_due.is_zero()
            && instalments.is_empty()
            && items.is_empty()
            && paid_before_award.is_empty()
            && confirmed.is_empty()
            && not_stated.is_empty()
    }

    /// Returns the instalments that are overdue on a day: due before it and not covered.
    pub fn overdue_instalments(&self, today: Date) -> impl Iterator<Item = (Date, Money)> + '_ {
        self.instalments.iter().copied().filter(move |(due, _)| *due < today)
    }

    /// Returns the transactions that were confirmed as not duplicates in the month before a day.
    ///
    /// Of those dated after a later correction of the clock, that day counts.
    pub fn recently_confirmed(
        &self,
        today: Date,
        clock: &ClockCorrections,
    ) -> impl Iterator<Item = &Confirmed> {
        let is_recent =
            move |it: &&Confirmed| today.days_since(clock.day_counted(it.record, it.on)) <= RECENT_DAYS;
        self.confirmed.iter().filter(is_recent)
    }

    /// Returns the monitoring reports and milestones that are overdue on a day.
    pub fn overdue_items(&self, today: Date) -> impl Iterator<Item = &OpenItem> {
        let is_received = move |item: &OpenItem| item.received.is_some_and(|received| received <= today);
        self.items.iter().filter(move |item| item.due < today && !is_received(item))
    }
}

/// Returns the instalments that are open: not paid, and no more than is left of the award.
fn open_instalments(grant: &Grant) -> Result<Vec<(Date, Money)>, Overflow> {
    let mut left = if grant.is_withdrawn() { Money::ZERO } else { grant.standing()?.balance()? };
    let mut open = Vec::new();
    for (due, unpaid) in grant.unpaid_instalments(None)? {
        let unpaid = unpaid.min(left);
        left = left.minus(unpaid)?;
        if unpaid.is_positive() {
            open.push((due, unpaid));
        }
    }
    Ok(open)
}
