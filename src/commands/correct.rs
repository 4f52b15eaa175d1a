//! `almoner correct`: corrects a mistyped recipient, amount, purpose or division of an award.

use almoner_ledger::allocation::Funds;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use clap::Args;

use super::award::{fund_split, parts, theme_split};
use super::cli::PostingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    group(clap::ArgGroup::new("corrected").args(["recipient", "amount", "purpose", "allocation", "fund", "theme"]).required(true).multiple(true)),
    override_usage = "almoner correct <AWARD> [--recipient <RECIPIENT>] [--amount <AMOUNT>]\n       \
    [--purpose <TEXT>] [--allocation <PARTS> | --fund <FUND> --theme <THEME>]\n       \
    --reason <TEXT> [OPTIONS]",
    after_help = "Use this command for an award that was recorded wrongly and already has payments. The correction takes \
    effect from the date of the award's decision, and papers show the corrected award. If a later decision changes the \
    award, record a variation instead (vary, repurpose). If only the name of a recipient is misspelt, rename the recipient \
    from the date of its first award (recipient rename). Figures for closed months do not change: the difference is \
    posted on the first open day.\n\n\
    Any amount paid in excess of the corrected amount is a recovery due. If an award is split between parts, funds or themes by \
    amount, state the new split as well.\n\n\
    Examples:\n  \
    almoner correct 14-2015 --amount 3,000 --reason \"30,000 typed for 3,000\"\n  \
    almoner correct 14-2015 --recipient \"Compassion\" --reason \"Wrong line of the list\"\n  \
    almoner correct 35-2015 --amount 57,000 --allocation \"victims/domestic-abuse:40000;cdr/youth-diversion:17000\" \
    --reason \"A slip\""
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

    /// Parts with fund and theme: cdr/a:10000;victims/b:20000
    #[arg(long, value_name = "PARTS", value_parser = parts, conflicts_with_all = ["theme", "fund"])]
    allocation: Option<Funds>,

    /// Fund, or a split: a:60%;b:40%
    #[arg(long, value_name = "FUND", value_parser = fund_split)]
    fund: Option<Funds>,

    /// Theme, or a split: a:10000;b:20000
    #[arg(long, value_name = "THEME", value_parser = theme_split)]
    theme: Option<Split>,

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
        fund: args.allocation.or(args.fund),
        theme: args.theme,
        date: context.actor.today,
        reason: args.reason,
    };
    record_command(context, &args.recording, Recording::of("correct"), &command)
}
