//! `almoner propose`: proposes a command for approval by another user.

use std::ffi::OsString;

use clap::Args;

use super::Command;
use super::cli;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Put `propose` before any command that records, including an import. The confirmation of the command \
    is shown, but only the proposal is recorded. `almoner approve` records the command together with the approval, \
    provided that the command's effect is unchanged. A proposal can contain at most 1,000 records.\n\n\
    Examples:\n  \
    almoner propose pay 14-2015 15,000 --date 2015-06-30\n  \
    almoner propose import payments june.csv\n  \
    almoner propose user roles al --role payer"
)]
pub struct ProposeArgs {
    /// Command with its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Records the proposal.
pub fn run(args: ProposeArgs, context: Context) -> Result<(), Problem> {
    let Some(cli) = cli::read(std::iter::once("almoner".into()).chain(args.command))? else { return Ok(()) };
    if !records(&cli.command) {
        return Err(Problem::refused(
            "not-proposable",
            "this command records nothing, so there is nothing to propose",
        )
        .hint("run the command without `propose`; see `almoner help propose`"));
    }
    super::run(cli.command, context.proposing_as(cli.globals.into(), cli.requested))
}

/// True for commands that record business of the office.
fn records(command: &Command) -> bool {
    matches!(
        command,
        Command::Award(_)
            | Command::Vary(_)
            | Command::Extend(_)
            | Command::Withdraw(_)
            | Command::Repurpose(_)
            | Command::Monitoring(_)
            | Command::Correct(_)
            | Command::State(_)
            | Command::Instalment(_)
            | Command::Pay(_)
            | Command::Refund(_)
            | Command::Returned(_)
            | Command::Funding(_)
            | Command::Budget(_)
            | Command::Decision(_)
            | Command::Recipient(_)
            | Command::Fund(_)
            | Command::Theme(_)
            | Command::Indicator(_)
            | Command::Paper(_)
            | Command::Import(_)
            | Command::Reconcile(_)
            | Command::User(_)
            | Command::Policy(_)
            | Command::Reverse(_)
            | Command::Close(_)
            | Command::Reopen(_)
    )
}
