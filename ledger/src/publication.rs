//! Whether reference data is public: what the office has said of themes, funds, budgets, indicators and receipts.
//!
//! What nobody has said anything of follows from the grants that are shown: see [`crate::withholding`].

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::funds::FundId;
use crate::ids::BudgetKey;
use crate::indicators::IndicatorKey;
use crate::themes::ThemeId;
use crate::worded;

/// The publication setting of something that is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publication {
    /// Withheld from the public and the panel, with every grant that names the theme or fund.
    Confidential,
    /// Not confidential by itself. A theme or fund is shown even if no grant that is shown names it.
    Public,
}

worded!(Publication::word, displayed parsed { Confidential = "confidential", Public = "public" });

/// What it is said of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Subject {
    Theme(ThemeId),
    Fund(FundId),
    Budget(BudgetKey),
    Indicator(IndicatorKey),
    /// The record of money from a funder.
    Receipt(u64),
}

impl Subject {
    /// Returns the word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Subject::Theme(_) => "theme",
            Subject::Fund(_) => "fund",
            Subject::Budget(_) => "budget",
            Subject::Indicator(_) => "indicator",
            Subject::Receipt(_) => "receipt",
        }
    }
}

/// The id or key, without the kind.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Theme(id) => f.pad(id.as_str()),
            Subject::Fund(id) => f.pad(id.as_str()),
            Subject::Budget(key) => write!(f, "{key}"),
            Subject::Indicator(key) => write!(f, "{key}"),
            Subject::Receipt(record) => write!(f, "record {record}"),
        }
    }
}
