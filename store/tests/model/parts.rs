//! A grant of the naive model once one of its parts was named: each part goes its own way from then on.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::naive::Kind;
use crate::shares::{Pence, Weights, divide, together};
use crate::walk::purpose::{Kept, UnderPurpose};
use crate::walk::{Walk, paid_elsewhere, through_the_bank};

/// A grant on its way: as one, or part by part.
#[derive(Debug, Default)]
pub struct Walks {
    walks: Vec<Walk>,
    /// What the award came to, change by change.
    awards: Vec<(NaiveDate, Pence)>,
    /// What was paid for none of the parts, and the weights by which it was shared.
    shared: (Pence, Vec<Pence>),
}

/// Shares of an amount, in the order of the weights.
fn shares(amount: Pence, weights: &[Pence]) -> Vec<Pence> {
    let named: Weights = weights.iter().map(|weight| (String::new(), *weight)).collect();
    divide(amount, &named).into_iter().map(|(_, share)| share).collect()
}

/// As much of an amount as is there, in proportion to it.
fn out_of(there: &[Pence], amount: Pence) -> Vec<Pence> {
    let there: Vec<Pence> = there.iter().map(|it| (*it).max(0)).collect();
    shares(amount.min(there.iter().sum()), &there)
}

/// Shares of which what finds no room goes to where there is room, as far as there is any.
fn into_room(wanted: &[Pence], room: &[Pence]) -> Vec<Pence> {
    let room = room.iter().map(|it| (*it).max(0));
    let found: Vec<Pence> =
        wanted.iter().zip(room.clone()).map(|(wanted, room)| *wanted.min(&room)).collect();
    let free: Vec<Pence> = room.zip(&found).map(|(room, found)| room - found).collect();
    let over = wanted.iter().sum::<Pence>() - found.iter().sum::<Pence>();
    let moved = out_of(&free, over);
    let mut homeless = over - moved.iter().sum::<Pence>();
    let mut result = Vec::new();
    for at in 0..wanted.len() {
        let stays = (wanted[at] - found[at]).min(homeless);
        homeless -= stays;
        result.push(found[at] + moved[at] + stays);
    }
    result
}

impl Walks {
    pub fn new(walk: Walk) -> Walks {
        Walks { walks: vec![walk], ..Walks::default() }
    }

    /// The one walk there is, if no part was named yet.
    pub fn alone(&mut self) -> Option<&mut Walk> {
        if let [walk] = self.walks.as_mut_slice() { Some(walk) } else { None }
    }

    pub fn each(&mut self) -> impl Iterator<Item = &mut Walk> {
        self.walks.iter_mut()
    }

    fn sum(&self, of: impl Fn(&Walk) -> Pence) -> Pence {
        self.walks.iter().map(of).sum()
    }

    fn list(&self, of: impl Fn(&Walk) -> Pence) -> Vec<Pence> {
        self.walks.iter().map(of).collect()
    }

    fn is_decided(&self) -> bool {
        self.walks[0].is_decided
    }

    pub fn due_back(&self) -> Pence {
        if self.is_decided() { (self.sum(Walk::paid) - self.sum(|it| it.awarded)).max(0) } else { 0 }
    }

    /// Lets those that have too much stand in for those that have too little, then settles each.
    pub fn end_of_fact(&mut self, day: NaiveDate) {
        let so_far: Pence = self.awards.iter().map(|it| it.1).sum();
        self.awards.push((day, self.sum(|it| it.awarded) - so_far));
        if let Some(walk) = self.alone() {
            walk.expend_payments(day);
            return walk.note_moves(day, &Weights::new());
        }
        let beyond: Vec<Pence> =
            self.list(|it| if it.is_decided { it.paid() - it.covered - it.awarded } else { 0 });
        let too_much: Pence = beyond.iter().filter(|it| **it > 0).sum();
        let too_little: Pence = -beyond.iter().filter(|it| **it < 0).sum::<Pence>();
        let mut left = [too_much.min(too_little); 2];
        let mut covers: Vec<Weights> = Vec::new();
        for (walk, beyond) in self.walks.iter_mut().zip(beyond) {
            let left = &mut left[usize::from(beyond > 0)];
            let size = beyond.abs().min(*left);
            *left -= size;
            let change = -beyond.signum() * size - walk.covered;
            walk.covered += change;
            let cover = walk.where_it_covers(change);
            covers.push(cover);
        }
        for (walk, cover) in self.walks.iter_mut().zip(&covers) {
            walk.expend_payments(day);
            walk.note_moves(day, cover);
        }
        // Between funds it goes through the bank, which is a payment of the one for the other.
        let mut through = through_the_bank(&covers.concat()).into_iter();
        for (walk, cover) in self.walks.iter_mut().zip(covers) {
            for (place, amount) in cover {
                let by_bank = through.next().unwrap();
                *walk.moved_within.entry(place.clone()).or_default() += amount - by_bank;
                walk.transfer(&place, by_bank);
                walk.stand(day, Kind::Paid, &place, by_bank);
            }
        }
    }

    /// Notes what of an award is reduced.
    pub fn reduced(&mut self, day: NaiveDate, amount: Pence) {
        self.walks[0].moves.push((day, Kind::Reduced, String::new(), amount));
    }

    /// Begins a fact: each part goes its own way, if one is named that has none. Money that is back was paid by a day.
    pub fn begin(
        &mut self,
        by_day: NaiveDate,
        part: Option<&String>,
        is_back: Option<NaiveDate>,
        is_new: bool,
    ) {
        self.each().for_each(|walk| walk.post_due(|due| due <= by_day));
        let Some(part) = part else { return };
        let knows = |walk: &Walk| walk.has(part) || (is_back.is_some() && walk.has_had(part));
        if !is_new && !self.walks.iter().any(knows) {
            return;
        }
        let is_first = !self.walks[0].apart;
        self.split(|walk| {
            let is_of_now = is_back.is_none_or(|day| walk.purposes.last().unwrap().from <= day);
            is_first || (walk.has(part) && is_of_now)
        });
        if is_new && !self.walks.iter().any(|walk| walk.has(part)) {
            let added = self.walks[0].beside(part);
            self.walks.push(added);
        }
    }

    fn split(&mut self, is_meant: impl Fn(&Walk) -> bool) {
        for walk in std::mem::take(&mut self.walks) {
            if is_meant(&walk) {
                self.walks.extend(walk.split_up());
            } else {
                self.walks.push(walk);
            }
        }
    }

    /// What is paid for a part.
    pub fn paid_for(&mut self, part: &String) -> Pence {
        self.split(|walk| !walk.apart || walk.has(part));
        self.meant(Some(part)).into_iter().map(|at| self.walks[at].paid().max(0)).sum()
    }

    /// Which parts are meant by a name.
    fn meant(&self, part: Option<&String>) -> Vec<usize> {
        let Some(part) = part else { return Vec::new() };
        let those = |is_meant: &dyn Fn(&Walk) -> bool| -> Vec<usize> {
            (0..self.walks.len()).filter(|at| is_meant(&self.walks[*at])).collect()
        };
        let now = those(&|walk| walk.has(part));
        if now.is_empty() { those(&|walk| walk.has_had(part)) } else { now }
    }

    fn all(&self) -> Vec<usize> {
        (0..self.walks.len()).collect()
    }

    /// By what the parts share what names none.
    fn weights(&self) -> Vec<Pence> {
        let awarded = self.list(|it| it.awarded.max(0));
        if self.is_decided() && awarded.iter().any(|it| *it > 0) {
            awarded
        } else {
            self.list(|it| it.stated)
        }
    }

    fn shared_by(&self, meant: &[usize], amount: Pence) -> Vec<Pence> {
        let of_others = |at: usize, weight: Pence| if meant.contains(&at) { weight } else { 0 };
        let mut weights: Vec<Pence> =
            self.weights().into_iter().enumerate().map(|(at, weight)| of_others(at, weight)).collect();
        if weights.iter().sum::<Pence>() == 0 {
            weights = self.all().into_iter().map(|at| of_others(at, 1)).collect();
        }
        shares(amount, &weights)
    }

    pub fn pay(&mut self, day: NaiveDate, amount: Pence, part: Option<&String>) {
        let meant = self.meant(part);
        let wanted = if meant.is_empty() {
            let weights = self.weights();
            if weights != self.shared.1 {
                self.shared = (0, weights);
            }
            let (before, weights) = &mut self.shared;
            let then = shares(*before, weights);
            *before += amount;
            shares(*before, weights).into_iter().zip(then).map(|(now, then)| now - then).collect()
        } else {
            self.shared_by(&meant, amount)
        };
        let each = if meant.len() == 1 || !self.is_decided() {
            wanted
        } else {
            into_room(&wanted, &self.list(|it| it.awarded - it.paid()))
        };
        for (walk, share) in self.walks.iter_mut().zip(each) {
            walk.pay(day, share, !meant.is_empty());
        }
    }

    /// By how much less is awarded to some: first off what each has not spent.
    fn less_of(&self, day: NaiveDate, of: &[usize], by: Pence) -> Vec<Pence> {
        let unspent =
            |it: &Walk| it.awarded - if it.period.is_some() { it.served_to(day) } else { it.paid() };
        let unspent = into_room(&self.shared_by(of, by), &self.list(unspent));
        into_room(&unspent, &self.list(|it| it.awarded))
    }

    /// By how much less is awarded to each when less is awarded: of those that are meant first.
    fn less(&self, day: NaiveDate, meant: &[usize], by: Pence) -> Vec<Pence> {
        if meant.is_empty() {
            return self.less_of(day, &self.all(), by);
        }
        let of_meant = |at: usize| if meant.contains(&at) { self.walks[at].awarded.max(0) } else { 0 };
        let has: Vec<Pence> = self.all().into_iter().map(of_meant).collect();
        let most = by.min(has.iter().sum());
        let first = into_room(&self.shared_by(meant, most), &has);
        if by == most {
            return first;
        }
        let others: Vec<usize> = self.all().into_iter().filter(|at| !meant.contains(at)).collect();
        first.into_iter().zip(self.less_of(day, &others, by - most)).map(|(a, b)| a + b).collect()
    }

    fn change(
        &mut self,
        day: NaiveDate,
        changes: &[Pence],
        period: Option<(NaiveDate, NaiveDate)>,
        all: bool,
    ) {
        for (walk, change) in self.walks.iter_mut().zip(changes) {
            walk.award(*change);
            if all || *change != 0 {
                let period = period.or(walk.period);
                walk.estimate(day, period);
            }
        }
    }

    pub fn vary(
        &mut self,
        day: NaiveDate,
        part: Option<&String>,
        change: Pence,
        period: Option<(NaiveDate, NaiveDate)>,
    ) {
        if let Some(walk) = self.alone() {
            walk.award(change);
            let period = period.or(walk.period);
            return walk.estimate(day, period);
        }
        let meant = self.meant(part);
        let changes = if change < 0 {
            self.less(day, &meant, -change).into_iter().map(|it| -it).collect()
        } else {
            self.shared_by(if meant.is_empty() { self.all() } else { meant.clone() }.as_slice(), change)
        };
        let is_moved = period.is_some() && period != self.walks[0].period;
        self.change(day, &changes, period, meant.is_empty() || is_moved);
    }

    pub fn refund(&mut self, day: NaiveDate, part: Option<&String>, amount: Pence, stays: bool) {
        let fall = amount - self.due_back().min(amount);
        if let Some(walk) = self.alone() {
            walk.repay(amount, None);
            if !stays {
                walk.award(-fall);
                let period = walk.period;
                walk.estimate(day, period);
            }
            return;
        }
        let meant = self.meant(part);
        let back = if meant.is_empty() { self.back(amount, None) } else { self.back_of(&meant, amount) };
        for (walk, share) in self.walks.iter_mut().zip(&back).filter(|it| *it.1 != 0) {
            walk.repay(*share, None);
        }
        if stays || fall == 0 {
            return;
        }
        let less = if self.is_decided() { self.less(day, &meant, fall) } else { back };
        let changes: Vec<Pence> = less.into_iter().map(|it| -it).collect();
        self.change(day, &changes, None, meant.is_empty());
    }

    pub fn give_back(&mut self, amount: Pence, paid: NaiveDate, part: Option<&String>) {
        if let Some(walk) = self.alone() {
            return walk.give_back(amount, paid, part);
        }
        let mut meant = self.all();
        meant.retain(|at| part.is_some_and(|part| self.walks[*at].had(part, paid)));
        let back =
            if meant.is_empty() { self.back(amount, Some(paid)) } else { self.back_of(&meant, amount) };
        for (walk, share) in self.walks.iter_mut().zip(back).filter(|it| it.1 != 0) {
            walk.give_back(share, paid, part);
        }
    }

    /// Money back from parts that are meant; from others only what those were not paid.
    fn back_of(&self, meant: &[usize], amount: Pence) -> Vec<Pence> {
        let own = self.list(|it| it.paid() - it.covered);
        let of = |is_meant: bool| -> Vec<Pence> {
            let of = |(at, it): (usize, &Pence)| if meant.contains(&at) == is_meant { *it } else { 0 };
            own.iter().enumerate().map(of).collect()
        };
        let first = out_of(&of(true), amount);
        let left = amount - first.iter().sum::<Pence>();
        let second = out_of(&of(false), left);
        let third = self.shared_by(meant, left - second.iter().sum::<Pence>());
        (0..first.len()).map(|at| first[at] + second[at] + third[at]).collect()
    }

    /// Money back that is of no part: what was paid for none first.
    fn back(&mut self, amount: Pence, day: Option<NaiveDate>) -> Vec<Pence> {
        let first = out_of(&self.list(|it| it.unnamed(day)), amount);
        for (walk, taken) in self.walks.iter_mut().zip(&first) {
            walk.off_unnamed(day, *taken);
        }
        let own = self.list(|it| it.paid() - it.covered);
        let left: Vec<Pence> = own.iter().zip(&first).map(|(own, taken)| own - taken).collect();
        let rest = amount - first.iter().sum::<Pence>();
        let second = out_of(&left, rest);
        let third = self.shared_by(&self.all(), rest - second.iter().sum::<Pence>());
        (0..first.len()).map(|at| first[at] + second[at] + third[at]).collect()
    }

    /// All of it as one, at the end.
    pub fn arrived(mut self) -> Walk {
        self.each().for_each(|walk| walk.post_due(|_| true));
        let mut whole =
            Walk { decided: self.walks.first().map_or(NaiveDate::MIN, |it| it.decided), ..Walk::default() };
        for walk in self.walks {
            whole.moves.extend(walk.moves);
            whole.earlier_years.extend(walk.earlier_years);
            for (at, amount) in walk.levels {
                *whole.levels.entry(at).or_default() += amount;
            }
        }
        whole.awards = self.awards;
        whole
    }
}

impl Walk {
    pub fn has(&self, part: &str) -> bool {
        self.purposes.last().unwrap().has(part)
    }

    fn has_had(&self, part: &str) -> bool {
        self.purposes.iter().any(|it| it.has(part))
    }

    fn had(&self, part: &str, day: NaiveDate) -> bool {
        self.purposes.iter().rfind(|it| it.from <= day).unwrap_or(&self.purposes[0]).has(part)
    }

    fn unnamed(&self, day: Option<NaiveDate>) -> Pence {
        self.purposes.iter().flat_map(|it| it.unnamed_of(day)).map(|it| it.1).sum()
    }

    fn off_unnamed(&mut self, day: Option<NaiveDate>, mut amount: Pence) {
        for purpose in self.purposes.iter_mut().rev() {
            amount -= purpose.off_unnamed(day, amount).iter().map(|it| it.1).sum::<Pence>();
        }
    }

    /// Where cover begins, or ends: where it began last.
    fn where_it_covers(&mut self, change: Pence) -> Weights {
        let mut left = change;
        let mut there = Weights::new();
        for (place, covered) in self.covers.iter_mut().rev() {
            if covered.signum() == -left.signum() {
                let ends = left.signum() * left.abs().min(covered.abs());
                *covered += ends;
                left -= ends;
                there.push((place.clone(), ends));
            }
        }
        let begins = divide(left, self.split());
        self.covers = together(std::mem::take(&mut self.covers).into_iter().chain(begins.clone()));
        together(there.into_iter().chain(begins))
    }

    /// A part that is added, and has nothing yet.
    fn beside(&self, part: &str) -> Walk {
        let split = vec![(part.to_owned(), 1)];
        let purpose = UnderPurpose { from: NaiveDate::MIN, split, ..UnderPurpose::default() };
        Walk {
            decided: self.decided,
            is_decided: self.is_decided,
            period: self.period,
            withdrawn: self.withdrawn,
            apart: true,
            purposes: vec![purpose],
            ..Walk::default()
        }
    }

    /// One for each place of the purpose in force. What is under earlier purposes goes with what the places have kept.
    fn split_up(mut self) -> Vec<Walk> {
        self.apart = true;
        let places: Vec<String> = self.split().iter().map(|it| it.0.clone()).collect();
        if places.len() < 2 {
            return vec![self];
        }
        let of = |place: &str, amounts: &Weights| {
            amounts.iter().filter(|it| it.0 == place).map(|it| it.1).sum::<Pence>()
        };
        let promised = divide(self.promised_here(), self.split());
        let (own, paid) = (self.own_paid(), self.paid_by_place());
        let (stated, undecided) = (divide(self.stated, self.split()), divide(self.awarded, self.split()));
        let (here, past) = self.purposes.split_last().unwrap();
        let mut walks: Vec<Walk> = Vec::new();
        for (at, place) in places.iter().enumerate() {
            let mut walk = self.beside(place);
            walk.purposes = past
                .iter()
                .map(|it| it.of_one(|amounts, kept| heirs(at, kept, amounts, &promised)))
                .collect();
            let spent_before: Pence = walk.purposes.iter().map(|it| it.expenditure).sum();
            walk.purposes.push(here.of_one(|amounts, _| vec![(place.clone(), of(place, amounts))]));
            let present = walk.purposes.last_mut().unwrap();
            present.split = vec![(place.clone(), 1)];
            present.spent_where_paid.clear();
            walk.stated = of(place, &stated);
            walk.awarded =
                if self.is_decided { of(place, &promised) + spent_before } else { of(place, &undecided) };
            walk.covered = of(place, &paid) - of(place, &own);
            walk.covers = vec![(place.clone(), walk.covered)];
            // What moved under the purpose in force counts as paid there.
            walk.elsewhere = 0;
            walk.elsewhere = of(place, &paid)
                + spent_before
                + walk.purposes[..walk.purposes.len() - 1]
                    .iter()
                    .flat_map(|it| it.due_back.values())
                    .sum::<Pence>()
                - walk.paid();
            walks.push(walk);
        }
        let before: Weights = walks
            .iter()
            .zip(&places)
            .map(|(walk, place)| {
                let (_, past) = walk.purposes.split_last().unwrap();
                (place.clone(), past.iter().map(|it| it.expenditure).sum())
            })
            .collect();
        let all_before: Pence = before.iter().map(|it| it.1).sum();
        let after = if here.spent_where_paid.is_empty() { &here.split } else { &here.spent_where_paid };
        let mut days: BTreeMap<NaiveDate, Pence> = BTreeMap::new();
        self.service.iter().for_each(|(day, amount)| *days.entry(*day).or_default() += amount);
        for (walk, place) in walks.iter_mut().zip(&places) {
            let share = |amount: Pence| {
                let first = amount.min(all_before);
                of(place, &divide(first, &before)) + of(place, &divide(amount - first, after))
            };
            let (mut so_far, mut then) = (0, 0);
            for (day, amount) in &days {
                so_far += amount;
                walk.service.push((*day, share(so_far) - then));
                then = share(so_far);
            }
            walk.due = self.due.clone();
            // All of it stands where it must.
            walk.levels = walk.stands();
            walk.moved_within = paid_elsewhere(&walk.levels);
        }
        walks[0].moves = self.moves;
        walks[0].earlier_years = self.earlier_years;
        walks
    }
}

/// What a part inherits of amounts under earlier places: those of the places that have what it kept, or of all.
fn heirs(part: usize, kept: Kept, amounts: &Weights, promised: &Weights) -> Weights {
    let mut inherited = Weights::new();
    for (place, amount) in amounts {
        let mut is_heir: Vec<bool> = promised.iter().map(|(it, _)| kept.is_same(it, place)).collect();
        if !is_heir.contains(&true) {
            is_heir = vec![true; promised.len()];
        }
        let mut weights: Vec<Pence> = promised
            .iter()
            .zip(&is_heir)
            .map(|((_, it), is_heir)| if *is_heir { (*it).max(0) } else { 0 })
            .collect();
        if weights.iter().sum::<Pence>() == 0 {
            weights = is_heir.iter().map(|is_heir| Pence::from(*is_heir)).collect();
        }
        if weights[part] > 0 {
            inherited.push((place.clone(), shares(*amount, &weights)[part]));
        }
    }
    together(inherited)
}
