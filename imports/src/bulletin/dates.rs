//! Days, months and periods as people write them in prose: day before month, always.

use std::str::FromStr;

use almoner_ledger::calendar::{Date, FinancialYear, Month, Period, StatedDate, named_month};
use regex::Captures;

use super::pattern::patterns;

/// A month's name, in full or cut after three letters (`Sept` too).
pub(super) const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

/// A day in any form; the year of a named month may be missing.
const DAY: &str = r"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:20)?\d\d|\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+MONTH\.?,?(?:[\s-]+(?:20)?\d\d\b)?|MONTH\s+\d{1,2}(?:st|nd|rd|th)?,?\s+20\d\d))";

/// A month and its year; the year may be missing.
const MONTH_YEAR: &str = r"(?:MONTH\.?,?(?:\s+20\d\d\b)?)";

patterns! {
    WHOLE_DAY = &format!(r"(?i)^\s*{}\s*$", DAY.replace("MONTH", MONTH));
    LEADING_DAY = &format!(r"(?i)^\s*{}(?:\s|$|[,:;.–)\]-]{{1,3}}(?:\s|$))", DAY.replace("MONTH", MONTH));
    IN_FIGURES = r"^(\d{1,2})[-/.](\d{1,2})[-/.]((?:20)?\d\d)$";
    IN_ISO = r"^(\d{4})-(\d{1,2})-(\d{1,2})$";
    IN_WORDS = &format!(r"(?i)^(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+({MONTH})\.?,?(?:[\s-]+((?:20)?\d\d))?$");
    MONTH_FIRST = &format!(r"(?i)^({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d\d)$");
    JUST_MONTH = &format!(r"(?i)^({MONTH})\.?,?(?:\s+(20\d\d))?$");
    WEEKDAY = r"(?i)^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+";
    RANGE = &format!(
        r"(?i)(?P<both>(?:\bbetween\s+)?\b(?P<from>{day}|{month})\s*(?:to(?:\s+the)?(?:\s+end\s+of)?|until|till|up\s+to|through(?:\s+to)?|and|-|–)\s*(?P<to>{day}|{month}))\b",
        day = DAY.replace("MONTH", MONTH), month = MONTH_YEAR.replace("MONTH", MONTH)
    );
    FINANCIAL_YEAR = r"(?i)\b(?:for|during|in|covering)\s+(?:the\s+)?(?:whole\s+|full\s+)?(?:period\s+of\s+the\s+)?(?:(?:financial|fiscal)\s+year|FY)\s*(20\d\d\s?[-/–]\s?(?:20)?\d\d)\b|\b(?:for|during|in|covering)\s+(?:the\s+)?(20\d\d\s?[-/–]\s?(?:20)?\d\d)\s+(?:financial|fiscal)\s+year\b";
    /// `from 1 November 2013 for twelve months`, `for the year commencing April 2014`.
    LASTING = &format!(
        r"(?i)\b(?:from|starting(?:\s+on)?|commencing(?:\s+on)?|beginning(?:\s+on)?)\s+(?P<from>{start}),?\s+for\s+{length}\b|\bfor\s+{length}\s+(?:from|starting|commencing|beginning)\s+(?:on\s+|from\s+)?(?P<then>{start})",
        start = format!("(?:{}|{MONTH}\\s+20\\d\\d\\b)", DAY.replace("MONTH", MONTH)),
        length = r"(?:(?:a|the)\s+)?(?:further\s+)?(?:period\s+of\s+)?(?:(?:a|the)\s+)?(?:(?:(?:one|twelve|12)[\s-]+)?(?:year|twelve\s+months|12\s+months)|(?:\d+|[a-z]+)\s+(?:years|months))",
    );
    LENGTH = r"(?i)\b(\d+|[a-z]+)[\s-]+(months|years)\b";
    ONE_END = &format!(
        r"(?i)\b(?:from|until|till|up\s+to|ending(?:\s+on)?|starting(?:\s+on)?|commencing(?:\s+on)?|beginning(?:\s+on)?|to\s+the\s+end\s+of)\s+(?:the\s+)?(?:{day}|{MONTH}\s+20\d\d)",
        day = DAY.replace("MONTH", MONTH)
    );
    BARE_YEARS = r"\b20\d\d\s?[-/–]\s?(?:20)?\d\d\b";
}

/// Reads a text that is only a day. `Err` if it looks like one but is not valid.
pub(super) fn whole_day(text: &str) -> Option<Result<Date, ()>> {
    WHOLE_DAY.is_match(text).then(|| day(text, None).ok_or(()))
}

/// Reads the day at the start of a text, and returns where the rest begins.
pub(super) fn leading_day(text: &str) -> Option<(Result<Date, ()>, usize)> {
    let found = LEADING_DAY.find(text)?;
    let words = found.as_str().trim_end_matches(|c: char| c.is_whitespace() || ",:;.–)]-".contains(c));
    Some((day(words, None).ok_or(()), words.len()))
}

/// Splits a trailing day off a text: `Title (2 April 2015)`.
pub(super) fn trailing_day(text: &str) -> Option<(String, Date, String)> {
    let bare = text.trim_end_matches([')', ']', '.', ' ']);
    let at = bare.rfind(['(', '[', '–', ',']).or_else(|| bare.rfind(" - "))?;
    let words = bare[at..].trim_start_matches(['(', '[', '–', ',', '-', ' ']);
    let day = whole_day(words)?.ok()?;
    Some((bare[..at].trim_end_matches([' ', ',', '–', '-']).to_owned(), day, words.to_owned()))
}

/// Reads a day, in `year` if none is written.
fn day(text: &str, year: Option<i32>) -> Option<Date> {
    let text = text.trim();
    let text = WEEKDAY.find(text).map_or(text, |weekday| &text[weekday.end()..]);
    if let Some(parts) = IN_ISO.captures(text) {
        return Date::from_ymd(part(&parts, 1)?, part(&parts, 2)?, part(&parts, 3)?);
    }
    if let Some(parts) = IN_FIGURES.captures(text) {
        return Date::from_ymd(full_year(part(&parts, 3)?), part(&parts, 2)?, part(&parts, 1)?);
    }
    if let Some(parts) = IN_WORDS.captures(text) {
        let year = part(&parts, 3).map(full_year).or(year)?;
        return Date::from_ymd(year, named_month(&parts[2])?, part(&parts, 1)?);
    }
    let parts = MONTH_FIRST.captures(text)?;
    Date::from_ymd(part(&parts, 3)?, named_month(&parts[1])?, part(&parts, 2)?)
}

fn stated(text: &str, year: Option<i32>) -> Option<StatedDate> {
    if let Some(parts) = JUST_MONTH.captures(text.trim()) {
        let year = part(&parts, 2).or(year)?;
        let month = Month::parse(&format!("{year:04}-{:02}", named_month(&parts[1])?)).ok()?;
        return Some(StatedDate::Month(month));
    }
    day(text, year).map(StatedDate::Day)
}

fn part<T: FromStr>(parts: &Captures<'_>, group: usize) -> Option<T> {
    parts.get(group)?.as_str().parse().ok()
}

fn full_year(year: i32) -> i32 {
    if year < 100 { 2000 + year } else { year }
}

/// A period in a text, with its position in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// `None` if it is not valid.
    pub(super) period: Option<Period>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Returns the periods stated with both ends. A first end without a year has the year of the last,
/// as in `1 April to 30 June 2015`.
pub(super) fn ranges(text: &str) -> Vec<Range> {
    let of_days = RANGE.captures_iter(text).filter_map(|found| {
        let (both, from, to) = (found.name("both")?, found.name("from")?, found.name("to")?);
        // `6 and 7 March` are two days; only `between` makes `and` a period.
        let joined = text.get(from.end()..to.start())?.trim();
        if joined.eq_ignore_ascii_case("and") && !both.as_str().to_lowercase().starts_with("between") {
            return None;
        }
        let to_stated = stated(to.as_str(), None);
        let year = to_stated.and_then(|to| to.last_day().to_string().get(..4)?.parse().ok());
        let from_stated = stated(from.as_str(), year);
        let period = from_stated.zip(to_stated).and_then(|(from, to)| Period::new(from, to).ok());
        Some(Range { period, start: both.start(), end: both.end() })
    });
    let of_years = FINANCIAL_YEAR.captures_iter(text).filter_map(|found| {
        let words = found.get(1).or(found.get(2))?.as_str();
        let years: Vec<&str> = words.split(['-', '/', '–']).map(str::trim).collect();
        let [first, last] = years.as_slice() else { return None };
        let last = last.get(last.len().checked_sub(2)?..)?;
        let range = FinancialYear::parse(&format!("{first}-{last}")).ok().map(FinancialYear::range);
        let period = range
            .and_then(|range| Period::new(StatedDate::Day(range.from()), StatedDate::Day(range.to())).ok());
        let all = found.get(0)?;
        Some(Range { period, start: all.start(), end: all.end() })
    });
    let lasting = LASTING.captures_iter(text).filter_map(|found| {
        let (all, from) = (found.get(0)?, found.name("from").or(found.name("then"))?);
        let period = stated(from.as_str(), None).and_then(|from| lasting(from, months(all.as_str())?));
        Some(Range { period, start: all.start(), end: all.end() })
    });
    let mut ranges: Vec<Range> = of_days.chain(of_years).chain(lasting).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Returns the length of a period in months, by default a year.
fn months(words: &str) -> Option<i32> {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let Some(length) = LENGTH.captures(words) else { return Some(12) };
    let count = length[1].to_lowercase();
    let spelt = NUMBERS.iter().position(|number| *number == count).and_then(|at| i32::try_from(at + 1).ok());
    let count = spelt.or_else(|| count.parse().ok()).filter(|count| (1..=120).contains(count))?;
    Some(if length[2].eq_ignore_ascii_case("years") { count * 12 } else { count })
}

/// Returns the period of `months` from a date; `None` if its last day is not the day before the same
/// day of a month.
fn lasting(from: StatedDate, months: i32) -> Option<Period> {
    let to = match from {
        StatedDate::Month(month) => StatedDate::Month(month.plus(months - 1)),
        StatedDate::Day(day) => {
            let same_day = format!("{}-{:02}", day.month().plus(months), day.day());
            StatedDate::Day(Date::parse(&same_day).ok()?.previous_day())
        }
    };
    Period::new(from, to).ok()
}

/// Finds words that state a period in part: one end, or years that may refer to a fund.
pub(super) fn half_stated(text: &str) -> Option<&str> {
    ONE_END.find(text).or_else(|| BARE_YEARS.find(text)).map(|found| found.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_the_forms_of_bulletins() {
        for (text, expected) in [
            ("26-3-15", Some("2015-03-26")),
            ("26/03/2015", Some("2015-03-26")),
            ("26.3.15", Some("2015-03-26")),
            ("2015-03-26", Some("2015-03-26")),
            ("26 March 2015", Some("2015-03-26")),
            ("26th Mar 2015", Some("2015-03-26")),
            ("1st of Sept. 2015", Some("2015-09-01")),
            ("26-Mar-15", Some("2015-03-26")),
            ("Thursday 26 March 2015", Some("2015-03-26")),
            ("March 26, 2015", Some("2015-03-26")),
            ("31-2-15", Some("none")),
            ("13/14/2015", Some("none")),
            ("26 March", Some("none")),
            ("March 2015", None),
            ("6-2015", None),
            ("26-3-15 and more", None),
        ] {
            let found = whole_day(text).map(|day| day.map_or("none".to_owned(), |day| day.to_string()));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("Grant to Catch 22 (26 March 2015)", Some("Grant to Catch 22|2015-03-26")),
            ("Catch 22 – 26-3-15", Some("Catch 22|2015-03-26")),
            ("Catch 22 - mediation, 26 March 2015", Some("Catch 22 - mediation|2015-03-26")),
            ("Budget (2015/16)", None),
            ("26 March 2015", None),
        ] {
            let found = trailing_day(text).map(|(title, day, _)| format!("{title}|{day}"));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        for text in
            ["7 March 2031): a", "7 March 2031). A", "7 March 2031. A", "7 March 2031];", "7/3/31) – a"]
        {
            let (day, end) = leading_day(text).unwrap();
            assert_eq!(day.map(|it| it.to_string()), Ok("2031-03-07".to_owned()), "{text}");
            assert!(text[..end].ends_with("31"), "{text}");
        }
        let (day, end) = leading_day("26-3-15 Catch 22").unwrap();
        assert_eq!((day.unwrap().to_string().as_str(), end), ("2015-03-26", 7));
    }

    #[test]
    fn periods_have_both_ends() {
        for (text, expected) in [
            ("for the period 1 November 2014 to 31 October 2015", "2014-11-01 to 2015-10-31"),
            ("from 1st April 2015 until 31st March 2016.", "2015-04-01 to 2016-03-31"),
            ("September 2014 – August 2015", "2014-09 to 2015-08"),
            ("01/04/2015 - 31/03/2016", "2015-04-01 to 2016-03-31"),
            ("between 1 April and 30 June 2015", "2015-04-01 to 2015-06-30"),
            ("April to June 2015", "2015-04 to 2015-06"),
            ("April 2015 to the end of March 2016", "2015-04 to 2016-03"),
            ("for the financial year 2015/16", "2015-04-01 to 2016-03-31"),
            ("for the 2015-16 financial year", "2015-04-01 to 2016-03-31"),
            ("from 1 November 2013 for twelve months", "2013-11-01 to 2014-10-31"),
            ("from 1st April 2015, for a period of 18 months", "2015-04-01 to 2016-09-30"),
            ("for the year commencing 1 April 2014", "2014-04-01 to 2015-03-31"),
            ("for one year from 1 April 2015", "2015-04-01 to 2016-03-31"),
            ("for a further two years from April 2015", "2015-04 to 2017-03"),
            ("for six months starting on 15.5.15", "2015-05-15 to 2015-11-14"),
            ("for 12 months from 1.11.14 to 31.10.15", "2014-11-01 to 2015-10-31, 2014-11-01 to 2015-10-31"),
            ("for several months from 1 April 2015", "none"),
            ("for six months from 31 August 2015", "none"),
            ("for the year from 1 April", "none"),
            ("31 March 2016 to 1 April 2015", "none"),
            ("1 April to 31 March", "none"),
            ("1 April 2015 and 1 May 2015", ""),
            ("in 2015/16", ""),
            ("until 31 March 2016", ""),
            ("for three years", ""),
        ] {
            let found: Vec<String> = ranges(text)
                .iter()
                .map(|range| range.period.map_or("none".to_owned(), |period| period.to_string()))
                .collect();
            assert_eq!(found.join(", "), expected, "{text}");
        }
        assert_eq!(half_stated("runs until 31 March 2016"), Some("until 31 March 2016"));
        assert_eq!(half_stated("in 2015/16"), Some("2015/16"));
        assert_eq!(half_stated("from the fund"), None);
    }
}
