//! The second version of the rules: changes of estimate are prospective, what is paid beyond the entitlement is a
//! recovery due, credits go back to where the debit is, and grant control moves with the purpose.

mod service;

use std::collections::VecDeque;

use self::service::Service;
use super::{Movement, Position, Step};
use crate::calendar::{Date, DateRange, Period};
use crate::grants::{Award, Basis, Fact, Purpose, within_day};
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

/// Returns the positions of a grant from its decision on, in the order of the days.
pub(super) fn course<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Position>, Overflow> {
    // Only a withdrawal reduces the entitlement by what is recognised.
    let facts: Vec<&Fact> = facts.into_iter().collect();
    let recognising = facts.iter().any(|fact| matches!(fact, Fact::Withdrawn(_)));
    Ok(walked(facts, recognising)?.map(|walk| walk.course).unwrap_or_default())
}

fn walked<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Option<Walk<'a>>, Overflow> {
    let (mut award, mut others) = (None, Vec::new());
    for fact in facts {
        match fact.award() {
            Some(awarded) => award = Some(awarded),
            None => others.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(None) };
    others.sort_by_key(|(date, fact)| (*date, within_day(fact)));
    let before = others.partition_point(|(date, _)| *date < award.decided);
    let (before, after) = others.split_at(before);

    let mut walk = Walk::new(award, recognising);
    before.iter().try_for_each(|(date, fact)| walk.happen(*date, fact))?;
    walk.decide(award)?;
    after.iter().try_for_each(|(date, fact)| walk.happen(*date, fact))?;
    walk.recognise_due(|_| true)?;
    Ok(Some(walk))
}

/// Expenditure to be recognised as the service passes.
struct Due {
    date: Date,
    /// Total expenditure once it is recognised.
    recognised_to_date: Money,
}

/// The time from one purpose to the next, with what is under its themes.
struct Purposed<'a> {
    from: Date,
    split: &'a Split,
    recognised: Money,
    /// Payments less refunds.
    paid: Held<'a>,
    recoveries_due: Held<'a>,
}

impl<'a> Purposed<'a> {
    fn new(from: Date, split: &'a Split) -> Purposed<'a> {
        let (paid, recoveries_due) = (Held::default(), Held::default());
        Purposed { from, split, recognised: Money::ZERO, paid, recoveries_due }
    }
}

/// Amounts by theme.
#[derive(Default)]
struct Held<'a>(Vec<(&'a ThemeId, Money)>);

impl<'a> Held<'a> {
    fn of(&self, theme: &ThemeId) -> Money {
        self.0.iter().find(|(it, _)| *it == theme).map_or(Money::ZERO, |(_, amount)| *amount)
    }

    fn add(&mut self, theme: &'a ThemeId, amount: Money) -> Result<(), Overflow> {
        match self.0.iter_mut().find(|(it, _)| *it == theme) {
            Some((_, held)) => *held = held.plus(amount)?,
            None => self.0.push((theme, amount)),
        }
        Ok(())
    }

    fn total(&self) -> Result<Money, Overflow> {
        Money::sum(self.0.iter().map(|(_, amount)| *amount))
    }

    /// Returns parts of an amount in proportion to what there is: none is more than that.
    fn proportion(&self, mut amount: Money) -> Result<Vec<(&'a ThemeId, Money)>, Overflow> {
        let mut left = self.total()?;
        let mut parts = Vec::with_capacity(self.0.len());
        for (theme, held) in &self.0 {
            let whole = u64::try_from(left.pence()).unwrap_or(0);
            let part = amount.fraction(u64::try_from(held.pence()).unwrap_or(0), whole);
            parts.push((*theme, part));
            amount = amount.minus(part)?;
            left = left.minus(*held)?;
        }
        Ok(parts)
    }
}

/// The state of the walk along the facts.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    /// By how much refunds reduce the entitlement, as reduced commitments.
    reductions: Vec<Step<'a>>,
    course: Vec<Position>,
    recognising: bool,
    decided: Date,
    is_decided: bool,
    period: Option<Period>,
    withdrawn: bool,
    entitlement: Money,
    paid: Money,
    recognised: Money,
    service: Service,
    due: VecDeque<Due>,
    /// The purposes so far and the one in force.
    past: Vec<Purposed<'a>>,
    present: Purposed<'a>,
    /// What the steps come to on these accounts.
    control: Held<'a>,
    commitments: Held<'a>,
}

impl<'a> Walk<'a> {
    fn new(award: &'a Award, recognising: bool) -> Walk<'a> {
        Walk {
            steps: Vec::with_capacity(8),
            reductions: Vec::new(),
            course: Vec::new(),
            recognising,
            decided: award.decided,
            is_decided: false,
            period: award.period,
            withdrawn: false,
            entitlement: Money::ZERO,
            paid: Money::ZERO,
            recognised: Money::ZERO,
            service: Service::default(),
            due: VecDeque::new(),
            past: Vec::new(),
            present: Purposed::new(award.decided, &award.purpose.split),
            control: Held::default(),
            commitments: Held::default(),
        }
    }

    fn decide(&mut self, award: &'a Award) -> Result<(), Overflow> {
        self.is_decided = true;
        // Refunds of what was paid before the decision reduce what it awards.
        let reduced = self.entitlement.min(Money::ZERO);
        for (theme, amount) in changes(self.present.split, Money::ZERO, reduced)? {
            self.reduce(self.decided, theme, amount);
        }
        self.entitlement = self.entitlement.plus(award.amount)?;
        match self.period {
            Some(period) => self.spread(period.days(), period, Money::ZERO)?,
            None => self.recognise_payments(self.decided)?,
        }
        self.arrive(self.decided)
    }

    fn happen(&mut self, date: Date, fact: &'a Fact) -> Result<(), Overflow> {
        match fact {
            Fact::Repurposed(repurpose) => {
                self.recognise_due(|due| due < date)?;
                self.repurpose(date, &repurpose.purpose, repurpose.include_past)?;
            }
            Fact::Paid(payment) => {
                self.recognise_due(|due| due <= date)?;
                self.pay(date, payment.amount)?;
                self.recognise_payments(date)?;
            }
            Fact::Refunded(refund) => {
                self.recognise_due(|due| due <= date)?;
                let (before, entitlement) = (self.steps.len(), self.entitlement);
                let cleared = refund.amount.min(self.recovery_due()?);
                self.repay(date, refund.amount)?;
                if !refund.stays_available {
                    self.entitlement = self.entitlement.minus(refund.amount)?.plus(cleared)?;
                    self.estimate(date, None)?;
                }
                self.recognise_payments(date)?;
                self.arrive(date)?;
                if self.is_decided && self.entitlement != entitlement {
                    self.reduce_by_steps(before);
                }
                return Ok(());
            }
            Fact::Returned(returned) => {
                self.recognise_due(|due| due <= date)?;
                // What was paid before the decision belongs to the first purpose.
                let made_under = self.past.iter().rposition(|it| it.from <= returned.paid).unwrap_or(0);
                let past = (returned.paid < self.present.from).then_some(made_under);
                self.give_back(date, returned.amount, past)?;
                self.recognise_payments(date)?;
            }
            Fact::Varied(variation) => {
                self.recognise_due(|due| due <= date)?;
                self.entitlement = self.entitlement.plus(variation.change)?;
                self.estimate(date, variation.period)?;
                self.recognise_payments(date)?;
            }
            Fact::Withdrawn(_) => {
                self.recognise_due(|due| due <= date)?;
                // The entitlement becomes what is recognised or, without a period, paid and not due back.
                self.withdrawn = true;
                self.entitlement = match self.period {
                    Some(_) => self.service.to(date)?.min(self.entitlement),
                    None => self.entitlement.min(self.paid),
                };
                self.estimate(date, None)?;
                self.recognise_payments(date)?;
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => return Ok(()),
        }
        self.arrive(date)
    }

    /// Notes the change of entitlement by the steps from a place on: of commitments less recoveries due.
    fn reduce_by_steps(&mut self, from: usize) {
        let steps = self.steps.get(from..).unwrap_or_default().to_vec();
        for Step { date, movement, theme, amount } in steps {
            match movement {
                Movement::Commit => self.reduce(date, theme, amount),
                Movement::Recover => self.reduce(date, theme, amount.negated()),
                Movement::Pay
                | Movement::MoveCommitment
                | Movement::MoveControl
                | Movement::MoveExpenditure
                | Movement::Recognise => {}
            }
        }
    }

    fn reduce(&mut self, date: Date, theme: &'a ThemeId, amount: Money) {
        if !amount.is_zero() {
            self.reductions.push(Step { date, movement: Movement::Commit, theme, amount });
        }
    }

    /// Ends a fact.
    fn arrive(&mut self, date: Date) -> Result<(), Overflow> {
        if self.is_decided {
            self.course.push(Position { date, entitlement: self.entitlement, paid: self.paid });
        }
        self.settle(date)
    }

    /// Returns what is paid beyond the entitlement. What is paid before the decision is prepaid until then.
    fn recovery_due(&self) -> Result<Money, Overflow> {
        if self.is_decided {
            Ok(self.paid.minus(self.entitlement)?.max(Money::ZERO))
        } else {
            Ok(Money::ZERO)
        }
    }

    fn pay(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.paid_under_present()?;
        self.paid = self.paid.plus(amount)?;
        let parts = changes(self.present.split, before, before.plus(amount)?)?;
        for (theme, part) in parts {
            self.present.paid.add(theme, part)?;
            self.step(date, Movement::Pay, theme, part)?;
        }
        Ok(())
    }

    /// Takes money back, from where payments stand: the purpose in force first, then earlier ones, newest first.
    fn repay(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.paid_under_present()?;
        self.paid = self.paid.minus(amount)?;
        let mut left = amount;
        let mut parts = Vec::new();
        let here = self.present.paid.total()?.max(Money::ZERO).min(left);
        left = left.minus(here)?;
        let of_past: Vec<Money> = take_newest_first(&self.past, &mut left, |it| it.paid.total())?;
        // What was never paid is nowhere; it is shown where it would come back.
        let here = here.plus(left)?;
        let mut shared = changes(self.present.split, before, before.minus(here)?)?;
        if shared.iter().any(|(theme, part)| part.size() > self.present.paid.of(theme)) && left.is_zero() {
            let proportion = self.present.paid.proportion(here)?;
            shared = proportion.into_iter().map(|(theme, part)| (theme, part.negated())).collect();
        }
        for (theme, part) in shared {
            self.present.paid.add(theme, part)?;
            parts.push((theme, part));
        }
        for (purposed, taken) in self.past.iter_mut().zip(of_past) {
            for (theme, part) in purposed.paid.proportion(taken)? {
                purposed.paid.add(theme, part.negated())?;
                parts.push((theme, part.negated()));
            }
        }
        parts.into_iter().try_for_each(|(theme, part)| self.step(date, Movement::Pay, theme, part))
    }

    /// Takes a returned payment back, from the earlier purpose under which it was made, if so.
    fn give_back(&mut self, date: Date, amount: Money, past: Option<usize>) -> Result<(), Overflow> {
        let there = match past.and_then(|place| self.past.get(place)) {
            Some(purposed) => purposed.paid.total()?.max(Money::ZERO).min(amount),
            None => Money::ZERO,
        };
        if let Some(purposed) = past.and_then(|place| self.past.get_mut(place)) {
            self.paid = self.paid.minus(there)?;
            let parts = purposed.paid.proportion(there)?;
            for (theme, part) in &parts {
                purposed.paid.add(theme, part.negated())?;
            }
            parts
                .into_iter()
                .try_for_each(|(theme, part)| self.step(date, Movement::Pay, theme, part.negated()))?;
            // Without a period, its expenditure is there too.
            if self.period.is_none() {
                self.credit_past(date, past, there)?;
            }
        }
        match amount.minus(there)? {
            rest if rest.is_zero() => Ok(()),
            rest => self.repay(date, rest),
        }
    }

    /// Credits expenditure of an earlier purpose, up to an amount and what of it is not due back.
    fn credit_past(&mut self, date: Date, past: Option<usize>, amount: Money) -> Result<(), Overflow> {
        let to_date = self.paid.minus(self.recovery_due()?)?;
        let credit = self.recognised.minus(to_date)?.max(Money::ZERO).min(amount);
        let Some(purposed) = past.and_then(|place| self.past.get_mut(place)) else { return Ok(()) };
        let credit = credit.min(purposed.recognised);
        let before = purposed.recognised;
        purposed.recognised = before.minus(credit)?;
        let parts = changes(purposed.split, before, purposed.recognised)?;
        self.recognised = self.recognised.minus(credit)?;
        self.service.credit(credit)?;
        parts.into_iter().try_for_each(|(theme, part)| self.step(date, Movement::Recognise, theme, part))
    }

    /// Without a period, what is paid and not due back is expenditure from the decision on.
    fn recognise_payments(&mut self, date: Date) -> Result<(), Overflow> {
        if self.period.is_some() || !self.is_decided {
            return Ok(());
        }
        let to_date = self.paid.minus(self.recovery_due()?)?;
        let change = to_date.minus(self.recognised)?;
        match change.is_negative() {
            true => self.service.credit(change.negated())?,
            false => self.service.on(date, change),
        }
        self.recognise(date, to_date)
    }

    /// Recognises expenditure up to a total, or credits it: under the purpose in force up to what there is,
    /// then under earlier ones, newest first.
    fn recognise(&mut self, date: Date, to_date: Money) -> Result<(), Overflow> {
        let change = to_date.minus(self.recognised)?;
        self.recognised = to_date;
        let mut credit = change.negated().max(Money::ZERO);
        let before = self.present.recognised;
        let credited_here = before.max(Money::ZERO).min(credit);
        credit = credit.minus(credited_here)?;
        let of_past = take_newest_first(&self.past, &mut credit, |it| Ok(it.recognised))?;
        let after = before.plus(change.max(Money::ZERO))?.minus(credited_here)?.minus(credit)?;
        self.present.recognised = after;
        let mut parts = changes(self.present.split, before, after)?;
        for (purposed, taken) in self.past.iter_mut().zip(of_past) {
            let before = purposed.recognised;
            purposed.recognised = before.minus(taken)?;
            parts.extend(changes(purposed.split, before, purposed.recognised)?);
        }
        parts.into_iter().try_for_each(|(theme, part)| self.step(date, Movement::Recognise, theme, part))
    }

    /// Recognises what falls due on the days that are meant.
    fn recognise_due(&mut self, is_meant: impl Fn(Date) -> bool) -> Result<(), Overflow> {
        while self.due.front().is_some_and(|due| is_meant(due.date)) {
            let Some(due) = self.due.pop_front() else { return Ok(()) };
            self.recognise(due.date, due.recognised_to_date)?;
            self.settle(due.date)?;
        }
        Ok(())
    }

    /// Takes a change of estimate into account at the end of a day. The service up to then is recognised on the old
    /// terms; what is left of the entitlement is spread over the rest.
    fn estimate(&mut self, date: Date, period: Option<Period>) -> Result<(), Overflow> {
        let varied = period.filter(|_| period != self.period);
        self.period = period.or(self.period);
        let Some(period) = self.period.filter(|_| self.is_decided && self.recognising) else { return Ok(()) };
        self.service.stop(date);
        if varied.is_some() {
            self.service.limit(period.days())?;
        }
        let served = self.service.recognised()?;
        let excess = served.minus(self.entitlement)?.max(Money::ZERO);
        self.service.credit(excess)?;
        let served = served.minus(excess)?;
        let left = self.entitlement.minus(served)?;
        self.due.clear();
        let days = period.days();
        let rest = DateRange::new(days.from().max(date.next_day()), days.to());
        match rest.ok().filter(|_| !self.withdrawn) {
            None => {
                // No service is left to spread anything over.
                self.service.on(date, left);
                self.recognise(date, self.entitlement)
            }
            Some(rest) => {
                if self.recognised > served || rest.from().month() != date.month() {
                    self.recognise(date, served)?;
                }
                self.spread(rest, period, served)
            }
        }
    }

    /// Spreads what is left of the entitlement over days of service. What falls before the decision is recognised
    /// on it.
    fn spread(&mut self, days: DateRange, period: Period, served: Money) -> Result<(), Overflow> {
        if !self.recognising {
            return Ok(());
        }
        let left = self.entitlement.minus(served)?;
        let by_month = Basis::of(Some(period)) == Basis::ByMonth;
        let (due, decided) = (&mut self.due, self.decided);
        let mut added = Ok(());
        self.service.spread(days, by_month, left, |day, amount| match served.plus(amount) {
            Ok(recognised_to_date) => due.push_back(Due { date: day.max(decided), recognised_to_date }),
            Err(overflow) => added = Err(overflow),
        });
        added
    }

    /// Changes the purpose. What is outstanding, prepaid, accrued and still to recognise goes on under the new one.
    fn repurpose(&mut self, date: Date, purpose: &'a Purpose, include_past: bool) -> Result<(), Overflow> {
        let present = std::mem::replace(&mut self.present, Purposed::new(date, &purpose.split));
        self.past.push(present);
        if !include_past {
            return Ok(());
        }
        let mut parts = changes(&purpose.split, Money::ZERO, self.recognised)?;
        self.present.recognised = self.recognised;
        for purposed in &mut self.past {
            parts.extend(changes(purposed.split, purposed.recognised, Money::ZERO)?);
            purposed.recognised = Money::ZERO;
        }
        parts
            .into_iter()
            .try_for_each(|(theme, part)| self.step(date, Movement::MoveExpenditure, theme, part))
    }

    /// What was paid and neither recognised nor due back under earlier purposes.
    fn paid_under_present(&self) -> Result<Money, Overflow> {
        self.past.iter().try_fold(self.paid, |paid, purposed| {
            paid.minus(purposed.recognised)?.minus(purposed.recoveries_due.total()?)
        })
    }

    /// Brings recoveries due, grant control and commitments to what they must be under the purpose in force, by
    /// steps that move what is elsewhere.
    fn settle(&mut self, date: Date) -> Result<(), Overflow> {
        let due_back = self.recovery_due()?;
        let past = self.past.iter().try_fold(Money::ZERO, |sum, it| sum.plus(it.recoveries_due.total()?))?;
        let mut lower = past.minus(due_back)?.max(Money::ZERO);
        let of_past = take_newest_first(&self.past, &mut lower, |it| it.recoveries_due.total())?;
        let mut recovered = Vec::new();
        for (purposed, taken) in self.past.iter_mut().zip(of_past) {
            for (theme, part) in purposed.recoveries_due.proportion(taken)? {
                purposed.recoveries_due.add(theme, part.negated())?;
                recovered.push((theme, part.negated()));
            }
        }

        let paid = self.paid_under_present()?;
        let promised = match self.is_decided {
            true => self.past.iter().try_fold(self.entitlement, |rest, it| rest.minus(it.recognised))?,
            false => paid,
        };
        let split = self.present.split;
        let shares = |amount: Money| split.divide(amount).map(|(_, part)| part);
        let each = split.themes().zip(shares(paid)).zip(shares(promised)).zip(shares(paid.max(promised)));
        let (mut control, mut commitments) = (Held::default(), Held::default());
        for ((((theme, paid), promised), covered), recognised) in each.zip(shares(self.present.recognised)) {
            let due_back = covered.minus(promised)?;
            let change = due_back.minus(self.present.recoveries_due.of(theme))?;
            self.present.recoveries_due.add(theme, change)?;
            recovered.push((theme, change));
            control.add(theme, paid.minus(recognised)?.minus(due_back)?)?;
            commitments.add(theme, covered.minus(paid)?)?;
        }
        for (theme, part) in recovered {
            self.step(date, Movement::Recover, theme, part)?;
        }
        for (theme, part) in differences(&self.control, &control)? {
            self.step(date, Movement::MoveControl, theme, part)?;
        }
        let changes = differences(&self.commitments, &commitments)?;
        let is_move = Money::sum(changes.iter().map(|(_, amount)| *amount))?.is_zero();
        let movement = if is_move { Movement::MoveCommitment } else { Movement::Commit };
        changes.into_iter().try_for_each(|(theme, part)| self.step(date, movement, theme, part))
    }

    fn step(
        &mut self,
        date: Date,
        movement: Movement,
        theme: &'a ThemeId,
        amount: Money,
    ) -> Result<(), Overflow> {
        if amount.is_zero() {
            return Ok(());
        }
        match movement {
            Movement::Pay => {
                self.control.add(theme, amount)?;
                self.commitments.add(theme, amount.negated())?;
            }
            Movement::Recognise | Movement::Recover => self.control.add(theme, amount.negated())?,
            Movement::MoveControl => self.control.add(theme, amount)?,
            Movement::Commit | Movement::MoveCommitment => self.commitments.add(theme, amount)?,
            Movement::MoveExpenditure => {}
        }
        self.steps.push(Step { date, movement, theme, amount });
        Ok(())
    }
}

/// Returns the change of each theme's part when an amount changes.
fn changes(split: &Split, before: Money, after: Money) -> Result<Vec<(&ThemeId, Money)>, Overflow> {
    let mut parts = Vec::new();
    split.change(before, after, |theme, part| {
        parts.push((theme, part));
        Ok(())
    })?;
    Ok(parts)
}

/// Returns what is taken of an amount from each earlier purpose, newest first, up to what there is, and leaves
/// the rest.
fn take_newest_first<'a>(
    past: &[Purposed<'a>],
    amount: &mut Money,
    there_is: impl Fn(&Purposed<'a>) -> Result<Money, Overflow>,
) -> Result<Vec<Money>, Overflow> {
    let mut taken = vec![Money::ZERO; past.len()];
    for (purposed, taken) in past.iter().zip(&mut taken).rev() {
        *taken = there_is(purposed)?.max(Money::ZERO).min(*amount);
        *amount = amount.minus(*taken)?;
    }
    Ok(taken)
}

/// Returns what each theme lacks, of those that either holds.
fn differences<'a>(held: &Held<'a>, wanted: &Held<'a>) -> Result<Vec<(&'a ThemeId, Money)>, Overflow> {
    let gone = held.0.iter().filter(|(theme, _)| wanted.0.iter().all(|(it, _)| it != theme));
    let gone = gone.map(|(theme, amount)| Ok((*theme, amount.negated())));
    let there = wanted.0.iter().map(|(theme, amount)| Ok((*theme, amount.minus(held.of(theme))?)));
    gone.chain(there).collect()
}
