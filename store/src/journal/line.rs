//! The format of the journal's lines, for reading and writing.
//!
//! ```text
//! {"n":1,…}                                                                     one event, by the name of its kind
//! {"seal":128,"at":"…","by":"…","prev":"<hash>","hash":"<hash>"}                closes a run of records
//! {"commit":300,"records":300,"batch":"…","key":"…","at":"…","by":"…","prev":"<hash>","hash":"<hash>"}
//! ```
//!
//! Keys come in exactly this order, without spaces; a batch without a key has none. A seal or a commit *closes*
//! the records since the one before it. `hash` is the SHA-256 of all bytes from the end of that line up to
//! `,"hash":"`; `prev` is that line's hash. So lines 4 to 9, if the last is a commit, can be checked without
//! this program:
//!
//! ```text
//! sed -n 4,9p 000000000001.jsonl | head -c -76 | sha256sum
//! ```
//!
//! Events are opaque here. The order of lines is checked in [`chain`](super::chain).

use std::sync::Arc;

use almoner_ledger::hash::Hash;
use almoner_ledger::json;
use serde::Serialize;

use super::Batch;

/// Maximum length of a line with its line break, far beyond any genuine event.
pub(super) const LONGEST_LINE: usize = 16 << 20;

const BEFORE_HASH: &[u8] = b",\"hash\":\"";
const AFTER_HASH: &[u8] = b"\"}";

/// The beginning of a record's line.
pub(super) const RECORD: &[u8] = b"{\"n\":";

/// Maximum number of records that one line closes.
pub(super) const MOST_RECORDS: usize = 128;

/// Length in bytes from which records are closed even if they are fewer.
const MOST_BYTES: usize = 256 << 10;

/// A line of the journal, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<E> {
    /// A record with its event.
    Record(Record<E>),
    /// The end of a batch: the records since the commit before it count from here on.
    Commit(Commit),
}

/// A record of the journal: one event, with user and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<E> {
    /// Counted from 1, without gaps.
    pub number: u64,
    /// The time of recording, as given to `append`.
    pub at: Arc<str>,
    /// The user who recorded it, as given to `append`.
    pub by: Arc<str>,
    /// The hash of the seal or commit before it.
    pub prev: Hash,
    /// The hash of the seal or commit that covers it.
    pub hash: Hash,
    /// The event that was recorded.
    pub event: E,
}

/// The end of a batch of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The number of the batch's last record.
    pub number: u64,
    /// Number of records in the batch; at least one.
    pub records: u64,
    /// The label of the batch: see [`Batch`].
    pub label: String,
    /// The idempotency key of the batch: see [`Batch`].
    pub key: Option<String>,
    /// The time of recording.
    pub at: Arc<str>,
    /// The user who recorded it.
    pub by: Arc<str>,
    /// The hash of the seal or commit before it.
    pub prev: Hash,
    /// The hash of this line: the journal's head once it is written.
    pub hash: Hash,
}

/// The content of a line that closes a run of records, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closing {
    /// The number of the last record.
    pub(super) number: u64,
    /// The end of a batch, if the line is a commit.
    pub(super) commit: Option<BatchEnd>,
    pub(super) at: String,
    pub(super) by: String,
    pub(super) prev: Hash,
    pub(super) hash: Hash,
}

/// The description of a batch in its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BatchEnd {
    pub(super) records: u64,
    pub(super) label: String,
    pub(super) key: Option<String>,
}

/// Returns the end of a line with this hash, with its line break.
pub(super) fn ending(hash: Hash) -> Vec<u8> {
    [BEFORE_HASH, &hash.hex(), AFTER_HASH, b"\n"].concat()
}

/// Splits a run, without its last line break, into the text that is hashed and the hash at its end. `None` if it
/// does not end with a hash.
pub(super) fn unseal(lines: &[u8]) -> Option<(&[u8], Hash)> {
    let rest = lines.strip_suffix(AFTER_HASH)?;
    let (rest, digits) = rest.split_last_chunk::<{ Hash::DIGITS }>()?;
    Some((rest.strip_suffix(BEFORE_HASH)?, Hash::from_hex(digits)?))
}

/// Returns the number of a record's line and the position of the comma before its event. `None` if the line is not
/// a record.
pub(super) fn record_number(line: &[u8]) -> Option<(u64, usize)> {
    let rest = line.strip_prefix(RECORD)?;
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = plain_number(&rest[..digits])?;
    (rest.get(digits) == Some(&b',')).then_some((number, RECORD.len() + digits))
}

/// Reads a seal or commit without its line break. Its hash is not checked.
pub(super) fn read_closing(line: &[u8]) -> Option<Closing> {
    let (body, hash) = unseal(line)?;
    let mut rest = Cursor(std::str::from_utf8(body).ok()?);
    let (number, commit) = if rest.skip("{\"seal\":").is_some() {
        (rest.number()?, None)
    } else {
        let number = rest.skip("{\"commit\":")?.number()?;
        let records = rest.skip(",\"records\":")?.number()?;
        let label = rest.skip(",\"batch\":")?.string()?;
        let key = if rest.skip(",\"key\":").is_some() { Some(rest.string()?) } else { None };
        (number, Some(BatchEnd { records, label, key }))
    };
    let at = rest.skip(",\"at\":")?.string()?;
    let by = rest.skip(",\"by\":")?.string()?;
    let prev = rest.skip(",\"prev\":\"")?.hash()?;
    rest.skip("\"")?;
    rest.0.is_empty().then_some(Closing { number, commit, at, by, prev, hash })
}

/// Parses digits without a leading zero.
fn plain_number(digits: &[u8]) -> Option<u64> {
    if digits.len() > 1 && digits.first() == Some(&b'0') {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Reads the parts of a line from left to right. `None` when the next part is not the one expected.
struct Cursor<'l>(&'l str);

impl Cursor<'_> {
    fn skip(&mut self, text: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(text)?;
        Some(self)
    }

    fn number(&mut self) -> Option<u64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        plain_number(digits.as_bytes())
    }

    fn hash(&mut self) -> Option<Hash> {
        let (digits, rest) = self.0.split_at_checked(Hash::DIGITS)?;
        self.0 = rest;
        digits.parse().ok()
    }

    /// Reads a JSON string with its quotes and escapes.
    fn string(&mut self) -> Option<String> {
        let mut strings = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let string = strings.next()?.ok()?;
        self.0 = self.0.get(strings.byte_offset()..)?;
        Some(string)
    }
}

/// Writes the lines of one batch to a buffer that the caller empties from time to time.
#[derive(Debug)]
pub(super) struct LineWriter {
    buffer: Vec<u8>,
    /// Where the records that are not closed yet begin.
    open: usize,
    /// Number of those records.
    records: usize,
    /// The number of the last record.
    last: u64,
    prev: Hash,
    /// The part that is the same in every seal and commit: time and user, and the beginning of `prev`.
    stamp: Vec<u8>,
}

impl LineWriter {
    /// Begins after the commit of record `after` with hash `prev`.
    pub(super) fn new(after: u64, prev: Hash, at: &str, by: &str) -> LineWriter {
        let mut stamp = b",\"at\":".to_vec();
        json::string(&mut stamp, at);
        stamp.extend_from_slice(b",\"by\":");
        json::string(&mut stamp, by);
        stamp.extend_from_slice(b",\"prev\":\"");
        LineWriter { buffer: Vec::new(), open: 0, records: 0, last: after, prev, stamp }
    }

    /// Returns the lines that were closed since the last [`LineWriter::forget_closed`].
    pub(super) fn closed(&self) -> &[u8] {
        &self.buffer[..self.open]
    }

    /// Removes the closed lines, which are in the file now, from the buffer.
    pub(super) fn forget_closed(&mut self) {
        self.buffer.drain(..self.open);
        self.open = 0;
    }

    /// Returns the hash of the last seal or commit.
    pub(super) fn hash(&self) -> Hash {
        self.prev
    }

    /// Adds the next record. After an error the buffer ends within a line, and must not be written.
    pub(super) fn record<E: Serialize>(&mut self, event: &E) -> Result<(), String> {
        if self.records == MOST_RECORDS || self.buffer.len() - self.open >= MOST_BYTES {
            self.buffer.extend_from_slice(b"{\"seal\":");
            self.number(self.last);
            self.close();
        }
        let start = self.buffer.len();
        self.buffer.extend_from_slice(RECORD);
        self.number(self.last + 1);
        // The event's object continues the record's.
        let brace = self.buffer.len();
        json::write_event(&mut self.buffer, event).map_err(|error| error.to_string())?;
        match self.buffer.get_mut(brace..) {
            Some([brace @ b'{', b'"', ..]) => *brace = b',',
            _ => return Err("it is not a JSON object with a name".to_owned()),
        }
        self.buffer.push(b'\n');
        if self.buffer.len() - start > LONGEST_LINE {
            return Err(format!("it is longer than {} MiB", LONGEST_LINE >> 20));
        }
        self.records += 1;
        self.last += 1;
        Ok(())
    }

    /// Adds the commit of a batch with this number of records.
    pub(super) fn commit(&mut self, records: u64, batch: &Batch<'_>) {
        self.buffer.extend_from_slice(b"{\"commit\":");
        self.number(self.last);
        self.buffer.extend_from_slice(b",\"records\":");
        self.number(records);
        self.buffer.extend_from_slice(b",\"batch\":");
        json::string(&mut self.buffer, batch.label);
        if let Some(key) = batch.key {
            self.buffer.extend_from_slice(b",\"key\":");
            json::string(&mut self.buffer, key);
        }
        self.close();
    }

    fn number(&mut self, number: u64) {
        self.buffer.extend_from_slice(number.to_string().as_bytes());
    }

    /// Completes a seal or commit with its hash.
    fn close(&mut self) {
        self.buffer.extend_from_slice(&self.stamp);
        self.buffer.extend_from_slice(&self.prev.hex());
        self.buffer.push(b'"');
        self.prev = Hash::of(&self.buffer[self.open..]);
        self.buffer.extend_from_slice(&ending(self.prev));
        self.open = self.buffer.len();
        self.records = 0;
    }
}
