//! `almoner close`: closes a month.

use almoner_ledger::calendar::Month;
use almoner_ledger::command::Command;
use clap::Args;

use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "What belongs in a closed month and becomes known later is refused, or with --late posted \
    on the first open day with its own date kept beside it.\n\n\
    Example:\n  almoner close 2015-03"
)]
pub struct CloseArgs {
    /// Which month: 2015-03
    month: Month,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the closing.
pub fn run(args: CloseArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "close", ..Recording::default() };
    record(context, &args.recording, recording, &|_| Ok(Command::Close { month: args.month }))
}
