//! `almoner report commitments`.

use almoner_ledger::reports::{Query, commitments};
use almoner_papers::reports::commitments::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
#[command(after_help = "Commitments are as at the last day of the period.")]
pub struct CommitmentsArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl CommitmentsArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&commitments(page.books, &query)?, sheet)
    }
}
