//! A naive model of grants, written from the domain's rules alone and in the most obvious way: a grant is
//! a list of dated facts, and every answer is computed from all of them again. It shares no
//! rule, type or arithmetic with the core but the commands that it is given.

use std::collections::BTreeMap;

use almoner_ledger::calendar::{Date, Period};
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use chrono::{Datelike, NaiveDate};

/// Pence.
pub type Pence = i128;
/// Themes with their weights, in the order given.
type Weights = Vec<(String, Pence)>;

/// What changes by theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Committed,
    Paid,
    Expenditure,
}

/// The net change of a kind under a theme on a day; no change, no row.
pub type Changes = BTreeMap<(NaiveDate, Kind, String), Pence>;

/// Where a grant stands at the end of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub awarded: Pence,
    pub paid: Pence,
    pub expenditure: Pence,
    pub committed: Pence,
    pub prepayments: Pence,
    pub accruals: Pence,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    Award { amount: Pence, split: Weights, period: Option<(NaiveDate, NaiveDate)> },
    Vary { change: Pence, period: Option<(NaiveDate, NaiveDate)> },
    Extend { to: NaiveDate },
    Withdraw,
    Repurpose { split: Weights, include_past: bool },
    Pay(Pence),
    Refund { amount: Pence, stays_available: bool },
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
        let (Command::Pay { award, amount, .. } | Command::Refund { award, amount, .. }) = command else {
            return None;
        };
        let Some((awarded, paid)) = self.awarded_and_paid(award.as_str()) else {
            return Some(Some("unknown-award"));
        };
        Some(match command {
            _ if pence(*amount) <= 0 => Some("amount-not-positive"),
            Command::Pay { .. } if pence(*amount) > awarded - paid => Some("payment-beyond-award"),
            Command::Pay { date, .. } if self.grants[award.as_str()].awaits(date.naive()) => {
                Some("monitoring-outstanding")
            }
            Command::Refund { .. } if pence(*amount) > paid => Some("refund-beyond-paid"),
            _ => {
                let mut then = self.clone();
                then.note(u64::MAX, command);
                let runs_ahead = !then.grants[award.as_str()].is_awarded_before_paid();
                runs_ahead.then_some("paid-before-awarded")
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

    /// The facts by effective date: the award first; of one day, changes of purpose before what
    /// "dated that day or later carries the new theme"; otherwise in the order of recording.
    fn by_date(&self) -> Vec<&Fact> {
        let mut facts: Vec<&Fact> = self.facts.iter().collect();
        facts.sort_by_key(|fact| match fact.what {
            What::Award { .. } => (NaiveDate::MIN, 0),
            What::Repurpose { .. } => (fact.date, 0),
            _ => (fact.date, 1),
        });
        facts
    }

    /// What a withdrawal takes back, by what the ledger knew then: all that is neither paid at any
    /// time nor expenditure before its day.
    fn withdrawn(&self, withdrawal: &Fact) -> Pence {
        let known = self.facts.iter().filter(|fact| fact.record < withdrawal.record).cloned().collect();
        let known = Grant { facts: known, ..Grant::default() };
        let end = known.at(NaiveDate::MAX);
        let recognised_before = known.at(withdrawal.date.pred_opt().unwrap()).expenditure;
        (end.awarded - end.paid.max(recognised_before)).max(0)
    }

    /// Everything that ever moves on this grant, in the order in which it happens.
    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        for fact in self.by_date() {
            // What happens on a day comes before the charge of that day.
            walk.recognise_before(Some(fact.date));
            match &fact.what {
                What::Award { amount, split, period } => {
                    (walk.decided, walk.split, walk.period) = (fact.date, split.clone(), *period);
                    walk.award(fact.date, *amount);
                    walk.spread(fact.date);
                }
                What::Vary { change, period } => {
                    if walk.period.is_none() && period.is_some() && !walk.withdrawn {
                        // What was expenditure when paid was too much while nothing was served.
                        walk.recognise(fact.date, -walk.expenditure);
                    }
                    walk.period = period.or(walk.period);
                    walk.award(fact.date, *change);
                    walk.spread(fact.date);
                }
                What::Extend { to } => {
                    walk.period = walk.period.map(|(from, end)| (from, end.max(*to)));
                    walk.spread(fact.date);
                }
                What::Withdraw => {
                    walk.award(fact.date, -self.withdrawn(fact));
                    walk.withdrawn = true;
                    walk.spread(fact.date);
                }
                What::Repurpose { split, include_past } => {
                    walk.repurpose(fact.date, split, *include_past);
                }
                What::Pay(amount) => walk.pay(fact.date, *amount),
                What::Refund { amount, stays_available } => {
                    walk.pay(fact.date, -amount);
                    if !stays_available {
                        walk.award(fact.date, -amount);
                        walk.spread(fact.date);
                    }
                }
            }
        }
        walk.recognise_before(None);
        walk
    }

    /// True when on no day since the decision more is paid than awarded.
    fn is_awarded_before_paid(&self) -> bool {
        self.every_day().iter().all(|at| at.paid <= at.awarded)
    }

    /// True when on no day since the decision more is refunded than paid.
    pub fn is_paid_before_refunded(&self) -> bool {
        self.every_day().iter().all(|at| at.paid >= 0)
    }

    /// Where the grant stands on every day since the decision on which something happens.
    fn every_day(&self) -> Vec<Standing> {
        let walk = self.walk();
        let days = self.facts.iter().map(|fact| fact.date.max(walk.decided));
        days.map(|day| walk.at(day)).collect()
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

    /// Where the grant stands at the end of a day.
    pub fn at(&self, day: NaiveDate) -> Standing {
        self.walk().at(day)
    }
}

#[derive(Debug)]
struct ToCome {
    date: NaiveDate,
    service_to: NaiveDate,
    recognised_to_date: Pence,
}

/// A grant on its way through its facts.
#[derive(Debug, Default)]
struct Walk {
    decided: NaiveDate,
    period: Option<(NaiveDate, NaiveDate)>,
    split: Weights,
    withdrawn: bool,
    awarded: Pence,
    expenditure: Pence,
    /// The last day of service that is expenditure.
    served: Option<NaiveDate>,
    /// Expenditure still to recognise, unless something changes before.
    to_come: Vec<ToCome>,
    /// What was shared over the present purpose of each kind: the commitment that it started with
    /// and what was awarded since, what was paid since, what was expenditure since.
    shared: BTreeMap<Kind, Pence>,
    moves: Vec<(NaiveDate, Kind, String, Pence)>,
    awards: Vec<(NaiveDate, Pence)>,
}

impl Walk {
    fn at(&self, day: NaiveDate) -> Standing {
        let up_to_day = |kind: Kind| -> Pence {
            self.moves.iter().filter(|it| it.0 <= day && it.1 == kind).map(|it| it.3).sum()
        };
        let (paid, expenditure) = (up_to_day(Kind::Paid), up_to_day(Kind::Expenditure));
        Standing {
            awarded: self.awards.iter().filter(|(date, _)| *date <= day).map(|(_, amount)| amount).sum(),
            paid,
            expenditure,
            committed: up_to_day(Kind::Committed),
            prepayments: (paid - expenditure).max(0),
            accruals: (expenditure - paid).max(0),
        }
    }

    fn post(&mut self, day: NaiveDate, kind: Kind, theme: &str, amount: Pence) {
        self.moves.push((day, kind, theme.to_owned(), amount));
    }

    /// Shares an amount over the themes in force: what all shared so far comes to with it, less
    /// what it came to without.
    fn share(&mut self, kind: Kind, amount: Pence) -> Weights {
        let before = *self.shared.entry(kind).or_default();
        self.shared.insert(kind, before + amount);
        let parts = divide(before + amount, &self.split).into_iter().zip(divide(before, &self.split));
        parts.map(|((theme, now), (_, then))| (theme, now - then)).collect()
    }

    fn award(&mut self, day: NaiveDate, amount: Pence) {
        self.awarded += amount;
        self.awards.push((day, amount));
        for (theme, part) in self.share(Kind::Committed, amount) {
            self.post(day, Kind::Committed, &theme, part);
        }
    }

    fn pay(&mut self, day: NaiveDate, amount: Pence) {
        for (theme, part) in self.share(Kind::Paid, amount) {
            self.post(day, Kind::Paid, &theme, part);
            self.post(day, Kind::Committed, &theme, -part);
        }
        if self.period.is_none() {
            self.recognise(day, amount);
        }
    }

    fn recognise(&mut self, day: NaiveDate, amount: Pence) {
        self.expenditure += amount;
        for (theme, part) in self.share(Kind::Expenditure, amount) {
            self.post(day, Kind::Expenditure, &theme, part);
        }
    }

    /// Makes the charges to come that are dated before a day, or all of them.
    fn recognise_before(&mut self, day: Option<NaiveDate>) {
        for to_come in std::mem::take(&mut self.to_come) {
            if day.is_none_or(|day| to_come.date < day) {
                self.recognise(to_come.date, to_come.recognised_to_date - self.expenditure);
                self.served = Some(to_come.service_to);
            } else {
                self.to_come.push(to_come);
            }
        }
    }

    /// Spreads what is not yet expenditure over the service that is not yet expenditure. What of it lies
    /// before the day is expenditure on the day, and none before the decision.
    fn spread(&mut self, day: NaiveDate) {
        let Some(period) = self.period else { return };
        self.to_come.clear();
        let rest = self.awarded - self.expenditure;
        let units = units(period, self.served);
        let of: Pence = units.iter().map(|(_, weight)| weight).sum();
        if rest < 0 || (of == 0 && !self.withdrawn) {
            // Expenditure too much, or no service left to spread over.
            self.recognise(day.max(self.decided), rest);
        } else if !self.withdrawn {
            let mut passed = 0;
            for (service_to, weight) in units {
                passed += weight;
                let recognised_to_date = self.expenditure + round_half_up(rest * passed, of);
                let date = service_to.max(day).max(self.decided);
                self.to_come.push(ToCome { date, service_to, recognised_to_date });
            }
        }
    }

    fn repurpose(&mut self, day: NaiveDate, split: &Weights, include_past: bool) {
        self.split = split.clone();
        let committed = self.move_all(Kind::Committed, day);
        let expenditure = if include_past { self.move_all(Kind::Expenditure, day) } else { 0 };
        self.shared = BTreeMap::from([(Kind::Committed, committed), (Kind::Expenditure, expenditure)]);
    }

    /// Moves all there is of a kind from the themes it stands under to the split in force.
    fn move_all(&mut self, kind: Kind, day: NaiveDate) -> Pence {
        let held: Weights =
            self.moves.iter().filter(|it| it.1 == kind).map(|it| (it.2.clone(), it.3)).collect();
        let total = held.iter().map(|(_, amount)| amount).sum();
        held.iter().for_each(|(theme, amount)| self.post(day, kind, theme, -amount));
        divide(total, &self.split).iter().for_each(|(theme, part)| self.post(day, kind, theme, *part));
        total
    }
}

/// Divides an amount: each theme in turn takes its fraction, rounded, of what is left.
fn divide(amount: Pence, split: &Weights) -> Weights {
    let (mut rest, mut left): (Pence, Pence) = (amount, split.iter().map(|(_, weight)| weight).sum());
    let mut parts = Vec::new();
    for (theme, weight) in split {
        let part = round_half_up(rest * weight, left);
        parts.push((theme.clone(), part));
        rest -= part;
        left -= weight;
    }
    parts
}

fn round_half_up(over: Pence, under: Pence) -> Pence {
    (2 * over + under).div_euclid(2 * under)
}

/// The units of a period that are not yet served: last day of service and weight. Whole months
/// weigh one each, otherwise each month weighs its days.
fn units((from, to): (NaiveDate, NaiveDate), served: Option<NaiveDate>) -> Vec<(NaiveDate, Pence)> {
    let month = |day: NaiveDate| (day.year(), day.month());
    let by_month = from.day() == 1 && to.succ_opt().unwrap().day() == 1;
    let mut units: Vec<(NaiveDate, Pence)> = Vec::new();
    for day in from.iter_days().take_while(|day| *day <= to) {
        let left =
            served.is_none_or(|served| if by_month { month(day) > month(served) } else { day > served });
        match units.last_mut() {
            _ if !left => {}
            Some((last, days)) if month(*last) == month(day) => (*last, *days) = (day, *days + 1),
            _ => units.push((day, 1)),
        }
    }
    if by_month {
        units.iter_mut().for_each(|(_, weight)| *weight = 1);
    }
    units
}

fn pence(amount: almoner_ledger::money::Money) -> Pence {
    Pence::from(amount.pence())
}

fn days(period: Period) -> (NaiveDate, NaiveDate) {
    let first: Date = period.from().first_day();
    (first.naive(), period.to().last_day().naive())
}

/// The weights of a split as it is written: `a:60%;b:40%`, `a:10000;b:20000` or `a`.
pub fn weights(split: &Split) -> Weights {
    let text = split.to_string();
    text.split(';')
        .map(|part| {
            let (theme, size) = part.split_once(':').unwrap_or((part, "1"));
            let (whole, decimals) = size.trim_end_matches('%').split_once('.').unwrap_or((size, ""));
            let whole = whole.trim_end_matches('%');
            (theme.to_owned(), format!("{whole}{decimals:0<4}").parse().unwrap())
        })
        .collect()
}
