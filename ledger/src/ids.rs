//! Ids of grants, decisions, recipients, papers, funds and themes, and the keys of budgets.
//!
//! Independent of what they identify. Each is re-exported by the module of its subject.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::FinancialYear;
use crate::text::{TextError, id_of_name, id_type, is_outside_reference, is_reference, is_slug, shared};

id_type!(
    /// A grant's id: the decision number (`14-2015`, `14-2015/2`) or one chosen by the officer.
    GrantId, is_outside_reference
);

id_type!(
    /// A decision's number as published: `26-2015`, `C7-2015`, `PCD-2015-000123`.
    DecisionId, is_reference
);

id_type!(
    /// A recipient's permanent id: `lighthouse-womens-aid`, `R00053`.
    RecipientId, is_reference
);

id_type!(
    /// An outside identifier: `GB-CHC-1087198`, `GB-COH-01234567`.
    Identifier, is_outside_reference
);

impl Identifier {
    /// Returns its register (`GB-CHC`), if it has the form `LIST-NAME-number`.
    pub fn register(&self) -> Option<&str> {
        let text = self.as_str();
        let (country, rest) = text.split_once('-')?;
        let (list, _) = rest.split_once('-')?;
        text.get(..country.len() + 1 + list.len())
    }
}

id_type!(
    /// A paper's reference as printed: `AP15/2`.
    PaperId, is_reference
);

id_type!(
    /// A fund's id: `cdr`, `victims`, `unstated`.
    FundId, is_slug, kept_by shared, read_by FundId::named
);

impl FundId {
    /// Returns the id that this text is, or that it makes as a name: `Knife crime` makes `knife-crime`.
    pub fn named(text: &str) -> Result<FundId, TextError> {
        FundId::new(&id_of_name(text)?)
    }

    /// The id of the fund of awards whose decision does not state one.
    pub const UNSTATED: &'static str = "unstated";

    pub fn unstated() -> FundId {
        FundId(FundId::UNSTATED.into())
    }

    pub fn is_unstated(&self) -> bool {
        *self.0 == *FundId::UNSTATED
    }
}

id_type!(
    /// A theme's id: `domestic-abuse`.
    ThemeId, is_slug, kept_by shared, read_by ThemeId::named
);

impl ThemeId {
    /// Returns the id that this text is, or that it makes as a name: `Knife crime` makes `knife-crime`.
    pub fn named(text: &str) -> Result<ThemeId, TextError> {
        ThemeId::new(&id_of_name(text)?)
    }

    /// The id of the part of an award without a theme.
    pub const UNALLOCATED: &'static str = "unallocated";

    pub fn unallocated() -> ThemeId {
        ThemeId(ThemeId::UNALLOCATED.into())
    }

    pub fn is_unallocated(&self) -> bool {
        *self.0 == *ThemeId::UNALLOCATED
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetKey {
    pub fund: FundId,
    pub theme: ThemeId,
    pub year: FinancialYear,
}

impl fmt::Display for BudgetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.fund, self.theme, self.year)
    }
}
