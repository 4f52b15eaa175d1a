//! `almoner state`: states what an award did not state.

use almoner_ledger::command::Command;
use almoner_ledger::grants::{GrantId, Power, TermsAddendum};
use almoner_ledger::text::Text;
use clap::Args;

use super::award::power;
use super::{Recording, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    group(clap::ArgGroup::new("stated").args(["power", "conditions", "reasons"]).required(true).multiple(true)),
    after_help = "No money moves. A power that is stated later is that of everything the award ever posted, in closed \
    months too; --known-at shows it as it was. \
    What is stated already is not changed by stating something else: reverse the record that stated it.\n\n\
    The monthly disclosure of grants and expenditure needs all three; an award without conditions says so \
    with --conditions \"None\".\n\n\
    Example:\n  almoner state 26-2015 --power s9 --reasons \"Disputes between neighbours are settled early\""
)]
pub struct StateArgs {
    /// Which award
    award: GrantId,

    /// The power it was made under: s9, s143 or other
    #[arg(long, value_name = "POWER", value_parser = power)]
    power: Option<Power>,

    /// Its conditions
    #[arg(long, value_name = "TEXT")]
    conditions: Option<Text>,

    /// Why it will secure crime and disorder reduction, or value for money
    #[arg(long, value_name = "TEXT")]
    reasons: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the statement.
pub fn run(args: StateArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { label: "state", ..Recording::default() };
    let statement = TermsAddendum {
        power: args.power.unwrap_or_default(),
        conditions: args.conditions.clone(),
        reasons: args.reasons.clone(),
    };
    record(context, &args.recording, recording, &|_| {
        Ok(Command::State { award: args.award.clone(), statement: statement.clone() })
    })
}
