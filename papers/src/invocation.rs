//! Commands that papers and pages name, as data.
//!
//! A paper says how it is made again and where a figure is explained. How a command is written is known by
//! the front end, which hands in a function from an [`Invocation`] to its text.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange, FinancialYear, Month};
use almoner_ledger::funds::FundId;
use almoner_ledger::recipients::Identifier;
use almoner_ledger::reports::Published;

use crate::tool::Tool;

/// A command that a paper names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Lists the records of a line of budget monitoring.
    ExplainRemaining { year: FinancialYear },
    /// Lists the records that changed figures between two papers.
    Diff,
    /// Writes the journal for a finance system.
    Finance,
    /// Reports the balance of every account.
    TrialBalance,
    /// Approves a proposal with a signature.
    Approve { proposal: u64 },
    /// Creates the key with which a user signs approvals.
    CreateKey { user: String },
    /// Writes a signed statement of the last record and the balances.
    Checkpoint,
    /// Writes the whole ledger to one file.
    Backup,
    /// Makes a paper or a file again.
    Export {
        /// The export, with its own arguments.
        export: Export,
        audience: Option<Audience>,
        /// The time as known at which the books are read; `None` for now.
        known_at: Option<Known>,
    },
}

/// The time as known at which a paper is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Just after a record.
    Record(u64),
    /// The end of a day: all that audiences learn that may not see records.
    Day(Date),
}

impl Known {
    /// Returns the time of books as their audience may know it.
    pub fn of(books: &Published<'_>) -> Option<Known> {
        match books.audience().sees_confidential() {
            true => Some(Known::Record(books.head().record)),
            false => books.issue().map(|issue| Known::Day(issue.day)),
        }
    }
}

/// An export with its own arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    Panel {
        range: DateRange,
        /// The reporting date.
        as_at: Date,
        /// The months ahead for grants ending soon.
        ending: i32,
    },
    Cfo {
        range: DateRange,
        as_at: Date,
        largest: u16,
    },
    Disclosure {
        month: Month,
        is_draft: bool,
    },
    Funder {
        fund: FundId,
        range: DateRange,
        as_at: Date,
        /// The file name of the template, unless it is the built-in one.
        template: Option<String>,
    },
    Giving {
        /// The publisher's prefix.
        prefix: String,
        funder_id: Option<Identifier>,
        /// The range in which grants were decided; all if none.
        range: Option<DateRange>,
    },
    Journal(Tool),
}

impl Export {
    /// Returns the command that makes the export of these books again.
    pub fn of(self, books: &Published<'_>) -> Invocation {
        Invocation::Export { export: self, audience: Some(books.audience()), known_at: Known::of(books) }
    }
}

/// Returns a command as people type it.
pub type Typed<'a> = &'a dyn Fn(&Invocation) -> String;
