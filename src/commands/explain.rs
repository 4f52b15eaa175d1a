//! `almoner explain`: the records that make up a figure of a report or paper.

mod figure;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::themes::Key;
use almoner_ledger::reports::themes::objective;
use almoner_ledger::reports::{By, FilterWords, Measure, Query, explain};
use almoner_ledger::totals::PurposeView;
use almoner_papers::reports::explain::sheet;
use almoner_store::folder::Access;
use clap::Args;
use figure::Figure;

use super::audience::ViewArgs;
use super::dates::Days;
use super::report::range::{FilterArgs, RangeArgs};
use super::report::{Page, narrowed};
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
the figure, to the penny. Balances omit grants whose balance is zero.\n\n\
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
    let figure = args.figure.as_deref().map(Figure::parse).transpose()?;
    args.output.prepared(context.terminal)?;
    args.view.read(context, Audience::Officer, Access::Read, |books| {
        let (today, terminal, output) = (context.actor.today, context.terminal, &args.output);
        let days = args.view.days(books, today);
        let request = args.resolve(figure.as_ref(), books, days)?;
        let report = explain(books, &request.query, request.line.as_ref(), request.column)?;
        let page = Page { books, days, output, terminal };
        page.write(&report, |report| sheet(report, request.name()))
    })
}

/// The figure to explain, with ids found in the books.
struct FigureRequest {
    query: Query,
    line: Option<Key>,
    column: Measure,
}

impl ExplainArgs {
    fn resolve(
        &self,
        figure: Option<&Figure>,
        books: &dyn Books,
        days: Days,
    ) -> Result<FigureRequest, Problem> {
        let column = figure.map(|figure| figure.column).or(self.column).unwrap_or(Measure::Expenditure);
        let range = self.period(figure, days.today)?;
        let mut query = narrowed(self.range.query_of(range, days)?, &self.filter, books)?;
        let mut line = self.objective.as_deref().map(|given| objective(books, given)).transpose()?;
        if let Some((by, id)) = figure.and_then(|figure| figure.line.as_ref()) {
            let mut words = FilterWords::default();
            let place = match by {
                By::Theme => &mut words.theme,
                By::Fund => &mut words.fund,
                By::Recipient => &mut words.recipient,
                By::Power => &mut words.power,
                By::Objective => {
                    line = at_most_one("objective", line, Some(objective(books, id)?))?;
                    return Ok(FigureRequest { query, line, column });
                }
            };
            *place = Some(id);
            let meant = words.resolve(books)?;
            let filter = &mut query.filter;
            filter.theme = at_most_one("theme", filter.theme.take(), meant.theme)?;
            filter.fund = at_most_one("fund", filter.fund.take(), meant.fund)?;
            filter.recipient = at_most_one("recipient", filter.recipient.take(), meant.recipient)?;
            filter.power = at_most_one("power", filter.power.take(), meant.power)?;
        }
        Ok(FigureRequest { query, line, column })
    }

    /// Returns the period given by the figure's name, `--period` or the other options.
    fn period(&self, figure: Option<&Figure>, today: Date) -> Result<DateRange, Problem> {
        let named = figure.and_then(|figure| figure.range);
        let stated = match &self.period {
            Some(period) => Some(figure::period(period)?),
            None => self.range.stated()?,
        };
        Ok(match at_most_one("period", named, stated)? {
            Some(range) => range,
            None => self.range.range(today)?,
        })
    }
}

/// Returns the value given by the name or the options; refuses two different ones.
fn at_most_one<T: PartialEq>(what: &str, one: Option<T>, other: Option<T>) -> Result<Option<T>, Problem> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            let message = format!("the name of the figure and the options give different {what}s");
            Err(Problem::refused("given-twice", message).hint("give only one of them"))
        }
        (one, other) => Ok(one.or(other)),
    }
}

impl FigureRequest {
    /// Returns the short name of the figure, where it has one.
    fn name(&self) -> Option<String> {
        let filter = &self.query.filter;
        let mut lines: Vec<(By, String)> = [
            filter.theme.as_ref().map(|it| (By::Theme, it.to_string())),
            filter.fund.as_ref().map(|it| (By::Fund, it.to_string())),
            filter.recipient.as_ref().map(|it| (By::Recipient, it.to_string())),
            filter.power.map(|it| (By::Power, it.to_string())),
            self.line.as_ref().map(|it| (it.by, it.id.clone())),
        ]
        .into_iter()
        .flatten()
        .collect();
        let is_named = lines.len() < 2 && self.query.purpose == PurposeView::Dated;
        let (line, range) = (lines.pop(), Some(self.query.range));
        is_named.then(|| Figure { line, column: self.column, range }.to_string())
    }
}
