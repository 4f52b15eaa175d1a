//! A map for books in memory: fast lookup, iteration in key order.

use std::hash::Hash;

use hashbrown::hash_map::Entry;
use hashbrown::{DefaultHashBuilder, HashMap};

/// A hash map that is iterated in key order. Importing looks up keys far more often than it iterates, and
/// hashing takes a fraction of the time of a tree; the hash order is never visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedMap<Key: Hash + Eq, Value>(HashMap<Key, Value>);

impl<Key: Hash + Eq, Value> Default for KeyedMap<Key, Value> {
    fn default() -> KeyedMap<Key, Value> {
        KeyedMap(HashMap::new())
    }
}

impl<Key: Hash + Ord, Value> KeyedMap<Key, Value> {
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.0.get(key)
    }

    pub fn contains_key(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns every key with its value, in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> + use<'_, Key, Value> {
        let mut all: Vec<(&Key, &Value)> = self.0.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.into_iter()
    }

    /// Returns every value, in key order.
    pub fn values(&self) -> impl Iterator<Item = &Value> + use<'_, Key, Value> {
        self.iter().map(|(_, value)| value)
    }

    pub fn in_any_order(&self) -> Vec<&Value> {
        self.0.values().collect()
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    pub(super) fn insert(&mut self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    pub(super) fn entry(&mut self, key: Key) -> Entry<'_, Key, Value, DefaultHashBuilder> {
        self.0.entry(key)
    }

    pub(super) fn take(&mut self, key: &Key) -> Option<Value> {
        self.0.remove(key)
    }

    /// Adds the entries of another map, replacing those of the same keys.
    pub(super) fn absorb(&mut self, others: KeyedMap<Key, Value>) {
        match self.is_empty() {
            true => *self = others,
            false => self.0.extend(others.0),
        }
    }
}
