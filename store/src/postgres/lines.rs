//! The journal in its table: one row a line, read in pages.

use std::io::{self, BufRead, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};

use almoner_ledger::events::Event;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use postgres::types::Type;

use super::session::{Failure, Session};
use crate::journal::{Damage, JournalError, LineKind, StreamedLines, StreamedRuns, kind_of_line};
use crate::{Commit, Health, Lines, Logged, StoreError, Visit, VisitText, journal_error, next_commit};

/// Number of lines that are read at once.
const PAGE: i64 = 1024;
/// How the journal is called in descriptions of damage.
pub(super) const NAME: &str = "journal";
/// Number of bytes that are written at once.
const WRITTEN_AT_ONCE: usize = 4 << 20;

/// The end of the journal: its head, and the number of its last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) head: Head,
    pub(super) line: u64,
}

/// Locks what a panic elsewhere cannot have left half done.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what was locked, which nobody else uses any more.
pub(super) fn unlocked<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Returns a number as the database has it. No ledger comes near to the limit.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn hash_of(text: &str) -> Result<Hash, StoreError> {
    let unreadable = |_| StoreError::Unavailable(format!("the database has `{text}` in the place of a hash"));
    text.parse().map_err(unreadable)
}

/// The journal as a connection sees it, up to an end.
#[derive(Debug)]
pub(super) struct JournalTable<'s> {
    pub(super) session: &'s Mutex<Session>,
    pub(super) end: End,
}

/// Where lines are read from: after a line that closes records.
struct Start {
    line: u64,
    record: u64,
    hash: Hash,
}

impl JournalTable<'_> {
    /// Returns the last line that closes records before a record.
    fn before(&self, record: u64) -> Result<Start, Failure> {
        let rows = match record {
            0 | 1 => Vec::new(),
            record => locked(self.session).query(
                "SELECT line, last, hash FROM @.journal WHERE kind <> 'record' AND last < $1 AND line <= $2
                 ORDER BY last DESC LIMIT 1",
                &[(&number(record), Type::INT8), (&number(self.end.line), Type::INT8)],
            )?,
        };
        let Some(row) = rows.first() else { return Ok(Start { line: 0, record: 0, hash: Hash::ZERO }) };
        let hash = hash_of(row.try_get(2)?)?;
        Ok(Start { line: unsigned(row.try_get(0)?), record: unsigned(row.try_get(1)?), hash })
    }

    /// Reads the text of all lines.
    pub(super) fn pages(&self) -> Pages<'_> {
        self.pages_after(0)
    }

    fn pages_after(&self, line: u64) -> Pages<'_> {
        Pages { session: self.session, after: line, last: self.end.line, read: Vec::new(), used: 0 }
    }

    fn runs(&self, start: &Start) -> StreamedRuns<Pages<'_>> {
        StreamedRuns::after(NAME, (start.record, start.hash), self.pages_after(start.line))
    }

    /// Returns what went wrong with reading from a line on, with the place of damage from the beginning of the journal.
    fn error(&self, start: &Start, error: JournalError) -> StoreError {
        let JournalError::Damaged(damage) = error else { return journal_error(error) };
        let before = locked(self.session).query(
            "SELECT coalesce(sum(octet_length(text) + 1), 0)::bigint FROM @.journal WHERE line <= $1",
            &[(&number(start.line), Type::INT8)],
        );
        let before = before.ok().and_then(|rows| rows.first()?.try_get(0).ok()).map_or(0, unsigned);
        let (line, offset) = (damage.line + start.line, damage.offset + before);
        StoreError::Damaged(Damage { line, offset, ..damage })
    }

    /// Returns the end of the batch that a record belongs to, of which only the last run is read.
    pub(super) fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError> {
        let rows = locked(self.session).query(
            "SELECT last FROM @.journal WHERE kind = 'commit' AND last >= $1 AND line <= $2 ORDER BY last LIMIT 1",
            &[(&number(record), Type::INT8), (&number(self.end.line), Type::INT8)],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        next_commit(self, unsigned(row.try_get(0).map_err(Failure::from)?))
    }
}

impl Lines for JournalTable<'_> {
    fn health(&self) -> Health {
        Health { head: self.end.head, damage: None }
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        if from > self.end.head.record {
            return Ok(());
        }
        let start = self.before(from)?;
        for line in StreamedLines::<Event, _>::of(self.runs(&start), from, self.end.head) {
            if !visit(Logged::from(line.map_err(|error| self.error(&start, error))?))? {
                break;
            }
        }
        Ok(())
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        let start = Start { line: 0, record: 0, hash: Hash::ZERO };
        let mut runs = self.runs(&start);
        while let Some((text, head)) = runs.next_text().map_err(|error| self.error(&start, error))? {
            if !visit(&text, head).map_err(|error| StoreError::Unavailable(error.to_string()))? {
                return Ok(());
            }
        }
        runs.check_end(self.end.head).map_err(|error| self.error(&start, error))
    }
}

/// The text of lines, read page by page.
#[derive(Debug)]
pub(super) struct Pages<'s> {
    session: &'s Mutex<Session>,
    /// The last line that was read, and the last to be read.
    after: u64,
    last: u64,
    read: Vec<u8>,
    used: usize,
}

impl Pages<'_> {
    fn next_page(&mut self) -> Result<(), Failure> {
        self.read.clear();
        self.used = 0;
        if self.after >= self.last {
            return Ok(());
        }
        let rows = locked(self.session).query(
            "SELECT line, text FROM @.journal WHERE line > $1 AND line <= $2 ORDER BY line LIMIT $3",
            &[(&number(self.after), Type::INT8), (&number(self.last), Type::INT8), (&PAGE, Type::INT8)],
        )?;
        self.after = self.last;
        for row in &rows {
            self.after = unsigned(row.try_get(0)?);
            self.read.extend_from_slice(row.try_get::<_, &str>(1)?.as_bytes());
            self.read.push(b'\n');
        }
        Ok(())
    }
}

impl Read for Pages<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Pages<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.read.len() {
            self.next_page().map_err(io::Error::other)?;
        }
        Ok(&self.read[self.used..])
    }

    fn consume(&mut self, length: usize) {
        self.used += length;
    }
}

/// Writes lines after an end, the last of which closes records, and returns the end afterwards.
pub(super) fn insert(session: &mut Session, end: End, text: &[u8]) -> Result<End, Failure> {
    let not_written = || {
        let message = "the data to be written is not in the journal's format".to_owned();
        Failure::Store(StoreError::Unavailable(message))
    };
    let mut rows = Rows::default();
    let (mut line, mut record, mut first, mut hash) =
        (end.line, end.head.record, end.head.record + 1, end.head.hash);
    for bytes in text.split_inclusive(|byte| *byte == b'\n') {
        let bytes = bytes.strip_suffix(b"\n").ok_or_else(not_written)?;
        let words = std::str::from_utf8(bytes).map_err(|_| not_written())?;
        line += 1;
        let kind = kind_of_line(bytes).ok_or_else(not_written)?;
        rows.lines.push(number(line));
        rows.texts.push(words);
        match kind {
            LineKind::Record => {
                record += 1;
                rows.add(record, record, "record", None, None);
            }
            LineKind::Seal { hash: closed } => {
                rows.add(first, record, "seal", Some(closed), None);
                (first, hash) = (record + 1, closed);
            }
            LineKind::Commit { hash: closed, key } => {
                rows.add(first, record, "commit", Some(closed), key.as_deref());
                (first, hash) = (record + 1, closed);
            }
        }
        rows.bytes += bytes.len();
        if rows.bytes >= WRITTEN_AT_ONCE {
            std::mem::take(&mut rows).write(session)?;
        }
    }
    rows.write(session)?;
    Ok(End { head: Head { record, hash }, line })
}

/// Rows that are written at once.
#[derive(Default)]
struct Rows<'t> {
    lines: Vec<i64>,
    firsts: Vec<i64>,
    lasts: Vec<i64>,
    kinds: Vec<&'static str>,
    texts: Vec<&'t str>,
    hashes: Vec<Option<String>>,
    keys: Vec<Option<String>>,
    bytes: usize,
}

impl Rows<'_> {
    fn add(&mut self, first: u64, last: u64, kind: &'static str, hash: Option<Hash>, key: Option<&str>) {
        self.firsts.push(number(first));
        self.lasts.push(number(last));
        self.kinds.push(kind);
        self.hashes.push(hash.map(|hash| hash.to_string()));
        self.keys.push(key.map(digest_of_key));
    }

    fn write(self, session: &mut Session) -> Result<(), Failure> {
        if self.lines.is_empty() {
            return Ok(());
        }
        session.execute(
            "INSERT INTO @.journal (line, first, last, kind, text, hash, key)
             SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)",
            &[
                (&self.lines, Type::INT8_ARRAY),
                (&self.firsts, Type::INT8_ARRAY),
                (&self.lasts, Type::INT8_ARRAY),
                (&self.kinds, Type::TEXT_ARRAY),
                (&self.texts, Type::TEXT_ARRAY),
                (&self.hashes, Type::TEXT_ARRAY),
                (&self.keys, Type::TEXT_ARRAY),
            ],
        )?;
        Ok(())
    }
}

/// Returns what the table has of a key: a digest, since a key may be of any length and characters.
pub(super) fn digest_of_key(key: &str) -> String {
    Hash::of(key.as_bytes()).to_string()
}
