//! What is stated of something, by which record, and what was stated before.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// Something as a record last stated it. Records that were reversed have never stated anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned<T> {
    now: T,
    record: u64,
    /// What earlier records stated, in order.
    earlier: Vec<(T, u64)>,
}

impl<T> Versioned<T> {
    /// The record that stated it as it is now.
    pub fn record(&self) -> u64 {
        self.record
    }

    /// What held before; `None` when nothing did.
    pub fn before(&self) -> Option<&T> {
        self.earlier.last().map(|(before, _)| before)
    }

    /// What was stated in order, each with the record that did, the last as it is now.
    pub fn each(&self) -> impl Iterator<Item = (&T, u64)> {
        self.earlier.iter().map(|(it, record)| (it, *record)).chain([(&self.now, self.record)])
    }

    /// States what is to hold from a record on.
    pub(crate) fn state<Key: Ord>(all: &mut BTreeMap<Key, Versioned<T>>, key: Key, now: T, record: u64) {
        let mut earlier = Vec::new();
        if let Some(there) = all.remove(&key) {
            earlier = there.earlier;
            earlier.push((there.now, there.record));
        }
        all.insert(key, Versioned { now, record, earlier });
    }

    /// Goes back to what held before a record, which must be the last that stated it; otherwise
    /// nothing is undone and this is false.
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
    fn what_was_stated_before_holds_again_when_the_last_record_is_undone() {
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
