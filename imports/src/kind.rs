//! The kinds of files.

use almoner_ledger::worded;

/// The kind of rows in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Grant awards.
    Awards,
    /// Payments and refunds.
    Payments,
    /// Changes of purpose.
    Repurposes,
    /// The register of decisions.
    Decisions,
    /// Budgets by fund, theme and financial year.
    Budgets,
    /// Organisations that are given grants.
    Recipients,
    /// Other names of recipients.
    Aliases,
    /// Lines of a bank statement, to be reconciled.
    Statements,
}

worded!(Kind::word {
    Awards = "awards", Payments = "payments", Repurposes = "repurposes", Decisions = "decisions",
    Budgets = "budgets", Recipients = "recipients", Aliases = "aliases", Statements = "statements",
});

impl Kind {
    /// Parses [`Kind::word`].
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Returns the command for files of this kind.
    pub fn command(self) -> String {
        if self == Kind::Statements { "reconcile".to_owned() } else { format!("import {}", self.word()) }
    }

    /// True if each row has an amount.
    pub const fn has_amounts(self) -> bool {
        matches!(self, Kind::Awards | Kind::Payments | Kind::Budgets | Kind::Statements)
    }
}
