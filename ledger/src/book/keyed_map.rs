//! What books in memory hold under ids: found at once, and visited in the order of the ids.

use std::hash::Hash;

use hashbrown::hash_map::Entry;
use hashbrown::{DefaultHashBuilder, HashMap};

/// Values by key. The rows of a file ask for one of many some times each, and a table of hashes answers in a
/// fraction of the time that a tree takes; the order it has them in is never seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedMap<Key: Hash + Eq, Value>(HashMap<Key, Value>);

impl<Key: Hash + Eq, Value> Default for KeyedMap<Key, Value> {
    fn default() -> KeyedMap<Key, Value> {
        KeyedMap(HashMap::new())
    }
}

impl<Key: Hash + Ord, Value> KeyedMap<Key, Value> {
    /// The value of a key.
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.0.get(key)
    }

    /// True when there is a value under the key.
    pub fn contains_key(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every key with its value, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> + use<'_, Key, Value> {
        let mut all: Vec<(&Key, &Value)> = self.0.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.into_iter()
    }

    /// Every value, in the order of the keys.
    pub fn values(&self) -> impl Iterator<Item = &Value> + use<'_, Key, Value> {
        self.iter().map(|(_, value)| value)
    }

    /// Every value, for what does not depend on their order.
    pub(crate) fn in_any_order(&self) -> Vec<&Value> {
        self.0.values().collect()
    }

    /// The value of a key, to change it.
    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// Puts a value under a key, instead of the one that is there.
    pub(super) fn insert(&mut self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    /// The place of a value, taken or not.
    pub(super) fn entry(&mut self, key: Key) -> Entry<'_, Key, Value, DefaultHashBuilder> {
        self.0.entry(key)
    }

    /// Takes a value away.
    pub(super) fn take(&mut self, key: &Key) -> Option<Value> {
        self.0.remove(key)
    }

    /// Every key with its value, for what does not depend on their order.
    pub(crate) fn into_any_order(self) -> impl Iterator<Item = (Key, Value)> {
        self.0.into_iter()
    }

    /// Takes over others, instead of those of the same keys.
    pub(crate) fn absorb(&mut self, others: KeyedMap<Key, Value>) {
        match self.is_empty() {
            true => *self = others,
            false => self.0.extend(others.0),
        }
    }
}
