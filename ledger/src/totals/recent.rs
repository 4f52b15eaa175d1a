//! What totals by month cannot tell of a month that is not over: the figures of its days.
//!
//! From the month of the last record on, there are the figures of each day, apart from those of the last days of months,
//! which is where nearly all expenditure of months to come falls. Earlier months are over for whoever reports on today.
//! The grants that have something dated after the last record are listed: of these, what is still to be recognised does
//! not follow from sums.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Figures, GrantFigure, Heading, PurposeView, figures};
use crate::calendar::Date;
use crate::entry::Entries;
use crate::grants::divisions::StatedLater;
use crate::grants::{Fact, Grant, GrantId};
use crate::money::Overflow;

/// The days from the month of the last record on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recent {
    /// The day of the last record; `None` while there is none.
    pub(super) known: Option<Date>,
    /// The figures of grants on days other than the last of a month.
    days: BTreeMap<(Date, Heading), Figures>,
    /// The grants with something dated after the last record, each with the last of those days.
    pub(super) ahead: BTreeMap<GrantId, Date>,
}

impl Recent {
    /// Goes on to the day of a further record.
    pub(super) fn pass(&mut self, known: Date) {
        let known = self.known.map_or(known, |before| before.max(known));
        self.known = Some(known);
        let from = known.month().first_day();
        self.days.retain(|(day, _), _| *day >= from);
        self.ahead.retain(|_, day| *day > known);
    }

    pub(super) fn absorb(&mut self, others: &Recent) -> Result<(), Overflow> {
        for (place, figures) in &others.days {
            self.days.entry(place.clone()).or_default().absorb(figures)?;
        }
        self.ahead.extend(others.ahead.iter().map(|(id, day)| (id.clone(), *day)));
        Ok(())
    }

    pub(super) fn trim(&mut self) {
        self.days.retain(|_, figures| !figures.is_zero());
    }

    pub(super) fn retain(&mut self, is_wanted: impl Fn(&Heading) -> bool) {
        self.days.retain(|(_, heading), _| is_wanted(heading));
    }

    /// Adds the figures of a grant on these days, or subtracts them if `sign` is false.
    pub(super) fn add_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        let Some(known) = self.known else { return Ok(()) };
        let from = known.month().first_day();
        if !reaches(grant, from) {
            return Ok(());
        }
        for cell in figures(grant, PurposeView::Dated)? {
            let GrantFigure { day, figure, fund, power, theme, amount, .. } = cell;
            if day >= from && day != day.month().last_day() {
                let heading = Heading { fund: fund.clone(), theme: Some(theme.clone()), power };
                let amount = if sign { amount } else { amount.negated() };
                self.days.entry((day, heading)).or_default().add(figure, amount)?;
            }
        }
        Ok(())
    }

    /// Returns the figures of the days of one month up to a day.
    pub(super) fn up_to(&self, day: Date) -> impl Iterator<Item = (&Heading, &Figures)> {
        let from = day.month().first_day();
        let of_month = self.days.iter().skip_while(move |((it, _), _)| *it < from);
        of_month.take_while(move |((it, _), _)| *it <= day).map(|((_, heading), figures)| (heading, figures))
    }

    /// Notes whether a grant has something dated after the last record.
    pub(super) fn look_ahead(&mut self, grant: &Grant) {
        if let Some(known) = self.known
            && let Some(last) = last_ahead(grant, known)
        {
            self.ahead.insert(grant.id.clone(), last);
        }
    }
}

/// Returns true if a grant may have figures on a day or after it.
fn reaches(grant: &Grant, from: Date) -> bool {
    let last_of = |entries: &Entries| last_posted(entries).is_some_and(|day| day >= from);
    grant.history.iter().any(|recorded| {
        let dated = recorded.shown_from().is_some_and(|day| day >= from);
        // Instalments, and what is stated later, change what is not scheduled on their days.
        dated
            || last_of(&recorded.entries)
            || recorded.reductions.iter().any(|it| it.booked >= from)
            || recorded.moved.iter().flat_map(|it| &it.amounts).any(|it| it.booked >= from)
    })
}

/// Returns the last day on which something is booked.
fn last_posted(entries: &Entries) -> Option<Date> {
    let monthly = entries.monthly.iter().filter_map(|run| {
        let last = run.dated().last().map(|(day, _)| day)?;
        Some(run.booked.unwrap_or(last))
    });
    entries.entries.iter().map(|entry| entry.booked()).chain(monthly).max()
}

/// Returns the last day after the last record on which something of a grant is dated that makes what is to be
/// recognised another than the expenditure that is booked later: what posts something, instalments of an award without
/// a period, and what remains of an award that was reversed.
fn last_ahead(grant: &Grant, known: Date) -> Option<Date> {
    let award = grant.award();
    let has_period = award.is_some_and(|award| StatedLater::of(grant.facts()).period(award).is_some());
    let dated = grant.history.iter().filter_map(|recorded| match &*recorded.fact {
        Fact::Scheduled(instalment) => (!has_period).then_some(instalment.due),
        Fact::Due(_) | Fact::Received(_) | Fact::Waived(_) => None,
        Fact::Awarded(_)
        | Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => grant.shown_from(recorded),
    });
    let remains = grant.history.iter().filter(|_| award.is_none());
    let remains = remains.filter_map(|recorded| last_posted(&recorded.entries));
    dated.chain(remains).filter(|day| *day > known).max()
}
