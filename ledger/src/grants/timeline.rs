//! What a grant posts, as a function of its facts.
//!
//! The facts are walked in the order in which they happened, whatever the order in which the
//! ledger learned of them. The result is a list of steps; the entry of a new (or undone) fact is
//! the difference between the steps with and without it. So a payment that becomes known after a
//! change of purpose still lands under the theme in force on its own date, and reversing a fact
//! leaves the books as if it had never been recorded. This module checks no ceilings and no dates.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::accounts::Account;
use crate::calendar::{Date, Period};
use crate::closed::ClosedMonths;
use crate::entry::{Charges, Entries, Entry, EntryError, Line, LineTemplate};
use crate::funds::FundId;
use crate::grants::{Award, Basis, Fact, Purpose};
use crate::money::{Money, Overflow};
use crate::themes::{Split, ThemeId};

/// The kinds of step; each has its posting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// An amount is promised (or, when negative, promised no longer).
    Promise,
    /// An amount is paid (or, when negative, comes back).
    Pay,
    /// An outstanding commitment comes to stand under a theme (or, when negative, leaves it).
    MoveCommitment,
    /// An amount already charged comes to stand under a theme (or, when negative, leaves it).
    MoveCharge,
    /// An amount is recognised as expenditure (or, when negative, credited).
    Charge,
}

impl Movement {
    /// The lines of a positive amount, but for charges, which are written as runs.
    fn lines(self) -> Option<LineTemplate> {
        match self {
            Movement::Promise => Some(LineTemplate::Promised),
            Movement::Pay => Some(LineTemplate::Paid),
            Movement::MoveCommitment => Some(LineTemplate::Single(Account::Commitments)),
            Movement::MoveCharge => Some(LineTemplate::Single(Account::GrantExpenditure)),
            Movement::Charge => None,
        }
    }
}

/// An amount that moves under one theme on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The effective date.
    pub date: Date,
    /// What moves.
    pub movement: Movement,
    /// Under which theme.
    pub theme: &'a ThemeId,
    /// How much; never nothing.
    pub amount: Money,
}

/// The steps of a grant with these facts (given in the order of recording), sorted by date,
/// movement and theme, one step for each.
pub fn steps<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    merge(walk(facts, true)?)
}

/// The steps in the order in which the walk comes upon them; without those that the passing of
/// the period brings, where `charging` is false.
fn walk<'a>(facts: impl IntoIterator<Item = &'a Fact>, charging: bool) -> Result<Vec<Step<'a>>, Overflow> {
    let mut award = None;
    let mut later = Vec::new();
    for fact in facts {
        match fact {
            Fact::Awarded(awarded) => award = Some(&**awarded),
            Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_) => {}
            _ => later.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(Vec::new()) };
    // What is paid or charged on the day of a change of purpose stands under the new one, whatever
    // was recorded first; otherwise a day's facts stay in the order of recording.
    later.sort_by_key(|(date, fact)| (*date, !matches!(fact, Fact::Repurposed(_))));

    let mut walk = Walk::new(award, charging);
    walk.promise(award.decided, award.amount)?;
    walk.spread(award.decided)?;
    for (date, fact) in later {
        walk.charge_until(date)?;
        match fact {
            Fact::Varied(variation) => {
                walk.promise(date, variation.change)?;
                walk.set_period(date, variation.period)?;
                walk.spread(date)?;
            }
            Fact::Withdrawn(withdrawal) => {
                walk.promise(date, withdrawal.withdrawn.negated())?;
                walk.withdrawn = true;
                walk.spread(date)?;
            }
            Fact::Repurposed(repurpose) => {
                walk.repurpose(date, &repurpose.purpose, repurpose.include_charged)?;
            }
            Fact::Paid(payment) => walk.pay(date, payment.amount)?,
            Fact::Refunded(refund) => {
                walk.pay(date, refund.amount.negated())?;
                if !refund.stays_available {
                    walk.promise(date, refund.amount.negated())?;
                    walk.spread(date)?;
                }
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_) => {}
        }
    }
    walk.charge_rest()?;
    Ok(walk.steps)
}

/// A charge that the period's passing will bring.
struct Due {
    /// When it is charged.
    date: Date,
    /// The last day of service that it covers.
    covers_to: Date,
    /// What has been charged in all, once it is.
    charged_to_date: Money,
}

/// Totals under the purpose in force: what is shared over its themes cumulatively.
struct Shared {
    promised: Money,
    paid: Money,
    charged: Money,
}

/// The walk along the facts.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    split: &'a Split,
    shared: Shared,
    period: Option<Period>,
    withdrawn: bool,
    decided: Date,
    awarded: Money,
    charged: Money,
    covered_to: Option<Date>,
    due: VecDeque<Due>,
    charging: bool,
}

impl<'a> Walk<'a> {
    fn new(award: &'a Award, charging: bool) -> Walk<'a> {
        Walk {
            steps: Vec::with_capacity(8),
            split: &award.purpose.split,
            shared: Shared { promised: Money::ZERO, paid: Money::ZERO, charged: Money::ZERO },
            period: award.period,
            withdrawn: false,
            decided: award.decided,
            awarded: Money::ZERO,
            charged: Money::ZERO,
            covered_to: None,
            due: VecDeque::new(),
            charging,
        }
    }

    /// Shares a movement over the themes: what all movements so far give each theme with it,
    /// less what they gave without it (cumulative rounding).
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
            self.steps.push(Step { date, movement, theme, amount });
        }
        Ok(())
    }

    fn promise(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.promised;
        self.shared.promised = before.plus(amount)?;
        self.awarded = self.awarded.plus(amount)?;
        self.share(date, Movement::Promise, before, self.shared.promised)
    }

    fn pay(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.paid;
        self.shared.paid = before.plus(amount)?;
        self.share(date, Movement::Pay, before, self.shared.paid)?;
        match self.period {
            None => self.charge(date, amount),
            Some(_) => Ok(()),
        }
    }

    fn charge(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.charged;
        self.shared.charged = before.plus(amount)?;
        self.charged = self.charged.plus(amount)?;
        self.share(date, Movement::Charge, before, self.shared.charged)
    }

    /// Makes the charges that fall before a day: what happens on a day comes before its charge.
    fn charge_until(&mut self, day: Date) -> Result<(), Overflow> {
        while self.due.front().is_some_and(|due| due.date < day) {
            self.charge_next()?;
        }
        Ok(())
    }

    fn charge_rest(&mut self) -> Result<(), Overflow> {
        while !self.due.is_empty() {
            self.charge_next()?;
        }
        Ok(())
    }

    fn charge_next(&mut self) -> Result<(), Overflow> {
        let Some(due) = self.due.pop_front() else { return Ok(()) };
        self.charge(due.date, due.charged_to_date.minus(self.charged)?)?;
        self.covered_to = Some(due.covers_to);
        Ok(())
    }

    /// States the period, or another one. What was charged when paid until then is credited, so
    /// that the charges that follow bring it to where the period says it should be.
    fn set_period(&mut self, day: Date, period: Option<Period>) -> Result<(), Overflow> {
        if self.period.is_none() && period.is_some() {
            self.charge(day, self.charged.negated())?;
            self.covered_to = None;
        }
        self.period = period.or(self.period);
        Ok(())
    }

    /// Spreads what is not yet charged over what remains of the period, as seen on `day`. What
    /// falls before `day` is charged on it; what was charged too much is credited on it.
    fn spread(&mut self, day: Date) -> Result<(), Overflow> {
        self.due.clear();
        let Some(period) = self.period.filter(|_| self.charging) else { return Ok(()) };
        // Nothing is charged before the decision, even where money moved before it.
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
        if self.withdrawn || units_done == units || self.awarded < self.charged {
            let excess_only = self.withdrawn && self.awarded >= self.charged;
            let owed = if excess_only { Money::ZERO } else { self.awarded.minus(self.charged)? };
            return self.charge(day, owed);
        }
        let already = self.charged;
        let to_spread = self.awarded.minus(already)?;
        let months = days.months();
        self.due.reserve(months.size_hint().0);
        for month in months {
            let covers_to = month.last_day().min(days.to());
            let done = units_to(covers_to);
            if done > units_done {
                let part = to_spread.fraction(done - units_done, units - units_done);
                let charged_to_date = already.plus(part)?;
                self.due.push_back(Due { date: covers_to.max(day), covers_to, charged_to_date });
            }
        }
        Ok(())
    }

    fn repurpose(&mut self, date: Date, purpose: &'a Purpose, include_charged: bool) -> Result<(), Overflow> {
        let outstanding = self.shared.promised.minus(self.shared.paid)?;
        for (theme, amount) in self.balances(|movement| match movement {
            Movement::Promise | Movement::MoveCommitment => 1,
            Movement::Pay => -1,
            Movement::MoveCharge | Movement::Charge => 0,
        })? {
            self.step(date, Movement::MoveCommitment, theme, amount.negated())?;
        }
        let charged =
            self.balances(|movement| i8::from(matches!(movement, Movement::Charge | Movement::MoveCharge)))?;
        self.split = &purpose.split;
        self.shared = Shared { promised: outstanding, paid: Money::ZERO, charged: Money::ZERO };
        self.share(date, Movement::MoveCommitment, Money::ZERO, outstanding)?;
        if include_charged {
            for (theme, amount) in charged {
                self.step(date, Movement::MoveCharge, theme, amount.negated())?;
            }
            self.shared.charged = self.charged;
            self.share(date, Movement::MoveCharge, Money::ZERO, self.charged)?;
        }
        Ok(())
    }

    /// The sum of the steps so far by theme, each movement counted with its sign.
    fn balances(&self, sign: fn(Movement) -> i8) -> Result<Vec<(&'a ThemeId, Money)>, Overflow> {
        let mut balances: Vec<(&ThemeId, Money)> = Vec::new();
        for step in &self.steps {
            let amount = match sign(step.movement) {
                0 => continue,
                1 => step.amount,
                _ => step.amount.negated(),
            };
            match balances.iter_mut().find(|(theme, _)| *theme == step.theme) {
                Some((_, balance)) => *balance = balance.plus(amount)?,
                None => balances.push((step.theme, amount)),
            }
        }
        Ok(balances)
    }
}

/// Sorts steps and adds up those of the same date, movement and theme.
fn merge(mut steps: Vec<Step<'_>>) -> Result<Vec<Step<'_>>, Overflow> {
    steps.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut merged: Vec<Step<'_>> = Vec::with_capacity(steps.len());
    for step in steps {
        match merged.last_mut() {
            Some(last) if key(last) == key(&step) => last.amount = last.amount.plus(step.amount)?,
            _ => merged.push(step),
        }
    }
    merged.retain(|step| !step.amount.is_zero());
    Ok(merged)
}

/// What the second list of steps has more than the first. One fact changes few steps of many, so
/// those that both lists begin and end with are passed over first.
fn difference<'a>(before: &[Step<'a>], after: &[Step<'a>]) -> Result<Vec<Step<'a>>, Overflow> {
    let alike = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(alike..).unwrap_or_default(), after.get(alike..).unwrap_or_default());
    let alike = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let undone = before.iter().take(before.len() - alike);
    let undone = undone.map(|step| Step { amount: step.amount.negated(), ..*step });
    merge(undone.chain(after.iter().take(after.len() - alike).copied()).collect())
}

fn key<'a>(step: &Step<'a>) -> (Date, Movement, &'a ThemeId) {
    (step.date, step.movement, step.theme)
}

/// The entries that bring the books from the facts `before` to the facts `after`. Postings whose
/// month is closed are booked on the first open day.
pub fn entries<'a>(
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    entries_between(before, after, true, fund, closed)
}

/// The same for one more payment of an award whose period was stated from the start: since its
/// charges do not depend on when it is paid, they need not be spread to be compared.
pub fn entries_of_payment<'a>(
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    entries_between(before, after, false, fund, closed)
}

fn entries_between<'a>(
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    charging: bool,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    let changes = difference(&walk(before, charging)?, &walk(after, charging)?)?;

    // Most facts post on one day.
    let mut entries = Entries { entries: Vec::with_capacity(1), charges: Vec::new() };
    for day in changes.chunk_by(|a, b| a.date == b.date) {
        let (Some(first), mut lines) = (day.first(), Vec::new()) else { continue };
        for step in day {
            for (account, debit) in step.movement.lines().into_iter().flat_map(LineTemplate::accounts) {
                let amount = if debit { step.amount } else { step.amount.negated() };
                add_line(&mut lines, account, fund, step.theme, amount)?;
            }
        }
        lines.retain(|line| !line.amount.is_zero());
        if !lines.is_empty() {
            entries.entries.push(Entry::new(first.date, Some(closed.booking_day(first.date)), lines)?);
        }
    }
    entries.charges = charge_runs(&changes, fund, closed);
    Ok(entries)
}

fn add_line(
    lines: &mut Vec<Line>,
    account: Account,
    fund: &FundId,
    theme: &ThemeId,
    amount: Money,
) -> Result<(), Overflow> {
    let same = |line: &&mut Line| line.account == account && line.theme.as_ref() == Some(theme);
    match lines.iter_mut().find(same) {
        Some(line) => line.amount = line.amount.plus(amount)?,
        None => lines.push(Line { account, fund: fund.clone(), theme: Some(theme.clone()), amount }),
    }
    Ok(())
}

/// Writes charges as runs of consecutive months, theme by theme.
fn charge_runs(changes: &[Step<'_>], fund: &FundId, closed: &ClosedMonths) -> Vec<Charges> {
    let mut runs: Vec<Charges> = Vec::new();
    for step in changes.iter().filter(|step| step.movement == Movement::Charge) {
        let booking_day = closed.booking_day(step.date);
        let booked = (booking_day != step.date).then_some(booking_day);
        let continues = |run: &&mut Charges| {
            let next = i32::try_from(run.amounts.len()).unwrap_or(i32::MAX);
            run.theme == *step.theme
                && run.booked == booked
                && run.from.month().plus(next).last_day() == step.date
        };
        match runs.iter_mut().rev().find(continues) {
            Some(run) => run.amounts.push(step.amount),
            None => runs.push(Charges {
                from: step.date,
                booked,
                fund: fund.clone(),
                theme: step.theme.clone(),
                amounts: vec![step.amount],
            }),
        }
    }
    // The memory is full of these.
    runs.iter_mut().for_each(|run| run.amounts.shrink_to_fit());
    runs.shrink_to_fit();
    runs
}
