//! `almoner vary`: changes the amount or period of a grant.

use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, day_of_change, record};
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
    let today = context.today;
    let recording =
        Recording { label: "vary", how_again: "with its own decision or date", ..Recording::default() };
    record(context, &args.recording, recording, &|books| {
        let date = day_of_change(books, args.date, args.decision.as_ref(), today)?;
        let grant = books.grant(&args.award)?;
        let (change, period) = match grant.as_deref() {
            Some(grant) => (change(&args, grant, date)?, period(&args, grant)?),
            // The decision refuses it and names the nearest award.
            None => (args.by_amount.unwrap_or_default(), None),
        };
        let (award, decision) = (args.award.clone(), args.decision.clone());
        Ok(Command::Vary { award, decision, date, change, period })
    })
}

fn change(args: &VaryArgs, grant: &Grant, date: Date) -> Result<Money, Problem> {
    let Some(to) = args.to_amount else { return Ok(args.by_amount.unwrap_or_default()) };
    let awarded = grant.standing()?.awarded;
    if awarded == to {
        // The same variation repeated: already recorded, not a change of zero.
        let recorded = grant.facts().filter_map(|fact| {
            let Fact::Varied(it) = fact else { return None };
            (it.decision == args.decision && it.date == date && !it.extension).then_some(it)
        });
        if let Some(variation) = recorded.last() {
            return Ok(variation.change);
        }
    }
    Ok(to.minus(awarded)?)
}

fn period(args: &VaryArgs, grant: &Grant) -> Result<Option<Period>, Problem> {
    if args.from.is_none() && args.to.is_none() {
        return Ok(None);
    }
    let now = grant.period();
    let from = args.from.or(now.map(Period::from));
    let to = args.to.or(now.map(Period::to));
    match (from, to) {
        (Some(from), Some(to)) => Ok(Some(Period::new(from, to)?)),
        _ => Err(Problem::refused("no-period", format!("award {} has no period yet", grant.id))
            .hint("give both --from and --to")),
    }
}
