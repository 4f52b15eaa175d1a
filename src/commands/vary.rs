//! `almoner vary`: changes the amount, period or fund of a grant.

use almoner_app::intents::{Change, ChangeOfAmount};
use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::calendar::StatedDate;
use almoner_ledger::money::Money;
use clap::Args;

use super::Recording;
use super::award::{fund_split, parts};
use super::change::ChangeArgs;
use super::cli::PostingArgs;
use super::dates;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "A variation takes effect at the end of its effective date (--date). The amount still to recognise \
        at that point is \
    spread over the rest of the period; any excess already recognised is credited to expenditure on that date.\n\n\
    A change of fund (--fund, --allocation) does not change the totals. From the effective date, expenditure and payments \
    are in the new fund, as are any amounts outstanding, prepaid or accrued on that day. Earlier expenditure stays in \
    the old fund, unless --include-past moves it; any part relating to earlier years is then shown separately from this year's expenditure.\n\n\
    Examples:\n  \
    almoner vary 14-2015 --by-amount 5000 --decision 31-2015\n  \
    almoner vary 14-2015 --by-amount -2,500 --decision 32-2015 --date 2015-06-01\n  \
    almoner vary 22-2015 --to-amount 24000 --to 2016-06-30 --decision 33-2015\n  \
    almoner vary 22-2015 --fund victims --date 2015-10-01 --decision 34-2015"
)]
#[command(override_usage = "almoner vary <AWARD> [--by-amount <±AMOUNT> | --to-amount <AMOUNT>]\n       \
    [--part <FUND/THEME>] [--from <DATE>] [--to <DATE>] [OPTIONS]\n       \
    almoner vary <AWARD> {--fund <FUND> | --allocation <PARTS>}\n       \
    [--include-past] [OPTIONS]")]
#[command(group = clap::ArgGroup::new("change").args(["by_amount", "to_amount", "fund", "allocation", "from", "to"]).multiple(true).required(true))]
pub struct VaryArgs {
    /// Increase, or decrease if negative
    #[arg(long, value_name = "±AMOUNT", allow_hyphen_values = true, conflicts_with = "to_amount")]
    by_amount: Option<Money>,

    /// New total of the award
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    to_amount: Option<Money>,

    /// New fund, or a split: a:60%;b:40%
    #[arg(long, value_name = "FUND", value_parser = fund_split, conflicts_with_all = ["by_amount", "to_amount", "from", "to", "allocation"])]
    fund: Option<Funds>,

    /// New parts with fund and theme: cdr/a:10000;victims/b:20000
    #[arg(long, value_name = "PARTS", value_parser = parts, conflicts_with_all = ["by_amount", "to_amount", "from", "to"])]
    allocation: Option<Funds>,

    /// Also move earlier expenditure to the new fund
    #[arg(long, conflicts_with_all = ["by_amount", "to_amount", "from", "to"])]
    include_past: bool,

    /// Part whose amount changes [default: all parts, in proportion]
    #[arg(long, value_name = "FUND/THEME", value_parser = Part::parse, conflicts_with_all = ["fund", "allocation"])]
    part: Option<Part>,

    /// First day or month of the new period [default: unchanged]
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    from: Option<StatedDate>,

    /// Last day or month of the new period [default: unchanged]
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date)]
    to: Option<StatedDate>,

    #[command(flatten)]
    change: ChangeArgs,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the variation.
pub fn run(args: VaryArgs, context: Context) -> Result<(), Problem> {
    let amount = args.to_amount.map(ChangeOfAmount::To).or(args.by_amount.map(ChangeOfAmount::By));
    let change = match args.fund.or(args.allocation) {
        Some(fund) => Change::Fund { fund, include_past: args.include_past },
        None => Change::Vary { amount, from: args.from, to: args.to, part: args.part },
    };
    args.change.record(context, &args.recording, Recording::of("vary"), change)
}
