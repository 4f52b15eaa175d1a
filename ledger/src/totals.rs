//! Totals by fund, theme, power and month: what reports read instead of the journal.
//!
//! A grant's share of the totals is a function of the grant ([`figures`]); the totals are the sum
//! of those shares and of the postings that belong to no grant. So a report by month may read
//! the totals, and one by day the grants, and both show the same.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::grants::{Award, Fact, Grant, Power, Recorded};
use crate::money::{Money, Overflow};
use crate::themes::{Split, ThemeId};

/// What is totalled: the postings to each account, and what does not follow from postings alone
/// because it is never netted across grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Posted to an account.
    Posted(Account),
    /// Paid and not yet charged, grant by grant.
    Prepaid,
    /// Charged and not yet paid, grant by grant.
    Owed,
    /// Promised by awards without a period, neither charged nor scheduled for later.
    Due,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Figure::Posted(account) => account.code(),
            Figure::Prepaid => "prepayments",
            Figure::Owed => "accruals",
            Figure::Due => "commitments that are not scheduled",
        })
    }
}

impl Figure {
    const COUNT: usize = Account::ALL.len() + 3;

    fn index(self) -> usize {
        match self {
            // The derived order of accounts is that of `Account::ALL`, as a test checks.
            Figure::Posted(account) => account as usize,
            Figure::Prepaid => Account::ALL.len(),
            Figure::Owed => Account::ALL.len() + 1,
            Figure::Due => Account::ALL.len() + 2,
        }
    }
}

/// The change of every figure in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures([Money; Figure::COUNT]);

impl Figures {
    /// One figure.
    pub fn get(&self, figure: Figure) -> Money {
        self.0.get(figure.index()).copied().unwrap_or_default()
    }

    /// Adds to a figure.
    pub fn add(&mut self, figure: Figure, amount: Money) -> Result<(), Overflow> {
        if let Some(held) = self.0.get_mut(figure.index()) {
            *held = held.plus(amount)?;
        }
        Ok(())
    }

    /// These, less others.
    pub fn less(&self, other: &Figures) -> Result<Figures, Overflow> {
        let mut less = self.clone();
        for (held, amount) in less.0.iter_mut().zip(&other.0) {
            *held = held.minus(*amount)?;
        }
        Ok(less)
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|amount| amount.is_zero())
    }

    fn absorb(&mut self, other: &Figures) -> Result<(), Overflow> {
        for (held, amount) in self.0.iter_mut().zip(&other.0) {
            *held = held.plus(*amount)?;
        }
        Ok(())
    }
}

/// What totals are kept by, beside the month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Heading {
    /// The fund.
    pub fund: FundId,
    /// The theme; `None` for what belongs to no grant.
    pub theme: Option<ThemeId>,
    /// The power.
    pub power: Power,
}

/// The figures of consecutive months, of which neither the first nor the last is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Months {
    first: Month,
    figures: Vec<Figures>,
}

impl Months {
    /// The figures of a month, room for which is made where there is none.
    fn of(&mut self, month: Month) -> &mut Figures {
        if self.figures.is_empty() {
            self.first = month;
        }
        let place = month.months_since(self.first);
        if place < 0 {
            let before = std::iter::repeat_n(Figures::default(), place.unsigned_abs() as usize);
            self.figures.splice(..0, before);
            self.first = month;
        }
        let place = place.max(0) as usize;
        if place >= self.figures.len() {
            self.figures.resize_with(place + 1, Figures::default);
        }
        &mut self.figures[place]
    }

    fn iter(&self) -> impl Iterator<Item = (Month, &Figures)> {
        let dated = self.figures.iter().zip(0..).map(|(figures, later)| (self.first.plus(later), figures));
        dated.filter(|(_, figures)| !figures.is_zero())
    }

    /// Leaves out the first and last months in which nothing is left.
    fn trim(&mut self) {
        let kept = self.figures.iter().rposition(|figures| !figures.is_zero()).map_or(0, |last| last + 1);
        self.figures.truncate(kept);
        let none = self.figures.iter().take_while(|figures| figures.is_zero()).count();
        self.figures.drain(..none);
        self.first = self.first.plus(i32::try_from(none).unwrap_or(i32::MAX));
    }
}

/// Totals by heading and month, in the order of the headings. A heading of nothing is not kept, so equal
/// books have equal totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals(Vec<(Heading, Months)>);

impl Totals {
    /// Adds to a total.
    pub fn add(
        &mut self,
        heading: &Heading,
        month: Month,
        figure: Figure,
        amount: Money,
    ) -> Result<(), Overflow> {
        let months = self.months_of(&heading.fund, heading.theme.as_ref(), heading.power, &mut 0);
        months.of(month).add(figure, amount)?;
        self.trim();
        Ok(())
    }

    /// The months of a heading, room for which is made where there is none. What is asked for is mostly what
    /// was asked for before, at the place `near`.
    fn months_of(
        &mut self,
        fund: &FundId,
        theme: Option<&ThemeId>,
        power: Power,
        near: &mut usize,
    ) -> &mut Months {
        let asked = (fund, theme, power);
        let place = |heading: &Heading| (&heading.fund, heading.theme.as_ref(), heading.power).cmp(&asked);
        if self.0.get(*near).is_none_or(|(heading, _)| place(heading).is_ne()) {
            *near = self.0.binary_search_by(|(heading, _)| place(heading)).unwrap_or_else(|missing| {
                let heading = Heading { fund: fund.clone(), theme: theme.cloned(), power };
                self.0.insert(missing, (heading, Months { first: Month::default(), figures: Vec::new() }));
                missing
            });
        }
        &mut self.0[*near].1
    }

    /// Leaves out what has come to nothing.
    fn trim(&mut self) {
        self.0.iter_mut().for_each(|(_, months)| months.trim());
        self.0.retain(|(_, months)| !months.figures.is_empty());
    }

    /// Adds other totals.
    pub fn absorb(&mut self, others: &Totals) -> Result<(), Overflow> {
        let mut near = 0;
        for (heading, month, figures) in others.iter() {
            let months = self.months_of(&heading.fund, heading.theme.as_ref(), heading.power, &mut near);
            months.of(month).absorb(figures)?;
        }
        self.trim();
        Ok(())
    }

    /// Every month of every heading that has totals.
    pub fn iter(&self) -> impl Iterator<Item = (&Heading, Month, &Figures)> {
        self.0.iter().flat_map(|(heading, months)| months.iter().map(move |(month, it)| (heading, month, it)))
    }

    /// Keeps the headings that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&Heading) -> bool) {
        self.0.retain(|(heading, _)| is_wanted(heading));
    }

    /// Adds the figures of grants (`sign` true) or takes them away: what [`figures`] gives day by day, month
    /// by month.
    pub fn add_grants(
        &mut self,
        grants: impl IntoIterator<Item: Borrow<Grant>>,
        sign: bool,
    ) -> Result<(), Overflow> {
        grants.into_iter().try_for_each(|grant| self.add_grant(grant.borrow(), sign))?;
        self.trim();
        Ok(())
    }

    fn add_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        let signed = |amount: Money| if sign { amount } else { amount.negated() };
        let mut near = 0;
        let mut unposted = Unposted::default();
        for (power, recorded) in with_powers(grant) {
            for entry in &recorded.entries.entries {
                let month = entry.booked().month();
                for posting in entry.postings() {
                    unposted.count(month, posting.account, posting.amount);
                    if posting.theme.is_some() {
                        let months = self.months_of(posting.fund, posting.theme, power, &mut near);
                        months.of(month).add(Figure::Posted(posting.account), signed(posting.amount))?;
                    }
                }
            }
            for run in &recorded.entries.charges {
                let months = self.months_of(&run.fund, Some(&run.theme), power, &mut near);
                for (month, amount) in run.by_month() {
                    unposted.count(month, Account::GrantControl, amount.negated());
                    let figures = months.of(month);
                    figures.add(Figure::Posted(Account::GrantExpenditure), signed(amount))?;
                    figures.add(Figure::Posted(Account::GrantControl), signed(amount.negated()))?;
                }
            }
        }
        let Some(award) = grant.award() else { return Ok(()) };
        let power = grant.terms().power;
        unposted.figures(grant, award, &splits_as_booked(grant), &mut |month, figure, theme, amount| {
            let months = self.months_of(&award.fund, Some(theme), power, &mut near);
            months.of(month).add(figure, signed(amount))
        })
    }
}

/// Under which purpose the pounds of a grant are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PurposeView {
    /// Each pound under the theme that it had when it was posted.
    #[default]
    Dated,
    /// All under the purpose first awarded.
    Original,
    /// All under the purpose as it is now.
    Current,
}

/// A change of one figure of a grant, on one day, under one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantFigure<'a> {
    /// The day it is booked on.
    pub day: Date,
    /// What changes.
    pub figure: Figure,
    /// In which fund.
    pub fund: &'a FundId,
    /// Under which power.
    pub power: Power,
    /// Under which theme.
    pub theme: &'a ThemeId,
    /// By how much.
    pub amount: Money,
}

/// Where the figures of a grant stand, beside their themes.
type Place<'a> = (&'a FundId, Power);

/// All changes of a grant's figures.
pub fn figures(grant: &Grant, view: PurposeView) -> Result<Vec<GrantFigure<'_>>, Overflow> {
    let fixed = match view {
        PurposeView::Dated => None,
        PurposeView::Original => grant.purposes().first().map(|(_, purpose)| &purpose.split),
        PurposeView::Current => grant.purposes().last().map(|(_, purpose)| &purpose.split),
    };
    let mut cells = Vec::new();
    let mut unposted = Unposted::default();
    for (power, recorded) in with_powers(grant) {
        // Nested iterators are quicker when they drive the loop themselves.
        recorded.entries.postings().for_each(|posting| {
            let (day, amount) = (posting.booked, posting.amount);
            unposted.count(day, posting.account, amount);
            if let Some(theme) = posting.theme {
                let figure = Figure::Posted(posting.account);
                cells.push(GrantFigure { day, figure, fund: posting.fund, power, theme, amount });
            }
        });
    }
    if let Some(split) = fixed {
        cells = under_one_purpose(cells, split)?;
    }

    let Some(award) = grant.award() else { return Ok(cells) };
    let (fund, power) = (&award.fund, grant.terms().power);
    let splits: Vec<(Date, &Split)> = match fixed {
        Some(split) => vec![(award.decided, split)],
        None => splits_as_booked(grant),
    };
    unposted.figures(grant, award, &splits, &mut |day, figure, theme, amount| {
        cells.push(GrantFigure { day, figure, fund, power, theme, amount });
        Ok(())
    })?;
    Ok(cells)
}

/// What was recorded of a grant, with the power that its postings stand under. An award that was reversed
/// and recorded anew may have another power; what was posted before stays under its own. A power stated
/// later is that of all that was ever posted.
fn with_powers(grant: &Grant) -> impl Iterator<Item = (Power, &Recorded)> {
    let (last_award, terms) = (grant.last_award(), grant.terms());
    let mut power = Power::NotStated;
    grant.history.iter().map(move |recorded| {
        if let Fact::Awarded(award) = &*recorded.fact {
            let is_last = last_award.is_some_and(|last| std::ptr::eq(last, &**award) || *last == **award);
            power = if is_last { terms.power } else { award.power };
        }
        (power, recorded)
    })
}

/// When something changes: the day, where that is asked for, or just the month. As the figure of a month is
/// what its days come to, and those only say where it stands at their ends, that of its last day is enough.
trait When: Copy + Ord {
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

/// The changes of a grant's balances that figures follow from which are not posted.
struct Unposted<T> {
    control: Vec<(T, Money)>,
    commitments: Vec<(T, Money)>,
}

impl<T> Default for Unposted<T> {
    fn default() -> Unposted<T> {
        Unposted { control: Vec::new(), commitments: Vec::new() }
    }
}

/// Is told of a figure that changes under a theme.
type Put<'p, 'a, T> = &'p mut dyn FnMut(T, Figure, &'a ThemeId, Money) -> Result<(), Overflow>;

impl<T: When> Unposted<T> {
    fn count(&mut self, when: T, account: Account, amount: Money) {
        match account {
            Account::GrantControl => self.control.push((when, amount)),
            Account::Commitments => self.commitments.push((when, amount)),
            _ => {}
        }
    }

    fn figures<'a>(
        self,
        grant: &'a Grant,
        award: &Award,
        splits: &[(Date, &'a Split)],
        put: Put<'_, 'a, T>,
    ) -> Result<(), Overflow> {
        let balances = running(self.control)?;
        let levels = |level: fn(Money) -> Money| {
            let levels = balances.iter().map(|(when, balance)| (*when, level(*balance).max(Money::ZERO)));
            levels.collect::<Vec<(T, Money)>>()
        };
        attribute(Figure::Prepaid, levels(|balance| balance), splits, put)?;
        attribute(Figure::Owed, levels(Money::negated), splits, put)?;
        if award.period.is_none() {
            attribute(Figure::Due, due(grant, running(self.commitments)?)?, splits, put)?;
        }
        Ok(())
    }
}

/// The splits in force with the days from which the books show them: a change of purpose that
/// becomes known after its month was closed leaves that month as it was.
fn splits_as_booked(grant: &Grant) -> Vec<(Date, &Split)> {
    let mut splits: Vec<(Date, &Split)> = grant
        .live()
        .filter_map(|recorded| match &*recorded.fact {
            Fact::Awarded(award) => Some((award.decided, &award.purpose.split)),
            Fact::Repurposed(repurpose) => Some((recorded.shown_from()?, &repurpose.purpose.split)),
            _ => None,
        })
        .collect();
    splits.sort_by_key(|(from, _)| *from);
    splits
}

/// Moves all postings under one purpose, shared over its themes cumulatively, account by account.
fn under_one_purpose<'a>(
    cells: Vec<GrantFigure<'a>>,
    split: &'a Split,
) -> Result<Vec<GrantFigure<'a>>, Overflow> {
    let mut moved = Vec::new();
    let accounts: BTreeSet<(Figure, Place<'_>)> =
        cells.iter().map(|cell| (cell.figure, (cell.fund, cell.power))).collect();
    for (figure, place) in accounts {
        let of_account =
            cells.iter().filter(|cell| cell.figure == figure && (cell.fund, cell.power) == place);
        // What is paid and awarded is shared over themes; it stands on these accounts as a credit.
        let is_credit = matches!(figure, Figure::Posted(Account::Bank | Account::AwardsOutstanding));
        let turned = |amount: Money| if is_credit { amount.negated() } else { amount };
        let by_day = running(of_account.map(|cell| (cell.day, turned(cell.amount))).collect())?;
        let (fund, power) = place;
        spread_levels(&by_day, |_| split, &mut |day, theme, amount| {
            moved.push(GrantFigure { day, figure, fund, power, theme, amount: turned(amount) });
            Ok(())
        })?;
    }
    Ok(moved)
}

/// The balance at the end of each day or month in which it changes.
fn running<T: When>(mut changes: Vec<(T, Money)>) -> Result<Vec<(T, Money)>, Overflow> {
    changes.sort_by_key(|(when, _)| *when);
    let mut balance = Money::ZERO;
    for (_, amount) in &mut changes {
        balance = balance.plus(*amount)?;
        *amount = balance;
    }
    // Of several at the same time the last is where it stands in the end.
    changes.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            earlier.1 = later.1;
        }
        is_same
    });
    Ok(changes)
}

/// What of the outstanding commitment of an award without a period is not scheduled for later,
/// until a period is stated.
fn due<T: When>(grant: &Grant, outstanding: Vec<(T, Money)>) -> Result<Vec<(T, Money)>, Overflow> {
    let instalments: Vec<(T, Money)> = grant
        .facts()
        .filter_map(|fact| match fact {
            Fact::Scheduled(instalment) => Some((T::of(instalment.due), instalment.amount)),
            _ => None,
        })
        .collect();
    let stated = grant.live().filter(|it| matches!(&*it.fact, Fact::Varied(it) if it.period.is_some()));
    let stated_from = stated.filter_map(Recorded::shown_from).min().map(T::of);
    let looked_at = instalments.iter().map(|(when, _)| *when).chain(stated_from);
    let mut levels = levels_at(&outstanding, looked_at);
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

/// A running balance with further times at which to look at it.
fn levels_at<T: When>(levels: &[(T, Money)], further: impl Iterator<Item = T>) -> Vec<(T, Money)> {
    let level_at = |when: T| {
        let before = levels.partition_point(|(at, _)| *at <= when);
        before.checked_sub(1).and_then(|last| levels.get(last)).map_or(Money::ZERO, |(_, level)| *level)
    };
    let times: BTreeSet<T> = levels.iter().map(|(when, _)| *when).chain(further).collect();
    times.into_iter().map(|when| (when, level_at(when))).collect()
}

/// Puts a running figure under the themes in force at each time, as changes.
fn attribute<'a, T: When>(
    figure: Figure,
    levels: Vec<(T, Money)>,
    splits: &[(Date, &'a Split)],
    put: Put<'_, 'a, T>,
) -> Result<(), Overflow> {
    let Some((_, first)) = splits.first() else { return Ok(()) };
    if splits.len() == 1 {
        return spread_levels(&levels, |_| first, &mut |when, theme, amount| {
            put(when, figure, theme, amount)
        });
    }
    let levels = levels_at(&levels, splits.iter().skip(1).map(|(from, _)| T::of(*from)));
    let split_at = |when| {
        let in_force = splits.iter().rev().find(|(from, _)| T::of(*from) <= when);
        in_force.map_or(*first, |(_, split)| *split)
    };
    spread_levels(&levels, split_at, &mut |when, theme, amount| put(when, figure, theme, amount))
}

/// Tells a running figure as changes by theme.
fn spread_levels<'a, T: When>(
    levels: &[(T, Money)],
    split_at: impl Fn(T) -> &'a Split,
    put: &mut dyn FnMut(T, &'a ThemeId, Money) -> Result<(), Overflow>,
) -> Result<(), Overflow> {
    let mut before: Option<(&Split, Money)> = None;
    for (when, level) in levels {
        let split = split_at(*when);
        let mut change = |theme, amount: Money| match amount.is_zero() {
            true => Ok(()),
            false => put(*when, theme, amount),
        };
        match before {
            Some((same, was)) if std::ptr::eq(same, split) || same == split => {
                split.change(was, *level, change)?;
            }
            _ => {
                let mut left = before.into_iter().flat_map(|(split, was)| split.divide(was));
                left.try_for_each(|(theme, was)| change(theme, was.negated()))?;
                split.divide(*level).try_for_each(|(theme, now)| change(theme, now))?;
            }
        }
        before = Some((split, *level));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_place_of_its_own() {
        let posted = Account::ALL.into_iter().map(Figure::Posted);
        let places: Vec<usize> =
            posted.chain([Figure::Prepaid, Figure::Owed, Figure::Due]).map(Figure::index).collect();
        assert_eq!(places, (0..Figure::COUNT).collect::<Vec<_>>());
    }
}
