//! Outstanding commitments at a day, by the month in which they fall due.
//!
//! - Awards with instalments: the unpaid part of each instalment on its due date. Payments settle the
//!   earliest instalments first.
//! - Awards with a period and no instalments: accruals now, and the rest as it is recognised.
//!   Prepayments are set against the earliest recognition.
//! - What neither covers has no stated due date.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, Month};
use crate::grants::Grant;
use crate::money::{Money, Overflow};
use crate::reports::collect::grant_as_at;
use crate::reports::dated::without_later;
use crate::reports::measures::Standing;
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::totals::{Figure, PurposeView, figures};

/// The time at which a commitment falls due. Written `now`, `2015-04` or `not-stated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Overdue or accrued.
    Now,
    Month(Month),
    /// No date is stated, and none follows from a period.
    NotStated,
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Due::Now => f.pad("now"),
            Due::Month(month) => month.fmt(f),
            Due::NotStated => f.pad("not-stated"),
        }
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitmentsRow {
    pub due: Due,
    pub grants: u64,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitmentsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The lines in order of time; what has no stated date last.
    pub rows: Vec<CommitmentsRow>,
    /// The number of grants with an outstanding commitment.
    pub grants: u64,
    pub total: Money,
}

/// Produces the report as at the last day of the range.
pub fn commitments(books: &dyn Books, query: &Query) -> Result<CommitmentsReport, ReportError> {
    let mut by_due: BTreeMap<Due, (u64, Money)> = BTreeMap::new();
    let mut grants = 0;
    books.each_grant(&mut |grant| {
        let due = due_of(grant, query)?;
        grants += u64::from(!due.is_empty());
        for (due, amount) in due {
            let (count, sum) = by_due.entry(due).or_default();
            *count += 1;
            sum.add(amount)?;
        }
        Ok(())
    })?;
    let rows: Vec<CommitmentsRow> =
        by_due.into_iter().map(|(due, (grants, amount))| CommitmentsRow { due, grants, amount }).collect();
    let total = Money::sum(rows.iter().map(|row| row.amount))?;
    Ok(CommitmentsReport {
        stamp: Stamp::of_day(books, "almoner.report.commitments/2", query),
        rows,
        grants,
        total,
    })
}

/// Returns the due dates of the part of a grant's commitment that the query covers.
fn due_of(grant: &Grant, query: &Query) -> Result<BTreeMap<Due, Money>, BooksError> {
    let committed = Standing::of(&grant_as_at(grant, query)?)?.committed;
    if committed.is_zero() {
        return Ok(BTreeMap::new());
    }
    if query.filter.theme.is_none() {
        return Ok(schedule(grant, query.as_at(), committed)?);
    }
    let of_all_themes = Query { filter: Filter::default(), ..query.clone() };
    let whole = Standing::of(&grant_as_at(grant, &of_all_themes)?)?.committed;
    Ok(part_of(schedule(grant, query.as_at(), whole)?, committed, whole)?)
}

/// Returns a schedule scaled down to a part of the whole, by cumulative rounding.
fn part_of(
    schedule: BTreeMap<Due, Money>,
    part: Money,
    whole: Money,
) -> Result<BTreeMap<Due, Money>, Overflow> {
    let mut due = BTreeMap::new();
    let (mut of_whole, mut of_part) = (Money::ZERO, Money::ZERO);
    for (when, amount) in schedule {
        of_whole = of_whole.plus(amount)?;
        let to_here = match (u64::try_from(of_whole.pence()), u64::try_from(whole.pence())) {
            (Ok(so_far), Ok(whole)) if whole > 0 => part.fraction(so_far, whole),
            _ => part,
        };
        add(&mut due, when, to_here.minus(of_part)?)?;
        of_part = to_here;
    }
    add(&mut due, Due::NotStated, part.minus(of_part)?)?;
    Ok(due)
}

/// Returns the due dates of a grant's outstanding commitment at a day, by what the books showed then: a change with a
/// later date does not yet alter what is due.
fn schedule(grant: &Grant, as_at: Date, committed: Money) -> Result<BTreeMap<Due, Money>, Overflow> {
    let grant = &*without_later(grant, as_at);
    let instalments = grant.unpaid_instalments(Some(as_at))?;
    let expected = match instalments.is_empty() {
        false => {
            let due = |day: Date| if day <= as_at { Due::Now } else { Due::Month(day.month()) };
            instalments.into_iter().map(|(day, amount)| (due(day), amount)).collect()
        }
        true => unpaid_recognition(grant, as_at)?,
    };
    let mut due = BTreeMap::new();
    let mut unscheduled = committed;
    for (when, amount) in expected {
        let part = amount.min(unscheduled).max(Money::ZERO);
        add(&mut due, when, part)?;
        unscheduled = unscheduled.minus(part)?;
    }
    add(&mut due, Due::NotStated, unscheduled)?;
    Ok(due)
}

fn add(due: &mut BTreeMap<Due, Money>, when: Due, amount: Money) -> Result<(), Overflow> {
    if !amount.is_zero() {
        due.entry(when).or_default().add(amount)?;
    }
    Ok(())
}

/// Returns the accrual of a grant and its recognition after the day, less the prepayment of the earliest.
fn unpaid_recognition(grant: &Grant, as_at: Date) -> Result<Vec<(Due, Money)>, Overflow> {
    let mut balance = Money::ZERO;
    let mut later: BTreeMap<Month, Money> = BTreeMap::new();
    for cell in figures(grant, PurposeView::Dated)? {
        if cell.figure == Figure::Posted(Account::GrantControl) && cell.day <= as_at {
            balance = balance.plus(cell.amount)?;
        }
        if cell.figure == Figure::Posted(Account::GrantExpenditure) && cell.day > as_at {
            later.entry(cell.day.month()).or_default().add(cell.amount)?;
        }
    }
    if grant.period().is_none() {
        // Payments recorded ahead of their date do not show when the rest falls due.
        later.clear();
    }
    let mut unpaid = vec![(Due::Now, balance.negated().max(Money::ZERO))];
    let mut prepayments = balance.max(Money::ZERO);
    for (month, recognised) in later {
        let set_against = recognised.min(prepayments).max(Money::ZERO);
        prepayments = prepayments.minus(set_against)?;
        unpaid.push((Due::Month(month), recognised.minus(set_against)?));
    }
    Ok(unpaid)
}
