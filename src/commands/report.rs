//! `almoner report …`: figures out.
//!
//! Each report has a file here with its arguments and its sheet. Arguments become a query of the
//! core's reports; what comes back is drawn by [`crate::render`]. No clock and no ledger is
//! opened here: the caller gives the day, and books as they were known when [`ReportArgs::known_at`]
//! says.

mod budget;
pub(super) mod changes;
mod commitments;
pub(super) mod decisions;
pub(super) mod fields;
mod grant;
pub(super) mod grants;
pub(super) mod indicators;
mod late;
pub(super) mod monitoring;
pub(super) mod not_stated;
pub(super) mod papers;
pub(super) mod periods;
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
use almoner_ledger::store::KnownAt;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::audience::{AudienceArgs, withheld_in_words};
use crate::render::output::{OutputArgs, OutputError};
use crate::render::{Terminal, paper_rendered, rendered};
use crate::sheet::Sheet;

// A doc comment here would take the place of the command's own in the help.
#[derive(Debug, Args)]
#[command(subcommand_value_name = "REPORT", subcommand_help_heading = "Reports")]
pub struct ReportArgs {
    #[command(subcommand)]
    report: Report,

    /// Show what was known by the end of that day, or after that record [default: now]
    #[arg(long, global = true, value_name = "DATE|RECORD", value_parser = known_at)]
    known_at: Option<KnownAt>,

    #[command(flatten)]
    audience: AudienceArgs,

    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Report {
    /// Spending by theme, fund, objective, recipient or power
    Themes(themes::ThemesArgs),
    /// Spending by month, quarter or year, from opening to closing commitments
    Periods(periods::PeriodsArgs),
    /// All grants with what they came to
    Grants(grants::GrantsArgs),
    /// The statement of one grant
    Grant(grant::GrantArgs),
    /// All recipients with what their grants came to
    Recipients(recipients::RecipientsArgs),
    /// One recipient with its grants
    Recipient(recipient::RecipientArgs),
    /// Awards made, varied, extended and withdrawn, and changes of purpose
    Changes(changes::ChangesArgs),
    /// What was booked after its closed month, or let into it
    Late(late::LateArgs),
    /// How many awards have no fund, theme, power, period and so on stated
    NotStated(not_stated::NotStatedArgs),
    /// The register of decisions, and the numbers missing in it
    Decisions(decisions::DecisionsArgs),
    /// Milestones and monitoring reports: due, overdue and received
    Monitoring(monitoring::MonitoringArgs),
    /// Spending by theme beside figures from outside
    Indicators(indicators::IndicatorsArgs),
    /// Which decision or grant appeared in which public paper
    Papers(papers::PapersArgs),
    /// Budgets against charges, by fund and theme
    Budget(budget::BudgetArgs),
    /// When what is promised falls due
    Commitments(commitments::CommitmentsArgs),
    /// Every account of every fund at the end of a month
    TrialBalance(trial_balance::TrialBalanceArgs),
    /// Prepayments, accruals and recoveries at 31 March
    YearEnd(year_end::YearEndArgs),
}

/// Why a report was not drawn or not written; what to do next is said by the error within.
#[derive(Debug)]
pub enum ReportProblem {
    /// The dates make no range.
    Range(CalendarError),
    /// There is no such report.
    Report(ReportError),
    /// It is not for this audience.
    NotFor(Audience),
    /// It could not be written.
    Output(OutputError),
}

impl std::fmt::Display for ReportProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReportProblem::Range(error) => error.fmt(f),
            ReportProblem::Report(error) => error.fmt(f),
            ReportProblem::NotFor(audience) => {
                write!(f, "nothing of this report is for the audience `{audience}`")
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

impl From<OutputError> for ReportProblem {
    fn from(error: OutputError) -> ReportProblem {
        ReportProblem::Output(error)
    }
}

impl ReportArgs {
    /// As known when the report is asked for; `None` is now.
    pub fn known_at(&self) -> Option<KnownAt> {
        self.known_at
    }

    /// For whom it is drawn.
    pub fn audience(&self) -> Audience {
        self.audience.or(Audience::Officer)
    }

    /// True when the report needs the books' reference data and totals alone, so that no grant
    /// need be read. Never true wrongly; the arguments may still be refused.
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

/// Draws the report from these books and writes it to where the arguments say.
pub fn run(
    args: &ReportArgs,
    books: &Published<'_>,
    today: Date,
    terminal: &Terminal,
) -> Result<(), ReportProblem> {
    let page = Page { books, today, output: &args.output, terminal: *terminal };
    args.output.prepared(*terminal)?;
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

/// What every report is drawn from and written to.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) books: &'a Published<'a>,
    pub(super) today: Date,
    pub(super) output: &'a OutputArgs,
    pub(super) terminal: Terminal,
}

impl Page<'_> {
    /// What is said under figures of what is not in them.
    fn withheld_in_words(self, query: &Query) -> Result<Vec<String>, ReportProblem> {
        Ok(withheld_in_words(self.books, query).map_err(ReportError::from)?)
    }

    /// Writes a report, without what its audience may not see.
    pub(super) fn write<R: Serialize>(
        self,
        report: &R,
        sheet: impl FnOnce(&R) -> Sheet,
    ) -> Result<(), ReportProblem> {
        let (format, terminal) = self.output.prepared(self.terminal)?;
        let audience = self.books.audience();
        if !audience.sees_confidential() {
            // Fields are decided upon in the sheet, so JSON is made of it, too.
            let mut sheet = sheet(report).for_audience(audience);
            if sheet.columns.is_empty() {
                return Err(ReportProblem::NotFor(audience));
            }
            let left_out = "whatever rests on a confidential decision is left out";
            sheet.facts.push(("Audience", format!("{audience}: {left_out}")));
            return Ok(self.output.write(&paper_rendered(&sheet.into(), format, terminal, None)?)?);
        }
        Ok(self.output.write(&rendered(report, sheet, format, terminal)?)?)
    }
}

/// Reads a day or a record's number.
pub(super) fn known_at(text: &str) -> Result<KnownAt, CalendarError> {
    match text.trim().parse() {
        Ok(record) => Ok(KnownAt::Record(record)),
        Err(_) => Date::parse(text).map(KnownAt::Date),
    }
}

/// A query by arguments that narrow it.
pub(super) fn narrowed(
    query: Query,
    filter: &range::FilterArgs,
    books: &dyn Books,
) -> Result<Query, ReportError> {
    Ok(Query { filter: filter.words().resolve(books)?, purpose: filter.view(), ..query })
}
