//! `almoner report late`.

use almoner_ledger::reports::{Query, late};
use almoner_papers::reports::late::{by_month, sheet};
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(
    after_help = "What belongs to a closed month is posted on the first open day after it (--late) or, with a reason, to a \
    provisionally closed month (--post-to-closed). Other reports include both on their posting date; this report lists \
    them separately.\n\n\
    --by-month shows each month's figures by posting date, as in other reports, and by effective date."
)]
pub struct LateArgs {
    /// Figures by month, by posting date and by effective date
    #[arg(long)]
    by_month: bool,

    #[command(flatten)]
    range: RangeArgs,
}

impl LateArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let report = late(page.books, &Query::of(self.range.range(page.today)?))?;
        page.write(&report, if self.by_month { by_month } else { sheet })
    }
}
