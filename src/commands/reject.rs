//! `almoner reject`: rejects a proposal, or withdraws one's own.

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  almoner reject 57 --reason \"The invoice is for another award\"")]
pub struct RejectArgs {
    /// Record number of the proposal
    record: u64,

    /// Reason, recorded in the ledger
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the rejection.
pub fn run(args: RejectArgs, context: Context) -> Result<(), Problem> {
    let command = Command::Reject { proposal: args.record, reason: args.reason };
    record_command(context, &args.recording, Recording::of("reject"), &command)
}
