//! `almoner report grant`.

use almoner_ledger::reports::{Query, grant};
use almoner_papers::reports::grant::{postings_sheet, sheet};
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(after_help = "Balances are as at the last day of the period. The statement shows all days.")]
pub struct GrantArgs {
    /// Grant id
    #[arg(value_name = "GRANT")]
    grant: String,

    /// List postings by account instead
    #[arg(long)]
    postings: bool,

    #[command(flatten)]
    range: RangeArgs,
}

impl GrantArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let report = grant(page.books, &Query::of(self.range.range(page.today)?), &self.grant)?;
        page.write(&report, |report| {
            if self.postings {
                return postings_sheet(report);
            }
            let mut sheet = sheet(report);
            sheet.notes.push("--postings lists every posting by account; JSON has both.".to_owned());
            sheet
        })
    }
}
