//! `almoner verify`: proves that nothing was altered and that the books hold together.

use std::path::PathBuf;

use almoner_ledger::store::proof::Proof;
use almoner_ledger::store::settings;
use almoner_ledger::store::verify::{Finding, FindingKind, Verification, VerifyOptions, verify_with};
use clap::Args;

use super::checkpoint;
use crate::context::Context;
use crate::problem::{Problem, on_screen};
use crate::progress::with_progress;

/// How many gaps in the numbers of decisions are named.
const GAPS_NAMED: usize = 20;

#[derive(Debug, Args)]
#[command(
    after_help = "Reads everything and changes nothing. What is found is named: damage, truncation (the end is \
    missing), fork (another history than the one that was recorded), another ledger, broken rule, index, unfinished \
    write. Exit code 3 when the journal is not what was recorded (the first three), 1 for the others.\n\n\
    What a long journal makes is put aside meanwhile, in a file without a name in the temporary folder (TMPDIR), so that \
    little memory is needed.\n\n\
    Other commands do not read the whole journal: a record that was altered without changing the \
    journal's length is found here and nowhere else. Whoever rewrites all of a ledger's files can be found out only \
    with something kept elsewhere: a receipt, a checkpoint, or the head printed on any paper.\n\n\
    Examples:\n  \
    almoner verify\n  \
    almoner verify --since 1200\n  \
    almoner verify --proof 0f3a…/57/9b21…\n  \
    almoner verify --checkpoint 2015-03-31.checkpoint --fingerprint \"1f3a 99c0 …\""
)]
pub struct VerifyArgs {
    /// Check the records from this one on, and nothing that rests on those before
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["proof", "checkpoint"])]
    since: Option<u64>,

    /// Prove that nothing up to this record has changed: the text after `Proof:`
    #[arg(long, value_name = "TEXT")]
    proof: Option<Proof>,

    /// Prove that nothing up to this signed checkpoint has changed
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// The fingerprint of the key that the checkpoint must be signed with
    #[arg(long, value_name = "TEXT", requires = "checkpoint")]
    fingerprint: Option<String>,
}

/// Verifies and says what was found.
pub fn run(args: &VerifyArgs, context: &Context) -> Result<(), Problem> {
    let fingerprint = args.fingerprint.as_deref();
    let checkpoint = match &args.checkpoint {
        Some(path) => Some(checkpoint::read(path, fingerprint)?),
        None => None,
    };
    let options = VerifyOptions {
        since: args.since.unwrap_or(1),
        proof: args.proof.as_ref(),
        checkpoint: checkpoint.as_ref().map(|checkpoint| checkpoint.statement()),
        without_index: false,
        turn: context.turn(),
    };
    let mut verification =
        with_progress("Verifying", |progress| verify_with(&context.ledger, options, progress))?;
    let mut signed = String::new();
    if let Some(checkpoint) = &checkpoint {
        signed = checkpoint::signature_text(checkpoint, fingerprint);
        if settings::key(&context.ledger)?.is_some_and(|key| key != *checkpoint.key()) {
            let message = "the checkpoint is signed with another key than the ledger's own; \
                           only one of the two is the body's"
                .to_owned();
            verification.findings.push(Finding { kind: FindingKind::Fork, message });
        }
    }
    let mut text = summary_text(&verification, args.since);
    if args.since.is_none() && !verification.index_checked {
        text.push_str("The index, which is no evidence, was left out: these files may only be read.\n");
    }
    context.print(&(text + &signed))?;
    exit_status(&verification)
}

/// The end of the program after what was found has been told.
fn exit_status(verification: &Verification) -> Result<(), Problem> {
    match verification.findings.iter().map(|finding| finding.kind.is_of_journal()).max() {
        None => Ok(()),
        Some(false) => Err(Problem::already_told()),
        Some(true) => Err(Problem::damage_told()),
    }
}

/// Refuses to go on with a ledger that something is wrong with; an unfinished write is no part of it.
pub fn refuse_findings(verification: &Verification) -> Result<(), Problem> {
    let wrong = |finding: &&Finding| finding.kind != FindingKind::Unfinished;
    let Some(finding) = verification.findings.iter().find(wrong) else { return Ok(()) };
    let message = format!("something is wrong with the ledger: {finding}");
    let problem = match finding.kind.is_of_journal() {
        true => Problem::unavailable("damaged", message),
        false => Problem::refused("found-wanting", message),
    };
    Err(problem.hint("`almoner verify` tells all of it"))
}

/// What was checked and found, in words.
pub fn summary_text(verification: &Verification, since: Option<u64>) -> String {
    let Verification { records, postings, head, findings, .. } = verification;
    let mut text = format!("Checked {records} of {} records and their {postings} postings.\n", head.record);
    if findings.is_empty() {
        text.push_str(match since {
            Some(_) => "None of these was altered, every entry balances.\n",
            None => "Nothing was altered, every entry balances and every rule holds.\n",
        });
    }
    for finding in findings {
        text.push_str(&format!("Found: {}\n", on_screen(&finding.to_string())));
    }
    for proved in &verification.proved {
        text.push_str(&format!("Proved: {proved}.\n"));
    }
    if let Some(since) = since {
        text.push_str(&format!("What is before record {since}, the rules and the index were left out.\n"));
    }
    if findings.iter().any(|finding| finding.kind == FindingKind::Index) {
        text.push_str("The index can be remade: almoner rebuild\n");
    }
    if !verification.missing_decisions.is_empty() {
        let (all, named) =
            (&verification.missing_decisions, verification.missing_decisions.iter().take(GAPS_NAMED));
        let mut missing = named.map(String::as_str).collect::<Vec<_>>().join(", ");
        if all.len() > GAPS_NAMED {
            missing.push_str(&format!(" and {} more gaps (`almoner decision list`)", all.len() - GAPS_NAMED));
        }
        text.push_str(&format!("Not in the register, below the highest number of their series: {missing}\n"));
    }
    text.push_str(&format!("Head: record {}, {}\n", head.record, head.hash));
    if !verification.ledger.is_empty() && findings.is_empty() {
        let proof = Proof { ledger: verification.ledger.clone(), head: *head };
        text.push_str(&format!("Proof: {proof}\n"));
    }
    text
}
