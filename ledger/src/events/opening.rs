//! The opening of a ledger.

use serde::{Deserialize, Serialize};

use super::{About, Kind, Needs, Reversal};
use crate::text::Text;

/// The opening of a ledger, always its first record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BooksOpened {
    /// The ledger's unique id, so that no record is valid in two journals.
    pub ledger: String,
    pub body: Text,
}

impl Kind for BooksOpened {
    fn about(&self) -> About<'_> {
        About::posting_nothing("books opened", Needs::Nothing { may_be_proposed: false }, Reversal::Never)
    }
}
