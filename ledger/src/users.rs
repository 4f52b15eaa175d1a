//! The users of a ledger and their roles.
//!
//! A user is known by the name that records are signed with (`--user`); the roles say what they may
//! record. Knows nothing of the rules that ask for a second person: those are a
//! [`Policy`](crate::policy::Policy).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::signing::PublicKey;
use crate::text::Text;

/// What a user may do. Reading is guarded by the folder's permissions, not by roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Records anything but money at the bank and the closing of months.
    Recorder,
    /// Approves and rejects what others propose, and says who may do what.
    Approver,
    /// Records payments, refunds and receipts, and reconciles them with the bank.
    Payer,
    /// Closes months and opens them again.
    Closer,
    /// Records nothing.
    Auditor,
    /// Records nothing.
    Reader,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 6] =
        [Role::Recorder, Role::Approver, Role::Payer, Role::Closer, Role::Auditor, Role::Reader];

    /// The word in flags and files.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Recorder => "recorder",
            Role::Approver => "approver",
            Role::Payer => "payer",
            Role::Closer => "closer",
            Role::Auditor => "auditor",
            Role::Reader => "reader",
        }
    }

    /// Reads a role's word.
    pub fn parse(text: &str) -> Option<Role> {
        let word = text.trim().to_lowercase();
        Role::ALL.into_iter().find(|role| role.word() == word)
    }

    /// True for roles that record something.
    pub const fn records(self) -> bool {
        !matches!(self, Role::Auditor | Role::Reader)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Somebody who may use the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name that records are signed with, for ever.
    pub id: Text,
    /// The name as papers and people write it.
    pub name: Text,
    /// What they may do; nothing once they have left.
    #[serde(default)]
    pub roles: BTreeSet<Role>,
    /// The public half of the key that they sign approvals with.
    pub key: Option<PublicKey>,
    /// True when they have left.
    #[serde(default)]
    pub left: bool,
}

impl User {
    /// True when the user is active and has the role.
    pub fn may(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    /// True when the user is active and may record something.
    pub fn records(&self) -> bool {
        !self.left && self.roles.iter().any(|role| role.records())
    }
}
