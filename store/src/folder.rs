//! The ledger folder: the journal, which is authoritative, and the index built from it.
//!
//! ```text
//! ledger.toml   the format's version and the ledger's settings
//! journal/      what was recorded
//! head          the end of the journal
//! index/        totals and read models at heads of the journal, from which they can be rebuilt
//! lock          locked by the program that is recording
//! ```
//!
//! Guarantees that a batch is durably in the journal before anything else uses it, that a file of the index is used
//! only if the journal passes its head, and that a reader takes no lock, waits for nobody and stays at one head.

mod books;
pub(crate) mod comparing;
pub(crate) mod evidence;
pub mod exports;
pub(crate) mod files;
mod fold;
pub(crate) mod index_error;
pub(crate) mod index_table;
mod keys;
mod known;
pub mod lock;
mod merged;
mod page;
pub(crate) mod proving;
mod reading;
mod repair;
pub(crate) mod seen;
pub mod settings;
pub(crate) mod snapshot;
pub(crate) mod sorted_run;
#[cfg(test)]
mod tests;
pub(crate) mod totals_snapshot;
mod unused;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use almoner_ledger::book::{Batch, Books, BooksError, Draft, Overlay};
use almoner_ledger::clock::ClockCorrections;
use almoner_ledger::events::Event;
use almoner_ledger::head::Head;
use serde::de::IgnoredAny;

use self::index_error::IndexError;
use self::keys::{KeyedBatch, Keys};
use self::lock::{Lock, Turn};
pub use self::proving::Acceptance;
use self::proving::{Witness, prove};
use self::reading::{fold_readable, record_of};
use self::repair::{rebuild_index, remove_moved_away, repair};
pub(super) use self::settings::{FORMAT, check_format};
use self::snapshot::{
    BEGINNINGS, MOST_TAIL_RECORDS, Snapshot, SnapshotError, Written, agree, is_dated_too_late,
};
use self::totals_snapshot::TotalsSnapshot;
use self::unused::Unused;
use crate::journal::disk::Disk;
use crate::journal::{self, DrawSalt, Journal, Line};
use crate::lawful::Fault;
use crate::memory::MemoryStore;
use crate::{
    Appended, BatchLabel, Commit, Health, KnownAt, Lines, Logged, Store, StoreError, Visit, VisitText,
    as_known_at, drop_in_background, journal_error, next_commit, plain, private, recorded_earlier,
    refuse_in_ledger,
};

const FOR_TOTALS_ONLY: &str = "the ledger was opened for its totals only";

/// The purpose that a ledger is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading, of totals and reference data first: the index is opened only for single grants, recipients and
    /// decisions.
    Totals,
    /// Reading everything, as the index shows it.
    Unproved,
    /// Reading everything, in books proved on this computer: if its note does not vouch for the index, the whole
    /// journal is read, and what it shows counts.
    Read,
    /// Reading everything, and recording, which one program at a time does.
    Write,
}

/// Called with the progress of long work: records done, and records in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// An open ledger folder.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    journal: Journal,
    models: ModelSource,
    damage: Option<String>,
    lock: Option<Lock>,
    /// True if the settings name the present format.
    is_upgraded: bool,
    /// Opened when a recording brings a key; `None` when they cannot be used.
    keys: OnceLock<Option<Keys>>,
    /// What this computer has seen of the ledger.
    witness: Witness,
    is_proved: bool,
}

/// Where the read models are.
#[derive(Debug)]
enum ModelSource {
    /// Totals and reference data only, of a time of knowledge.
    Totals(Box<TotalsSnapshot>),
    /// Totals and reference data of the journal's head, and the index once something in it is wanted.
    TotalsFirst(Box<TotalsSnapshot>, OnceLock<Box<Snapshot>>),
    /// In the index and, of the last records, in memory.
    Indexed(Box<Snapshot>),
    /// Everything in memory: of a damaged journal, up to the damage.
    InMemory(Box<MemoryStore>),
}

impl Ledger {
    /// Creates a ledger folder whose first batch is these events. It appears whole or not at all.
    pub fn create(path: &Path, events: Vec<Event>, at: String, by: String) -> Result<Ledger, StoreError> {
        Ledger::create_with(path, |ledger| {
            let batch = {
                let mut draft = Draft::new(&*ledger, at, by);
                for event in events {
                    draft.add(event)?;
                }
                draft.finish()?
            };
            ledger.append(Head::EMPTY, BatchLabel { label: "init", ..BatchLabel::default() }, batch)?;
            Ok(())
        })
    }

    /// Creates a ledger folder without records. It appears whole or not at all.
    pub fn create_empty(path: &Path) -> Result<Ledger, StoreError> {
        Ledger::create_with(path, |_| Ok(()))
    }

    fn create_with(
        path: &Path,
        fill: impl FnOnce(&mut Ledger) -> Result<(), StoreError>,
    ) -> Result<Ledger, StoreError> {
        refuse_in_ledger(path)?;
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
        let made = Ledger::new_in(&unfinished)
            .and_then(|mut ledger| fill(&mut ledger))
            .and_then(|()| Disk::default().put_in_place(&unfinished, path).map_err(failed));
        if let Err(error) = made {
            // Nothing was acknowledged; the name of what cannot be removed says `unfinished`.
            let _ = fs::remove_dir_all(&unfinished);
            return Err(error);
        }
        Ok(Ledger::open(path, Access::Write, &mut |_, _| {})?.0)
    }

    /// Creates the files of a new ledger in an empty folder.
    fn new_in(path: &Path) -> Result<Ledger, StoreError> {
        settings::create(path)?;
        let journal = Journal::create(path).map_err(journal_error)?;
        let index = index_folder(path);
        private::folder(&index)
            .map_err(|error| unavailable(format!("{} cannot be created: {error}", index.display())))?;
        let snapshot = Snapshot::empty(&index, &journal);
        Ok(Ledger::indexed(path, journal, snapshot, None))
    }

    /// Opens a ledger folder and returns a notice for each repair made. A damaged journal can be read up
    /// to the damage, and not be written.
    pub fn open(
        path: &Path,
        access: Access,
        progress: Progress<'_>,
    ) -> Result<(Ledger, Vec<String>), StoreError> {
        Ledger::open_in_turn(path, access, &Turn::default(), None, progress)
    }

    /// Opens a ledger folder as [`Ledger::open`] does. To record, it waits as `turn` says while another program
    /// records; to read, it waits for nobody. In the folder `notes`, which is the user's own, it is noted what this
    /// computer has seen of each ledger.
    pub fn open_in_turn(
        path: &Path,
        access: Access,
        turn: &Turn<'_>,
        notes: Option<&Path>,
        progress: Progress<'_>,
    ) -> Result<(Ledger, Vec<String>), StoreError> {
        let is_upgraded = check_format(path)?;
        let (mut notices, witness) = (Vec::new(), Witness::of(path, notes));
        let mut ledger = match access {
            Access::Totals => match Ledger::open_for_totals(path, witness)? {
                Ok(ledger) => ledger,
                Err((witness, unused)) => {
                    let how = (Access::Read, turn.who);
                    let mut ledger = Ledger::open_for_reading(path, how, witness, &mut notices, progress)?;
                    if notices.is_empty() {
                        notices.extend(ledger.make_totals_again(unused, turn.who));
                    }
                    ledger
                }
            },
            Access::Unproved | Access::Read => {
                Ledger::open_for_reading(path, (access, turn.who), witness, &mut notices, progress)?
            }
            Access::Write => Ledger::open_for_writing(path, turn, witness, &mut notices, progress)?,
        };
        ledger.is_upgraded = is_upgraded;
        Ok((ledger, notices))
    }

    fn indexed(path: &Path, journal: Journal, snapshot: Snapshot, lock: Option<Lock>) -> Ledger {
        let models = ModelSource::Indexed(Box::new(snapshot));
        Ledger::of(path, journal, models, lock)
    }

    fn of_totals(path: &Path, journal: Journal, totals: TotalsSnapshot) -> Ledger {
        let models = ModelSource::Totals(Box::new(totals));
        Ledger::of(path, journal, models, None)
    }

    fn of(path: &Path, journal: Journal, models: ModelSource, lock: Option<Lock>) -> Ledger {
        Ledger {
            folder: path.to_owned(),
            journal,
            models,
            damage: None,
            lock,
            is_upgraded: false,
            keys: OnceLock::new(),
            witness: Witness::NONE,
            is_proved: true,
        }
    }

    fn open_for_writing(
        path: &Path,
        turn: &Turn<'_>,
        mut witness: Witness,
        notices: &mut Vec<String>,
        progress: Progress<'_>,
    ) -> Result<Ledger, StoreError> {
        let lock = Lock::take(path, turn)?;
        let (journal, recovery) = Journal::open(path).map_err(journal_error)?;
        notices.extend(recovery.quarantined.and_then(|quarantined| {
            let file = quarantined.file?;
            Some(format!(
                "an unfinished write of {} bytes at the end of the journal was quarantined in {}; it contains no confirmed record",
                quarantined.bytes,
                file.display()
            ))
        }));
        let checked = witness.check(path, &journal)?;
        let index = index_folder(path);
        // Without the folder nothing can be written there, which is found when something is.
        let _ = private::folder(&index);
        files::remove_unfinished(&index);
        remove_moved_away(path);
        let last = journal.head().record;
        let is_ahead = files::list(&index).is_ok_and(|files| files.iter().any(|file| file.record > last));
        let (mut snapshot, unused) = match is_ahead {
            true => {
                let folded = Snapshot::empty(&index, &journal).folded(checked, progress);
                (folded.map_err(snapshot_error)?, Unused::NotOfJournal)
            }
            false => Snapshot::load(&index, &journal, checked, progress).map_err(snapshot_error)?,
        };
        let mut differs = None;
        if !witness.vouches_for(&snapshot) {
            (snapshot, differs) = prove(snapshot, checked, progress).map_err(snapshot_error)?;
        }
        if differs.is_some() {
            notices.push(repair(path, &mut snapshot, Unused::NotOfJournal));
        } else if is_ahead || snapshot.tail_records() > MOST_TAIL_RECORDS || unused == Unused::OtherTotals {
            notices.push(repair(path, &mut snapshot, unused));
        }
        let end = journal.extent();
        if snapshot.find_totals(|seal| witness.vouches_for_totals(end, seal)).is_none() {
            // What cannot be written is folded by readers.
            let _ = snapshot.write_totals();
        }
        Ok(Ledger { witness, ..Ledger::indexed(path, journal, snapshot, Some(lock)) })
    }

    fn open_for_reading(
        path: &Path,
        (access, who): (Access, &str),
        mut witness: Witness,
        notices: &mut Vec<String>,
        progress: Progress<'_>,
    ) -> Result<Ledger, StoreError> {
        let index = index_folder(path);
        let mut beginnings = 1..=BEGINNINGS;
        loop {
            let is_last = beginnings.next().is_none_or(|beginning| beginning == BEGINNINGS);
            let journal = match Journal::open_at_head(path).map_err(journal_error)? {
                Some(journal) => journal,
                None => Journal::open_for_reading(path).map_err(journal_error)?.0,
            };
            if journal.damage().is_some() {
                return Ledger::open_damaged(path, None);
            }
            let checked = witness.check(path, &journal)?;
            let (mut snapshot, unused) =
                match Snapshot::try_load(&index, &journal, checked, is_last, progress) {
                    Err(SnapshotError::Damaged(_)) => return Ledger::open_damaged(path, None),
                    Err(SnapshotError::NotAllowed(fault)) => return Ledger::open_damaged(path, Some(fault)),
                    Err(error) => return Err(snapshot_error(error)),
                    Ok(None) => continue,
                    Ok(Some(loaded)) => loaded,
                };
            let mut is_proved = false;
            // Only without a usable index does a reader do what recording programs do, if none is there.
            if (snapshot.tail_records() > MOST_TAIL_RECORDS || unused == Unused::OtherTotals)
                && !is_read_only(path)
                && let Some(_lock) = Lock::take_if_free(path, who)
            {
                let now = Journal::open_at_head(path).map_err(journal_error)?;
                if now.is_some_and(|now| now.extent() != journal.extent()) {
                    continue;
                }
                is_proved |= witness.vouches_for(&snapshot);
                notices.push(repair(path, &mut snapshot, unused));
            } else if unused == Unused::OtherTotals {
                notices.push(format!("the index {}; the journal was read instead", unused.words()));
            }
            let (snapshot, is_proved) =
                match witness.proved(snapshot, is_proved, (access, checked), notices, progress)? {
                    Ok(proved) => proved,
                    Err(fault) => return Ledger::open_damaged(path, fault),
                };
            return Ok(Ledger { witness, is_proved, ..Ledger::indexed(path, journal, snapshot, None) });
        }
    }

    /// Opens what can be read of a damaged journal, or of one before a record that breaks the rules.
    fn open_damaged(path: &Path, fault: Option<Fault>) -> Result<Ledger, StoreError> {
        let (journal, _) = Journal::open_for_reading(path).map_err(journal_error)?;
        let before = fault.as_ref().map(|fault| fault.record);
        let (books, damage) = fold_readable(&journal, before)?;
        let damage = damage.or(fault.map(|fault| fault.why));
        let models = ModelSource::InMemory(Box::new(books));
        Ok(Ledger { damage, ..Ledger::of(path, journal, models, None) })
    }

    /// Returns whether what is wrong with the ledger is its head file alone.
    pub fn is_head_lost(&self) -> bool {
        self.journal.is_head_lost()
    }

    /// Draws the salts of further batches from elsewhere, for tests.
    pub fn set_salts(&mut self, salts: DrawSalt) {
        self.journal.set_salts(salts);
    }

    /// Returns the damage found in the journal, if any; these books then end before the damage.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Opens just the totals, if there are any at the journal's head that come to what it states and are proved; or
    /// returns why not.
    fn open_for_totals(
        path: &Path,
        mut witness: Witness,
    ) -> Result<Result<Ledger, (Witness, Unused)>, StoreError> {
        let journal = Journal::open_at_head(path).map_err(journal_error)?;
        let Some(journal) = journal else { return Ok(Err((witness, Unused::Missing))) };
        witness.check(path, &journal)?;
        let index = index_folder(path);
        let read = totals_snapshot::read(&index, journal.head());
        let Some((mut read, seal)) = read else { return Ok(Err((witness, Unused::Missing))) };
        let end = journal.extent();
        // Noted totals were derived from this journal. Damage to it is found when it is read.
        let agreed = match witness.has_noted_totals(end, seal) {
            true => Ok(Some(true)),
            false => agree(&mut read.totals, &journal),
        };
        Ok(match agreed {
            Ok(_) if is_dated_too_late(&read.totals, &read.reference.last_recorded) => {
                Err((witness, Unused::OtherTotals))
            }
            Ok(Some(true)) if witness.vouches_for_totals(end, seal) => {
                let models = ModelSource::TotalsFirst(Box::new(read), OnceLock::new());
                Ok(Ledger { witness, ..Ledger::of(path, journal, models, None) })
            }
            Ok(Some(false)) => Err((witness, Unused::OtherTotals)),
            Ok(_) | Err(_) => Err((witness, Unused::Missing)),
        })
    }

    /// Makes the file of totals again if it has others than the journal, unless another program is recording, which
    /// makes a new one. Returns a notice.
    fn make_totals_again(&mut self, unused: Unused, who: &str) -> Option<String> {
        let ModelSource::Indexed(snapshot) = &mut self.models else { return None };
        if unused != Unused::OtherTotals {
            return None;
        }
        if !is_read_only(&self.folder)
            && let Some(_lock) = Lock::take_if_free(&self.folder, who)
        {
            // What cannot be written is found by the next reader as well.
            let _ = snapshot.write_totals();
        }
        Some(format!("the index {}; the totals were taken from the journal", unused.words()))
    }

    /// Rebuilds the index from the journal and returns the number of records read.
    pub fn rebuild(
        path: &Path,
        turn: &Turn<'_>,
        notes: Option<&Path>,
        progress: Progress<'_>,
    ) -> Result<u64, StoreError> {
        check_format(path)?;
        let _lock = Lock::take(path, turn)?;
        let (journal, _) = Journal::open(path).map_err(journal_error)?;
        let mut witness = Witness::of(path, notes);
        witness.check(path, &journal)?;
        rebuild_index(path, &journal, progress)?;
        witness.note_built(path, &journal)?;
        Ok(journal.head().record)
    }

    /// Returns the keys of batches, if this ledger may record and they can be used.
    fn keys(&self) -> Option<&Keys> {
        let ModelSource::Indexed(snapshot) = &self.models else { return None };
        self.lock.as_ref()?;
        let open = || {
            let (base, tail) = snapshot.keys();
            let all = || self.keys_of_commits().map_err(|error| IndexError::Failed(error.to_string()));
            Keys::open(&index_folder(&self.folder), base, tail, all).ok()
        };
        self.keys.get_or_init(open).as_ref()
    }

    /// Gathers the keys of batches from the commits.
    fn keys_of_commits(&self) -> Result<Vec<KeyedBatch>, StoreError> {
        let (mut keys, last) = (Vec::new(), self.head().record);
        for line in self.journal.records::<IgnoredAny>(1) {
            let line = match line {
                Err(_) if self.damage.is_some() => break,
                line => line.map_err(|damage| unavailable(damage.to_string()))?,
            };
            if let Line::Commit(commit) = line
                && commit.number <= last
            {
                let head = Head { record: commit.number, hash: commit.hash };
                keys.extend(commit.key.map(|key| (key, head)));
            }
        }
        Ok(keys)
    }

    /// Returns the books that have single entries.
    fn books(&self) -> Result<&dyn Books, BooksError> {
        match &self.models {
            ModelSource::Totals(_) => Err(BooksError::Unreadable(FOR_TOTALS_ONLY.to_owned())),
            ModelSource::TotalsFirst(_, opened) => {
                if let Some(snapshot) = opened.get() {
                    return Ok(&**snapshot);
                }
                let snapshot = self.witness.load_proved(&self.folder, &self.journal)?;
                Ok(&**opened.get_or_init(|| Box::new(snapshot)))
            }
            ModelSource::Indexed(snapshot) => Ok(&**snapshot),
            ModelSource::InMemory(books) => Ok(&**books),
        }
    }
}

pub(super) fn index_folder(path: &Path) -> PathBuf {
    path.join("index")
}

pub(crate) fn snapshot_error(error: SnapshotError) -> StoreError {
    match error {
        SnapshotError::Damaged(damage) => unavailable(damage.to_string()),
        SnapshotError::Journal(error) => journal_error(error),
        error @ SnapshotError::OtherState { .. } => unavailable(error.to_string()),
        SnapshotError::Books(error) => error.into(),
        SnapshotError::NotAllowed(fault) => StoreError::NotAllowed(fault.why),
    }
}

pub(crate) fn unavailable(message: String) -> StoreError {
    StoreError::Unavailable(message)
}

/// Returns whether these files may only be read.
pub(super) fn is_read_only(path: &Path) -> bool {
    plain::open_with(fs::OpenOptions::new().append(true), &path.join("head")).is_err()
}

impl Store for Ledger {
    fn snapshot(&self, known_at: Option<KnownAt>) -> Result<Box<dyn Books + '_>, StoreError> {
        if let Some(known_at) = known_at {
            return Ok(Box::new(as_known_at(self, known_at)?));
        }
        if let ModelSource::InMemory(_) = &self.models {
            return Ok(Box::new(Overlay::bare(self, self)));
        }
        let now = Journal::open_at_head(&self.folder).map_err(journal_error)?;
        let journal = now.unwrap_or_else(|| self.journal.reader());
        Ok(Box::new(self.witness.load_proved(&self.folder, &journal)?))
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
        let (at, by) = (Arc::clone(&first.at), Arc::clone(&first.by));
        let ModelSource::Indexed(snapshot) = &mut self.models else {
            return Err(unavailable(FOR_TOTALS_ONLY.to_owned()));
        };
        let keys_at = |head| label.key.map(|key| (key.to_owned(), head)).into_iter().collect::<Vec<_>>();
        if !self.is_upgraded {
            settings::set_format(&Disk::default(), &self.folder)?;
            self.is_upgraded = true;
        }
        let state = batch.changed.totals.state();
        let BatchLabel { label: words, key, request } = label;
        let journal_batch = journal::Batch { label: words, key, request, state };
        let events = batch.records.iter().map(|record| &record.event);
        let (is_due, journal) = (snapshot.is_run_due(batch.records.len() as u64), &mut self.journal);
        let (appended, written) = std::thread::scope(|scope| {
            // A run is merged while the journal is written, and is there before readers see the new head.
            let merging = is_due.then(|| scope.spawn(|| snapshot.begin_merge(&batch.changed)));
            let mut written = Ok(Written::default());
            let appended = journal.append_with(head, &journal_batch, &at, &by, events, |extent| {
                let begun = merging.map(|it| it.join().unwrap_or_else(|it| std::panic::resume_unwind(it)));
                written = snapshot.write_files(begun, &batch.changed, &keys_at(extent.head), extent);
            });
            (appended, written)
        });
        let head = appended.map_err(journal_error)?;
        let Batch { records, changed, .. } = batch;
        if is_due {
            drop_in_background(records);
        }
        let is_indexed = written.is_ok();
        let added = keys_at(head);
        snapshot.follow(changed, added.clone(), written.unwrap_or_default(), self.journal.reader());
        if !added.is_empty()
            && let Some(keys) = self.keys.get_mut().and_then(Option::as_mut)
            && keys.put(&added).is_err()
        {
            // They are gathered again when a recording next brings a key.
            self.keys = OnceLock::from(None);
        }
        // A snapshot without its files on the disk is none the worse: readers fold more records.
        if is_indexed { Ok(Appended::Recorded(head)) } else { Err(StoreError::Recorded { head }) }
    }

    fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError> {
        if let Some(keys) = self.keys()
            && let Ok(found) = keys.get(key)
        {
            return Ok(found);
        }
        // Readers, and whoever cannot use the keys, look for it in the commits.
        Ok(self.keys_of_commits()?.into_iter().find_map(|(it, head)| (it == key).then_some(head)))
    }

    fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError> {
        // The end of a long batch is looked at first, which saves reading all of it.
        let may_end_at = self.journal.last_of_segment(record).unwrap_or(record).min(self.head().record);
        match next_commit(self, may_end_at) {
            Ok(Some(commit)) if (commit.first()..=commit.head.record).contains(&record) => Ok(Some(commit)),
            _ => next_commit(self, record),
        }
    }
}

impl Lines for Ledger {
    fn health(&self) -> Health {
        Health { head: self.head(), damage: self.damage.clone() }
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        let last = self.head().record;
        let visited = self.journal.lines(from, &mut |logged| match &logged {
            // In a damaged journal only what is before the damage can be relied on.
            Logged::Record(record, _) if record.number > last => Ok(false),
            Logged::Record(..) | Logged::Commit(_) => visit(logged),
        });
        match visited {
            Err(StoreError::Damaged(_)) if self.damage.is_some() => Ok(()),
            visited => visited,
        }
    }

    fn clock(&self) -> Result<ClockCorrections, StoreError> {
        Ok(self.reference().clock.clone())
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        let last = self.head().record;
        self.journal
            .text(&mut |text, head| Ok(visit(text, head)? && head.is_none_or(|head| head.record < last)))
    }
}
