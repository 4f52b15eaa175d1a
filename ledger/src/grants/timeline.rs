//! What a grant posts, as a function of its facts.
//!
//! Facts are processed in the order in which they happened, not in which they were recorded. The result is a
//! list of steps; the entry of a new (or reversed) fact is the difference between the steps with and without
//! it. So a payment recorded after a change of purpose is still posted under the theme in force on its own
//! date, and reversing a fact leaves the books as if it had never been recorded. This module checks neither
//! limits nor dates.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::accounts::Account;
use crate::calendar::{Date, Period};
use crate::closed::ClosedMonths;
use crate::entry::dated::Dated;
use crate::entry::{Entries, Entry, EntryError, Line, LineTemplate, MonthlyExpenditure};
use crate::funds::FundId;
use crate::grants::{Award, Basis, Fact, Grant, Purpose, Rules};
use crate::money::{Money, Overflow};
use crate::themes::{Split, ThemeId};

/// The kinds of step; each has its posting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// A commitment (or its reduction, if negative).
    Commit,
    /// A payment (or a refund, if negative).
    Pay,
    /// An outstanding commitment moved to a theme (or from it, if negative).
    MoveCommitment,
    /// Recognised expenditure moved to a theme (or from it, if negative).
    MoveExpenditure,
    /// Expenditure recognised (or credited, if negative).
    Recognise,
}

impl Movement {
    /// Returns the lines of a positive amount; expenditure is written as runs instead.
    fn lines(self) -> Option<LineTemplate> {
        match self {
            Movement::Commit => Some(LineTemplate::Commitment),
            Movement::Pay => Some(LineTemplate::Payment),
            Movement::MoveCommitment => Some(LineTemplate::Single(Account::Commitments)),
            Movement::MoveExpenditure => Some(LineTemplate::Single(Account::GrantExpenditure)),
            Movement::Recognise => None,
        }
    }
}

/// A movement of one amount under one theme on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    pub date: Date,
    pub movement: Movement,
    pub theme: &'a ThemeId,
    /// Never zero.
    pub amount: Money,
}

/// Returns the steps of a grant with these facts (in the order of recording), one for each date, movement and
/// theme, sorted by these.
pub fn steps<'a>(rules: Rules, facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    merge(walk(rules, facts, true)?)
}

/// Returns the steps in the order of the walk; without recognition over the period if `recognising` is false.
fn walk<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Vec<Step<'a>>, Overflow> {
    match rules {
        Rules::First => first_walk(facts, recognising),
    }
}

fn first_walk<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Vec<Step<'a>>, Overflow> {
    let mut award = None;
    let mut later = Vec::new();
    for fact in facts {
        match fact.award() {
            Some(awarded) => award = Some(awarded),
            None => later.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(Vec::new()) };
    // Payments and expenditure on the day of a change of purpose belong to the new purpose, whatever was
    // recorded first; otherwise the facts of a day stay in the order of recording.
    later.sort_by_key(|(date, fact)| (*date, !matches!(fact, Fact::Repurposed(_))));

    let mut walk = Walk::new(award, recognising);
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
            Fact::Refunded(refund) => {
                walk.pay(date, refund.amount.negated())?;
                if !refund.stays_available {
                    walk.commit(date, refund.amount.negated())?;
                    walk.spread(date)?;
                }
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::RulesApplied { .. } => {}
        }
    }
    walk.recognise_rest()?;
    Ok(walk.steps)
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
    fn new(award: &'a Award, recognising: bool) -> Walk<'a> {
        Walk {
            steps: Vec::with_capacity(8),
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
            self.steps.push(Step { date, movement, theme, amount });
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
            Movement::MoveExpenditure | Movement::Recognise => 0,
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
            match balances.iter_mut().find(|(theme, _)| *theme == step.theme) {
                Some((_, balance)) => *balance = balance.plus(amount)?,
                None => balances.push((step.theme, amount)),
            }
        }
        Ok(balances)
    }
}

/// Sorts steps and adds up those with the same date, movement and theme.
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

/// Returns the steps that lead from the first list to the second. One fact changes few steps of many, so a
/// common start and end are skipped first.
fn difference<'a>(before: &[Step<'a>], after: &[Step<'a>]) -> Result<Vec<Step<'a>>, Overflow> {
    let common = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(common..).unwrap_or_default(), after.get(common..).unwrap_or_default());
    let common = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let undone = before.iter().take(before.len() - common);
    let undone = undone.map(|step| Step { amount: step.amount.negated(), ..*step });
    merge(undone.chain(after.iter().take(after.len() - common).copied()).collect())
}

fn key<'a>(step: &Step<'a>) -> (Date, Movement, &'a ThemeId) {
    (step.date, step.movement, step.theme)
}

/// Returns the entries that take the books from a grant's entries as recorded to those of the rules. Postings whose
/// month is closed are booked on the first open day.
pub fn entries_from_recorded(
    grant: &Grant,
    rules: Rules,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    let by_rules = entries_by(rules, grant)?;
    let recorded = Dated::of(grant.history.iter().map(|recorded| &*recorded.entries))?;
    recorded.entries_to(&Dated::of([&by_rules])?, closed)
}

/// Returns true if a grant's entries as recorded are those of the rules, wherever they were booked.
pub fn is_recorded_as(grant: &Grant, rules: Rules) -> Result<bool, EntryError> {
    let by_rules = entries_by(rules, grant)?;
    let recorded = Dated::of(grant.history.iter().map(|recorded| &*recorded.entries))?;
    Ok(recorded == Dated::of([&by_rules])?)
}

fn entries_by(rules: Rules, grant: &Grant) -> Result<Entries, EntryError> {
    match grant.last_award() {
        Some(award) => entries(rules, [], grant.facts(), &award.fund, &ClosedMonths::default()),
        None => Ok(Entries::none()),
    }
}

/// Returns the entries that take the books from the facts `before` to the facts `after`. Postings whose month
/// is closed are booked on the first open day.
pub fn entries<'a>(
    rules: Rules,
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    entries_between(rules, (before, after), true, fund, closed)
}

/// Returns the same for one more payment of an award with a period from the start: recognition does not depend
/// on its payments, so it need not be compared.
pub fn entries_of_payment<'a>(
    rules: Rules,
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    entries_between(rules, (before, after), false, fund, closed)
}

fn entries_between<'a>(
    rules: Rules,
    (before, after): (impl IntoIterator<Item = &'a Fact>, impl IntoIterator<Item = &'a Fact>),
    recognising: bool,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    let changes = difference(&walk(rules, before, recognising)?, &walk(rules, after, recognising)?)?;

    // Most facts post on one day.
    let mut entries = Entries { entries: Vec::with_capacity(1), monthly: Vec::new() };
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
    entries.monthly = expenditure_runs(&changes, fund, closed);
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

/// Writes expenditure as runs of consecutive months, theme by theme.
fn expenditure_runs(changes: &[Step<'_>], fund: &FundId, closed: &ClosedMonths) -> Vec<MonthlyExpenditure> {
    let mut runs: Vec<MonthlyExpenditure> = Vec::new();
    for step in changes.iter().filter(|step| step.movement == Movement::Recognise) {
        let booking_day = closed.booking_day(step.date);
        let booked = (booking_day != step.date).then_some(booking_day);
        let continues = |run: &&mut MonthlyExpenditure| {
            let next = i32::try_from(run.amounts.len()).unwrap_or(i32::MAX);
            run.theme == *step.theme
                && run.booked == booked
                && run.from.month().plus(next).last_day() == step.date
        };
        match runs.iter_mut().rev().find(continues) {
            Some(run) => run.amounts.push(step.amount),
            None => runs.push(MonthlyExpenditure {
                from: step.date,
                booked,
                fund: fund.clone(),
                theme: step.theme.clone(),
                amounts: vec![step.amount],
            }),
        }
    }
    // There are very many of these in memory.
    runs.iter_mut().for_each(|run| run.amounts.shrink_to_fit());
    runs.shrink_to_fit();
    runs
}
