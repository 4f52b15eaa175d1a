//! Verifying the whole ledger before something that rests on all of it.

use almoner_ledger::remedy;
use almoner_store::transfer::open_for_export;
use almoner_store::verify::{FindingKind, VerifyOptions, verify_journal};

use crate::error::{Error, Remedy};
use crate::office::Office;

impl Office {
    /// Verifies the ledger, with what its index shows.
    ///
    /// # Errors
    ///
    /// If something other than an unfinished write, which is not part of the journal, is found.
    pub fn verify_whole(&self) -> Result<(), Error> {
        let journal = open_for_export(&self.location)?;
        let options = VerifyOptions { notes: Some(&self.notes), ..VerifyOptions::default() };
        let mut progress = self.observer.progress("Verifying");
        let verification = verify_journal(&self.location, &journal, options, &mut *progress)?;
        let found = verification.findings.iter().find(|it| it.kind != FindingKind::Unfinished);
        let Some(finding) = found else { return Ok(()) };
        let message = format!("the ledger did not pass verification: {finding}");
        let error = match finding.kind.is_of_journal() {
            true => Error::unavailable("damaged", message),
            false => Error::refused("found-wanting", message),
        };
        Err(error.remedy(Remedy::Books(remedy::Remedy::VerifyLedger)))
    }
}
