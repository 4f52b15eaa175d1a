//! Stores of books: in memory and in a folder, the journal's format, and proofs of its history.
//!
//! A [`Store`] is a place of books: snapshots of them are read, and batches appended as a whole. It knows events
//! and the read models, and nothing of commands, reports or imported files. What every store guarantees is written
//! as tests in [`contract`].
//!
//! ```
//! use almoner_ledger::book::{Books, Draft};
//! use almoner_ledger::decide::opening;
//! use almoner_store::memory::MemoryStore;
//! use almoner_store::{BatchLabel, Store};
//!
//! let mut store = MemoryStore::default();
//! let mut draft = Draft::new(&store, "2015-04-01T09:00:00Z".to_owned(), "jane".to_owned());
//! for event in opening("0123456789abcdef".to_owned(), "Suffolk PCC".parse()?) {
//!     draft.add(event)?;
//! }
//! let batch = draft.finish()?;
//! store.append(store.head(), BatchLabel { label: "init", ..BatchLabel::default() }, batch)?;
//! assert_eq!(store.head().record, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod comparing;
pub mod contract;
pub mod folder;
pub mod journal;
mod lawful;
mod lines;
pub mod memory;
pub mod plain;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod private;
pub mod proofs;
pub mod recovering;
pub mod scratch;
mod sled_calls;
pub mod transfer;
pub mod verify;

use almoner_ledger::book::{Batch, Books, BooksError, ClockError, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::clock::{ClockCorrections, WrongClock, day_of};
use almoner_ledger::events::Record;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use memory::MemoryStore;

pub use crate::folder::evidence::LostHistory;
use crate::journal::{Damage, DamageKind, JournalError};
use crate::lines::next_commit;
pub use crate::lines::{Commit, Health, Lines, Logged, Visit, VisitText, mark_secret, text_up_to};

/// Returns why the system could not use a file, in usual words where there are any.
pub fn system_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        // Windows says the same of a file that another program has open.
        std::io::ErrorKind::PermissionDenied if cfg!(windows) => {
            "access is denied, or another program has it open".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => "access is denied".to_owned(),
        _ if plain::is_in_use(error) => "another program has it open: close it there".to_owned(),
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
    /// A line of the journal is not as it was written.
    #[error("{0}")]
    Damaged(Damage),
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
    /// The journal lacks what the index, or this computer's note, says was recorded.
    #[error("{0}")]
    HistoryLost(Box<LostHistory>),
    /// Nothing names a history that the journal lacks.
    #[error("nothing is missing: the journal contains every record known to its index and to this computer")]
    NothingLost,
    /// The head file is lost, so that the end of the journal is not known.
    #[error("{0}")]
    HeadLost(String),
    /// The head file can be read.
    #[error("the head file can be read: there is nothing to recover")]
    HeadThere,
    /// The clock of this computer cannot be right, or nothing is to be corrected about it.
    #[error(transparent)]
    Clock(#[from] WrongClock),
    /// The journal has a record that breaks the rules.
    #[error("the ledger has a record that nobody could have recorded with this program: {0}")]
    NotAllowed(String),
    /// There is a ledger already.
    #[error("a ledger already exists in `{}`", .0.display())]
    Exists(std::path::PathBuf),
    /// What is to be created is in the folder of a ledger.
    #[error("`{}` is in the ledger folder `{}`, where no other files may be written", .0.display(), .1.display())]
    InLedger(std::path::PathBuf, std::path::PathBuf),
    /// There is no ledger.
    #[error("there is no ledger in `{}`", .0.display())]
    NoLedger(std::path::PathBuf),
    /// The batch is in the journal, but the index could not follow.
    #[error("recorded up to record {}, but the index could not be updated; it will be rebuilt when the ledger is next opened", head.record)]
    Recorded {
        /// The head of the journal after the batch.
        head: Head,
    },
    /// The connection to the database was lost while it was to confirm a batch, and it cannot be asked.
    #[error(
        "it is not known yet whether this was recorded: the connection to the database was lost, and it cannot be asked \
         now ({reason})"
    )]
    NotKnown {
        /// Why it cannot be asked.
        reason: String,
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

impl From<ClockError> for StoreError {
    fn from(error: ClockError) -> StoreError {
        match error {
            ClockError::Clock(wrong) => wrong.into(),
            ClockError::Books(error) => error.into(),
        }
    }
}

/// Returns whether a message says that a later version of this program wrote what this one cannot read.
pub fn is_of_later_version(message: &str) -> bool {
    message.contains(journal::LATER)
}

/// Refuses a place in the folder of a ledger.
///
/// # Errors
/// [`StoreError::InLedger`].
pub fn refuse_in_ledger(path: &std::path::Path) -> Result<(), StoreError> {
    match plain::ledger_around(path) {
        Some(ledger) => Err(StoreError::InLedger(path.to_owned(), ledger)),
        None => Ok(()),
    }
}

pub(crate) fn journal_error(error: JournalError) -> StoreError {
    match error {
        JournalError::HeadMoved { expected, actual } => {
            StoreError::HeadMoved { expected: expected.record, found: actual.record }
        }
        JournalError::Damaged(damage) if matches!(damage.kind, DamageKind::HeadUnreadable { .. }) => {
            StoreError::HeadLost(JournalError::Damaged(damage).to_string())
        }
        error => StoreError::Unavailable(error.to_string()),
    }
}

/// The label and key of a batch in the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchLabel<'a> {
    /// The command that made the batch: `import payments march.csv`.
    pub label: &'a str,
    /// The caller's own key: a batch with a key that is already in the journal is not written
    /// again.
    pub key: Option<&'a str>,
    /// The hash of what was requested with the key, by which the caller recognises another request with the same key.
    pub request: Option<Hash>,
}

/// The result of appending a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The batch is durably in the journal, which now has this head.
    Recorded(Head),
    /// A batch with the same key was already recorded, and had this head.
    AlreadyRecorded(Head),
}

/// A place of books.
pub trait Store: Lines {
    /// Returns the books as known at a moment, or else as they are now. They stay so, whatever is recorded meanwhile,
    /// and reading them waits for nobody.
    ///
    /// # Errors
    /// [`StoreError::NoSuchRecord`], or books that cannot be read.
    fn snapshot(&self, known_at: Option<KnownAt>) -> Result<Box<dyn Books + '_>, StoreError>;

    /// Appends a batch as a whole, durably when this returns. A batch with a key that was used is not appended.
    ///
    /// # Errors
    /// [`StoreError::HeadMoved`] when the batch was not decided on the present head, which is `expected`.
    fn append(&mut self, expected: Head, label: BatchLabel<'_>, batch: Batch)
    -> Result<Appended, StoreError>;

    /// Returns the head after the batch that was recorded with this key, if there is one.
    fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError>;

    /// Returns the end of the batch that a record belongs to; `None` for the last records of a damaged journal.
    fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError>;
}

/// A batch of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoggedBatch {
    /// The command that made the batch.
    pub label: String,
    /// The digest of the request, if it has one.
    pub request: Option<Hash>,
    /// The records in order.
    pub records: Vec<Record>,
}

/// Returns the batch that a record belongs to.
pub fn batch_of(store: &dyn Store, record: u64) -> Result<LoggedBatch, StoreError> {
    let records = store.health().head.record;
    if !(1..=records).contains(&record) {
        return Err(StoreError::NoSuchRecord { records, requested: record });
    }
    let first = store.commit_of(record)?.map_or(record, |commit| commit.first());
    let mut batch = LoggedBatch::default();
    store.lines(first, &mut |logged| match logged {
        Logged::Record(record, _) => {
            batch.records.push(record);
            Ok(true)
        }
        Logged::Commit(commit) => {
            (batch.label, batch.request) = (commit.label, commit.request);
            Ok(false)
        }
    })?;
    Ok(batch)
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
    /// Returns whether a record that is dated `at` was known at that moment.
    fn includes(self, number: u64, at: &str, clock: &ClockCorrections) -> bool {
        match self {
            KnownAt::Record(last) => number <= last,
            KnownAt::Date(last) => day_of(clock.time_of(number, at)).is_some_and(|day| day <= last),
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

/// Returns the head after the batch that already has the key of one to be appended. If there is none, refuses a batch
/// that was decided on other books than those at the head.
fn recorded_earlier(
    store: &dyn Store,
    head: Head,
    expected: Head,
    key: Option<&str>,
    batch: &Batch,
) -> Result<Option<Head>, StoreError> {
    let earlier = key.map(|key| store.batch_with_key(key)).transpose()?.flatten();
    if earlier.is_none() && (expected != head || batch.after != head.record) {
        return Err(StoreError::HeadMoved { expected: batch.after, found: head.record });
    }
    Ok(earlier)
}

/// Returns the books as known at a moment, replayed from the journal.
pub fn as_known_at(lines: &dyn Lines, known_at: KnownAt) -> Result<MemoryStore, StoreError> {
    known_at.check_recorded(lines.health().head.record)?;
    let empty = MemoryStore::default();
    let clock = lines.clock()?;
    let mut draft = Draft::replaying(&empty);
    let mut known = Head::EMPTY;
    lines.lines(1, &mut |logged| {
        match logged {
            Logged::Record(record, hash) => {
                if !known_at.includes(record.number, &record.at, &clock) {
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
