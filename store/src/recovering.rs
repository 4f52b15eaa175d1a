//! The recovery of a ledger whose head file is lost: every record may be whole, and only its end is not known.
//!
//! The end of the last whole batch is taken for the end. What knows a record of the ledger vouches that none up to it is
//! missing; what knows a record that is not there shows that the end was lost, too.

use std::path::Path;

use almoner_ledger::book::Draft;
use almoner_ledger::events::{Event, HeadRecovered, Vouched, Voucher};
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;

use crate::StoreError;
use crate::folder::evidence::{LostHistory, NamedBy};
use crate::folder::lock::{Lock, Turn};
use crate::folder::proving::{Witness, check_clock, record_of_journal, signing};
use crate::folder::seen::{Note, Seen};
use crate::folder::snapshot::Snapshot;
use crate::folder::{Progress, check_format, files, index_folder, snapshot_error, unavailable};
use crate::journal::Journal;
use crate::journal_error;
use crate::proofs::Proof;
use crate::proofs::checkpoint::CheckpointContent;
use crate::proofs::key::SecretKey;
use crate::verify::{VerifyOptions, verify_journal};

/// Who recovers a ledger, and what that person has of it.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// A proof.
    pub proof: Option<&'a Proof>,
    /// The content of a checkpoint, whose signature was checked.
    pub checkpoint: Option<&'a CheckpointContent>,
    /// Why the ledger goes on without records that are missing, if it does.
    pub accepted: Option<&'a Text>,
    /// The time of recording.
    pub at: &'a str,
    /// The user.
    pub by: &'a str,
    /// True if the time is right, however long after the last record it is.
    pub is_clock_confirmed: bool,
    /// The user's key, if it is given.
    pub key: Option<&'a SecretKey>,
}

/// A ledger whose head file was written again.
#[derive(Clone, Debug)]
pub struct RecoveredHead {
    /// What was recorded of it.
    pub recovered: HeadRecovered,
    /// What is missing, and accepted as lost.
    pub lost: Vec<LostHistory>,
    /// The number of records now.
    pub records: u64,
}

/// Writes the head file of a ledger that has lost it, at the end of the last whole batch, and records that. A reason
/// accepts that records are missing, if something names them.
///
/// # Errors
/// [`StoreError::HeadThere`]; damage to the journal; a proof or checkpoint of another history; records that are
/// missing; a user who may not record it.
pub fn recover(
    path: &Path,
    evidence: Evidence<'_>,
    (turn, notes): (&Turn<'_>, Option<&Path>),
    progress: Progress<'_>,
) -> Result<RecoveredHead, StoreError> {
    check_format(path)?;
    let lock = Lock::take(path, turn)?;
    let Some(journal) = Journal::read_without_head(path).map_err(journal_error)? else {
        return Err(StoreError::HeadThere);
    };
    let Evidence { proof, checkpoint, accepted, at, by, is_clock_confirmed, key } = evidence;
    let last = journal.head().record;
    // What states a later record says that the end is missing, and nothing against the records that are there.
    let (proof, later_proof) =
        (proof.filter(|it| it.head.record <= last), proof.filter(|it| it.head.record > last));
    let (checkpoint, later_checkpoint) =
        (checkpoint.filter(|it| it.record <= last), checkpoint.filter(|it| it.record > last));
    let options = VerifyOptions { proof, checkpoint, without_index: true, ..VerifyOptions::default() };
    let verified = verify_journal(path, &journal, options, progress)?;
    if let Some(finding) = verified.findings.first() {
        return Err(unavailable(format!(
            "the head file is lost, and the journal cannot be relied on: {finding}"
        )));
    }
    let of_proof = later_proof.map(|it| (NamedBy::Proof, &it.ledger, it.head));
    let of_checkpoint = later_checkpoint.map(|it| (NamedBy::Checkpoint, &it.ledger, it.head()));
    let later: Vec<(NamedBy, &String, Head)> = of_proof.into_iter().chain(of_checkpoint).collect();
    if let Some((_, theirs, _)) = later.iter().find(|(_, ledger, _)| **ledger != verified.ledger) {
        let ours = &verified.ledger;
        return Err(unavailable(format!(
            "the proof or checkpoint is for ledger {theirs}; this is ledger {ours}"
        )));
    }
    let mut witness = Witness::of(path, notes);
    let seen = witness.seen.as_ref().map_or(&[][..], Seen::candidates);
    let (mut vouched, mut lost) = vouched_by(path, &journal, seen)?;
    for (named_by, _, Head { record, hash }) in later {
        let hash = hash.to_string();
        if !lost.iter().any(|it| it.record == record && hash.starts_with(&it.hash)) {
            lost.push(LostHistory { named_by, record, hash, last });
        }
    }
    vouched.extend(proof.map(|it| Vouched { by: Voucher::Proof, record: it.head.record }));
    vouched.extend(checkpoint.map(|it| Vouched { by: Voucher::Checkpoint, record: it.record }));
    if let Some(first) = lost.first().filter(|_| accepted.is_none()) {
        return Err(StoreError::HistoryLost(Box::new(first.clone())));
    }
    let recovered = HeadRecovered { record: journal.head().record, vouched, signature: None };
    let mut events = vec![Event::HeadRecovered(recovered.clone())];
    if let Some(reason) = accepted {
        for it in &lost {
            events.push(it.accepted(reason)?);
        }
    }
    let draft = |books: &Snapshot| {
        check_clock(books, at, is_clock_confirmed)?;
        let mut draft = Draft::new(books, at.to_owned(), by.to_owned());
        draft.add_administration(events.clone(), &signing(key))?;
        Ok(draft.finish()?)
    };
    // What is refused is refused before anything is written.
    draft(&Snapshot::empty(&index_folder(path), &journal).folded(0, progress).map_err(snapshot_error)?)?;
    let (journal, _) = Journal::open_without_head(path).map_err(journal_error)?;
    let records = record_of_journal(path, "recover", (journal, lock), &mut witness, progress, draft)?;
    Ok(RecoveredHead { recovered, lost, records })
}

/// Returns what the index and the notes of this computer know of a journal, and what of it is missing.
fn vouched_by(
    path: &Path,
    journal: &Journal,
    notes: &[Note],
) -> Result<(Vec<Vouched>, Vec<LostHistory>), StoreError> {
    let listed = files::list(&index_folder(path)).unwrap_or_default();
    let latest = listed.first().map_or(0, |it| it.record);
    let named = listed.iter().take_while(|it| it.record == latest && latest > 0);
    let mut known: Vec<(Voucher, NamedBy, u64, String)> =
        named.map(|it| (Voucher::Index, NamedBy::Index, it.record, it.digits().to_owned())).collect();
    for (place, Note { end, .. }) in notes.iter().enumerate().filter(|(_, note)| note.end.head.record > 0) {
        let Head { record, hash } = end.head;
        known.push((Voucher::Computer, NamedBy::Note(place), record, hash.to_string()));
    }
    let (mut vouched, mut lost): (Vec<Vouched>, Vec<LostHistory>) = (Vec::new(), Vec::new());
    let last = journal.head().record;
    for (by, named_by, record, hash) in known {
        let end = if record > last { None } else { journal.end_of_batch(record).map_err(journal_error)? };
        if end.is_some_and(|end| end.head.hash.to_string().starts_with(&hash)) {
            match vouched.iter_mut().find(|it| it.by == by) {
                Some(it) => it.record = it.record.max(record),
                None => vouched.push(Vouched { by, record }),
            }
        } else if !lost.iter().any(|it| it.record == record && it.hash.starts_with(&hash)) {
            lost.push(LostHistory { named_by, record, hash, last });
        }
    }
    // Of the places where the ledger was seen, one is enough.
    if vouched.iter().any(|it| it.by == Voucher::Computer) {
        lost.retain(|it| it.named_by == NamedBy::Index);
    }
    Ok((vouched, lost))
}
