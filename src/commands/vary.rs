//! `almoner vary`: changes the amount or period of a grant.

use almoner_app::intents::{ChangeOfAmount, VaryAward};
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_intent};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Expenditure still to be recognised is spread over the rest of the period. Any excess already \
    recognised is credited on the effective date.\n\n\
    Examples:\n  \
    almoner vary 14-2015 --by-amount 5000 --decision 31-2015\n  \
    almoner vary 14-2015 --by-amount -2,500 --decision 32-2015 --date 2015-06-01\n  \
    almoner vary 22-2015 --to-amount 24000 --to 2016-06-30 --decision 33-2015"
)]
#[command(override_usage = "almoner vary <AWARD> [--by-amount <±AMOUNT> | --to-amount <AMOUNT>]\n       \
    [--from <DATE>] [--to <DATE>] [OPTIONS]")]
#[command(group = clap::ArgGroup::new("change").args(["by_amount", "to_amount", "from", "to"]).multiple(true).required(true))]
pub struct VaryArgs {
    /// Award to change
    award: GrantId,

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

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Effective date [default: that of the registered decision, else today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the variation.
pub fn run(args: VaryArgs, context: Context) -> Result<(), Problem> {
    let recording =
        Recording { label: "vary", how_again: "with its own decision or date", ..Recording::default() };
    let change = args.to_amount.map(ChangeOfAmount::To).or(args.by_amount.map(ChangeOfAmount::By));
    let VaryArgs { award, from, to, decision, date, recording: options, .. } = args;
    record_intent(context, &options, recording, &VaryAward { award, change, from, to, decision, date })
}
