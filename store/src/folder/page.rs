//! A page: keys and values one after another, as the index stores them.
//!
//! Guarantees that a page whose lengths are wrong is an error.

use crate::folder::index_error::IndexError;

/// A key with its value, both borrowed from the page.
pub(super) type Entry<'p> = (&'p [u8], &'p [u8]);

/// Returns the bytes that an entry adds to a page.
pub(super) fn length_of(key: &[u8], value: &[u8]) -> usize {
    key.len() + value.len() + 8
}

/// Adds an entry to a page. Entries must come in the order of their keys.
pub(super) fn push(page: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    // Keys are ids of at most some hundred bytes, and values never near 4 GiB.
    page.extend_from_slice(&(key.len() as u32).to_le_bytes());
    page.extend_from_slice(&(value.len() as u32).to_le_bytes());
    page.extend_from_slice(key);
    page.extend_from_slice(value);
}

/// Iterates over the entries of a page.
pub(super) fn entries(page: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, IndexError>> {
    let mut rest = page;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let entry = first_entry(rest);
        rest = entry.map_or(&[], |(_, _, after)| after);
        Some(entry.map(|(key, value, _)| (key, value)).ok_or(IndexError::Page))
    })
}

fn first_entry(page: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (key_length, rest) = page.split_first_chunk::<4>()?;
    let (value_length, rest) = rest.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key_length) as usize)?;
    let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value_length) as usize)?;
    Some((key, value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_page_is_an_error() {
        let mut page = Vec::new();
        push(&mut page, b"key", b"value");
        assert_eq!(entries(&page).map(Result::unwrap).collect::<Vec<_>>(), [(&b"key"[..], &b"value"[..])]);
        for length in 1..page.len() {
            assert!(entries(&page[..length]).next().unwrap().is_err(), "{length}");
        }
    }
}
