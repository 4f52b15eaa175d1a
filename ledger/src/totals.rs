//! Totals by fund, theme, power and month: what reports read instead of the journal.
//!
//! A grant's share of the totals is a function of the grant ([`figures`]); the totals are the sum
//! of those shares and of the postings that belong to no grant. So a report by month may read
//! the totals, and one by day the grants, and both show the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::grants::{Fact, Grant, Power, Recorded};
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

/// Totals by heading and month. A month of nothing is not kept, so equal books have equal totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals(BTreeMap<Heading, BTreeMap<Month, Figures>>);

impl Totals {
    /// Adds to a total.
    pub fn add(
        &mut self,
        heading: &Heading,
        month: Month,
        figure: Figure,
        amount: Money,
    ) -> Result<(), Overflow> {
        self.add_all(heading, [(month, figure, amount)])
    }

    /// Adds to several totals under one heading.
    fn add_all(
        &mut self,
        heading: &Heading,
        changes: impl IntoIterator<Item = (Month, Figure, Money)>,
    ) -> Result<(), Overflow> {
        if !self.0.contains_key(heading) {
            self.0.insert(heading.clone(), BTreeMap::new());
        }
        let Some(months) = self.0.get_mut(heading) else { return Ok(()) };
        for (month, figure, amount) in changes {
            let figures = months.entry(month).or_default();
            figures.add(figure, amount)?;
            if figures.get(figure).is_zero() && figures.is_zero() {
                months.remove(&month);
            }
        }
        if months.is_empty() {
            self.0.remove(heading);
        }
        Ok(())
    }

    /// Adds other totals.
    pub fn absorb(&mut self, others: Totals) -> Result<(), Overflow> {
        for (heading, months) in others.0 {
            for (month, figures) in months {
                let held = self.0.entry(heading.clone()).or_default();
                let sums = held.entry(month).or_default();
                for (sum, amount) in sums.0.iter_mut().zip(figures.0) {
                    *sum = sum.plus(amount)?;
                }
                if sums.is_zero() {
                    held.remove(&month);
                }
            }
            if self.0.get(&heading).is_some_and(BTreeMap::is_empty) {
                self.0.remove(&heading);
            }
        }
        Ok(())
    }

    /// Every month of every heading that has totals.
    pub fn iter(&self) -> impl Iterator<Item = (&Heading, Month, &Figures)> {
        self.0
            .iter()
            .flat_map(|(heading, months)| months.iter().map(move |(month, it)| (heading, *month, it)))
    }

    /// Keeps the headings that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&Heading) -> bool) {
        self.0.retain(|heading, _| is_wanted(heading));
    }

    /// Adds a grant's figures (`sign` true) or takes them away.
    pub fn add_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        let cells = figures(grant, PurposeView::Dated)?;
        let alike = |a: &GrantFigure<'_>, b: &GrantFigure<'_>| {
            a.theme == b.theme && a.fund == b.fund && a.power == b.power
        };
        for alike in cells.chunk_by(alike) {
            let Some(first) = alike.first() else { continue };
            let theme = Some(first.theme.clone());
            let heading = Heading { fund: first.fund.clone(), theme, power: first.power };
            let signed = |amount: Money| if sign { amount } else { amount.negated() };
            let changes = alike.iter().map(|cell| (cell.day.month(), cell.figure, signed(cell.amount)));
            self.add_all(&heading, changes)?;
        }
        Ok(())
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
    let mut control = Vec::new();
    let mut commitments = Vec::new();
    let (last_award, terms) = (grant.last_award(), grant.terms());
    let mut power = Power::NotStated;
    for recorded in &grant.history {
        // An award that was reversed and recorded anew may have another power; what was posted
        // before stays under its own. A power stated later is that of all that was ever posted.
        if let Fact::Awarded(award) = &*recorded.fact {
            power = if last_award == Some(award) { terms.power } else { award.power };
        }
        // Nested iterators are quicker when they drive the loop themselves.
        recorded.entries.postings().for_each(|posting| {
            let (day, amount) = (posting.booked, posting.amount);
            match posting.account {
                Account::GrantControl => control.push((day, amount)),
                Account::Commitments => commitments.push((day, amount)),
                _ => {}
            }
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
    let place = (&award.fund, terms.power);
    let splits: Vec<(Date, &Split)> = match fixed {
        Some(split) => vec![(award.decided, split)],
        None => splits_as_booked(grant),
    };
    let balances = running(control)?;
    let positive = |amount: Money| amount.max(Money::ZERO);
    let prepaid = balances.iter().map(|(day, balance)| (*day, positive(*balance))).collect();
    let owed = balances.iter().map(|(day, balance)| (*day, positive(balance.negated()))).collect();
    attribute(&mut cells, Figure::Prepaid, place, prepaid, &splits)?;
    attribute(&mut cells, Figure::Owed, place, owed, &splits)?;
    if award.period.is_none() {
        let due = due_by_day(grant, running(commitments)?)?;
        attribute(&mut cells, Figure::Due, place, due, &splits)?;
    }
    Ok(cells)
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
        let first = moved.len();
        spread_levels(&mut moved, figure, place, &by_day, |_| split)?;
        for cell in moved.iter_mut().skip(first) {
            cell.amount = turned(cell.amount);
        }
    }
    Ok(moved)
}

/// The balance at the end of each day on which it changes.
fn running(mut changes: Vec<(Date, Money)>) -> Result<Vec<(Date, Money)>, Overflow> {
    changes.sort_by_key(|(day, _)| *day);
    let mut balances: Vec<(Date, Money)> = Vec::new();
    let mut balance = Money::ZERO;
    for (day, amount) in changes {
        balance = balance.plus(amount)?;
        match balances.last_mut() {
            Some((last, held)) if *last == day => *held = balance,
            _ => balances.push((day, balance)),
        }
    }
    Ok(balances)
}

/// What of the outstanding commitment of an award without a period is not scheduled for later,
/// until a period is stated.
fn due_by_day(grant: &Grant, outstanding: Vec<(Date, Money)>) -> Result<Vec<(Date, Money)>, Overflow> {
    let instalments: Vec<(Date, Money)> = grant
        .facts()
        .filter_map(|fact| match fact {
            Fact::Scheduled(instalment) => Some((instalment.due, instalment.amount)),
            _ => None,
        })
        .collect();
    let stated = grant.live().filter(|it| matches!(&*it.fact, Fact::Varied(it) if it.period.is_some()));
    let stated_from = stated.filter_map(Recorded::shown_from).min();
    let days = instalments.iter().map(|(day, _)| *day).chain(stated_from);
    let mut levels = levels_on(&outstanding, days);
    for (day, level) in &mut levels {
        if stated_from.is_some_and(|from| from <= *day) {
            *level = Money::ZERO;
            continue;
        }
        let later = instalments.iter().filter(|(due, _)| due > day).map(|(_, amount)| *amount);
        *level = level.minus(Money::sum(later)?)?.max(Money::ZERO);
    }
    Ok(levels)
}

/// A running balance with further days at which to look at it.
fn levels_on(levels: &[(Date, Money)], days: impl Iterator<Item = Date>) -> Vec<(Date, Money)> {
    let level_on = |day: Date| {
        let before = levels.partition_point(|(at, _)| *at <= day);
        before.checked_sub(1).and_then(|last| levels.get(last)).map_or(Money::ZERO, |(_, level)| *level)
    };
    let days: BTreeSet<Date> = levels.iter().map(|(day, _)| *day).chain(days).collect();
    days.into_iter().map(|day| (day, level_on(day))).collect()
}

/// Puts a running figure under the themes in force on each day, as changes.
fn attribute<'a>(
    cells: &mut Vec<GrantFigure<'a>>,
    figure: Figure,
    place: Place<'a>,
    levels: Vec<(Date, Money)>,
    splits: &[(Date, &'a Split)],
) -> Result<(), Overflow> {
    let Some((_, first)) = splits.first() else { return Ok(()) };
    let levels = if splits.len() > 1 {
        levels_on(&levels, splits.iter().skip(1).map(|(from, _)| *from))
    } else {
        levels
    };
    spread_levels(cells, figure, place, &levels, |day| {
        splits.iter().rev().find(|(from, _)| *from <= day).map_or(*first, |(_, split)| *split)
    })
}

/// Writes a running figure as changes by theme.
fn spread_levels<'a>(
    cells: &mut Vec<GrantFigure<'a>>,
    figure: Figure,
    (fund, power): Place<'a>,
    levels: &[(Date, Money)],
    split_on: impl Fn(Date) -> &'a Split,
) -> Result<(), Overflow> {
    let mut before: Option<(&Split, Money)> = None;
    for (day, level) in levels {
        let split = split_on(*day);
        let mut push = |theme, amount: Money| {
            if !amount.is_zero() {
                cells.push(GrantFigure { day: *day, figure, fund, power, theme, amount });
            }
        };
        match before {
            Some((same, was)) if same == split => {
                for ((theme, now), (_, was)) in split.divide(*level).zip(split.divide(was)) {
                    push(theme, now.minus(was)?);
                }
            }
            _ => {
                let left = before.into_iter().flat_map(|(split, was)| split.divide(was));
                left.for_each(|(theme, was)| push(theme, was.negated()));
                split.divide(*level).for_each(|(theme, now)| push(theme, now));
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
