//! Comparison of the index with the journal.

use std::path::{Path, PathBuf};

use almoner_ledger::book::{Books, ReadModels};
use almoner_ledger::decisions::DecisionNumbers;
use almoner_ledger::head::Head;

use crate::folder::files::{self, Kind, Named};
use crate::folder::index_error::IndexError;
use crate::folder::index_folder;
use crate::folder::index_table::{Change, IndexTable};
use crate::folder::snapshot::Snapshot;
use crate::folder::sorted_run::SortedRun;
use crate::folder::totals_snapshot;
use crate::journal::Journal;

const MISSING: &str = "is missing";
const UNUSABLE: &str = "the totals are missing or damaged";

/// Returns the latest head that an intact file of the index was made at.
pub(super) fn made_at(path: &Path) -> Option<Head> {
    let listed = files::list(&index_folder(path)).ok()?;
    listed.iter().find_map(|file| match file.kind {
        Kind::Totals => Some(totals_snapshot::read_file(&file.path)?.head),
        Kind::Large | Kind::Small => Some(SortedRun::open(&file.path).ok()?.reflects().extent.head),
    })
}

/// An index to compare with the journal.
pub(super) struct Indexed {
    index: PathBuf,
    snapshot: Snapshot,
}

impl Indexed {
    /// Opens the index as readers of the journal do, or returns the reason why it cannot be used.
    pub(super) fn open(path: &Path, journal: &Journal) -> Result<Indexed, String> {
        let index = index_folder(path);
        let loaded = Snapshot::load(&index, journal, &mut |_, _| {});
        let (snapshot, _) = loaded.map_err(|error| error.to_string())?;
        Ok(Indexed { index, snapshot })
    }

    /// Returns the files that are damaged, and the differences of the index from the journal's books.
    pub(super) fn differences(&self, books: &ReadModels) -> Result<Vec<String>, IndexError> {
        let mut found: Vec<String> = files::list(&self.index)?.iter().filter_map(damage).collect();
        for table in IndexTable::ALL {
            self.compare(table, books, &mut found)?;
        }
        let mut numbers = DecisionNumbers::default();
        numbers.add_all(books.decisions.in_any_order());
        if !self.snapshot.decision_numbers().is_ok_and(|it| it == numbers) {
            found.push("the numbers of the decisions differ from the journal's".to_owned());
        }
        if *self.snapshot.reference() != books.reference {
            found.push("the reference data differ from the journal's".to_owned());
        }
        if *self.snapshot.totals() != books.totals {
            found.push("the totals differ from the journal's".to_owned());
        }
        match totals_snapshot::read(&self.index, self.snapshot.head()) {
            Some(totals) if totals.reference != books.reference => {
                found.push("the reference data differ from the journal's".to_owned());
            }
            Some(totals) if totals.totals != books.totals => {
                found.push("the totals differ from the journal's".to_owned());
            }
            Some(_) => {}
            None => {
                let listed = files::list(&self.index)?;
                let has_totals = listed.iter().any(|file| file.kind == Kind::Totals);
                // What is damaged has been found, and without any file nothing is wrong with the index.
                if !listed.is_empty() && !found.iter().any(|it| it.ends_with(UNUSABLE)) {
                    let why = if has_totals { "it was not built at the journal's head" } else { UNUSABLE };
                    found.push(why.to_owned());
                }
            }
        }
        Ok(found)
    }

    /// Finds the differences of one table. Equal values have equal encodings.
    fn compare(
        &self,
        table: IndexTable,
        books: &ReadModels,
        found: &mut Vec<String>,
    ) -> Result<(), IndexError> {
        let mut find = |id: &str, how: &str| found.push(format!("{} {id} {how}", table.item_name()));
        let is_value = |(_, value): &Change<'_>| !value.as_ref().is_ok_and(Vec::is_empty);
        let mut expected = table.changed(books).filter(is_value).peekable();
        self.snapshot.each_value(table, &mut |key, theirs| {
            while let Some((missing, _)) = expected.next_if(|(it, _)| it.as_bytes() < key) {
                find(&missing, MISSING);
            }
            match expected.next_if(|(it, _)| it.as_bytes() == key) {
                Some((id, value)) => {
                    if value? != theirs {
                        find(&id, "differs from the journal's");
                    }
                }
                None => find(&String::from_utf8_lossy(key), "is not in the journal"),
            }
            Ok::<(), IndexError>(())
        })?;
        expected.for_each(|(missing, _)| find(&missing, MISSING));
        Ok(())
    }
}

/// Returns what is damaged of a file.
fn damage(file: &Named) -> Option<String> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match file.kind {
        Kind::Totals if totals_snapshot::read_file(&file.path).is_some() => None,
        Kind::Totals => Some(format!("{name}: {UNUSABLE}")),
        Kind::Large | Kind::Small => {
            let read = SortedRun::open(&file.path)
                .and_then(|run| run.with_prefix(b"")?.try_for_each(|it| it.map(|_| ())));
            read.err().map(|error| format!("{name}: {error}"))
        }
    }
}
