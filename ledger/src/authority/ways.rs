//! Which ways a closed month leaves to a user.

use super::{Authority, acts};
use crate::policy::Act;
use crate::remedy::Remedy;
use crate::users::Role;

impl Authority {
    /// Returns true if a user may post entries to provisionally closed months. That is the closer's to decide beside the role
    /// for the entry, and cannot be proposed.
    pub fn may_post_to_closed(&self, by: Option<&str>) -> bool {
        self.has_one_of(by, &[acts::role_for(Act::Closing)]) && self.records_entries(by)
    }

    /// Returns true if a user may record a prior period adjustment, or propose it to an approver who decides it.
    pub fn may_adjust(&self, by: Option<&str>) -> bool {
        self.records_entries(by)
    }

    /// Returns true if a user records what is posted to grants.
    fn records_entries(&self, by: Option<&str>) -> bool {
        self.has_one_of(by, &[Act::Award, Act::Payment].map(acts::role_for))
    }

    fn has_one_of(&self, by: Option<&str>, roles: &[Role]) -> bool {
        let user = by.and_then(|by| self.user(by).ok());
        self.is_open() || user.is_some_and(|user| roles.iter().any(|role| user.may(*role)))
    }

    /// Returns a remedy without the ways that a user may not go: to a closed month, or to reserves.
    pub fn open_ways(&self, remedy: Remedy, by: Option<&str>) -> Remedy {
        let Some(first_open) = remedy.posts_late() else { return remedy };
        let may_adjust = remedy.offers_adjustment() && self.may_adjust(by);
        let may_reopen = matches!(remedy, Remedy::PostLateOrToClosed { may_reopen: true, .. });
        match remedy.offers_closed_month() && self.may_post_to_closed(by) {
            true => Remedy::PostLateOrToClosed { first_open, may_reopen, may_adjust },
            false => Remedy::PostLate { first_open, may_adjust },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Date;
    use crate::users::User;

    #[test]
    fn a_remedy_offers_the_ways_that_are_open_to_the_user() {
        let user = |id: &str, roles: &[Role]| User {
            id: id.parse().unwrap(),
            name: id.parse().unwrap(),
            roles: roles.iter().copied().collect(),
            key: None,
            left: id == "gone",
            audience: None,
        };
        let users = [
            user("closer", &[Role::Closer]),
            user("recorder", &[Role::Recorder]),
            user("payer", &[Role::Payer, Role::Closer]),
            user("approver", &[Role::Approver]),
            user("auditor", &[Role::Auditor]),
            user("gone", &[Role::Recorder, Role::Closer]),
        ];
        let mut authority = Authority::default();
        let first_open = Date::parse("2015-04-01").unwrap();
        let offered = |authority: &Authority, by: Option<&str>| {
            let remedy = Remedy::PostLateOrToClosed { first_open, may_reopen: true, may_adjust: true };
            let remedy = authority.open_ways(remedy, by);
            (remedy.offers_closed_month(), remedy.offers_adjustment())
        };
        // Without users everybody may do everything.
        assert_eq!(offered(&authority, Some("jane")), (true, true));
        authority.users = users.into_iter().map(|it| (it.id.to_string(), it)).collect();
        for (by, expected) in [
            // Records no entries.
            (Some("closer"), (false, false)),
            // Proposes it to a closer.
            (Some("recorder"), (false, true)),
            (Some("payer"), (true, true)),
            (Some("approver"), (false, false)),
            (Some("auditor"), (false, false)),
            (Some("gone"), (false, false)),
            (Some("stranger"), (false, false)),
            (None, (false, false)),
        ] {
            assert_eq!(offered(&authority, by), expected, "{by:?}");
        }
        let plain = Remedy::PostLate { first_open, may_adjust: false };
        assert_eq!(authority.open_ways(plain.clone(), Some("payer")), plain);
        let other = Remedy::AskRole { role: Role::Closer };
        assert_eq!(authority.open_ways(other.clone(), Some("auditor")), other);
    }
}
