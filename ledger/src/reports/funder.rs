//! What became of a funder's money, grant by grant: the lines of a return.
//!
//! **Guarantee.** Every figure of the total is that of the fund's line in the report of spending by fund
//! ([`themes()`](super::themes())) for the same days, and allocated less paid is committed, line by line.

use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, StatedDate};
use crate::decisions::DecisionId;
use crate::funds::FundId;
use crate::grants::{Grant, GrantId, Power};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::collect::{Cuts, add, of_grant};
use crate::reports::filter::FilterWords;
use crate::reports::grants::{by_number, recipient_name};
use crate::reports::themes::{fund_name, of_range, theme_names};
use crate::reports::{Measures, Query, ReportError, Stamp};
use crate::text::{Text, folded};
use crate::totals::Figures;

/// The figures of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunderFigures {
    /// What could be paid in the period: committed before it, and awarded in it.
    pub allocated: Money,
    /// Awarded in the period, less what was withdrawn.
    pub awarded: Money,
    /// Paid in the period, less refunds.
    pub paid: Money,
    /// Recognised as expenditure in the period.
    pub expenditure: Money,
    /// Promised and not yet paid, at the period's end: allocated less paid.
    pub committed: Money,
    /// Paid and not yet charged, at the period's end.
    pub prepayments: Money,
    /// Charged and not yet paid, at the period's end.
    pub accruals: Money,
}

impl FunderFigures {
    fn of(measures: &Measures) -> Result<FunderFigures, Overflow> {
        Ok(FunderFigures {
            allocated: measures.paid.plus(measures.committed)?,
            awarded: measures.awarded,
            paid: measures.paid,
            expenditure: measures.expenditure,
            committed: measures.committed,
            prepayments: measures.prepayments,
            accruals: measures.accruals,
        })
    }

    fn add(&mut self, other: &FunderFigures) -> Result<(), Overflow> {
        self.allocated = self.allocated.plus(other.allocated)?;
        self.awarded = self.awarded.plus(other.awarded)?;
        self.paid = self.paid.plus(other.paid)?;
        self.expenditure = self.expenditure.plus(other.expenditure)?;
        self.committed = self.committed.plus(other.committed)?;
        self.prepayments = self.prepayments.plus(other.prepayments)?;
        self.accruals = self.accruals.plus(other.accruals)?;
        Ok(())
    }
}

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunderRow {
    /// Its id.
    pub grant: GrantId,
    /// The decision; `None` is *not stated*.
    pub decision: Option<DecisionId>,
    /// When it was decided.
    pub decided: Date,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// The recipient's name at the period's end.
    pub recipient_name: String,
    /// What it is for at the period's end.
    pub purpose: Text,
    /// The names of its themes at the period's end.
    pub theme: String,
    /// The power.
    pub power: Power,
    /// The first day or month of its own period; `None` is *not stated*.
    pub from: Option<StatedDate>,
    /// The last day or month of its own period; `None` is *not stated*.
    pub to: Option<StatedDate>,
    /// The figures.
    pub figures: FunderFigures,
}

/// The return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunderReport {
    /// What every report begins with.
    pub stamp: Stamp,
    /// The fund.
    pub fund: FundId,
    /// The fund's name.
    pub fund_name: String,
    /// The grants that came to something, by the recipient's name, then by id.
    pub rows: Vec<FunderRow>,
    /// Their sum.
    pub total: FunderFigures,
}

/// Draws the return for a fund, given by id or name.
pub fn funder(books: &dyn Books, range: DateRange, fund: &str) -> Result<FunderReport, ReportError> {
    let filter = FilterWords { fund: Some(fund), ..FilterWords::default() }.resolve(books)?;
    let fund = filter.fund.clone().unwrap_or_else(FundId::unstated);
    let query = Query { filter, ..Query::of(range) };
    let mut rows = Vec::new();
    books.each_grant(&mut |grant| {
        rows.extend(row(books, &query, grant)?);
        Ok(())
    })?;
    rows.sort_by(|a, b| {
        let by_name = folded(&a.recipient_name).cmp(&folded(&b.recipient_name));
        by_name.then_with(|| by_number(a.grant.as_str(), b.grant.as_str()))
    });
    let mut total = FunderFigures::default();
    rows.iter().try_for_each(|row| total.add(&row.figures))?;
    let fund_name = fund_name(books, fund.as_str());
    Ok(FunderReport {
        stamp: Stamp::of_range(books, "almoner.funder/2", &query),
        fund,
        fund_name,
        rows,
        total,
    })
}

/// A grant's line; `None` where it came to nothing in this fund. One whose award was reversed keeps its
/// line as long as a closed month keeps what was booked in it.
fn row(books: &dyn Books, query: &Query, grant: &Grant) -> Result<Option<FunderRow>, BooksError> {
    let Some(award) = grant.last_award() else { return Ok(None) };
    let mut changes = vec![Figures::default(), Figures::default()];
    for (_, of_place) in of_grant(grant, query, &Cuts::range(query.range))? {
        for (sum, figures) in changes.iter_mut().zip(&of_place) {
            add(sum, figures)?;
        }
    }
    let figures = FunderFigures::of(&of_range(&changes)?)?;
    if figures == FunderFigures::default() {
        return Ok(None);
    }
    let as_at = query.as_at();
    let purpose = grant.purpose_on(as_at).unwrap_or(&award.purpose);
    let period = grant.period();
    Ok(Some(FunderRow {
        grant: grant.id.clone(),
        decision: award.decision.clone(),
        decided: award.decided,
        recipient: award.recipient.clone(),
        recipient_name: recipient_name(books, &award.recipient, as_at)?,
        purpose: purpose.text.clone(),
        theme: theme_names(books, &purpose.split),
        power: grant.terms().power,
        from: period.map(|period| period.from()),
        to: period.map(|period| period.to()),
        figures,
    }))
}
