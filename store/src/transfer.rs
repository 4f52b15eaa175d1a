//! Transfer of a ledger: out as lines of text, and into a new folder.
//!
//! Guarantees that a folder appears whole and verified or not at all, and never replaces anything. The
//! callers read and write the files that the lines are transferred in.

use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::head::Head;

use crate::folder::settings;
use crate::folder::{FORMAT, Progress, check_format};
use crate::journal::disk::Disk;
use crate::journal::{Journal, Receiving};
use crate::proofs::checkpoint::CheckpointContent;
use crate::proofs::key::PublicKey;
use crate::verify::{Finding, FindingKind, Verification, VerifyOptions, verify_with};
use crate::{StoreError, journal_error, private, refuse_in_ledger};

/// A ledger to be received in a folder.
#[derive(Debug)]
pub struct IncomingLedger<'a> {
    /// The text of the settings file; see [`plain_settings`].
    pub settings: &'a str,
    /// The head that the ledger must have, if known.
    pub head: Option<Head>,
    /// The content of its checkpoint, if there is one; the signature has been checked.
    pub checkpoint: Option<&'a CheckpointContent>,
}

/// Returns the settings of a ledger of which only the journal and perhaps the public key are known.
pub fn plain_settings(key: Option<&PublicKey>) -> String {
    let key = key.map(|key| format!("key = \"{key}\"\n")).unwrap_or_default();
    format!("format = {FORMAT}\ncurrency = \"GBP\"\n{key}")
}

/// Opens the journal of the ledger in a folder, to copy its lines. Needs no lock: see
/// [`Journal::open_for_reading`]. Refused when damage is found on opening.
pub fn open_for_export(ledger: &Path) -> Result<Journal, StoreError> {
    check_format(ledger)?;
    let (journal, _) = Journal::open_for_reading(ledger).map_err(journal_error)?;
    match journal.damage() {
        Some(damage) => Err(StoreError::Unavailable(format!("the journal is damaged: {damage}"))),
        None => Ok(journal),
    }
}

/// Receives a ledger in `place`, which must not exist. `fill` supplies the lines. The folder is created only if
/// verification finds nothing.
///
/// # Errors
/// [`StoreError::Exists`]; the errors of `fill`; a damaged line; an error of the system.
pub fn receive(
    place: &Path,
    incoming: &IncomingLedger<'_>,
    fill: &mut dyn FnMut(&mut Receiving) -> Result<(), StoreError>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    refuse_in_ledger(place)?;
    if place.symlink_metadata().is_ok() {
        return Err(StoreError::Exists(place.to_owned()));
    }
    let mut unfinished = place.as_os_str().to_owned();
    unfinished.push(format!(".unfinished-{}", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let failed = |error: std::io::Error| {
        StoreError::Unavailable(format!("{} cannot be created: {error}", place.display()))
    };
    private::new_folder(&unfinished).map_err(failed)?;
    let received = filled(&unfinished, incoming, fill, progress).and_then(|verification| {
        if verification.findings.is_empty() {
            Disk::default().put_in_place(&unfinished, place).map_err(failed)?;
        }
        Ok(verification)
    });
    if !received.as_ref().is_ok_and(|verification| verification.findings.is_empty()) {
        // The name of what cannot be removed says `unfinished`.
        let _ = fs::remove_dir_all(&unfinished);
    }
    received
}

fn filled(
    folder: &Path,
    incoming: &IncomingLedger<'_>,
    fill: &mut dyn FnMut(&mut Receiving) -> Result<(), StoreError>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    // The folder is synced with the head file.
    Disk::default()
        .write_file(&folder.join(settings::FILE), incoming.settings.as_bytes())
        .map_err(|error| StoreError::Unavailable(format!("the settings cannot be written: {error}")))?;
    let mut receiving = Receiving::new(folder).map_err(journal_error)?;
    fill(&mut receiving)?;
    let head = receiving.finish().map_err(journal_error)?;
    settings::key(folder)?;
    let options =
        VerifyOptions { checkpoint: incoming.checkpoint, without_index: true, ..VerifyOptions::default() };
    let mut verification = verify_with(folder, options, progress)?;
    if let Some(expected) = incoming.head.filter(|expected| *expected != head) {
        let (kind, message) = if expected.record > head.record {
            let message =
                format!("it should reach record {} but ends at record {}", expected.record, head.record);
            (FindingKind::Truncation, message)
        } else {
            (FindingKind::Fork, "its head file belongs to another history".to_owned())
        };
        verification.findings.push(Finding { kind, message });
    }
    Ok(verification)
}
