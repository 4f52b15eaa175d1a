//! Comparison of the index with the journal.

use std::path::Path;

use almoner_ledger::book::{Books, ReadModels};

use crate::comparing::{OTHER_REFERENCE, OTHER_TOTALS};
use crate::folder::comparing::differences_of;
use crate::folder::files::{self, Kind, Named};
use crate::folder::index_error::IndexError;
use crate::folder::index_folder;
use crate::folder::lock::Lock;
use crate::folder::snapshot::Snapshot;
use crate::folder::sorted_run::SortedRun;
use crate::folder::totals_snapshot::{self, TotalsSnapshot};
use crate::journal::Journal;

const UNUSABLE: &str = "the totals are missing or damaged";

/// An index to compare with the journal. What others write meanwhile is no part of it.
pub(super) struct Indexed {
    snapshot: Snapshot,
    totals: Option<TotalsSnapshot>,
    /// What is wrong with its files, whatever the journal has.
    faults: Vec<String>,
}

impl Indexed {
    /// Opens the index as readers of the journal do, or returns the reason why it cannot be used.
    pub(super) fn open(path: &Path, journal: &Journal) -> Result<Indexed, String> {
        let index = index_folder(path);
        let loaded = Snapshot::load(&index, journal, u64::MAX, &mut |_, _| {});
        let (snapshot, _) = loaded.map_err(|error| error.to_string())?;
        let listed = files::list(&index).map_err(|error| error.to_string())?;
        let mut faults: Vec<String> = listed.iter().filter_map(damage).collect();
        let totals = totals_snapshot::read(&index, snapshot.head()).map(|(totals, _)| totals);
        let has_totals = listed.iter().any(|file| file.kind == Kind::Totals);
        // What is damaged has been found, and without any file nothing is wrong with the index.
        if totals.is_none()
            && !listed.is_empty()
            && !faults.iter().any(|it| it.ends_with(UNUSABLE))
            && !is_being_written(path, journal)
        {
            let why = if has_totals { "it was not built at the journal's head" } else { UNUSABLE };
            faults.push(why.to_owned());
        }
        Ok(Indexed { snapshot, totals, faults })
    }

    /// Returns the books that it shows.
    pub(super) fn snapshot_mut(&mut self) -> &mut Snapshot {
        &mut self.snapshot
    }

    /// Returns what is wrong with its files, and its differences from the journal's books.
    pub(super) fn differences(&self, books: &ReadModels) -> Result<Vec<String>, IndexError> {
        let mut found = self.faults.clone();
        found.extend(differences_of(&self.snapshot, books)?);
        if let Some(totals) = &self.totals {
            found.extend((totals.reference != books.reference).then(|| OTHER_REFERENCE.to_owned()));
            found.extend((totals.totals != books.totals).then(|| OTHER_TOTALS.to_owned()));
        }
        found.dedup();
        Ok(found)
    }
}

/// Returns true if another program writes the files of the journal's head, or has written them or later ones.
fn is_being_written(path: &Path, journal: &Journal) -> bool {
    let is_there = || {
        let listed = files::list(&index_folder(path)).unwrap_or_default();
        listed.iter().any(|file| file.kind == Kind::Totals && file.record >= journal.head().record)
    };
    // A program that ended between the two looks has written them by now.
    Lock::is_held(path) || is_there()
}

/// Returns what is damaged of a file.
fn damage(file: &Named) -> Option<String> {
    let name = file.name();
    match file.kind {
        Kind::Totals if totals_snapshot::is_intact(&file.path) => None,
        Kind::Totals => file.path.exists().then(|| format!("{name}: {UNUSABLE}")),
        Kind::Large | Kind::Small => {
            let read = SortedRun::open(&file.path)
                .and_then(|run| run.with_prefix(b"", b"")?.try_for_each(|it| it.map(|_| ())));
            // One that is gone has been followed by another.
            read.err().filter(|it| !matches!(it, IndexError::Gone)).map(|error| format!("{name}: {error}"))
        }
    }
}
