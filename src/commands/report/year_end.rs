//! `almoner report year-end`.

use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::reports::{Query, year_end};
use almoner_papers::reports::year_end::sheet;
use clap::Args;

use super::range::FilterArgs;
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
pub struct YearEndArgs {
    /// Financial year: 2015-16 [default: the last completed year]
    #[arg(long, value_name = "YEAR")]
    fy: Option<FinancialYear>,

    #[command(flatten)]
    filter: FilterArgs,
}

impl YearEndArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let year = self.fy.unwrap_or(page.today.financial_year().previous());
        let query = narrowed(Query::of(year.range()), &self.filter, page.books)?;
        page.write(&year_end(page.books, &query, year)?, sheet)
    }
}
