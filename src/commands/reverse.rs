//! `almoner reverse`: undoes a record by a new one.

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use clap::Args;

use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

/// Undo a record by a new one that names it
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is ever edited or deleted: the reversal posts what brings the books to where \
    they would be without the record, and both stay in the journal.\n\n\
    Example:\n  almoner reverse 14 --reason \"Paid to another award\"\n\n\
    The numbers of records are on receipts and in `almoner log`."
)]
pub struct ReverseArgs {
    /// The record's number
    #[arg(value_name = "RECORD")]
    number: u64,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the reversal.
pub fn run(args: ReverseArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "reverse", ..Recording::default() };
    record(context, &args.recording, recording, &|_| {
        Ok(Command::Reverse { record: args.number, reason: args.reason.clone() })
    })
}
