//! The format of the journal's lines, both ways.
//!
//! ```text
//! {"n":1,"at":"…","by":"…","prev":"<hash>","event":…,"hash":"<hash>"}
//! {"commit":3,"records":3,"batch":"…","key":null,"at":"…","by":"…","prev":"<hash>","hash":"<hash>"}
//! ```
//!
//! Keys come in exactly this order, without spaces. `hash` is the SHA-256 of the bytes before `,"hash":"`;
//! `prev` is the hash of the line before. So line 7 can be checked without this program:
//!
//! ```text
//! sed -n '7s/,"hash":"[0-9a-f]*"}$//p' 000000000001.jsonl | tr -d '\n' | sha256sum
//! ```
//!
//! Guarantees that a line is accepted only if every byte of it is as it was written. Does not know what is
//! in an event, nor how lines follow each other: that is [`chain`](super::chain).

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::segment::LONGEST_LINE;
use super::{Batch, DamageKind};
use crate::hash::Hash;

const BEFORE_HASH: &[u8] = b",\"hash\":\"";
const AFTER_HASH: &[u8] = b"\"}";

/// A line of the journal, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<E> {
    /// One event.
    Record(Record<E>),
    /// The end of a batch: the records since the commit before it count from here on.
    Commit(Commit),
}

/// One event of the journal, with who recorded it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<E> {
    /// Counted from 1, without gaps.
    pub number: u64,
    /// When it was recorded, as the caller of `append` gave it.
    pub at: String,
    /// Who recorded it, as the caller of `append` gave it.
    pub by: String,
    /// The hash of the line before.
    pub prev: Hash,
    /// The hash of this line.
    pub hash: Hash,
    /// What was recorded.
    pub event: E,
}

/// The end of a batch of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The number of the batch's last record.
    pub number: u64,
    /// How many records the batch has; at least one.
    pub records: u64,
    /// What the batch was called: see [`Batch`].
    pub label: String,
    /// Its idempotency key: see [`Batch`].
    pub key: Option<String>,
    /// When it was recorded.
    pub at: String,
    /// Who recorded it.
    pub by: String,
    /// The hash of the line before, the batch's last record.
    pub prev: Hash,
    /// The hash of this line: the journal's head once it is written.
    pub hash: Hash,
}

impl<'l> Line<&'l str> {
    /// Reads a line, without its line break, leaving the event as the JSON text it is.
    pub(super) fn read(bytes: &'l [u8]) -> Result<Line<&'l str>, DamageKind> {
        let (body, hash) = unseal(bytes)?;
        let body = std::str::from_utf8(body).map_err(|_| DamageKind::unreadable("it is not UTF-8 text"))?;
        if has_control_characters(body.as_bytes()) {
            return Err(DamageKind::unreadable("it contains control characters"));
        }
        read_body(body, hash).ok_or_else(|| DamageKind::unreadable("it is neither a record nor a commit"))
    }

    /// Reads the event.
    pub(super) fn with_event<E: DeserializeOwned>(self) -> Result<Line<E>, DamageKind> {
        match self {
            Line::Commit(commit) => Ok(Line::Commit(commit)),
            Line::Record(Record { number, at, by, prev, hash, event }) => match serde_json::from_str(event) {
                Ok(event) => Ok(Line::Record(Record { number, at, by, prev, hash, event })),
                Err(error) if error.is_data() => {
                    Err(DamageKind::EventNotUnderstood { reason: error.to_string() })
                }
                Err(error) => Err(DamageKind::unreadable(format!("its event is not JSON: {error}"))),
            },
        }
    }
}

/// Takes a line apart into the text that is hashed and the hash, which must agree.
fn unseal(bytes: &[u8]) -> Result<(&[u8], Hash), DamageKind> {
    let no_hash = || DamageKind::unreadable("it does not end with its hash");
    let rest = bytes.strip_suffix(AFTER_HASH).ok_or_else(no_hash)?;
    let (rest, digits) = rest.split_last_chunk::<{ Hash::DIGITS }>().ok_or_else(no_hash)?;
    let body = rest.strip_suffix(BEFORE_HASH).ok_or_else(no_hash)?;
    let hash = Hash::from_hex(digits).ok_or_else(no_hash)?;
    if Hash::of(body) == hash { Ok((body, hash)) } else { Err(DamageKind::Altered) }
}

/// Whether the line, without its line break, passes its own hash.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    unseal(bytes).is_ok()
}

/// The end of a line with this hash, its line break included.
pub(super) fn ending(hash: Hash) -> Vec<u8> {
    [BEFORE_HASH, &hash.hex(), AFTER_HASH, b"\n"].concat()
}

fn read_body(body: &str, hash: Hash) -> Option<Line<&str>> {
    let mut rest = Cursor(body);
    if rest.skip("{\"n\":").is_some() {
        let number = rest.number()?;
        let at = rest.skip(",\"at\":")?.string()?;
        let by = rest.skip(",\"by\":")?.string()?;
        let prev = rest.skip(",\"prev\":\"")?.hash()?;
        let event = rest.skip("\",\"event\":")?.0;
        return Some(Line::Record(Record { number, at, by, prev, hash, event }));
    }
    let number = rest.skip("{\"commit\":")?.number()?;
    let records = rest.skip(",\"records\":")?.number()?;
    let label = rest.skip(",\"batch\":")?.string()?;
    rest.skip(",\"key\":")?;
    let key = if rest.skip("null").is_some() { None } else { Some(rest.string()?) };
    let at = rest.skip(",\"at\":")?.string()?;
    let by = rest.skip(",\"by\":")?.string()?;
    let prev = rest.skip(",\"prev\":\"")?.hash()?;
    rest.skip("\"")?;
    rest.0.is_empty().then_some(Line::Commit(Commit { number, records, label, key, at, by, prev, hash }))
}

/// Reads the parts of a line from left to right. `None` when the next part is another than asked for.
struct Cursor<'l>(&'l str);

impl Cursor<'_> {
    fn skip(&mut self, text: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(text)?;
        Some(self)
    }

    /// Digits without a leading nought.
    fn number(&mut self) -> Option<u64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at(end);
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }

    fn hash(&mut self) -> Option<Hash> {
        let (digits, rest) = self.0.split_at_checked(Hash::DIGITS)?;
        self.0 = rest;
        digits.parse().ok()
    }

    /// A string in JSON's quotes and escapes.
    fn string(&mut self) -> Option<String> {
        let mut strings = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let string = strings.next()?.ok()?;
        self.0 = self.0.get(strings.byte_offset()..)?;
        Some(string)
    }
}

fn has_control_characters(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte < b' ')
}

/// Writes the lines of one batch into a buffer that its owner empties from time to time.
#[derive(Debug)]
pub(super) struct LineWriter {
    buffer: Vec<u8>,
    prev: Hash,
    /// The part that is the same in every line of a batch: time, user, and the beginning of `prev`.
    stamp: Vec<u8>,
}

impl LineWriter {
    /// Lines that follow the line with hash `prev`.
    pub(super) fn new(prev: Hash, at: &str, by: &str) -> Result<LineWriter, serde_json::Error> {
        let mut stamp = b",\"at\":".to_vec();
        serde_json::to_writer(&mut stamp, at)?;
        stamp.extend_from_slice(b",\"by\":");
        serde_json::to_writer(&mut stamp, by)?;
        stamp.extend_from_slice(b",\"prev\":\"");
        Ok(LineWriter { buffer: Vec::new(), prev, stamp })
    }

    /// The lines written since the buffer was last cleared.
    pub(super) fn buffer(&self) -> &[u8] {
        &self.buffer
    }

    /// Forgets the buffered lines, which are in the file now.
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
    }

    /// The hash of the last line.
    pub(super) fn hash(&self) -> Hash {
        self.prev
    }

    /// Adds a record. On an error the buffer ends with a part of a line, and must not be written.
    pub(super) fn record<E: Serialize>(&mut self, number: u64, event: &E) -> Result<(), String> {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(b"{\"n\":");
        self.json(&number)?;
        self.stamp_and_prev();
        self.buffer.extend_from_slice(b",\"event\":");
        let event_start = self.buffer.len();
        self.json(event)?;
        // A type may write its own JSON, with line breaks in it, which would not be a line any more.
        if has_control_characters(&self.buffer[event_start..]) {
            return Err("its JSON is not compact".to_owned());
        }
        self.seal(start)
    }

    /// Adds the commit of a batch of `records` records, of which `number` is the last.
    pub(super) fn commit(&mut self, number: u64, records: u64, batch: &Batch<'_>) -> Result<(), String> {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(b"{\"commit\":");
        self.json(&number)?;
        self.buffer.extend_from_slice(b",\"records\":");
        self.json(&records)?;
        self.buffer.extend_from_slice(b",\"batch\":");
        self.json(&batch.label)?;
        self.buffer.extend_from_slice(b",\"key\":");
        self.json(&batch.key)?;
        self.stamp_and_prev();
        self.seal(start)
    }

    fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), String> {
        serde_json::to_writer(&mut self.buffer, value).map_err(|error| error.to_string())
    }

    fn stamp_and_prev(&mut self) {
        self.buffer.extend_from_slice(&self.stamp);
        self.buffer.extend_from_slice(&self.prev.hex());
        self.buffer.push(b'"');
    }

    /// Hashes the line that begins at `start` and ends it.
    fn seal(&mut self, start: usize) -> Result<(), String> {
        let hash = Hash::of(&self.buffer[start..]);
        self.buffer.extend_from_slice(BEFORE_HASH);
        self.buffer.extend_from_slice(&hash.hex());
        self.buffer.extend_from_slice(AFTER_HASH);
        self.buffer.push(b'\n');
        if self.buffer.len() - start > LONGEST_LINE {
            return Err(format!("it is longer than {} MiB", LONGEST_LINE >> 20));
        }
        self.prev = hash;
        Ok(())
    }
}
