//! The year-end schedule at 31 March, grant by grant: prepayments, accruals, recoveries due from withdrawn
//! grants, and outstanding commitments without a stated period.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{DateRange, FinancialYear};
use crate::funds::FundId;
use crate::grants::{Grant, GrantId};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::collect::{Cuts, Place, of_grant};
use crate::reports::grants::{RecipientNames, numbered, withdrawn_by};
use crate::reports::measures::Standing;
use crate::reports::prior_period::Adjustments;
use crate::reports::{Query, ReportError, Stamp};
use crate::totals::{Figure, Figures};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearEndRow {
    pub grant: GrantId,
    pub recipient: RecipientId,
    /// The recipient's name on 31 March.
    pub recipient_name: String,
    pub fund: FundId,
    pub awarded: Money,
    pub reduced: Money,
    pub paid: Money,
    pub expenditure: Money,
    pub amount: Money,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The lines by grant id.
    pub rows: Vec<YearEndRow>,
    pub total: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearEndReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    pub year: FinancialYear,
    /// Paid and not yet recognised (debtors).
    pub prepayments: Section,
    /// Recognised and not yet paid (creditors).
    pub accruals: Section,
    /// Paid beyond the entitlement, or (under earlier rules) to withdrawn grants beyond their expenditure.
    pub recoveries_due: Section,
    /// Prepayments and recoveries due less accruals: the balances of `assets:grant-control` and
    /// `assets:recoveries-due`.
    pub grant_control: Money,
    /// Outstanding commitments of grants without a stated period, which are memorandum only.
    pub no_period: Section,
    /// Prior period adjustments posted in the year, by 31 March or the reporting date. Absent where there are none.
    #[serde(skip_serializing_if = "Adjustments::is_empty")]
    pub prior_period: Adjustments,
}

/// Produces the report as at 31 March of the year. Only the filter and the view of purposes of the query
/// are used.
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
        prior_period: Adjustments::default(),
    };
    let days = DateRange::new(query.range.from(), query.as_at()).ok();
    books.each_grant(&mut |grant| {
        if let Some(days) = days {
            report.prior_period.add(grant, &query.filter, days)?;
        }
        report.add(&query, grant)
    })?;
    report.prior_period.finish(books)?;
    let YearEndReport { prepayments, accruals, recoveries_due, no_period, .. } = &mut report;
    let mut sections = [prepayments, accruals, recoveries_due, no_period];
    let rows = sections.iter().flat_map(|section| &section.rows);
    let names = RecipientNames::read(books, rows.map(|row| &row.recipient))?;
    for section in &mut sections {
        let rows = section.rows.iter_mut();
        rows.for_each(|row| row.recipient_name = names.on(&row.recipient, query.as_at()));
        section.rows.sort_by_cached_key(|row| numbered(row.grant.as_str()));
    }
    let YearEndReport { prepayments, accruals, recoveries_due, .. } = &report;
    report.grant_control = prepayments.total.plus(recoveries_due.total)?.minus(accruals.total)?;
    Ok(report)
}

impl YearEndReport {
    /// Adds a grant: what there is in each fund, for the recipient to whom it was awarded then.
    fn add(&mut self, query: &Query, grant: &Grant) -> Result<(), BooksError> {
        let mut standings: BTreeMap<(&FundId, &RecipientId), Figures> = BTreeMap::new();
        let places = of_grant(grant, query, &Cuts::as_at(query.as_at()))?;
        for (Place { fund, recipient, .. }, changes) in &places {
            let Some(recipient) = recipient else { continue };
            let figures = standings.entry((fund, recipient)).or_default();
            changes.iter().try_for_each(|it| figures.absorb(it))?;
        }
        for ((fund, recipient), figures) in standings {
            self.add_standing(query, grant, (fund, recipient), &figures)?;
        }
        Ok(())
    }

    fn add_standing(
        &mut self,
        query: &Query,
        grant: &Grant,
        (fund, recipient): (&FundId, &RecipientId),
        figures: &Figures,
    ) -> Result<(), BooksError> {
        let standing = Standing::of(figures)?;
        let row = |amount: Money| {
            let Standing { awarded, reduced, paid, expenditure, .. } = standing;
            YearEndRow {
                grant: grant.id.clone(),
                recipient: recipient.clone(),
                recipient_name: String::new(),
                fund: fund.clone(),
                awarded,
                reduced,
                paid,
                expenditure,
                amount,
            }
        };
        let withdrawn = withdrawn_by(grant, query.as_at());
        let outstanding = if grant.period().is_none() { standing.committed } else { Money::ZERO };
        let due_back = figures.get(Figure::Posted(Account::RecoveriesDue));
        let (prepaid, due_back) = match withdrawn {
            true => (Money::ZERO, due_back.plus(standing.prepayments)?),
            false => (standing.prepayments, due_back),
        };
        for (section, amount) in [
            (&mut self.prepayments, prepaid),
            (&mut self.recoveries_due, due_back),
            (&mut self.accruals, standing.accruals),
            (&mut self.no_period, outstanding),
        ] {
            if !amount.is_zero() {
                section.push(row(amount))?;
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
