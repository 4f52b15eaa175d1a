//! Bank reconciliation.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::policy::Act;
use crate::reconciliation::{BankRecord, StatementLine};

/// The match of a bank statement line to records. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineReconciled {
    pub line: StatementLine,
    /// The payments, refunds and receipts that add up to the line, in order of record number.
    #[serde(default)]
    pub records: Vec<BankRecord>,
}

impl Kind for LineReconciled {
    fn about(&self) -> About<'_> {
        let needs = Needs::Acts(Acts::Plain(Act::Reconciliation));
        About::posting_nothing("reconciliation", needs, Reversal::Reconciliation(self))
    }
}
