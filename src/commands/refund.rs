//! `almoner refund`: records unspent grant refunded by a recipient.

use almoner_app::intents;
use almoner_ledger::calendar::Date;
use almoner_ledger::grants::{GrantId, Refund};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "A refund reduces the award, unless the amount stays available to the recipient.\n\n\
    Examples:\n  \
    almoner refund 14-2015 1,250.50 --date 2015-06-30 --reference \"RCPT 88\"\n  \
    almoner refund 14-2015 500 --stays-available")]
pub struct RefundArgs {
    /// Award id
    award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Date received [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Reference of the finance system or bank
    #[arg(long, value_name = "TEXT")]
    reference: Option<Text>,

    /// Do not reduce the award: the amount can be paid again
    #[arg(long)]
    stays_available: bool,

    /// Record a further refund identical to one already recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the refund.
pub fn run(args: RefundArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "refund",
        how_again: "with a different reference, or with --again",
        ..Recording::default()
    };
    let date = args.date.unwrap_or(context.actor.today);
    record(context, &args.recording, recording, &|books| {
        let (amount, reference, stays_available) =
            (args.amount, args.reference.clone(), args.stays_available);
        let refund = Refund { date, amount, reference, stays_available };
        Ok(intents::refund(books, args.award.clone(), refund, args.again)?)
    })
}
