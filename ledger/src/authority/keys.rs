//! The keys of users: what changes users and the policy where somebody has one.
//!
//! A user name is a claim, and a key proves it, so a key may not be worth less than the name of its owner. Without a
//! policy, a user who has a key changes users and the policy by a signed approval only, the user's own proposal included;
//! nobody changes a user who has a key but by approval; and a key is replaced or removed with a signature by it, or with
//! the approval of another user. The only approver whose key is lost replaces it by name alone, with a reason, once the
//! proposal of it has been pending, for everybody to see, for [`LOST_KEY_DAYS`]. Holds from [`Rules::Second`] on: earlier records stand.

use super::{Attempt, Authority, Denied, Pending};
use crate::clock::day_of;
use crate::events::proposals::Proposal;
use crate::events::{Event, Needs};
use crate::grants::Rules;
use crate::text::Text;
use crate::users::{Role, User};

/// The number of days for which the proposal of a new key is pending before it is approved without the lost one.
pub const LOST_KEY_DAYS: i64 = 31;

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

    /// Returns the user for whom a proposal sets another key, if it does nothing else.
    pub(super) fn key_replaced(&self, proposal: &Proposal) -> Option<Text> {
        let [event] = proposal.events.as_slice() else { return None };
        let Needs::Users(users @ [user]) = event.needs() else { return None };
        let before = self.users.get(user.id.as_str()).filter(|it| it.key.is_some() && user.key.is_some())?;
        is_only_key(before, users).then(|| user.id.clone())
    }

    /// Checks whether a user may replace a lost key by name alone: the only approver, after a time in which everybody could
    /// see what is proposed, and the owner of a key that is not lost could reject it.
    pub(super) fn may_replace_lost_key(
        &self,
        user: &User,
        pending: &Pending,
        attempt: Attempt<'_>,
    ) -> Result<(), Denied> {
        let refused = |why: String| Err(Denied::KeyNotReplaced { by: user.id.to_string(), why });
        if !are_guarded(attempt.rules) || pending.key_of.as_ref() != Some(&user.id) {
            return refused(format!("the proposal must set a new key for {}, and nothing else", user.id));
        }
        if let Some(other) = self.able_to_approve().find(|it| it.id != user.id) {
            return refused(format!("{} can approve it", other.id));
        }
        let other = self.users.values().find(|it| it.records() && it.id != user.id);
        if let Some(other) = other.filter(|_| *pending.by == *user.id.as_str()) {
            return refused(format!("{} must propose it", other.id));
        }
        let (Some(proposed), Some(today)) = (day_of(&pending.at), day_of(attempt.at)) else {
            return refused("the date of the proposal is not known".to_owned());
        };
        if today.days_since(proposed) < LOST_KEY_DAYS {
            let proposed = proposed.in_words();
            return refused(format!(
                "that is allowed only once the proposal has been pending for {LOST_KEY_DAYS} days, and it was made on {proposed}"
            ));
        }
        Ok(())
    }

    /// Returns the users who can approve the proposals of others.
    fn able_to_approve(&self) -> impl Iterator<Item = &User> {
        let must_sign = self.policy.as_ref().is_some_and(|it| it.signed_approvals);
        self.users.values().filter(move |it| it.may(Role::Approver) && (it.key.is_some() || !must_sign))
    }

    /// Returns the only user who can approve, if that user signs with a key, which may be lost.
    pub fn only_signer(&self) -> Option<&User> {
        let mut able = self.able_to_approve();
        let only = able.next().filter(|it| it.key.is_some())?;
        able.next().is_none().then_some(only)
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
            | Needs::Administration(_) => return Err(is_by_another()),
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
