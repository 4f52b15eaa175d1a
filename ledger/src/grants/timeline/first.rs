//! The first version of the rules: a change of estimate counts from the beginning of its month.
//!
//! Kept for entries recorded under it; see [`Rules`](crate::grants::Rules). Nothing here changes any more.

use std::collections::VecDeque;

use super::{Movement, Position, Step};
use crate::allocation::Place;
use crate::calendar::{Date, Period};
use crate::funds::FundId;
use crate::grants::{Award, Basis, Fact, Purpose};
use crate::money::{Money, Overflow};
use crate::themes::{Split, ThemeId};

/// Returns the steps in the order of the walk; without recognition over the period if `recognising` is false.
pub(super) fn walk<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Vec<Step<'a>>, Overflow> {
    Ok(walked(facts, recognising)?.map(|walk| walk.steps).unwrap_or_default())
}

/// Returns the steps by which refunds reduce the entitlement.
pub(super) fn reductions<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    Ok(walked(facts, true)?.map(|walk| walk.reductions).unwrap_or_default())
}

fn walked<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Option<Walk<'a>>, Overflow> {
    let mut award = None;
    let mut later = Vec::new();
    for fact in facts {
        match fact.award() {
            Some(awarded) => award = Some(awarded),
            None => later.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(None) };
    // No award of this version had several funds.
    let Some(fund) = award.fund.ids().next() else { return Ok(None) };
    // Payments and expenditure on the day of a change of purpose belong to the new purpose, whatever was
    // recorded first; otherwise the facts of a day stay in the order of recording.
    later.sort_by_key(|(date, fact)| (*date, !matches!(fact, Fact::Repurposed(_))));

    let mut walk = Walk::new(award, fund, recognising);
    walk.commit(award.decided, award.amount)?;
    walk.spread(award.decided)?;
    for (date, fact) in later {
        walk.recognise_until(date)?;
        match fact {
            Fact::Varied(variation) => {
                walk.commit(date, variation.change)?;
                walk.set_period(date, variation.period)?;
                walk.spread(date)?;
            }
            Fact::Withdrawn(withdrawal) => {
                walk.commit(date, withdrawal.withdrawn.negated())?;
                walk.withdrawn = true;
                walk.spread(date)?;
            }
            Fact::Repurposed(repurpose) => {
                walk.repurpose(date, &repurpose.purpose, repurpose.include_past)?;
            }
            Fact::Paid(payment) => walk.pay(date, payment.amount)?,
            Fact::Returned(returned) => walk.pay(date, returned.amount.negated())?,
            Fact::Refunded(refund) => {
                walk.pay(date, refund.amount.negated())?;
                if !refund.stays_available {
                    let before = walk.steps.len();
                    walk.commit(date, refund.amount.negated())?;
                    walk.reductions.extend_from_slice(walk.steps.get(before..).unwrap_or_default());
                    walk.spread(date)?;
                }
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::FundChanged(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => {}
        }
    }
    walk.recognise_rest()?;
    Ok(Some(walk))
}

/// Returns the positions of a grant from its decision on, in the order of the days.
pub(super) fn course<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Position>, Overflow> {
    let mut dated: Vec<(Date, &Fact)> =
        facts.into_iter().filter_map(|fact| fact.date().map(|date| (date, fact))).collect();
    dated.sort_by_key(|(date, _)| *date);
    let (mut entitlement, mut paid, mut is_decided) = (Money::ZERO, Money::ZERO, false);
    let mut course = Vec::new();
    for (date, fact) in dated {
        match fact {
            Fact::Awarded(award) => {
                is_decided = true;
                entitlement = entitlement.plus(award.amount)?;
            }
            Fact::Varied(variation) => entitlement = entitlement.plus(variation.change)?,
            Fact::Withdrawn(withdrawal) => entitlement = entitlement.minus(withdrawal.withdrawn)?,
            Fact::Paid(payment) => paid = paid.plus(payment.amount)?,
            // No earlier version recorded any.
            Fact::Returned(returned) => paid = paid.minus(returned.amount)?,
            Fact::Refunded(refund) => {
                paid = paid.minus(refund.amount)?;
                if !refund.stays_available {
                    entitlement = entitlement.minus(refund.amount)?;
                }
            }
            Fact::Repurposed(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::FundChanged(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => continue,
        }
        if is_decided {
            course.push(Position { date, entitlement, paid });
        }
    }
    Ok(course)
}

/// Expenditure to be recognised as the period passes.
struct Due {
    /// When it is recognised.
    date: Date,
    /// The last day of service that it covers.
    covers_to: Date,
    /// Total expenditure once it is recognised.
    recognised_to_date: Money,
}

/// Totals under the purpose in force, which are shared over its themes cumulatively.
struct Shared {
    committed: Money,
    paid: Money,
    recognised: Money,
}

/// The state of the walk along the facts.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    fund: &'a FundId,
    /// Those of the steps by which refunds reduce the entitlement.
    reductions: Vec<Step<'a>>,
    split: &'a Split,
    shared: Shared,
    period: Option<Period>,
    withdrawn: bool,
    decided: Date,
    awarded: Money,
    recognised: Money,
    covered_to: Option<Date>,
    due: VecDeque<Due>,
    recognising: bool,
}

impl<'a> Walk<'a> {
    fn new(award: &'a Award, fund: &'a FundId, recognising: bool) -> Walk<'a> {
        Walk {
            steps: Vec::with_capacity(8),
            fund,
            reductions: Vec::new(),
            split: &award.purpose.split,
            shared: Shared { committed: Money::ZERO, paid: Money::ZERO, recognised: Money::ZERO },
            period: award.period,
            withdrawn: false,
            decided: award.decided,
            awarded: Money::ZERO,
            recognised: Money::ZERO,
            covered_to: None,
            due: VecDeque::new(),
            recognising,
        }
    }

    /// Shares a movement over the themes: each theme's share of the total with it, less the share without it
    /// (cumulative rounding).
    fn share(&mut self, date: Date, movement: Movement, before: Money, after: Money) -> Result<(), Overflow> {
        let split = self.split;
        split.change(before, after, |theme, amount| self.step(date, movement, theme, amount))
    }

    fn step(
        &mut self,
        date: Date,
        movement: Movement,
        theme: &'a ThemeId,
        amount: Money,
    ) -> Result<(), Overflow> {
        if !amount.is_zero() {
            let place = Place { fund: self.fund, theme };
            self.steps.push(Step { date, movement, place, amount });
        }
        Ok(())
    }

    fn commit(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.committed;
        self.shared.committed = before.plus(amount)?;
        self.awarded = self.awarded.plus(amount)?;
        self.share(date, Movement::Commit, before, self.shared.committed)
    }

    fn pay(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.paid;
        self.shared.paid = before.plus(amount)?;
        self.share(date, Movement::Pay, before, self.shared.paid)?;
        match self.period {
            None => self.recognise(date, amount),
            Some(_) => Ok(()),
        }
    }

    fn recognise(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.recognised;
        self.shared.recognised = before.plus(amount)?;
        self.recognised = self.recognised.plus(amount)?;
        self.share(date, Movement::Recognise, before, self.shared.recognised)
    }

    /// Recognises what falls before a day: the facts of a day come before its recognition.
    fn recognise_until(&mut self, day: Date) -> Result<(), Overflow> {
        while self.due.front().is_some_and(|due| due.date < day) {
            self.recognise_next()?;
        }
        Ok(())
    }

    fn recognise_rest(&mut self) -> Result<(), Overflow> {
        while !self.due.is_empty() {
            self.recognise_next()?;
        }
        Ok(())
    }

    fn recognise_next(&mut self) -> Result<(), Overflow> {
        let Some(due) = self.due.pop_front() else { return Ok(()) };
        self.recognise(due.date, due.recognised_to_date.minus(self.recognised)?)?;
        self.covered_to = Some(due.covers_to);
        Ok(())
    }

    /// Sets the period. Expenditure recognised on payment before a period was stated is credited, so that it is
    /// recognised again over the period.
    fn set_period(&mut self, day: Date, period: Option<Period>) -> Result<(), Overflow> {
        if self.period.is_none() && period.is_some() {
            self.recognise(day, self.recognised.negated())?;
            self.covered_to = None;
        }
        self.period = period.or(self.period);
        Ok(())
    }

    /// Spreads what is not yet recognised over the rest of the period, as at `day`. What falls before `day` is
    /// recognised on it; what was recognised in excess is credited on it.
    fn spread(&mut self, day: Date) -> Result<(), Overflow> {
        self.due.clear();
        let Some(period) = self.period.filter(|_| self.recognising) else { return Ok(()) };
        // No expenditure is recognised before the decision, even if payments were made before it.
        let day = day.max(self.decided);
        let (days, basis) = (period.days(), Basis::of(Some(period)));
        let units_to = |end: Date| -> u64 {
            let units = match basis {
                Basis::ByMonth => i64::from(end.month().months_since(days.from().month())),
                Basis::ByDay | Basis::WhenPaid => end.days_since(days.from()),
            };
            u64::try_from(units + 1).unwrap_or(0)
        };
        let units = units_to(days.to());
        let units_done = self.covered_to.map_or(0, |covered_to| units_to(covered_to).min(units));
        if self.withdrawn || units_done == units || self.awarded < self.recognised {
            let excess_only = self.withdrawn && self.awarded >= self.recognised;
            let remainder = if excess_only { Money::ZERO } else { self.awarded.minus(self.recognised)? };
            return self.recognise(day, remainder);
        }
        let already = self.recognised;
        let to_spread = self.awarded.minus(already)?;
        let months = days.months();
        self.due.reserve(months.size_hint().0);
        for month in months {
            let covers_to = month.last_day().min(days.to());
            let done = units_to(covers_to);
            if done > units_done {
                let part = to_spread.fraction(done - units_done, units - units_done);
                let recognised_to_date = already.plus(part)?;
                self.due.push_back(Due { date: covers_to.max(day), covers_to, recognised_to_date });
            }
        }
        Ok(())
    }

    fn repurpose(&mut self, date: Date, purpose: &'a Purpose, include_past: bool) -> Result<(), Overflow> {
        let outstanding = self.shared.committed.minus(self.shared.paid)?;
        for (theme, amount) in self.balances(|movement| match movement {
            Movement::Commit | Movement::MoveCommitment => 1,
            Movement::Pay => -1,
            Movement::Recover
            | Movement::MoveControl
            | Movement::MoveExpenditure
            | Movement::MoveEarlierYears
            | Movement::TransferCommitment
            | Movement::TransferControl
            | Movement::TransferExpenditure
            | Movement::TransferEarlierYears
            | Movement::Recognise => 0,
        })? {
            self.step(date, Movement::MoveCommitment, theme, amount.negated())?;
        }
        let recognised = self.balances(|movement| {
            i8::from(matches!(movement, Movement::Recognise | Movement::MoveExpenditure))
        })?;
        self.split = &purpose.split;
        self.shared = Shared { committed: outstanding, paid: Money::ZERO, recognised: Money::ZERO };
        self.share(date, Movement::MoveCommitment, Money::ZERO, outstanding)?;
        if include_past {
            for (theme, amount) in recognised {
                self.step(date, Movement::MoveExpenditure, theme, amount.negated())?;
            }
            self.shared.recognised = self.recognised;
            self.share(date, Movement::MoveExpenditure, Money::ZERO, self.recognised)?;
        }
        Ok(())
    }

    /// Returns the sum of the steps so far by theme, each movement with its sign.
    fn balances(&self, sign: fn(Movement) -> i8) -> Result<Vec<(&'a ThemeId, Money)>, Overflow> {
        let mut balances: Vec<(&ThemeId, Money)> = Vec::new();
        for step in &self.steps {
            let amount = match sign(step.movement) {
                0 => continue,
                1 => step.amount,
                _ => step.amount.negated(),
            };
            match balances.iter_mut().find(|(theme, _)| *theme == step.place.theme) {
                Some((_, balance)) => *balance = balance.plus(amount)?,
                None => balances.push((step.place.theme, amount)),
            }
        }
        Ok(balances)
    }
}
