//! Users of a ledger and their roles.
//!
//! A user is identified by the user name in their records; the roles determine what they may record. What needs
//! approval is in the [`Policy`](crate::policy::Policy).

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::signing::PublicKey;
use crate::text::Text;
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
    Closer,
    /// Records nothing.
    Auditor,
    /// Records nothing.
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
}

impl User {
    pub fn may(&self, role: Role) -> bool {
        !self.left && self.roles.contains(&role)
    }

    pub fn records(&self) -> bool {
        !self.left && self.roles.iter().any(|role| role.records())
    }
}
