//! Totals as known at an earlier moment, without replaying the events of grants.
//!
//! A grant in the index has its history, from which its figures as known at a record follow. The few events that
//! belong to no grant are replayed from the journal.

use std::sync::Arc;

use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::head::Head;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{Ledger, ModelSource, unavailable};
use crate::folder::totals_snapshot::TotalsSnapshot;
use crate::journal::{self, Line};
use crate::memory::MemoryStore;
use crate::{KnownAt, StoreError};

impl Ledger {
    /// Returns the ledger as known at a moment, as if opened for its totals only, without users, policy, bank
    /// statements and their reconciliation. `None` when the books are not in an index.
    ///
    /// # Errors
    /// [`StoreError::NoSuchRecord`], or an unreadable journal or index.
    pub fn totals_as_known_at(&self, known_at: KnownAt) -> Result<Option<Ledger>, StoreError> {
        let ModelSource::Indexed(snapshot) = &self.models else { return Ok(None) };
        known_at.check_recorded(self.head().record)?;
        let (empty, clock) = (MemoryStore::default(), &self.reference().clock);
        let mut draft = Draft::replaying(&empty);
        let (mut head, mut last_recorded) = (Head::EMPTY, "".into());
        for line in self.journal.records::<LedgerWide>(1) {
            match line.map_err(|damage| unavailable(damage.to_string()))? {
                Line::Record(record) if !known_at.includes(record.number, &record.at, clock) => break,
                Line::Record(record) => {
                    let journal::Record { number, at, by, hash, event, .. } = record;
                    (head, last_recorded) = (Head { record: number, hash }, Arc::clone(&at));
                    if let Some(event) = event.0 {
                        draft.skip_to(number);
                        draft.apply(Record { number, at, by, event })?;
                    }
                }
                Line::Commit(commit) => head = Head { record: commit.number, hash: commit.hash },
            }
        }
        let models = draft.finish_replay()?;
        let (mut reference, mut totals) = (models.reference, models.totals);
        (reference.records, reference.last_recorded) = (head.record, last_recorded);
        let known = reference.last_recorded.get(..10).and_then(|day| Date::parse(day).ok());
        if let Some(known) = known {
            totals.pass(known);
        }
        totals.absorb(&snapshot.totals_of_grants(head.record, known)?).map_err(BooksError::from)?;
        let totals = TotalsSnapshot { head, reference, totals };
        Ok(Some(Ledger::of_totals(&self.folder, self.journal.reader(), totals)))
    }
}

/// An event, if it belongs to no grant and changes totals or reference data.
struct LedgerWide(Option<Event>);

/// The kinds of the other events in the journal.
const SKIPPED: [&str; 13] = [
    "recipient-added",
    "recipient-renamed",
    "recipient-identified",
    "recipient-aliased",
    "decision-recorded",
    "grant",
    "statement-recorded",
    "reconciled",
    "users-set",
    "policy-set",
    "proposed",
    "approved",
    "rejected",
];

impl<'de> Deserialize<'de> for LedgerWide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<LedgerWide, D::Error> {
        struct LedgerWideVisitor;
        impl<'de> Visitor<'de> for LedgerWideVisitor {
            type Value = LedgerWide;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an event under the name of its kind")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LedgerWide, A::Error> {
                let kind: &str = map.next_key()?.ok_or_else(|| de::Error::custom("it has no kind"))?;
                if SKIPPED.contains(&kind) {
                    // Most of the journal is skipped, without parsing it.
                    map.next_value::<IgnoredAny>()?;
                    return Ok(LedgerWide(None));
                }
                let event = Value::Object([(kind.to_owned(), map.next_value()?)].into_iter().collect());
                let event = Event::deserialize(event).map_err(de::Error::custom)?;
                let is_skipped =
                    matches!(&event, Event::Reversed(reversed) if !reversed.of.is_of_reference_data());
                Ok(LedgerWide((!is_skipped).then_some(event)))
            }
        }
        deserializer.deserialize_map(LedgerWideVisitor)
    }
}
