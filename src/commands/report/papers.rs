//! `almoner report papers`.

use almoner_ledger::reports::papers;
use almoner_papers::reports::papers::sheet;
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(after_help = "Without a period, all papers are listed. Papers without a date are in every period.")]
pub struct PapersArgs {
    #[command(flatten)]
    range: RangeArgs,
}

impl PapersArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        page.write(&papers(page.books, self.range.stated()?)?, sheet)
    }
}
