//! Rejections: the closed list of reasons why a command is not recorded.
//!
//! Each has a stable code, a message with the facts, and remedies, which are data.

mod closing;
mod nearest;

pub use self::closing::ClosingFinding;
use self::closing::{found, months};
use self::nearest::unknown_recipient;
pub use self::nearest::{nearest, suggested};
use crate::authority::Denied;
use crate::calendar::{Date, Month};
use crate::entry::EntryError;
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::remedy::Remedy;
use crate::themes::{SplitError, ThemeId};

/// A field whose recorded value differs from the one given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, by its column name.
    pub field: &'static str,
    /// The recorded value; empty when not stated.
    pub recorded: String,
    /// The given value; empty when not stated.
    pub given: String,
}

/// A recipient that an unknown name may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The messages say it.
pub struct Suggestion {
    pub id: RecipientId,
    pub name: String,
}

/// Why a command is not recorded. Where several reasons apply, the first in this list is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum Rejection {
    #[error("there is no theme `{given}`{}", or_nearest(nearest))]
    UnknownTheme { given: String, nearest: Option<String> },
    #[error("there is no fund `{given}`{}", or_nearest(nearest))]
    UnknownFund { given: String, nearest: Option<String> },
    /// `given` is no id, identifier or name of a recipient; `suggestions` are similar names, the most
    /// similar first.
    #[error("there is no recipient `{given}`{}", or_nearest(&suggestions.first().map(|it| it.name.clone())))]
    UnknownRecipient { given: String, suggestions: Vec<Suggestion> },
    #[error("`{given}` is the name of several {what}s: {}", ids.join(", "))]
    AmbiguousName { what: &'static str, given: String, ids: Vec<String> },
    #[error(transparent)]
    Split(Box<SplitError>),
    #[error("`{given}` matches several recipients: {}", ids.join(", "))]
    AmbiguousRecipient { given: String, ids: Vec<String> },
    /// An identifier belongs to one organisation.
    #[error("the identifier `{identifier}` belongs to recipient `{owner}`")]
    IdentifierOfAnother { identifier: String, owner: String },
    #[error("`{name}` is recorded with an identifier other than `{identifier}` in the same register")]
    NamesakeOrSecondNumber { name: String, identifier: String },
    #[error("the name `{name}` belongs to recipient `{owner}`")]
    NameOfAnother { name: String, owner: String },
    #[error("there is no award `{given}`{}", or_nearest(nearest))]
    UnknownAward { given: String, nearest: Option<String> },
    #[error("decision `{0}` is not in the register")]
    UnknownDecision(String),
    #[error("there is no record {0}")]
    UnknownRecord(u64),
    #[error("the award has neither a decision number nor an id")]
    NoId,
    #[error("the award has no recipient")]
    NoRecipient,
    #[error("`{0}` is a reserved id and cannot be added")]
    ReservedId(String),
    #[error("{what} `{id}` is already recorded with different details: {}", list(differences))]
    Different { what: &'static str, id: String, differences: Vec<Difference> },
    #[error("the amount is {}; it must be greater than zero", .0.grouped())]
    NotPositive(Money),
    #[error("the budget is {}; it must not be negative", .0.grouped())]
    NegativeBudget(Money),
    #[error("the split adds up to {}, but the award is {}", split.grouped(), award.grouped())]
    SplitDoesNotAddUp { split: Money, award: Money },
    #[error("an award without a decision cannot be confidential")]
    ConfidentialWithoutDecision,
    #[error("decision {decision} is dated {registered} in the register, not {given}")]
    DecisionDateDiffers { decision: String, registered: Date, given: Date },
    #[error("the change is dated {date}, before the award was decided on {decided}")]
    ChangeBeforeAward { date: Date, decided: Date },
    /// The month takes no posting; `first_open` is the first open day after it.
    #[error("{month} is {} closed", if *is_provisional { "provisionally" } else { "finally" })]
    ClosedMonth { month: Month, first_open: Date, is_provisional: bool },
    #[error("award {0} was withdrawn")]
    Withdrawn(String),
    #[error(
        "the payment of {} exceeds the {} balance of award {award} ({} awarded, {} paid)",
        payment.grouped(), balance.grouped(), awarded.grouped(), paid.grouped()
    )]
    PaymentBeyondAward {
        award: String,
        awarded: Money,
        /// Payments less refunds.
        paid: Money,
        /// What can still be paid.
        balance: Money,
        payment: Money,
    },
    /// `items` are the overdue reports and milestones, each with its due date.
    #[error("payments on award {award} are on hold; outstanding: {}", items.join(", "))]
    MonitoringOutstanding { award: String, items: Vec<String> },
    /// `known` are the award's reports and milestones, each with its due date.
    #[error(
        "award {award} has no report or milestone{} due on {due}",
        name.as_ref().map(|it| format!(" `{it}`")).unwrap_or_default()
    )]
    UnknownDue { award: String, due: Date, name: Option<String>, known: Vec<String> },
    #[error("award {award} has several reports or milestones due on {due}: {}", names.join(", "))]
    AmbiguousDue { award: String, due: Date, names: Vec<String> },
    #[error("payments on award {award} are not held for {item}")]
    NotAwaited { award: String, item: String },
    /// Payments would exceed the award at the end of a day, though not in the end. `paid` is payments
    /// less refunds by that day.
    #[error(
        "by {date}, {} would be paid on award {award} but only {} awarded",
        paid.grouped(), awarded.grouped()
    )]
    PaidBeforeAwarded { award: String, date: Date, awarded: Money, paid: Money },
    #[error("the refund of {} exceeds the {} paid on award {award}", refund.grouped(), paid.grouped())]
    RefundBeyondPaid { award: String, paid: Money, refund: Money },
    #[error(
        "no payment of award {award}{} fits a return of {}",
        payment.map(|record| format!(" in record {record}")).unwrap_or_default(), amount.grouped()
    )]
    NoPaymentReturned { award: String, amount: Money, payment: Option<u64> },
    #[error(
        "{} came back, and award {award} has no payment of that amount in the 31 days before",
        amount.grouped()
    )]
    KindNeeded { award: String, amount: Money },
    #[error("the payment is dated {date}, after today")]
    PaidAfterToday { date: Date },
    #[error("the payment is dated {date}, before award {award} was decided on {decided}")]
    PaidBeforeDecision { award: String, date: Date, decided: Date },
    #[error("{0} is not over yet")]
    MonthNotOver(Month),
    #[error("award {award} would be above {}, the most that an amount can be", Money::LIMIT.grouped())]
    AboveLimit { award: String },
    #[error("award {award} would be {}, less than nothing", awarded.grouped())]
    AwardBelowZero { award: String, awarded: Money },
    #[error("the instalments would total {}; award {award} is {}", scheduled.grouped(), awarded.grouped())]
    InstalmentsBeyondAward { award: String, awarded: Money, scheduled: Money },
    #[error("award {award} has {limit} records, the most that an award can have")]
    TooManyRecords { award: String, limit: usize },
    #[error("the variation changes neither the amount nor the period")]
    NothingVaried,
    #[error("award {0} has no period to extend")]
    NoPeriodToExtend(String),
    #[error("the new end {to} is not later than the current end {current}")]
    NotLater { to: String, current: String },
    /// A later variation would override this change of the period.
    #[error("award {award} has a later variation, dated {on}")]
    VariedLater { award: String, on: Date },
    #[error(transparent)]
    Period(#[from] crate::calendar::CalendarError),
    #[error("award {0} already has this purpose and these themes")]
    SamePurpose(String),
    #[error("the new name must start after {0}, when the present name started")]
    NameNotLater(Date),
    #[error("this is given as number {occurrence} of identical entries, but {}", only(*recorded))]
    OutOfSequence { occurrence: u32, recorded: usize },
    #[error("no record is given for the statement line")]
    NothingToReconcile,
    #[error("record {record} ({what}) is not a transaction at the bank")]
    NotAtTheBank { record: u64, what: &'static str },
    #[error("the line was already reconciled with {} by record {by}", numbers(records))]
    LineReconciled { by: u64, records: Vec<u64> },
    #[error("record {record} was already reconciled with another line, dated {date}, by record {by}")]
    AlreadyReconciled { record: u64, by: u64, date: Date },
    /// Amounts as on the statement: money out is negative.
    #[error("the line is {}, but the records add up to {}", line.grouped(), records.grouped())]
    LineDoesNotAddUp { line: Money, records: Money },
    #[error("record {record} was already reversed by record {by}")]
    AlreadyReversed { record: u64, by: u64 },
    #[error("record {record} cannot be reversed: {} on it", depend(by))]
    HasDependents { record: u64, by: Vec<u64> },
    /// Records outside the batch depend on some inside.
    #[error("records {first} to {last} cannot be reversed: {} on them", depend(by))]
    BatchHasDependents { first: u64, last: u64, by: Vec<u64> },
    #[error("record {record} ({what}) cannot be reversed")]
    NotReversible { record: u64, what: &'static str },
    #[error("{0} is not closed")]
    NotClosed(Month),
    #[error("{0} is finally closed")]
    FinallyClosed(Month),
    #[error("{month} cannot be finally closed: {} not yet finally closed", months(earlier))]
    EarlierNotFinal { month: Month, earlier: Vec<Month> },
    #[error("{month} cannot be closed: {}", found(findings))]
    NotReadyToClose { month: Month, findings: Vec<ClosingFinding> },
    #[error(transparent)]
    NotAllowed(Box<Denied>),
    #[error("record {0} is not a proposal")]
    NotAProposal(u64),
    /// What was proposed would now be recorded differently, or not at all.
    #[error("the proposal in record {proposal} is void: {why}")]
    ProposalVoid { proposal: u64, why: String },
    /// What would be recorded differs from what was proposed.
    #[error("{0}")]
    DiffersFromProposal(String),
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// Only a defect of this program can cause it.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

impl Rejection {
    /// The stable code of the rejection, for scripts and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Rejection::UnknownTheme { .. } => "unknown-theme",
            Rejection::UnknownFund { .. } => "unknown-fund",
            Rejection::UnknownRecipient { .. } => "unknown-recipient",
            Rejection::AmbiguousName { .. } => "ambiguous-name",
            Rejection::Split(_) => "not-a-split",
            Rejection::AmbiguousRecipient { .. } => "ambiguous-recipient",
            Rejection::IdentifierOfAnother { .. } => "identifier-of-another",
            Rejection::NamesakeOrSecondNumber { .. } => "namesake-or-second-number",
            Rejection::NameOfAnother { .. } => "name-of-another",
            Rejection::UnknownAward { .. } => "unknown-award",
            Rejection::UnknownDecision(_) => "unknown-decision",
            Rejection::UnknownRecord(_) => "unknown-record",
            Rejection::NoId => "no-id",
            Rejection::NoRecipient => "no-recipient",
            Rejection::ReservedId(_) => "reserved-id",
            Rejection::Different { .. } => "different-content",
            Rejection::NotPositive(_) => "amount-not-positive",
            Rejection::NegativeBudget(_) => "negative-budget",
            Rejection::SplitDoesNotAddUp { .. } => "split-does-not-add-up",
            Rejection::ConfidentialWithoutDecision => "confidential-without-decision",
            Rejection::DecisionDateDiffers { .. } => "decision-date-differs",
            Rejection::ChangeBeforeAward { .. } => "change-before-award",
            Rejection::ClosedMonth { .. } => "closed-month",
            Rejection::Withdrawn(_) => "withdrawn",
            Rejection::PaymentBeyondAward { .. } => "payment-beyond-award",
            Rejection::MonitoringOutstanding { .. } => "monitoring-outstanding",
            Rejection::UnknownDue { .. } => "unknown-due",
            Rejection::AmbiguousDue { .. } => "ambiguous-due",
            Rejection::NotAwaited { .. } => "not-awaited",
            Rejection::PaidBeforeAwarded { .. } => "paid-before-awarded",
            Rejection::RefundBeyondPaid { .. } => "refund-beyond-paid",
            Rejection::NoPaymentReturned { .. } => "no-payment-returned",
            Rejection::KindNeeded { .. } => "kind-needed",
            Rejection::PaidAfterToday { .. } => "paid-after-today",
            Rejection::PaidBeforeDecision { .. } => "paid-before-decision",
            Rejection::MonthNotOver(_) => "month-not-over",
            Rejection::AboveLimit { .. } => "above-limit",
            Rejection::AwardBelowZero { .. } => "award-below-zero",
            Rejection::InstalmentsBeyondAward { .. } => "instalments-beyond-award",
            Rejection::TooManyRecords { .. } => "too-many-records",
            Rejection::NothingVaried => "nothing-varied",
            Rejection::NoPeriodToExtend(_) => "no-period-to-extend",
            Rejection::NotLater { .. } => "end-not-later",
            Rejection::VariedLater { .. } => "varied-later",
            Rejection::Period(_) => "end-before-start",
            Rejection::SamePurpose(_) => "same-purpose",
            Rejection::NameNotLater(_) => "name-not-later",
            Rejection::OutOfSequence { .. } => "out-of-sequence",
            Rejection::NothingToReconcile => "nothing-to-reconcile",
            Rejection::NotAtTheBank { .. } => "not-at-the-bank",
            Rejection::LineReconciled { .. } => "line-reconciled",
            Rejection::AlreadyReconciled { .. } => "already-reconciled",
            Rejection::LineDoesNotAddUp { .. } => "line-does-not-add-up",
            Rejection::AlreadyReversed { .. } => "already-reversed",
            Rejection::HasDependents { .. } => "has-dependents",
            Rejection::BatchHasDependents { .. } => "batch-has-dependents",
            Rejection::NotReversible { .. } => "not-reversible",
            Rejection::NotClosed(_) => "not-closed",
            Rejection::FinallyClosed(_) => "finally-closed",
            Rejection::EarlierNotFinal { .. } => "earlier-month-not-final",
            Rejection::NotReadyToClose { .. } => "not-ready-to-close",
            Rejection::NotAllowed(denied) => denied.code(),
            Rejection::NotAProposal(_) => "not-a-proposal",
            Rejection::ProposalVoid { .. } | Rejection::DiffersFromProposal(_) => "proposal-changed",
            Rejection::Overflow(_) => "sum-too-large",
            Rejection::Entry(_) => "entry-does-not-balance",
        }
    }

    /// Returns what to do next, everything in order.
    pub fn remedies(&self) -> Vec<Remedy> {
        if let Rejection::NotReadyToClose { findings, .. } = self {
            return findings.iter().map(|it| it.remedy.clone()).collect();
        }
        vec![self.remedy()]
    }

    fn remedy(&self) -> Remedy {
        match self {
            Rejection::UnknownTheme { nearest: Some(nearest), .. }
            | Rejection::UnknownFund { nearest: Some(nearest), .. } => {
                Remedy::UseNearestOrAdd { nearest: nearest.clone() }
            }
            Rejection::UnknownAward { nearest: Some(nearest), .. } => {
                Remedy::UseNearestAward { nearest: nearest.clone() }
            }
            Rejection::UnknownTheme { .. } => Remedy::AddTheme,
            Rejection::UnknownFund { .. } => Remedy::AddFund,
            Rejection::UnknownRecipient { given, suggestions } => unknown_recipient(given, suggestions),
            Rejection::AmbiguousName { what, .. } => Remedy::Advice(format!("give the id of the {what}")),
            Rejection::Split(error) => error.hint().into(),
            Rejection::AmbiguousRecipient { .. } => "give the recipient's id".into(),
            Rejection::IdentifierOfAnother { owner, .. } => Remedy::CheckIdentifier { owner: owner.clone() },
            Rejection::NamesakeOrSecondNumber { name, identifier } => {
                Remedy::AddNamesakeOrIdentifier { name: name.clone(), identifier: identifier.clone() }
            }
            Rejection::NameOfAnother { owner, .. } => Remedy::ShowRecipient { id: owner.clone() },
            Rejection::UnknownAward { .. } => Remedy::ListAwards,
            Rejection::UnknownDecision(id) => Remedy::AddDecision { decision: id.clone() },
            Rejection::UnknownRecord(_) => Remedy::ListRecords,
            Rejection::NoId => "give the decision number, or an id".into(),
            Rejection::NoRecipient => "give the recipient's name or id".into(),
            Rejection::ReservedId(_) => "choose another id".into(),
            Rejection::Different { what, .. } => different(what),
            Rejection::NotPositive(_) => "check the amount; record money returned as a refund".into(),
            Rejection::NegativeBudget(_) => "check the amount".into(),
            Rejection::SplitDoesNotAddUp { .. } => Remedy::Advice(format!(
                "correct the parts; use `{}:AMOUNT` for the part without a theme",
                ThemeId::UNALLOCATED
            )),
            Rejection::ConfidentialWithoutDecision => {
                "give the decision number; the decision is what is confidential".into()
            }
            Rejection::DecisionDateDiffers { .. } => {
                "check the date, or reverse the record of the decision".into()
            }
            Rejection::ChangeBeforeAward { .. } => "check both dates".into(),
            Rejection::ClosedMonth { first_open, is_provisional: true, .. } => {
                Remedy::PostLateOrToClosed { first_open: *first_open }
            }
            Rejection::ClosedMonth { first_open, is_provisional: false, .. } => {
                Remedy::PostLate { first_open: *first_open }
            }
            Rejection::Withdrawn(_) => "reverse the withdrawal first if it was a mistake".into(),
            Rejection::PaymentBeyondAward { .. } => Remedy::RaiseAward,
            Rejection::MonitoringOutstanding { award, .. } => Remedy::ReceiveOrWaive { award: award.clone() },
            Rejection::UnknownDue { known, .. } if !known.is_empty() => {
                Remedy::Advice(format!("choose from: {}", known.join(", ")))
            }
            Rejection::UnknownDue { award, .. } => Remedy::Schedule { award: award.clone() },
            Rejection::AmbiguousDue { .. } => Remedy::NameItem,
            Rejection::NotAwaited { .. } => "record the payment; no waiver is needed".into(),
            Rejection::PaidBeforeAwarded { .. } => {
                "check the dates; payments must not exceed the award on any day".into()
            }
            Rejection::RefundBeyondPaid { .. } => "check the amount and the award".into(),
            Rejection::NoPaymentReturned { .. } => {
                "name the record of the payment; unspent money that a recipient pays back is a refund".into()
            }
            Rejection::KindNeeded { .. } => {
                "state its kind in a column `kind`: refund, refund-available or returned".into()
            }
            Rejection::PaidAfterToday { .. } => {
                "schedule an instalment, and record the payment when it is made".into()
            }
            Rejection::PaidBeforeDecision { .. } => Remedy::GiveReasonBeforeDecision,
            Rejection::MonthNotOver(_) => "close it when it is over".into(),
            Rejection::AboveLimit { .. } => "check the amount".into(),
            Rejection::AwardBelowZero { .. } => "check the amount, or withdraw the award".into(),
            Rejection::InstalmentsBeyondAward { .. } => "check the instalments already scheduled".into(),
            Rejection::TooManyRecords { .. } => {
                "check the award id; record further transactions under another award".into()
            }
            Rejection::NothingVaried => "give a change of amount, or a period".into(),
            Rejection::NoPeriodToExtend(_) => Remedy::StatePeriod,
            Rejection::NotLater { .. } => "check the date; to shorten the period, use a variation".into(),
            Rejection::VariedLater { .. } => "check the date, or reverse the later variation first".into(),
            Rejection::Period(error) => error.hint().into(),
            Rejection::SamePurpose(_) => "check the award and the theme".into(),
            Rejection::NameNotLater(_) => "check the date".into(),
            Rejection::OutOfSequence { .. } => "record the earlier ones first".into(),
            Rejection::NothingToReconcile => {
                "give the payments, refunds or receipts that the line covers".into()
            }
            Rejection::NotAtTheBank { .. } => "give payments, refunds and receipts from funders only".into(),
            Rejection::LineReconciled { by, .. } | Rejection::AlreadyReconciled { by, .. } => {
                Remedy::CheckRecord { record: *by }
            }
            Rejection::LineDoesNotAddUp { .. } => {
                "check which records the line covers; money out is negative on a statement".into()
            }
            Rejection::AlreadyReversed { .. } => "record it again if the original was right".into(),
            Rejection::HasDependents { by, .. } | Rejection::BatchHasDependents { by, .. } => {
                match by.as_slice() {
                    [only] => Remedy::Advice(format!("reverse {only} first")),
                    _ => "reverse those first, the latest one first".into(),
                }
            }
            Rejection::NotReversible { .. } => Remedy::FindCommand,
            Rejection::NotClosed(_) => Remedy::ListClosedMonths,
            Rejection::FinallyClosed(month) => Remedy::PostLateInstead { month: *month },
            Rejection::EarlierNotFinal { earlier, .. } => match earlier.first() {
                Some(first) => Remedy::CloseFinally { month: *first },
                None => "close the months in order".into(),
            },
            Rejection::NotReadyToClose { .. } => "correct what was found".into(),
            Rejection::NotAllowed(denied) => denied.remedy(),
            Rejection::NotAProposal(_) | Rejection::DiffersFromProposal(_) => Remedy::ListPending,
            Rejection::ProposalVoid { proposal, .. } => Remedy::ReplaceProposal { proposal: *proposal },
            Rejection::Overflow(_) => "check the amounts for extra digits".into(),
            Rejection::Entry(_) => "report this as a defect of almoner; nothing was recorded".into(),
        }
    }

    /// The canonical name of the column in a file that caused the rejection.
    #[allow(clippy::wildcard_enum_match_arm, reason = "most concern no column")]
    pub fn column(&self) -> Option<&'static str> {
        Some(match self {
            Rejection::UnknownTheme { .. }
            | Rejection::AmbiguousName { what: "theme", .. }
            | Rejection::Split(_)
            | Rejection::SplitDoesNotAddUp { .. } => "theme",
            Rejection::UnknownFund { .. } | Rejection::AmbiguousName { .. } => "fund",
            Rejection::UnknownRecipient { .. }
            | Rejection::AmbiguousRecipient { .. }
            | Rejection::NameOfAnother { .. }
            | Rejection::NamesakeOrSecondNumber { .. }
            | Rejection::NoRecipient => "recipient",
            Rejection::IdentifierOfAnother { .. } => "identifiers",
            Rejection::UnknownAward { .. } | Rejection::Withdrawn(_) | Rejection::TooManyRecords { .. } => {
                "award"
            }
            Rejection::NoId | Rejection::ConfidentialWithoutDecision => "decision",
            Rejection::Different { differences, .. } => differences.first()?.field,
            Rejection::NotPositive(_)
            | Rejection::NegativeBudget(_)
            | Rejection::PaymentBeyondAward { .. }
            | Rejection::RefundBeyondPaid { .. }
            | Rejection::AwardBelowZero { .. }
            | Rejection::NoPaymentReturned { .. }
            | Rejection::KindNeeded { .. }
            | Rejection::AboveLimit { .. }
            | Rejection::InstalmentsBeyondAward { .. }
            | Rejection::LineDoesNotAddUp { .. }
            | Rejection::Overflow(_) => "amount",
            Rejection::DecisionDateDiffers { .. }
            | Rejection::ChangeBeforeAward { .. }
            | Rejection::PaidBeforeAwarded { .. }
            | Rejection::PaidAfterToday { .. }
            | Rejection::PaidBeforeDecision { .. }
            | Rejection::MonitoringOutstanding { .. }
            | Rejection::VariedLater { .. }
            | Rejection::ClosedMonth { .. } => "date",
            Rejection::NotLater { .. } | Rejection::Period(_) => "to",
            Rejection::SamePurpose(_) => "purpose",
            _ => return None,
        })
    }
}

fn different(what: &str) -> Remedy {
    match what {
        "award" => Remedy::ChangeAward,
        "statement" => Remedy::FindStatement,
        "budget" => Remedy::ReviseBudget,
        "indicator" => Remedy::ReviseIndicator,
        "recipient" => Remedy::RenameRecipient,
        "theme" | "fund" => "choose another id, or keep the recorded name".into(),
        _ => "reverse the record if it was wrong".into(),
    }
}

fn or_nearest(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default()
}

fn list(differences: &[Difference]) -> String {
    let one = |d: &Difference| {
        format!("{}: recorded {}, given {}", d.field, or_not_stated(&d.recorded), or_not_stated(&d.given))
    };
    differences.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn or_not_stated(text: &str) -> String {
    if text.is_empty() { "not stated".to_owned() } else { format!("`{text}`") }
}

fn numbers(records: &[u64]) -> String {
    records.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// `record 9 depends`, `records 9, 10 depend`.
fn depend(records: &[u64]) -> String {
    match records {
        [only] => format!("record {only} depends"),
        _ => format!("records {} depend", numbers(records)),
    }
}

fn only(recorded: usize) -> String {
    match recorded {
        0 => "none is recorded".to_owned(),
        1 => "only 1 is recorded".to_owned(),
        _ => format!("only {recorded} are recorded"),
    }
}
