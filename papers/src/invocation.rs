//! Commands that papers name, as data.
//!
//! A paper says how it is made again and where a figure is explained. How a command is written is known by
//! the front end, which hands in a function from an [`Invocation`] to its text.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{DateRange, FinancialYear, Month};
use almoner_ledger::funds::FundId;

use crate::tool::Tool;

/// A command that a paper names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// Lists the records of a line of budget monitoring.
    ExplainRemaining {
        /// The financial year of the line.
        year: FinancialYear,
    },
    /// Lists the records that changed figures between two papers.
    Diff,
    /// Writes the journal for a finance system.
    Finance,
    /// Reports the balance of every account.
    TrialBalance,
    /// Makes a paper or a file again.
    Export {
        /// The export, with its own arguments.
        export: Export,
        /// The audience, where it is stated.
        audience: Option<Audience>,
        /// The record at which the books are known.
        known_at: u64,
    },
}

/// An export with its own arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// The paper for the Police and Crime Panel.
    Panel {
        /// The period reported on.
        range: DateRange,
        /// The months ahead for grants ending soon.
        ending: i32,
    },
    /// The pack for the Chief Finance Officer.
    Cfo {
        /// The period reported on.
        range: DateRange,
        /// The number of largest records listed.
        largest: u16,
    },
    /// The monthly disclosure.
    Disclosure {
        /// The month.
        month: Month,
        /// True for a marked draft.
        is_draft: bool,
    },
    /// The return to a funder.
    Funder {
        /// The fund.
        fund: FundId,
        /// The period reported on.
        range: DateRange,
        /// The file name of the template, unless it is the built-in one.
        template: Option<String>,
    },
    /// The books for an auditor's tool.
    Journal(Tool),
}

/// Returns a command as people type it.
pub type Typed<'a> = &'a dyn Fn(&Invocation) -> String;
