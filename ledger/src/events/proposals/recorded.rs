//! Commands in the format of the journal, which does not change when commands do.
//!
//! A field added to a command must be added here too, or the program does not compile: with a default that is
//! omitted, so that older journals can be read and are written unchanged, or not written at all.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::allocation::{Funds, Part};
use crate::calendar::{Date, Month, Period, StatedDate};
use crate::command::{AwardCommand, Command, Options};
use crate::decisions::{Decision, DecisionId};
use crate::funders::FundingReceipt;
use crate::funds::FundId;
use crate::grants::monitoring::Due;
use crate::grants::{GrantId, Power, Purpose, TermsAddendum};
use crate::ids::BudgetKey;
use crate::indicators::{Indicator, IndicatorKey};
use crate::money::Money;
use crate::papers::{PaperId, PublicPaper};
use crate::policy::Policy;
use crate::publication::{Publication, Subject};
use crate::recipients::{Identifier, RecipientId};
use crate::reconciliation::{BankStatement, LineReconciled};
use crate::text::Text;
use crate::themes::{Split, ThemeId};
use crate::users::User;
use crate::written::WrittenNames;

/// A command in format 1 of the journal.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum RecordedCommand {
    AddTheme {
        id: ThemeId,
        name: Text,
        objective: Option<Text>,
    },
    AddFund {
        id: FundId,
        name: Text,
    },
    RenameTheme {
        theme: ThemeId,
        name: Text,
        from: Date,
    },
    RenameFund {
        fund: FundId,
        name: Text,
        from: Date,
    },
    AddRecipient {
        id: Option<RecipientId>,
        name: Text,
        #[serde(default)]
        identifiers: Vec<Identifier>,
    },
    RenameRecipient {
        recipient: String,
        name: Text,
        from: Date,
    },
    IdentifyRecipient {
        recipient: String,
        identifier: Identifier,
    },
    AliasRecipient {
        recipient: String,
        alias: Text,
    },
    RecordDecision(Decision),
    Award(#[serde(with = "boxed")] Box<AwardCommand>),
    Vary {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        change: Money,
        period: Option<Period>,
        #[serde(default)]
        part: Option<Part>,
    },
    ChangeFund {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        fund: Funds,
        #[serde(default)]
        include_past: bool,
    },
    Extend {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        to: StatedDate,
    },
    Withdraw {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
    },
    Repurpose {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        purpose: Purpose,
        #[serde(default)]
        include_past: bool,
    },
    Correct {
        award: GrantId,
        recipient: Option<String>,
        amount: Option<Money>,
        purpose: Option<Text>,
        #[serde(default)]
        fund: Option<Funds>,
        #[serde(default)]
        theme: Option<Split>,
        date: Date,
        reason: Text,
    },
    State {
        award: GrantId,
        #[serde(rename = "terms")]
        statement: TermsAddendum,
    },
    Schedule {
        award: GrantId,
        due: Date,
        amount: Money,
        #[serde(default = "first")]
        occurrence: u32,
    },
    Pay {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        #[serde(default)]
        account: Option<Text>,
        #[serde(default)]
        before_decision: Option<Text>,
        #[serde(default)]
        part: Option<Part>,
        #[serde(default = "first")]
        occurrence: u32,
    },
    Refund {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        #[serde(default)]
        account: Option<Text>,
        #[serde(default)]
        stays_available: bool,
        #[serde(default)]
        part: Option<Part>,
        #[serde(default = "first")]
        occurrence: u32,
    },
    Return {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        #[serde(default)]
        account: Option<Text>,
        payment: Option<u64>,
        #[serde(default)]
        recent: bool,
        #[serde(default = "first")]
        occurrence: u32,
    },
    Receive {
        receipt: FundingReceipt,
        #[serde(default = "first")]
        occurrence: u32,
    },
    SetBudget {
        budget: BudgetKey,
        amount: Money,
        #[serde(default)]
        date: Option<Date>,
        #[serde(default)]
        decision: Option<DecisionId>,
        #[serde(default)]
        revise: bool,
    },
    Expect {
        award: GrantId,
        due: Due,
    },
    Submit {
        award: GrantId,
        due: Date,
        name: Option<Text>,
        received: Date,
        paper: Option<PaperId>,
        result: Text,
    },
    Waive {
        award: GrantId,
        due: Date,
        name: Option<Text>,
        date: Date,
        reason: Text,
    },
    SetIndicator {
        indicator: IndicatorKey,
        stated: Box<Indicator>,
        #[serde(default)]
        revise: bool,
    },
    RecordPaper(Box<PublicPaper>),
    SetPublication {
        of: Subject,
        publication: Publication,
    },
    RecordStatement(Box<BankStatement>),
    Reconcile(Box<LineReconciled>),
    Reverse {
        record: u64,
        reason: Option<Text>,
    },
    Close {
        month: Month,
        #[serde(default, rename = "final")]
        is_final: bool,
        #[serde(rename = "explanation")]
        explained: Option<Text>,
    },
    Reopen {
        month: Month,
        reason: Text,
    },
    SetUsers(Vec<User>),
    SetPolicy(Option<Policy>),
    Reject {
        proposal: u64,
        reason: Text,
    },
}

/// Returns the first occurrence, which a command that was sent may leave out; it is always written.
const fn first() -> u32 {
    1
}

/// The fields of an award in format 1 of the journal.
#[derive(Serialize, Deserialize)]
#[serde(remote = "AwardCommand", deny_unknown_fields)]
struct RecordedAwardCommand {
    id: Option<GrantId>,
    decision: Option<DecisionId>,
    decided: Date,
    #[serde(default)]
    date_assumed: bool,
    #[serde(default)]
    confidential: bool,
    recipient_id: Option<RecipientId>,
    #[serde(default)]
    identifiers: Vec<Identifier>,
    recipient: Option<Text>,
    amount: Money,
    purpose: Purpose,
    fund: Option<Funds>,
    power: Power,
    period: Option<Period>,
    conditions: Option<Text>,
    reasons: Option<Text>,
}

/// The options of a command in format 1 of the journal.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Options", deny_unknown_fields)]
pub(super) struct RecordedOptions {
    #[serde(default)]
    no_suggestions: bool,
    #[serde(default)]
    add_missing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "shared")]
    names: Option<Arc<WrittenNames>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    confirm_names: bool,
    #[serde(default)]
    late: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prior_period: Option<Text>,
    #[serde(default)]
    record_reversed: bool,
    #[serde(default)]
    again: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    new_account: bool,
    /// The day of the proposal says nothing of the day of the approval.
    #[serde(skip)]
    today: Option<Date>,
}

mod shared {
    use super::{Arc, Deserialize, Deserializer, Serialize, Serializer, WrittenNames};

    pub(super) fn serialize<S: Serializer>(
        names: &Option<Arc<WrittenNames>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        names.as_deref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        it: D,
    ) -> Result<Option<Arc<WrittenNames>>, D::Error> {
        WrittenNames::deserialize(it).map(WrittenNames::shared)
    }
}

mod boxed {
    use super::{AwardCommand, Deserializer, RecordedAwardCommand, Serializer};

    pub(super) fn serialize<S: Serializer>(award: &AwardCommand, serializer: S) -> Result<S::Ok, S::Error> {
        RecordedAwardCommand::serialize(award, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(it: D) -> Result<Box<AwardCommand>, D::Error> {
        RecordedAwardCommand::deserialize(it).map(Box::new)
    }
}
