//! What a file is a list of.

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Grants awarded.
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
    /// Names that others use for recipients.
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

    /// The word on the command line: `awards`.
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

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The words of the command that takes files of it.
    pub fn command(self) -> String {
        if self == Kind::Statements { "reconcile".to_owned() } else { format!("import {}", self.word()) }
    }

    /// True when each row has an amount of money.
    pub const fn has_amounts(self) -> bool {
        matches!(self, Kind::Awards | Kind::Payments | Kind::Budgets | Kind::Statements)
    }
}
