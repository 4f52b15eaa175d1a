//! The one place where reports read figures.
//!
//! Whole months are read from the totals; what totals do not contain (single days, recipients, other
//! views of purposes) is read from the grants. Both sources give the same figures, since the totals
//! are the sum of the grants' own figures ([`crate::totals`]).

use std::collections::BTreeMap;
use std::ops::Range;

use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange};
use crate::funds::FundId;
use crate::grants::{Grant, Power};
use crate::money::Overflow;
use crate::recipients::RecipientId;
use crate::reports::Query;
use crate::reports::to_come::to_come;
use crate::themes::ThemeId;
use crate::totals::{Figures, PurposeView, figures};

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

    /// Returns true when every stretch consists of whole months.
    fn are_whole_months(&self) -> bool {
        let used = self.starts.iter().filter(|start| **start <= self.end);
        self.end == self.end.month().last_day()
            && used.into_iter().all(|start| *start == start.month().first_day())
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

/// Returns true when the totals are sufficient for a query.
pub(super) fn totals_answer(query: &Query, cuts: &Cuts, by_grants: bool) -> bool {
    query.source == Source::Auto
        && query.purpose == PurposeView::Dated
        && query.filter.recipient.is_none()
        && !by_grants
        && !cuts.has_to_come
        && cuts.are_whole_months()
}

/// Returns the changes of all figures that the query covers, by key and stretch of time. `by_grants`
/// means that the key depends on more than fund, theme and power.
pub(super) fn collect<Key: Ord>(
    books: &dyn Books,
    query: &Query,
    cuts: &Cuts,
    by_grants: bool,
    key: impl Fn(&Place<'_>) -> Key,
) -> Result<BTreeMap<Key, Vec<Figures>>, BooksError> {
    let mut collected: BTreeMap<Key, Vec<Figures>> = BTreeMap::new();
    if totals_answer(query, cuts, by_grants) {
        for (heading, month, figures) in books.totals().iter() {
            let Some(theme) = &heading.theme else { continue };
            let place = Place { fund: &heading.fund, theme, power: heading.power, recipient: None };
            let wanted = query.filter.takes_fund(place.fund)
                && query.filter.takes_theme(place.theme)
                && query.filter.takes_power(place.power);
            if let (true, Some(stretch)) = (wanted, cuts.stretch_of(month.first_day())) {
                let sums = collected.entry(key(&place)).or_insert_with(|| cuts.empty());
                sums.get_mut(stretch).map_or(Ok(()), |sum| sum.absorb(figures))?;
            }
        }
        return Ok(collected);
    }
    books.each_grant(&mut |grant| {
        for (place, changes) in of_grant(grant, query, cuts)? {
            let sums = collected.entry(key(&place)).or_insert_with(|| cuts.empty());
            absorb_each(sums, &changes)?;
        }
        Ok(())
    })?;
    Ok(collected)
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
