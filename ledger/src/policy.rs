//! A policy: what needs a second person.
//!
//! Data only. What an event does, and whether a policy lets somebody do it alone, is decided by
//! [`Authority`](crate::authority::Authority).

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// What recording something does, whatever it is called: a reversal that makes an award larger is an
/// award, and one that takes money out of the bank a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// More is promised: awards, increases, withdrawals undone.
    Award,
    /// Less is promised: reductions, withdrawals, awards undone.
    Reduction,
    /// The purpose of a grant changes.
    Purpose,
    /// Terms of a grant: its period, what was not stated, instalments, monitoring and waivers.
    Terms,
    /// Money out of the bank.
    Payment,
    /// Money back into the bank, and payments undone.
    Refund,
    /// Money from a funder, and its undoing.
    Receipt,
    /// A budget.
    Budget,
    /// A recipient: its name, its names and its numbers.
    Recipient,
    /// A decision in the register.
    Decision,
    /// Reconciliation with the bank.
    Reconciliation,
    /// Closing a month and opening it again.
    Closing,
    /// Undoing whatever was recorded.
    Reversal,
    /// Themes, funds, indicators and public papers.
    Reference,
}

impl Act {
    /// All acts.
    pub const ALL: [Act; 14] = [
        Act::Award,
        Act::Reduction,
        Act::Purpose,
        Act::Terms,
        Act::Payment,
        Act::Refund,
        Act::Receipt,
        Act::Budget,
        Act::Recipient,
        Act::Decision,
        Act::Reconciliation,
        Act::Closing,
        Act::Reversal,
        Act::Reference,
    ];

    /// The word in a policy's file.
    pub const fn word(self) -> &'static str {
        match self {
            Act::Award => "award",
            Act::Reduction => "reduction",
            Act::Purpose => "purpose",
            Act::Terms => "terms",
            Act::Payment => "payment",
            Act::Refund => "refund",
            Act::Receipt => "receipt",
            Act::Budget => "budget",
            Act::Recipient => "recipient",
            Act::Decision => "decision",
            Act::Reconciliation => "reconciliation",
            Act::Closing => "closing",
            Act::Reversal => "reversal",
            Act::Reference => "reference",
        }
    }

    /// Reads an act's word.
    pub fn parse(text: &str) -> Option<Act> {
        let word = text.trim().to_lowercase();
        Act::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// One rule: this needs a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What.
    pub act: Act,
    /// From which amount on, this one excluded; `None` is always. What has no amount is over any.
    pub over: Option<Money>,
}

/// What needs a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The rules, each of which holds by itself.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// For so many days what one person recorded alone for the same recipient (for budgets and receipts:
    /// the same fund) counts together with what comes next, so that splitting an amount gains nothing.
    pub days: u16,
    /// Who recorded the names or numbers of a recipient neither pays it alone nor approves its payments.
    #[serde(default)]
    pub recipient_recorder_apart: bool,
    /// An award needs a decision whose originator's checklist is answered in full.
    #[serde(default)]
    pub checklist: bool,
    /// Only who has a key may approve.
    #[serde(default)]
    pub signed_approvals: bool,
}

impl Policy {
    /// The days where a policy says nothing of them.
    pub const USUAL_DAYS: u16 = 31;

    /// The rules for an act.
    pub fn rules_for(&self, act: Act) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.act == act)
    }
}
