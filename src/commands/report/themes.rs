//! `almoner report themes`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::themes::needs_only_totals;
use almoner_ledger::reports::{By, Query, themes};
use almoner_papers::reports::themes::{chart, sheet};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
pub struct ThemesArgs {
    /// Grouping of the lines
    #[arg(long, value_name = "GROUPING", default_value = By::Theme.word())]
    #[arg(value_parser = PossibleValuesParser::new(By::ALL.map(By::word)).map(|word| By::parse(&word).unwrap_or_default()))]
    by: By,

    /// Add a chart of awarded, paid and expenditure
    #[arg(long)]
    chart: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl ThemesArgs {
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let query = self.filter.query_of_totals(&self.range, today);
        query.is_some_and(|query| needs_only_totals(&query, self.by))
    }

    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let report = themes(page.books, &query, self.by)?;
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
