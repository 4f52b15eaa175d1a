//! `almoner verify`: proves that no record was altered and that the books are consistent.

mod mark;

use std::path::PathBuf;

use almoner_app::narrative::{self, Naming};
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::clock;
use almoner_ledger::events::Record;
use almoner_ledger::marks::Mark;
use almoner_store::folder::settings;
use almoner_store::memory::MemoryStore;
use almoner_store::proofs::Proof;
use almoner_store::verify::{Finding, FindingKind, Verification, VerifyOptions, verify_with};
use clap::Args;

use crate::checkpoint_file;
use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::remedies::INSTALL_LATEST;
use crate::terminal::on_screen;

/// Maximum number of gaps in decision numbers listed.
const MAX_GAPS: usize = 20;

#[derive(Debug, Args)]
#[command(
    after_help = "Reads the whole ledger and changes nothing. These findings give exit code 3: damage; truncation (the \
    end of the journal is missing); fork (the history does not match the head, the index, the \
    head last noted on this computer, a proof or a checkpoint); and not allowed (a record was made by somebody not permitted to make it). These give exit code 1: a \
    proof or checkpoint of another ledger, a broken rule, any other index fault, records dated after today and an \
    unfinished write.\n\n\
    Other commands do not read the whole journal. Only this command detects an altered record where the length of the \
    journal is unchanged. If all the files of a ledger were rewritten, this can be detected only with \
    evidence held elsewhere: a proof, a checkpoint, or the head (last record and hash) printed on a paper.\n\n\
    Papers for the public and the panel have a mark instead of a head. --mark looks the mark up in `exports.jsonl` \
    beside the ledger and reproduces the paper. If the mark is not there, add --made-by with the \
    command printed on the paper: the paper is then reproduced from the ledger as it stood after each record made \
    that day, until the mark matches.\n\n\
    Examples:\n  \
    almoner verify\n  \
    almoner verify --since 1200\n  \
    almoner verify --proof 0f3a…/57/9b21…\n  \
    almoner verify --checkpoint 2015-03-31.checkpoint --fingerprint \"1f3a 99c0 …\"\n  \
    almoner verify --mark 41bcc99a02f3e1d70c55"
)]
pub struct VerifyArgs {
    /// First record to check; rules that depend on earlier records are not checked
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["proof", "checkpoint", "mark"])]
    since: Option<u64>,

    /// Prove that a record and all earlier records are unchanged, using the `Proof:` line of its confirmation
    #[arg(long, value_name = "PROOF")]
    proof: Option<Proof>,

    /// Prove that the records up to a signed checkpoint are unchanged
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// Expected fingerprint of the key that signed the checkpoint
    #[arg(long, value_name = "FINGERPRINT", requires = "checkpoint")]
    fingerprint: Option<String>,

    /// Find the records behind a paper for the public or the panel, by the mark on it
    #[arg(long, value_name = "MARK", value_parser = parse_mark)]
    mark: Option<Mark>,

    /// Command printed on the paper; it is run as known at each record of the paper's day, until the mark matches
    #[arg(long, value_name = "COMMAND", requires = "mark")]
    made_by: Option<String>,
}

fn parse_mark(text: &str) -> Result<Mark, String> {
    Mark::parse(text).ok_or_else(|| format!("a mark has {} characters, each 0 to 9 or a to f", Mark::DIGITS))
}

/// Verifies the ledger and prints the findings.
pub fn run(args: &VerifyArgs, context: &Context) -> Result<(), Problem> {
    let fingerprint = args.fingerprint.as_deref();
    let checkpoint = match &args.checkpoint {
        Some(path) => Some(checkpoint_file::read(path, fingerprint)?),
        None => None,
    };
    let options = VerifyOptions {
        since: args.since.unwrap_or(1),
        proof: args.proof.as_ref(),
        checkpoint: checkpoint.as_ref().map(|checkpoint| checkpoint.statement()),
        today: clock::day_of(context.actor.at.as_str()),
        without_index: false,
        notes: Some(&context.office.notes),
    };
    let mut verification =
        with_progress("Verifying", |progress| verify_with(&context.office.location, options, progress))?;
    let mut signed = String::new();
    if let Some(checkpoint) = &checkpoint {
        signed = checkpoint_file::signature_text(checkpoint, fingerprint);
        if settings::key(&context.office.location)?.is_some_and(|key| key != *checkpoint.key()) {
            let message = "the checkpoint is signed with a different key from the ledger's own; \
                           only one of the two can be the body's"
                .to_owned();
            verification.findings.push(Finding { kind: FindingKind::Fork, message });
        }
    }
    let text = summary_text(&verification, args.since);
    context.print(&(text + &signed))?;
    exit_status(&verification)?;
    let Some(mark) = &args.mark else { return Ok(()) };
    let outcome = mark::look_up(mark, args.made_by.as_deref(), context)?;
    context.print(&outcome.text)?;
    if outcome.is_found { Ok(()) } else { Err(Problem::already_reported()) }
}

/// Returns the exit status after the findings have been printed.
fn exit_status(verification: &Verification) -> Result<(), Problem> {
    match verification.findings.iter().map(|finding| finding.kind.is_of_journal()).max() {
        None => Ok(()),
        Some(false) => Err(Problem::already_reported()),
        Some(true) => Err(Problem::damage_reported()),
    }
}

/// Returns a record of which whoever verifies the ledger is to know.
fn noted(record: &Record) -> String {
    let words = narrative::event_words(Naming::IDS, &MemoryStore::default(), &record.event);
    let words = words.map(|(sentence, _)| sentence).unwrap_or_default();
    format!(
        "Noted: record {} of {} by {}: {}.\n",
        record.number,
        moment_in_words(&record.at),
        on_screen(&record.by),
        on_screen(&words)
    )
}

/// Returns the text of a verification: the number of records checked, findings and proof.
pub fn summary_text(verification: &Verification, since: Option<u64>) -> String {
    let Verification { records, postings, head, findings, .. } = verification;
    let mut text = format!("Checked {records} of {} records and their {postings} postings.\n", head.record);
    if findings.is_empty() {
        text.push_str(match since {
            Some(_) => "None of these records has been altered, and every entry balances.\n",
            None => "No record has been altered, every entry balances and every rule is met.\n",
        });
    }
    for finding in findings {
        text.push_str(&format!("Found: {}\n", on_screen(&finding.to_string())));
    }
    for proved in &verification.proved {
        text.push_str(&format!("Proved: {proved}.\n"));
    }
    if let Some(since) = since {
        text.push_str(&format!(
            "Not checked: the entries, the index, and the records before record {since}.\n"
        ));
    }
    if findings.iter().any(|finding| finding.kind == FindingKind::Index) {
        text.push_str("To rebuild the index: almoner rebuild\n");
    }
    if findings.iter().any(|finding| finding.kind == FindingKind::LaterVersion) {
        text.push_str(&format!("To check the other records: {INSTALL_LATEST}\n"));
    }
    if verification.is_head_lost {
        text.push_str("To find the end of the journal: almoner recover\n");
    }
    if findings.iter().any(|finding| finding.kind == FindingKind::Clock) {
        text.push_str("To date records by the clock again: almoner rebuild --correct-clock REASON\n");
    }
    for (record, at) in &verification.clock_corrected {
        text.push_str(&format!(
            "Clock corrected by record {record} on {}: earlier records dated after that moment are treated as \
             recorded at that moment.\n",
            moment_in_words(at)
        ));
    }
    for record in &verification.noted {
        text.push_str(&noted(record));
    }
    let earlier = &verification.under_earlier_rules;
    if !earlier.is_empty() {
        let count = earlier.len();
        let (awards, whose, which) =
            if count == 1 { ("award", "Its", "it") } else { ("awards", "Their", "each") };
        let mut listed = earlier.iter().take(MAX_GAPS).cloned().collect::<Vec<_>>().join(", ");
        if count > MAX_GAPS {
            listed.push_str(&format!(" and {} more", count - MAX_GAPS));
        }
        text.push_str(&format!(
            "Recorded under earlier rules: {count} {awards} ({listed}). {whose} entries are \
             unchanged; the next record on {which} posts the difference.\n"
        ));
    }
    if !verification.missing_decisions.is_empty() {
        let (all, listed) =
            (&verification.missing_decisions, verification.missing_decisions.iter().take(MAX_GAPS));
        let mut missing = listed.map(String::as_str).collect::<Vec<_>>().join(", ");
        if all.len() > MAX_GAPS {
            missing.push_str(&format!(" and {} more gaps (`almoner decision list`)", all.len() - MAX_GAPS));
        }
        text.push_str(&format!("Decision numbers missing from the register: {missing}\n"));
    }
    for stray in &verification.strays {
        text.push_str(&format!("Also in the ledger folder: {}.\n", on_screen(&stray.words())));
    }
    text.push_str(&format!("Head: record {}, {}\n", head.record, head.hash));
    if !verification.ledger.is_empty() && findings.is_empty() {
        let proof = Proof { ledger: verification.ledger.clone(), head: *head };
        text.push_str(&format!("Proof: {proof}\n"));
    }
    text
}
