//! What the papers have in common: for whom, as known when, in which format, and what stands at
//! the top of each.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::Published;
use almoner_ledger::store::KnownAt;
use almoner_ledger::store::folder::Access;
use clap::Args;

use crate::commands::audience::{AudienceArgs, published};
use crate::commands::report::fields::range_in_words;
use crate::commands::report::known_at;
use crate::context::Context;
use crate::paper::Paper;
use crate::problem::Problem;
use crate::render::output::OutputArgs;
use crate::render::paper_rendered;
use crate::sheet::Sheet;
use crate::words;

// For whom, as known when, and as what.
#[derive(Clone, Debug, Args)]
pub(super) struct PaperArgs {
    #[command(flatten)]
    audience: AudienceArgs,

    /// As known by the end of that day, or after that record [default: now]
    #[arg(long, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    /// Of a paper with several tables, the one to write as CSV, by its key
    #[arg(long, value_name = "KEY")]
    only: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// A paper before it has its facts.
pub(super) struct Draft {
    /// What it is.
    pub(super) title: String,
    /// The days that it reports on.
    pub(super) range: DateRange,
    /// Its sheets.
    pub(super) sheets: Vec<Sheet>,
    /// The words that make it again, after `almoner export`.
    pub(super) command: String,
}

impl PaperArgs {
    /// Refuses those who may not see what is confidential, for a paper that would not tie without it.
    pub(super) fn refuse_public(&self, usual: Audience, why: &str) -> Result<(), Problem> {
        let audience = self.audience.or(usual);
        if audience.sees_confidential() {
            return Ok(());
        }
        let message = format!("this paper is not for the audience `{audience}`: {why}");
        Err(Problem::refused("not-for-audience", message)
            .hint("say --audience officer, and keep what is written in the office"))
    }

    /// Makes the paper and writes it. `usual` is the audience where none is stated.
    pub(super) fn write(
        &self,
        context: &Context,
        usual: Audience,
        make: impl FnOnce(&Published<'_>, Date) -> Result<Draft, Problem>,
    ) -> Result<(), Problem> {
        let (format, terminal) = self.output.prepared(context.terminal)?;
        let audience = self.audience.or(usual);
        published(context, self.known_at, audience, Access::Read, |books| {
            let paper = finished(make(books, context.today)?, books);
            Ok(self.output.write(&paper_rendered(&paper, format, terminal, self.only.as_deref())?)?)
        })
    }
}

/// The paper with its facts, without what its audience may not see.
pub(super) fn finished(draft: Draft, books: &Published<'_>) -> Paper {
    let (head, audience) = (books.head(), books.audience());
    let shown = match audience.sees_confidential() {
        true => audience.to_string(),
        false => format!("{audience}: whatever rests on a confidential decision is left out"),
    };
    let recorded = words::moment(&books.reference().last_recorded);
    let facts = vec![
        ("Body", books.reference().body_name().to_owned()),
        ("Period", range_in_words(draft.range)),
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

/// A report's sheet as one of a paper, which has the facts.
pub(super) fn part(key: &'static str, title: &str, sheet: Sheet) -> Sheet {
    Sheet { key, title: title.to_owned(), facts: Vec::new(), ..sheet }
}

/// A range as the arguments that ask for it: `--fy 2015-16`.
pub(super) fn range_to_type(range: DateRange) -> String {
    let year = range.from().financial_year();
    if range == year.range() {
        return format!("--fy {year}");
    }
    format!("--from {} --to {}", range.from(), range.to())
}
