//! When commitments fall due, by month: what is promised and not yet paid as at a day.
//!
//! - Awards with instalments: the unpaid part of each when it falls due, payments being set
//!   against the earliest first.
//! - Awards with a period and no instalments: what is owed at once, and the rest as it is
//!   charged, what is prepaid being set against the earliest charges.
//! - What neither covers has no stated date.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, Month};
use crate::grants::{Fact, Grant};
use crate::money::{Money, Overflow};
use crate::reports::collect::grant_as_at;
use crate::reports::measures::Standing;
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::totals::{Figure, PurposeView, figures};

/// When something falls due. Written `now`, `2015-04` or `not-stated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// It is overdue or owed already.
    Now,
    /// In a month.
    Month(Month),
    /// No date is stated or follows from a period.
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

/// What falls due together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitmentsRow {
    /// When.
    pub due: Due,
    /// Of how many grants.
    pub grants: u64,
    /// How much.
    pub amount: Money,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitmentsReport {
    /// What every report begins with.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// What falls due, in order; what has no stated date last.
    pub rows: Vec<CommitmentsRow>,
    /// How many grants have a commitment outstanding.
    pub grants: u64,
    /// All that is committed.
    pub total: Money,
}

/// Draws the report as at the range's last day.
pub fn commitments(books: &dyn Books, query: &Query) -> Result<CommitmentsReport, ReportError> {
    let mut by_due: BTreeMap<Due, (u64, Money)> = BTreeMap::new();
    let mut grants = 0;
    books.each_grant(&mut |grant| {
        let due = due_of(grant, query)?;
        grants += u64::from(!due.is_empty());
        for (due, amount) in due {
            let (count, sum) = by_due.entry(due).or_default();
            *count += 1;
            *sum = sum.plus(amount)?;
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

/// When the part of a grant's commitment that the query takes falls due.
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

/// The same schedule for a part of the whole, by cumulative rounding.
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

/// When what is committed to a grant as at a day falls due.
fn schedule(grant: &Grant, as_at: Date, committed: Money) -> Result<BTreeMap<Due, Money>, Overflow> {
    let instalments = unpaid_instalments(grant, as_at)?;
    let expected = match instalments.is_empty() {
        false => instalments,
        true => unpaid_charges(grant, as_at)?,
    };
    let mut due = BTreeMap::new();
    let mut left = committed;
    for (when, amount) in expected {
        let part = amount.min(left).max(Money::ZERO);
        add(&mut due, when, part)?;
        left = left.minus(part)?;
    }
    add(&mut due, Due::NotStated, left)?;
    Ok(due)
}

fn add(due: &mut BTreeMap<Due, Money>, when: Due, amount: Money) -> Result<(), Overflow> {
    if !amount.is_zero() {
        let sum = due.entry(when).or_default();
        *sum = sum.plus(amount)?;
    }
    Ok(())
}

/// The instalments of a grant, less what was paid on the earliest of them. Empty when none are
/// scheduled; all of nothing when all are paid.
fn unpaid_instalments(grant: &Grant, as_at: Date) -> Result<Vec<(Due, Money)>, Overflow> {
    let mut instalments = Vec::new();
    let mut paid = Money::ZERO;
    for fact in grant.facts() {
        match fact {
            Fact::Scheduled(instalment) => instalments.push((instalment.due, instalment.amount)),
            Fact::Paid(payment) if payment.date <= as_at => paid = paid.plus(payment.amount)?,
            // What may be paid again makes its instalment unpaid again; what reduces the award
            // does not.
            Fact::Refunded(refund) if refund.date <= as_at && refund.stays_available => {
                paid = paid.minus(refund.amount)?;
            }
            _ => {}
        }
    }
    instalments.sort_by_key(|(due, _)| *due);
    let mut unpaid = Vec::new();
    for (day, amount) in instalments {
        let set_against = amount.min(paid);
        paid = paid.minus(set_against)?;
        let due = if day <= as_at { Due::Now } else { Due::Month(day.month()) };
        unpaid.push((due, amount.minus(set_against)?));
    }
    Ok(unpaid)
}

/// What a grant is owed, and its charges after the day, less what is prepaid of the earliest.
fn unpaid_charges(grant: &Grant, as_at: Date) -> Result<Vec<(Due, Money)>, Overflow> {
    let mut balance = Money::ZERO;
    let mut later: BTreeMap<Month, Money> = BTreeMap::new();
    for cell in figures(grant, PurposeView::Dated)? {
        match cell.figure {
            Figure::Posted(Account::GrantControl) if cell.day <= as_at => {
                balance = balance.plus(cell.amount)?;
            }
            Figure::Posted(Account::GrantExpenditure) if cell.day > as_at => {
                let charge = later.entry(cell.day.month()).or_default();
                *charge = charge.plus(cell.amount)?;
            }
            _ => {}
        }
    }
    if grant.period().is_none() {
        // Payments that are recorded ahead of their day say nothing of when the rest falls due.
        later.clear();
    }
    let mut unpaid = vec![(Due::Now, balance.negated().max(Money::ZERO))];
    let mut prepayments = balance.max(Money::ZERO);
    for (month, charge) in later {
        let set_against = charge.min(prepayments).max(Money::ZERO);
        prepayments = prepayments.minus(set_against)?;
        unpaid.push((Due::Month(month), charge.minus(set_against)?));
    }
    Ok(unpaid)
}
