//! `almoner verify`: proves that nothing was altered and that the books hold together.

use almoner_ledger::store::verify::{Verification, verify};
use clap::Args;

use crate::context::Context;
use crate::problem::{Problem, on_screen};
use crate::progress::with_progress;

/// Check the journal's hashes, every rule of the books, and the index
#[derive(Debug, Args)]
#[command(after_help = "Reads everything and changes nothing. Exit code 1 when anything is found wanting.")]
pub struct VerifyArgs {}

/// Verifies and says what was found.
pub fn run(_: VerifyArgs, context: &Context) -> Result<(), Problem> {
    let verification = with_progress("Verifying", |progress| verify(&context.ledger, progress))?;
    context.print(&told(&verification))?;
    if verification.findings.is_empty() { Ok(()) } else { Err(Problem::already_told()) }
}

fn told(verification: &Verification) -> String {
    let Verification { records, postings, head, findings } = verification;
    let mut text = format!("Checked {records} of {} records and their {postings} postings.\n", head.record);
    if findings.is_empty() {
        text.push_str("Nothing was altered, every entry balances and every rule holds.\n");
    }
    for finding in findings {
        text.push_str(&format!("Found: {}\n", on_screen(&finding.to_string())));
    }
    text.push_str(&format!("Head: record {}, {}\n", head.record, head.hash));
    text
}
