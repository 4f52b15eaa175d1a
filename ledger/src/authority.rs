//! Segregation of duties: the users and the policy of a ledger, pending proposals, and the one rule by which
//! a record is allowed.
//!
//! [`Authority`] follows every record in order. The same rule applies before something is recorded and when
//! the journal is verified, so a record that its user was not allowed to make is found later, too. A user
//! name alone proves nothing: only a signed approval proves who gave it. Without users, everybody may do
//! everything.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod acts;
mod denied;
mod keys;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::denied::Denied;
pub use self::keys::LOST_KEY_DAYS;
use crate::calendar::Date;
use crate::checklist::Question;
use crate::clock::{day_of, is_jump};
use crate::decisions::DecisionId;
use crate::events::proposals::{Proposal, approval_text, hash_of};
use crate::events::{Acts, Event, Needs, ProposalApproved, administration_text};
use crate::grants::Rules;
use crate::hash::Hash;
use crate::money::{Money, Overflow};
use crate::policy::{Act, Policy};
use crate::recipients::RecipientId;
use crate::signing::Signature;
use crate::text::{Text, folded};
use crate::users::{Role, User};

/// A pending proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub by: Arc<str>,
    /// When it was proposed, UTC.
    pub at: Arc<str>,
    pub hash: Hash,
    /// The hash of each proposed event.
    events: Vec<Hash>,
    /// True if it changes nothing that its proposer may not approve with a signature.
    may_be_signed: bool,
    /// The user for whom it sets another key, if it does nothing else.
    key_of: Option<Text>,
}

/// An approval, with the records that it allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ActiveApproval {
    proposal: u64,
    proposer: Arc<str>,
    /// The hash of each approved event.
    events: Vec<Hash>,
    done: usize,
}

/// An attempt to record an event, or a recorded event to verify.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub by: &'a str,
    /// The time, UTC.
    pub at: &'a str,
    pub ledger: &'a str,
    pub event: &'a Event,
    pub party: &'a Counterparty,
    /// The number of other events to be recorded before it.
    pub after: usize,
    /// The number of its record.
    pub number: u64,
    /// The rules that hold for it.
    pub rules: Rules,
}

/// The recipient that an event concerns, and what matters for approval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counterparty {
    pub recipient: Option<RecipientId>,
    /// The users who recorded names or identifiers of that recipient.
    pub recorders: BTreeSet<Arc<str>>,
    /// For an award, where the policy requires a checklist: what is not answered.
    pub unanswered: Option<Unanswered>,
}

impl Counterparty {
    fn is_answered(&self) -> Result<(), Denied> {
        self.unanswered.as_ref().map_or(Ok(()), |unanswered| Err(unanswered.denied()))
    }
}

/// The unanswered questions of a decision's originator's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub decision: Option<DecisionId>,
    pub questions: Vec<Question>,
}

impl Unanswered {
    fn denied(&self) -> Denied {
        let missing = self.questions.iter().map(|it| it.word()).collect();
        match &self.decision {
            Some(decision) => Denied::ChecklistIncomplete { decision: decision.to_string(), missing },
            None => Denied::NoDecision,
        }
    }
}

/// The users, the policy and the approvals of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// The users by user name, including those who have left.
    pub users: BTreeMap<String, User>,
    /// What needs approval; `None` is nothing.
    pub policy: Option<Policy>,
    /// Pending proposals, by record.
    pub pending: BTreeMap<u64, Pending>,
    approval: Option<ActiveApproval>,
    /// Amounts recorded without approval: by act, subject and day.
    unapproved: BTreeMap<(Act, String), BTreeMap<Date, Money>>,
    /// The day of the last record counted in `unapproved`.
    today: Option<Date>,
}

impl Authority {
    /// True if there are no users, so that everybody may do everything.
    pub fn is_open(&self) -> bool {
        self.users.is_empty()
    }

    /// Returns the approved proposal that is not completely recorded yet.
    pub fn unfinished(&self) -> Option<u64> {
        self.approval.as_ref().map(|approval| approval.proposal)
    }

    /// Returns the author of the next record signed by `by`: the proposer, if it is approved.
    pub fn author<'a>(&'a self, by: &'a Arc<str>) -> &'a Arc<str> {
        self.approval.as_ref().map_or(by, |approval| &approval.proposer)
    }

    /// Checks whether a user may record an event now.
    pub fn may(&self, attempt: Attempt<'_>) -> Result<(), Denied> {
        let needs = attempt.event.needs();
        if matches!(needs, Needs::Nothing { .. }) {
            return Ok(());
        }
        if let Some(approval) = &self.approval
            && let Some(expected) = approval.events.get(approval.done + attempt.after)
        {
            return self.may_as_approved(approval, *expected, attempt);
        }
        if self.is_open() {
            return match needs {
                Needs::Policy(Some(_)) | Needs::Proposal(_) | Needs::Approval(_) | Needs::Rejection(_) => {
                    Err(Denied::NoUsers)
                }
                Needs::Users(users) => self.check_users(users, attempt.rules),
                Needs::Policy(None) | Needs::Nothing { .. } | Needs::Acts(_) | Needs::Administration(_) => {
                    Ok(())
                }
            };
        }
        let user = self.user(attempt.by)?;
        match needs {
            Needs::Nothing { .. } => Ok(()),
            Needs::Proposal(proposal) => self.may_propose(user, proposal, attempt.rules),
            Needs::Approval(approved) => self.may_approve(user, attempt, approved),
            Needs::Rejection(rejected) => {
                let proposal = rejected.proposal;
                let pending = self.pending.get(&proposal).ok_or(Denied::NotPending(proposal))?;
                if *pending.by == *attempt.by {
                    Ok(())
                } else {
                    needs_role(user, Role::Approver, attempt.event)
                }
            }
            Needs::Administration(signature) => {
                needs_role(user, Role::Approver, attempt.event)?;
                let Attempt { ledger, number, at, event, rules, .. } = attempt;
                let text = || administration_text(ledger, (number, at), event);
                if keys::are_guarded(rules) { self.check_signature(user, text, signature) } else { Ok(()) }
            }
            Needs::Users(users) if self.policy.is_none() && keys::is_first(user, users) => {
                self.check_keys(users, attempt.rules)
            }
            Needs::Users(_) | Needs::Policy(_) => {
                if self.policy.is_none() || !user.records() {
                    needs_role(user, Role::Approver, attempt.event)?;
                }
                self.check_authority(needs, attempt.rules)?;
                if self.policy.is_some() {
                    return Err(Denied::SecondPersonForAuthority);
                }
                if keys::are_guarded(attempt.rules) { self.may_unsigned(user, needs) } else { Ok(()) }
            }
            Needs::Acts(_) => {
                let acts = acts::acts(attempt.event)?;
                has_roles(user, &acts, attempt.event)?;
                self.may_without_approval(&acts, attempt)
            }
        }
    }

    /// Checks whether a user may propose an event for approval.
    pub(crate) fn may_be_proposed(&self, by: &str, event: &Event) -> Result<(), Denied> {
        if self.is_open() {
            return Err(Denied::NoUsers);
        }
        self.may_propose_event(self.user(by)?, event, Rules::PRESENT)
    }

    fn may_propose_event(&self, user: &User, event: &Event, rules: Rules) -> Result<(), Denied> {
        match event.needs() {
            Needs::Nothing { may_be_proposed: false }
            | Needs::Proposal(_)
            | Needs::Approval(_)
            | Needs::Rejection(_)
            | Needs::Administration(_) => {
                Err(Denied::NotProposable("it is not a change that users can propose"))
            }
            needs @ (Needs::Users(_) | Needs::Policy(_)) if user.records() => {
                self.check_authority(needs, rules)
            }
            Needs::Nothing { may_be_proposed: true }
            | Needs::Users(_)
            | Needs::Policy(_)
            | Needs::Acts(_) => {
                // What only the closer may decide may be decided by who approves it.
                let mut done = acts::acts(event)?;
                done.retain(|(act, _)| *act != Act::PriorPeriod);
                has_roles(user, &done, event)
            }
        }
    }

    fn may_propose(&self, user: &User, proposal: &Proposal, rules: Rules) -> Result<(), Denied> {
        if proposal.events.is_empty() || proposal.events.len() > Proposal::LIMIT {
            return Err(Denied::NotProposable("it contains no records, or more than 1,000"));
        }
        if !proposal.is_intact() {
            return Err(Denied::NotProposable("its hash does not match its content"));
        }
        proposal.events.iter().try_for_each(|event| self.may_propose_event(user, event, rules))
    }

    fn may_approve(
        &self,
        user: &User,
        attempt: Attempt<'_>,
        approved: &ProposalApproved,
    ) -> Result<(), Denied> {
        let ProposalApproved { proposal, hash, signature, key_lost } = approved;
        let (proposal, hash, signature) = (*proposal, *hash, signature.as_deref());
        let pending = self.pending.get(&proposal).ok_or(Denied::NotPending(proposal))?;
        let by = user.id.to_string();
        let is_own = *pending.by == *by;
        if key_lost.is_some() {
            self.may_replace_lost_key(user, pending, attempt)?;
        } else if is_own && !self.may_sign_own(user, pending, attempt.rules) {
            return Err(Denied::OwnProposal { by, proposal });
        }
        if !is_own && !user.may(Role::Approver) {
            return Err(Denied::RoleMissing { by, role: Role::Approver, what: "approval" });
        }
        if hash != pending.hash {
            return Err(Denied::ProposalChanged { proposal });
        }
        if key_lost.is_some() {
            return Ok(());
        }
        self.check_signature(user, || approval_text(attempt.ledger, proposal, hash), signature)
    }

    /// Checks the signature of a user: whoever has a key signs, and where approvals are signed, everybody does.
    fn check_signature(
        &self,
        user: &User,
        text: impl Fn() -> String,
        signature: Option<&Signature>,
    ) -> Result<(), Denied> {
        let by = user.id.to_string();
        match (&user.key, signature) {
            (None, None) if self.policy.as_ref().is_some_and(|it| it.signed_approvals) => {
                Err(Denied::KeyNeeded(by))
            }
            (None, None) => Ok(()),
            (Some(_), None) => Err(Denied::SignatureNeeded(by)),
            (Some(key), Some(signature)) if key.has_signed(text().as_bytes(), signature.bytes()) => Ok(()),
            (_, Some(_)) => Err(Denied::SignatureWrong(by)),
        }
    }

    /// Checks that an approved event is recorded as it was proposed, in the approver's name.
    fn may_as_approved(
        &self,
        approval: &ActiveApproval,
        expected: Hash,
        attempt: Attempt<'_>,
    ) -> Result<(), Denied> {
        if hash_of([attempt.event]) != expected {
            return Err(Denied::ProposalChanged { proposal: approval.proposal });
        }
        // The proposer may have left, or lost the role, since.
        let proposer = self.user(&approval.proposer)?;
        self.may_propose_event(proposer, attempt.event, attempt.rules)?;
        if *approval.proposer == *attempt.by {
            self.may_sign(proposer, attempt.event, approval.proposal)?;
        }
        let done = acts::acts(attempt.event)?;
        let does = |wanted| done.iter().any(|(act, _)| *act == wanted);
        let decides = |user: &User| user.may(acts::role_for(Act::PriorPeriod));
        if does(Act::PriorPeriod) && !decides(proposer) && !decides(self.user(attempt.by)?) {
            return Err(Denied::AdjustmentUndecided(attempt.by.to_owned()));
        }
        let pays = does(Act::Payment);
        attempt.party.is_answered()?;
        match self.recorder_apart(attempt, pays) {
            Some(recipient) => Err(Denied::RecorderApproves { by: attempt.by.to_owned(), recipient }),
            None => Ok(()),
        }
    }

    /// Checks whether the policy allows a record without approval.
    fn may_without_approval(&self, done: &[acts::Done], attempt: Attempt<'_>) -> Result<(), Denied> {
        let Some(policy) = &self.policy else { return Ok(()) };
        attempt.party.is_answered()?;
        for (act, amount) in done {
            for rule in policy.rules_for(*act) {
                let before = match amount {
                    Some(_) => self.recorded_unapproved(policy, *act, attempt)?,
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

    /// Returns the paid recipient, if the policy does not allow the user to pay it.
    fn recorder_apart(&self, attempt: Attempt<'_>, pays: bool) -> Option<String> {
        let apart = self.policy.as_ref().is_some_and(|policy| policy.recipient_recorder_apart);
        let recipient = attempt.party.recipient.as_ref().filter(|_| apart && pays)?;
        attempt.party.recorders.contains(attempt.by).then(|| recipient.to_string())
    }

    /// Returns the amount recorded without approval in the last days that counts with an act.
    fn recorded_unapproved(
        &self,
        policy: &Policy,
        act: Act,
        attempt: Attempt<'_>,
    ) -> Result<Money, Overflow> {
        let Some(subject) = subject(attempt.event, attempt.party) else { return Ok(Money::ZERO) };
        let Some(by_day) = self.unapproved.get(&(act, subject)) else { return Ok(Money::ZERO) };
        let today = day_of(attempt.at);
        let counts = |day: &Date| today.is_none_or(|today| today.days_since(*day) <= policy.days.into());
        Money::sum(by_day.iter().filter(|(day, _)| counts(day)).map(|(_, amount)| *amount))
    }

    /// Follows a record, which the caller has checked to be allowed.
    pub fn follow(
        &mut self,
        record: u64,
        at: &Arc<str>,
        by: &Arc<str>,
        event: &Event,
        party: &Counterparty,
    ) -> Result<(), Overflow> {
        if matches!(event, Event::IncomeReleased(_) | Event::RulesAdopted(_)) {
            return Ok(());
        }
        let is_approved = self.approval.is_some();
        if let Some(approval) = &mut self.approval {
            approval.done += 1;
            if approval.done >= approval.events.len() {
                self.approval = None;
            }
        }
        match event.needs() {
            Needs::Users(users) => {
                self.users.extend(users.iter().map(|it| (it.id.to_string(), it.clone())));
            }
            Needs::Policy(policy) => self.policy = policy.cloned(),
            Needs::Proposal(proposal) => {
                let events = proposal.events.iter().map(|event| hash_of([event])).collect();
                let may_be_signed = self.may_sign_all(by, record, proposal);
                let key_of = self.key_replaced(proposal);
                let (by, at, hash) = (by.clone(), at.clone(), proposal.hash);
                let pending = Pending { by, at, hash, events, may_be_signed, key_of };
                self.pending.insert(record, pending);
            }
            Needs::Approval(ProposalApproved { proposal, .. }) => {
                if let Some(Pending { by, events, .. }) = self.pending.remove(proposal) {
                    self.approval =
                        Some(ActiveApproval { proposal: *proposal, proposer: by, events, done: 0 });
                }
            }
            Needs::Rejection(rejected) => drop(self.pending.remove(&rejected.proposal)),
            Needs::Nothing { .. } | Needs::Acts(_) | Needs::Administration(_) => {
                if !is_approved {
                    self.count_unapproved(at, event, party)?;
                }
            }
        }
        Ok(())
    }

    pub fn end_of_batch(&mut self) {
        self.approval = None;
    }

    fn count_unapproved(&mut self, at: &str, event: &Event, party: &Counterparty) -> Result<(), Overflow> {
        let Some(policy) = &self.policy else { return Ok(()) };
        let Some(subject) = subject(event, party) else { return Ok(()) };
        let Some(day) = day_of(at) else { return Ok(()) };
        // Nothing is forgotten for a clock that may be ahead.
        let may_be_ahead = self.today.is_some_and(|before| is_jump(before, day));
        if self.today != Some(day) && !may_be_ahead {
            self.today = Some(day);
            self.unapproved.retain(|_, by_day| {
                by_day.retain(|earlier, _| day.days_since(*earlier) <= policy.days.into());
                !by_day.is_empty()
            });
        }
        for (act, amount) in acts::acts(event)? {
            if let Some(amount) = amount
                && policy.rules_for(act).next().is_some()
            {
                let by_day = self.unapproved.entry((act, subject.clone())).or_default();
                by_day.entry(day).or_default().add(amount)?;
            }
        }
        Ok(())
    }

    /// Counts what was recorded on days far after a corrected clock as recorded on its day. What is dated within
    /// [`MOST_DAYS_AHEAD`](crate::clock::MOST_DAYS_AHEAD) counts from its own day, since the clock may be the one that is wrong.
    pub fn correct_clock(&mut self, at: &str) -> Result<(), Overflow> {
        let Some(day) = day_of(at) else { return Ok(()) };
        for by_day in self.unapproved.values_mut() {
            let too_late: Vec<Date> = by_day.keys().copied().filter(|it| is_jump(day, *it)).collect();
            for later in too_late {
                let amount = by_day.remove(&later).unwrap_or_default();
                by_day.entry(day).or_default().add(amount)?;
            }
        }
        self.today = None;
        Ok(())
    }

    fn user(&self, by: &str) -> Result<&User, Denied> {
        self.users.get(by).filter(|it| !it.left).ok_or_else(|| Denied::NotAUser(by.to_owned()))
    }

    /// Checks that the users after an event can still satisfy the policy.
    fn check_authority(&self, needs: Needs<'_>, rules: Rules) -> Result<(), Denied> {
        match needs {
            Needs::Users(users) => self.check_users(users, rules),
            Needs::Policy(policy) => check_enough(&self.users, policy),
            Needs::Nothing { .. }
            | Needs::Acts(_)
            | Needs::Proposal(_)
            | Needs::Approval(_)
            | Needs::Rejection(_)
            | Needs::Administration(_) => Ok(()),
        }
    }

    fn check_users(&self, users: &[User], rules: Rules) -> Result<(), Denied> {
        self.check_keys(users, rules)?;
        let mut after = self.users.clone();
        for user in users {
            let similar = |it: &&String| **it != user.id.as_str() && folded(it) == folded(user.id.as_str());
            if let Some(existing) = after.keys().find(similar) {
                return Err(Denied::Similar { given: user.id.to_string(), existing: existing.clone() });
            }
            if user.roles.contains(&Role::Auditor) && user.roles.iter().any(|role| role.records()) {
                return Err(Denied::AuditorRecords(user.id.to_string()));
            }
            if user.audience.is_some() && !user.is_only_reader() {
                return Err(Denied::NotOnlyReader(user.id.to_string()));
            }
            after.insert(user.id.to_string(), user.clone());
        }
        check_enough(&after, self.policy.as_ref())
    }
}

/// Checks that an approver remains, and with a policy two users who record or approve.
fn check_enough(users: &BTreeMap<String, User>, policy: Option<&Policy>) -> Result<(), Denied> {
    let must_sign = policy.is_some_and(|policy| policy.signed_approvals);
    let can_approve = |it: &&User| it.may(Role::Approver) && (it.key.is_some() || !must_sign);
    if !users.values().any(|it| it.may(Role::Approver)) {
        return Err(Denied::TooFew(
            "no approver would remain: at least one user must have the approver role",
        ));
    }
    if policy.is_some() {
        if !users.values().any(|it| can_approve(&it)) {
            return Err(Denied::TooFew("the scheme requires signed approvals, but no approver has a key"));
        }
        if users.values().filter(|it| it.records()).count() < 2 {
            return Err(Denied::TooFew("a scheme needs at least two users who can record or approve"));
        }
    }
    Ok(())
}

fn needs_role(user: &User, role: Role, event: &Event) -> Result<(), Denied> {
    match user.may(role) {
        true => Ok(()),
        false => Err(Denied::RoleMissing { by: user.id.to_string(), role, what: event.words() }),
    }
}

fn has_roles(user: &User, done: &[acts::Done], event: &Event) -> Result<(), Denied> {
    let roles = acts::roles_for(done);
    // What is not an act needs the role recorder.
    let roles = if roles.is_empty() { vec![Role::Recorder] } else { roles };
    if done.iter().any(|(act, _)| *act == Act::PriorPeriod) {
        let missing: Vec<Role> = roles.iter().copied().filter(|role| !user.may(*role)).collect();
        return match missing.is_empty() {
            true => Ok(()),
            false => Err(Denied::MayNotAdjust { by: user.id.to_string(), missing, roles }),
        };
    }
    roles.into_iter().try_for_each(|role| needs_role(user, role, event))
}

/// Returns the subject for which amounts are added up: the recipient of a grant, the fund of a budget or a
/// receipt.
fn subject(event: &Event, party: &Counterparty) -> Option<String> {
    let Needs::Acts(acts) = event.needs() else { return None };
    match acts {
        Acts::OfFact { .. } => party.recipient.as_ref().map(ToString::to_string),
        Acts::Amount { fund, .. } | Acts::Posted { fund, .. } => Some(fund.to_string()),
        Acts::Plain(_) | Acts::OfReversal(_) => None,
    }
}

#[cfg(test)]
mod tests;
