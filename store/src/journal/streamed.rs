//! Reading a journal that has no files: its lines come as a stream of text, from the beginning or from after a
//! line that closes records.

use std::collections::VecDeque;
use std::io::BufRead;
use std::sync::Arc;

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::chain::Chain;
use super::line::{Closing, RECORD, read_closing};
use super::run::{CheckedRun, Run, RunReader};
use super::{Damage, DamageKind, JournalError, Line};

/// What a line of a journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// One event.
    Record,
    /// Closes records within a batch.
    Seal { hash: Hash },
    /// Ends a batch, which may have a key.
    Commit { hash: Hash, key: Option<String> },
}

/// Returns what a line is, without its line break; `None` if it is not of the journal's format.
pub(crate) fn kind_of_line(line: &[u8]) -> Option<LineKind> {
    if line.starts_with(RECORD) {
        return Some(LineKind::Record);
    }
    let Closing { commit, hash, .. } = read_closing(line).ok()?;
    Some(match commit {
        Some(commit) => LineKind::Commit { hash, key: commit.key },
        None => LineKind::Seal { hash },
    })
}

/// The text of some lines, the last of which closes them, and the head if a batch ends there.
pub(crate) type ClosedText = (Vec<u8>, Option<Head>);

/// The runs of a stream, each checked with the line that closes it and as the next in the chain.
#[derive(Debug)]
pub(crate) struct StreamedRuns<R> {
    /// What the stream is called in descriptions of damage.
    name: &'static str,
    runs: RunReader<R>,
    chain: Chain,
}

impl<R: BufRead> StreamedRuns<R> {
    /// Reads a stream that begins after this record and the line that closes it, which has this hash.
    pub(crate) fn after(name: &'static str, (record, hash): (u64, Hash), input: R) -> StreamedRuns<R> {
        StreamedRuns { name, runs: RunReader::new(input), chain: Chain::after_run(record, hash) }
    }

    /// Reads the next run, with the events from record `from` on; `None` at the end.
    fn next_run<E: DeserializeOwned>(
        &mut self,
        from: u64,
    ) -> Result<Option<(Run, CheckedRun<E>)>, JournalError> {
        let read = self.runs.next().map_err(JournalError::io("read", self.name.as_ref()))?;
        let Some(mut run) = read else { return Ok(None) };
        let record = self.chain.next_record();
        let opened = run.open(from);
        match self.chain.follow(&opened) {
            Ok(()) => Ok(Some((run, opened))),
            Err(fault) => {
                let damage = opened.place.damage(1, record, fault);
                Err(JournalError::Damaged(Damage { file: self.name.to_owned(), ..damage }))
            }
        }
    }

    /// Reads the text of the next run, and the head if a batch ends there; `None` at the end.
    ///
    /// # Errors
    /// Damage; an error of the stream.
    pub(crate) fn next_text(&mut self) -> Result<Option<ClosedText>, JournalError> {
        let read = self.next_run::<IgnoredAny>(u64::MAX)?;
        Ok(read.map(|(run, _)| (run.text().to_vec(), self.chain.head())))
    }

    /// Refuses a stream that has ended before a head.
    ///
    /// # Errors
    /// [`DamageKind::CutShort`] or [`DamageKind::HeadDisagrees`].
    pub(crate) fn check_end(&self, head: Head) -> Result<(), JournalError> {
        if self.chain.head() == Some(head) || head == Head::EMPTY {
            return Ok(());
        }
        let record = self.chain.next_record();
        let kind = match record <= head.record {
            true => DamageKind::CutShort { acknowledged: head.record },
            false => DamageKind::HeadDisagrees,
        };
        let (line, offset) = (self.runs.next_line(), self.runs.next_offset());
        Err(JournalError::Damaged(Damage { file: self.name.to_owned(), line, offset, record, kind }))
    }
}

/// The lines of a stream, each checked with the line that closes it.
#[derive(Debug)]
pub(crate) struct StreamedLines<E, R> {
    runs: StreamedRuns<R>,
    /// The first record that is wanted.
    from: u64,
    /// The head at which the stream ends.
    head: Head,
    read: VecDeque<Line<E>>,
    /// The fault after what was read.
    fault: Option<JournalError>,
    is_ended: bool,
}

impl<E: DeserializeOwned, R: BufRead> StreamedLines<E, R> {
    /// Reads the records from `from` on, and the ends of their batches, up to a head.
    pub(crate) fn of(runs: StreamedRuns<R>, from: u64, head: Head) -> StreamedLines<E, R> {
        StreamedLines { runs, from, head, read: VecDeque::new(), fault: None, is_ended: false }
    }

    fn read_on(&mut self) -> Result<(), JournalError> {
        let (first, prev) = (self.runs.chain.next_record(), self.runs.chain.hash());
        let Some((_, opened)) = self.runs.next_run::<E>(self.from)? else {
            self.is_ended = true;
            return self.runs.check_end(self.head);
        };
        let CheckedRun { place, contents, .. } = opened;
        let Ok(mut contents) = contents else { return Ok(()) };
        self.fault = contents.fault.take().map(|fault| {
            let damage = place.damage(1, first, fault);
            JournalError::Damaged(Damage { file: self.runs.name.to_owned(), ..damage })
        });
        let stamp: (Arc<str>, Arc<str>) =
            (contents.closing.at.as_str().into(), contents.closing.by.as_str().into());
        let last = contents.closing.number;
        let first = first.max(self.from);
        let has_fault = self.fault.is_some();
        let lines = contents.into_lines(first, prev, &stamp);
        // The end of a batch before the first record that is wanted is not; nor is one after an event that is not known.
        let is_wanted = |line: &Line<E>| matches!(line, Line::Record(_)) || (last >= first && !has_fault);
        self.read.extend(lines.filter(is_wanted));
        Ok(())
    }
}

impl<E: DeserializeOwned, R: BufRead> Iterator for StreamedLines<E, R> {
    type Item = Result<Line<E>, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.read.pop_front() {
                return Some(Ok(line));
            }
            if let Some(fault) = self.fault.take() {
                self.is_ended = true;
                return Some(Err(fault));
            }
            if self.is_ended {
                return None;
            }
            if let Err(error) = self.read_on() {
                self.is_ended = true;
                return Some(Err(error));
            }
        }
    }
}
