//! `almoner report budget`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::budget::needs_only_totals;
use almoner_ledger::reports::{Query, budget};
use almoner_papers::reports::budget::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
pub struct BudgetArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl BudgetArgs {
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let query = self.filter.query_of_totals(&self.range, today);
        query.is_some_and(|query| needs_only_totals(&query))
    }

    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let report = budget(page.books, &query)?;
        let sheet = sheet(&report)?;
        page.write(&report, |_| sheet)
    }
}
