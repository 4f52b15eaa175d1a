//! Days, months, financial years and periods.
//!
//! Dates are limited to 1990 to 2199: anything else is a typing mistake. A period keeps the precision in
//! which it was stated. This module knows nothing of clocks.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod reading;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::read_str;
pub use reading::{named_month, year_in_full};

/// Why a text is not a date, month, year or period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No such day, or not in an accepted form.
    #[error("`{0}` is not a valid date")]
    NotADate(String),
    #[error("`{0}` is outside the years 1990 to 2199")]
    OutOfRange(String),
    #[error("`{0}` is not a valid month")]
    NotAMonth(String),
    #[error("`{0}` is not a valid financial year")]
    NotAFinancialYear(String),
    #[error("`{0}` is not a valid quarter of a financial year")]
    NotAQuarter(String),
    #[error("the end date, {to}, is before the start date, {from}")]
    EndBeforeStart { from: String, to: String },
}

impl CalendarError {
    /// Returns the stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            CalendarError::EndBeforeStart { .. } => "end-before-start",
            CalendarError::NotADate(_)
            | CalendarError::OutOfRange(_)
            | CalendarError::NotAMonth(_)
            | CalendarError::NotAFinancialYear(_)
            | CalendarError::NotAQuarter(_) => "not-a-date",
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            CalendarError::NotADate(_) => "write the date as 31/03/2015, 31 March 2015 or 2015-03-31",
            CalendarError::OutOfRange(_) => "check the year",
            CalendarError::NotAMonth(_) => "write the month as 2015-03 or March 2015",
            CalendarError::NotAFinancialYear(_) => "write the financial year as 2015-16",
            CalendarError::NotAQuarter(_) => "write the quarter as 2015-16Q3",
            CalendarError::EndBeforeStart { .. } => "check both dates; they may be swapped",
        }
    }
}

/// A day from 1990-01-01 to 2199-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

const FIRST_YEAR: i32 = 1990;
const LAST_YEAR: i32 = 2199;

impl Date {
    /// Creates a date, if it is within the ledger's range.
    pub fn new(day: NaiveDate) -> Result<Date, CalendarError> {
        if (FIRST_YEAR..=LAST_YEAR).contains(&day.year()) {
            Ok(Date(day))
        } else {
            Err(CalendarError::OutOfRange(day.to_string()))
        }
    }

    /// Creates a date from numbers; `None` if there is no such day in range.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(|day| Date::new(day).ok())
    }

    pub fn month(self) -> Month {
        Month::of(self.0.year(), self.0.month0())
    }

    pub fn financial_year(self) -> FinancialYear {
        self.month().financial_year()
    }

    pub fn naive(self) -> NaiveDate {
        self.0
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// Returns the following day; the last day of the range stays.
    pub fn next_day(self) -> Date {
        self.0.checked_add_days(Days::new(1)).and_then(|day| Date::new(day).ok()).unwrap_or(self)
    }

    /// Returns the previous day; the first day of the range stays.
    pub fn previous_day(self) -> Date {
        self.0.checked_sub_days(Days::new(1)).and_then(|day| Date::new(day).ok()).unwrap_or(self)
    }

    /// Returns the date for people: `15 Jun 2015`.
    pub fn in_words(self) -> String {
        format!("{} {}", self.day(), self.month().in_words())
    }

    /// Returns the number of days from `earlier` to this day; negative if it is earlier.
    pub fn days_since(self, earlier: Date) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// Returns the number of days since the first that a date may have: later days have higher numbers.
    pub fn number(self) -> u32 {
        u32::try_from(self.days_since(FIRST_DAY.first_day())).unwrap_or(0)
    }
}

/// Returns a time of the journal for people, to the minute: `21 Nov 2026 10:03 UTC`.
pub fn moment_in_words(at: &str) -> String {
    match (at.get(..10).and_then(|date| Date::parse(date).ok()), at.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time} UTC", date.in_words()),
        _ => at.to_owned(),
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The journal writes very many, none of them aligned.
        match f.width() {
            None => self.0.fmt(f),
            Some(_) => f.pad(&self.0.to_string()),
        }
    }
}

/// A calendar month from 1990-01 to 2199-12, stored as the number of months since the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(u16);

impl Month {
    const COUNT: u16 = ((LAST_YEAR - FIRST_YEAR + 1) * 12) as u16;

    /// The month of a year known to be in range; `month0` counts from 0.
    fn of(year: i32, month0: u32) -> Month {
        let years = (year - FIRST_YEAR).clamp(0, LAST_YEAR - FIRST_YEAR) as u16;
        Month(years * 12 + (month0.min(11) as u16))
    }

    fn year(self) -> i32 {
        FIRST_YEAR + i32::from(self.0 / 12)
    }

    fn month0(self) -> u32 {
        u32::from(self.0 % 12)
    }

    pub fn first_day(self) -> Date {
        Date(NaiveDate::from_ymd_opt(self.year(), self.month0() + 1, 1).unwrap_or_default())
    }

    pub fn last_day(self) -> Date {
        let first = self.first_day().0;
        Date(first.with_day(first.num_days_in_month().into()).unwrap_or(first))
    }

    pub fn range(self) -> DateRange {
        DateRange { from: self.first_day(), to: self.last_day() }
    }

    /// Returns the month `months` later (earlier if negative), limited to the range.
    pub fn plus(self, months: i32) -> Month {
        let last = i32::from(Month::COUNT) - 1;
        Month((i32::from(self.0) + months).clamp(0, last) as u16)
    }

    pub fn next(self) -> Month {
        self.plus(1)
    }

    /// Returns the month for people: `Jun 2015`.
    pub fn in_words(self) -> String {
        self.first_day().0.format("%b %Y").to_string()
    }

    /// Returns the month in full: `June 2015`.
    pub fn in_words_full(self) -> String {
        self.first_day().0.format("%B %Y").to_string()
    }

    /// Returns the number of months from `earlier` to this month; negative if it is earlier.
    pub(crate) fn months_since(self, earlier: Month) -> i32 {
        i32::from(self.0) - i32::from(earlier.0)
    }

    pub fn financial_year(self) -> FinancialYear {
        FinancialYear(if self.month0() < 3 { self.year() - 1 } else { self.year() })
    }

    /// Returns the position of the month in its financial year: April is 0, March 11.
    pub(crate) fn of_financial_year(self) -> u32 {
        (self.month0() + 9) % 12
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.month0() + 1))
    }
}

/// A financial year, 1 April to 31 March, written `2015-16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(i32);

impl FinancialYear {
    pub(crate) fn first_month(self) -> Month {
        Month::of(self.0, 3)
    }

    pub fn range(self) -> DateRange {
        let first = self.first_month();
        DateRange { from: first.first_day(), to: first.plus(11).last_day() }
    }

    pub fn previous(self) -> FinancialYear {
        FinancialYear((self.0 - 1).max(FIRST_YEAR))
    }

    pub fn next(self) -> FinancialYear {
        FinancialYear((self.0 + 1).min(LAST_YEAR - 1))
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{:02}", self.0, (self.0 + 1) % 100))
    }
}

/// A quarter of a financial year: Q1 is April to June, Q4 January to March.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    year: FinancialYear,
    number: u8,
}

impl Quarter {
    pub fn of(month: Month) -> Quarter {
        Quarter { year: month.financial_year(), number: (month.of_financial_year() / 3 + 1) as u8 }
    }

    pub fn range(self) -> DateRange {
        let first = self.year.first_month().plus(i32::from(self.number - 1) * 3);
        DateRange { from: first.first_day(), to: first.plus(2).last_day() }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}Q{}", self.year, self.number))
    }
}

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct DateRange {
    from: Date,
    to: Date,
}

impl DateRange {
    /// Returns the range for people: `1 Apr 2015 to 31 Mar 2016`, or its only day.
    pub fn in_words(self) -> String {
        match self.from == self.to {
            true => self.from.in_words(),
            false => format!("{} to {}", self.from.in_words(), self.to.in_words()),
        }
    }

    /// Creates a range.
    ///
    /// # Errors
    /// Fails if it ends before it starts.
    pub fn new(from: Date, to: Date) -> Result<DateRange, CalendarError> {
        if from <= to {
            Ok(DateRange { from, to })
        } else {
            Err(CalendarError::EndBeforeStart { from: from.in_words(), to: to.in_words() })
        }
    }

    pub fn from(self) -> Date {
        self.from
    }

    pub fn to(self) -> Date {
        self.to
    }

    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    pub fn is_whole_months(self) -> bool {
        self.from == self.from.month().first_day() && self.to == self.to.month().last_day()
    }

    /// Returns the same days of the prior year. A range that ends at a month end still does.
    pub fn year_before(self) -> DateRange {
        let before = |day: Date| {
            let month = day.month().plus(-12);
            month.last_day().naive().with_day(day.day()).map_or(month.last_day(), Date)
        };
        let ends_month = self.to == self.to.month().last_day();
        let to = if ends_month { self.to.month().plus(-12).last_day() } else { before(self.to) };
        DateRange { from: before(self.from).min(to), to }
    }

    /// Returns the number of days, both ends included.
    pub fn days(self) -> u64 {
        u64::try_from(self.to.days_since(self.from)).unwrap_or(0) + 1
    }

    /// Returns the calendar months that the range touches, in order.
    pub fn months(self) -> impl Iterator<Item = Month> {
        let first = self.from.month();
        (0..=self.to.month().months_since(first)).map(move |offset| first.plus(offset))
    }
}

/// A date in the precision in which it was stated: a day, or only a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatedDate {
    Day(Date),
    Month(Month),
}

impl StatedDate {
    pub fn first_day(self) -> Date {
        match self {
            StatedDate::Day(day) => day,
            StatedDate::Month(month) => month.first_day(),
        }
    }

    /// Returns the date for people: `15 Jun 2015` or `Jun 2015`.
    pub fn in_words(self) -> String {
        match self {
            StatedDate::Day(day) => day.in_words(),
            StatedDate::Month(month) => month.in_words(),
        }
    }

    pub fn last_day(self) -> Date {
        match self {
            StatedDate::Day(day) => day,
            StatedDate::Month(month) => month.last_day(),
        }
    }
}

impl fmt::Display for StatedDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatedDate::Day(day) => day.fmt(f),
            StatedDate::Month(month) => month.fmt(f),
        }
    }
}

/// The period of the service that a grant pays for, in the precision in which it was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "PeriodFields")]
pub struct Period {
    from: StatedDate,
    to: StatedDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodFields {
    from: StatedDate,
    to: StatedDate,
}

impl TryFrom<PeriodFields> for Period {
    type Error = CalendarError;
    fn try_from(fields: PeriodFields) -> Result<Period, CalendarError> {
        Period::new(fields.from, fields.to)
    }
}

impl Period {
    /// Returns the period for people, as precisely as it was stated: `Jun 2015 to 31 Mar 2016`.
    pub fn in_words(self) -> String {
        format!("{} to {}", self.from().in_words(), self.to().in_words())
    }

    /// Creates a period.
    ///
    /// # Errors
    /// Fails if it ends before it starts.
    pub fn new(from: StatedDate, to: StatedDate) -> Result<Period, CalendarError> {
        if from.first_day() <= to.last_day() {
            Ok(Period { from, to })
        } else {
            Err(CalendarError::EndBeforeStart { from: from.in_words(), to: to.in_words() })
        }
    }

    pub fn from(self) -> StatedDate {
        self.from
    }

    pub fn to(self) -> StatedDate {
        self.to
    }

    pub fn days(self) -> DateRange {
        DateRange { from: self.from.first_day(), to: self.to.last_day() }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} to {}", self.from, self.to))
    }
}

/// Serialises a calendar type as text in human-readable formats and as a number in binary ones, where
/// space matters.
macro_rules! text_or_number {
    ($type:ty, $to_number:expr, $from_number:expr) => {
        impl FromStr for $type {
            type Err = CalendarError;
            fn from_str(text: &str) -> Result<$type, CalendarError> {
                <$type>::parse(text)
            }
        }
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                let to_number: fn($type) -> u32 = $to_number;
                serializer.serialize_u32(to_number(*self))
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                if deserializer.is_human_readable() {
                    return read_str(deserializer, |text| {
                        <$type>::parse_plain(text)
                            .ok_or_else(|| format!("`{text}` is not a date in the format of the journal"))
                    });
                }
                let from_number: fn(u32) -> Option<$type> = $from_number;
                from_number(u32::deserialize(deserializer)?)
                    .ok_or_else(|| de::Error::custom("a date outside 1990 to 2199"))
            }
        }
    };
}

const FIRST_DAY: Month = Month(0);

fn day_numbered(number: u32) -> Option<Date> {
    let day = FIRST_DAY.first_day().0.checked_add_days(Days::new(u64::from(number)))?;
    Date::new(day).ok()
}

fn month_numbered(number: u32) -> Option<Month> {
    u16::try_from(number).ok().filter(|number| *number < Month::COUNT).map(Month)
}

text_or_number!(Date, Date::number, day_numbered);
text_or_number!(Month, |month| u32::from(month.0), month_numbered);
text_or_number!(FinancialYear, |year| u32::from(year.first_month().0), |number| {
    month_numbered(number).map(Month::financial_year)
});
// Days and months share one number: even is a day, odd a month.
text_or_number!(
    StatedDate,
    |date| match date {
        StatedDate::Day(day) => day.number() * 2,
        StatedDate::Month(month) => u32::from(month.0) * 2 + 1,
    },
    |number| if number % 2 == 0 {
        day_numbered(number / 2).map(StatedDate::Day)
    } else {
        month_numbered(number / 2).map(StatedDate::Month)
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_quarters_and_months_cover_their_days() {
        for (got, expected) in [
            (FinancialYear::parse("2015-16").unwrap().range(), ("2015-04-01", "2016-03-31")),
            (FinancialYear::parse("FY1999/00").unwrap().range(), ("1999-04-01", "2000-03-31")),
            (Quarter::parse("2015-16Q1").unwrap().range(), ("2015-04-01", "2015-06-30")),
            (Quarter::parse("2015-16Q4").unwrap().range(), ("2016-01-01", "2016-03-31")),
        ] {
            assert_eq!((got.from().to_string().as_str(), got.to().to_string().as_str()), expected);
        }
        for wrong in ["2015-16", "2015-16Q5", "2015Q1", "2015-16Q"] {
            assert!(Quarter::parse(wrong).is_err(), "{wrong}");
        }
        let month = Month::parse("2016-02").unwrap();
        assert_eq!(month.last_day().to_string(), "2016-02-29");
        let lengths: Vec<u32> = (1..=12).map(|offset| month.plus(offset).last_day().day()).collect();
        assert_eq!(lengths, [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28]);
        assert_eq!(month.plus(-2).to_string(), "2015-12");
        assert_eq!(month.financial_year().to_string(), "2015-16");
        assert_eq!(Quarter::of(month).to_string(), "2015-16Q4");
    }

    #[test]
    fn moments_are_shown_to_the_minute() {
        assert_eq!(moment_in_words("2026-11-21T10:03:03Z"), "21 Nov 2026 10:03 UTC");
        assert_eq!(moment_in_words(""), "");
    }

    #[test]
    fn periods_keep_the_precision_they_were_stated_in() {
        let stated = |text: &str| StatedDate::parse(text).unwrap();
        let period = Period::new(stated("2014-09"), stated("2015-08")).unwrap();
        assert_eq!(period.to_string(), "2014-09 to 2015-08");
        assert_eq!(period.days().to().to_string(), "2015-08-31");
        assert!(period.days().is_whole_months());
        assert!(Period::new(stated("2015-08"), stated("2015-07-31")).is_err());
        let json = serde_json::to_string(&period).unwrap();
        assert_eq!(json, r#"{"from":"2014-09","to":"2015-08"}"#);
        assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
        let bytes = postcard::to_stdvec(&period).unwrap();
        assert_eq!(postcard::from_bytes::<Period>(&bytes).unwrap(), period);
    }

    #[test]
    fn the_prior_year_of_a_range_has_the_same_days() {
        for (from, to, expected) in [
            ("2015-04-01", "2016-03-31", "2014-04-01 2015-03-31"),
            ("2016-02-01", "2016-02-29", "2015-02-01 2015-02-28"),
            ("2015-02-01", "2015-02-28", "2014-02-01 2014-02-28"),
            ("2017-02-01", "2017-02-28", "2016-02-01 2016-02-29"),
            ("2016-02-29", "2016-02-29", "2015-02-28 2015-02-28"),
            ("2016-02-29", "2016-03-10", "2015-02-28 2015-03-10"),
        ] {
            let range = DateRange::new(Date::parse(from).unwrap(), Date::parse(to).unwrap()).unwrap();
            let before = range.year_before();
            assert_eq!(format!("{} {}", before.from(), before.to()), expected);
        }
    }
}
