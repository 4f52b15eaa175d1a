//! `almoner withdraw`: withdraws a grant.

use almoner_app::intents::Change;
use clap::Args;

use super::Recording;
use super::change::ChangeArgs;
use super::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Cancels any outstanding commitment that has not been accrued, and any expenditure still to be \
    recognised. A prepayment becomes a recovery due and stays on the grant's control account until the refund is \
    recorded.\n\n\
    Example:\n  almoner withdraw 14-2015 --decision 50-2015 --date 2015-09-30"
)]
pub struct WithdrawArgs {
    #[command(flatten)]
    change: ChangeArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the withdrawal.
pub fn run(args: WithdrawArgs, context: Context) -> Result<(), Problem> {
    args.change.record(context, &args.recording, Recording::of("withdraw"), Change::Withdraw)
}
