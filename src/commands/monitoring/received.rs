//! `almoner monitoring received`: records a monitoring report received, or a milestone reached.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::papers::PaperId;
use almoner_ledger::text::Text;
use clap::Args;

use crate::commands::cli::RecordingArgs;
use crate::commands::dates;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Record a monitoring report received or a milestone reached
#[derive(Debug, Args)]
#[command(
    override_usage = "almoner monitoring received <AWARD> --due <DATE> --result <TEXT>\n       [OPTIONS]",
    after_help = "--paper adds the report to the index of public papers. If the paper is known only later, repeat the \
    command with --paper.\n\n\
    Example:\n  \
    almoner monitoring received 26-2015 --due 2015-07-15 --on 2015-07-13 \\\n    \
      --paper AP15/2 --result \"31 families helped; on course\""
)]
pub(super) struct ReceivedArgs {
    /// Award id
    award: GrantId,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Name, if several were due on that date
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    /// Date received or reached [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    on: Option<Date>,

    /// Public paper that reports it: AP15/2
    #[arg(long, value_name = "PAPER")]
    paper: Option<PaperId>,

    /// Result in brief
    #[arg(long, value_name = "TEXT")]
    result: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the receipt of the report.
pub(super) fn run(args: ReceivedArgs, context: Context) -> Result<(), Problem> {
    let received = args.on.unwrap_or(context.actor.today);
    record(context, &args.recording, Recording { label: "received", ..Recording::default() }, &|_| {
        Ok(Command::Submit {
            award: args.award.clone(),
            due: args.due,
            name: args.name.clone(),
            received,
            paper: args.paper.clone(),
            result: args.result.clone(),
        })
    })
}
