//! What a grant posts, as a function of its facts.
//!
//! The facts are walked in the order in which they happened, whatever the order in which the
//! ledger learned of them. The result is a list of steps; the entry of a new (or undone) fact is
//! the difference between the steps with and without it. So a payment that becomes known after a
//! change of purpose still lands under the theme in force on its own date, and reversing a fact
//! leaves the books as if it had never been recorded. This module checks no ceilings and no dates.

use std::collections::VecDeque;

use crate::accounts::Account;
use crate::calendar::{Date, Period};
use crate::closed::ClosedMonths;
use crate::entry::{Charges, Entries, Entry, EntryError, Line};
use crate::funds::FundId;
use crate::grants::{Basis, Fact, Purpose};
use crate::money::{Money, Overflow};
use crate::themes::{Split, ThemeId};

/// The kinds of step; each has its posting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// An amount is promised (or, when negative, promised no longer).
    Promise,
    /// An amount is paid (or, when negative, comes back).
    Pay,
    /// An outstanding commitment comes to stand under a theme (or, when negative, leaves it).
    MoveCommitment,
    /// An amount already charged comes to stand under a theme (or, when negative, leaves it).
    MoveCharge,
    /// An amount is recognised as expenditure (or, when negative, credited).
    Charge,
}

impl Movement {
    /// The accounts that a positive amount debits (`true`) and credits (`false`).
    const fn rule(self) -> &'static [(Account, bool)] {
        match self {
            Movement::Promise => &[(Account::Commitments, true), (Account::AwardsOutstanding, false)],
            Movement::Pay => &[
                (Account::GrantControl, true),
                (Account::Bank, false),
                (Account::AwardsOutstanding, true),
                (Account::Commitments, false),
            ],
            Movement::MoveCommitment => &[(Account::Commitments, true)],
            Movement::MoveCharge => &[(Account::GrantExpenditure, true)],
            Movement::Charge => &[(Account::GrantExpenditure, true), (Account::GrantControl, false)],
        }
    }
}

/// An amount that moves under one theme on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The effective date.
    pub date: Date,
    /// What moves.
    pub movement: Movement,
    /// Under which theme.
    pub theme: &'a ThemeId,
    /// How much; never nothing.
    pub amount: Money,
}

/// The steps of a grant with these facts (given in the order of recording), sorted by date,
/// movement and theme, one step for each.
pub fn steps<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    merge(walk(facts)?)
}

/// The steps in the order in which the walk comes upon them.
fn walk<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    let mut award = None;
    let mut later = Vec::new();
    for fact in facts {
        match fact {
            Fact::Awarded(awarded) => award = Some(awarded),
            Fact::Scheduled(_) | Fact::Reversed { .. } => {}
            _ => later.extend(fact.date().map(|date| (date, fact))),
        }
    }
    let Some(award) = award else { return Ok(Vec::new()) };
    later.sort_by_key(|(date, _)| *date);

    let mut walk = Walk::new(&award.purpose, award.period);
    walk.promise(award.decided, award.amount)?;
    walk.spread(award.decided)?;
    for (date, fact) in later {
        walk.charge_until(date)?;
        match fact {
            Fact::Varied(variation) => {
                walk.promise(date, variation.change)?;
                walk.set_period(variation.period);
                walk.spread(date)?;
            }
            Fact::Withdrawn(withdrawal) => {
                walk.promise(date, withdrawal.withdrawn.negated())?;
                walk.withdrawn = true;
                walk.spread(date)?;
            }
            Fact::Repurposed(repurpose) => {
                walk.repurpose(date, &repurpose.purpose, repurpose.include_charged)?;
            }
            Fact::Paid(payment) => walk.pay(date, payment.amount)?,
            Fact::Refunded(refund) => {
                walk.pay(date, refund.amount.negated())?;
                if !refund.stays_available {
                    walk.promise(date, refund.amount.negated())?;
                    walk.spread(date)?;
                }
            }
            Fact::Awarded(_) | Fact::Scheduled(_) | Fact::Reversed { .. } => {}
        }
    }
    walk.charge_rest()?;
    Ok(walk.steps)
}

/// A charge that the period's passing will bring.
struct Due {
    /// When it is charged.
    date: Date,
    /// The last day of service that it covers.
    covers_to: Date,
    /// What has been charged in all, once it is.
    charged_to_date: Money,
}

/// Totals under the purpose in force: what is shared over its themes cumulatively.
struct Shared {
    promised: Money,
    paid: Money,
    charged: Money,
}

/// The walk along the facts.
struct Walk<'a> {
    steps: Vec<Step<'a>>,
    split: &'a Split,
    shared: Shared,
    period: Option<Period>,
    withdrawn: bool,
    awarded: Money,
    charged: Money,
    covered_to: Option<Date>,
    due: VecDeque<Due>,
}

impl<'a> Walk<'a> {
    fn new(purpose: &'a Purpose, period: Option<Period>) -> Walk<'a> {
        Walk {
            steps: Vec::new(),
            split: &purpose.split,
            shared: Shared { promised: Money::ZERO, paid: Money::ZERO, charged: Money::ZERO },
            period,
            withdrawn: false,
            awarded: Money::ZERO,
            charged: Money::ZERO,
            covered_to: None,
            due: VecDeque::new(),
        }
    }

    /// Shares a movement over the themes: what all movements so far give each theme with it,
    /// less what they gave without it (cumulative rounding).
    fn share(&mut self, date: Date, movement: Movement, before: Money, after: Money) -> Result<(), Overflow> {
        for ((theme, before), (_, after)) in self.split.divide(before).zip(self.split.divide(after)) {
            self.step(date, movement, theme, after.minus(before)?)?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        date: Date,
        movement: Movement,
        theme: &'a ThemeId,
        amount: Money,
    ) -> Result<(), Overflow> {
        if !amount.is_zero() {
            self.steps.push(Step { date, movement, theme, amount });
        }
        Ok(())
    }

    fn promise(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.promised;
        self.shared.promised = before.plus(amount)?;
        self.awarded = self.awarded.plus(amount)?;
        self.share(date, Movement::Promise, before, self.shared.promised)
    }

    fn pay(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.paid;
        self.shared.paid = before.plus(amount)?;
        self.share(date, Movement::Pay, before, self.shared.paid)?;
        match self.period {
            None => self.charge(date, amount),
            Some(_) => Ok(()),
        }
    }

    fn charge(&mut self, date: Date, amount: Money) -> Result<(), Overflow> {
        let before = self.shared.charged;
        self.shared.charged = before.plus(amount)?;
        self.charged = self.charged.plus(amount)?;
        self.share(date, Movement::Charge, before, self.shared.charged)
    }

    /// Makes the charges that fall before a day: what happens on a day comes before its charge.
    fn charge_until(&mut self, day: Date) -> Result<(), Overflow> {
        while self.due.front().is_some_and(|due| due.date < day) {
            self.charge_next()?;
        }
        Ok(())
    }

    fn charge_rest(&mut self) -> Result<(), Overflow> {
        while !self.due.is_empty() {
            self.charge_next()?;
        }
        Ok(())
    }

    fn charge_next(&mut self) -> Result<(), Overflow> {
        let Some(due) = self.due.pop_front() else { return Ok(()) };
        self.charge(due.date, due.charged_to_date.minus(self.charged)?)?;
        self.covered_to = Some(due.covers_to);
        Ok(())
    }

    fn set_period(&mut self, period: Option<Period>) {
        if self.period.is_none() {
            // Until now it was charged when paid, which covered no part of the new period.
            self.covered_to = None;
        }
        self.period = period.or(self.period);
    }

    /// Spreads what is not yet charged over what remains of the period, as seen on `day`. What
    /// falls before `day` is charged on it; what was charged too much is credited on it.
    fn spread(&mut self, day: Date) -> Result<(), Overflow> {
        self.due.clear();
        let Some(period) = self.period else { return Ok(()) };
        let days = period.days();
        let units_to = |end: Date| -> u64 {
            let units = match Basis::of(Some(period)) {
                Basis::ByMonth => i64::from(end.month().months_since(days.from().month())),
                Basis::ByDay | Basis::WhenPaid => end.days_since(days.from()),
            };
            u64::try_from(units + 1).unwrap_or(0)
        };
        let units = units_to(days.to());
        let units_done = self.covered_to.map_or(0, |covered_to| units_to(covered_to).min(units));
        // An award that was charged when paid until now starts from nothing charged, so that
        // the first charge brings it to where its period says it should be.
        let already = if self.covered_to.is_some() { self.charged } else { Money::ZERO };
        if self.withdrawn || units_done == units || self.awarded < already {
            let excess_only = self.withdrawn && self.awarded >= self.charged;
            let owed = if excess_only { Money::ZERO } else { self.awarded.minus(self.charged)? };
            return self.charge(day, owed);
        }
        let to_spread = self.awarded.minus(already)?;
        for month in days.months() {
            let covers_to = month.last_day().min(days.to());
            let done = units_to(covers_to);
            if done > units_done {
                let part = to_spread.fraction(done - units_done, units - units_done);
                let charged_to_date = already.plus(part)?;
                self.due.push_back(Due { date: covers_to.max(day), covers_to, charged_to_date });
            }
        }
        Ok(())
    }

    fn repurpose(&mut self, date: Date, purpose: &'a Purpose, include_charged: bool) -> Result<(), Overflow> {
        let outstanding = self.shared.promised.minus(self.shared.paid)?;
        for (theme, amount) in self.balances(|movement| match movement {
            Movement::Promise | Movement::MoveCommitment => 1,
            Movement::Pay => -1,
            Movement::MoveCharge | Movement::Charge => 0,
        })? {
            self.step(date, Movement::MoveCommitment, theme, amount.negated())?;
        }
        let charged =
            self.balances(|movement| i8::from(matches!(movement, Movement::Charge | Movement::MoveCharge)))?;
        self.split = &purpose.split;
        self.shared = Shared { promised: outstanding, paid: Money::ZERO, charged: Money::ZERO };
        self.share(date, Movement::MoveCommitment, Money::ZERO, outstanding)?;
        if include_charged {
            for (theme, amount) in charged {
                self.step(date, Movement::MoveCharge, theme, amount.negated())?;
            }
            self.shared.charged = self.charged;
            self.share(date, Movement::MoveCharge, Money::ZERO, self.charged)?;
        }
        Ok(())
    }

    /// The sum of the steps so far by theme, each movement counted with its sign.
    fn balances(&self, sign: fn(Movement) -> i8) -> Result<Vec<(&'a ThemeId, Money)>, Overflow> {
        let mut balances: Vec<(&ThemeId, Money)> = Vec::new();
        for step in &self.steps {
            let amount = match sign(step.movement) {
                0 => continue,
                1 => step.amount,
                _ => step.amount.negated(),
            };
            match balances.iter_mut().find(|(theme, _)| *theme == step.theme) {
                Some((_, balance)) => *balance = balance.plus(amount)?,
                None => balances.push((step.theme, amount)),
            }
        }
        Ok(balances)
    }
}

/// Sorts steps and adds up those of the same date, movement and theme.
fn merge(mut steps: Vec<Step<'_>>) -> Result<Vec<Step<'_>>, Overflow> {
    steps.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut merged: Vec<Step<'_>> = Vec::with_capacity(steps.len());
    for step in steps {
        match merged.last_mut() {
            Some(last) if key(last) == key(&step) => last.amount = last.amount.plus(step.amount)?,
            _ => merged.push(step),
        }
    }
    merged.retain(|step| !step.amount.is_zero());
    Ok(merged)
}

/// What the second list of steps has more than the first. One fact changes few steps of many, so
/// those that both lists begin and end with are passed over first.
fn difference<'a>(before: &[Step<'a>], after: &[Step<'a>]) -> Result<Vec<Step<'a>>, Overflow> {
    let alike = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(alike..).unwrap_or_default(), after.get(alike..).unwrap_or_default());
    let alike = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let undone = before.iter().take(before.len() - alike);
    let undone = undone.map(|step| Step { amount: step.amount.negated(), ..*step });
    merge(undone.chain(after.iter().take(after.len() - alike).copied()).collect())
}

fn key<'a>(step: &Step<'a>) -> (Date, Movement, &'a ThemeId) {
    (step.date, step.movement, step.theme)
}

/// The entries that bring the books from the facts `before` to the facts `after`. Postings whose
/// month is closed are booked on the first open day.
pub fn entries<'a>(
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    fund: &FundId,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    let changes = difference(&walk(before)?, &walk(after)?)?;

    let mut entries = Entries::none();
    for day in changes.chunk_by(|a, b| a.date == b.date) {
        let (Some(first), mut lines) = (day.first(), Vec::new()) else { continue };
        for step in day.iter().filter(|step| step.movement != Movement::Charge) {
            for (account, debit) in step.movement.rule() {
                let amount = if *debit { step.amount } else { step.amount.negated() };
                add_line(&mut lines, *account, fund, step.theme, amount)?;
            }
        }
        lines.retain(|line| !line.amount.is_zero());
        if !lines.is_empty() {
            entries.entries.push(Entry::new(first.date, Some(closed.booking_day(first.date)), lines)?);
        }
    }
    entries.charges = charge_runs(&changes, fund, closed);
    Ok(entries)
}

fn add_line(
    lines: &mut Vec<Line>,
    account: Account,
    fund: &FundId,
    theme: &ThemeId,
    amount: Money,
) -> Result<(), Overflow> {
    let same = |line: &&mut Line| line.account == account && line.theme.as_ref() == Some(theme);
    match lines.iter_mut().find(same) {
        Some(line) => line.amount = line.amount.plus(amount)?,
        None => lines.push(Line { account, fund: fund.clone(), theme: Some(theme.clone()), amount }),
    }
    Ok(())
}

/// Writes charges as runs of consecutive months, theme by theme.
fn charge_runs(changes: &[Step<'_>], fund: &FundId, closed: &ClosedMonths) -> Vec<Charges> {
    let mut runs: Vec<Charges> = Vec::new();
    for step in changes.iter().filter(|step| step.movement == Movement::Charge) {
        let booking_day = closed.booking_day(step.date);
        let booked = (booking_day != step.date).then_some(booking_day);
        let continues = |run: &&mut Charges| {
            let next = i32::try_from(run.amounts.len()).unwrap_or(i32::MAX);
            run.theme == *step.theme
                && run.booked == booked
                && run.from.month().plus(next).last_day() == step.date
        };
        match runs.iter_mut().rev().find(continues) {
            Some(run) => run.amounts.push(step.amount),
            None => runs.push(Charges {
                from: step.date,
                booked,
                fund: fund.clone(),
                theme: step.theme.clone(),
                amounts: vec![step.amount],
            }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::StatedDate;
    use crate::grants::{Award, Instalment, Payment, Power, Refund, Repurpose, Variation, Withdrawal};
    use crate::text::Text;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn money(text: &str) -> Money {
        Money::parse(text).unwrap()
    }

    fn period(text: &str) -> Option<Period> {
        let (from, to) = text.split_once("..")?;
        let stated = |text: &str| StatedDate::parse(text).unwrap();
        Some(Period::new(stated(from), stated(to)).unwrap())
    }

    fn purpose(split: &str) -> Purpose {
        Purpose { text: Text::new("work").unwrap(), split: Split::parse(split).unwrap() }
    }

    /// A fact written as words: `pay 2015-03-01 100`.
    fn fact(text: &str) -> Fact {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (on, rest) = (date(words[1]), &words[2..]);
        match words[0] {
            "award" => Fact::Awarded(Award {
                decision: None,
                decided: on,
                date_assumed: false,
                recipient: crate::recipients::RecipientId::new("r").unwrap(),
                amount: money(rest[0]),
                fund: FundId::unstated(),
                power: Power::NotStated,
                purpose: purpose(rest[1]),
                period: period(rest[2]),
                basis: Basis::of(period(rest[2])),
                conditions: None,
                reasons: None,
            }),
            "vary" => Fact::Varied(Variation {
                decision: None,
                date: on,
                change: money(rest[0]),
                period: period(rest[1]),
                extension: false,
            }),
            "withdraw" => Fact::Withdrawn(Withdrawal { decision: None, date: on, withdrawn: money(rest[0]) }),
            "repurpose" => Fact::Repurposed(Repurpose {
                decision: None,
                date: on,
                purpose: purpose(rest[0]),
                include_charged: rest[1] == "with-charged",
            }),
            "instalment" => Fact::Scheduled(Instalment { due: on, amount: money(rest[0]) }),
            "pay" => Fact::Paid(Payment { date: on, amount: money(rest[0]), reference: None }),
            "refund" => Fact::Refunded(Refund {
                date: on,
                amount: money(rest[0]),
                reference: None,
                stays_available: rest[1] == "stays",
            }),
            other => panic!("{other}"),
        }
    }

    /// The steps of facts written as words, themes left out where they are all `a`.
    fn walked(facts: &[&str]) -> Vec<String> {
        let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
        let word = |movement| match movement {
            Movement::Promise => "promise",
            Movement::Pay => "pay",
            Movement::MoveCommitment => "move commitment",
            Movement::MoveCharge => "move charge",
            Movement::Charge => "charge",
        };
        let line =
            |step: &Step<'_>| format!("{} {} {} {}", step.date, word(step.movement), step.theme, step.amount);
        steps(&facts).unwrap().iter().map(line).collect()
    }

    #[test]
    fn facts_lead_to_these_steps() {
        let table: &[(&str, &[&str], &[&str])] = &[
            (
                "a period is charged month by month, rounded cumulatively",
                &["award 2015-01-01 100 a 2015-01..2015-03"],
                &[
                    "2015-01-01 promise a 100.00",
                    "2015-01-31 charge a 33.33",
                    "2015-02-28 charge a 33.34",
                    "2015-03-31 charge a 33.33",
                ],
            ),
            (
                "what falls before the decision is charged on it",
                &["award 2015-02-10 90 a 2014-12..2015-02"],
                &["2015-02-10 promise a 90.00", "2015-02-10 charge a 60.00", "2015-02-28 charge a 30.00"],
            ),
            (
                "other periods are charged by day, the last charge at their end",
                &["award 2015-01-01 31 a 2015-01-17..2015-02-16"],
                &["2015-01-01 promise a 31.00", "2015-01-31 charge a 15.00", "2015-02-16 charge a 16.00"],
            ),
            (
                "without a period it is charged when paid, and credited when refunded",
                &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 reduces"],
                &[
                    "2015-01-01 promise a 50.00",
                    "2015-02-01 pay a 30.00",
                    "2015-02-01 charge a 30.00",
                    "2015-03-01 promise a -10.00",
                    "2015-03-01 pay a -10.00",
                    "2015-03-01 charge a -10.00",
                ],
            ),
            (
                "a refund that stays available does not reduce the award",
                &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 stays"],
                &[
                    "2015-01-01 promise a 50.00",
                    "2015-02-01 pay a 30.00",
                    "2015-02-01 charge a 30.00",
                    "2015-03-01 pay a -10.00",
                    "2015-03-01 charge a -10.00",
                ],
            ),
            (
                "a larger amount is spread over what remains of the period",
                &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-05 20 -"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-31 charge a 10.00",
                    "2015-02-28 charge a 10.00",
                    "2015-03-05 promise a 20.00",
                    "2015-03-31 charge a 20.00",
                    "2015-04-30 charge a 20.00",
                ],
            ),
            (
                "what was charged too much is credited on the day of the variation",
                &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-31 -25 -"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-31 charge a 10.00",
                    "2015-02-28 charge a 10.00",
                    "2015-03-31 promise a -25.00",
                    "2015-03-31 charge a -5.00",
                ],
            ),
            (
                "a longer period spreads what is not charged yet",
                &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-04-30 0 2015-01..2015-05"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-31 charge a 10.00",
                    "2015-02-28 charge a 10.00",
                    "2015-03-31 charge a 10.00",
                    "2015-04-30 charge a 5.00",
                    "2015-05-31 charge a 5.00",
                ],
            ),
            (
                "a period stated later brings the charge to where the period says",
                &["award 2015-01-01 40 a -", "pay 2015-01-10 40", "vary 2015-03-05 0 2015-01..2015-04"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-10 pay a 40.00",
                    "2015-01-10 charge a 40.00",
                    "2015-03-05 charge a -20.00",
                    "2015-03-31 charge a 10.00",
                    "2015-04-30 charge a 10.00",
                ],
            ),
            (
                "a withdrawal drops what would be charged later",
                &["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 30", "withdraw 2015-03-05 10"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-10 pay a 30.00",
                    "2015-01-31 charge a 10.00",
                    "2015-02-28 charge a 10.00",
                    "2015-03-05 promise a -10.00",
                ],
            ),
            (
                "a change of purpose moves the outstanding commitment and what comes later",
                &[
                    "award 2015-01-01 40 a 2015-01..2015-02",
                    "pay 2015-01-10 15",
                    "repurpose 2015-02-01 b -",
                    "pay 2015-02-01 25",
                ],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-10 pay a 15.00",
                    "2015-01-31 charge a 20.00",
                    "2015-02-01 pay b 25.00",
                    "2015-02-01 move commitment a -25.00",
                    "2015-02-01 move commitment b 25.00",
                    "2015-02-28 charge b 20.00",
                ],
            ),
            (
                "the decision may say that what was charged moves too",
                &["award 2015-01-01 40 a 2015-01..2015-02", "repurpose 2015-02-01 b:75%;c:25% with-charged"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-31 charge a 20.00",
                    "2015-02-01 move commitment a -40.00",
                    "2015-02-01 move commitment b 30.00",
                    "2015-02-01 move commitment c 10.00",
                    "2015-02-01 move charge a -20.00",
                    "2015-02-01 move charge b 15.00",
                    "2015-02-01 move charge c 5.00",
                    "2015-02-28 charge b 15.00",
                    "2015-02-28 charge c 5.00",
                ],
            ),
            (
                "a payment that becomes known late stands under the theme of its own date",
                &["award 2015-01-01 40 a -", "repurpose 2015-02-01 b -", "pay 2015-01-10 15"],
                &[
                    "2015-01-01 promise a 40.00",
                    "2015-01-10 pay a 15.00",
                    "2015-01-10 charge a 15.00",
                    "2015-02-01 move commitment a -25.00",
                    "2015-02-01 move commitment b 25.00",
                ],
            ),
            (
                "payments reach the split to the penny",
                &[
                    "award 2015-01-01 1 a:0.33;b:0.33;c:0.34 -",
                    "pay 2015-01-02 0.50",
                    "pay 2015-01-03 0.50",
                    "instalment 2015-01-04 1",
                ],
                &[
                    "2015-01-01 promise a 0.33",
                    "2015-01-01 promise b 0.33",
                    "2015-01-01 promise c 0.34",
                    "2015-01-02 pay a 0.17",
                    "2015-01-02 pay b 0.16",
                    "2015-01-02 pay c 0.17",
                    "2015-01-02 charge a 0.17",
                    "2015-01-02 charge b 0.16",
                    "2015-01-02 charge c 0.17",
                    "2015-01-03 pay a 0.16",
                    "2015-01-03 pay b 0.17",
                    "2015-01-03 pay c 0.17",
                    "2015-01-03 charge a 0.16",
                    "2015-01-03 charge b 0.17",
                    "2015-01-03 charge c 0.17",
                ],
            ),
        ];
        for (what, facts, expected) in table {
            assert_eq!(walked(facts), *expected, "{what}");
        }
    }

    #[test]
    fn the_worked_example_is_charged_to_its_financial_years() {
        for (award, before_april, after) in [
            ("award 2015-01-22 18467 a 2014-11-01..2015-10-31", "7694.58", "10772.42"),
            ("award 2015-02-23 441 a 2014-09..2015-08", "257.25", "183.75"),
        ] {
            let fact = fact(award);
            let april = date("2015-04-01");
            let charges: Vec<Step<'_>> = steps([&fact])
                .unwrap()
                .into_iter()
                .filter(|step| step.movement == Movement::Charge)
                .collect();
            let sum = |later: bool| {
                Money::sum(charges.iter().filter(|it| (it.date >= april) == later).map(|it| it.amount))
                    .unwrap()
            };
            assert_eq!((sum(false).to_string(), sum(true).to_string()), (before_april.into(), after.into()));
        }
    }

    #[test]
    fn an_entry_is_the_difference_a_fact_makes_and_avoids_closed_months() {
        let facts: Vec<Fact> = ["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 40"]
            .iter()
            .map(|it| fact(it))
            .collect();
        let mut closed = ClosedMonths::default();
        closed.close(date("2015-01-01").month());
        let entries = entries(&facts[..1], &facts, &FundId::unstated(), &closed).unwrap();
        let lines: Vec<String> = entries
            .postings()
            .map(|it| format!("{} booked {} {} {}", it.effective, it.booked, it.account, it.amount))
            .collect();
        assert_eq!(
            lines,
            [
                "2015-01-10 booked 2015-02-01 assets:grant-control 40.00",
                "2015-01-10 booked 2015-02-01 assets:bank -40.00",
                "2015-01-10 booked 2015-02-01 memo:awards-outstanding 40.00",
                "2015-01-10 booked 2015-02-01 memo:commitments -40.00",
            ]
        );
    }
}
