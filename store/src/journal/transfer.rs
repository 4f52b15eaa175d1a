//! A journal as a stream of lines: out of its files, and into new files elsewhere.
//!
//! Guarantees that lines are copied byte for byte, and that only intact lines that follow in the chain are
//! taken in.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use almoner_ledger::head::Head;
use serde::de::IgnoredAny;

use super::chain::Chain;
use super::disk::{Disk, OpenFile};
use super::head_file::{self, Extent};
use super::run::{Run, RunReader};
use super::{Damage, Journal, JournalError, SEGMENT_LIMIT, segment};

/// Approximate number of bytes written at once.
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// A file of a journal, and the part of it that belongs to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name from the ledger folder: `journal/000000000001.jsonl`.
    pub name: String,
    /// The path of the file.
    pub path: PathBuf,
    /// Number of bytes from its beginning.
    pub bytes: u64,
}

impl Journal {
    /// Returns the journal's files up to its end, in order. Later records are not included, since files only
    /// grow.
    pub fn parts(&self) -> Result<Vec<Part>, JournalError> {
        let folder = self.folder();
        let failed = || JournalError::io("read", &folder);
        let mut parts = Vec::new();
        for first in segment::list(&folder).map_err(failed())? {
            let name = segment::file_name(first);
            let path = folder.join(&name);
            let bytes = match first.cmp(&self.extent.segment) {
                std::cmp::Ordering::Less => std::fs::metadata(&path).map_err(failed())?.len(),
                std::cmp::Ordering::Equal => self.extent.bytes,
                std::cmp::Ordering::Greater => continue,
            };
            parts.push(Part { name: format!("{}/{name}", segment::FOLDER), path, bytes });
        }
        Ok(parts)
    }

    /// Returns the text of a head file for the end of this journal.
    pub fn head_text(&self) -> String {
        head_file::render(&self.extent)
    }

    /// Visits every line up to the record `last`, which must end a batch: several lines at a time, with line
    /// breaks.
    ///
    /// # Errors
    /// Damage before that record; [`JournalError::NotABatchEnd`]; [`JournalError::Io`], also for an error of
    /// the visitor.
    pub fn each_run(
        &self,
        last: u64,
        visit: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), JournalError> {
        let mut chain = Chain::from_segment(1);
        for part in self.parts()? {
            let failed = || JournalError::io("read", &part.path);
            let file = File::open(&part.path).map_err(failed())?;
            let input = io::BufReader::with_capacity(256 << 10, file.take(part.bytes));
            let mut runs = RunReader::new(input);
            while let Some(run) = next_run(&part.name, &mut runs, &mut chain).map_err(failed())? {
                let run = run.map_err(JournalError::Damaged)?;
                visit(run.text()).map_err(JournalError::io("copy", &part.path))?;
                if chain.head().is_some_and(|head| head.record == last) {
                    return Ok(());
                }
                if chain.next_record() > last + 1 {
                    return Err(JournalError::NotABatchEnd { record: last });
                }
            }
        }
        Err(JournalError::NotABatchEnd { record: last })
    }
}

/// Returns whether [`Journal::parts`] may give this name.
pub fn is_part_name(name: &str) -> bool {
    let file = name.strip_prefix(segment::FOLDER).and_then(|rest| rest.strip_prefix('/'));
    file.is_some_and(|file| segment::first_record(file).is_some())
}

/// Reads the text of a head file; `None` when it is damaged.
pub fn head_of_text(text: &[u8]) -> Option<Head> {
    head_file::parse(text).map(|extent| extent.head)
}

/// Reads the next run of a stream called `name` and follows it in the chain; or returns the damage.
fn next_run<R: BufRead>(
    name: &str,
    runs: &mut RunReader<R>,
    chain: &mut Chain,
) -> io::Result<Option<Result<Run, Damage>>> {
    let Some(mut run) = runs.next()? else { return Ok(None) };
    let record = chain.next_record();
    // The events are parsed later, when everything has arrived.
    let opened = run.open::<IgnoredAny>(u64::MAX);
    Ok(Some(match chain.follow(&opened) {
        Ok(()) => Ok(run),
        Err(fault) => Err(Damage { file: name.to_owned(), ..opened.place.damage(1, record, fault) }),
    }))
}

/// Receives the lines of a journal in a ledger folder that has none.
#[derive(Debug)]
pub struct Receiving {
    disk: Disk,
    ledger: PathBuf,
    chain: Chain,
    extent: Extent,
    file: Option<OpenFile>,
    /// Lines received that are not in the file yet.
    waiting: Vec<u8>,
    /// The end of the last batch.
    last: Option<Extent>,
}

impl Receiving {
    /// Begins a journal in the folder `ledger`, which must exist.
    pub fn new(ledger: &Path) -> Result<Receiving, JournalError> {
        let folder = ledger.join(segment::FOLDER);
        let disk = Disk::default();
        disk.create_folder(&folder).map_err(JournalError::io("create", &folder))?;
        Ok(Receiving {
            disk,
            ledger: ledger.to_owned(),
            chain: Chain::from_segment(1),
            extent: Extent::EMPTY,
            file: None,
            waiting: Vec::new(),
            last: None,
        })
    }

    /// Receives lines up to the end of the input, which is called `name` in errors.
    pub fn take(&mut self, name: &str, input: &mut dyn BufRead) -> Result<(), JournalError> {
        let mut runs = RunReader::new(input);
        loop {
            let run = next_run(name, &mut runs, &mut self.chain);
            let Some(run) = run.map_err(JournalError::io("read", Path::new(name)))? else { return Ok(()) };
            let run = run.map_err(JournalError::Damaged)?;
            let head = self.chain.head();
            self.waiting.extend_from_slice(run.text());
            self.extent.bytes += run.text().len() as u64;
            if self.waiting.len() >= WRITTEN_AT_ONCE {
                self.write()?;
            }
            if let Some(head) = head {
                self.extent.head = head;
                self.last = Some(self.extent);
                if self.extent.bytes >= SEGMENT_LIMIT {
                    self.end_file()?;
                }
            }
        }
    }

    /// Writes the waiting lines to the file, creating it if necessary.
    fn write(&mut self) -> Result<(), JournalError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let path = self.path();
        let failed = || JournalError::io("write to", &path);
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.disk.create_new(&path).map_err(failed())?),
        };
        self.disk.write(file, &self.waiting).map_err(failed())?;
        self.waiting.clear();
        Ok(())
    }

    fn end_file(&mut self) -> Result<(), JournalError> {
        self.write()?;
        if let Some(file) = self.file.take() {
            self.disk.sync(&file).map_err(JournalError::io("write to", &self.path()))?;
        }
        self.extent = Extent { segment: self.extent.head.record + 1, bytes: 0, ..self.extent };
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.ledger.join(segment::FOLDER).join(segment::file_name(self.extent.segment))
    }

    /// Completes the journal. All of it is on the disk when this returns.
    ///
    /// # Errors
    /// [`JournalError::NotABatchEnd`] when the lines do not end with a whole batch; [`JournalError::Io`].
    pub fn finish(mut self) -> Result<Head, JournalError> {
        let whole = self.chain.head().and(self.last);
        self.end_file()?;
        let Some(extent) = whole else {
            return Err(JournalError::NotABatchEnd { record: self.chain.next_record().saturating_sub(1) });
        };
        let folder = self.ledger.join(segment::FOLDER);
        self.disk.sync_folder(&folder).map_err(JournalError::io("write to", &folder))?;
        head_file::replace(&self.disk, &self.ledger, &extent)?;
        Ok(extent.head)
    }
}
