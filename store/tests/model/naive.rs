//! A naive model of grants, written from the domain's rules alone and in the most obvious way: a grant is
//! a list of dated facts, and every answer is computed from all of them again. It shares no
//! rule, type or arithmetic with the core but the commands that it is given.

use std::collections::BTreeMap;

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use chrono::{Datelike, NaiveDate};

pub use crate::shares::Pence;
use crate::shares::{Weights, days, divide, in_proportion, pence, round_half_up, shared, weights};

/// What changes by theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Committed,
    Paid,
    Expenditure,
    /// Paid and not expenditure nor due back; expenditure and not paid, if negative.
    Control,
    /// Due back from the recipient.
    DueBack,
    /// By how much refunds reduce the award, over all themes.
    Reduced,
}

/// The net change of a kind under a theme on a day; no change, no row.
pub type Changes = BTreeMap<(NaiveDate, Kind, String), Pence>;

/// The position of a grant at the end of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub awarded: Pence,
    pub paid: Pence,
    pub expenditure: Pence,
    pub committed: Pence,
    pub due_back: Pence,
    pub prepayments: Pence,
    pub accruals: Pence,
}

impl Standing {
    /// What is paid beyond the award.
    fn excess(self) -> Pence {
        (self.paid - self.awarded).max(0)
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    Award {
        amount: Pence,
        split: Weights,
        period: Option<(NaiveDate, NaiveDate)>,
    },
    Vary {
        change: Pence,
        period: Option<(NaiveDate, NaiveDate)>,
    },
    Extend {
        to: NaiveDate,
    },
    Withdraw,
    Repurpose {
        split: Weights,
        include_past: bool,
    },
    Pay(Pence),
    Refund {
        amount: Pence,
        stays_available: bool,
    },
    Return {
        amount: Pence,
        payment: u64,
        paid: NaiveDate,
    },
    /// The award was for another amount from the start, if so.
    Correct {
        amount: Option<Pence>,
    },
}

/// Something due of a recipient, or what makes payments wait for it no longer.
#[derive(Clone, Debug)]
pub struct DueItem {
    pub record: u64,
    pub due: NaiveDate,
    /// `None` for the only one that is due on that day.
    pub name: Option<Text>,
    /// True for something due that payments wait for, false for something due that they do not;
    /// `None` for what was received or waived.
    pub holds: Option<bool>,
}

#[derive(Clone, Debug)]
/// A fact of a grant.
pub struct Fact {
    pub record: u64,
    pub date: NaiveDate,
    pub what: What,
}

/// A grant: what was recorded of it and not reversed, in the order of recording.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    pub facts: Vec<Fact>,
    pub due_items: Vec<DueItem>,
}

/// All grants by id.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    pub grants: BTreeMap<String, Grant>,
}

impl Naive {
    /// Takes note of a command that was recorded under this number.
    pub fn note(&mut self, record: u64, command: &Command) {
        let (id, date, what) = match command {
            Command::Reverse { record: undone, .. } => {
                for grant in self.grants.values_mut() {
                    grant.facts.retain(|it| it.record != *undone);
                    grant.due_items.retain(|it| it.record != *undone);
                }
                return;
            }
            Command::Expect { award, due } => {
                let (name, holds) = (Some(due.name.clone()), Some(due.before_payment));
                self.add_due_item(award.as_str(), DueItem { record, due: due.due.naive(), name, holds });
                return;
            }
            Command::Submit { award, due, name, .. } | Command::Waive { award, due, name, .. } => {
                let (due, name) = (due.naive(), name.clone());
                self.add_due_item(award.as_str(), DueItem { record, due, name, holds: None });
                return;
            }
            Command::Award(award) => {
                let id = award.id.clone().unwrap();
                let (split, period) = (weights(&award.purpose.split), award.period.map(days));
                (id, award.decided, What::Award { amount: pence(award.amount), split, period })
            }
            Command::Vary { award, date, change, period, .. } => {
                (award.clone(), *date, What::Vary { change: pence(*change), period: period.map(days) })
            }
            Command::Extend { award, date, to, .. } => {
                (award.clone(), *date, What::Extend { to: to.last_day().naive() })
            }
            Command::Withdraw { award, date, .. } => (award.clone(), *date, What::Withdraw),
            Command::Repurpose { award, date, purpose, include_past, .. } => {
                let split = weights(&purpose.split);
                (award.clone(), *date, What::Repurpose { split, include_past: *include_past })
            }
            Command::Pay { award, date, amount, .. } => (award.clone(), *date, What::Pay(pence(*amount))),
            Command::Refund { award, date, amount, stays_available, .. } => {
                let (amount, stays_available) = (pence(*amount), *stays_available);
                (award.clone(), *date, What::Refund { amount, stays_available })
            }
            Command::Return { award, date, amount, .. } => {
                let (payment, paid) =
                    self.grants[award.as_str()].payment_returned(date.naive(), pence(*amount)).unwrap();
                (award.clone(), *date, What::Return { amount: pence(*amount), payment, paid })
            }
            Command::Correct { award, date, amount, .. } => {
                (award.clone(), *date, What::Correct { amount: amount.map(pence) })
            }
            _ => return,
        };
        let grant = self.grants.entry(id.to_string()).or_default();
        grant.facts.push(Fact { record, date: date.naive(), what });
    }

    fn add_due_item(&mut self, grant: &str, mut item: DueItem) {
        let due_items = &mut self.grants.entry(grant.to_owned()).or_default().due_items;
        // Without a name, it is the only one that was due on that day.
        let only = due_items.iter().find(|it| it.holds.is_some() && it.due == item.due);
        item.name = item.name.or_else(|| only?.name.clone());
        due_items.push(item);
    }

    /// Awarded and paid on a grant by everything noted, whatever its date; `None` without an award.
    pub fn awarded_and_paid(&self, id: &str) -> Option<(Pence, Pence)> {
        let grant = self.grants.get(id)?;
        let awarded = grant.facts.iter().any(|fact| matches!(fact.what, What::Award { .. }));
        let end = grant.at(NaiveDate::MAX);
        awarded.then_some((end.awarded, end.paid))
    }

    /// Whether a payment or refund of an open month that is no repeat should be refused, and why;
    /// `None` for other commands.
    pub fn refusal_of_money(&self, command: &Command) -> Option<Option<&'static str>> {
        let (Command::Pay { award, amount, .. }
        | Command::Refund { award, amount, .. }
        | Command::Return { award, amount, .. }) = command
        else {
            return None;
        };
        let Some((awarded, paid)) = self.awarded_and_paid(award.as_str()) else {
            return Some(Some("unknown-award"));
        };
        Some(match command {
            _ if pence(*amount) <= 0 => Some("amount-not-positive"),
            Command::Pay { .. } if pence(*amount) > (awarded - paid).max(0) => {
                let facts = &self.grants[award.as_str()].facts;
                let is_withdrawn = facts.iter().any(|it| matches!(it.what, What::Withdraw));
                Some(if is_withdrawn { "payment-of-withdrawn-award" } else { "payment-beyond-award" })
            }
            Command::Pay { date, .. } if self.grants[award.as_str()].awaits(date.naive()) => {
                Some("monitoring-outstanding")
            }
            Command::Refund { .. } if pence(*amount) > paid => Some("refund-beyond-paid"),
            Command::Return { date, .. }
                if self.grants[award.as_str()].payment_returned(date.naive(), pence(*amount)).is_none() =>
            {
                Some("no-payment-returned")
            }
            _ => {
                let (now, mut then) = (&self.grants[award.as_str()], self.clone());
                then.note(u64::MAX, command);
                let then = &then.grants[award.as_str()];
                if let Command::Refund { .. } | Command::Return { .. } = command {
                    if !then.is_paid_before_refunded() {
                        return Some(Some("refund-beyond-paid"));
                    }
                    let is_below_zero = then.awarded_at_least() < 0;
                    return Some(is_below_zero.then_some("award-below-zero"));
                }
                // A reduction may have left more paid than awarded; a payment may not add to it on any day.
                let more = |day: NaiveDate| then.at(day).excess() > now.at(day).excess();
                then.every_day().any(more).then_some("paid-before-awarded")
            }
        })
    }
}

impl Grant {
    /// Whether a payment of that day waits for something.
    fn awaits(&self, day: NaiveDate) -> bool {
        let withdrawn_by =
            |day| self.facts.iter().any(|it| matches!(it.what, What::Withdraw) && it.date <= day);
        let is_done = |item: &DueItem| {
            self.due_items.iter().any(|it| it.holds.is_none() && it.due == item.due && it.name == item.name)
        };
        let mut held = self.due_items.iter().filter(|it| it.holds == Some(true) && it.due <= day);
        held.any(|item| !is_done(item) && !withdrawn_by(item.due))
    }

    /// The facts by effective date: of one day the award first, then changes of purpose, then what moves money, then
    /// changes of estimate, each in the order of recording.
    fn by_date(&self) -> Vec<&Fact> {
        let mut facts: Vec<&Fact> = self.facts.iter().collect();
        facts.sort_by_key(|fact| {
            let place = match fact.what {
                What::Award { .. } => 0,
                What::Repurpose { .. } => 1,
                What::Pay(_) | What::Refund { .. } | What::Return { .. } => 2,
                What::Vary { .. } | What::Extend { .. } | What::Withdraw | What::Correct { .. } => 3,
            };
            (fact.date, place)
        });
        facts
    }

    /// Everything that ever moves on this grant, in the order in which it happens.
    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        let award = self.facts.iter().find(|fact| matches!(fact.what, What::Award { .. }));
        if let Some(Fact { what: What::Award { split, period, .. }, date, .. }) = award {
            (walk.decided, walk.period) = (*date, *period);
            let from = NaiveDate::MIN;
            walk.purposes.push(UnderPurpose { from, split: split.clone(), ..UnderPurpose::default() });
        } else {
            return walk;
        }
        for fact in self.by_date() {
            let day = fact.date;
            match &fact.what {
                What::Correct { .. } => continue,
                What::Award { amount, .. } => {
                    walk.award(day, self.corrected_amount().unwrap_or(*amount));
                    walk.is_decided = true;
                    if let Some((from, to)) = walk.period {
                        walk.plan(from, to, walk.awarded);
                    }
                }
                What::Repurpose { split, include_past } => {
                    walk.post_due(|due| due < day);
                    walk.repurpose(day, split, *include_past);
                }
                What::Pay(amount) => {
                    walk.post_due(|due| due <= day);
                    walk.pay(*amount);
                }
                What::Refund { amount, stays_available } => {
                    walk.post_due(|due| due <= day);
                    let cleared = walk.due_back().min(*amount);
                    walk.repay(*amount);
                    if !stays_available {
                        walk.award(day, cleared - amount);
                        let (shown, all) = (day.max(walk.decided), String::new());
                        walk.moves.push((shown, Kind::Reduced, all, amount - cleared));
                        walk.estimate(day, walk.period);
                    }
                }
                What::Return { amount, paid, .. } => {
                    walk.post_due(|due| due <= day);
                    walk.give_back(*amount, *paid);
                }
                What::Vary { change, period } => {
                    walk.post_due(|due| due <= day);
                    walk.award(day, *change);
                    walk.estimate(day, period.or(walk.period));
                }
                What::Extend { to } => {
                    walk.post_due(|due| due <= day);
                    walk.estimate(day, walk.period.map(|(from, end)| (from, end.max(*to))));
                }
                What::Withdraw => {
                    walk.post_due(|due| due <= day);
                    let kept = match walk.period {
                        Some(_) => walk.served_to(day).min(walk.awarded),
                        None => walk.paid().min(walk.awarded),
                    };
                    walk.award(day, kept - walk.awarded);
                    walk.withdrawn = true;
                    walk.estimate(day, walk.period);
                }
            }
            walk.expend_payments(day);
            walk.note_moves(day);
        }
        walk.post_due(|_| true);
        walk
    }

    /// The amount of the award as last corrected.
    fn corrected_amount(&self) -> Option<Pence> {
        let corrected = |it: &Fact| if let What::Correct { amount } = it.what { amount } else { None };
        self.facts.iter().rev().find_map(corrected)
    }

    /// The latest payment of an amount up to a day that has not come back, with its day.
    fn payment_returned(&self, by: NaiveDate, amount: Pence) -> Option<(u64, NaiveDate)> {
        let has_come_back = |record: u64| {
            self.facts.iter().any(|it| matches!(it.what, What::Return { payment, .. } if payment == record))
        };
        let payments = self.facts.iter().filter(|it| matches!(it.what, What::Pay(paid) if paid == amount));
        let there = payments.filter(|it| it.date <= by && !has_come_back(it.record));
        there.map(|it| (it.date, it.record)).max().map(|(date, record)| (record, date))
    }

    /// True when on no day more is refunded than paid.
    fn is_paid_before_refunded(&self) -> bool {
        self.facts.iter().all(|fact| {
            let money = self.facts.iter().filter(|it| it.date <= fact.date).map(|it| match it.what {
                What::Pay(amount) => amount,
                What::Refund { amount, .. } | What::Return { amount, .. } => -amount,
                _ => 0,
            });
            money.sum::<Pence>() >= 0
        })
    }

    /// The days since the decision on which something happens.
    fn every_day(&self) -> impl Iterator<Item = NaiveDate> {
        let decided = self.decided();
        self.facts.iter().map(move |fact| fact.date.max(decided))
    }

    /// The least that is ever awarded since the decision.
    fn awarded_at_least(&self) -> Pence {
        let walk = self.walk();
        let mut so_far = 0;
        let by_day = walk.awards.iter().map(|(day, amount)| {
            so_far += amount;
            (*day, so_far)
        });
        by_day.filter(|(day, _)| *day >= walk.decided).map(|(_, awarded)| awarded).min().unwrap_or(0)
    }

    /// The day of the decision; of a grant without an award, the first there is.
    pub fn decided(&self) -> NaiveDate {
        let award = self.facts.iter().find(|fact| matches!(fact.what, What::Award { .. }));
        award.map_or(NaiveDate::MIN, |award| award.date)
    }

    /// The changes of every day by theme.
    pub fn changes(&self) -> Changes {
        let mut changes = Changes::new();
        for (day, kind, theme, amount) in self.walk().moves {
            *changes.entry((day, kind, theme)).or_default() += amount;
        }
        changes.retain(|_, amount| *amount != 0);
        changes
    }

    /// Returns the position of the grant at the end of a day.
    pub fn at(&self, day: NaiveDate) -> Standing {
        self.walk().at(day)
    }
}

/// What stands under a purpose.
#[derive(Clone, Debug, Default)]
struct UnderPurpose {
    from: NaiveDate,
    split: Weights,
    expenditure: Pence,
    paid: BTreeMap<String, Pence>,
    due_back: BTreeMap<String, Pence>,
}

/// A grant on its way through its facts.
#[derive(Debug, Default)]
struct Walk {
    decided: NaiveDate,
    is_decided: bool,
    period: Option<(NaiveDate, NaiveDate)>,
    withdrawn: bool,
    awarded: Pence,
    /// Service as planned and as gone by, day by day.
    service: Vec<(NaiveDate, Pence)>,
    /// The days on which expenditure comes up to what is served to another.
    due: Vec<(NaiveDate, NaiveDate)>,
    /// Of every purpose so far; the last is in force.
    purposes: Vec<UnderPurpose>,
    levels: BTreeMap<(Kind, String), Pence>,
    moves: Vec<(NaiveDate, Kind, String, Pence)>,
    awards: Vec<(NaiveDate, Pence)>,
}

impl Walk {
    fn at(&self, day: NaiveDate) -> Standing {
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

    fn paid(&self) -> Pence {
        self.purposes.iter().flat_map(|it| it.paid.values()).sum()
    }

    fn expenditure(&self) -> Pence {
        self.purposes.iter().map(|it| it.expenditure).sum()
    }

    fn due_back(&self) -> Pence {
        if self.is_decided { (self.paid() - self.awarded).max(0) } else { 0 }
    }

    fn award(&mut self, day: NaiveDate, amount: Pence) {
        self.awarded += amount;
        self.awards.push((day, amount));
    }

    /// What is paid under the purpose in force, with what was moved to it.
    fn paid_here(&self) -> Pence {
        let earlier = &self.purposes[..self.purposes.len() - 1];
        let gone: Pence = earlier.iter().map(|it| it.expenditure + it.due_back.values().sum::<Pence>()).sum();
        self.paid() - gone
    }

    fn pay(&mut self, amount: Pence) {
        let before = self.paid_here();
        let here = self.purposes.last_mut().unwrap();
        for (theme, part) in shared(before, before + amount, &here.split) {
            *here.paid.entry(theme).or_default() += part;
        }
    }

    fn repay(&mut self, amount: Pence) {
        let before = self.paid_here();
        let mut left = amount;
        // On one day, money may come back before it was recorded to have gone.
        let unpaid = (amount
            - self.purposes.iter().map(|it| it.paid.values().sum::<Pence>().max(0)).sum::<Pence>())
        .max(0);
        for (age, purpose) in self.purposes.iter_mut().rev().enumerate() {
            let there = purpose.paid.values().sum::<Pence>().max(0);
            let taken = left.min(there + if age == 0 { unpaid } else { 0 });
            left -= taken;
            let mut parts = in_proportion(taken, &purpose.paid, &purpose.split);
            if age == 0 {
                let by_split = shared(before, before - taken, &purpose.split);
                let there = |theme: &str| purpose.paid.get(theme).copied().unwrap_or(0);
                if unpaid > 0 || by_split.iter().all(|(theme, part)| part.abs() <= there(theme)) {
                    parts = by_split.into_iter().map(|(theme, part)| (theme, -part)).collect();
                }
            }
            for (theme, part) in parts {
                *purpose.paid.entry(theme).or_default() -= part;
            }
        }
        assert_eq!(left, 0, "refunded before it was paid");
    }

    /// Takes a payment of a day back, from the purpose of that day.
    fn give_back(&mut self, amount: Pence, paid: NaiveDate) {
        let place = self.purposes.iter().rposition(|it| it.from <= paid).unwrap();
        if place == self.purposes.len() - 1 {
            return self.repay(amount);
        }
        let purpose = &mut self.purposes[place];
        let there = amount.min(purpose.paid.values().sum::<Pence>().max(0));
        for (theme, part) in in_proportion(there, &purpose.paid, &purpose.split) {
            *purpose.paid.entry(theme).or_default() -= part;
        }
        if self.period.is_none() && self.is_decided {
            let too_much = (self.expenditure() - (self.paid() - self.due_back())).max(0);
            let purpose = &mut self.purposes[place];
            let credit = too_much.min(there).min(purpose.expenditure);
            purpose.expenditure -= credit;
            self.give_back_service(credit);
        }
        if there < amount {
            self.repay(amount - there);
        }
    }

    /// Without a period, what is paid and not due back is expenditure on the day.
    fn expend_payments(&mut self, day: NaiveDate) {
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
    fn expend(&mut self, change: Pence) {
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

    fn served_to(&self, day: NaiveDate) -> Pence {
        self.service.iter().filter(|(of, _)| *of <= day).map(|(_, amount)| amount).sum()
    }

    /// Takes service back, the last day first.
    fn give_back_service(&mut self, mut amount: Pence) {
        self.service.sort_by_key(|(day, _)| *day);
        for (_, there) in self.service.iter_mut().rev() {
            let taken = amount.min(*there);
            *there -= taken;
            amount -= taken;
        }
    }

    /// Spreads an amount over days. Whole months weigh alike, and each day of one alike.
    fn plan(&mut self, from: NaiveDate, to: NaiveDate, amount: Pence) {
        let (first, last) = self.period.unwrap();
        let by_month = first.day() == 1 && last.succ_opt().unwrap().day() == 1;
        let weight = |day: NaiveDate| {
            let month = (day.year(), day.month());
            let days = || (1..=31).filter(|of| NaiveDate::from_ymd_opt(month.0, month.1, *of).is_some());
            if by_month { 28 * 29 * 30 * 31 / days().count() as Pence } else { 1 }
        };
        let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
        let of: Pence = days.iter().map(|day| weight(*day)).sum();
        let (mut passed, mut before) = (0, 0);
        for day in &days {
            passed += weight(*day);
            let so_far = round_half_up(amount * passed, of);
            self.service.push((*day, so_far - before));
            before = so_far;
        }
        for day in &days {
            let next = day.succ_opt().unwrap();
            if *day == to || next.month() != day.month() {
                self.due.push(((*day).max(self.decided), *day));
            }
        }
    }

    /// Posts the expenditure that is due on the days that are meant.
    fn post_due(&mut self, is_meant: impl Fn(NaiveDate) -> bool) {
        for (day, served_to) in std::mem::take(&mut self.due) {
            if is_meant(day) {
                self.expend(self.served_to(served_to) - self.expenditure());
                self.note_moves(day);
            } else {
                self.due.push((day, served_to));
            }
        }
    }

    /// A change of estimate at the end of a day.
    fn estimate(&mut self, day: NaiveDate, period: Option<(NaiveDate, NaiveDate)>) {
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

    fn repurpose(&mut self, from: NaiveDate, split: &Weights, include_past: bool) {
        let mut purpose = UnderPurpose { from, split: split.clone(), ..UnderPurpose::default() };
        if include_past {
            purpose.expenditure = self.expenditure();
            self.purposes.iter_mut().for_each(|it| it.expenditure = 0);
        }
        self.purposes.push(purpose);
    }

    /// Settles what is due back where, and notes what has come to stand elsewhere than before.
    fn note_moves(&mut self, day: NaiveDate) {
        let due_back = self.due_back();
        let (here, earlier) = self.purposes.split_last_mut().unwrap();
        let mut too_much =
            earlier.iter().flat_map(|it| it.due_back.values()).sum::<Pence>().max(due_back) - due_back;
        for purpose in earlier.iter_mut().rev() {
            let taken = too_much.min(purpose.due_back.values().sum());
            too_much -= taken;
            for (theme, part) in in_proportion(taken, &purpose.due_back, &purpose.split) {
                *purpose.due_back.entry(theme).or_default() -= part;
            }
        }
        let spent_before: Pence = earlier.iter().map(|it| it.expenditure).sum();
        let due_before: Pence = earlier.iter().flat_map(|it| it.due_back.values()).sum();
        let paid_in_all: Pence = earlier.iter().chain([&*here]).flat_map(|it| it.paid.values()).sum();
        let paid = paid_in_all - spent_before - due_before;
        let promised = if self.is_decided { self.awarded - spent_before } else { paid };
        let of =
            |amount: Pence| -> BTreeMap<String, Pence> { divide(amount, &here.split).into_iter().collect() };
        let (of_paid, of_promised, of_both, of_spent) =
            (of(paid), of(promised), of(paid.max(promised)), of(here.expenditure));
        let mut now: BTreeMap<(Kind, String), Pence> = BTreeMap::new();
        let mut stands =
            |kind, theme: &str, amount| *now.entry((kind, theme.to_owned())).or_default() += amount;
        for theme in of_paid.keys() {
            here.due_back.insert(theme.clone(), of_both[theme] - of_promised[theme]);
            stands(Kind::Control, theme, of_paid[theme] - of_spent[theme] - here.due_back[theme]);
            stands(Kind::Committed, theme, of_both[theme] - of_paid[theme]);
        }
        for purpose in &self.purposes {
            purpose.paid.iter().for_each(|(theme, amount)| stands(Kind::Paid, theme, *amount));
            purpose.due_back.iter().for_each(|(theme, amount)| stands(Kind::DueBack, theme, *amount));
            for (theme, amount) in divide(purpose.expenditure, &purpose.split) {
                stands(Kind::Expenditure, &theme, amount);
            }
        }
        for ((kind, theme), amount) in &now {
            let then = self.levels.remove(&(*kind, theme.clone())).unwrap_or(0);
            self.moves.push((day, *kind, theme.clone(), amount - then));
        }
        for ((kind, theme), then) in std::mem::replace(&mut self.levels, now) {
            self.moves.push((day, kind, theme, -then));
        }
    }
}
