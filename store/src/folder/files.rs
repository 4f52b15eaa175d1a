//! The files of the index: immutable, and named by the head that they reflect.
//!
//! ```text
//! index/large-000000200000-9f86d081884c7d65    all values at a head
//! index/small-000000200512-60303ae22b998861    the values that changed since a large one
//! index/totals-000000200731-fd61a03af4f77d87   totals and reference data at the last head
//! ```
//!
//! Guarantees that a file appears whole under its name, that none is replaced by another content, and that the
//! last two of each kind stay, so that a reader of an earlier head finds its own. Nothing here is synced: files are
//! checked when they are read.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use almoner_ledger::head::Head;

use crate::{plain, private};

/// Number of files of a kind that stay.
const KEPT: usize = 2;
/// Number of digits of the hash in a name.
const DIGITS: usize = 16;
/// Begins the name of a file that is being written.
const UNFINISHED: &str = "unfinished-";

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Large,
    Small,
    Totals,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Large, Kind::Small, Kind::Totals];

    const fn word(self) -> &'static str {
        match self {
            Kind::Large => "large",
            Kind::Small => "small",
            Kind::Totals => "totals",
        }
    }
}

/// A file found in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) kind: Kind,
    /// The record of its head.
    pub(crate) record: u64,
    pub(crate) path: PathBuf,
}

impl Named {
    /// Returns the name.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns the digits of the hash of its head that are in the name.
    pub(crate) fn digits(&self) -> &str {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.rsplit('-').next().unwrap_or_default()
    }

    fn parse(path: PathBuf) -> Option<Named> {
        let mut parts = path.file_name()?.to_str()?.split('-');
        let word = parts.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let (record, hash) = (parts.next()?, parts.next()?);
        let is_digits = hash.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
        let is_name = hash.len() == DIGITS && is_digits && parts.next().is_none();
        let record = record.parse().ok().filter(|_| is_name)?;
        Some(Named { kind, record, path })
    }
}

/// Returns the path of the file of a kind and head.
pub(crate) fn path(index: &Path, kind: Kind, head: Head) -> PathBuf {
    index.join(name(kind, head))
}

/// Returns the name of the file of a kind and head.
pub(crate) fn name(kind: Kind, head: Head) -> String {
    let hash = head.hash.to_string();
    format!("{}-{:012}-{}", kind.word(), head.record, &hash[..DIGITS])
}

/// Lists the files, those of the latest heads first. A folder that does not exist has none.
pub(crate) fn list(index: &Path) -> io::Result<Vec<Named>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(index) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        found.extend(Named::parse(entry?.path()));
    }
    found.sort_unstable_by(|one, other| (other.record, &other.path).cmp(&(one.record, &one.path)));
    Ok(found)
}

/// Removes the files of a kind except for the last two, and what interrupted writes left.
pub(crate) fn remove_old(index: &Path, kind: Kind) {
    // What cannot be removed is removed next time, or with the whole index.
    let old = list(index).unwrap_or_default().into_iter().filter(|named| named.kind == kind).skip(KEPT);
    old.for_each(|named| _ = fs::remove_file(named.path));
}

/// Removes what interrupted writes left. Only the holder of the ledger's lock writes, and so may remove them.
pub(crate) fn remove_unfinished(index: &Path) {
    let Ok(entries) = fs::read_dir(index) else { return };
    let is_unfinished = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(UNFINISHED))
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_unfinished)
        .for_each(|path| _ = fs::remove_file(path));
}

/// A file being written. It appears under its name when put in place, and is removed otherwise.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: Option<PathBuf>,
}

impl Unfinished {
    /// Creates a file without a name of its own yet.
    pub(crate) fn create(index: &Path) -> io::Result<(Unfinished, File)> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = index.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
        let file = private::create(&path)?;
        Ok((Unfinished { path: Some(path) }, file))
    }

    /// Gives the file its name. The content must have been written.
    pub(crate) fn put_in_place(mut self, place: &Path) -> io::Result<()> {
        match self.path.take() {
            Some(path) => plain::rename(&path, place),
            None => Ok(()),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::hash::Hash;

    use super::*;

    fn head(record: u64) -> Head {
        Head { record, hash: Hash::of(&record.to_le_bytes()) }
    }

    #[test]
    fn the_last_two_of_a_kind_stay() {
        let folder = tempfile::tempdir().unwrap();
        let place = |kind, record| path(folder.path(), kind, head(record));
        let put = |kind, record| {
            let (unfinished, _) = Unfinished::create(folder.path()).unwrap();
            unfinished.put_in_place(&place(kind, record)).unwrap();
        };
        for record in [7, 12, 100, 2_000_000_000_000] {
            put(Kind::Small, record);
        }
        put(Kind::Large, 7);
        let (dropped, _) = Unfinished::create(folder.path()).unwrap();
        drop(dropped);
        remove_old(folder.path(), Kind::Small);
        let found: Vec<(Kind, u64)> =
            list(folder.path()).unwrap().into_iter().map(|it| (it.kind, it.record)).collect();
        assert_eq!(found, [(Kind::Small, 2_000_000_000_000), (Kind::Small, 100), (Kind::Large, 7)]);
    }

    #[test]
    fn other_names_are_no_files_of_the_index() {
        for name in ["sealed", "totals", "totals-1", "totals-1-abc", "large-x-0123456789abcdef", "keys"] {
            assert_eq!(Named::parse(name.into()), None, "{name}");
        }
        let name = "large-000000000007-0123456789abcdef";
        assert_eq!(Named::parse(name.into()).unwrap().record, 7);
    }
}
