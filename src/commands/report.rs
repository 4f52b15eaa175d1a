//! `almoner report …`: run a report.
//!
//! The arguments become a query of the core's reports; [`almoner_papers::reports`] makes the sheet and
//! [`almoner_papers::render`] writes it. No clock and no ledger is opened here: the caller provides the day
//! and the books.

pub(super) mod range;

#[cfg(test)]
mod tests;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::reports::{self, By, Every, FilterWords, Published, Query, ReportError};
use almoner_papers::render::{Format, Terminal, json, paper_rendered};
use almoner_papers::reports as sheets;
use almoner_papers::reports::fields::withheld_in_words;
use almoner_papers::sheet::{Chart, Sheet};
use almoner_store::KnownAt;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::audience::ViewArgs;
use super::dates::{self, Days};
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::words::words;
use range::{FilterArgs, RangeArgs};

// A doc comment here would take the place of the command's own in the help.
#[derive(Debug, Args)]
#[command(subcommand_value_name = "REPORT", subcommand_help_heading = "Reports")]
pub struct ReportArgs {
    #[command(subcommand)]
    report: Report,

    #[command(flatten)]
    pub(super) view: ViewArgs,

    #[command(flatten)]
    output: TableArgs,
}

// The period and the filters of most reports.
#[derive(Debug, Args)]
struct ScopeArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl ScopeArgs {
    fn query(&self, page: Page<'_>) -> Result<Query, Problem> {
        Ok(narrowed(self.range.query(page.days)?, &self.filter, page.books)?)
    }

    /// Returns true when totals are sufficient, as far as the query is known without books.
    fn is_of_totals(&self, days: Days, needs_only_totals: impl FnOnce(&Query) -> bool) -> bool {
        let query = self.filter.query_of_totals(&self.range, days);
        query.is_some_and(|query| needs_only_totals(&query))
    }
}

const AS_AT_LAST_DAY: &str = "Figures are as at the reporting date.";

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Report {
    /// Spending by theme, fund, objective, recipient or power
    Themes {
        /// Attribute by which lines are grouped
        #[arg(long, value_name = "GROUPING", default_value = By::Theme.word())]
        #[arg(value_parser = words(By::ALL, By::word))]
        by: By,

        /// Add a chart of amounts awarded, amounts paid and expenditure
        #[arg(long)]
        chart: bool,

        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Spending by month, quarter or year
    Periods {
        /// Length of each period
        #[arg(long, value_name = "LENGTH", default_value = Every::Month.word())]
        #[arg(value_parser = words(Every::ALL, Every::word))]
        every: Every,

        /// Add a chart of amounts awarded, amounts paid and expenditure
        #[arg(long)]
        chart: bool,

        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Grants with their figures as at a date
    #[command(after_help = AS_AT_LAST_DAY)]
    Grants(ScopeArgs),
    /// Statement for one grant
    #[command(
        after_help = "Balances are as at the reporting date. The grant statement also includes entries after that date."
    )]
    Grant {
        /// Grant id
        #[arg(value_name = "GRANT")]
        grant: String,

        /// List postings by account instead
        #[arg(long)]
        postings: bool,

        #[command(flatten)]
        range: RangeArgs,
    },
    /// Recipients with the figures for their grants as at a date
    #[command(after_help = AS_AT_LAST_DAY)]
    Recipients(ScopeArgs),
    /// One recipient with its grants
    #[command(after_help = AS_AT_LAST_DAY)]
    Recipient {
        /// Recipient id, or current or former name
        #[arg(value_name = "RECIPIENT")]
        recipient: String,

        #[command(flatten)]
        range: RangeArgs,
    },
    /// Awards, variations, withdrawals and changes of purpose
    #[command(after_help = "Awards plus changes equal the \"Awarded\" amount in other reports.")]
    Changes(ScopeArgs),
    /// Late postings, and postings to closed months
    #[command(
        after_help = "A record that belongs to a closed month is posted on the first open day after that month \
        (--late) or, if the month is only provisionally closed, to the month itself with a reason (--post-to-closed). \
        Other reports include both kinds by posting date; this report lists them separately.\n\n\
        --by-month shows each month's figures by posting date, as in other reports, and by effective date."
    )]
    Late {
        /// Show monthly figures, by posting date and by effective date
        #[arg(long)]
        by_month: bool,

        #[command(flatten)]
        range: RangeArgs,
    },
    /// Awards with a fund, theme, power, period or other detail not stated
    #[command(after_help = AS_AT_LAST_DAY)]
    NotStated(ScopeArgs),
    /// Register of decisions, with any missing numbers
    #[command(after_help = "Without a period, the whole register is listed.")]
    Decisions {
        /// Include confidential details (for the office only)
        #[arg(long)]
        internal: bool,

        #[command(flatten)]
        range: RangeArgs,
    },
    /// Milestones and monitoring reports due, overdue and received
    #[command(
        after_help = "Lists what was due or received in the period, and everything overdue, whenever it was due."
    )]
    Monitoring {
        /// Date used to decide what is overdue [default: the reporting date]
        #[arg(long, value_name = "DATE", value_parser = dates::date)]
        on: Option<Date>,

        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Expenditure by theme, with performance indicators
    Indicators(ScopeArgs),
    /// Public papers, with the decisions and grants they report
    #[command(
        after_help = "Without a period, all papers are listed. Papers without a date are included in every period."
    )]
    Papers(RangeArgs),
    /// Budgets against expenditure, by fund and theme
    Budget(ScopeArgs),
    /// Outstanding commitments by due date
    #[command(after_help = "Commitments are as at the reporting date.")]
    Commitments(ScopeArgs),
    /// Balance of every account by fund, as at a month end
    #[command(
        after_help = "Balances are as at the reporting date, which must be a month end [default: the last one]."
    )]
    TrialBalance {
        /// Limit to one fund, by id or name
        #[arg(long, value_name = "FUND")]
        fund: Option<String>,

        #[command(flatten)]
        range: RangeArgs,
    },
    /// Prepayments, accruals and recoveries due at 31 March
    YearEnd {
        /// Financial year: 2015-16 [default: the last completed year]
        #[arg(long, value_name = "YEAR")]
        fy: Option<FinancialYear>,

        /// Reporting date [default: today, or 31 March if earlier]
        #[arg(long, value_name = "DATE", value_parser = dates::date)]
        as_at: Option<Date>,

        #[command(flatten)]
        filter: FilterArgs,
    },
}

impl ReportArgs {
    /// Returns true when the report can be produced from reference data and totals, without reading
    /// grants. Never wrongly true; the arguments may still be refused.
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let known = match self.view.known_at {
            None => today,
            Some(KnownAt::Date(day)) => day.min(today),
            // Its day is not known before the books are read.
            Some(KnownAt::Record(_)) => return matches!(self.report, Report::TrialBalance { .. }),
        };
        let days = Days { today, known };
        match &self.report {
            Report::Themes { by, scope, .. } => {
                scope.is_of_totals(days, |query| reports::themes::needs_only_totals(query, *by))
            }
            Report::Periods { scope, .. } => scope.is_of_totals(days, reports::periods::needs_only_totals),
            Report::Budget(scope) => scope.is_of_totals(days, reports::budget::needs_only_totals),
            Report::TrialBalance { .. } => true,
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
) -> Result<(), Problem> {
    let days = args.view.days(books, today);
    let page = Page { books, days, output: &args.output, terminal: *terminal };
    args.output.prepared(*terminal)?;
    match &args.report {
        Report::Themes { by, chart, scope } => {
            let query = scope.query(page)?;
            let chart = chart.then_some(sheets::themes::chart as MakeChart);
            page.write_charted(&query, &reports::themes(books, &query, *by)?, sheets::themes::sheet, chart)
        }
        Report::Periods { every, chart, scope } => {
            let query = scope.query(page)?;
            let chart = chart.then_some(sheets::periods::chart as MakeChart);
            let report = reports::periods(books, &query, *every)?;
            page.write_charted(&query, &report, sheets::periods::sheet, chart)
        }
        Report::Grants(scope) => {
            page.write(&reports::grants(books, &scope.query(page)?)?, sheets::grants::sheet)
        }
        Report::Grant { grant, postings, range } => {
            let report = reports::grant(books, &range.query(days)?, grant)?;
            if *postings {
                return page.write(&report, sheets::grant::postings_sheet);
            }
            page.write(&report, |report| {
                let mut sheet = sheets::grant::sheet(report);
                sheet.notes.push("--postings lists every posting by account; JSON has both.".to_owned());
                sheet
            })
        }
        Report::Recipients(scope) => {
            page.write(&reports::recipients(books, &scope.query(page)?)?, sheets::recipients::sheet)
        }
        Report::Recipient { recipient, range } => {
            let query = range.query(days)?;
            page.write(&reports::recipient(books, &query, recipient)?, sheets::recipient::sheet)
        }
        Report::Changes(scope) => {
            page.write(&reports::changes(books, &scope.query(page)?)?, sheets::changes::sheet)
        }
        Report::Late { by_month, range } => {
            let report = reports::late(books, &range.query(days)?)?;
            page.write(&report, if *by_month { sheets::late::by_month } else { sheets::late::sheet })
        }
        Report::NotStated(scope) => {
            page.write(&reports::not_stated(books, &scope.query(page)?)?, sheets::not_stated::sheet)
        }
        Report::Decisions { internal, range } => {
            page.write(&reports::decisions(books, range.stated()?, *internal)?, sheets::decisions::sheet)
        }
        Report::Monitoring { on, scope } => {
            let query = scope.query(page)?;
            let on = on.unwrap_or(query.as_at());
            page.write(&reports::monitoring(books, &query, on)?, sheets::monitoring::sheet)
        }
        Report::Indicators(scope) => {
            page.write(&reports::indicators(books, &scope.query(page)?)?, sheets::indicators::sheet)
        }
        Report::Papers(range) => page.write(&reports::papers(books, range.stated()?)?, sheets::papers::sheet),
        Report::Budget(scope) => {
            let report = reports::budget(books, &scope.query(page)?)?;
            let sheet = sheets::budget::sheet(&report)?;
            page.write(&report, |_| sheet)
        }
        Report::Commitments(scope) => {
            page.write(&reports::commitments(books, &scope.query(page)?)?, sheets::commitments::sheet)
        }
        Report::TrialBalance { fund, range } => {
            let words = FilterWords { fund: fund.as_deref(), ..FilterWords::default() };
            let query = Query { filter: words.resolve(books)?, ..range.query(days.of_whole_months())? };
            page.write(&reports::trial_balance(books, &query)?, sheets::trial_balance::sheet)
        }
        Report::YearEnd { fy, as_at, filter } => {
            let year = fy.unwrap_or(today.financial_year().previous());
            let query = narrowed(Query::of(year.range()).on(as_at.unwrap_or(days.known)), filter, books)?;
            page.write(&reports::year_end(books, &query, year)?, sheets::year_end::sheet)
        }
    }
}

/// The books, day and output of a report.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) books: &'a Published<'a>,
    pub(super) days: Days,
    pub(super) output: &'a TableArgs,
    pub(super) terminal: Terminal,
}

/// Makes the chart of a sheet.
type MakeChart = fn(&Sheet) -> Chart;

impl Page<'_> {
    /// Writes a report with the notes on withheld amounts and, if requested, its chart.
    fn write_charted<R: Serialize>(
        self,
        query: &Query,
        report: &R,
        sheet: impl FnOnce(&R) -> Sheet,
        chart: Option<MakeChart>,
    ) -> Result<(), Problem> {
        let withheld = withheld_in_words(self.books, query)?;
        self.write(report, |report| {
            let mut sheet = sheet(report);
            sheet.notes.extend(withheld);
            sheet.charts.extend(chart.map(|chart| chart(&sheet)));
            sheet
        })
    }

    /// Writes a report, without the columns that its audience may not see.
    pub(super) fn write<R: Serialize>(
        self,
        report: &R,
        sheet: impl FnOnce(&R) -> Sheet,
    ) -> Result<(), Problem> {
        let (format, terminal) = self.output.prepared(self.terminal)?;
        let audience = self.books.audience();
        if audience.sees_confidential() && format == Format::Json {
            return self.output.write(&json::text(report)?);
        }
        let mut sheet = sheet(report);
        if !audience.sees_confidential() {
            sheet = sheet.for_audience(audience);
            if sheet.columns.is_empty() {
                let message = format!("this report has no columns for the audience `{audience}`");
                return Err(Problem::refused("not-for-audience", message)
                    .hint("add --audience officer, and do not release the output outside the office"));
            }
            if let Some(provenance) = &mut sheet.provenance {
                provenance.audience = Some(audience);
            }
            if format == Format::Json {
                return self.output.write(&json::visible(report, &sheet)?);
            }
        }
        let sheet = self.output.choose(sheet)?;
        self.output.write(&paper_rendered(&sheet.into(), format, terminal, None)?)
    }
}

/// Returns a query with the filter of the arguments.
pub(super) fn narrowed(query: Query, filter: &FilterArgs, books: &dyn Books) -> Result<Query, ReportError> {
    Ok(Query { filter: filter.words().resolve(books)?, purpose: filter.view(), ..query })
}
