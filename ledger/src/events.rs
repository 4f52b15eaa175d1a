//! Events: what the journal records. Each carries the entries that it posts.
//!
//! Each kind, or small family of kinds, has a file with its content and its properties. How an event changes
//! the books is decided by the books.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod approvals;
mod budgets;
mod decisions;
pub mod former;
mod grants;
mod history;
mod months;
mod opening;
pub mod proposals;
mod publication;
mod receipts;
mod recipients;
mod reconciling;
mod reference;
mod reversals;

use std::fmt::Display;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::approvals::{ProposalApproved, ProposalRejected};
pub use self::budgets::{BudgetKey, BudgetSet};
pub use self::grants::GrantFact;
pub(crate) use self::history::signed;
pub use self::history::{
    ClockCorrected, HeadRecovered, HistoryAccepted, Vouched, Voucher, administration_text,
};
pub use self::months::{ClosedMonthsEntered, MonthReopened};
pub use self::opening::{BooksOpened, RulesAdopted};
use self::proposals::Proposal;
pub use self::publication::PublicationSet;
pub use self::receipts::{FundsReceived, IncomeReleased};
pub use self::recipients::{RecipientAdded, RecipientAliased, RecipientIdentified, RecipientRenamed};
pub use self::reference::{FundRenamed, IndicatorSet, ThemeRenamed};
pub use self::reversals::{RecordReversed, Reversible};
use crate::accounts::Account;
use crate::calendar::Date;
use crate::closed::Closing;
use crate::decisions::Decision;
use crate::entry::{Entries, Posting};
use crate::funds::{Fund, FundId};
use crate::grants::{Fact, GrantId};
use crate::indicators::IndicatorKey;
use crate::money::Money;
use crate::papers::{PaperId, PublicPaper};
use crate::policy::{Act, Policy};
use crate::publication::Subject;
use crate::recipients::RecipientId;
use crate::reconciliation::{BankRecord, BankStatement, LineReconciled};
use crate::signing::Signature;
use crate::text::Text;
use crate::themes::{Theme, ThemeId};
use crate::users::User;

/// A recorded event. Large and rare content is boxed, since an import may make a million events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The ledger was opened. Always the first record.
    Opened(BooksOpened),
    ThemeAdded(Theme),
    ThemeRenamed(ThemeRenamed),
    FundAdded(Fund),
    FundRenamed(FundRenamed),
    RecipientAdded(RecipientAdded),
    RecipientRenamed(RecipientRenamed),
    RecipientIdentified(RecipientIdentified),
    RecipientAliased(RecipientAliased),
    /// A decision was entered in the register, or details were added to it.
    DecisionRecorded(Box<Decision>),
    Grant(GrantFact),
    #[serde(rename = "funding-received")]
    Received(FundsReceived),
    /// Receipts in advance were released to income or, if negative, moved back.
    IncomeReleased(IncomeReleased),
    BudgetSet(BudgetSet),
    /// A performance indicator of a theme was stated. Posts nothing.
    IndicatorSet(IndicatorSet),
    /// A public paper was entered in the index, or details were added to it. Posts nothing.
    PaperRecorded(Box<PublicPaper>),
    /// Reference data was marked confidential or public. Posts nothing.
    PublicationSet(PublicationSet),
    /// A bank statement was recorded. Posts nothing.
    StatementRecorded(Box<BankStatement>),
    /// A line of a bank statement was matched to records, or explained. Posts nothing.
    Reconciled(Box<LineReconciled>),
    /// An earlier record, other than a grant's, was reversed.
    Reversed(RecordReversed),
    MonthClosed(Closing),
    MonthReopened(MonthReopened),
    /// The following records of the batch, up to [`Event::ClosedMonthsLeft`], are posted to
    /// provisionally closed months.
    #[serde(rename = "posting-to-closed-began")]
    ClosedMonthsEntered(ClosedMonthsEntered),
    #[serde(rename = "posting-to-closed-ended")]
    ClosedMonthsLeft,
    /// Users were added, or their roles or keys changed.
    UsersSet(Vec<User>),
    /// The policy was set: what needs approval; `None` is nothing.
    PolicySet(Option<Policy>),
    /// Records were proposed for approval. Posts nothing.
    Proposed(Box<Proposal>),
    /// Later rules hold from this record on. Posts nothing.
    RulesAdopted(RulesAdopted),
    /// A proposal was approved. Its records follow this one.
    Approved(ProposalApproved),
    Rejected(ProposalRejected),
    /// A journal was accepted that lacks a record seen before. Posts nothing.
    HistoryAccepted(HistoryAccepted),
    /// The clock that dates records was corrected. Posts nothing.
    ClockCorrected(ClockCorrected),
    /// The head file was lost, and written again. Posts nothing.
    HeadRecovered(HeadRecovered),
}

/// A kind of event. Nothing has a default, so that a new kind must state every property.
trait Kind {
    fn about(&self) -> About<'_>;
}

struct About<'e> {
    words: &'static str,
    id: Option<&'e dyn Display>,
    posted: Option<&'e Entries>,
    day: Option<Date>,
    at_bank: Option<Money>,
    needs: Needs<'e>,
    reversal: Reversal<'e>,
}

impl<'e> About<'e> {
    fn posting_nothing(words: &'static str, needs: Needs<'e>, reversal: Reversal<'e>) -> About<'e> {
        About { words, id: None, posted: None, day: None, at_bank: None, needs, reversal }
    }

    fn posting(
        words: &'static str,
        posted: &'e Entries,
        at_bank: Option<Money>,
        needs: Needs<'e>,
        reversal: Reversal<'e>,
    ) -> About<'e> {
        About { posted: Some(posted), at_bank, ..About::posting_nothing(words, needs, reversal) }
    }

    fn of(self, id: &'e dyn Display) -> About<'e> {
        About { id: Some(id), ..self }
    }
}

/// What a user needs authority for in order to record an event.
#[derive(Clone, Copy)]
pub(crate) enum Needs<'e> {
    /// Nothing: the event follows from other records.
    Nothing {
        /// True if a recorder may propose it.
        may_be_proposed: bool,
    },
    Acts(Acts<'e>),
    Users(&'e [User]),
    Policy(Option<&'e Policy>),
    Proposal(&'e Proposal),
    Approval(&'e ProposalApproved),
    Rejection(&'e ProposalRejected),
    /// The role that assigns roles, and the signature of those who sign: nobody else answers for the ledger itself.
    Administration(Option<&'e Signature>),
}

/// The acts of an event, to which roles and the policy apply.
#[derive(Clone, Copy)]
pub(crate) enum Acts<'e> {
    Plain(Act),
    /// An act with its amount, counted by fund.
    Amount {
        act: Act,
        amount: Money,
        fund: &'e FundId,
    },
    /// An act with the amount that the event posts to an account, counted by fund.
    Posted {
        act: Act,
        on: Account,
        fund: &'e FundId,
    },
    /// The acts of a grant's fact, by the amounts that it moves, counted by recipient.
    OfFact {
        fact: &'e Fact,
        /// True if it posts a prior period adjustment.
        adjusts: bool,
    },
    /// The act of the reversed record, and a reversal.
    OfReversal(&'e Reversible),
}

/// How an event is reversed.
#[derive(Clone, Copy)]
pub(crate) enum Reversal<'e> {
    /// By a further fact of the grant.
    Fact(&'e GrantId),
    // The following by a record of type `RecordReversed`.
    Receipt(&'e Entries),
    Budget(&'e BudgetSet),
    Decision(&'e Decision),
    Statement(&'e BankStatement),
    Reconciliation(&'e LineReconciled),
    Theme(&'e ThemeId),
    Fund(&'e FundId),
    Recipient(&'e RecipientId),
    RecipientName(&'e RecipientRenamed),
    RecipientIdentifier(&'e RecipientIdentified),
    RecipientAlias(&'e RecipientAliased),
    Indicator(&'e IndicatorKey),
    Paper(&'e PaperId),
    Publication(&'e Subject),
    /// Never, but its batch can be reversed: the event follows from other records, or only allowed them.
    StaysInBatch,
    Never,
}

impl Event {
    /// Returns the content of the event. The only place that lists every kind.
    fn kind(&self) -> &dyn Kind {
        match self {
            Event::Opened(opened) => opened,
            Event::ThemeAdded(theme) => theme,
            Event::ThemeRenamed(renamed) => renamed,
            Event::FundAdded(fund) => fund,
            Event::FundRenamed(renamed) => renamed,
            Event::RecipientAdded(added) => added,
            Event::RecipientRenamed(renamed) => renamed,
            Event::RecipientIdentified(identified) => identified,
            Event::RecipientAliased(aliased) => aliased,
            Event::DecisionRecorded(decision) => &**decision,
            Event::Grant(fact) => fact,
            Event::Received(received) => received,
            Event::IncomeReleased(released) => released,
            Event::BudgetSet(set) => set,
            Event::IndicatorSet(set) => set,
            Event::PaperRecorded(paper) => &**paper,
            Event::PublicationSet(set) => set,
            Event::StatementRecorded(statement) => &**statement,
            Event::Reconciled(reconciled) => &**reconciled,
            Event::Reversed(reversed) => reversed,
            Event::MonthClosed(closing) => closing,
            Event::MonthReopened(reopened) => reopened,
            Event::ClosedMonthsEntered(entered) => entered,
            Event::ClosedMonthsLeft => &months::ClosedMonthsLeft,
            Event::UsersSet(users) => users,
            Event::PolicySet(policy) => policy,
            Event::RulesAdopted(adopted) => adopted,
            Event::Proposed(proposal) => &**proposal,
            Event::Approved(approved) => approved,
            Event::Rejected(rejected) => rejected,
            Event::HistoryAccepted(accepted) => accepted,
            Event::ClockCorrected(corrected) => corrected,
            Event::HeadRecovered(recovered) => recovered,
        }
    }

    pub fn words(&self) -> &'static str {
        self.kind().about().words
    }

    /// Returns the id of the event's subject, if it has one.
    pub fn id(&self) -> Option<&dyn Display> {
        self.kind().about().id
    }

    pub fn posted(&self) -> Option<&Entries> {
        self.kind().about().posted
    }

    pub fn postings(&self) -> impl Iterator<Item = Posting<'_>> {
        self.posted().into_iter().flat_map(Entries::postings)
    }

    /// Returns the grant that the event concerns, if any.
    pub fn grant(&self) -> Option<&GrantId> {
        if let Event::Grant(GrantFact { id, .. }) = self { Some(id) } else { None }
    }

    /// Returns the bank account that a payment, refund or receipt names, if it is one and does.
    pub fn account(&self) -> Option<&Text> {
        if let Event::Received(FundsReceived { receipt, .. }) = self {
            return receipt.account.as_ref();
        }
        if let Event::Grant(GrantFact { fact, .. }) = self { fact.account() } else { None }
    }

    /// Returns the date of a grant's fact, if it has one.
    pub fn day(&self) -> Option<Date> {
        self.kind().about().day
    }

    /// True of a record about the ledger itself, and of an approval without a lost key: whoever verifies the ledger is to
    /// know of it.
    pub fn is_to_be_noted(&self) -> bool {
        let is_without_key = matches!(self, Event::Approved(ProposalApproved { key_lost: Some(_), .. }));
        is_without_key || matches!(self.needs(), Needs::Administration(_))
    }

    pub fn is_reversible(&self) -> bool {
        !matches!(self.reversal(), Reversal::StaysInBatch | Reversal::Never)
    }

    pub(crate) fn reversal(&self) -> Reversal<'_> {
        self.kind().about().reversal
    }

    /// Returns what a user needs authority for in order to record the event.
    pub(crate) fn needs(&self) -> Needs<'_> {
        self.kind().about().needs
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub number: u64,
    /// When it was recorded, UTC: `2015-03-31T16:20:00Z`.
    pub at: Arc<str>,
    pub by: Arc<str>,
    pub event: Event,
}

impl Record {
    /// Returns the record for bank reconciliation; `None` if it moved no money at the bank.
    pub fn at_bank(&self) -> Option<BankRecord> {
        let record = BankRecord { record: self.number, grant: self.event.grant().cloned() };
        self.event.kind().about().at_bank.map(|_| record)
    }
}
