//! `almoner verify`: proves that nothing was altered and that the books hold together.

use almoner_ledger::store::verify::{FindingKind, Verification, verify};
use clap::Args;

use crate::context::Context;
use crate::problem::{Problem, on_screen};
use crate::progress::with_progress;

/// Check the journal's hashes, every rule of the books, and the index
#[derive(Debug, Args)]
#[command(
    after_help = "Reads everything and changes nothing. Exit code 1 when anything is found wanting.\n\n\
    Other commands do not read the whole journal: a record that was altered without changing the\n\
    journal's length is found here and nowhere else."
)]
pub struct VerifyArgs {}

/// Verifies and says what was found.
pub fn run(_: VerifyArgs, context: &Context) -> Result<(), Problem> {
    let verification = with_progress("Verifying", |progress| verify(&context.ledger, progress))?;
    context.print(&told(&verification))?;
    if verification.findings.is_empty() { Ok(()) } else { Err(Problem::already_told()) }
}

fn told(verification: &Verification) -> String {
    let Verification { records, postings, head, index_checked, findings } = verification;
    let mut text = format!("Checked {records} of {} records and their {postings} postings.\n", head.record);
    if findings.is_empty() {
        text.push_str("Nothing was altered, every entry balances and every rule holds.\n");
    }
    for finding in findings {
        text.push_str(&format!("Found: {}\n", on_screen(&finding.to_string())));
    }
    if !index_checked {
        text.push_str("The index, which is no evidence, was left out: these files may only be read.\n");
    }
    if findings.iter().any(|finding| finding.kind == FindingKind::Index) {
        text.push_str("The index can be remade: almoner rebuild\n");
    }
    text.push_str(&format!("Head: record {}, {}\n", head.record, head.hash));
    text
}
