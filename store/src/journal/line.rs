//! The format of the journal's lines, for reading and writing.
//!
//! ```text
//! {"n":1,…}                                                                     one event, by the name of its kind
//! {"seal":128,"salt":"…","at":"…","by":"…","prev":"<hash>","hash":"<hash>"}     closes a run of records
//! {"commit":300,"records":300,"batch":"…","key":"…","request":"<hash>","state":{"rules":3,"hash":"<hash>"},
//!     "salt":"…","at":"…","by":"…","prev":"<hash>","hash":"<hash>"}             on one line
//! ```
//!
//! Keys come in exactly this order, without spaces; a batch without a key has none, and only one with a key may have
//! the hash of its request. In format 1 there is neither `request`, `state` nor `salt`. A seal or a commit *closes*
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
use almoner_ledger::totals::PostingState;
use serde::Serialize;

use super::Batch;
use super::salt::Salt;

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
    /// The hash of what was requested with the key: see [`Batch`].
    pub request: Option<Hash>,
    /// What all postings come to after it: see [`Batch`]. Commits of format 1 have none.
    pub state: Option<PostingState>,
    /// Its random bits. Commits of format 1 have none.
    pub salt: Option<Salt>,
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
    /// `None` in format 1.
    pub(super) salt: Option<Salt>,
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
    pub(super) request: Option<Hash>,
    pub(super) state: Option<PostingState>,
}

/// Why a line that should close records cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotClosing {
    #[error("it is neither a record, a seal nor a commit")]
    Other,
    #[error("the digest of its request is not a hash")]
    Request,
    #[error("its statement of the postings is not a rules version and a hash")]
    State,
    #[error("its salt is not 32 hexadecimal digits")]
    Salt,
    #[error("it has a statement of the postings but no salt, or the other way round")]
    Half,
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
pub(super) fn read_closing(line: &[u8]) -> Result<Closing, NotClosing> {
    let (body, hash) = unseal(line).ok_or(NotClosing::Other)?;
    let mut rest = Cursor(std::str::from_utf8(body).map_err(|_| NotClosing::Other)?);
    let (number, commit) = rest.beginning().ok_or(NotClosing::Other)?;
    let commit = commit.map(|commit| rest.rest_of_commit(commit)).transpose()?;
    let salt = match rest.skip(",\"salt\":\"") {
        Some(rest) => Some(rest.digits(Salt::DIGITS).and_then(Salt::from_hex).ok_or(NotClosing::Salt)?),
        None => None,
    };
    if commit.as_ref().is_some_and(|commit| commit.state.is_some() != salt.is_some()) {
        return Err(NotClosing::Half);
    }
    let (at, by, prev) = rest.end().ok_or(NotClosing::Other)?;
    Ok(Closing { number, commit, salt, at, by, prev, hash })
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
        self.digits(Hash::DIGITS)?.parse().ok()
    }

    /// Reads so many characters and the quotation mark after them.
    fn digits(&mut self, count: usize) -> Option<&str> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest.strip_prefix('"')?;
        Some(digits)
    }

    /// Reads up to where seals and commits, and commits of different formats, begin to differ.
    fn beginning(&mut self) -> Option<(u64, Option<BatchEnd>)> {
        if self.skip("{\"seal\":").is_some() {
            return Some((self.number()?, None));
        }
        let number = self.skip("{\"commit\":")?.number()?;
        let records = self.skip(",\"records\":")?.number()?;
        let label = self.skip(",\"batch\":")?.string()?;
        let key = if self.skip(",\"key\":").is_some() { Some(self.string()?) } else { None };
        Some((number, Some(BatchEnd { records, label, key, request: None, state: None })))
    }

    fn rest_of_commit(&mut self, mut commit: BatchEnd) -> Result<BatchEnd, NotClosing> {
        if self.skip(",\"request\":\"").is_some() {
            let request = self.hash().filter(|_| commit.key.is_some());
            commit.request = Some(request.ok_or(NotClosing::Request)?);
        }
        if self.skip(",\"state\":{\"rules\":").is_some() {
            commit.state = Some(self.state().ok_or(NotClosing::State)?);
        }
        Ok(commit)
    }

    fn state(&mut self) -> Option<PostingState> {
        let rules = self.number()?.try_into().ok()?;
        let hash = self.skip(",\"hash\":\"")?.hash()?;
        self.skip("}")?;
        Some(PostingState { rules, hash })
    }

    fn end(&mut self) -> Option<(String, String, Hash)> {
        let at = self.skip(",\"at\":")?.string()?;
        let by = self.skip(",\"by\":")?.string()?;
        let prev = self.skip(",\"prev\":\"")?.hash()?;
        self.0.is_empty().then_some((at, by, prev))
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
    /// Without a salt, the lines are of format 1.
    salt: Option<Salt>,
    /// The part that is the same in every seal and commit: salt, time and user, and the beginning of `prev`.
    stamp: Vec<u8>,
}

impl LineWriter {
    /// Begins after the commit of record `after` with hash `prev`.
    pub(super) fn new(after: u64, prev: Hash, salt: Option<Salt>, at: &str, by: &str) -> LineWriter {
        let salted = salt.map(|salt| format!(",\"salt\":\"{}\"", salt.hex()));
        let mut stamp = salted.unwrap_or_default().into_bytes();
        stamp.extend_from_slice(b",\"at\":");
        json::string(&mut stamp, at);
        stamp.extend_from_slice(b",\"by\":");
        json::string(&mut stamp, by);
        stamp.extend_from_slice(b",\"prev\":\"");
        LineWriter { buffer: Vec::new(), open: 0, records: 0, last: after, prev, salt, stamp }
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
        if self.salt.is_some() {
            if let Some(request) = batch.request.filter(|_| batch.key.is_some()) {
                self.buffer.extend_from_slice(b",\"request\":\"");
                self.buffer.extend_from_slice(&request.hex());
                self.buffer.push(b'"');
            }
            let PostingState { rules, hash } = batch.state;
            self.buffer.extend_from_slice(b",\"state\":{\"rules\":");
            self.number(rules.into());
            self.buffer.extend_from_slice(b",\"hash\":\"");
            self.buffer.extend_from_slice(&hash.hex());
            self.buffer.extend_from_slice(b"\"}");
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
