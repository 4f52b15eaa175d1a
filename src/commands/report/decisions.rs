//! `almoner report decisions`.

use almoner_ledger::reports::decisions;
use almoner_papers::reports::decisions::sheet;
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(after_help = "Without a period, the whole register is listed.")]
pub struct DecisionsArgs {
    /// Include confidential details (for the office only)
    #[arg(long)]
    internal: bool,

    #[command(flatten)]
    range: RangeArgs,
}

impl DecisionsArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        page.write(&decisions(page.books, self.range.stated()?, self.internal)?, sheet)
    }
}
