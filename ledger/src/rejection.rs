//! Rejections: the closed list of reasons why a command is not recorded. Each has a stable code, a message with the
//! facts, and remedies, which are data.

mod bank;
mod closing;
mod differences;
mod earlier;
mod field;
mod hidden;
mod nearest;
mod records;
mod remedies;

pub use self::bank::BankRejection;
pub use self::closing::ClosingFinding;
use self::closing::{closed, found, months, post_elsewhere};
pub use self::differences::Difference;
use self::differences::{in_record, list};
use self::earlier::listed;
pub use self::earlier::{Earlier, Place};
pub use self::field::Field;
pub use self::hidden::{Hidden, HiddenBudget, HiddenGrant, HiddenReceipt};
pub use self::nearest::{nearest, suggested};
use self::nearest::{or_nearest, unknown_recipient};
use self::records::{depend, only, reconciled};
use self::remedies::{different, reverse_first, use_or_add};
use crate::authority::Denied;
use crate::calendar::{Date, FinancialYear, Month};
use crate::entry::EntryError;
use crate::money::{Money, Overflow, grouped};
use crate::recipients::RecipientId;
use crate::remedy::Remedy;
use crate::themes::{SplitError, ThemeId};

/// A recipient that an unknown name may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The messages say it.
pub struct Suggestion {
    pub id: RecipientId,
    pub name: String,
    /// The date of the award's decision, where the award of this recipient is corrected: it may only be misspelt.
    pub misspelt_from: Option<Date>,
}

/// Why a command is not recorded. Where several reasons apply, the first in this list is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum Rejection {
    #[error("there is no theme `{given}`{}", or_nearest(nearest))]
    UnknownTheme { given: String, nearest: Option<String>, can_be_added: bool },
    #[error("there is no fund `{given}`{}", or_nearest(nearest))]
    UnknownFund { given: String, nearest: Option<String>, can_be_added: bool },
    /// `given` is no id, identifier or name of a recipient; `suggestions` are similar names, the most
    /// similar first.
    #[error("there is no recipient `{given}`{}", or_nearest(&suggestions.first().map(|it| it.name.clone())))]
    UnknownRecipient { given: String, suggestions: Vec<Suggestion>, can_be_added: bool },
    #[error("`{given}` is the name of several {what}s: {}", ids.join(", "))]
    AmbiguousName { what: &'static str, given: String, ids: Vec<String> },
    #[error(transparent)]
    Split(Box<SplitError>),
    #[error("`{given}` matches several recipients: {}", ids.join(", "))]
    AmbiguousRecipient { given: String, ids: Vec<String> },
    /// An identifier belongs to one organisation.
    #[error("the identifier `{identifier}` belongs to recipient `{owner}`")]
    IdentifierOfAnother { identifier: String, owner: String },
    /// The identifier and the name are of different recipients.
    #[error(
        "the identifier `{identifier}` belongs to recipient `{owner}`, but the name `{name}` belongs to `{other}`"
    )]
    IdentifierAndNameDiffer { identifier: String, owner: String, name: String, other: String },
    /// The name given with a recorded identifier is one that nobody is known by.
    #[error("the identifier `{identifier}` belongs to recipient `{owner}`, which is not known as `{name}`")]
    UnknownNameOfIdentifier { identifier: String, owner: String, name: String },
    #[error("`{name}` is recorded with a different identifier, not `{identifier}`, in the same register")]
    NamesakeOrSecondNumber { name: String, identifier: String },
    #[error("the name `{name}` belongs to recipient `{owner}`")]
    NameOfAnother { name: String, owner: String },
    /// A recipient is added under an id of its own with the name of another.
    #[error("there is already a recipient named `{name}`: {}", owners.join(", "))]
    Namesake { name: String, owners: Vec<String> },
    #[error("there is no award `{given}`{}", or_nearest(nearest))]
    UnknownAward { given: String, nearest: Option<String> },
    #[error("decision `{0}` is not in the register")]
    UnknownDecision(String),
    /// A ground for withholding is given for a decision whose grants are published.
    #[error("decision {0} is not confidential: its grants are published")]
    NotConfidential(String),
    #[error("the chief officer's view is dated {}, which is after today", date.in_words())]
    ViewAfterToday { date: Date },
    #[error("there is no record {0}")]
    UnknownRecord(u64),
    #[error("no such {what} is recorded: {id}")]
    NotRecorded { what: &'static str, id: String },
    #[error("the award has neither a decision number nor an id")]
    NoId,
    #[error("the award has no recipient")]
    NoRecipient,
    #[error("`{0}` is a reserved id and cannot be added")]
    ReservedId(String),
    #[error("different values are already recorded for {what} `{id}`: {}", list(differences))]
    Different { what: &'static str, id: String, differences: Vec<Difference> },
    #[error("the amount is {}; it must be greater than zero", .0.grouped())]
    NotPositive(Money),
    #[error("the budget is {}; it must not be negative", .0.grouped())]
    NegativeBudget(Money),
    #[error("the budget is for {year}, but it is dated {}, after the end of that year", date.in_words())]
    BudgetAfterYear { date: Date, year: FinancialYear },
    #[error(
        "every month of {year} to which this change could be posted is closed, so the budget for that year cannot be changed"
    )]
    BudgetYearClosed { year: FinancialYear },
    #[error("the split adds up to {}, but the award is for {}", split.grouped(), award.grouped())]
    SplitDoesNotAddUp { split: Money, award: Money },
    #[error("the parts add up to {}, but the award is for {}", total.grouped(), award.grouped())]
    AllocationDoesNotAddUp { total: Money, award: Money },
    /// A correction of the amount that leaves the stated amounts of parts, funds or themes.
    #[error("the award is divided into amounts that add up to {}, not {}", total.grouped(), award.grouped())]
    DivisionNotCorrected { total: Money, award: Money },
    #[error(
        "the award would no longer have part `{part}`, which record {record} names, on the date of that record"
    )]
    PartInUse { part: String, record: u64 },
    /// Several funds and several themes, without the amounts of each pair.
    #[error(
        "the award has several funds and several themes, but the amount for each fund and theme is not stated"
    )]
    PartsNotStated,
    #[error("the theme is `{given}`, but the parts have `{of_parts}`")]
    ThemesNotOfParts { given: String, of_parts: String },
    /// What is confidential would withhold what the public and the panel can see now.
    #[error("{0}")]
    HidesPublished(Box<Hidden>),
    #[error("an award without a decision cannot be confidential")]
    ConfidentialWithoutDecision,
    #[error("decision {decision} is dated {} in the register, not {}", registered.in_words(), given.in_words())]
    DecisionDateDiffers { decision: String, registered: Date, given: Date },
    #[error("the change is dated {}, but the award was not decided until {}", date.in_words(), decided.in_words())]
    ChangeBeforeAward { date: Date, decided: Date },
    /// The month takes no posting; `first_open` is the first open day after it. `may_adjust` is true where what is posted
    /// may be expenditure of an earlier financial year than that day.
    #[error("{}", closed(*month, *first_closed, *is_provisional))]
    ClosedMonth {
        month: Month,
        /// The first closed month, where the month is before it.
        first_closed: Option<Month>,
        first_open: Date,
        is_provisional: bool,
        may_adjust: bool,
    },
    #[error("no part of this entry is expenditure of an earlier financial year")]
    NothingOfEarlierYears,
    /// `record` is `None` where several records together state it.
    #[error("this entry is already recorded{}, but not as a prior period adjustment", in_record(*record))]
    RecordedWithoutAdjustment { record: Option<u64> },
    /// Sent again to be posted late.
    #[error("this entry is already recorded (record {record}), as a prior period adjustment")]
    RecordedAsAdjustment { record: u64 },
    /// `earlier` are the latest transactions that it may repeat; there are `more`.
    #[error("the {what} of {} against award {award} may be a duplicate of {}", amount.grouped(), listed(earlier, *more))]
    PossibleDuplicate { award: String, what: &'static str, amount: Money, earlier: Vec<Earlier>, more: usize },
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
    /// `parts` are those of the award on that day.
    #[error("award {award} has no part `{part}`; it has {}", parts.join(", "))]
    UnknownPart { award: String, part: String, parts: Vec<String> },
    #[error(
        "the payment of {} exceeds the {} balance of part {part} of award {award}",
        payment.grouped(), balance.grouped()
    )]
    PaymentBeyondPart { award: String, part: String, balance: Money, payment: Money },
    #[error("the refund of {} exceeds the net payments of {} for part {part} of award {award}", refund.grouped(), paid.grouped())]
    RefundBeyondPart { award: String, part: String, paid: Money, refund: Money },
    /// The withdrawal leaves no more to pay.
    #[error(
        "award {award} was withdrawn with effect from the close of {}: its balance is {}, and the payment is {}",
        date.in_words(), balance.grouped(), payment.grouped()
    )]
    PaymentOfWithdrawn { award: String, date: Date, balance: Money, payment: Money },
    /// `items` are the overdue reports and milestones, each with its due date.
    #[error("payments against award {award} are on hold; outstanding: {}", items.join(", "))]
    MonitoringOutstanding { award: String, items: Vec<String> },
    /// `known` are the award's reports and milestones, each with its due date.
    #[error(
        "award {award} has no report or milestone{} due on {}",
        name.as_ref().map(|it| format!(" `{it}`")).unwrap_or_default(), due.in_words()
    )]
    UnknownDue { award: String, due: Date, name: Option<String>, known: Vec<String> },
    #[error(
        "award {award} has several reports or milestones due on {}: {}", due.in_words(), names.join(", ")
    )]
    AmbiguousDue { award: String, due: Date, names: Vec<String> },
    #[error("{item} is not holding up payments against award {award}")]
    NotAwaited { award: String, item: String },
    /// Payments would exceed the award at the end of a day, though not in the end. `paid` is payments
    /// less refunds by that day.
    #[error(
        "by {}, {} would have been paid against award {award}, but only {} had been awarded",
        date.in_words(), paid.grouped(), awarded.grouped()
    )]
    PaidBeforeAwarded { award: String, date: Date, awarded: Money, paid: Money },
    /// `are_several` is true where refunds and returned payments of one day add up to `refund`.
    #[error(
        "{} of {} {} the {} paid against award {award}",
        if *are_several { "refunds and returned payments" } else { "the refund" }, refund.grouped(),
        if *are_several { "on one day exceed" } else { "exceeds" }, paid.grouped()
    )]
    RefundBeyondPaid { award: String, paid: Money, refund: Money, are_several: bool },
    #[error(
        "no payment against award {award}{} matches a returned payment of {}",
        payment.map(|record| format!(" in record {record}")).unwrap_or_default(), amount.grouped()
    )]
    NoPaymentReturned { award: String, amount: Money, payment: Option<u64> },
    #[error(
        "{} was returned, but award {award} has no payment of that amount in the 31 days before",
        amount.grouped()
    )]
    KindNeeded { award: String, amount: Money },
    #[error("the {what} is dated {}, which is after today", date.in_words())]
    AfterToday { what: &'static str, date: Date },
    #[error(
        "the payment is dated {}, before award {award} was decided on {}", date.in_words(), decided.in_words()
    )]
    PaidBeforeDecision { award: String, date: Date, decided: Date },
    #[error("{} has not ended yet", .0.in_words())]
    MonthNotOver(Month),
    #[error("award {award} would exceed {}, the largest amount allowed", Money::LIMIT.grouped())]
    AboveLimit { award: String },
    #[error("award {award} would be reduced to {}, which is less than zero", awarded.grouped())]
    AwardBelowZero { award: String, awarded: Money },
    /// A part has less than a reduction takes.
    #[error("part {part} of award {award} cannot be reduced by more than its {}", awarded.grouped())]
    PartBelowZero { award: String, part: String, awarded: Money },
    #[error("the instalments would total {}, but award {award} is for {}", scheduled.grouped(), awarded.grouped())]
    InstalmentsBeyondAward { award: String, awarded: Money, scheduled: Money },
    #[error("award {award} has {} records, the maximum for an award", grouped(&limit.to_string()))]
    TooManyRecords { award: String, limit: usize },
    #[error("the variation changes neither the amount nor the period")]
    NothingVaried,
    #[error("nothing is stated")]
    NothingStated,
    #[error("award {0} is already recorded with those details: there is nothing to correct")]
    NothingCorrected(String),
    #[error("award {0} has no period to extend")]
    NoPeriodToExtend(String),
    #[error("the new end date, {to}, is not later than the current end date, {current}")]
    NotLater { to: String, current: String },
    /// A later variation would override this change of the period.
    #[error("award {award} has a later variation, dated {}", on.in_words())]
    VariedLater { award: String, on: Date },
    #[error(transparent)]
    Period(#[from] crate::calendar::CalendarError),
    #[error("award {0} already has this purpose and these themes")]
    SamePurpose(String),
    #[error("award {0} already has these funds and parts")]
    SameFund(String),
    #[error("the change of fund for award {0} does not state the new fund")]
    FundToBeStated(String),
    /// What was not stated cannot be stated so.
    #[error("the {what} given for award {award} cannot be accepted: {why}")]
    NotToBeStated { award: String, what: &'static str, why: String },
    #[error("the new name must take effect after {}, when the current name took effect", .0.in_words())]
    NameNotLater(Date),
    #[error("this is described as number {occurrence} of several identical entries, but {}", only(*recorded))]
    OutOfSequence { occurrence: u32, recorded: usize },
    #[error("no record is given for the statement line")]
    NothingToReconcile,
    #[error("record {record} ({what}) is not a bank transaction")]
    NotAtTheBank { record: u64, what: &'static str },
    #[error("the line was already {} (see record {by})", reconciled(records))]
    LineReconciled { by: u64, records: Vec<u64> },
    #[error(
        "record {record} was already reconciled with another line, dated {} (see record {by})", date.in_words()
    )]
    AlreadyReconciled { record: u64, by: u64, date: Date },
    /// Amounts as on the statement: money out is negative.
    #[error("the line is for {}, but the records matched to it add up to {}", line.grouped(), records.grouped())]
    LineDoesNotAddUp { line: Money, records: Money },
    #[error(transparent)]
    Bank(#[from] BankRejection),
    #[error(transparent)]
    StatementFault(crate::reconciliation::StatementFault),
    #[error("the lines of {} differ from those of the statement in record {by}", day.in_words())]
    StatementDiffers { by: u64, day: Date },
    #[error("the lines belong to different accounts: {one} and {other}")]
    LinesOfTwoAccounts { one: String, other: String },
    #[error("an explained line cannot have records or a remainder")]
    ExplainedWithRecords,
    /// Amounts as on the statement: money out is negative.
    #[error("a remainder of {} cannot be part of a line for {}", remainder.grouped(), line.grouped())]
    RemainderNotPart { line: Money, remainder: Money },
    #[error("{} is finally closed, so its bank reconciliation cannot be reversed", .0.in_words())]
    ReconciliationOfClosed(Month),
    #[error("record {record} has already been reversed by record {by}")]
    AlreadyReversed { record: u64, by: u64 },
    #[error("record {record} cannot be reversed: {} on it", depend(by))]
    HasDependents { record: u64, by: Vec<u64> },
    /// Records outside the batch depend on some inside.
    #[error("records {first} to {last} cannot be reversed: {} on them", depend(by))]
    BatchHasDependents { first: u64, last: u64, by: Vec<u64> },
    #[error("record {record} ({what}) cannot be reversed")]
    NotReversible { record: u64, what: &'static str },
    #[error("{} is not closed", .0.in_words())]
    NotClosed(Month),
    #[error("{} is finally closed", .0.in_words())]
    FinallyClosed(Month),
    /// Its postings would move the balances of the later months.
    #[error("{} cannot be reopened: {} closed", month.in_words(), months(later))]
    LaterClosed { month: Month, later: Vec<Month> },
    #[error("{} cannot be closed: {} not yet closed", month.in_words(), months(earlier))]
    EarlierOpen { month: Month, earlier: Vec<Month> },
    #[error("{} cannot be finally closed: {} not yet finally closed", month.in_words(), months(earlier))]
    EarlierNotFinal { month: Month, earlier: Vec<Month> },
    #[error("{} cannot be closed: {}", month.in_words(), found(findings))]
    NotReadyToClose { month: Month, findings: Vec<ClosingFinding> },
    #[error(transparent)]
    NotAllowed(Box<Denied>),
    #[error("record {0} is not a proposal")]
    NotAProposal(u64),
    /// What was proposed would now be recorded differently, or not at all.
    #[error("the proposal in record {proposal} is no longer valid: {why}")]
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

/// What a rejection says besides its message: its stable code, the field that it concerns, and what to do.
type About = (&'static str, Option<Field>, Remedy);

impl Rejection {
    /// Returns the code, the field and the remedy. The only place that lists every rejection.
    fn about(&self) -> About {
        match self {
            Rejection::UnknownTheme { nearest, can_be_added, .. } => {
                let add = Remedy::AddTheme { can_be_added: *can_be_added };
                ("unknown-theme", Some(Field::Theme), use_or_add(nearest, *can_be_added, add))
            }
            Rejection::UnknownFund { nearest, can_be_added, .. } => {
                let add = Remedy::AddFund { can_be_added: *can_be_added };
                ("unknown-fund", Some(Field::Fund), use_or_add(nearest, *can_be_added, add))
            }
            Rejection::UnknownRecipient { given, suggestions, can_be_added } => {
                let remedy = unknown_recipient(given, suggestions, *can_be_added);
                ("unknown-recipient", Some(Field::Recipient), remedy)
            }
            Rejection::AmbiguousName { what, .. } => {
                let field = if *what == "theme" { Field::Theme } else { Field::Fund };
                ("ambiguous-name", Some(field), Remedy::Advice(format!("give the id of the {what}")))
            }
            Rejection::Split(error) => ("not-a-split", Some(Field::Theme), error.hint().into()),
            Rejection::AmbiguousRecipient { .. } => {
                ("ambiguous-recipient", Some(Field::Recipient), "give the recipient's id".into())
            }
            Rejection::IdentifierOfAnother { owner, .. } => {
                let remedy = Remedy::CheckIdentifier { owner: owner.clone() };
                ("identifier-of-another", Some(Field::Identifiers), remedy)
            }
            Rejection::IdentifierAndNameDiffer { .. } => {
                let remedy =
                    "check which of the two recipients is meant, and correct the identifier or the name";
                ("identifier-and-name-differ", Some(Field::Recipient), remedy.into())
            }
            Rejection::UnknownNameOfIdentifier { owner, name, .. } => {
                let remedy = Remedy::ConfirmName { owner: owner.clone(), name: name.clone() };
                ("name-not-confirmed", Some(Field::Recipient), remedy)
            }
            Rejection::NamesakeOrSecondNumber { name, identifier } => {
                let (name, identifier) = (name.clone(), identifier.clone());
                let remedy = Remedy::AddNamesakeOrIdentifier { name, identifier };
                ("namesake-or-second-number", Some(Field::Recipient), remedy)
            }
            Rejection::NameOfAnother { owner, .. } => {
                ("name-of-another", Some(Field::Recipient), Remedy::ShowRecipient { id: owner.clone() })
            }
            Rejection::Namesake { owners, .. } => {
                let owner = owners.first().cloned().unwrap_or_default();
                ("namesake", Some(Field::Recipient), Remedy::ConfirmNamesake { owner })
            }
            Rejection::UnknownAward { nearest, .. } => {
                let near = nearest.clone().map(|nearest| Remedy::UseNearestAward { nearest });
                ("unknown-award", Some(Field::Award), near.unwrap_or(Remedy::ListAwards))
            }
            Rejection::UnknownDecision(id) => {
                ("unknown-decision", None, Remedy::AddDecision { decision: id.clone() })
            }
            Rejection::NotConfidential(id) => {
                ("not-confidential", None, Remedy::MarkConfidential { decision: id.clone() })
            }
            Rejection::ViewAfterToday { .. } => {
                ("view-after-today", None, "check the date; record the view once it has been given".into())
            }
            Rejection::UnknownRecord(_) => ("unknown-record", None, Remedy::ListRecords),
            Rejection::NotRecorded { what: "receipt", .. } => ("not-recorded", None, Remedy::ListRecords),
            Rejection::NotRecorded { what, .. } => {
                ("not-recorded", None, Remedy::Advice(format!("check the list of {what}s")))
            }
            Rejection::NoId => ("no-id", Some(Field::Decision), "give the decision number, or an id".into()),
            Rejection::NoRecipient => {
                ("no-recipient", Some(Field::Recipient), "give the recipient's name or id".into())
            }
            Rejection::ReservedId(_) => ("reserved-id", None, "choose another id".into()),
            Rejection::Different { what, differences, .. } => {
                let field = differences.first().and_then(|it| Field::of_column(it.field));
                ("different-content", field, different(what))
            }
            Rejection::NotPositive(_) => {
                let remedy = "check the amount; if the recipient has paid back unspent money, record a refund; if a payment did not arrive, record it as returned";
                ("amount-not-positive", Some(Field::Amount), remedy.into())
            }
            Rejection::NegativeBudget(_) => {
                ("negative-budget", Some(Field::Amount), "check the amount".into())
            }
            Rejection::BudgetAfterYear { .. } => {
                ("budget-after-year", Some(Field::Date), "check the date and the year".into())
            }
            Rejection::BudgetYearClosed { .. } => {
                ("budget-year-closed", Some(Field::Date), Remedy::ListClosedMonths)
            }
            Rejection::SplitDoesNotAddUp { .. } => {
                let unallocated = ThemeId::UNALLOCATED;
                let advice =
                    format!("correct the parts; use `{unallocated}:AMOUNT` for the part without a theme");
                ("split-does-not-add-up", Some(Field::Theme), Remedy::Advice(advice))
            }
            Rejection::AllocationDoesNotAddUp { .. } => {
                ("allocation-does-not-add-up", Some(Field::Fund), "correct the amounts of the parts".into())
            }
            Rejection::DivisionNotCorrected { .. } => {
                ("division-not-corrected", Some(Field::Fund), Remedy::StateDivision)
            }
            Rejection::PartInUse { .. } => {
                let remedy = "reverse that record first, then record it again against one of the new parts";
                ("part-in-use", Some(Field::Fund), remedy.into())
            }
            Rejection::ThemesNotOfParts { .. } => (
                "themes-not-of-parts",
                Some(Field::Theme),
                "leave out the theme; the parts already state it".into(),
            ),
            Rejection::PartsNotStated => ("parts-not-stated", Some(Field::Fund), Remedy::StateParts),
            Rejection::UnknownPart { .. } => (
                "unknown-part",
                Some(Field::Part),
                "choose one of the award's parts, or do not name a part".into(),
            ),
            Rejection::PaymentBeyondPart { .. } => {
                let remedy = "check the amount and the part, or vary the part first";
                ("payment-beyond-part", Some(Field::Amount), remedy.into())
            }
            Rejection::RefundBeyondPart { .. } => {
                let remedy = "check the amount and the part; if the money was for several parts, record a refund for each";
                ("refund-beyond-part", Some(Field::Amount), remedy.into())
            }
            Rejection::PartBelowZero { .. } => {
                let remedy =
                    "check the amount and the part; to reduce all parts in proportion, do not name a part";
                ("part-below-zero", Some(Field::Amount), remedy.into())
            }
            Rejection::SameFund(_) => ("same-fund", Some(Field::Fund), "nothing needs to be recorded".into()),
            Rejection::FundToBeStated(_) => ("fund-not-named", Some(Field::Fund), "give the new fund".into()),
            Rejection::NotToBeStated { .. } => ("not-to-be-stated", None, Remedy::ChangeAward),
            Rejection::HidesPublished(_) => ("hides-published", None, Remedy::ConfirmWithholding),
            Rejection::ConfidentialWithoutDecision => {
                let remedy = "give the decision number; confidentiality is recorded against the decision";
                ("confidential-without-decision", Some(Field::Decision), remedy.into())
            }
            Rejection::DecisionDateDiffers { .. } => {
                let remedy = "check the date, or reverse the record of the decision";
                ("decision-date-differs", Some(Field::Date), remedy.into())
            }
            Rejection::ChangeBeforeAward { .. } => {
                ("change-before-award", Some(Field::Date), "check both dates".into())
            }
            Rejection::ClosedMonth { first_closed, first_open, is_provisional, may_adjust, .. } => {
                let may_reopen = first_closed.is_none();
                let remedy = post_elsewhere(*first_open, *is_provisional, may_reopen, *may_adjust);
                ("closed-month", Some(Field::Date), remedy)
            }
            Rejection::NothingOfEarlierYears => {
                ("not-of-earlier-years", Some(Field::Date), Remedy::PostAsUsual)
            }
            Rejection::RecordedWithoutAdjustment { record } => {
                let remedy = Remedy::ReverseAndRecord { record: *record, adjusted: false };
                ("recorded-without-adjustment", None, remedy)
            }
            Rejection::RecordedAsAdjustment { record } => {
                let remedy = Remedy::ReverseAndRecord { record: Some(*record), adjusted: true };
                ("recorded-as-adjustment", None, remedy)
            }
            Rejection::PossibleDuplicate { what, earlier, .. } => {
                let record = earlier.iter().find_map(|it| it.place.record());
                ("possible-duplicate", None, Remedy::RecordAgain { what, record })
            }
            Rejection::Withdrawn(_) => {
                ("withdrawn", Some(Field::Award), "reverse the withdrawal first if it was a mistake".into())
            }
            Rejection::PaymentBeyondAward { .. } => {
                ("payment-beyond-award", Some(Field::Amount), Remedy::RaiseAward)
            }
            Rejection::PaymentOfWithdrawn { .. } => {
                let remedy = "check the award; reverse the withdrawal first if it was a mistake";
                ("payment-of-withdrawn-award", Some(Field::Award), remedy.into())
            }
            Rejection::MonitoringOutstanding { award, .. } => {
                let remedy = Remedy::ReceiveOrWaive { award: award.clone() };
                ("monitoring-outstanding", Some(Field::Date), remedy)
            }
            Rejection::UnknownDue { award, known, .. } => {
                let remedy = match known.is_empty() {
                    true => Remedy::Schedule { award: award.clone() },
                    false => Remedy::Advice(format!("choose from: {}", known.join(", "))),
                };
                ("unknown-due", None, remedy)
            }
            Rejection::AmbiguousDue { .. } => ("ambiguous-due", None, Remedy::NameItem),
            Rejection::NotAwaited { .. } => {
                ("not-awaited", None, "record the payment; no waiver is needed".into())
            }
            Rejection::PaidBeforeAwarded { .. } => {
                let remedy = "check the dates; the total paid to date must not exceed the amount awarded to date on any day";
                ("paid-before-awarded", Some(Field::Date), remedy.into())
            }
            Rejection::RefundBeyondPaid { are_several, .. } => {
                let remedy = match are_several {
                    true => "check the entries already recorded for that day, and reverse any that are wrong",
                    false => "check the amount and the award",
                };
                ("refund-beyond-paid", Some(Field::Amount), remedy.into())
            }
            Rejection::NoPaymentReturned { .. } => {
                let remedy = "check the amount; if part of a payment came back, give the record number of the payment; unspent money that a recipient pays back is a refund";
                ("no-payment-returned", Some(Field::Amount), remedy.into())
            }
            Rejection::KindNeeded { .. } => {
                let remedy = "add a column named `kind` that states refund, refund-available or returned";
                ("kind-needed", Some(Field::Amount), remedy.into())
            }
            Rejection::AfterToday { what, .. } => {
                let remedy = match *what {
                    "payment" => "schedule an instalment, and record the payment when it is made",
                    _ => "check the date; record the transaction once it has taken place",
                };
                ("after-today", Some(Field::Date), remedy.into())
            }
            Rejection::PaidBeforeDecision { .. } => {
                ("paid-before-decision", Some(Field::Date), Remedy::GiveReasonBeforeDecision)
            }
            Rejection::MonthNotOver(_) => {
                ("month-not-over", None, "close the month after it has ended".into())
            }
            Rejection::AboveLimit { .. } => ("above-limit", Some(Field::Amount), "check the amount".into()),
            Rejection::AwardBelowZero { .. } => {
                let remedy = "check the amount; if the award is to end, withdraw it";
                ("award-below-zero", Some(Field::Amount), remedy.into())
            }
            Rejection::InstalmentsBeyondAward { .. } => {
                let remedy = "check the instalments already scheduled";
                ("instalments-beyond-award", Some(Field::Amount), remedy.into())
            }
            Rejection::TooManyRecords { .. } => {
                let remedy = "check the award id; if it is right, add a second award for the rest and record later entries under that award";
                ("too-many-records", Some(Field::Award), remedy.into())
            }
            Rejection::NothingVaried => ("nothing-varied", None, "give a new amount or a new period".into()),
            Rejection::NothingStated => {
                ("nothing-stated", None, "enter the details that the decision states".into())
            }
            Rejection::NothingCorrected(_) => (
                "nothing-corrected",
                None,
                "give the correct recipient, amount, purpose, fund or theme".into(),
            ),
            Rejection::NoPeriodToExtend(_) => ("no-period-to-extend", None, Remedy::StatePeriod),
            Rejection::NotLater { .. } => {
                let remedy = "check the date; to shorten the period, use a variation";
                ("end-not-later", Some(Field::To), remedy.into())
            }
            Rejection::VariedLater { .. } => {
                let remedy = "check the date, or reverse the later variation first";
                ("varied-later", Some(Field::Date), remedy.into())
            }
            Rejection::Period(error) => ("end-before-start", Some(Field::To), error.hint().into()),
            Rejection::SamePurpose(_) => {
                ("same-purpose", Some(Field::Purpose), "check the award and the theme".into())
            }
            Rejection::NameNotLater(_) => ("name-not-later", None, "check the date".into()),
            Rejection::OutOfSequence { .. } => {
                ("out-of-sequence", None, "record the earlier ones first".into())
            }
            Rejection::NothingToReconcile => {
                let remedy = "give the payments, refunds or receipts that the line covers";
                ("nothing-to-reconcile", None, remedy.into())
            }
            Rejection::NotAtTheBank { .. } => {
                ("not-at-the-bank", None, "give payments, refunds and receipts from funders only".into())
            }
            Rejection::LineReconciled { by, .. } => {
                ("line-reconciled", None, Remedy::CheckRecord { record: *by })
            }
            Rejection::AlreadyReconciled { by, .. } => {
                ("already-reconciled", None, Remedy::CheckRecord { record: *by })
            }
            Rejection::LineDoesNotAddUp { .. } => {
                let remedy = "check which records the line covers; payments are negative on a statement";
                ("line-does-not-add-up", Some(Field::Amount), remedy.into())
            }
            Rejection::Bank(rejection) => rejection.about(),
            Rejection::StatementFault(_) => {
                let remedy = "export the statement again, and check its dates and balances";
                ("statement-does-not-add-up", None, remedy.into())
            }
            Rejection::StatementDiffers { by, .. } => {
                ("statement-differs", None, Remedy::CheckRecord { record: *by })
            }
            Rejection::LinesOfTwoAccounts { .. } => {
                ("lines-of-two-accounts", None, "reconcile the lines of each account separately".into())
            }
            Rejection::ExplainedWithRecords => {
                let remedy = "give either records, or the reason why the line is not in these books";
                ("explained-with-records", None, remedy.into())
            }
            Rejection::RemainderNotPart { .. } => {
                let remedy = "give a remainder that is smaller than the statement line and has the same sign";
                ("remainder-not-part", Some(Field::Amount), remedy.into())
            }
            Rejection::ReconciliationOfClosed(_) => {
                ("reconciliation-finally-closed", None, Remedy::ListClosedMonths)
            }
            Rejection::AlreadyReversed { .. } => ("already-reversed", None, Remedy::EnterAgain),
            Rejection::HasDependents { by, .. } => ("has-dependents", None, reverse_first(by)),
            Rejection::BatchHasDependents { by, .. } => ("batch-has-dependents", None, reverse_first(by)),
            Rejection::NotReversible { what: "reversal", .. } => ("not-reversible", None, Remedy::EnterAgain),
            Rejection::NotReversible { .. } => ("not-reversible", None, Remedy::FindCommand),
            Rejection::NotClosed(_) => ("not-closed", None, Remedy::ListClosedMonths),
            Rejection::FinallyClosed(month) => {
                ("finally-closed", None, Remedy::PostLateInstead { month: *month })
            }
            Rejection::LaterClosed { later, .. } => {
                let last = later.last().map(|last| Remedy::ReopenFirst { month: *last });
                ("later-month-closed", None, last.unwrap_or_else(|| "reopen the later months first".into()))
            }
            Rejection::EarlierOpen { earlier, .. } => {
                let first = earlier.first().map(|first| Remedy::CloseFirst { month: *first });
                let remedy = first.unwrap_or_else(|| "close the months in order".into());
                ("earlier-month-open", None, remedy)
            }
            Rejection::EarlierNotFinal { earlier, .. } => {
                let first = earlier.first().map(|first| Remedy::CloseFinally { month: *first });
                let remedy = first.unwrap_or_else(|| "close the months in order".into());
                ("earlier-month-not-final", None, remedy)
            }
            Rejection::NotReadyToClose { .. } => {
                ("not-ready-to-close", None, "correct the problems found".into())
            }
            Rejection::NotAllowed(denied) => (denied.code(), None, denied.remedy()),
            Rejection::NotAProposal(_) => ("not-a-proposal", None, Remedy::ListPending),
            Rejection::ProposalVoid { proposal, .. } => {
                ("proposal-changed", None, Remedy::ReplaceProposal { proposal: *proposal })
            }
            Rejection::DiffersFromProposal(_) => ("proposal-changed", None, Remedy::ListPending),
            Rejection::Overflow(_) => {
                ("sum-too-large", Some(Field::Amount), "check the amounts for extra digits".into())
            }
            Rejection::Entry(_) => {
                let remedy = "report this as a defect in almoner; nothing was recorded";
                ("entry-does-not-balance", None, remedy.into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
