//! Money from funders, and its release to income.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::entry::{Entries, written};
use crate::funders::FundingReceipt;
use crate::funds::FundId;
use crate::policy::Act;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundsReceived {
    pub receipt: Box<FundingReceipt>,
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

/// A release of receipts in advance to income or, if negative, a move back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncomeReleased {
    pub fund: FundId,
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

impl Kind for FundsReceived {
    fn about(&self) -> About<'_> {
        let FundsReceived { receipt, posted } = self;
        let needs = Needs::Acts(Acts::Amount {
            act: Act::Receipt,
            amount: receipt.amount.size(),
            fund: &receipt.fund,
        });
        About::posting("receipt", posted, receipt.at_bank(), needs, Reversal::Receipt(posted))
    }
}

impl Kind for IncomeReleased {
    fn about(&self) -> About<'_> {
        let needs = Needs::Nothing { may_be_proposed: false };
        About::posting("income released", &self.posted, None, needs, Reversal::StaysInBatch)
    }
}
