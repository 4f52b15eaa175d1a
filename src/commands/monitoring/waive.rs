//! `almoner monitoring waive`: waives a report or milestone as a condition of payment.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::text::Text;
use clap::Args;

use crate::commands::cli::RecordingArgs;
use crate::commands::dates;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Waive a report or milestone as a condition of payment
#[derive(Debug, Args)]
#[command(
    after_help = "Payments no longer wait for the report or milestone, but it remains due until received.\n\n\
    Example:\n  \
    almoner monitoring waive 26-2015 --due 2015-07-15 \\\n    \
      --reason \"Wages are due; agreed by the Chief Finance Officer\""
)]
pub(super) struct WaiveArgs {
    /// Award id
    award: GrantId,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Name, if several are due on that date
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    /// Date of the waiver [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    on: Option<Date>,

    /// Reason
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the waiver.
pub(super) fn run(args: WaiveArgs, context: Context) -> Result<(), Problem> {
    let date = args.on.unwrap_or(context.actor.today);
    record(context, &args.recording, Recording { label: "waive", ..Recording::default() }, &|_| {
        let (award, name, reason) = (args.award.clone(), args.name.clone(), args.reason.clone());
        Ok(Command::Waive { award, due: args.due, name, date, reason })
    })
}
