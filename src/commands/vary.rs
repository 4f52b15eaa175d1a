//! `almoner vary`: changes the amount or period of a grant.

use almoner_app::intents::{Change, ChangeOfAmount};
use almoner_ledger::calendar::StatedDate;
use almoner_ledger::money::Money;
use clap::Args;

use super::Recording;
use super::change::ChangeArgs;
use super::cli::RecordingArgs;
use super::dates;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "A variation takes effect at the end of its date. What is still to be recognised then is spread over \
    the rest of the period; any excess already recognised is credited on that date.\n\n\
    Examples:\n  \
    almoner vary 14-2015 --by-amount 5000 --decision 31-2015\n  \
    almoner vary 14-2015 --by-amount -2,500 --decision 32-2015 --date 2015-06-01\n  \
    almoner vary 22-2015 --to-amount 24000 --to 2016-06-30 --decision 33-2015"
)]
#[command(override_usage = "almoner vary <AWARD> [--by-amount <±AMOUNT> | --to-amount <AMOUNT>]\n       \
    [--from <DATE>] [--to <DATE>] [OPTIONS]")]
#[command(group = clap::ArgGroup::new("change").args(["by_amount", "to_amount", "from", "to"]).multiple(true).required(true))]
pub struct VaryArgs {
    /// Increase, or decrease if negative
    #[arg(long, value_name = "±AMOUNT", allow_hyphen_values = true, conflicts_with = "to_amount")]
    by_amount: Option<Money>,

    /// New total of the award
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    to_amount: Option<Money>,

    /// First day or month of the new period [default: unchanged]
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    from: Option<StatedDate>,

    /// Last day or month of the new period [default: unchanged]
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    to: Option<StatedDate>,

    #[command(flatten)]
    change: ChangeArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the variation.
pub fn run(args: VaryArgs, context: Context) -> Result<(), Problem> {
    let amount = args.to_amount.map(ChangeOfAmount::To).or(args.by_amount.map(ChangeOfAmount::By));
    let change = Change::Vary { amount, from: args.from, to: args.to };
    args.change.record(context, &args.recording, Recording::of("vary"), change)
}
