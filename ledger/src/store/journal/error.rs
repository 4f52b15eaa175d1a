//! Why a journal could not be opened or written.

use std::io;
use std::path::{Path, PathBuf};

use super::Damage;
use crate::head::Head;

/// Why the journal could not be opened, or a batch not recorded.
///
/// Its words are complete in themselves: an error within an error is part of them, and not its `source()`.
///
/// Unless it says otherwise, an error from [`Journal::append`](super::Journal::append) means that nothing
/// was recorded.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused something.
    #[error("could not {doing} {}: {reason}", path.display())]
    Io {
        /// What was tried, as in "could not …".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },

    /// There is a journal, or a part of one, already.
    #[error("there is a journal already: {}", path.display())]
    Exists {
        /// The file or folder that is there.
        path: PathBuf,
    },

    /// There is no journal.
    #[error("there is no journal in {}", path.display())]
    Missing {
        /// The ledger folder.
        path: PathBuf,
    },

    /// The journal can only be read.
    #[error("the journal is damaged, so nothing more can be recorded in it: {0}")]
    Damaged(Damage),

    /// Somebody else has recorded something since the caller looked.
    #[error(
        "the journal now goes up to record {}, not {}: something else was recorded in between",
        .actual.record, .expected.record
    )]
    HeadMoved {
        /// What the caller took for the head.
        expected: Head,
        /// The head.
        actual: Head,
    },

    /// The record does not end a batch, of which only the whole counts.
    #[error("record {record} does not end a batch")]
    NotABatchEnd {
        /// The record.
        record: u64,
    },

    /// The files are not as this journal left them, though the head is the one that the caller expected.
    #[error("{} was changed by another program while it was open here; open the ledger again", path.display())]
    ChangedUnderneath {
        /// The segment, or the head file.
        path: PathBuf,
    },

    /// The journal was opened for reading.
    #[error("the journal was opened for reading only")]
    ReadOnly,

    /// An earlier append failed half-way.
    #[error("an earlier write to the journal failed, so this one was not tried; open the ledger again")]
    Poisoned,

    /// It is not known whether the batch was recorded. Opening the journal again decides and tells.
    #[error("it is not certain that the batch was recorded ({reason}); open the ledger again to see")]
    Unconfirmed {
        /// What went wrong.
        reason: Box<JournalError>,
    },

    /// A batch must hold a record.
    #[error("there is nothing to record in this batch")]
    EmptyBatch,

    /// An event cannot be written as a line of JSON.
    #[error("record {record} cannot be written: {reason}")]
    NotWritable {
        /// The number that the record would have had.
        record: u64,
        /// Why not.
        reason: String,
    },
}

impl JournalError {
    /// For `map_err`: the error of an operation on `path`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
        let path = path.to_owned();
        move |reason| JournalError::Io { doing, path, reason }
    }
}
