//! The chart of accounts. Every account is kept per fund.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An account. Real accounts balance among themselves in every entry, and so do memorandum ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// Money in the bank.
    #[serde(rename = "assets:bank")]
    Bank,
    /// The control account of grants, one balance a grant: debit is prepaid, credit is owed.
    #[serde(rename = "assets:grant-control")]
    GrantControl,
    /// Money received from a funder that must be returned if unspent, until it is spent.
    #[serde(rename = "liabilities:receipts-in-advance")]
    ReceiptsInAdvance,
    /// What the body brought forward when its books were opened.
    #[serde(rename = "reserves:opening-balance")]
    OpeningReserves,
    /// Income from funders.
    #[serde(rename = "income:grants-receivable")]
    GrantsReceivable,
    /// Grants recognised as expenditure, on the accruals basis.
    #[serde(rename = "expenditure:grants")]
    GrantExpenditure,
    /// Memorandum: promised and not yet paid.
    #[serde(rename = "memo:commitments")]
    Commitments,
    /// Memorandum: the other side of commitments.
    #[serde(rename = "memo:awards-outstanding")]
    AwardsOutstanding,
    /// Memorandum: what may be spent.
    #[serde(rename = "memo:budget")]
    Budget,
    /// Memorandum: the other side of budgets.
    #[serde(rename = "memo:budget-control")]
    BudgetControl,
}

impl Account {
    /// All accounts in the order of a trial balance.
    pub const ALL: [Account; 10] = [
        Account::Bank,
        Account::GrantControl,
        Account::ReceiptsInAdvance,
        Account::OpeningReserves,
        Account::GrantsReceivable,
        Account::GrantExpenditure,
        Account::Commitments,
        Account::AwardsOutstanding,
        Account::Budget,
        Account::BudgetControl,
    ];

    /// The account's code: `assets:bank`.
    pub const fn code(self) -> &'static str {
        match self {
            Account::Bank => "assets:bank",
            Account::GrantControl => "assets:grant-control",
            Account::ReceiptsInAdvance => "liabilities:receipts-in-advance",
            Account::OpeningReserves => "reserves:opening-balance",
            Account::GrantsReceivable => "income:grants-receivable",
            Account::GrantExpenditure => "expenditure:grants",
            Account::Commitments => "memo:commitments",
            Account::AwardsOutstanding => "memo:awards-outstanding",
            Account::Budget => "memo:budget",
            Account::BudgetControl => "memo:budget-control",
        }
    }

    /// True for memorandum accounts, which hold promises and plans and no money.
    pub const fn is_memorandum(self) -> bool {
        matches!(
            self,
            Account::Commitments | Account::AwardsOutstanding | Account::Budget | Account::BudgetControl
        )
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_accounts_are_in_the_order_in_which_they_are_declared() {
        assert!(Account::ALL.into_iter().enumerate().all(|(place, account)| account as usize == place));
    }
}
