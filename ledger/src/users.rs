//! Users of a ledger and their roles.
//!
//! A user is identified by the user name in their records; the roles determine what they may record. What needs
//! approval is in the [`Policy`](crate::policy::Policy).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::signing::PublicKey;
use crate::text::{Text, of_word};
use crate::worded;

/// A role: what a user may record. Reading is controlled by the folder's permissions, not by roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Records everything except bank transactions and the closing of months.
    Recorder,
    /// Approves and rejects proposals of others, and assigns roles.
    Approver,
    /// Records payments, refunds and receipts, and reconciles them with the bank.
    Payer,
    /// Closes and reopens months.
    Closer,
    /// Records nothing.
    Auditor,
    /// Records nothing.
    Reader,
}

worded!(Role::word, displayed {
    Recorder = "recorder", Approver = "approver", Payer = "payer", Closer = "closer", Auditor = "auditor",
    Reader = "reader",
});

impl Role {
    /// Reads a role's word.
    pub fn parse(text: &str) -> Option<Role> {
        of_word(text, Role::ALL, Role::word)
    }

    /// True for roles that may record.
    pub const fn records(self) -> bool {
        !matches!(self, Role::Auditor | Role::Reader)
    }
}

/// A user of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names say it.
pub struct User {
    /// The user name in records, which never changes.
    pub id: Text,
    pub name: Text,
    /// The roles; none once the user has left.
    #[serde(default)]
    pub roles: BTreeSet<Role>,
    /// The public key for signing approvals.
    pub key: Option<PublicKey>,
    /// True if the user has left.
    #[serde(default)]
    pub left: bool,
}

impl User {
    /// True if the user has not left and has the role.
    pub fn may(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    /// True if the user has not left and may record.
    pub fn records(&self) -> bool {
        !self.left && self.roles.iter().any(|role| role.records())
    }
}
