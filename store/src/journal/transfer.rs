//! A journal as a stream of lines: out of its files, and into new files elsewhere.
//!
//! Guarantees that lines are copied byte for byte, and that only intact lines that follow in the chain are
//! taken in.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use almoner_ledger::head::Head;
use serde::de::IgnoredAny;

use super::chain::Chain;
use super::disk::{Disk, OpenFile};
use super::head_file::{self, Extent};
use super::run::{Run, RunReader};
use super::{Damage, DamageKind, Journal, JournalError, SEGMENT_LIMIT, segment};
use crate::plain;

/// Approximate number of bytes written at once.
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// Called with the text of some whole lines, the last of which is a seal or commit, and with the head if a batch ends
/// there; reading stops when it returns `false`.
pub type VisitText<'v> = &'v mut dyn FnMut(&[u8], Option<Head>) -> io::Result<bool>;

/// The files of a journal, into which its text is divided: a full file ends with a batch.
///
/// ```
/// use almoner_ledger::head::Head;
/// use almoner_store::journal::Files;
///
/// let mut files = Files::default();
/// assert_eq!(files.follow(b"...", None).as_deref(), Some("journal/000000000001.jsonl"));
/// assert_eq!(files.follow(b"...", Some(Head { record: 3, ..Head::EMPTY })), None);
/// ```
#[derive(Debug)]
pub struct Files {
    /// The end of the text so far, or the beginning of the file that comes next.
    place: Extent,
    is_begun: bool,
    /// The end of the last batch.
    last: Extent,
}

impl Default for Files {
    fn default() -> Files {
        Files { place: Extent::EMPTY, is_begun: false, last: Extent::EMPTY }
    }
}

impl Files {
    /// Follows some text, and the head if a batch ends there. Returns the name of the file that begins with this text,
    /// from the ledger folder; `None` if it belongs to the same file as the text before.
    pub fn follow(&mut self, text: &[u8], head: Option<Head>) -> Option<String> {
        let begins = (!self.is_begun).then(|| segment_name(self.place.segment));
        self.is_begun = true;
        self.place.bytes += text.len() as u64;
        if let Some(head) = head {
            self.place.head = head;
            self.last = self.place;
            if self.place.bytes >= SEGMENT_LIMIT {
                self.place = Extent { segment: head.record + 1, bytes: 0, ..self.place };
                self.is_begun = false;
            }
        }
        begins
    }

    /// Returns the text of a head file for the end of the last batch.
    pub fn head_text(&self) -> String {
        head_file::render(&self.last)
    }
}

fn segment_name(first: u64) -> String {
    format!("{}/{}", segment::FOLDER, segment::file_name(first))
}

impl Journal {
    /// Returns the journal's files up to its end, in order, each with its length. Later records are not included,
    /// since files only grow.
    fn parts(&self) -> Result<Vec<(u64, u64)>, JournalError> {
        let folder = self.folder();
        let failed = || JournalError::io("read", &folder);
        let mut parts = Vec::new();
        for first in segment::list(&folder).map_err(failed())? {
            let bytes = match first.cmp(&self.extent.segment) {
                std::cmp::Ordering::Less => {
                    std::fs::metadata(folder.join(segment::file_name(first))).map_err(failed())?.len()
                }
                std::cmp::Ordering::Equal => self.extent.bytes,
                std::cmp::Ordering::Greater => continue,
            };
            parts.push((first, bytes));
        }
        Ok(parts)
    }

    /// Visits the text of all lines, several lines at a time with their line breaks, and the head if a batch ends
    /// there, until the visitor returns false.
    ///
    /// # Errors
    /// Damage; [`JournalError::Io`], also for an error of the visitor.
    pub fn each_run(&self, visit: VisitText<'_>) -> Result<(), JournalError> {
        let mut chain = Chain::from_segment(1);
        for (first, bytes) in self.parts()? {
            let name = segment_name(first);
            let path = self.ledger.join(&name);
            let failed = || JournalError::io("read", &path);
            let file = plain::open(&path).map_err(failed())?;
            let input = io::BufReader::with_capacity(256 << 10, file.take(bytes));
            let mut runs = RunReader::new(input);
            while let Some(run) = next_run(&name, &mut runs, &mut chain).map_err(failed())? {
                let run = run.map_err(JournalError::Damaged)?;
                if !visit(run.text(), chain.head()).map_err(JournalError::io("copy", &path))? {
                    return Ok(());
                }
            }
        }
        if chain.head() == Some(self.head()) {
            return Ok(());
        }
        let Extent { segment, bytes, .. } = self.extent;
        let kind = DamageKind::HeadDisagrees;
        Err(JournalError::Damaged(Damage::in_segment(segment, 1, bytes, chain.next_record(), kind)))
    }
}

/// Returns whether [`Files::follow`] may give this name.
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
    files: Files,
    /// The path of the file that is being written, and the file once it is there.
    path: PathBuf,
    file: Option<OpenFile>,
    /// Lines received that are not in the file yet.
    waiting: Vec<u8>,
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
            files: Files::default(),
            path: PathBuf::new(),
            file: None,
            waiting: Vec::new(),
        })
    }

    /// Receives lines up to the end of the input, which is called `name` in errors.
    pub fn take(&mut self, name: &str, input: &mut dyn BufRead) -> Result<(), JournalError> {
        let mut runs = RunReader::new(input);
        loop {
            let run = next_run(name, &mut runs, &mut self.chain);
            let Some(run) = run.map_err(JournalError::io("read", Path::new(name)))? else { return Ok(()) };
            let run = run.map_err(JournalError::Damaged)?;
            if let Some(name) = self.files.follow(run.text(), self.chain.head()) {
                self.end_file()?;
                self.path = self.ledger.join(name);
            }
            self.waiting.extend_from_slice(run.text());
            if self.waiting.len() >= WRITTEN_AT_ONCE {
                self.write()?;
            }
        }
    }

    /// Writes the waiting lines to the file, creating it if necessary.
    fn write(&mut self) -> Result<(), JournalError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let failed = || JournalError::io("write to", &self.path);
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.disk.create_new(&self.path).map_err(failed())?),
        };
        self.disk.write(file, &self.waiting).map_err(failed())?;
        self.waiting.clear();
        Ok(())
    }

    fn end_file(&mut self) -> Result<(), JournalError> {
        self.write()?;
        if let Some(file) = self.file.take() {
            self.disk.sync(&file).map_err(JournalError::io("write to", &self.path))?;
        }
        Ok(())
    }

    /// Completes the journal. All of it is on the disk when this returns.
    ///
    /// # Errors
    /// [`JournalError::NotABatchEnd`] when the lines do not end with a whole batch; [`JournalError::Io`].
    pub fn finish(mut self) -> Result<Head, JournalError> {
        self.end_file()?;
        let extent = self.files.last;
        if extent.head.record == 0 || self.chain.head() != Some(extent.head) {
            return Err(JournalError::NotABatchEnd { record: self.chain.next_record().saturating_sub(1) });
        }
        let folder = self.ledger.join(segment::FOLDER);
        self.disk.sync_folder(&folder).map_err(JournalError::io("write to", &folder))?;
        head_file::replace(&self.disk, &self.ledger, &extent)?;
        Ok(extent.head)
    }
}
