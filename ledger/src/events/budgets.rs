//! Annual budgets.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::accounts::Account;
use crate::entry::{Entries, written};
pub use crate::ids::BudgetKey;
use crate::money::Money;
use crate::policy::Act;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetSet {
    pub budget: Box<BudgetKey>,
    /// The annual budget, not the change.
    pub amount: Money,
    /// The entries, which post the change.
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

impl Kind for BudgetSet {
    fn about(&self) -> About<'_> {
        let key = &*self.budget;
        let needs = Needs::Acts(Acts::Posted { act: Act::Budget, on: Account::Budget, fund: &key.fund });
        About::posting("budget", &self.posted, None, needs, Reversal::Budget(self)).of(key)
    }
}
