//! The time under one division of a grant over funds and themes, with what is under its places.

use crate::allocation::{Division, Place};
use crate::calendar::{Date, FinancialYear};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::split::{offset, shares};

/// What ties places to those of later divisions: what was booked under the one belongs to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tie {
    Place,
    Fund,
    Theme,
    Nothing,
}

impl Tie {
    /// Returns what is left of it after one more change.
    pub(super) fn and(self, next: Tie) -> Tie {
        match (self, next) {
            (Tie::Place, tie) | (tie, Tie::Place) => tie,
            _ if self == next => self,
            _ => Tie::Nothing,
        }
    }

    /// True if it ties two places.
    pub(super) fn ties(self, a: Place<'_>, b: Place<'_>) -> bool {
        match self {
            Tie::Place => a == b,
            Tie::Fund => a.fund == b.fund,
            Tie::Theme => a.theme == b.theme,
            Tie::Nothing => true,
        }
    }
}

/// The time from one division to the next.
pub(super) struct Divided<'a> {
    pub(super) from: Date,
    /// What ties its places to those in force.
    pub(super) tie: Tie,
    pub(super) division: Division<'a>,
    /// How expenditure is divided where it follows payments for named parts.
    pub(super) by_payments: Option<Division<'a>>,
    pub(super) recognised: Money,
    /// The year of the latest recognition, and what was recognised before it.
    year: Option<FinancialYear>,
    of_earlier_years: Money,
    /// Payments less refunds.
    pub(super) paid: Held<'a>,
    /// What moved here through the bank, less what moved away.
    pub(super) transferred: Held<'a>,
    pub(super) recoveries_due: Held<'a>,
    /// What was prepaid here (or accrued, if negative) when the amount of one part changed.
    pub(super) opening: Held<'a>,
    /// Payments for parts that were named.
    pub(super) named: Held<'a>,
    /// The payments made here that named no part, in order, with what of each did not come back.
    pub(super) unnamed: Vec<Unnamed<'a>>,
}

/// A payment that named no part, by the places that it was posted to.
pub(super) struct Unnamed<'a> {
    pub(super) date: Date,
    pub(super) left: Held<'a>,
}

impl Unnamed<'_> {
    /// True for a payment of a day, or for each if none is given.
    fn is_of(&self, day: Option<Date>) -> bool {
        day.is_none_or(|day| day == self.date)
    }
}

impl<'a> Divided<'a> {
    pub(super) fn new(from: Date, division: Division<'a>) -> Divided<'a> {
        Divided {
            from,
            tie: Tie::Place,
            division,
            by_payments: None,
            recognised: Money::ZERO,
            year: None,
            of_earlier_years: Money::ZERO,
            paid: Held::default(),
            transferred: Held::default(),
            recoveries_due: Held::default(),
            opening: Held::default(),
            named: Held::default(),
            unnamed: Vec::new(),
        }
    }

    /// True if a place is one of the division.
    pub(super) fn has(&self, place: Place<'_>) -> bool {
        self.division.places().any(|it| it == place)
    }

    /// Returns how expenditure is divided.
    pub(super) fn spending(&self) -> &Division<'a> {
        self.by_payments.as_ref().unwrap_or(&self.division)
    }

    /// Returns expenditure by place.
    pub(super) fn spent(&self) -> Held<'a> {
        Held(self.spending().divide(self.recognised).collect())
    }

    /// Takes what came back from the payments for a part.
    pub(super) fn unname(&mut self, place: Place<'a>, amount: Money) -> Result<(), Overflow> {
        let returned = amount.min(self.named.of(place));
        if returned.is_zero() { Ok(()) } else { self.named.add(place, returned.negated()) }
    }

    /// Takes an amount from what is left of the payments that named no part, of one day or of all, in proportion to where
    /// they were posted. Returns what each place gives, up to what there is.
    pub(super) fn take_unnamed(&mut self, paid: Option<Date>, amount: Money) -> Result<Held<'a>, Overflow> {
        let there = self.unnamed_left(paid)?;
        let taken = Held(there.proportion(amount.min(there.total()?)));
        for (place, share) in &taken.0 {
            self.take_unnamed_at(*place, paid, *share)?;
        }
        Ok(taken)
    }

    /// Returns what is left of the payments that named no part, of one day or of all.
    pub(super) fn unnamed_left(&self, paid: Option<Date>) -> Result<Held<'a>, Overflow> {
        let mut there = Held::default();
        for (place, left) in self.unnamed.iter().filter(|it| it.is_of(paid)).flat_map(|it| &it.left.0) {
            there.add(*place, *left)?;
        }
        Ok(there)
    }

    /// Returns what a part has of it.
    pub(super) fn part(&self, share: impl Fn(&Held<'a>) -> Held<'a>) -> Result<Divided<'a>, Overflow> {
        let spent = share(&self.spent());
        let of_earlier_years = Held(self.spending().divide(self.of_earlier_years).collect());
        let unnamed = self.unnamed.iter().map(|it| Unnamed { date: it.date, left: share(&it.left) });
        let places = share(&Held(self.division.places().map(|place| (place, Money::ZERO)).collect()));
        let division = Division::by_weights(places.0.iter().map(|(place, _)| (*place, 0)).collect());
        Ok(Divided {
            recognised: spent.total()?,
            of_earlier_years: share(&of_earlier_years).total()?,
            by_payments: Some(division.clone().reweighed(&spent.0)),
            division,
            paid: share(&self.paid),
            transferred: share(&self.transferred),
            recoveries_due: share(&self.recoveries_due),
            opening: Held::default(),
            named: Held::default(),
            unnamed: unnamed.collect(),
            ..*self
        })
    }

    /// Returns where a payment that named no part comes back from: where it was posted, then wherever anything is paid.
    pub(super) fn come_back(
        &mut self,
        paid: Option<Date>,
        amount: Money,
    ) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let mut from = self.take_unnamed(paid, amount)?;
        let mut others = Held(self.paid.0.clone());
        for (place, share) in &from.0 {
            others.add(*place, share.negated())?;
        }
        for (place, share) in others.proportion(amount.minus(from.total()?)?) {
            from.add(place, share)?;
        }
        Ok(from.0)
    }

    /// Takes what came back from a place from the payments that named no part: of one day, or of all, newest first.
    pub(super) fn take_unnamed_at(
        &mut self,
        place: Place<'a>,
        paid: Option<Date>,
        amount: Money,
    ) -> Result<(), Overflow> {
        let mut rest = amount;
        for payment in self.unnamed.iter_mut().rev().filter(|it| it.is_of(paid)) {
            let taken = payment.left.of(place).min(rest);
            if taken.is_positive() {
                payment.left.add(place, taken.negated())?;
                rest = rest.minus(taken)?;
            }
        }
        Ok(())
    }

    /// Sets what is recognised.
    pub(super) fn recognise(&mut self, date: Date, to_date: Money) {
        self.of_earlier_years = self.recognised_before_year_of(date);
        self.year = Some(date.financial_year());
        self.recognised = to_date;
    }

    /// Takes expenditure over from earlier divisions, of which some is of earlier years.
    pub(super) fn take_over(&mut self, date: Date, of_earlier_years: Money, recognised: Money) {
        (self.year, self.of_earlier_years) = (Some(date.financial_year()), of_earlier_years);
        self.recognised = recognised;
    }

    /// Returns what is recognised and was before the financial year of a day.
    pub(super) fn recognised_before_year_of(&self, date: Date) -> Money {
        match self.year {
            Some(year) if year == date.financial_year() => self.of_earlier_years.min(self.recognised),
            Some(_) | None => self.recognised,
        }
    }

    /// Returns the net payments of each place, with what moved through the bank.
    pub(super) fn net_paid(&self) -> Result<Held<'a>, Overflow> {
        let mut net = Held(self.division.places().map(|place| (place, Money::ZERO)).collect());
        for (place, amount) in self.paid.0.iter().chain(&self.transferred.0) {
            net.add(*place, *amount)?;
        }
        Ok(net)
    }

    /// Returns how what is paid here is shared over the places: by the division, but for payments of named parts.
    pub(super) fn own_shares_of_paid(&self, paid: Money) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let (opening, named) = (self.opening.total()?, self.named.total()?);
        let rest = paid.minus(opening)?;
        let (by_name, by_division) = match named.is_positive() {
            true if rest >= named => (named, rest.minus(named)?),
            true => (rest.max(Money::ZERO), rest.min(Money::ZERO)),
            false => (Money::ZERO, rest),
        };
        let mut shares: Vec<(Place<'a>, Money)> = self.division.divide(by_division).collect();
        if !self.has_own() {
            return Ok(shares);
        }
        let mut fixed = Held(self.opening.0.clone());
        let by_place = Held(self.division.places().map(|place| (place, self.named.of(place))).collect());
        for (place, amount) in by_place.proportion(by_name) {
            fixed.add(place, amount)?;
        }
        for (place, amount) in fixed.0 {
            match shares.iter_mut().find(|(it, _)| *it == place) {
                Some((_, share)) => *share = share.plus(amount)?,
                None => shares.push((place, amount)),
            }
        }
        Ok(shares)
    }

    /// Returns true where places have had payments or variations of their own.
    pub(super) fn has_own(&self) -> bool {
        !self.opening.0.is_empty() || !self.named.0.is_empty()
    }

    /// Returns the same shares; what a place is paid beyond what is promised to it covers others that lack it.
    pub(super) fn shares_of_paid(
        &self,
        paid: Money,
        promised: Money,
    ) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let mut shares = self.own_shares_of_paid(paid)?;
        if !self.has_own() {
            return Ok(shares);
        }
        let promised = Held(self.division.divide(promised).collect());
        let beyond = |(place, share): &(Place<'a>, Money)| share.minus(promised.of(*place));
        let differences = shares.iter().map(beyond).collect::<Result<Vec<Money>, Overflow>>()?;
        for ((_, share), moves) in shares.iter_mut().zip(offset(&differences)?) {
            *share = share.minus(moves)?;
        }
        Ok(shares)
    }
}

/// Amounts by place.
#[derive(Clone, Default)]
pub(super) struct Held<'a>(pub(super) Vec<(Place<'a>, Money)>);

impl<'a> Held<'a> {
    pub(super) fn of(&self, place: Place<'a>) -> Money {
        self.0.iter().find(|(it, _)| *it == place).map_or(Money::ZERO, |(_, amount)| *amount)
    }

    pub(super) fn add(&mut self, place: Place<'a>, amount: Money) -> Result<(), Overflow> {
        match self.0.iter_mut().find(|(it, _)| *it == place) {
            Some((_, held)) => *held = held.plus(amount)?,
            None => self.0.push((place, amount)),
        }
        Ok(())
    }

    pub(super) fn total(&self) -> Result<Money, Overflow> {
        Money::sum(self.0.iter().map(|(_, amount)| *amount))
    }

    /// Returns parts of an amount, which is no more than there is, in proportion to what there is.
    pub(super) fn proportion(&self, amount: Money) -> Vec<(Place<'a>, Money)> {
        let places = self.0.iter().map(|(place, _)| *place);
        places.zip(shares(self.0.iter().map(|(_, held)| *held), amount)).collect()
    }

    /// Returns what each place lacks, of those that either holds.
    pub(super) fn differences(&self, wanted: &Held<'a>) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        let gone = self.0.iter().filter(|(place, _)| wanted.0.iter().all(|(it, _)| it != place));
        let gone = gone.map(|(place, amount)| Ok((*place, amount.negated())));
        let there = wanted.0.iter().map(|(place, amount)| Ok((*place, amount.minus(self.of(*place))?)));
        gone.chain(there).collect()
    }
}

/// Returns what is due back under divisions.
pub(super) fn due_back(divisions: &[Divided<'_>]) -> Result<Money, Overflow> {
    divisions.iter().try_fold(Money::ZERO, |sum, it| sum.plus(it.recoveries_due.total()?))
}

/// Returns what is taken of an amount from each earlier division, newest first, up to what there is, and leaves the
/// rest.
pub(super) fn take_newest_first<'a>(
    past: &[Divided<'a>],
    amount: &mut Money,
    there_is: impl Fn(&Divided<'a>) -> Result<Money, Overflow>,
) -> Result<Vec<Money>, Overflow> {
    let mut taken = vec![Money::ZERO; past.len()];
    for (divided, taken) in past.iter().zip(&mut taken).rev() {
        *taken = there_is(divided)?.max(Money::ZERO).min(*amount);
        *amount = amount.minus(*taken)?;
    }
    Ok(taken)
}

/// Separates what moves between places into what moves within a fund and what moves between funds: of each fund, what
/// it gains or loses in all, from its places in the order of their themes that gain or lose. Returns them in the order given.
pub(super) fn between_funds<'a>(
    parts: &[(Place<'a>, Money)],
) -> Result<Vec<(Place<'a>, Money, Money)>, Overflow> {
    let mut funds: Vec<(&FundId, Money)> = Vec::new();
    for (place, amount) in parts {
        match funds.iter_mut().find(|(it, _)| *it == place.fund) {
            Some((_, net)) => *net = net.plus(*amount)?,
            None => funds.push((place.fund, *amount)),
        }
    }
    let mut separated: Vec<_> = parts.iter().map(|(place, amount)| (*place, *amount, Money::ZERO)).collect();
    let mut sorted: Vec<&mut (Place<'a>, Money, Money)> = separated.iter_mut().collect();
    sorted.sort_by_key(|(place, ..)| *place);
    for (place, within, between) in sorted {
        let Some((_, net)) = funds.iter_mut().find(|(it, _)| *it == place.fund) else { continue };
        *between = match net.is_positive() == within.is_positive() {
            true if within.size() < net.size() => *within,
            true => *net,
            false => Money::ZERO,
        };
        *net = net.minus(*between)?;
        *within = within.minus(*between)?;
    }
    Ok(separated)
}
