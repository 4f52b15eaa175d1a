//! A value with the record that last stated it, and its earlier versions.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A value as last stated by a record that was not reversed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned<T> {
    now: T,
    record: u64,
    /// The versions of earlier records, in order.
    earlier: Vec<(T, u64)>,
}

impl<T> Versioned<T> {
    pub fn record(&self) -> u64 {
        self.record
    }

    pub fn before(&self) -> Option<&T> {
        self.earlier.last().map(|(before, _)| before)
    }

    /// Returns all versions in order with their records; the current version is last.
    pub fn each(&self) -> impl Iterator<Item = (&T, u64)> {
        self.earlier.iter().map(|(it, record)| (it, *record)).chain([(&self.now, self.record)])
    }

    pub(crate) fn state<Key: Ord>(all: &mut BTreeMap<Key, Versioned<T>>, key: Key, now: T, record: u64) {
        let mut earlier = Vec::new();
        if let Some(there) = all.remove(&key) {
            earlier = there.earlier;
            earlier.push((there.now, there.record));
        }
        all.insert(key, Versioned { now, record, earlier });
    }

    /// Removes the version of a record; false, changing nothing, unless it is the current version.
    pub(super) fn undo<Key: Ord + Clone>(
        all: &mut BTreeMap<Key, Versioned<T>>,
        key: &Key,
        record: u64,
    ) -> bool {
        let Some(mut there) = all.remove(key) else { return false };
        if there.record != record {
            all.insert(key.clone(), there);
            return false;
        }
        if let Some((now, record)) = there.earlier.pop() {
            all.insert(key.clone(), Versioned { now, record, earlier: there.earlier });
        }
        true
    }
}

impl<T> Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoing_the_last_version_restores_the_previous_one() {
        let mut all = BTreeMap::new();
        for (now, record) in [("one", 3), ("two", 5), ("three", 9)] {
            Versioned::state(&mut all, 'a', now, record);
        }
        let held =
            |all: &BTreeMap<char, Versioned<&'static str>>| all.get(&'a').map(|it| (**it, it.record()));
        assert_eq!((held(&all), all[&'a'].before()), (Some(("three", 9)), Some(&"two")));
        assert!(all[&'a'].each().eq([(&"one", 3), (&"two", 5), (&"three", 9)]));
        for (record, undone, left) in [
            (5, false, Some(("three", 9))),
            (9, true, Some(("two", 5))),
            (5, true, Some(("one", 3))),
            (3, true, None),
            (3, false, None),
        ] {
            assert_eq!(Versioned::undo(&mut all, &'a', record), undone, "{record}");
            assert_eq!(held(&all), left, "{record}");
        }
    }
}
