//! The policy (scheme of delegation): what needs approval.
//!
//! Data only; [`Authority`](crate::authority::Authority) applies it to events.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::worded;

/// The effect of a record, whatever its kind: a reversal that increases an award is an award, and one that takes
/// money out of the bank a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Commitments increase: awards, increases, reversed withdrawals.
    Award,
    /// Commitments decrease: reductions, withdrawals, reversed awards.
    Reduction,
    Purpose,
    /// Terms of a grant: period, terms stated later, instalments, monitoring and waivers.
    Terms,
    Payment,
    /// Money back into the bank, including reversed payments.
    Refund,
    /// Money from funders, and its reversal.
    Receipt,
    Budget,
    /// A recipient's names and identifiers.
    Recipient,
    Decision,
    Reconciliation,
    Closing,
    /// Expenditure of earlier years posted to reserves, as the correction of a material error.
    PriorPeriod,
    Reversal,
    /// Themes, funds, indicators and public papers.
    Reference,
}

worded!(Act::word, parsed {
    Award = "award", Reduction = "reduction", Purpose = "purpose", Terms = "terms", Payment = "payment",
    Refund = "refund", Receipt = "receipt", Budget = "budget", Recipient = "recipient", Decision = "decision",
    Reconciliation = "reconciliation", Closing = "closing", PriorPeriod = "prior-period", Reversal = "reversal", Reference = "reference",
});

/// A rule: an act that needs approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub act: Act,
    /// The authorisation limit: only higher amounts need approval; `None` is always. Acts without an amount
    /// exceed any limit.
    pub over: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The rules, each of which applies on its own.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Number of days for which amounts recorded without approval for the same recipient (budgets and receipts:
    /// the same fund) are added to the next one, so that splitting an amount does not avoid approval.
    pub days: u16,
    /// Users who recorded names or identifiers of a recipient may neither pay it without approval nor approve
    /// its payments.
    #[serde(default)]
    pub recipient_recorder_apart: bool,
    /// Awards need a decision with a complete originator's checklist.
    #[serde(default)]
    pub checklist: bool,
    /// Approvals must be signed with a key.
    #[serde(default)]
    pub signed_approvals: bool,
}

impl Policy {
    pub const USUAL_DAYS: u16 = 31;

    pub(crate) fn rules_for(&self, act: Act) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.act == act)
    }
}
