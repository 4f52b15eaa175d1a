//! Service paid for and recognised: which days of it have been expenditure, and how much.

use std::rc::Rc;

use crate::allocation::{Division, Place};
use crate::calendar::{Date, DateRange};
use crate::money::{Money, Overflow};

/// The weight of a whole month, which the number of days of any month divides.
const MONTH: u64 = 28 * 29 * 15 * 31;

/// What has been recognised, stretch by stretch: each change of estimate begins another.
#[derive(Clone, Debug, Default)]
pub(super) struct Service<'a>(Vec<Stretch<'a>>);

/// An amount of service over days, of which some count.
#[derive(Clone, Debug)]
struct Stretch<'a> {
    course: Course<'a>,
    /// The first and the last day that count.
    first: Date,
    last: Date,
    /// The most that the days that count come to, once some of it was credited.
    most: Money,
}

/// What an amount of service comes to day by day.
#[derive(Clone, Debug)]
enum Course<'a> {
    /// Spread evenly over days or months.
    Even { days: DateRange, by_month: bool, amount: Money },
    /// A part's share of other service.
    Share { of: Rc<Shared<'a>>, place: Place<'a> },
}

/// Service that parts share: up to an amount by one division, beyond it by another.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) service: Service<'a>,
    pub(super) before: Money,
    pub(super) by: Division<'a>,
    pub(super) beyond_by: Division<'a>,
}

impl<'a> Shared<'a> {
    /// Returns the share of a part in a cumulative amount.
    pub(super) fn share(&self, place: Place<'a>, amount: Money) -> Result<Money, Overflow> {
        let before = amount.min(self.before);
        let share = |by: &Division<'a>, amount| {
            by.divide(amount).find(|(it, _)| *it == place).map_or(Money::ZERO, |(_, share)| share)
        };
        share(&self.by, before).plus(share(&self.beyond_by, amount.minus(before)?))
    }
}

impl Course<'_> {
    /// Returns what it comes to up to the end of a day, rounded cumulatively.
    fn to(&self, day: Date) -> Result<Money, Overflow> {
        match self {
            Course::Even { days, .. } if day < days.from() => Ok(Money::ZERO),
            Course::Even { days, by_month, amount } => {
                let until = |day: Date| weight(days.from(), day.min(days.to()), *by_month);
                Ok(amount.fraction(until(day), until(days.to())))
            }
            Course::Share { of, place } => of.share(*place, of.service.to(day)?),
        }
    }
}

impl Stretch<'_> {
    /// Returns what the days that count come to, up to the end of a day.
    fn to(&self, day: Date) -> Result<Money, Overflow> {
        let end = day.min(self.last);
        if end < self.first {
            return Ok(Money::ZERO);
        }
        Ok(self.course.to(end)?.minus(self.course.to(self.first.previous_day())?)?.min(self.most))
    }
}

/// Returns the weight of days of service: days, or months with a part of a month by its days.
fn weight(from: Date, to: Date, by_month: bool) -> u64 {
    let days = |from: Date, to: Date| u64::try_from(to.days_since(from) + 1).unwrap_or(0);
    if !by_month {
        return days(from, to);
    }
    let of_a_day = |day: Date| MONTH / u64::from(day.month().last_day().day());
    let months = u64::try_from(to.month().months_since(from.month())).unwrap_or(0);
    match months {
        0 => days(from, to) * of_a_day(from),
        _ => {
            let ends = days(from, from.month().last_day()) * of_a_day(from)
                + days(to.month().first_day(), to) * of_a_day(to);
            ends + (months - 1) * MONTH
        }
    }
}

impl<'a> Service<'a> {
    /// Returns a part's share of service.
    pub(super) fn share(of: &Rc<Shared<'a>>, place: Place<'a>) -> Result<Service<'a>, Overflow> {
        let stretches = &of.service.0;
        let days = stretches.iter().map(|it| it.first).min().zip(stretches.iter().map(|it| it.last).max());
        let Some((first, last)) = days.filter(|(first, last)| first <= last) else {
            return Ok(Service::default());
        };
        let course = Course::Share { of: Rc::clone(of), place };
        let most = course.to(last)?;
        Ok(Service(vec![Stretch { course, first, last, most }]))
    }

    /// Returns what is recognised in all.
    pub(super) fn recognised(&self) -> Result<Money, Overflow> {
        self.0.iter().try_fold(Money::ZERO, |sum, stretch| sum.plus(stretch.to(stretch.last)?))
    }

    /// Returns what is recognised to the end of a day.
    pub(super) fn to(&self, day: Date) -> Result<Money, Overflow> {
        self.0.iter().try_fold(Money::ZERO, |sum, stretch| sum.plus(stretch.to(day)?))
    }

    /// Ends the stretch in force with a day.
    pub(super) fn stop(&mut self, day: Date) {
        self.0.iter_mut().for_each(|stretch| stretch.last = stretch.last.min(day));
    }

    /// Leaves out the service outside a period.
    pub(super) fn limit(&mut self, period: DateRange) -> Result<(), Overflow> {
        for stretch in &mut self.0 {
            stretch.most = stretch.most.minus(stretch.to(period.from().previous_day())?)?;
            stretch.first = stretch.first.max(period.from());
            stretch.last = stretch.last.min(period.to());
        }
        Ok(())
    }

    /// Credits an amount, the newest service first.
    pub(super) fn credit(&mut self, mut amount: Money) -> Result<(), Overflow> {
        for stretch in self.0.iter_mut().rev() {
            let there = stretch.to(stretch.last)?;
            let credited = there.min(amount);
            stretch.most = there.minus(credited)?;
            amount = amount.minus(credited)?;
        }
        Ok(())
    }

    /// Adds an amount that is service of one day.
    pub(super) fn on(&mut self, day: Date, amount: Money) -> Result<(), Overflow> {
        match DateRange::new(day, day) {
            Ok(days) => self.spread(days, false, amount, |_, _| {}),
            Err(_) => Ok(()),
        }
    }

    /// Spreads an amount over days of service, and calls `each` with the last day in each month and the amount to its
    /// end.
    pub(super) fn spread(
        &mut self,
        days: DateRange,
        by_month: bool,
        amount: Money,
        mut each: impl FnMut(Date, Money),
    ) -> Result<(), Overflow> {
        let course = Course::Even { days, by_month, amount };
        for month in days.months() {
            let end = month.last_day().min(days.to());
            each(end, course.to(end)?);
        }
        self.0.push(Stretch { course, first: days.from(), last: days.to(), most: amount });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_month_weighs_its_days() {
        // First and last day, by month, and the weight in months (or days).
        let table = [
            ("2015-04-01", "2016-03-31", true, "12"),
            ("2015-07-11", "2015-07-31", true, "21/31"),
            ("2015-07-11", "2015-08-31", true, "1 21/31"),
            ("2016-02-01", "2016-02-29", true, "1"),
            ("2016-02-15", "2016-03-15", true, "15/29 15/31"),
            ("2015-04-02", "2016-04-01", false, "366"),
        ];
        for (from, to, by_month, expected) in table {
            let months = |text: &str| match text.split_once('/') {
                Some((days, of)) => MONTH * days.parse::<u64>().unwrap() / of.parse::<u64>().unwrap(),
                None => text.parse::<u64>().unwrap() * if by_month { MONTH } else { 1 },
            };
            let expected: u64 = expected.split(' ').map(months).sum();
            let day = |text| Date::parse(text).unwrap();
            assert_eq!(weight(day(from), day(to), by_month), expected, "{from} {to}");
        }
    }
}
