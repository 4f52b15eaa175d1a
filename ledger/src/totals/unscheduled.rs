//! Commitments that are not scheduled, and how they are shared over funds and themes.

use std::collections::BTreeSet;

use super::Place;
use super::unposted::{Change, When};
use crate::allocation::divided;
use crate::grants::{Fact, Grant, Recorded};
use crate::money::{Money, Overflow};
use crate::themes::ThemeId;

/// A running figure of one place, of one theme if it is by theme.
pub(super) type LevelsOf<'a, T> = (Place<'a>, Option<&'a ThemeId>, Vec<(T, Money)>);

/// Shares a running figure like the balances that changes lead to, by place and, if so, theme.
pub(super) fn shared_like<'a, T: When>(
    changes: &[Change<'a, T>],
    levels: &[(T, Money)],
    by_theme: bool,
) -> Result<Vec<LevelsOf<'a, T>>, Overflow> {
    let key = |change: &Change<'a, T>| (change.place, by_theme.then_some(change.theme));
    let mut shared: Vec<(Money, LevelsOf<'a, T>)> = Vec::new();
    let mut changes = changes.iter().peekable();
    for (when, level) in levels {
        while let Some(change) = changes.next_if(|change| change.when <= *when) {
            let (place, theme) = key(change);
            match shared.iter_mut().find(|(_, (at, of, _))| (*at, *of) == (place, theme)) {
                Some((balance, _)) => *balance = balance.plus(change.amount)?,
                None => shared.push((change.amount, (place, theme, Vec::new()))),
            }
        }
        let weights: Vec<((), u64)> =
            shared.iter().map(|(balance, _)| ((), u64::try_from(balance.pence()).unwrap_or(0))).collect();
        for ((_, (.., levels)), ((), part)) in shared.iter_mut().zip(divided(&weights, *level)) {
            levels.push((*when, part));
        }
    }
    Ok(shared.into_iter().map(|(_, levels)| levels).collect())
}

/// Returns the part of an outstanding commitment without a period that is not scheduled for later, until a
/// period is stated.
pub(super) fn unscheduled<T: When>(
    grant: &Grant,
    outstanding: Vec<(T, Money)>,
) -> Result<Vec<(T, Money)>, Overflow> {
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
