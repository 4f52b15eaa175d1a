//! `almoner export cfo`: the pack of the Chief Finance Officer.

mod sheets;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::reports::funds::lapsing;
use almoner_ledger::reports::{Published, Query, forecast, funds, year_end};
use clap::Args;

use super::paper::{Draft, PaperArgs, range_to_type};
use crate::commands::report::fields::range_in_words;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "\
The period must be whole months. The forecast is for the financial year of its last day, whatever its first.\n\n\
Unlike other papers, this one is for the office unless --audience auditor says otherwise: it is made of the\n\
balances of bank and control accounts and says who recorded what. Without what is confidential its figures\n\
would not tie to the ledger, so it is refused to the public and the panel; `export panel` is theirs.\n\n\
Examples:\n  \
    almoner export cfo --fy 2015-16 -o cfo.xlsx\n  \
    almoner export cfo --quarter 2015-16Q2 --known-at 2015-10-12 -o cfo.html\n  \
    almoner export cfo --to 2015-09-30 --only monitoring --format csv")]
pub(super) struct CfoArgs {
    #[command(flatten)]
    range: RangeArgs,

    /// How many of the largest movements and charges are named
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(..=1000))]
    largest: u16,

    #[command(flatten)]
    paper: PaperArgs,
}

pub(super) fn run(args: &CfoArgs, context: &Context) -> Result<(), Problem> {
    let why = "it is made of the balances of bank and control accounts, which do not tie without what is \
               confidential, and says who recorded what";
    args.paper.refuse_public(Audience::Officer, why)?;
    args.paper.write(context, Audience::Officer, |books, today| draft(args, books, today))
}

fn draft(args: &CfoArgs, books: &Published<'_>, today: Date) -> Result<Draft, Problem> {
    let range = args.range.range(today)?;
    let query = Query::of(range);
    // First, since it refuses what is not whole months.
    let funds = funds(books, &query)?;
    let forecast = forecast(books, &query, usize::from(args.largest))?;
    let schedule = year_end(books, &query, forecast.year)?;
    let lapsing = lapsing(&funds, &forecast)?;
    Ok(Draft {
        title: format!("Grants: pack for the Chief Finance Officer, {}", range_in_words(range)),
        range,
        sheets: vec![
            sheets::monitoring(&forecast)?,
            sheets::moved(&forecast),
            sheets::expenditure(&forecast),
            sheets::year_end(&schedule),
            sheets::funds(&funds),
            sheets::lapsing(&lapsing, forecast.year),
            sheets::reserves(&funds),
        ],
        command: format!("cfo {} --largest {}", range_to_type(range), args.largest),
    })
}
