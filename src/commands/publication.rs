//! `withhold` and `publish` of themes, funds, budgets, indicators and receipts.

use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::publication::{Publication, Subject};
use almoner_papers::sheet::Cell;
use clap::Args;
use serde::Serialize;

use super::cli::RecordingArgs;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

// A doc comment here would take the place of the command's own in the help.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ConfidentialArgs {
    /// Withhold it from the public and the panel
    #[arg(long)]
    pub confidential: bool,
}

/// A line of a list, with what is said of its publication.
#[derive(Debug, Serialize)]
pub struct Marked<T> {
    #[serde(flatten)]
    pub what: T,
    publication: Option<Publication>,
}

impl<T> Marked<T> {
    /// Returns a line with what the books say of its publication.
    pub fn of(books: &dyn Books, of: &Subject, what: T) -> Marked<T> {
        Marked { what, publication: books.reference().publications.get(of).map(|it| **it) }
    }

    /// Returns the cell of the column `publication`.
    pub fn cell(&self) -> Cell {
        Cell::given(self.publication)
    }
}

/// Records that something is confidential or public.
pub fn record_publication(
    context: Context,
    args: &RecordingArgs,
    of: Subject,
    publication: Publication,
) -> Result<(), Problem> {
    let label = match publication {
        Publication::Confidential => "withhold",
        Publication::Public => "publish",
    };
    let command = Command::SetPublication { of, publication };
    record_command(context, args, Recording::of(label), &command)
}
