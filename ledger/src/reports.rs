//! Reports: a query, a plain struct and a function over the books, one file each.
//!
//! **Guarantee.** The same books and the same query give the same report, to the byte. A report
//! reads the totals or the grants, never the journal, and knows nothing of how it will be drawn.
//! What every report begins with is its [`Stamp`]; what it is asked is a [`Query`]. The meaning
//! of each figure is in [`measures`].

pub mod budget;
mod budgets;
pub mod changes;
mod collect;
pub mod commitments;
pub mod compared;
pub mod decisions;
pub mod diff;
pub mod disclosure;
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
pub mod papers;
pub mod parts;
pub mod periods;
pub mod published;
pub mod recipient;
pub mod recipients;
pub mod themes;
pub mod trial_balance;
pub mod withheld;
pub mod year_end;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::totals::PurposeView;

pub use budget::{BudgetReport, budget};
pub use changes::{ChangesReport, changes};
pub use collect::Source;
pub use commitments::{CommitmentsReport, commitments};
pub use compared::{ComparedReport, compared};
pub use decisions::{DecisionsReport, decisions};
pub use diff::{DiffReport, diff};
pub use disclosure::{DisclosureReport, disclosure};
pub use explain::{ExplainReport, explain};
pub use filter::{Filter, FilterWords};
pub use forecast::{ForecastReport, forecast};
pub use funder::{FunderReport, funder};
pub use funds::{FundsReport, funds};
pub use giving::{GivingReport, giving};
pub use grant::{GrantReport, grant};
pub use grants::{GrantsReport, ending, grants};
pub use indicators::{IndicatorsReport, indicators};
pub use late::{LateReport, late};
pub use measures::{Measure, Measures};
pub use monitoring::{MonitoringReport, monitoring};
pub use not_stated::{NotStatedReport, not_stated};
pub use papers::{PapersReport, papers};
pub use periods::{Every, PeriodsReport, periods};
pub use published::Published;
pub use recipient::{RecipientReport, recipient};
pub use recipients::{RecipientsReport, recipients};
pub use themes::{By, ThemesReport, themes};
pub use trial_balance::{TrialBalanceReport, trial_balance};
pub use withheld::Withheld;
pub use year_end::{YearEndReport, year_end};

/// What a report is asked. Reports of a state (grants, commitments, …) are drawn as at the
/// range's last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The days reported on.
    pub range: DateRange,
    /// What it is narrowed to.
    pub filter: Filter,
    /// Under which purpose the pounds are shown.
    pub purpose: PurposeView,
    /// Where the figures are read from.
    pub source: Source,
}

impl Query {
    /// All of these days.
    pub fn of(range: DateRange) -> Query {
        Query { range, filter: Filter::default(), purpose: PurposeView::Dated, source: Source::Auto }
    }

    /// The day as at which a state is shown.
    pub fn as_at(&self) -> Date {
        self.range.to()
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No theme, fund, recipient, power or grant is called this.
    #[error("there is no {what} `{given}`{}", nearest.as_ref().map(|it| format!("; the nearest is `{it}`")).unwrap_or_default())]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// As given.
        given: String,
        /// The nearest that there is.
        nearest: Option<String>,
    },
    /// Several recipients have this name.
    #[error("several recipients are called `{name}`: {}", ids.join(", "))]
    AmbiguousRecipient {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// A trial balance is drawn at the end of a month only: receipts and releases of income are
    /// kept by month.
    #[error("a trial balance is drawn at the end of a month, and {0} is none")]
    NotAMonthEnd(Date),
    /// A fund's debits and credits differ, which no records that almoner wrote can bring about.
    #[error("fund {fund} does not balance: debits and credits differ by {by}")]
    OutOfBalance {
        /// The fund.
        fund: FundId,
        /// Debits less credits.
        by: Money,
    },
    /// The records do not come to the figure, which no records that almoner wrote can bring about.
    #[error("the records do not come to the figure `{figure}`: they are out by {by}")]
    Unexplained {
        /// Which figure.
        figure: String,
        /// The figure less what the records come to.
        by: Money,
    },
    /// The books could not be read.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// A sum is too large.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl ReportError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            ReportError::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            ReportError::Unknown { what: "grant", .. } => {
                "list the grants with `almoner report grants`".to_owned()
            }
            ReportError::Unknown { what: "power", .. } => {
                "the powers are s9, s143, other and not-stated".to_owned()
            }
            ReportError::Unknown { what: "objective", .. } => {
                "list the themes with their objectives with `almoner theme list`".to_owned()
            }
            ReportError::Unknown { what, .. } => format!("list them with `almoner {what} list`"),
            ReportError::AmbiguousRecipient { .. } => "give the recipient's id".to_owned(),
            ReportError::NotAMonthEnd(day) => {
                let month = day.month();
                format!("ask for {} or {}", month.plus(-1).last_day(), month.last_day())
            }
            ReportError::OutOfBalance { .. } | ReportError::Unexplained { .. } => {
                "run `almoner verify`".to_owned()
            }
            ReportError::Books(_) | ReportError::Overflow(_) => {
                "run `almoner verify`, then `almoner rebuild`".to_owned()
            }
        }
    }
}

/// How far the journal went when the report was drawn: the second of its two dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownAtStamp {
    /// The last record.
    pub record: u64,
    /// When that was recorded, UTC.
    pub at: String,
}

/// What every report begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The report's name and version: `almoner.report.themes/2`.
    pub schema: &'static str,
    /// Whose books.
    pub body: String,
    /// The days reported on, for reports of what happened.
    #[serde(flatten)]
    pub range: Option<DateRange>,
    /// The day as at which a state is shown, for reports of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_at: Option<Date>,
    /// How far the journal went.
    pub known_at: KnownAtStamp,
    /// The hash that vouches for everything up to there.
    pub head: String,
    /// Always `GBP`.
    pub currency: &'static str,
    /// What the report is narrowed to; absent when to nothing.
    #[serde(skip_serializing_if = "Filter::is_empty")]
    pub narrowed_to: Filter,
    /// `original` or `current`; absent for the usual view, each pound under its purpose as dated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<&'static str>,
}

impl Stamp {
    /// The stamp of a report that a query's filter and view of purposes do not touch.
    fn plain(books: &dyn Books, schema: &'static str) -> Stamp {
        let head = books.head();
        Stamp {
            schema,
            body: books.reference().body_name().to_owned(),
            range: None,
            as_at: None,
            known_at: KnownAtStamp { record: head.record, at: books.reference().last_recorded.to_string() },
            head: head.hash.to_string(),
            currency: "GBP",
            narrowed_to: Filter::default(),
            purpose: None,
        }
    }

    fn of_range(books: &dyn Books, schema: &'static str, query: &Query) -> Stamp {
        Stamp { range: Some(query.range), ..Stamp::narrowed(books, schema, query) }
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
