//! `almoner report recipients`.

use almoner_ledger::reports::{Query, recipients};
use almoner_papers::reports::recipients::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct RecipientsArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl RecipientsArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&recipients(page.books, &query)?, sheet)
    }
}
