//! `almoner report periods`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::periods::needs_only_totals;
use almoner_ledger::reports::{Every, Query, periods};
use almoner_papers::reports::periods::{chart, sheet};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
pub struct PeriodsArgs {
    /// Length of each period
    #[arg(long, value_name = "LENGTH", default_value = Every::Month.word())]
    #[arg(value_parser = PossibleValuesParser::new(Every::ALL.map(Every::word)).map(|word| Every::parse(&word).unwrap_or_default()))]
    every: Every,

    /// Add a chart of awarded, paid and expenditure
    #[arg(long)]
    chart: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl PeriodsArgs {
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let query = self.filter.query_of_totals(&self.range, today);
        query.is_some_and(|query| needs_only_totals(&query))
    }

    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let report = periods(page.books, &query, self.every)?;
        let withheld = page.withheld_in_words(&query)?;
        page.write(&report, |report| {
            let mut sheet = sheet(report);
            sheet.notes.extend(withheld);
            if self.chart {
                sheet.charts.push(chart(&sheet));
            }
            sheet
        })
    }
}
