//! Pages of many small values, in the order of their keys, in one sled tree.
//!
//! sled spends some microseconds on every value, whatever its size, and opens more slowly the
//! more values it holds; writing thousands of grants one by one takes ten times as long as
//! writing them in pages of a few kilobytes. A page is found under a key that is not after the
//! first key in it. Pages stay well under 64 KiB, above which sled writes values to separate files.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::folder::index_error::IndexError;
use crate::folder::page;

/// A page longer than this is split.
const PAGE_BYTES: usize = 16 << 10;

/// Values by key, in pages.
#[derive(Clone, Debug)]
pub struct Pages {
    tree: sled::Tree,
}

/// A key with its encoded value.
pub(super) type Change<'a> = (Cow<'a, str>, Result<Vec<u8>, IndexError>);

/// Keys in order, with their values.
pub(super) type Changed<'a> = Box<dyn Iterator<Item = Change<'a>> + 'a>;

/// The keys and values of a page, by key.
type Entries = Vec<(Vec<u8>, Vec<u8>)>;

impl Pages {
    /// Makes pages in a tree.
    pub fn new(tree: sled::Tree) -> Pages {
        Pages { tree }
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, IndexError> {
        let Some((_, page)) = self.tree.range(..=page_key(key.as_bytes())).next_back().transpose()? else {
            return Ok(None);
        };
        for entry in page::entries(&page) {
            let (found, value) = entry?;
            if found == key.as_bytes() {
                return Ok(Some(value.to_vec()));
            }
        }
        Ok(None)
    }

    /// Puts values in, replacing old ones. They must come in the order of their keys.
    pub fn put<'a>(&self, changes: impl IntoIterator<Item = Change<'a>>) -> Result<(), IndexError> {
        let mut batch = sled::Batch::default();
        let mut changes = changes.into_iter().peekable();
        while let Some((key, value)) = changes.next() {
            let found = self.tree.range(..=page_key(key.as_bytes())).next_back().transpose()?;
            let (place, old) = match found {
                Some((place, page)) => (place.to_vec(), all_entries(&page)?),
                // Whatever is before the first page belongs to it.
                None => (FIRST_PAGE.to_vec(), Entries::new()),
            };
            let next = self.tree.get_gt(&place)?.map(|(next, _)| next);
            let mut new = vec![(key.as_bytes().to_vec(), value?)];
            while let Some((key, value)) = changes.next_if(|(key, _)| {
                next.as_ref().is_none_or(|next| page_key(key.as_bytes()).as_slice() < &**next)
            }) {
                new.push((key.as_bytes().to_vec(), value?));
            }
            write_pages(&mut batch, place, merged(old, new));
        }
        Ok(self.tree.apply_batch(batch)?)
    }

    /// Returns every key and value, in the order of the keys.
    pub fn all(&self) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, IndexError> {
        let mut all = BTreeMap::new();
        for page in self.tree.iter().values() {
            all.extend(all_entries(&page?)?);
        }
        Ok(all)
    }

    /// Removes everything.
    pub fn clear(&self) -> Result<(), IndexError> {
        Ok(self.tree.clear()?)
    }
}

/// The key of the first page, before all others. The others have the first key that was put in them.
const FIRST_PAGE: &[u8] = &[0];

fn page_key(key: &[u8]) -> Vec<u8> {
    [&[1], key].concat()
}

/// Returns old and new entries in order; a new one replaces an old one with the same key.
fn merged(old: Entries, new: Entries) -> Entries {
    let mut all = Entries::with_capacity(old.len() + new.len());
    let mut new = new.into_iter().peekable();
    for entry in old {
        while let Some(earlier) = new.next_if(|(key, _)| *key < entry.0) {
            all.push(earlier);
        }
        match new.next_if(|(key, _)| *key == entry.0) {
            Some(replacing) => all.push(replacing),
            None => all.push(entry),
        }
    }
    all.extend(new);
    all
}

/// Writes entries as pages, the first of them at `place`.
fn write_pages(batch: &mut sled::Batch, place: Vec<u8>, entries: Entries) {
    let mut place = place;
    let mut page = Vec::with_capacity(PAGE_BYTES);
    for (key, value) in entries {
        if !page.is_empty() && page.len() + key.len() + value.len() > PAGE_BYTES {
            let full = std::mem::replace(&mut page, Vec::with_capacity(PAGE_BYTES));
            batch.insert(std::mem::replace(&mut place, page_key(&key)), full);
        }
        page::push(&mut page, &key, &value);
    }
    batch.insert(place, page);
}

fn all_entries(page: &[u8]) -> Result<Entries, IndexError> {
    page::entries(page).map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pages_hold_the_same_as_a_map(
            batches in prop::collection::vec(
                prop::collection::btree_map("[a-e]{0,3}", prop::collection::vec(any::<u8>(), 0..6_000), 0..40),
                1..6,
            ),
        ) {
            let db = sled::Config::new().temporary(true).open().unwrap();
            let pages = Pages::new(db.open_tree("pages").unwrap());
            let mut map: BTreeMap<String, Vec<u8>> = BTreeMap::new();
            for batch in batches {
                pages.put(batch.iter().map(|(key, value)| (key.as_str().into(), Ok(value.clone())))).unwrap();
                map.extend(batch);
                let expected = map.iter().map(|(key, value)| (key.clone().into_bytes(), value.clone()));
                prop_assert_eq!(pages.all().unwrap(), expected.collect::<BTreeMap<_, _>>());
                for (key, value) in &map {
                    let found = pages.get(key).unwrap();
                    prop_assert_eq!(found.as_ref(), Some(value));
                }
                prop_assert_eq!(pages.get("zzz").unwrap(), None);
            }
            pages.clear().unwrap();
            prop_assert_eq!(pages.all().unwrap(), BTreeMap::new());
        }
    }
}
