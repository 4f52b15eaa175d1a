//! `almoner report …`: run a report.
//!
//! The arguments become a report with its options ([`almoner_app::figures`]), and [`almoner_papers::render`] writes
//! it. No clock and no ledger is opened here: the caller provides the day and the books.

pub(super) mod range;

#[cfg(test)]
mod tests;

use almoner_app::figures::{self, Days, Made, Scope};
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::marks::Mark;
use almoner_ledger::reports::{By, Every, PaymentState, Published};
use almoner_papers::paper::Paper;
use almoner_papers::render::{Format, Terminal, paper_rendered};
use clap::{Args, Subcommand};

use super::audience::ViewArgs;
use super::dates;
use crate::output::TableArgs;
use crate::problem::Problem;
use crate::words::words;
use range::{DaysArgs, FilterArgs, RangeArgs};

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
    fn scope(&self) -> Scope {
        Scope { period: self.range.period(), narrowing: self.filter.narrowing() }
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
        after_help = "For a period: the opening balance, the entries posted in it up to the reporting date, and the closing \
        balance. Without a period: all entries up to today."
    )]
    Grant {
        /// Grant id
        #[arg(value_name = "GRANT")]
        grant: String,

        /// List postings by account instead
        #[arg(long)]
        postings: bool,

        /// List the parts of the award instead, each with its position at the reporting date
        #[arg(long, conflicts_with = "postings")]
        parts: bool,

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
        Other reports include both kinds of posting, by posting date; this report lists them separately.\n\n\
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
        range: DaysArgs,
    },
    /// Milestones and monitoring reports due, overdue and received
    #[command(
        after_help = "Lists the reports and milestones due or received in the period, and all those overdue, whenever they were due."
    )]
    Monitoring {
        /// Date used to decide which reports and milestones are overdue [default: the reporting date]
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
    Papers(DaysArgs),
    /// Budgets against expenditure, by fund and theme
    Budget(ScopeArgs),
    /// Outstanding commitments by due date
    #[command(after_help = "Commitments are as at the reporting date.")]
    Commitments(ScopeArgs),
    /// Payments, and whether they are on a bank statement
    #[command(
        after_help = "Payments, refunds and returned payments posted in the period. At the reporting date, each is \
            reconciled (on a statement) or unpresented (not on a statement: a payment not presented, or money in not \
                credited). A payment that was returned also shows the date of its return."
    )]
    Payments {
        /// Limit to one state
        #[arg(long, value_name = "STATE", value_parser = words(PaymentState::ALL, PaymentState::word))]
        state: Option<PaymentState>,

        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Bank account: balance per ledger and per statement
    #[command(after_help = "Reconciles the balance per ledger to the balance per statement: payments \
        not presented, receipts not credited and statement lines not in the books. A difference other than zero means that a statement does not \
        open with the closing balance of the previous statement.")]
    BankReconciliation {
        /// Bank account [default: that of the first statement]
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,

        /// Reporting date [default: today]
        #[arg(long, value_name = "DATE", value_parser = dates::date)]
        as_at: Option<Date>,
    },
    /// Balance of every account by fund, as at any date
    #[command(
        after_help = "Balances are as at the reporting date. A month's expenditure is recognised on the last day of the month."
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
        /// Financial year: 2015-16 [default: that of the reporting date, or the last completed year]
        #[arg(long, value_name = "YEAR")]
        fy: Option<FinancialYear>,

        /// Reporting date [default: 31 March of the year, or today if that is earlier]
        #[arg(long, value_name = "DATE", value_parser = dates::date)]
        as_at: Option<Date>,

        #[command(flatten)]
        filter: FilterArgs,
    },
}

impl Report {
    /// Returns the report with its options.
    fn chosen(&self) -> figures::Report {
        use figures::Report as Chosen;
        match self {
            Report::Themes { by, chart, scope } => {
                Chosen::Themes { by: *by, chart: *chart, scope: scope.scope() }
            }
            Report::Periods { every, chart, scope } => {
                Chosen::Periods { every: *every, chart: *chart, scope: scope.scope() }
            }
            Report::Grants(scope) => Chosen::Grants { scope: scope.scope(), named: None },
            Report::Grant { grant, postings, parts, range } => Chosen::Grant {
                grant: grant.clone(),
                postings: *postings,
                parts: *parts,
                period: range.period(),
            },
            Report::Recipients(scope) => Chosen::Recipients(scope.scope()),
            Report::Recipient { recipient, range } => {
                Chosen::Recipient { recipient: recipient.clone(), period: range.period() }
            }
            Report::Changes(scope) => Chosen::Changes(scope.scope()),
            Report::Late { by_month, range } => Chosen::Late { by_month: *by_month, period: range.period() },
            Report::NotStated(scope) => Chosen::NotStated(scope.scope()),
            Report::Decisions { internal, range } => {
                Chosen::Decisions { internal: *internal, period: range.period() }
            }
            Report::Monitoring { on, scope } => Chosen::Monitoring { on: *on, scope: scope.scope() },
            Report::Indicators(scope) => Chosen::Indicators(scope.scope()),
            Report::Papers(range) => Chosen::Papers(range.period()),
            Report::Budget(scope) => Chosen::Budget(scope.scope()),
            Report::Commitments(scope) => Chosen::Commitments(scope.scope()),
            Report::Payments { state, scope } => Chosen::Payments { state: *state, scope: scope.scope() },
            Report::BankReconciliation { account, as_at } => {
                Chosen::BankReconciliation { account: account.clone(), as_at: *as_at }
            }
            Report::TrialBalance { fund, range } => {
                Chosen::TrialBalance { fund: fund.clone(), period: range.period() }
            }
            Report::YearEnd { fy, as_at, filter } => {
                Chosen::YearEnd { year: *fy, as_at: *as_at, narrowing: filter.narrowing() }
            }
        }
    }

    /// Returns a note that speaks of this command line.
    const fn note(&self) -> Option<&'static str> {
        match self {
            Report::Grant { postings: false, parts: false, .. } => {
                Some("--postings lists every posting by account; JSON has both.")
            }
            _ => None,
        }
    }
}

impl ReportArgs {
    /// Returns the mark that the report has with books as its audience may see them.
    pub fn marks<'b>(
        &self,
        published: &dyn Fn(Audience) -> Result<Published<'b>, Problem>,
        days: Days,
    ) -> Result<Option<Mark>, Problem> {
        let books = published(self.view.audience.or(Audience::Officer))?;
        let sheet = self.report.chosen().run(&books, days)?.sheet()?;
        Ok(Paper::from(sheet).mark().cloned())
    }

    /// Returns true when the report can be produced from totals, as [`figures::Report::reads_totals_first`] does.
    pub fn reads_totals_first(&self, today: Date) -> bool {
        self.report.chosen().reads_totals_first(self.view.view(Audience::Officer), today)
    }
}

/// Runs the report on these books and writes the output.
pub fn run(
    args: &ReportArgs,
    books: &Published<'_>,
    today: Date,
    terminal: &Terminal,
) -> Result<(), Problem> {
    args.output.prepared(*terminal)?;
    let days = args.view.view(Audience::Officer).days(books, today);
    let made = args.report.chosen().run(books, days)?;
    write(&made, args.report.note(), &args.output, *terminal)
}

/// Writes what was made, with a note of this command line.
pub(super) fn write(
    made: &Made,
    note: Option<&str>,
    output: &TableArgs,
    terminal: Terminal,
) -> Result<(), Problem> {
    let (format, terminal) = output.prepared(terminal)?;
    if format == Format::Json {
        return output.write(made.json()?, made.audience());
    }
    let mut sheet = made.sheet()?;
    sheet.notes.extend(note.map(str::to_owned));
    output.write(paper_rendered(&output.choose(sheet)?.into(), format, terminal, None)?, made.audience())
}
