//! Saying who may do what, and what needs a second person.

use super::{Already, Decided, Decider};
use crate::event::Event;
use crate::people::Person;
use crate::policy::Policy;

impl Decider<'_> {
    pub(super) fn set_people(&self, people: &[Person]) -> Decided {
        let there = &self.books.reference().authority.people;
        let changed = people.iter().filter(|it| there.get(it.id.as_str()) != Some(it)).cloned();
        match changed.collect::<Vec<_>>() {
            none if none.is_empty() => Decided::Already(Already::default()),
            changed => Decided::Events(vec![Event::PeopleSet(changed)]),
        }
    }

    pub(super) fn set_policy(&self, policy: Option<&Policy>) -> Decided {
        if self.books.reference().authority.policy.as_ref() == policy {
            return Decided::Already(Already::default());
        }
        Decided::Events(vec![Event::PolicySet(policy.cloned())])
    }
}
