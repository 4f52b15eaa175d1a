//! `almoner monitoring received`: records that a monitoring report was received, or a milestone reached.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::papers::PaperId;
use almoner_ledger::text::Text;
use clap::Args;

use crate::cli::RecordingArgs;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Record a monitoring report received or a milestone reached
#[derive(Debug, Args)]
#[command(
    after_help = "Where it is reported in a public paper, --paper enters that in the index of papers; say \
    the same again with --paper once the paper is known.\n\n\
    Example:\n  \
    almoner monitoring received 26-2015 --due 2015-07-15 --on 2015-07-13 --paper AP15/2 \\\n    \
      --result \"31 families helped; on course\""
)]
pub(super) struct ReceivedArgs {
    /// Which award
    award: GrantId,

    /// The day on which it was due
    #[arg(long, value_name = "DATE")]
    due: Date,

    /// Its name, where several were due on that day
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    /// When it was received, or reached [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,

    /// The public paper that it was reported in: AP15/2
    #[arg(long, value_name = "PAPER")]
    paper: Option<PaperId>,

    /// What came of it, in short
    #[arg(long, value_name = "TEXT")]
    result: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records what was received.
pub(super) fn run(args: ReceivedArgs, context: Context) -> Result<(), Problem> {
    let received = args.on.unwrap_or(context.today);
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
