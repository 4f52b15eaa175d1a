//! Who may do what: the people and the policy of a ledger, what waits for approval, and the one rule by
//! which a record is allowed.
//!
//! [`Authority`] follows the records one after the other and is told of each. The same rule decides before
//! something is recorded and when the journal is verified, so a record that nobody was allowed to make is
//! found whoever wrote it. A name is what a record says of itself: only a signed approval proves who it was.
//! Without people, anybody may do anything.

mod acts;
mod denied;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::denied::Denied;
use crate::calendar::Date;
use crate::checklist::Question;
use crate::decisions::DecisionId;
use crate::event::Event;
use crate::hash::Hash;
use crate::money::{Money, Overflow};
use crate::policy::{Act, Policy};
use crate::proposals::{Proposal, approval_text, hash_of};
use crate::recipients::RecipientId;
use crate::signing::Signature;
use crate::text::folded;
use crate::users::{Role, User};

/// Something that waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Who proposed it.
    pub by: Arc<str>,
    /// When, UTC.
    pub at: Arc<str>,
    /// The proposal's hash.
    pub hash: Hash,
    /// The hash of each event that it holds.
    events: Vec<Hash>,
}

/// An approval, and the records that it still allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ActiveApproval {
    proposal: u64,
    proposer: Arc<str>,
    /// The hash of each event to come.
    events: Vec<Hash>,
    done: usize,
}

/// What somebody is about to record, or has recorded.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Who.
    pub by: &'a str,
    /// When, UTC.
    pub at: &'a str,
    /// In which ledger.
    pub ledger: &'a str,
    /// What.
    pub event: &'a Event,
    /// Whom it concerns.
    pub party: &'a Counterparty,
    /// How many other events are about to be recorded before it.
    pub after: usize,
}

/// Whom an event concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterparty {
    /// The recipient of the grant that it is about.
    pub recipient: Option<RecipientId>,
    /// Who recorded names or numbers of that recipient.
    pub recorders: BTreeSet<Arc<str>>,
    /// Of an award where the policy asks for it: what its decision's checklist does not answer.
    pub unanswered: Option<Unanswered>,
}

impl Counterparty {
    fn is_answered(&self) -> Result<(), Denied> {
        self.unanswered.as_ref().map_or(Ok(()), |unanswered| Err(unanswered.breach()))
    }
}

/// What the originator's checklist of a decision does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The decision's number; `None` where the award names none.
    pub decision: Option<DecisionId>,
    /// The questions.
    pub questions: Vec<Question>,
}

impl Unanswered {
    fn breach(&self) -> Denied {
        let missing = self.questions.iter().map(|it| it.word()).collect();
        match &self.decision {
            Some(decision) => Denied::ChecklistIncomplete { decision: decision.to_string(), missing },
            None => Denied::NoDecision,
        }
    }
}

/// Who may do what in a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// The people, by the names that records are signed with; those who have left too.
    pub users: BTreeMap<String, User>,
    /// What needs a second person; `None` is nothing.
    pub policy: Option<Policy>,
    /// What waits for approval, by its record.
    pub pending: BTreeMap<u64, Pending>,
    cover: Option<ActiveApproval>,
    /// What was recorded alone: by act, whom it concerns, and day.
    alone: BTreeMap<(Act, String), BTreeMap<Date, Money>>,
    /// The day of the last record that counts in `alone`.
    today: Option<Date>,
}

impl Authority {
    /// True when anybody may do anything.
    pub fn is_open(&self) -> bool {
        self.users.is_empty()
    }

    /// The proposal of which some records are still to come, after its approval.
    pub fn unfinished(&self) -> Option<u64> {
        self.cover.as_ref().map(|cover| cover.proposal)
    }

    /// Who recorded what is recorded next, if `by` signs it: the proposer of what was approved.
    pub fn author<'a>(&'a self, by: &'a Arc<str>) -> &'a Arc<str> {
        self.cover.as_ref().map_or(by, |cover| &cover.proposer)
    }

    /// Whether somebody may record something now.
    pub fn may(&self, attempt: Attempt<'_>) -> Result<(), Denied> {
        if matches!(
            attempt.event,
            Event::Opened { .. } | Event::IncomeReleased { .. } | Event::ClosedMonthsLeft
        ) {
            return Ok(());
        }
        if let Some(cover) = &self.cover
            && let Some(expected) = cover.events.get(cover.done + attempt.after)
        {
            return self.may_as_approved(cover, *expected, attempt);
        }
        if self.is_open() {
            return match attempt.event {
                Event::PolicySet(Some(_))
                | Event::Proposed(_)
                | Event::Approved { .. }
                | Event::Rejected { .. } => Err(Denied::NoUsers),
                Event::UsersSet(users) => self.check_users(users),
                _ => Ok(()),
            };
        }
        let user = self.user(attempt.by)?;
        match attempt.event {
            Event::Proposed(proposal) => self.may_propose(user, proposal),
            Event::Approved { proposal, hash, signature } => {
                self.may_approve(user, attempt.ledger, (*proposal, *hash), signature.as_deref())
            }
            Event::Rejected { proposal, .. } => {
                let pending = self.pending.get(proposal).ok_or(Denied::NotPending(*proposal))?;
                if *pending.by == *attempt.by { Ok(()) } else { needs(user, Role::Approver, attempt.event) }
            }
            Event::UsersSet(users) if self.policy.is_none() && is_first_key(user, users) => Ok(()),
            Event::UsersSet(_) | Event::PolicySet(_) => {
                if self.policy.is_none() || !user.records() {
                    needs(user, Role::Approver, attempt.event)?;
                }
                self.check_authority(attempt.event)?;
                if self.policy.is_some() { Err(Denied::SecondPersonForAuthority) } else { Ok(()) }
            }
            event => {
                let acts = acts::acts(event)?;
                has_roles(user, &acts, event)?;
                self.may_alone(&acts, attempt)
            }
        }
    }

    /// Whether somebody may propose this, so that another approves it.
    pub fn may_be_proposed(&self, by: &str, event: &Event) -> Result<(), Denied> {
        if self.is_open() {
            return Err(Denied::NoUsers);
        }
        self.may_propose_event(self.user(by)?, event)
    }

    fn may_propose_event(&self, user: &User, event: &Event) -> Result<(), Denied> {
        match event {
            Event::Opened { .. }
            | Event::IncomeReleased { .. }
            | Event::Proposed(_)
            | Event::Approved { .. }
            | Event::Rejected { .. } => Err(Denied::NotProposable("it is not for a person to propose")),
            Event::UsersSet(_) | Event::PolicySet(_) if user.records() => self.check_authority(event),
            event => has_roles(user, &acts::acts(event)?, event),
        }
    }

    fn may_propose(&self, user: &User, proposal: &Proposal) -> Result<(), Denied> {
        if proposal.events.is_empty() || proposal.events.len() > Proposal::LIMIT {
            return Err(Denied::NotProposable("it is for nothing, or for more than 1,000 records"));
        }
        if proposal.hash != hash_of(&proposal.events) {
            return Err(Denied::NotProposable("its hash is not that of what it holds"));
        }
        proposal.events.iter().try_for_each(|event| self.may_propose_event(user, event))
    }

    fn may_approve(
        &self,
        user: &User,
        ledger: &str,
        (proposal, hash): (u64, Hash),
        signature: Option<&Signature>,
    ) -> Result<(), Denied> {
        let pending = self.pending.get(&proposal).ok_or(Denied::NotPending(proposal))?;
        let by = user.id.to_string();
        if *pending.by == *by {
            return Err(Denied::OwnProposal { by, proposal });
        }
        if !user.may(Role::Approver) {
            return Err(Denied::RoleMissing { by, role: Role::Approver, what: "approval" });
        }
        if hash != pending.hash {
            return Err(Denied::ProposalChanged { proposal });
        }
        match (&user.key, signature) {
            (None, None) if self.policy.as_ref().is_some_and(|it| it.signed_approvals) => {
                Err(Denied::KeyNeeded(by))
            }
            (None, None) => Ok(()),
            (Some(_), None) => Err(Denied::SignatureNeeded(by)),
            (Some(key), Some(signature))
                if key.has_signed(approval_text(ledger, proposal, hash).as_bytes(), signature.bytes()) =>
            {
                Ok(())
            }
            (_, Some(_)) => Err(Denied::SignatureWrong(by)),
        }
    }

    /// What was approved is recorded as it was proposed, in the name of the approver.
    fn may_as_approved(
        &self,
        cover: &ActiveApproval,
        expected: Hash,
        attempt: Attempt<'_>,
    ) -> Result<(), Denied> {
        if hash_of([attempt.event]) != expected {
            return Err(Denied::ProposalChanged { proposal: cover.proposal });
        }
        // The proposer may have left, or lost the role, since.
        self.may_propose_event(self.user(&cover.proposer)?, attempt.event)?;
        let pays = acts::acts(attempt.event)?.iter().any(|(act, _)| *act == Act::Payment);
        attempt.party.is_answered()?;
        match self.recorder_apart(attempt, pays) {
            Some(recipient) => Err(Denied::RecorderApproves { by: attempt.by.to_owned(), recipient }),
            None => Ok(()),
        }
    }

    /// Whether the policy lets somebody do something alone.
    fn may_alone(&self, done: &[acts::Done], attempt: Attempt<'_>) -> Result<(), Denied> {
        let Some(policy) = &self.policy else { return Ok(()) };
        attempt.party.is_answered()?;
        for (act, amount) in done {
            for rule in policy.rules_for(*act) {
                let before = match amount {
                    Some(_) => self.recorded_alone(policy, *act, attempt)?,
                    None => Money::ZERO,
                };
                let is_over = match (amount, rule.over) {
                    (Some(amount), Some(over)) => amount.plus(before)? > over,
                    _ => true,
                };
                if is_over {
                    let (act, amount, over) = (*act, *amount, rule.over);
                    return Err(Denied::SecondPersonNeeded { act, amount, over, before });
                }
            }
        }
        let pays = done.iter().any(|(act, _)| *act == Act::Payment);
        match self.recorder_apart(attempt, pays) {
            Some(recipient) => Err(Denied::RecorderPays { by: attempt.by.to_owned(), recipient }),
            None => Ok(()),
        }
    }

    /// The recipient that is paid, if the policy keeps whoever acts away from it.
    fn recorder_apart(&self, attempt: Attempt<'_>, pays: bool) -> Option<String> {
        let apart = self.policy.as_ref().is_some_and(|policy| policy.recipient_recorder_apart);
        let recipient = attempt.party.recipient.as_ref().filter(|_| apart && pays)?;
        attempt.party.recorders.contains(attempt.by).then(|| recipient.to_string())
    }

    /// What was recorded alone in the last days that counts with an act.
    fn recorded_alone(&self, policy: &Policy, act: Act, attempt: Attempt<'_>) -> Result<Money, Overflow> {
        let Some(subject) = subject(attempt.event, attempt.party) else { return Ok(Money::ZERO) };
        let Some(by_day) = self.alone.get(&(act, subject)) else { return Ok(Money::ZERO) };
        let today = day_of(attempt.at);
        let counts = |day: &Date| today.is_none_or(|today| today.days_since(*day) <= policy.days.into());
        Money::sum(by_day.iter().filter(|(day, _)| counts(day)).map(|(_, amount)| *amount))
    }

    /// Tells of a record; that it is allowed is for the caller to know.
    pub fn follow(
        &mut self,
        record: u64,
        at: &Arc<str>,
        by: &Arc<str>,
        event: &Event,
        party: &Counterparty,
    ) -> Result<(), Overflow> {
        if matches!(event, Event::IncomeReleased { .. }) {
            return Ok(());
        }
        let is_approved = self.cover.is_some();
        if let Some(cover) = &mut self.cover {
            cover.done += 1;
            if cover.done >= cover.events.len() {
                self.cover = None;
            }
        }
        match event {
            Event::UsersSet(users) => {
                self.users.extend(users.iter().map(|it| (it.id.to_string(), it.clone())));
            }
            Event::PolicySet(policy) => self.policy.clone_from(policy),
            Event::Proposed(proposal) => {
                let events = proposal.events.iter().map(|event| hash_of([event])).collect();
                let pending = Pending { by: by.clone(), at: at.clone(), hash: proposal.hash, events };
                self.pending.insert(record, pending);
            }
            Event::Approved { proposal, .. } => {
                if let Some(Pending { by, events, .. }) = self.pending.remove(proposal) {
                    self.cover = Some(ActiveApproval { proposal: *proposal, proposer: by, events, done: 0 });
                }
            }
            Event::Rejected { proposal, .. } => drop(self.pending.remove(proposal)),
            event if !is_approved => self.count_alone(at, event, party)?,
            _ => {}
        }
        Ok(())
    }

    /// The approval's records are all there, or are not coming.
    pub fn end_of_batch(&mut self) {
        self.cover = None;
    }

    fn count_alone(&mut self, at: &str, event: &Event, party: &Counterparty) -> Result<(), Overflow> {
        let Some(policy) = &self.policy else { return Ok(()) };
        let Some(subject) = subject(event, party) else { return Ok(()) };
        let Some(day) = day_of(at) else { return Ok(()) };
        if self.today != Some(day) {
            self.today = Some(day);
            self.alone.retain(|_, by_day| {
                by_day.retain(|earlier, _| day.days_since(*earlier) <= policy.days.into());
                !by_day.is_empty()
            });
        }
        for (act, amount) in acts::acts(event)? {
            if let Some(amount) = amount
                && policy.rules_for(act).next().is_some()
            {
                let by_day = self.alone.entry((act, subject.clone())).or_default();
                let so_far = by_day.entry(day).or_default();
                *so_far = so_far.plus(amount)?;
            }
        }
        Ok(())
    }

    fn user(&self, by: &str) -> Result<&User, Denied> {
        self.users.get(by).filter(|it| !it.left).ok_or_else(|| Denied::NotAUser(by.to_owned()))
    }

    /// Checks that people and policy after an event can still work.
    fn check_authority(&self, event: &Event) -> Result<(), Denied> {
        match event {
            Event::UsersSet(users) => self.check_users(users),
            Event::PolicySet(policy) => check_enough(&self.users, policy.as_ref()),
            _ => Ok(()),
        }
    }

    fn check_users(&self, users: &[User]) -> Result<(), Denied> {
        let mut after = self.users.clone();
        for user in users {
            let similar = |it: &&String| **it != user.id.as_str() && folded(it) == folded(user.id.as_str());
            if let Some(existing) = after.keys().find(similar) {
                return Err(Denied::Similar { given: user.id.to_string(), existing: existing.clone() });
            }
            if user.roles.contains(&Role::Auditor) && user.roles.iter().any(|role| role.records()) {
                return Err(Denied::AuditorRecords(user.id.to_string()));
            }
            after.insert(user.id.to_string(), user.clone());
        }
        check_enough(&after, self.policy.as_ref())
    }
}

/// Nobody is left without anyone who can approve, nor a policy without two people to keep it.
fn check_enough(users: &BTreeMap<String, User>, policy: Option<&Policy>) -> Result<(), Denied> {
    let must_sign = policy.is_some_and(|policy| policy.signed_approvals);
    let can_approve = |it: &&User| it.may(Role::Approver) && (it.key.is_some() || !must_sign);
    if !users.values().any(|it| it.may(Role::Approver)) {
        return Err(Denied::TooFew(
            "nobody would be left who may approve: one person must have the role approver",
        ));
    }
    if policy.is_some() {
        if !users.values().any(|it| can_approve(&it)) {
            return Err(Denied::TooFew("approvals would have to be signed, and no approver has a key"));
        }
        if users.values().filter(|it| it.records()).count() < 2 {
            return Err(Denied::TooFew("a policy needs at least two people who record or approve"));
        }
    }
    Ok(())
}

/// True when people are set only to give somebody a first key, by that very person.
fn is_first_key(by: &User, users: &[User]) -> bool {
    let [to] = users else { return false };
    by.key.is_none() && User { key: None, ..to.clone() } == *by
}

fn needs(user: &User, role: Role, event: &Event) -> Result<(), Denied> {
    match user.may(role) {
        true => Ok(()),
        false => Err(Denied::RoleMissing { by: user.id.to_string(), role, what: event.words() }),
    }
}

fn has_roles(user: &User, done: &[acts::Done], event: &Event) -> Result<(), Denied> {
    let roles = acts::roles_for(done);
    // Whatever is no act at all is the recorder's.
    let roles = if roles.is_empty() { vec![Role::Recorder] } else { roles };
    roles.into_iter().try_for_each(|role| needs(user, role, event))
}

fn day_of(at: &str) -> Option<Date> {
    at.get(..10).and_then(|day| Date::parse(day).ok())
}

/// Whom amounts are counted for: the recipient of a grant, the fund of a budget or a receipt.
fn subject(event: &Event, party: &Counterparty) -> Option<String> {
    match event {
        Event::Grant { .. } => party.recipient.as_ref().map(ToString::to_string),
        Event::Received { receipt, .. } => Some(receipt.fund.to_string()),
        Event::BudgetSet { budget, .. } => Some(budget.fund.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
