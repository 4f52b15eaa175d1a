//! The head of a journal: its last record and hash.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The last record of a journal, with the hash that covers everything up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last record; 0 while there is none.
    pub record: u64,
    /// The hash of the commit that ends its batch; zeros while there is none.
    pub hash: Hash,
}

impl Head {
    /// The head of a journal without records.
    pub const EMPTY: Head = Head { record: 0, hash: Hash::ZERO };

    /// The head shown to those who may not see one. No journal has it.
    pub const WITHHELD: Head = Head { record: 0, hash: Hash::ONES };

    /// Returns the head, unless it is withheld.
    pub fn shown(self) -> Option<Head> {
        (self != Head::WITHHELD).then_some(self)
    }
}
