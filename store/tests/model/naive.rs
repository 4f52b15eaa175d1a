//! A naive model of grants, written from the domain's rules alone and in the most obvious way: a grant is
//! a list of dated facts, and every answer is computed from all of them again. It shares no
//! rule, type or arithmetic with the core but the commands that it is given.

use std::collections::BTreeMap;

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use chrono::{Datelike, NaiveDate};

pub use crate::shares::Pence;
use crate::shares::{
    Weights, belonging, days, divide, in_proportion, pence, places, round_half_up, together, weights,
};

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
    },
    Return {
        amount: Pence,
        payment: u64,
        paid: NaiveDate,
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
                let day = award_date(&self.grants[award.as_str()]);
                let what = What::State { funds, split, period: statement.period.map(days) };
                let grant = self.grants.entry(award.to_string()).or_default();
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
            Command::Refund { award, date, amount, stays_available, .. } => {
                let (amount, stays_available) = (pence(*amount), *stays_available);
                (award.clone(), *date, What::Refund { amount, stays_available })
            }
            Command::Return { award, date, amount, .. } => {
                let (payment, paid) =
                    self.grants[award.as_str()].payment_returned(date.naive(), pence(*amount)).unwrap();
                (award.clone(), *date, What::Return { amount: pence(*amount), payment, paid })
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
            Command::Pay { .. } if pence(*amount) > (awarded - paid).max(0) => Some("payment-beyond-award"),
            Command::Pay { date, part: Some(part), .. }
                if !self.grants[award.as_str()]
                    .division_on(date.naive())
                    .iter()
                    .any(|it| it.0 == part.to_string()) =>
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
                // What is stated counts with the award.
                What::State { .. } => 1,
                What::Repurpose { .. } | What::ChangeFund { .. } => 1,
                What::Pay { .. } | What::Refund { .. } | What::Return { .. } => 2,
                What::Vary { .. } | What::Extend { .. } | What::Withdraw => 3,
            };
            (fact.date, place)
        });
        facts
    }

    /// Everything that ever moves on this grant, in the order in which it happens.
    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        let award = self.facts.iter().find(|fact| matches!(fact.what, What::Award { .. }));
        if let Some(Fact { what: What::Award { period, .. }, date, .. }) = award {
            (walk.decided, walk.period) = (*date, period.or(self.stated().2));
            let (from, split) = (NaiveDate::MIN, self.as_awarded());
            walk.purposes.push(UnderPurpose { from, split, ..UnderPurpose::default() });
        } else {
            return walk;
        }
        for fact in self.by_date() {
            let day = fact.date;
            match &fact.what {
                What::Award { amount, .. } => {
                    walk.award(day, *amount);
                    walk.is_decided = true;
                    if let Some((from, to)) = walk.period {
                        walk.plan(from, to, walk.awarded);
                    }
                }
                What::State { .. } => continue,
                What::Repurpose { split, include_past } => {
                    walk.post_due(|due| due < day);
                    let split = places(&belonging(walk.split(), 0), split);
                    walk.divide_by(day, split, *include_past);
                }
                What::ChangeFund { funds, include_past } => {
                    walk.post_due(|due| due < day);
                    let split = with_funds(walk.split(), funds);
                    walk.divide_by(day, split, *include_past);
                }
                What::Pay { amount, part } => {
                    walk.post_due(|due| due <= day);
                    walk.pay(*amount, part.as_ref());
                }
                What::Refund { amount, stays_available } => {
                    walk.post_due(|due| due <= day);
                    let cleared = walk.due_back().min(*amount);
                    walk.repay(*amount);
                    if !stays_available {
                        walk.award(day, cleared - amount);
                        walk.estimate(day, walk.period);
                    }
                }
                What::Return { amount, paid, .. } => {
                    walk.post_due(|due| due <= day);
                    walk.give_back(*amount, *paid);
                }
                What::Vary { change, period, part } => {
                    walk.post_due(|due| due <= day);
                    if let Some(part) = part {
                        walk.change_part(day, part, *change);
                    }
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

    /// How the award is divided, with what was stated later.
    fn as_awarded(&self) -> Weights {
        let of_award = |fact: &Fact| match &fact.what {
            What::Award { funds, split, .. } => Some((funds.clone(), split.clone())),
            _ => None,
        };
        let Some((mut funds, mut split)) = self.facts.iter().find_map(of_award) else {
            return Weights::new();
        };
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

    /// How the grant is divided on a day by its award and changes of purpose and fund.
    pub fn division_on(&self, day: NaiveDate) -> Weights {
        let mut division = self.as_awarded();
        for fact in self.by_date().into_iter().filter(|fact| fact.date <= day) {
            match &fact.what {
                What::Repurpose { split, .. } => division = places(&belonging(&division, 0), split),
                What::ChangeFund { funds, .. } => division = with_funds(&division, funds),
                _ => {}
            }
        }
        division
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

/// What stands under a purpose.
#[derive(Clone, Debug, Default)]
struct UnderPurpose {
    from: NaiveDate,
    split: Weights,
    expenditure: Pence,
    /// What expenditure came to on each day on which it changed.
    expenditure_on: Vec<(NaiveDate, Pence)>,
    paid: BTreeMap<String, Pence>,
    /// What came through the bank from other funds, less what went there.
    transferred: BTreeMap<String, Pence>,
    due_back: BTreeMap<String, Pence>,
    /// What was prepaid of each place when the amount of one changed.
    opening: Weights,
    /// What was paid for places by their names.
    named: BTreeMap<String, Pence>,
}

impl UnderPurpose {
    fn has(&self, place: &str) -> bool {
        self.split.iter().any(|(it, _)| it == place)
    }

    fn net_paid(&self) -> BTreeMap<String, Pence> {
        let mut net = self.paid.clone();
        for (place, amount) in &self.transferred {
            *net.entry(place.clone()).or_default() += amount;
        }
        net
    }

    /// The least that expenditure has been since the last year ended.
    fn expenditure_of_earlier_years(&self, day: NaiveDate) -> Pence {
        let april = NaiveDate::from_ymd_opt(day.year(), 4, 1).unwrap();
        let begins = if day < april { april.with_year(day.year() - 1).unwrap() } else { april };
        let at_the_end =
            self.expenditure_on.iter().rfind(|(on, _)| *on < begins).map_or(0, |(_, level)| *level);
        let since = self.expenditure_on.iter().filter(|(on, _)| *on >= begins).map(|(_, level)| *level);
        since.fold(at_the_end, Pence::min).min(self.expenditure)
    }
}

/// A division with other funds, or with stated parts.
fn with_funds(places_before: &Weights, funds: &Weights) -> Weights {
    if funds[0].0.contains('/') { funds.clone() } else { places(funds, &belonging(places_before, 1)) }
}

/// What of the moves between places goes through the bank: each fund's gain or loss, taken from its places in their
/// order.
fn through_the_bank(moves: &BTreeMap<String, Pence>) -> BTreeMap<String, Pence> {
    let fund_of = |place: &str| place.split('/').next().unwrap().to_owned();
    let mut nets: BTreeMap<String, Pence> = BTreeMap::new();
    for (place, amount) in moves {
        *nets.entry(fund_of(place)).or_default() += amount;
    }
    let mut through = BTreeMap::new();
    for (place, amount) in moves {
        let net = nets.get_mut(&fund_of(place)).unwrap();
        let taken =
            if amount.signum() == net.signum() { amount.signum() * amount.abs().min(net.abs()) } else { 0 };
        *net -= taken;
        through.insert(place.clone(), taken);
    }
    through
}

fn award_date(grant: &Grant) -> NaiveDate {
    grant.decided()
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
    earlier_years: Vec<(NaiveDate, String, Pence)>,
    /// What is prepaid or accrued in other places of the same fund than where it was paid and spent.
    moved_within: BTreeMap<String, Pence>,
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

    fn split(&self) -> &Weights {
        &self.purposes.last().unwrap().split
    }

    /// What of the award is not spent under earlier purposes.
    fn promised_here(&self) -> Pence {
        if !self.is_decided {
            return self.paid_here();
        }
        let earlier = &self.purposes[..self.purposes.len() - 1];
        self.awarded - earlier.iter().map(|it| it.expenditure).sum::<Pence>()
    }

    /// What is paid under the purpose in force by place: what its places had when the amount of one changed, what was
    /// paid for named places, and the rest by the split. What one is paid beyond its promise covers the others.
    fn paid_by_place(&self) -> Weights {
        let here = self.purposes.last().unwrap();
        let opening: Pence = here.opening.iter().map(|(_, amount)| amount).sum();
        let named: Pence = here.named.values().sum();
        let mut free = self.paid_here() - opening;
        let by_name = if named > 0 { free.clamp(0, named) } else { 0 };
        free -= by_name;
        let mut parts = divide(free, &here.split);
        if here.opening.is_empty() && here.named.is_empty() {
            return parts;
        }
        let of_named = in_proportion(by_name, &here.named, &here.split);
        parts = together(parts.into_iter().chain(of_named).chain(here.opening.clone()));
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
    fn more_paid(&self, before: &Weights) -> Weights {
        let negated = before.iter().map(|(place, amount)| (place.clone(), -*amount));
        together(self.paid_by_place().into_iter().chain(negated))
    }

    fn pay(&mut self, amount: Pence, part: Option<&String>) {
        let before = self.paid_by_place();
        let here = self.purposes.last_mut().unwrap();
        if let Some(part) = part.filter(|part| here.has(part)) {
            *here.named.entry(part.clone()).or_default() += amount;
        }
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
        for (place, part) in parts {
            *here.paid.entry(place).or_default() += part;
        }
    }

    fn repay(&mut self, amount: Pence) {
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
            let mut parts = in_proportion(taken, &net_where_paid, &purpose.split);
            if age == 0 {
                *self.purposes[newest].paid.entry(String::new()).or_default() -= taken;
                let by_split: Weights =
                    self.more_paid(&before).into_iter().map(|(place, part)| (place, -part)).collect();
                self.purposes[newest].paid.remove("");
                let net = |place: &str| net.get(place).copied().unwrap_or(0);
                if unpaid > 0 || by_split.iter().all(|(place, part)| *part >= 0 && *part <= net(place)) {
                    parts = by_split;
                }
            }
            for (place, part) in parts {
                *self.purposes[newest - age].paid.entry(place).or_default() -= part;
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

    /// Divides what is outstanding otherwise; with the past, what is spent too.
    fn divide_by(&mut self, from: NaiveDate, split: Weights, include_past: bool) {
        let mut purpose = UnderPurpose { from, split, ..UnderPurpose::default() };
        if include_past {
            let (mut earlier, mut of_year) = (BTreeMap::new(), BTreeMap::new());
            let mut all_earlier = 0;
            for it in &mut self.purposes {
                let before = it.expenditure_of_earlier_years(from);
                all_earlier += before;
                for (place, part) in divide(before, &it.split) {
                    *earlier.entry(place.clone()).or_default() -= part;
                    *of_year.entry(place).or_default() += part;
                }
                for (place, part) in divide(it.expenditure, &it.split) {
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
                let through = through_the_bank(moves);
                self.transfer(&through);
                for (place, amount) in moves {
                    *self.moved_within.entry(place.clone()).or_default() += amount - through[place];
                }
            }
            self.earlier_years.extend(earlier.into_iter().map(|(place, amount)| (from, place, amount)));
        } else {
            self.purposes.push(purpose);
        }
    }

    /// Counts what goes through the bank as paid where it comes.
    fn transfer(&mut self, through: &BTreeMap<String, Pence>) {
        for (place, amount) in through.iter().filter(|(_, amount)| **amount != 0) {
            let newest =
                self.purposes.iter().rposition(|it| it.has(place)).unwrap_or(self.purposes.len() - 1);
            *self.purposes[newest].transferred.entry(place.clone()).or_default() += amount;
        }
    }

    /// Changes the amount of one part at the end of a day: only what is still to be spent is divided otherwise.
    fn change_part(&mut self, day: NaiveDate, part: &str, change: Pence) {
        let here = self.purposes.last().unwrap();
        let spent = divide(here.expenditure, &here.split);
        let less =
            |of: &Weights| of.iter().map(|(place, amount)| (place.clone(), -*amount)).collect::<Weights>();
        let promised = divide(self.promised_here(), &here.split);
        let left = together(promised.into_iter().chain(less(&spent)).chain([(part.to_owned(), change)]));
        let due_back: Weights =
            here.due_back.iter().map(|(place, amount)| (place.clone(), -*amount)).collect();
        let opening = together(self.paid_by_place().into_iter().chain(less(&spent)).chain(due_back));
        let split: Weights = left.into_iter().filter(|(_, amount)| *amount > 0).collect();
        let split = if split.is_empty() { here.split.clone() } else { split };
        self.divide_by(day.succ_opt().unwrap(), split, false);
        self.purposes.last_mut().unwrap().opening = opening;
    }

    /// Settles what is due back where, and notes what has come to stand elsewhere than before.
    fn note_moves(&mut self, day: NaiveDate) {
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
        let paid = self.paid_by_place();
        let promised: BTreeMap<String, Pence> =
            divide(self.promised_here(), self.split()).into_iter().collect();
        let here = self.purposes.last_mut().unwrap();
        let spent: BTreeMap<String, Pence> = divide(here.expenditure, &here.split).into_iter().collect();
        let mut now: BTreeMap<(Kind, String), Pence> = BTreeMap::new();
        let mut stands =
            |kind, place: &str, amount| *now.entry((kind, place.to_owned())).or_default() += amount;
        for (place, paid) in paid {
            let of = |amounts: &BTreeMap<String, Pence>| amounts.get(&place).copied().unwrap_or(0);
            let due_back = (paid - of(&promised)).max(0);
            here.due_back.insert(place.clone(), due_back);
            stands(Kind::Control, &place, paid - of(&spent) - due_back);
            stands(Kind::Committed, &place, of(&promised) - paid + due_back);
        }
        for purpose in &mut self.purposes {
            purpose.expenditure_on.push((day, purpose.expenditure));
        }
        for purpose in &self.purposes {
            purpose.paid.iter().for_each(|(place, amount)| stands(Kind::Paid, place, *amount));
            purpose.transferred.iter().for_each(|(place, amount)| stands(Kind::Paid, place, *amount));
            purpose.due_back.iter().for_each(|(place, amount)| stands(Kind::DueBack, place, *amount));
            for (place, amount) in divide(purpose.expenditure, &purpose.split) {
                stands(Kind::Expenditure, &place, amount);
            }
        }
        // What is prepaid or accrued in another fund than what was paid and spent there moves through the bank.
        let mut moves: BTreeMap<String, Pence> = BTreeMap::new();
        for ((kind, place), amount) in &now {
            let side = match kind {
                Kind::Control | Kind::Expenditure | Kind::DueBack => 1,
                Kind::Paid => -1,
                Kind::Committed => continue,
            };
            *moves.entry(place.clone()).or_default() += side * amount;
        }
        for (place, amount) in &self.moved_within {
            *moves.entry(place.clone()).or_default() -= amount;
        }
        let through = through_the_bank(&moves);
        self.transfer(&through);
        for (place, amount) in &through {
            *now.entry((Kind::Paid, place.clone())).or_default() += amount;
            *self.moved_within.entry(place.clone()).or_default() += moves[place] - amount;
        }
        for ((kind, place), amount) in &now {
            let then = self.levels.remove(&(*kind, place.clone())).unwrap_or(0);
            self.moves.push((day, *kind, place.clone(), amount - then));
        }
        for ((kind, place), then) in std::mem::replace(&mut self.levels, now) {
            self.moves.push((day, kind, place, -then));
        }
    }
}
