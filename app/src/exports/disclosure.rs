//! The two lists that must be published each month.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::Month;
use almoner_ledger::reports::disclosure::Missing;
use almoner_ledger::reports::{Published, disclosure};
use almoner_papers::invocation::{Export, Invocation, Typed};
use almoner_papers::packs::disclosure::papers;
use almoner_papers::paper::Paper;

use crate::error::Error;

/// The disclosure of a month.
#[derive(Clone, Copy, Debug)]
pub struct Disclosure {
    pub month: Month,
    /// True for a copy marked as a draft, which is made even if details are missing.
    pub is_draft: bool,
}

/// What a disclosure came to.
#[derive(Debug)]
pub enum Disclosed {
    /// The lists, each with the name of its file without the ending.
    Lists(Vec<(String, Paper)>),
    /// Awards lack details without which nothing may be published.
    Incomplete(Vec<Missing>),
}

impl Disclosure {
    /// Returns the end of the names of its files: the month, and that it is a draft.
    pub fn mark(self) -> String {
        format!("{}{}", self.month, if self.is_draft { "-DRAFT" } else { "" })
    }

    /// Makes the lists.
    pub fn run(self, books: &Published<'_>, typed: Typed<'_>) -> Result<Disclosed, Error> {
        let Disclosure { month, is_draft } = self;
        let report = disclosure(books, month)?;
        if !is_draft && !report.missing.is_empty() {
            return Ok(Disclosed::Incomplete(report.missing));
        }
        let export = Export::Disclosure { month, is_draft };
        let (audience, known_at) = (Some(books.audience()), books.head().record);
        let command = typed(&Invocation::Export { export, audience, known_at });
        let lists = papers(&report, books, is_draft, &command)?;
        let mark = self.mark();
        Ok(Disclosed::Lists(
            lists.into_iter().map(|(name, paper)| (format!("{name}-{mark}"), paper)).collect(),
        ))
    }
}
