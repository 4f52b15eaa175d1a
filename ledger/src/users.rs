//! Users of a ledger and their roles.
//!
//! A user is identified by the user name in their records; the roles determine what they may record. What needs
//! approval is in the [`Policy`](crate::policy::Policy).

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::signing::PublicKey;
use crate::text::Text;
use crate::worded;

/// A role: what a user may record. Who can open the folder can read everything; on the pages of an office, roles decide
/// what a user sees, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Records everything except bank transactions and the closing of months.
    Recorder,
    /// Approves and rejects proposals of others, and assigns roles.
    Approver,
    /// Records payments, refunds and receipts, and reconciles them with the bank.
    Payer,
    Closer,
    /// Records nothing.
    Auditor,
    /// Records nothing. On the pages of an office, sees what an audience may see.
    Reader,
}

worded!(Role::word, displayed parsed {
    Recorder = "recorder", Approver = "approver", Payer = "payer", Closer = "closer", Auditor = "auditor",
    Reader = "reader",
});

impl Role {
    pub const fn records(self) -> bool {
        !matches!(self, Role::Auditor | Role::Reader)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The user name in records, which never changes.
    pub id: Text,
    pub name: Text,
    /// The roles; none once the user has left.
    #[serde(default)]
    pub roles: BTreeSet<Role>,
    pub key: Option<PublicKey>,
    #[serde(default)]
    pub left: bool,
    /// The audience to which a reader belongs; the public if not stated. Other users have none.
    #[serde(default)]
    pub audience: Option<Audience>,
}

impl User {
    /// Returns a user without a key.
    pub fn new(id: Text, name: Text, roles: BTreeSet<Role>) -> User {
        User { id, name, roles, key: None, left: false, audience: None }
    }

    pub fn may(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    pub fn records(&self) -> bool {
        !self.left && self.roles.iter().any(|role| role.records())
    }

    /// Returns what the user sees on the pages of an office; `None` for a user who has left or has no role.
    pub fn sees(&self) -> Option<Audience> {
        if self.records() {
            return Some(Audience::Officer);
        }
        if self.may(Role::Auditor) {
            return Some(Audience::Auditor);
        }
        self.may(Role::Reader).then(|| self.audience.unwrap_or_default())
    }

    /// Returns true for a reader without another role, who alone belongs to an audience.
    pub fn is_only_reader(&self) -> bool {
        self.roles.len() == 1 && self.roles.contains(&Role::Reader)
    }
}
