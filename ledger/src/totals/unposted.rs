//! Figures without postings: what is prepaid, accrued and not scheduled, which follows from running balances.

use std::collections::{BTreeMap, BTreeSet};

use super::{Figure, GrantFigure, OfAward, Place};
use crate::accounts::Account;
use crate::allocation::Division;
use crate::calendar::{Date, Month};
use crate::grants::divisions::StatedLater;
use crate::grants::{Fact, Grant, Recorded};
use crate::money::{Money, Overflow};
use crate::split::{divided, shares};
use crate::themes::ThemeId;

/// The time of a change: a day or a month. For months the last balance of the month is enough.
pub(super) trait When: Copy + Ord {
    fn of(day: Date) -> Self;
}

impl When for Date {
    fn of(day: Date) -> Date {
        day
    }
}

impl When for Month {
    fn of(day: Date) -> Month {
        day.month()
    }
}

/// The changes of the balances from which figures without postings follow.
pub(super) struct Unposted<'a, T> {
    control: Vec<Change<'a, T>>,
    commitments: Vec<Change<'a, T>>,
}

/// A change of a balance.
#[derive(Clone, Copy)]
pub(super) struct Change<'a, T> {
    place: Place<'a>,
    when: T,
    theme: &'a ThemeId,
    amount: Money,
}

impl<T> Default for Unposted<'_, T> {
    fn default() -> Self {
        Unposted { control: Vec::new(), commitments: Vec::new() }
    }
}

/// Called with each change of a figure under a theme.
pub(super) type Put<'p, 'a, T> =
    &'p mut dyn FnMut(T, Figure, Place<'a>, &'a ThemeId, Money) -> Result<(), Overflow>;

impl<'a, T: When> Unposted<'a, T> {
    /// Counts a balance that moves between recipients.
    pub(super) fn count_moved(&mut self, cell: GrantFigure<'a>) {
        if let Figure::Posted(account) = cell.figure {
            let of = OfAward { power: cell.power, recipient: cell.recipient };
            self.count(T::of(cell.day), (cell.fund, of), cell.theme, account, cell.amount);
        }
    }

    pub(super) fn count(
        &mut self,
        when: T,
        place: Place<'a>,
        theme: &'a ThemeId,
        account: Account,
        amount: Money,
    ) {
        match account {
            Account::GrantControl => self.control.push(Change { place, when, theme, amount }),
            Account::Commitments => self.commitments.push(Change { place, when, theme, amount }),
            Account::Bank
            | Account::RecoveriesDue
            | Account::ReceiptsInAdvance
            | Account::OpeningReserves
            | Account::PriorPeriod
            | Account::GrantsReceivable
            | Account::GrantExpenditure
            | Account::EarlierYears
            | Account::AwardsOutstanding
            | Account::AwardsMoved
            | Account::Budget
            | Account::BudgetControl => {}
        }
    }

    /// Returns what is prepaid and accrued: the balance of grant control by award and fund, as booked, so that a
    /// closed month keeps it whatever becomes known later. `fixed` is a division whose themes replace those posted.
    pub(super) fn figures(
        mut self,
        grant: &'a Grant,
        fixed: Option<&Division<'a>>,
        put: Put<'_, 'a, T>,
    ) -> Result<(), Overflow> {
        self.control.sort_by_key(|it| (it.place, it.when));
        for of_place in self.control.chunk_by(|a, b| a.place == b.place) {
            let Some(Change { place, .. }) = of_place.first().copied() else { continue };
            match fixed {
                None => prepaid_and_accrued(of_place, place, put)?,
                Some(division) => {
                    let themes = division.themes_of(place.0);
                    let balances = running(of_place.iter().map(|it| (it.when, it.amount)).collect())?;
                    for (figure, is_debit) in [(Figure::Prepayments, true), (Figure::Accruals, false)] {
                        let of_side = |(when, balance): &(T, Money)| {
                            let side = if is_debit { *balance } else { balance.negated() };
                            (*when, side.max(Money::ZERO))
                        };
                        let levels: Vec<(T, Money)> = balances.iter().map(of_side).collect();
                        spread_levels(&levels, &themes, &mut |when, theme, amount| {
                            put(when, figure, place, theme, amount)
                        })?;
                    }
                }
            }
        }
        let stated = StatedLater::of(grant.facts());
        if grant.award().is_none_or(|award| stated.period(award).is_some()) {
            return Ok(());
        }
        self.commitments.sort_by_key(|it| it.when);
        let outstanding = self.commitments.iter().map(|it| (it.when, it.amount)).collect();
        let levels = unscheduled(grant, running(outstanding)?)?;
        for (place, levels) in shared_like(&self.commitments, &levels, |change| change.place)? {
            let mut put_here = |when, theme, amount| put(when, Figure::Unscheduled, place, theme, amount);
            if let Some(division) = fixed {
                spread_levels(&levels, &division.themes_of(place.0), &mut put_here)?;
                continue;
            }
            let here: Vec<Change<'a, T>> =
                self.commitments.iter().filter(|change| change.place == place).copied().collect();
            for (theme, levels) in shared_like(&here, &levels, |change| change.theme)? {
                spread_levels(&levels, &[(theme, 1)], &mut put_here)?;
            }
        }
        Ok(())
    }
}

/// Returns what is prepaid or accrued by theme, as changes. A balance is one or the other: where themes differ in
/// sign, as entries recorded under earlier rules or not yet complete may leave them, those of its sign share it.
fn prepaid_and_accrued<'a, T: When>(
    changes: &[Change<'a, T>],
    place: Place<'a>,
    put: Put<'_, 'a, T>,
) -> Result<(), Overflow> {
    // The balance of each theme, with what of it was shown so far.
    let mut themes: Vec<(&'a ThemeId, Money, Money)> = Vec::new();
    for at_once in changes.chunk_by(|a, b| a.when == b.when) {
        let Some(Change { when, .. }) = at_once.first().copied() else { continue };
        for change in at_once {
            match themes.iter_mut().find(|(theme, ..)| *theme == change.theme) {
                Some((_, balance, _)) => *balance = balance.plus(change.amount)?,
                None => themes.push((change.theme, change.amount, Money::ZERO)),
            }
        }
        let total = Money::sum(themes.iter().map(|(_, balance, _)| *balance))?;
        let is_prepaid = total.is_positive();
        // The size of a theme's balance, if it has the sign of the total.
        let size_of = |balance: Money| match is_prepaid {
            true => balance.max(Money::ZERO),
            false => balance.negated().max(Money::ZERO),
        };
        let mut left = Money::sum(themes.iter().map(|(_, balance, _)| size_of(*balance)))?;
        let mut rest = total.size();
        for (theme, balance, shown) in &mut themes {
            let size = size_of(*balance);
            let part = rest.fraction(size.pence().unsigned_abs(), left.pence().unsigned_abs());
            (rest, left) = (rest.minus(part)?, left.minus(size)?);
            let now = if is_prepaid { part } else { part.negated() };
            let prepaid = now.max(Money::ZERO).minus((*shown).max(Money::ZERO))?;
            let accrued = (*shown).min(Money::ZERO).minus(now.min(Money::ZERO))?;
            for (figure, change) in [(Figure::Prepayments, prepaid), (Figure::Accruals, accrued)] {
                if !change.is_zero() {
                    put(when, figure, place, theme, change)?;
                }
            }
            *shown = now;
        }
    }
    Ok(())
}

/// Returns the balance at the end of each day or month in which it changes.
pub(super) fn running<T: When>(mut changes: Vec<(T, Money)>) -> Result<Vec<(T, Money)>, Overflow> {
    changes.sort_by_key(|(when, _)| *when);
    let mut balance = Money::ZERO;
    for (_, amount) in &mut changes {
        balance = balance.plus(*amount)?;
        *amount = balance;
    }
    // Of several at the same time, the last is the balance.
    changes.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            earlier.1 = later.1;
        }
        is_same
    });
    Ok(changes)
}

/// Converts a running figure to changes by theme.
pub(super) fn spread_levels<'a, T: When>(
    levels: &[(T, Money)],
    themes: &[(&'a ThemeId, u64)],
    put: &mut dyn FnMut(T, &'a ThemeId, Money) -> Result<(), Overflow>,
) -> Result<(), Overflow> {
    let mut before = Money::ZERO;
    for (when, level) in levels {
        let parts = divided(themes.iter().copied(), before).zip(divided(themes.iter().copied(), *level));
        for ((theme, was), (_, now)) in parts {
            let change = now.minus(was)?;
            if !change.is_zero() {
                put(*when, theme, change)?;
            }
        }
        before = *level;
    }
    Ok(())
}

/// A running figure, as its level from each time on.
type Levels<T> = Vec<(T, Money)>;

/// Shares a running figure like the balances that changes lead to, by a key of the changes. The order of the keys settles
/// where a penny goes, so that it is the same by day and by month.
fn shared_like<'a, T: When, Key: Copy + Ord>(
    changes: &[Change<'a, T>],
    levels: &[(T, Money)],
    key: impl Fn(&Change<'a, T>) -> Key,
) -> Result<Vec<(Key, Levels<T>)>, Overflow> {
    let mut shared: BTreeMap<Key, (Money, Levels<T>)> = BTreeMap::new();
    let mut changes = changes.iter().peekable();
    for (when, level) in levels {
        while let Some(change) = changes.next_if(|change| change.when <= *when) {
            let (balance, _) = shared.entry(key(change)).or_default();
            *balance = balance.plus(change.amount)?;
        }
        let balances: Vec<Money> = shared.values().map(|(balance, _)| *balance).collect();
        for ((_, levels), part) in shared.values_mut().zip(shares(balances.into_iter(), *level)) {
            levels.push((*when, part));
        }
    }
    Ok(shared.into_iter().map(|(key, (_, levels))| (key, levels)).collect())
}

/// Returns the part of an outstanding commitment without a period that is not scheduled for later, until a
/// period is stated.
fn unscheduled<T: When>(grant: &Grant, outstanding: Vec<(T, Money)>) -> Result<Vec<(T, Money)>, Overflow> {
    let instalments: Vec<(T, Money)> = grant
        .facts()
        .filter_map(Fact::instalment)
        .map(|instalment| (T::of(instalment.due), instalment.amount))
        .collect();
    let stated = grant.live().filter(|it| matches!(&*it.fact, Fact::Varied(it) if it.period.is_some()));
    let stated_from = stated.filter_map(Recorded::shown_from).min().map(T::of);
    let times = instalments.iter().map(|(when, _)| *when).chain(stated_from);
    let mut levels = levels_at(&outstanding, times);
    for (when, level) in &mut levels {
        if stated_from.is_some_and(|from| from <= *when) {
            *level = Money::ZERO;
            continue;
        }
        let later = instalments.iter().filter(|(due, _)| due > when).map(|(_, amount)| *amount);
        *level = level.minus(Money::sum(later)?)?.max(Money::ZERO);
    }
    Ok(levels)
}

/// Returns a running balance with further times added.
fn levels_at<T: When>(levels: &[(T, Money)], further: impl Iterator<Item = T>) -> Vec<(T, Money)> {
    let level_at = |when: T| {
        let before = levels.partition_point(|(at, _)| *at <= when);
        before.checked_sub(1).and_then(|last| levels.get(last)).map_or(Money::ZERO, |(_, level)| *level)
    };
    let times: BTreeSet<T> = levels.iter().map(|(when, _)| *when).chain(further).collect();
    times.into_iter().map(|when| (when, level_at(when))).collect()
}
