//! `almoner close`: closes a month.

use almoner_app::intents;
use almoner_ledger::calendar::Month;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    long_about = "Close a month\n\n\
    Checks that accounts balance, no proposal is pending and every payment, refund and receipt is on a reconciled \
    statement or explained, then locks the month. A provisional close can be reopened, and single entries can be \
    posted to it with a reason. A final close (--final) cannot. Months are closed finally in order.",
    after_help = "A transaction dated in a closed month is refused. Post it to the first open day with --late, which \
    keeps its date and is shown by `almoner report late`, or to the closed month with --post-to-closed REASON, unless \
    the month is finally closed.\n\n\
    Examples:\n  almoner close 2015-03\n  \
    almoner close 2015-03 --explain \"Cheque 1042 was cashed in April\"\n  \
    almoner close 2015-03 --final"
)]
pub struct CloseArgs {
    /// Month: 2015-03
    month: Month,

    /// Close the month finally: it cannot be reopened
    #[arg(long = "final")]
    is_final: bool,

    /// Explanation for payments, refunds and receipts not on a statement (recorded)
    #[arg(long, value_name = "TEXT")]
    explain: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the close.
pub fn run(args: CloseArgs, context: Context) -> Result<(), Problem> {
    let CloseArgs { month, is_final, explain, recording } = args;
    let command = intents::close(month, is_final, explain, context.actor.today)?;
    record_command(context, &recording, Recording::of("close"), &command)
}
