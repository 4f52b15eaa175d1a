//! The figures of a report, defined once.
//!
//! For any set of postings, awarded less paid is the change in outstanding commitments, apart from
//! what changes of purpose move between themes, which is zero in total.

use std::ops::Range;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::grants::Grant;
use crate::money::{Money, Overflow};
use crate::reports::Query;
use crate::reports::budgets::BudgetPart;
use crate::reports::collect::{
    BEFORE, Cuts, TO_COME, TO_DATE, WHOLE_MONTHS, WITHIN, absorb_each, before_and_within, of_grant,
};
use crate::totals::{Figure, Figures};
use crate::worded;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Measures {
    pub budget: Money,
    /// Awards, variations and withdrawals in the range.
    pub awarded: Money,
    /// Refunds that reduce an award, in the range.
    pub reduced: Money,
    /// Payments less refunds, in the range.
    pub paid: Money,
    pub expenditure: Money,
    /// The outstanding commitment at the range's end: awarded and not yet paid.
    pub committed: Money,
    /// Paid and not yet recognised, grant by grant, at the range's end.
    pub prepayments: Money,
    /// Recognised and not yet paid, grant by grant, at the range's end.
    pub accruals: Money,
    /// Paid in excess of awards and not yet refunded, at the range's end.
    pub recoveries_due: Money,
    /// Awarded by the reporting date and to be recognised after it, by the range's end. Only of whole years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub still_to_recognise: Option<Money>,
    /// Budget less expenditure, less what is still to recognise. Only of whole years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Money>,
    /// The budget of the range up to the last whole month. Only of part years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiled_budget: Option<Money>,
    /// The profiled budget less the expenditure of the same months. Only of part years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variance: Option<Money>,
    /// What changes of purpose and fund moved in, less what they moved out: commitments and, between funds, what was
    /// paid with them. Present where anything moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Money>,
    /// Prepayments less accruals that changes of purpose moved in, less what they moved out. Present where anything
    /// moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_moved: Option<Money>,
    /// Expenditure of earlier years that moved in, less what moved out. Present where anything moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier_years: Option<Money>,
    /// Prior period adjustments in the range: expenditure of earlier years, posted to reserves. Present where there are
    /// any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_period: Option<Money>,
}

/// Adds figures that are absent in some periods. What is absent adds nothing.
pub(super) trait AddIfAny {
    fn add(&mut self, other: Self) -> Result<(), Overflow>;
}

impl AddIfAny for Option<Money> {
    fn add(&mut self, other: Option<Money>) -> Result<(), Overflow> {
        if let Some(other) = other {
            self.get_or_insert_default().add(other)?;
        }
        Ok(())
    }
}

/// The position of one or more grants at a day. Unlike [`Measures`], it has no budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What was awarded in the period of a report of grants or recipients, beside what was to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded_in_period: Option<Money>,
    /// As [`Standing::awarded_in_period`], of refunds that reduce an award.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reduced_in_period: Option<Money>,
    /// As [`Standing::awarded_in_period`], of payments less refunds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_in_period: Option<Money>,
    /// As [`Standing::awarded_in_period`], of expenditure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expenditure_in_period: Option<Money>,
    /// As [`Standing::awarded_in_period`], of prior period adjustments. Present where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_period_in_period: Option<Money>,
    /// Awards, variations and withdrawals.
    pub awarded: Money,
    /// Refunds that reduce an award.
    pub reduced: Money,
    /// Payments less refunds.
    pub paid: Money,
    /// What is recognised, with that of prior period adjustments.
    pub expenditure: Money,
    /// The outstanding commitment: awarded and not yet paid.
    pub committed: Money,
    /// Paid and not yet recognised, grant by grant.
    pub prepayments: Money,
    /// Recognised and not yet paid, grant by grant.
    pub accruals: Money,
    /// Paid in excess of awards and not yet refunded.
    pub recoveries_due: Money,
}

/// Returns the payments less refunds in these changes.
pub(super) fn paid(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Bank)).negated()
}

/// Returns the amount awarded in these changes: awards outstanding, a credit, are awarded less reduced and paid, where
/// not due back.
pub(super) fn awarded(changes: &Figures) -> Result<Money, Overflow> {
    let outstanding = changes.get(Figure::Posted(Account::AwardsOutstanding)).negated();
    let net = paid(changes).plus(outstanding)?.minus(recoveries_due(changes))?;
    net.plus(reduced(changes))
}

/// Returns the amount by which refunds reduced awards in these changes.
pub(super) fn reduced(changes: &Figures) -> Money {
    changes.get(Figure::Reduced)
}

pub(super) fn expenditure(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::GrantExpenditure))
}

pub(super) fn committed(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::Commitments))
}

/// Returns the expenditure of earlier years that moved in, less what moved out.
pub(super) fn earlier_years(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::EarlierYears))
}

/// Returns the prior period adjustments: expenditure of earlier years that was posted to reserves.
pub(super) fn prior_period(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::PriorPeriod))
}

/// Returns what is due back from recipients.
pub(super) fn recoveries_due(changes: &Figures) -> Money {
    changes.get(Figure::Posted(Account::RecoveriesDue))
}

/// Returns what changes of purpose moved in of grant control, less what they moved out: what is prepaid or accrued, due
/// back or expenditure, and not paid here.
pub(super) fn control_moved(changes: &Figures) -> Result<Money, Overflow> {
    use Account::{Bank, EarlierYears, GrantControl, GrantExpenditure, PriorPeriod, RecoveriesDue};
    let accounts = [GrantControl, GrantExpenditure, EarlierYears, PriorPeriod, RecoveriesDue, Bank];
    Money::sum(accounts.into_iter().map(|account| changes.get(Figure::Posted(account))))
}

/// Returns what changes of purpose and fund moved in, less what they moved out: what counts as paid of a fund was
/// awarded in another.
pub(super) fn moved(changes: &Figures) -> Result<Money, Overflow> {
    committed(changes).plus(changes.get(Figure::Posted(Account::AwardsOutstanding)))
}

summed!(Measures {
    budget,
    awarded,
    reduced,
    paid,
    expenditure,
    committed,
    prepayments,
    accruals,
    recoveries_due,
    still_to_recognise,
    remaining,
    profiled_budget,
    variance,
    moved,
    control_moved,
    earlier_years,
    prior_period
});

impl Measures {
    /// Returns measures of zero, with the figures that the query's period has.
    pub(super) fn zero(query: &Query) -> Measures {
        let (of_years, of_parts) = match query.is_of_whole_years() {
            true => (Some(Money::ZERO), None),
            false => (None, Some(Money::ZERO)),
        };
        Measures {
            still_to_recognise: of_years,
            remaining: of_years,
            profiled_budget: of_parts,
            variance: of_parts,
            ..Measures::default()
        }
    }

    /// Returns the measures of these changes, by the stretches of [`Cuts::of`](super::collect::Cuts::of).
    /// The budget is added later ([`Measures::add_budget`]).
    pub(super) fn of(changes: &[Figures], query: &Query) -> Result<Measures, Overflow> {
        let (within, to_end) = (sum(changes, WITHIN)?, sum(changes, TO_DATE)?);
        let mut measures = Measures {
            awarded: awarded(&within)?,
            reduced: reduced(&within),
            paid: paid(&within),
            expenditure: expenditure(&within),
            committed: committed(&to_end),
            prepayments: to_end.get(Figure::Prepayments),
            accruals: to_end.get(Figure::Accruals),
            recoveries_due: recoveries_due(&to_end),
            moved: Some(moved(&within)?),
            control_moved: Some(control_moved(&within)?),
            earlier_years: Some(earlier_years(&within)),
            prior_period: Some(prior_period(&within)),
            ..Measures::zero(query)
        };
        for (figure, measure) in [
            (&mut measures.still_to_recognise, Measure::StillToRecognise),
            (&mut measures.remaining, Measure::Remaining),
            (&mut measures.variance, Measure::Variance),
        ] {
            if let Some(figure) = figure {
                *figure = measure.of(changes)?;
            }
        }
        Ok(measures)
    }

    /// Adds a budget, and as much to what remains of it.
    pub(super) fn add_budget(&mut self, part: BudgetPart) -> Result<(), Overflow> {
        self.budget.add(part.budget)?;
        for (figure, amount) in [
            (&mut self.remaining, part.budget),
            (&mut self.profiled_budget, part.profiled),
            (&mut self.variance, part.profiled),
        ] {
            figure.as_mut().map_or(Ok(()), |figure| figure.add(amount))?;
        }
        Ok(())
    }

    /// Returns one of the figures; zero for those that the report or its period does not have.
    pub fn get(&self, measure: Measure) -> Money {
        match measure {
            Measure::Budget => self.budget,
            Measure::Awarded => self.awarded,
            Measure::Reduced => self.reduced,
            Measure::Paid => self.paid,
            Measure::Expenditure => self.expenditure,
            Measure::Committed | Measure::ClosingCommitted => self.committed,
            Measure::Prepayments => self.prepayments,
            Measure::Accruals => self.accruals,
            Measure::RecoveriesDue => self.recoveries_due,
            Measure::StillToRecognise => self.still_to_recognise.unwrap_or_default(),
            Measure::Remaining => self.remaining.unwrap_or_default(),
            Measure::ProfiledBudget => self.profiled_budget.unwrap_or_default(),
            Measure::Variance => self.variance.unwrap_or_default(),
            Measure::Moved => self.moved.unwrap_or_default(),
            Measure::ControlMoved => self.control_moved.unwrap_or_default(),
            Measure::EarlierYears => self.earlier_years.unwrap_or_default(),
            Measure::PriorPeriod => self.prior_period.unwrap_or_default(),
            Measure::OpeningCommitted => Money::ZERO,
        }
    }

    /// Returns true if anything moved between lines.
    pub fn has_moves(&self) -> bool {
        let moves = [self.moved, self.control_moved, self.earlier_years];
        moves.into_iter().flatten().any(|amount| !amount.is_zero())
    }

    /// Shows what moved between lines, also where it is zero, or leaves it out.
    pub(super) fn show_moves(&mut self, are_shown: bool) {
        for figure in [&mut self.moved, &mut self.control_moved, &mut self.earlier_years] {
            *figure = are_shown.then(|| figure.unwrap_or_default());
        }
    }

    /// Shows prior period adjustments, also where they are zero, or leaves them out.
    pub(super) fn show_adjustments(&mut self, are_shown: bool) {
        self.prior_period = are_shown.then(|| self.prior_period.unwrap_or_default());
    }

    pub fn is_zero(&self) -> bool {
        Measure::OF_LINES.into_iter().all(|measure| self.get(measure).is_zero())
    }
}

/// One of the figures of a report, by the name of its column. Those that [`Measures`] has are explained
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Budget,
    Awarded,
    Reduced,
    Paid,
    Expenditure,
    Committed,
    Prepayments,
    Accruals,
    RecoveriesDue,
    StillToRecognise,
    Remaining,
    ProfiledBudget,
    Variance,
    /// The outstanding commitment when the range begins.
    OpeningCommitted,
    Moved,
    ControlMoved,
    EarlierYears,
    PriorPeriod,
    /// The same as [`Measure::Committed`], as reports by period call it.
    ClosingCommitted,
}

// In the order of the columns, by their names in files.
worded!(Measure::word, displayed parsed {
    Budget = "budget", Awarded = "awarded", Reduced = "reduced", Paid = "paid",
    Expenditure = "expenditure",
    Committed = "committed", Prepayments = "prepayments", Accruals = "accruals",
    RecoveriesDue = "recoveries_due",
    StillToRecognise = "still_to_recognise", Remaining = "remaining",
    ProfiledBudget = "profiled_budget", Variance = "variance",
    OpeningCommitted = "opening_committed", Moved = "moved", ControlMoved = "control_moved",
    EarlierYears = "earlier_years", PriorPeriod = "prior_period", ClosingCommitted = "closing_committed",
});

impl Measure {
    /// The figures of [`Measures`], in its order.
    pub const OF_LINES: [Measure; 17] = [
        Measure::Budget,
        Measure::Awarded,
        Measure::Reduced,
        Measure::Paid,
        Measure::Expenditure,
        Measure::Committed,
        Measure::Prepayments,
        Measure::Accruals,
        Measure::RecoveriesDue,
        Measure::StillToRecognise,
        Measure::Remaining,
        Measure::ProfiledBudget,
        Measure::Variance,
        Measure::Moved,
        Measure::ControlMoved,
        Measure::EarlierYears,
        Measure::PriorPeriod,
    ];

    /// Returns true for the figures that a period has: some are of whole years only, others of part years only.
    pub const fn is_of(self, whole_years: bool) -> bool {
        match self {
            Measure::StillToRecognise | Measure::Remaining => whole_years,
            Measure::ProfiledBudget | Measure::Variance => !whole_years,
            Measure::Budget
            | Measure::Awarded
            | Measure::Reduced
            | Measure::Paid
            | Measure::Expenditure
            | Measure::Committed
            | Measure::Prepayments
            | Measure::Accruals
            | Measure::RecoveriesDue
            | Measure::OpeningCommitted
            | Measure::Moved
            | Measure::ControlMoved
            | Measure::EarlierYears
            | Measure::PriorPeriod
            | Measure::ClosingCommitted => true,
        }
    }

    /// Returns true for balances at a day, and false for movements in a range.
    pub const fn is_state(self) -> bool {
        matches!(
            self,
            Measure::Committed
                | Measure::Prepayments
                | Measure::Accruals
                | Measure::RecoveriesDue
                | Measure::StillToRecognise
                | Measure::OpeningCommitted
                | Measure::ClosingCommitted
        )
    }

    /// Returns what a budget contributes to this figure.
    pub(super) const fn of_budget(self, part: BudgetPart) -> Money {
        match self {
            Measure::Budget | Measure::Remaining => part.budget,
            Measure::ProfiledBudget | Measure::Variance => part.profiled,
            Measure::Awarded
            | Measure::Reduced
            | Measure::Paid
            | Measure::Expenditure
            | Measure::Committed
            | Measure::Prepayments
            | Measure::Accruals
            | Measure::RecoveriesDue
            | Measure::StillToRecognise
            | Measure::OpeningCommitted
            | Measure::Moved
            | Measure::ControlMoved
            | Measure::EarlierYears
            | Measure::PriorPeriod
            | Measure::ClosingCommitted => Money::ZERO,
        }
    }

    /// Returns the figure of these changes, by the stretches of [`Cuts::of`](super::collect::Cuts::of), without
    /// budgets.
    pub(super) fn of(self, changes: &[Figures]) -> Result<Money, Overflow> {
        let (within, to_date) = (|| sum(changes, WITHIN), || sum(changes, TO_DATE));
        let of = |stretch: usize| changes.get(stretch).map(expenditure).unwrap_or_default();
        match self {
            Measure::Budget | Measure::ProfiledBudget => Ok(Money::ZERO),
            Measure::Awarded => awarded(&within()?),
            Measure::Reduced => Ok(reduced(&within()?)),
            Measure::Paid => Ok(paid(&within()?)),
            Measure::Expenditure => Ok(expenditure(&within()?)),
            Measure::Committed | Measure::ClosingCommitted => Ok(committed(&to_date()?)),
            Measure::Prepayments => Ok(to_date()?.get(Figure::Prepayments)),
            Measure::Accruals => Ok(to_date()?.get(Figure::Accruals)),
            Measure::RecoveriesDue => Ok(recoveries_due(&to_date()?)),
            Measure::StillToRecognise => Ok(of(TO_COME)),
            Measure::Remaining => Ok(expenditure(&within()?).plus(of(TO_COME))?.negated()),
            Measure::Variance => Ok(of(WHOLE_MONTHS).negated()),
            Measure::OpeningCommitted => Ok(changes.get(BEFORE).map(committed).unwrap_or_default()),
            Measure::Moved => moved(&within()?),
            Measure::ControlMoved => control_moved(&within()?),
            Measure::EarlierYears => Ok(earlier_years(&within()?)),
            Measure::PriorPeriod => Ok(prior_period(&within()?)),
        }
    }
}

/// Returns true if prepayments less accruals of a line are not its balance of grant control: something was netted against
/// another line.
pub(super) fn is_netted(changes: &[Figures]) -> Result<bool, Overflow> {
    let to_date = sum(changes, TO_DATE)?;
    let shown = to_date.get(Figure::Prepayments).minus(to_date.get(Figure::Accruals))?;
    Ok(shown != to_date.get(Figure::Posted(Account::GrantControl)))
}

/// Returns the sum of some stretches.
fn sum(changes: &[Figures], stretches: Range<usize>) -> Result<Figures, Overflow> {
    let mut sum = Figures::default();
    changes.get(stretches).unwrap_or_default().iter().try_for_each(|figures| sum.absorb(figures))?;
    Ok(sum)
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

summed!(Standing {
    awarded_in_period,
    reduced_in_period,
    paid_in_period,
    expenditure_in_period,
    prior_period_in_period,
    awarded,
    reduced,
    paid,
    expenditure,
    committed,
    prepayments,
    accruals,
    recoveries_due
});

impl Standing {
    /// Returns the position that these changes add up to.
    pub(super) fn of(changes: &Figures) -> Result<Standing, Overflow> {
        Ok(Standing {
            awarded_in_period: None,
            reduced_in_period: None,
            paid_in_period: None,
            expenditure_in_period: None,
            prior_period_in_period: None,
            awarded: awarded(changes)?,
            reduced: reduced(changes),
            paid: paid(changes),
            // To date it does not matter in which year it was booked, nor whether in reserves.
            expenditure: expenditure(changes).plus(earlier_years(changes))?.plus(prior_period(changes))?,
            committed: committed(changes),
            prepayments: changes.get(Figure::Prepayments),
            accruals: changes.get(Figure::Accruals),
            recoveries_due: recoveries_due(changes),
        })
    }

    /// Returns one grant's position as at the reporting date with the movements of the range, over all themes that
    /// the query covers.
    pub(super) fn of_grant(grant: &Grant, query: &Query) -> Result<Standing, Overflow> {
        let cuts = Cuts::before_and_within(query);
        let mut sums = [Figures::default(), Figures::default()];
        for (_, changes) in of_grant(grant, query, &cuts)? {
            absorb_each(&mut sums, &changes)?;
        }
        let [before, within] = sums;
        Standing::of_period(&before, &within)
    }

    /// Returns the position of all grants as [`Standing::of_grant`] does that of one, if totals have it.
    pub(super) fn of_all(books: &dyn Books, query: &Query) -> Result<Option<Standing>, BooksError> {
        let Some([before, within]) = before_and_within(books, query)? else { return Ok(None) };
        Ok(Some(Standing::of_period(&before, &within)?))
    }

    /// Returns the position that the changes before a period and in it add up to, with the movements of the period.
    fn of_period(before: &Figures, within: &Figures) -> Result<Standing, Overflow> {
        let mut to_date = before.clone();
        to_date.absorb(within)?;
        Ok(Standing {
            awarded_in_period: Some(awarded(within)?),
            reduced_in_period: Some(reduced(within)),
            paid_in_period: Some(paid(within)),
            expenditure_in_period: Some(expenditure(within)),
            prior_period_in_period: Some(prior_period(within)).filter(|it| !it.is_zero()),
            ..Standing::of(&to_date)?
        })
    }

    /// Returns the position without the movements of a period.
    pub fn to_date(self) -> Standing {
        let none = None;
        Standing {
            awarded_in_period: none,
            reduced_in_period: none,
            paid_in_period: none,
            expenditure_in_period: none,
            prior_period_in_period: none,
            ..self
        }
    }

    pub fn is_zero(&self) -> bool {
        let Standing { awarded_in_period, reduced_in_period, paid_in_period, expenditure_in_period, .. } =
            *self;
        let adjusted = self.prior_period_in_period;
        let Standing { awarded, reduced, paid, expenditure, committed, .. } = *self;
        let Standing { prepayments, accruals, recoveries_due, .. } = *self;
        let moved = [awarded_in_period, reduced_in_period, paid_in_period, expenditure_in_period, adjusted];
        let position =
            [awarded, reduced, paid, expenditure, committed, prepayments, accruals, recoveries_due];
        position.iter().all(|amount| amount.is_zero())
            && moved.iter().flatten().all(|amount| amount.is_zero())
    }
}
