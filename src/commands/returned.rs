//! `almoner returned`: records a payment that came back since it did not arrive.

use almoner_app::intents::{self, ReturnedPayment};
use clap::Args;

use super::pay::MoneyArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "The award is unchanged, and the amount can be paid again. Unspent money that a recipient pays \
    back is a refund.\n\n\
    Examples:\n  \
    almoner returned 14-2015 15,000 --date 2015-07-03 --reference \"BACS 0418\"\n  \
    almoner returned 14-2015 500 --payment 31"
)]
pub struct ReturnedArgs {
    /// Record of the payment [default: the latest payment of this amount]
    #[arg(long, value_name = "RECORD")]
    payment: Option<u64>,

    #[command(flatten)]
    money: MoneyArgs,
}

/// Records the returned payment.
pub fn run(ReturnedArgs { money, payment }: ReturnedArgs, context: Context) -> Result<(), Problem> {
    money.record(context, "returned", &|books, date| {
        let amount = money.amount;
        let (reference, account) = (money.reference.clone(), money.at.account.clone());
        let returned = ReturnedPayment { date, amount, reference, account, payment, recent: false };
        intents::returned(books, money.award.clone(), returned, money.again)
    })
}
