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
use crate::recipients::{Identifier, RecipientId};
use crate::reconciliation::{BankRecord, LineKey};
use crate::text::Text;
use crate::themes::ThemeId;

/// The reversal of an earlier record that is not of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordReversed {
    /// The reversed record.
    pub record: u64,
    /// The content of the reversed record.
    pub of: Box<Reversible>,
    #[allow(missing_docs)]
    pub reason: Option<Text>,
    /// The entries that it posts.
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
    /// Money received from a funder.
    Receipt,
    /// A theme, or an objective stated for it later.
    Theme(ThemeId),
    /// A fund.
    Fund(FundId),
    /// A recipient.
    Recipient(RecipientId),
    /// A later name of a recipient.
    RecipientName {
        #[allow(missing_docs)]
        id: RecipientId,
        #[allow(missing_docs)]
        name: Text,
        /// The first day of the name.
        from: Date,
    },
    /// An outside identifier of a recipient.
    RecipientIdentifier {
        #[allow(missing_docs)]
        id: RecipientId,
        #[allow(missing_docs)]
        identifier: Identifier,
    },
    /// An alias of a recipient.
    RecipientAlias {
        #[allow(missing_docs)]
        id: RecipientId,
        #[allow(missing_docs)]
        alias: Text,
    },
    /// A bank reconciliation.
    Reconciliation {
        /// The statement line, which is unmatched again.
        line: LineKey,
        /// The records, which are unmatched again.
        #[serde(default)]
        records: Vec<BankRecord>,
    },
    /// A decision, which is removed from the register.
    Decision(DecisionId),
    /// Details added to a decision in the register, which returns to its previous version.
    DecisionStatement(DecisionId),
    /// A budget, which returns to its previous amount.
    Budget {
        /// The key of the budget.
        budget: BudgetKey,
        /// The previous amount; `None` where there was none.
        before: Option<Money>,
    },
    /// A performance indicator, which returns to its previous version, if any.
    Indicator(IndicatorKey),
    /// A public paper, which returns to its previous version, if any.
    Paper(PaperId),
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
            | Reversible::Paper(_) => true,
            Reversible::Recipient(_)
            | Reversible::RecipientName { .. }
            | Reversible::RecipientIdentifier { .. }
            | Reversible::RecipientAlias { .. }
            | Reversible::Reconciliation { .. }
            | Reversible::Decision(_)
            | Reversible::DecisionStatement(_) => false,
        }
    }
}
