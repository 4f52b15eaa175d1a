//! Invariants of the parts of a grant: what follows from their own records, compared with their postings.

use std::collections::BTreeMap;

use crate::accounts::Account;
use crate::allocation::{Division, Funds, Place};
use crate::grants::divisions::StatedLater;
use crate::grants::{Fact, Grant};
use crate::money::{Money, Overflow};

/// What the postings of a part come to.
#[derive(Clone, Copy, Default)]
struct Posted {
    committed: Money,
    control: Money,
    recognised: Money,
    due_back: Money,
}

impl Posted {
    /// Returns what is paid for the part, with what moved to it from others.
    fn paid(self) -> Result<Money, Overflow> {
        self.control.plus(self.recognised)?.plus(self.due_back)
    }

    fn entitlement(self) -> Result<Money, Overflow> {
        self.committed.plus(self.paid()?)?.minus(self.due_back)
    }
}

/// What the records of a grant say of its parts.
#[derive(Default)]
struct Stated<'g> {
    /// Payments that name a part, less refunds and returned payments that do.
    paid: BTreeMap<Place<'g>, Money>,
    /// As allocated and varied; `None` where the amount of a part does not follow from what names it.
    entitlements: Option<BTreeMap<Place<'g>, Money>>,
    /// True if all money names its part, and if all money back does.
    are_all_named: bool,
    are_all_back_named: bool,
}

/// Returns the violations as messages.
pub(super) fn violations(grant: &Grant) -> Result<Vec<String>, Overflow> {
    let mut found = Vec::new();
    let posted = posted(grant)?;
    for (place, part) in &posted {
        if part.committed.is_negative() {
            found.push(format!("the outstanding commitment of part {place} is {}", part.committed));
        }
    }
    let Some(stated) = stated(grant)? else { return Ok(found) };
    let no_part = Posted::default();
    for (place, named) in &stated.paid {
        let part = posted.get(place).unwrap_or(&no_part);
        // What a part is paid beyond its amount is counted for others that lack it.
        let (paid, entitlement) = (part.paid()?, part.entitlement()?);
        let is_short = stated.are_all_back_named && paid < (*named).min(entitlement);
        if is_short || (stated.are_all_named && paid > (*named).max(entitlement)) {
            found.push(format!(
                "part {place} was paid {named} according to its records but {paid} according to its postings"
            ));
        }
    }
    for (place, expected) in stated.entitlements.iter().flatten() {
        let entitlement = posted.get(place).unwrap_or(&no_part).entitlement()?;
        if entitlement != *expected {
            found.push(format!(
                "part {place} is awarded {expected} according to its records but {entitlement} according to its postings"
            ));
        }
    }
    Ok(found)
}

fn posted(grant: &Grant) -> Result<BTreeMap<Place<'_>, Posted>, Overflow> {
    let mut posted: BTreeMap<Place<'_>, Posted> = BTreeMap::new();
    for posting in grant.history.iter().flat_map(|recorded| recorded.entries.postings()) {
        let Some(theme) = posting.theme else { continue };
        let part = posted.entry(Place { fund: posting.fund, theme }).or_default();
        let sum = if posting.account == Account::Commitments {
            &mut part.committed
        } else if posting.account == Account::GrantControl {
            &mut part.control
        } else if posting.account == Account::RecoveriesDue {
            &mut part.due_back
        } else if posting.account.is_recognised() {
            &mut part.recognised
        } else {
            continue;
        };
        *sum = sum.plus(posting.amount)?;
    }
    Ok(posted)
}

/// Returns what the records say of the parts; `None` where no part is named, or what is named is no longer a part.
fn stated(grant: &Grant) -> Result<Option<Stated<'_>>, Overflow> {
    let Some(award) = grant.award() else { return Ok(None) };
    let later = StatedLater::of(grant.facts());
    let mut stated = Stated { are_all_named: true, are_all_back_named: true, ..Stated::default() };
    let is_by_amounts = matches!(&award.fund, Funds::Parts(parts) if parts.stated_total().is_some());
    let awarded = Division::of(&award.fund, &award.purpose.split);
    let mut entitlements: BTreeMap<Place<'_>, Money> = awarded.divide(award.amount).collect();
    let (mut follows, mut is_any_named, mut variations) = (is_by_amounts, false, Vec::new());
    for fact in grant.facts() {
        let (part, amount, is_back) = match fact {
            Fact::Paid(it) => (it.part.as_ref(), it.amount, false),
            Fact::Refunded(it) => {
                follows &= it.stays_available;
                (it.part.as_ref(), it.amount.negated(), true)
            }
            Fact::Returned(it) => (it.part.as_ref(), it.amount.negated(), true),
            Fact::Varied(it) => {
                follows &= it.part.is_some() || it.change.is_zero();
                is_any_named |= it.part.is_some();
                variations.push(it);
                continue;
            }
            Fact::Repurposed(_) | Fact::FundChanged(_) => return Ok(None),
            Fact::Withdrawn(_) | Fact::Corrected(_) | Fact::Stated(_) => {
                follows = false;
                continue;
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::RulesApplied { .. } => continue,
        };
        match part {
            Some(part) => {
                is_any_named = true;
                let sum = stated.paid.entry(later.place_of(part)).or_default();
                *sum = sum.plus(amount)?;
            }
            None => {
                stated.are_all_named = false;
                stated.are_all_back_named &= !is_back;
            }
        }
    }
    variations.sort_by_key(|it| it.date);
    for variation in variations {
        let Some(part) = &variation.part else { continue };
        let sum = entitlements.entry(later.place_of(part)).or_default();
        *sum = sum.plus(variation.change)?;
        // What a part cannot bear falls on others.
        follows &= !sum.is_negative();
    }
    stated.entitlements = follows.then_some(entitlements);
    Ok(is_any_named.then_some(stated))
}
