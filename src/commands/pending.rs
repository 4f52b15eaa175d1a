//! `almoner pending`: proposals awaiting approval.

use almoner_app::approvals::{WAITING, WAITING_SCHEMA, waiting};
use clap::Args;

use super::list::List;
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "View a proposal in full with `almoner show RECORD`, then approve it with `almoner approve RECORD` \
    or reject it with `almoner reject RECORD --reason TEXT`."
)]
pub struct PendingArgs {
    #[command(flatten)]
    output: TableArgs,
}

/// Lists the pending proposals.
pub fn run(args: PendingArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_read()?;
    let lines = waiting(&ledger)?;
    let note = if lines.is_empty() { vec!["No proposal is pending.".to_owned()] } else { Vec::new() };
    List::new(&ledger, WAITING_SCHEMA, "Proposals awaiting approval", lines).notes(note).write(
        WAITING,
        &args.output,
        context,
    )
}
