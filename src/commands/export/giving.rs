//! `almoner export 360giving`.
//!
//! [`mod@almoner_papers::packs::giving`] makes the files.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, moment_in_words};
use almoner_ledger::marks::Mark;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::{GivingReport, Published, giving};
use almoner_papers::invocation::Export;
use almoner_papers::packs::giving::standard::{Listed, Prefix, Publisher};
use almoner_papers::packs::giving::{GivingError, file, standard};
use almoner_papers::render::Format;
use almoner_store::folder::Access;
use clap::Args;

use super::typed::made_by;
use super::{counted, note_exported, note_written};
use crate::commands::audience::ViewArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(
    after_help = "Without a period, all grants are written. A grant belongs to the period in which it was decided and \
    is published in its current state: including variations, less withdrawals and refunds, and with its current \
    purpose. Grants reduced to zero are omitted from the file, but are listed on screen.\n\n\
    Charity and company numbers come from the recipient's identifiers (`almoner recipient identify`). A recipient \
    with no such number is identified by the prefix and its own id; without --funder-id, the funder is identified by \
    the prefix and the funder's name.\n\n\
    In CSV, text that a spreadsheet would treat as a formula is prefixed with an apostrophe.\n\n\
    Examples:\n  \
    almoner export 360giving --prefix 360G-suffolkpcc -o grants.json\n  \
    almoner export 360giving --prefix 360G-suffolkpcc --fy 2015-16 -o grants.csv"
)]
pub struct GivingArgs {
    /// Publisher prefix assigned by 360Giving: 360G-suffolkpcc
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,

    /// Registered identifier of the body: GB-LAE-…
    #[arg(long, value_name = "ID")]
    funder_id: Option<Identifier>,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    pub(super) view: ViewArgs,

    #[command(flatten)]
    output: OutputArgs,
}

/// Writes the grants.
pub fn run(args: &GivingArgs, context: &Context) -> Result<(), Problem> {
    let (format, _) = args.output.prepared(context.terminal)?;
    let is_silent = args.output.format.is_none() && args.output.output.is_none();
    let format = match format {
        Format::Table if is_silent => Format::Json,
        Format::Json | Format::Csv => format,
        _ => {
            return Err(Problem::refused(
                "not-in-the-standard",
                "the 360Giving standard allows JSON and CSV only",
            )
            .hint("use --format json or csv, or a file name ending in .json or .csv"));
        }
    };
    let prefix = args.parsed_prefix()?;
    args.view.read(context, Audience::Public, Access::Read, |books| {
        let list = args.list(books, prefix)?;
        note_reduced_to_zero(&list.report);
        let bytes = args.output.with_byte_order_mark(list.written(format)?);
        args.output.write(&bytes)?;
        let path = args.output.output.as_deref();
        note_exported(context, books, (list.mark.as_ref(), &list.command), path, &bytes);
        note_written(path, books, &counted(list.grants.len(), "grant", "grants"), list.mark.as_ref());
        Ok(())
    })
}

/// The grants to be written, with what identifies them.
struct List {
    report: GivingReport,
    publisher: Publisher,
    grants: Vec<Listed>,
    command: String,
    mark: Option<Mark>,
}

impl GivingArgs {
    /// Returns the mark of the grants in these books.
    pub(super) fn mark(&self, books: &Published<'_>) -> Result<Option<Mark>, Problem> {
        Ok(self.list(books, self.parsed_prefix()?)?.mark)
    }

    fn parsed_prefix(&self) -> Result<Prefix, Problem> {
        let prefix = self.prefix.as_deref().ok_or_else(|| {
            Problem::refused("no-prefix", "the publisher prefix is missing")
                .hint("add --prefix 360G-… (360Giving assigns a prefix to each registered publisher)")
        })?;
        Ok(Prefix::parse(prefix)?)
    }

    fn list(&self, books: &Published<'_>, prefix: Prefix) -> Result<List, Problem> {
        let range = self.range.period().stated()?;
        let report = giving(books, range)?;
        let (given, funder_id) = (prefix.to_string(), self.funder_id.clone());
        let publisher = Publisher::new(prefix, funder_id.as_ref(), &report.stamp.body)?;
        let grants = standard::listed(&report, &publisher)?;
        let command = made_by(Export::Giving { prefix: given, funder_id, range }, books);
        let mark = match books.issue().and_then(|issue| issue.secret) {
            Some(secret) => {
                let content = file::content(&grants, &publisher).map_err(unwritten)?;
                Some(Mark::new(secret, books.audience(), &command, content))
            }
            None => None,
        };
        Ok(List { report, publisher, grants, command, mark })
    }
}

impl List {
    fn written(&self, format: Format) -> Result<Vec<u8>, Problem> {
        if self.grants.is_empty() {
            return Err(Problem::refused("no-grants", "there are no grants to publish in this period")
                .hint("choose another period: the standard does not allow an empty file"));
        }
        let bytes = match format {
            Format::Csv => file::csv(&self.grants),
            _ => file::json(&self.grants, &self.publisher, &self.known()),
        };
        bytes.map_err(unwritten)
    }

    /// Returns the time of knowledge in words: the last record with the head, or the day with the mark.
    fn known(&self) -> String {
        let stamp = &self.report.stamp;
        let at = &stamp.known_at.at;
        match (stamp.known_at.record, &stamp.head) {
            (Some(record), Some(head)) => {
                format!("As known at record {record}, {}; head {head}.", moment_in_words(at))
            }
            _ => {
                let day = Date::parse(at).map_or_else(|_| at.clone(), Date::in_words);
                let mark = self.mark.as_ref().map(|mark| format!("; mark {mark}")).unwrap_or_default();
                format!("As known at {day}{mark}.")
            }
        }
    }
}

fn unwritten(why: String) -> Problem {
    Problem::refused("not-written", format!("the grants cannot be written: {why}"))
}

/// Names the grants left out because they were reduced to zero.
fn note_reduced_to_zero(report: &GivingReport) {
    let ids: Vec<String> = report.reduced_to_zero.iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        notify(&format!("reduced to zero and left out: {}", ids.join(", ")));
    }
}

impl From<GivingError> for Problem {
    fn from(error: GivingError) -> Problem {
        let (code, hint) = match error {
            GivingError::NotAPrefix(_) => ("not-a-prefix", "write the prefix in the form 360G-suffolkpcc"),
            GivingError::NoBody => {
                ("no-body", "set it when the ledger is created: `almoner init --body NAME`")
            }
            GivingError::SameIdentifier(_) => {
                ("same-identifier", "reverse one of the awards and record it with another --id")
            }
        };
        Problem::refused(code, error.to_string()).hint(hint)
    }
}
