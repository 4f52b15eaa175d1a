//! Approving and rejecting proposals.
//!
//! An approved proposal is decided again on the present books: the approval is valid only if the result is
//! exactly what was proposed.

use serde_json::Value;

use super::{Already, Decided, Decider, Outcome, Refusal, decide, reverse_batch};
use crate::authority::Denied;
use crate::book::{Books, Draft};
use crate::events::proposals::{Proposal, Step};
use crate::events::{Event, ProposalApproved, ProposalRejected, Record};
use crate::rejection::Rejection;
use crate::signing::Signature;
use crate::text::Text;

/// What vouches for an approval besides the approver's name.
#[derive(Clone, Debug, Default)]
pub struct Vouched {
    /// A signature.
    pub signature: Option<Signature>,
    /// Why there is none, if the approver's key is lost.
    pub key_lost: Option<Text>,
}

/// Records the approval and all records of the proposal on a draft, in the approver's name.
///
/// # Errors
/// A draft on which this fails must be discarded. Fails when the approver may not approve, and when the
/// proposal would now be recorded differently, which makes it void.
pub fn approve(draft: &mut Draft<'_>, record: u64, vouched: Vouched) -> Result<Outcome, Refusal> {
    let Vouched { signature, key_lost } = vouched;
    let proposal = proposal(draft, record)?;
    draft.adopt_present_rules()?;
    let first = draft.reference().records + 1;
    draft.add(Event::Approved(ProposalApproved {
        proposal: record,
        hash: proposal.hash,
        signature: signature.map(Box::new),
        key_lost,
    }))?;
    let mut expected = proposal.events.iter();
    for step in &proposal.steps {
        carry_out_as_proposed(draft, step, &mut expected).map_err(|refusal| void(record, refusal))?;
    }
    let last = draft.reference().records;
    let proposed = proposal.events.len() as u64;
    if last - first != proposed {
        return Err(void(
            record,
            differs(format!("it would now make {} records instead of {proposed}", last - first)),
        ));
    }
    Ok(Outcome::Recorded(first..=last))
}

/// Wraps a rejection of the proposed content, which makes the proposal void; a rejection of the approver
/// does not.
fn void(proposal: u64, refusal: Refusal) -> Refusal {
    let Refusal::Rejected(rejection) = refusal else { return refusal };
    if let Rejection::NotAllowed(denied) = &*rejection
        && !matches!(**denied, Denied::ProposalChanged { .. })
    {
        return Refusal::Rejected(rejection);
    }
    Rejection::ProposalVoid { proposal, why: rejection.to_string() }.into()
}

fn differs(why: impl Into<String>) -> Refusal {
    Rejection::DiffersFromProposal(why.into()).into()
}

fn proposal(books: &dyn Books, record: u64) -> Result<Proposal, Refusal> {
    let found = books.record(record)?.ok_or(Rejection::UnknownRecord(record))?;
    let Event::Proposed(proposal) = found.event else { return Err(Rejection::NotAProposal(record).into()) };
    Ok(*proposal)
}

fn carry_out_as_proposed<'p>(
    draft: &mut Draft<'_>,
    step: &Step,
    expected: &mut impl Iterator<Item = &'p Event>,
) -> Result<(), Refusal> {
    let (command, options) = match step {
        Step::Command { command, options } => (command, options),
        Step::EnterClosedMonths { reason } => {
            draft.enter_closed_months(Some(reason));
            return Ok(());
        }
        Step::ReverseBatch { first, last, reason } => {
            let batch = (*first..=*last)
                .map(|number| Ok(draft.record(number)?.ok_or(Rejection::UnknownRecord(number))?))
                .collect::<Result<Vec<Record>, Refusal>>()?;
            if let Outcome::Recorded(range) = reverse_batch(draft, &batch, reason.as_ref(), &mut |_, _| {})? {
                expected.by_ref().take(range.count()).for_each(drop);
            }
            return Ok(());
        }
    };
    let events = match decide(draft, command, options.clone())? {
        Decided::Events(events) => events,
        Decided::Already(Already { record: Some(record), .. }) => {
            return Err(differs(format!("part of it is already recorded (record {record})")));
        }
        Decided::Already(_) => return Err(differs("part of it is already recorded")),
    };
    // The draft itself records that closed months are entered.
    let mut expected = expected.filter(|event| !matches!(event, Event::ClosedMonthsEntered(_)));
    for event in &events {
        let proposed =
            expected.next().ok_or_else(|| differs("it would now record more than was proposed"))?;
        if let Some(why) = difference(proposed, event) {
            return Err(differs(why));
        }
    }
    Ok(draft.add_all(events)?)
}

fn difference(proposed: &Event, now: &Event) -> Option<String> {
    if proposed == now {
        return None;
    }
    let json = |event: &Event| serde_json::to_value(event).unwrap_or_default();
    let (was, is) = first_difference(&json(proposed), &json(now)).unwrap_or_default();
    Some(format!("the {} would now be recorded with {is} instead of {was}", proposed.words()))
}

fn first_difference(was: &Value, is: &Value) -> Option<(String, String)> {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (was, is) {
        (was, is) if was == is => None,
        (Value::Object(was), Value::Object(is)) if was.keys().eq(is.keys()) => {
            was.values().zip(is.values()).find_map(|(was, is)| first_difference(was, is))
        }
        (Value::Array(was), Value::Array(is)) if was.len() == is.len() => {
            was.iter().zip(is).find_map(|(was, is)| first_difference(was, is))
        }
        _ => Some((shown(was), shown(is))),
    }
}

impl Decider<'_> {
    pub(super) fn reject(&self, proposal: u64, reason: &Text) -> Result<Decided, Refusal> {
        if !self.books.reference().authority.pending.contains_key(&proposal) {
            return Err(Rejection::NotAllowed(Box::new(Denied::NotPending(proposal))).into());
        }
        Ok(Decided::Events(vec![Event::Rejected(ProposalRejected { proposal, reason: reason.clone() })]))
    }
}
