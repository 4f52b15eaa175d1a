//! Copying a ledger from a folder into a database, and from a database into a folder.
//!
//! Guarantees that the lines are the same, byte for byte, so that proofs and checkpoints stay valid; that what arrived
//! is verified, line by line and as books, before it is there; and that nothing is there unless its head is that of the
//! ledger that was copied.

use std::path::Path;
use std::sync::Mutex;

use almoner_ledger::head::Head;

use super::lines::{End, JournalTable, NAME, insert, locked};
use super::recording::{refold, set_end};
use super::session::Failure;
use super::{Address, PostgresStore, create_tables};
use crate::folder::{Progress, settings};
use crate::transfer::{IncomingLedger, open_for_export, receive};
use crate::verify::{Finding, FindingKind, Verification, verify_received};
use crate::{Lines, StoreError, journal_error};

/// Number of bytes that are written at once.
const WRITTEN_AT_ONCE: usize = 4 << 20;

impl PostgresStore {
    /// Copies the ledger of a folder into new tables. They appear whole or not at all: only if verification finds
    /// nothing. Records of others after the copy has begun are not in it.
    ///
    /// # Errors
    /// [`StoreError::Exists`]; a ledger of an earlier format; a damaged journal; an error of the database.
    pub fn copy_from_folder(
        folder: &Path,
        address: &Address,
        progress: Progress<'_>,
    ) -> Result<Verification, StoreError> {
        let settings = settings::text(folder)?;
        let journal = open_for_export(folder)?;
        if !settings::is_of_present_format(&settings) {
            let message = "the ledger is of an earlier format, until something is recorded in it: record something, then copy it";
            return Err(StoreError::Unavailable(message.to_owned()));
        }
        let session = Mutex::new(create_tables(address, &settings)?);
        let end = write_lines(&session, &journal)?;
        set_end(&mut locked(&session), end)?;
        // What is verified is what the database has now, and not what was sent.
        let copied = JournalTable { session: &session, end };
        let mut verification = verify_received((&copied, end.head), progress)?;
        verification.findings.extend(other_head(journal.head(), end.head));
        if verification.findings.is_empty() {
            refold(&session, end)?;
            locked(&session).commit()?;
        }
        Ok(verification)
    }

    /// Copies the ledger into a new folder, which is there only if verification finds nothing. Its index is built when it
    /// is first opened.
    ///
    /// # Errors
    /// [`StoreError::Exists`]; a damaged journal; an error of the database or of the system.
    pub fn copy_to_folder(&self, folder: &Path, progress: Progress<'_>) -> Result<Verification, StoreError> {
        let settings = self.settings()?;
        self.with_journal(|journal| {
            let incoming =
                IncomingLedger { settings: &settings, head: Some(journal.end.head), checkpoint: None };
            let fill = &mut |receiving: &mut crate::journal::Receiving| {
                receiving.take(NAME, &mut journal.pages()).map_err(journal_error)
            };
            receive(folder, &incoming, fill, progress)
        })
    }

    /// Returns the text of the settings of the ledger, as they would be in its folder.
    ///
    /// # Errors
    /// An error of the database.
    pub fn settings(&self) -> Result<String, StoreError> {
        self.with_session(|session| {
            let rows = session.query("SELECT text FROM @.settings", &[])?;
            let lost =
                || StoreError::Unavailable("the database has lost the settings of the ledger".to_owned());
            Ok(rows.first().ok_or_else(lost)?.try_get(0)?)
        })
    }
}

/// Writes the lines of a journal to the table, each of which is checked as it is read.
fn write_lines(session: &Mutex<super::Session>, lines: &dyn Lines) -> Result<End, StoreError> {
    let mut end = End { head: Head::EMPTY, line: 0 };
    let (mut waiting, mut failure) = (Vec::new(), None);
    let mut write = |text: &mut Vec<u8>| -> Result<(), Failure> {
        end = insert(&mut locked(session), end, text)?;
        text.clear();
        Ok(())
    };
    lines.text(&mut |text, _| {
        waiting.extend_from_slice(text);
        if waiting.len() >= WRITTEN_AT_ONCE {
            failure = write(&mut waiting).err();
        }
        Ok(failure.is_none())
    })?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    write(&mut waiting)?;
    Ok(end)
}

/// Returns what is wrong if the copy does not end as what was copied.
fn other_head(expected: Head, copied: Head) -> Option<Finding> {
    (expected != copied).then(|| {
        let message =
            format!("it should end at record {} but ends at record {}", expected.record, copied.record);
        Finding { kind: FindingKind::Truncation, message }
    })
}
