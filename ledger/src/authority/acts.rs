//! What an event does, for the roles and the policy: by what it moves, whatever it is called.

use crate::accounts::Account;
use crate::entry::Entries;
use crate::events::{Acts, Event, Needs, Reversible};
use crate::grants::Fact;
use crate::money::{Money, Overflow};
use crate::policy::Act;
use crate::users::Role;

/// An act with its amount; `None` for what has no amount.
pub(super) type Done = (Act, Option<Money>);

/// All that an event does. What follows from other records by itself does nothing.
pub(super) fn acts(event: &Event) -> Result<Vec<Done>, Overflow> {
    let Needs::Acts(acts) = event.needs() else { return Ok(Vec::new()) };
    Ok(match acts {
        Acts::Plain(act) => vec![(act, None)],
        Acts::Amount { act, amount, .. } => vec![(act, Some(amount))],
        Acts::Posted { act, on, .. } => vec![(act, Some(moved(event, on)?.size()))],
        Acts::OfFact { fact, adjusts } => {
            let mut acts = acts_of_fact(event, fact)?;
            if adjusts {
                let size = event.posted().map_or(Ok(Money::ZERO), Entries::size_of_adjustment)?;
                acts.push((Act::PriorPeriod, Some(size)));
            }
            acts
        }
        Acts::OfReversal(of) => {
            let (act, amount) = match of {
                Reversible::Receipt => (Act::Receipt, Some(moved(event, Account::Bank)?.size())),
                Reversible::Budget { .. } => (Act::Budget, Some(moved(event, Account::Budget)?.size())),
                Reversible::Recipient(_)
                | Reversible::RecipientName { .. }
                | Reversible::RecipientIdentifier { .. }
                | Reversible::RecipientAlias { .. } => (Act::Recipient, None),
                Reversible::Decision(_) | Reversible::DecisionStatement(_) => (Act::Decision, None),
                Reversible::Reconciliation { .. } | Reversible::Statement { .. } => {
                    (Act::Reconciliation, None)
                }
                Reversible::Theme(_)
                | Reversible::Fund(_)
                | Reversible::Indicator(_)
                | Reversible::Paper(_)
                | Reversible::Publication(_) => (Act::Reference, None),
            };
            vec![(act, amount), (Act::Reversal, amount)]
        }
    })
}

fn acts_of_fact(event: &Event, fact: &Fact) -> Result<Vec<Done>, Overflow> {
    let bank = moved(event, Account::Bank)?;
    // A payment lowers the commitment and the bank alike: what is left, where not due back, is what was promised.
    let promised =
        moved(event, Account::Commitments)?.minus(bank)?.minus(moved(event, Account::RecoveriesDue)?)?;
    let mut acts = Vec::new();
    if bank.is_negative() {
        acts.push((Act::Payment, Some(bank.size())));
    }
    if bank.is_positive() {
        acts.push((Act::Refund, Some(bank)));
    }
    // A correction needs what the award needed.
    if let Fact::Corrected(correction) = fact {
        return Ok(vec![(Act::Award, correction.award().map(|award| award.amount))]);
    }
    if promised.is_positive() {
        acts.push((Act::Award, Some(promised)));
    }
    if promised.is_negative() && !matches!(fact, Fact::Refunded(_)) {
        acts.push((Act::Reduction, Some(promised.size())));
    }
    match fact {
        Fact::Repurposed(_) => acts.push((Act::Purpose, None)),
        Fact::Reversed { .. } => {
            let amount = bank.size().max(promised.size());
            acts.push((Act::Reversal, (!amount.is_zero()).then_some(amount)));
            // What was undone may have been the terms or the purpose, which an amount does not tell.
            if amount.is_zero() {
                acts.extend([(Act::Terms, None), (Act::Purpose, None)]);
            }
        }
        Fact::Varied(variation) if variation.period.is_some() => acts.push((Act::Terms, None)),
        // It follows from the rules alone.
        Fact::RulesApplied { .. } => return Ok(Vec::new()),
        Fact::FundChanged(_)
        | Fact::Stated(_)
        | Fact::Scheduled(_)
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_) => {
            acts.push((Act::Terms, None));
        }
        Fact::Awarded(_)
        | Fact::Corrected(_)
        | Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_) => {}
    }
    Ok(acts)
}

/// What an event moves on an account, all dates and funds together.
fn moved(event: &Event, account: Account) -> Result<Money, Overflow> {
    Money::sum(event.postings().filter(|it| it.account == account).map(|it| it.amount))
}

pub(super) fn role_for(act: Act) -> Role {
    match act {
        Act::Payment | Act::Refund | Act::Receipt | Act::Reconciliation => Role::Payer,
        Act::Closing | Act::PriorPeriod => Role::Closer,
        Act::Award
        | Act::Reduction
        | Act::Purpose
        | Act::Terms
        | Act::Budget
        | Act::Recipient
        | Act::Decision
        | Act::Reversal
        | Act::Reference => Role::Recorder,
    }
}

/// The roles that acts need together: what moves money at the bank is the payer's alone, but for what only the closer
/// may decide.
pub(super) fn roles_for(acts: &[Done]) -> Vec<Role> {
    let mut roles: Vec<Role> = acts.iter().map(|(act, _)| role_for(*act)).collect();
    if roles.contains(&Role::Payer) {
        roles.retain(|role| matches!(role, Role::Payer | Role::Closer));
    }
    roles.sort_unstable();
    roles.dedup();
    roles
}
