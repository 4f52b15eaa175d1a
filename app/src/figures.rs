//! Figures on request: a report, a comparison or the records behind a figure, from the options that every front
//! end has, to a sheet and its JSON.
//!
//! A command line reads the options from its arguments, a page from its address. What is shown is made here once,
//! from the reports of the ledger and the sheets of papers.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod disclosure;
mod explained;
mod figure;
mod made;
mod paper;
mod period;
mod view;

pub use self::disclosure::{Disclosed, DisclosureLists};
pub use self::explained::{Comparison, Explanation};
pub use self::figure::{Figure, period_in_words};
pub use self::made::Made;
pub use self::paper::{CfoPack, FunderReturn, PanelPaper};
pub use self::period::{Days, Narrowing, PeriodChoice, Scope};
pub use self::view::View;

use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::reports::{
    self, By, Every, FilterWords, GrantsReport, Page, Paged, PaymentState, Published, Query,
};
use almoner_papers::reports as sheets;
use almoner_papers::reports::fields::withheld_in_words;
use almoner_papers::sheet::{Chart, Sheet};
use almoner_store::KnownAt;
use serde::Serialize;

use crate::error::Error;

/// A report with its options.
#[derive(Clone, Debug)]
pub enum Report {
    /// Spending by theme, fund, objective, recipient or power.
    Themes { by: By, chart: bool, scope: Scope },
    /// Spending by month, quarter or year.
    Periods { every: Every, chart: bool, scope: Scope },
    /// Grants with their figures as at a date.
    Grants {
        scope: Scope,
        /// A part of the number or of the recipient's name, if only those are wanted.
        named: Option<String>,
    },
    /// The statement for one grant, its postings, or its parts.
    Grant { grant: String, postings: bool, parts: bool, period: PeriodChoice },
    /// Recipients with the figures for their grants as at a date.
    Recipients(Scope),
    /// One recipient with its grants.
    Recipient { recipient: String, period: PeriodChoice },
    /// Awards, variations, withdrawals and changes of purpose.
    Changes(Scope),
    /// Late postings, and postings to closed months; or the figures of each month by both dates.
    Late { by_month: bool, period: PeriodChoice },
    /// Awards with a detail that is not stated.
    NotStated(Scope),
    /// The register of decisions.
    Decisions { internal: bool, period: PeriodChoice },
    /// Milestones and monitoring reports.
    Monitoring {
        /// The date that decides what is overdue; the reporting date if not given.
        on: Option<Date>,
        scope: Scope,
    },
    /// Expenditure by theme, with performance indicators.
    Indicators(Scope),
    /// Public papers.
    Papers(PeriodChoice),
    /// Budgets against expenditure.
    Budget(Scope),
    /// Outstanding commitments by due date.
    Commitments(Scope),
    /// Payments, and whether they are on a bank statement; of one state only, if given.
    Payments { state: Option<PaymentState>, scope: Scope },
    /// From the balance of a bank account per ledger to that per statement.
    BankReconciliation {
        /// The first one if not given.
        account: Option<String>,
        as_at: Option<Date>,
    },
    /// The balance of every account by fund.
    TrialBalance { fund: Option<String>, period: PeriodChoice },
    /// Prepayments, accruals and recoveries due at 31 March.
    YearEnd {
        /// The year; the last completed one if not given.
        year: Option<FinancialYear>,
        as_at: Option<Date>,
        narrowing: Narrowing,
    },
}

/// Makes the chart of a sheet.
type MakeChart = fn(&Sheet) -> Chart;

impl Report {
    /// Returns true when the report can be produced from reference data and totals, as known earlier without reading
    /// grants and as known now with a few at most. Never wrongly true as known earlier; the options may still be refused.
    pub fn reads_totals_first(&self, view: View, today: Date) -> bool {
        let known = match view.known_at {
            None => today,
            Some(KnownAt::Date(day)) => day.min(today),
            // Its day is not known before the books are read.
            Some(KnownAt::Record(_)) => return false,
        };
        let (days, has_grants) = (Days { today, known }, view.known_at.is_none());
        match self {
            Report::Themes { by, scope, .. } => {
                scope.is_of_totals(days, |query| reports::themes::may_be_of_totals(query, *by, has_grants))
            }
            Report::Periods { scope, .. } => {
                scope.is_of_totals(days, |query| reports::periods::may_be_of_totals(query, has_grants))
            }
            Report::Budget(scope) => {
                scope.is_of_totals(days, |query| reports::budget::may_be_of_totals(query, has_grants))
            }
            Report::TrialBalance { period, .. } => period
                .query(days)
                .is_ok_and(|query| reports::trial_balance::may_be_of_totals(&query, has_grants)),
            Report::Grants { .. }
            | Report::Grant { .. }
            | Report::Recipients(_)
            | Report::Recipient { .. }
            | Report::Changes(_)
            | Report::Late { .. }
            | Report::NotStated(_)
            | Report::Decisions { .. }
            | Report::Monitoring { .. }
            | Report::Indicators(_)
            | Report::Papers(_)
            | Report::Commitments(_)
            | Report::Payments { .. }
            | Report::BankReconciliation { .. }
            | Report::YearEnd { .. } => false,
        }
    }

    /// Runs the report of a list for one page of its lines, with the sums of all lines; `None` where only the whole report
    /// tells.
    ///
    /// # Errors
    ///
    /// As [`Report::run`].
    pub fn run_page(
        &self,
        books: &Published<'_>,
        days: Days,
        page: Page,
    ) -> Result<Option<Paged<Made>>, Error> {
        match self {
            Report::Grants { scope, named } => {
                let query = scope.query(books, days)?;
                let paged = reports::grants_page(books, &query, named.as_deref(), page)?;
                let named = named.clone();
                Ok(paged
                    .map(|paged| paged_of(books, paged, move |report| of_named(report, named.as_deref()))))
            }
            Report::Recipients(scope) => {
                let paged = reports::recipients_page(books, &scope.query(books, days)?, page)?;
                Ok(paged.map(|paged| paged_of(books, paged, sheets::recipients::sheet)))
            }
            Report::Decisions { internal: true, period } if period.stated()?.is_none() => {
                let paged = reports::decisions_page(books, page)?;
                Ok(Some(paged_of(books, paged, sheets::decisions::sheet)))
            }
            Report::Themes { .. }
            | Report::Periods { .. }
            | Report::Grant { .. }
            | Report::Recipient { .. }
            | Report::Changes(_)
            | Report::Late { .. }
            | Report::NotStated(_)
            | Report::Decisions { .. }
            | Report::Monitoring { .. }
            | Report::Indicators(_)
            | Report::Papers(_)
            | Report::Budget(_)
            | Report::Commitments(_)
            | Report::Payments { .. }
            | Report::BankReconciliation { .. }
            | Report::TrialBalance { .. }
            | Report::YearEnd { .. } => Ok(None),
        }
    }

    /// Runs the report.
    pub fn run(&self, books: &Published<'_>, days: Days) -> Result<Made, Error> {
        let made = Run { books };
        match self {
            Report::Themes { by, chart, scope } => {
                let query = scope.query(books, days)?;
                let chart = chart.then_some(sheets::themes::chart as MakeChart);
                made.charted(&query, reports::themes(books, &query, *by)?, sheets::themes::sheet, chart)
            }
            Report::Periods { every, chart, scope } => {
                let query = scope.query(books, days)?;
                let chart = chart.then_some(sheets::periods::chart as MakeChart);
                made.charted(&query, reports::periods(books, &query, *every)?, sheets::periods::sheet, chart)
            }
            Report::Grants { scope, named } => {
                let mut report = reports::grants(books, &scope.query(books, days)?)?;
                if let Some(named) = named {
                    report = report.named(named)?;
                }
                let named = named.clone();
                made.of(report, move |report| of_named(report, named.as_deref()))
            }
            Report::Grant { grant, postings, parts, period } => {
                let query = period.query(days)?;
                let report = match period.stated()? {
                    Some(_) => reports::grant(books, &query, grant)?,
                    None => reports::grant_to_date(books, &query, grant)?,
                };
                made.of(
                    report,
                    match (*postings, *parts) {
                        (true, _) => sheets::grant::postings_sheet,
                        (false, true) => sheets::grant::parts_sheet,
                        (false, false) => sheets::grant::sheet,
                    },
                )
            }
            Report::Recipients(scope) => {
                made.of(reports::recipients(books, &scope.query(books, days)?)?, sheets::recipients::sheet)
            }
            Report::Recipient { recipient, period } => {
                let report = reports::recipient(books, &period.query(days)?, recipient)?;
                made.of(report, sheets::recipient::sheet)
            }
            Report::Changes(scope) => {
                made.of(reports::changes(books, &scope.query(books, days)?)?, sheets::changes::sheet)
            }
            Report::Late { by_month, period } => {
                let report = reports::late(books, &period.query(days)?)?;
                made.of(report, if *by_month { sheets::late::by_month } else { sheets::late::sheet })
            }
            Report::NotStated(scope) => {
                made.of(reports::not_stated(books, &scope.query(books, days)?)?, sheets::not_stated::sheet)
            }
            Report::Decisions { internal, period } => {
                made.of(reports::decisions(books, period.stated()?, *internal)?, sheets::decisions::sheet)
            }
            Report::Monitoring { on, scope } => {
                let query = scope.query(books, days)?;
                let on = on.unwrap_or(query.as_at());
                made.of(reports::monitoring(books, &query, on)?, sheets::monitoring::sheet)
            }
            Report::Indicators(scope) => {
                made.of(reports::indicators(books, &scope.query(books, days)?)?, sheets::indicators::sheet)
            }
            Report::Papers(period) => {
                made.of(reports::papers(books, period.stated()?)?, sheets::papers::sheet)
            }
            Report::Budget(scope) => {
                let report = reports::budget(books, &scope.query(books, days)?)?;
                let sheet = sheets::budget::sheet(&report)?;
                made.of(report, move |_| sheet.clone())
            }
            Report::Commitments(scope) => {
                made.of(reports::commitments(books, &scope.query(books, days)?)?, sheets::commitments::sheet)
            }
            Report::Payments { state, scope } => {
                let report = reports::payments(books, &scope.query(books, days)?, *state)?;
                made.of(report, sheets::payments::sheet)
            }
            Report::BankReconciliation { account, as_at } => {
                let as_at = as_at.unwrap_or(days.known);
                let report = reports::bank_reconciliation(books, account.as_deref(), as_at)?;
                made.of(report, sheets::bank_reconciliation::sheet)
            }
            Report::TrialBalance { fund, period } => {
                let words = FilterWords { fund: fund.as_deref(), ..FilterWords::default() };
                let query = Query { filter: words.resolve(books)?, ..period.query(days)? };
                made.of(reports::trial_balance(books, &query)?, sheets::trial_balance::sheet)
            }
            Report::YearEnd { year, as_at, narrowing } => {
                let as_at = *as_at;
                let last = || as_at.map_or(days.known.financial_year().previous(), Date::financial_year);
                let year = year.unwrap_or_else(last);
                let period = PeriodChoice { year: Some(year), as_at, ..PeriodChoice::default() };
                let query = narrowing.narrowed(period.query(days)?, books)?;
                made.of(reports::year_end(books, &query, year)?, sheets::year_end::sheet)
            }
        }
    }
}

/// Returns the sheet of grants, of those with a name or of all.
fn of_named(report: &GrantsReport, named: Option<&str>) -> Sheet {
    let mut sheet = sheets::grants::sheet(report);
    sheet.notes.extend(named.map(|named| format!("Only grants with “{named}” in their number or name.")));
    sheet
}

/// Returns the page of a report with what makes its sheet.
fn paged_of<R: Serialize + 'static>(
    books: &Published<'_>,
    Paged { report, first, lines }: Paged<R>,
    sheet: impl Fn(&R) -> Sheet + 'static,
) -> Paged<Made> {
    Paged { report: Made::of(books, report, sheet), first, lines }
}

/// The books of a report that is run.
struct Run<'a> {
    books: &'a Published<'a>,
}

impl Run<'_> {
    #[allow(clippy::unnecessary_wraps, reason = "the last step of each report")]
    fn of<R: Serialize + 'static>(
        &self,
        report: R,
        sheet: impl Fn(&R) -> Sheet + 'static,
    ) -> Result<Made, Error> {
        Ok(Made::of(self.books, report, sheet))
    }

    /// Makes a report with the notes on withheld amounts and, if requested, its chart.
    fn charted<R: Serialize + 'static>(
        &self,
        query: &Query,
        report: R,
        sheet: impl Fn(&R) -> Sheet + 'static,
        chart: Option<MakeChart>,
    ) -> Result<Made, Error> {
        let withheld = withheld_in_words(self.books, query)?;
        self.of(report, move |report| {
            let mut sheet = sheet(report);
            sheet.notes.extend(withheld.iter().cloned());
            sheet.charts.extend(chart.map(|chart| chart(&sheet)));
            sheet
        })
    }
}
