//! Ids of grants, decisions, recipients, papers, funds and themes, and the keys of budgets.
//!
//! Independent of what they identify. Each is re-exported by the module of its subject.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::FinancialYear;
use crate::text::{OUTSIDE, REFERENCE, SLUG, TextError, id_of_name, id_type, shared};

id_type!(
    /// A grant's id: the decision number (`14-2015`, `14-2015/2`), one chosen by the officer, or that of another
    /// publisher as it is.
    GrantId, OUTSIDE, kept_by std::sync::Arc::from, read_by GrantId::stated
);

id_type!(
    /// A decision's number in its one spelling: `26-2015`, `C7-2015`, `PCD-2031-014`.
    DecisionId, REFERENCE, kept_by std::sync::Arc::from, read_by DecisionId::stated
);

id_type!(
    /// A recipient's permanent id: `lighthouse-womens-aid`, `R00053`.
    RecipientId, REFERENCE, kept_by std::sync::Arc::from, read_by RecipientId::stated
);

id_type!(
    /// An outside identifier: `GB-CHC-1087198`, `GB-COH-01234567`.
    Identifier, OUTSIDE, kept_by std::sync::Arc::from, read_by Identifier::stated
);

id_type!(
    /// A paper's reference as printed: `AP15/2`.
    PaperId, REFERENCE
);

id_type!(
    /// A fund's id: `cdr`, `victims`, `unstated`.
    FundId, SLUG, kept_by shared, read_by FundId::named
);

id_type!(
    /// A theme's id: `domestic-abuse`.
    ThemeId, SLUG, kept_by shared, read_by ThemeId::named
);

/// Declares the id of what is not stated, and reading ids from names.
macro_rules! named {
    ($id:ident, $constant:ident, $none:ident, $is_none:ident, $word:literal) => {
        impl $id {
            /// Returns the id that this text is, or that it makes as a name: `Knife crime` makes `knife-crime`.
            pub fn named(text: &str) -> Result<$id, TextError> {
                $id::new(&id_of_name(text)?)
            }

            pub const $constant: &'static str = $word;

            pub fn $none() -> $id {
                $id($id::$constant.into())
            }

            pub fn $is_none(&self) -> bool {
                *self.0 == *$id::$constant
            }
        }
    };
}

// The fund of awards whose decision does not state one, and the part of an award without a theme.
named!(FundId, UNSTATED, unstated, is_unstated, "unstated");
named!(ThemeId, UNALLOCATED, unallocated, is_unallocated, "unallocated");

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
