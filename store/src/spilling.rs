//! Books that spill to a temporary file, so that a long journal is replayed in little memory.
//!
//! Memory holds the values changed last, and where in the file each other value is. A value that changes is
//! written again at the end of the file. The file has no name: nobody else can open it, and it disappears however
//! the program ends. Small books are never written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::hash::Hash;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem::take;
use std::sync::{Mutex, PoisonError};

use almoner_ledger::book::{Books, BooksError, KeyedMap, ReadModels, ReferenceData, in_two_threads};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId, Recorded};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::totals::Totals;
use hashbrown::HashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::folder::index_table::IndexTable;
use crate::folder::pages::Changed;
use crate::{StoreError, drop_in_background};

/// When memory holds more facts of grants, decisions and lines than this, all are spilled.
const MOST_RESIDENT: usize = 32 << 10;

/// Books made by a replay. Their totals are without those of grants.
#[derive(Debug, Default)]
pub(super) struct SpillingBooks {
    grants: SpillingMap<Grant>,
    decisions: SpillingMap<RegisteredDecision>,
    lines: SpillingMap<ReconciledLine>,
    /// Everything that never spills: mainly recipients, which are few and read often.
    others: ReadModels,
    scratch: Scratch,
}

impl SpillingBooks {
    /// Takes over the values that some records changed, and the facts they added to unread grants.
    pub(super) fn take(
        &mut self,
        mut changed: ReadModels,
        added: KeyedMap<GrantId, Vec<Recorded>>,
    ) -> Result<(), StoreError> {
        self.grants.resident.absorb(take(&mut changed.grants));
        self.decisions.resident.absorb(take(&mut changed.decisions));
        self.lines.resident.absorb(take(&mut changed.lines));
        self.others.absorb(changed);
        self.grants.append_facts(added, &mut self.scratch)?;
        let resident =
            self.grants.things_resident() + self.decisions.things_resident() + self.lines.things_resident();
        if resident > MOST_RESIDENT { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        self.grants.spill(&mut self.scratch)?;
        self.decisions.spill(&mut self.scratch)?;
        self.lines.spill(&mut self.scratch)
    }

    /// Returns all values of a table, encoded as in the index.
    pub(super) fn encoded(&self, table: IndexTable) -> Changed<'_> {
        let scratch = &self.scratch;
        match table {
            IndexTable::Grants => self.grants.encoded(scratch, |id| id.as_str().into()),
            IndexTable::Decisions => self.decisions.encoded(scratch, |id| id.as_str().into()),
            IndexTable::Lines => self.lines.encoded(scratch, |key| key.to_string().into()),
            IndexTable::Recipients | IndexTable::Names | IndexTable::Keys => table.changed(&self.others, &[]),
        }
    }
}

/// A kind of value that can spill.
trait Value: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {
    type Key: Clone + Send + Sync + Hash + Ord;
    /// The part that stays in memory.
    type Known: std::fmt::Debug;

    /// Appends the encoded value.
    fn write(&self, bytes: Vec<u8>) -> postcard::Result<Vec<u8>> {
        postcard::to_extend(self, bytes)
    }

    /// Number of items written; more may be added to a value of many.
    fn things(&self) -> usize {
        1
    }

    /// Returns the encoding that precedes so many items.
    fn opening(_key: &Self::Key, _things: usize) -> postcard::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn known(&self) -> Self::Known;
}

impl Value for RegisteredDecision {
    type Key = DecisionId;
    type Known = ();

    fn known(&self) {}
}

impl Value for ReconciledLine {
    type Key = LineKey;
    type Known = ();

    fn known(&self) {}
}

/// The history of a grant is written, to which facts are added; its length is put before it on reading.
impl Value for Grant {
    type Key = GrantId;
    type Known = OfGrant;

    fn write(&self, bytes: Vec<u8>) -> postcard::Result<Vec<u8>> {
        write_facts(&self.history, bytes)
    }

    fn things(&self) -> usize {
        self.history.len()
    }

    fn opening(id: &GrantId, things: usize) -> postcard::Result<Vec<u8>> {
        postcard::to_stdvec(&(id, things))
    }

    fn known(&self) -> OfGrant {
        OfGrant {
            has_award: self.award().is_some(),
            awarded_to: self.last_award().map(|award| award.recipient.clone()),
        }
    }
}

/// The part of a grant that stays in memory. Facts added to an unread grant do not change it.
#[derive(Debug)]
struct OfGrant {
    has_award: bool,
    awarded_to: Option<RecipientId>,
}

/// Appends a part of a grant's history, encoded.
fn write_facts(history: &[Recorded], bytes: Vec<u8>) -> postcard::Result<Vec<u8>> {
    history.iter().try_fold(bytes, |bytes, recorded| postcard::to_extend(recorded, bytes))
}

/// Values by key: those changed last in memory, the others in the file.
#[derive(Debug)]
struct SpillingMap<V: Value> {
    resident: KeyedMap<V::Key, V>,
    spilled: HashMap<V::Key, Spilled<V>>,
}

/// The parts of a value in the file.
#[derive(Debug)]
struct Spilled<V: Value> {
    parts: Vec<PartRef>,
    things: usize,
    known: V::Known,
}

/// The position of a part in the file.
#[derive(Clone, Copy, Debug)]
struct PartRef {
    offset: u64,
    length: usize,
}

impl<V: Value> Default for SpillingMap<V> {
    fn default() -> SpillingMap<V> {
        SpillingMap { resident: KeyedMap::default(), spilled: HashMap::new() }
    }
}

impl<V: Value> SpillingMap<V> {
    fn get(&self, key: &V::Key, scratch: &Scratch) -> Result<Option<Cow<'_, V>>, BooksError> {
        if let Some(value) = self.resident.get(key) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let Some(spilled) = self.spilled.get(key) else { return Ok(None) };
        let bytes = bytes(key, spilled, scratch).map_err(unreadable)?;
        Ok(Some(Cow::Owned(postcard::from_bytes(&bytes).map_err(unreadable)?)))
    }

    fn keys(&self) -> Vec<&V::Key> {
        let resident =
            self.resident.iter().map(|(key, _)| key).filter(|key| !self.spilled.contains_key(*key));
        let mut keys: Vec<&V::Key> = self.spilled.keys().chain(resident).collect();
        keys.sort_unstable();
        keys
    }

    fn each(
        &self,
        scratch: &Scratch,
        visit: &mut dyn FnMut(&V) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        let mut found = self.keys().into_iter().filter_map(|key| self.get(key, scratch).transpose());
        found.try_for_each(|value| visit(&*value?))
    }

    fn encoded<'a>(&'a self, scratch: &'a Scratch, text: fn(&'a V::Key) -> Cow<'a, str>) -> Changed<'a> {
        let encoded = |key: &V::Key| match (self.resident.get(key), self.spilled.get(key)) {
            (Some(value), _) => Ok(postcard::to_stdvec(value)?),
            (None, Some(spilled)) => Ok(bytes(key, spilled, scratch)?),
            (None, None) => Ok(Vec::new()),
        };
        Box::new(self.keys().into_iter().map(move |key| (text(key), encoded(key))))
    }

    fn things_resident(&self) -> usize {
        self.resident.in_any_order().into_iter().map(Value::things).sum()
    }

    fn spill(&mut self, scratch: &mut Scratch) -> Result<(), StoreError> {
        let values: Vec<(V::Key, V)> = take(&mut self.resident).into_any_order().collect();
        let places = scratch.write(&values, |(_, value), bytes| value.write(bytes))?;
        for ((key, value), place) in values.iter().zip(places) {
            let (things, known) = (value.things(), value.known());
            self.spilled.insert(key.clone(), Spilled { parts: vec![place], things, known });
        }
        drop_in_background(values);
        Ok(())
    }
}

impl SpillingMap<Grant> {
    fn can_append_blind(&self, id: &GrantId) -> bool {
        !self.resident.contains_key(id) && self.spilled.get(id).is_some_and(|spilled| spilled.known.has_award)
    }

    fn awarded_to(&self, id: &GrantId) -> Option<RecipientId> {
        match self.resident.get(id) {
            Some(grant) => grant.known().awarded_to,
            None => self.spilled.get(id)?.known.awarded_to.clone(),
        }
    }

    /// Adds facts to spilled grants without reading them.
    fn append_facts(
        &mut self,
        added: KeyedMap<GrantId, Vec<Recorded>>,
        scratch: &mut Scratch,
    ) -> Result<(), StoreError> {
        let added: Vec<(GrantId, Vec<Recorded>)> = added.into_any_order().collect();
        let places = scratch.write(&added, |(_, history), bytes| write_facts(history, bytes))?;
        for ((id, history), place) in added.iter().zip(places) {
            if let Some(spilled) = self.spilled.get_mut(id) {
                spilled.parts.push(place);
                spilled.things += history.len();
            }
        }
        drop_in_background(added);
        Ok(())
    }
}

/// Reads the encoding of a spilled value.
fn bytes<V: Value>(key: &V::Key, spilled: &Spilled<V>, scratch: &Scratch) -> io::Result<Vec<u8>> {
    let mut bytes = V::opening(key, spilled.things).map_err(io::Error::other)?;
    bytes.reserve_exact(spilled.parts.iter().map(|part| part.length).sum());
    spilled.parts.iter().try_for_each(|part| scratch.read(*part, &mut bytes))?;
    Ok(bytes)
}

/// The temporary file; `None` until something is written.
#[derive(Debug, Default)]
struct Scratch {
    file: Option<Mutex<File>>,
    end: u64,
}

impl Scratch {
    /// Appends values to the file and returns the position of each.
    fn write<Thing: Sync>(
        &mut self,
        things: &[Thing],
        write: impl Fn(&Thing, Vec<u8>) -> postcard::Result<Vec<u8>> + Sync,
    ) -> Result<Vec<PartRef>, StoreError> {
        let mut places = Vec::with_capacity(things.len());
        if things.is_empty() {
            return Ok(places);
        }
        let written = in_two_threads(things, |things| {
            let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(things.len()));
            for thing in things {
                bytes = write(thing, bytes)?;
                ends.push(bytes.len());
            }
            Ok::<_, postcard::Error>((bytes, ends))
        });
        for half in written {
            let (bytes, ends) = half.map_err(unwritable)?;
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let offset = self.end;
            places.extend(
                starts
                    .zip(&ends)
                    .map(|(start, end)| PartRef { offset: offset + start as u64, length: end - start }),
            );
            self.append(&bytes).map_err(unwritable)?;
        }
        Ok(places)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Mutex::new(tempfile::tempfile()?)),
        };
        let file = file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Reads a part and appends it to `bytes`.
    fn read(&self, place: PartRef, bytes: &mut Vec<u8>) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let before = bytes.len();
        bytes.resize(before + place.length, 0);
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(place.offset))?;
        file.read_exact(bytes.get_mut(before..).unwrap_or_default())
    }
}

fn unreadable(error: impl std::fmt::Display) -> BooksError {
    BooksError::Unreadable(format!("the temporary file for a long journal cannot be read: {error}"))
}

fn unwritable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!(
        "a journal of this length needs a temporary file in {}: {error}; set TMPDIR to use another folder",
        std::env::temp_dir().display()
    ))
}

impl Books for SpillingBooks {
    fn head(&self) -> Head {
        Head::EMPTY
    }

    fn reference(&self) -> &ReferenceData {
        &self.others.reference
    }

    fn totals(&self) -> &Totals {
        &self.others.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.grants.get(id, &self.scratch)
    }

    fn awarded_to(&self, id: &GrantId) -> Result<Option<RecipientId>, BooksError> {
        Ok(self.grants.awarded_to(id))
    }

    fn can_append_blind(&self, id: &GrantId) -> bool {
        self.grants.can_append_blind(id)
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        Ok(self.others.recipients.get(id).map(Cow::Borrowed))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        Ok(self.others.names.get(key).cloned().unwrap_or_default())
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.decisions.get(id, &self.scratch)
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        self.lines.get(key, &self.scratch)
    }

    fn record(&self, _number: u64) -> Result<Option<Record>, BooksError> {
        Ok(None)
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.grants.each(&self.scratch, visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.others.recipients.values().try_for_each(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.decisions.each(&self.scratch, visit)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use almoner_ledger::book::Draft;
    use almoner_ledger::events::Event;

    use super::*;
    use crate::folder::as_record;
    use crate::journal::{Journal, Line};
    use crate::memory::MemoryStore;

    /// A ledger with every kind of record.
    const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/samples/format-1/ledger");

    fn apply(lines: impl Iterator<Item = Line<Event>>, draft: &mut Draft<'_>) {
        for line in lines {
            match line {
                Line::Record(record) => draft.apply(as_record(record)).unwrap(),
                Line::Commit(_) => draft.end_of_batch(),
            }
        }
    }

    fn read(changed: Changed<'_>) -> Vec<(String, Vec<u8>)> {
        changed.map(|(key, value)| (key.into_owned(), value.unwrap())).collect()
    }

    #[test]
    fn books_spilled_after_any_record_equal_those_made_in_memory() {
        let (journal, _) = Journal::open_for_reading(Path::new(SAMPLE)).unwrap();
        let lines: Vec<Line<Event>> = journal.records(1).map(Result::unwrap).collect();
        let empty = MemoryStore::default();
        let mut draft = Draft::replaying(&empty);
        apply(lines.iter().cloned(), &mut draft);
        let (whole, _) = draft.finish_part();
        let mut unread = 0;
        for length in 1..=20 {
            let mut books = SpillingBooks::default();
            for (place, part) in lines.chunks(length).enumerate() {
                let mut draft = Draft::resume(&books);
                apply(part.iter().cloned(), &mut draft);
                for id in whole.grants.iter().map(|(id, _)| id) {
                    let last = draft.grant(id).unwrap().and_then(|it| it.last_award().cloned());
                    assert_eq!(draft.awarded_to(id).unwrap(), last.map(|award| award.recipient), "{id}");
                }
                let (changed, added) = draft.finish_part();
                unread += added.len();
                books.take(changed, added).unwrap();
                if place % 3 != 1 {
                    books.spill().unwrap();
                }
            }
            for table in IndexTable::FROM_RECORDS {
                let expected = read(table.changed(&whole, &[]));
                assert_eq!(read(books.encoded(table)), expected, "{} by {length}", table.item_name());
                assert!(!expected.is_empty(), "{}", table.item_name());
            }
            assert_eq!((books.reference(), books.totals()), (&whole.reference, &whole.totals), "by {length}");
        }
        assert!(unread > 0);
    }
}
