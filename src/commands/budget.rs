//! `almoner budget`: sets a budget.

use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::Command;
use almoner_ledger::event::BudgetKey;
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::themes::ThemeId;
use clap::Args;

use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner budget victims domestic-abuse 2015-16 180,000\n  \
    almoner budget victims domestic-abuse 2015-16 195,000 --revise\n\n\
    What is not yet allocated to a theme is budgeted under `unallocated`.")]
pub struct BudgetArgs {
    /// Which fund
    fund: FundId,

    /// Which theme
    theme: ThemeId,

    /// Which financial year: 2015-16
    year: FinancialYear,

    /// The whole budget of the year, not the change
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Replace a different budget that is already set
    #[arg(long)]
    revise: bool,

    /// Add the fund and theme if the ledger does not know them yet
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the budget.
pub fn run(args: BudgetArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "budget", add_missing: args.add_missing, ..Recording::default() };
    let budget = BudgetKey { fund: args.fund, theme: args.theme, year: args.year };
    record(context, &args.recording, recording, &|_| {
        Ok(Command::SetBudget { budget: budget.clone(), amount: args.amount, revise: args.revise })
    })
}
