//! Funds: the sources of money, each with its own balanced books.

use serde::{Deserialize, Serialize};

use crate::text::{Text, id_type, is_slug, shared};

id_type!(
    /// A fund's id: `cdr`, `victims`, `unstated`.
    FundId, is_slug, kept_by shared
);

impl FundId {
    /// The id of the fund of awards whose decision does not state one.
    pub const UNSTATED: &'static str = "unstated";

    /// Returns the id of the fund of awards whose decision does not state one.
    pub fn unstated() -> FundId {
        FundId(FundId::UNSTATED.into())
    }

    /// True if the decision did not state the fund.
    pub fn is_unstated(&self) -> bool {
        *self.0 == *FundId::UNSTATED
    }
}

/// A fund (funding stream).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Fund {
    pub id: FundId,
    pub name: Text,
}
