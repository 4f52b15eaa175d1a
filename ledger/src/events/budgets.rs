//! Annual budgets.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::accounts::Account;
use crate::calendar::Date;
use crate::decisions::DecisionId;
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
    /// From when it applies; `None` is the first day of the year.
    #[serde(default)]
    pub date: Option<Date>,
    #[serde(default)]
    pub decision: Option<DecisionId>,
    /// The entries, which post the change.
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

impl BudgetSet {
    /// Returns the day from which it applies.
    pub fn applies_from(&self) -> Date {
        let first = self.budget.year.range().from();
        self.date.map_or(first, |date| date.max(first))
    }

    /// Returns the change that it posts.
    pub fn change(&self) -> Money {
        let mut on_budget = self.posted.postings().filter(|posting| posting.account == Account::Budget);
        on_budget.next().map_or(Money::ZERO, |posting| posting.amount)
    }
}

impl Kind for BudgetSet {
    fn about(&self) -> About<'_> {
        let key = &*self.budget;
        let needs = Needs::Acts(Acts::Posted { act: Act::Budget, on: Account::Budget, fund: &key.fund });
        About::posting("budget", &self.posted, None, needs, Reversal::Budget(self)).of(key)
    }
}
