//! Parts that records name. From the first such record on, each part has a walk of its own: its payments, entitlement,
//! service, and divisions so far. What names no part is shared among them.

use std::rc::Rc;

use super::divided::{Divided, Held, Tie, between_funds, due_back};
use super::service::{Service, Shared};
use super::{COMMITMENTS, CONTROL, Due, Step, Walk, is_idle};
use crate::allocation::{Division, Part, Place};
use crate::calendar::{Date, Period};
use crate::grants::timeline::Position;
use crate::grants::{Award, Fact, Payment, Refund, Returned, Variation};
use crate::money::{Money, Overflow};
use crate::split::{offset, shares};

/// A grant on its way along its facts: one walk until a record names a part.
pub(super) struct Walks<'a> {
    walks: Vec<Walk<'a>>,
    pub(super) steps: Vec<Step<'a>>,
    /// By how much refunds reduce the entitlement, as reduced commitments.
    pub(super) reductions: Vec<Step<'a>>,
    pub(super) course: Vec<Position>,
    /// The payments that named no part since the weights of the parts changed, and these: they are shared cumulatively.
    unnamed: (Money, Vec<Money>),
}

impl<'a> Walks<'a> {
    pub(super) fn new(walk: Walk<'a>) -> Walks<'a> {
        let walks = vec![walk];
        Walks {
            walks,
            steps: Vec::with_capacity(8),
            reductions: Vec::new(),
            course: Vec::new(),
            unnamed: Default::default(),
        }
    }

    pub(super) fn decide(&mut self, award: &'a Award) -> Result<(), Overflow> {
        self.walks.iter_mut().try_for_each(Walk::decide)?;
        self.arrive(award.decided)?;
        self.collect();
        Ok(())
    }

    pub(super) fn happen(&mut self, date: Date, fact: &'a Fact) -> Result<(), Overflow> {
        if is_idle(fact) {
            return Ok(());
        }
        self.name(date, fact)?;
        let entitlement = self.entitlement()?;
        match self.walks.as_mut_slice() {
            [walk] => walk.happen(date, fact)?,
            _ => self.happen_by_part(date, fact)?,
        }
        self.arrive(date)?;
        let is_reduced = matches!(fact, Fact::Refunded(_)) && self.entitlement()? != entitlement;
        if is_reduced && self.is_decided() {
            self.walks.iter_mut().for_each(Walk::reduce_by_steps);
        }
        self.collect();
        Ok(())
    }

    /// Recognises what falls due on the days that are meant.
    pub(super) fn recognise_due(&mut self, is_meant: impl Fn(Date) -> bool) -> Result<(), Overflow> {
        self.walks.iter_mut().try_for_each(|walk| walk.recognise_due(&is_meant))?;
        self.collect();
        Ok(())
    }

    fn collect(&mut self) {
        for walk in &mut self.walks {
            self.steps.append(&mut walk.steps);
            self.reductions.append(&mut walk.reductions);
        }
    }

    fn entitlement(&self) -> Result<Money, Overflow> {
        Money::sum(self.walks.iter().map(|walk| walk.entitlement))
    }

    fn paid(&self) -> Result<Money, Overflow> {
        Money::sum(self.walks.iter().map(|walk| walk.paid))
    }

    fn is_decided(&self) -> bool {
        self.walks.iter().all(|walk| walk.is_decided)
    }

    /// Ends a fact.
    fn arrive(&mut self, date: Date) -> Result<(), Overflow> {
        if self.is_decided() {
            let (entitlement, paid) = (self.entitlement()?, self.paid()?);
            self.course.push(Position { date, entitlement, paid });
        }
        if let [walk] = self.walks.as_mut_slice() {
            return walk.settle(date, &[]);
        }
        let covered = self.cover()?;
        self.walks.iter_mut().try_for_each(|walk| walk.recognise_payments(date))?;
        self.settle(date, &covered)
    }

    /// Lets what some parts are paid beyond their entitlement cover what others lack, which is part of what is paid for
    /// these. Returns by how much that changes.
    fn cover(&mut self) -> Result<Vec<Money>, Overflow> {
        let beyond = |walk: &Walk<'a>| match walk.is_decided {
            true => walk.own_paid()?.minus(walk.entitlement),
            false => Ok(Money::ZERO),
        };
        let covering = offset(&self.walks.iter().map(beyond).collect::<Result<Vec<_>, _>>()?)?;
        let mut changes = Vec::with_capacity(covering.len());
        for (walk, covering) in self.walks.iter_mut().zip(covering) {
            let change = covering.negated().minus(walk.covers.total()?)?;
            walk.paid = walk.paid.plus(change)?;
            changes.push(change);
        }
        Ok(changes)
    }

    /// Settles every part, and moves what covers others.
    fn settle(&mut self, date: Date, covered: &[Money]) -> Result<(), Overflow> {
        let mut covers = Vec::with_capacity(covered.len());
        for (walk, covered) in self.walks.iter_mut().zip(covered) {
            let cover = walk.places_of_cover(*covered)?;
            walk.settle(date, &cover)?;
            covers.push(cover);
        }
        let control = covers.concat();
        let commitments: Vec<_> = control.iter().map(|(place, amount)| (*place, amount.negated())).collect();
        for (moved, movements) in [(control, CONTROL), (commitments, COMMITMENTS)] {
            let mut separated = between_funds(&moved)?.into_iter();
            for (walk, cover) in self.walks.iter_mut().zip(&covers) {
                let of_walk: Vec<_> = separated.by_ref().take(cover.len()).collect();
                walk.move_separated(date, &of_walk, movements, None)?;
            }
        }
        Ok(())
    }

    /// Gives parts walks of their own if a fact names one that has none.
    fn name(&mut self, date: Date, fact: &'a Fact) -> Result<(), Overflow> {
        let Some(walk) = self.walks.first().filter(|walk| walk.by_part) else { return Ok(()) };
        let Some(part) = named(fact) else { return Ok(()) };
        let is_varied = matches!(fact, Fact::Varied(_));
        let (place, is_first) = (walk.stated.place_of(part), !walk.apart);
        let is_back = matches!(fact, Fact::Refunded(_) | Fact::Returned(_));
        let knows = |walk: &Walk<'a>| walk.has(place) || (is_back && walk.has_had(place));
        if !is_varied && !self.walks.iter().any(knows) {
            return Ok(());
        }
        self.recognise_due(|due| due <= date)?;
        // A returned payment names a part of the division under which it was made.
        let made = if let Fact::Returned(returned) = fact { returned.paid } else { date };
        self.split(|walk| is_first || (walk.has(place) && walk.present.from <= made))?;
        if is_varied
            && !self.walks.iter().any(|walk| walk.has(place))
            && let Some(first) = self.walks.first()
        {
            self.walks.push(first.beside(place));
        }
        Ok(())
    }

    /// Gives the places of some walks walks of their own.
    fn split(&mut self, is_meant: impl Fn(&Walk<'a>) -> bool) -> Result<(), Overflow> {
        for walk in std::mem::take(&mut self.walks) {
            match is_meant(&walk) {
                true => self.walks.extend(walk.split()?),
                false => self.walks.push(walk),
            }
        }
        Ok(())
    }

    /// Returns what is paid for a part, which is one of the division in force or of an earlier one.
    pub(super) fn paid_for(&mut self, part: &'a Part) -> Result<Money, Overflow> {
        let place = self.place_of(part);
        self.split(|walk| !walk.apart || walk.has(place))?;
        let named = self.named(Some(part));
        let named = named.iter().filter_map(|at| self.walks.get(*at));
        Money::sum(named.map(|walk| walk.paid.max(Money::ZERO)))
    }

    /// Returns the parts that a record names, by their numbers: those with the place now, or else those that had it; none
    /// if it names none.
    fn named(&self, part: Option<&'a Part>) -> Vec<usize> {
        let Some(place) = part.map(|part| self.place_of(part)) else { return Vec::new() };
        let now = self.those(|walk| walk.has(place));
        if now.is_empty() { self.those(|walk| walk.has_had(place)) } else { now }
    }

    /// Returns the numbers of the parts that are meant.
    fn those(&self, is_meant: impl Fn(&Walk<'a>) -> bool) -> Vec<usize> {
        (0..).zip(&self.walks).filter(|(_, walk)| is_meant(walk)).map(|(at, _)| at).collect()
    }

    /// Takes a fact into account that is of some parts, or of each.
    fn happen_by_part(&mut self, date: Date, fact: &'a Fact) -> Result<(), Overflow> {
        if let Fact::Paid(payment) = fact {
            self.recognise_due(|due| due <= date)?;
            self.pay(date, payment)
        } else if let Fact::Refunded(refund) = fact {
            self.recognise_due(|due| due <= date)?;
            self.refund(date, refund)
        } else if let Fact::Returned(returned) = fact {
            self.recognise_due(|due| due <= date)?;
            self.give_back(date, returned)
        } else if let Fact::Varied(variation) = fact {
            self.recognise_due(|due| due <= date)?;
            self.vary(date, variation)
        } else {
            self.walks.iter_mut().try_for_each(|walk| walk.happen(date, fact))
        }
    }

    fn pay(&mut self, date: Date, payment: &'a Payment) -> Result<(), Overflow> {
        let named = self.named(payment.part.as_ref());
        let each = match named.as_slice() {
            [] => self.shares_of_unnamed(payment.amount)?,
            [_] => self.given(&named, payment.amount),
            _ => self.as_lacking(&self.given(&named, payment.amount))?,
        };
        for (walk, share) in self.walks.iter_mut().zip(each) {
            walk.pay(date, share, None, !named.is_empty())?;
        }
        Ok(())
    }

    fn place_of(&self, part: &'a Part) -> Place<'a> {
        self.walks.first().map_or(part.place(), |walk| walk.stated.place_of(part))
    }

    /// Returns how what names no part is shared: by the entitlements; before there are any, as stated.
    fn weights(&self) -> Vec<Money> {
        let weights: Vec<Money> = self.walks.iter().map(|walk| walk.entitlement.max(Money::ZERO)).collect();
        match self.is_decided() && weights.iter().any(|weight| !weight.is_zero()) {
            true => weights,
            false => self.walks.iter().map(|walk| walk.awarded).collect(),
        }
    }

    /// Returns an amount shared by the weights of some parts, or evenly if they have none.
    fn given(&self, to: &[usize], amount: Money) -> Vec<Money> {
        let of_those = |weights: &[Money]| -> Vec<Money> { only(to, weights) };
        let mut weights = of_those(&self.weights());
        if weights.iter().all(|weight| weight.is_zero()) {
            weights = of_those(&vec![Money::from_pence(1); weights.len()]);
        }
        shared(&weights, amount)
    }

    /// Returns an amount shared by the weights of all.
    fn given_to_all(&self, amount: Money) -> Vec<Money> {
        self.given(&self.those(|_| true), amount)
    }

    /// Returns how a payment that names no part is shared.
    fn shares_of_unnamed(&mut self, amount: Money) -> Result<Vec<Money>, Overflow> {
        let weights = self.weights();
        if self.unnamed.1 != weights {
            self.unnamed = (Money::ZERO, weights);
        }
        let (before, weights) = &mut self.unnamed;
        let after = before.plus(amount)?;
        let each = shared(weights, *before).into_iter().zip(shared(weights, after));
        let wanted = each.map(|(before, after)| after.minus(before)).collect::<Result<Vec<_>, _>>()?;
        *before = after;
        self.as_lacking(&wanted)
    }

    /// Returns shares of a payment, where what is more than a part lacks goes to the others that lack it.
    fn as_lacking(&self, wanted: &[Money]) -> Result<Vec<Money>, Overflow> {
        if !self.is_decided() {
            return Ok(wanted.to_vec());
        }
        let room = |walk: &Walk<'a>| walk.entitlement.minus(walk.paid);
        within(wanted, &self.walks.iter().map(room).collect::<Result<Vec<_>, _>>()?)
    }

    /// Returns how a change of the entitlement that names no part falls on each: in proportion, and as long as it can on
    /// what is still to be spent.
    fn falls(&self, date: Date, wanted: &[Money]) -> Result<Vec<Money>, Overflow> {
        let unspent = |walk: &Walk<'a>| match walk.period {
            Some(_) => walk.entitlement.minus(walk.service.to(date)?),
            None => walk.entitlement.minus(walk.paid),
        };
        let falls = within(wanted, &self.walks.iter().map(unspent).collect::<Result<Vec<_>, _>>()?)?;
        // What is spent comes off where there is any.
        within(&falls, &self.walks.iter().map(|walk| walk.entitlement).collect::<Vec<_>>())
    }

    fn vary(&mut self, date: Date, variation: &'a Variation) -> Result<(), Overflow> {
        let named = self.named(variation.part.as_ref());
        let changes = match named.is_empty() {
            _ if variation.change.is_negative() => {
                self.reductions(date, &named, variation.change.negated())?
            }
            true => self.given_to_all(variation.change),
            false => self.given(&named, variation.change),
        };
        let is_period_varied =
            variation.period.is_some_and(|period| self.walks.iter().any(|it| it.period != Some(period)));
        self.change(date, &changes, variation.period, named.is_empty() || is_period_varied)
    }

    /// Changes the entitlement of parts, and takes the change of estimate into account: of those, or of all.
    fn change(
        &mut self,
        date: Date,
        changes: &[Money],
        period: Option<Period>,
        is_of_all: bool,
    ) -> Result<(), Overflow> {
        for (walk, change) in self.walks.iter_mut().zip(changes) {
            walk.entitlement = walk.entitlement.plus(*change)?;
            if is_of_all || !change.is_zero() {
                walk.estimate(date, period)?;
            }
        }
        Ok(())
    }

    /// Returns by how much a fall of the entitlement changes that of each part: of those that are named up to what they have,
    /// then of the others.
    fn reductions(&self, date: Date, named: &[usize], fall: Money) -> Result<Vec<Money>, Overflow> {
        let falls = match named {
            [] => self.falls(date, &self.given_to_all(fall))?,
            _ => {
                let has: Vec<Money> =
                    self.walks.iter().map(|walk| walk.entitlement.max(Money::ZERO)).collect();
                let has = only(named, &has);
                let of_named = fall.min(Money::sum(has.iter().copied())?);
                let of_named = within(&self.given(named, of_named), &has)?;
                let rest = left_of(fall, &of_named)?;
                if rest.is_zero() {
                    of_named
                } else {
                    let others: Vec<usize> =
                        self.those(|_| true).into_iter().filter(|at| !named.contains(at)).collect();
                    added(of_named, self.falls(date, &self.given(&others, rest))?)?
                }
            }
        };
        Ok(falls.into_iter().map(Money::negated).collect())
    }

    /// Takes a refund back: for the part that it names, or first off what was paid for none.
    fn refund(&mut self, date: Date, refund: &'a Refund) -> Result<(), Overflow> {
        let due_back = match self.is_decided() {
            true => self.paid()?.minus(self.entitlement()?)?.max(Money::ZERO),
            false => Money::ZERO,
        };
        let named = self.named(refund.part.as_ref());
        let shares = match named.as_slice() {
            [] => self.shares_back(refund.amount, None)?,
            _ => self.back_from(&named, refund.amount)?,
        };
        for (walk, share) in self.walks.iter_mut().zip(&shares).filter(|(_, share)| !share.is_zero()) {
            walk.repay(date, *share, None, None)?;
        }
        let fall = refund.amount.minus(refund.amount.min(due_back))?;
        if refund.stays_available || fall.is_zero() {
            return Ok(());
        }
        let changes = match self.is_decided() {
            // Before the decision there is nothing yet that could be reduced in proportion.
            false => shares.iter().map(|share| share.negated()).collect(),
            true => self.reductions(date, &named, fall)?,
        };
        self.change(date, &changes, None, named.is_empty())
    }

    /// Takes a returned payment back, from the parts that it was made for.
    fn give_back(&mut self, date: Date, returned: &'a Returned) -> Result<(), Overflow> {
        let part = returned.part.as_ref().map(|part| self.place_of(part));
        let named = self.those(|walk| part.is_some_and(|part| walk.had(part, returned.paid)));
        let shares = match named.as_slice() {
            [] => self.shares_back(returned.amount, Some(returned.paid))?,
            _ => self.back_from(&named, returned.amount)?,
        };
        for (walk, share) in self.walks.iter_mut().zip(shares) {
            if !share.is_zero() {
                walk.give_back(date, share, returned.paid, part)?;
            }
        }
        Ok(())
    }

    /// Returns how money comes back from some parts: by what is paid for each, and what is more from the others that are paid.
    fn back_from(&self, named: &[usize], amount: Money) -> Result<Vec<Money>, Overflow> {
        let own = self.walks.iter().map(Walk::own_paid).collect::<Result<Vec<_>, _>>()?;
        let of_named = proportion(&only(named, &own), amount)?;
        let others = self.those(|_| true).into_iter().filter(|at| !named.contains(at)).collect::<Vec<_>>();
        let of_others = proportion(&only(&others, &own), left_of(amount, &of_named)?)?;
        let taken = added(of_named, of_others)?;
        let never_paid = self.given(named, left_of(amount, &taken)?);
        added(taken, never_paid)
    }

    /// Returns how money that names no part comes back: from the payments of that day (or all) that named none, then by what
    /// is paid for each part.
    fn shares_back(&mut self, amount: Money, paid: Option<Date>) -> Result<Vec<Money>, Overflow> {
        let there = self.walks.iter().map(|walk| walk.unnamed_left(paid)).collect::<Result<Vec<_>, _>>()?;
        let unnamed = proportion(&there, amount)?;
        let mut others = Vec::with_capacity(unnamed.len());
        for (walk, taken) in self.walks.iter_mut().zip(&unnamed) {
            walk.take_unnamed(paid, *taken)?;
            others.push(walk.own_paid()?.minus(*taken)?);
        }
        let taken = proportion(&others, left_of(amount, &unnamed)?)?;
        let taken = added(unnamed, taken)?;
        let never_paid = self.given_to_all(left_of(amount, &taken)?);
        added(taken, never_paid)
    }
}

/// Returns the part that a fact is of, if it names one.
pub(super) fn named(fact: &Fact) -> Option<&Part> {
    if let Fact::Varied(variation) = fact { variation.part.as_ref() } else { fact.part() }
}

/// Returns the amounts of some parts, and nothing of the others.
fn only(those: &[usize], amounts: &[Money]) -> Vec<Money> {
    let of = |(at, amount): (usize, &Money)| if those.contains(&at) { *amount } else { Money::ZERO };
    amounts.iter().enumerate().map(of).collect()
}

fn added(a: Vec<Money>, b: Vec<Money>) -> Result<Vec<Money>, Overflow> {
    a.into_iter().zip(b).map(|(a, b)| a.plus(b)).collect()
}

/// Returns what is left of an amount beyond shares of it.
fn left_of(amount: Money, taken: &[Money]) -> Result<Money, Overflow> {
    amount.minus(Money::sum(taken.iter().copied())?)
}

fn shared(by: &[Money], amount: Money) -> Vec<Money> {
    shares(by.iter().copied(), amount).collect()
}

/// Returns parts of an amount in proportion to what there is: none is more than that.
fn proportion(there: &[Money], amount: Money) -> Result<Vec<Money>, Overflow> {
    let all = Money::sum(there.iter().map(|it| (*it).max(Money::ZERO)))?;
    Ok(shared(there, amount.min(all)))
}

/// Returns shares of which none is more than there is room for, as long as others have room: what is more goes there, in
/// proportion to it. What nobody has room for stays where it is.
fn within(wanted: &[Money], room: &[Money]) -> Result<Vec<Money>, Overflow> {
    let (mut taken, mut left) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
    for (wanted, room) in wanted.iter().zip(room) {
        let here = (*wanted).min((*room).max(Money::ZERO));
        taken.push(here);
        left.push(room.minus(here)?.max(Money::ZERO));
    }
    let over = left_of(Money::sum(wanted.iter().copied())?, &taken)?;
    let moved = proportion(&left, over)?;
    let mut rest = left_of(over, &moved)?;
    for ((taken, wanted), moved) in taken.iter_mut().zip(wanted).zip(moved) {
        let stays = wanted.minus(*taken)?.max(Money::ZERO).min(rest);
        rest = rest.minus(stays)?;
        *taken = taken.plus(stays)?.plus(moved)?;
    }
    Ok(taken)
}

/// The parts with what is promised to each, which share what was booked under earlier divisions.
struct Owners<'a>(Vec<(Place<'a>, Money)>);

impl<'a> Owners<'a> {
    /// Returns a part's share of amounts, where each place is of the parts that it is tied to, or of all.
    fn share(&self, of: usize, tie: Tie, amounts: &Held<'a>) -> Held<'a> {
        let share = |(place, amount): &(Place<'a>, Money)| {
            let is_tied = |it: Place<'a>| tie.ties(it, *place);
            let is_any = self.0.iter().any(|(it, _)| is_tied(*it));
            let weights = |weight: &dyn Fn(Money) -> Money| -> Vec<Money> {
                let is_of = |it: Place<'a>| !is_any || is_tied(it);
                let weight = |(it, amount): &(Place<'a>, Money)| {
                    if is_of(*it) { weight(*amount) } else { Money::ZERO }
                };
                self.0.iter().map(weight).collect()
            };
            let mut by = weights(&|amount| amount.max(Money::ZERO));
            if by.iter().all(|weight| weight.is_zero()) {
                by = weights(&|_| Money::from_pence(1));
            }
            let share = shared(&by, *amount).get(of).copied()?;
            by.get(of).is_some_and(|weight| !weight.is_zero()).then_some((*place, share))
        };
        Held(amounts.0.iter().filter_map(share).collect())
    }
}

impl<'a> Walk<'a> {
    /// True if a place is one of the division in force.
    fn has(&self, place: Place<'a>) -> bool {
        self.present.has(place)
    }

    /// True if a place is one of the division in force or of an earlier one.
    fn has_had(&self, place: Place<'a>) -> bool {
        self.has(place) || self.past.iter().any(|it| it.has(place))
    }

    /// True if a place was one of the division in force on a day.
    fn had(&self, place: Place<'a>, day: Date) -> bool {
        self.past_on(day).and_then(|at| self.past.get(at)).unwrap_or(&self.present).has(place)
    }

    /// Returns what is paid for it itself: without what covers it.
    fn own_paid(&self) -> Result<Money, Overflow> {
        self.paid.minus(self.covers.total()?)
    }

    /// Returns what is left of the payments that named no part, of one day or of all.
    fn unnamed_left(&self, paid: Option<Date>) -> Result<Money, Overflow> {
        let all = self.past.iter().chain([&self.present]);
        all.map(|it| it.unnamed_left(paid)?.total()).try_fold(Money::ZERO, |sum, it| sum.plus(it?))
    }

    /// Takes an amount from what is left of them, newest division first.
    fn take_unnamed(&mut self, paid: Option<Date>, amount: Money) -> Result<(), Overflow> {
        let mut left = amount;
        for divided in self.past.iter_mut().chain([&mut self.present]).rev() {
            left = left.minus(divided.take_unnamed(paid, left)?.total()?)?;
        }
        Ok(())
    }

    /// Returns where a change of what covers a part, or of what it covers, takes place: what ends, where it began, the latest
    /// first; the rest under the division in force.
    fn places_of_cover(&mut self, change: Money) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let (mut places, mut left) = (Held::default(), change);
        for (place, began) in self.covers.0.iter_mut().rev() {
            if began.is_positive() != left.is_positive() {
                let size = began.size().min(left.size());
                let ends = if left.is_positive() { size } else { size.negated() };
                *began = began.plus(ends)?;
                left = left.minus(ends)?;
                places.add(*place, ends)?;
            }
        }
        for (place, share) in self.present.division.divide(left) {
            self.covers.add(place, share)?;
            places.add(place, share)?;
        }
        Ok(places.0)
    }

    /// Returns a walk for a part that is added, of which nothing happened yet.
    fn beside(&self, place: Place<'a>) -> Walk<'a> {
        let division = Division::by_weights(vec![(place, 1)]);
        Walk {
            steps: Vec::new(),
            reductions: Vec::new(),
            awarded: Money::ZERO,
            entitlement: Money::ZERO,
            paid: Money::ZERO,
            covers: Held::default(),
            recognised: Money::ZERO,
            service: Service::default(),
            due: Default::default(),
            past: Vec::new(),
            present: Divided::new(self.decided, division),
            control: Held::default(),
            commitments: Held::default(),
            ..*self
        }
    }

    /// Divides a walk into one for each place of the division in force. What is recognised so far, and the service, is as it
    /// was divided; what was booked under earlier divisions goes to the parts in their places.
    fn split(mut self) -> Result<Vec<Walk<'a>>, Overflow> {
        self.apart = true;
        let places: Vec<Place<'a>> = self.present.division.places().collect();
        if places.len() < 2 {
            return Ok(vec![self]);
        }
        let (paid, promised) = self.paid_and_promised()?;
        let own = Held(self.present.own_shares_of_paid(paid)?);
        let paid = self.shares_of_paid()?;
        let promised = Held(self.present.division.divide(promised).collect());
        let awarded = Held(self.present.division.divide(self.awarded).collect());
        let undecided = Held(self.present.division.divide(self.entitlement).collect());
        let owners = Owners(promised.0.clone());
        let mut earlier = Held::default();
        let mut pasts: Vec<Vec<Divided<'a>>> = Vec::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            let each = self.past.iter().map(|it| it.part(|amounts| owners.share(at, it.tie, amounts)));
            let of_part = each.collect::<Result<Vec<_>, Overflow>>()?;
            for divided in &of_part {
                earlier.add(*place, divided.recognised)?;
            }
            pasts.push(of_part);
        }
        let shared = Rc::new(Shared {
            service: std::mem::take(&mut self.service),
            before: earlier.total()?,
            by: self.present.division.clone().reweighed(&earlier.0),
            beyond_by: self.present.spending().clone(),
        });
        let spent = self.present.spent();
        let mut walks = Vec::with_capacity(places.len());
        for (place, past) in places.into_iter().zip(pasts) {
            let only = |of: &Held<'a>| Held(vec![(place, of.of(place))]);
            let mut present = self.present.part(only)?;
            present.division = Division::by_weights(vec![(place, 1)]);
            present.by_payments = None;
            let of_past = earlier.of(place).plus(due_back(&past)?)?;
            let due = self.due.iter().map(|due| {
                let recognised_to_date = shared.share(place, due.recognised_to_date)?;
                Ok(Due { date: due.date, recognised_to_date })
            });
            let promised = promised.of(place).plus(earlier.of(place))?;
            walks.push(Walk {
                awarded: awarded.of(place),
                entitlement: if self.is_decided { promised } else { undecided.of(place) },
                paid: paid.of(place).plus(of_past)?,
                covers: Held(vec![(place, paid.of(place).minus(own.of(place))?)]),
                recognised: spent.of(place).plus(earlier.of(place))?,
                service: Service::share(&shared, place)?,
                due: due.collect::<Result<_, Overflow>>()?,
                past,
                present,
                control: only(&self.control),
                commitments: only(&self.commitments),
                ..self.beside(place)
            });
        }
        Ok(walks)
    }
}
