//! Bank statements and their reconciliation.

use super::{About, Acts, Kind, Needs, Reversal};
use crate::policy::Act;
use crate::reconciliation::{BankStatement, LineReconciled};

impl Kind for LineReconciled {
    fn about(&self) -> About<'_> {
        let needs = Needs::Acts(Acts::Plain(Act::Reconciliation));
        About::posting_nothing("reconciliation", needs, Reversal::Reconciliation(self))
    }
}

impl Kind for BankStatement {
    fn about(&self) -> About<'_> {
        let needs = Needs::Acts(Acts::Plain(Act::Reconciliation));
        About::posting_nothing("bank statement", needs, Reversal::Statement(self)).of(&self.account)
    }
}
