//! Stores of books: in memory and in a folder, the journal's format, and proofs of its history.
//!
//! A [`Store`] is books that can be appended to, a whole batch at a time. It knows events and the
//! read models, and nothing of commands, reports or imported files.

pub mod folder;
pub mod journal;
pub mod memory;
pub mod private;
pub mod proofs;
pub mod transfer;
pub mod verify;

use almoner_ledger::book::{Batch, Books, BooksError, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::events::Record;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use memory::MemoryStore;

/// Returns why the system could not use a file, in usual words where there are any.
pub fn system_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "access is denied".to_owned(),
        _ => error.to_string(),
    }
}

/// An error of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another user has recorded since; decide again on the present books.
    #[error("the ledger has changed since record {expected}: it now ends at record {found}")]
    HeadMoved {
        /// The record that the batch was decided on.
        expected: u64,
        /// The last record now.
        found: u64,
    },
    /// The books could not be read.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The ledger is damaged, or the system refused access to it.
    #[error("{0}")]
    Unavailable(String),
    /// Another program was using the ledger and did not finish in time.
    #[error("the ledger is in use by {holder}; waited {} seconds", waited.as_secs())]
    InUse {
        /// The other program: `jane (process 4711)`.
        holder: String,
        /// The time waited.
        waited: std::time::Duration,
    },
    /// There is a ledger already.
    #[error("a ledger already exists in `{}`", .0.display())]
    Exists(std::path::PathBuf),
    /// There is no ledger.
    #[error("there is no ledger in `{}`", .0.display())]
    NoLedger(std::path::PathBuf),
    /// The batch is in the journal, but the index could not follow.
    #[error("recorded up to record {}, but the index could not be updated; it will be rebuilt when the ledger is next opened", head.record)]
    Recorded {
        /// The head of the journal after the batch.
        head: Head,
    },
    /// The journal ends before the record.
    #[error("record {requested} does not exist; the last record is {records}")]
    NoSuchRecord {
        /// The number of records in the journal.
        records: u64,
        /// The number of the record.
        requested: u64,
    },
}

/// The label and key of a batch in the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchLabel<'a> {
    /// The command that made the batch: `import payments march.csv`.
    pub label: &'a str,
    /// The caller's own key: a batch with a key that is already in the journal is not written
    /// again.
    pub key: Option<&'a str>,
}

/// The result of appending a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The batch is durably in the journal, which now has this head.
    Recorded(Head),
    /// A batch with the same key was already recorded, and had this head.
    AlreadyRecorded(Head),
}

/// One line of the journal as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// A record and its hash.
    Record(Record, Hash),
    /// The end of a batch.
    Commit(Commit),
}

/// The end of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Commit {
    pub label: String,
    pub key: Option<String>,
    /// The number of records in the batch.
    pub records: u64,
    /// The head of the journal after the batch.
    pub head: Head,
    /// The user who recorded the batch.
    pub by: String,
    /// The time of recording, UTC.
    pub at: String,
}

impl Commit {
    /// Returns the number of the batch's first record.
    pub fn first(&self) -> u64 {
        (self.head.record + 1).saturating_sub(self.records)
    }
}

/// Books that can be appended to.
pub trait Store: Books {
    /// Appends a batch as a whole, durably when this returns. Refused when the batch was not decided
    /// on the present head.
    fn append(&mut self, label: BatchLabel<'_>, batch: Batch) -> Result<Appended, StoreError>;

    /// Returns a later record at which the batch of this one is likely to end, if it is a long one.
    fn may_end_at(&self, record: u64) -> u64 {
        record
    }

    /// Visits the lines of the journal from a record on, in order, until `visit` returns `false`.
    fn each_logged(
        &self,
        from: u64,
        visit: &mut dyn FnMut(Logged) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError>;
}

/// A batch of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoggedBatch {
    /// The command that made the batch.
    pub label: String,
    /// The records in order.
    pub records: Vec<Record>,
}

/// Returns the batch that a record belongs to.
pub fn batch_of(store: &dyn Store, record: u64) -> Result<LoggedBatch, StoreError> {
    let records = store.head().record;
    if !(1..=records).contains(&record) {
        return Err(StoreError::NoSuchRecord { records, requested: record });
    }
    let first = end_of_batch(store, record)?.map_or(record, |commit| commit.first());
    let mut batch = LoggedBatch::default();
    store.each_logged(first, &mut |logged| match logged {
        Logged::Record(record, _) => {
            batch.records.push(record);
            Ok(true)
        }
        Logged::Commit(commit) => {
            batch.label = commit.label;
            Ok(false)
        }
    })?;
    Ok(batch)
}

/// Returns the end of the batch that a record belongs to; `None` for the last records of a damaged journal.
pub fn end_of_batch(store: &dyn Store, record: u64) -> Result<Option<Commit>, StoreError> {
    let next_from = |from| {
        let mut found = None;
        store.each_logged(from, &mut |logged| {
            if let Logged::Commit(commit) = logged {
                found = Some(commit);
            }
            Ok(found.is_none())
        })?;
        Ok(found)
    };
    // The end of a long batch is looked at first, which saves reading all of it.
    match next_from(store.may_end_at(record)) {
        Ok(Some(commit)) if (commit.first()..=commit.head.record).contains(&record) => Ok(Some(commit)),
        _ => next_from(record),
    }
}

/// The moment as known at which books are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    /// The end of a day (UTC).
    Date(Date),
    /// Just after a record.
    Record(u64),
}

impl KnownAt {
    /// Returns whether a record that was recorded at `at` was known at that moment.
    fn includes(self, number: u64, at: &str) -> bool {
        match self {
            KnownAt::Record(last) => number <= last,
            KnownAt::Date(last) => {
                at.get(..10).is_some_and(|day| Date::parse(day).is_ok_and(|day| day <= last))
            }
        }
    }

    /// Refuses a record that does not exist yet.
    fn check_recorded(self, records: u64) -> Result<(), StoreError> {
        match self {
            KnownAt::Record(requested) if requested > records => {
                Err(StoreError::NoSuchRecord { records, requested })
            }
            _ => Ok(()),
        }
    }
}

/// Returns the books as known at a moment, replayed from the journal.
pub fn as_known_at(store: &dyn Store, known_at: KnownAt) -> Result<MemoryStore, StoreError> {
    known_at.check_recorded(store.head().record)?;
    let empty = MemoryStore::default();
    let mut draft = Draft::replaying(&empty);
    let mut known = Head::EMPTY;
    store.each_logged(1, &mut |logged| {
        match logged {
            Logged::Record(record, hash) => {
                if !known_at.includes(record.number, &record.at) {
                    return Ok(false);
                }
                known = Head { record: record.number, hash };
                draft.apply(record)?;
            }
            Logged::Commit(commit) => known = commit.head,
        }
        Ok(true)
    })?;
    Ok(MemoryStore::holding(draft.finish_replay()?, known))
}

/// Frees the memory of very many small values on another thread, so that the caller need not wait.
fn drop_in_background(things: impl Send + 'static) {
    std::thread::spawn(move || drop(things));
}

#[cfg(test)]
#[path = "../tests/common/tally.rs"]
mod tally;
