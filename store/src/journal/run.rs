//! Runs: records and the line that closes them, the smallest part that can be checked by itself.
//!
//! Guarantees that what [`Run::open`] returns was checked byte by byte, except for how it follows the run before:
//! that is checked in [`chain`](super::chain).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::path::Path;
use std::sync::Arc;

use almoner_ledger::events::former;
use almoner_ledger::hash::Hash;
use serde::de::DeserializeOwned;

use super::line::{
    Closing, Commit, LONGEST_LINE, Line, MOST_RECORDS, NotClosing, RECORD, Record, read_closing,
    record_number, unseal,
};
use super::{Damage, DamageKind};
use crate::plain;

/// Lines of a file up to one that is not a record.
#[derive(Debug)]
pub(super) struct Run {
    text: Vec<u8>,
    place: LineSpan,
    end: End,
}

/// The position of lines in a file.
#[derive(Debug, Clone)]
pub(super) struct LineSpan {
    /// The number of the first line, from 1.
    line: u64,
    /// Where the first line begins.
    offset: u64,
    /// Where each line ends with its line break, counted from there.
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With a line that is not a record, and should be a seal or commit.
    Closed,
    /// With the end of the input.
    Cut,
    /// Within a line that is too long.
    TooLong,
    /// With more records than one line may close, and no seal or commit.
    TooMany,
}

/// A fault in a run, with its line counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) kind: DamageKind,
}

/// A run that has been checked by itself.
#[derive(Debug)]
pub(super) struct CheckedRun<E> {
    pub(super) place: LineSpan,
    /// The number of the first record, if it can be read.
    pub(super) first: Option<u64>,
    /// True when the file ended before a seal or commit.
    pub(super) is_cut: bool,
    pub(super) contents: Result<Contents<E>, Fault>,
}

/// The contents of a run.
#[derive(Debug)]
pub(super) struct Contents<E> {
    /// Number of records; at least one.
    pub(super) records: u64,
    /// The events of the last of these records, in order.
    pub(super) events: Vec<E>,
    /// The fault in the event after those, if it could not be read.
    pub(super) fault: Option<Fault>,
    pub(super) closing: Closing,
}

impl<E> Contents<E> {
    /// Returns its lines: those of the records whose events were read, the first of which is `first`, and the commit if
    /// it ends a batch. Time and user are shared by many runs, and so is the hash before, if it is known.
    pub(super) fn into_lines(
        self,
        first: u64,
        prev: Option<Hash>,
        (at, by): &(Arc<str>, Arc<str>),
    ) -> impl Iterator<Item = Line<E>> {
        let Contents { events, closing, .. } = self;
        let (prev, hash) = (prev.unwrap_or(closing.prev), closing.hash);
        let (at, by) = (Arc::clone(at), Arc::clone(by));
        let commit = closing.commit.map(|commit| {
            Line::Commit(Commit {
                number: closing.number,
                records: commit.records,
                label: commit.label,
                key: commit.key,
                request: commit.request,
                state: commit.state,
                salt: closing.salt,
                at: Arc::clone(&at),
                by: Arc::clone(&by),
                prev,
                hash,
            })
        });
        let records = (first..).zip(events).map(move |(number, event)| {
            Line::Record(Record { number, at: Arc::clone(&at), by: Arc::clone(&by), prev, hash, event })
        });
        records.chain(commit)
    }
}

impl LineSpan {
    /// Returns the end of the lines, where the next one begins.
    pub(super) fn end(&self) -> u64 {
        self.offset + self.ends.last().map_or(0, |end| *end as u64)
    }

    /// Returns the damage for a fault here, in a segment, where `record` is the first record expected.
    pub(super) fn damage(&self, segment: u64, record: u64, fault: Fault) -> Damage {
        let before = fault.line.checked_sub(1).and_then(|line| self.ends.get(line));
        let offset = self.offset + before.map_or(0, |end| *end as u64);
        let line = self.line + fault.line as u64;
        Damage::in_segment(segment, line, offset, record + fault.line as u64, fault.kind)
    }
}

impl Run {
    /// Iterates over the lines: each without its line break, whether it had one, and where the next begins.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&[u8], bool, u64)> {
        let mut start = 0;
        self.place.ends.iter().map(move |end| {
            let line = &self.text[std::mem::replace(&mut start, *end)..*end];
            let (line, ended) = line.strip_suffix(b"\n").map_or((line, false), |line| (line, true));
            (line, ended, self.place.offset + *end as u64)
        })
    }

    /// Returns all the text.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Returns whether the text matches the hash at its end.
    pub(super) fn is_intact(&self) -> bool {
        let lines = self.text.strip_suffix(b"\n").and_then(unseal);
        self.end == End::Closed && lines.is_some_and(|(body, hash)| Hash::of(body) == hash)
    }

    /// Checks the run, and parses the events of the records from number `from` on.
    pub(super) fn open<E: DeserializeOwned>(&mut self, from: u64) -> CheckedRun<E> {
        let place = self.place.clone();
        let first = self.lines().next().and_then(|(line, ..)| record_number(line)).map(|(number, _)| number);
        CheckedRun { place, first, is_cut: self.end == End::Cut, contents: self.contents(from) }
    }

    fn contents<E: DeserializeOwned>(&mut self, from: u64) -> Result<Contents<E>, Fault> {
        let last = self.place.ends.len().saturating_sub(1);
        let fault = |line, reason: &str| Fault { line, kind: DamageKind::unreadable(reason) };
        match self.end {
            End::Closed => {}
            End::TooLong => return Err(fault(last, "it is too long")),
            End::TooMany => return Err(fault(last, "there are too many records without a seal")),
            End::Cut if self.text.ends_with(b"\n") => {
                return Err(fault(last, "no seal or commit follows it, so it does not end a batch"));
            }
            End::Cut => return Err(fault(last, "it does not end with a line break")),
        }
        let lines = self.text.strip_suffix(b"\n").unwrap_or(&self.text);
        let (body, hash) = unseal(lines).ok_or_else(|| fault(last, "it does not end with its hash"))?;
        let is_altered = Hash::of(body) != hash;
        let mut numbers = Vec::with_capacity(last);
        for (line, (text, ..)) in self.lines().take(last).enumerate() {
            let (number, comma) = record_number(text).ok_or_else(|| fault(line, "it has no number"))?;
            if numbers.last().is_some_and(|(before, _)| number != before + 1) {
                return Err(Fault { line, kind: DamageKind::OutOfSequence { found: number } });
            }
            numbers.push((number, comma));
        }
        let closing = self.lines().nth(last).map(|(line, ..)| read_closing(line));
        let ends_with = numbers.last().map(|(number, _)| *number);
        if is_altered {
            return Err(match closing {
                // If the closing line fits the records, the lines are in place and one of them was altered.
                Some(Ok(Closing { number, .. })) if ends_with != Some(number) => {
                    Fault { line: last, kind: DamageKind::OutOfSequence { found: number } }
                }
                _ => Fault { line: 0, kind: DamageKind::Altered { records: last as u64 } },
            });
        }
        let closing = closing.unwrap_or(Err(NotClosing::Other));
        let closing = closing.map_err(|error| fault(last, &error.to_string()))?;
        if numbers.is_empty() {
            return Err(fault(last, "it closes no records"));
        }
        if let Some(control) = self.lines().position(|(line, ..)| line.iter().any(|byte| *byte < b' ')) {
            return Err(fault(control, "it contains control characters"));
        }
        if std::str::from_utf8(&self.text).is_err() {
            let line = self.lines().position(|(line, ..)| std::str::from_utf8(line).is_err());
            return Err(fault(line.unwrap_or(0), "it is not UTF-8 text"));
        }
        let (events, fault) = self.events(&numbers, from, closing.salt.is_none());
        Ok(Contents { records: numbers.len() as u64, events, fault, closing })
    }

    fn events<E: DeserializeOwned>(
        &mut self,
        numbers: &[(u64, usize)],
        from: u64,
        is_former: bool,
    ) -> (Vec<E>, Option<Fault>) {
        let mut events = Vec::with_capacity(numbers.len());
        let mut start = 0;
        for (line, ((number, comma), end)) in numbers.iter().zip(&self.place.ends).enumerate() {
            let begin = std::mem::replace(&mut start, *end) + comma;
            if *number < from {
                continue;
            }
            // The event's object is the rest of the line, without its opening brace.
            self.text[begin] = b'{';
            let text = &self.text[begin..end - 1];
            let event = match is_former {
                true => serde_json::from_slice(&former::in_present_words(text)),
                false => serde_json::from_slice(text),
            };
            self.text[begin] = b',';
            match event {
                Ok(event) => events.push(event),
                Err(error) => {
                    let kind = if error.is_data() {
                        DamageKind::not_understood(error.to_string())
                    } else {
                        DamageKind::unreadable(format!("its event is not JSON: {error}"))
                    };
                    return (events, Some(Fault { line, kind }));
                }
            }
        }
        (events, None)
    }
}

/// Reads runs from a stream of lines, in bounded memory.
#[derive(Debug)]
pub(super) struct RunReader<R> {
    input: R,
    next_line: u64,
    next_offset: u64,
}

impl RunReader<BufReader<Take<File>>> {
    /// Reads `path` from byte `from`, where a run must begin, to byte `to` or the end of the file. Lines are
    /// counted from 1 at `from`.
    pub(super) fn open(path: &Path, from: u64, to: u64) -> io::Result<Self> {
        let mut file = plain::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let input = BufReader::with_capacity(256 << 10, file.take(to.saturating_sub(from)));
        Ok(RunReader { input, next_line: 1, next_offset: from })
    }
}

impl<R: BufRead> RunReader<R> {
    pub(super) fn new(input: R) -> RunReader<R> {
        RunReader { input, next_line: 1, next_offset: 0 }
    }

    /// Reads the next run; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Run>> {
        let place = LineSpan { line: self.next_line, offset: self.next_offset, ends: Vec::new() };
        let mut run = Run { text: Vec::new(), place, end: End::Cut };
        loop {
            let start = run.text.len();
            let length = (&mut self.input).take(LONGEST_LINE as u64).read_until(b'\n', &mut run.text)?;
            if length == 0 {
                break;
            }
            run.place.ends.push(run.text.len());
            let line = &run.text[start..];
            run.end = match line.last() {
                Some(b'\n') if !line.starts_with(RECORD) => End::Closed,
                Some(b'\n') if run.place.ends.len() > MOST_RECORDS => End::TooMany,
                Some(b'\n') => continue,
                _ if length >= LONGEST_LINE => End::TooLong,
                _ => End::Cut,
            };
            break;
        }
        self.next_line += run.place.ends.len() as u64;
        self.next_offset += run.text.len() as u64;
        Ok((!run.text.is_empty()).then_some(run))
    }

    /// Returns where the next run begins: the number of bytes read.
    pub(super) fn next_offset(&self) -> u64 {
        self.next_offset
    }

    /// Returns the number of the next line.
    pub(super) fn next_line(&self) -> u64 {
        self.next_line
    }
}
