//! `almoner correct`: corrects a mistyped recipient, amount or purpose of an award.

use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::PostingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    group(clap::ArgGroup::new("corrected").args(["recipient", "amount", "purpose"]).required(true).multiple(true)),
    override_usage = "almoner correct <AWARD> [--recipient <RECIPIENT>] [--amount <AMOUNT>]\n       \
    [--purpose <TEXT>] --reason <TEXT> [OPTIONS]",
    after_help = "Use this command for an award that was recorded wrongly and already has payments. The correction takes effect from the date of the award's decision, and the corrected award is published. If a later decision changes the award, record a variation instead (vary, repurpose). Figures for closed months do not change: the difference is posted on the first open day.\n\n\
    Any amount paid in excess of the corrected amount is a recovery due.\n\n\
    Examples:\n  \
    almoner correct 14-2015 --amount 3,000 --reason \"30,000 typed for 3,000\"\n  \
    almoner correct 14-2015 --recipient \"Compassion\" --reason \"Wrong line of the list\""
)]
pub struct CorrectArgs {
    /// Award id
    award: GrantId,

    /// Recipient: id, external identifier or name
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Option<String>,

    /// Amount of the award
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    amount: Option<Money>,

    /// Purpose, in words
    #[arg(long, value_name = "TEXT")]
    purpose: Option<Text>,

    /// Reason for the correction (recorded)
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the correction.
pub fn run(args: CorrectArgs, context: Context) -> Result<(), Problem> {
    let command = Command::Correct {
        award: args.award,
        recipient: args.recipient,
        amount: args.amount,
        purpose: args.purpose,
        date: context.actor.today,
        reason: args.reason,
    };
    record_command(context, &args.recording, Recording::of("correct"), &command)
}
