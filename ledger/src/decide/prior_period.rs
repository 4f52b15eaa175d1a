//! Prior period adjustments: a material error of earlier years goes to reserves, not to the year's expenditure.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Already, Decided, Refusal};
use crate::accounts::Account;
use crate::book::Books;
use crate::calendar::{FinancialYear, Month};
use crate::entry::prior_period::Belongs;
use crate::entry::{Entries, EntryError, Posting};
use crate::events::{Event, GrantFact};
use crate::funds::FundId;
use crate::grants::{Fact, Recorded};
use crate::money::{Money, Overflow};
use crate::rejection::Rejection;
use crate::text::Text;
use crate::themes::ThemeId;

/// Returns the same events with what belongs to earlier years as prior period adjustments, for this reason. Refused
/// where nothing does.
pub(super) fn adjusting(books: &dyn Books, decided: Decided, reason: &Text) -> Result<Decided, Refusal> {
    let mut events = match decided {
        Decided::Events(events) => events,
        Decided::Already(already) => return already_adjusted(books, already),
    };
    let mut is_adjusted = false;
    let mut before = Vec::new();
    for event in &mut events {
        let Event::Grant(fact) = event else { continue };
        // What follows from the rules alone is no error of the office.
        if matches!(*fact.fact, Fact::RulesApplied { .. }) {
            before.push(fact.posted.clone());
            continue;
        }
        let grant = books.grant(&fact.id)?;
        let history = grant.as_ref().map_or(&[][..], |grant| &grant.history[..]);
        let shares = shares(fact, &before, history)?;
        if let Some(adjusted) = fact.adjusting(shares, reason)? {
            (*fact, is_adjusted) = (adjusted, true);
        }
    }
    match is_adjusted {
        true => Ok(Decided::Events(events)),
        false => Err(Rejection::NothingOfEarlierYears.into()),
    }
}

/// Refuses to take what is recorded otherwise for what is asked now.
fn already_adjusted(books: &dyn Books, already: Already) -> Result<Decided, Refusal> {
    match adjusts(books, already)? {
        true => Ok(Decided::Already(already)),
        false => Err(Rejection::RecordedWithoutAdjustment { record: already.record }.into()),
    }
}

/// Returns the same events, or refuses to take a prior period adjustment for what is to be posted late.
pub(super) fn not_adjusting(books: &dyn Books, decided: Decided, is_late: bool) -> Result<Decided, Refusal> {
    if let Decided::Already(already @ Already { record: Some(record), reversed_by: None }) = decided
        && is_late
        && adjusts(books, already)?
    {
        return Err(Rejection::RecordedAsAdjustment { record }.into());
    }
    Ok(decided)
}

fn adjusts(books: &dyn Books, already: Already) -> Result<bool, Refusal> {
    let recorded = already.record.map(|record| books.record(record)).transpose()?.flatten();
    let event = recorded.map(|it| it.event);
    Ok(matches!(event, Some(Event::Grant(GrantFact { prior_period: Some(_), .. }))))
}

/// Returns the reversal of a record: what that posted to reserves, it takes back from there.
pub(super) fn reversing(
    event: GrantFact,
    reversed: &Recorded,
    reason: Option<&Text>,
) -> Result<GrantFact, EntryError> {
    let Some(of_reversed) = &reversed.prior_period else { return Ok(event) };
    let Some(year) = reversed.entries.last_year_adjusted() else { return Ok(event) };
    // Where the record left some of these years to the year in which it was booked, that part comes back there.
    let shares = match reversed.entries.of_the_year().any(|it| it.effective.financial_year() <= year) {
        true => given_back(&event.posted, [&*reversed.entries])?,
        false => event.posted.shares_of(Belongs::UpTo(year)),
    };
    Ok(event.adjusting(shares, reason.unwrap_or(of_reversed))?.unwrap_or(event))
}

/// Returns a payment that came back: what the payment posted to reserves, it gives back to them.
pub(super) fn returning(event: GrantFact, history: &[Recorded]) -> Result<GrantFact, EntryError> {
    let Fact::Returned(returned) = &*event.fact else { return Ok(event) };
    let paid = history.iter().find(|it| it.record == returned.payment);
    let Some(reason) = paid.and_then(|it| it.prior_period.as_ref()) else { return Ok(event) };
    let of_payment = undone(&event.fact, history).into_iter().flatten();
    let shares = given_back(&event.posted, of_payment)?;
    Ok(event.adjusting(shares, reason)?.unwrap_or(event))
}

/// Returns the entries of the record that a fact undoes; of a payment, with what came back of it before. `None` for a
/// fact that undoes no record.
fn undone<'a>(fact: &Fact, history: &'a [Recorded]) -> Option<Vec<&'a Entries>> {
    let entries = |of: &dyn Fn(&Recorded) -> bool| {
        history.iter().filter(|it| of(it)).map(|it| &*it.entries).collect::<Vec<_>>()
    };
    match fact {
        Fact::Reversed { record, .. } => Some(entries(&|it| it.record == *record)),
        Fact::Returned(returned) => {
            let payment = returned.payment;
            let comes_back = |it: &Recorded| {
                it.reversed_by.is_none() && matches!(&*it.fact, Fact::Returned(it) if it.payment == payment)
            };
            Some(entries(&|it| it.record == payment || comes_back(it)))
        }
        Fact::Awarded(_)
        | Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => None,
    }
}

/// Returns the share of each amount that goes back to reserves, up to what these entries took from them.
fn given_back<'a>(
    posted: &Entries,
    taken: impl IntoIterator<Item = &'a Entries>,
) -> Result<Vec<Money>, Overflow> {
    let mut booked = Booked::default();
    taken.into_iter().try_for_each(|entries| booked.adjust(entries))?;
    let mut left: Vec<Money> = posted.of_the_year().map(|it| it.amount).collect();
    let mut shares = vec![Money::ZERO; left.len()];
    booked.give_back(posted, &mut left, &mut shares)?;
    Ok(shares)
}

/// Returns the share of each amount that belongs to earlier years: debits by their days. A credit goes back where the
/// debit is booked, newest first: what is expenditure of the year in which the credit is booked stays there, and reserves
/// take no more than they have borne. What undoes a record goes back where that is booked, debits too.
fn shares(fact: &GrantFact, before: &[Arc<Entries>], history: &[Recorded]) -> Result<Vec<Money>, Overflow> {
    let posted = &*fact.posted;
    let mut left = posted.shares_of(Belongs::BookedLater);
    let late = posted.of_the_year().zip(&left).find(|(_, amount)| !amount.is_zero());
    let Some(now) = late.map(|(it, _)| it.booked.financial_year()) else { return Ok(left) };
    let mut shares = vec![Money::ZERO; left.len()];
    let of_grant = history.iter().map(|it| &it.entries).chain(before).map(|entries| &**entries);
    let mut of_grant = Booked::by(of_grant, now)?;
    // A reversal may have given back to reserves already.
    of_grant.adjust(posted)?;
    if let Some(undone) = undone(&fact.fact, history) {
        let mut of_record = Booked::by(undone, now)?;
        of_record.adjust(posted)?;
        let whole = left.clone();
        of_record.give_back(posted, &mut left, &mut shares)?;
        for (((posting, whole), left), share) in posted.of_the_year().zip(whole).zip(&left).zip(&shares) {
            of_grant.reserves.add(&posting, *share)?;
            of_grant.year.add(&posting, whole.minus(*left)?.minus(*share)?)?;
        }
    }
    for ((posting, share), left) in posted.of_the_year().zip(&mut shares).zip(&mut left) {
        if left.is_positive() {
            of_grant.reserves.add(&posting, *left)?;
            share.add(std::mem::take(left))?;
        }
    }
    of_grant.give_back(posted, &mut left, &mut shares)?;
    // What moves between places adds up to zero, so it is an adjustment as a whole or not at all.
    let moves = |it: &Posting<'_>| it.account == Account::EarlierYears;
    let is_whole = posted.of_the_year().zip(&shares).all(|(it, share)| !moves(&it) || *share == it.amount);
    if !is_whole {
        for (share, _) in shares.iter_mut().zip(posted.of_the_year()).filter(|(_, it)| moves(it)) {
            *share = Money::ZERO;
        }
    }
    Ok(shares)
}

/// Where what is recognised of earlier years is booked.
#[derive(Default)]
struct Booked {
    /// Expenditure of the year in which the entry now is booked.
    year: Held,
    reserves: Held,
}

impl Booked {
    fn by<'a>(
        entries: impl IntoIterator<Item = &'a Entries>,
        now: FinancialYear,
    ) -> Result<Booked, Overflow> {
        let mut booked = Booked::default();
        let postings = entries.into_iter().flat_map(Entries::postings);
        for posting in postings.filter(|it| it.account.is_recognised()) {
            if posting.account == Account::PriorPeriod || posting.booked.financial_year() < now {
                booked.reserves.add(&posting, posting.amount)?;
            } else if posting.effective.financial_year() < now {
                booked.year.add(&posting, posting.amount)?;
            }
        }
        Ok(booked)
    }

    /// Follows what is posted to reserves now.
    fn adjust(&mut self, posted: &Entries) -> Result<(), Overflow> {
        let mut adjusted = posted.postings().filter(|it| it.account == Account::PriorPeriod);
        adjusted.try_for_each(|it| self.reserves.add(&it, it.amount))
    }

    /// Gives back what is left of each amount, first to where its own month is booked, and adds to the shares what goes
    /// to reserves.
    fn give_back(
        &mut self,
        posted: &Entries,
        left: &mut [Money],
        shares: &mut [Money],
    ) -> Result<(), Overflow> {
        for by_month in [true, false] {
            for ((share, left), posting) in shares.iter_mut().zip(&mut *left).zip(posted.of_the_year()) {
                left.add(self.year.take(&posting, *left, by_month)?.negated())?;
                let of_reserves = self.reserves.take(&posting, *left, by_month)?;
                left.add(of_reserves.negated())?;
                share.add(of_reserves)?;
            }
        }
        Ok(())
    }
}

/// A fund and a theme.
type FundAndTheme = (FundId, Option<ThemeId>);

/// What a grant holds by place, and by place and month of service.
#[derive(Default)]
struct Held {
    places: BTreeMap<FundAndTheme, Money>,
    months: BTreeMap<(FundAndTheme, Month), Money>,
}

impl Held {
    fn add(&mut self, posting: &Posting<'_>, amount: Money) -> Result<(), Overflow> {
        let place = (posting.fund.clone(), posting.theme.cloned());
        self.places.entry(place.clone()).or_default().add(amount)?;
        self.months.entry((place, posting.effective.month())).or_default().add(amount)
    }

    /// Takes an amount back from where it is held with the opposite sign, as far as it is, and returns what was taken;
    /// `by_month` only from its own month.
    fn take(&mut self, posting: &Posting<'_>, amount: Money, by_month: bool) -> Result<Money, Overflow> {
        let place = (posting.fund.clone(), posting.theme.cloned());
        let of_place = self.places.get(&place).copied().unwrap_or_default();
        let of_month = match by_month {
            true => self.months.get(&(place, posting.effective.month())).copied().unwrap_or_default(),
            false => of_place,
        };
        let taken = match amount.is_negative() {
            true => amount.max(of_place.min(of_month).max(Money::ZERO).negated()),
            false => amount.min(of_place.max(of_month).min(Money::ZERO).negated()),
        };
        self.add(posting, taken)?;
        Ok(taken)
    }
}
