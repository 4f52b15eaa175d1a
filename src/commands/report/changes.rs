//! `almoner report changes`.

use almoner_ledger::reports::{Query, changes};
use almoner_papers::reports::changes::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
#[command(after_help = "Awards and changes together are the amount shown as awarded in other reports.")]
pub struct ChangesArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl ChangesArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&changes(page.books, &query)?, sheet)
    }
}
