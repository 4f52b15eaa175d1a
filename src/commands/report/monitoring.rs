//! `almoner report monitoring`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::{Query, monitoring};
use almoner_papers::reports::monitoring::sheet;
use clap::Args;

use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use crate::commands::dates;

#[derive(Debug, Args)]
#[command(
    after_help = "Lists what was due or received in the period, and everything overdue, whenever it was due."
)]
pub struct MonitoringArgs {
    /// Date for overdue items [default: today, or the period's end if earlier]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    on: Option<Date>,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl MonitoringArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let on = self.on.unwrap_or(page.today.min(query.as_at()));
        page.write(&monitoring(page.books, &query, on)?, sheet)
    }
}
