//! `almoner state`: states the power, conditions or reasons of an award later.

use almoner_ledger::command::Command;
use almoner_ledger::grants::{GrantId, Power, TermsAddendum};
use almoner_ledger::text::Text;
use clap::Args;

use super::award::power;
use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    group(clap::ArgGroup::new("stated").args(["power", "conditions", "reasons"]).required(true).multiple(true)),
    override_usage = "almoner state <AWARD> [--power <POWER>] [--conditions <TEXT>]\n       \
    [--reasons <TEXT>] [OPTIONS]",
    after_help = "Posts nothing. The power applies to everything posted for the award, including in closed months; \
    reports with --known-at show what was known earlier. To change a detail already stated, reverse the record in \
    which it was stated.\n\n\
    The monthly disclosure of grants and expenditure needs the power, the conditions and the reasons; for an award \
    without conditions, give --conditions \"None\".\n\n\
    Example:\n  almoner state 26-2015 --power s9 \\\n    \
      --reasons \"Disputes between neighbours are settled early\""
)]
pub struct StateArgs {
    /// Award id
    award: GrantId,

    /// Power: s9, s143 or other
    #[arg(long, value_name = "POWER", value_parser = power)]
    power: Option<Power>,

    /// Conditions
    #[arg(long, value_name = "TEXT")]
    conditions: Option<Text>,

    /// Reasons why the grant secures crime and disorder reduction, or value for money
    #[arg(long, value_name = "TEXT")]
    reasons: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the statement.
pub fn run(args: StateArgs, context: Context) -> Result<(), Problem> {
    let terms = TermsAddendum {
        power: args.power.unwrap_or_default(),
        conditions: args.conditions,
        reasons: args.reasons,
    };
    let command = Command::State { award: args.award, statement: terms };
    record_command(context, &args.recording, Recording::of("state"), &command)
}
