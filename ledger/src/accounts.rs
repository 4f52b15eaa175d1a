//! The chart of accounts. Every account has a balance for each fund.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An account. In every entry, real accounts balance among themselves, and so do memorandum accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// Money in the bank.
    #[serde(rename = "assets:bank")]
    Bank,
    /// Control account of grants: a grant's debit balance is a prepayment, its credit balance an accrual.
    #[serde(rename = "assets:grant-control")]
    GrantControl,
    /// Money from a funder that must be returned if unspent, until it is spent.
    #[serde(rename = "liabilities:receipts-in-advance")]
    ReceiptsInAdvance,
    /// Balance brought forward when the books were opened.
    #[serde(rename = "reserves:opening-balance")]
    OpeningReserves,
    /// Income from funders.
    #[serde(rename = "income:grants-receivable")]
    GrantsReceivable,
    /// Grants recognised as expenditure, on the accruals basis.
    #[serde(rename = "expenditure:grants")]
    GrantExpenditure,
    /// Memorandum: awarded, not yet paid.
    #[serde(rename = "memo:commitments")]
    Commitments,
    /// Memorandum: the other side of commitments.
    #[serde(rename = "memo:awards-outstanding")]
    AwardsOutstanding,
    /// Memorandum: budgets.
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

    /// True for memorandum accounts, which record commitments and budgets, not money.
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
    fn accounts_are_listed_in_the_order_of_declaration() {
        assert!(Account::ALL.into_iter().enumerate().all(|(place, account)| account as usize == place));
    }
}
