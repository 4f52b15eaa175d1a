//! What a grant posts, as a function of its facts.
//!
//! Facts are processed in the order in which they happened, not in which they were recorded. The result is a
//! list of steps; the entry of a new (or reversed) fact is the difference between the steps with and without
//! it. So a payment recorded after a change of purpose is still posted under the theme in force on its own
//! date, and reversing a fact leaves the books as if it had never been recorded. This module checks neither
//! limits nor dates.

mod first;
#[cfg(test)]
mod fund_tests;
mod second;
#[cfg(test)]
mod second_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod third_tests;

use crate::accounts::Account;
use crate::allocation::{Part, Place};
use crate::calendar::Date;
use crate::closed::ClosedMonths;
use crate::entry::dated::Dated;
use crate::entry::{Entries, Entry, EntryError, Line, LineTemplate, MonthlyExpenditure};
use crate::grants::{Fact, Grant, Reduction, Rules};
use crate::money::{Money, Overflow};
use crate::split::offset;

/// The kinds of step; each has its posting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// A commitment (or its reduction, if negative).
    Commit,
    /// A payment (or a refund, if negative).
    Pay,
    /// Paid beyond the entitlement, so that it is due back (or no longer, if negative).
    Recover,
    /// An outstanding commitment moved to a theme (or from it, if negative).
    MoveCommitment,
    /// What is prepaid moved to a theme (or from it, or what is accrued to it, if negative).
    MoveControl,
    /// Recognised expenditure moved to a theme (or from it, if negative).
    MoveExpenditure,
    /// The same of expenditure of earlier years.
    MoveEarlierYears,
    /// An outstanding commitment moved to a fund (or from it, if negative).
    TransferCommitment,
    /// What is prepaid moved to a fund, through the bank (or from it, or what is accrued to it, if negative).
    TransferControl,
    /// Recognised expenditure moved to a fund, through the bank (or from it, if negative).
    TransferExpenditure,
    /// The same of expenditure of earlier years.
    TransferEarlierYears,
    /// Expenditure recognised (or credited, if negative).
    Recognise,
}

impl Movement {
    /// Returns true for what is paid under a place, or moves there with what it was paid for.
    fn is_paid(self) -> bool {
        match self {
            Movement::Pay
            | Movement::MoveControl
            | Movement::MoveExpenditure
            | Movement::MoveEarlierYears
            | Movement::TransferControl
            | Movement::TransferExpenditure
            | Movement::TransferEarlierYears => true,
            Movement::Commit
            | Movement::Recover
            | Movement::MoveCommitment
            | Movement::TransferCommitment
            | Movement::Recognise => false,
        }
    }

    /// Returns the accounts that a positive amount debits (`true`) and credits (`false`); expenditure is written
    /// as runs instead.
    fn accounts(self) -> &'static [(Account, bool)] {
        use Account::{AwardsMoved, AwardsOutstanding, Bank};
        match self {
            Movement::Commit => &LineTemplate::COMMITMENT,
            Movement::Pay => &LineTemplate::PAYMENT,
            Movement::Recover => &[(Account::RecoveriesDue, true), (Account::GrantControl, false)],
            Movement::MoveCommitment => &[(Account::Commitments, true)],
            Movement::MoveControl => &[(Account::GrantControl, true)],
            Movement::MoveExpenditure => &[(Account::GrantExpenditure, true)],
            Movement::MoveEarlierYears => &[(Account::EarlierYears, true)],
            Movement::TransferCommitment => &[(Account::Commitments, true), (AwardsMoved, false)],
            // What moves through the bank counts as paid, so that it is awarded no more, but moved.
            Movement::TransferControl => &[
                (Account::GrantControl, true),
                (Bank, false),
                (AwardsOutstanding, true),
                (AwardsMoved, false),
            ],
            Movement::TransferExpenditure => &[
                (Account::GrantExpenditure, true),
                (Bank, false),
                (AwardsOutstanding, true),
                (AwardsMoved, false),
            ],
            Movement::TransferEarlierYears => &[
                (Account::EarlierYears, true),
                (Bank, false),
                (AwardsOutstanding, true),
                (AwardsMoved, false),
            ],
            Movement::Recognise => &[],
        }
    }
}

/// A movement of one amount under one fund and theme on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    pub date: Date,
    pub movement: Movement,
    pub place: Place<'a>,
    /// Never zero.
    pub amount: Money,
}

impl Step<'_> {
    /// Returns what it debits an account, negative for a credit.
    fn debit(&self, account: Account) -> Money {
        let debits = self.movement.accounts().iter().find(|(it, _)| *it == account);
        debits
            .map_or(Money::ZERO, |(_, is_debit)| if *is_debit { self.amount } else { self.amount.negated() })
    }

    /// Returns what it pays under its place, or moves there with what it was paid for.
    fn paid(&self) -> Money {
        if self.movement.is_paid() { self.amount } else { Money::ZERO }
    }
}

/// Returns the steps of a grant with these facts (in the order of recording), one for each date, movement and
/// place, sorted by these.
pub fn steps<'a>(rules: Rules, facts: impl IntoIterator<Item = &'a Fact>) -> Result<Vec<Step<'a>>, Overflow> {
    merge(walk(rules, facts, true)?)
}

/// Returns the outstanding commitment of a part in the end.
pub(crate) fn part_committed<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    part: &Part,
) -> Result<Money, Overflow> {
    part_sum(rules, facts, part, None, |step| Ok(step.debit(Account::Commitments)))
}

/// Returns what a part is entitled to by a day or in the end, less what is expenditure elsewhere: what is left to pay, and
/// what is paid for it and not due back.
pub(crate) fn part_awarded<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    part: &Part,
    by: Option<Date>,
) -> Result<Money, Overflow> {
    let awarded = |step: &Step<'_>| {
        step.debit(Account::Commitments).plus(step.paid())?.minus(step.debit(Account::RecoveriesDue))
    };
    part_sum(rules, facts, part, by, awarded)
}

/// Returns what is paid for a part by a day or in the end, by the present rules: net payments, also those made before a
/// change of purpose or fund, with what covers it of other parts. A part of an earlier division is named too.
pub(crate) fn part_paid<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    part: &'a Part,
    by: Option<Date>,
) -> Result<Money, Overflow> {
    second::part_paid(Rules::PRESENT, facts, part, by)
}

/// Returns the sum over the steps of a part by a day or in the end.
fn part_sum<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    part: &Part,
    by: Option<Date>,
    amount: impl Fn(&Step<'a>) -> Result<Money, Overflow>,
) -> Result<Money, Overflow> {
    let walk = walk(rules, facts, true)?;
    let by_then = walk.iter().filter(|step| step.place.is(part) && by.is_none_or(|day| step.date <= day));
    by_then.map(amount).try_fold(Money::ZERO, |sum, amount| sum.plus(amount?))
}

/// The position of a grant after a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub date: Date,
    /// Awarded, with everything that raises or reduces it.
    pub entitlement: Money,
    /// Payments less refunds.
    pub paid: Money,
}

impl Position {
    /// Returns what is paid beyond the entitlement.
    pub fn excess(self) -> Result<Money, Overflow> {
        Ok(self.paid.minus(self.entitlement)?.max(Money::ZERO))
    }
}

/// What one more payment, after all other facts, leads to.
struct Further<'a> {
    /// The number of the positions before it.
    before: usize,
    course: Vec<Position>,
    steps: Vec<Step<'a>>,
}

/// What one more payment posts, with the positions before it and after it.
pub(crate) struct PaymentPosted {
    pub(crate) before: Vec<Position>,
    pub(crate) after: Vec<Position>,
    pub(crate) entries: Entries,
}

/// Returns the positions of a grant from its decision on, in the order of the days.
pub fn course<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Vec<Position>, Overflow> {
    match rules {
        Rules::First => first::course(facts),
        Rules::Second | Rules::Third => second::course(rules, facts),
    }
}

/// Returns the steps in the order of the walk; without recognition over the period if `recognising` is false.
fn walk<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
    recognising: bool,
) -> Result<Vec<Step<'a>>, Overflow> {
    match rules {
        Rules::First => first::walk(facts, recognising),
        Rules::Second | Rules::Third => second::walk(rules, facts, recognising),
    }
}

/// By how much refunds reduce the entitlement, in the order of the days: a part of what [`steps`] commits.
pub(crate) fn reductions<'a>(
    rules: Rules,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Vec<Step<'a>>, Overflow> {
    let reductions = match rules {
        Rules::First => first::reductions(facts)?,
        Rules::Second | Rules::Third => second::reductions(rules, facts)?,
    };
    merge(reductions)
}

/// Returns how far reductions change from one list to another, each with the day on which that is booked.
pub(crate) fn reductions_between(
    before: &[Step<'_>],
    after: &[Step<'_>],
    closed: &ClosedMonths,
) -> Result<Box<[Reduction]>, Overflow> {
    let reduction = |step: &Step<'_>| Reduction {
        date: step.date,
        booked: closed.booking_day(step.date),
        fund: step.place.fund.clone(),
        theme: step.place.theme.clone(),
        amount: step.amount.negated(),
    };
    Ok(difference(before, after)?.iter().map(reduction).collect())
}

/// Sorts steps and adds up those with the same date, movement and place.
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

/// Returns the steps that lead from the first list to the second. One fact changes few steps of many, so a
/// common start and end are skipped first.
fn difference<'a>(before: &[Step<'a>], after: &[Step<'a>]) -> Result<Vec<Step<'a>>, Overflow> {
    let common = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (before.get(common..).unwrap_or_default(), after.get(common..).unwrap_or_default());
    let common = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    let undone = before.iter().take(before.len() - common);
    let undone = undone.map(|step| Step { amount: step.amount.negated(), ..*step });
    merge(undone.chain(after.iter().take(after.len() - common).copied()).collect())
}

fn key<'a>(step: &Step<'a>) -> (Date, Movement, Place<'a>) {
    (step.date, step.movement, step.place)
}

/// Returns the entries that take the books from a grant's entries as recorded to those of the rules. Postings whose
/// month is closed are booked on the first open day.
pub(crate) fn entries_from_recorded(
    grant: &Grant,
    rules: Rules,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    let by_rules = entries_by(rules, grant)?;
    let recorded = Dated::of(grant.history.iter().map(|recorded| &*recorded.entries))?;
    recorded.entries_to(&Dated::of([&by_rules])?, closed)
}

/// Returns true if a grant's entries as recorded are those of the rules, wherever they were booked.
pub(crate) fn is_recorded_as(grant: &Grant, rules: Rules) -> Result<bool, EntryError> {
    let by_rules = entries_by(rules, grant)?;
    let recorded = Dated::of(grant.history.iter().map(|recorded| &*recorded.entries))?;
    Ok(recorded == Dated::of([&by_rules])?)
}

fn entries_by(rules: Rules, grant: &Grant) -> Result<Entries, EntryError> {
    entries(rules, [], grant.facts(), &ClosedMonths::default())
}

/// Returns the entries that take the books from the facts `before` to the facts `after`. Postings whose month
/// is closed are booked on the first open day.
pub fn entries<'a>(
    rules: Rules,
    before: impl IntoIterator<Item = &'a Fact>,
    after: impl IntoIterator<Item = &'a Fact>,
    closed: &ClosedMonths,
) -> Result<Entries, EntryError> {
    entries_of(&difference(&walk(rules, before, true)?, &walk(rules, after, true)?)?, closed)
}

/// Returns what one more payment posts under the present rules, for an award with a period from the start: recognition
/// does not depend on its payments, so it need not be compared.
pub(crate) fn further_payment<'a>(
    facts: impl IntoIterator<Item = &'a Fact> + Clone,
    payment: &'a Fact,
    closed: &ClosedMonths,
) -> Result<PaymentPosted, EntryError> {
    let rules = Rules::PRESENT;
    if let Some(Further { before, course, steps }) = second::further(rules, facts.clone(), payment)? {
        let before = course.get(..before).unwrap_or_default().to_vec();
        return Ok(PaymentPosted { before, after: course, entries: entries_of(&merge(steps)?, closed)? });
    }
    let with = || facts.clone().into_iter().chain([payment]);
    // A part that is named before the decision has its own months from then on.
    let recognising = second::is_entitled_by_service(with());
    let changes = difference(
        &second::walk(rules, facts.clone(), recognising)?,
        &second::walk(rules, with(), recognising)?,
    )?;
    let (before, after) = (second::course(rules, facts.clone())?, second::course(rules, with())?);
    Ok(PaymentPosted { before, after, entries: entries_of(&changes, closed)? })
}

/// Returns the entries of steps, which are merged.
fn entries_of(changes: &[Step<'_>], closed: &ClosedMonths) -> Result<Entries, EntryError> {
    // Most facts post on one day.
    let mut entries = Entries { entries: Vec::with_capacity(1), monthly: Vec::new() };
    let mut recognised = Vec::with_capacity(changes.len());
    for day in changes.chunk_by(|a, b| a.date == b.date) {
        let (Some(first), mut lines) = (day.first(), Vec::new()) else { continue };
        let booked = closed.booking_day(first.date);
        let is_of_earlier_year = booked.financial_year() > first.date.financial_year();
        for step in day {
            for (account, debit) in step.movement.accounts() {
                let amount = if *debit { step.amount } else { step.amount.negated() };
                let is_moved = is_of_earlier_year && *account == Account::GrantExpenditure;
                let account = if is_moved { Account::EarlierYears } else { *account };
                add_line(&mut lines, account, step.place, amount)?;
            }
        }
        let mut expenditure: Vec<Step<'_>> =
            day.iter().filter(|step| step.movement == Movement::Recognise).copied().collect();
        if is_of_earlier_year {
            for (place, amount) in take_moved(&mut expenditure)? {
                add_line(&mut lines, Account::EarlierYears, place, amount)?;
                add_line(&mut lines, Account::GrantControl, place, amount.negated())?;
            }
        }
        recognised.append(&mut expenditure);
        lines.retain(|line| !line.amount.is_zero());
        if !lines.is_empty() {
            entries.entries.push(Entry::new(first.date, Some(booked), lines)?);
        }
    }
    entries.monthly = expenditure_runs(&recognised, closed);
    Ok(entries)
}

/// Takes from the expenditure of one day what moves from one place to another: what some lose and others gain.
fn take_moved<'a>(expenditure: &mut Vec<Step<'a>>) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
    let amounts: Vec<Money> = expenditure.iter().map(|step| step.amount).collect();
    let mut taken = Vec::with_capacity(amounts.len());
    for (step, part) in expenditure.iter_mut().zip(offset(&amounts)?) {
        step.amount = step.amount.minus(part)?;
        taken.push((step.place, part));
    }
    expenditure.retain(|step| !step.amount.is_zero());
    Ok(taken)
}

fn add_line(
    lines: &mut Vec<Line>,
    account: Account,
    place: Place<'_>,
    amount: Money,
) -> Result<(), Overflow> {
    let same = |line: &&mut Line| {
        line.account == account && line.fund == *place.fund && line.theme.as_ref() == Some(place.theme)
    };
    match lines.iter_mut().find(same) {
        Some(line) => line.amount = line.amount.plus(amount)?,
        None => {
            let (fund, theme) = (place.fund.clone(), Some(place.theme.clone()));
            lines.push(Line { account, fund, theme, amount });
        }
    }
    Ok(())
}

/// Writes expenditure as runs of consecutive months, place by place.
fn expenditure_runs(recognised: &[Step<'_>], closed: &ClosedMonths) -> Vec<MonthlyExpenditure> {
    let mut runs: Vec<MonthlyExpenditure> = Vec::new();
    for step in recognised {
        let booking_day = closed.booking_day(step.date);
        let booked = (booking_day != step.date).then_some(booking_day);
        let continues = |run: &&mut MonthlyExpenditure| {
            let next = i32::try_from(run.amounts.len()).unwrap_or(i32::MAX);
            run.theme == *step.place.theme
                && run.fund == *step.place.fund
                && run.booked == booked
                && run.from.month().plus(next).last_day() == step.date
        };
        match runs.iter_mut().rev().find(continues) {
            Some(run) => run.amounts.push(step.amount),
            None => runs.push(MonthlyExpenditure {
                from: step.date,
                booked,
                fund: step.place.fund.clone(),
                theme: step.place.theme.clone(),
                amounts: vec![step.amount],
            }),
        }
    }
    // There are very many of these in memory.
    runs.iter_mut().for_each(|run| run.amounts.shrink_to_fit());
    runs.shrink_to_fit();
    runs
}
