//! Pages: many small values kept together, in order of their keys, in one sled tree.
//!
//! sled spends some microseconds on every value, whatever its size, and opens more slowly the
//! more values it holds; writing thousands of grants one by one takes ten times as long as
//! writing them in pages of a few kilobytes. A page is found under a key that is not after the
//! first key in it. Pages stay well under 64 KiB, above which sled keeps values in files apart.

use crate::store::index::IndexError;

/// A page longer than this is split.
const PAGE_BYTES: usize = 16 << 10;

/// Values by key, in pages.
#[derive(Clone, Debug)]
pub struct Pages {
    tree: sled::Tree,
}

/// What a page holds: keys and values, by key.
type Entries = Vec<(Vec<u8>, Vec<u8>)>;

impl Pages {
    /// The pages in a tree.
    pub fn new(tree: sled::Tree) -> Pages {
        Pages { tree }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, IndexError> {
        let Some((_, page)) = self.tree.range(..=page_key(key.as_bytes())).next_back().transpose()? else {
            return Ok(None);
        };
        for entry in entries(&page) {
            let (held, value) = entry?;
            if held == key.as_bytes() {
                return Ok(Some(value.to_vec()));
            }
        }
        Ok(None)
    }

    /// Puts values in, replacing those that are there. They must come in the order of their keys.
    pub fn put<'a>(&self, changes: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Result<(), IndexError> {
        let mut batch = sled::Batch::default();
        let mut changes = changes.into_iter().peekable();
        while let Some((key, value)) = changes.next() {
            let found = self.tree.range(..=page_key(key.as_bytes())).next_back().transpose()?;
            let (place, held) = match found {
                Some((place, page)) => (place.to_vec(), all_entries(&page)?),
                // Whatever is before the first page belongs to it.
                None => (FIRST_PAGE.to_vec(), Entries::new()),
            };
            let next = self.tree.get_gt(&place)?.map(|(next, _)| next);
            let mut new = vec![(key.as_bytes().to_vec(), value)];
            while let Some((key, value)) = changes.next_if(|(key, _)| {
                next.as_ref().is_none_or(|next| page_key(key.as_bytes()).as_slice() < &**next)
            }) {
                new.push((key.as_bytes().to_vec(), value));
            }
            write_pages(&mut batch, place, merged(held, new));
        }
        Ok(self.tree.apply_batch(batch)?)
    }

    /// Every value, in the order of the keys.
    pub fn values(&self) -> impl Iterator<Item = Result<Vec<Vec<u8>>, IndexError>> {
        self.tree.iter().values().map(|page| {
            entries(&page?).map(|entry| Ok(entry?.1.to_vec())).collect::<Result<Vec<Vec<u8>>, IndexError>>()
        })
    }
}

/// The first page stands before all keys, the others under the first key that they held.
const FIRST_PAGE: &[u8] = &[0];

fn page_key(key: &[u8]) -> Vec<u8> {
    [&[1], key].concat()
}

/// Old and new entries in order; where both have a key, the new one.
fn merged(held: Entries, new: Entries) -> Entries {
    let mut all = Entries::with_capacity(held.len() + new.len());
    let mut new = new.into_iter().peekable();
    for old in held {
        while let Some(earlier) = new.next_if(|(key, _)| *key < old.0) {
            all.push(earlier);
        }
        match new.next_if(|(key, _)| *key == old.0) {
            Some(replacing) => all.push(replacing),
            None => all.push(old),
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
        // Keys are ids of at most some hundred bytes, and values never near 4 GiB.
        page.extend_from_slice(&(key.len() as u32).to_le_bytes());
        page.extend_from_slice(&(value.len() as u32).to_le_bytes());
        page.extend_from_slice(&key);
        page.extend_from_slice(&value);
    }
    batch.insert(place, page);
}

/// The entries of a page.
fn entries(page: &[u8]) -> impl Iterator<Item = Result<(&[u8], &[u8]), IndexError>> {
    let mut rest = page;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let entry = first_entry(rest);
        rest = entry.map_or(&[], |(_, _, after)| after);
        Some(entry.map(|(key, value, _)| (key, value)).ok_or_else(IndexError::page))
    })
}

fn first_entry(page: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (key_length, rest) = page.split_first_chunk::<4>()?;
    let (value_length, rest) = rest.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key_length) as usize)?;
    let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value_length) as usize)?;
    Some((key, value, rest))
}

fn all_entries(page: &[u8]) -> Result<Entries, IndexError> {
    entries(page).map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pages_hold_what_a_map_holds(
            batches in prop::collection::vec(
                prop::collection::btree_map("[a-e]{0,3}", prop::collection::vec(any::<u8>(), 0..6_000), 0..40),
                1..6,
            ),
        ) {
            let db = sled::Config::new().temporary(true).open().unwrap();
            let pages = Pages::new(db.open_tree("pages").unwrap());
            let mut map: BTreeMap<String, Vec<u8>> = BTreeMap::new();
            for batch in batches {
                pages.put(batch.iter().map(|(key, value)| (key.as_str(), value.clone()))).unwrap();
                map.extend(batch);
                let values: Vec<Vec<u8>> = pages.values().flat_map(Result::unwrap).collect();
                prop_assert_eq!(values, map.values().cloned().collect::<Vec<_>>());
                for (key, value) in &map {
                    let held = pages.get(key).unwrap();
                    prop_assert_eq!(held.as_ref(), Some(value));
                }
                prop_assert_eq!(pages.get("zzz").unwrap(), None);
            }
        }
    }

    #[test]
    fn a_torn_page_is_an_error() {
        let mut batch = Vec::new();
        batch.extend_from_slice(&5_u32.to_le_bytes());
        batch.extend_from_slice(&5_u32.to_le_bytes());
        batch.extend_from_slice(b"abc");
        assert!(entries(&batch).next().unwrap().is_err());
    }
}
