//! Funds: whose money it is.

use serde::{Deserialize, Serialize};

use crate::text::{Text, id_type, is_slug, shared};

id_type!(
    /// A fund's id: `cdr`, `victims`, `unstated`.
    FundId, is_slug, kept_by shared
);

impl FundId {
    /// The id of the fund that carries what a decision does not state.
    pub const UNSTATED: &'static str = "unstated";

    /// The fund that carries what a decision does not state.
    pub fn unstated() -> FundId {
        FundId(FundId::UNSTATED.into())
    }

    /// True when the decision did not state the fund.
    pub fn is_unstated(&self) -> bool {
        *self.0 == *FundId::UNSTATED
    }
}

/// A fund (funding stream). It balances by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fund {
    /// Its id.
    pub id: FundId,
    /// Its name.
    pub name: Text,
}
