//! `almoner monitoring milestone`: records a milestone of a grant.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::text::Text;
use clap::Args;

use crate::commands::cli::RecordingArgs;
use crate::commands::dates;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Record a milestone and its due date
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    almoner monitoring milestone 26-2015 --due 2015-06-30 \\\n    \
      --name \"Mediator in post\" --holds-payment")]
pub(super) struct MilestoneArgs {
    /// Award id
    award: GrantId,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Milestone to be reached
    #[arg(long, value_name = "TEXT")]
    name: Text,

    /// Refuse payments from the due date until it is reached
    #[arg(long)]
    holds_payment: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the milestone.
pub(super) fn run(args: MilestoneArgs, context: Context) -> Result<(), Problem> {
    let due =
        Due { what: DueKind::Milestone, name: args.name, due: args.due, before_payment: args.holds_payment };
    record(context, &args.recording, Recording { label: "milestone", ..Recording::default() }, &|_| {
        Ok(Command::Expect { award: args.award.clone(), due: due.clone() })
    })
}
