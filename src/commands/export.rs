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

use std::collections::BTreeSet;
use std::path::Path;

use almoner_app::exports::{Exported, Issued};
use almoner_app::figures::Days;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::head::Head;
use almoner_ledger::marks::Mark;
use almoner_ledger::money::grouped;
use almoner_ledger::reports::Published;
use almoner_papers::packs::transactions::{Transaction, Transactions};
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::{Logged, Store, as_known_at};
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
        self.file.check_free()?;
        let stated = self.view.audience.audience;
        if let Some(audience) = stated.filter(|it| !it.sees_confidential()) {
            let message = format!("whole books are not available to the audience `{audience}`");
            return Err(Problem::refused("not-for-audience", message).hint(
                "use --audience officer or auditor: without confidential grants the books would not balance",
            ));
        }
        let open = match self.view.known_at {
            Some(known_at) => {
                let ledger = context.open_readable_part(Access::Read)?;
                let earlier = Some(as_known_at(&ledger, known_at)?);
                OpenBooks { ledger, earlier }
            }
            None => OpenBooks { ledger: context.open_undamaged(Access::Read)?, earlier: None },
        };
        let confidential = confidential_awards(open.books())?;
        if stated.is_none() && confidential > 0 {
            let awards = match confidential {
                1 => "1 award based on a confidential decision".to_owned(),
                many => format!("{many} awards based on confidential decisions"),
            };
            let message = format!("the export would contain {awards}");
            return Err(Problem::refused("confidential-inside", message)
                .hint("use --audience auditor to export the complete books, for the auditor only"));
        }
        Ok(open)
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

/// Visits every transaction of the records that the books are made of, in the order of recording.
fn each_transaction(
    journal: &dyn Store,
    books: &dyn Books,
    visit: &mut dyn FnMut(&Transaction<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let last = books.head().record;
    let mut transactions = Transactions::new(books);
    let mut stopped = None;
    journal.lines(1, &mut |logged| {
        let Logged::Record(record, _) = logged else { return Ok(true) };
        if record.number > last {
            return Ok(false);
        }
        stopped = transactions.visit(&record, visit).err();
        Ok(stopped.is_none())
    })?;
    stopped.map_or(Ok(()), Err)
}
