//! `almoner explain`: the records that make up a figure of a report or paper.

use almoner_app::figures::{Explanation, Figure};
use almoner_ledger::audience::Audience;
use almoner_ledger::reports::Measure;
use almoner_store::folder::Access;
use clap::Args;

use super::audience::ViewArgs;
use super::report::range::{FilterArgs, RangeArgs};
use super::report::write;
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::words::words;

#[derive(Debug, Args)]
#[command(after_help = "\
A figure is identified by its line, column and period: themes/ID/COLUMN@PERIOD. Lines may also be funds, objectives, \
recipients or powers; all/COLUMN@PERIOD is the total. A period is 2015-16, 2015-16Q3, 2015-04 or \
2015-04-01..2015-08-31. Line, column and period can also be given as options, which allow further filtering.\n\n\
Each record is shown with its effect: the figure after the record, less the figure before it. The effects add up to \
the figure, to the penny. If the figure is a balance, records of grants whose balance is zero are left out.\n\n\
Examples:\n  \
    almoner explain themes/domestic-abuse/expenditure@2015-16\n  \
    almoner explain periods/2015-04/paid\n  \
    almoner explain --theme domestic-abuse --fund cdr --fy 2015-16 --column committed --known-at 2015-09-30")]
pub struct ExplainArgs {
    /// Name of the figure: themes/domestic-abuse/expenditure@2015-16
    #[arg(value_name = "FIGURE", required_unless_present = "column")]
    figure: Option<String>,

    /// Column containing the figure
    #[arg(long, value_name = "COLUMN", conflicts_with = "figure")]
    #[arg(value_parser = words(Measure::ALL, Measure::word))]
    column: Option<Measure>,

    /// Period: 2015-16, 2015-16Q3, 2015-04 or 2015-04-01..2015-08-31
    #[arg(long, value_name = "PERIOD", conflicts_with_all = ["fy", "quarter", "month", "from", "to"])]
    period: Option<String>,

    /// Limit to themes under one objective; not-stated for themes with no objective
    #[arg(long, value_name = "OBJECTIVE")]
    objective: Option<String>,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    view: ViewArgs,

    #[command(flatten)]
    output: TableArgs,
}

/// Explains a figure.
pub fn run(args: &ExplainArgs, context: &Context) -> Result<(), Problem> {
    let explanation = Explanation {
        figure: args.figure.as_deref().map(Figure::parse).transpose()?,
        column: args.column,
        named_period: args.period.clone(),
        objective: args.objective.clone(),
        period: args.range.period(),
        narrowing: args.filter.narrowing(),
    };
    args.output.prepared(context.terminal)?;
    args.view.read(context, Audience::Officer, Access::Read, |books| {
        let days = args.view.view(Audience::Officer).days(books, context.actor.today);
        write(&explanation.run(books, days)?, None, &args.output, context.terminal)
    })
}
