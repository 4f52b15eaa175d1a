//! `almoner export …`: papers and files for others.
//!
//! The books are as known at `--known-at`, and the same books and arguments give the same bytes: exports contain no
//! clock and nothing random.

mod disclosure;
mod finance;
mod funder;
mod giving;
mod journal;
pub mod ledger;
mod paper;
mod typed;

use std::path::Path;

use almoner_app::exports::WholeBooks;
use almoner_ledger::audience::Audience;
use almoner_ledger::head::Head;
use almoner_ledger::money::grouped;
use almoner_store::folder::Ledger;
use clap::{Args, Subcommand};

#[cfg(feature = "web")]
pub use typed::typed;

use super::audience::ViewArgs;
use crate::context::Context;
use crate::output::FileArgs;
use crate::problem::Problem;
use crate::terminal::notify;

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
    Panel(paper::PanelArgs),
    /// Pack for the Chief Finance Officer
    Cfo(paper::CfoArgs),
    /// Monthly statutory disclosure (SI 2011/3050)
    Disclosure(disclosure::DisclosureArgs),
    /// Grants in the 360Giving standard, as JSON or CSV
    #[command(name = "360giving")]
    Giving(giving::GivingArgs),
    /// Return for a funder, listing each grant
    Funder(funder::FunderArgs),
    /// Journal for hledger, ledger or beancount
    Journal(journal::JournalArgs),
    /// Journal for a finance system, using that system's account codes
    Finance(finance::FinanceArgs),
    /// Entire ledger as JSON Lines, for `import ledger`
    Ledger(ledger::LedgerArgs),
}

/// Writes an export.
pub fn run(args: &ExportArgs, context: &Context) -> Result<(), Problem> {
    match &args.export {
        Export::Panel(args) => paper::panel(args, context),
        Export::Cfo(args) => paper::cfo(args, context),
        Export::Disclosure(args) => disclosure::run(args, context),
        Export::Giving(args) => giving::run(args, context),
        Export::Funder(args) => funder::run(args, context),
        Export::Journal(args) => journal::run(args, context),
        Export::Finance(args) => finance::run(args, context),
        Export::Ledger(args) => ledger::run(args, context),
    }
}

/// Says on stderr what was written to a file.
fn note_written(path: Option<&Path>, audience: Audience, what: &str, head: Head) {
    let Some(path) = path else { return };
    let (path, record, hash) = (path.display(), head.record, head.hash.short());
    notify(&format!(
        "{path} written for audience `{audience}`: {what}, as known at record {record} (head {hash})"
    ));
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { several })
}

// The books, their audience and the output.
#[derive(Clone, Debug, Args)]
struct BooksArgs {
    #[command(flatten)]
    view: ViewArgs,

    #[command(flatten)]
    file: FileArgs,
}

impl BooksArgs {
    /// Returns which books are exported.
    fn whole(&self) -> WholeBooks {
        WholeBooks { known_at: self.view.known_at, stated: self.view.audience.audience }
    }

    /// Opens the ledger, after checking that its books may be written for this audience to this output.
    fn open(&self, context: &Context) -> Result<Ledger, Problem> {
        self.file.check_free()?;
        Ok(self.whole().open(&context.office, &context.actor)?)
    }
}
