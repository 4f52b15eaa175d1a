//! Comparison of the index with the journal.

use std::path::Path;

use almoner_ledger::book::ReferenceData;
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;

use crate::folder::index::Index;
use crate::folder::index_error::IndexError;
use crate::folder::index_folder;
use crate::folder::index_table::IndexTable;
use crate::folder::pages::Changed;
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

    /// Returns the differences of reference data and totals from the journal's.
    pub(super) fn differences(&self, reference: &ReferenceData, totals: &Totals) -> Vec<String> {
        let (theirs, mut found) = (&self.snapshot, Vec::new());
        if theirs.reference != *reference {
            found.push("the reference data differ from the journal's".to_owned());
        }
        if theirs.totals != *totals {
            found.push("the totals differ from the journal's".to_owned());
        }
        found
    }

    /// Visits the journal's values of a table, encoded, and returns the differences of the index. Equal values have
    /// equal encodings.
    pub(super) fn differences_on(
        &self,
        table: IndexTable,
        expected: Changed<'_>,
        visit: &mut dyn FnMut(Vec<u8>),
    ) -> Result<Vec<String>, IndexError> {
        let mut found = Vec::new();
        let mut find = |id: &str, how: &str| found.push(format!("{} {id} {how}", table.item_name()));
        let mut expected = expected.peekable();
        self.index.each_value(table, &mut |key, theirs| {
            while let Some((missing, value)) = expected.next_if(|(it, _)| it.as_bytes() < key) {
                find(&missing, MISSING);
                visit(value?);
            }
            match expected.next_if(|(it, _)| it.as_bytes() == key) {
                Some((id, value)) => {
                    let value = value?;
                    if value != theirs {
                        find(&id, "differs from the journal's");
                    }
                    visit(value);
                }
                None => find(&String::from_utf8_lossy(key), "is not in the journal"),
            }
            Ok::<(), IndexError>(())
        })?;
        for (missing, value) in expected {
            find(&missing, MISSING);
            visit(value?);
        }
        Ok(found)
    }
}
