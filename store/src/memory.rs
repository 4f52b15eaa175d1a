//! A store in memory: for tests, for books as known at an earlier moment, and as the empty books that a
//! replay starts from.

use std::borrow::Cow;
use std::collections::BTreeSet;

use almoner_ledger::book::{Batch, Books, BooksError, Overlay, ReadModels, ReferenceData};
use almoner_ledger::clock::ClockCorrections;
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::totals::Totals;

use crate::journal::{self, Salt};
use crate::{
    Appended, BatchLabel, Commit, Health, KnownAt, Lines, Logged, Store, StoreError, Visit, VisitText,
    as_known_at, journal_error, next_commit, recorded_earlier,
};

/// The salt of every batch: no hash of books in memory is given to anybody who could guess at what it covers.
const NO_SECRET: Salt = Salt::of([0; 16]);

/// Books and their journal in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    models: ReadModels,
    log: Vec<Logged>,
    /// The same as text, batch by batch.
    text: Vec<(Vec<u8>, Head)>,
    head: Option<Head>,
}

impl MemoryStore {
    /// Makes books without their journal: they can be read, not replayed.
    pub fn holding(models: ReadModels, head: Head) -> MemoryStore {
        MemoryStore { models, head: Some(head), ..MemoryStore::default() }
    }

    /// Returns all read models.
    pub fn read_models(&self) -> &ReadModels {
        &self.models
    }
}

impl Books for MemoryStore {
    fn head(&self) -> Head {
        self.head.unwrap_or(Head::EMPTY)
    }

    fn reference(&self) -> &ReferenceData {
        &self.models.reference
    }

    fn totals(&self) -> &Totals {
        &self.models.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        Ok(self.models.grants.get(id).map(Cow::Borrowed))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        Ok(self.models.recipients.get(id).map(Cow::Borrowed))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        Ok(self.models.names.get(key).cloned().unwrap_or_default())
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        Ok(self.models.decisions.get(id).map(Cow::Borrowed))
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        Ok(self.models.lines.get(key).map(Cow::Borrowed))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        Ok(self.log.iter().find_map(|logged| match logged {
            Logged::Record(record, _) if record.number == number => Some(record.clone()),
            _ => None,
        }))
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.models.grants.values().try_for_each(visit)
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.models.recipients.values().try_for_each(visit)
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.models.decisions.values().try_for_each(visit)
    }

    fn each_bank_line(
        &self,
        visit: &mut dyn FnMut(&RecordedLine) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.models.lines.values().try_for_each(visit)
    }
}

impl Store for MemoryStore {
    fn snapshot(&self, known_at: Option<KnownAt>) -> Result<Box<dyn Books + '_>, StoreError> {
        Ok(match known_at {
            None => Box::new(Overlay::bare(self, self)),
            Some(known_at) => Box::new(as_known_at(self, known_at)?),
        })
    }

    fn append(
        &mut self,
        expected: Head,
        label: BatchLabel<'_>,
        mut batch: Batch,
    ) -> Result<Appended, StoreError> {
        let head = self.head();
        if let Some(earlier) = recorded_earlier(self, head, expected, label.key, &batch)? {
            return Ok(Appended::AlreadyRecorded(earlier));
        }
        let Some(first) = batch.records.first() else { return Ok(Appended::Recorded(head)) };
        let state = batch.changed.totals.state();
        let BatchLabel { label, key, request } = label;
        let written = journal::Batch { label, key, request, state };
        let events = batch.records.iter().map(|record| &record.event);
        let text = journal::batch_text(head, &written, NO_SECRET, (&first.at, &first.by), events);
        let text = text.map_err(journal_error)?;
        let lines = journal::lines_of_text::<Event>(head, &text).map_err(StoreError::Unavailable)?;
        let (lines, Some(head)) = lines else {
            return Err(StoreError::Unavailable("what was written does not end a batch".to_owned()));
        };
        self.log.extend(lines.into_iter().map(Logged::from));
        self.text.push((text, head));
        let corrects_clock = batch.records.iter().any(|it| matches!(it.event, Event::ClockCorrected(_)));
        self.models.absorb(batch.changed);
        self.head = Some(head);
        if corrects_clock {
            // The totals lack the days from here to those by the clock that was ahead.
            self.models = as_known_at(self, KnownAt::Record(head.record))?.models;
        }
        Ok(Appended::Recorded(head))
    }

    fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError> {
        Ok(self.log.iter().find_map(|logged| match logged {
            Logged::Commit(commit) if commit.key.as_deref() == Some(key) => Some(commit.head),
            _ => None,
        }))
    }

    fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError> {
        next_commit(self, record)
    }
}

impl Lines for MemoryStore {
    fn health(&self) -> Health {
        Health { head: self.head(), damage: None }
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        let before = |logged: &&Logged| match logged {
            Logged::Record(record, _) => record.number < from,
            Logged::Commit(commit) => commit.head.record < from,
        };
        for logged in self.log.iter().skip_while(before) {
            if !visit(logged.clone())? {
                break;
            }
        }
        Ok(())
    }

    fn clock(&self) -> Result<ClockCorrections, StoreError> {
        Ok(self.models.reference.clock.clone())
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        for (text, head) in &self.text {
            if !visit(text, Some(*head)).map_err(|error| StoreError::Unavailable(error.to_string()))? {
                break;
            }
        }
        Ok(())
    }
}
