//! Stores: where books are kept.
//!
//! A [`Store`] is books that can be appended to, a whole batch at a time. It knows events and the
//! read models, and nothing of commands, reports or files from outside.

pub mod checkpoint;
mod delta;
mod fold;
pub mod folder;
pub mod index;
pub mod journal;
pub mod key;
pub mod lock;
pub mod memory;
mod page;
pub mod pages;
pub mod private;
pub mod proof;
pub mod settings;
mod sorted_run;
mod spilling;
pub mod totals_snapshot;
pub mod transfer;
pub mod verify;

use crate::book::{Batch, Books, BooksError, Draft};
use crate::calendar::Date;
use crate::event::Record;
use crate::hash::Hash;
use crate::head::Head;
use memory::MemoryStore;

/// Why a store did not do what it was requested.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone else recorded something meanwhile; decide again on what is there now.
    #[error("the ledger has moved on from record {expected} to record {found}")]
    HeadMoved {
        /// The record that the batch was decided on.
        expected: u64,
        /// The last record now.
        found: u64,
    },
    /// The books could not be read.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The ledger is damaged, locked or otherwise not to be had.
    #[error("{0}")]
    Unavailable(String),
    /// Another program works on the ledger, and did not finish in time.
    #[error("the ledger is in use by {holder}; waited {} seconds", waited.as_secs())]
    InUse {
        /// Which one: `jane (process 4711)`.
        holder: String,
        /// How long it was waited for.
        waited: std::time::Duration,
    },
    /// There is a ledger already.
    #[error("there is a ledger in {} already", .0.display())]
    Exists(std::path::PathBuf),
    /// There is no ledger.
    #[error("there is no ledger in {}", .0.display())]
    NoLedger(std::path::PathBuf),
    /// The batch is in the journal, but the index could not follow.
    #[error("recorded, up to record {}, but the index could not be brought along; it is remade at the next opening", head.record)]
    Recorded {
        /// Where the journal goes to.
        head: Head,
    },
    /// There are fewer records than requested for.
    #[error("there are {records} records; {requested} is not one of them")]
    NoSuchRecord {
        /// How many there are.
        records: u64,
        /// The one requested for.
        requested: u64,
    },
}

/// What a batch is called in the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchLabel<'a> {
    /// What made it: `import payments march.csv`.
    pub label: &'a str,
    /// The caller's own key: a batch with a key that is already in the journal is not written
    /// again.
    pub key: Option<&'a str>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the journal, durably, and the journal now goes to here.
    Recorded(Head),
    /// A batch with the same key was already there; the journal went to here after it.
    AlreadyRecorded(Head),
}

/// One line of the journal, as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// A record and its hash.
    Record(Record, Hash),
    /// The end of a batch.
    Commit(Commit),
}

/// The end of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its label.
    pub label: String,
    /// Its key.
    pub key: Option<String>,
    /// How many records it has.
    pub records: u64,
    /// Where the journal went to after it.
    pub head: Head,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: String,
}

impl Commit {
    /// The batch's first record.
    pub fn first(&self) -> u64 {
        (self.head.record + 1).saturating_sub(self.records)
    }
}

/// Books that can be appended to.
pub trait Store: Books {
    /// Appends a batch: all of it or nothing, durable when this returns. Refused when the batch
    /// was not decided on the present head.
    fn append(&mut self, label: BatchLabel<'_>, batch: Batch) -> Result<Appended, StoreError>;

    /// A later record at which the batch of this one may well end, if it is a long one.
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

/// A batch as it is in the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoggedBatch {
    /// What made it.
    pub label: String,
    /// Its records, in order.
    pub records: Vec<Record>,
}

/// The batch that a record belongs to.
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

/// The end of the batch that a record belongs to; `None` for the last records of a damaged journal.
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
    // A long batch is not read through where a look at its end is enough.
    match next_from(store.may_end_at(record)) {
        Ok(Some(commit)) if (commit.first()..=commit.head.record).contains(&record) => Ok(Some(commit)),
        _ => next_from(record),
    }
}

/// What was known, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    /// By the end of a day (UTC).
    Date(Date),
    /// After a record.
    Record(u64),
}

impl KnownAt {
    /// Whether a record was known by then, which was recorded at `at`.
    fn includes(self, number: u64, at: &str) -> bool {
        match self {
            KnownAt::Record(last) => number <= last,
            KnownAt::Date(last) => {
                at.get(..10).is_some_and(|day| Date::parse(day).is_ok_and(|day| day <= last))
            }
        }
    }

    /// Refuses a record that is still to come.
    fn check_recorded(self, records: u64) -> Result<(), StoreError> {
        match self {
            KnownAt::Record(requested) if requested > records => {
                Err(StoreError::NoSuchRecord { records, requested })
            }
            _ => Ok(()),
        }
    }
}

/// The books as they were known then, replayed from the journal.
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

/// Gives back the memory of a great many small things, which takes a while that nobody needs to wait for.
fn drop_in_background(things: impl Send + 'static) {
    std::thread::spawn(move || drop(things));
}
