//! The grants of books in memory: found at once, and visited in the order of their ids.

use hashbrown::hash_map::Entry;
use hashbrown::{DefaultHashBuilder, HashMap};

use crate::grants::{Grant, GrantId};

/// Grants by id. A file of payments asks for one of many some times a row, and a table of hashes
/// answers in a fraction of the time that a tree takes; the order it has them in is never seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantShelf(HashMap<GrantId, Grant>);

impl GrantShelf {
    /// One grant.
    pub fn get(&self, id: &GrantId) -> Option<&Grant> {
        self.0.get(id)
    }

    /// True when it is there.
    pub fn contains(&self, id: &GrantId) -> bool {
        self.0.contains_key(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every grant, in the order of their ids.
    pub fn in_order(&self) -> impl Iterator<Item = &Grant> + use<'_> {
        let mut grants = self.in_any_order();
        grants.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        grants.into_iter()
    }

    /// Every grant, for what does not depend on their order.
    pub(super) fn in_any_order(&self) -> Vec<&Grant> {
        self.0.values().collect()
    }

    /// Every grant, to be kept elsewhere.
    pub(super) fn into_any_order(self) -> impl Iterator<Item = Grant> {
        self.0.into_values()
    }

    /// The place of a grant, taken or not.
    pub(super) fn entry(&mut self, id: GrantId) -> Entry<'_, GrantId, Grant, DefaultHashBuilder> {
        self.0.entry(id)
    }

    /// Takes a grant away.
    pub(super) fn take(&mut self, id: &GrantId) -> Option<Grant> {
        self.0.remove(id)
    }

    /// Takes over others, instead of those of the same ids.
    pub(super) fn extend(&mut self, others: impl IntoIterator<Item = Grant>) {
        self.0.extend(others.into_iter().map(|grant| (grant.id.clone(), grant)));
    }
}
