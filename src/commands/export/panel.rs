//! `almoner export panel`: the paper for the Police and Crime Panel.

use almoner_ledger::audience::Audience;
use almoner_papers::invocation::Export;
use almoner_papers::packs::panel::pack;
use clap::Args;

use super::paper::PaperArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export panel --fy 2015-16 -o panel.html\n  \
    almoner export panel --quarter 2015-16Q3 -o panel.xlsx")]
pub(super) struct PanelArgs {
    #[command(flatten)]
    range: RangeArgs,

    /// Months ahead to list grants ending soon
    #[arg(long, value_name = "MONTHS", default_value_t = 6, value_parser = clap::value_parser!(i32).range(1..=120))]
    ending: i32,

    #[command(flatten)]
    paper: PaperArgs,
}

pub(super) fn run(args: &PanelArgs, context: &Context) -> Result<(), Problem> {
    args.paper.write(context, Audience::Public, |books, today| {
        let range = args.range.range(today)?;
        Ok((pack(books, range, args.ending)?, Export::Panel { range, ending: args.ending }))
    })
}
