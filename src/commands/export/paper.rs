//! `almoner export panel` and `almoner export cfo`, and the common parts of papers: audience, time of knowledge,
//! format and facts.

use almoner_app::figures::{CfoPack, Days, PanelPaper};
use almoner_ledger::audience::Audience;
use almoner_ledger::reports::Published;
use almoner_papers::paper::Paper;
use almoner_papers::render::{Format, paper_rendered};
use almoner_papers::sheet::Style;
use almoner_store::folder::Access;
use clap::Args;

use super::typed::typed;
use super::{counted, note_exported, note_written};
use crate::commands::audience::ViewArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;

/// The fact by which a paper says that it does not rest on verified books.
const UNVERIFIED: (&str, &str) = ("Verification", "none: the ledger was not verified for this paper");

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export panel --fy 2015-16 -o panel.html\n  \
    almoner export panel --quarter 2015-16Q3 -o panel.xlsx")]
pub(super) struct PanelArgs {
    #[command(flatten)]
    range: RangeArgs,

    /// List grants ending within this number of months
    #[arg(long, value_name = "MONTHS", default_value_t = 6, value_parser = clap::value_parser!(i32).range(1..=120))]
    ending: i32,

    #[command(flatten)]
    pub(super) paper: PaperArgs,
}

impl PanelArgs {
    /// Makes the paper.
    pub(super) fn made(&self, books: &Published<'_>, days: Days) -> Result<Paper, Problem> {
        Ok(PanelPaper { period: self.range.period(), ending: self.ending }.run(books, days, &typed)?)
    }
}

pub(super) fn panel(args: &PanelArgs, context: &Context) -> Result<(), Problem> {
    args.paper.write(context, Audience::Public, |books, days| args.made(books, days))
}

#[derive(Debug, Args)]
#[command(after_help = "\
The period must be whole months, and the reporting date the last day of a month; without --as-at, the pack is as at the last month end. The \
forecast covers the financial year in which the period ends.\n\n\
The pack is for the office or, with --audience auditor, for the auditor: it contains bank and control account \
balances and names users. Without confidential grants it would not agree with the ledger, so it cannot be produced \
for the public or the panel: use `export panel` for them.\n\n\
Examples:\n  \
    almoner export cfo --fy 2015-16 -o cfo.xlsx\n  \
    almoner export cfo --quarter 2015-16Q2 --known-at 2015-10-12 -o cfo.html\n  \
    almoner export cfo --to 2015-09-30 --only monitoring --format csv")]
pub(super) struct CfoArgs {
    #[command(flatten)]
    range: RangeArgs,

    /// Number of records to list, largest first
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(..=1000))]
    largest: u16,

    #[command(flatten)]
    paper: PaperArgs,
}

pub(super) fn cfo(args: &CfoArgs, context: &Context) -> Result<(), Problem> {
    let why = "it contains bank and control account balances, which would not agree if confidential \
               grants were left out, and it names users";
    args.paper.refuse_public(Audience::Officer, why)?;
    args.paper.write(context, Audience::Officer, |books, days| {
        let pack = CfoPack { period: args.range.period(), largest: args.largest };
        Ok(pack.run(books, days, &typed)?)
    })
}

/// Returns the paper with the fact that the ledger was not verified for it.
pub(super) fn unverified(mut paper: Paper, books: &Published<'_>) -> Paper {
    paper.facts.push((UNVERIFIED.0, UNVERIFIED.1.to_owned()));
    paper.marked(books.issue())
}

// The audience, time of knowledge and output of a paper.
#[derive(Clone, Debug, Args)]
pub(super) struct PaperArgs {
    #[command(flatten)]
    pub(super) view: ViewArgs,

    /// Limit to one table, by its key; required for CSV if there are several tables
    #[arg(long, value_name = "KEY")]
    only: Option<String>,

    #[command(flatten)]
    output: OutputArgs,

    /// Do not verify the ledger first; the paper states that this was not done
    #[arg(long)]
    unverified: bool,
}

impl PaperArgs {
    /// Refuses audiences that may not see confidential grants, for a paper that would not agree without them.
    pub(super) fn refuse_public(&self, default: Audience, why: &str) -> Result<(), Problem> {
        let audience = self.view.audience.or(default);
        if audience.sees_confidential() {
            return Ok(());
        }
        let message = format!("this paper is not available to the audience `{audience}`: {why}");
        Err(Problem::refused("not-for-audience", message)
            .hint("use --audience officer, for use within the office only"))
    }

    /// Makes the paper and writes it. `default` is the audience where none is stated.
    pub(super) fn write(
        &self,
        context: &Context,
        default: Audience,
        make: impl FnOnce(&Published<'_>, Days) -> Result<Paper, Problem>,
    ) -> Result<(), Problem> {
        let (format, terminal) = self.output.prepared(context.terminal)?;
        if self.unverified && format == Format::Csv {
            let message = "a CSV file has no room for the warning that the ledger was not verified";
            return Err(Problem::refused("unverified-csv", message)
                .hint("leave out --unverified, or choose another format"));
        }
        let access = if self.unverified { Access::Unproved } else { Access::Read };
        self.view.read(context, default, access, |books| {
            let mut paper = make(books, self.view.view(default).days(books, context.actor.today))?;
            if self.unverified {
                paper = unverified(paper, books);
            }
            let bytes = paper_rendered(&paper, format, terminal, self.only.as_deref())?;
            let bytes = self.output.write(bytes, books.audience())?;
            let path = self.output.output.as_deref();
            note_exported(context, books, (paper.mark(), paper.command()), path, &bytes);
            let only = self.only.as_deref();
            let sheets = paper.sheets.iter().filter(|sheet| only.is_none_or(|only| only == sheet.key));
            let rows = sheets.flat_map(|sheet| &sheet.rows).filter(|row| row.style == Style::Normal).count();
            note_written(path, books, &counted(rows, "row", "rows"), paper.mark());
            Ok(())
        })
    }
}
