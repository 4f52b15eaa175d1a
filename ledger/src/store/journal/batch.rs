//! Writing one batch to a segment: all of it, on the disk itself, or an error and an attempt to undo.
//!
//! Knows nothing of the head file: a batch that is written here counts as recorded only once the head says
//! so.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::disk::{Disk, OpenFile};
use super::head_file::Extent;
use super::line::LineWriter;
use super::{Batch, JournalError, segment};
use crate::head::Head;

/// So much text is gathered before it is written, so that a long batch does not have to fit into memory.
const CHUNK: usize = 4 << 20;

/// A batch on its way into its segment.
#[derive(Debug)]
pub(super) struct BatchWrite<'j> {
    disk: &'j Disk,
    folder: PathBuf,
    path: PathBuf,
    /// Where the journal ended before, or the beginning of a new segment.
    start: Extent,
    /// Opened, or created, when the first bytes are written.
    file: Option<OpenFile>,
    written: u64,
}

impl<'j> BatchWrite<'j> {
    /// Prepares to write after `end`, in a new segment if the last one has `segment_limit` bytes or more.
    pub(super) fn new(disk: &'j Disk, folder: &Path, end: Extent, segment_limit: u64) -> BatchWrite<'j> {
        let start = if end.bytes >= segment_limit {
            Extent { head: end.head, segment: end.head.record + 1, bytes: 0 }
        } else {
            end
        };
        let path = folder.join(segment::file_name(start.segment));
        BatchWrite { disk, folder: folder.to_owned(), path, start, file: None, written: 0 }
    }

    /// Writes the batch and returns where the journal ends now.
    pub(super) fn write<'e, E: Serialize + 'e>(
        &mut self,
        batch: &Batch<'_>,
        at: &str,
        by: &str,
        events: impl IntoIterator<Item = &'e E>,
    ) -> Result<Extent, JournalError> {
        let first = self.start.head.record + 1;
        let mut lines = LineWriter::new(self.start.head.record, self.start.head.hash, at, by);
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

    /// Whether the disk has been touched.
    pub(super) fn has_begun(&self) -> bool {
        self.file.is_some()
    }

    /// After an error: takes back what was written, and says what is known of the batch now.
    ///
    /// An unfinished batch would do no harm, but taking it back at once spares the user a report about it,
    /// the disk (which may be full) a copy of it, and leaves no doubt whether a batch that could not be
    /// synced is recorded.
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

/// Opens the segment to go on at byte `end`. A segment of which nothing is acknowledged must not exist yet.
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
