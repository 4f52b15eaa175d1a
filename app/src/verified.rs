//! Verifying the whole ledger before something that depends on all of it.

use almoner_ledger::clock::day_of;
use almoner_store::Lines;
use almoner_store::proofs::Proof;
use almoner_store::transfer::open_for_export;
use almoner_store::verify::{FindingKind, Verification, VerifyOptions, verify_journal, verify_with};

use crate::actor::Actor;
use crate::error::{Error, Remedy};
use crate::office::Office;

impl Office {
    /// Verifies the ledger and, if one is given, whether a proof is of it. What is wrong is in the result.
    ///
    /// # Errors
    ///
    /// If the ledger cannot be read at all.
    pub fn verification(&self, actor: &Actor, proof: Option<&Proof>) -> Result<Verification, Error> {
        let today = day_of(actor.at.as_str());
        let options = VerifyOptions { proof, today, notes: Some(&self.notes), ..VerifyOptions::default() };
        let mut progress = self.observer.progress("Verifying");
        Ok(verify_with(&self.location, options, &mut *progress)?)
    }

    /// Verifies the ledger, with what its index shows, and returns the result with the lines that were
    /// verified. Others may record meanwhile.
    ///
    /// # Errors
    ///
    /// As [`refuse_findings`], and if the ledger cannot be read.
    pub fn verified(&self) -> Result<(Verification, Box<dyn Lines>), Error> {
        let journal = open_for_export(&self.location)?;
        let options = VerifyOptions { notes: Some(&self.notes), ..VerifyOptions::default() };
        let mut progress = self.observer.progress("Verifying");
        let verification = verify_journal(&self.location, &journal, options, &mut *progress)?;
        refuse_findings(&verification)?;
        Ok((verification, Box::new(journal)))
    }
}

/// Refuses a ledger with findings, other than an unfinished write, which is not part of the journal.
///
/// # Errors
///
/// The first finding: damage if it is of the journal, a refusal otherwise.
pub fn refuse_findings(verification: &Verification) -> Result<(), Error> {
    let found = verification.findings.iter().find(|it| it.kind != FindingKind::Unfinished);
    let Some(finding) = found else { return Ok(()) };
    if finding.kind == FindingKind::LaterVersion {
        return Err(Error::later_version(&finding.message));
    }
    let message = format!("the ledger did not pass verification: {finding}");
    let error = match finding.kind.is_of_journal() {
        true => Error::unavailable("damaged", message),
        false => Error::refused("found-wanting", message),
    };
    Err(error.remedy(Remedy::ListFindings))
}
