//! `almoner instalment`: schedules a payment.

use almoner_app::intents::occurrence;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::{Fact, GrantId, Instalment};
use almoner_ledger::money::Money;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "Nothing is paid: an instalment is for cash forecasts and reminders.\n\n\
    Example:\n  almoner instalment 22-2015 5000 --due 2015-07-01")]
pub struct InstalmentArgs {
    /// Award id
    award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Record a further instalment identical to one already recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the instalment.
pub fn run(args: InstalmentArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "instalment", how_again: "with --again", ..Recording::default() };
    let (due, amount) = (args.due, args.amount);
    record(context, &args.recording, recording, &|books| {
        let fact = Fact::Scheduled(Instalment { due, amount });
        let occurrence = occurrence(books, &args.award, args.again, |it| *it == fact)?;
        Ok(Command::Schedule { award: args.award.clone(), due, amount, occurrence })
    })
}
