//! The dates of a grant's records, and of the instalments that are not yet paid.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::grants::{Fact, Grant, Recorded};
use crate::money::{Money, Overflow};

/// Returns a grant without what the books show only after a day. Instalments stay, since their dates are those of
/// payments to come.
pub(super) fn without_later(grant: &Grant, as_at: Date) -> Cow<'_, Grant> {
    let is_later = |recorded: &Recorded| {
        let day = grant.shown_from(recorded);
        !matches!(&*recorded.fact, Fact::Scheduled(_)) && day.is_some_and(|day| day > as_at)
    };
    if !grant.history.iter().any(is_later) {
        return Cow::Borrowed(grant);
    }
    let (later, mut history): (Vec<Recorded>, Vec<Recorded>) =
        grant.history.iter().cloned().partition(is_later);
    for recorded in &mut history {
        let reversal = recorded.reversed_by;
        if later.iter().any(|it| Some(it.record) == reversal) {
            recorded.reversed_by = None;
        }
    }
    Cow::Owned(Grant { id: grant.id.clone(), history })
}

/// Returns the unpaid part of each instalment, payments settling the earliest first. Empty when none
/// are scheduled; all zero when all are paid.
pub(super) fn unpaid_instalments(grant: &Grant, as_at: Date) -> Result<Vec<(Date, Money)>, Overflow> {
    let mut instalments = Vec::new();
    let mut paid = Money::ZERO;
    for fact in grant.facts() {
        if let Fact::Scheduled(instalment) = fact {
            instalments.push((instalment.due, instalment.amount));
        }
        // A refund that remains available makes its instalment unpaid again; one that reduces the award
        // does not.
        let reduces = matches!(fact, Fact::Refunded(refund) if !refund.stays_available);
        if let (Some(at_bank), Some(date)) = (fact.at_bank(), fact.date())
            && date <= as_at
            && !reduces
        {
            paid = paid.minus(at_bank)?;
        }
    }
    instalments.sort_by_key(|(due, _)| *due);
    let mut unpaid = Vec::new();
    for (day, amount) in instalments {
        let set_against = amount.min(paid);
        paid = paid.minus(set_against)?;
        unpaid.push((day, amount.minus(set_against)?));
    }
    Ok(unpaid)
}
