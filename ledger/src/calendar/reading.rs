//! Reading dates, months, years and quarters as people write them, and as the journal does.
//!
//! The day is always before the month. What can be read in another way too is refused, never guessed.

use super::{CalendarError, Date, FIRST_YEAR, FinancialYear, LAST_YEAR, Month, Quarter, StatedDate};
use crate::text::plain;

impl Date {
    /// Reads `2015-03-31`, `31/03/2015`, `31-03-2015`, `31.03.2015`, `31 March 2015` or `31 Mar 15`.
    pub fn parse(text: &str) -> Result<Date, CalendarError> {
        if let Some(day) = Date::parse_plain(text) {
            return Ok(day);
        }
        let text = &*plain(text);
        let text = text.trim();
        let numbers = three_parts(text).ok_or_else(|| CalendarError::NotADate(text.to_owned()))?;
        let out_of_range = || CalendarError::OutOfRange(text.to_owned());
        let (year, month, day) = numbers;
        let there_is = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).unwrap_or(0), month, day);
        let there_is = there_is.ok_or_else(|| CalendarError::NotADate(text.to_owned()))?;
        Date::new(there_is).map_err(|_| out_of_range())
    }

    /// Reads what [`Date::parse`] does, and `today`.
    pub fn parse_on(today: Date, text: &str) -> Result<Date, CalendarError> {
        if text.trim().eq_ignore_ascii_case("today") { Ok(today) } else { Date::parse(text) }
    }

    /// Reads exactly what `Display` writes, quickly: the journal contains very many.
    pub(crate) fn parse_plain(text: &str) -> Option<Date> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
        let number = |digits: &[&u8]| {
            digits.iter().try_fold(0, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + u32::from(**digit - b'0'))
            })
        };
        let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
        Date::from_ymd(i32::try_from(year).ok()?, month, day)
    }
}

/// Returns year, month and day.
fn three_parts(text: &str) -> Option<(u32, u32, u32)> {
    let separated = |separator: char| {
        let mut parts = text.split(separator);
        let found = [parts.next()?, parts.next()?, parts.next()?];
        parts.next().is_none().then_some(found)
    };
    if let Some([year, month, day]) = separated('-').filter(|[year, ..]| year.len() == 4) {
        return Some((digits(year, 4, 4)?, digits(month, 1, 2)?, digits(day, 1, 2)?));
    }
    if let Some([day, month, year]) = ['/', '-', '.'].into_iter().find_map(separated) {
        return Some((digits(year, 4, 4)?, digits(month, 1, 2)?, digits(day, 1, 2)?));
    }
    let [day, month, year] = *text.split_whitespace().collect::<Vec<_>>().as_slice() else { return None };
    Some((year_in_full(year)?, named_month(month)?, digits(day, 1, 2)?))
}

/// Returns the number, if the text is so many digits.
fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let is_right = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_right.then(|| text.parse().ok())?
}

/// Returns a year of four digits, or of two: `90` to `99` are of the last century.
pub fn year_in_full(text: &str) -> Option<u32> {
    if let Some(year) = digits(text, 2, 2) {
        return Some(if year >= 90 { 1900 + year } else { 2000 + year });
    }
    digits(text, 4, 4)
}

/// Returns the number of a month, from 1, by its name or the name's first three letters.
pub fn named_month(name: &str) -> Option<u32> {
    let name = if name.eq_ignore_ascii_case("sept") { "sep" } else { name };
    name.parse().ok().map(|month: chrono::Month| month.number_from_month())
}

impl Month {
    /// Reads `2015-03`, `March 2015` or `Mar 2015`.
    pub fn parse(text: &str) -> Result<Month, CalendarError> {
        let text = &*plain(text);
        let text = text.trim();
        let not_a_month = || CalendarError::NotAMonth(text.to_owned());
        let (year, month) = match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            [name, year] => (digits(year, 4, 4), named_month(name)),
            _ => {
                let (year, month) = text.split_once('-').ok_or_else(not_a_month)?;
                (digits(year, 4, 4), digits(month, 2, 2).filter(|month| (1..=12).contains(month)))
            }
        };
        let (year, month) = year.zip(month).ok_or_else(not_a_month)?;
        match i32::try_from(year) {
            Ok(year) if (FIRST_YEAR..=LAST_YEAR).contains(&year) => Ok(Month::of(year, month - 1)),
            _ => Err(CalendarError::OutOfRange(text.to_owned())),
        }
    }

    /// Reads exactly what `Display` writes.
    pub(crate) fn parse_plain(text: &str) -> Option<Month> {
        (text.len() == 7 && text.is_ascii()).then(|| Month::parse(text).ok())?
    }
}

impl FinancialYear {
    /// Reads `2015-16`, `FY2015-16`, `2015/16`, `15/16` or `2015-2016`.
    pub fn parse(text: &str) -> Result<FinancialYear, CalendarError> {
        let text = &*plain(text);
        let text = text.trim();
        let wrong = || CalendarError::NotAFinancialYear(text.to_owned());
        let years = text.strip_prefix("FY").or(text.strip_prefix("fy")).unwrap_or(text).trim_start();
        let (start, end) = years.split_once(['-', '/']).ok_or_else(wrong)?;
        // `14-15` is as often the number of a decision.
        let is_short = start.len() == 2 && end.len() == 2 && years.contains('/');
        if start.len() != 4 && !is_short {
            return Err(wrong());
        }
        let start = year_in_full(start).ok_or_else(wrong)?;
        let follows = match digits(end, 2, 4) {
            Some(end) if end < 100 => (start + 1) % 100 == end,
            Some(end) => start + 1 == end,
            None => false,
        };
        if !follows || end.len() == 3 {
            return Err(wrong());
        }
        match i32::try_from(start) {
            Ok(start) if (FIRST_YEAR..LAST_YEAR).contains(&start) => Ok(FinancialYear(start)),
            _ => Err(CalendarError::OutOfRange(text.to_owned())),
        }
    }

    /// Reads exactly what `Display` writes.
    pub(crate) fn parse_plain(text: &str) -> Option<FinancialYear> {
        let is_plain = text.len() == 7 && text.as_bytes().get(4) == Some(&b'-');
        is_plain.then(|| FinancialYear::parse(text).ok())?
    }
}

impl Quarter {
    /// Reads `2015-16Q3`.
    pub fn parse(text: &str) -> Result<Quarter, CalendarError> {
        let text = &*plain(text);
        let text = text.trim();
        let wrong = || CalendarError::NotAQuarter(text.to_owned());
        let (year, number) = text.split_once(['Q', 'q']).ok_or_else(wrong)?;
        let year = FinancialYear::parse(year.trim_end()).map_err(|_| wrong())?;
        match number {
            "1" | "2" | "3" | "4" => Ok(Quarter { year, number: number.as_bytes()[0] - b'0' }),
            _ => Err(wrong()),
        }
    }
}

impl StatedDate {
    /// Reads a month, as [`Month::parse`] does, or else a day, as [`Date::parse`] does.
    pub fn parse(text: &str) -> Result<StatedDate, CalendarError> {
        match Month::parse(text) {
            Ok(month) => Ok(StatedDate::Month(month)),
            Err(CalendarError::OutOfRange(text)) => Err(CalendarError::OutOfRange(text)),
            Err(_) => Date::parse(text).map(StatedDate::Day),
        }
    }

    /// Reads what [`StatedDate::parse`] does, and `today`.
    pub fn parse_on(today: Date, text: &str) -> Result<StatedDate, CalendarError> {
        if text.trim().eq_ignore_ascii_case("today") {
            return Ok(StatedDate::Day(today));
        }
        StatedDate::parse(text)
    }

    /// Reads exactly what `Display` writes.
    pub(crate) fn parse_plain(text: &str) -> Option<StatedDate> {
        let month = || Month::parse_plain(text).map(StatedDate::Month);
        Date::parse_plain(text).map(StatedDate::Day).or_else(month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn or_error<T: ToString>(read: Result<T, CalendarError>) -> String {
        read.map_or_else(|error| error.to_string(), |it| it.to_string())
    }

    #[test]
    fn dates_are_read_as_people_write_them_or_refused() {
        for (text, expected) in [
            ("2015-03-31", "2015-03-31"),
            ("31/03/2015", "2015-03-31"),
            ("31-03-2015", "2015-03-31"),
            ("31.03.2015", "2015-03-31"),
            ("31 March 2015", "2015-03-31"),
            ("31 Mar 15", "2015-03-31"),
            ("1 apr 99", "1999-04-01"),
            ("31\u{a0}March\u{a0}2015", "2015-03-31"),
            ("2015–03–31", "2015-03-31"),
            ("2015\u{2011}03\u{2011}31", "2015-03-31"),
            ("1/4/2015", "2015-04-01"),
            (" 2016-02-29 ", "2016-02-29"),
            ("2015-02-29", "`2015-02-29` is not a valid date"),
            ("03/31/2015", "`03/31/2015` is not a valid date"),
            ("03-31-2015", "`03-31-2015` is not a valid date"),
            ("2015/03/31", "`2015/03/31` is not a valid date"),
            ("31/03/15", "`31/03/15` is not a valid date"),
            ("2015-03", "`2015-03` is not a valid date"),
            ("26-3-15", "`26-3-15` is not a valid date"),
            ("March 31 2015", "`March 31 2015` is not a valid date"),
            ("31 Mrz 2015", "`31 Mrz 2015` is not a valid date"),
            ("today", "`today` is not a valid date"),
            ("1989-12-31", "`1989-12-31` is outside the years 1990 to 2199"),
            ("2200-01-01", "`2200-01-01` is outside the years 1990 to 2199"),
            ("", "`` is not a valid date"),
        ] {
            assert_eq!(or_error(Date::parse(text)), expected, "{text}");
        }
        let today = Date::parse("2016-02-10").unwrap();
        assert_eq!(Date::parse_on(today, " Today"), Ok(today));
        assert_eq!(StatedDate::parse_on(today, "today"), Ok(StatedDate::Day(today)));
    }

    #[test]
    fn months_and_financial_years_are_read_as_people_write_them_or_refused() {
        for (text, expected) in [
            ("2015-03", "2015-03"),
            ("2015–03", "2015-03"),
            ("March 2015", "2015-03"),
            ("mar 2015", "2015-03"),
            ("March\u{a0}2015", "2015-03"),
            ("Mar 15", "`Mar 15` is not a valid month"),
            ("2015-3", "`2015-3` is not a valid month"),
            ("2015-13", "`2015-13` is not a valid month"),
            ("March 1915", "`March 1915` is outside the years 1990 to 2199"),
        ] {
            assert_eq!(or_error(Month::parse(text)), expected, "{text}");
        }
        for text in
            ["2015-16", "FY2015-16", "FY 2015-16", "2015/16", "15/16", "2015-2016", "2015/2016", "2015–16"]
        {
            assert_eq!(or_error(FinancialYear::parse(text)), "2015-16", "{text}");
        }
        for wrong in
            ["2015", "FY2015", "2015-17", "2015-2017", "2015-016", "15-16", "15/17", "15/2016", "2015-16Q3"]
        {
            assert!(FinancialYear::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_journal_has_one_form_of_each() {
        assert!(Date::parse_plain("2015-03-31").is_some() && Date::parse_plain("31/03/2015").is_none());
        assert!(Month::parse_plain("2015-03").is_some() && Month::parse_plain("Mar 2015").is_none());
        let year = FinancialYear::parse_plain;
        assert!(year("2015-16").is_some() && year("2015/16").is_none() && year("15/16").is_none());
        for text in ["2015-03-31", "2015-03"] {
            assert_eq!(StatedDate::parse_plain(text).map(|it| it.to_string()).as_deref(), Some(text));
        }
    }
}
