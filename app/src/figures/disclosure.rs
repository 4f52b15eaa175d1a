//! The lists of grants and payments that must be published each month.

use almoner_ledger::calendar::Month;
use almoner_ledger::reports::{DisclosureReport, Published, disclosure};
use almoner_papers::invocation::{Export, Typed};
use almoner_papers::packs::disclosure::{State, papers, summary};
use almoner_papers::paper::Paper;

use super::Days;
use crate::error::Error;

/// The lists of a month.
#[derive(Clone, Copy, Debug)]
pub struct DisclosureLists {
    pub month: Month,
    /// True for a copy that is marked as a draft and may lack details.
    pub is_draft: bool,
}

/// The lists as they can be made.
#[derive(Debug)]
pub enum Disclosed {
    /// The papers, each with its file name, and what they say in a few words.
    Papers(Vec<(&'static str, Paper)>, String),
    /// Details or grounds without which nothing may be published are missing.
    Incomplete(Box<DisclosureReport>),
}

impl DisclosureLists {
    /// Makes the lists.
    ///
    /// # Errors
    ///
    /// A month that is not over, unless a draft is requested.
    pub fn run(self, books: &Published<'_>, days: Days, typed: Typed<'_>) -> Result<Disclosed, Error> {
        let DisclosureLists { month, is_draft } = self;
        let is_over = days.today > month.last_day() && days.known >= month.last_day();
        if !is_over && !is_draft {
            let message = match days.today > month.last_day() {
                true => format!("{} had not ended on {}", month.in_words_full(), days.known.in_words()),
                false => format!("{} has not ended", month.in_words_full()),
            };
            return Err(Error::refused("month-not-over", message)
                .advice("publish the lists after the end of the month, or write a draft"));
        }
        let report = disclosure(books, month)?;
        let is_complete = report.missing.is_empty() && report.withheld.is_complete();
        if !is_draft && !is_complete {
            return Ok(Disclosed::Incomplete(Box::new(report)));
        }
        let export = Export::Disclosure { month, is_draft };
        let command = typed(&export.of(books));
        let state = State { is_draft, is_over };
        Ok(Disclosed::Papers(papers(&report, books, state, &command)?, summary(&report)?))
    }
}
