//! Recipients: organisations with a stable id, dated names and outside identifiers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::grants::GrantId;
use crate::text::{Text, id_type, is_reference};

id_type!(
    /// A recipient's id, which never changes: `lighthouse-womens-aid`, `R00053`.
    RecipientId, is_reference
);

id_type!(
    /// An outside identifier: `GB-CHC-1087198`, `GB-COH-01234567`.
    Identifier, is_reference
);

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
    /// What others know it by.
    pub identifiers: BTreeSet<Identifier>,
    /// The grants awarded to it.
    pub grants: BTreeSet<GrantId>,
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
}
