//! Parts of a grant of the naive model once one of them was named: what is paid for each is its own, and so are its
//! terms once they differ.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::shares::{Pence, Weights, divide, dues, in_proportion, planned, together};
use crate::walk::Walk;

/// A part with its own terms; all of them since the award.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    pub place: String,
    pub awarded: Pence,
    pub spent: Pence,
    /// What of it is spent under earlier purposes.
    pub spent_earlier: Pence,
    pub service: Vec<(NaiveDate, Pence)>,
    pub due: Vec<(NaiveDate, NaiveDate)>,
}

impl Terms {
    fn served_to(&self, day: NaiveDate) -> Pence {
        self.service.iter().filter(|(of, _)| *of <= day).map(|(_, amount)| amount).sum()
    }

    fn here(&self) -> Pence {
        self.awarded - self.spent_earlier
    }

    fn give_back(&mut self, mut amount: Pence) {
        self.service.sort_by_key(|(day, _)| *day);
        for (_, there) in self.service.iter_mut().rev() {
            let taken = amount.min(*there);
            *there -= taken;
            amount -= taken;
        }
    }

    /// Several as one.
    fn one(parts: &[Terms]) -> Terms {
        let due: BTreeSet<(NaiveDate, NaiveDate)> = parts.iter().flat_map(|it| it.due.clone()).collect();
        Terms {
            place: String::new(),
            awarded: parts.iter().map(|it| it.awarded).sum(),
            spent: parts.iter().map(|it| it.spent).sum(),
            spent_earlier: parts.iter().map(|it| it.spent_earlier).sum(),
            service: parts.iter().flat_map(|it| it.service.clone()).collect(),
            due: due.into_iter().collect(),
        }
    }

    /// Shared over places: what was spent by then as the first split says, what is spent after it as the second.
    fn shared(&self, spent_earlier: Pence, split: &Weights, after: &Weights) -> Vec<Terms> {
        let of = |place: &str, parts: Weights| parts.iter().find(|it| it.0 == place).map_or(0, |it| it.1);
        let share = |place: &str, amount: Pence, after: &Weights| {
            let first = amount.min(spent_earlier);
            of(place, divide(first, split)) + of(place, divide(amount - first, after))
        };
        let mut days: BTreeMap<NaiveDate, Pence> = BTreeMap::new();
        for (day, amount) in &self.service {
            *days.entry(*day).or_default() += amount;
        }
        let part = |place: &String| {
            let (mut so_far, mut before, mut service) = (0, 0, Vec::new());
            for (day, amount) in &days {
                so_far += amount;
                let to_day = share(place, so_far, after);
                service.push((*day, to_day - before));
                before = to_day;
            }
            Terms {
                place: place.clone(),
                awarded: share(place, self.awarded, split),
                spent: share(place, self.spent, after),
                spent_earlier: share(place, spent_earlier, after),
                service,
                due: self.due.clone(),
            }
        };
        split.iter().map(|(place, _)| part(place)).collect()
    }
}

fn above_zero(of: &Weights) -> BTreeMap<String, Pence> {
    of.iter().map(|(place, amount)| (place.clone(), (*amount).max(0))).collect()
}

fn less(of: &Weights) -> Weights {
    of.iter().map(|(place, amount)| (place.clone(), -amount)).collect()
}

/// An amount of a part of an earlier purpose over those in its place now.
fn in_place_of(part: &str, amount: Pence, promised: &Weights) -> Weights {
    let word = |place: &str, at: usize| place.split('/').nth(at).unwrap().to_owned();
    let is_it: [&dyn Fn(&str) -> bool; 4] = [
        &|place| place == part,
        &|place| word(place, 0) == word(part, 0),
        &|place| word(place, 1) == word(part, 1),
        &|_| true,
    ];
    let found = is_it
        .iter()
        .map(|is_it| promised.iter().filter(|(place, _)| is_it(place)).cloned().collect::<Weights>());
    let there = found.into_iter().find(|there| !there.is_empty()).unwrap();
    let mut weights: Weights = above_zero(&there).into_iter().collect();
    weights.sort_by_key(|(place, _)| there.iter().position(|it| it.0 == *place));
    if weights.iter().all(|it| it.1 == 0) {
        weights.iter_mut().for_each(|it| it.1 = 1);
    }
    divide(amount, &weights)
}

fn sum(of: &Weights) -> Pence {
    of.iter().map(|it| it.1).sum()
}

impl Walk {
    /// What is paid for each part is its own from now on.
    pub fn own(&mut self) {
        let paid = self.own_paid();
        self.purposes.last_mut().unwrap().opening = paid;
        self.is_own = true;
    }

    fn add_own(&mut self, place: &str, amount: Pence) {
        let here = self.purposes.last_mut().unwrap();
        here.opening = together(here.opening.drain(..).chain([(place.to_owned(), amount)]));
    }

    pub fn pay_for(&mut self, place: &str, amount: Pence) {
        self.own();
        self.add_own(place, amount);
    }

    /// What was paid for parts under an earlier purpose has come back: the parts in their places have it no more.
    pub fn own_returned(&mut self, came_back: &Weights) {
        let amount = sum(came_back);
        // Counted as paid until it is known where it was.
        *self.purposes.last_mut().unwrap().paid.entry(String::new()).or_default() += amount;
        self.own();
        self.purposes.last_mut().unwrap().paid.remove("");
        let promised = divide(self.promised_here(), self.split());
        for (part, amount) in came_back {
            for (place, share) in in_place_of(part, *amount, &promised) {
                self.add_own(&place, -share);
            }
        }
    }

    /// What was credited under an earlier purpose is promised and paid to the parts in its place.
    pub fn regain(&mut self, credited: &Weights) {
        let before = divide(self.promised_here() - sum(credited), self.split());
        let more: Weights =
            credited.iter().flat_map(|(part, amount)| in_place_of(part, *amount, &before)).collect();
        more.iter().for_each(|(place, share)| self.add_own(place, *share));
        let split = together(before.into_iter().chain(more));
        let split: Weights = split.into_iter().map(|(place, amount)| (place, amount.max(0))).collect();
        if split.iter().any(|it| it.1 > 0) {
            self.purposes.last_mut().unwrap().split = split;
        }
    }

    /// Gives each part its own terms.
    fn separate(&mut self) {
        if !self.terms.is_empty() || !self.is_decided {
            return;
        }
        let (here, earlier) = self.purposes.split_last().unwrap();
        let after = if here.spent_where_paid.is_empty() { &here.split } else { &here.spent_where_paid };
        let whole = Terms {
            awarded: self.awarded,
            spent: self.expenditure(),
            service: self.service.clone(),
            due: self.due.clone(),
            ..Terms::default()
        };
        let spent = here.spent();
        self.terms = whole.shared(earlier.iter().map(|it| it.expenditure).sum(), &here.split, &after.clone());
        (self.service, self.due) = (Vec::new(), Vec::new());
        self.purposes.last_mut().unwrap().set_spent(spent);
        self.divide_by_terms();
    }

    /// The terms of the grant go on in place of those of its parts.
    pub fn join(&mut self) {
        self.is_own &= !self.purposes.last().unwrap().opening.is_empty();
        if !self.terms.is_empty() {
            let whole = Terms::one(&std::mem::take(&mut self.terms));
            (self.service, self.due) = (whole.service, whole.due);
        }
    }

    /// Each part goes where its place goes; those that go to the same are shared together.
    pub fn regroup(&mut self, goes_to: impl Fn(&str) -> Weights) {
        self.is_own &= !self.purposes.last().unwrap().opening.is_empty();
        let mut groups: Vec<(Weights, Vec<Terms>)> = Vec::new();
        for part in std::mem::take(&mut self.terms) {
            let to = goes_to(&part.place);
            match groups.iter_mut().find(|it| it.0 == to) {
                Some((_, parts)) => parts.push(part),
                None => groups.push((to, vec![part])),
            }
        }
        for (to, parts) in &groups {
            let whole = Terms::one(parts);
            self.terms.extend(whole.shared(whole.spent, to, to));
        }
        if !groups.is_empty() {
            self.divide_by_terms();
        }
    }

    fn divide_by_terms(&mut self) {
        let here = self.purposes.last_mut().unwrap();
        let none = here.split.iter().map(|(place, _)| (place.clone(), 0));
        let split = together(none.chain(self.terms.iter().map(|it| (it.place.clone(), it.here().max(0)))));
        if split.iter().any(|it| it.1 > 0) {
            here.split = split;
        }
    }

    /// Posts what is due of the parts on the days that are meant.
    pub fn post_due_of_parts(&mut self, is_meant: &dyn Fn(NaiveDate) -> bool) {
        let days: BTreeSet<NaiveDate> = self.terms.iter().flat_map(|it| &it.due).map(|it| it.0).collect();
        for day in days.into_iter().filter(|day| is_meant(*day)) {
            for at in 0..self.terms.len() {
                let (due, later): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut self.terms[at].due).into_iter().partition(|it| it.0 == day);
                self.terms[at].due = later;
                for (_, served_to) in due {
                    let spent = self.terms[at].served_to(served_to);
                    self.spend(at, spent);
                }
            }
            self.divide_by_terms();
            self.note_moves(day);
        }
    }

    /// Brings what is spent of a part to an amount: less of it where it is, then of the newest purpose.
    fn spend(&mut self, at: usize, to: Pence) {
        let place = self.terms[at].place.clone();
        let change = to - self.terms[at].spent;
        self.terms[at].spent = to;
        let (here, earlier) = self.purposes.split_last_mut().unwrap();
        let spent = here.spent();
        let there = spent.iter().find(|it| it.0 == place).map_or(0, |it| it.1).max(0);
        let of_here = change.max(-there);
        let spent = together(spent.into_iter().chain([(place.clone(), of_here)]));
        here.expenditure = sum(&spent);
        here.set_spent(spent);
        let (mut left, mut moved) = (of_here - change, 0);
        for purpose in earlier.iter_mut().rev() {
            let taken = left.min(purpose.expenditure);
            purpose.expenditure -= taken;
            left -= taken;
            moved += taken;
        }
        self.terms[at].spent_earlier -= moved;
        if moved != 0 && self.is_own {
            self.add_own(&place, moved);
        }
    }

    fn estimate_part(&mut self, at: usize, day: NaiveDate, is_moved: bool) {
        let Some((from, to)) = self.period else { return };
        let part = &mut self.terms[at];
        part.due.clear();
        part.service.retain(|(of, _)| *of <= day && (!is_moved || (from <= *of && *of <= to)));
        let served = part.served_to(day);
        part.give_back((served - part.awarded).max(0));
        let (served, tomorrow) = (served.min(part.awarded), day.succ_opt().unwrap());
        let (begins, awarded) = (from.max(tomorrow), part.awarded);
        if self.withdrawn || begins > to {
            part.service.push((day, awarded - served));
            self.spend(at, awarded);
            return;
        }
        part.service.extend(planned((from, to), begins, to, awarded - served));
        part.due = dues(begins, to).into_iter().map(|of| (of.max(self.decided), of)).collect();
        let same_month = (begins.year(), begins.month()) == (day.year(), day.month());
        if part.spent > served || !same_month {
            self.spend(at, served);
        }
    }

    fn change_terms(&mut self, day: NaiveDate, changes: &Weights, all: bool, is_moved: bool) {
        for (place, change) in changes {
            if self.terms.iter().all(|it| it.place != *place) {
                self.terms.push(Terms { place: place.clone(), ..Terms::default() });
            }
            self.terms.iter_mut().find(|it| it.place == *place).unwrap().awarded += change;
        }
        for at in 0..self.terms.len() {
            let place = &self.terms[at].place;
            if all || changes.iter().any(|(it, change)| it == place && *change != 0) {
                self.estimate_part(at, day, is_moved);
            }
        }
        self.divide_by_terms();
    }

    /// A variation of one part, or of all.
    pub fn vary(
        &mut self,
        day: NaiveDate,
        part: Option<&String>,
        change: Pence,
        period: Option<(NaiveDate, NaiveDate)>,
    ) {
        let is_moved = period.is_some() && period != self.period;
        let of_parts = part.is_some() || (self.is_own && self.period.is_none());
        if of_parts {
            self.own();
        }
        if self.period.or(period).is_none() {
            if self.is_own {
                self.change_left(part, change);
            }
            return self.award(day, change);
        }
        if of_parts {
            self.separate();
        }
        if self.terms.is_empty() {
            self.award(day, change);
            return self.estimate(day, period.or(self.period));
        }
        self.own();
        let changes = match part {
            Some(part) if change < 0 => self.falls(part, -change),
            Some(part) => vec![(part.clone(), change)],
            None => self.changes_of_all(day, change),
        };
        self.award(day, change);
        self.period = period.or(self.period);
        self.change_terms(day, &changes, part.is_none() || is_moved, is_moved);
    }

    /// How a change falls on all parts: by what each has, and no more on one than it still has to spend, if it can be.
    fn changes_of_all(&self, day: NaiveDate, change: Pence) -> Weights {
        let by_place = |of: &dyn Fn(&Terms) -> Pence| -> Weights {
            self.terms.iter().map(|it| (it.place.clone(), of(it))).collect()
        };
        let has = by_place(&Terms::here);
        let served = by_place(&|it| (it.served_to(day) - it.spent_earlier).max(0));
        let whole = sum(&has) + change;
        let left = together(divide(whole, self.split()).into_iter().chain(less(&served)));
        let rest = (whole - sum(&served)).max(0);
        let after = together(in_proportion(rest, &above_zero(&left), &left).into_iter().chain(served));
        let over = (sum(&after) - whole).max(0);
        let here = sum(&after).min(over);
        let spent_earlier = by_place(&|it| it.spent_earlier);
        let taken = in_proportion(here, &above_zero(&after), &after);
        let taken_earlier = in_proportion(over - here, &above_zero(&spent_earlier), &spent_earlier);
        let less_taken = less(&taken).into_iter().chain(less(&taken_earlier));
        together(after.into_iter().chain(less_taken).chain(less(&has)))
    }

    pub fn withdraw_parts(&mut self, day: NaiveDate) {
        let kept = |it: &Terms| (it.place.clone(), it.served_to(day).min(it.awarded) - it.awarded);
        let changes: Weights = self.terms.iter().map(kept).collect();
        self.withdrawn = true;
        self.award(day, sum(&changes));
        self.change_terms(day, &changes, true, false);
    }

    /// A part loses up to what it has, the others the rest.
    fn falls(&self, part: &str, by: Pence) -> Weights {
        let mut room: Weights = match self.terms.is_empty() {
            true => divide(self.promised_here(), self.split()),
            false => self.terms.iter().map(|it| (it.place.clone(), it.awarded)).collect(),
        };
        let there = room.iter().find(|it| it.0 == *part).map_or(0, |it| it.1);
        let of_part = there.max(0).min(by);
        room = together(room.into_iter().chain([(part.to_owned(), -of_part)]));
        let others = in_proportion(by - of_part, &above_zero(&room), &room);
        less(&together(others.into_iter().chain([(part.to_owned(), of_part)])))
    }

    /// A refund lowers the award of its part, or of all.
    pub fn lower(&mut self, day: NaiveDate, part: Option<&String>, by: Pence) {
        if by == 0 {
            return if !self.is_own {
                self.estimate(day, self.period)
            };
        }
        let part = part.filter(|_| self.is_decided);
        if part.is_some() && self.period.is_some() {
            self.separate();
        }
        if part.is_none() && self.terms.is_empty() {
            self.award(day, -by);
            return self.estimate(day, self.period);
        }
        let changes = match part {
            Some(part) => self.falls(part, by),
            None => self.changes_of_all(day, -by),
        };
        if !self.terms.is_empty() {
            self.award(day, -by);
            return self.change_terms(day, &changes, part.is_none(), false);
        }
        let has = divide(self.promised_here(), self.split());
        self.award(day, -by);
        let none = self.split().iter().map(|(place, _)| (place.clone(), 0)).collect::<Weights>();
        let after = together(has.into_iter().chain(changes));
        let split = together(none.into_iter().chain(after.into_iter().map(|(place, it)| (place, it.max(0)))));
        if split.iter().any(|it| it.1 > 0) {
            self.purposes.last_mut().unwrap().split = split;
        }
    }

    /// Money back from one part, or from all: first what was paid for none, that of a day if so, then by what is paid for
    /// each.
    pub fn repay_own(&mut self, amount: Pence, part: Option<&String>, day: Option<NaiveDate>) {
        let shares = match part {
            Some(part) => vec![(part.clone(), amount)],
            None => {
                let paid = self.paid_by_place();
                let here = self.purposes.last_mut().unwrap();
                let first = here.off_unnamed(day, amount);
                let paid = together(paid.into_iter().chain(less(&first)));
                let (left, there) = (amount - sum(&first), above_zero(&paid).values().sum::<Pence>());
                let second = in_proportion(left.min(there), &above_zero(&paid), &paid);
                let spends_where_paid = self.spends_where_paid();
                let here = self.purposes.last().unwrap();
                let elsewhere = if spends_where_paid { 0 } else { left - left.min(there) };
                let third = divide(elsewhere, &here.split);
                together(first.into_iter().chain(second).chain(third))
            }
        };
        self.own();
        for (place, share) in &shares {
            self.add_own(place, -share);
        }
        let promised = divide(self.promised_here(), self.split());
        let mut from = Weights::new();
        let mut left = amount;
        let here = self.purposes.last_mut().unwrap();
        let net = here.net_paid();
        for (place, share) in &shares {
            let taken = net.get(place).copied().unwrap_or(0).max(0).min(*share);
            *here.paid.entry(place.clone()).or_default() -= taken;
            from.push((place.clone(), taken));
            left -= taken;
        }
        let newest = self.purposes.len() - 1;
        if let Some(part) = part {
            for purpose in self.purposes[..newest].iter_mut().rev() {
                let taken = purpose.net_paid().get(part).copied().unwrap_or(0).max(0).min(left);
                *purpose.paid.entry(part.clone()).or_default() -= taken;
                from.push((part.clone(), taken));
                left -= taken;
            }
        }
        for purpose in self.purposes.iter_mut().rev() {
            let net: BTreeMap<String, Pence> =
                purpose.net_paid().into_iter().map(|(place, paid)| (place, paid.max(0))).collect();
            let taken = net.values().sum::<Pence>().min(left);
            left -= taken;
            let places = purpose.places_of(&purpose.split, &net);
            for (place, share) in in_proportion(taken, &net, &places) {
                *purpose.paid.entry(place.clone()).or_default() -= share;
                from.push((place, share));
            }
        }
        let here = self.purposes.last_mut().unwrap();
        for (place, share) in divide(left, &here.split.clone()) {
            *here.paid.entry(place.clone()).or_default() -= share;
            from.push((place, share));
        }
        // What is not of the parts as they are was spent under earlier purposes, and is credited there.
        let mut elsewhere = amount - sum(&shares);
        for (place, taken) in from.iter().rev() {
            let came_back = elsewhere.min(*taken);
            elsewhere -= came_back;
            for (place, share) in in_place_of(place, came_back, &promised) {
                self.add_own(&place, -share);
            }
        }
    }
}
