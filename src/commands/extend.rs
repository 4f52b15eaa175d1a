//! `almoner extend`: extends the period of a grant.

use almoner_app::intents::ExtendAward;
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_intent};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "The amount does not change. Expenditure not yet recognised is spread over the longer period.\n\n\
    Example:\n  almoner extend 22-2015 --to 2016-06-30 --decision 41-2015"
)]
pub struct ExtendArgs {
    /// Award id
    award: GrantId,

    /// New last day or month
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    to: StatedDate,

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Effective date [default: that of the registered decision, else today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the extension.
pub fn run(args: ExtendArgs, context: Context) -> Result<(), Problem> {
    let recording =
        Recording { label: "extend", how_again: "with its own decision or date", ..Recording::default() };
    let ExtendArgs { award, to, decision, date, recording: options } = args;
    record_intent(context, &options, recording, &ExtendAward { award, to, decision, date })
}
