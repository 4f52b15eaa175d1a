//! `almoner diff`: the records that changed each figure between two states of knowledge.

use almoner_app::figures::{Comparison, View};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::reports::{By, Measure};
use almoner_store::folder::Access;
use almoner_store::{KnownAt, as_known_at};
use clap::Args;

use super::audience::AudienceArgs;
use super::dates;
use super::report::range::{FilterArgs, RangeArgs};
use super::report::write;
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::words::words;

#[derive(Debug, Args)]
#[command(after_help = "\
Compares a report for one period as known on two dates. In every line and column, the effects of the records made in \
between add up to the change, to the penny.\n\n\
Examples:\n  \
    almoner diff --known-at 2015-06-30 --known-at 2015-09-30 --fy 2015-16\n  \
    almoner diff --known-at 57 --fy 2015-16 --by fund --column expenditure -o changes.xlsx")]
pub struct DiffArgs {
    /// The two points to compare, earlier first: each a date (the end of that day) or a record number [default for the second: now]
    #[arg(long, value_name = "DATE|RECORD", required = true, value_parser = dates::known_at)]
    known_at: Vec<KnownAt>,

    /// Attribute by which lines are grouped
    #[arg(long, value_name = "GROUPING", default_value = By::Theme.word())]
    #[arg(value_parser = words(By::ALL, By::word))]
    by: By,

    /// Column to compare; may be repeated [default: all]
    #[arg(long, value_name = "COLUMN")]
    #[arg(value_parser = words(Measure::OF_LINES, Measure::word))]
    column: Vec<Measure>,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    audience: AudienceArgs,

    #[command(flatten)]
    output: TableArgs,
}

/// Compares a report as known on two dates.
pub fn run(args: &DiffArgs, context: &Context) -> Result<(), Problem> {
    args.output.prepared(context.terminal)?;
    let audience = args.audience.or(Audience::Officer);
    if !audience.sees_confidential() {
        let message = format!("changes between two reports are not available to the audience `{audience}`");
        return Err(Problem::refused("not-for-audience", message).hint(
            "use --audience officer, for use within the office only: the report names users and times of recording",
        ));
    }
    let (earlier, later) = match args.known_at.as_slice() {
        [earlier] => (*earlier, None),
        [earlier, later] => (*earlier, Some(*later)),
        _ => {
            return Err(Problem::refused("two-times", "--known-at is given more than twice")
                .hint("give --known-at no more than twice"));
        }
    };
    let ledger = match later {
        Some(_) => context.office.open_as_known(&context.actor, Access::Read, &args.known_at)?,
        None => context.open_undamaged(Access::Read)?,
    };
    let earlier = as_known_at(&ledger, earlier)?;
    let later = later.map(|later| as_known_at(&ledger, later)).transpose()?;
    let later: &dyn Books = later.as_ref().map_or(&ledger, |later| later);
    if earlier.head().record > later.head().record {
        let (first, second) = (earlier.head().record, later.head().record);
        let message =
            format!("the first --known-at (record {first}) is later than the second (record {second})");
        return Err(Problem::refused("not-in-order", message).hint("give the earlier time first"));
    }
    let known_at = args.known_at.get(1).copied();
    let days = View { known_at, audience }.days(later, context.actor.today);
    let (period, narrowing) = (args.range.period(), args.filter.narrowing());
    let comparison = Comparison { by: args.by, columns: args.column.clone(), period, narrowing };
    let made = comparison.run(&earlier, later, days, audience)?;
    write(&made, None, &args.output, context.terminal)
}
