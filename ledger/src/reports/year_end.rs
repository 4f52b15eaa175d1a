//! What a financial year leaves behind at 31 March, grant by grant: what is prepaid, what is
//! owed, what withdrawn grants must pay back, and what is promised without a stated period.

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::FinancialYear;
use crate::funds::FundId;
use crate::grants::{Grant, GrantId};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::collect::grant_as_at;
use crate::reports::grants::{by_number, recipient_name, withdrawn_by};
use crate::reports::measures::Standing;
use crate::reports::{Query, ReportError, Stamp};

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearEndRow {
    /// The grant.
    pub grant: GrantId,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// The recipient's name on 31 March.
    pub recipient_name: String,
    /// The fund.
    pub fund: FundId,
    /// Awarded to date.
    pub awarded: Money,
    /// Paid to date, less refunds.
    pub paid: Money,
    /// Charged to date.
    pub expenditure: Money,
    /// What the grant leaves behind: the section says as what.
    pub amount: Money,
}

/// Grants that leave the same kind of thing behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The grants by id.
    pub rows: Vec<YearEndRow>,
    /// The sum of their amounts.
    pub total: Money,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearEndReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The financial year.
    pub year: FinancialYear,
    /// Paid and not yet charged (prepayments).
    pub prepayments: Section,
    /// Charged and not yet paid (accruals).
    pub accruals: Section,
    /// Paid to grants withdrawn since and not charged: to be recovered.
    pub recoveries_due: Section,
    /// Prepaid and recoveries, less owed: the balance of `assets:grant-control`.
    pub grant_control: Money,
    /// Promised and not yet paid to grants without a stated period, which the accounts hold as
    /// commitments only.
    pub no_period: Section,
}

/// Draws the report as at 31 March of the year. Of the query, only filter and view of purposes
/// count.
pub fn year_end(books: &dyn Books, query: &Query, year: FinancialYear) -> Result<YearEndReport, ReportError> {
    let query = Query { range: year.range(), ..query.clone() };
    let mut report = YearEndReport {
        stamp: Stamp::of_day(books, "almoner.report.year-end/2", &query),
        year,
        prepayments: Section::default(),
        accruals: Section::default(),
        recoveries_due: Section::default(),
        grant_control: Money::ZERO,
        no_period: Section::default(),
    };
    books.each_grant(&mut |grant| report.enter(books, &query, grant))?;
    for section in
        [&mut report.prepayments, &mut report.accruals, &mut report.recoveries_due, &mut report.no_period]
    {
        section.rows.sort_by(|a, b| by_number(a.grant.as_str(), b.grant.as_str()));
    }
    let YearEndReport { prepayments, accruals, recoveries_due, .. } = &report;
    report.grant_control = prepayments.total.plus(recoveries_due.total)?.minus(accruals.total)?;
    Ok(report)
}

impl YearEndReport {
    fn enter(&mut self, books: &dyn Books, query: &Query, grant: &Grant) -> Result<(), BooksError> {
        let Some(award) = grant.last_award() else { return Ok(()) };
        let standing = Standing::of(&grant_as_at(grant, query)?)?;
        let row = |amount: Money| -> Result<YearEndRow, BooksError> {
            let Standing { awarded, paid, expenditure, .. } = standing;
            Ok(YearEndRow {
                grant: grant.id.clone(),
                recipient: award.recipient.clone(),
                recipient_name: recipient_name(books, &award.recipient, query.as_at())?,
                fund: award.fund.clone(),
                awarded,
                paid,
                expenditure,
                amount,
            })
        };
        let withdrawn = withdrawn_by(grant, query.as_at());
        let prepayments = if withdrawn { &mut self.recoveries_due } else { &mut self.prepayments };
        let outstanding = if grant.period().is_none() { standing.committed } else { Money::ZERO };
        for (section, amount) in [
            (prepayments, standing.prepayments),
            (&mut self.accruals, standing.accruals),
            (&mut self.no_period, outstanding),
        ] {
            if !amount.is_zero() {
                section.push(row(amount)?)?;
            }
        }
        Ok(())
    }
}

impl Section {
    fn push(&mut self, row: YearEndRow) -> Result<(), Overflow> {
        self.total = self.total.plus(row.amount)?;
        self.rows.push(row);
        Ok(())
    }
}
