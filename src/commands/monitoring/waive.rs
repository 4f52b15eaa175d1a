//! `almoner monitoring waive`: lets payments wait for something that is due no longer.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::text::Text;
use clap::Args;

use crate::cli::RecordingArgs;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Waive a report or milestone as a condition of payment
#[derive(Debug, Args)]
#[command(after_help = "It stays due, and overdue, until it is received.\n\n\
    Example:\n  \
    almoner monitoring waive 26-2015 --due 2015-07-15 --reason \"Wages are due; agreed by the Chief Finance Officer\"")]
pub(super) struct WaiveArgs {
    /// Which award
    award: GrantId,

    /// The day on which it is due
    #[arg(long, value_name = "DATE")]
    due: Date,

    /// Its name, where several are due on that day
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    /// When it was waived [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the waiver.
pub(super) fn run(args: WaiveArgs, context: Context) -> Result<(), Problem> {
    let date = args.on.unwrap_or(context.today);
    record(context, &args.recording, Recording { label: "waive", ..Recording::default() }, &|_| {
        let (award, name, reason) = (args.award.clone(), args.name.clone(), args.reason.clone());
        Ok(Command::Waive { award, due: args.due, name, date, reason })
    })
}
