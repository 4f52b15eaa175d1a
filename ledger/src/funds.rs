//! Funds: the sources of money, each with its own balanced books.

use serde::{Deserialize, Serialize};

pub use crate::ids::FundId;
use crate::text::Text;

/// A fund (funding stream).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // The names say it.
pub struct Fund {
    pub id: FundId,
    pub name: Text,
}
