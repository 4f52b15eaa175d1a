//! Evidence of a lost history: a head that the index or a note names and that the journal lacks.
//!
//! Files of the index are written after the batch is on the disk, so that no interruption leaves one that is ahead of
//! the journal. Such evidence stays until a record of the journal accepts it.

use std::path::Path;

use almoner_ledger::events::{Event, HistoryAccepted};
use almoner_ledger::text::Text;

use crate::StoreError;
use crate::folder::seen::Note;
use crate::folder::{files, index_folder, unavailable};
use crate::journal::{Journal, JournalError, Line};

/// What names a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// A file of the index.
    Index,
    /// A note of what this computer has seen: which of them.
    Note(usize),
    /// A proof.
    Proof,
    /// A signed checkpoint.
    Checkpoint,
}

/// A history that something names and that the journal does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostHistory {
    /// What names it.
    pub named_by: NamedBy,
    /// The last record of that history.
    pub record: u64,
    /// The digits of its hash as far as they are known.
    pub hash: String,
    /// The last record of the journal.
    pub last: u64,
}

impl LostHistory {
    /// Returns whether the journal reaches the record, so that it has another history there.
    pub fn is_fork(&self) -> bool {
        self.record <= self.last
    }

    /// Returns the event that accepts it as lost.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if what names it does not name a hash.
    pub(crate) fn accepted(&self, reason: &Text) -> Result<Event, StoreError> {
        let hash = Text::new(&self.hash).map_err(|error| unavailable(error.to_string()))?;
        Ok(Event::HistoryAccepted(HistoryAccepted {
            record: self.record,
            hash,
            reason: reason.clone(),
            signature: None,
        }))
    }
}

impl std::fmt::Display for LostHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LostHistory { named_by, record, hash, last } = self;
        let hash: String = hash.chars().take(16).collect();
        let source = match named_by {
            NamedBy::Index => "the index was built at",
            NamedBy::Note(_) => "this computer has seen",
            NamedBy::Proof => "the proof states",
            NamedBy::Checkpoint => "the checkpoint states",
        };
        match self.is_fork() {
            true => write!(
                f,
                "{source} record {record} with hash {hash}…, but the journal has another hash there: another history \
                 was put in its place"
            ),
            false => write!(
                f,
                "{source} record {record} (hash {hash}…), but the journal ends at record {last}: its end was cut off, \
                 or an older copy was put in its place"
            ),
        }
    }
}

/// What was found of histories that the journal does not have.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Those that no record accepts as lost.
    pub(crate) lost: Vec<LostHistory>,
    /// The place of the note whose end the journal has.
    pub(crate) note: Option<usize>,
}

/// Finds the histories that the index or the note of a ledger names and that its journal neither has nor accepts as
/// lost. Of a damaged journal nothing is said: the damage is reported.
pub(crate) fn lost_histories(path: &Path, journal: &Journal, notes: &[Note]) -> Result<Found, JournalError> {
    let mut found = Found::default();
    let mut named = Vec::new();
    for (place, note) in notes.iter().enumerate() {
        if journal.passes(&note.end)? {
            found.note = Some(place);
        }
    }
    if found.note.is_none() {
        let named_by_note = |(place, note): (usize, &Note)| {
            (NamedBy::Note(place), note.end.head.record, note.end.head.hash.to_string())
        };
        named.extend(notes.iter().enumerate().map(named_by_note));
    }
    // What names an earlier head than the latest was there before it.
    let listed = files::list(&index_folder(path)).unwrap_or_default();
    let latest = listed.first().map_or(0, |it| it.record);
    let end = journal.head();
    for file in listed.iter().take_while(|it| it.record == latest) {
        let hash = file.digits().to_owned();
        let is_end = latest == end.record && end.hash.to_string().starts_with(&hash);
        if latest > 0 && !is_end {
            named.push((NamedBy::Index, latest, hash));
        }
    }
    if named.is_empty() {
        return Ok(found);
    }
    // A batch counts as recorded before its end is acknowledged, and the files of the index are then there.
    let (whole, _) = Journal::open_for_reading(path)?;
    if whole.damage().is_some() {
        return Ok(found);
    }
    for (named_by, record, hash) in named {
        let end = if record > whole.head().record { None } else { whole.end_of_batch(record)? };
        let has_it = end.is_some_and(|end| end.head.hash.to_string().starts_with(&hash));
        if has_it {
            if let NamedBy::Note(place) = named_by {
                found.note = Some(place);
            }
            continue;
        }
        let is_listed = found.lost.iter().any(|it| it.record == record && it.hash.starts_with(&hash));
        if !is_listed && !is_accepted(&whole, record, &hash) {
            let last = whole.head().record;
            found.lost.push(LostHistory { named_by, record, hash, last });
        }
    }
    // Of the places where the ledger was seen, one is enough.
    if found.note.is_some() {
        found.lost.retain(|it| it.named_by == NamedBy::Index);
    }
    Ok(found)
}

/// Returns whether a record of the journal accepts that this head is lost.
fn is_accepted(journal: &Journal, lost: u64, digits: &str) -> bool {
    journal.records::<Event>(1).any(|line| {
        let Ok(Line::Record(record)) = line else { return false };
        let Event::HistoryAccepted(HistoryAccepted { record, hash, .. }) = record.event else { return false };
        record == lost && (hash.as_str().starts_with(digits) || digits.starts_with(hash.as_str()))
    })
}
