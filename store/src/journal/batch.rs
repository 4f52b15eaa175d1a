//! Writing one batch to a segment: all of it on the disk itself, or an error and an attempt to undo.
//!
//! A batch written here counts as recorded only once the head file includes it.

use std::path::{Path, PathBuf};

use almoner_ledger::head::Head;
use serde::Serialize;

use super::disk::{Disk, OpenFile};
use super::head_file::Extent;
use super::line::LineWriter;
use super::salt::Salt;
use super::{Batch, JournalError, segment};

/// Length of text gathered before it is written, so that a long batch need not fit in memory.
const CHUNK: usize = 4 << 20;

/// A batch being written to its segment.
#[derive(Debug)]
pub(super) struct BatchWrite<'j> {
    disk: &'j Disk,
    folder: PathBuf,
    path: PathBuf,
    /// The end of the journal before the batch, or the beginning of a new segment.
    start: Extent,
    /// Opened, or created, when the first bytes are written.
    file: Option<OpenFile>,
    written: u64,
}

impl<'j> BatchWrite<'j> {
    /// Prepares to write after `end`, to a new segment if the last one has `segment_limit` bytes or more.
    pub(super) fn new(disk: &'j Disk, folder: &Path, end: Extent, segment_limit: u64) -> BatchWrite<'j> {
        let start = if end.bytes >= segment_limit {
            Extent { head: end.head, segment: end.head.record + 1, bytes: 0 }
        } else {
            end
        };
        let path = folder.join(segment::file_name(start.segment));
        BatchWrite { disk, folder: folder.to_owned(), path, start, file: None, written: 0 }
    }

    /// Writes the batch and returns the new end of the journal.
    pub(super) fn write<'e, E: Serialize + 'e>(
        &mut self,
        batch: &Batch<'_>,
        salt: Option<Salt>,
        (at, by): (&str, &str),
        events: impl IntoIterator<Item = &'e E>,
    ) -> Result<Extent, JournalError> {
        let first = self.start.head.record + 1;
        let mut lines = LineWriter::new(self.start.head.record, self.start.head.hash, salt, at, by);
        let mut next = first;
        for event in events {
            lines.record(event).map_err(|reason| JournalError::NotWritable { record: next, reason })?;
            next += 1;
            if lines.closed().len() >= CHUNK {
                self.put(&mut lines)?;
            }
        }
        if next == first {
            return Err(JournalError::EmptyBatch);
        }
        let last = next - 1;
        lines.commit(next - first, batch);
        self.put(&mut lines)?;
        self.sync()?;
        let head = Head { record: last, hash: lines.hash() };
        Ok(Extent { head, segment: self.start.segment, bytes: self.start.bytes + self.written })
    }

    /// Returns whether a file has been changed.
    pub(super) fn has_begun(&self) -> bool {
        self.file.is_some()
    }

    /// Removes what was written after an error, and returns the error to report.
    ///
    /// An unfinished batch would do no harm, but removing it at once avoids a notice to the user and a copy on
    /// the disk (which may be full), and makes certain that a batch that could not be synced is not recorded.
    pub(super) fn undo(&mut self, error: JournalError) -> JournalError {
        let Some(file) = &self.file else { return error };
        let undone = self.disk.truncate(file, self.start.bytes).and_then(|()| self.disk.sync(file));
        match undone {
            Ok(()) => error,
            Err(_) => JournalError::Unconfirmed { reason: Box::new(error) },
        }
    }

    fn put(&mut self, lines: &mut LineWriter) -> Result<(), JournalError> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(open(self.disk, &self.path, self.start.bytes)?),
        };
        self.disk.write(file, lines.closed()).map_err(JournalError::io("write to", &self.path))?;
        self.written += lines.closed().len() as u64;
        lines.forget_closed();
        Ok(())
    }

    fn sync(&self) -> Result<(), JournalError> {
        let Some(file) = &self.file else { return Ok(()) };
        self.disk.sync(file).map_err(JournalError::io("write to", &self.path))?;
        if self.start.bytes == 0 {
            self.disk.sync_folder(&self.folder).map_err(JournalError::io("write to", &self.folder))?;
        }
        Ok(())
    }
}

/// Opens the segment to write at byte `end`. A segment without acknowledged records must not exist yet.
fn open(disk: &Disk, path: &Path, end: u64) -> Result<OpenFile, JournalError> {
    if end == 0 {
        return disk.create_new(path).map_err(JournalError::io("create", path));
    }
    let open = || {
        let mut file = disk.open(path)?;
        file.seek(end)?;
        Ok(file)
    };
    open().map_err(JournalError::io("open", path))
}
