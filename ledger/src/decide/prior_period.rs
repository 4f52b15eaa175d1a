//! Prior period adjustments: a material error of earlier years goes to reserves, not to the year's expenditure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Already, Decided, Refusal};
use crate::accounts::Account;
use crate::book::Books;
use crate::calendar::{Date, FinancialYear, Month};
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

/// Returns the reversal of a record: what that took of earlier years from reserves, it gives back to them.
pub(super) fn reversing(
    event: GrantFact,
    reversed: &Recorded,
    history: &[Recorded],
    reason: Option<&Text>,
) -> Result<GrantFact, EntryError> {
    let Some(of_reversed) = &reversed.prior_period else { return Ok(event) };
    let Some(year) = reversed.entries.last_year_adjusted() else { return Ok(event) };
    let mut shares = shares_of_reversal(&event.posted, &reversed.entries, history, year)?;
    balance_moves(&event.posted, &mut shares)?;
    Ok(event.adjusting(shares, reason.unwrap_or(of_reversed))?.unwrap_or(event))
}

/// Returns a payment that came back: what the payment posted to reserves, it gives back to them.
pub(super) fn returning(event: GrantFact, history: &[Recorded]) -> Result<GrantFact, EntryError> {
    let Fact::Returned(returned) = &*event.fact else { return Ok(event) };
    let paid = history.iter().find(|it| it.record == returned.payment);
    let Some(reason) = paid.and_then(|it| it.prior_period.as_ref()) else { return Ok(event) };
    let of_payment = undone(&event.fact, history).into_iter().flatten();
    let mut of_payment = Booked::taken_by(of_payment)?;
    let mut left: Vec<Money> = event.posted.of_the_year().map(|it| it.amount).collect();
    let shares = of_payment.give_back(&event.posted, &mut left)?;
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

/// Returns the share of each amount that belongs to earlier years: debits by their days. A credit goes back where the
/// debit is booked, newest first: what is expenditure of the year in which the credit is booked stays there, and reserves
/// take no more than they have borne. What undoes a record goes back where that is booked, debits too.
fn shares(fact: &GrantFact, before: &[Arc<Entries>], history: &[Recorded]) -> Result<Vec<Money>, Overflow> {
    let posted = &*fact.posted;
    let recorded: Vec<&Entries> =
        history.iter().map(|it| &it.entries).chain(before).map(|entries| &**entries).collect();
    let undone = undone(&fact.fact, history);
    with_moves_whole(posted, |moves_adjust| {
        by_year_of_booking(
            posted,
            |_| true,
            |now, mut left| {
                let mut of_grant = Booked::by(recorded.iter().copied(), now, |_| true)?;
                of_grant.follow(posted, now)?;
                of_grant.move_within(posted, &mut left, moves_adjust)?;
                let mut shares = vec![Money::ZERO; left.len()];
                if let Some(undone) = &undone {
                    let mut of_record = Booked::by(undone.iter().copied(), now, |_| true)?;
                    // A reversal may have given back to reserves already.
                    of_record.reserves.add_all(posted.postings().filter(is_adjusted))?;
                    let whole = left.clone();
                    add_up(&mut shares, of_record.give_back(posted, &mut left)?)?;
                    of_grant.came_back(posted, &whole, &left, &shares)?;
                }
                for ((posting, share), left) in posted.of_the_year().zip(&mut shares).zip(&mut left) {
                    if left.is_positive() {
                        of_grant.reserves.add(&posting, *left)?;
                        share.add(std::mem::take(left))?;
                    }
                }
                add_up(&mut shares, of_grant.give_back(posted, &mut left)?)?;
                Ok(shares)
            },
        )
    })
}

/// Returns the share of each amount of a reversal that goes to reserves: of what changes up to the last year that the
/// record adjusted, what reserves bear. What the record left to the year in which it was booked, or later records booked
/// there, comes back there.
fn shares_of_reversal(
    posted: &Entries,
    reversed: &Entries,
    history: &[Recorded],
    year: FinancialYear,
) -> Result<Vec<Money>, Overflow> {
    let is_meant = |it: &Posting<'_>| it.effective.financial_year() <= year;
    // Where a month was reopened, it is booked in its own year: what was taken of it goes back.
    let mut taken = Booked::taken_by([reversed])?;
    let mut shares = Vec::new();
    for it in posted.of_the_year() {
        let is_of_own_year = is_meant(&it) && !is_late(&it);
        shares.push(if is_of_own_year { taken.reserves.take(&it, it.amount, true)? } else { Money::ZERO });
    }
    let of_own_years = shares.clone();
    let of_later_years = by_year_of_booking(posted, is_meant, |now, mut left| {
        let recorded = history.iter().map(|it| &*it.entries);
        let (mut of_record, mut of_grant) =
            (Booked::by([reversed], now, is_meant)?, Booked::by(recorded, now, is_meant)?);
        for (posting, share) in posted.of_the_year().zip(&of_own_years) {
            of_record.reserves.add(&posting, *share)?;
        }
        if of_grant.year.is_empty() && of_record.year.is_empty() {
            return Ok(left);
        }
        of_grant.follow(posted, now)?;
        let whole = left.clone();
        let mut shares = of_record.give_back(posted, &mut left)?;
        // What moved since comes back elsewhere.
        let [mut debits, mut credits] = of_record.reserves.sums()?;
        for (left, share) in left.iter_mut().zip(&mut shares) {
            let (is_credit, rest) =
                if left.is_negative() { (true, &mut debits) } else { (false, &mut credits) };
            let back = if is_credit { (*left).max(rest.negated()) } else { (*left).min(rest.negated()) };
            rest.add(back)?;
            left.add(back.negated())?;
            share.add(back)?;
        }
        of_grant.came_back(posted, &whole, &left, &shares)?;
        add_up(&mut shares, of_grant.give_back(posted, &mut left)?)?;
        Ok(shares)
    })?;
    add_up(&mut shares, of_later_years)?;
    Ok(shares)
}

/// What moves between places adds up to zero, so it is an adjustment as a whole or not at all.
fn with_moves_whole(
    posted: &Entries,
    shares: impl Fn(bool) -> Result<Vec<Money>, Overflow>,
) -> Result<Vec<Money>, Overflow> {
    let all = shares(true)?;
    let is_whole = posted.of_the_year().zip(&all).all(|(it, share)| !moves(&it) || *share == it.amount);
    if is_whole { Ok(all) } else { shares(false) }
}

/// Takes from the shares of what moves between places what one place has more of than the others.
fn balance_moves(posted: &Entries, shares: &mut [Money]) -> Result<(), Overflow> {
    let mut sums: BTreeMap<(Date, Date), Money> = BTreeMap::new();
    for (it, share) in posted.of_the_year().zip(&*shares).filter(|(it, _)| moves(it)) {
        sums.entry((it.effective, it.booked)).or_default().add(*share)?;
    }
    for (it, share) in posted.of_the_year().zip(shares).filter(|(it, _)| moves(it)) {
        let Some(beyond) = sums.get_mut(&(it.effective, it.booked)) else { continue };
        let less = match beyond.is_negative() {
            true => (*share).min(Money::ZERO).max(*beyond),
            false => (*share).max(Money::ZERO).min(*beyond),
        };
        share.add(less.negated())?;
        beyond.add(less.negated())?;
    }
    Ok(())
}

/// Adds up the shares of what is booked in each financial year later than its own. What is not meant, or of another year,
/// is none of an amount.
fn by_year_of_booking(
    posted: &Entries,
    is_meant: impl Fn(&Posting<'_>) -> bool,
    shares: impl Fn(FinancialYear, Vec<Money>) -> Result<Vec<Money>, Overflow>,
) -> Result<Vec<Money>, Overflow> {
    let is_meant = |it: &Posting<'_>| is_late(it) && is_meant(it);
    let years: BTreeSet<FinancialYear> =
        posted.of_the_year().filter(is_meant).map(|it| it.booked.financial_year()).collect();
    let mut sum = vec![Money::ZERO; posted.of_the_year().count()];
    for now in years {
        let of_year = |it: Posting<'_>| match is_meant(&it) && it.booked.financial_year() == now {
            true => it.amount,
            false => Money::ZERO,
        };
        add_up(&mut sum, shares(now, posted.of_the_year().map(of_year).collect())?)?;
    }
    Ok(sum)
}

fn is_late(posting: &Posting<'_>) -> bool {
    posting.effective.financial_year() < posting.booked.financial_year()
}

fn is_adjusted(posting: &Posting<'_>) -> bool {
    posting.account == Account::PriorPeriod
}

fn moves(posting: &Posting<'_>) -> bool {
    posting.account == Account::EarlierYears
}

fn add_up(sums: &mut [Money], more: Vec<Money>) -> Result<(), Overflow> {
    sums.iter_mut().zip(more).try_for_each(|(sum, more)| sum.add(more))
}

/// Where what is recognised of earlier years is booked.
#[derive(Default)]
struct Booked {
    /// Expenditure of the year in which the entry now is booked.
    year: Held,
    reserves: Held,
}

impl Booked {
    /// Returns where what is meant of these entries is, in a year in which more is booked.
    fn by<'a>(
        entries: impl IntoIterator<Item = &'a Entries>,
        now: FinancialYear,
        is_meant: impl Fn(&Posting<'_>) -> bool,
    ) -> Result<Booked, Overflow> {
        let mut booked = Booked::default();
        let postings = entries.into_iter().flat_map(Entries::postings);
        for posting in postings.filter(|it| it.account.is_recognised() && is_meant(it)) {
            if is_adjusted(&posting) || posting.booked.financial_year() < now {
                booked.reserves.add(&posting, posting.amount)?;
            } else if posting.effective.financial_year() < now {
                booked.year.add(&posting, posting.amount)?;
            }
        }
        Ok(booked)
    }

    /// Returns what these entries took from reserves.
    fn taken_by<'a>(entries: impl IntoIterator<Item = &'a Entries>) -> Result<Booked, Overflow> {
        let mut booked = Booked::default();
        booked.reserves.add_all(entries.into_iter().flat_map(Entries::postings).filter(is_adjusted))?;
        Ok(booked)
    }

    /// Follows what is posted now, but for what is booked in the year.
    fn follow(&mut self, posted: &Entries, now: FinancialYear) -> Result<(), Overflow> {
        let is_there = |it: &Posting<'_>| is_adjusted(it) || it.booked.financial_year() < now;
        let recognised = posted.postings().filter(|it| it.account.is_recognised());
        self.reserves.add_all(recognised.filter(is_there))
    }

    /// Books in the year what moves between places, unless that is an adjustment.
    fn move_within(
        &mut self,
        posted: &Entries,
        left: &mut [Money],
        moves_adjust: bool,
    ) -> Result<(), Overflow> {
        let mut moved = posted.of_the_year().zip(left).filter(|(it, _)| moves(it) && !moves_adjust);
        moved.try_for_each(|(it, left)| self.year.add(&it, std::mem::take(left)))
    }

    /// Follows what came back: these shares to reserves, and to the year what else is no longer left.
    fn came_back(
        &mut self,
        posted: &Entries,
        whole: &[Money],
        left: &[Money],
        shares: &[Money],
    ) -> Result<(), Overflow> {
        for (((posting, whole), left), share) in posted.of_the_year().zip(whole).zip(left).zip(shares) {
            self.reserves.add(&posting, *share)?;
            self.year.add(&posting, whole.minus(*left)?.minus(*share)?)?;
        }
        Ok(())
    }

    /// Gives back what is left of each amount, first to where its own month is booked, and returns what goes to reserves.
    fn give_back(&mut self, posted: &Entries, left: &mut [Money]) -> Result<Vec<Money>, Overflow> {
        let mut shares = vec![Money::ZERO; left.len()];
        for by_month in [true, false] {
            for ((share, left), posting) in shares.iter_mut().zip(&mut *left).zip(posted.of_the_year()) {
                left.add(self.year.take(&posting, *left, by_month)?.negated())?;
                let of_reserves = self.reserves.take(&posting, *left, by_month)?;
                left.add(of_reserves.negated())?;
                share.add(of_reserves)?;
            }
        }
        Ok(shares)
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

    fn add_all<'a>(&mut self, mut postings: impl Iterator<Item = Posting<'a>>) -> Result<(), Overflow> {
        postings.try_for_each(|it| self.add(&it, it.amount))
    }

    fn is_empty(&self) -> bool {
        self.months.values().all(|amount| amount.is_zero())
    }

    /// Returns the debits and, negative, the credits.
    fn sums(&self) -> Result<[Money; 2], Overflow> {
        let sum = |sign: fn(Money, Money) -> Money| {
            Money::sum(self.places.values().map(|amount| sign(*amount, Money::ZERO)))
        };
        Ok([sum(Money::max)?, sum(Money::min)?])
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
