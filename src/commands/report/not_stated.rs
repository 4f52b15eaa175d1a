//! `almoner report not-stated`.

use almoner_ledger::reports::{Query, not_stated};
use almoner_papers::reports::not_stated::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct NotStatedArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl NotStatedArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&not_stated(page.books, &query)?, sheet)
    }
}
