//! `almoner export …`: papers and files for others.
//!
//! Each export has a file here with its arguments. The books are as known at `--known-at`, and the same
//! books and arguments give the same bytes: exports contain no clock and nothing random.

mod cfo;
mod disclosure;
mod finance;
mod funder;
mod giving;
mod journal;
pub mod ledger;
mod panel;
mod paper;
mod transactions;
mod typed;

use std::collections::BTreeSet;
use std::path::PathBuf;

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::decisions::DecisionId;
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::{KnownAt, as_known_at};
use clap::{Args, Subcommand};

use super::audience::AudienceArgs;
use super::report::known_at;
use crate::context::Context;
use crate::output::{OutputError, Writing, stream};
use crate::problem::Problem;

// A doc comment here would take the place of the command's own in the help.
#[derive(Debug, Args)]
#[command(subcommand_value_name = "EXPORT", subcommand_help_heading = "Exports")]
pub struct ExportArgs {
    #[command(subcommand)]
    export: Export,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Export {
    /// Paper for the Police and Crime Panel
    Panel(panel::PanelArgs),
    /// Pack for the Chief Finance Officer
    Cfo(cfo::CfoArgs),
    /// Monthly statutory disclosure (SI 2011/3050)
    Disclosure(disclosure::DisclosureArgs),
    /// Grants in the 360Giving standard, as JSON or CSV
    #[command(name = "360giving")]
    Giving(giving::GivingArgs),
    /// Return to a funder, grant by grant
    Funder(funder::FunderArgs),
    /// Books for hledger, ledger or beancount
    Journal(journal::JournalArgs),
    /// Journal for a finance system, in its own account codes
    Finance(finance::FinanceArgs),
    /// Whole ledger as JSON Lines, for `import ledger`
    Ledger(ledger::LedgerArgs),
}

/// Writes an export.
pub fn run(args: &ExportArgs, context: &Context) -> Result<(), Problem> {
    match &args.export {
        Export::Panel(args) => panel::run(args, context),
        Export::Cfo(args) => cfo::run(args, context),
        Export::Disclosure(args) => disclosure::run(args, context),
        Export::Giving(args) => giving::run(args, context),
        Export::Funder(args) => funder::run(args, context),
        Export::Journal(args) => journal::run(args, context),
        Export::Finance(args) => finance::run(args, context),
        Export::Ledger(args) => ledger::run(args, context),
    }
}

// The books, their audience and the output.
#[derive(Clone, Debug, Args)]
struct BooksArgs {
    #[command(flatten)]
    audience: AudienceArgs,

    /// As known at the end of a day, or after a record [default: now]
    #[arg(long, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    /// Write to a file instead of the screen
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

/// A ledger, with the books as known earlier where requested.
struct OpenBooks {
    ledger: Ledger,
    earlier: Option<MemoryStore>,
}

impl OpenBooks {
    fn books(&self) -> &dyn Books {
        match &self.earlier {
            Some(earlier) => earlier,
            None => &self.ledger,
        }
    }
}

impl BooksArgs {
    /// Opens the books, after checking that they may be written for this audience to this output.
    fn open(&self, context: &Context) -> Result<OpenBooks, Problem> {
        self.refuse_existing()?;
        let stated = self.audience.stated();
        if let Some(audience) = stated.filter(|it| !it.sees_confidential()) {
            let message = format!("whole books are not available to the audience `{audience}`");
            return Err(Problem::refused("not-for-audience", message).hint(
                "use --audience officer or auditor: without confidential grants the books would not balance",
            ));
        }
        let open = match self.known_at {
            Some(known_at) => {
                let ledger = context.open_readable_part()?;
                let earlier = Some(as_known_at(&ledger, known_at)?);
                OpenBooks { ledger, earlier }
            }
            None => OpenBooks { ledger: context.open_undamaged(Access::Read)?, earlier: None },
        };
        let confidential = confidential_awards(open.books())?;
        if stated.is_none() && confidential > 0 {
            let awards = if confidential == 1 { "award is" } else { "awards are" };
            let message = format!("{confidential} {awards} based on confidential decisions");
            return Err(Problem::refused("confidential-inside", message)
                .hint("use --audience auditor to write the whole books, for the auditor only"));
        }
        Ok(open)
    }

    /// Refuses an existing file before anything is read.
    fn refuse_existing(&self) -> Result<(), Problem> {
        match &self.output {
            Some(path) if !self.force && path.symlink_metadata().is_ok() => {
                Err(OutputError::Exists(path.clone()).into())
            }
            _ => Ok(()),
        }
    }

    /// Writes to the screen, or to the file, which appears whole or not at all.
    fn write(&self, write: &mut Writing<'_>) -> Result<(), Problem> {
        Ok(stream(self.output.as_deref(), self.force, write)?)
    }
}

/// Returns the number of awards with any fact based on a confidential decision, including reversed facts,
/// whose entries remain in the books.
fn confidential_awards(books: &dyn Books) -> Result<usize, BooksError> {
    let mut confidential: BTreeSet<DecisionId> = BTreeSet::new();
    books.each_decision(&mut |registered| {
        if registered.decision.confidential {
            confidential.insert(registered.decision.id.clone());
        }
        Ok(())
    })?;
    let mut awards = 0;
    books.each_grant(&mut |grant| {
        let mut decisions = grant.history.iter().filter_map(|recorded| recorded.fact.decision());
        if decisions.any(|id| confidential.contains(id) || id.is_of_confidential_series()) {
            awards += 1;
        }
        Ok(())
    })?;
    Ok(awards)
}
