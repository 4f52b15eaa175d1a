//! The common parts of papers: audience, time of knowledge, format and facts.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::Published;
use almoner_papers::dates;
use almoner_store::KnownAt;
use almoner_store::folder::Access;
use clap::Args;

use crate::commands::audience::{AudienceArgs, published};
use crate::commands::report::known_at;
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;
use almoner_papers::paper::Paper;
use almoner_papers::render::paper_rendered;
use almoner_papers::sheet::Sheet;

// The audience, time of knowledge and output of a paper.
#[derive(Clone, Debug, Args)]
pub(super) struct PaperArgs {
    #[command(flatten)]
    audience: AudienceArgs,

    /// As known at the end of a day, or after a record [default: now]
    #[arg(long, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    /// Key of the table to write as CSV, if there are several
    #[arg(long, value_name = "KEY")]
    only: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// A paper without its facts.
pub(super) struct Draft {
    /// The title of the paper.
    pub(super) title: String,
    /// The period reported on.
    pub(super) range: DateRange,
    /// The sheets of the paper.
    pub(super) sheets: Vec<Sheet>,
    /// The arguments of `almoner export` that make the paper again.
    pub(super) command: String,
}

impl PaperArgs {
    /// Refuses audiences that may not see confidential grants, for a paper that would not agree without them.
    pub(super) fn refuse_public(&self, default: Audience, why: &str) -> Result<(), Problem> {
        let audience = self.audience.or(default);
        if audience.sees_confidential() {
            return Ok(());
        }
        let message = format!("this paper is not available to the audience `{audience}`: {why}");
        Err(Problem::refused("not-for-audience", message).hint("use --audience officer, for the office only"))
    }

    /// Makes the paper and writes it. `default` is the audience where none is stated.
    pub(super) fn write(
        &self,
        context: &Context,
        default: Audience,
        make: impl FnOnce(&Published<'_>, Date) -> Result<Draft, Problem>,
    ) -> Result<(), Problem> {
        let (format, terminal) = self.output.prepared(context.terminal)?;
        let audience = self.audience.or(default);
        published(context, self.known_at, audience, Access::Read, |books| {
            let paper = finished(make(books, context.today)?, books);
            Ok(self.output.write(&paper_rendered(&paper, format, terminal, self.only.as_deref())?)?)
        })
    }
}

/// Returns the paper with its facts, without the columns that its audience may not see.
pub(super) fn finished(draft: Draft, books: &Published<'_>) -> Paper {
    let (head, audience) = (books.head(), books.audience());
    let shown = match audience.sees_confidential() {
        true => audience.to_string(),
        false => format!("{audience}: grants based on confidential decisions are excluded"),
    };
    let recorded = dates::moment(&books.reference().last_recorded);
    let facts = vec![
        ("Body", books.reference().body_name().to_owned()),
        ("Period", dates::days(draft.range)),
        ("Audience", shown),
        ("Known at", format!("record {}, {recorded}", head.record)),
        ("Head", head.hash.to_string()),
        (
            "Made by",
            format!("almoner export {} --audience {audience} --known-at {}", draft.command, head.record),
        ),
    ];
    let sheets = draft.sheets.into_iter().map(|sheet| sheet.for_audience(audience)).collect();
    Paper { title: draft.title, facts, sheets }
}

/// Returns a report's sheet as part of a paper, which has the facts.
pub(super) fn part(key: &'static str, title: &str, sheet: Sheet) -> Sheet {
    Sheet { key, title: title.to_owned(), facts: Vec::new(), ..sheet }
}

/// Returns the arguments for a range: `--fy 2015-16`.
pub(super) fn range_to_type(range: DateRange) -> String {
    let year = range.from().financial_year();
    if range == year.range() {
        return format!("--fy {year}");
    }
    format!("--from {} --to {}", range.from(), range.to())
}
