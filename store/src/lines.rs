//! The lines of a journal, wherever they are: what verification, proofs, checkpoints, backups and exports are made of.
//!
//! Guarantees that whoever has these lines needs nothing else of a store for any of those.

use std::io;

use almoner_ledger::clock::ClockCorrections;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::marks::Secret;
use almoner_ledger::totals::PostingState;

pub use crate::journal::VisitText;
use crate::journal::{self, Journal, JournalError, Line, Salt};
use crate::{StoreError, journal_error};

/// One line of the journal as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// A record and its hash.
    Record(Record, Hash),
    /// The end of a batch.
    Commit(Commit),
}

/// The end of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Commit {
    pub label: String,
    pub key: Option<String>,
    pub request: Option<Hash>,
    /// What all postings come to after the batch; `None` of one that was recorded in format 1.
    pub state: Option<PostingState>,
    /// The random bits of the batch, as written; `None` of one that was recorded in format 1.
    pub salt: Option<String>,
    /// The number of records in the batch.
    pub records: u64,
    /// The head of the journal after the batch.
    pub head: Head,
    /// The user who recorded the batch.
    pub by: String,
    /// The time of recording, UTC.
    pub at: String,
}

impl Commit {
    /// Returns the number of the batch's first record.
    pub fn first(&self) -> u64 {
        (self.head.record + 1).saturating_sub(self.records)
    }
}

/// The state of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The head of what can be relied on.
    pub head: Head,
    /// The damage after that head, if any; then nothing can be appended.
    pub damage: Option<String>,
}

/// Called with each line of a journal; reading stops when it returns `false`.
pub type Visit<'v> = &'v mut dyn FnMut(Logged) -> Result<bool, StoreError>;

/// A journal of whole batches, up to one head.
pub trait Lines {
    /// Returns the state of the journal, as far as it is known without reading all of it.
    fn health(&self) -> Health;

    /// Visits the lines from a record on, in order, each checked with the line that closes it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] at the first line that is not as it was written.
    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError>;

    /// Visits the text of all lines, in the journal's format and in order.
    ///
    /// # Errors
    /// As [`Lines::lines`], except that no event is read; the error of the visitor.
    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError>;

    /// Returns the corrections of the clock that are recorded.
    ///
    /// # Errors
    /// As [`Lines::lines`].
    fn clock(&self) -> Result<ClockCorrections, StoreError> {
        let mut clock = ClockCorrections::default();
        self.lines(1, &mut |logged| {
            if let Logged::Record(Record { number, at, event: Event::ClockCorrected(_), .. }, _) = logged {
                clock.add(number, at);
            }
            Ok(true)
        })?;
        Ok(clock)
    }
}

impl Lines for Journal {
    fn health(&self) -> Health {
        Health { head: self.head(), damage: self.damage().map(ToString::to_string) }
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        for line in self.records::<Event>(from) {
            if !visit(line.map_err(StoreError::Damaged)?.into())? {
                break;
            }
        }
        Ok(())
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        self.each_run(visit).map_err(|error| match error {
            // Nobody is recording.
            JournalError::Damaged(damage) => StoreError::Damaged(damage),
            error => journal_error(error),
        })
    }
}

pub(crate) fn as_record(line: journal::Record<Event>) -> Record {
    Record { number: line.number, at: line.at, by: line.by, event: line.event }
}

impl From<Line<Event>> for Logged {
    fn from(line: Line<Event>) -> Logged {
        match line {
            Line::Record(record) => {
                let hash = record.hash;
                Logged::Record(as_record(record), hash)
            }
            Line::Commit(commit) => Logged::Commit(commit.into()),
        }
    }
}

impl From<journal::Commit> for Commit {
    fn from(commit: journal::Commit) -> Commit {
        Commit {
            head: Head { record: commit.number, hash: commit.hash },
            label: commit.label,
            key: commit.key,
            request: commit.request,
            state: commit.state,
            salt: commit.salt.map(Salt::hex),
            records: commit.records,
            by: commit.by.to_string(),
            at: commit.at.to_string(),
        }
    }
}

/// Returns the secret by which papers of a ledger are marked; `None` while nothing was recorded since format 1.
///
/// It comes from the first salt of the journal, so that every copy of a ledger has it and nothing else does.
///
/// # Errors
/// Damage before that salt.
pub fn mark_secret(lines: &dyn Lines) -> Result<Option<Secret>, StoreError> {
    let mut found = None;
    lines.lines(1, &mut |logged| {
        if let Logged::Commit(Commit { salt: Some(salt), .. }) = logged {
            found = Some(Secret::of_salt(&salt));
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// Writes the text of all lines up to the record `last`, which must end a batch.
///
/// # Errors
/// Damage before that record; a record within a batch; an error of the writer.
pub fn text_up_to(
    lines: &dyn Lines,
    last: u64,
    write: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<(), StoreError> {
    let mut reached = 0;
    lines.text(&mut |text, head| {
        write(text)?;
        reached = head.map_or(reached, |head| head.record);
        Ok(reached < last)
    })?;
    match reached == last {
        true => Ok(()),
        false => Err(journal_error(JournalError::NotABatchEnd { record: last })),
    }
}

/// Returns the next end of a batch from a record on.
pub(crate) fn next_commit(lines: &dyn Lines, from: u64) -> Result<Option<Commit>, StoreError> {
    let mut found = None;
    lines.lines(from, &mut |logged| {
        if let Logged::Commit(commit) = logged {
            found = Some(commit);
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}
