//! Dates, months, periods and times as people write them.

use almoner_ledger::calendar::{Date, DateRange, Month, Period, StatedDate};

/// Returns a date for people: `15 Jun 2015`.
pub fn day(day: Date) -> String {
    format!("{} {}", day.day(), month(day.month()))
}

/// Returns a month for people: `Jun 2015`.
pub fn month(month: Month) -> String {
    month.first_day().naive().format("%b %Y").to_string()
}

/// Returns a month in full: `June 2015`.
pub fn month_in_full(month: Month) -> String {
    month.first_day().naive().format("%B %Y").to_string()
}

/// Returns a date as precisely as it was stated: `15 Jun 2015` or `Jun 2015`.
pub fn stated_date(stated: StatedDate) -> String {
    match stated {
        StatedDate::Day(date) => day(date),
        StatedDate::Month(of) => month(of),
    }
}

/// Returns the period of a grant: `Jun 2015 to 31 Mar 2016`.
pub fn period(period: Period) -> String {
    format!("{} to {}", stated_date(period.from()), stated_date(period.to()))
}

/// Returns a range of days: `1 Apr 2015 to 31 Mar 2016`, or its only day.
pub fn days(range: DateRange) -> String {
    match range.from() == range.to() {
        true => day(range.from()),
        false => format!("{} to {}", day(range.from()), day(range.to())),
    }
}

/// Returns a time to the minute: `21 Nov 2026 10:03 UTC`.
pub fn moment(at: &str) -> String {
    match (at.get(..10).and_then(|date| Date::parse(date).ok()), at.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time} UTC", day(date)),
        _ => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_to_the_minute() {
        assert_eq!(moment("2026-11-21T10:03:03Z"), "21 Nov 2026 10:03 UTC");
        assert_eq!(moment(""), "");
    }
}
