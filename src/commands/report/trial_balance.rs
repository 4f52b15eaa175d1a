//! `almoner report trial-balance`.

use almoner_ledger::reports::{FilterWords, Query, trial_balance};
use almoner_papers::reports::trial_balance::sheet;
use clap::Args;

use super::range::RangeArgs;
use super::{Page, ReportProblem};

#[derive(Debug, Args)]
#[command(after_help = "Balances are as at the last day of the period, which must be a month end.")]
pub struct TrialBalanceArgs {
    /// Only one fund, by id or name
    #[arg(long, value_name = "FUND")]
    fund: Option<String>,

    #[command(flatten)]
    range: RangeArgs,
}

impl TrialBalanceArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let words = FilterWords { fund: self.fund.as_deref(), ..FilterWords::default() };
        let filter = words.resolve(page.books)?;
        let query = Query { filter, ..Query::of(self.range.range(page.today)?) };
        page.write(&trial_balance(page.books, &query)?, sheet)
    }
}
