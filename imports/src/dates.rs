//! Dates as other programs and people write them.
//!
//! A date with a single reading is accepted; for others a profile states the format, which is never
//! inferred from the dates themselves. A month stays a month.

use std::sync::LazyLock;

use almoner_ledger::calendar::{CalendarError, Date, Month, StatedDate, named_month, year_in_full};
use almoner_ledger::text::plain;
use almoner_ledger::worded;
use chrono::{Days, NaiveDate};
use serde::de::{self, Deserialize, Deserializer};

use crate::reason::Reason;

/// The date formats of a column. The separators `/`, `-`, `.` and space are equivalent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "Vec<DateForm>")]
pub(crate) struct Dates(Vec<DateForm>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateForm {
    YearMonthDay,
    Run,
    YearMonth,
    DayMonthYear,
    DayMonthShort,
    MonthDayYear,
    MonthDayShort,
    /// `2 March 2012`, `02-Mar-2012`, `02-Mar-12`.
    Named,
    /// A spreadsheet day number, counted from the end of 1899.
    Serial,
}

worded!(DateForm::word {
    YearMonthDay = "yyyy-mm-dd", Run = "yyyymmdd", YearMonth = "yyyy-mm", DayMonthYear = "dd/mm/yyyy",
    DayMonthShort = "dd/mm/yy", MonthDayYear = "mm/dd/yyyy", MonthDayShort = "mm/dd/yy",
    Named = "dd mmm yyyy", Serial = "excel",
});

impl<'de> Deserialize<'de> for DateForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DateForm, D::Error> {
        static WORDS: LazyLock<[&str; 9]> = LazyLock::new(|| DateForm::ALL.map(DateForm::word));
        let word = String::deserialize(deserializer)?;
        let form = DateForm::ALL.into_iter().find(|form| form.word() == word);
        form.ok_or_else(|| de::Error::unknown_variant(&word, &*WORDS))
    }
}

impl Default for Dates {
    /// Returns the formats that are unambiguous.
    fn default() -> Dates {
        Dates(vec![DateForm::YearMonthDay, DateForm::DayMonthYear, DateForm::Named, DateForm::YearMonth])
    }
}

impl TryFrom<Vec<DateForm>> for Dates {
    type Error = &'static str;

    fn try_from(forms: Vec<DateForm>) -> Result<Dates, &'static str> {
        use DateForm::{DayMonthShort, DayMonthYear, MonthDayShort, MonthDayYear};
        let has = |form| forms.contains(&form);
        if (has(DayMonthYear) || has(DayMonthShort)) && (has(MonthDayYear) || has(MonthDayShort)) {
            return Err(
                "a column cannot have both dd/mm and mm/dd: 03/04 and 04/03 could not be distinguished",
            );
        }
        if forms.is_empty() { Err("give at least one date format") } else { Ok(Dates(forms)) }
    }
}

/// The reason for which a date is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DateError {
    /// Not a day, or outside the years of the ledger.
    #[error("{0}")]
    Calendar(CalendarError),
    /// In a format that the profile does not allow.
    #[error("the date can be read in more than one way ({} is one)", .0.word())]
    AnotherForm(DateForm),
    /// A time with a zone.
    #[error("the time has a time zone, so the day is not certain")]
    Zone,
    #[error("this is a month; the day is missing")]
    NoDay,
}

impl Reason for DateError {
    fn hint(&self) -> String {
        match self {
            DateError::Calendar(error) => error.hint().to_owned(),
            DateError::AnotherForm(form) => format!(
                "write it as 2015-03-31, or state the format in the profile: dates = [\"{}\"]",
                form.word()
            ),
            DateError::Zone | DateError::NoDay => "write the day as 2015-03-31".to_owned(),
        }
    }
}

impl Dates {
    /// Reads a day or a month.
    pub(crate) fn read(&self, text: &str) -> Result<StatedDate, DateError> {
        let text = &*plain(text);
        let date = without_time(text.trim())?;
        let parts: Vec<&str> =
            date.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
        let not_a_date = || DateError::Calendar(CalendarError::NotADate(text.trim().to_owned()));
        match *parts.as_slice() {
            [year, month, day] if digits(year) && year.len() == 4 => {
                let month = month_number(month).ok_or_else(not_a_date)?;
                self.allowed(DateForm::YearMonthDay)?;
                day_of(text, number(year), month, number(day))
            }
            [one, two, year] if digits(one) && digits(two) => {
                let is_short = year.len() == 2;
                let year = year_in_full(year).ok_or_else(not_a_date)?;
                let (day_first, month_first) = match is_short {
                    true => (DateForm::DayMonthShort, DateForm::MonthDayShort),
                    false => (DateForm::DayMonthYear, DateForm::MonthDayYear),
                };
                if self.0.contains(&month_first) {
                    return day_of(text, year, number(one), number(two));
                }
                self.allowed(day_first)?;
                day_of(text, year, number(two), number(one))
            }
            [day, month, year] if digits(without_ordinal(day)) => {
                self.named(text, without_ordinal(day), month, year).ok_or_else(not_a_date)?
            }
            [month, day, year] => {
                self.named(text, without_ordinal(day), month, year).ok_or_else(not_a_date)?
            }
            [year, month] if digits(year) && year.len() == 4 && digits(month) => {
                self.month(&format!("{year}-{month:0>2}"))
            }
            // `Mar-15` is as often the 15th of March as March 2015.
            [name, year] if year.len() == 4 && digits(year) => {
                let month = named_month(name).ok_or_else(not_a_date)?;
                self.month(&format!("{year}-{month:02}"))
            }
            [run] if digits(run) => self.run(text, run),
            _ => Err(not_a_date()),
        }
    }

    /// Allows one form only.
    pub(crate) fn only(form: DateForm) -> Dates {
        Dates(vec![form])
    }

    fn allowed(&self, form: DateForm) -> Result<(), DateError> {
        if self.0.contains(&form) { Ok(()) } else { Err(DateError::AnotherForm(form)) }
    }

    fn named(&self, text: &str, day: &str, month: &str, year: &str) -> Option<Result<StatedDate, DateError>> {
        let (month, year) = (named_month(month)?, year_in_full(year)?);
        if !digits(day) {
            return None;
        }
        let allowed = self.allowed(DateForm::Named);
        Some(allowed.and_then(|()| day_of(text, year, month, number(day))))
    }

    fn month(&self, text: &str) -> Result<StatedDate, DateError> {
        self.allowed(DateForm::YearMonth)?;
        Month::parse(text).map(StatedDate::Month).map_err(DateError::Calendar)
    }

    /// Digits without separators.
    fn run(&self, text: &str, run: &str) -> Result<StatedDate, DateError> {
        let part = |from, to| run.get(from..to).map_or(0, number);
        match run.len() {
            8 => {
                let day = day_of(text, part(0, 4), part(4, 6), part(6, 8))?;
                self.allowed(DateForm::Run).map(|()| day)
            }
            5 => {
                self.allowed(DateForm::Serial)?;
                serial(number(run)).map_err(DateError::Calendar)
            }
            _ => Err(DateError::Calendar(CalendarError::NotADate(text.to_owned()))),
        }
    }
}

/// Removes a time of day. With a time zone only midnight is accepted: an hour's difference may change
/// the day.
fn without_time(text: &str) -> Result<&str, DateError> {
    let at = text.find(':').and_then(|colon| text.get(..colon)?.rfind(['T', ' ']));
    let Some((date, time)) = at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) else {
        return Ok(text);
    };
    let end = time.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let is_midnight = clock.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    let zone = zone.trim();
    let is_local = zone.is_empty() || zone.eq_ignore_ascii_case("am") || zone.eq_ignore_ascii_case("pm");
    if is_local || is_midnight { Ok(date) } else { Err(DateError::Zone) }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads a number, or returns one that no date has.
fn number(digits: &str) -> u32 {
    if digits.len() > 9 { u32::MAX } else { digits.parse().unwrap_or(u32::MAX) }
}

/// `1st` is `1`.
fn without_ordinal(day: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day)
}

fn month_number(text: &str) -> Option<u32> {
    if digits(text) { Some(number(text)) } else { named_month(text) }
}

fn day_of(text: &str, year: u32, month: u32, day: u32) -> Result<StatedDate, DateError> {
    if let Some(date) = i32::try_from(year).ok().and_then(|year| Date::from_ymd(year, month, day)) {
        return Ok(StatedDate::Day(date));
    }
    // Not a day or outside the range: the calendar decides which.
    let plain = format!("{year:04}-{month:02}-{day:02}");
    let error = match Date::parse(&plain) {
        Err(CalendarError::OutOfRange(_)) => CalendarError::OutOfRange(text.trim().to_owned()),
        _ => CalendarError::NotADate(text.trim().to_owned()),
    };
    Err(DateError::Calendar(error))
}

/// Reads a spreadsheet day number. Spreadsheets treat 1900 as a leap year, so days since then count
/// from 30 December 1899.
fn serial(days: u32) -> Result<StatedDate, CalendarError> {
    let outside = || CalendarError::OutOfRange(days.to_string());
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or_else(outside)?;
    let day = start.checked_add_days(Days::new(days.into())).ok_or_else(outside)?;
    Date::new(day).map(StatedDate::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(forms: &str) -> Dates {
        #[derive(serde::Deserialize)]
        struct Holder {
            dates: Dates,
        }
        toml::from_str::<Holder>(&format!("dates = {forms}")).unwrap().dates
    }

    fn check(dates: &Dates, table: &[(&str, Result<&str, &str>)]) {
        for (text, expected) in table {
            match (dates.read(text), expected) {
                (Ok(date), Ok(expected)) => assert_eq!(date.to_string(), *expected, "{text:?}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{text:?}: {error}")
                }
                (got, _) => panic!("{text:?}: {got:?}"),
            }
        }
    }

    #[test]
    fn unambiguous_dates_need_no_profile() {
        check(
            &Dates::default(),
            &[
                ("2015-03-31", Ok("2015-03-31")),
                ("2015/3/31", Ok("2015-03-31")),
                ("31/03/2015", Ok("2015-03-31")),
                ("31.3.2015", Ok("2015-03-31")),
                ("1 April 2015", Ok("2015-04-01")),
                ("1st April 2015", Ok("2015-04-01")),
                ("02-Mar-12", Ok("2012-03-02")),
                ("02-Mar-2012", Ok("2012-03-02")),
                ("2 Sept 2014", Ok("2014-09-02")),
                ("March 31, 2015", Ok("2015-03-31")),
                ("2015-Mar-31", Ok("2015-03-31")),
                ("2014-09", Ok("2014-09")),
                ("September 2014", Ok("2014-09")),
                ("Sep 2014", Ok("2014-09")),
                ("2015-03-31T00:00:00", Ok("2015-03-31")),
                ("2015-03-31T00:00:00Z", Ok("2015-03-31")),
                ("31/03/2015 13:45", Ok("2015-03-31")),
                ("31/03/2015 1:45:10 PM", Ok("2015-03-31")),
                ("2015-03-31T23:00:00Z", Err("zone")),
                ("2015-03-31T23:00:00+01:00", Err("zone")),
                ("03/04/15", Err("more than one way")),
                ("13/04/15", Err("more than one way")),
                ("42094", Err("more than one way")),
                ("Mar-15", Err("not a valid date")),
                ("2015", Err("not a valid date")),
                ("20150331", Err("yyyymmdd")),
                ("31032015", Err("not a valid date")),
                ("31/02/2015", Err("not a valid date")),
                ("2015-02-29", Err("not a valid date")),
                ("31/13/2015", Err("not a valid date")),
                ("00/01/2015", Err("not a valid date")),
                ("1 April 1915", Err("outside")),
                ("1 Apr 89", Ok("2089-04-01")),
                ("1/4/20155", Err("not a valid date")),
                ("tomorrow", Err("not a valid date")),
                ("", Err("not a valid date")),
            ],
        );
    }

    #[test]
    fn a_profile_states_the_format() {
        check(
            &dates("['dd/mm/yy', 'dd/mm/yyyy']"),
            &[
                ("03/04/15", Ok("2015-04-03")),
                ("26-3-15", Ok("2015-03-26")),
                ("01/01/99", Ok("1999-01-01")),
                ("03/04/2015", Ok("2015-04-03")),
                ("2015-04-03", Err("yyyy-mm-dd")),
            ],
        );
        check(
            &dates("['mm/dd/yyyy']"),
            &[
                ("03/04/2015", Ok("2015-03-04")),
                ("31/04/2015", Err("not a valid date")),
                ("03/04/15", Err("dd/mm/yy")),
            ],
        );
        check(
            &dates("['excel', 'yyyymmdd']"),
            &[
                ("42094", Ok("2015-03-31")),
                ("32874", Ok("1990-01-01")),
                ("10000", Err("outside")),
                ("20150331", Ok("2015-03-31")),
                ("20150332", Err("not a valid date")),
            ],
        );
        let both: Result<Dates, _> = Dates::try_from(vec![DateForm::DayMonthYear, DateForm::MonthDayShort]);
        assert!(both.is_err());
    }
}
