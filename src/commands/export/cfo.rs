//! `almoner export cfo`: the pack for the Chief Finance Officer.

use almoner_ledger::audience::Audience;
use almoner_papers::invocation::Export;
use almoner_papers::packs::cfo::pack;
use clap::Args;

use super::paper::PaperArgs;
use super::typed::typed;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "\
The period must be whole months. The forecast covers the financial year of its last day.\n\n\
The pack is for the office or, with --audience auditor, the auditor: it contains bank and control account\n\
balances and names users. Without confidential grants it would not agree with the ledger, so it is refused\n\
to the public and the panel, who have `export panel`.\n\n\
Examples:\n  \
    almoner export cfo --fy 2015-16 -o cfo.xlsx\n  \
    almoner export cfo --quarter 2015-16Q2 --known-at 2015-10-12 -o cfo.html\n  \
    almoner export cfo --to 2015-09-30 --only monitoring --format csv")]
pub(super) struct CfoArgs {
    #[command(flatten)]
    range: RangeArgs,

    /// Number of largest records to list
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(..=1000))]
    largest: u16,

    #[command(flatten)]
    paper: PaperArgs,
}

pub(super) fn run(args: &CfoArgs, context: &Context) -> Result<(), Problem> {
    let why = "it contains bank and control account balances, which do not agree without confidential grants, and \
               names users";
    args.paper.refuse_public(Audience::Officer, why)?;
    args.paper.write(context, Audience::Officer, |books, today| {
        let (range, largest) = (args.range.range(today)?, args.largest);
        let pack = pack(books, range, usize::from(largest), &typed)?;
        Ok((pack, Export::Cfo { range, largest }))
    })
}
