//! The steps to the end of a financial year, each with what was checked of it.
//!
//! **Guarantee.** A step is done only where a check says so. What nothing here can check has the state
//! [`State::NotChecked`] and says what to do. Whether a month can be closed is decided by the rule that closes it.

mod bank;
mod closing;
mod records;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_papers::render::json;
use serde::Serialize;

use crate::error::Error;
use crate::figures::Days;
use crate::steps::{self, Case, State};

/// The part of the work that a step belongs to, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Records,
    Bank,
    Closing,
    Papers,
}

impl Part {
    /// All parts, in order.
    pub const ALL: [Part; 4] = [Part::Records, Part::Bank, Part::Closing, Part::Papers];

    /// Returns what the part is called.
    pub const fn title(self) -> &'static str {
        match self {
            Part::Records => "Records of the year",
            Part::Bank => "Bank",
            Part::Closing => "Closing",
            Part::Papers => "Papers and the next year",
        }
    }
}

/// A step, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the titles say it")]
pub enum StepKind {
    Proposals,
    NotStated,
    NoPeriod,
    Instalments,
    Monitoring,
    Recoveries,
    Budgets,
    Statements,
    Balances,
    StatementLines,
    NotOnStatement,
    Accounts,
    MonthsClosed,
    MonthsFinal,
    Disclosures,
    Schedule,
    Pack,
    FinanceJournal,
    Checkpoint,
    NextBudgets,
}

impl StepKind {
    /// Returns what the step is.
    pub const fn title(self) -> &'static str {
        match self {
            StepKind::Proposals => "Approve or reject the year's pending proposals",
            StepKind::NotStated => "Add details missing from awards",
            StepKind::NoPeriod => "Add missing periods to awards that are not fully paid",
            StepKind::Instalments => "Pay or reschedule overdue instalments",
            StepKind::Monitoring => "Obtain or waive overdue monitoring reports",
            StepKind::Recoveries => "Collect recoveries due",
            StepKind::Budgets => "Keep funds within their budgets",
            StepKind::Statements => "Record the bank statements to the end of the year",
            StepKind::Balances => "Resolve gaps between bank statements",
            StepKind::StatementLines => "Match or explain the lines of bank statements",
            StepKind::NotOnStatement => "Match payments and receipts to bank statements",
            StepKind::Accounts => "Balance the accounts",
            StepKind::MonthsClosed => "Close the months",
            StepKind::MonthsFinal => "Close the months finally",
            StepKind::Disclosures => "Publish the monthly disclosures",
            StepKind::Schedule => "Agree the year-end schedule",
            StepKind::Pack => "Issue the pack for the Chief Finance Officer, and the returns to funders",
            StepKind::FinanceJournal => "Post the year-end entries to the finance system",
            StepKind::Checkpoint => "Give the auditor a signed checkpoint, and make a backup",
            StepKind::NextBudgets => "Set next year's budgets",
        }
    }

    /// Returns the part that the step belongs to.
    pub const fn part(self) -> Part {
        match self {
            StepKind::Proposals
            | StepKind::NotStated
            | StepKind::NoPeriod
            | StepKind::Instalments
            | StepKind::Monitoring
            | StepKind::Recoveries
            | StepKind::Budgets => Part::Records,
            StepKind::Statements
            | StepKind::Balances
            | StepKind::StatementLines
            | StepKind::NotOnStatement => Part::Bank,
            StepKind::Accounts | StepKind::MonthsClosed | StepKind::MonthsFinal => Part::Closing,
            StepKind::Disclosures
            | StepKind::Schedule
            | StepKind::Pack
            | StepKind::FinanceJournal
            | StepKind::Checkpoint
            | StepKind::NextBudgets => Part::Papers,
        }
    }
}

/// A step to the end of a year.
pub type Step = steps::Step<StepKind>;

fn new(kind: StepKind, state: State, note: Option<String>) -> Step {
    Step::new((kind, kind.title()), state, note)
}

fn not_checked(kind: StepKind, note: &str) -> Step {
    new(kind, State::NotChecked, Some(note.to_owned()))
}

/// The steps of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearEnd {
    /// The schema, with its version.
    pub schema: &'static str,
    /// The name of the body.
    pub body: String,
    /// The hash of the last record.
    pub head: String,
    /// The year.
    pub year: FinancialYear,
    /// The last day of the year.
    pub ends: Date,
    /// The day as at which the steps are checked.
    pub as_at: Date,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// What every check knows.
struct Check<'a> {
    books: &'a dyn Books,
    year: FinancialYear,
    /// The last day of the year.
    ends: Date,
    /// The day as at which it is checked.
    as_at: Date,
    /// True once the year is over.
    is_over: bool,
    /// How many cases of a step are put in words.
    named: usize,
}

impl Check<'_> {
    /// Returns a step with cases that are open, which are in order. Without any it is done, before the end of the year
    /// only so far.
    fn of_cases(&self, step: StepKind, mut cases: Vec<Case>) -> Step {
        let state = match (cases.is_empty(), self.is_over) {
            (false, _) => State::Open,
            (true, true) => State::Done,
            (true, false) => State::DoneSoFar,
        };
        let count = cases.len();
        cases.truncate(self.named);
        Step { count, first: cases, ..new(step, state, None) }
    }
}

impl YearEnd {
    /// The schema of the steps.
    pub const SCHEMA: &str = "almoner.year-end-steps/1";
    /// The number of cases of each step that are put in words for programs.
    pub const NAMED: usize = 100;

    /// Returns the steps of a year, with so many cases of each in words.
    ///
    /// # Errors
    ///
    /// A year that has not begun, or unreadable books.
    pub fn of(books: &dyn Books, days: Days, year: FinancialYear, named: usize) -> Result<YearEnd, Error> {
        let range = year.range();
        if days.known < range.from() {
            let message = format!("the financial year {year} begins on {}", range.from().in_words());
            return Err(Error::refused("year-not-begun", message).advice("choose a year that has begun"));
        }
        let ends = range.to();
        let (as_at, is_over) = (days.known.min(ends), days.known > ends);
        let check = Check { books, year, ends, as_at, is_over, named };
        let mut steps = check.records()?;
        steps.extend(check.bank()?);
        steps.extend(check.closing(days.known)?);
        steps.extend(check.papers());
        Ok(YearEnd {
            schema: YearEnd::SCHEMA,
            body: books.reference().body_name().to_owned(),
            head: books.head().hash.to_string(),
            year,
            ends,
            as_at,
            steps,
        })
    }

    /// Returns the year whose end is nearest: the last one that is over, unless the books begin later or end earlier.
    pub fn usual_year(books: &dyn Books, today: Date) -> FinancialYear {
        let years = || books.totals().iter().map(|(_, month, _)| month.financial_year());
        let last = today.financial_year().previous();
        match (years().min(), years().max()) {
            (Some(first), _) if last < first => first.min(today.financial_year()),
            (_, Some(latest)) if last > latest => latest,
            _ => last,
        }
    }

    /// Returns the steps of a part.
    pub fn of_part(&self, part: Part) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |it| it.step.part() == part)
    }

    /// Returns how many steps are in each state, in words.
    pub fn summary(&self) -> String {
        steps::summary(&self.steps)
    }

    /// Returns them as JSON.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}

#[cfg(test)]
mod tests;
