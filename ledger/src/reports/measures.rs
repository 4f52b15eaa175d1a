//! The figures of a report, defined once.
//!
//! For any set of postings, awarded less paid is the change in outstanding commitments, apart from
//! what changes of purpose move between themes, which is zero in total.

use serde::Serialize;

use crate::accounts::Account;
use crate::money::{Money, Overflow};
use crate::totals::{Figure, Figures};
use crate::worded;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Measures {
    pub budget: Money,
    /// Awards, variations, withdrawals and refunds that reduce an award, in the range.
    pub awarded: Money,
    /// Payments less refunds, in the range.
    pub paid: Money,
    pub expenditure: Money,
    /// The outstanding commitment at the range's end: awarded and not yet paid.
    pub committed: Money,
    /// Paid and not yet recognised, grant by grant, at the range's end.
    pub prepayments: Money,
    /// Recognised and not yet paid, grant by grant, at the range's end.
    pub accruals: Money,
    /// Budget less expenditure, less the unscheduled commitment: all of the commitment of awards
    /// without a period, and none of the others, whose recognition falls in the range by schedule.
    pub remaining: Money,
}

/// The position of one or more grants at a day. Unlike [`Measures`], it has no budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Awards, variations, withdrawals and refunds that reduce an award.
    pub awarded: Money,
    /// Payments less refunds.
    pub paid: Money,
    pub expenditure: Money,
    /// The outstanding commitment: awarded and not yet paid.
    pub committed: Money,
    /// Paid and not yet recognised, grant by grant.
    pub prepayments: Money,
    /// Recognised and not yet paid, grant by grant.
    pub accruals: Money,
}

/// Returns the payments less refunds in these changes.
pub(super) fn paid(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Bank)).negated()
}

/// Returns the amount awarded in these changes: awards outstanding, a credit, are awarded less paid, where not due
/// back.
pub(super) fn awarded(changes: &Figures) -> Result<Money, Overflow> {
    let outstanding = changes.get(Figure::Posted(Account::AwardsOutstanding)).negated();
    paid(changes).plus(outstanding)?.minus(changes.get(Figure::Posted(Account::RecoveriesDue)))
}

pub(super) fn expenditure(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::GrantExpenditure))
}

pub(super) fn committed(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Commitments))
}

/// Returns what changes of purpose moved in, less what they moved out.
pub(super) fn moved(changes: &Figures) -> Result<Money, Overflow> {
    committed(changes).plus(changes.get(Figure::Posted(Account::AwardsOutstanding)))
}

summed!(Measures { budget, awarded, paid, expenditure, committed, prepayments, accruals, remaining });

impl Measures {
    /// Returns the measures of a range, from the changes in it and all changes up to its end.
    /// The budget is added later ([`Measures::add_budget`]).
    fn of(within: &Figures, to_end: &Figures) -> Result<Measures, Overflow> {
        let expenditure = expenditure(within);
        Ok(Measures {
            budget: Money::ZERO,
            awarded: awarded(within)?,
            paid: paid(within),
            expenditure,
            committed: committed(to_end),
            prepayments: to_end.get(Figure::Prepayments),
            accruals: to_end.get(Figure::Accruals),
            remaining: Money::ZERO.minus(expenditure)?.minus(to_end.get(Figure::Unscheduled))?,
        })
    }

    /// Returns the measures of the changes before and within a range.
    pub(super) fn of_range(changes: &[Figures]) -> Result<Measures, Overflow> {
        let mut to_end = Figures::default();
        changes.iter().try_for_each(|figures| to_end.absorb(figures))?;
        Measures::of(changes.get(1).unwrap_or(&Figures::default()), &to_end)
    }

    /// Adds a budget, and as much to what remains.
    pub(super) fn add_budget(&mut self, budget: Money) -> Result<(), Overflow> {
        self.budget = self.budget.plus(budget)?;
        self.remaining = self.remaining.plus(budget)?;
        Ok(())
    }

    /// Returns one of the figures; zero for those that only reports by period have.
    pub fn get(&self, measure: Measure) -> Money {
        match measure {
            Measure::Budget => self.budget,
            Measure::Awarded => self.awarded,
            Measure::Paid => self.paid,
            Measure::Expenditure => self.expenditure,
            Measure::Committed | Measure::ClosingCommitted => self.committed,
            Measure::Prepayments => self.prepayments,
            Measure::Accruals => self.accruals,
            Measure::Remaining => self.remaining,
            Measure::OpeningCommitted | Measure::Moved => Money::ZERO,
        }
    }

    pub fn is_zero(&self) -> bool {
        *self == Measures::default()
    }
}

/// One of the figures of a report, by the name of its column. Those that [`Measures`] has are explained
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Budget,
    Awarded,
    Paid,
    Expenditure,
    Committed,
    Prepayments,
    Accruals,
    Remaining,
    /// The outstanding commitment when the range begins.
    OpeningCommitted,
    /// Commitments that changes of purpose moved in, less those they moved out.
    Moved,
    /// The same as [`Measure::Committed`], as reports by period call it.
    ClosingCommitted,
}

// In the order of the columns, by their names in files.
worded!(Measure::word, displayed parsed {
    Budget = "budget", Awarded = "awarded", Paid = "paid", Expenditure = "expenditure",
    Committed = "committed", Prepayments = "prepayments", Accruals = "accruals", Remaining = "remaining",
    OpeningCommitted = "opening_committed", Moved = "moved", ClosingCommitted = "closing_committed",
});

impl Measure {
    /// The figures of [`Measures`], in its order.
    pub const OF_LINES: [Measure; 8] = [
        Measure::Budget,
        Measure::Awarded,
        Measure::Paid,
        Measure::Expenditure,
        Measure::Committed,
        Measure::Prepayments,
        Measure::Accruals,
        Measure::Remaining,
    ];

    /// Returns true for balances at a day, and false for movements in a range.
    pub const fn is_state(self) -> bool {
        matches!(
            self,
            Measure::Committed
                | Measure::Prepayments
                | Measure::Accruals
                | Measure::OpeningCommitted
                | Measure::ClosingCommitted
        )
    }

    /// Returns what a budget contributes to this figure.
    pub(super) const fn of_budget(self, budget: Money) -> Money {
        if matches!(self, Measure::Budget | Measure::Remaining) { budget } else { Money::ZERO }
    }

    /// Returns the figure of these changes, given as those before a range and those in it.
    pub(super) fn of(self, changes: &[Figures]) -> Result<Money, Overflow> {
        match self {
            Measure::OpeningCommitted => Ok(changes.first().map(committed).unwrap_or_default()),
            Measure::Moved => changes.get(1).map_or(Ok(Money::ZERO), moved),
            Measure::Budget
            | Measure::Awarded
            | Measure::Paid
            | Measure::Expenditure
            | Measure::Committed
            | Measure::Prepayments
            | Measure::Accruals
            | Measure::Remaining
            | Measure::ClosingCommitted => Ok(Measures::of_range(changes)?.get(self)),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

summed!(Standing { awarded, paid, expenditure, committed, prepayments, accruals });

impl Standing {
    /// Returns the position that these changes add up to.
    pub(super) fn of(changes: &Figures) -> Result<Standing, Overflow> {
        Ok(Standing {
            awarded: awarded(changes)?,
            paid: paid(changes),
            expenditure: expenditure(changes),
            committed: committed(changes),
            prepayments: changes.get(Figure::Prepayments),
            accruals: changes.get(Figure::Accruals),
        })
    }

    pub fn is_zero(&self) -> bool {
        *self == Standing::default()
    }
}
