//! Parts that have their own: what is paid for each, once a fact names one, and its own terms, once they differ.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use super::divided::{Held, take_newest_first};
use super::service::{Service, Shared};
use super::{Due, Movement, Walk};
use crate::allocation::{Division, Place};
use crate::calendar::{Date, DateRange, Period};
use crate::grants::{Basis, Refund};
use crate::money::{Money, Overflow};

/// Places with their weights.
type Weights<'a> = Vec<(Place<'a>, u64)>;

/// The terms of a part. All amounts are since the award.
#[derive(Clone)]
pub(super) struct PartTerms<'a> {
    place: Place<'a>,
    entitlement: Money,
    /// Expenditure, and what of it is under earlier divisions.
    recognised: Money,
    earlier: Money,
    service: Service<'a>,
    due: VecDeque<Due>,
}

impl<'a> PartTerms<'a> {
    fn new(place: Place<'a>) -> PartTerms<'a> {
        PartTerms {
            place,
            entitlement: Money::ZERO,
            recognised: Money::ZERO,
            earlier: Money::ZERO,
            service: Service::default(),
            due: VecDeque::new(),
        }
    }

    /// Divides terms over parts: expenditure that is beyond what was recognised earlier by a division of its own.
    fn divided(
        self,
        earlier: Money,
        by: &Division<'a>,
        beyond_by: &Division<'a>,
    ) -> Result<Vec<PartTerms<'a>>, Overflow> {
        let PartTerms { entitlement, recognised, service, due, .. } = self;
        let of = |by: &Division<'a>| Shared {
            service: Service::default(),
            before: earlier,
            by: by.clone(),
            beyond_by: by.clone(),
        };
        let terms = of(by);
        let shared = Rc::new(Shared { service, beyond_by: beyond_by.clone(), ..of(by) });
        let part = |place| {
            let due = due.iter().map(|due| {
                let recognised_to_date = shared.share(place, due.recognised_to_date)?;
                Ok(Due { date: due.date, recognised_to_date })
            });
            Ok(PartTerms {
                place,
                entitlement: terms.share(place, entitlement)?,
                recognised: shared.share(place, recognised)?,
                earlier: shared.share(place, earlier)?,
                service: Service::share(&shared, place)?,
                due: due.collect::<Result<_, Overflow>>()?,
            })
        };
        by.places().map(part).collect()
    }

    /// Returns the terms of several parts together.
    fn together(parts: Vec<PartTerms<'a>>) -> Result<Option<PartTerms<'a>>, Overflow> {
        let Some(first) = parts.first() else { return Ok(None) };
        let mut whole = PartTerms::new(first.place);
        let days: BTreeSet<Date> = parts.iter().flat_map(|it| it.due.iter().map(|due| due.date)).collect();
        for date in days {
            let to_date = parts.iter().map(|part| {
                let due = part.due.iter().rfind(|due| due.date <= date);
                due.map_or(part.recognised, |due| due.recognised_to_date)
            });
            whole.due.push_back(Due { date, recognised_to_date: Money::sum(to_date)? });
        }
        for part in parts {
            whole.entitlement = whole.entitlement.plus(part.entitlement)?;
            whole.recognised = whole.recognised.plus(part.recognised)?;
            whole.earlier = whole.earlier.plus(part.earlier)?;
            whole.service.join(part.service);
        }
        // What is credited later is of the newest days, of whatever part these were.
        let alone = Division::by_weights(vec![(whole.place, 1)]);
        let service = std::mem::take(&mut whole.service);
        let all = Shared { service, before: Money::ZERO, by: alone.clone(), beyond_by: alone };
        whole.service = Service::share(&Rc::new(all), whole.place)?;
        Ok(Some(whole))
    }

    /// Returns what of the entitlement is not under earlier divisions.
    fn promised(&self) -> Result<Money, Overflow> {
        self.entitlement.minus(self.earlier)
    }
}

impl<'a> Walk<'a> {
    /// From now on, what is paid for each part is its own. What is paid without a part from now on is divided by what
    /// is promised to each.
    pub(super) fn keep_by_part(&mut self) -> Result<(), Overflow> {
        let (paid, _) = self.paid_and_promised()?;
        self.present.opening = Held(self.present.own_shares_of_paid(paid)?);
        self.present.named = Held::default();
        if self.period.is_none() && self.present.by_payments.is_none() {
            // What is spent stays where it is, however the division changes.
            let spent = self.present.spent();
            self.present.by_payments = Some(self.present.division.clone().reweighed(&spent.0));
        }
        self.own = true;
        Ok(())
    }

    /// Takes what was paid for parts under an earlier division, and came back, from the parts in their places.
    pub(super) fn keep_by_part_of_paid(&mut self, came_back: &[(Place<'a>, Money)]) -> Result<(), Overflow> {
        let amount = Money::sum(came_back.iter().map(|(_, amount)| *amount))?;
        // The amount is no longer in what is paid.
        self.paid = self.paid.plus(amount)?;
        self.keep_by_part()?;
        self.paid = self.paid.minus(amount)?;
        let (_, promised) = self.paid_and_promised()?;
        let places: Vec<(Place<'a>, Money)> = self.present.division.divide(promised).collect();
        for (part, amount) in came_back {
            for (place, share) in in_place_of(*part, *amount, &places) {
                self.present.opening.add(place, share.negated())?;
            }
        }
        Ok(())
    }

    /// Takes what was credited under earlier divisions into the parts in the places of those that it was credited to: it
    /// is promised to them again, and as much of what was paid is theirs.
    pub(super) fn regain(&mut self, credited: &Held<'a>) -> Result<(), Overflow> {
        let (_, promised) = self.paid_and_promised()?;
        let before = self.present.division.divide(promised.minus(credited.total()?)?);
        let places: Vec<(Place<'a>, Money)> = before.collect();
        let mut amounts = Held(places.clone());
        for (part, amount) in &credited.0 {
            for (place, share) in in_place_of(*part, *amount, &places) {
                amounts.add(place, share)?;
                self.present.opening.add(place, share)?;
            }
        }
        self.present.division = self.present.division.clone().reweighed(&amounts.0);
        Ok(())
    }

    /// Gives each part its own terms. What is recognised so far, and the service, is as it was divided.
    fn separate(&mut self) -> Result<(), Overflow> {
        if !self.parts.is_empty() || !self.is_decided {
            return Ok(());
        }
        let earlier = self.past.iter().try_fold(Money::ZERO, |sum, it| sum.plus(it.recognised))?;
        let spending = self.present.spending().clone();
        let Some(place) = self.present.division.places().next() else { return Ok(()) };
        let whole = PartTerms {
            place,
            entitlement: self.entitlement,
            recognised: self.recognised,
            earlier,
            service: std::mem::take(&mut self.service),
            due: std::mem::take(&mut self.due),
        };
        let spent = self.present.spent();
        self.parts = whole.divided(earlier, &self.present.division, &spending)?;
        self.present.by_payments = Some(self.present.division.clone().reweighed(&spent.0));
        self.divide_by_terms()
    }

    /// Ends the terms of each part: those of the grant go on in their place.
    pub(super) fn join_parts(&mut self) -> Result<(), Overflow> {
        self.own = self.own && self.present.has_own();
        if let Some(whole) = PartTerms::together(std::mem::take(&mut self.parts))? {
            (self.service, self.due) = (whole.service, whole.due);
        }
        Ok(())
    }

    /// Takes parts into a new division, each to where its place goes; what several take there is shared as one.
    pub(super) fn regroup(&mut self, goes_to: impl Fn(Place<'a>) -> Weights<'a>) -> Result<(), Overflow> {
        self.own = self.own && self.present.has_own();
        let mut groups: Vec<(Weights<'a>, Vec<PartTerms<'a>>)> = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            let to = goes_to(part.place);
            match groups.iter_mut().find(|(it, _)| *it == to) {
                Some((_, parts)) => parts.push(part),
                None => groups.push((to, vec![part])),
            }
        }
        if groups.is_empty() {
            return Ok(());
        }
        for (to, parts) in groups {
            let Some(whole) = PartTerms::together(parts)? else { continue };
            let (earlier, to) = (whole.recognised, Division::by_weights(to));
            self.parts.extend(whole.divided(earlier, &to, &to)?);
        }
        self.divide_by_terms()
    }

    /// Brings the division in force to what is promised to each part.
    fn divide_by_terms(&mut self) -> Result<(), Overflow> {
        let amounts = self.parts.iter().map(|part| Ok((part.place, part.promised()?)));
        let amounts = amounts.collect::<Result<Vec<_>, Overflow>>()?;
        self.present.division = self.present.division.clone().reweighed(&amounts);
        Ok(())
    }

    /// Separates the changes of commitments into what is committed to each part, since its entitlement changed, and what
    /// moves between parts, since what the one is paid beyond its entitlement covers another. `None` under a division
    /// that has just begun.
    pub(super) fn committed_and_moved(
        &self,
        changes: &[(Place<'a>, Money)],
        promised: &Held<'a>,
        due_back_before: &Held<'a>,
    ) -> Result<Option<[Held<'a>; 2]>, Overflow> {
        let Some(before) = &self.present.promised else { return Ok(None) };
        let mut committed = Held(before.differences(promised)?);
        for (place, amount) in due_back_before.differences(&self.present.recoveries_due)? {
            committed.add(place, amount)?;
        }
        let mut moved = Held(changes.to_vec());
        for (place, amount) in &committed.0 {
            moved.add(*place, amount.negated())?;
        }
        // What is credited under earlier divisions reduces the commitment where it changes.
        let mut rest = moved.total()?;
        for (place, amount) in &mut moved.0 {
            let taken = match rest.is_negative() {
                true => (*amount).max(rest).min(Money::ZERO),
                false => (*amount).min(rest).max(Money::ZERO),
            };
            committed.add(*place, taken)?;
            (*amount, rest) = (amount.minus(taken)?, rest.minus(taken)?);
        }
        Ok(Some([committed, moved]))
    }

    /// Recognises what falls due on the days that are meant.
    pub(super) fn recognise_due_by_part(&mut self, is_meant: impl Fn(Date) -> bool) -> Result<(), Overflow> {
        let next = |walk: &Walk<'a>| {
            let dates = walk.parts.iter().filter_map(|part| part.due.front().map(|due| due.date));
            dates.min().filter(|date| is_meant(*date))
        };
        while let Some(date) = next(self) {
            for at in 0..self.parts.len() {
                while let Some(due) = self.parts.get_mut(at).and_then(|part| {
                    part.due.front().is_some_and(|due| due.date == date).then(|| part.due.pop_front())?
                }) {
                    self.recognise_part(at, date, due.recognised_to_date)?;
                }
            }
            self.divide_by_terms()?;
            self.settle(date)?;
        }
        Ok(())
    }

    /// Recognises expenditure of a part up to a total, or credits it: where the part is, then under earlier divisions,
    /// newest first.
    fn recognise_part(&mut self, at: usize, date: Date, to_date: Money) -> Result<(), Overflow> {
        let Some(part) = self.parts.get_mut(at) else { return Ok(()) };
        let (place, change) = (part.place, to_date.minus(part.recognised)?);
        part.recognised = to_date;
        self.recognised = self.recognised.plus(change)?;
        let mut spent = self.present.spent();
        let mut credit = change.negated().max(Money::ZERO);
        let here = spent.of(place).max(Money::ZERO).min(credit);
        credit = credit.minus(here)?;
        let of_past = take_newest_first(&self.past, &mut credit, |it| Ok(it.recognised))?;
        let here = change.max(Money::ZERO).minus(here)?;
        spent.add(place, here)?;
        self.present.recognise(date, spent.total()?);
        self.present.by_payments = Some(self.present.division.clone().reweighed(&spent.0));
        let mut steps = vec![(place, here)];
        for (divided, taken) in self.past.iter_mut().zip(of_past) {
            if !taken.is_zero() {
                let before = divided.recognised;
                divided.recognise(date, before.minus(taken)?);
                steps.extend(divided.spending().change(before, divided.recognised)?);
                if let Some(part) = self.parts.get_mut(at) {
                    part.earlier = part.earlier.minus(taken)?;
                }
                if self.own {
                    self.present.opening.add(place, taken)?;
                }
            }
        }
        steps.into_iter().try_for_each(|(place, amount)| self.step(date, Movement::Recognise, place, amount))
    }

    /// Takes a change of a part's estimate into account at the end of a day, as for a grant.
    fn estimate_part(&mut self, at: usize, date: Date, is_period_varied: bool) -> Result<(), Overflow> {
        let (withdrawn, decided) = (self.withdrawn, self.decided);
        let Some(period) = self.period.filter(|_| self.recognising) else { return Ok(()) };
        let Some(part) = self.parts.get_mut(at) else { return Ok(()) };
        part.service.stop(date);
        if is_period_varied {
            part.service.limit(period.days())?;
        }
        let (served, entitlement) = (part.service.recognised()?, part.entitlement);
        let excess = served.minus(entitlement)?.max(Money::ZERO);
        part.service.credit(excess)?;
        let served = served.minus(excess)?;
        let left = entitlement.minus(served)?;
        part.due.clear();
        let days = period.days();
        let rest = DateRange::new(days.from().max(date.next_day()), days.to());
        let Some(rest) = rest.ok().filter(|_| !withdrawn) else {
            part.service.on(date, left)?;
            return self.recognise_part(at, date, entitlement);
        };
        let mut due = VecDeque::new();
        let mut added = Ok(());
        let by_month = Basis::of(Some(period)) == Basis::ByMonth;
        part.service.spread(rest, by_month, left, |day, amount| match served.plus(amount) {
            Ok(recognised_to_date) => due.push_back(Due { date: day.max(decided), recognised_to_date }),
            Err(overflow) => added = Err(overflow),
        })?;
        added?;
        part.due = due;
        if part.recognised > served || rest.from().month() != date.month() {
            self.recognise_part(at, date, served)?;
        }
        Ok(())
    }

    /// Changes the entitlement of parts, and takes the change of estimate into account: of those parts, or of all.
    fn change_terms(
        &mut self,
        date: Date,
        changes: &[(Place<'a>, Money)],
        (all, is_period_varied): (bool, bool),
    ) -> Result<(), Overflow> {
        for (place, change) in changes {
            if self.parts.iter().all(|part| part.place != *place) {
                self.parts.push(PartTerms::new(*place));
            }
            let part = self.parts.iter_mut().find(|part| part.place == *place);
            if let Some(part) = part {
                part.entitlement = part.entitlement.plus(*change)?;
            }
        }
        for at in 0..self.parts.len() {
            let Some(place) = self.parts.get(at).map(|part| part.place) else { continue };
            if all || changes.iter().any(|(it, change)| *it == place && !change.is_zero()) {
                self.estimate_part(at, date, is_period_varied)?;
            }
        }
        self.divide_by_terms()
    }

    /// Varies one part, or all in proportion.
    pub(super) fn vary_by_part(
        &mut self,
        date: Date,
        part: Option<Place<'a>>,
        change: Money,
        period: Option<Period>,
    ) -> Result<(), Overflow> {
        let is_period_varied = period.is_some_and(|period| self.period != Some(period));
        let is_apart = part.is_some() || (self.own && self.period.is_none());
        if is_apart {
            self.keep_by_part()?;
        }
        if self.period.or(period).is_none() {
            match part {
                Some(_) => {
                    let promised = self.promised_with(part, change)?;
                    self.present.division = self.present.division.clone().reweighed(&promised.0);
                }
                None if self.own => self.reweigh(None, change)?,
                None => {}
            }
            self.entitlement = self.entitlement.plus(change)?;
            return self.recognise_payments(date);
        }
        if is_apart {
            self.separate()?;
        }
        if self.parts.is_empty() {
            self.entitlement = self.entitlement.plus(change)?;
            return self.estimate(date, period);
        }
        self.keep_by_part()?;
        let changes = match part {
            Some(part) if change.is_negative() => self.falls(part, change.negated())?,
            Some(part) => vec![(part, change)],
            None => self.changes_of_all(date, change)?,
        };
        self.entitlement = self.entitlement.plus(change)?;
        self.period = period.or(self.period);
        self.change_terms(date, &changes, (part.is_none() || is_period_varied, is_period_varied))
    }

    /// Returns how a change that names no part falls on the parts: in proportion to what is promised to each, and as
    /// long as it can on what is still to recognise.
    fn changes_of_all(&self, date: Date, change: Money) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let (mut served, mut promised) = (Held::default(), Held::default());
        for part in &self.parts {
            served.add(part.place, part.service.to(date)?.minus(part.earlier)?.max(Money::ZERO))?;
            promised.add(part.place, part.promised()?)?;
        }
        let whole = promised.total()?.plus(change)?;
        let mut left = Held(self.present.division.divide(whole).collect());
        for (place, served) in &served.0 {
            left.add(*place, served.negated())?;
        }
        let rest = whole.minus(served.total()?)?;
        let mut after = Held(left.proportion(rest.max(Money::ZERO))?);
        for (place, served) in &served.0 {
            after.add(*place, *served)?;
        }
        // What is less than nothing comes off what was recognised under earlier divisions.
        let over = after.total()?.minus(whole)?.max(Money::ZERO);
        let here = after.total()?.max(Money::ZERO).min(over);
        let earlier = Held(self.parts.iter().map(|part| (part.place, part.earlier)).collect());
        for (held, amount) in [(Held(after.0.clone()), here), (earlier, over.minus(here)?)] {
            for (place, part) in held.proportion(amount)? {
                after.add(place, part.negated())?;
            }
        }
        promised.differences(&after)
    }

    /// Withdraws what is not recognised of each part.
    pub(super) fn withdraw_by_part(&mut self, date: Date) -> Result<(), Overflow> {
        let mut changes = Vec::new();
        for part in &self.parts {
            let left = part.service.to(date)?.min(part.entitlement);
            changes.push((part.place, left.minus(part.entitlement)?));
        }
        let change = Money::sum(changes.iter().map(|(_, change)| *change))?;
        self.entitlement = self.entitlement.plus(change)?;
        self.change_terms(date, &changes, (true, false))
    }

    /// Takes a refund back. Where it reduces the entitlement, that of the part that it names; otherwise that of all.
    pub(super) fn refund_by_part(&mut self, date: Date, refund: &'a Refund) -> Result<(), Overflow> {
        let fall = refund.amount.minus(refund.amount.min(self.recovery_due()?))?;
        let part = refund.part.as_ref().map(|part| self.stated.place_of(part));
        self.repay_by_part(date, refund.amount, part, None)?;
        if refund.stays_available || fall.is_zero() {
            return Ok(());
        }
        if part.is_some() && self.is_decided && self.period.is_some() {
            self.separate()?;
        }
        let part = part.filter(|_| self.is_decided);
        if part.is_none() && self.parts.is_empty() {
            self.entitlement = self.entitlement.minus(fall)?;
            return self.estimate(date, None);
        }
        let changes = match part {
            Some(part) => self.falls(part, fall)?,
            None => self.changes_of_all(date, fall.negated())?,
        };
        if !self.parts.is_empty() {
            self.entitlement = self.entitlement.minus(fall)?;
            return self.change_terms(date, &changes, (part.is_none(), false));
        }
        let (_, promised) = self.paid_and_promised()?;
        let mut here = Held(self.present.division.divide(promised).collect());
        for (place, change) in &changes {
            here.add(*place, *change)?;
        }
        self.entitlement = self.entitlement.minus(fall)?;
        self.present.division = self.present.division.clone().reweighed(&here.0);
        Ok(())
    }

    /// Returns by how much a fall of one part reduces each: that part up to what it has, others by the rest.
    fn falls(&self, part: Place<'a>, fall: Money) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let (_, promised) = self.paid_and_promised()?;
        let mut room = match self.parts.is_empty() {
            true => Held(self.present.division.divide(promised).collect()),
            false => Held(self.parts.iter().map(|part| (part.place, part.entitlement)).collect()),
        };
        let of_part = room.of(part).max(Money::ZERO).min(fall);
        room.add(part, of_part.negated())?;
        let mut falls = Held(room.proportion(fall.minus(of_part)?)?);
        falls.add(part, of_part)?;
        Ok(falls.0.into_iter().map(|(place, fall)| (place, fall.negated())).collect())
    }

    /// Takes money back from one part, or from all: from the payment that came back, or what was paid without a part, as
    /// it was posted; then in proportion to what is paid for each. Cash comes back from where it was paid: for the part
    /// itself, then for others under the division in force, then under earlier divisions, newest first.
    pub(super) fn repay_by_part(
        &mut self,
        date: Date,
        amount: Money,
        part: Option<Place<'a>>,
        paid_on: Option<Date>,
    ) -> Result<(), Overflow> {
        let mut shares = Held::default();
        match part {
            Some(part) => shares.add(part, amount)?,
            None => {
                let mut paid = self.shares_of_paid()?;
                shares = self.present.take_unnamed(paid_on, amount)?;
                for (place, share) in &shares.0 {
                    paid.add(*place, share.negated())?;
                }
                let left = amount.minus(shares.total()?)?;
                let there = positive(&paid)?.min(left);
                let elsewhere = if self.is_spent_by_part() { Money::ZERO } else { left.minus(there)? };
                let never_paid = self.present.division.divide(elsewhere).collect();
                for (place, share) in [paid.proportion(there)?, never_paid].into_iter().flatten() {
                    shares.add(place, share)?;
                }
            }
        }
        self.keep_by_part()?;
        for (place, share) in &shares.0 {
            self.present.opening.add(*place, share.negated())?;
        }
        let (_, promised) = self.paid_and_promised()?;
        let places: Vec<(Place<'a>, Money)> = self.present.division.divide(promised).collect();
        self.paid = self.paid.minus(amount)?;

        let (mut left, mut steps) = (amount, Vec::new());
        let here = self.present.net_paid()?;
        for (place, share) in &shares.0 {
            let taken = here.of(*place).max(Money::ZERO).min(*share);
            self.present.paid.add(*place, taken.negated())?;
            left = left.minus(taken)?;
            steps.push((*place, taken));
        }
        if let Some(part) = part {
            for divided in self.past.iter_mut().rev() {
                let taken = divided.net_paid()?.of(part).max(Money::ZERO).min(left);
                divided.paid.add(part, taken.negated())?;
                left = left.minus(taken)?;
                steps.push((part, taken));
            }
        }
        let divided = std::iter::once(&mut self.present).chain(self.past.iter_mut().rev());
        for divided in divided {
            let net = divided.net_paid()?;
            let taken = positive(&net)?.min(left);
            left = left.minus(taken)?;
            for (place, taken) in net.proportion(taken)? {
                divided.paid.add(place, taken.negated())?;
                steps.push((place, taken));
            }
        }
        // What was never paid is nowhere; it is shown where it would come back.
        for (place, taken) in self.present.division.divide(left).collect::<Vec<_>>() {
            self.present.paid.add(place, taken.negated())?;
            steps.push((place, taken));
        }
        // Where what is paid is expenditure, what comes back from earlier divisions is credited there.
        let mut elsewhere = amount.minus(shares.total()?)?;
        for (place, taken) in steps.iter().rev() {
            let came_back = (*taken).min(elsewhere);
            elsewhere = elsewhere.minus(came_back)?;
            for (place, share) in in_place_of(*place, came_back, &places) {
                self.present.opening.add(place, share.negated())?;
            }
        }
        steps
            .into_iter()
            .try_for_each(|(place, taken)| self.step(date, Movement::Pay, place, taken.negated()))
    }
}

/// Divides an amount of a part of an earlier division over the parts in its place: itself, those of its fund, those of its
/// theme, or all.
fn in_place_of<'a>(part: Place<'a>, amount: Money, places: &[(Place<'a>, Money)]) -> Vec<(Place<'a>, Money)> {
    let where_is = |is_meant: &dyn Fn(Place<'a>) -> bool| -> Vec<(Place<'a>, Money)> {
        places.iter().filter(|(place, _)| is_meant(*place)).copied().collect()
    };
    let choices = [
        where_is(&|place| place == part),
        where_is(&|place| place.fund == part.fund),
        where_is(&|place| place.theme == part.theme),
        places.to_vec(),
    ];
    let there = choices.into_iter().find(|places| !places.is_empty()).unwrap_or_default();
    let even: Vec<(Place<'a>, u64)> = there.iter().map(|(place, _)| (*place, 1)).collect();
    Division::by_weights(even).reweighed(&there).divide(amount).collect()
}

/// Returns the sum of the amounts greater than zero.
fn positive(held: &Held<'_>) -> Result<Money, Overflow> {
    Money::sum(held.0.iter().map(|(_, amount)| (*amount).max(Money::ZERO)))
}
