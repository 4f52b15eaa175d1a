//! The journal: all records in order, as lines of text that are never changed.
//!
//! ```text
//! journal/000000000001.jsonl    records, each batch ended by a commit; named by the first record
//! journal/unfinished-57-1.txt   quarantined: what an interrupted write left after record 57; not part of the journal
//! head                          the last record, and the hash of its commit
//! ```
//!
//! Guarantees that
//! * a batch is recorded as a whole or not at all, and is on the disk when [`Journal::append`] returns;
//! * no acknowledged record is ever changed or cut;
//! * everything read has been checked byte by byte, so that any change, and any line added, removed or
//!   moved, is reported as [`Damage`] with its position: see [`Journal::records`] for the limits;
//! * opening costs the same whatever the journal's length, unless the last write was interrupted.
//!
//! Events are opaque here; time and user are given by the caller. The ledger's lock keeps a second writer out.
//! A journal that was rewritten as a whole, with its head, passes every check here: only a hash noted
//! elsewhere reveals it.

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
mod salt;
pub(crate) mod segment;
#[cfg(feature = "postgres")]
mod streamed;
#[cfg(test)]
mod tests;
mod text;
mod transfer;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::totals::PostingState;
use batch::BatchWrite;
pub use damage::{Damage, DamageKind, LATER};
use disk::Disk;
pub use error::JournalError;
pub use head_file::Extent;
use head_file::HeadFile;
pub(crate) use head_file::{FILE as HEAD_FILE, NEW as NEW_HEAD_FILE};
pub use line::{Commit, Line, Record};
pub use records::Records;
pub use recovery::{Quarantined, Recovery};
use run::RunReader;
pub use salt::{DrawSalt, Salt};
pub(crate) use segment::{FOLDER, is_name as is_segment};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
#[cfg(feature = "postgres")]
pub(crate) use streamed::{LineKind, StreamedLines, StreamedRuns, kind_of_line};
pub(crate) use text::{batch_text, lines_of_text};
pub use transfer::{Files, Receiving, VisitText, head_of_text, is_part_name};

/// Length in bytes from which a segment is full, so that the next batch begins a new one.
pub(crate) const SEGMENT_LIMIT: u64 = 64 << 20;

/// The description of a batch in its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch<'b> {
    /// The command that made the batch: `import payments p.csv`.
    pub label: &'b str,
    /// A unique key, by which the caller recognises a batch that is sent twice. The journal only stores it.
    pub key: Option<&'b str>,
    /// The hash of what was requested with the key, by which the caller recognises another request. Not written
    /// without a key.
    pub request: Option<Hash>,
    /// What all postings come to after the batch. The journal only stores it.
    pub state: PostingState,
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
    /// Draws the salts of batches; `None` writes format 1, for tests.
    salts: Option<DrawSalt>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Reading,
    Writing,
    /// As `Writing`, but without a head file that can be read: the next batch writes one.
    WithoutHead,
    /// A write failed half-way, so that the files may differ from the state of this journal.
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

    /// Opens the journal in the folder `ledger` for writing, and repairs what an interrupted write left: whole
    /// batches after the acknowledged end are acknowledged, an unfinished one is quarantined in a file of its
    /// own, and [`Recovery`] reports both. The caller must hold the ledger's lock.
    ///
    /// Bytes after the last commit are an unfinished batch if they are in the last segment and are what an
    /// interrupted or partial write may leave. Anything else after the acknowledged end is damage, because an
    /// old head file could be the cause as well as an interrupted write.
    ///
    /// Damage is found here only at the journal's end and after the acknowledged end; [`Journal::records`]
    /// finds it anywhere.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] (with nothing changed); [`JournalError::Missing`];
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
    /// Whole batches after the acknowledged end count as recorded; an unfinished one is reported and skipped.
    /// Another program may be writing either at this moment.
    ///
    /// # Errors
    /// [`JournalError::Missing`]; [`JournalError::Io`].
    pub fn open_for_reading(ledger: impl AsRef<Path>) -> Result<(Journal, Recovery), JournalError> {
        let ledger = ledger.as_ref();
        let found = recovery::inspect(ledger)?;
        let recovery = found.recovery();
        Ok((Journal::new(ledger, found.extent, found.damage, Mode::Reading, Disk::default()), recovery))
    }

    /// Opens the journal in the folder `ledger` for reading up to the end given by the head file, and never looks
    /// beyond: what another program is writing there is no concern of a reader. Reads the head file and the end of
    /// one line only.
    ///
    /// `None` if the head file cannot be used or the journal does not reach it: [`Journal::open_for_reading`]
    /// finds out why.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub(crate) fn open_at_head(ledger: impl AsRef<Path>) -> Result<Option<Journal>, JournalError> {
        let ledger = ledger.as_ref();
        let extent = recovery::acknowledged(ledger)?;
        Ok(extent.map(|extent| Journal::new(ledger, extent, None, Mode::Reading, Disk::default())))
    }

    /// Opens for reading a journal whose head file is lost, up to the end of its last whole batch. `None` if there is a
    /// head file that can be read.
    ///
    /// # Errors
    /// [`JournalError::Damaged`], [`JournalError::Io`].
    pub(crate) fn read_without_head(ledger: &Path) -> Result<Option<Journal>, JournalError> {
        let Some(mut found) = recovery::inspect_without_head(ledger)? else { return Ok(None) };
        match found.damage.take() {
            Some(damage) => Err(JournalError::Damaged(damage)),
            None => Ok(Some(Journal::new(ledger, found.extent, None, Mode::Reading, Disk::default()))),
        }
    }

    /// Opens a journal that was read without a head file for writing. The head file is written with the next batch and
    /// not before, so that no interruption leaves a journal whose head was found and not recorded as found.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub(crate) fn open_without_head(ledger: &Path) -> Result<(Journal, Recovery), JournalError> {
        Journal::open_without_head_on(Disk::default(), ledger)
    }

    fn open_without_head_on(disk: Disk, ledger: &Path) -> Result<(Journal, Recovery), JournalError> {
        if let Some(mut found) = recovery::inspect_without_head(ledger)? {
            if let Some(damage) = found.damage.take() {
                return Err(JournalError::Damaged(damage));
            }
            let recovery = recovery::repair_without_head(&disk, ledger, &found)?;
            return Ok((Journal::new(ledger, found.extent, None, Mode::WithoutHead, disk), recovery));
        }
        Journal::open_on(disk, ledger)
    }

    /// Returns whether what is wrong with the journal is its head file alone.
    pub fn is_head_lost(&self) -> bool {
        matches!(self.damage.as_ref().map(|it| &it.kind), Some(DamageKind::HeadUnreadable { .. }))
    }

    /// Opens the same journal once more, for reading up to its present end.
    pub fn reader(&self) -> Journal {
        let damage = self.damage.clone();
        Journal::new(&self.ledger, self.extent, damage, Mode::Reading, Disk::default())
    }

    /// Returns the journal's end and its place in the files.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Returns the place where the batch ends whose last record this is; `None` if no batch ends with it. The place is
    /// searched for and not proved: reading up to it proves it.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn end_of_batch(&self, record: u64) -> Result<Option<Extent>, JournalError> {
        if record == 0 {
            return Ok(Some(Extent::EMPTY));
        }
        let folder = self.folder();
        let segments = segment::list(&folder).map_err(JournalError::io("read", &folder))?;
        let Some(first) = segments.into_iter().rfind(|first| *first <= record) else { return Ok(None) };
        let path = folder.join(segment::file_name(first));
        let failed = || JournalError::io("read", &path);
        let before = segment::run_before(&path, record).map_err(failed())?;
        let end = if first == self.extent.segment { self.extent.bytes } else { u64::MAX };
        let start = before.map_or(0, |(offset, _)| offset);
        let mut runs = RunReader::open(&path, start, end).map_err(failed())?;
        while let Some(mut run) = runs.next().map_err(failed())? {
            let opened = run.open::<IgnoredAny>(u64::MAX);
            let Ok(contents) = opened.contents else { break };
            let closing = contents.closing;
            if closing.number >= record {
                let is_end = closing.number == record && closing.commit.is_some();
                let head = Head { record, hash: closing.hash };
                return Ok(is_end.then(|| Extent { head, segment: first, bytes: opened.place.end() }));
            }
        }
        Ok(None)
    }

    /// Returns whether a batch ends at this place, with the hash of this head. If it does, everything before it is
    /// what that hash covers.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn passes(&self, extent: &Extent) -> Result<bool, JournalError> {
        if extent.head.record == 0 || *extent == self.extent {
            return Ok(true);
        }
        Ok(extent.head.record < self.extent.head.record && recovery::ends_with_head(&self.folder(), extent)?)
    }

    fn new(ledger: &Path, extent: Extent, damage: Option<Damage>, mode: Mode, disk: Disk) -> Journal {
        let (ledger, salts) = (ledger.to_owned(), Some(Salt::random as DrawSalt));
        Journal { ledger, extent, damage, mode, segment_limit: SEGMENT_LIMIT, disk, salts }
    }

    /// Draws the salts of further batches from elsewhere, for tests.
    pub fn set_salts(&mut self, salts: DrawSalt) {
        self.salts = Some(salts);
    }

    /// Returns the commit at the journal's end, checked with the records that its line closes; `None` without records.
    ///
    /// # Errors
    /// Damage there.
    pub(crate) fn last_commit(&self) -> Result<Option<Commit>, Damage> {
        let mut found = None;
        for line in
            Records::<IgnoredAny>::new(&self.folder(), self.extent, self.extent.head.record.max(1), None)
        {
            if let Line::Commit(commit) = line? {
                found = Some(commit);
            }
        }
        Ok(found)
    }

    /// Returns the journal's end.
    ///
    /// In a damaged journal, the end given by the head file, even if the journal does not reach it; or, without
    /// a readable head file, the end of the last intact batch.
    pub fn head(&self) -> Head {
        self.extent.head
    }

    /// Returns the last record of the segment that a record is in; `None` when the folder cannot be listed.
    pub(crate) fn last_of_segment(&self, record: u64) -> Option<u64> {
        let segments = segment::list(&self.folder()).ok()?;
        let after = segments.into_iter().find(|first| *first > record);
        Some(after.map_or(self.extent.head.record, |next| next - 1))
    }

    /// Returns the damage found on opening for reading, which looks at the journal's end only: see
    /// [`Journal::open`].
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Records `events` as one batch after `expected`, which must be the journal's head, and returns the
    /// new head. Writes the time `at` and the user `by` as given.
    ///
    /// When it returns, the batch is on the disk and acknowledged. Events are taken one by one and written
    /// in chunks of some MiB. Each must serialise to a JSON object, on a line of at most 16 MiB.
    ///
    /// # Errors
    /// Nothing was recorded, except perhaps after [`JournalError::Unconfirmed`].
    ///
    /// * [`JournalError::HeadMoved`], [`JournalError::EmptyBatch`], [`JournalError::NoSalt`]: the journal can still
    ///   be used.
    /// * [`JournalError::NotWritable`]: likewise, unless a part of the batch had been written, which poisons
    ///   the journal.
    /// * [`JournalError::Io`], [`JournalError::Unconfirmed`]: the journal is poisoned if anything had been
    ///   written.
    /// * [`JournalError::Poisoned`]: an earlier append poisoned the journal. Reopening it determines what is
    ///   recorded.
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
        self.append_with(expected, batch, at, by, events, |_| {})
    }

    /// Does what [`Journal::append`] does, and calls `ready` with the new end when the batch is on the disk and no
    /// reader sees it yet. From then on the batch counts as recorded, even if the program is stopped.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub(crate) fn append_with<'e, E: Serialize + 'e>(
        &mut self,
        expected: Head,
        batch: &Batch<'_>,
        at: &str,
        by: &str,
        events: impl IntoIterator<Item = &'e E>,
        ready: impl FnOnce(Extent),
    ) -> Result<Head, JournalError> {
        self.check_ready(expected)?;
        let drawn = self.salts.map(|draw| draw()).transpose();
        let salt = drawn.map_err(|error| JournalError::NoSalt { reason: error.to_string() })?;
        let mut write = BatchWrite::new(&self.disk, &self.folder(), self.extent, self.segment_limit);
        let extent = match write.write(batch, salt, (at, by), events) {
            Ok(extent) => extent,
            Err(error) if !write.has_begun() => return Err(error),
            Err(error) => {
                let error = write.undo(error);
                self.mode = Mode::Poisoned;
                return Err(error);
            }
        };
        ready(extent);
        if let Err(error) = head_file::replace(&self.disk, &self.ledger, &extent) {
            // The batch is whole and on the disk: reopening the journal finds and acknowledges it.
            self.mode = Mode::Poisoned;
            return Err(JournalError::Unconfirmed { reason: Box::new(error) });
        }
        self.extent = extent;
        self.mode = Mode::Writing;
        Ok(extent.head)
    }

    /// Checks that the journal may be written, and that nothing else has changed its files.
    fn check_ready(&self, expected: Head) -> Result<(), JournalError> {
        match self.mode {
            Mode::Reading => return Err(JournalError::ReadOnly),
            Mode::Poisoned => return Err(JournalError::Poisoned),
            Mode::Writing | Mode::WithoutHead => {}
        }
        let actual = match head_file::read(&self.ledger)? {
            HeadFile::Valid(extent) => extent,
            HeadFile::Absent | HeadFile::Unreadable(_) if self.mode == Mode::WithoutHead => self.extent,
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
    /// Records are checked, with the line that seals them, before they are yielded. They are yielded before
    /// their commit is read; if damage follows, the records after the last commit belong to a batch that cannot
    /// be relied on. The iterator ends with the first [`Damage`]. Memory use is bounded by the longest lines. A
    /// long journal is read ahead on other threads.
    ///
    /// Reading begins some way before `from`, at the start of a segment or after a seal, and trusts the hash
    /// given there for what is before. From record 1, everything is checked up to the end given by the head
    /// file. From a record after the end, nothing is read.
    pub fn records<E: DeserializeOwned + Send + 'static>(&self, from: u64) -> Records<E> {
        Records::new(&self.folder(), self.extent, from.max(1), self.damage.clone())
    }

    /// Reads the journal from the end of a batch on, which must be a place that it passes: see
    /// [`Journal::passes`]. Nothing before that place is read.
    pub(crate) fn records_after<E: DeserializeOwned + Send + 'static>(&self, start: &Extent) -> Records<E> {
        Records::after(&self.folder(), self.extent, *start, self.damage.clone())
    }

    fn folder(&self) -> PathBuf {
        self.ledger.join(segment::FOLDER)
    }
}
