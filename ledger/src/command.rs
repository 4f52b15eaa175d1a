//! Commands: what a person, or a row of a file, asks the ledger to record. A proposal keeps them as they are.

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month, Period};
use crate::decisions::{Decision, DecisionId};
use crate::event::BudgetKey;
use crate::funders::FundingReceipt;
use crate::funds::FundId;
use crate::grants::monitoring::Due;
use crate::grants::{GrantId, Power, Purpose, TermsAddendum};
use crate::indicators::{Indicator, IndicatorKey};
use crate::money::Money;
use crate::papers::{PaperId, PublicPaper};
use crate::policy::Policy;
use crate::recipients::{Identifier, RecipientId};
use crate::reconciliation::{BankRecord, StatementLine};
use crate::text::Text;
use crate::themes::ThemeId;
use crate::users::User;

/// Something to record. `occurrence` tells records that are alike in everything apart: 1 for the
/// first, 2 for the second such payment of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Add a theme.
    AddTheme {
        /// Its id.
        id: ThemeId,
        /// Its name.
        name: Text,
        /// The objective it stands under.
        objective: Option<Text>,
    },
    /// Add a fund.
    AddFund {
        /// Its id.
        id: FundId,
        /// Its name.
        name: Text,
    },
    /// Add a recipient.
    AddRecipient {
        /// Its id; made of the name when absent.
        id: Option<RecipientId>,
        /// Its name.
        name: Text,
        /// What others know it by.
        #[serde(default)]
        identifiers: Vec<Identifier>,
    },
    /// Give a recipient another name.
    RenameRecipient {
        /// Which, by id, outside identifier or name.
        recipient: String,
        /// The new name.
        name: Text,
        /// The new name's first day.
        from: Date,
    },
    /// Add an outside identifier to a recipient.
    IdentifyRecipient {
        /// Which, by id, outside identifier or name.
        recipient: String,
        /// The identifier.
        identifier: Identifier,
    },
    /// Confirm that a name which others use means a recipient.
    AliasRecipient {
        /// Which, by id, outside identifier or name.
        recipient: String,
        /// The name.
        alias: Text,
    },
    /// Enter a decision in the register.
    RecordDecision(Decision),
    /// Award a grant.
    Award(Box<AwardCommand>),
    /// Change a grant's amount or period.
    Vary {
        /// Which grant.
        award: GrantId,
        /// The decision.
        decision: Option<DecisionId>,
        /// From when.
        date: Date,
        /// More, or less when negative.
        change: Money,
        /// The new period.
        period: Option<Period>,
    },
    /// Give a grant a later end.
    Extend {
        /// Which grant.
        award: GrantId,
        /// The decision.
        decision: Option<DecisionId>,
        /// From when.
        date: Date,
        /// The new end.
        to: crate::calendar::StatedDate,
    },
    /// End a grant.
    Withdraw {
        /// Which grant.
        award: GrantId,
        /// The decision.
        decision: Option<DecisionId>,
        /// From when.
        date: Date,
    },
    /// Change what a grant is for.
    Repurpose {
        /// Which grant.
        award: GrantId,
        /// The decision.
        decision: Option<DecisionId>,
        /// From when.
        date: Date,
        /// The new purpose.
        purpose: Purpose,
        /// Move what is already charged too.
        #[serde(default, rename = "include_charged")]
        include_past: bool,
    },
    /// State what the award did not state.
    State {
        /// Which grant.
        award: GrantId,
        /// What is stated.
        statement: TermsAddendum,
    },
    /// Schedule a payment.
    Schedule {
        /// Which grant.
        award: GrantId,
        /// When it falls due.
        due: Date,
        /// How much.
        amount: Money,
        /// Which of several alike.
        occurrence: u32,
    },
    /// Pay.
    Pay {
        /// Which grant.
        award: GrantId,
        /// When.
        date: Date,
        /// How much.
        amount: Money,
        /// The finance system's or the bank's reference.
        reference: Option<Text>,
        /// Which of several alike.
        occurrence: u32,
    },
    /// Take unspent money back.
    Refund {
        /// Which grant.
        award: GrantId,
        /// When.
        date: Date,
        /// How much.
        amount: Money,
        /// The finance system's or the bank's reference.
        reference: Option<Text>,
        /// The recipient may still be paid it.
        #[serde(default)]
        stays_available: bool,
        /// Which of several alike.
        occurrence: u32,
    },
    /// Record money from a funder.
    Receive {
        /// The receipt.
        receipt: FundingReceipt,
        /// Which of several alike.
        occurrence: u32,
    },
    /// Set a budget.
    SetBudget {
        /// Which.
        budget: BudgetKey,
        /// The whole budget of the year.
        amount: Money,
        /// Replace a different budget that is already set.
        #[serde(default)]
        revise: bool,
    },
    /// Say that a milestone or a monitoring report falls due.
    Expect {
        /// Of which grant.
        award: GrantId,
        /// What.
        due: Due,
    },
    /// Record that a due item was received, or reached.
    Submit {
        /// Of which grant.
        award: GrantId,
        /// The day on which it was due.
        due: Date,
        /// Its name; needed where several were due on that day.
        name: Option<Text>,
        /// When it was received, or reached.
        received: Date,
        /// The public paper that it was reported in.
        paper: Option<PaperId>,
        /// What came of it, in short.
        result: Text,
    },
    /// Let payments wait for a due item no longer.
    Waive {
        /// Of which grant.
        award: GrantId,
        /// The day on which it is due.
        due: Date,
        /// Its name; needed where several are due on that day.
        name: Option<Text>,
        /// From when.
        date: Date,
        /// Why.
        reason: Text,
    },
    /// State a figure from outside for a theme.
    SetIndicator {
        /// Which.
        indicator: IndicatorKey,
        /// What is said of it.
        stated: Box<Indicator>,
        /// Replace a different figure that is already stated.
        #[serde(default)]
        revise: bool,
    },
    /// Say what appeared in a public paper.
    RecordPaper(Box<PublicPaper>),
    /// Find a line of a bank statement to be what these records moved.
    Reconcile {
        /// The line.
        line: StatementLine,
        /// Payments, refunds and receipts from funders; several where one line is for all of them.
        #[serde(default)]
        records: Vec<BankRecord>,
    },
    /// Undo an earlier record.
    Reverse {
        /// Its number.
        record: u64,
        /// Why.
        reason: Option<Text>,
    },
    /// Close a month.
    Close {
        /// Which.
        month: Month,
        /// Finally instead of provisionally.
        #[serde(default, rename = "hard")]
        is_final: bool,
        /// Why some of it is on no bank statement.
        explained: Option<Text>,
    },
    /// Open a closed month again.
    Reopen {
        /// Which.
        month: Month,
        /// Why.
        reason: Text,
    },
    /// Say of these people who they are and what they may do, from now on.
    #[serde(rename = "set-people")]
    SetUsers(Vec<User>),
    /// Say what needs a second person; `None` is nothing.
    SetPolicy(Option<Policy>),
    /// Turn down what was proposed, or withdraw it.
    Reject {
        /// The proposal's record.
        proposal: u64,
        /// Why.
        reason: Text,
    },
}

impl Command {
    /// True when nothing but the grant that it names is asked or changed to carry it out, where everybody may
    /// do everything.
    pub fn is_of_its_grant_alone(&self) -> bool {
        matches!(self, Command::Schedule { .. } | Command::Pay { .. } | Command::Refund { .. })
    }

    /// The grant that something is to happen to, where it is named.
    pub fn grant(&self) -> Option<&GrantId> {
        match self {
            Command::Award(award) => award.id.as_ref(),
            Command::Vary { award, .. }
            | Command::Extend { award, .. }
            | Command::Withdraw { award, .. }
            | Command::Repurpose { award, .. }
            | Command::State { award, .. }
            | Command::Schedule { award, .. }
            | Command::Pay { award, .. }
            | Command::Refund { award, .. }
            | Command::Expect { award, .. }
            | Command::Submit { award, .. }
            | Command::Waive { award, .. } => Some(award),
            _ => None,
        }
    }

    /// Closes a month softly, with nothing to explain.
    pub fn close(month: Month) -> Command {
        Command::Close { month, is_final: false, explained: None }
    }
}

/// What is asked for when a grant is awarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardCommand {
    /// The grant's id; the decision's number when absent.
    pub id: Option<GrantId>,
    /// The decision.
    pub decision: Option<DecisionId>,
    /// When it was decided.
    pub decided: Date,
    /// The date is an assumption.
    #[serde(default)]
    pub date_assumed: bool,
    /// Only the decision's number and title are published.
    #[serde(default)]
    pub confidential: bool,
    /// The recipient's id, if known.
    pub recipient_id: Option<RecipientId>,
    /// The recipient's numbers in the registers of others. One that is known says who is meant,
    /// whatever the name.
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// The recipient's name; may be absent when the id or an identifier is given and known.
    pub recipient: Option<Text>,
    /// How much.
    pub amount: Money,
    /// For what.
    pub purpose: Purpose,
    /// From which fund; `None` is *not stated*.
    pub fund: Option<FundId>,
    /// Under which power.
    pub power: Power,
    /// For which period; `None` is *not stated*.
    pub period: Option<Period>,
    /// Conditions of the grant.
    pub conditions: Option<Text>,
    /// The reasons for it.
    pub reasons: Option<Text>,
}

/// How a command is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Leave out the nearest match of what is unknown, which takes long to find.
    #[serde(default)]
    pub no_suggestions: bool,
    /// Add recipients, themes and funds that the ledger does not know yet.
    #[serde(default)]
    pub add_missing: bool,
    /// Post what belongs in a closed month on the first open day.
    #[serde(default)]
    pub late: bool,
    /// Record again what was recorded and later reversed.
    #[serde(default, rename = "anew")]
    pub record_reversed: bool,
}
