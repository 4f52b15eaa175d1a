//! The ledger folder: the journal, which is authoritative, and the index built from it.
//!
//! ```text
//! ledger.toml   the format's version and the ledger's settings
//! journal/      what was recorded
//! head          the end of the journal
//! index/        totals and read models, rebuilt from the journal whenever they do not match it
//! lock          locked by the program that is using these files
//! ```
//!
//! Guarantees that a batch is durably in the journal before anything else uses it, and that the
//! index is used only if it was built at the journal's head.

mod delta;
mod fold;
pub(crate) mod index;
pub(crate) mod index_error;
pub(crate) mod index_table;
mod known;
pub mod lock;
mod page;
mod pages;
pub mod settings;
mod sorted_run;
pub(crate) mod totals_snapshot;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use almoner_ledger::book::{Batch, Books, BooksError, Draft, ReadModels, ReferenceData};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, ReconciledLine};
use almoner_ledger::totals::Totals;
use serde::{Deserialize, Serialize};

use self::index::Index;
use self::lock::{Lock, Turn};
use self::totals_snapshot::TotalsSnapshot;
use crate::journal::disk::Disk;
use crate::journal::{self, Journal, JournalError, Line};
use crate::memory::MemoryStore;
use crate::{Appended, BatchLabel, Commit, Logged, Store, StoreError, drop_in_background, private};

/// The version of the folder's format that this program reads and writes.
pub(super) const FORMAT: u32 = 1;

const FOR_TOTALS_ONLY: &str = "the ledger was opened for its totals only";

/// The longest that a reader waits for the index before it reads the journal instead.
const READERS_PATIENCE: Duration = Duration::from_secs(2);

/// The purpose that a ledger is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Totals and reference data only: no lock, no index, and no single grant, recipient or
    /// decision.
    Totals,
    /// Reading everything.
    Read,
    /// Reading everything, and recording.
    Write,
}

/// Called with the progress of long work: records done, and records in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// The content of the settings file that opening needs.
#[derive(Serialize, Deserialize)]
struct Settings {
    format: u32,
    currency: String,
}

/// An open ledger folder.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    journal: Journal,
    head: Head,
    models: ModelSource,
    damage: Option<String>,
    _lock: Option<Lock>,
}

/// Where the read models are.
#[derive(Debug)]
enum ModelSource {
    /// Totals and reference data in memory; the rest, unless opened for totals only, in the index.
    Indexed { snapshot: Box<TotalsSnapshot>, index: Option<Index> },
    /// Everything in memory: of a damaged journal, up to the damage; of a ledger that may only be read,
    /// or that another program is using.
    InMemory(Box<MemoryStore>),
}

impl Ledger {
    /// Creates a ledger folder whose first batch is these events. It appears whole or not at all.
    pub fn create(path: &Path, events: Vec<Event>, at: String, by: String) -> Result<Ledger, StoreError> {
        let is_empty = fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none());
        if !is_empty || path.is_file() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        let failed =
            |error: std::io::Error| unavailable(format!("{} cannot be created: {error}", path.display()));
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(format!(".unfinished-{}", std::process::id()));
        let unfinished = PathBuf::from(unfinished);
        private::folder(&unfinished).map_err(failed)?;
        let made = Ledger::fill(&unfinished, events, at, by)
            .and_then(|()| Disk::default().put_in_place(&unfinished, path).map_err(failed));
        if let Err(error) = made {
            // Nothing was acknowledged; the name of what cannot be removed says `unfinished`.
            let _ = fs::remove_dir_all(&unfinished);
            return Err(error);
        }
        Ok(Ledger::open(path, Access::Write, &mut |_, _| {})?.0)
    }

    /// Creates the files of a new ledger in an empty folder.
    fn fill(path: &Path, events: Vec<Event>, at: String, by: String) -> Result<(), StoreError> {
        let settings = Settings { format: FORMAT, currency: "GBP".to_owned() };
        let text = toml::to_string(&settings).map_err(|error| unavailable(error.to_string()))?;
        // The folder is synced with the first head file.
        Disk::default()
            .write_file(&path.join("ledger.toml"), text.as_bytes())
            .map_err(|error| unavailable(format!("{} cannot be written: {error}", path.display())))?;
        let journal = Journal::create(path).map_err(journal_error)?;
        let (index, snapshot) = new_index(path, ReadModels::default(), &[], Head::EMPTY)?;
        let models = ModelSource::Indexed { snapshot: Box::new(snapshot), index: Some(index) };
        let mut ledger =
            Ledger { folder: path.to_owned(), journal, head: Head::EMPTY, models, damage: None, _lock: None };
        let batch = {
            let mut draft = Draft::new(&ledger, at, by);
            for event in events {
                draft.add(event)?;
            }
            draft.finish()?
        };
        ledger.append(BatchLabel { label: "init", key: None }, batch)?;
        Ok(())
    }

    /// Opens a ledger folder and returns a notice for each repair made. A damaged journal can be read up
    /// to the damage, and not be written.
    pub fn open(
        path: &Path,
        access: Access,
        progress: Progress<'_>,
    ) -> Result<(Ledger, Vec<String>), StoreError> {
        Ledger::open_in_turn(path, access, &Turn::default(), progress)
    }

    /// Opens a ledger folder as [`Ledger::open`] does, waiting as `turn` says while another program uses
    /// the ledger. A reader never waits long: the journal can be read at any time, batch by batch.
    pub fn open_in_turn(
        path: &Path,
        access: Access,
        turn: &Turn<'_>,
        progress: Progress<'_>,
    ) -> Result<(Ledger, Vec<String>), StoreError> {
        check_format(path)?;
        if access == Access::Totals
            && let Some(ledger) = Ledger::open_for_totals(path)?
        {
            return Ok((ledger, Vec::new()));
        }
        let mut notices = Vec::new();
        let patience =
            if access == Access::Write { turn.patience } else { turn.patience.min(READERS_PATIENCE) };
        let lock = match Lock::take(path, &Turn { patience, ..*turn }) {
            Ok(lock) => Some(lock),
            Err(StoreError::InUse { holder, .. }) if access != Access::Write => {
                notices.push(format!(
                    "the ledger is in use by {holder}; this was read from the journal instead"
                ));
                None
            }
            // A user who may only read the files cannot take the lock, and needs none.
            Err(_) if access != Access::Write && is_read_only(path) => None,
            Err(error) => return Err(error),
        };
        let (journal, recovery) = if access == Access::Write {
            Journal::open(path).map_err(journal_error)?
        } else {
            Journal::open_for_reading(path).map_err(journal_error)?
        };
        // In a ledger that is in use, it is only the batch being written.
        let is_left_over = access == Access::Write || lock.is_some();
        if let Some(quarantined) = recovery.quarantined.as_ref().filter(|_| is_left_over) {
            notices.push(match &quarantined.file {
                Some(file) => format!(
                    "an unfinished write of {} bytes at the end of the journal was quarantined in {}; it holds no acknowledged record",
                    quarantined.bytes,
                    file.display()
                ),
                None => format!("an unfinished write of {} bytes at the end of the journal was skipped", quarantined.bytes),
            });
        }
        let indexed = match journal.damage().is_none() && lock.is_some() {
            true => current_index(path, &journal, &mut notices, progress).map(Some),
            false => Ok(None),
        };
        let mut damage = None;
        let (models, head) = match indexed {
            Ok(Some((index, snapshot))) => {
                (ModelSource::Indexed { snapshot: Box::new(snapshot), index: Some(index) }, journal.head())
            }
            // Damage found only while rebuilding the index: what is before it can still be read.
            Err(error) if access == Access::Write => return Err(error),
            Ok(None) | Err(_) => {
                let (books, head, found) = fold_readable(&journal)?;
                damage = found;
                (ModelSource::InMemory(Box::new(books)), head)
            }
        };
        Ok((Ledger { folder: path.to_owned(), journal, head, models, damage, _lock: lock }, notices))
    }

    /// Returns the damage found in the journal, if any; these books then end before the damage.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Opens just the totals, if they match the journal's head. Another program may be writing: a few
    /// attempts are enough to see both before a batch or both after it.
    fn open_for_totals(path: &Path) -> Result<Option<Ledger>, StoreError> {
        for _ in 0..3 {
            let (journal, recovery) = Journal::open_for_reading(path).map_err(journal_error)?;
            if journal.damage().is_some() || recovery.quarantined.is_some() {
                return Ok(None);
            }
            if let Some(snapshot) = totals_snapshot::read(&index_folder(path))
                && snapshot.head == journal.head()
            {
                let (head, models) =
                    (snapshot.head, ModelSource::Indexed { snapshot: Box::new(snapshot), index: None });
                let folder = path.to_owned();
                return Ok(Some(Ledger { folder, journal, head, models, damage: None, _lock: None }));
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        Ok(None)
    }

    /// Rebuilds the index from the journal and returns the number of records read.
    pub fn rebuild(path: &Path, turn: &Turn<'_>, progress: Progress<'_>) -> Result<u64, StoreError> {
        check_format(path)?;
        let _lock = Lock::take(path, turn)?;
        let (journal, _) = Journal::open(path).map_err(journal_error)?;
        rebuild_index(path, &journal, progress)?;
        Ok(journal.head().record)
    }

    /// Returns the head after the batch that was recorded with this key, if there is one. The ledger must
    /// have been opened for recording.
    pub fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError> {
        Ok(self.index()?.batch_with_key(key).map_err(BooksError::from)?)
    }

    fn index(&self) -> Result<&Index, BooksError> {
        match &self.models {
            ModelSource::Indexed { index: Some(index), .. } => Ok(index),
            _ => Err(BooksError::Unreadable(FOR_TOTALS_ONLY.to_owned())),
        }
    }
}

pub(super) fn index_folder(path: &Path) -> PathBuf {
    path.join("index")
}

fn sled_folder(path: &Path) -> PathBuf {
    index_folder(path).join(delta::FOLDER)
}

fn unavailable(message: String) -> StoreError {
    StoreError::Unavailable(message)
}

pub(super) fn journal_error(error: JournalError) -> StoreError {
    match error {
        JournalError::HeadMoved { expected, actual } => {
            StoreError::HeadMoved { expected: expected.record, found: actual.record }
        }
        error => unavailable(error.to_string()),
    }
}

/// Refuses a folder that is no ledger, or one of a later format.
pub(super) fn check_format(path: &Path) -> Result<(), StoreError> {
    let settings = path.join("ledger.toml");
    let text = fs::read_to_string(&settings).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NoLedger(path.to_owned()),
        _ => unavailable(format!("{} cannot be read: {error}", settings.display())),
    })?;
    let found: Settings = toml::from_str(&text)
        .map_err(|error| unavailable(format!("{}: {}", settings.display(), error.message())))?;
    if found.format != FORMAT {
        return Err(unavailable(format!(
            "{} has format {}; this version of almoner reads format {FORMAT}",
            path.display(),
            found.format
        )));
    }
    Ok(())
}

/// Returns an index that matches the journal: as it is, brought up to date, or rebuilt.
fn current_index(
    path: &Path,
    journal: &Journal,
    notices: &mut Vec<String>,
    progress: Progress<'_>,
) -> Result<(Index, TotalsSnapshot), StoreError> {
    let why = match (
        totals_snapshot::read(&index_folder(path)),
        Index::open(&index_folder(path), Some(journal.head())),
    ) {
        (Some(snapshot), Ok(mut index)) => {
            if index.head().is_ok_and(|head| head == Some(snapshot.head)) {
                if snapshot.head == journal.head() {
                    return Ok((index, snapshot));
                }
                if let Some(updated) = catch_up(path, journal, &mut index, snapshot)? {
                    let missing = updated.1;
                    notices.push(format!(
                        "the index was {missing} records behind the journal and was brought up to date"
                    ));
                    return Ok((index, updated.0));
                }
            }
            "did not match the journal"
        }
        (_, Err(error)) if error.is_other_layout() => "was written by another version of almoner",
        (_, Err(_)) => "was damaged",
        (None, Ok(_)) => "was missing or incomplete",
    };
    let rebuilt = rebuild_index(path, journal, progress)?;
    notices.push(format!(
        "the index {why}; it was rebuilt from the journal ({} records)",
        journal.head().record
    ));
    Ok(rebuilt)
}

/// Adds the later records of the journal to an index, if they follow from the index's head.
fn catch_up(
    path: &Path,
    journal: &Journal,
    index: &mut Index,
    snapshot: TotalsSnapshot,
) -> Result<Option<(TotalsSnapshot, u64)>, StoreError> {
    let (from, head) = (snapshot.head, journal.head());
    if from.record >= head.record {
        return Ok(None);
    }
    // The next record must name the hash of the snapshot's head.
    let follows = journal.records::<Event>(from.record + 1).next().is_some_and(|line| match line {
        Ok(Line::Record(record)) => record.prev == from.hash,
        _ => false,
    });
    if !follows {
        return Ok(None);
    }
    let changed = {
        let base = Ledger {
            folder: path.to_owned(),
            journal: Journal::open_for_reading(path).map_err(journal_error)?.0,
            head: from,
            models: ModelSource::Indexed { snapshot: Box::new(snapshot), index: Some(index.clone()) },
            damage: None,
            _lock: None,
        };
        let mut keys = Vec::new();
        let mut draft = Draft::replaying(&base);
        replay(journal, from.record + 1, &mut draft, &mut keys, &mut |_, _| {})?;
        (draft.finish_replay()?, keys)
    };
    let (changed, keys) = changed;
    index.put(&changed, &keys, head).map_err(BooksError::from)?;
    let missing = head.record - from.record;
    Ok(Some((write_snapshot(path, changed, head)?, missing)))
}

/// Builds the index from the journal.
fn rebuild_index(
    path: &Path,
    journal: &Journal,
    progress: Progress<'_>,
) -> Result<(Index, TotalsSnapshot), StoreError> {
    let empty = MemoryStore::default();
    let mut keys = Vec::new();
    let mut draft = Draft::replaying(&empty);
    replay(journal, 1, &mut draft, &mut keys, progress)?;
    new_index(path, draft.finish_replay()?, &keys, journal.head())
}

fn new_index(
    path: &Path,
    models: ReadModels,
    keys: &[(String, Head)],
    head: Head,
) -> Result<(Index, TotalsSnapshot), StoreError> {
    let folder = index_folder(path);
    let failed =
        |error: std::io::Error| unavailable(format!("{} cannot be rebuilt: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    // sled sets no modes on its files; the mode of this folder protects them.
    private::folder(&sled_folder(path)).map_err(failed)?;
    let mut index = Index::open(&folder, None).map_err(BooksError::from)?;
    let merge = index.begin_merge(&models).map_err(BooksError::from)?;
    index.finish_merge(merge, keys, head).map_err(BooksError::from)?;
    let (reference, totals) = (models.reference, models.totals);
    totals_snapshot::write(&folder, head, &reference, &totals).map_err(failed)?;
    Ok((index, TotalsSnapshot { head, reference, totals }))
}

fn write_snapshot(path: &Path, changed: ReadModels, head: Head) -> Result<TotalsSnapshot, StoreError> {
    let (reference, totals) = (changed.reference, changed.totals);
    totals_snapshot::write(&index_folder(path), head, &reference, &totals)
        .map_err(|error| unavailable(format!("the totals cannot be written: {error}")))?;
    Ok(TotalsSnapshot { head, reference, totals })
}

/// Applies the journal's records from a number on to a draft, and collects the keys of batches.
fn replay(
    journal: &Journal,
    from: u64,
    draft: &mut Draft<'_>,
    keys: &mut Vec<(String, Head)>,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    let all = journal.head().record;
    for line in journal.records::<Event>(from) {
        match line.map_err(|damage| unavailable(damage.to_string()))? {
            Line::Record(record) => {
                progress(record.number, all);
                draft.apply(as_record(record))?;
            }
            Line::Commit(commit) => {
                keys.extend(commit.key.map(|key| (key, Head { record: commit.number, hash: commit.hash })));
            }
        }
    }
    Ok(())
}

/// Folds a journal in memory as far as it can be read.
fn fold_readable(journal: &Journal) -> Result<(MemoryStore, Head, Option<String>), StoreError> {
    let empty = MemoryStore::default();
    // Up to the last whole batch before the damage: what follows cannot be relied on.
    let mut head = Head::EMPTY;
    let mut damage = None;
    for line in journal.records::<Event>(1) {
        match line {
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
    Ok((books, head, damage.map(|damage| damage.to_string())))
}

pub(super) fn as_record(line: journal::Record<Event>) -> Record {
    Record { number: line.number, at: line.at, by: line.by, event: line.event }
}

/// Returns whether these files may only be read.
pub(super) fn is_read_only(path: &Path) -> bool {
    fs::OpenOptions::new().append(true).open(path.join("head")).is_err()
}

impl Books for Ledger {
    fn head(&self) -> Head {
        self.head
    }

    fn reference(&self) -> &ReferenceData {
        match &self.models {
            ModelSource::Indexed { snapshot, .. } => &snapshot.reference,
            ModelSource::InMemory(books) => books.reference(),
        }
    }

    fn totals(&self) -> &Totals {
        match &self.models {
            ModelSource::Indexed { snapshot, .. } => &snapshot.totals,
            ModelSource::InMemory(books) => books.totals(),
        }
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.grant(id),
            ModelSource::Indexed { .. } => Ok(self.index()?.grant(id)?.map(Cow::Owned)),
        }
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.grants(ids),
            ModelSource::Indexed { .. } => Ok(self.index()?.grants(ids)?),
        }
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.recipient(id),
            ModelSource::Indexed { .. } => Ok(self.index()?.recipient(id)?.map(Cow::Owned)),
        }
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.recipients_known_by(key),
            ModelSource::Indexed { .. } => Ok(self.index()?.recipients_known_by(key)?),
        }
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.decision(id),
            ModelSource::Indexed { .. } => Ok(self.index()?.decision(id)?.map(Cow::Owned)),
        }
    }

    fn reconciled_line(&self, key: &LineKey) -> Result<Option<Cow<'_, ReconciledLine>>, BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.reconciled_line(key),
            ModelSource::Indexed { .. } => Ok(self.index()?.reconciled_line(key)?.map(Cow::Owned)),
        }
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        if number == 0 || number > self.head.record {
            return Ok(None);
        }
        for line in self.journal.records::<Event>(number) {
            let line = line.map_err(|damage| BooksError::Unreadable(damage.to_string()))?;
            if let Line::Record(record) = line
                && record.number == number
            {
                return Ok(Some(as_record(record)));
            }
        }
        Ok(None)
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.each_grant(visit),
            ModelSource::Indexed { .. } => self.index()?.each_grant(visit),
        }
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.each_grant_id(visit),
            ModelSource::Indexed { .. } => Ok(self.index()?.each_grant_id(visit)?),
        }
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.each_recipient(visit),
            ModelSource::Indexed { .. } => self.index()?.each_recipient(visit),
        }
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        match &self.models {
            ModelSource::InMemory(books) => books.each_decision(visit),
            ModelSource::Indexed { .. } => self.index()?.each_decision(visit),
        }
    }
}

impl Store for Ledger {
    fn append(&mut self, label: BatchLabel<'_>, batch: Batch) -> Result<Appended, StoreError> {
        if let Some(key) = label.key
            && let Some(head) = self.batch_with_key(key)?
        {
            return Ok(Appended::AlreadyRecorded(head));
        }
        if batch.after != self.head.record {
            return Err(StoreError::HeadMoved { expected: batch.after, found: self.head.record });
        }
        let Some(first) = batch.records.first() else { return Ok(Appended::Recorded(self.head)) };
        let (at, by) = (Arc::clone(&first.at), Arc::clone(&first.by));
        let journal_batch = journal::Batch { label: label.label, key: label.key };
        let events = batch.records.iter().map(|record| &record.event);
        let (journal, index) = match &mut self.models {
            ModelSource::Indexed { index, .. } => (&mut self.journal, index.as_mut()),
            ModelSource::InMemory(_) => (&mut self.journal, None),
        };
        let Some(index) = index else { return Err(unavailable(FOR_TOTALS_ONLY.to_owned())) };
        let is_large = index.is_due_for_merge(&batch.changed).map_err(BooksError::from)?;
        // A large batch is merged into a new sorted run while the journal is written.
        let (head, merge) = std::thread::scope(|scope| {
            let merge = is_large.then(|| scope.spawn(|| index.begin_merge(&batch.changed)));
            let head = journal.append(self.head, &journal_batch, &at, &by, events).map_err(journal_error)?;
            Ok::<_, StoreError>((head, merge.map(|merge| merge.join())))
        })?;

        // From here on the batch is recorded: an index that cannot be updated is rebuilt at the next
        // opening.
        let keys: Vec<(String, Head)> = label.key.map(|key| (key.to_owned(), head)).into_iter().collect();
        let is_indexed = match merge {
            None => index.put(&batch.changed, &keys, head).is_ok(),
            Some(Ok(Ok(merge))) => index.finish_merge(merge, &keys, head).is_ok(),
            Some(_) => false,
        };
        let Batch { records, mut changed, .. } = batch;
        let now = ReadModels {
            reference: std::mem::take(&mut changed.reference),
            totals: std::mem::take(&mut changed.totals),
            ..ReadModels::default()
        };
        if is_large {
            drop_in_background((records, changed));
        }
        let snapshot = match is_indexed {
            true => write_snapshot(&self.folder, now, head),
            false => {
                totals_snapshot::discard(&index_folder(&self.folder));
                Ok(TotalsSnapshot { head, reference: now.reference, totals: now.totals })
            }
        };
        self.head = head;
        match (snapshot, &mut self.models) {
            (Ok(now), ModelSource::Indexed { snapshot, .. }) => **snapshot = now,
            _ => return Err(StoreError::Recorded { head }),
        }
        Ok(Appended::Recorded(head))
    }

    fn may_end_at(&self, record: u64) -> u64 {
        self.journal.last_of_segment(record).unwrap_or(record).min(self.head.record)
    }

    fn each_logged(
        &self,
        from: u64,
        visit: &mut dyn FnMut(Logged) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        for line in self.journal.records::<Event>(from) {
            let line = match line {
                Err(_) if self.damage.is_some() => break,
                line => line.map_err(|damage| unavailable(damage.to_string()))?,
            };
            let logged = match line {
                // In a damaged journal only what is before the damage can be relied on.
                Line::Record(record) if record.number > self.head.record => break,
                Line::Record(record) => {
                    let hash = record.hash;
                    Logged::Record(as_record(record), hash)
                }
                Line::Commit(commit) => Logged::Commit(Commit {
                    head: Head { record: commit.number, hash: commit.hash },
                    label: commit.label,
                    key: commit.key,
                    records: commit.records,
                    by: commit.by.to_string(),
                    at: commit.at.to_string(),
                }),
            };
            if !visit(logged)? {
                break;
            }
        }
        Ok(())
    }
}
