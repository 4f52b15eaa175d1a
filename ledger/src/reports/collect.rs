//! The one place where reports read figures.
//!
//! Whole months are read from the totals, and the month that is not over with the days that totals keep of it; what
//! totals do not contain (other single days, recipients, other views of purposes) is read from the grants. Both sources
//! give the same figures, since the totals are the sum of the grants' own figures ([`crate::totals`]).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, Month};
use crate::funds::FundId;
use crate::grants::{Grant, Power};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::Query;
use crate::reports::to_come::to_come;
use crate::themes::ThemeId;
use crate::totals::{Figure, Figures, GrantFigure, PurposeView, figures};

/// The source of a report's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The totals where they are sufficient, else the grants.
    #[default]
    Auto,
    /// The grants, for checking that both sources agree.
    Scan,
}

// The stretches of [`Cuts::of`]: before the range; in it, to the end of the last whole month, and from there to
// the reporting date; and what is still to be recognised, as expenditure.
pub(super) const BEFORE: usize = 0;
pub(super) const WHOLE_MONTHS: usize = 1;
pub(super) const TO_COME: usize = 3;
pub(super) const WITHIN: Range<usize> = WHOLE_MONTHS..TO_COME;
pub(super) const TO_DATE: Range<usize> = BEFORE..TO_COME;

/// Days that divide time into stretches: one before the first cut, and one from each cut to the
/// next. Everything after the end is excluded.
pub(super) struct Cuts {
    starts: Vec<Date>,
    end: Date,
    /// True when the last stretch is what is still to be recognised.
    has_to_come: bool,
}

impl Cuts {
    /// Returns one stretch, of everything up to a day.
    pub(super) fn as_at(end: Date) -> Cuts {
        Cuts { starts: Vec::new(), end, has_to_come: false }
    }

    /// Returns the four stretches of a query.
    pub(super) fn of(query: &Query) -> Cuts {
        let (from, end) = (query.range.from(), query.as_at());
        let rest = query.last_month_end().next_day().max(from);
        let has_to_come = query.is_of_whole_years() && end < query.range.to();
        // No posting is in the last stretch, which begins after the end.
        Cuts { starts: vec![from, rest, end.next_day().max(rest)], end, has_to_come }
    }

    /// Returns two stretches: before a query's range, and in it up to the reporting date.
    pub(super) fn before_and_within(query: &Query) -> Cuts {
        let days = DateRange::new(query.range.from(), query.as_at()).ok();
        Cuts::consecutive(days.as_slice(), query.as_at())
    }

    /// Returns a stretch before the first of consecutive ranges, and one for each of them.
    pub(super) fn consecutive(ranges: &[DateRange], end: Date) -> Cuts {
        Cuts { starts: ranges.iter().map(|range| range.from()).collect(), end, has_to_come: false }
    }

    fn stretch_of(&self, day: Date) -> Option<usize> {
        (day <= self.end).then(|| self.starts.partition_point(|start| *start <= day))
    }

    pub(super) fn empty(&self) -> Vec<Figures> {
        vec![Figures::default(); self.starts.len() + 1]
    }

    /// Returns true when every stretch begins with a month.
    fn begin_with_months(&self) -> bool {
        let mut used = self.starts.iter().filter(|start| **start <= self.end);
        used.all(|start| *start == start.month().first_day())
    }

    fn end_with_month(&self) -> bool {
        self.end == self.end.month().last_day()
    }
}

/// The dimensions of a figure, by which lines of reports are grouped.
pub(super) struct Place<'a> {
    pub(super) fund: &'a FundId,
    pub(super) theme: &'a ThemeId,
    pub(super) power: Power,
    /// `None` where the figure comes from the totals, which do not contain recipients.
    pub(super) recipient: Option<&'a RecipientId>,
}

/// Returns true when the totals may be sufficient for a query: surely where all stretches are whole months and nothing
/// is to come, else if single grants can be read, too.
pub(super) fn totals_may_answer(query: &Query, cuts: &Cuts, by_grants: bool, has_grants: bool) -> bool {
    query.source == Source::Auto
        && query.purpose == PurposeView::Dated
        && query.filter.recipient.is_none()
        && !by_grants
        && cuts.begin_with_months()
        && (has_grants || (cuts.end_with_month() && !cuts.has_to_come))
}

/// Returns true when the totals of these books are sufficient for a query, besides those grants that have something
/// dated later.
fn totals_answer(books: &dyn Books, query: &Query, cuts: &Cuts, by_grants: bool) -> bool {
    if !totals_may_answer(query, cuts, by_grants, true) {
        return false;
    }
    match books.totals().known() {
        Some(known) => {
            let has_days = cuts.end_with_month() || cuts.end.month() >= known.month();
            has_days && (!cuts.has_to_come || cuts.end >= known)
        }
        None => cuts.end_with_month() && !cuts.has_to_come,
    }
}

const EXPENDITURE: Figure = Figure::Posted(Account::GrantExpenditure);

/// Returns the changes of all figures that the query covers, by key and stretch of time. `by_grants`
/// means that the key depends on more than fund, theme and power.
pub(super) fn collect<Key: Ord>(
    books: &dyn Books,
    query: &Query,
    cuts: &Cuts,
    by_grants: bool,
    key: impl Fn(&Place<'_>) -> Key,
) -> Result<BTreeMap<Key, Vec<Figures>>, BooksError> {
    if totals_answer(books, query, cuts, by_grants) {
        return from_totals(books, query, cuts, key);
    }
    let mut collected: BTreeMap<Key, Vec<Figures>> = BTreeMap::new();
    books.each_grant(&mut |grant| {
        for (place, changes) in of_grant(grant, query, cuts)? {
            let sums = collected.entry(key(&place)).or_insert_with(|| cuts.empty());
            absorb_each(sums, &changes)?;
        }
        Ok(())
    })?;
    Ok(collected)
}

/// Does so from totals, with those grants that have something dated after the reporting date.
fn from_totals<Key: Ord>(
    books: &dyn Books,
    query: &Query,
    cuts: &Cuts,
    key: impl Fn(&Place<'_>) -> Key,
) -> Result<BTreeMap<Key, Vec<Figures>>, BooksError> {
    let mut collected: BTreeMap<Key, Vec<Figures>> = BTreeMap::new();
    let mut put = |place: &Place<'_>, stretch: Option<usize>, figures: &Figures| {
        let filter = &query.filter;
        let is_wanted = filter.takes_fund(place.fund)
            && filter.takes_theme(place.theme)
            && filter.takes_power(place.power);
        let (true, Some(stretch)) = (is_wanted, stretch) else { return Ok(()) };
        let sums = collected.entry(key(place)).or_insert_with(|| cuts.empty());
        sums.get_mut(stretch).map_or(Ok(()), |sum| sum.absorb(figures))
    };
    let (end, has_days) = (cuts.end.month(), !cuts.end_with_month());
    let is_to_come = |month: Month| cuts.has_to_come && query.range.contains(month.first_day());
    let totals = books.totals();
    for (heading, month, figures) in totals.iter() {
        let Some(theme) = &heading.theme else { continue };
        let place = Place { fund: &heading.fund, theme, power: heading.power, recipient: None };
        if month < end || (month == end && !has_days) {
            put(&place, cuts.stretch_of(month.first_day()), figures)?;
            put(&place, cuts.has_to_come.then_some(TO_COME), &undated(figures, query)?)?;
        } else if is_to_come(month) {
            put(&place, Some(TO_COME), &only(EXPENDITURE, figures.get(EXPENDITURE))?)?;
        }
    }
    for (heading, figures) in totals.up_to(cuts.end).filter(|_| has_days) {
        let Some(theme) = &heading.theme else { continue };
        let place = Place { fund: &heading.fund, theme, power: heading.power, recipient: None };
        put(&place, cuts.stretch_of(end.first_day()), figures)?;
        put(&place, cuts.has_to_come.then_some(TO_COME), &undated(figures, query)?)?;
        if is_to_come(end) {
            let by_then = figures.get(EXPENDITURE).negated();
            put(&place, Some(TO_COME), &only(EXPENDITURE, by_then)?)?;
        }
    }
    if cuts.has_to_come {
        for grant in books.grants(&totals.ahead_of(cuts.end))? {
            let cells = figures(&grant, query.purpose)?;
            let of_sums = cells.iter().filter_map(|cell| {
                let is_summed = match cell.figure == EXPENDITURE {
                    true => cell.day > cuts.end && query.range.contains(cell.day),
                    false => cell.figure == Figure::Unscheduled && query.is_running() && cell.day <= cuts.end,
                };
                is_summed.then(|| GrantFigure { amount: cell.amount.negated(), ..*cell })
            });
            for cell in to_come(&grant, query, &cells)?.into_iter().chain(of_sums) {
                let GrantFigure { fund, theme, power, amount, .. } = cell;
                let place = Place { fund, theme, power, recipient: None };
                put(&place, Some(TO_COME), &only(EXPENDITURE, amount)?)?;
            }
        }
    }
    Ok(collected)
}

/// Returns the changes of all grants before a query's range, and in it up to the reporting date; `None` if only the
/// grants tell.
pub(super) fn before_and_within(
    books: &dyn Books,
    query: &Query,
) -> Result<Option<[Figures; 2]>, BooksError> {
    let cuts = Cuts::before_and_within(query);
    if !totals_answer(books, query, &cuts, false) {
        return Ok(None);
    }
    let mut sums = [Figures::default(), Figures::default()];
    for changes in from_totals(books, query, &cuts, |_| ())?.values() {
        absorb_each(&mut sums, changes)?;
    }
    Ok(Some(sums))
}

/// Returns what is recognised without a date in a running year, of these figures up to the reporting date, as
/// expenditure.
fn undated(figures: &Figures, query: &Query) -> Result<Figures, Overflow> {
    let amount = if query.is_running() { figures.get(Figure::Unscheduled) } else { Money::ZERO };
    only(EXPENDITURE, amount)
}

fn only(figure: Figure, amount: Money) -> Result<Figures, Overflow> {
    let mut figures = Figures::default();
    figures.add(figure, amount)?;
    Ok(figures)
}

/// Returns the changes of one grant's figures, by fund and theme; none when the query excludes the grant.
pub(super) fn of_grant<'a>(
    grant: &'a Grant,
    query: &Query,
    cuts: &Cuts,
) -> Result<Vec<(Place<'a>, Vec<Figures>)>, Overflow> {
    let filter = &query.filter;
    let mut by_theme: Vec<(Place<'_>, Vec<Figures>)> = Vec::new();
    let cells = figures(grant, query.purpose)?;
    let to_come = if cuts.has_to_come { to_come(grant, query, &cells)? } else { Vec::new() };
    let dated = cells.into_iter().filter_map(|cell| Some((cuts.stretch_of(cell.day)?, cell)));
    for (stretch, cell) in dated.chain(to_come.into_iter().map(|cell| (TO_COME, cell))) {
        let wanted = filter.takes_fund(cell.fund)
            && filter.takes_power(cell.power)
            && filter.takes_theme(cell.theme)
            && filter.takes_recipient(cell.recipient);
        if !wanted {
            continue;
        }
        let same = |place: &Place<'_>| {
            place.theme == cell.theme
                && place.fund == cell.fund
                && place.power == cell.power
                && place.recipient == Some(cell.recipient)
        };
        let at = match by_theme.iter().position(|(place, _)| same(place)) {
            Some(at) => at,
            None => {
                // A grant that was reversed and awarded again may have had another fund, power and recipient.
                let (fund, power, recipient) = (cell.fund, cell.power, Some(cell.recipient));
                by_theme.push((Place { fund, theme: cell.theme, power, recipient }, cuts.empty()));
                by_theme.len() - 1
            }
        };
        if let Some(sums) = by_theme.get_mut(at).and_then(|(_, stretches)| stretches.get_mut(stretch)) {
            sums.add(cell.figure, cell.amount)?;
        }
    }
    Ok(by_theme)
}

/// Returns one grant's figures as at a day, over all themes that the query covers.
pub(super) fn grant_as_at(grant: &Grant, query: &Query) -> Result<Figures, Overflow> {
    figures_to(grant, query, query.as_at())
}

/// Returns the same to another day.
pub(super) fn figures_to(grant: &Grant, query: &Query, day: Date) -> Result<Figures, Overflow> {
    let mut sum = Figures::default();
    for (_, changes) in of_grant(grant, query, &Cuts::as_at(day))? {
        changes.iter().try_for_each(|figures| sum.absorb(figures))?;
    }
    Ok(sum)
}

pub(super) fn absorb_each(sums: &mut [Figures], others: &[Figures]) -> Result<(), Overflow> {
    sums.iter_mut().zip(others).try_for_each(|(sum, figures)| sum.absorb(figures))
}
