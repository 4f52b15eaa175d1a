//! `almoner withdraw`: withdraws a grant.

use almoner_app::intents::WithdrawAward;
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_intent};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Leaves of the award what is recognised to the end of the day or, without a period, what is paid. What was \
    paid beyond that is a recovery due, until its refund is recorded.\n\n\
    Example:\n  almoner withdraw 14-2015 --decision 50-2015 --date 2015-09-30"
)]
pub struct WithdrawArgs {
    /// Award id
    award: GrantId,

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Effective date [default: that of the registered decision]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the withdrawal.
pub fn run(args: WithdrawArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "withdraw", ..Recording::default() };
    let WithdrawArgs { award, decision, date, recording: options } = args;
    record_intent(context, &options, recording, &WithdrawAward { award, decision, date })
}
