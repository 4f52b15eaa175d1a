//! Writing an index that is missing, damaged or behind. The caller holds the ledger's lock.

use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::book::{Books, BooksError};

use super::snapshot::Snapshot;
use super::unused::Unused;
use super::{Progress, index_folder, snapshot_error, unavailable};
use crate::journal::Journal;
use crate::{StoreError, plain, private};

/// The index being built, and the old one once it has been moved away.
fn new_and_old_index(path: &Path) -> [PathBuf; 2] {
    ["index.new", "index.old"].map(|name| path.join(name))
}

/// Removes what an interrupted rebuilding left.
pub(super) fn remove_moved_away(path: &Path) {
    for place in new_and_old_index(path).iter().filter(|it| it.exists()) {
        let _ = if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) };
    }
}

/// Writes what is missing of an index on which a snapshot rests badly, or another one, and returns a notice. The
/// caller holds the lock. A snapshot whose files cannot be written is none the worse.
pub(super) fn repair(path: &Path, snapshot: &mut Snapshot, unused: Unused) -> String {
    let (records, behind) = (snapshot.head().record, snapshot.tail_records());
    if behind < records && unused != Unused::OtherTotals {
        return match snapshot.write_run_and_totals() {
            Ok(()) => format!("the index was {behind} records behind the journal and was brought up to date"),
            Err(error) => format!("the index is {behind} records behind the journal: {error}"),
        };
    }
    let why = unused.words();
    match write_another_index(path, snapshot) {
        Ok(()) => format!("the index {why}; it was rebuilt from the journal ({records} records)"),
        Err(error) => format!("the index {why}: {error}"),
    }
}

/// Builds the index from the journal.
pub(super) fn rebuild_index(
    path: &Path,
    journal: &Journal,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    let empty = Snapshot::empty(&index_folder(path), journal);
    write_another_index(path, &mut empty.folded(0, progress).map_err(snapshot_error)?)
}

/// Writes another index of a snapshot without runs. The old one is moved away whole before it is removed.
fn write_another_index(path: &Path, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    let index = index_folder(path);
    let [new, old] = new_and_old_index(path);
    let failed =
        |error: std::io::Error| unavailable(format!("{} cannot be rebuilt: {error}", index.display()));
    remove_moved_away(path);
    private::folder(&new).map_err(failed)?;
    snapshot.set_index(&new);
    let written = snapshot.write_run_and_totals().map_err(BooksError::from);
    snapshot.set_index(&index);
    written?;
    if index.exists() {
        plain::rename(&index, &old).map_err(failed)?;
    }
    plain::rename(&new, &index).map_err(failed)?;
    remove_moved_away(path);
    Ok(())
}
