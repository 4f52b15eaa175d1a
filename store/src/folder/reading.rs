//! Reading records from the journal's files, as far as they can be read.

use almoner_ledger::book::{BooksError, Draft};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::head::Head;

use crate::StoreError;
use crate::journal::{Journal, Line};
use crate::lines::as_record;
use crate::memory::MemoryStore;

/// Folds a journal in memory as far as it can be read, up to the batch before one record if that is given.
pub(super) fn fold_readable(
    journal: &Journal,
    before: Option<u64>,
) -> Result<(MemoryStore, Option<String>), StoreError> {
    let empty = MemoryStore::default();
    // Up to the last whole batch before the damage: what follows cannot be relied on.
    let mut head = Head::EMPTY;
    let mut damage = None;
    for line in journal.records::<Event>(1) {
        match line {
            Ok(Line::Commit(commit)) if before.is_some_and(|before| commit.number >= before) => break,
            Ok(Line::Commit(commit)) => head = Head { record: commit.number, hash: commit.hash },
            Ok(Line::Record(_)) => {}
            Err(found) => damage = Some(found),
        }
    }
    let mut draft = Draft::replaying(&empty);
    for line in journal.records::<Event>(1) {
        match line {
            Ok(Line::Record(record)) if record.number <= head.record => draft.apply(as_record(record))?,
            _ => {}
        }
    }
    let books = MemoryStore::holding(draft.finish_replay()?, head);
    Ok((books, damage.map(|damage| damage.to_string())))
}

/// Reads one record of a journal.
pub(super) fn record_of(journal: &Journal, number: u64) -> Result<Option<Record>, BooksError> {
    if number == 0 || number > journal.head().record {
        return Ok(None);
    }
    for line in journal.records::<Event>(number) {
        let line = line.map_err(|damage| BooksError::Unreadable(damage.to_string()))?;
        if let Line::Record(record) = line
            && record.number == number
        {
            return Ok(Some(as_record(record)));
        }
    }
    Ok(None)
}
