//! `almoner instalment`: schedules payments.

use almoner_app::intents::{self, Instalments};
use almoner_ledger::calendar::Date;
use almoner_ledger::grants::{GrantId, Instalment};
use almoner_ledger::money::Money;
use almoner_ledger::reports::Every;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_all};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::words;

#[derive(Debug, Args)]
#[command(after_help = "No payment is made: instalments are used only for cash forecasts and reminders.\n\n\
    Examples:\n  \
    almoner instalment 22-2015 5000 --due 2015-07-01\n  \
    almoner instalment 22-2015 5000 --due 2015-07-01 --every quarter --times 4")]
pub struct InstalmentArgs {
    /// Award id
    award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Frequency of further instalments of that amount, on the same day of the month [default: none]
    #[arg(long, value_name = "PERIOD", requires = "times")]
    #[arg(value_parser = words(Every::ALL, Every::word))]
    every: Option<Every>,

    /// Number of instalments, including the first
    #[arg(long, value_name = "NUMBER", requires = "every")]
    times: Option<u16>,

    /// Record a further instalment identical to one already recorded
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the instalment.
pub fn run(args: InstalmentArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "instalment", how_again: "with --again", ..Recording::default() };
    let InstalmentArgs { award, amount, due, every, times, again, recording: how } = args;
    let instalments = Instalments { award, first: Instalment { due, amount }, every, times, again };
    record_all(context, &how, recording, &|books| Ok(intents::schedule(books, &instalments)?))
}
