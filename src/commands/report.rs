//! `almoner report …`: run a report.
//!
//! Each report has a file here with its arguments. They become a query of the core's reports;
//! [`almoner_papers::reports`] makes the sheet and [`almoner_papers::render`] writes it. No clock and no ledger is opened here: the
//! caller provides the day, and the books as known at [`ReportArgs::known_at`].

mod budget;
mod changes;
mod commitments;
mod decisions;
mod grant;
mod grants;
mod indicators;
mod late;
mod monitoring;
mod not_stated;
mod papers;
mod periods;
pub(super) mod range;
mod recipient;
mod recipients;
mod themes;
mod trial_balance;
mod year_end;

#[cfg(test)]
mod tests;

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{CalendarError, Date};
use almoner_ledger::reports::{Published, Query, ReportError};
use almoner_store::KnownAt;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::audience::AudienceArgs;
use crate::output::{ColumnArgs, OutputArgs, OutputError};
use crate::problem::Problem;
use almoner_papers::render::{Format, RenderError, Terminal, json, paper_rendered};
use almoner_papers::reports::fields::withheld_in_words;
use almoner_papers::sheet::Sheet;

// A doc comment here would take the place of the command's own in the help.
#[derive(Debug, Args)]
#[command(subcommand_value_name = "REPORT", subcommand_help_heading = "Reports")]
pub struct ReportArgs {
    #[command(subcommand)]
    report: Report,

    /// As known at the end of a day, or after a record [default: now]
    #[arg(long, global = true, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    #[command(flatten)]
    audience: AudienceArgs,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    columns: ColumnArgs,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Report {
    /// Spending by theme, fund, objective, recipient or power
    Themes(themes::ThemesArgs),
    /// Spending by month, quarter or year
    Periods(periods::PeriodsArgs),
    /// Grants with their figures at a date
    Grants(grants::GrantsArgs),
    /// Statement of one grant
    Grant(grant::GrantArgs),
    /// Recipients with the figures of their grants at a date
    Recipients(recipients::RecipientsArgs),
    /// One recipient with its grants
    Recipient(recipient::RecipientArgs),
    /// Awards, variations, withdrawals and changes of purpose
    Changes(changes::ChangesArgs),
    /// Late postings, and postings to closed months
    Late(late::LateArgs),
    /// Awards without a stated fund, theme, power, period and so on
    NotStated(not_stated::NotStatedArgs),
    /// Register of decisions, with missing numbers
    Decisions(decisions::DecisionsArgs),
    /// Milestones and monitoring reports due, overdue and received
    Monitoring(monitoring::MonitoringArgs),
    /// Expenditure by theme, with performance indicators
    Indicators(indicators::IndicatorsArgs),
    /// Public papers, with the decisions and grants in them
    Papers(papers::PapersArgs),
    /// Budgets against expenditure, by fund and theme
    Budget(budget::BudgetArgs),
    /// Outstanding commitments by due date
    Commitments(commitments::CommitmentsArgs),
    /// Balance of every account by fund, at a month end
    TrialBalance(trial_balance::TrialBalanceArgs),
    /// Prepayments, accruals and recoveries due at 31 March
    YearEnd(year_end::YearEndArgs),
}

/// The reason why a report was not run or not written. The error within has the hint.
#[derive(Debug)]
pub enum ReportProblem {
    /// The dates are not a valid range.
    Range(CalendarError),
    /// The report cannot be produced.
    Report(ReportError),
    /// No column may be shown to this audience.
    NotFor(Audience),
    /// The output cannot be written.
    Output(OutputError),
}

impl std::fmt::Display for ReportProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReportProblem::Range(error) => error.fmt(f),
            ReportProblem::Report(error) => error.fmt(f),
            ReportProblem::NotFor(audience) => {
                write!(f, "this report has no columns for the audience `{audience}`")
            }
            ReportProblem::Output(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReportProblem {}

impl From<CalendarError> for ReportProblem {
    fn from(error: CalendarError) -> ReportProblem {
        ReportProblem::Range(error)
    }
}

impl From<ReportError> for ReportProblem {
    fn from(error: ReportError) -> ReportProblem {
        ReportProblem::Report(error)
    }
}

impl From<RenderError> for ReportProblem {
    fn from(error: RenderError) -> ReportProblem {
        ReportProblem::Output(error.into())
    }
}

impl From<OutputError> for ReportProblem {
    fn from(error: OutputError) -> ReportProblem {
        ReportProblem::Output(error)
    }
}

impl From<ReportProblem> for Problem {
    fn from(problem: ReportProblem) -> Problem {
        match problem {
            ReportProblem::Range(error) => error.into(),
            ReportProblem::Report(error) => error.into(),
            ReportProblem::NotFor(_) => Problem::refused("not-for-audience", problem.to_string())
                .hint("add --audience officer, and do not release the output outside the office"),
            ReportProblem::Output(error) => error.into(),
        }
    }
}

impl ReportArgs {
    /// Returns the time of knowledge; `None` is now.
    pub fn known_at(&self) -> Option<KnownAt> {
        self.known_at
    }

    /// Returns the audience of the report.
    pub fn audience(&self) -> Audience {
        self.audience.or(Audience::Officer)
    }

    /// Returns true when the report can be produced from reference data and totals, without reading
    /// grants. Never wrongly true; the arguments may still be refused.
    pub fn needs_only_totals(&self, today: Date) -> bool {
        match &self.report {
            Report::Themes(args) => args.needs_only_totals(today),
            Report::Periods(args) => args.needs_only_totals(today),
            Report::Budget(args) => args.needs_only_totals(today),
            Report::TrialBalance(_) => true,
            _ => false,
        }
    }
}

/// Runs the report on these books and writes the output.
pub fn run(
    args: &ReportArgs,
    books: &Published<'_>,
    today: Date,
    terminal: &Terminal,
) -> Result<(), ReportProblem> {
    let page = Page { books, today, output: &args.output, columns: &args.columns, terminal: *terminal };
    args.columns.prepared(&args.output, *terminal)?;
    match &args.report {
        Report::Themes(args) => args.run(page),
        Report::Periods(args) => args.run(page),
        Report::Grants(args) => args.run(page),
        Report::Grant(args) => args.run(page),
        Report::Recipients(args) => args.run(page),
        Report::Recipient(args) => args.run(page),
        Report::Changes(args) => args.run(page),
        Report::Late(args) => args.run(page),
        Report::NotStated(args) => args.run(page),
        Report::Decisions(args) => args.run(page),
        Report::Monitoring(args) => args.run(page),
        Report::Indicators(args) => args.run(page),
        Report::Papers(args) => args.run(page),
        Report::Budget(args) => args.run(page),
        Report::Commitments(args) => args.run(page),
        Report::TrialBalance(args) => args.run(page),
        Report::YearEnd(args) => args.run(page),
    }
}

/// The books, day and output of a report.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) books: &'a Published<'a>,
    pub(super) today: Date,
    pub(super) output: &'a OutputArgs,
    pub(super) columns: &'a ColumnArgs,
    pub(super) terminal: Terminal,
}

impl Page<'_> {
    /// Returns the notes on withheld amounts.
    fn withheld_in_words(self, query: &Query) -> Result<Vec<String>, ReportProblem> {
        Ok(withheld_in_words(self.books, query).map_err(ReportError::from)?)
    }

    /// Writes a report, without the columns that its audience may not see.
    pub(super) fn write<R: Serialize>(
        self,
        report: &R,
        sheet: impl FnOnce(&R) -> Sheet,
    ) -> Result<(), ReportProblem> {
        let (format, terminal) = self.columns.prepared(self.output, self.terminal)?;
        let audience = self.books.audience();
        if !audience.sees_confidential() {
            let mut sheet = sheet(report).for_audience(audience);
            if sheet.columns.is_empty() {
                return Err(ReportProblem::NotFor(audience));
            }
            if let Some(provenance) = &mut sheet.provenance {
                provenance.audience = Some(audience);
            }
            if format == Format::Json {
                return Ok(self.output.write(&json::visible(report, &sheet)?)?);
            }
            let sheet = self.columns.choose(sheet)?;
            return Ok(self.output.write(&paper_rendered(&sheet.into(), format, terminal, None)?)?);
        }
        if format == Format::Json {
            return Ok(self.output.write(&json::text(report)?)?);
        }
        let sheet = self.columns.choose(sheet(report))?;
        Ok(self.output.write(&paper_rendered(&sheet.into(), format, terminal, None)?)?)
    }
}

/// Parses a day or a record number.
pub(super) fn known_at(text: &str) -> Result<KnownAt, CalendarError> {
    match text.trim().parse() {
        Ok(record) => Ok(KnownAt::Record(record)),
        Err(_) => super::dates::date(text).map(KnownAt::Date),
    }
}

/// Returns a query with the filter of the arguments.
pub(super) fn narrowed(
    query: Query,
    filter: &range::FilterArgs,
    books: &dyn Books,
) -> Result<Query, ReportError> {
    Ok(Query { filter: filter.words().resolve(books)?, purpose: filter.view(), ..query })
}
