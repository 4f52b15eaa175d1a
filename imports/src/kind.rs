//! The kinds of files, and the columns of each.

use almoner_ledger::worded;
use serde::de::{Deserialize, Deserializer, Error};

/// The kind of rows in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Grant awards.
    Awards,
    /// Payments and refunds.
    Payments,
    /// Changes of purpose.
    Repurposes,
    /// Changes of amount or period.
    Variations,
    /// Instalments: scheduled payments.
    Instalments,
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
    Awards = "awards", Payments = "payments", Repurposes = "repurposes",
    Variations = "variations", Instalments = "instalments", Decisions = "decisions", Budgets = "budgets", Recipients = "recipients",
    Aliases = "aliases", Statements = "statements",
});

impl Kind {
    /// Parses [`Kind::word`].
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// True if each row has an amount.
    pub const fn has_amounts(self) -> bool {
        match self {
            Kind::Awards
            | Kind::Payments
            | Kind::Variations
            | Kind::Instalments
            | Kind::Budgets
            | Kind::Statements => true,
            Kind::Repurposes | Kind::Decisions | Kind::Recipients | Kind::Aliases => false,
        }
    }

    /// Returns the columns, in order. One with `?` may be absent, one with `*` may be absent if there
    /// is a profile, and one with `+` is available only with a profile. After a bar is another name
    /// that a file in canonical columns may have for it.
    ///
    /// Bodies that publish grants under their own ids have no decision numbers, and extracts of finance
    /// systems rarely have a column for the award.
    pub(crate) const fn columns(self) -> &'static str {
        match self {
            Kind::Awards => {
                "decision* decided recipient amount purpose theme fund? power? from? to? id? recipient_id? \
                 conditions? reasons? confidential? identifiers+ kind? evidence?"
            }
            Kind::Payments => {
                "award* date amount reference? account? kind? part? recipient+ identifiers+ words+"
            }
            Kind::Repurposes => "award decision date purpose theme include_past?",
            Kind::Variations => "award decision? date amount? from? to?",
            Kind::Instalments => "award due amount",
            Kind::Decisions => "decision date|decided? title summary? kind? confidential? evidence?",
            Kind::Budgets => "fund theme? year amount decision?",
            Kind::Recipients => "recipient id? identifiers?",
            Kind::Aliases => "recipient alias",
            Kind::Statements => "date text amount balance? account? reference?",
        }
    }

    /// Returns the columns that are ignored in canonical files: a register of decisions may have those
    /// of their awards, and a file of awards those of the register.
    pub(crate) const fn ignored(self) -> &'static str {
        match self {
            Kind::Awards => "title summary",
            Kind::Decisions => {
                "recipient amount purpose theme fund power from to recipient_id conditions reasons id"
            }
            _ => "",
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        let word = String::deserialize(deserializer)?;
        Kind::parse(&word).ok_or_else(|| {
            let words = Kind::ALL.map(Kind::word).join(", ");
            D::Error::custom(format!(
                "`{word}` is not a recognised kind of file; the recognised kinds are {words}"
            ))
        })
    }
}
