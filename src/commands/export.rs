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

use almoner_app::exports::{Exported, Issued, WholeBooks};
use almoner_app::figures::Days;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::head::Head;
use almoner_ledger::marks::Mark;
use almoner_ledger::money::grouped;
use almoner_ledger::reports::Published;
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

impl ExportArgs {
    /// Returns audience and time of knowledge of an export that can have a mark.
    pub fn view(&self) -> Option<ViewArgs> {
        match &self.export {
            Export::Panel(args) => Some(args.paper.view),
            Export::Disclosure(args) => Some(args.view),
            Export::Giving(args) => Some(args.view),
            Export::Funder(args) => Some(args.paper.view),
            Export::Cfo(_) | Export::Journal(_) | Export::Finance(_) | Export::Ledger(_) => None,
        }
    }

    /// Returns the marks of what the export makes of books as its audience may see them.
    pub fn marks<'b>(
        &self,
        published: &dyn Fn(Audience) -> Result<Published<'b>, Problem>,
        days: Days,
        context: &Context,
    ) -> Result<Vec<Mark>, Problem> {
        let Some(view) = self.view() else { return Ok(Vec::new()) };
        let books = &published(view.audience.or(Audience::Public))?;
        let papers = match &self.export {
            Export::Panel(args) => vec![args.made(books, days)?],
            Export::Funder(args) => vec![args.made(books, days)?],
            Export::Disclosure(args) => {
                args.lists(books, days, context)?.0.into_iter().map(|(_, paper)| paper).collect()
            }
            Export::Giving(args) => return Ok(args.mark(books)?.into_iter().collect()),
            Export::Cfo(_) | Export::Journal(_) | Export::Finance(_) | Export::Ledger(_) => Vec::new(),
        };
        let marks = papers.into_iter().flat_map(|paper| {
            let own = paper.mark().cloned();
            own.into_iter().chain(paper::unverified(paper, books).mark().cloned())
        });
        Ok(marks.collect())
    }
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

/// Says on stderr what was written to a file, and how it can be recognised: by its mark, if it is for an audience that
/// may not see records.
fn note_written(path: Option<&Path>, books: &Published<'_>, what: &str, mark: Option<&Mark>) {
    let Some(issue) = books.issue() else { return note_head(path, books.audience(), what, books.head()) };
    let Some(path) = path else { return };
    let (path, audience, day) = (path.display(), books.audience(), issue.day.in_words());
    let mark = mark.map(|mark| format!(" (mark {mark})")).unwrap_or_default();
    notify(&format!("{path} written for audience `{audience}`: {what}, as known at {day}{mark}"));
}

/// Says on stderr what was written to a file, with the head of its books.
fn note_head(path: Option<&Path>, audience: Audience, what: &str, head: Head) {
    let Some(path) = path else { return };
    let (path, record, hash) = (path.display(), head.record, head.hash.short());
    notify(&format!(
        "{path} written for audience `{audience}`: {what}, as known at record {record} (head {hash})"
    ));
}

/// Notes an export beside the ledger, if it is for an audience that may not see records.
fn note_exported(
    context: &Context,
    books: &Published<'_>,
    (mark, command): (Option<&Mark>, &str),
    path: Option<&Path>,
    bytes: &[u8],
) {
    let file = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let exported = Exported { mark, command, file: file.as_deref(), bytes };
    context.office.note_exported(&context.actor, &Issued::of(books), exported);
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
