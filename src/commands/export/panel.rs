//! `almoner export panel`: the paper for the Police and Crime Panel.

mod sheets;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::reports::{
    By, Every, Published, Query, changes, compared, decisions, ending, indicators, monitoring, not_stated,
    papers, periods,
};
use almoner_papers::sheet::{Chart, Shape};
use almoner_papers::{dates, reports};
use clap::Args;

use super::paper::{Draft, PaperArgs, part, range_to_type};
use crate::commands::audience::withheld_in_words;
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
    args.paper.write(context, Audience::Public, |books, today| draft(args, books, today))
}

fn draft(args: &PanelArgs, books: &Published<'_>, today: Date) -> Result<Draft, Problem> {
    let range = args.range.range(today)?;
    let query = Query::of(range);
    let compared = compared(books, &query, By::Theme)?;
    let changes = changes(books, &query)?;
    let periods = periods(books, &query, Every::Month)?;
    let ending = ending(books, &query, args.ending)?;
    let register = decisions(books, Some(range), books.audience().sees_confidential())?;
    let mut headline = sheets::headline(&compared, &changes);
    headline.notes.extend(withheld_in_words(books, &query)?);
    let mut by_month = part("months", "Spending by month", reports::periods::sheet(&periods));
    by_month.charts.push(Chart {
        title: "Paid and expenditure by month, in pounds".to_owned(),
        shape: Shape::Columns,
        label: "period",
        series: vec!["paid", "expenditure"],
    });
    let soon = part("ending", "Grants ending soon", reports::grants::sheet(&ending));
    let mut soon = sheets::without(soon, &["decision", "decided", "recipient", "power", "from", "withdrawn"]);
    soon.lead =
        vec![format!("Grants whose period ends within {} months of the end of this period.", args.ending)];
    let reports_due = monitoring(books, &query, query.as_at())?;
    let beside = indicators(books, &query)?;
    let unknown = reports::not_stated::sheet(&not_stated(books, &query)?);
    Ok(Draft {
        title: format!("Grants of the Commissioner, {}", dates::days(range)),
        range,
        sheets: vec![
            headline,
            sheets::by_theme(&compared),
            by_month,
            sheets::awards(&changes.awards),
            sheets::changed(&changes.changes),
            soon,
            part("monitoring", "Milestones and monitoring reports", reports::monitoring::sheet(&reports_due)),
            part("indicators", "Performance indicators", reports::indicators::sheet(&beside)),
            part("papers", "Public papers", reports::papers::sheet(&papers(books, Some(range))?)),
            part("not-stated", "Details not stated", unknown),
            part("decisions", "Register of decisions", reports::decisions::sheet(&register)),
            sheets::definitions(),
        ],
        command: format!("panel {} --ending {}", range_to_type(range), args.ending),
    })
}
