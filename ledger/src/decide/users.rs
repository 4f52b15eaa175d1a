//! Setting users with their roles, and the policy.

use super::{Already, Decided, Decider};
use crate::events::Event;
use crate::policy::Policy;
use crate::users::User;

impl Decider<'_> {
    pub(super) fn set_users(&self, users: &[User]) -> Decided {
        let there = &self.books.reference().authority.users;
        let changed = users.iter().filter(|it| there.get(it.id.as_str()) != Some(it)).cloned();
        match changed.collect::<Vec<_>>() {
            none if none.is_empty() => Decided::Already(Already::default()),
            changed => Decided::Events(vec![Event::UsersSet(changed)]),
        }
    }

    pub(super) fn set_policy(&self, policy: Option<&Policy>) -> Decided {
        if self.books.reference().authority.policy.as_ref() == policy {
            return Decided::Already(Already::default());
        }
        Decided::Events(vec![Event::PolicySet(policy.cloned())])
    }
}
