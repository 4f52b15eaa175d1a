//! Recipients: organisations with a stable id, dated names, aliases and outside identifiers.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod identifier;
mod name_key;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use identifier::{is_outside, is_placeholder};
pub use name_key::NameKey;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::ids::GrantId;
pub use crate::ids::{Identifier, RecipientId};
use crate::text::Text;

/// A name with its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedName {
    /// The first day; `None` is from the beginning.
    pub from: Option<Date>,
    pub name: Text,
}

/// An organisation that receives grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub id: RecipientId,
    /// Its names in the order of their first days; never empty.
    pub names: Vec<DatedName>,
    /// Other names by which it is found but never shown.
    pub aliases: BTreeSet<Text>,
    /// Its numbers in outside registers.
    pub identifiers: BTreeSet<Identifier>,
    /// The grants awarded to it, including reversed awards.
    pub grants: BTreeSet<GrantId>,
    /// The records of its names, aliases and identifiers that are not reversed.
    pub stated_by: BTreeSet<u64>,
    /// The users who recorded its names, aliases or identifiers, including reversed records.
    pub recorders: BTreeSet<Arc<str>>,
}

impl Recipient {
    pub fn name(&self) -> &str {
        self.names.last().map_or(self.id.as_str(), |dated| dated.name.as_str())
    }

    pub fn name_on(&self, day: Date) -> &str {
        let in_use = self.names.iter().rev().find(|dated| dated.from.is_none_or(|from| from <= day));
        in_use.or(self.names.first()).map_or(self.id.as_str(), |dated| dated.name.as_str())
    }

    /// False if its addition was reversed.
    pub fn is_known(&self) -> bool {
        !self.stated_by.is_empty()
    }

    /// Returns every key that it is found by.
    pub fn keys(&self) -> impl Iterator<Item = NameKey> {
        let of_identifiers = self.identifiers.iter().map(NameKey::of_identifier);
        self.known_as().map(NameKey::of_name).chain(of_identifiers)
    }

    /// Returns every name that it is found by: present and former names, and aliases.
    pub fn known_as(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|dated| &dated.name).chain(&self.aliases).map(Text::as_str)
    }

    /// True if one of these identifiers is another number in a register in which the recipient already has a
    /// number: it then identifies another organisation, whatever the name.
    pub(crate) fn is_contradicted_by(&self, identifiers: &[Identifier]) -> bool {
        let is_other = |one: &Identifier, two: &Identifier| match (one.register(), two.register()) {
            (Some(register), Some(other)) if register.eq_ignore_ascii_case(other) => {
                !one.as_str().eq_ignore_ascii_case(two.as_str())
            }
            _ => false,
        };
        identifiers.iter().any(|given| self.identifiers.iter().any(|known| is_other(given, known)))
    }

    /// True if the recipient is found by a name, whatever its spelling.
    pub(crate) fn is_known_as(&self, name: &str) -> bool {
        // Mostly the spelling is the same.
        let is_same = self.known_as().any(|known| known == name);
        is_same || {
            let key = NameKey::of_name(name);
            self.known_as().any(|known| NameKey::of_name(known) == key)
        }
    }
}
