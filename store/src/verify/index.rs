//! Comparison of the index with the journal.

use std::path::Path;

use almoner_ledger::book::ReadModels;
use almoner_ledger::head::Head;

use crate::folder::index::Index;
use crate::folder::index_error::IndexError;
use crate::folder::index_folder;
use crate::folder::index_table::IndexTable;
use crate::folder::totals_snapshot::{self, TotalsSnapshot};

const MISSING: &str = "is missing";

/// Returns the head that the index was built at, if its two parts agree.
pub(super) fn made_at(path: &Path) -> Option<Head> {
    let head = totals_snapshot::read(&index_folder(path))?.head;
    let index = Index::open(&index_folder(path), None).ok()?;
    (index.head().ok()? == Some(head)).then_some(head)
}

/// An index to compare with the journal.
pub(super) struct Indexed {
    index: Index,
    snapshot: TotalsSnapshot,
}

impl Indexed {
    /// Opens the index, or returns the reason why it cannot be used.
    pub(super) fn open(path: &Path, head: Head) -> Result<Indexed, String> {
        let snapshot =
            totals_snapshot::read(&index_folder(path)).ok_or("the totals are missing or damaged")?;
        let index = Index::open(&index_folder(path), None).map_err(|error| error.to_string())?;
        match index.head().map_err(|error| error.to_string())? {
            Some(made_at) if made_at == head && snapshot.head == head => Ok(Indexed { index, snapshot }),
            _ => Err("it was not built at the journal's head".to_owned()),
        }
    }

    /// Returns the differences of the index from the journal's books.
    pub(super) fn differences(&self, books: &ReadModels) -> Result<Vec<String>, IndexError> {
        let mut found = Vec::new();
        for table in IndexTable::FROM_RECORDS {
            self.compare(table, books, &mut found)?;
        }
        if self.snapshot.reference != books.reference {
            found.push("the reference data differ from the journal's".to_owned());
        }
        if self.snapshot.totals != books.totals {
            found.push("the totals differ from the journal's".to_owned());
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
        let mut expected = table.changed(books, &[]).peekable();
        self.index.each_value(table, &mut |key, theirs| {
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
