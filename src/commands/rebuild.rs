//! `almoner rebuild`: remakes the index from the journal.

use almoner_ledger::store::folder::Ledger;
use clap::Args;

use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(
    after_help = "The journal is the truth and stays as it is. Seldom needed: an index that does not agree \
    with the journal is remade by itself."
)]
pub struct RebuildArgs {}

/// Remakes the index.
pub fn run(_: RebuildArgs, context: &Context) -> Result<(), Problem> {
    let records = with_progress("Remaking the index", |progress| {
        Ledger::rebuild(&context.ledger, &context.turn(), progress)
    })?;
    context.print(&format!("Remade the index from {records} records.\n"))
}
