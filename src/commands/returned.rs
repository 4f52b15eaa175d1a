//! `almoner returned`: records a payment that came back since it did not arrive.

use almoner_app::intents::NewReturn;
use almoner_ledger::calendar::Date;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_intent};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "The award stays as it is, and the amount can be paid again. Unspent money that a recipient pays \
    back is a refund.\n\n\
    Examples:\n  \
    almoner returned 14-2015 15,000 --date 2015-07-03 --reference \"BACS 0418\"\n  \
    almoner returned 14-2015 500 --payment 31"
)]
pub struct ReturnedArgs {
    /// Award id
    award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Date on which it came back [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Reference of the finance system or bank
    #[arg(long, value_name = "TEXT")]
    reference: Option<Text>,

    /// Record of the payment [default: the latest payment of this amount]
    #[arg(long, value_name = "RECORD")]
    payment: Option<u64>,

    /// Record a further return like one already recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the returned payment.
pub fn run(args: ReturnedArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "returned",
        how_again: "with a different reference, or with --again",
        ..Recording::default()
    };
    let ReturnedArgs { award, amount, date, reference, payment, again, recording: options } = args;
    let returned = NewReturn { award, amount, date, reference, payment, again };
    record_intent(context, &options, recording, &returned)
}
