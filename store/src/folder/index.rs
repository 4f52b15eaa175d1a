//! The index: grants, recipients, decisions and other read models by key. Values up to the last large batch are in
//! a sorted run; later changes are in the delta, which is read first.
//!
//! Everything in it can be rebuilt from the journal. It states the head it was built at, so that an index that
//! does not match the journal is rebuilt.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use almoner_ledger::book::{BooksError, ReadModels};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::totals::Totals;
use serde::de::DeserializeOwned;

use crate::folder::delta::Delta;
use crate::folder::fold::{Feed, fold};
use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;
use crate::folder::page::Visit;
use crate::folder::pages::Change;
use crate::folder::sorted_run::{LeafPage, SortedRun, SortedRunWriter};

/// When the delta would hold more values than this, all are merged into a new sorted run.
const MOST_CHANGES: u64 = 8_192;
/// Number of values sent to the writing thread at once.
const LOAD: usize = 256;
/// Number of loads that may wait for the writing thread.
const WAITING: usize = 4;

fn values_of(changed: &ReadModels) -> u64 {
    let ReadModels { grants, recipients, names, decisions, lines, .. } = changed;
    (grants.len() + recipients.len() + names.len() + decisions.len() + lines.len()) as u64
}

/// An open index. Copies are handles of the same one.
#[derive(Clone)]
pub struct Index {
    folder: PathBuf,
    run: Option<Arc<SortedRun>>,
    /// `None` when nothing has changed since the sorted run was written.
    delta: Option<Delta>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Index")
    }
}

impl Index {
    /// Opens the index in a folder, or makes an empty one there. When the
    /// sorted run reaches the journal's `head`, sled is not opened: that takes ten times as long as all else.
    pub fn open(folder: &Path, head: Option<Head>) -> Result<Index, IndexError> {
        let run = SortedRun::open(folder)?.map(Arc::new);
        let base = run.as_ref().map(|run| run.head());
        let mut index = Index { folder: folder.to_owned(), run, delta: None };
        if base.is_none() || base != head {
            let delta = Delta::open(folder)?;
            // Changes to another run are left over from before this one was written.
            index.delta = (delta.base()? == base).then_some(delta);
        }
        Ok(index)
    }

    /// Returns the head that the index was built at; `None` while it is being changed, or if the program was
    /// stopped meanwhile.
    pub fn head(&self) -> Result<Option<Head>, IndexError> {
        match &self.delta {
            Some(delta) => delta.head(),
            None => Ok(self.base()),
        }
    }

    fn base(&self) -> Option<Head> {
        self.run.as_ref().map(|run| run.head())
    }

    /// Puts the changes of a batch in the index, which then reaches `head`.
    pub fn put(
        &mut self,
        changed: &ReadModels,
        keys: &[(String, Head)],
        head: Head,
    ) -> Result<(), IndexError> {
        if self.is_due_for_merge(changed)? {
            let merge = self.begin_merge(changed)?;
            return self.finish_merge(merge, keys, head);
        }
        let delta = match self.delta.take() {
            Some(delta) => delta,
            None => {
                let delta = Delta::open(&self.folder)?;
                delta.begin(self.base())?;
                delta
            }
        };
        let values = values_of(changed) + keys.len() as u64;
        delta.put(|table| table.changed(changed, keys), values, head)?;
        self.delta = Some(delta);
        Ok(())
    }

    /// Returns whether the delta would become too large with a batch, so that everything must be merged into a
    /// new sorted run. The first batch of a ledger is, so that sled is not needed until something is recorded by
    /// hand.
    pub fn is_due_for_merge(&self, changed: &ReadModels) -> Result<bool, IndexError> {
        if self.base().is_none_or(|base| base == Head::EMPTY) {
            return Ok(true);
        }
        let before = self.delta.as_ref().map_or(Ok(0), Delta::changes)?;
        Ok(before + values_of(changed) > MOST_CHANGES)
    }

    /// Begins to merge the index with the changes of a batch, which need not be recorded yet: the index itself
    /// does not change.
    pub(super) fn begin_merge(&self, changed: &ReadModels) -> Result<SortedRunWriter, IndexError> {
        let mut merge = SortedRunWriter::begin(&self.folder)?;
        for table in IndexTable::FROM_RECORDS {
            let current = self.table_values(table)?;
            // Values are encoded on a thread of their own, a little ahead of being written.
            std::thread::scope(|scope| {
                let (encoded, to_write) = sync_channel(WAITING);
                scope.spawn(move || {
                    let mut values = table.changed(changed, &[]);
                    while let Some(value) = values.next() {
                        let some = std::iter::once(value).chain(values.by_ref().take(LOAD - 1));
                        // The receiver is gone when writing has failed.
                        if encoded.send(some.collect::<Vec<_>>()).is_err() {
                            break;
                        }
                    }
                });
                current.merge_into(&mut merge, to_write.into_iter().flatten())
            })?;
        }
        Ok(merge)
    }

    /// Completes the merge after the batch has been recorded. The index then reaches `head`.
    pub(super) fn finish_merge(
        &mut self,
        mut merge: SortedRunWriter,
        keys: &[(String, Head)],
        head: Head,
    ) -> Result<(), IndexError> {
        self.table_values(IndexTable::Keys)?
            .merge_into(&mut merge, IndexTable::Keys.changed(&ReadModels::default(), keys))?;
        // From here on the delta belongs to another run, and is not used.
        self.run = Some(Arc::new(merge.finish(head)?));
        self.delta = None;
        Ok(())
    }

    /// Returns a grant.
    pub fn grant(&self, id: &GrantId) -> Result<Option<Grant>, IndexError> {
        self.get(IndexTable::Grants, id.as_str())
    }

    /// Returns those of these grants that exist. Ids in order are quickest.
    pub fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, IndexError> {
        let mut leaf = None;
        let found =
            ids.iter().filter_map(|id| self.get_near(IndexTable::Grants, id.as_str(), &mut leaf).transpose());
        found.collect()
    }

    /// Returns a recipient.
    pub fn recipient(&self, id: &RecipientId) -> Result<Option<Recipient>, IndexError> {
        self.get(IndexTable::Recipients, id.as_str())
    }

    /// Returns the recipients known by a name.
    pub fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, IndexError> {
        Ok(self.get(IndexTable::Names, key.as_str())?.unwrap_or_default())
    }

    /// Returns a decision.
    pub fn decision(&self, id: &DecisionId) -> Result<Option<RegisteredDecision>, IndexError> {
        self.get(IndexTable::Decisions, id.as_str())
    }

    /// Returns a reconciled line of a bank statement.
    pub fn reconciled_line(&self, key: &LineKey) -> Result<Option<ReconciledLine>, IndexError> {
        self.get(IndexTable::Lines, &key.to_string())
    }

    /// Returns the head after the batch with this key.
    pub fn batch_with_key(&self, key: &str) -> Result<Option<Head>, IndexError> {
        self.get(IndexTable::Keys, key)
    }

    /// Visits every grant.
    pub fn each_grant(
        &self,
        visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each(IndexTable::Grants, visit)
    }

    /// Returns the totals of all grants as known after so many records.
    pub(super) fn totals_of_grants(&self, records: u64) -> Result<Totals, BooksError> {
        let feed = |feed: &mut Feed| {
            let put = &mut |_: &[u8], grant: &[u8]| -> Result<(), IndexError> {
                feed.put(grant.to_vec());
                Ok(())
            };
            Ok(self.each_value(IndexTable::Grants, put)?)
        };
        let ((), [mut totals, others]) = fold(feed, |totals: &mut Totals, grants| {
            Ok(totals.add_grants(grants.iter().filter_map(|grant| grant.as_of(records)), true)?)
        })?;
        totals.absorb(&others)?;
        Ok(totals)
    }

    /// Visits the id of every grant.
    pub fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), IndexError> {
        self.each_value(IndexTable::Grants, &mut |key, _| {
            visit(std::str::from_utf8(key).map_err(|_| IndexError::page())?);
            Ok(())
        })
    }

    /// Visits every recipient.
    pub fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each(IndexTable::Recipients, visit)
    }

    /// Visits every decision.
    pub fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each(IndexTable::Decisions, visit)
    }

    fn get<Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        key: &str,
    ) -> Result<Option<Value>, IndexError> {
        self.get_near(table, key, &mut None)
    }

    fn get_near<Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        key: &str,
        leaf: &mut Option<LeafPage>,
    ) -> Result<Option<Value>, IndexError> {
        let mut bytes = match &self.delta {
            Some(delta) => delta.get(table, key)?,
            None => None,
        };
        if let (None, Some(run)) = (&bytes, &self.run) {
            bytes = run.get(&table.run_key(key.as_bytes()), leaf)?;
        }
        Ok(bytes.map(|bytes| postcard::from_bytes(&bytes)).transpose()?)
    }

    fn each<Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        visit: &mut dyn FnMut(&Value) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_value(table, &mut |_, bytes| {
            let value: Value = postcard::from_bytes(bytes).map_err(IndexError::from)?;
            visit(&value)
        })
    }

    /// Visits every key of a table with its encoded value, in the order of the keys.
    pub(crate) fn each_value<E: From<IndexError>>(
        &self,
        table: IndexTable,
        visit: Visit<'_, E>,
    ) -> Result<(), E> {
        self.table_values(table)?.each(visit)
    }

    fn table_values(&self, table: IndexTable) -> Result<TableValues<'_>, IndexError> {
        let delta = match &self.delta {
            Some(delta) => delta.all(table)?,
            None => BTreeMap::new(),
        };
        Ok(TableValues { run: self.run.as_deref(), delta, table })
    }
}

/// The values of one table: those of the sorted run, and the changes since then.
struct TableValues<'a> {
    run: Option<&'a SortedRun>,
    delta: BTreeMap<Vec<u8>, Vec<u8>>,
    table: IndexTable,
}

impl TableValues<'_> {
    /// Visits them in the order of their keys.
    fn each<E: From<IndexError>>(self, visit: Visit<'_, E>) -> Result<(), E> {
        let mut delta = self.delta.into_iter().peekable();
        if let Some(run) = self.run {
            run.each(&[self.table as u8], &mut |key, value| {
                let key = key.get(1..).unwrap_or_default();
                while let Some((earlier, value)) = delta.next_if(|(it, _)| it.as_slice() < key) {
                    visit(&earlier, &value)?;
                }
                match delta.next_if(|(it, _)| it == key) {
                    Some((_, changed)) => visit(key, &changed),
                    None => visit(key, value),
                }
            })?;
        }
        delta.try_for_each(|(key, value)| visit(&key, &value))
    }

    /// Writes the values to a new sorted run, replaced or extended by the changes of a batch.
    fn merge_into<'c>(
        self,
        merge: &mut SortedRunWriter,
        changed: impl Iterator<Item = Change<'c>>,
    ) -> Result<(), IndexError> {
        let (table, mut changed) = (self.table, changed.peekable());
        let mut put = |key: &[u8], value: &[u8]| merge.put(&table.run_key(key), value);
        self.each(&mut |key, value| {
            while let Some((earlier, value)) = changed.next_if(|(it, _)| it.as_bytes() < key) {
                put(earlier.as_bytes(), &value?)?;
            }
            match changed.next_if(|(it, _)| it.as_bytes() == key) {
                Some((_, changed)) => put(key, &changed?),
                None => put(key, value),
            }
        })?;
        changed.try_for_each(|(key, value)| put(key.as_bytes(), &value?))
    }
}
