//! The keys of users: what changes users and the policy where somebody has one.
//!
//! A user name is a claim, and a key proves it, so a key may not be worth less than the name of its owner. Without a
//! policy, a user who has a key changes users and the policy by a signed approval only, the user's own proposal included;
//! nobody changes a user who has a key but by approval; and a key is replaced or removed with a signature by it, or with
//! the approval of another user. Holds from [`Rules::Second`] on: earlier records stand.

use super::{Authority, Denied, Pending};
use crate::events::proposals::Proposal;
use crate::events::{Event, Needs};
use crate::grants::Rules;
use crate::users::{Role, User};

/// True if the rules guard keys.
pub(super) fn are_guarded(rules: Rules) -> bool {
    rules >= Rules::Second
}

/// True if a user only sets their own first key.
pub(super) fn is_first(by: &User, users: &[User]) -> bool {
    by.key.is_none() && is_only_key(by, users)
}

/// True if nothing changes but the key of one user.
fn is_only_key(of: &User, users: &[User]) -> bool {
    let [to] = users else { return false };
    User { key: of.key, ..to.clone() } == *of
}

impl Authority {
    /// Checks that each user has a key of their own: with another's, one user could approve as two.
    pub(super) fn check_keys(&self, users: &[User], rules: Rules) -> Result<(), Denied> {
        if !are_guarded(rules) {
            return Ok(());
        }
        for (place, user) in users.iter().enumerate().filter(|(_, user)| user.key.is_some()) {
            let before = self.users.values().chain(&users[..place]);
            if let Some(other) = before.into_iter().find(|it| it.key == user.key && it.id != user.id) {
                return Err(Denied::KeyInUse(other.id.to_string()));
            }
        }
        Ok(())
    }

    /// Checks whether an approver may change users or the policy, without a policy, by name alone.
    pub(super) fn may_unsigned(&self, by: &User, needs: Needs<'_>) -> Result<(), Denied> {
        if by.key.is_some() {
            return Err(Denied::SignatureForAuthority(by.id.to_string()));
        }
        let Needs::Users(users) = needs else { return Ok(()) };
        let has_key = |user: &&User| self.users.get(user.id.as_str()).is_some_and(|it| it.key.is_some());
        users.iter().find(has_key).map_or(Ok(()), |user| Err(Denied::KeyHeld(user.id.to_string())))
    }

    /// True if a user may approve their own proposal with a signature: of users and the policy, without a policy.
    pub(super) fn may_sign_own(&self, by: &User, pending: &Pending, rules: Rules) -> bool {
        are_guarded(rules) && self.policy.is_none() && by.key.is_some() && pending.may_be_signed
    }

    /// True if a user may approve each event of their own proposal with a signature.
    pub(super) fn may_sign_all(&self, by: &str, record: u64, proposal: &Proposal) -> bool {
        let Some(by) = self.users.get(by) else { return false };
        proposal.events.iter().all(|event| self.may_sign(by, event, record).is_ok())
    }

    /// Returns the users who may approve a pending proposal: the approvers, and of its own proposer where a signature is enough.
    pub fn approvers(&self, proposal: u64) -> Vec<String> {
        let Some(pending) = self.pending.get(&proposal) else { return Vec::new() };
        let may_approve = |user: &&User| match *user.id.as_str() == *pending.by {
            true => !user.left && self.may_sign_own(user, pending, Rules::PRESENT),
            false => user.may(Role::Approver),
        };
        self.users.values().filter(may_approve).map(|user| user.id.to_string()).collect()
    }

    /// Checks whether a user may approve an event of their own proposal, which they have signed.
    pub(super) fn may_sign(&self, by: &User, event: &Event, proposal: u64) -> Result<(), Denied> {
        let is_by_another = || Denied::OwnProposal { by: by.id.to_string(), proposal };
        let users = match event.needs() {
            Needs::Users(users) => users,
            Needs::Policy(_) => &[],
            Needs::Nothing { .. }
            | Needs::Acts(_)
            | Needs::Proposal(_)
            | Needs::Approval(_)
            | Needs::Rejection(_)
            | Needs::Administration => return Err(is_by_another()),
        };
        if !by.may(Role::Approver) && !is_only_key(by, users) {
            return Err(is_by_another());
        }
        // The key of another user is replaced only where a third approves.
        let takes_key = |user: &User| {
            let before = self.users.get(user.id.as_str()).and_then(|it| it.key);
            before.is_some() && before != user.key && user.id != by.id
        };
        if users.iter().any(takes_key) { Err(is_by_another()) } else { Ok(()) }
    }
}
