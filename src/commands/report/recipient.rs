//! `almoner report recipient`.

use almoner_ledger::reports::{Query, recipient};
use almoner_papers::reports::recipient::sheet;
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct RecipientArgs {
    /// Recipient id, or present or former name
    #[arg(value_name = "RECIPIENT")]
    recipient: String,

    #[command(flatten)]
    range: RangeArgs,
}

impl RecipientArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = Query::of(self.range.range(page.today)?);
        page.write(&recipient(page.books, &query, &self.recipient)?, sheet)
    }
}
