//! The figures of a report, defined once.
//!
//! For any set of postings: what was awarded less what was paid is the change of what is
//! committed, apart from what changes of purpose move between themes, which is nothing in total.

use serde::Serialize;

use crate::accounts::Account;
use crate::money::{Money, Overflow};
use crate::totals::{Figure, Figures};

/// The figures of one line of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// What may be spent in the range.
    pub budget: Money,
    /// Awards, variations, withdrawals and refunds that reduce an award, in the range.
    pub awarded: Money,
    /// Payments less refunds, in the range.
    pub paid: Money,
    /// Recognised as expenditure in the range.
    pub charged: Money,
    /// Promised and not yet paid, at the range's end.
    pub committed: Money,
    /// Paid and not yet charged, grant by grant, at the range's end.
    pub prepaid: Money,
    /// Charged and not yet paid, grant by grant, at the range's end.
    pub owed: Money,
    /// Budget less charged, less the uncharged commitment that may fall in the range: all of it
    /// for awards without a period; nothing for others, which charge what falls in the range.
    pub remaining: Money,
}

/// What a grant, or several, came to up to a day. Unlike [`Measures`], without a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Awarded.
    pub awarded: Money,
    /// Paid, less refunds.
    pub paid: Money,
    /// Charged.
    pub charged: Money,
    /// Promised and not yet paid.
    pub committed: Money,
    /// Paid and not yet charged, grant by grant.
    pub prepaid: Money,
    /// Charged and not yet paid, grant by grant.
    pub owed: Money,
}

/// What was paid, less refunds, among these changes.
pub(super) fn paid(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Bank)).negated()
}

/// What was awarded among these changes: awards outstanding are awarded less paid, as a credit.
pub(super) fn awarded(changes: &Figures) -> Result<Money, Overflow> {
    paid(changes).minus(changes.get(Figure::Posted(Account::AwardsOutstanding)))
}

/// What was charged among these changes.
pub(super) fn charged(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::GrantExpenditure))
}

/// What commitments these changes add up to.
pub(super) fn committed(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Commitments))
}

/// What changes of purpose moved in, less what they moved out.
pub(super) fn moved_in(changes: &Figures) -> Result<Money, Overflow> {
    committed(changes).plus(changes.get(Figure::Posted(Account::AwardsOutstanding)))
}

impl Measures {
    /// The measures of what changed within a range and of what all changes up to its end come to.
    /// The budget is added later ([`Measures::add_budget`]).
    pub(super) fn of(within: &Figures, to_end: &Figures) -> Result<Measures, Overflow> {
        let charged = charged(within);
        Ok(Measures {
            budget: Money::ZERO,
            awarded: awarded(within)?,
            paid: paid(within),
            charged,
            committed: committed(to_end),
            prepaid: to_end.get(Figure::Prepaid),
            owed: to_end.get(Figure::Owed),
            remaining: Money::ZERO.minus(charged)?.minus(to_end.get(Figure::Due))?,
        })
    }

    /// Adds a budget, of which as much remains.
    pub(super) fn add_budget(&mut self, budget: Money) -> Result<(), Overflow> {
        self.budget = self.budget.plus(budget)?;
        self.remaining = self.remaining.plus(budget)?;
        Ok(())
    }

    /// Adds another line.
    pub(super) fn add(&mut self, other: &Measures) -> Result<(), Overflow> {
        self.budget = self.budget.plus(other.budget)?;
        self.awarded = self.awarded.plus(other.awarded)?;
        self.paid = self.paid.plus(other.paid)?;
        self.charged = self.charged.plus(other.charged)?;
        self.committed = self.committed.plus(other.committed)?;
        self.prepaid = self.prepaid.plus(other.prepaid)?;
        self.owed = self.owed.plus(other.owed)?;
        self.remaining = self.remaining.plus(other.remaining)?;
        Ok(())
    }

    /// True when there is nothing to show.
    pub fn is_zero(&self) -> bool {
        *self == Measures::default()
    }
}

impl Standing {
    /// What these changes come to.
    pub(super) fn of(changes: &Figures) -> Result<Standing, Overflow> {
        Ok(Standing {
            awarded: awarded(changes)?,
            paid: paid(changes),
            charged: charged(changes),
            committed: committed(changes),
            prepaid: changes.get(Figure::Prepaid),
            owed: changes.get(Figure::Owed),
        })
    }

    /// Adds another line.
    pub(super) fn add(&mut self, other: &Standing) -> Result<(), Overflow> {
        self.awarded = self.awarded.plus(other.awarded)?;
        self.paid = self.paid.plus(other.paid)?;
        self.charged = self.charged.plus(other.charged)?;
        self.committed = self.committed.plus(other.committed)?;
        self.prepaid = self.prepaid.plus(other.prepaid)?;
        self.owed = self.owed.plus(other.owed)?;
        Ok(())
    }

    /// True when there is nothing to show.
    pub fn is_zero(&self) -> bool {
        *self == Standing::default()
    }
}
