//! `almoner export 360giving`.
//!
//! [`GivingFile`] makes the files.

use almoner_app::exports::{GivingFile, GivingFormat};
use almoner_ledger::audience::Audience;
use almoner_ledger::grants::GrantId;
use almoner_ledger::marks::Mark;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::Published;
use almoner_papers::render::Format;
use almoner_store::folder::Access;
use clap::Args;

use super::typed::typed;
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

    /// Registered identifier of the funder: GB-LAE-…
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
        Format::Table if is_silent => GivingFormat::Json,
        Format::Json => GivingFormat::Json,
        Format::Csv => GivingFormat::Csv,
        _ => {
            return Err(Problem::refused(
                "format-not-available",
                "grants in the 360Giving standard can be exported only as JSON or CSV",
            )
            .hint("use --format json or csv, or a file name ending in .json or .csv"));
        }
    };
    args.view.read(context, Audience::Public, Access::Read, |books| {
        let made = args.file(format).run(books, &typed)?;
        note_reduced_to_zero(&made.reduced_to_zero);
        let bytes = args.output.write(made.bytes, books.audience())?;
        let path = args.output.output.as_deref();
        note_exported(context, books, (made.mark.as_ref(), &made.command), path, &bytes);
        note_written(path, books, &counted(made.grants, "grant", "grants"), made.mark.as_ref());
        Ok(())
    })
}

impl GivingArgs {
    /// Returns the mark of the grants in these books.
    pub(super) fn mark(&self, books: &Published<'_>) -> Result<Option<Mark>, Problem> {
        Ok(self.file(GivingFormat::Json).run(books, &typed)?.mark)
    }

    fn file(&self, format: GivingFormat) -> GivingFile<'_> {
        GivingFile {
            prefix: self.prefix.as_deref(),
            funder: self.funder_id.as_ref(),
            period: self.range.period(),
            format,
        }
    }
}

/// Names the grants left out because they were reduced to zero.
fn note_reduced_to_zero(grants: &[GrantId]) {
    let ids: Vec<String> = grants.iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        notify(&format!("reduced to zero and left out: {}", ids.join(", ")));
    }
}
