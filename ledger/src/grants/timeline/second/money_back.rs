//! Money that comes back: refunds and returned payments.

use super::divided::{Held, take_newest_first};
use super::{Movement, Walk};
use crate::allocation::Place;
use crate::calendar::Date;
use crate::money::{Money, Overflow};

impl<'a> Walk<'a> {
    /// Takes money back, from where payments are: the division in force first, then earlier ones, newest first. What
    /// was paid for a part comes back from it.
    pub(super) fn repay(
        &mut self,
        date: Date,
        amount: Money,
        part: Option<Place<'a>>,
        paid_on: Option<Date>,
    ) -> Result<(), Overflow> {
        let before = self.shares_of_paid()?;
        let here_is = self.present.net_paid()?;
        let mut left = amount;
        let mut parts = Vec::new();
        let here = here_is.total()?.max(Money::ZERO).min(left);
        left = left.minus(here)?;
        let of_past: Vec<Money> = take_newest_first(&self.past, &mut left, |it| it.net_paid()?.total())?;
        // What was never paid is nowhere; it is shown where it would come back.
        let here = here.plus(left)?;
        self.paid = self.paid.minus(here)?;
        if let Some(part) = part {
            self.present.unname(part, here)?;
        }
        let mut shared = before.differences(&self.shares_of_paid()?)?;
        let is_beyond =
            |(place, part): &(Place<'a>, Money)| part.is_positive() || part.size() > here_is.of(*place);
        if shared.iter().any(is_beyond) && left.is_zero() {
            // A payment that came back came back from where it was posted.
            let posted = paid_on.map(|day| self.present.unnamed_left(Some(day))).transpose()?;
            let posted = posted.filter(|it| it.total().is_ok_and(|there| there >= here));
            let proportion = posted.unwrap_or(here_is).proportion(here);
            shared = proportion.into_iter().map(|(place, part)| (place, part.negated())).collect();
        }
        self.paid = self.paid.plus(here)?.minus(amount)?;
        for (place, part) in shared {
            self.present.paid.add(place, part)?;
            if !self.apart {
                self.present.take_unnamed_at(place, paid_on, part.negated())?;
            }
            parts.push((place, part));
        }
        for (divided, taken) in self.past.iter_mut().zip(of_past) {
            for (place, part) in divided.net_paid()?.proportion(taken) {
                divided.paid.add(place, part.negated())?;
                parts.push((place, part.negated()));
            }
        }
        if self.period.is_none() {
            self.limit_named()?;
        }
        parts.into_iter().try_for_each(|(place, part)| self.step(date, Movement::Pay, place, part))
    }

    /// Returns the number of the earlier division in force on a day; `None` for the one in force now. What was before the
    /// decision belongs to the first.
    pub(super) fn past_on(&self, day: Date) -> Option<usize> {
        let then = self.past.iter().rposition(|it| it.from <= day).unwrap_or(0);
        (day < self.present.from && !self.past.is_empty()).then_some(then)
    }

    /// Takes a payment of a day back, from the earlier division under which it was made, if so, and from its part.
    pub(super) fn give_back(
        &mut self,
        date: Date,
        amount: Money,
        paid_on: Date,
        part: Option<Place<'a>>,
    ) -> Result<(), Overflow> {
        let past = self.past_on(paid_on);
        let there = match past.and_then(|at| self.past.get(at)) {
            Some(divided) => divided.paid.total()?.max(Money::ZERO).min(amount),
            None => Money::ZERO,
        };
        if let Some(divided) = past.and_then(|at| self.past.get_mut(at)) {
            self.paid = self.paid.minus(there)?;
            let has_own = divided.has_own();
            let parts = match part.filter(|part| divided.paid.of(*part) >= there) {
                Some(part) => vec![(part, there)],
                None if has_own => divided.come_back(Some(paid_on), there)?,
                None => divided.paid.proportion(there),
            };
            if !self.apart && !has_own {
                divided.take_unnamed(Some(paid_on), there)?;
            }
            for (place, part) in &parts {
                divided.paid.add(*place, part.negated())?;
            }
            parts
                .iter()
                .try_for_each(|(place, part)| self.step(date, Movement::Pay, *place, part.negated()))?;
            // Without a period, its expenditure is there too.
            if self.period.is_none() {
                let came_back = match part {
                    Some(part) => Some(vec![(part, there)]),
                    None if has_own || self.apart => Some(parts),
                    None => None,
                };
                self.credit_past(date, past, there, came_back.as_deref())?;
            }
        }
        match amount.minus(there)? {
            rest if rest.is_zero() => Ok(()),
            rest => self.repay(date, rest, part.filter(|_| !self.by_part), Some(paid_on)),
        }
    }

    /// Credits expenditure of an earlier division, up to an amount and what of it is not due back: where it came back from,
    /// if there is as much.
    fn credit_past(
        &mut self,
        date: Date,
        past: Option<usize>,
        amount: Money,
        came_back: Option<&[(Place<'a>, Money)]>,
    ) -> Result<(), Overflow> {
        let to_date = self.paid.minus(self.recovery_due()?)?;
        let credit = self.recognised.minus(to_date)?.max(Money::ZERO).min(amount);
        let Some(divided) = past.and_then(|place| self.past.get_mut(place)) else {
            return Ok(());
        };
        let credit = credit.min(divided.recognised);
        let (before, mut spent) = (divided.recognised, divided.spent());
        divided.recognise(date, before.minus(credit)?);
        let credits = came_back.map(|from| Held(from.to_vec()).proportion(credit));
        let there_is = |(place, share): &(Place<'a>, Money)| spent.of(*place) >= *share;
        let credits = match credits.filter(|credits| credits.iter().all(there_is)) {
            Some(credits) => {
                for (place, share) in &credits {
                    spent.add(*place, share.negated())?;
                }
                divided.by_payments = Some(divided.division.clone().reweighed(&spent.0));
                credits
            }
            None => divided.spending().change(divided.recognised, before)?,
        };
        self.recognised = self.recognised.minus(credit)?;
        self.service.credit(credit)?;
        credits
            .into_iter()
            .try_for_each(|(place, share)| self.step(date, Movement::Recognise, place, share.negated()))
    }
}
