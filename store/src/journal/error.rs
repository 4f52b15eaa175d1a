//! Errors of opening and writing a journal.

use std::io;
use std::path::{Path, PathBuf};

use almoner_ledger::head::Head;

use super::Damage;

/// An error of opening a journal or recording a batch.
///
/// The message includes that of an inner error, which is therefore not the `source()`.
///
/// Unless stated otherwise, an error from [`Journal::append`](super::Journal::append) means that nothing
/// was recorded.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused something.
    #[error("could not {doing} {}: {}", path.display(), crate::system_reason(reason))]
    Io {
        /// The operation, as in "could not …".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        reason: io::Error,
    },

    /// There is a journal, or a part of one, already.
    #[error("a journal already exists: {}", path.display())]
    Exists {
        /// The existing file or folder.
        path: PathBuf,
    },

    /// There is no journal.
    #[error("there is no journal in {}", path.display())]
    Missing {
        /// The ledger folder.
        path: PathBuf,
    },

    /// The journal is damaged, and can only be read.
    #[error("nothing can be recorded because the journal is damaged: {0}")]
    Damaged(Damage),

    /// Another user has recorded since the caller read the head.
    #[error(
        "the journal now ends at record {}, not {}: something else was recorded in between",
        .actual.record, .expected.record
    )]
    HeadMoved {
        /// The head that the caller expected.
        expected: Head,
        /// The actual head.
        actual: Head,
    },

    /// The record is not the last of a batch, and batches count only as a whole.
    #[error("record {record} does not end a batch")]
    NotABatchEnd {
        /// The record.
        record: u64,
    },

    /// Another program changed the files, though not the head.
    #[error("{} was changed by another program while it was open here; open the ledger again", path.display())]
    ChangedUnderneath {
        /// The segment, or the head file.
        path: PathBuf,
    },

    /// The journal was opened for reading.
    #[error("the journal was opened for reading only")]
    ReadOnly,

    /// An earlier append failed half-way.
    #[error("an earlier write to the journal failed, so this one was not attempted; open the ledger again")]
    Poisoned,

    /// It is not known whether the batch was recorded. Reopening the journal determines it.
    #[error("it is not certain that the batch was recorded ({reason}); open the ledger again to find out")]
    Unconfirmed {
        /// The error of the write.
        reason: Box<JournalError>,
    },

    /// The system gives no random bits.
    #[error("the salt of the batch cannot be generated: {reason}")]
    NoSalt {
        /// The error of the operating system.
        reason: String,
    },

    /// A batch must hold a record.
    #[error("the batch has no records")]
    EmptyBatch,

    /// An event cannot be written as a line of JSON.
    #[error("record {record} cannot be written: {reason}")]
    NotWritable {
        /// The number that the record would have had.
        record: u64,
        /// The reason.
        reason: String,
    },
}

impl JournalError {
    /// Returns a function for `map_err` that makes the error of an operation on `path`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
        let path = path.to_owned();
        move |reason| JournalError::Io { doing, path, reason }
    }
}
