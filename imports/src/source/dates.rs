//! Dates of a workbook: a number of days, and a format that makes it a date.

use chrono::{Days, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use super::CellKind;

/// How a number with a format is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    /// As another amount than it is: a percentage, another currency, or with brackets, a minus or CR.
    Disguised,
    Date,
    /// A number of hours, which may exceed a day.
    Duration,
}

/// The first day of a workbook's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Epoch {
    /// 31 December 1899 is day 0, and 1900 is treated as a leap year, which it was not.
    Of1900,
    /// 1 January 1904 is day 0.
    Of1904,
}

impl Shown {
    /// Classifies a built-in format by its number (ECMA-376 part 1, 18.8.30).
    pub(super) fn of_number(id: u32) -> Shown {
        match id {
            46 => Shown::Duration,
            9 | 10 => Shown::Disguised,
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Date,
            _ => Shown::Number,
        }
    }

    /// Classifies the text of a format: `dd/mm/yyyy`, `[h]:mm`, `[Red]#,##0.00`.
    pub(super) fn of_text(format: &str) -> Shown {
        // "Standard" is what some programs write for "General", against the rules; its `d` is no day.
        if format == "Standard" {
            return Shown::Number;
        }
        let mut characters = format.chars();
        // What is shown beside the digits.
        let mut beside = String::new();
        while let Some(character) = characters.next() {
            match character {
                '_' | '*' => drop(characters.next()),
                '\\' => beside.extend(characters.next()),
                '"' => beside.extend(characters.by_ref().take_while(|it| *it != '"')),
                '[' => {
                    let inside: String = characters.by_ref().take_while(|it| *it != ']').collect();
                    beside.extend(inside.strip_prefix('$').and_then(|it| it.split('-').next()));
                    let is_time = |it: char| matches!(it.to_ascii_lowercase(), 'h' | 'm' | 's');
                    if !inside.is_empty() && inside.chars().all(is_time) {
                        return Shown::Duration;
                    }
                }
                // Only the format of positive numbers counts.
                ';' => break,
                'E' | 'e' => drop(characters.next()),
                'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Shown::Date,
                _ => beside.push(character),
            }
        }
        if is_disguise(&beside) { Shown::Disguised } else { Shown::Number }
    }
}

/// True if what is shown beside the digits of a positive number makes another amount of it.
fn is_disguise(beside: &str) -> bool {
    const CURRENCIES: [&str; 7] = ["EUR", "USD", "CHF", "AUD", "CAD", "JPY", "NZD"];
    let words = beside.to_uppercase();
    let mut words = words.split(|it: char| !it.is_alphabetic());
    beside.contains(['%', '(', '-', '−', '€', '$', '¥'])
        || words.any(|word| matches!(word, "CR" | "DR") || CURRENCIES.contains(&word))
}

/// Converts a number of days to a date; `None` if it is not one. A time of day alone is a text.
pub(super) fn dated(number: &str, shown: Shown, epoch: Epoch) -> Option<(CellKind, String)> {
    let number = Decimal::from_str_exact(number).ok().filter(|number| !number.is_sign_negative())?;
    let seconds = number.checked_mul(Decimal::from(86_400))?;
    let seconds = seconds.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    let seconds = u64::try_from(seconds).ok()?;
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let clock = |hours: u64| format!("{hours:02}:{:02}:{:02}", seconds % 3_600 / 60, seconds % 60);
    if shown == Shown::Duration || days == 0 && of_day > 0 {
        return Some((CellKind::Text, clock(seconds / 3_600)));
    }
    let (year, month, day, since) = match epoch {
        // 0 January and 29 February 1900 do not exist.
        Epoch::Of1900 if days == 0 || days == 60 => return None,
        Epoch::Of1900 if days < 60 => (1899, 12, 31, days),
        Epoch::Of1900 => (1899, 12, 30, days),
        Epoch::Of1904 => (1904, 1, 1, days),
    };
    let date = NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(since))?;
    // Spreadsheets have no later date.
    let date = date.format("%Y-%m-%d").to_string();
    if date.len() != 10 {
        return None;
    }
    let time = if of_day > 0 { format!("T{}", clock(of_day / 3_600)) } else { String::new() };
    Some((CellKind::Date, format!("{date}{time}")))
}

/// Removes a zero time from a date: `2015-03-26T00:00:00` is `2015-03-26`.
pub(super) fn written(date: &str) -> &str {
    match date.trim().split_once('T') {
        Some((day, time)) if time.trim_end_matches('Z').chars().all(|it| matches!(it, '0' | ':' | '.')) => {
            day
        }
        _ => date.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_what_a_number_is_shown_as() {
        for (format, expected) in [
            ("General", Shown::Number),
            ("Standard", Shown::Number),
            ("0.00", Shown::Number),
            ("#,##0.00;[Red]-#,##0.00", Shown::Number),
            ("_-£* #,##0.00_-;-£* #,##0.00_-", Shown::Number),
            ("\"days \"0", Shown::Number),
            ("0\\d", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("[$-809]0", Shown::Number),
            ("@", Shown::Number),
            ("0;dd", Shown::Number),
            ("dd/mm/yyyy", Shown::Date),
            ("[$-809]d mmmm yyyy;@", Shown::Date),
            ("\"on \"yyyy\\-mm", Shown::Date),
            ("h:mm AM/PM", Shown::Date),
            ("[h]:mm:ss", Shown::Duration),
            ("[mm]:ss", Shown::Duration),
            ("[\"", Shown::Number),
            ("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", Shown::Number),
            ("£#,##0.00_);(£#,##0.00)", Shown::Number),
            ("[$£-809]#,##0.00", Shown::Number),
            ("#,##0,\"k\"", Shown::Number),
            ("0.00E-00", Shown::Number),
            ("0.0%", Shown::Disguised),
            ("(#,##0.00)", Shown::Disguised),
            ("\\(#,##0.00\\)", Shown::Disguised),
            ("-#,##0.00", Shown::Disguised),
            ("#,##0.00\" CR\"", Shown::Disguised),
            ("#,##0.00\\ \\D\\R", Shown::Disguised),
            ("[$€-2] #,##0.00", Shown::Disguised),
            ("[$EUR] #,##0.00", Shown::Disguised),
            ("\"$\"#,##0.00_);(\"$\"#,##0.00)", Shown::Disguised),
        ] {
            assert_eq!(Shown::of_text(format), expected, "{format}");
        }
        assert_eq!((Shown::of_number(14), Shown::of_number(46)), (Shown::Date, Shown::Duration));
        assert_eq!((Shown::of_number(4), Shown::of_number(164)), (Shown::Number, Shown::Number));
        assert_eq!((Shown::of_number(10), Shown::of_number(44)), (Shown::Disguised, Shown::Number));
    }

    #[test]
    fn days_become_dates() {
        use Epoch::{Of1900, Of1904};
        use Shown::{Date, Duration};
        for (number, shown, epoch, expected) in [
            ("42089", Date, Of1900, "Date 2015-03-26"),
            ("42089.4375", Date, Of1900, "Date 2015-03-26T10:30:00"),
            ("42088.99999999", Date, Of1900, "Date 2015-03-26"),
            ("1", Date, Of1900, "Date 1900-01-01"),
            ("59", Date, Of1900, "Date 1900-02-28"),
            ("60", Date, Of1900, "none"),
            ("61", Date, Of1900, "Date 1900-03-01"),
            ("0", Date, Of1900, "none"),
            ("40627", Date, Of1904, "Date 2015-03-26"),
            ("0", Date, Of1904, "Date 1904-01-01"),
            ("0.4375", Date, Of1900, "Text 10:30:00"),
            ("1.5", Duration, Of1900, "Text 36:00:00"),
            ("-1", Date, Of1900, "none"),
            ("2958465", Date, Of1900, "Date 9999-12-31"),
            ("2958466", Date, Of1900, "none"),
            ("1000000000000000000", Date, Of1900, "none"),
            ("79228162514264337593543950335", Duration, Of1900, "none"),
        ] {
            let found = dated(number, shown, epoch);
            let found = found.map_or("none".to_owned(), |(kind, text)| format!("{kind:?} {text}"));
            assert_eq!(found, expected, "{number}");
        }
        for (date, expected) in [
            ("2015-03-26T00:00:00", "2015-03-26"),
            ("2015-03-26T00:00:00.000Z", "2015-03-26"),
            ("2015-03-26T10:30:00", "2015-03-26T10:30:00"),
            ("2015-03-26", "2015-03-26"),
        ] {
            assert_eq!(written(date), expected);
        }
    }
}
