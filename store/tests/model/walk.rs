//! A grant of the naive model on its way through its facts.

#[path = "purpose.rs"]
pub mod purpose;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use self::purpose::{Kept, UnderPurpose};
use crate::naive::{Kind, Standing};
use crate::shares::{Pence, Weights, belonging, divide, dues, in_proportion, places, planned, together};

/// A division with other funds, or with stated parts.
pub fn with_funds(places_before: &Weights, funds: &Weights) -> Weights {
    if funds[0].0.contains('/') { funds.clone() } else { places(funds, &belonging(places_before, 1)) }
}

/// What of each move between places goes through the bank: each fund's gain or loss, taken from its places in their order.
pub fn through_the_bank(moves: &[(String, Pence)]) -> Vec<Pence> {
    let fund_of = |place: &str| place.split('/').next().unwrap().to_owned();
    let mut nets: BTreeMap<String, Pence> = BTreeMap::new();
    for (place, amount) in moves {
        *nets.entry(fund_of(place)).or_default() += amount;
    }
    let mut through = vec![0; moves.len()];
    let mut order: Vec<usize> = (0..moves.len()).collect();
    order.sort_by_key(|at| &moves[*at].0);
    for at in order {
        let (place, amount) = &moves[at];
        let net = nets.get_mut(&fund_of(place)).unwrap();
        if amount.signum() == net.signum() {
            through[at] = amount.signum() * amount.abs().min(net.abs());
            *net -= through[at];
        }
    }
    through
}

/// A grant on its way through its facts.
#[derive(Debug, Default)]
pub struct Walk {
    pub decided: NaiveDate,
    pub is_decided: bool,
    pub period: Option<(NaiveDate, NaiveDate)>,
    pub withdrawn: bool,
    pub awarded: Pence,
    /// Service as planned and as gone by, day by day.
    pub service: Vec<(NaiveDate, Pence)>,
    /// The days on which expenditure comes up to what is served to another.
    pub due: Vec<(NaiveDate, NaiveDate)>,
    /// Of every purpose so far; the last is in force.
    pub purposes: Vec<UnderPurpose>,
    pub levels: BTreeMap<(Kind, String), Pence>,
    pub moves: Vec<(NaiveDate, Kind, String, Pence)>,
    pub earlier_years: Vec<(NaiveDate, String, Pence)>,
    /// What is prepaid or accrued in other places of the same fund than where it was paid and spent.
    pub moved_within: BTreeMap<String, Pence>,
    pub awards: Vec<(NaiveDate, Pence)>,
    /// Its share of the award as stated.
    pub stated: Pence,
    /// Whether parts go their own ways, and this is the way of one.
    pub apart: bool,
    /// What others have paid for it, or is less than nothing where it has paid for others.
    pub covered: Pence,
    /// Where that began.
    pub covers: Weights,
    /// What of what is paid for it was paid in places of other parts before they went their own ways.
    pub elsewhere: Pence,
}

impl Walk {
    pub fn at(&self, day: NaiveDate) -> Standing {
        let up_to_day = |kind: Kind| -> Pence {
            self.moves.iter().filter(|it| it.0 <= day && it.1 == kind).map(|it| it.3).sum()
        };
        let control = up_to_day(Kind::Control);
        Standing {
            awarded: self.awards.iter().filter(|(date, _)| *date <= day).map(|(_, amount)| amount).sum(),
            paid: up_to_day(Kind::Paid),
            expenditure: up_to_day(Kind::Expenditure),
            committed: up_to_day(Kind::Committed),
            due_back: up_to_day(Kind::DueBack),
            prepayments: control.max(0),
            accruals: (-control).max(0),
        }
    }

    pub fn paid(&self) -> Pence {
        let cash: Pence = self.purposes.iter().flat_map(|it| it.paid.values()).sum();
        cash + self.covered + self.elsewhere
    }

    pub fn expenditure(&self) -> Pence {
        self.purposes.iter().map(|it| it.expenditure).sum()
    }

    pub fn due_back(&self) -> Pence {
        if self.is_decided { (self.paid() - self.awarded).max(0) } else { 0 }
    }

    pub fn award(&mut self, amount: Pence) {
        self.awarded += amount;
    }

    /// What is paid under the purpose in force, with what was moved to it.
    pub fn paid_here(&self) -> Pence {
        let earlier = &self.purposes[..self.purposes.len() - 1];
        let gone: Pence = earlier.iter().map(|it| it.expenditure + it.due_back.values().sum::<Pence>()).sum();
        self.paid() - gone
    }

    pub fn split(&self) -> &Weights {
        &self.purposes.last().unwrap().split
    }

    /// What of the award is not spent under earlier purposes.
    pub fn promised_here(&self) -> Pence {
        if !self.is_decided {
            return self.paid_here();
        }
        let earlier = &self.purposes[..self.purposes.len() - 1];
        self.awarded - earlier.iter().map(|it| it.expenditure).sum::<Pence>()
    }

    /// What is paid under the purpose in force for each place: its own, and the rest by the split.
    pub fn own_paid(&self) -> Weights {
        let here = self.purposes.last().unwrap();
        let opening: Pence = here.opening.iter().map(|(_, amount)| amount).sum();
        let parts = divide(self.paid_here() - opening, &here.split);
        together(parts.into_iter().chain(here.opening.clone()))
    }

    /// The same, where what one is paid beyond its promise covers the others.
    pub fn paid_by_place(&self) -> Weights {
        let here = self.purposes.last().unwrap();
        let mut parts = self.own_paid();
        if here.opening.is_empty() {
            return parts;
        }
        let promised: BTreeMap<String, Pence> =
            divide(self.promised_here(), &here.split).into_iter().collect();
        let beyond: Vec<Pence> =
            parts.iter().map(|(place, paid)| paid - promised.get(place).copied().unwrap_or(0)).collect();
        let too_much: Pence = beyond.iter().map(|it| (*it).max(0)).sum();
        let too_little: Pence = beyond.iter().map(|it| (-*it).max(0)).sum();
        let (mut give, mut take) = (too_much.min(too_little), too_much.min(too_little));
        for ((_, paid), beyond) in parts.iter_mut().zip(beyond) {
            let left = if beyond > 0 { &mut give } else { &mut take };
            let moved = beyond.abs().min(*left);
            *left -= moved;
            *paid -= beyond.signum() * moved;
        }
        parts
    }

    /// How much more is paid by place than before.
    pub fn more_paid(&self, before: &Weights) -> Weights {
        let negated = before.iter().map(|(place, amount)| (place.clone(), -*amount));
        together(self.paid_by_place().into_iter().chain(negated))
    }

    pub fn pay(&mut self, day: NaiveDate, amount: Pence, is_named: bool) {
        if amount == 0 {
            return;
        }
        let before = self.paid_by_place();
        let here = self.purposes.last_mut().unwrap();
        // Counted as paid before it is known where.
        *here.paid.entry(String::new()).or_default() += amount;
        let mut parts = self.more_paid(&before);
        let mut relieved: Pence = parts.iter().map(|(_, part)| (-*part).max(0)).sum();
        for (_, part) in &mut parts {
            let less = (*part).max(0).min(relieved);
            *part = (*part).max(0) - less;
            relieved -= less;
        }
        let here = self.purposes.last_mut().unwrap();
        here.paid.remove("");
        if !is_named {
            here.unnamed.push((day, parts.clone()));
        }
        for (place, part) in parts {
            *here.paid.entry(place).or_default() += part;
        }
    }

    /// Takes money back; what was paid on a day, if so.
    pub fn repay(&mut self, amount: Pence, day: Option<NaiveDate>) {
        let before = self.paid_by_place();
        let mut left = amount;
        // On one day, money may come back before it was recorded to have gone.
        let there = |it: &UnderPurpose| it.net_paid().values().sum::<Pence>().max(0);
        let unpaid = (amount - self.purposes.iter().map(there).sum::<Pence>()).max(0);
        let newest = self.purposes.len() - 1;
        for age in 0..=newest {
            let purpose = &self.purposes[newest - age];
            let net = purpose.net_paid();
            let taken = left.min(there(purpose) + if age == 0 { unpaid } else { 0 });
            left -= taken;
            let net_where_paid =
                net.iter().map(|(place, amount)| (place.clone(), (*amount).max(0))).collect();
            let all_places = purpose.places_of(&purpose.split, &net_where_paid);
            let mut parts = in_proportion(taken, &net_where_paid, &all_places);
            if age == 0 {
                *self.purposes[newest].paid.entry(String::new()).or_default() -= taken;
                let by_split: Weights =
                    self.more_paid(&before).into_iter().map(|(place, part)| (place, -part)).collect();
                self.purposes[newest].paid.remove("");
                let net = |place: &str| net.get(place).copied().unwrap_or(0);
                let posted: BTreeMap<String, Pence> = day
                    .map(|day| self.purposes[newest].unnamed_of(Some(day)))
                    .unwrap_or_default()
                    .into_iter()
                    .collect();
                if unpaid > 0 || by_split.iter().all(|(place, part)| *part >= 0 && *part <= net(place)) {
                    parts = by_split;
                } else if posted.values().sum::<Pence>() >= taken {
                    parts = in_proportion(taken, &posted, &all_places);
                }
            }
            for (place, part) in parts {
                if age == 0 && !self.apart {
                    self.purposes[newest].off_unnamed_at(&place, day, part);
                }
                *self.purposes[newest - age].paid.entry(place).or_default() -= part;
            }
        }
        assert_eq!(left, 0, "refunded before it was paid");
    }

    /// Takes a payment of a day back, from the purpose of that day and from the place that it named.
    pub fn give_back(&mut self, amount: Pence, paid: NaiveDate, part: Option<&String>) {
        let place = self.purposes.iter().rposition(|it| it.from <= paid).unwrap();
        if place == self.purposes.len() - 1 {
            return self.repay(amount, Some(paid));
        }
        let is_apart = self.apart;
        let purpose = &mut self.purposes[place];
        let has_own = !purpose.opening.is_empty();
        let there = amount.min(purpose.paid.values().sum::<Pence>().max(0));
        let all_places = purpose.places_of(&purpose.as_paid, &purpose.paid);
        let named = part.filter(|part| purpose.paid.get(*part).copied().unwrap_or(0) >= there);
        let parts = match named {
            Some(part) => vec![(part.clone(), there)],
            None if has_own => {
                let from = purpose.off_unnamed(Some(paid), there);
                let rest = there - from.iter().map(|it| it.1).sum::<Pence>();
                let mut others = purpose.paid.clone();
                from.iter().for_each(|(place, share)| *others.entry(place.clone()).or_default() -= share);
                let others = others.into_iter().map(|(place, paid)| (place, paid.max(0))).collect();
                together(from.into_iter().chain(in_proportion(rest, &others, &all_places)))
            }
            None => in_proportion(there, &purpose.paid, &all_places),
        };
        if !is_apart && !has_own {
            purpose.off_unnamed(Some(paid), there);
        }
        for (theme, part) in &parts {
            *purpose.paid.entry(theme.clone()).or_default() -= part;
        }
        let came_back = match part {
            Some(part) => vec![(part.clone(), there)],
            None if has_own || is_apart => parts,
            None => Weights::new(),
        };
        if self.period.is_none() && self.is_decided {
            let too_much = (self.expenditure() - (self.paid() - self.due_back())).max(0);
            let purpose = &mut self.purposes[place];
            let credit = too_much.min(there).min(purpose.expenditure);
            let mut spent: BTreeMap<String, Pence> = purpose.spent().into_iter().collect();
            purpose.expenditure -= credit;
            let credits = divide(credit, &came_back);
            let is_there = |(at, share): &(String, Pence)| spent.get(at).copied().unwrap_or(0) >= *share;
            if !credits.is_empty() && credits.iter().all(is_there) {
                credits.iter().for_each(|(at, share)| *spent.entry(at.clone()).or_default() -= share);
                purpose.set_spent(spent);
            }
            self.give_back_service(credit);
        }
        if there < amount {
            self.repay(amount - there, Some(paid));
        }
    }

    /// Without a period, what is paid and not due back is expenditure on the day.
    pub fn expend_payments(&mut self, day: NaiveDate) {
        if self.period.is_none() && self.is_decided {
            let change = self.paid() - self.due_back() - self.expenditure();
            if change > 0 {
                self.service.push((day, change));
            } else {
                self.give_back_service(-change);
            }
            self.expend(change);
        }
    }

    /// Adds to expenditure under the purpose in force, or takes from the newest that has any.
    pub fn expend(&mut self, change: Pence) {
        if change >= 0 {
            self.purposes.last_mut().unwrap().expenditure += change;
            return;
        }
        let mut left = -change;
        for purpose in self.purposes.iter_mut().rev() {
            let taken = left.min(purpose.expenditure);
            purpose.expenditure -= taken;
            left -= taken;
        }
    }

    pub fn served_to(&self, day: NaiveDate) -> Pence {
        self.service.iter().filter(|(of, _)| *of <= day).map(|(_, amount)| amount).sum()
    }

    /// Takes service back, the last day first.
    pub fn give_back_service(&mut self, mut amount: Pence) {
        self.service.sort_by_key(|(day, _)| *day);
        for (_, there) in self.service.iter_mut().rev() {
            let taken = amount.min(*there);
            *there -= taken;
            amount -= taken;
        }
    }

    /// Spreads an amount over days.
    pub fn plan(&mut self, from: NaiveDate, to: NaiveDate, amount: Pence) {
        self.service.extend(planned(self.period.unwrap(), from, to, amount));
        self.due.extend(dues(from, to).into_iter().map(|day| (day.max(self.decided), day)));
    }

    /// Posts the expenditure that is due on the days that are meant.
    pub fn post_due(&mut self, is_meant: impl Fn(NaiveDate) -> bool) {
        for (day, served_to) in std::mem::take(&mut self.due) {
            if is_meant(day) {
                self.expend(self.served_to(served_to) - self.expenditure());
                self.note_moves(day, &Weights::new());
            } else {
                self.due.push((day, served_to));
            }
        }
    }

    /// A change of estimate at the end of a day.
    pub fn estimate(&mut self, day: NaiveDate, period: Option<(NaiveDate, NaiveDate)>) {
        let before = std::mem::replace(&mut self.period, period);
        let Some((from, to)) = period.filter(|_| self.is_decided) else { return };
        self.due.clear();
        self.service.retain(|(of, _)| *of <= day);
        if before != period {
            self.service.retain(|(of, _)| from <= *of && *of <= to);
        }
        let served: Pence = self.served_to(day);
        self.give_back_service(served - served.min(self.awarded));
        let (served, tomorrow) = (served.min(self.awarded), day.succ_opt().unwrap());
        let begins = from.max(tomorrow);
        if self.withdrawn || begins > to {
            self.service.push((day, self.awarded - served));
            self.expend(self.awarded - self.expenditure());
            return;
        }
        let same_month = (begins.year(), begins.month()) == (day.year(), day.month());
        if self.expenditure() > served || !same_month {
            self.expend(served - self.expenditure());
        }
        self.plan(begins, to, self.awarded - served);
    }

    /// Divides what is outstanding otherwise; with the past, what is spent too.
    pub fn divide_by(&mut self, from: NaiveDate, split: Weights, kept: Kept, include_past: bool) {
        self.purposes.iter_mut().for_each(|it| it.kept = it.kept.and(kept));
        let mut purpose = UnderPurpose { from, split, ..UnderPurpose::default() };
        if include_past {
            let (mut earlier, mut of_year) = (BTreeMap::new(), BTreeMap::new());
            let mut all_earlier = 0;
            for it in &mut self.purposes {
                let before = it.expenditure_of_earlier_years(from);
                all_earlier += before;
                for (place, part) in it.spent_to(before) {
                    *earlier.entry(place.clone()).or_default() -= part;
                    *of_year.entry(place).or_default() += part;
                }
                for (place, part) in it.spent() {
                    *of_year.entry(place).or_default() -= part;
                }
            }
            purpose.expenditure = self.expenditure();
            for (place, part) in divide(all_earlier, &purpose.split) {
                *earlier.entry(place.clone()).or_default() += part;
                *of_year.entry(place).or_default() -= part;
            }
            for (place, part) in divide(purpose.expenditure, &purpose.split) {
                *of_year.entry(place).or_default() += part;
            }
            // The last day of the year before counts as the day on which the earlier was spent.
            let april = NaiveDate::from_ymd_opt(from.year(), 4, 1).unwrap();
            let begins = if from < april { april.with_year(from.year() - 1).unwrap() } else { april };
            purpose.expenditure_on =
                vec![(begins.pred_opt().unwrap(), all_earlier), (from, purpose.expenditure)];
            self.purposes.iter_mut().for_each(|it| {
                it.expenditure = 0;
                it.expenditure_on.push((from, 0));
            });
            self.purposes.push(purpose);
            for moves in [&earlier, &of_year] {
                let moves: Weights = moves.clone().into_iter().collect();
                for ((place, amount), through) in moves.iter().zip(through_the_bank(&moves)) {
                    self.transfer(place, through);
                    *self.moved_within.entry(place.clone()).or_default() += amount - through;
                }
            }
            self.earlier_years.extend(earlier.into_iter().map(|(place, amount)| (from, place, amount)));
        } else {
            self.purposes.push(purpose);
        }
    }

    /// Moves what was spent under each earlier division to where that would have had it otherwise.
    pub fn move_past(&mut self, day: NaiveDate, otherwise: impl Fn(&Weights) -> Weights) {
        for at in 0..self.purposes.len() - 1 {
            let it = &mut self.purposes[at];
            let spending = if it.spent_where_paid.is_empty() { &it.split } else { &it.spent_where_paid };
            let (before, after) = (spending.clone(), otherwise(spending));
            let (earlier, all) = (it.expenditure_of_earlier_years(day), it.expenditure);
            if it.as_paid.is_empty() {
                it.as_paid = it.split.clone();
            }
            it.split = otherwise(&it.split);
            if !it.spent_where_paid.is_empty() {
                it.spent_where_paid = after.clone();
            }
            let differences = |amount: Pence| -> BTreeMap<String, Pence> {
                let gone = divide(amount, &before).into_iter().map(|(place, part)| (place, -part));
                together(divide(amount, &after).into_iter().chain(gone)).into_iter().collect()
            };
            let of_earlier = differences(earlier);
            let mut of_year = differences(all);
            for (place, amount) in &of_earlier {
                *of_year.entry(place.clone()).or_default() -= amount;
            }
            for moves in [&of_earlier, &of_year] {
                let moves: Weights = moves.clone().into_iter().collect();
                for ((place, amount), through) in moves.iter().zip(through_the_bank(&moves)) {
                    *self.purposes[at].transferred.entry(place.clone()).or_default() += through;
                    *self.moved_within.entry(place.clone()).or_default() += amount - through;
                }
            }
            self.earlier_years.extend(of_earlier.into_iter().map(|(place, amount)| (day, place, amount)));
        }
    }

    /// What is prepaid by place under the division in force.
    pub fn control_by_place(&self) -> Weights {
        let here = self.purposes.last().unwrap();
        let less = |of: Weights| of.into_iter().map(|(place, amount)| (place, -amount));
        let due_back: Weights =
            here.due_back.iter().map(|(place, amount)| (place.clone(), *amount)).collect();
        let spent = less(here.spent());
        together(self.paid_by_place().into_iter().chain(spent).chain(less(due_back)))
    }

    /// A change of purpose: what is prepaid, accrued and spent stays in its fund.
    pub fn repurpose(&mut self, day: NaiveDate, themes: &Weights, include_past: bool) {
        let split = places(&belonging(self.split(), 0), themes);
        let every_place = self.purposes.iter().flat_map(|it| it.split.clone()).collect();
        if belonging(&every_place, 0).len() == 1 {
            return self.divide_by(day, split, Kept::Fund, include_past);
        }
        let mut opening = Weights::new();
        for (place, amount) in self.control_by_place() {
            let (fund, _) = place.split_once('/').unwrap();
            let is_there =
                |(it, weight): &&(String, Pence)| it.split_once('/').unwrap().0 == fund && *weight > 0;
            let of_fund: Weights = split.iter().filter(is_there).cloned().collect();
            // What a fund owes that lacks nothing is shared as all is.
            let of_themes = belonging(if of_fund.is_empty() { &split } else { &of_fund }, 1);
            opening.extend(
                divide(amount, &of_themes).into_iter().map(|(theme, part)| (format!("{fund}/{theme}"), part)),
            );
        }
        self.divide_by(day, split, Kept::Fund, false);
        self.purposes.last_mut().unwrap().opening = together(opening);
        if include_past {
            self.move_past(day, |of| places(&belonging(of, 0), themes));
        }
    }

    /// A change of fund: what is prepaid, accrued and spent stays under its theme, unless parts are stated.
    pub fn change_fund(&mut self, day: NaiveDate, funds: &Weights, include_past: bool) {
        let split = with_funds(self.split(), funds);
        if funds[0].0.contains('/') {
            return self.divide_by(day, split, Kept::Nothing, include_past);
        }
        let here = self.purposes.last().unwrap();
        let has_own = !here.opening.is_empty();
        let mut opening = Weights::new();
        if has_own && funds.len() == 1 {
            let renamed = |place: &str| format!("{}/{}", funds[0].0, place.split_once('/').unwrap().1);
            opening =
                self.control_by_place().iter().map(|(place, amount)| (renamed(place), *amount)).collect();
        }
        self.divide_by(day, split, Kept::Theme, false);
        self.purposes.last_mut().unwrap().opening = together(opening);
        if include_past {
            self.move_past(day, |of| with_funds(of, funds));
        }
    }

    /// Counts what goes through the bank as paid where it comes.
    pub fn transfer(&mut self, place: &str, amount: Pence) {
        if amount != 0 {
            let newest =
                self.purposes.iter().rposition(|it| it.has(place)).unwrap_or(self.purposes.len() - 1);
            *self.purposes[newest].transferred.entry(place.to_owned()).or_default() += amount;
        }
    }

    /// Settles what is due back where, and notes what has come to stand elsewhere than before: of it, what now covers it, or
    /// is covered by it, moves from part to part.
    pub fn note_moves(&mut self, day: NaiveDate, cover: &Weights) {
        let due_back = self.due_back();
        let (_, earlier) = self.purposes.split_last_mut().unwrap();
        let mut too_much =
            earlier.iter().flat_map(|it| it.due_back.values()).sum::<Pence>().max(due_back) - due_back;
        for purpose in earlier.iter_mut().rev() {
            let taken = too_much.min(purpose.due_back.values().sum());
            too_much -= taken;
            let places = together(
                purpose.split.iter().cloned().chain(purpose.due_back.keys().map(|place| (place.clone(), 0))),
            );
            for (place, part) in in_proportion(taken, &purpose.due_back, &places) {
                *purpose.due_back.entry(place).or_default() -= part;
            }
        }
        let promised: BTreeMap<String, Pence> =
            divide(self.promised_here(), self.split()).into_iter().collect();
        for (place, paid) in self.paid_by_place() {
            let due_back = (paid - promised.get(&place).copied().unwrap_or(0)).max(0);
            self.purposes.last_mut().unwrap().due_back.insert(place, due_back);
        }
        for purpose in &mut self.purposes {
            purpose.expenditure_on.push((day, purpose.expenditure));
        }
        let mut now = self.stands();
        // What is prepaid or accrued in another fund than what was paid and spent there moves through the bank.
        let mut moves = paid_elsewhere(&now);
        for (place, amount) in self.moved_within.iter().chain(cover.iter().map(|(place, it)| (place, it))) {
            *moves.entry(place.clone()).or_default() -= amount;
        }
        let moves: Weights = moves.into_iter().collect();
        for ((place, amount), through) in moves.iter().zip(through_the_bank(&moves)) {
            self.transfer(place, through);
            *now.entry((Kind::Paid, place.clone())).or_default() += through;
            *self.moved_within.entry(place.clone()).or_default() += amount - through;
        }
        for ((kind, place), amount) in &now {
            let then = self.levels.remove(&(*kind, place.clone())).unwrap_or(0);
            self.moves.push((day, *kind, place.clone(), amount - then));
        }
        for ((kind, place), then) in std::mem::replace(&mut self.levels, now) {
            self.moves.push((day, kind, place, -then));
        }
    }

    /// What stands where.
    pub fn stands(&self) -> BTreeMap<(Kind, String), Pence> {
        let promised: BTreeMap<String, Pence> =
            divide(self.promised_here(), self.split()).into_iter().collect();
        let here = self.purposes.last().unwrap();
        let spent: BTreeMap<String, Pence> = here.spent().into_iter().collect();
        let mut now: BTreeMap<(Kind, String), Pence> = BTreeMap::new();
        let mut stands =
            |kind, place: &str, amount| *now.entry((kind, place.to_owned())).or_default() += amount;
        for (place, paid) in self.paid_by_place() {
            let of = |amounts: &BTreeMap<String, Pence>| amounts.get(&place).copied().unwrap_or(0);
            let due_back = of(&here.due_back);
            stands(Kind::Control, &place, paid - of(&spent) - due_back);
            stands(Kind::Committed, &place, of(&promised) - paid + due_back);
        }
        for purpose in &self.purposes {
            purpose.paid.iter().for_each(|(place, amount)| stands(Kind::Paid, place, *amount));
            purpose.transferred.iter().for_each(|(place, amount)| stands(Kind::Paid, place, *amount));
            purpose.due_back.iter().for_each(|(place, amount)| stands(Kind::DueBack, place, *amount));
            for (place, amount) in purpose.spent() {
                stands(Kind::Expenditure, &place, amount);
            }
        }
        now
    }

    /// Something comes to stand somewhere.
    pub fn stand(&mut self, day: NaiveDate, kind: Kind, place: &str, amount: Pence) {
        *self.levels.entry((kind, place.to_owned())).or_default() += amount;
        self.moves.push((day, kind, place.to_owned(), amount));
    }
}

/// What stands prepaid, accrued, spent or due back beyond what is paid there, by place.
pub fn paid_elsewhere(now: &BTreeMap<(Kind, String), Pence>) -> BTreeMap<String, Pence> {
    let mut moves: BTreeMap<String, Pence> = BTreeMap::new();
    for ((kind, place), amount) in now {
        let side = match kind {
            Kind::Control | Kind::Expenditure | Kind::DueBack => 1,
            Kind::Paid => -1,
            Kind::Committed | Kind::Reduced => continue,
        };
        *moves.entry(place.clone()).or_default() += side * amount;
    }
    moves
}
