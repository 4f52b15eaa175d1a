//! Commands: what a user, or a row of a file, requests to record. Proposals store them in a form of their own.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::sync::Arc;

use crate::allocation::{Funds, Part};
use crate::calendar::{Date, Month, Period};
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

/// A request to record something. `occurrence` distinguishes identical entries: 1 for the first, 2 for the second
/// such payment of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Add a theme.
    AddTheme { id: ThemeId, name: Text, objective: Option<Text> },
    /// Add a fund.
    AddFund { id: FundId, name: Text },
    /// Change the name of a theme, from a day on.
    RenameTheme { theme: ThemeId, name: Text, from: Date },
    /// Change the name of a fund, from a day on.
    RenameFund { fund: FundId, name: Text, from: Date },
    /// Add a recipient.
    AddRecipient {
        /// Made from the name when absent.
        id: Option<RecipientId>,
        name: Text,
        identifiers: Vec<Identifier>,
    },
    /// Record a change of name.
    RenameRecipient {
        /// Id, outside identifier or name.
        recipient: String,
        name: Text,
        /// The new name's first day.
        from: Date,
    },
    /// Add an outside identifier.
    IdentifyRecipient {
        /// Id, outside identifier or name.
        recipient: String,
        identifier: Identifier,
    },
    /// Add an alias of a recipient.
    AliasRecipient {
        /// Id, outside identifier or name.
        recipient: String,
        alias: Text,
    },
    /// Add a decision to the register, or complete it.
    RecordDecision(Decision),
    /// Award a grant.
    Award(Box<AwardCommand>),
    /// Change a grant's amount or period.
    Vary {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        /// The increase, or decrease if negative.
        change: Money,
        period: Option<Period>,
        /// The part that the change of amount is for; `None` for all in proportion.
        part: Option<Part>,
    },
    /// Change the fund or the allocation of a grant.
    ChangeFund {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        fund: Funds,
        /// Also move expenditure already recognised.
        include_past: bool,
    },
    /// Extend a grant to a later end.
    Extend { award: GrantId, decision: Option<DecisionId>, date: Date, to: crate::calendar::StatedDate },
    /// Withdraw a grant.
    Withdraw { award: GrantId, decision: Option<DecisionId>, date: Date },
    /// Change the purpose of a grant.
    Repurpose {
        award: GrantId,
        decision: Option<DecisionId>,
        date: Date,
        purpose: Purpose,
        /// Also move expenditure already recognised.
        include_past: bool,
    },
    /// Correct a mistyped recipient, amount, purpose or division of an award.
    Correct {
        award: GrantId,
        /// Id, outside identifier or name.
        recipient: Option<String>,
        amount: Option<Money>,
        purpose: Option<Text>,
        /// The fund, the split over funds, or the parts; the themes of parts are those of the award.
        fund: Option<Funds>,
        theme: Option<Split>,
        /// The day of the correction.
        date: Date,
        reason: Text,
    },
    /// State terms that the award did not state.
    State { award: GrantId, statement: TermsAddendum },
    /// Schedule an instalment.
    Schedule { award: GrantId, due: Date, amount: Money, occurrence: u32 },
    /// Record a payment.
    Pay {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        /// The bank account that it is paid from; `None` is *not stated*.
        account: Option<Text>,
        /// Why it was made before the decision, if so.
        before_decision: Option<Text>,
        /// The part that it is for; `None` for all.
        part: Option<Part>,
        occurrence: u32,
    },
    /// Record a refund of unspent money.
    Refund {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        /// The bank account that it is paid into; `None` is *not stated*.
        account: Option<Text>,
        /// The amount can be paid again; otherwise the award is reduced by it.
        stays_available: bool,
        /// The part that it comes back from; `None` for all.
        part: Option<Part>,
        occurrence: u32,
    },
    /// Record a payment that came back and can be made again.
    Return {
        award: GrantId,
        date: Date,
        amount: Money,
        reference: Option<Text>,
        /// The bank account that it is paid into; `None` is *not stated*.
        account: Option<Text>,
        /// The record of the payment; `None` for the latest of that amount.
        payment: Option<u64>,
        /// Only of the 31 days before: what is not stated may be something else.
        recent: bool,
        occurrence: u32,
    },
    /// Record a receipt from a funder.
    Receive { receipt: FundingReceipt, occurrence: u32 },
    /// Set a budget.
    SetBudget {
        budget: BudgetKey,
        /// The whole budget of the year.
        amount: Money,
        /// From when it applies; without one, from the date of the decision, if that is a revision, or the year's
        /// first day.
        date: Option<Date>,
        decision: Option<DecisionId>,
        /// Replace a budget that is already set.
        revise: bool,
    },
    /// Add a milestone or a monitoring report that falls due.
    Expect { award: GrantId, due: Due },
    /// Record that a monitoring report was received, or a milestone reached.
    Submit {
        award: GrantId,
        due: Date,
        /// Required where several items are due on that day.
        name: Option<Text>,
        /// The date of receipt, or on which the milestone was reached.
        received: Date,
        paper: Option<PaperId>,
        /// A short summary of the result.
        result: Text,
    },
    /// Waive a due item, so that it no longer holds payments.
    Waive {
        award: GrantId,
        due: Date,
        /// Required where several items are due on that day.
        name: Option<Text>,
        date: Date,
        reason: Text,
    },
    /// State a performance indicator of a theme.
    SetIndicator {
        indicator: IndicatorKey,
        stated: Box<Indicator>,
        /// Replace a figure that is already stated.
        revise: bool,
    },
    /// Record what appeared in a public paper.
    RecordPaper(Box<PublicPaper>),
    /// Mark reference data confidential or public.
    SetPublication { of: Subject, publication: Publication },
    /// Record a bank statement.
    RecordStatement(Box<BankStatement>),
    /// Reconcile lines of bank statements with records, or explain why a line is not in these books.
    Reconcile(Box<LineReconciled>),
    /// Reverse an earlier record.
    Reverse { record: u64, reason: Option<Text> },
    /// Close a month.
    Close {
        month: Month,
        /// Finally instead of provisionally.
        is_final: bool,
        /// The explanation for transactions that are not on a bank statement.
        explained: Option<Text>,
    },
    /// Reopen a provisionally closed month.
    Reopen { month: Month, reason: Text },
    /// Set users with their roles.
    SetUsers(Vec<User>),
    /// Set the policy; `None` is none.
    SetPolicy(Option<Policy>),
    /// Reject a proposal, or withdraw it.
    Reject { proposal: u64, reason: Text },
}

impl Command {
    /// Returns the grant that it changes, if named.
    pub fn grant(&self) -> Option<&GrantId> {
        match self {
            Command::Award(award) => award.id.as_ref(),
            Command::Vary { award, .. }
            | Command::Extend { award, .. }
            | Command::Withdraw { award, .. }
            | Command::Repurpose { award, .. }
            | Command::ChangeFund { award, .. }
            | Command::Correct { award, .. }
            | Command::State { award, .. }
            | Command::Schedule { award, .. }
            | Command::Pay { award, .. }
            | Command::Refund { award, .. }
            | Command::Return { award, .. }
            | Command::Expect { award, .. }
            | Command::Submit { award, .. }
            | Command::Waive { award, .. } => Some(award),
            Command::AddTheme { .. }
            | Command::AddFund { .. }
            | Command::RenameTheme { .. }
            | Command::RenameFund { .. }
            | Command::AddRecipient { .. }
            | Command::RenameRecipient { .. }
            | Command::IdentifyRecipient { .. }
            | Command::AliasRecipient { .. }
            | Command::RecordDecision(_)
            | Command::Receive { .. }
            | Command::SetBudget { .. }
            | Command::SetIndicator { .. }
            | Command::RecordPaper(_)
            | Command::SetPublication { .. }
            | Command::RecordStatement(_)
            | Command::Reconcile(_)
            | Command::Reverse { .. }
            | Command::Close { .. }
            | Command::Reopen { .. }
            | Command::SetUsers(_)
            | Command::SetPolicy(_)
            | Command::Reject { .. } => None,
        }
    }

    /// Returns the bank account of a payment, refund or receipt, if it names one.
    pub fn account(&self) -> Option<&Text> {
        if let Command::Receive { receipt, .. } = self {
            return receipt.account.as_ref();
        }
        let (Command::Pay { account, .. }
        | Command::Refund { account, .. }
        | Command::Return { account, .. }) = self
        else {
            return None;
        };
        account.as_ref()
    }

    /// Returns true if the command can add the themes and funds that it names and the ledger does not have.
    pub fn can_add_missing(&self) -> bool {
        matches!(
            self,
            Command::Award(_)
                | Command::Repurpose { .. }
                | Command::State { .. }
                | Command::SetBudget { .. }
                | Command::Receive { .. }
        )
    }

    /// Returns a command that closes a month provisionally, without an explanation.
    pub fn close(month: Month) -> Command {
        Command::Close { month, is_final: false, explained: None }
    }
}

/// The fields of an award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwardCommand {
    /// The decision number when absent.
    pub id: Option<GrantId>,
    pub decision: Option<DecisionId>,
    pub decided: Date,
    /// The date is an assumption.
    pub date_assumed: bool,
    /// Only the decision's number and title are published.
    pub confidential: bool,
    pub recipient_id: Option<RecipientId>,
    /// The recipient's numbers in outside registers. A recorded one takes precedence over the name.
    pub identifiers: Vec<Identifier>,
    /// The recipient's name; optional if a recorded id or identifier is given.
    pub recipient: Option<Text>,
    pub amount: Money,
    pub purpose: Purpose,
    /// `None` is *not stated*.
    pub fund: Option<Funds>,
    pub power: Power,
    /// `None` is *not stated*.
    pub period: Option<Period>,
    pub conditions: Option<Text>,
    pub reasons: Option<Text>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Do not search for the nearest match of an unknown id or name, which takes long.
    pub no_suggestions: bool,
    /// Add unknown recipients, themes and funds.
    pub add_missing: bool,
    /// The names, as written, of themes and funds that may be missing; `None` where their ids say them.
    pub names: Option<Arc<WrittenNames>>,
    /// Record unknown names that are given with recorded identifiers as aliases.
    pub confirm_names: bool,
    /// Book entries dated in a closed month on the first open day.
    pub late: bool,
    /// Why what belongs to earlier years is a material error, to be posted to reserves on the first open day and not to
    /// expenditure.
    pub prior_period: Option<Text>,
    /// Record again what was recorded and later reversed.
    pub record_reversed: bool,
    /// Record a payment, refund or returned payment though it may be a duplicate, and a recipient though another has
    /// its name.
    pub again: bool,
    /// A bank account that is written much like a known one is confirmed to be another.
    pub new_account: bool,
    /// The day, after which nothing is paid and no month is closed; `None` where it is not known.
    pub today: Option<Date>,
}
