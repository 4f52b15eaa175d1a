//! A naive model of grants, written from the domain's rules alone and in the most obvious way: a grant is
//! a list of dated facts, and every answer is computed from all of them again. It shares no
//! rule, type or arithmetic with the core but the commands that it is given.

use std::collections::BTreeMap;

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use chrono::NaiveDate;

use crate::parts::Walks;
pub use crate::shares::Pence;
use crate::shares::{Weights, belonging, days, pence, places, together, weights};
use crate::walk::purpose::UnderPurpose;
use crate::walk::{Walk, with_funds};

/// What changes by fund and theme.
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

/// The net change of a kind under a fund and theme on a day; no change, no row.
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
        funds: Weights,
        split: Weights,
        period: Option<(NaiveDate, NaiveDate)>,
    },
    /// What the award did not state.
    State {
        funds: Option<Weights>,
        split: Option<Weights>,
        period: Option<(NaiveDate, NaiveDate)>,
    },
    Vary {
        change: Pence,
        period: Option<(NaiveDate, NaiveDate)>,
        part: Option<String>,
    },
    Extend {
        to: NaiveDate,
    },
    Withdraw,
    Repurpose {
        split: Weights,
        include_past: bool,
    },
    ChangeFund {
        funds: Weights,
        include_past: bool,
    },
    Pay {
        amount: Pence,
        part: Option<String>,
    },
    Refund {
        amount: Pence,
        stays_available: bool,
        part: Option<String>,
    },
    Return {
        amount: Pence,
        payment: u64,
        paid: NaiveDate,
        /// What the payment was for.
        part: Option<String>,
    },
    /// The award was for another amount, or divided otherwise, from the start, if so.
    Correct {
        amount: Option<Pence>,
        funds: Option<Weights>,
        split: Option<Weights>,
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
                let funds = award.fund.as_ref().map_or(vec![("unstated".to_owned(), 1)], weights);
                (id, award.decided, What::Award { amount: pence(award.amount), funds, split, period })
            }
            Command::State { award, statement } => {
                let (funds, split) =
                    (statement.fund.as_ref().map(weights), statement.theme.as_ref().map(weights));
                // It has no date of its own.
                let day = self.grants[award.as_str()].decided();
                let grant = self.grants.entry(award.to_string()).or_default();
                // What was stated before is not stated again with other terms.
                let (stated_funds, stated_split, stated_period) = grant.stated();
                // What the award states itself is not stated again.
                let places = grant.as_awarded();
                let lacks = |word: usize, none: &str| {
                    places.iter().any(|(place, _)| place.split('/').nth(word).is_some_and(|it| it == none))
                };
                let funds = funds.filter(|_| stated_funds.is_none() && lacks(0, "unstated"));
                let split = split.filter(|_| stated_split.is_none() && lacks(1, "unallocated"));
                let period = statement.period.map(days).filter(|_| stated_period.is_none());
                let what = What::State { funds, split, period };
                grant.facts.push(Fact { record, date: day, what });
                return;
            }
            Command::Vary { award, date, change, period, part, .. } => {
                let (change, part) = (pence(*change), part.as_ref().map(ToString::to_string));
                (award.clone(), *date, What::Vary { change, period: period.map(days), part })
            }
            Command::ChangeFund { award, date, fund, include_past, .. } => {
                let (funds, include_past) = (weights(fund), *include_past);
                (award.clone(), *date, What::ChangeFund { funds, include_past })
            }
            Command::Extend { award, date, to, .. } => {
                (award.clone(), *date, What::Extend { to: to.last_day().naive() })
            }
            Command::Withdraw { award, date, .. } => (award.clone(), *date, What::Withdraw),
            Command::Repurpose { award, date, purpose, include_past, .. } => {
                let split = weights(&purpose.split);
                (award.clone(), *date, What::Repurpose { split, include_past: *include_past })
            }
            Command::Pay { award, date, amount, part, .. } => {
                let (amount, part) = (pence(*amount), part.as_ref().map(ToString::to_string));
                (award.clone(), *date, What::Pay { amount, part })
            }
            Command::Refund { award, date, amount, stays_available, part, .. } => {
                let (amount, stays_available) = (pence(*amount), *stays_available);
                let part = part.as_ref().map(ToString::to_string);
                (award.clone(), *date, What::Refund { amount, stays_available, part })
            }
            Command::Return { award, date, amount, .. } => {
                let grant = &self.grants[award.as_str()];
                let (payment, paid) = grant.payment_returned(date.naive(), pence(*amount)).unwrap();
                let part = grant.facts.iter().find(|it| it.record == payment).and_then(|it| match &it.what {
                    What::Pay { part, .. } => part.clone(),
                    _ => None,
                });
                (award.clone(), *date, What::Return { amount: pence(*amount), payment, paid, part })
            }
            Command::Correct { award, date, amount, fund, theme, .. } => {
                let (funds, split) = (fund.as_ref().map(weights), theme.as_ref().map(weights));
                (award.clone(), *date, What::Correct { amount: amount.map(pence), funds, split })
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
            Command::Pay { date, part: Some(part), .. }
                if !self.grants[award.as_str()].has_part(date.naive(), &part.to_string()) =>
            {
                Some("unknown-part")
            }
            Command::Pay { part: Some(part), .. }
                if pence(*amount) > self.grants[award.as_str()].commitment_of(&part.to_string()) =>
            {
                Some("payment-beyond-part")
            }
            Command::Pay { date, .. } if self.grants[award.as_str()].awaits(date.naive()) => {
                Some("monitoring-outstanding")
            }
            Command::Refund { .. } if pence(*amount) > paid => Some("refund-beyond-paid"),
            Command::Refund { date, part: Some(part), .. }
                if !self.grants[award.as_str()].has_had_part(date.naive(), &part.to_string()) =>
            {
                Some("unknown-part")
            }
            Command::Refund { date, part: Some(part), .. }
                if pence(*amount) > self.grants[award.as_str()].paid_for(&part.to_string(), date.naive()) =>
            {
                Some("refund-beyond-part")
            }
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
        // What moves money of a part counts after that part's variation of the day.
        let is_varied = |fact: &Fact, part: &Option<String>| {
            self.facts.iter().any(|it| {
                it.date == fact.date
                    && matches!(&it.what, What::Vary { part: varied @ Some(_), .. } if self.named_now(varied) == self.named_now(part))
            })
        };
        facts.sort_by_key(|fact| {
            let place = match &fact.what {
                What::Pay { part: part @ Some(_), .. }
                | What::Refund { part: part @ Some(_), .. }
                | What::Return { part: part @ Some(_), .. }
                    if is_varied(fact, part) =>
                {
                    4
                }
                What::Award { .. } => 0,
                // What is stated counts with the award.
                What::State { .. } => 1,
                What::Repurpose { .. } | What::ChangeFund { .. } => 1,
                What::Pay { .. } | What::Refund { .. } | What::Return { .. } => 2,
                What::Vary { .. } | What::Extend { .. } | What::Withdraw | What::Correct { .. } => 3,
            };
            (fact.date, place)
        });
        facts
    }

    /// Everything that ever moves on this grant, in the order in which it happens.
    fn walk(&self) -> Walk {
        self.walks(NaiveDate::MAX).map(Walks::arrived).unwrap_or_default()
    }

    /// The same, of what happened by a day.
    fn walks(&self, by: NaiveDate) -> Option<Walks> {
        let award = self.facts.iter().find(|fact| matches!(fact.what, What::Award { .. }));
        let Some(Fact { what: What::Award { period, amount, .. }, date, .. }) = award else {
            return None;
        };
        let (from, split) = (NaiveDate::MIN, self.as_awarded());
        let mut walks = Walks::new(Walk {
            decided: *date,
            period: period.or(self.stated().2),
            stated: self.corrected_amount().unwrap_or(*amount),
            purposes: vec![UnderPurpose { from, split, ..UnderPurpose::default() }],
            ..Walk::default()
        });
        for fact in self.by_date() {
            let day = fact.date;
            if day > by && !matches!(fact.what, What::Award { .. }) {
                continue;
            }
            match &fact.what {
                What::Correct { .. } | What::State { .. } => continue,
                What::Award { .. } => walks.each().for_each(|walk| {
                    walk.award(walk.stated);
                    walk.is_decided = true;
                    if let Some((from, to)) = walk.period {
                        walk.plan(from, to, walk.awarded);
                    }
                }),
                What::Repurpose { split, include_past } => walks.each().for_each(|walk| {
                    walk.post_due(|due| due < day);
                    walk.repurpose(day, split, *include_past);
                }),
                What::ChangeFund { funds, include_past } => walks.each().for_each(|walk| {
                    walk.post_due(|due| due < day);
                    walk.change_fund(day, funds, *include_past);
                }),
                What::Pay { amount, part } => {
                    let part = self.named_now(part);
                    walks.begin(day, part.as_ref(), None, false);
                    match walks.alone() {
                        Some(walk) => walk.pay(day, *amount, false),
                        None => walks.pay(day, *amount, part.as_ref()),
                    }
                }
                What::Refund { amount, stays_available, part } => {
                    let part = self.named_now(part);
                    walks.begin(day, part.as_ref(), Some(NaiveDate::MAX), false);
                    let cleared = walks.due_back().min(*amount);
                    walks.refund(day, part.as_ref(), *amount, *stays_available);
                    if !stays_available {
                        let shown = day.max(self.decided());
                        walks.reduced(shown, amount - cleared);
                    }
                }
                What::Return { amount, paid, part, .. } => {
                    let part = self.named_now(part);
                    walks.begin(day, part.as_ref(), Some(*paid), false);
                    walks.give_back(*amount, *paid, part.as_ref());
                }
                What::Vary { change, period, part } => {
                    let part = self.named_now(part);
                    walks.begin(day, part.as_ref(), None, true);
                    walks.vary(day, part.as_ref(), *change, *period);
                }
                What::Extend { to } => {
                    walks.begin(day, None, None, false);
                    let period = walks.each().next().unwrap().period;
                    walks.vary(day, None, 0, period.map(|(from, end)| (from, end.max(*to))));
                }
                What::Withdraw => walks.each().for_each(|walk| {
                    walk.post_due(|due| due <= day);
                    let kept = match walk.period {
                        Some(_) => walk.served_to(day).min(walk.awarded),
                        None => walk.paid().min(walk.awarded),
                    };
                    walk.award(kept - walk.awarded);
                    walk.withdrawn = true;
                    walk.estimate(day, walk.period);
                }),
            }
            walks.end_of_fact(day);
        }
        Some(walks)
    }

    /// The amount of the award as last corrected.
    fn corrected_amount(&self) -> Option<Pence> {
        let corrected = |it: &Fact| if let What::Correct { amount, .. } = it.what { amount } else { None };
        self.facts.iter().rev().find_map(corrected)
    }

    /// What was stated later of the award: funds, themes and period.
    fn stated(&self) -> (Option<&Weights>, Option<&Weights>, Option<(NaiveDate, NaiveDate)>) {
        let (mut stated_funds, mut stated_split, mut stated_period) = (None, None, None);
        for fact in &self.facts {
            if let What::State { funds, split, period } = &fact.what {
                stated_funds = stated_funds.or(funds.as_ref());
                stated_split = stated_split.or(split.as_ref());
                stated_period = stated_period.or(*period);
            }
        }
        (stated_funds, stated_split, stated_period)
    }

    /// A part by the fund and theme that were stated later, where each is one.
    fn named_now(&self, part: &Option<String>) -> Option<String> {
        let (fund, theme) = part.as_ref()?.split_once('/').unwrap();
        let (stated_funds, stated_split, _) = self.stated();
        let instead = |name: &str, unknown: &str, stated: Option<&Weights>| match stated.map(Vec::as_slice) {
            Some([(stated, _)]) if name == unknown => stated.clone(),
            _ => name.to_owned(),
        };
        let fund = instead(fund, "unstated", stated_funds);
        Some(format!("{fund}/{}", instead(theme, "unallocated", stated_split)))
    }

    /// How the award is divided, with what was stated later.
    fn as_awarded(&self) -> Weights {
        let of_award = |fact: &Fact| match &fact.what {
            What::Award { funds, split, .. } => Some((funds.clone(), split.clone())),
            _ => None,
        };
        let Some((mut funds, mut split)) = self.facts.iter().find_map(of_award) else {
            return Weights::new();
        };
        for fact in &self.facts {
            let What::Correct { funds: corrected_funds, split: corrected_split, .. } = &fact.what else {
                continue;
            };
            (funds, split) =
                (corrected_funds.clone().unwrap_or(funds), corrected_split.clone().unwrap_or(split));
            // The themes of parts are those of the award.
            if funds[0].0.contains('/') {
                split = belonging(&funds, 1);
            }
        }
        let (stated_funds, stated_split, _) = self.stated();
        let is_only = |weights: &Weights, name: &str| weights.len() == 1 && weights[0].0 == name;
        if let Some(stated) = stated_funds.filter(|_| is_only(&funds, "unstated")) {
            funds = stated.clone();
        }
        if let Some(stated) = stated_split.filter(|_| is_only(&split, "unallocated")) {
            split = stated.clone();
        }
        let of_places = if funds[0].0.contains('/') { funds } else { places(&funds, &split) };
        let instead = |word: &str, none: &str, stated: Option<&Weights>| match stated {
            Some(stated) if word == none && stated.len() == 1 => stated[0].0.clone(),
            _ => word.to_owned(),
        };
        together(of_places.into_iter().map(|(place, weight)| {
            let (fund, theme) = place.split_once('/').unwrap();
            let fund = instead(fund, "unstated", stated_funds);
            let theme = instead(theme, "unallocated", stated_split);
            (format!("{fund}/{theme}"), weight)
        }))
    }

    /// How the grant is divided on a day by its award and changes of purpose and fund, with the parts that variations
    /// have added up to the day before.
    pub fn division_on(&self, day: NaiveDate) -> Weights {
        let mut division = self.as_awarded();
        for fact in self.by_date().into_iter().filter(|fact| fact.date <= day) {
            match &fact.what {
                What::Vary { part: part @ Some(_), .. } if fact.date < day => {
                    division = together(division.into_iter().chain(self.named_now(part).map(|it| (it, 0))));
                }
                What::Repurpose { split, .. } => division = places(&belonging(&division, 0), split),
                What::ChangeFund { funds, .. } => division = with_funds(&division, funds),
                _ => {}
            }
        }
        division
    }

    /// Whether it has a part by the end of a day.
    pub fn has_part(&self, day: NaiveDate, place: &str) -> bool {
        let is_added = |it: &Fact| matches!(&it.what, What::Vary { part: Some(part), .. } if part == place);
        self.division_on(day).iter().any(|(it, _)| it == place)
            || self.facts.iter().any(|it| it.date == day && is_added(it))
    }

    /// Whether it has had a part by the end of a day.
    fn has_had_part(&self, day: NaiveDate, place: &str) -> bool {
        let days = self.facts.iter().map(|it| it.date).filter(|it| *it <= day).chain([NaiveDate::MIN]);
        self.has_part(day, place) || days.into_iter().any(|it| self.has_part(it, place))
    }

    /// What is paid for a part: the least of a day and of the end.
    fn paid_for(&self, place: &String, by: NaiveDate) -> Pence {
        let to = |day: NaiveDate| self.walks(day).map_or(0, |mut walks| walks.paid_for(place));
        to(by).min(to(NaiveDate::MAX))
    }

    /// The outstanding commitment of one place in the end.
    fn commitment_of(&self, place: &str) -> Pence {
        let walk = self.walk();
        walk.levels.get(&(Kind::Committed, place.to_owned())).copied().unwrap_or(0)
    }

    /// The expenditure of earlier years that moved, by day and place.
    pub fn earlier_years(&self) -> BTreeMap<(NaiveDate, String), Pence> {
        let mut moved = BTreeMap::new();
        for (day, place, amount) in self.walk().earlier_years {
            *moved.entry((day, place)).or_default() += amount;
        }
        moved.retain(|_, amount| *amount != 0);
        moved
    }

    /// The latest payment of an amount up to a day that has not come back, with its day.
    fn payment_returned(&self, by: NaiveDate, amount: Pence) -> Option<(u64, NaiveDate)> {
        let has_come_back = |record: u64| {
            self.facts.iter().any(|it| matches!(it.what, What::Return { payment, .. } if payment == record))
        };
        let payments = self
            .facts
            .iter()
            .filter(|it| matches!(it.what, What::Pay { amount: paid, .. } if paid == amount));
        let there = payments.filter(|it| it.date <= by && !has_come_back(it.record));
        there.map(|it| (it.date, it.record)).max().map(|(date, record)| (record, date))
    }

    /// True when on no day more is refunded than paid.
    fn is_paid_before_refunded(&self) -> bool {
        self.facts.iter().all(|fact| {
            let money = self.facts.iter().filter(|it| it.date <= fact.date).map(|it| match it.what {
                What::Pay { amount, .. } => amount,
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

    /// The changes of every day by fund and theme.
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
