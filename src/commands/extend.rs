//! `almoner extend`: extends the period of a grant.

use almoner_app::intents::Change;
use almoner_ledger::calendar::StatedDate;
use clap::Args;

use super::Recording;
use super::change::ChangeArgs;
use super::cli::PostingArgs;
use super::dates;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "The amount does not change. An extension takes effect at the end of its effective date (--date): \
        the amount still to recognise at that point is spread over the rest of the longer period.\n\n\
    Example:\n  almoner extend 22-2015 --to 2016-06-30 --decision 41-2015"
)]
pub struct ExtendArgs {
    /// New end date; a month means its last day
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    to: StatedDate,

    #[command(flatten)]
    change: ChangeArgs,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the extension.
pub fn run(args: ExtendArgs, context: Context) -> Result<(), Problem> {
    args.change.record(context, &args.recording, Recording::of("extend"), Change::Extend { to: args.to })
}
