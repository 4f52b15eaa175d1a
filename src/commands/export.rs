//! `almoner export …`: papers and files for others.
//!
//! Each export has a file here with its arguments. The books are those as known at `--known-at`,
//! and the same books and arguments give the same bytes: no clock and nothing random goes in.

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

use std::collections::BTreeSet;
use std::path::PathBuf;

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::store::folder::{Access, Ledger};
use almoner_ledger::store::memory::MemoryStore;
use almoner_ledger::store::{KnownAt, as_known_at};
use clap::{Args, Subcommand};

use super::audience::AudienceArgs;
use super::report::known_at;
use crate::context::Context;
use crate::problem::Problem;
use crate::render::output::{OutputError, Writing, stream};

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
    /// The paper for the Police and Crime Panel: figures, awards, changes, decisions
    Panel(panel::PanelArgs),
    /// The pack for the Chief Finance Officer: forecast, year end, funds, reserves
    Cfo(cfo::CfoArgs),
    /// A month's grants and expenditure as the law has them published (SI 2011/3050)
    Disclosure(disclosure::DisclosureArgs),
    /// Grants in the 360Giving standard, as JSON or CSV
    #[command(name = "360giving")]
    Giving(giving::GivingArgs),
    /// A return to a funder: what became of its money, grant by grant
    Funder(funder::FunderArgs),
    /// The books for an auditor's own tool: hledger, ledger or beancount
    Journal(journal::JournalArgs),
    /// Payments and accruals as a journal for a general finance system, in its own account codes
    Finance(finance::FinanceArgs),
    /// The whole ledger as JSON Lines, to keep or to move: `import ledger` makes a ledger of it
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

// Which books, for whom, and where to.
#[derive(Clone, Debug, Args)]
struct BooksArgs {
    #[command(flatten)]
    audience: AudienceArgs,

    /// The books as known by the end of that day, or after that record [default: now]
    #[arg(long, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    /// Write to a file instead of the screen
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    force: bool,
}

/// A ledger to read records from, and the books as they were known after one of them.
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
    /// The books, once it is clear that they may be written for this audience to that place.
    fn open(&self, context: &Context) -> Result<OpenBooks, Problem> {
        self.refuse_existing()?;
        let stated = self.audience.stated();
        if let Some(audience) = stated.filter(|it| !it.sees_confidential()) {
            let message = format!("whole books are not for the audience `{audience}`");
            return Err(Problem::refused("not-for-audience", message).hint(
                "books without what is confidential would not tie, so they are written whole, with --audience officer or auditor",
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
            let rest = if confidential == 1 { "award rests" } else { "awards rest" };
            let message = format!("{confidential} {rest} on confidential decisions");
            return Err(Problem::refused("confidential-inside", message)
                .hint("say --audience auditor to write all of the books, and send them to nobody else"));
        }
        Ok(open)
    }

    /// Refuses at once what could not be written later, before anything is read.
    fn refuse_existing(&self) -> Result<(), Problem> {
        match &self.output {
            Some(path) if !self.force && path.symlink_metadata().is_ok() => {
                Err(OutputError::Exists(path.clone()).into())
            }
            _ => Ok(()),
        }
    }

    /// Writes to the file, which appears whole or not at all, or to the screen.
    fn write(&self, write: &mut Writing<'_>) -> Result<(), Problem> {
        Ok(stream(self.output.as_deref(), self.force, write)?)
    }

    /// The command that makes the same bytes again, with what is its own given.
    fn command(&self, books: &dyn Books, own: &str) -> String {
        let audience = self.audience.stated().map(|it| format!(" --audience {it}")).unwrap_or_default();
        format!("almoner export {own}{audience} --known-at {}", books.head().record)
    }
}

/// How many awards anything confidential was ever decided about, reversed facts included: their
/// entries stay in the books.
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
