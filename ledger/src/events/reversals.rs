//! Reversals of records other than those of grants.

use serde::{Deserialize, Serialize};

use super::{About, Acts, BudgetKey, Kind, Needs, Reversal};
use crate::calendar::Date;
use crate::decisions::DecisionId;
use crate::entry::{Entries, written};
use crate::funds::FundId;
use crate::indicators::IndicatorKey;
use crate::money::Money;
use crate::papers::PaperId;
use crate::publication::Subject;
use crate::recipients::{Identifier, RecipientId};
use crate::reconciliation::{BankRecord, LineKey};
use crate::text::Text;
use crate::themes::ThemeId;

/// The reversal of an earlier record that is not of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordReversed {
    pub record: u64,
    pub of: Box<Reversible>,
    pub reason: Option<Text>,
    #[serde(default, with = "written::dated")]
    pub posted: Entries,
}

impl Kind for RecordReversed {
    fn about(&self) -> About<'_> {
        About::posting(
            "reversal",
            &self.posted,
            None,
            Needs::Acts(Acts::OfReversal(&self.of)),
            Reversal::Never,
        )
    }
}

/// What can be reversed besides the facts of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reversible {
    Receipt,
    /// A theme, or an objective stated for it later.
    Theme(ThemeId),
    Fund(FundId),
    Recipient(RecipientId),
    RecipientName {
        id: RecipientId,
        name: Text,
        from: Date,
    },
    RecipientIdentifier {
        id: RecipientId,
        identifier: Identifier,
    },
    RecipientAlias {
        id: RecipientId,
        alias: Text,
    },
    Reconciliation {
        /// The statement line, which is unmatched again.
        line: LineKey,
        /// The records, which are unmatched again.
        #[serde(default)]
        records: Vec<BankRecord>,
        /// Lines that were reconciled together with it.
        #[serde(default)]
        with: Vec<LineKey>,
    },
    /// A bank statement; lines of other statements remain.
    Statement {
        account: Text,
    },
    /// A decision, which is removed from the register.
    Decision(DecisionId),
    /// Details added to a decision in the register, which returns to its previous version.
    #[serde(rename = "decision-details")]
    DecisionStatement(DecisionId),
    /// A budget, which returns to its previous amount.
    Budget {
        budget: BudgetKey,
        /// The previous amount; `None` where there was none.
        before: Option<Money>,
    },
    /// A performance indicator, which returns to its previous version, if any.
    Indicator(IndicatorKey),
    /// A public paper, which returns to its previous version, if any.
    Paper(PaperId),
    /// What was said of a publication, which returns to what was said before, if anything.
    Publication(Subject),
}

impl Reversible {
    /// Returns true for reference data and receipts, which the books hold completely in memory.
    pub fn is_of_reference_data(&self) -> bool {
        match self {
            Reversible::Receipt
            | Reversible::Theme(_)
            | Reversible::Fund(_)
            | Reversible::Budget { .. }
            | Reversible::Indicator(_)
            | Reversible::Paper(_)
            | Reversible::Publication(_) => true,
            Reversible::Recipient(_)
            | Reversible::RecipientName { .. }
            | Reversible::RecipientIdentifier { .. }
            | Reversible::RecipientAlias { .. }
            | Reversible::Reconciliation { .. }
            | Reversible::Statement { .. }
            | Reversible::Decision(_)
            | Reversible::DecisionStatement(_) => false,
        }
    }
}
