//! Rejections: the closed list of reasons why a command is not recorded.
//!
//! Each has a stable code, the facts, and what to do next.

mod alike;
mod closing;

use self::alike::unknown_recipient_hint;
pub use self::alike::{nearest, suggested};
pub use self::closing::ClosingFinding;
use self::closing::{found, months};
use crate::authority::Denied;
use crate::calendar::{Date, Month};
use crate::entry::EntryError;
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::themes::ThemeId;

/// A field that was given and recorded differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, by its column's name.
    pub field: &'static str,
    /// As recorded.
    pub recorded: String,
    /// As given now.
    pub given: String,
}

/// A recipient that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its id.
    pub id: RecipientId,
    /// Its newest name.
    pub name: String,
}

/// Why a command is not recorded. Where several reasons hold, the first of this list is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No theme of this id.
    #[error("there is no theme `{given}`{}", or_nearest(nearest))]
    UnknownTheme {
        /// As given.
        given: String,
        /// The nearest id.
        nearest: Option<String>,
    },
    /// No fund of this id.
    #[error("there is no fund `{given}`{}", or_nearest(nearest))]
    UnknownFund {
        /// As given.
        given: String,
        /// The nearest id.
        nearest: Option<String>,
    },
    /// No recipient of this id, identifier or name.
    #[error("there is no recipient `{given}`{}", or_nearest(&suggestions.first().map(|it| it.name.clone())))]
    UnknownRecipient {
        /// As given.
        given: String,
        /// Those whose names are most like it, the most alike first.
        suggestions: Vec<Suggestion>,
    },
    /// What is given means several recipients.
    #[error("several recipients are meant by `{given}`: {}", ids.join(", "))]
    AmbiguousRecipient {
        /// The name or identifiers.
        given: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// An outside identifier stands for one organisation.
    #[error("the identifier `{identifier}` is that of recipient `{owner}`")]
    IdentifierOfAnother {
        /// The identifier.
        identifier: String,
        /// The recipient that has it.
        owner: String,
    },
    /// A name that is known with another number in the same register.
    #[error("`{name}` is known with another number than `{identifier}`")]
    NamesakeOrSecondNumber {
        /// The name.
        name: String,
        /// The number given.
        identifier: String,
    },
    /// A name that means another recipient already.
    #[error("the name `{name}` is that of recipient `{owner}`")]
    NameOfAnother {
        /// The name.
        name: String,
        /// The recipient that is called so.
        owner: String,
    },
    /// No award of this id.
    #[error("there is no award `{given}`{}", or_nearest(nearest))]
    UnknownAward {
        /// As given.
        given: String,
        /// The nearest id.
        nearest: Option<String>,
    },
    /// No decision of this number in the register.
    #[error("there is no decision `{0}` in the register")]
    UnknownDecision(String),
    /// No record of this number.
    #[error("there is no record {0}")]
    UnknownRecord(u64),
    /// An award needs an id of its own when no decision is given.
    #[error("the award has neither an id nor a decision")]
    NoId,
    /// An award needs a recipient.
    #[error("the award has no recipient")]
    NoRecipient,
    /// An id that has a meaning of its own.
    #[error("`{0}` has a meaning of its own and cannot be added")]
    ReservedId(String),
    /// Already recorded with another content.
    #[error("{what} `{id}` is already recorded with other content: {}", list(differences))]
    Different {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
        /// Where they differ.
        differences: Vec<Difference>,
    },
    /// The amount must be above nothing.
    #[error("the amount is {}; it must be above nothing", .0.grouped())]
    NotPositive(Money),
    /// A budget below nothing.
    #[error("the budget is {}; it cannot be below nothing", .0.grouped())]
    NegativeBudget(Money),
    /// The amounts of a split are not the award's.
    #[error("the split adds up to {}, the award is {}", split.grouped(), award.grouped())]
    SplitDoesNotAddUp {
        /// What the split's amounts add up to.
        split: Money,
        /// The amount of the award.
        award: Money,
    },
    /// An award that is to be confidential, of no decision that could be.
    #[error("the award is marked confidential, and states no decision that could be kept so")]
    ConfidentialWithoutDecision,
    /// The decision is registered with another date.
    #[error("decision {decision} is registered with the date {registered}, not {given}")]
    DecisionDateDiffers {
        /// Its number.
        decision: String,
        /// As registered.
        registered: Date,
        /// As given.
        given: Date,
    },
    /// A change dated before the award that it changes.
    #[error("the change is dated {date}, before the award was decided on {decided}")]
    ChangeBeforeAward {
        /// The change's date.
        date: Date,
        /// The award's.
        decided: Date,
    },
    /// The month takes no posting.
    #[error("{month} is closed")]
    ClosedMonth {
        /// The month.
        month: Month,
        /// The first open day after it.
        first_open: Date,
        /// True when it is not closed for good.
        is_soft: bool,
    },
    /// The award was withdrawn.
    #[error("award {0} was withdrawn")]
    Withdrawn(String),
    /// A payment of more than is left of the award.
    #[error(
        "the payment of {} is more than the {} left of award {award} ({} awarded, {} paid)",
        payment.grouped(), left.grouped(), awarded.grouped(), paid.grouped()
    )]
    PaymentBeyondAward {
        /// The award's id.
        award: String,
        /// What is awarded.
        awarded: Money,
        /// What is paid, less refunds.
        paid: Money,
        /// What may still be paid.
        left: Money,
        /// The payment.
        payment: Money,
    },
    /// A payment that waits for something that is not there.
    #[error("payments of award {award} wait for {}", items.join(", "))]
    MonitoringOutstanding {
        /// The award's id.
        award: String,
        /// What is outstanding: its name and when it was due.
        items: Vec<String>,
    },
    /// Nothing of the award was due on that day, or not by that name.
    #[error("nothing{} of award {award} is due on {due}", name.as_ref().map(|it| format!(" called `{it}`")).unwrap_or_default())]
    UnknownDue {
        /// The award's id.
        award: String,
        /// The day given.
        due: Date,
        /// The name given.
        name: Option<String>,
        /// What is due of the award: names and days.
        known: Vec<String>,
    },
    /// Several things of the award were due on that day.
    #[error("several things of award {award} are due on {due}: {}", names.join(", "))]
    AmbiguousDue {
        /// The award's id.
        award: String,
        /// The day.
        due: Date,
        /// Their names.
        names: Vec<String>,
    },
    /// Payments do not wait for the item.
    #[error("payments of award {award} do not wait for {item}")]
    NotAwaited {
        /// The award's id.
        award: String,
        /// The item.
        item: String,
    },
    /// More paid than awarded by a day, though less in the end.
    #[error(
        "by {date} {} would be paid on award {award}, of which {} was awarded by then",
        paid.grouped(), awarded.grouped()
    )]
    PaidBeforeAwarded {
        /// The award's id.
        award: String,
        /// The first such day.
        date: Date,
        /// What is awarded by then.
        awarded: Money,
        /// What is paid by then, less refunds.
        paid: Money,
    },
    /// A refund of more than was paid.
    #[error("the refund of {} is more than the {} paid on award {award}", refund.grouped(), paid.grouped())]
    RefundBeyondPaid {
        /// The award's id.
        award: String,
        /// What is paid, less refunds.
        paid: Money,
        /// The refund.
        refund: Money,
    },
    /// The award would be less than what is already paid on it.
    #[error("award {award} would be {}, but {} is already paid on it", awarded.grouped(), paid.grouped())]
    AwardBelowPaid {
        /// The award's id.
        award: String,
        /// What it would be.
        awarded: Money,
        /// What is paid, less refunds.
        paid: Money,
    },
    /// Instalments of more than the award.
    #[error("the instalments would come to {}; award {award} is {}", scheduled.grouped(), awarded.grouped())]
    InstalmentsBeyondAward {
        /// The award's id.
        award: String,
        /// The award.
        awarded: Money,
        /// All instalments.
        scheduled: Money,
    },
    /// So much is recorded of one grant that it is not one grant.
    #[error("{limit} records of award {award} are all that one award can have")]
    TooManyRecords {
        /// The award's id.
        award: String,
        /// How many it can have.
        limit: usize,
    },
    /// A variation that changes nothing.
    #[error("the variation changes neither amount nor period")]
    NothingVaried,
    /// An extension of an award whose period is not stated.
    #[error("award {0} has no period to extend")]
    NoPeriodToExtend(String),
    /// An extension that does not end later.
    #[error("the new end {to} is not later than {current}")]
    NotLater {
        /// The new end.
        to: String,
        /// The current end.
        current: String,
    },
    /// A change of the period that a later one, already recorded, would undo.
    #[error("award {award} was varied again on {on}, after this date")]
    VariedLater {
        /// The award's id.
        award: String,
        /// The date of the later variation.
        on: Date,
    },
    /// A period that ends before it starts.
    #[error(transparent)]
    Period(#[from] crate::calendar::CalendarError),
    /// A change of purpose to the purpose that the grant already has.
    #[error("award {0} already has this purpose and these themes")]
    SamePurpose(String),
    /// Several recipients cannot share a first day of a name.
    #[error("the name must start after {0}, when the present name started")]
    NameNotLater(Date),
    /// The second of several alike, while the first is not there.
    #[error("this is said to be number {occurrence} of several alike, but only {there} are recorded")]
    OutOfSequence {
        /// Which it is said to be.
        occurrence: u32,
        /// How many are recorded.
        there: usize,
    },
    /// A line of a bank statement without anything that it should be.
    #[error("no record is given that the line should be")]
    NothingToReconcile,
    /// A record that is on no bank statement.
    #[error("record {record} ({what}) moved no money at the bank")]
    NotAtTheBank {
        /// The record.
        record: u64,
        /// What it is.
        what: &'static str,
    },
    /// The line is reconciled with other records.
    #[error("the line was reconciled with {} by record {by}", numbers(records))]
    LineReconciled {
        /// The record of the reconciliation.
        by: u64,
        /// The records that it is reconciled with.
        records: Vec<u64>,
    },
    /// The record is on another line.
    #[error("record {record} was reconciled with another line, of {date}, by record {by}")]
    AlreadyReconciled {
        /// The record.
        record: u64,
        /// The record of the reconciliation.
        by: u64,
        /// The other line's date.
        date: Date,
    },
    /// The records do not come to the line's amount.
    #[error("the line is {}, the records add up to {}", line.grouped(), records.grouped())]
    LineDoesNotAddUp {
        /// The line's amount, negative for money out.
        line: Money,
        /// What the records moved.
        records: Money,
    },
    /// Already undone.
    #[error("record {record} was already reversed by record {by}")]
    AlreadyReversed {
        /// The record.
        record: u64,
        /// The record that reversed it.
        by: u64,
    },
    /// Something else rests on the record.
    #[error("record {record} cannot be reversed while others rest on it: {}", numbers(by))]
    HasDependents {
        /// The record.
        record: u64,
        /// The records that rest on it.
        by: Vec<u64>,
    },
    /// Records of other batches rest on those of a batch.
    #[error("records {first} to {last} cannot be reversed while others rest on them: {}", numbers(by))]
    BatchHasDependents {
        /// The batch's first record.
        first: u64,
        /// Its last.
        last: u64,
        /// The records that rest on it.
        by: Vec<u64>,
    },
    /// A record that is not undone by reversal.
    #[error("record {record} ({what}) is not undone by a reversal")]
    NotReversible {
        /// The record.
        record: u64,
        /// What it is.
        what: &'static str,
    },
    /// The month is not closed.
    #[error("{0} is not closed")]
    NotClosed(Month),
    /// The month is closed for good.
    #[error("{0} is closed for good")]
    FinallyClosed(Month),
    /// A month before it is not closed for good.
    #[error("{month} cannot be closed for good while {} {} not", months(earlier), if earlier.len() == 1 { "is" } else { "are" })]
    EarlierNotFinal {
        /// The month.
        month: Month,
        /// Those before it, in order.
        earlier: Vec<Month>,
    },
    /// Something stands against closing a month.
    #[error("{month} is not ready to be closed: {}", found(findings))]
    NotReadyToClose {
        /// The month.
        month: Month,
        /// What, never empty.
        findings: Vec<ClosingFinding>,
    },
    /// Somebody may not record this.
    #[error(transparent)]
    NotAllowed(Box<Denied>),
    /// A record that proposes nothing.
    #[error("record {0} is no proposal")]
    NotAProposal(u64),
    /// What was proposed would be recorded otherwise now, or not at all.
    #[error("the proposal of record {proposal} is void: {why}")]
    ProposalVoid {
        /// Its record.
        proposal: u64,
        /// What is otherwise.
        why: String,
    },
    /// What is approved would be recorded otherwise than it was proposed.
    #[error("{0}")]
    Otherwise(String),
    /// A sum that is too large to hold.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The entry would not balance, which only a mistake of this program can bring about.
    #[error(transparent)]
    Entry(#[from] EntryError),
}

impl Rejection {
    /// A word that stays the same from version to version, for scripts and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Rejection::UnknownTheme { .. } => "unknown-theme",
            Rejection::UnknownFund { .. } => "unknown-fund",
            Rejection::UnknownRecipient { .. } => "unknown-recipient",
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
            Rejection::AwardBelowPaid { .. } => "award-below-paid",
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
            Rejection::HasDependents { .. } => "still-rested-on",
            Rejection::BatchHasDependents { .. } => "batch-still-rested-on",
            Rejection::NotReversible { .. } => "not-reversible",
            Rejection::NotClosed(_) => "not-closed",
            Rejection::FinallyClosed(_) => "closed-for-good",
            Rejection::EarlierNotFinal { .. } => "earlier-month-not-final",
            Rejection::NotReadyToClose { .. } => "not-ready-to-close",
            Rejection::NotAllowed(breach) => breach.code(),
            Rejection::NotAProposal(_) => "not-a-proposal",
            Rejection::ProposalVoid { .. } | Rejection::Otherwise(_) => "proposal-changed",
            Rejection::Overflow(_) => "sum-too-large",
            Rejection::Entry(_) => "entry-does-not-balance",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Rejection::UnknownTheme { nearest: Some(nearest), .. }
            | Rejection::UnknownFund { nearest: Some(nearest), .. } => {
                format!("did you mean `{nearest}`? If it is new, add it first or say --add-missing")
            }
            Rejection::UnknownAward { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Rejection::UnknownTheme { .. } => "add it with `almoner theme add`, or say --add-missing".into(),
            Rejection::UnknownFund { .. } => "add it with `almoner fund add`, or say --add-missing".into(),
            Rejection::UnknownRecipient { given, suggestions } => unknown_recipient_hint(given, suggestions),
            Rejection::AmbiguousRecipient { .. } => "give the recipient's id".into(),
            Rejection::IdentifierOfAnother { owner, .. } => format!(
                "check the identifier; if both are one organisation, use `{owner}`, and record its other name with `almoner recipient alias`"
            ),
            Rejection::NamesakeOrSecondNumber { name, identifier } => format!(
                "if it is another organisation, say --add-missing; if not, record `almoner recipient identify \"{name}\" {identifier}`"
            ),
            Rejection::NameOfAnother { owner, .. } => {
                format!("check which is meant, and look at the other with `almoner show {owner}`")
            }
            Rejection::UnknownAward { .. } => "list the awards with `almoner report grants`".into(),
            Rejection::UnknownDecision(id) => {
                format!("check the number, or enter it with `almoner decision add {id}`")
            }
            Rejection::UnknownRecord(_) => "list the records with `almoner log`".into(),
            Rejection::NoId => "give a decision, or an id of your own".into(),
            Rejection::NoRecipient => "name the recipient, or give its id".into(),
            Rejection::ReservedId(_) => "choose another id".into(),
            Rejection::Different { what, .. } => different_hint(what).into(),
            Rejection::NotPositive(_) => "check the amount; money back is a refund".into(),
            Rejection::NegativeBudget(_) => "check the amount".into(),
            Rejection::SplitDoesNotAddUp { .. } => {
                format!("correct the parts; what has no theme is `{}:AMOUNT`", ThemeId::UNALLOCATED)
            }
            Rejection::ConfidentialWithoutDecision => {
                "give the decision's number: what is kept confidential is what rests on it".into()
            }
            Rejection::DecisionDateDiffers { .. } => {
                "check the date, or reverse the decision's record".into()
            }
            Rejection::ChangeBeforeAward { .. } => "check both dates".into(),
            Rejection::ClosedMonth { first_open, is_soft: true, .. } => format!(
                "say --late to post it on {first_open}, its own date kept beside it; --post-to-closed REASON to post it in the closed month, and have that told; or reopen the month"
            ),
            Rejection::ClosedMonth { first_open, is_soft: false, .. } => format!(
                "say --late to post it on {first_open}, its own date kept beside it; the month is closed for good"
            ),
            Rejection::Withdrawn(_) => "reverse the withdrawal first if it was a mistake".into(),
            Rejection::PaymentBeyondAward { .. } => {
                "check the amount and the award; a larger award is recorded with `almoner vary`".into()
            }
            Rejection::MonitoringOutstanding { award, .. } => format!(
                "record what came with `almoner monitoring received {award} --due DATE --on DATE --result TEXT`; if it is to be paid all the same, say why with `almoner monitoring waive {award} --due DATE --reason TEXT`"
            ),
            Rejection::UnknownDue { known, .. } if !known.is_empty() => {
                format!("due of it are: {}", known.join(", "))
            }
            Rejection::UnknownDue { award, .. } => {
                format!(
                    "say what is due with `almoner monitoring schedule {award}` or `almoner monitoring milestone {award}`"
                )
            }
            Rejection::AmbiguousDue { .. } => "say which with --name".into(),
            Rejection::NotAwaited { .. } => "nothing is left to do: payments may be recorded".into(),
            Rejection::PaidBeforeAwarded { .. } => {
                "check the dates; payments cannot run ahead of the award".into()
            }
            Rejection::RefundBeyondPaid { .. } => "check the amount and the award".into(),
            Rejection::AwardBelowPaid { .. } => "record the refund first".into(),
            Rejection::InstalmentsBeyondAward { .. } => "check the instalments already scheduled".into(),
            Rejection::TooManyRecords { .. } => {
                "check the award's id; a grant of that many payments is better kept as several awards".into()
            }
            Rejection::NothingVaried => "give a change of amount, or a period".into(),
            Rejection::NoPeriodToExtend(_) => "give it a period with `almoner vary --from … --to …`".into(),
            Rejection::NotLater { .. } => "check the date; a shorter period is a variation".into(),
            Rejection::VariedLater { .. } => "check the date, or reverse the later variation first".into(),
            Rejection::Period(error) => error.hint().into(),
            Rejection::SamePurpose(_) => "check the award and the theme".into(),
            Rejection::NameNotLater(_) => "check the date".into(),
            Rejection::OutOfSequence { .. } => "record the earlier ones first".into(),
            Rejection::NothingToReconcile => "say which payments, refunds or receipts it is".into(),
            Rejection::NotAtTheBank { .. } => "give payments, refunds and receipts from funders only".into(),
            Rejection::LineReconciled { by, .. } | Rejection::AlreadyReconciled { by, .. } => {
                format!(
                    "look at it with `almoner show {by}`; if it is wrong, undo it with `almoner reverse {by}`"
                )
            }
            Rejection::LineDoesNotAddUp { .. } => {
                "check which records the line is; money out has a minus on a statement".into()
            }
            Rejection::AlreadyReversed { .. } => {
                "nothing is left to do; record it anew if it did happen".into()
            }
            Rejection::HasDependents { .. } | Rejection::BatchHasDependents { .. } => {
                "reverse those first, the newest one first".into()
            }
            Rejection::NotReversible { .. } => "see `almoner help` for the command that changes it".into(),
            Rejection::NotClosed(_) => "closed months are listed by `almoner status`".into(),
            Rejection::FinallyClosed(month) => format!(
                "what belongs in {month} is posted on the first open day, its own date kept beside it, with --late"
            ),
            Rejection::EarlierNotFinal { earlier, .. } => match earlier.first() {
                Some(first) => format!("begin with `almoner close {first} --final`"),
                None => "close the months in their order".into(),
            },
            Rejection::NotReadyToClose { findings, .. } => {
                findings.iter().map(|it| it.remedy.as_str()).collect::<Vec<_>>().join("; ")
            }
            Rejection::NotAllowed(breach) => breach.hint(),
            Rejection::NotAProposal(_) => "`almoner pending` lists what waits for approval".into(),
            Rejection::Otherwise(_) => "`almoner pending` lists what waits for approval".into(),
            Rejection::ProposalVoid { proposal, .. } => format!(
                "look at it with `almoner show {proposal}`; reject it with `almoner reject {proposal} --reason TEXT`, and propose anew what is still wanted"
            ),
            Rejection::Overflow(_) => "check the amounts for extra digits".into(),
            Rejection::Entry(_) => "nothing was recorded; please report this as a mistake of almoner".into(),
        }
    }

    /// The column of a file, by its canonical name, that the reason lies in.
    pub fn column(&self) -> Option<&'static str> {
        Some(match self {
            Rejection::UnknownTheme { .. } | Rejection::SplitDoesNotAddUp { .. } => "theme",
            Rejection::UnknownFund { .. } => "fund",
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
            | Rejection::AwardBelowPaid { .. }
            | Rejection::InstalmentsBeyondAward { .. }
            | Rejection::LineDoesNotAddUp { .. }
            | Rejection::Overflow(_) => "amount",
            Rejection::DecisionDateDiffers { .. }
            | Rejection::ChangeBeforeAward { .. }
            | Rejection::PaidBeforeAwarded { .. }
            | Rejection::MonitoringOutstanding { .. }
            | Rejection::VariedLater { .. }
            | Rejection::ClosedMonth { .. } => "date",
            Rejection::NotLater { .. } | Rejection::Period(_) => "to",
            Rejection::SamePurpose(_) => "purpose",
            _ => return None,
        })
    }
}

fn different_hint(what: &str) -> &'static str {
    match what {
        "award" => {
            "reverse the record if it was wrong; a further award of the same decision needs an id like 14-2015/2; what it did not state is stated with `almoner state`"
        }
        "statement" => "reverse the record that stated it if it was wrong; `almoner show` tells which",
        "budget" => "change it with `almoner budget revise`",
        "indicator" => "say --revise if the source has corrected the figure",
        "recipient" => "record a new name with `almoner recipient rename`",
        "theme" | "fund" => "choose another id, or keep the name that is there",
        _ => "reverse the record if it was wrong",
    }
}

fn or_nearest(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default()
}

fn list(differences: &[Difference]) -> String {
    let one = |d: &Difference| {
        format!("{} is {} there and {} here", d.field, or_none(&d.recorded), or_none(&d.given))
    };
    differences.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "not stated".to_owned() } else { format!("`{text}`") }
}

fn numbers(records: &[u64]) -> String {
    records.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}
