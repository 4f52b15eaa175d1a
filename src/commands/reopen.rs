//! `almoner reopen`: reopens a provisionally closed month.

use almoner_ledger::calendar::Month;
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  almoner reopen 2015-03 --reason \"Bank statement arrived late\"")]
pub struct ReopenArgs {
    /// Month: 2015-03
    month: Month,

    /// Reason, recorded in the ledger
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the reopening.
pub fn run(args: ReopenArgs, context: Context) -> Result<(), Problem> {
    let command = Command::Reopen { month: args.month, reason: args.reason };
    record_command(context, &args.recording, Recording::of("reopen"), &command)
}
