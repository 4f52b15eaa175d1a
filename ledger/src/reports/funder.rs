//! The use of a funder's money, grant by grant: the lines of a return.
//!
//! **Guarantee.** Every figure of the total equals that of the fund's line in the report of spending by
//! fund ([`themes()`](super::themes())) for the same period, and in every line allocated less paid is
//! committed.

use crate::book::names::fund_name_on;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, StatedDate};
use crate::decisions::DecisionId;
use crate::funds::FundId;
use crate::grants::{Grant, GrantId, Power};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::collect::{Cuts, absorb_each, of_grant};
use crate::reports::filter::FilterWords;
use crate::reports::grants::{RecipientNames, numbered};
use crate::reports::themes::theme_names;
use crate::reports::{Measures, Query, ReportError, Stamp};
use crate::text::{Text, folded};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunderFigures {
    /// The amount available for payment in the period: committed before it, and awarded in it less
    /// reduced.
    pub allocated: Money,
    /// Awarded in the period, less withdrawals.
    pub awarded: Money,
    /// Refunds in the period that reduce an award.
    pub reduced: Money,
    /// Payments less refunds in the period.
    pub paid: Money,
    pub expenditure: Money,
    /// The outstanding commitment at the period's end: allocated less paid.
    pub committed: Money,
    /// Paid and not yet recognised, at the period's end.
    pub prepayments: Money,
    /// Recognised and not yet paid, at the period's end.
    pub accruals: Money,
    /// Paid in excess of awards and not yet refunded, at the period's end.
    pub recoveries_due: Money,
}

summed!(FunderFigures {
    allocated,
    awarded,
    reduced,
    paid,
    expenditure,
    committed,
    prepayments,
    accruals,
    recoveries_due
});

impl FunderFigures {
    fn of(measures: &Measures) -> Result<FunderFigures, Overflow> {
        Ok(FunderFigures {
            allocated: measures.paid.plus(measures.committed)?,
            awarded: measures.awarded,
            reduced: measures.reduced,
            paid: measures.paid,
            expenditure: measures.expenditure,
            committed: measures.committed,
            prepayments: measures.prepayments,
            accruals: measures.accruals,
            recoveries_due: measures.recoveries_due,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunderRow {
    pub grant: GrantId,
    pub decision: Option<DecisionId>,
    pub decided: Date,
    pub recipient: RecipientId,
    /// The recipient's name at the period's end.
    pub recipient_name: String,
    /// The purpose at the period's end.
    pub purpose: Text,
    /// The names of the themes at the period's end.
    pub theme: String,
    pub power: Power,
    /// The first day or month of the grant's own period; `None` is *not stated*.
    pub from: Option<StatedDate>,
    /// The last day or month of the grant's own period; `None` is *not stated*.
    pub to: Option<StatedDate>,
    pub figures: FunderFigures,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunderReport {
    pub stamp: Stamp,
    pub fund: FundId,
    pub fund_name: String,
    /// The grants with figures, by the recipient's name, then by id.
    pub rows: Vec<FunderRow>,
    pub total: FunderFigures,
}

/// Produces the return for a fund, given by id or name.
pub fn funder(books: &dyn Books, query: &Query, fund: &str) -> Result<FunderReport, ReportError> {
    let filter = FilterWords { fund: Some(fund), ..FilterWords::default() }.resolve(books)?;
    let fund = filter.fund.clone().unwrap_or_else(FundId::unstated);
    let query = Query { filter, ..query.clone() };
    let mut rows = Vec::new();
    books.each_grant(&mut |grant| {
        rows.extend(row(books, &query, grant)?);
        Ok(())
    })?;
    let names = RecipientNames::read(books, rows.iter().map(|row: &FunderRow| &row.recipient))?;
    rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, query.as_at()));
    rows.sort_by_cached_key(|row| (folded(&row.recipient_name), numbered(row.grant.as_str())));
    let total = FunderFigures::sum(rows.iter().map(|row| &row.figures))?;
    let fund_name = fund_name_on(books, fund.as_str(), query.as_at());
    Ok(FunderReport {
        stamp: Stamp::of_range(books, "almoner.funder/2", &query),
        fund,
        fund_name,
        rows,
        total,
    })
}

/// Returns a grant's line; `None` where all its figures in this fund are zero. A grant whose award was
/// reversed is listed while a closed month still contains its postings.
fn row(books: &dyn Books, query: &Query, grant: &Grant) -> Result<Option<FunderRow>, BooksError> {
    let Some(award) = grant.last_award() else { return Ok(None) };
    let cuts = Cuts::of(query);
    let mut changes = cuts.empty();
    for (_, of_place) in of_grant(grant, query, &cuts)? {
        absorb_each(&mut changes, &of_place)?;
    }
    let figures = FunderFigures::of(&Measures::of(&changes, query)?)?;
    if figures == FunderFigures::default() {
        return Ok(None);
    }
    let as_at = query.as_at();
    let purpose = grant.purpose_on(as_at).unwrap_or(&award.purpose);
    let period = grant.period();
    Ok(Some(FunderRow {
        grant: grant.id.clone(),
        decision: grant.decision().cloned(),
        decided: award.decided,
        recipient: award.recipient.clone(),
        recipient_name: String::new(),
        purpose: purpose.text.clone(),
        theme: theme_names(books, &grant.split_on(as_at).unwrap_or_else(|| purpose.split.clone()), as_at),
        power: grant.terms().power,
        from: period.map(|period| period.from()),
        to: period.map(|period| period.to()),
        figures,
    }))
}
