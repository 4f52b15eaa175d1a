//! `almoner close`: closes a month.

use almoner_ledger::calendar::Month;
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use clap::Args;

use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    long_about = "Close a month, so that nothing more is posted in it\n\n\
    A month is closed after checks: every account balances, nothing waits for approval, and what moved money at \
    the bank is on a statement, or is explained. First it is closed softly: it can be opened again, and one \
    posting can be let in for a stated reason. With --final it is final; months become final in their order, \
    since each rests on what is brought forward from those before it.",
    after_help = "What belongs in a closed month and becomes known later is refused, or with --late posted \
    on the first open day with its own date kept beside it; `almoner report late` shows that apart. What must be in \
    the closed month after all is let in with --post-to-closed REASON, unless the month is final.\n\n\
    Examples:\n  almoner close 2015-03\n  \
    almoner close 2015-03 --explain \"Cheque 1042 was cashed in April\"\n  \
    almoner close 2015-03 --final"
)]
pub struct CloseArgs {
    /// Which month: 2015-03
    month: Month,

    /// Close it for good
    #[arg(long = "final")]
    is_final: bool,

    /// Why some of its payments, refunds and receipts are on no bank statement; it stays in the journal
    #[arg(long, value_name = "TEXT")]
    explain: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the closing.
pub fn run(args: CloseArgs, context: Context) -> Result<(), Problem> {
    let (month, hard) = (args.month, args.is_final);
    if hard && month.last_day() >= context.today {
        return Err(Problem::refused(
            "month-not-over",
            format!("{month} is not over, and cannot be closed for good"),
        )
        .hint("check the month; without --final it is closed softly, and can be opened again"));
    }
    let recording = Recording { label: "close", ..Recording::default() };
    record(context, &args.recording, recording, &|_| {
        Ok(Command::Close { month, hard, explained: args.explain.clone() })
    })
}
