//! `almoner refund`: records unspent money coming back.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::{Fact, GrantId, Refund};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use super::{Recording, occurrence, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "The award is reduced by it, unless it stays available to the recipient.\n\n\
    Examples:\n  \
    almoner refund 14-2015 1,250.50 --date 2015-06-30 --reference \"RCPT 88\"\n  \
    almoner refund 14-2015 500 --stays-available")]
pub struct RefundArgs {
    /// Which award
    award: GrantId,

    /// How much came back
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// When the money came in [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,

    /// The finance system's or the bank's reference
    #[arg(long, value_name = "TEXT")]
    reference: Option<Text>,

    /// The recipient may still be paid it: the award is not reduced
    #[arg(long)]
    stays_available: bool,

    /// A further refund alike in every way to one that is recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the refund.
pub fn run(args: RefundArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "refund",
        how_again: "with a reference that tells it apart, or with --again",
        ..Recording::default()
    };
    let refund = Refund {
        date: args.date.unwrap_or(context.today),
        amount: args.amount,
        reference: args.reference.clone(),
        stays_available: args.stays_available,
    };
    record(context, &args.recording, recording, &|books| {
        let occurrence = occurrence(books, &args.award, args.again, &Fact::Refunded(refund.clone()))?;
        let Refund { date, amount, reference, stays_available } = refund.clone();
        let award = args.award.clone();
        Ok(Command::Refund { award, date, amount, reference, stays_available, occurrence })
    })
}
