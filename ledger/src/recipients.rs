//! Recipients: organisations with a stable id, dated names, aliases and outside identifiers.

mod name_key;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use name_key::NameKey;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::grants::GrantId;
use crate::text::{Text, id_type, is_outside_reference, is_reference};

id_type!(
    /// A recipient's id, which never changes: `lighthouse-womens-aid`, `R00053`.
    RecipientId, is_reference
);

id_type!(
    /// An outside identifier: `GB-CHC-1087198`, `GB-COH-01234567`.
    Identifier, is_outside_reference
);

impl Identifier {
    /// The register that it is a number in: `GB-CHC`. What is not of the form `LIST-NAME-number`
    /// is of no register.
    pub fn register(&self) -> Option<&str> {
        let text = self.as_str();
        let (country, rest) = text.split_once('-')?;
        let (list, _) = rest.split_once('-')?;
        text.get(..country.len() + 1 + list.len())
    }
}

/// A name and the day from which it is used; `None` is from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedName {
    /// The first day of the name.
    pub from: Option<Date>,
    /// The name.
    pub name: Text,
}

/// An organisation that is given grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Its id.
    pub id: RecipientId,
    /// Its names in the order of their first days; never empty.
    pub names: Vec<DatedName>,
    /// What others call it: it is found by these, and never shown under them.
    pub aliases: BTreeSet<Text>,
    /// Its numbers in the registers of others.
    pub identifiers: BTreeSet<Identifier>,
    /// The grants awarded to it, those whose award was reversed too.
    pub grants: BTreeSet<GrantId>,
    /// The records that added, renamed, identified or aliased it and were not reversed.
    pub stated_by: BTreeSet<u64>,
    /// Who added, renamed, identified or aliased it, what was reversed since too.
    pub recorders: BTreeSet<Arc<str>>,
}

impl Recipient {
    /// The newest name.
    pub fn name(&self) -> &str {
        self.names.last().map_or(self.id.as_str(), |dated| dated.name.as_str())
    }

    /// The name in use on a day.
    pub fn name_on(&self, day: Date) -> &str {
        let in_use = self.names.iter().rev().find(|dated| dated.from.is_none_or(|from| from <= day));
        in_use.or(self.names.first()).map_or(self.id.as_str(), |dated| dated.name.as_str())
    }

    /// False when its addition was reversed: it is as if it had never been added.
    pub fn is_known(&self) -> bool {
        !self.stated_by.is_empty()
    }

    /// Every key that it is found by.
    pub fn keys(&self) -> impl Iterator<Item = NameKey> {
        let of_identifiers = self.identifiers.iter().map(NameKey::of_identifier);
        self.known_as().map(NameKey::of_name).chain(of_identifiers)
    }

    /// Every name that it is found by: those it has or had, and its aliases.
    pub fn known_as(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|dated| &dated.name).chain(&self.aliases).map(Text::as_str)
    }

    /// True when one of these identifiers is another number in a register in which the recipient
    /// has a number already: then another organisation is meant, whatever the name.
    pub fn is_contradicted_by(&self, identifiers: &[Identifier]) -> bool {
        let is_other = |one: &Identifier, two: &Identifier| match (one.register(), two.register()) {
            (Some(register), Some(other)) if register.eq_ignore_ascii_case(other) => {
                !one.as_str().eq_ignore_ascii_case(two.as_str())
            }
            _ => false,
        };
        identifiers.iter().any(|given| self.identifiers.iter().any(|known| is_other(given, known)))
    }

    /// True when a name, however it is written, is one of those that it is found by.
    pub fn is_known_as(&self, name: &str) -> bool {
        // Mostly it is written as it was before.
        let is_same = self.known_as().any(|known| known == name);
        is_same || {
            let key = NameKey::of_name(name);
            self.known_as().any(|known| NameKey::of_name(known) == key)
        }
    }
}
