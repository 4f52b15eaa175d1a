//! The journal: what was recorded, in order, for ever, as lines of text.
//!
//! ```text
//! journal/000000000001.jsonl    records, each batch ended by a commit; named by the first record
//! journal/unfinished-57-1.txt   what an interrupted write left after record 57; not part of the journal
//! head                          how far the journal goes, and the hash of its last line
//! ```
//!
//! Guarantees that
//! * a batch is recorded as a whole or not at all, and is on the disk when [`Journal::append`] returns;
//! * nothing that was acknowledged is ever changed or cut;
//! * whatever is read has been checked byte by byte, so that any change to it, and any line added, removed
//!   or moved, is reported as [`Damage`] at its place: see [`Journal::records`] for how far that reaches;
//! * opening costs the same whatever the journal's length, unless the last write was interrupted.
//!
//! Does not know what an event means, what time it is or who is working; nor does it keep a second writer
//! out, which the ledger's lock does. A journal that was rewritten as a whole, head and all, passes every
//! check here: only a head hash noted down elsewhere tells it apart.

mod batch;
mod chain;
mod damage;
pub(super) mod disk;
mod error;
mod head_file;
mod line;
mod reading;
mod records;
mod recovery;
mod remains;
mod run;
mod segment;
#[cfg(test)]
mod tests;
mod transfer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use damage::{Damage, DamageKind};
pub use error::JournalError;
pub use line::{Commit, Line, Record};
pub use records::Records;
pub use recovery::{Quarantined, Recovery};
pub use transfer::{Part, Receiving, head_of_text, is_part_name};

use crate::head::Head;
use batch::BatchWrite;
use disk::Disk;
use head_file::{Extent, HeadFile};

/// A segment of this length or more is left as it is, and the next batch begins a new one.
pub const SEGMENT_LIMIT: u64 = 64 << 20;

/// What is said of a batch in its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch<'b> {
    /// What the batch is, for a human reader: `import payments p.csv`.
    pub label: &'b str,
    /// Something that only this batch has, by which the caller recognises a batch that is sent twice. The
    /// journal keeps it and does nothing with it.
    pub key: Option<&'b str>,
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    /// The ledger folder.
    ledger: PathBuf,
    extent: Extent,
    damage: Option<Damage>,
    mode: Mode,
    segment_limit: u64,
    disk: Disk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Reading,
    Writing,
    /// A write failed half-way, so that the files may not be what this journal takes them for.
    Poisoned,
}

impl Journal {
    /// Creates a journal without records in the folder `ledger`, which must exist, and opens it for writing.
    ///
    /// # Errors
    /// [`JournalError::Exists`] if there is a journal or a head file in the folder; [`JournalError::Io`].
    pub fn create(ledger: impl AsRef<Path>) -> Result<Journal, JournalError> {
        Journal::create_on(Disk::default(), ledger.as_ref())
    }

    fn create_on(disk: Disk, ledger: &Path) -> Result<Journal, JournalError> {
        let path = ledger.join(head_file::FILE);
        if head_file::read(ledger)? != HeadFile::Absent {
            return Err(JournalError::Exists { path });
        }
        let folder = ledger.join(segment::FOLDER);
        disk.create_folder(&folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => JournalError::Exists { path: folder.clone() },
            _ => JournalError::io("create", &folder)(error),
        })?;
        head_file::replace(&disk, ledger, &Extent::EMPTY)?;
        Ok(Journal::new(ledger, Extent::EMPTY, None, Mode::Writing, disk))
    }

    /// Opens the journal in the folder `ledger` for writing, and tidies up after a write that was
    /// interrupted: whole batches after the acknowledged end are acknowledged, an unfinished one is moved
    /// to a file of its own, and [`Recovery`] tells of both. The caller must hold the ledger's lock.
    ///
    /// What follows the last commit is an unfinished batch if it is in the last segment, and is what a write
    /// that was cut off, or reached the disk in parts, may leave. Anything else beyond the acknowledged end
    /// is damage, because an old head file could explain it as well as an interrupted write.
    ///
    /// Damage is found here only at the journal's end, and in what was never acknowledged;
    /// [`Journal::records`] finds it anywhere.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] (nothing has been changed then); [`JournalError::Missing`];
    /// [`JournalError::Io`].
    pub fn open(ledger: impl AsRef<Path>) -> Result<(Journal, Recovery), JournalError> {
        Journal::open_on(Disk::default(), ledger.as_ref())
    }

    fn open_on(disk: Disk, ledger: &Path) -> Result<(Journal, Recovery), JournalError> {
        let mut found = recovery::inspect(ledger)?;
        if let Some(damage) = found.damage.take() {
            return Err(JournalError::Damaged(damage));
        }
        let recovery = recovery::repair(&disk, ledger, &found)?;
        Ok((Journal::new(ledger, found.extent, None, Mode::Writing, disk), recovery))
    }

    /// Opens the journal in the folder `ledger` for reading. Changes nothing, needs no lock, and succeeds
    /// even if the journal is damaged: see [`Journal::damage`].
    ///
    /// Whole batches after the acknowledged end are taken as recorded; an unfinished one is reported and
    /// passed over. Either may be the work of another program that is writing just now.
    ///
    /// # Errors
    /// [`JournalError::Missing`]; [`JournalError::Io`].
    pub fn open_for_reading(ledger: impl AsRef<Path>) -> Result<(Journal, Recovery), JournalError> {
        let ledger = ledger.as_ref();
        let found = recovery::inspect(ledger)?;
        let recovery = found.recovery();
        Ok((Journal::new(ledger, found.extent, found.damage, Mode::Reading, Disk::default()), recovery))
    }

    fn new(ledger: &Path, extent: Extent, damage: Option<Damage>, mode: Mode, disk: Disk) -> Journal {
        Journal { ledger: ledger.to_owned(), extent, damage, mode, segment_limit: SEGMENT_LIMIT, disk }
    }

    /// The journal's end.
    ///
    /// In a damaged journal: what the head file says, even if the journal does not reach there; or, without
    /// a readable head file, the end of the last sound batch.
    pub fn head(&self) -> Head {
        self.extent.head
    }

    /// The last record of the segment that a record is in; `None` when the files do not tell.
    pub fn last_of_segment(&self, record: u64) -> Option<u64> {
        let segments = segment::list(&self.folder()).ok()?;
        let after = segments.into_iter().find(|first| *first > record);
        Some(after.map_or(self.extent.head.record, |next| next - 1))
    }

    /// The damage that was found on opening for reading. That none was found says little: see
    /// [`Journal::open`].
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Records `events` as one batch after `expected`, which must be the journal's head, and returns the
    /// new head. Writes the time `at` and the user `by` as they are given.
    ///
    /// When it returns, the batch is on the disk and acknowledged. Events are taken one by one and written
    /// in pieces of some MiB. An event must serialise to an object of JSON, which then has a line of at most
    /// 16 MiB.
    ///
    /// # Errors
    /// Nothing was recorded after any error but [`JournalError::Unconfirmed`], which leaves that open.
    ///
    /// * [`JournalError::HeadMoved`], [`JournalError::EmptyBatch`]: the journal can still be used.
    /// * [`JournalError::NotWritable`]: likewise, unless a part of the batch had been written; then it is
    ///   poisoned.
    /// * [`JournalError::Io`], [`JournalError::Unconfirmed`]: the journal is poisoned if anything had been
    ///   written.
    /// * [`JournalError::Poisoned`]: an earlier append poisoned the journal. It must be opened again, which
    ///   finds out what is recorded.
    /// * [`JournalError::ReadOnly`], [`JournalError::ChangedUnderneath`], [`JournalError::Damaged`] (the
    ///   head file).
    pub fn append<'e, E: Serialize + 'e>(
        &mut self,
        expected: Head,
        batch: &Batch<'_>,
        at: &str,
        by: &str,
        events: impl IntoIterator<Item = &'e E>,
    ) -> Result<Head, JournalError> {
        self.check_ready(expected)?;
        let mut write = BatchWrite::new(&self.disk, &self.folder(), self.extent, self.segment_limit);
        let extent = match write.write(batch, at, by, events) {
            Ok(extent) => extent,
            Err(error) if !write.has_begun() => return Err(error),
            Err(error) => {
                let error = write.undo(error);
                self.mode = Mode::Poisoned;
                return Err(error);
            }
        };
        if let Err(error) = head_file::replace(&self.disk, &self.ledger, &extent) {
            // The batch is whole and on the disk: opening the journal again will find and acknowledge it.
            self.mode = Mode::Poisoned;
            return Err(JournalError::Unconfirmed { reason: Box::new(error) });
        }
        self.extent = extent;
        Ok(extent.head)
    }

    /// Checks that the journal may be written, and that its files are as this journal left them.
    fn check_ready(&self, expected: Head) -> Result<(), JournalError> {
        match self.mode {
            Mode::Reading => return Err(JournalError::ReadOnly),
            Mode::Poisoned => return Err(JournalError::Poisoned),
            Mode::Writing => {}
        }
        let actual = match head_file::read(&self.ledger)? {
            HeadFile::Valid(extent) => extent,
            HeadFile::Absent => return Err(self.head_lost("the head file is missing".to_owned())),
            HeadFile::Unreadable(reason) => return Err(self.head_lost(reason)),
        };
        if actual.head != expected {
            return Err(JournalError::HeadMoved { expected, actual: actual.head });
        }
        if actual != self.extent {
            return Err(JournalError::ChangedUnderneath { path: self.ledger.join(head_file::FILE) });
        }
        let path = self.folder().join(segment::file_name(actual.segment));
        let length = match fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(JournalError::io("read", &path)(error)),
        };
        if length != actual.bytes {
            return Err(JournalError::ChangedUnderneath { path });
        }
        Ok(())
    }

    fn head_lost(&self, reason: String) -> JournalError {
        JournalError::Damaged(Damage::head_unreadable(self.extent.head.record + 1, reason))
    }

    /// Reads the journal from record `from` (counted from 1) to its end: records with their events, and
    /// commits.
    ///
    /// Records have been checked before they are yielded, with the line that seals them. They come before
    /// their commit has been seen; if damage follows, those after the last commit belong to a batch that cannot
    /// be vouched for. After the first [`Damage`] there is nothing more. Memory use is bounded by the longest
    /// lines. Much of it is read ahead, on threads of their own.
    ///
    /// Reading begins some way before `from`, at the start of a segment or after a seal, whose word is taken
    /// for the hash of what is before. From record 1, everything is checked, up to the end that the head file
    /// gives. From beyond the end, nothing is read.
    pub fn records<E: DeserializeOwned + Send + 'static>(&self, from: u64) -> Records<E> {
        Records::new(&self.folder(), self.extent, from.max(1), self.damage.clone())
    }

    fn folder(&self) -> PathBuf {
        self.ledger.join(segment::FOLDER)
    }
}
