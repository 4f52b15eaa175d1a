//! The second version of the rules: changes of estimate are prospective, what is paid beyond the entitlement is a
//! recovery due, credits go back to where the debit is, and grant control moves with the purpose and the fund. By the
//! third version, a part that a fact names has its own payments, entitlement and expenditure from then on.

mod divided;
mod dividing;
mod money_back;
mod parts;
mod service;

use std::collections::VecDeque;

use self::divided::{Divided, Held, Unnamed, between_funds, take_newest_first};
use self::parts::Walks;
use self::service::Service;
use super::{Further, Movement, Position, Step};
use crate::allocation::{Part, Place};
use crate::calendar::{Date, DateRange, Period};
use crate::grants::divisions::StatedLater;
use crate::grants::{Award, Basis, Fact, Rules, within_day};
use crate::money::{Money, Overflow};
use crate::split::offset;

/// Returns the steps in the order of the walk; without recognition over the period if `recognising` is false.
pub(super) fn walk<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Vec<Step<'a>>, Overflow> {
    Ok(walked(rules, facts, recognising)?.map(|walk| walk.steps).unwrap_or_default())
}

/// Returns the steps by which refunds reduce the entitlement.
pub(super) fn reductions<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Vec<Step<'a>>, Overflow> {
    Ok(walked(rules, facts, true)?.map(|walk| walk.reductions).unwrap_or_default())
}

/// Returns the positions of a grant from its decision on, in the order of the days.
pub(super) fn course<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Vec<Position>, Overflow> {
    let facts: Vec<&Fact> = facts.into_iter().collect();
    let recognising = is_entitled_by_service(facts.iter().copied());
    Ok(walked(rules, facts, recognising)?.map(|walk| walk.course).unwrap_or_default())
}

/// Returns true if entitlements depend on what is recognised: a withdrawal reduces them by it, and a reduction of several
/// parts falls on what of each is not yet.
pub(super) fn is_entitled_by_service<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> bool {
    facts.into_iter().any(|fact| matches!(fact, Fact::Withdrawn(_)) || parts::named(fact).is_some())
}

/// Returns the positions before a further payment, and those after it with the steps that lead there, where it comes
/// after all other facts. `None` where it does not.
pub(super) fn further<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact> + Clone,
    payment: &'a Fact,
) -> Result<Option<Further<'a>>, Overflow> {
    let place = |fact: &Fact| fact.date().map(|date| (date, within_day(fact)));
    let last = facts.clone().into_iter().filter(|fact| !is_idle(fact)).filter_map(place).max();
    let (Some(date), true) = (payment.date(), place(payment) >= last) else { return Ok(None) };
    let recognising = is_entitled_by_service(facts.clone());
    let Some(mut walk) = walked(rules, facts, recognising)? else { return Ok(None) };
    let (before, steps) = (walk.course.len(), walk.steps.len());
    walk.happen(date, payment)?;
    let steps = walk.steps.split_off(steps);
    Ok(Some(Further { before, course: walk.course, steps }))
}

/// Returns what is paid for a part by a day or in the end.
pub(super) fn part_paid<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    part: &'a Part,
    by: Option<Date>,
) -> Result<Money, Overflow> {
    let is_by_then = |fact: &Fact| by.is_none_or(|by| fact.date().is_none_or(|date| date <= by));
    let is_meant = |fact: &&Fact| matches!(fact, Fact::Awarded(_)) || is_idle(fact) || is_by_then(fact);
    let walk = walked(rules, facts.into_iter().filter(is_meant), true)?;
    walk.map_or(Ok(Money::ZERO), |mut walk| walk.paid_for(part))
}

/// Returns true for a fact on which a walk does nothing.
fn is_idle(fact: &Fact) -> bool {
    match fact {
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Awarded(_) => false,
        Fact::Scheduled(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => true,
    }
}

fn walked<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Option<Walks<'a>>, Overflow> {
    let (mut award, mut others, mut stated) = (None, Vec::new(), StatedLater::default());
    for fact in facts {
        match fact {
            Fact::Awarded(awarded) => award = Some(&**awarded),
            Fact::Stated(addendum) => stated.add(addendum),
            Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::Repurposed(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Paid(_)
            | Fact::Refunded(_)
            | Fact::Returned(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => others.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(None) };
    let by_part = rules >= Rules::Third;
    let varied = others.iter().filter(|_| by_part).filter_map(|(date, fact)| {
        let Fact::Varied(variation) = fact else { return None };
        Some((*date, stated.place_of(variation.part.as_ref()?)))
    });
    let varied: Vec<(Date, Place<'_>)> = varied.collect();
    // What is paid for a part on the day of its variation counts after that.
    let is_of_varied = |date: Date, fact: &'a Fact| {
        fact.part().is_some_and(|part| varied.contains(&(date, stated.place_of(part))))
    };
    let within_day = |date: Date, fact: &'a Fact| if is_of_varied(date, fact) { 3 } else { within_day(fact) };
    others.sort_by_key(|(date, fact)| (*date, within_day(*date, fact)));
    let before = others.partition_point(|(date, _)| *date < award.decided);
    let (before, after) = others.split_at(before);

    let mut walk = Walks::new(Walk::new(award, &stated, recognising, by_part));
    before.iter().try_for_each(|(date, fact)| walk.happen(*date, fact))?;
    walk.decide(award)?;
    after.iter().try_for_each(|(date, fact)| walk.happen(*date, fact))?;
    walk.recognise_due(|_| true)?;
    Ok(Some(walk))
}

/// How grant control and commitments move, within a fund and between funds.
const CONTROL: [Movement; 2] = [Movement::MoveControl, Movement::TransferControl];
const COMMITMENTS: [Movement; 2] = [Movement::MoveCommitment, Movement::TransferCommitment];

/// Expenditure to be recognised as the service passes.
#[derive(Clone)]
struct Due {
    date: Date,
    /// Total expenditure once it is recognised.
    recognised_to_date: Money,
}

/// The state of a walk along the facts: of a grant, or of one part of it.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    /// By how much refunds reduce the entitlement, as reduced commitments.
    reductions: Vec<Step<'a>>,
    recognising: bool,
    stated: StatedLater<'a>,
    decided: Date,
    is_decided: bool,
    period: Option<Period>,
    withdrawn: bool,
    /// Its share of the award as decided.
    awarded: Money,
    entitlement: Money,
    /// Payments less refunds, with what covers it.
    paid: Money,
    /// What other parts are paid beyond their entitlement and this one lacks (negative where it covers others), by the
    /// places where that began.
    covers: Held<'a>,
    recognised: Money,
    service: Service<'a>,
    due: VecDeque<Due>,
    /// True by rules under which parts that facts name have walks of their own.
    by_part: bool,
    /// True once a part was named.
    apart: bool,
    /// The divisions over funds and themes so far and the one in force.
    past: Vec<Divided<'a>>,
    present: Divided<'a>,
    /// What the steps come to on these accounts.
    control: Held<'a>,
    commitments: Held<'a>,
}

impl<'a> Walk<'a> {
    fn new(award: &'a Award, stated: &StatedLater<'a>, recognising: bool, by_part: bool) -> Walk<'a> {
        Walk {
            steps: Vec::with_capacity(8),
            reductions: Vec::new(),
            recognising,
            stated: *stated,
            decided: award.decided,
            is_decided: false,
            period: stated.period(award),
            withdrawn: false,
            awarded: award.amount,
            entitlement: Money::ZERO,
            paid: Money::ZERO,
            covers: Held::default(),
            recognised: Money::ZERO,
            service: Service::default(),
            due: VecDeque::new(),
            by_part,
            apart: false,
            past: Vec::new(),
            present: Divided::new(award.decided, stated.division(award)),
            control: Held::default(),
            commitments: Held::default(),
        }
    }

    fn decide(&mut self) -> Result<(), Overflow> {
        self.is_decided = true;
        // Refunds of what was paid before the decision reduce what it awards.
        let reduced = self.entitlement.min(Money::ZERO);
        for (place, amount) in self.present.division.change(Money::ZERO, reduced)? {
            self.reduce(self.decided, place, amount);
        }
        self.entitlement = self.entitlement.plus(self.awarded)?;
        match self.period {
            Some(period) => self.spread(period.days(), period, Money::ZERO),
            None => self.recognise_payments(self.decided),
        }
    }

    /// Takes a fact into account that is of all of it.
    fn happen(&mut self, date: Date, fact: &'a Fact) -> Result<(), Overflow> {
        match fact {
            Fact::Repurposed(repurpose) => {
                self.recognise_due(|due| due < date)?;
                self.repurpose(date, &repurpose.purpose.split, repurpose.include_past)
            }
            Fact::FundChanged(change) => {
                self.recognise_due(|due| due < date)?;
                self.change_fund(date, &change.fund, change.include_past)
            }
            Fact::Paid(payment) => {
                self.recognise_due(|due| due <= date)?;
                let part = payment.part.as_ref().filter(|_| !self.by_part);
                self.pay(date, payment.amount, part, false)?;
                self.recognise_payments(date)
            }
            Fact::Refunded(refund) => {
                self.recognise_due(|due| due <= date)?;
                let cleared = refund.amount.min(self.recovery_due()?);
                self.repay(date, refund.amount, None, None)?;
                if !refund.stays_available {
                    self.entitlement = self.entitlement.minus(refund.amount)?.plus(cleared)?;
                    self.estimate(date, None)?;
                }
                self.recognise_payments(date)
            }
            Fact::Returned(returned) => {
                self.recognise_due(|due| due <= date)?;
                let part = returned.part.as_ref().map(|part| self.stated.place_of(part));
                self.give_back(date, returned.amount, returned.paid, part)?;
                self.recognise_payments(date)
            }
            Fact::Varied(variation) => {
                self.recognise_due(|due| due <= date)?;
                let (named, change) = (variation.part.as_ref().filter(|_| !self.by_part), variation.change);
                let part = named.map(|part| self.stated.place_of(part));
                if self.is_spent_by_part() && variation.period.is_none() {
                    self.reweigh(part, change)?;
                } else if part.is_some() || self.is_spent_by_part() {
                    self.restart(date, part, change)?;
                }
                self.entitlement = self.entitlement.plus(change)?;
                self.estimate(date, variation.period)?;
                self.recognise_payments(date)
            }
            Fact::Withdrawn(_) => {
                self.recognise_due(|due| due <= date)?;
                // The entitlement becomes what is recognised or, without a period, paid and not due back.
                self.withdrawn = true;
                let entitlement = match self.period {
                    Some(_) => self.service.to(date)?.min(self.entitlement),
                    None => self.entitlement.min(self.paid),
                };
                if self.is_spent_by_part() {
                    self.reweigh(None, entitlement.minus(self.entitlement)?)?;
                }
                self.entitlement = entitlement;
                self.estimate(date, None)?;
                self.recognise_payments(date)
            }
            Fact::Awarded(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => Ok(()),
        }
    }

    /// Notes the change of entitlement by the steps of a fact: of commitments less recoveries due.
    fn reduce_by_steps(&mut self) {
        for Step { date, movement, place, amount } in self.steps.clone() {
            match movement {
                Movement::Commit => self.reduce(date, place, amount),
                Movement::Recover => self.reduce(date, place, amount.negated()),
                Movement::Pay
                | Movement::MoveCommitment
                | Movement::MoveControl
                | Movement::MoveExpenditure
                | Movement::MoveEarlierYears
                | Movement::TransferCommitment
                | Movement::TransferControl
                | Movement::TransferExpenditure
                | Movement::TransferEarlierYears
                | Movement::Recognise => {}
            }
        }
    }

    fn reduce(&mut self, date: Date, place: Place<'a>, amount: Money) {
        if !amount.is_zero() {
            self.reductions.push(Step { date, movement: Movement::Commit, place, amount });
        }
    }

    /// Returns what is paid beyond the entitlement. What is paid before the decision is prepaid until then.
    fn recovery_due(&self) -> Result<Money, Overflow> {
        if self.is_decided {
            Ok(self.paid.minus(self.entitlement)?.max(Money::ZERO))
        } else {
            Ok(Money::ZERO)
        }
    }

    fn pay(
        &mut self,
        date: Date,
        amount: Money,
        part: Option<&'a Part>,
        is_named: bool,
    ) -> Result<(), Overflow> {
        if amount.is_zero() {
            return Ok(());
        }
        let named = part.map(|part| self.stated.place_of(part));
        let place = named.filter(|named| self.present.has(*named));
        let before = self.shares_of_paid()?;
        self.paid = self.paid.plus(amount)?;
        if let Some(place) = place {
            self.present.named.add(place, amount)?;
        }
        let mut parts = before.differences(&self.shares_of_paid()?)?;
        // A place that another's payment relieves gives what it has, which moves afterwards.
        let relieved = parts.iter().map(|(_, part)| part.negated().max(Money::ZERO));
        let mut relieved = Money::sum(relieved)?;
        for (_, part) in &mut parts {
            let less = (*part).max(Money::ZERO).min(relieved);
            *part = (*part).max(Money::ZERO).minus(less)?;
            relieved = relieved.minus(less)?;
        }
        for (at, part) in &parts {
            self.present.paid.add(*at, *part)?;
            self.step(date, Movement::Pay, *at, *part)?;
        }
        if self.by_part && !is_named {
            self.present.unnamed.push(Unnamed { date, left: Held(parts) });
        }
        Ok(())
    }

    /// Without a period, what is paid and not due back is expenditure from the decision on.
    fn recognise_payments(&mut self, date: Date) -> Result<(), Overflow> {
        if self.period.is_some() || !self.is_decided {
            return Ok(());
        }
        let to_date = self.paid.minus(self.recovery_due()?)?;
        let change = to_date.minus(self.recognised)?;
        if change.is_zero() {
            return Ok(());
        }
        match change.is_negative() {
            true => self.service.credit(change.negated())?,
            false => self.service.on(date, change)?,
        }
        self.recognise(date, to_date)
    }

    /// Recognises expenditure up to a total, or credits it: under the division in force up to what there is,
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
        self.present.recognise(date, after);
        let mut parts = self.present.spending().change(before, after)?;
        for (divided, taken) in self.past.iter_mut().zip(of_past) {
            if !taken.is_zero() {
                let before = divided.recognised;
                divided.recognise(date, before.minus(taken)?);
                parts.extend(divided.spending().change(before, divided.recognised)?);
            }
        }
        parts.into_iter().try_for_each(|(place, part)| self.step(date, Movement::Recognise, place, part))
    }

    /// Recognises what falls due on the days that are meant.
    fn recognise_due(&mut self, is_meant: impl Fn(Date) -> bool) -> Result<(), Overflow> {
        while self.due.front().is_some_and(|due| is_meant(due.date)) {
            let Some(due) = self.due.pop_front() else { return Ok(()) };
            self.recognise(due.date, due.recognised_to_date)?;
            self.settle(due.date, &[])?;
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
                self.service.on(date, left)?;
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
        })?;
        added
    }

    /// What was paid and neither recognised nor due back under earlier divisions, and what of the entitlement is not
    /// recognised under them.
    fn paid_and_promised(&self) -> Result<(Money, Money), Overflow> {
        let (mut paid, mut promised) = (self.paid, self.entitlement);
        for divided in &self.past {
            paid = paid.minus(divided.recognised)?.minus(divided.recoveries_due.total()?)?;
            promised = promised.minus(divided.recognised)?;
        }
        Ok((paid, if self.is_decided { promised } else { paid }))
    }

    /// Returns what is paid under the division in force, by place.
    fn shares_of_paid(&self) -> Result<Held<'a>, Overflow> {
        let (paid, promised) = self.paid_and_promised()?;
        Ok(Held(self.present.shares_of_paid(paid, promised)?))
    }

    /// Brings recoveries due, grant control and commitments to what they must be under the division in force: but for what
    /// covers other parts, or is covered by them, which moves afterwards.
    fn settle(&mut self, date: Date, covered: &[(Place<'a>, Money)]) -> Result<(), Overflow> {
        let [mut control, mut commitments] = self.settled(date)?;
        for (place, amount) in covered {
            control.add(*place, amount.negated())?;
            commitments.add(*place, *amount)?;
        }
        self.move_parts(date, &control.0, CONTROL, None)?;
        // What goes the other way than all together has moved: nothing is committed and taken back at once.
        if self.by_part || commitments.total()?.is_zero() {
            let amounts: Vec<Money> = commitments.0.iter().map(|(_, amount)| *amount).collect();
            let mut moved = Vec::with_capacity(amounts.len());
            for ((place, amount), part) in commitments.0.iter_mut().zip(offset(&amounts)?) {
                *amount = amount.minus(part)?;
                moved.push((*place, part));
            }
            self.move_parts(date, &moved, COMMITMENTS, None)?;
        }
        let mut committed = commitments.0.into_iter();
        committed.try_for_each(|(place, part)| self.step(date, Movement::Commit, place, part))
    }

    /// Brings recoveries due to what they must be under the division in force, and returns by how much grant control and
    /// commitments differ from it.
    fn settled(&mut self, date: Date) -> Result<[Held<'a>; 2], Overflow> {
        let due_back = self.recovery_due()?;
        let mut lower = divided::due_back(&self.past)?.minus(due_back)?.max(Money::ZERO);
        let of_past = take_newest_first(&self.past, &mut lower, |it| it.recoveries_due.total())?;
        let mut recovered = Vec::new();
        for (divided, taken) in self.past.iter_mut().zip(of_past) {
            for (place, part) in divided.recoveries_due.proportion(taken) {
                divided.recoveries_due.add(place, part.negated())?;
                recovered.push((place, part.negated()));
            }
        }

        let (_, promised) = self.paid_and_promised()?;
        let paid = self.shares_of_paid()?;
        let promised = Held(self.present.division.divide(promised).collect());
        for (place, paid) in &paid.0 {
            let due_back = paid.minus(promised.of(*place))?.max(Money::ZERO);
            let change = due_back.minus(self.present.recoveries_due.of(*place))?;
            self.present.recoveries_due.add(*place, change)?;
            recovered.push((*place, change));
        }
        if self.is_spent_by_part() {
            self.spend_by_payments(date, &paid)?;
        }
        let recognised = self.present.spent();
        let (mut control, mut commitments) = (Held::default(), Held::default());
        for (place, paid) in paid.0 {
            let (promised, due_back) = (promised.of(place), self.present.recoveries_due.of(place));
            control.add(place, paid.minus(recognised.of(place))?.minus(due_back)?)?;
            commitments.add(place, promised.minus(paid)?.plus(due_back)?)?;
        }
        for (place, part) in recovered {
            self.step(date, Movement::Recover, place, part)?;
        }
        Ok([Held(self.control.differences(&control)?), Held(self.commitments.differences(&commitments)?)])
    }

    /// Moves amounts between places: within a fund by the first movement, between funds by the second. What moves
    /// through the bank counts as paid where it goes, and no longer where it comes from: under one of the earlier
    /// divisions, or under the newest that has the place.
    fn move_parts(
        &mut self,
        date: Date,
        parts: &[(Place<'a>, Money)],
        [within, between]: [Movement; 2],
        of_past: Option<usize>,
    ) -> Result<(), Overflow> {
        self.move_separated(date, &between_funds(parts)?, [within, between], of_past)
    }

    fn move_separated(
        &mut self,
        date: Date,
        parts: &[(Place<'a>, Money, Money)],
        [within, between]: [Movement; 2],
        of_past: Option<usize>,
    ) -> Result<(), Overflow> {
        for (place, inside, outside) in parts {
            self.step(date, within, *place, *inside)?;
            self.step(date, between, *place, *outside)?;
            if between != Movement::TransferCommitment && !outside.is_zero() {
                self.transferred(*place, of_past).add(*place, *outside)?;
            }
        }
        Ok(())
    }

    fn transferred(&mut self, place: Place<'a>, of_past: Option<usize>) -> &mut Held<'a> {
        let newest = || self.past.iter().rposition(|it| it.has(place)).filter(|_| !self.present.has(place));
        let at = of_past.or_else(newest);
        let divided = at.and_then(|at| self.past.get_mut(at)).unwrap_or(&mut self.present);
        &mut divided.transferred
    }

    fn step(
        &mut self,
        date: Date,
        movement: Movement,
        place: Place<'a>,
        amount: Money,
    ) -> Result<(), Overflow> {
        if amount.is_zero() {
            return Ok(());
        }
        match movement {
            Movement::Pay => {
                self.control.add(place, amount)?;
                self.commitments.add(place, amount.negated())?;
            }
            Movement::Recognise | Movement::Recover => self.control.add(place, amount.negated())?,
            Movement::MoveControl | Movement::TransferControl => self.control.add(place, amount)?,
            Movement::Commit | Movement::MoveCommitment | Movement::TransferCommitment => {
                self.commitments.add(place, amount)?;
            }
            Movement::MoveExpenditure
            | Movement::MoveEarlierYears
            | Movement::TransferExpenditure
            | Movement::TransferEarlierYears => {}
        }
        self.steps.push(Step { date, movement, place, amount });
        Ok(())
    }
}
