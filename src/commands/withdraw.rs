//! `almoner withdraw`: withdraws a grant.

use almoner_app::intents::Change;
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use clap::Args;

use super::Recording;
use super::change::ChangeArgs;
use super::cli::PostingArgs;
use super::dates;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Reduces the award to the amount recognised by the end of that day or, if the award has no period, \
    to the amount paid. Any amount paid in excess of that is a recovery due, until its refund is recorded.\n\n\
    Example:\n  almoner withdraw 14-2015 --decision 50-2015 --date 2015-09-30"
)]
pub struct WithdrawArgs {
    /// Award id
    award: GrantId,

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Effective date [default: date of the registered decision]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Record the entry again, if it was recorded earlier and then reversed
    #[arg(long, help_heading = "Recording")]
    again: bool,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the withdrawal.
pub fn run(args: WithdrawArgs, context: Context) -> Result<(), Problem> {
    let WithdrawArgs { award, decision, date, again, recording } = args;
    ChangeArgs { award, decision, date, again }.record(
        context,
        &recording,
        Recording::of("withdraw"),
        Change::Withdraw,
    )
}
