//! Reports: a query, a plain struct and a function over the books, one file each.
//!
//! **Guarantee.** The same books and the same query give the same report, to the byte. A report
//! reads the totals or the grants, never the journal, and does not know how it is rendered. Each
//! answers a [`Query`] and begins with a [`Stamp`]; [`measures`] defines the figures. A `None` is *not
//! stated*, unless a comment says otherwise.

#![allow(missing_docs, reason = "names that say it all have no doc")]

/// Lets figures be added to figures of the same kind, one by one. A figure that is forgotten does not compile.
macro_rules! summed {
    ($figures:ident { $($figure:ident),+ }) => {
        impl $figures {
            pub fn add(&mut self, other: &$figures) -> Result<(), $crate::money::Overflow> {
                #[allow(unused_imports, reason = "only some figures are absent in some periods")]
                use $crate::reports::measures::AddIfAny as _;
                let $figures { $($figure),+ } = self;
                $($figure.add(other.$figure)?;)+
                Ok(())
            }

            pub fn sum<'a>(all: impl IntoIterator<Item = &'a $figures>) -> Result<$figures, $crate::money::Overflow> {
                let mut sum = $figures::default();
                all.into_iter().try_for_each(|it| sum.add(it))?;
                Ok(sum)
            }
        }
    };
}

pub mod bank_reconciliation;
pub mod budget;
mod budgets;
pub mod changes;
mod collect;
pub mod commitments;
pub mod compared;
mod dated;
pub mod decisions;
pub mod diff;
pub mod disclosure;
pub mod ending;
pub mod explain;
pub mod filter;
pub mod forecast;
pub mod funder;
pub mod funds;
pub mod giving;
pub mod grant;
pub mod grants;
pub mod indicators;
pub mod late;
pub mod measures;
pub mod monitoring;
pub mod not_stated;
mod paging;
pub mod papers;
pub mod parts;
pub mod payments;
pub mod periods;
pub mod prior_period;
pub mod published;
pub mod recipient;
pub mod recipients;
pub mod themes;
mod to_come;
pub mod trial_balance;
pub mod withheld;
pub mod year_end;

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange};
use crate::clock::day_of;
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::rejection::Field;
use crate::remedy::Remedy;
use crate::totals::PurposeView;

pub use bank_reconciliation::{BankReconciliationReport, bank_reconciliation};
pub use budget::{BudgetReport, budget};
pub use changes::{ChangesReport, changes};
pub use collect::Source;
pub use commitments::{CommitmentsReport, commitments};
pub use compared::{ComparedReport, compared};
pub use decisions::{DecisionsReport, decisions, decisions_page};
pub use diff::{DiffReport, diff};
pub use disclosure::{DisclosureReport, disclosure};
pub use ending::{EndingReport, ending};
pub use explain::{ExplainReport, explain};
pub use filter::{Filter, FilterWords, power};
pub use forecast::{ForecastReport, forecast};
pub use funder::{FunderReport, funder};
pub use funds::{FundsReport, funds};
pub use giving::{GivingReport, giving};
pub use grant::{GrantReport, grant, grant_to_date};
pub use grants::{GrantsReport, grants, grants_page};
pub use indicators::{IndicatorsReport, indicators};
pub use late::{LateReport, late};
pub use measures::{Measure, Measures};
pub use monitoring::{MonitoringReport, monitoring};
pub use not_stated::{NotStatedReport, not_stated};
pub use paging::{Page, Paged};
pub use papers::{PapersReport, papers};
pub use payments::{PaymentState, PaymentsReport, payments};
pub use periods::{Every, PeriodsReport, periods};
pub use published::Published;
pub use recipient::{RecipientReport, recipient};
pub use recipients::{RecipientsReport, recipients, recipients_page};
pub use themes::{By, ThemesReport, themes};
pub use trial_balance::{TrialBalanceReport, trial_balance};
pub use withheld::Withheld;
pub use year_end::{YearEndReport, year_end};

/// The query that a report answers. Movements are those of the range up to the reporting date; balances are
/// as at that date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub range: DateRange,
    /// The day after which nothing counts, where it is before the range's end.
    pub reporting: Date,
    pub filter: Filter,
    pub purpose: PurposeView,
    pub source: Source,
}

impl Query {
    /// Returns the query of a period without any filter, as at its end.
    pub fn of(range: DateRange) -> Query {
        let (filter, purpose) = (Filter::default(), PurposeView::Dated);
        Query { range, reporting: range.to(), filter, purpose, source: Source::Auto }
    }

    /// Returns the same query as at a day, or as at the range's end where that is earlier.
    #[must_use]
    pub fn on(self, reporting: Date) -> Query {
        Query { reporting, ..self }
    }

    /// Returns the reporting date: balances are as at this day, and nothing after it counts.
    pub fn as_at(&self) -> Date {
        self.reporting.min(self.range.to())
    }

    /// Returns true for days of the range up to the reporting date.
    pub fn covers(&self, day: Date) -> bool {
        self.range.contains(day) && day <= self.as_at()
    }

    /// Returns true when the range is whole financial years. Only then is there something that remains of a
    /// budget, and something still to recognise.
    pub fn is_of_whole_years(&self) -> bool {
        let (from, to) = (self.range.from(), self.range.to());
        from == from.financial_year().range().from() && to == to.financial_year().range().to()
    }

    /// Returns the end of the last whole month by the reporting date, to which budgets are profiled.
    fn last_month_end(&self) -> Date {
        let as_at = self.as_at();
        if as_at == as_at.month().last_day() { as_at } else { as_at.month().first_day().previous_day() }
    }

    /// Returns true when the reporting date is in a year of the range and not its last day. What is to be
    /// recognised without a date counts in such a year only.
    fn is_running(&self) -> bool {
        let as_at = self.as_at();
        self.range.contains(as_at) && as_at != as_at.financial_year().range().to()
    }
}

/// The reason why a report cannot be produced.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no theme, fund, recipient, power or grant of this name.
    #[error("there is no {what} `{given}`")]
    Unknown {
        /// The kind of thing: `theme`, `fund` …
        what: &'static str,
        given: String,
        /// The most similar known name.
        nearest: Option<String>,
    },
    /// Several themes, funds or recipients have this name.
    #[error("several {what}s are called `{name}`: {}", ids.join(", "))]
    Ambiguous {
        /// The kind of thing: `theme`, `fund` or `recipient`.
        what: &'static str,
        name: String,
        ids: Vec<String>,
    },
    /// A figure of whole years was requested for another period, or one of part years for whole years.
    #[error("`{column}` is not a figure of {}", if *.whole_years { "whole financial years" } else { "part years" })]
    NotOfPeriod { column: Measure, whole_years: bool },
    /// Balances are available at month ends only: receipts and releases of income are totalled by
    /// month.
    #[error("balances are available at month ends only: {} is not the last day of a month", .0.in_words())]
    NotAMonthEnd(Date),
    /// The debits and credits of a fund differ, which records written by almoner cannot cause.
    #[error("fund {fund} does not balance: debits and credits differ by {by}")]
    OutOfBalance { fund: FundId, by: Money },
    /// The records do not add up to the figure, which records written by almoner cannot cause.
    #[error("the records do not add up to the figure `{figure}`: the difference is {by}")]
    Unexplained {
        figure: String,
        /// The figure less the sum of the records.
        by: Money,
    },
    #[error(transparent)]
    Books(#[from] BooksError),
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl ReportError {
    /// Returns the filter that the error is about, if it is about one.
    pub fn field(&self) -> Option<Field> {
        match self {
            ReportError::Unknown { what, .. } | ReportError::Ambiguous { what, .. } => Field::of_column(what),
            ReportError::NotAMonthEnd(_)
            | ReportError::NotOfPeriod { .. }
            | ReportError::OutOfBalance { .. }
            | ReportError::Unexplained { .. }
            | ReportError::Books(_)
            | ReportError::Overflow(_) => None,
        }
    }

    pub fn remedy(&self) -> Remedy {
        match self {
            ReportError::Unknown { nearest: Some(nearest), .. } => {
                Remedy::Advice(format!("did you mean `{nearest}`?"))
            }
            ReportError::Unknown { what: "grant", .. } => Remedy::ListAwards,
            ReportError::Unknown { what: "power", .. } => {
                "the powers are s9, s143, other and not-stated".into()
            }
            ReportError::Unknown { what: "objective", .. } => Remedy::ListObjectives,
            ReportError::Unknown { what: "bank account", .. } => {
                "check the account number, or record a bank statement for that account first".into()
            }
            ReportError::Unknown { what, .. } => Remedy::ListKnown { what },
            ReportError::Ambiguous { what, .. } => Remedy::Advice(format!("give the id of the {what}")),
            ReportError::NotAMonthEnd(day) => {
                let (before, after) = (day.month().plus(-1).last_day(), day.month().last_day());
                Remedy::Advice(format!("choose {} or {}", before.in_words(), after.in_words()))
            }
            ReportError::NotOfPeriod { whole_years: true, .. } => {
                "choose still_to_recognise or remaining, or a period that is not whole financial years".into()
            }
            ReportError::NotOfPeriod { whole_years: false, .. } => {
                "choose profiled_budget or variance, or whole financial years".into()
            }
            ReportError::OutOfBalance { .. }
            | ReportError::Unexplained { .. }
            | ReportError::Books(_)
            | ReportError::Overflow(_) => Remedy::VerifyLedger,
        }
    }
}

/// Returns the day of the last record in the books.
pub fn last_day(books: &dyn Books) -> Option<Date> {
    day_of(&books.reference().last_recorded)
}

/// The last record that a report takes into account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownAtStamp {
    /// Absent for audiences that may not see records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The time of recording, UTC; for those audiences, the day as at which the books are known.
    pub at: String,
}

impl KnownAtStamp {
    /// Returns the last record of the books. For an audience that may not see records, the head is withheld.
    pub fn of(books: &dyn Books) -> KnownAtStamp {
        let (head, at) = (books.head(), books.reference().last_recorded.to_string());
        KnownAtStamp { record: head.shown().map(|head| head.record), at }
    }
}

/// The heading of every report: what it covers and which records it is based on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The report's name and version: `almoner.report.themes/2`.
    pub schema: &'static str,
    pub body: String,
    /// The period, for reports of movements.
    #[serde(flatten)]
    pub range: Option<DateRange>,
    /// The reporting date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_at: Option<Date>,
    pub known_at: KnownAtStamp,
    /// The hash of all records up to that one; absent for audiences that may not see records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Always `GBP`.
    pub currency: &'static str,
    /// The filter; absent where there is none.
    #[serde(skip_serializing_if = "Filter::is_empty")]
    pub narrowed_to: Filter,
    /// `original` or `current`; absent for the usual view, in which money is shown under the purpose in
    /// force when it was posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'static str>,
}

impl Stamp {
    /// Returns the stamp of a report to which filters and views of purposes do not apply.
    fn plain(books: &dyn Books, schema: &'static str) -> Stamp {
        Stamp {
            schema,
            body: books.reference().body_name().to_owned(),
            range: None,
            as_at: None,
            known_at: KnownAtStamp::of(books),
            head: books.head().shown().map(|head| head.hash.to_string()),
            currency: "GBP",
            narrowed_to: Filter::default(),
            purpose: None,
        }
    }

    fn of_range(books: &dyn Books, schema: &'static str, query: &Query) -> Stamp {
        Stamp { range: Some(query.range), ..Stamp::of_day(books, schema, query) }
    }

    fn of_day(books: &dyn Books, schema: &'static str, query: &Query) -> Stamp {
        Stamp { as_at: Some(query.as_at()), ..Stamp::narrowed(books, schema, query) }
    }

    fn narrowed(books: &dyn Books, schema: &'static str, query: &Query) -> Stamp {
        let purpose = match query.purpose {
            PurposeView::Dated => None,
            PurposeView::Original => Some("original"),
            PurposeView::Current => Some("current"),
        };
        Stamp { narrowed_to: query.filter.clone(), purpose, ..Stamp::plain(books, schema) }
    }
}
