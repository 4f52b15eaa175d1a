//! Events: what the journal records. Each carries the entries that it posts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, FinancialYear, Month};
use crate::closed::Closing;
use crate::decisions::{Decision, DecisionId};
use crate::entry::{Entries, Posting, written};
use crate::funders::FundingReceipt;
use crate::funds::{Fund, FundId};
use crate::grants::{Fact, GrantId};
use crate::hash::Hash;
use crate::indicators::{Indicator, IndicatorKey};
use crate::money::Money;
use crate::papers::{PaperId, PublicPaper};
use crate::policy::Policy;
use crate::proposals::Proposal;
use crate::recipients::{Identifier, RecipientId};
use crate::reconciliation::{BankRecord, LineKey, StatementLine};
use crate::signing::Signature;
use crate::text::Text;
use crate::themes::{Theme, ThemeId};
use crate::users::User;

/// Something that was recorded. What is large and rare is boxed, since a file may make a million of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The books were opened. Always the first record.
    Opened {
        /// An id that no other ledger has, so that no record can stand in two journals.
        ledger: String,
        /// The body whose books these are.
        body: Text,
    },
    /// A theme was added.
    ThemeAdded(Theme),
    /// A fund was added.
    FundAdded(Fund),
    /// A recipient was added.
    RecipientAdded {
        /// Its id.
        id: RecipientId,
        /// Its name.
        name: Text,
        /// What others know it by.
        #[serde(default)]
        identifiers: Vec<Identifier>,
    },
    /// A recipient took another name.
    RecipientRenamed {
        /// Its id.
        id: RecipientId,
        /// The new name.
        name: Text,
        /// The new name's first day.
        from: Date,
    },
    /// A recipient's outside identifier became known.
    RecipientIdentified {
        /// Its id.
        id: RecipientId,
        /// The identifier.
        identifier: Identifier,
    },
    /// A name that others use for a recipient was confirmed.
    RecipientAliased {
        /// Its id.
        id: RecipientId,
        /// The name that it is found by from now on, and not shown under.
        alias: Text,
    },
    /// A decision was entered in the register, or what was not yet stated of it was.
    DecisionRecorded(Box<Decision>),
    /// Something happened to a grant.
    #[serde(with = "grant_as_list")]
    Grant {
        /// Its id.
        id: GrantId,
        /// What happened.
        fact: Arc<Fact>,
        /// What it posts.
        posted: Arc<Entries>,
    },
    /// Money came from a funder.
    Received {
        /// The receipt.
        receipt: Box<FundingReceipt>,
        /// What it posts.
        #[serde(default, with = "written::dated")]
        posted: Entries,
    },
    /// Money received in advance became income (or, when negative, stopped being it).
    IncomeReleased {
        /// In which fund.
        fund: FundId,
        /// What it posts.
        #[serde(default, with = "written::dated")]
        posted: Entries,
    },
    /// A budget was set.
    BudgetSet {
        /// Which.
        budget: Box<BudgetKey>,
        /// The whole budget of the year, not the change.
        amount: Money,
        /// What it posts: the change.
        #[serde(default, with = "written::dated")]
        posted: Entries,
    },
    /// A figure from outside was stated for a theme. Posts nothing.
    IndicatorSet {
        /// Which.
        indicator: IndicatorKey,
        /// What is said of it.
        stated: Box<Indicator>,
    },
    /// A public paper was entered in the index, or more was stated of it. Posts nothing.
    PaperRecorded(Box<PublicPaper>),
    /// A line of a bank statement was found to be what these records moved. Posts nothing.
    Reconciled {
        /// The line.
        line: StatementLine,
        /// Payments, refunds and receipts that add up to it, in the order of their numbers.
        #[serde(default)]
        records: Vec<BankRecord>,
    },
    /// An earlier record other than a grant's was undone.
    Reversed {
        /// The record undone.
        record: u64,
        /// What it was about.
        of: Box<Reversible>,
        /// Why.
        reason: Option<Text>,
        /// What it posts.
        #[serde(default, with = "written::dated")]
        posted: Entries,
    },
    /// A month was closed.
    MonthClosed(Closing),
    /// A closed month was opened again.
    MonthReopened {
        /// The month.
        month: Month,
        /// Why.
        reason: Text,
    },
    /// What follows in the batch, up to [`Event::ClosedMonthsLeft`], is posted on its own dates in
    /// softly closed months.
    ClosedMonthsEntered {
        /// Why.
        reason: Text,
    },
    /// Softly closed months take no posting again.
    ClosedMonthsLeft,
    /// Users were added, or their roles or keys changed.
    #[serde(rename = "people-set")]
    UsersSet(Vec<User>),
    /// It was said what needs a second person; `None` is nothing.
    PolicySet(Option<Policy>),
    /// Something was proposed. Posts nothing.
    Proposed(Box<Proposal>),
    /// A proposal was approved: the records after this one are those that it holds.
    Approved {
        /// The proposal's record.
        proposal: u64,
        /// Its hash.
        hash: Hash,
        /// The approver's signature over [`approval_text`](crate::proposals::approval_text).
        signature: Option<Box<Signature>>,
    },
    /// A proposal was turned down, or withdrawn.
    Rejected {
        /// The proposal's record.
        proposal: u64,
        /// Why.
        reason: Text,
    },
}

/// What happened to a grant, written as a list, `[id, fact, posted]`, since most records are such: an entry on
/// the fact's own day does not name it.
mod grant_as_list {
    use std::fmt;
    use std::sync::Arc;

    use serde::de::{self, Deserializer, SeqAccess, Visitor};
    use serde::{Serialize, Serializer};

    use super::written::{Beside, Written};
    use super::{Entries, Fact, GrantId};

    type Parts = (GrantId, Arc<Fact>, Arc<Entries>);

    pub(super) fn serialize<S: Serializer>(
        id: &GrantId,
        fact: &Fact,
        posted: &Entries,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (id, fact, Written { posted, day: fact.date() }).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Parts, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Parts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of a grant's id, what happened, and what that posts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Parts, A::Error> {
                let missing = |place| de::Error::invalid_length(place, &"three");
                let id = parts.next_element()?.ok_or_else(|| missing(0))?;
                let fact: Arc<Fact> = parts.next_element()?.ok_or_else(|| missing(1))?;
                let posted = parts.next_element_seed(Beside(fact.date()))?.ok_or_else(|| missing(2))?;
                Ok((id, fact, Arc::new(posted)))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// Which budget: one for each fund, theme and financial year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetKey {
    /// The fund.
    pub fund: FundId,
    /// The theme.
    pub theme: ThemeId,
    /// The financial year.
    pub year: FinancialYear,
}

/// What can be undone besides the facts of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reversible {
    /// A receipt.
    Receipt,
    /// A theme, or the objective that was stated for it later.
    Theme(ThemeId),
    /// A fund.
    Fund(FundId),
    /// A recipient.
    Recipient(RecipientId),
    /// A later name of a recipient.
    RecipientName {
        /// The recipient.
        id: RecipientId,
        /// The name.
        name: Text,
        /// Its first day.
        from: Date,
    },
    /// An outside identifier of a recipient.
    RecipientIdentifier {
        /// The recipient.
        id: RecipientId,
        /// The identifier.
        identifier: Identifier,
    },
    /// An alias of a recipient.
    RecipientAlias {
        /// The recipient.
        id: RecipientId,
        /// The alias.
        alias: Text,
    },
    /// A reconciliation with the bank.
    Reconciliation {
        /// The line that is open again.
        line: LineKey,
        /// The records that are.
        #[serde(default)]
        records: Vec<BankRecord>,
    },
    /// A decision, which leaves the register.
    Decision(DecisionId),
    /// What was stated of a decision after it was entered in the register; what was stated before
    /// holds again.
    DecisionStatement(DecisionId),
    /// A budget, which goes back to what it was.
    Budget {
        /// Which.
        budget: BudgetKey,
        /// What it was before; `None` where there was none.
        before: Option<Money>,
    },
    /// A figure from outside, which is again what it was before, if anything.
    Indicator(IndicatorKey),
    /// A public paper, of which again holds what was stated before, if anything.
    Paper(PaperId),
}

impl Event {
    /// What the event posts, if anything.
    pub fn posted(&self) -> Option<&Entries> {
        match self {
            Event::Grant { posted, .. } => Some(posted),
            Event::Received { posted, .. }
            | Event::IncomeReleased { posted, .. }
            | Event::BudgetSet { posted, .. }
            | Event::Reversed { posted, .. } => Some(posted),
            _ => None,
        }
    }

    /// Every posting of the event.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        self.posted().into_iter().flat_map(Entries::postings)
    }

    /// The grant that it is about, if any.
    pub fn grant(&self) -> Option<&GrantId> {
        match self {
            Event::Grant { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The day of what happened to a grant, where it has one.
    pub fn day(&self) -> Option<Date> {
        match self {
            Event::Grant { fact, .. } => fact.date(),
            _ => None,
        }
    }

    /// What was recorded, in a few words.
    pub fn words(&self) -> &'static str {
        match self {
            Event::Opened { .. } => "books opened",
            Event::ThemeAdded(_) => "theme added",
            Event::FundAdded(_) => "fund added",
            Event::RecipientAdded { .. } => "recipient added",
            Event::RecipientRenamed { .. } => "recipient renamed",
            Event::RecipientIdentified { .. } => "recipient identified",
            Event::RecipientAliased { .. } => "recipient alias",
            Event::DecisionRecorded(_) => "decision",
            Event::Grant { fact, .. } => fact.words(),
            Event::Received { .. } => "receipt",
            Event::IncomeReleased { .. } => "income released",
            Event::BudgetSet { .. } => "budget",
            Event::IndicatorSet { .. } => "indicator",
            Event::PaperRecorded(_) => "public paper",
            Event::Reconciled { .. } => "reconciliation",
            Event::Reversed { .. } => "reversal",
            Event::MonthClosed(_) => "month closed",
            Event::MonthReopened { .. } => "month reopened",
            Event::ClosedMonthsEntered { .. } => "closed months entered",
            Event::ClosedMonthsLeft => "closed months left",
            Event::UsersSet(_) => "users",
            Event::PolicySet(_) => "policy",
            Event::Proposed(_) => "proposal",
            Event::Approved { .. } => "approval",
            Event::Rejected { .. } => "rejection",
        }
    }
}

/// An event with its place in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1.
    pub number: u64,
    /// When it was recorded, UTC: `2015-03-31T16:20:00Z`.
    pub at: Arc<str>,
    /// Who recorded it.
    pub by: Arc<str>,
    /// What was recorded.
    pub event: Event,
}

impl Record {
    /// The record as one that may be reconciled with the bank; `None` when it moved no money there.
    pub fn at_bank(&self) -> Option<BankRecord> {
        let (moved, grant) = match &self.event {
            Event::Grant { id, fact, .. } => (fact.at_bank().is_some(), Some(id.clone())),
            Event::Received { receipt, .. } => (receipt.at_bank().is_some(), None),
            _ => (false, None),
        };
        moved.then_some(BankRecord { record: self.number, grant })
    }
}
