//! `almoner rebuild`: rebuilds the index from the journal, or accepts that a part of the journal is lost.

use almoner_app::narrative::record_numbers;
use almoner_ledger::text::Text;
use almoner_store::folder::{Acceptance, Ledger};
use clap::Args;

use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(
    after_help = "The journal is not changed. This command is seldom needed: an index that does not match the journal \
    is rebuilt automatically.\n\n\
    If records known to the index or to this computer are missing from the journal, every command is refused (exit code \
    3). Look for the newest copy of the ledger first. If the records are lost, --accept-shorter-history records the \
    reason with the last known record and its hash, after which the ledger can be used again. Where there are users, this needs the approver \
    role.\n\n\
    Examples:\n  \
    almoner rebuild\n  \
    almoner rebuild --accept-shorter-history \"Disk failed on 3 March; backup of 28 February restored\""
)]
pub struct RebuildArgs {
    /// Reason for continuing without the lost records; recorded in the ledger
    #[arg(long, value_name = "REASON")]
    accept_shorter_history: Option<Text>,
}

/// Rebuilds the index and prints the number of records read.
pub fn run(args: RebuildArgs, context: &Context) -> Result<(), Problem> {
    let (path, turn, notes) = (&context.office.location, context.turn(), Some(&*context.office.notes));
    let Some(reason) = args.accept_shorter_history else {
        let records =
            with_progress("Rebuilding the index", |progress| Ledger::rebuild(path, &turn, notes, progress))?;
        return context.print(&format!("Index rebuilt from {records} records.\n"));
    };
    let (at, by) = (context.actor.at.to_string(), context.actor.recorder()?.to_string());
    let acceptance = Acceptance { reason, at, by };
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
