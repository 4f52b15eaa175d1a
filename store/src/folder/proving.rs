//! Books that are proved on this computer: those whose index was derived from the journal here, as a note outside the
//! ledger says, or else the journal's own, with which the index is compared.
//!
//! All of the index is vouched for or all of the journal is folded, since a record rests on roles, policy, closed months,
//! budgets and registers as well as on its grant.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use almoner_ledger::book::{Batch, Books, BooksError, Draft};
use almoner_ledger::clock;
use almoner_ledger::hash::Hash;
use almoner_ledger::signing::Signature;
use almoner_ledger::text::Text;

use super::comparing::differences_of;
use super::evidence::{LostHistory, lost_histories};
use super::files::{self, Kind};
use super::lock::{Lock, Turn};
use super::repair::rebuild_index;
use super::seen::{Note, Seen};
use super::snapshot::{Snapshot, SnapshotError};
use super::{
    Access, Ledger, ModelSource, Progress, check_format, index_folder, journal_error, snapshot_error,
};
use crate::journal::{Extent, Journal};
use crate::lawful::Fault;
use crate::proofs::key::SecretKey;
use crate::{BatchLabel, Store, StoreError, drop_in_background};

/// How long to wait for the note of a program that is recording: so many times a moment.
const MOMENTS: u32 = 3;
const MOMENT: Duration = Duration::from_millis(10);

/// What this computer has seen of a ledger, if notes are taken.
#[derive(Debug)]
pub(crate) struct Witness {
    takes_notes: bool,
    pub(crate) seen: Option<Seen>,
}

impl Witness {
    pub(super) const NONE: Witness = Witness { takes_notes: false, seen: None };

    /// Reads the note of the ledger in a folder.
    pub(crate) fn of(path: &Path, notes: Option<&Path>) -> Witness {
        let seen = notes.and_then(|notes| Seen::read(notes, path));
        Witness { takes_notes: notes.is_some(), seen }
    }

    /// Refuses a journal without what its index or the note names, and returns the last record that needs no check.
    pub(super) fn check(&mut self, path: &Path, journal: &Journal) -> Result<u64, StoreError> {
        let notes = self.seen.as_ref().map_or(&[][..], Seen::candidates);
        let found = lost_histories(path, journal, notes).map_err(journal_error)?;
        if let Some(lost) = found.lost.into_iter().next() {
            return Err(StoreError::HistoryLost(Box::new(lost)));
        }
        if let Some(seen) = &mut self.seen {
            seen.choose(found.note);
        }
        Ok(self.seen.as_ref().map_or(0, Seen::last))
    }

    /// Notes an index that was just built from the journal. What cannot be noted is read from the journal again.
    pub(super) fn note_built(&mut self, path: &Path, journal: &Journal) -> Result<(), StoreError> {
        let Some(seen) = &mut self.seen else { return Ok(()) };
        let loaded = Snapshot::load(&index_folder(path), journal, u64::MAX, &mut |_, _| {});
        let note = note_of(&mut loaded.map_err(snapshot_error)?.0, seen);
        let _ = seen.replace(note);
        Ok(())
    }

    /// Returns whether the books of a snapshot are proved. Without notes, nobody asks.
    pub(super) fn vouches_for(&self, snapshot: &Snapshot) -> bool {
        match (&self.seen, self.takes_notes) {
            (Some(seen), _) => seen.vouches_for(snapshot),
            (None, true) => snapshot.seals().is_empty(),
            (None, false) => true,
        }
    }

    /// Proves a snapshot if it is not, and is to be. Returns it with whether it is proved, or the fault of the journal
    /// that keeps it from being so: damage or, with its number, a record that breaks the rules.
    pub(super) fn proved(
        &mut self,
        snapshot: Snapshot,
        is_proved: bool,
        (access, checked): (Access, u64),
        notices: &mut Vec<String>,
        progress: Progress<'_>,
    ) -> Result<Result<(Snapshot, bool), Option<Fault>>, StoreError> {
        if is_proved || self.vouches_for(&snapshot) {
            return Ok(Ok((snapshot, true)));
        }
        if access == Access::Unproved {
            return Ok(Ok((snapshot, false)));
        }
        if self.vouches_in_a_moment(&snapshot) {
            return Ok(Ok((snapshot, true)));
        }
        let (proved, differs) = match prove(snapshot, checked, progress) {
            Err(SnapshotError::Damaged(_)) => return Ok(Err(None)),
            Err(SnapshotError::NotAllowed(fault)) => return Ok(Err(Some(fault))),
            proved => proved.map_err(snapshot_error)?,
        };
        notices.extend(differs.map(|difference| {
            format!(
                "the index shows figures that differ from the journal ({difference}); the journal's are used"
            )
        }));
        Ok(Ok((proved, true)))
    }

    /// Loads the index at the end of a journal whose totals are proved, or what the journal shows.
    pub(super) fn load_proved(&self, path: &Path, journal: &Journal) -> Result<Snapshot, BooksError> {
        let unreadable = |error: SnapshotError| match error {
            SnapshotError::Books(error) => error,
            error => BooksError::Unreadable(error.to_string()),
        };
        let loaded = Snapshot::load(&index_folder(path), journal, u64::MAX, &mut |_, _| {});
        let (snapshot, _) = loaded.map_err(unreadable)?;
        let vouches_again = |seen: &Seen| seen.again().vouches_for(&snapshot);
        if self.vouches_for(&snapshot) || self.seen.as_ref().is_some_and(vouches_again) {
            return Ok(snapshot);
        }
        Ok(prove(snapshot, u64::MAX, &mut |_, _| {}).map_err(unreadable)?.0)
    }

    /// Returns whether the books of a snapshot that is not proved now are so in a moment: a program that records notes
    /// its files just after they appear.
    fn vouches_in_a_moment(&mut self, snapshot: &Snapshot) -> bool {
        for moment in 0..MOMENTS {
            let Some(seen) = self.seen.as_mut().filter(|seen| seen.has_note()) else { return false };
            if moment > 0 {
                std::thread::sleep(MOMENT);
            }
            seen.read_again();
            if self.vouches_for(snapshot) {
                return true;
            }
        }
        false
    }

    /// Returns whether the totals with this seal at the end of the journal are proved. Without notes, nobody asks.
    pub(super) fn vouches_for_totals(&self, end: Extent, seal: Hash) -> bool {
        !self.takes_notes || self.has_noted_totals(end, seal)
    }

    /// Returns whether the totals with this seal at the end of the journal are noted.
    pub(super) fn has_noted_totals(&self, end: Extent, seal: Hash) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.vouches_for_totals(end, seal))
    }
}

/// Folds the whole journal and compares with what the index shows. Returns the snapshot if they are the same, else
/// that of the journal alone with the first difference.
pub(super) fn prove(
    snapshot: Snapshot,
    checked: u64,
    progress: Progress<'_>,
) -> Result<(Snapshot, Option<String>), SnapshotError> {
    let proved = Snapshot::empty(snapshot.index(), snapshot.journal()).folded(checked, progress)?;
    let differs = match differences_of(&snapshot, proved.tail()) {
        Ok(differences) => differences.into_iter().next(),
        Err(error) => Some(error.to_string()),
    };
    if differs.is_some() {
        return Ok((proved, differs));
    }
    drop_in_background(proved);
    Ok((snapshot, None))
}

/// Why somebody records something about the journal itself.
#[derive(Debug)]
pub struct Acceptance {
    /// The reason.
    pub reason: Text,
    /// The time of recording.
    pub at: String,
    /// The user.
    pub by: String,
    /// True if the time is right, however long after the last record it is.
    pub is_clock_confirmed: bool,
    /// The user's key, if it is given.
    pub key: Option<SecretKey>,
}

impl Ledger {
    /// Returns whether the books are proved: derived from the journal on this computer.
    pub fn is_proved(&self) -> bool {
        self.is_proved
    }

    /// Notes what this computer now knows of the ledger, if notes are taken and the books are proved.
    ///
    /// # Errors
    /// A message when the note cannot be written. Nothing is the worse for it, but that it will be read again.
    pub fn note_seen(&mut self) -> Result<(), String> {
        let ModelSource::Indexed(snapshot) = &mut self.models else { return Ok(()) };
        if !self.is_proved {
            return Ok(());
        }
        let Some(seen) = &mut self.witness.seen else { return Ok(()) };
        let note = note_of(snapshot, seen);
        seen.set(note).map_err(|error| cannot_note(seen, &error))
    }

    /// Notes a ledger that was just received and verified at a place where none was seen. A copy that is put where
    /// one was seen must have what was seen there.
    pub fn note_received(path: &Path, notes: &Path) -> Result<(), StoreError> {
        let mut witness = Witness::of(path, Some(notes));
        if witness.seen.as_ref().is_some_and(Seen::is_first_here)
            && let Some(journal) = Journal::open_at_head(path).map_err(journal_error)?
        {
            witness.note_built(path, &journal)?;
        }
        Ok(())
    }

    /// Records that the ledger goes on without the history that its index or the note of this computer names, and
    /// rebuilds the index. Returns what was lost, and the number of records.
    ///
    /// # Errors
    /// [`StoreError::NothingLost`]; a user who may not accept it.
    pub fn accept_history(
        path: &Path,
        acceptance: Acceptance,
        turn: &Turn<'_>,
        notes: Option<&Path>,
        progress: Progress<'_>,
    ) -> Result<(Vec<LostHistory>, u64), StoreError> {
        check_format(path)?;
        let lock = Lock::take(path, turn)?;
        let (journal, _) = Journal::open(path).map_err(journal_error)?;
        let mut witness = Witness::of(path, notes);
        let seen = witness.seen.as_ref().map_or(&[][..], Seen::candidates);
        let lost = lost_histories(path, &journal, seen).map_err(journal_error)?.lost;
        if lost.is_empty() {
            return Err(StoreError::NothingLost);
        }
        let Acceptance { reason, at, by, is_clock_confirmed, key } = acceptance;
        let events = lost.iter().map(|it| it.accepted(&reason)).collect::<Result<Vec<_>, _>>()?;
        let draft = |books: &Snapshot| {
            check_clock(books, &at, is_clock_confirmed)?;
            let mut draft = Draft::new(books, at, by);
            draft.add_administration(events, &signing(key.as_ref()))?;
            Ok(draft.finish()?)
        };
        let records = record_of_journal(path, "rebuild", (journal, lock), &mut witness, progress, draft)?;
        Ok((lost, records))
    }

    /// Records that the clock that dates records is right again, after one that was ahead, and rebuilds the index.
    /// Returns the number of records.
    ///
    /// # Errors
    /// [`WrongClock::NotWrong`]; [`WrongClock::TooEarly`], unless confirmed; a user who may not record it.
    ///
    /// [`WrongClock::NotWrong`]: almoner_ledger::clock::WrongClock::NotWrong
    /// [`WrongClock::TooEarly`]: almoner_ledger::clock::WrongClock::TooEarly
    pub fn correct_clock(
        path: &Path,
        Acceptance { reason, at, by, is_clock_confirmed, key }: Acceptance,
        turn: &Turn<'_>,
        notes: Option<&Path>,
        progress: Progress<'_>,
    ) -> Result<u64, StoreError> {
        check_format(path)?;
        let lock = Lock::take(path, turn)?;
        let (journal, _) = Journal::open(path).map_err(journal_error)?;
        let mut witness = Witness::of(path, notes);
        witness.check(path, &journal)?;
        let draft = |books: &Snapshot| {
            let sign = signing(key.as_ref());
            Ok(Draft::correcting_clock(books, at, by, reason, is_clock_confirmed, &sign)?.finish()?)
        };
        record_of_journal(path, "rebuild", (journal, lock), &mut witness, progress, draft)
    }
}

/// Returns what signs with a key, if there is one.
pub(crate) fn signing(key: Option<&SecretKey>) -> impl Fn(&str) -> Option<Signature> {
    move |text| key.map(|key| Signature::new(key.sign(text.as_bytes())))
}

/// Refuses to record by a clock that cannot be right.
pub(crate) fn check_clock(books: &Snapshot, at: &str, is_confirmed: bool) -> Result<(), StoreError> {
    Ok(clock::unless_confirmed(clock::check(&books.reference().last_recorded, at), is_confirmed)?)
}

/// Records what `draft` makes on the books of the whole journal, and rebuilds the index. Returns the number of records.
pub(crate) fn record_of_journal(
    path: &Path,
    label: &str,
    (journal, lock): (Journal, Lock),
    witness: &mut Witness,
    progress: Progress<'_>,
    draft: impl FnOnce(&Snapshot) -> Result<Batch, StoreError>,
) -> Result<u64, StoreError> {
    let snapshot =
        Snapshot::empty(&index_folder(path), &journal).folded(0, progress).map_err(snapshot_error)?;
    let batch = draft(&snapshot)?;
    let mut ledger = Ledger::indexed(path, journal, snapshot, Some(lock));
    match ledger.append(ledger.head(), BatchLabel { label, ..BatchLabel::default() }, batch) {
        // The index is rebuilt below.
        Ok(_) | Err(StoreError::Recorded { .. }) => {}
        Err(error) => return Err(error),
    }
    rebuild_index(path, &ledger.journal, progress)?;
    witness.note_built(path, &ledger.journal)?;
    Ok(ledger.head().record)
}

/// Returns what to note of proved books.
pub(crate) fn note_of(snapshot: &mut Snapshot, seen: &Seen) -> Note {
    let end = snapshot.journal().extent();
    let totals = snapshot.find_totals(|seal| seen.vouches_for_totals(end, seal));
    let mut files: BTreeMap<_, _> = snapshot.seals().into_iter().collect();
    files.extend(totals.map(|seal| (files::name(Kind::Totals, end.head), seal)));
    Note { end, files }
}

/// Returns the message that a note cannot be written.
pub(crate) fn cannot_note(seen: &Seen, error: &std::io::Error) -> String {
    format!(
        "this computer's note of the ledger cannot be written in {}: {}; until it can, every \
         command reads the whole journal and takes longer",
        seen.place().display(),
        crate::system_reason(error)
    )
}
