//! The chart of accounts. Every account has a balance for each fund.

use serde::{Deserialize, Serialize};

use crate::worded;

/// An account. In every entry, real accounts balance among themselves, and so do memorandum accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// Money in the bank.
    #[serde(rename = "assets:bank")]
    Bank,
    /// Control account of grants: a grant's debit balance is a prepayment, its credit balance an accrual.
    #[serde(rename = "assets:grant-control")]
    GrantControl,
    /// Paid in excess of awards and not yet refunded.
    #[serde(rename = "assets:recoveries-due")]
    RecoveriesDue,
    /// Money from a funder that must be returned if unspent, until it is spent.
    #[serde(rename = "liabilities:receipts-in-advance")]
    ReceiptsInAdvance,
    /// Balance brought forward when the books were opened.
    #[serde(rename = "reserves:opening-balance")]
    OpeningReserves,
    /// Expenditure of earlier years that was posted to reserves, as the correction of a material error (IAS 8.42).
    #[serde(rename = "reserves:prior-period")]
    PriorPeriod,
    /// Income from funders.
    #[serde(rename = "income:grants-receivable")]
    GrantsReceivable,
    /// Grants recognised as expenditure, on the accruals basis.
    #[serde(rename = "expenditure:grants")]
    GrantExpenditure,
    /// Expenditure of earlier years that was moved between funds or themes, so zero in total.
    #[serde(rename = "expenditure:earlier-years")]
    EarlierYears,
    /// Memorandum: awarded, not yet paid.
    #[serde(rename = "memo:commitments")]
    Commitments,
    /// Memorandum: the other side of commitments.
    #[serde(rename = "memo:awards-outstanding")]
    AwardsOutstanding,
    /// Memorandum: what was awarded in one fund and moved to another, so zero in total.
    #[serde(rename = "memo:awards-moved")]
    AwardsMoved,
    /// Memorandum: budgets.
    #[serde(rename = "memo:budget")]
    Budget,
    /// Memorandum: the other side of budgets.
    #[serde(rename = "memo:budget-control")]
    BudgetControl,
}

// In the order of a trial balance.
worded!(Account::code, displayed {
    Bank = "assets:bank", GrantControl = "assets:grant-control",
    RecoveriesDue = "assets:recoveries-due",
    ReceiptsInAdvance = "liabilities:receipts-in-advance", OpeningReserves = "reserves:opening-balance",
    PriorPeriod = "reserves:prior-period",
    GrantsReceivable = "income:grants-receivable", GrantExpenditure = "expenditure:grants",
    EarlierYears = "expenditure:earlier-years",
    Commitments = "memo:commitments", AwardsOutstanding = "memo:awards-outstanding",
    AwardsMoved = "memo:awards-moved", Budget = "memo:budget",
    BudgetControl = "memo:budget-control",
});

impl Account {
    /// Returns the name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Account::Bank => "Bank",
            Account::GrantControl => "Grant control",
            Account::RecoveriesDue => "Recoveries due",
            Account::ReceiptsInAdvance => "Receipts in advance",
            Account::OpeningReserves => "Opening reserves",
            Account::PriorPeriod => "Prior period adjustments",
            Account::GrantsReceivable => "Income from funders",
            Account::GrantExpenditure => "Expenditure on grants",
            Account::EarlierYears => "Expenditure of earlier years",
            Account::Commitments => "Commitments",
            Account::AwardsOutstanding => "Awards outstanding",
            Account::AwardsMoved => "Awards moved",
            Account::Budget => "Budget",
            Account::BudgetControl => "Budget control",
        }
    }

    /// True for the accounts that together are what is recognised of grants, in whichever year it counts.
    pub const fn is_recognised(self) -> bool {
        matches!(self, Account::GrantExpenditure | Account::EarlierYears | Account::PriorPeriod)
    }

    /// True for memorandum accounts, which record commitments and budgets, not money.
    pub const fn is_memorandum(self) -> bool {
        matches!(
            self,
            Account::Commitments
                | Account::AwardsOutstanding
                | Account::AwardsMoved
                | Account::Budget
                | Account::BudgetControl
        )
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
