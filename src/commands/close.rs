//! `almoner close`: closes a month.

use almoner_ledger::calendar::Month;
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    long_about = "Close a month\n\n\
    Verifies the ledger and checks that the accounts balance, that no proposal is pending, that every \
    payment, refund and receipt is either on a reconciled statement or explained, that no statement line \
    is open and that each statement opens with the closing balance of the one before. The month is then \
    closed. The confirmation says which \
    bank \
    checks were made and which were not; if no statement has ever been recorded, it says so. A provisionally closed month can be \
    reopened, and individual entries can be posted to it with a reason. A finally closed month (--final) allows neither. \
    Months are closed in order, provisionally and finally. Begin with the first month in which \
    anything other than a budget is recorded, or with an earlier month; after that, nothing can be posted to the \
    months before it.",
    after_help = "A transaction dated in a closed month is refused. Use --late to post it to the first open day: it \
    keeps its own date and is listed by `almoner report late`. Or use --post-to-closed REASON to post it to the \
    closed month, unless the month is finally closed.\n\n\
    Examples:\n  almoner close 2015-03\n  \
    almoner close 2015-03 --explain \"Cheque 1042 was cashed in April\"\n  \
    almoner close 2015-03 --final"
)]
pub struct CloseArgs {
    /// Month: 2015-03
    month: Month,

    /// Close the month finally; it cannot then be reopened
    #[arg(long = "final")]
    is_final: bool,

    /// Explanation, recorded in the ledger, for payments, refunds and receipts not on a statement
    #[arg(long, value_name = "TEXT")]
    explain: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the close. The ledger is verified first, with what its index shows.
pub fn run(args: CloseArgs, context: Context) -> Result<(), Problem> {
    let CloseArgs { month, is_final, explain: explained, recording } = args;
    let command = Command::Close { month, is_final, explained };
    record_command(context, &recording, Recording::of("close"), &command)
}
