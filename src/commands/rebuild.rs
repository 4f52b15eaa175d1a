//! `almoner rebuild`: rebuilds the index from the journal.

use almoner_store::folder::Ledger;
use clap::Args;

use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(
    after_help = "The journal is not changed. This command is seldom needed: an index that does not match the journal \
    is rebuilt automatically."
)]
pub struct RebuildArgs {}

/// Rebuilds the index and prints the number of records read.
pub fn run(_: RebuildArgs, context: &Context) -> Result<(), Problem> {
    let records = with_progress("Rebuilding the index", |progress| {
        Ledger::rebuild(&context.office.location, &context.turn(), progress)
    })?;
    context.print(&format!("Index rebuilt from {records} records.\n"))
}
