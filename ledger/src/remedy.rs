//! Remedies: what to do about a rejection, as data.
//!
//! The command line says them as commands and flags, a page as links and buttons.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use crate::calendar::{Date, Month};
use crate::recipients::RecipientId;
use crate::reconciliation::LinePlace;
use crate::text::Text;
use crate::users::Role;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Advice that needs no command and no field: starts with a verb, without a full stop.
    Advice(String),
    /// Use a similar theme or fund, or add the new one first or (if `can_be_added`) with what is recorded.
    UseNearestOrAdd {
        nearest: String,
        can_be_added: bool,
    },
    /// Use a similar award, or list the awards.
    UseNearestAward {
        nearest: String,
    },
    /// Add the theme first, or (if `can_be_added`) with what is recorded.
    AddTheme {
        can_be_added: bool,
    },
    /// Add the fund first, or (if `can_be_added`) with what is recorded.
    AddFund {
        can_be_added: bool,
    },
    /// Add the recipient first, or (if `can_be_added`) with what is recorded.
    AddRecipient {
        can_be_added: bool,
    },
    /// Record the right name of the recipient of an award from the award's decision, or give another recipient.
    RenameMisspelt {
        given: String,
        id: RecipientId,
        name: String,
        from: Date,
    },
    /// Confirm a similar name as an alias, or add the new recipient. `others` are also similar.
    ConfirmAlias {
        given: String,
        id: RecipientId,
        name: String,
        others: Vec<(RecipientId, String)>,
        can_be_added: bool,
    },
    /// Check the identifier, or add the other name to its owner.
    CheckIdentifier {
        owner: String,
    },
    /// Check the identifier, or confirm the name as an alias of its owner.
    ConfirmName {
        owner: String,
        name: String,
    },
    /// Add another organisation of the same name, or another identifier of the same organisation.
    AddNamesakeOrIdentifier {
        name: String,
        identifier: String,
    },
    /// Use the recipient of this name, or confirm that it is another organisation.
    ConfirmNamesake {
        owner: String,
    },
    /// Check the bank account, or confirm that it is a new one.
    ConfirmNewAccount,
    /// Check which recipient is meant.
    ShowRecipient {
        id: String,
    },
    ListAwards,
    ListObjectives,
    /// List the themes, funds or recipients: `what` is `theme`, `fund` or `recipient`.
    ListKnown {
        what: &'static str,
    },
    AddDecision {
        decision: String,
    },
    /// Check the number, or mark the decision confidential.
    MarkConfidential {
        decision: String,
    },
    /// Check the decision, and confirm that what is public is to be withheld.
    ConfirmWithholding,
    ListRecords,
    /// Change the award, add terms, or record a further award of the decision.
    ChangeAward,
    /// Find the record that stated it.
    FindStatement,
    ReviseBudget,
    ReviseIndicator,
    RenameRecipient,
    /// Post on the first open day, or to the provisionally closed month.
    PostLateOrToClosed {
        first_open: Date,
        /// True where the month is closed itself, false where it is before the first that is.
        may_reopen: bool,
        /// True where it may be a prior period adjustment instead.
        may_adjust: bool,
    },
    PostLate {
        first_open: Date,
        /// True where it may be a prior period adjustment instead.
        may_adjust: bool,
    },
    /// Record it without a prior period adjustment.
    PostAsUsual,
    /// Reverse the record, and record it again as asked.
    ReverseAndRecord {
        record: Option<u64>,
        /// True where it is recorded as a prior period adjustment, and not to be one.
        adjusted: bool,
    },
    /// Post what belongs in the month on the first open day.
    PostLateInstead {
        month: Month,
    },
    /// Check the records, and confirm that it is no duplicate of them.
    RecordAgain {
        what: &'static str,
        record: Option<u64>,
    },
    /// Delete the row of an import, or confirm the number of possible duplicates in the file.
    ConfirmDuplicates {
        what: &'static str,
    },
    RaiseAward,
    /// Give the parts of the award, each with its fund and theme.
    StateParts,
    /// State how a corrected amount is divided.
    StateDivision,
    /// Check the date, or give the reason for a payment before its decision.
    GiveReasonBeforeDecision,
    /// Record what was received, or release payments.
    ReceiveOrWaive {
        award: String,
    },
    Schedule {
        award: String,
    },
    NameItem,
    StatePeriod,
    /// Check the record, and reverse it if it is wrong.
    CheckRecord {
        record: u64,
    },
    FindCommand,
    /// Enter what was reversed again, since a reversal stays.
    EnterAgain,
    ListClosedMonths,
    /// Reopen this later month first.
    ReopenFirst {
        month: Month,
    },
    CloseFirst {
        month: Month,
    },
    CloseFinally {
        month: Month,
    },
    ListPending,
    /// Check the proposal, reject it, and make a new proposal for whatever is still needed.
    ReplaceProposal {
        proposal: u64,
    },
    VerifyLedger,
    DecideProposal {
        proposal: u64,
    },
    ReconcileOrExplain,
    /// Match the open lines of statements, or explain each.
    MatchOrExplainLines {
        /// The account of the first one.
        account: Text,
        /// Its place on a statement; `None` if it is on none.
        line: Option<LinePlace>,
    },
    /// Record the statement that is missing, or explain why there is none.
    RecordStatementOrExplain,
    AddApprovers,
    /// Give one's own user name, or have it added.
    NameUser,
    AnswerChecklist {
        decision: String,
        missing: Vec<&'static str>,
    },
    NameDecision,
    AskRole {
        role: Role,
    },
    /// Propose a prior period adjustment to an approver with the closer role, or have it proposed.
    ProposeToCloser {
        /// The roles of who records or proposes it.
        acting: Vec<Role>,
        /// True where the user may propose it.
        may_propose: bool,
    },
    Propose,
    AskAnotherApprover,
    ProposeAgain {
        proposal: u64,
    },
    SignWithKey,
    CreateKey {
        user: String,
    },
    SignWithKeyOf {
        user: String,
    },
    AddUser,
    /// Delete the row of an import, and revise the budget by itself.
    ReviseBudgetApart,
    /// Propose the whole file of an import, or the row alone.
    ProposeFile,
}

impl Remedy {
    /// Returns the first open day of a remedy that posts there.
    pub(crate) fn posts_late(&self) -> Option<Date> {
        if let Remedy::PostLateOrToClosed { first_open, .. } | Remedy::PostLate { first_open, .. } = self {
            Some(*first_open)
        } else {
            None
        }
    }

    /// Returns true if it offers to post to the closed month.
    pub fn offers_closed_month(&self) -> bool {
        matches!(self, Remedy::PostLateOrToClosed { .. })
    }

    /// Returns true if it offers a prior period adjustment.
    pub fn offers_adjustment(&self) -> bool {
        matches!(
            self,
            Remedy::PostLateOrToClosed { may_adjust: true, .. } | Remedy::PostLate { may_adjust: true, .. }
        )
    }
}

impl From<&str> for Remedy {
    fn from(advice: &str) -> Remedy {
        Remedy::Advice(advice.to_owned())
    }
}
