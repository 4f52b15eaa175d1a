//! What is still to be recognised of a grant: awarded by the reporting date, and not yet expenditure.
//!
//! - An award with a period: by its schedule.
//! - An award without one, recognised when paid: each unpaid instalment on its due date, and what has no date,
//!   or one that has passed, on the reporting date of a running year.
//!
//! Nothing that the books show after the reporting date counts, so that payments that followed are not counted twice.

use crate::accounts::Account;
use crate::calendar::Date;
use crate::funds::FundId;
use crate::grants::{Grant, Power};
use crate::money::{Money, Overflow};
use crate::reports::Query;
use crate::reports::dated::without_later;
use crate::themes::ThemeId;
use crate::totals::{Figure, GrantFigure, figures};

/// Returns the expenditure to come in the query's range, by place, from a grant and its figures.
pub(super) fn to_come<'a>(
    grant: &'a Grant,
    query: &Query,
    cells: &[GrantFigure<'a>],
) -> Result<Vec<GrantFigure<'a>>, Overflow> {
    let as_at = query.as_at();
    let by_then = without_later(grant, as_at);
    if by_then.award().is_none() {
        return Ok(Vec::new());
    }
    let mut to_come = scheduled(&by_then, query, cells)?;
    if query.is_running() {
        let unscheduled = cells.iter().filter(|it| it.figure == Figure::Unscheduled && it.day <= as_at);
        to_come.extend(unscheduled.map(|cell| GrantFigure { figure: EXPENDITURE, ..*cell }));
    }
    if by_then.period().is_none() {
        instalments(grant, query, cells, &mut to_come)?;
    }
    Ok(to_come)
}

const EXPENDITURE: Figure = Figure::Posted(Account::GrantExpenditure);

/// Returns the expenditure that follows in the range from a grant, without what is dated later.
fn scheduled<'a>(
    by_then: &Grant,
    query: &Query,
    cells: &[GrantFigure<'a>],
) -> Result<Vec<GrantFigure<'a>>, Overflow> {
    let mut scheduled = Vec::new();
    for cell in figures(by_then, query.purpose)? {
        if cell.figure == EXPENDITURE && cell.day > query.as_at() && query.range.contains(cell.day) {
            // Places are those of the grant itself, which outlives the copy.
            let same = cells.iter().find(|it| place(it) == place(&cell));
            let (day, figure, amount) = (cell.day, EXPENDITURE, cell.amount);
            scheduled.extend(same.map(|it| GrantFigure { day, figure, amount, ..*it }));
        }
    }
    Ok(scheduled)
}

fn place<'a>(cell: &GrantFigure<'a>) -> (&'a FundId, Power, &'a ThemeId) {
    (cell.fund, cell.power, cell.theme)
}

/// Adds the unpaid instalments that fall due in the range after the reporting date, each shared like the
/// commitment.
fn instalments<'a>(
    grant: &Grant,
    query: &Query,
    cells: &[GrantFigure<'a>],
    to_come: &mut Vec<GrantFigure<'a>>,
) -> Result<(), Overflow> {
    let as_at = query.as_at();
    let mut committed: Vec<GrantFigure<'a>> = Vec::new();
    let commitments = cells.iter().filter(|it| it.figure == Figure::Posted(Account::Commitments));
    for cell in commitments.filter(|it| it.day <= as_at) {
        match committed.iter_mut().find(|it| place(it) == place(cell)) {
            Some(same) => same.amount.add(cell.amount)?,
            None => committed.push(*cell),
        }
    }
    let whole = Money::sum(committed.iter().map(|cell| cell.amount))?;
    // What is due or has no date comes first off the commitment only where later instalments leave some.
    let mut left = whole;
    for (due, unpaid) in grant.unpaid_instalments(Some(as_at))?.into_iter().filter(|(due, _)| *due > as_at) {
        let amount = unpaid.min(left).max(Money::ZERO);
        left = left.minus(amount)?;
        if query.range.contains(due) {
            share(amount, whole, due, &committed, to_come)?;
        }
    }
    Ok(())
}

/// Shares an amount like the commitment, by cumulative rounding.
fn share<'a>(
    amount: Money,
    whole: Money,
    day: Date,
    committed: &[GrantFigure<'a>],
    to_come: &mut Vec<GrantFigure<'a>>,
) -> Result<(), Overflow> {
    let (mut so_far, mut shared) = (Money::ZERO, Money::ZERO);
    for cell in committed {
        so_far.add(cell.amount)?;
        let to_here = match (u64::try_from(so_far.pence()), u64::try_from(whole.pence())) {
            (Ok(part), Ok(whole)) => amount.fraction(part, whole),
            _ => shared,
        };
        to_come.push(GrantFigure { day, figure: EXPENDITURE, amount: to_here.minus(shared)?, ..*cell });
        shared = to_here;
    }
    Ok(())
}
