//! The opening of a ledger, and the rules that hold in it.

use serde::{Deserialize, Serialize};

use super::{About, Kind, Needs, Reversal};
use crate::grants::Rules;
use crate::text::Text;

/// The opening of a ledger, always its first record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BooksOpened {
    /// The ledger's unique id, so that no record is valid in two journals.
    pub ledger: String,
    pub body: Text,
    /// The rules by which its entries are recorded, until later ones are adopted.
    #[serde(default, skip_serializing_if = "Rules::is_first")]
    pub rules: Rules,
}

/// The adoption of later rules than those by which the records before it were entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesAdopted {
    pub rules: Rules,
}

impl Kind for RulesAdopted {
    fn about(&self) -> About<'_> {
        let needs = Needs::Nothing { may_be_proposed: false };
        About::posting_nothing("rules adopted", needs, Reversal::StaysInBatch)
    }
}

impl Kind for BooksOpened {
    fn about(&self) -> About<'_> {
        About::posting_nothing("books opened", Needs::Nothing { may_be_proposed: false }, Reversal::Never)
    }
}
