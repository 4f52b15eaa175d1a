//! The keys of batches, in sled: opened only when a recording brings one.
//!
//! No figure is made of them, and a key is never new on sled's word alone: the runs say how many keys there are and
//! what they sum up to, the tail says which were added since, and keys that do not come to that are gathered from the
//! commits again. sled may panic on damaged files, or reopen without its newest entries: every call is guarded.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use serde::{Deserialize, Serialize};

use crate::folder::index_error::IndexError;
use crate::folder::page;
use crate::private;
use crate::sled_calls;

/// The folder of sled's files, in the index's folder.
pub(super) const FOLDER: &str = "keys";
/// The folder of keys that could not be used, before it is removed.
pub(super) const MOVED_AWAY: &str = "keys.old";
/// Must change whenever the layout of a value changes; part of the sums, so that another layout never agrees.
const LAYOUT: &str = "almoner keys 1";
/// Number of buckets that keys are spread over. sled spends some microseconds on every value, whatever its size.
const BUCKETS: u64 = 1_024;
const CACHE_BYTES: u64 = 8 << 20;
/// How long to wait for an earlier handle to let go.
const PATIENCE: Duration = Duration::from_secs(5);

/// A key and the head after its batch.
pub(super) type KeyedBatch = (String, Head);

/// Number and sum of keys: the same for the same keys in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeySum {
    count: u64,
    sum: u64,
}

impl KeySum {
    /// Adds a key.
    pub(super) fn with(self, (key, head): &KeyedBatch) -> KeySum {
        let Head { record, hash } = head;
        let check = Hash::of(format!("{LAYOUT}\n{key}\n{record}\n{hash}").as_bytes()).first_bytes();
        KeySum { count: self.count + 1, sum: self.sum.wrapping_add(u64::from_le_bytes(check)) }
    }

    /// Adds keys.
    pub(super) fn with_all<'k>(self, keys: impl IntoIterator<Item = &'k KeyedBatch>) -> KeySum {
        keys.into_iter().fold(self, KeySum::with)
    }

    fn plus(self, other: KeySum) -> KeySum {
        KeySum { count: self.count + other.count, sum: self.sum.wrapping_add(other.sum) }
    }
}

/// The keys of a ledger. Whatever was put in has been flushed.
#[derive(Debug)]
pub(super) struct Keys(Option<Sled>);

#[derive(Debug)]
struct Sled {
    db: sled::Db,
    /// The keys of each bucket, with the heads of their batches.
    buckets: sled::Tree,
    /// The sum of each bucket.
    sums: sled::Tree,
}

/// sled may panic when it is closed, too.
impl Drop for Keys {
    fn drop(&mut self) {
        let sled = self.0.take();
        let _ = guarded(|| {
            drop(sled);
            Ok(())
        });
    }
}

impl Keys {
    /// Opens the keys of an index, which must come to `base` and, as far as they go further, to the keys in `tail`
    /// in that order. Those missing of the tail are added. Keys that do not agree are moved away, and `all` of them
    /// put in again.
    pub(super) fn open<E: From<IndexError>>(
        index: &Path,
        base: KeySum,
        tail: &[KeyedBatch],
        all: impl FnOnce() -> Result<Vec<KeyedBatch>, E>,
    ) -> Result<Keys, E> {
        if let Some(keys) = Keys::agreeing(index, base, tail) {
            return Ok(keys);
        }
        let all = all()?;
        let moved_away = index.join(MOVED_AWAY);
        let remove = || if moved_away.exists() { fs::remove_dir_all(&moved_away) } else { Ok(()) };
        let folder = index.join(FOLDER);
        remove().map_err(IndexError::from)?;
        if folder.exists() {
            fs::rename(&folder, &moved_away).map_err(IndexError::from)?;
        }
        let keys = Keys::open_at(index)?;
        keys.put(&all)?;
        // What cannot be removed now is removed next time.
        let _ = remove();
        Ok(keys)
    }

    fn agreeing(index: &Path, base: KeySum, tail: &[KeyedBatch]) -> Option<Keys> {
        let keys = Keys::open_at(index).ok()?;
        let mut expected = base;
        let found = keys.sum().ok()?;
        for (place, key) in tail.iter().enumerate() {
            if found == expected {
                return keys.put(&tail[place..]).ok().map(|()| keys);
            }
            expected = expected.with(key);
        }
        (found == expected).then_some(keys)
    }

    fn open_at(index: &Path) -> Result<Keys, IndexError> {
        // sled sets no modes on its files; the mode of this folder protects them.
        let folder = index.join(FOLDER);
        private::folder(&folder)?;
        guarded(|| {
            // Nobody else can hold its lock, since the ledger's lock comes first.
            let db = sled_calls::open(&folder, CACHE_BYTES, PATIENCE)?;
            Ok(Keys(Some(Sled { buckets: db.open_tree("buckets")?, sums: db.open_tree("sums")?, db })))
        })
    }

    fn sled(&self) -> Result<&Sled, IndexError> {
        self.0.as_ref().ok_or(IndexError::Gone)
    }

    /// Returns what all keys come to by the sums of their buckets.
    fn sum(&self) -> Result<KeySum, IndexError> {
        guarded(|| {
            self.sled()?
                .sums
                .iter()
                .values()
                .try_fold(KeySum::default(), |all, sum| Ok(all.plus(postcard::from_bytes(&sum?)?)))
        })
    }

    /// Returns the head after the batch with this key.
    pub(super) fn get(&self, key: &str) -> Result<Option<Head>, IndexError> {
        Ok(self.bucket(bucket_of(key))?.remove(key))
    }

    /// Adds keys. They are flushed when this returns.
    pub(super) fn put(&self, keys: &[KeyedBatch]) -> Result<(), IndexError> {
        let mut by_bucket: BTreeMap<[u8; 2], Vec<&KeyedBatch>> = BTreeMap::new();
        for keyed in keys {
            by_bucket.entry(bucket_of(&keyed.0)).or_default().push(keyed);
        }
        for (bucket, keys) in by_bucket {
            let mut all = self.bucket(bucket)?;
            all.extend(keys.into_iter().cloned());
            let all: Vec<KeyedBatch> = all.into_iter().collect();
            let mut content = Vec::new();
            for (key, head) in &all {
                page::push(&mut content, key.as_bytes(), &postcard::to_stdvec(head)?);
            }
            let sum = postcard::to_stdvec(&KeySum::default().with_all(&all))?;
            guarded(|| {
                self.sled()?.buckets.insert(bucket, content)?;
                self.sled()?.sums.insert(bucket, sum)?;
                Ok(())
            })?;
        }
        guarded(|| Ok(self.sled()?.db.flush().map(|_| ())?))
    }

    /// Returns the keys of a bucket, which must come to its sum.
    fn bucket(&self, bucket: [u8; 2]) -> Result<BTreeMap<String, Head>, IndexError> {
        let (content, sum) =
            guarded(|| Ok((self.sled()?.buckets.get(bucket)?, self.sled()?.sums.get(bucket)?)))?;
        let mut keys = BTreeMap::new();
        for entry in page::entries(content.as_deref().unwrap_or_default()) {
            let (key, head) = entry?;
            let key = std::str::from_utf8(key).map_err(|_| IndexError::Page)?;
            keys.insert(key.to_owned(), postcard::from_bytes(head)?);
        }
        let expected = sum.map(|sum| postcard::from_bytes(&sum)).transpose()?.unwrap_or_default();
        let all: Vec<KeyedBatch> = keys.iter().map(|(key, head)| (key.clone(), *head)).collect();
        if KeySum::default().with_all(&all) != expected {
            return Err(IndexError::Page);
        }
        Ok(keys)
    }
}

fn bucket_of(key: &str) -> [u8; 2] {
    let number = u64::from_le_bytes(Hash::of(key.as_bytes()).first_bytes()) % BUCKETS;
    (number as u16).to_be_bytes()
}

/// Calls sled and turns its panics into errors: the keys are gathered again.
fn guarded<Value>(call: impl FnOnce() -> Result<Value, IndexError>) -> Result<Value, IndexError> {
    sled_calls::guarded(call, |why| IndexError::Failed(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(number: u64) -> KeyedBatch {
        (format!("key {number}"), Head { record: number, hash: Hash::of(&number.to_le_bytes()) })
    }

    fn keyed_up_to(last: u64) -> Vec<KeyedBatch> {
        (1..=last).map(keyed).collect()
    }

    fn open(index: &Path, base: KeySum, tail: &[KeyedBatch], all: &[KeyedBatch]) -> (Keys, bool) {
        let mut is_rebuilt = false;
        let keys = Keys::open(index, base, tail, || {
            is_rebuilt = true;
            Ok::<_, IndexError>(all.to_vec())
        });
        (keys.unwrap(), is_rebuilt)
    }

    fn check(keys: &Keys, last: u64) {
        for number in 1..=last {
            assert_eq!(keys.get(&keyed(number).0).unwrap(), Some(keyed(number).1), "{number}");
        }
        assert_eq!(keys.get(&keyed(last + 1).0).unwrap(), None);
    }

    #[test]
    fn keys_that_agree_with_a_place_in_the_tail_are_brought_up_to_date() {
        for known in 0..=30 {
            let folder = tempfile::tempdir().unwrap();
            let (all, base) = (keyed_up_to(30), 20);
            let sum = KeySum::default().with_all(&all[..base]);
            let keys = Keys::open_at(folder.path()).unwrap();
            keys.put(&all[..known]).unwrap();
            drop(keys);
            let (keys, is_rebuilt) = open(folder.path(), sum, &all[base..], &all);
            assert_eq!(is_rebuilt, known < base, "{known}");
            check(&keys, 30);
            drop(keys);
            // Brought up to date, they agree.
            let (keys, is_rebuilt) = open(folder.path(), sum, &all[base..], &[]);
            assert!(!is_rebuilt, "{known}");
            check(&keys, 30);
        }
    }

    #[test]
    fn keys_of_another_ledger_or_damaged_are_gathered_again() {
        let all = keyed_up_to(40);
        let sum = KeySum::default().with_all(&all);
        type Harm = fn(&Path);
        let harms: [Harm; 4] = [
            |folder| {
                let keys = Keys::open_at(folder).unwrap();
                keys.put(&[(keyed(7).0, keyed(8).1)]).unwrap();
            },
            |folder| {
                // A bucket without its sum, and then a sum without its bucket.
                let keys = Keys::open_at(folder).unwrap();
                keys.sled().unwrap().sums.remove(bucket_of(&keyed(7).0)).unwrap();
                keys.sled().unwrap().db.flush().unwrap();
            },
            |folder| fs::write(folder.join(FOLDER).join("db"), b"").unwrap(),
            |folder| {
                let file = folder.join(FOLDER).join("db");
                let length = fs::metadata(&file).unwrap().len() as usize;
                fs::write(&file, vec![0; length]).unwrap();
            },
        ];
        for (number, harm) in harms.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            drop(open(folder.path(), KeySum::default(), &all, &all));
            harm(folder.path());
            let (keys, is_rebuilt) = open(folder.path(), sum, &[], &all);
            assert!(is_rebuilt, "{number}");
            check(&keys, 40);
            drop(keys);
            assert!(!folder.path().join(MOVED_AWAY).exists());
        }
    }

    #[test]
    fn a_bucket_that_does_not_come_to_its_sum_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_at(folder.path()).unwrap();
        keys.put(&keyed_up_to(40)).unwrap();
        keys.sled().unwrap().buckets.remove(bucket_of(&keyed(7).0)).unwrap();
        assert!(keys.get(&keyed(7).0).is_err());
    }
}
