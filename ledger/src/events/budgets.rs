//! Annual budgets.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::accounts::Account;
use crate::calendar::FinancialYear;
use crate::entry::{Entries, written};
use crate::funds::FundId;
use crate::money::Money;
use crate::policy::Act;
use crate::themes::ThemeId;

/// The key of a budget: its fund, theme and financial year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct BudgetKey {
    pub fund: FundId,
    pub theme: ThemeId,
    pub year: FinancialYear,
}

/// An annual budget that was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetSet {
    /// The key of the budget.
    pub budget: Box<BudgetKey>,
    /// The annual budget, not the change.
    pub amount: Money,
    /// The entries, which post the change.
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

impl fmt::Display for BudgetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.fund, self.theme, self.year)
    }
}

impl Kind for BudgetSet {
    fn about(&self) -> About<'_> {
        let key = &*self.budget;
        let needs = Needs::Acts(Acts::Posted { act: Act::Budget, on: Account::Budget, fund: &key.fund });
        About::posting("budget", &self.posted, None, needs, Reversal::Budget(self)).of(key)
    }
}
