//! `almoner rebuild`: rebuilds the index from the journal, or records what is wrong with the journal itself.

use std::path::PathBuf;

use almoner_app::narrative::record_numbers;
use almoner_ledger::text::Text;
use almoner_store::folder::{Acceptance, Ledger};
use clap::Args;

use crate::context::Context;
use crate::passphrase;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(
    after_help = "The journal is not changed. This command is seldom needed: an index that does not match the journal \
    is rebuilt automatically.\n\n\
    If records known to the index or to this computer are missing from the journal, every command is refused (exit code \
    3). Look for the newest copy of the ledger first. If the records are lost, --accept-shorter-history records the \
    reason, and the last known record with its hash; the ledger can then be used again. If the ledger has users, only \
    an approver can do this, and an approver who has a key must sign with it.\n\n\
    Records are dated by the computer's clock, but never earlier than the previous record. If a \
    clock was fast, nothing can be recorded until the correct time is later than that of the last record. To continue at \
    once, give the reason with --correct-clock: records dated in the future then count as recorded when the correction is \
    made, and new records have the correct time.\n\n\
    Examples:\n  \
    almoner rebuild\n  \
    almoner rebuild --accept-shorter-history \"Disk failed on 3 March; backup of 28 February restored\"\n  \
    almoner rebuild --correct-clock \"The clock of the finance laptop was set to 2101\""
)]
pub struct RebuildArgs {
    /// Reason for continuing without the lost records; recorded in the ledger
    #[arg(long, value_name = "REASON")]
    accept_shorter_history: Option<Text>,

    /// Reason why records are dated in the future (a computer's clock was fast); recorded in the ledger
    #[arg(long, value_name = "REASON", conflicts_with = "accept_shorter_history")]
    correct_clock: Option<Text>,

    /// File containing your own signing key (required if you have one)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Rebuilds the index and prints the number of records read.
pub fn run(args: RebuildArgs, context: &Context) -> Result<(), Problem> {
    let (path, turn, notes) = (&context.office.location, context.turn(), Some(&*context.office.notes));
    let acceptance = |reason| -> Result<Acceptance, Problem> {
        let actor = &context.actor;
        let (at, by) = (actor.at.to_string(), actor.recorder()?.to_string());
        let key = args.key_file.as_deref().map(passphrase::key).transpose()?;
        Ok(Acceptance { reason, at, by, is_clock_confirmed: actor.is_clock_confirmed, key })
    };
    if let Some(reason) = args.correct_clock {
        let correction = acceptance(reason)?;
        let records = with_progress("Rebuilding the index", |progress| {
            Ledger::correct_clock(path, correction, &turn, notes, progress)
        })?;
        return context.print(&format!(
            "Clock corrected: recorded in {}\nIndex rebuilt from {records} records.\n",
            record_numbers(records, records)
        ));
    }
    let Some(reason) = args.accept_shorter_history else {
        let records =
            with_progress("Rebuilding the index", |progress| Ledger::rebuild(path, &turn, notes, progress))?;
        return context.print(&format!("Index rebuilt from {records} records.\n"));
    };
    let acceptance = acceptance(reason)?;
    let (lost, records) = with_progress("Rebuilding the index", |progress| {
        Ledger::accept_history(path, acceptance, &turn, notes, progress)
    })?;
    let first = records + 1 - lost.len() as u64;
    let named = lost.iter().map(|it| format!("Accepted as lost: the history up to record {}\n", it.record));
    context.print(&format!(
        "{}Recorded in {}\nIndex rebuilt from {records} records.\n",
        named.collect::<String>(),
        record_numbers(first, records)
    ))
}
