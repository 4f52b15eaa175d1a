//! The kinds of files.

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

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::Awards,
        Kind::Payments,
        Kind::Repurposes,
        Kind::Decisions,
        Kind::Budgets,
        Kind::Recipients,
        Kind::Aliases,
        Kind::Statements,
    ];

    /// Returns the word used in commands and profiles: `awards`.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Awards => "awards",
            Kind::Payments => "payments",
            Kind::Repurposes => "repurposes",
            Kind::Decisions => "decisions",
            Kind::Budgets => "budgets",
            Kind::Recipients => "recipients",
            Kind::Aliases => "aliases",
            Kind::Statements => "statements",
        }
    }

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
