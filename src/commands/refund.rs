//! `almoner refund`: records unspent grant refunded by a recipient.

use almoner_app::intents;
use almoner_ledger::allocation::Part;
use almoner_ledger::grants::Refund;
use clap::Args;

use super::pay::MoneyArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "A refund reduces the award, unless the amount stays available to the recipient.\n\n\
    Examples:\n  \
    almoner refund 14-2015 1,250.50 --date 2015-06-30 --reference \"RCPT 88\"\n  \
    almoner refund 14-2015 500 --stays-available")]
pub struct RefundArgs {
    /// Do not reduce the award: the amount can be paid again
    #[arg(long)]
    stays_available: bool,

    /// Part of the award to which the refund relates [default: all parts]
    #[arg(long, value_name = "FUND/THEME", value_parser = Part::parse)]
    part: Option<Part>,

    #[command(flatten)]
    money: MoneyArgs,
}

/// Records the refund.
pub fn run(RefundArgs { money, stays_available, part }: RefundArgs, context: Context) -> Result<(), Problem> {
    money.record(context, "refund", &|books, date| {
        let (amount, again) = (money.amount, money.again);
        let (reference, account) = (money.reference.clone(), money.at.account.clone());
        let refund = Refund { date, amount, reference, account, stays_available, part: part.clone(), again };
        intents::refund(books, money.award.clone(), refund)
    })
}
