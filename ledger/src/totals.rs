//! Totals by fund, theme, power and month, kept so that reports need not read the journal.
//!
//! A grant's share of the totals is a function of the grant ([`figures`]); the totals are the sum of these
//! shares and of the postings without a grant. So a report by month, from totals, and one by day, from
//! grants, show the same.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod counted;
mod recent;
mod state;
mod unposted;

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use self::counted::Counted;
use self::recent::Recent;
use self::state::Blocks;
pub use self::state::PostingState;
use self::unposted::{Unposted, running, spread_levels};
use crate::accounts::Account;
use crate::allocation::Division;
use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId, Power, Recorded, Reduction};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::themes::ThemeId;

/// A figure that is totalled: postings to an account, or a position that must be summed grant by grant because
/// it is never netted across grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Postings to an account.
    Posted(Account),
    /// Payments not yet recognised, grant by grant.
    Prepayments,
    /// Expenditure not yet paid, grant by grant.
    Accruals,
    /// Commitments of awards with no period that are neither recognised nor scheduled.
    Unscheduled,
    /// Entitlement reduced by refunds.
    Reduced,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Figure::Posted(account) => account.code(),
            Figure::Prepayments => "prepayments",
            Figure::Accruals => "accruals",
            Figure::Unscheduled => "commitments that are not scheduled",
            Figure::Reduced => "reductions by refunds",
        })
    }
}

impl Figure {
    const COUNT: usize = Account::ALL.len() + Figure::NOT_POSTED.len();

    /// The figures that are not postings to one account.
    pub const NOT_POSTED: [Figure; 4] =
        [Figure::Prepayments, Figure::Accruals, Figure::Unscheduled, Figure::Reduced];

    fn index(self) -> usize {
        match self {
            // The derived order of accounts is that of `Account::ALL`, as a test checks.
            Figure::Posted(account) => account as usize,
            Figure::Prepayments => Account::ALL.len(),
            Figure::Accruals => Account::ALL.len() + 1,
            Figure::Unscheduled => Account::ALL.len() + 2,
            Figure::Reduced => Account::ALL.len() + 3,
        }
    }
}

/// The change of every figure in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures([Money; Figure::COUNT]);

impl Figures {
    pub fn get(&self, figure: Figure) -> Money {
        self.0.get(figure.index()).copied().unwrap_or_default()
    }

    pub fn add(&mut self, figure: Figure, amount: Money) -> Result<(), Overflow> {
        if let Some(total) = self.0.get_mut(figure.index()) {
            total.add(amount)?;
        }
        Ok(())
    }

    pub fn less(&self, other: &Figures) -> Result<Figures, Overflow> {
        let mut less = self.clone();
        for (total, amount) in less.0.iter_mut().zip(&other.0) {
            *total = total.minus(*amount)?;
        }
        Ok(less)
    }

    fn is_zero(&self) -> bool {
        self.0.iter().all(|amount| amount.is_zero())
    }

    pub fn absorb(&mut self, other: &Figures) -> Result<(), Overflow> {
        for (total, amount) in self.0.iter_mut().zip(&other.0) {
            total.add(*amount)?;
        }
        Ok(())
    }
}

/// The key of totals, apart from the month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Heading {
    pub fund: FundId,
    /// The theme; `None` for postings without a grant.
    pub theme: Option<ThemeId>,
    pub power: Power,
}

/// The figures of consecutive months; neither the first nor the last is all zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Months {
    first: Month,
    figures: Vec<Figures>,
}

impl Months {
    /// Returns the figures of a month, extending the range if needed.
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

    /// Removes months of zero figures at both ends.
    fn trim(&mut self) {
        let count = self.figures.iter().rposition(|figures| !figures.is_zero()).map_or(0, |last| last + 1);
        self.figures.truncate(count);
        let none = self.figures.iter().take_while(|figures| figures.is_zero()).count();
        self.figures.drain(..none);
        self.first = self.first.plus(i32::try_from(none).unwrap_or(i32::MAX));
    }
}

/// Totals by heading and month, in the order of the headings. Headings of zero are removed, so that equal books
/// have equal totals.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    by_month: Vec<(Heading, Months)>,
    recent: Recent,
    counted: Counted,
    /// Derived from the headings, as far as it is there.
    #[serde(skip)]
    blocks: Blocks,
}

impl PartialEq for Totals {
    fn eq(&self, other: &Totals) -> bool {
        self.by_month == other.by_month && self.recent == other.recent && self.counted == other.counted
    }
}

impl Eq for Totals {}

impl Totals {
    pub fn add(
        &mut self,
        heading: &Heading,
        month: Month,
        figure: Figure,
        amount: Money,
    ) -> Result<(), Overflow> {
        let months = self.months_of(&heading.fund, heading.theme.as_ref(), heading.power, &mut 0);
        months.of(month).add(figure, amount)?;
        self.blocks.forget(month);
        self.trim();
        Ok(())
    }

    /// Returns the months of a heading, adding it if needed. `near` is the position of the previous request,
    /// which mostly is the same.
    fn months_of(
        &mut self,
        fund: &FundId,
        theme: Option<&ThemeId>,
        power: Power,
        near: &mut usize,
    ) -> &mut Months {
        let wanted = (fund, theme, power);
        let place = |heading: &Heading| (&heading.fund, heading.theme.as_ref(), heading.power).cmp(&wanted);
        if self.by_month.get(*near).is_none_or(|(heading, _)| place(heading).is_ne()) {
            *near = self.by_month.binary_search_by(|(heading, _)| place(heading)).unwrap_or_else(|missing| {
                let heading = Heading { fund: fund.clone(), theme: theme.cloned(), power };
                self.by_month
                    .insert(missing, (heading, Months { first: Month::default(), figures: Vec::new() }));
                missing
            });
        }
        &mut self.by_month[*near].1
    }

    fn trim(&mut self) {
        self.by_month.iter_mut().for_each(|(_, months)| months.trim());
        self.by_month.retain(|(_, months)| !months.figures.is_empty());
        self.recent.trim();
        self.counted.trim();
    }

    pub fn absorb(&mut self, others: &Totals) -> Result<(), Overflow> {
        let mut near = 0;
        for (heading, month, figures) in others.iter() {
            let months = self.months_of(&heading.fund, heading.theme.as_ref(), heading.power, &mut near);
            months.of(month).absorb(figures)?;
            self.blocks.forget(month);
        }
        self.recent.absorb(&others.recent)?;
        self.counted.absorb(&others.counted);
        self.trim();
        Ok(())
    }

    /// Returns every month of every heading with totals.
    pub fn iter(&self) -> impl Iterator<Item = (&Heading, Month, &Figures)> {
        self.by_month
            .iter()
            .flat_map(|(heading, months)| months.iter().map(move |(month, it)| (heading, month, it)))
    }

    pub fn retain(&mut self, is_wanted: impl Fn(&Heading) -> bool) {
        self.blocks.forget_all();
        self.by_month.retain(|(heading, _)| is_wanted(heading));
        self.recent.retain(is_wanted);
    }

    /// Goes on to the day of a further record, from the month of which there are figures by day.
    pub fn pass(&mut self, known: Date) {
        self.recent.pass(known);
    }

    /// Returns the day of the last record; `None` while there is none.
    pub fn known(&self) -> Option<Date> {
        self.recent.known
    }

    /// Returns the figures of grants in the month of a day and up to it, by heading and day, as far as the month is
    /// that of the last record or a later one. The last day of a month is left out: up to it, its month is whole.
    pub(crate) fn up_to(&self, day: Date) -> impl Iterator<Item = (&Heading, &Figures)> {
        self.recent.up_to(day)
    }

    /// Notes which of these grants have something dated after the last record.
    pub fn look_ahead(&mut self, grants: impl IntoIterator<Item: Borrow<Grant>>) {
        grants.into_iter().for_each(|grant| self.recent.look_ahead(grant.borrow()));
    }

    /// Forgets which of these grants have something dated after the last record.
    pub fn forget(&mut self, is_meant: impl Fn(&GrantId) -> bool) {
        self.recent.ahead.retain(|id, _| !is_meant(id));
    }

    /// Returns the grants that may have something dated after a day, which is that of the last record or a later one.
    pub(crate) fn ahead_of(&self, day: Date) -> Vec<GrantId> {
        let ahead = self.recent.ahead.iter().filter(|(_, last)| **last > day);
        ahead.map(|(id, _)| id.clone()).collect()
    }

    /// Returns how many regular grants were decided in each month; see [`crate::listing`].
    pub(crate) fn decided(&self) -> impl Iterator<Item = (Month, u64)> {
        self.counted.decided()
    }

    /// Returns the other grants that have figures: those of reversed awards, and those booked before their decision.
    pub(crate) fn irregular(&self) -> impl Iterator<Item = &GrantId> {
        self.counted.irregular()
    }

    /// Adds the figures of grants by month, or subtracts them if `sign` is false. [`figures`] gives the same by
    /// day.
    pub fn add_grants(
        &mut self,
        grants: impl IntoIterator<Item: Borrow<Grant>>,
        sign: bool,
    ) -> Result<(), Overflow> {
        self.blocks.forget_all();
        grants.into_iter().try_for_each(|grant| self.add_grant(grant.borrow(), sign))?;
        self.trim();
        Ok(())
    }

    fn add_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        self.recent.add_grant(grant, sign)?;
        self.counted.add_grant(grant, sign);
        let signed = |amount: Money| if sign { amount } else { amount.negated() };
        let mut near = 0;
        let mut unposted = Unposted::default();
        for (of, recorded) in under_awards(grant) {
            for entry in &recorded.entries.entries {
                let month = entry.booked().month();
                for posting in entry.postings() {
                    let Some(theme) = posting.theme else { continue };
                    unposted.count(month, (posting.fund, of), theme, posting.account, posting.amount);
                    let months = self.months_of(posting.fund, posting.theme, of.power, &mut near);
                    months.of(month).add(Figure::Posted(posting.account), signed(posting.amount))?;
                }
            }
            for run in &recorded.entries.monthly {
                let months = self.months_of(&run.fund, Some(&run.theme), of.power, &mut near);
                for (month, amount) in run.by_month() {
                    let control = Account::GrantControl;
                    unposted.count(month, (&run.fund, of), &run.theme, control, amount.negated());
                    let figures = months.of(month);
                    figures.add(Figure::Posted(Account::GrantExpenditure), signed(amount))?;
                    figures.add(Figure::Posted(control), signed(amount.negated()))?;
                }
            }
            // The moves come to zero in each heading, but what is prepaid or accrued is so of each recipient.
            moved_between(of, recorded).for_each(|cell| unposted.count_moved(cell));
            for Reduction { booked, fund, theme, amount, .. } in &recorded.reductions {
                let months = self.months_of(fund, Some(theme), of.power, &mut near);
                months.of(booked.month()).add(Figure::Reduced, signed(*amount))?;
            }
        }
        unposted.figures(grant, None, &mut |month, figure, (fund, of), theme, amount| {
            let months = self.months_of(fund, Some(theme), of.power, &mut near);
            months.of(month).add(figure, signed(amount))
        })
    }
}

/// The purpose under which the amounts of a grant are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PurposeView {
    /// Each amount under the theme under which it was posted.
    #[default]
    Dated,
    Original,
    Current,
}

/// A change of one figure of a grant, on one day, under one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantFigure<'a> {
    pub day: Date,
    pub figure: Figure,
    pub fund: &'a FundId,
    pub power: Power,
    /// The recipient of the award under which it was posted: a reversed award may be recorded again for another.
    pub recipient: &'a RecipientId,
    pub theme: &'a ThemeId,
    pub amount: Money,
}

/// The award under which something was posted, as far as figures tell awards apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct OfAward<'a> {
    power: Power,
    recipient: &'a RecipientId,
}

/// The key of a grant's figures, apart from their themes.
type Place<'a> = (&'a FundId, OfAward<'a>);

pub fn figures(grant: &Grant, view: PurposeView) -> Result<Vec<GrantFigure<'_>>, Overflow> {
    let fixed = match view {
        PurposeView::Dated => None,
        PurposeView::Original => grant.divisions().into_iter().next().map(|(_, division)| division),
        PurposeView::Current => grant.divisions().pop().map(|(_, division)| division),
    };
    let mut cells = Vec::new();
    let mut unposted = Unposted::default();
    for (of, recorded) in under_awards(grant) {
        // Nested iterators are quicker when they drive the loop themselves.
        recorded.entries.postings().for_each(|posting| {
            let (day, amount) = (posting.booked, posting.amount);
            if let Some(theme) = posting.theme {
                unposted.count(day, (posting.fund, of), theme, posting.account, amount);
                let (figure, OfAward { power, recipient }) = (Figure::Posted(posting.account), of);
                cells.push(GrantFigure { day, figure, fund: posting.fund, power, recipient, theme, amount });
            }
        });
        for cell in moved_between(of, recorded) {
            unposted.count_moved(cell);
            cells.push(cell);
        }
        cells.extend(recorded.reductions.iter().map(|it| {
            let (day, figure, OfAward { power, recipient }) = (it.booked, Figure::Reduced, of);
            GrantFigure { day, figure, fund: &it.fund, power, recipient, theme: &it.theme, amount: it.amount }
        }));
    }
    if let Some(division) = &fixed {
        cells = under_one_purpose(cells, division)?;
    }
    unposted.figures(grant, fixed.as_ref(), &mut |day, figure, (fund, of), theme, amount| {
        let OfAward { power, recipient } = of;
        cells.push(GrantFigure { day, figure, fund, power, recipient, theme, amount });
        Ok(())
    })?;
    Ok(cells)
}

/// Returns the records of a grant with the award of their postings. An award that was reversed and recorded again
/// may have another power and recipient; earlier postings keep theirs. A power stated later applies to all postings
/// of its award.
fn under_awards(grant: &Grant) -> impl Iterator<Item = (OfAward<'_>, &Recorded)> {
    let last_award = grant.history.iter().rev().find_map(|recorded| recorded.fact.award());
    let (terms, mut power) = (grant.terms(), Power::NotStated);
    grant.by_recipient().map(move |(recipient, recorded)| {
        if let Fact::Awarded(award) = &*recorded.fact {
            let is_last = last_award.is_some_and(|last| std::ptr::eq(last, &**award) || *last == **award);
            power = if is_last { terms.power } else { award.power };
        }
        (OfAward { power, recipient }, recorded)
    })
}

/// Returns what a record moves from one recipient to another, as changes of both.
fn moved_between<'a>(of: OfAward<'a>, recorded: &'a Recorded) -> impl Iterator<Item = GrantFigure<'a>> {
    let power = of.power;
    recorded.moved.iter().flat_map(move |moved| {
        moved.amounts.iter().flat_map(move |it| {
            let figure = it.account.map_or(Figure::Reduced, Figure::Posted);
            [(&moved.from, it.amount.negated()), (&moved.to, it.amount)].map(|(recipient, amount)| {
                GrantFigure {
                    day: it.booked,
                    figure,
                    fund: &it.fund,
                    power,
                    recipient,
                    theme: &it.theme,
                    amount,
                }
            })
        })
    })
}

/// Moves all postings to the themes of one division, shared over those of their fund cumulatively, account by account.
fn under_one_purpose<'a>(
    cells: Vec<GrantFigure<'a>>,
    division: &Division<'a>,
) -> Result<Vec<GrantFigure<'a>>, Overflow> {
    let mut moved = Vec::new();
    let place_of = |cell: &GrantFigure<'a>| -> Place<'a> {
        (cell.fund, OfAward { power: cell.power, recipient: cell.recipient })
    };
    let accounts: BTreeSet<(Figure, Place<'_>)> =
        cells.iter().map(|cell| (cell.figure, place_of(cell))).collect();
    for (figure, place) in accounts {
        let of_account = cells.iter().filter(|cell| cell.figure == figure && place_of(cell) == place);
        // Payments and awards are shared over themes; they are credits on these accounts.
        let is_credit = matches!(figure, Figure::Posted(Account::Bank | Account::AwardsOutstanding));
        let signed = |amount: Money| if is_credit { amount.negated() } else { amount };
        let by_day = running(of_account.map(|cell| (cell.day, signed(cell.amount))).collect())?;
        let (fund, OfAward { power, recipient }) = place;
        spread_levels(&by_day, &division.themes_of(fund), &mut |day, theme, amount| {
            moved.push(GrantFigure { day, figure, fund, power, recipient, theme, amount: signed(amount) });
            Ok(())
        })?;
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_own_index() {
        let posted = Account::ALL.into_iter().map(Figure::Posted);
        let places: Vec<usize> = posted.chain(Figure::NOT_POSTED).map(Figure::index).collect();
        assert_eq!(places, (0..Figure::COUNT).collect::<Vec<_>>());
    }
}
