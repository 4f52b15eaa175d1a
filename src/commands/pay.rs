//! `almoner pay`: records a payment.

use almoner_app::intents::NewPayment;
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
    after_help = "A payment already recorded (same award, date, amount and reference) is not recorded twice.\n\n\
    Examples:\n  \
    almoner pay 14-2015 10,000 --date 2015-03-02 --reference \"BACS 4711\"\n  \
    almoner pay 14-2015 10,000 --dry-run"
)]
pub struct PayArgs {
    /// Award id
    award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Date of payment [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Reference of the finance system or bank
    #[arg(long, value_name = "TEXT")]
    reference: Option<Text>,

    /// Record a payment made before the decision, for this reason
    #[arg(long, value_name = "REASON")]
    before_decision: Option<Text>,

    /// Record a further payment identical to one already recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the payment.
pub fn run(args: PayArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "pay",
        how_again: "with a different reference, or with --again",
        ..Recording::default()
    };
    let PayArgs { award, amount, date, reference, before_decision, again, recording: options } = args;
    let payment = NewPayment { award, amount, date, reference, before_decision, again };
    record_intent(context, &options, recording, &payment)
}
