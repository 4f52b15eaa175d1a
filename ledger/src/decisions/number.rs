//! Decision numbers as people write them: one decision, one spelling.
//!
//! Guarantees that `05–2015`, `5/2015` and `5 - 2015` are one number, and that what a spreadsheet has made a date of is
//! none.

use serde::{Deserialize, Serialize};

use super::Series;
use crate::calendar::named_month;
use crate::ids::{DecisionId, GrantId};
use crate::text::{TextError, plain};

/// Digits of a number after its year (`PCD-2031-014`).
const DIGITS_AFTER_YEAR: usize = 3;
/// Digits of a number in a series without years (`WPCC4-0089`).
const DIGITS_WITHOUT_YEAR: usize = 4;

/// The parts of a decision number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Form {
    /// `26-2015`, `C7-2015`, `DN23-2015`.
    NumberYear,
    /// `DN-23-2015`.
    LettersNumberYear,
    /// `PCD-2031-014`.
    LettersYearNumber,
    /// `WPCC4-0089`.
    LettersNumber,
}

/// An id in a series, as it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelled<'a> {
    /// The letters of the series.
    pub prefix: &'a str,
    /// Zero in a series without years.
    pub year: u16,
    pub number: u32,
    /// How many digits the number has, with leading zeros.
    pub(super) digits: usize,
    form: Form,
}

impl<'a> Spelled<'a> {
    /// Reads an id, with hyphens only; `None` if it is in no series.
    pub fn read(id: &'a str) -> Option<Spelled<'a>> {
        Spelled::of(&id.split('-').collect::<Vec<_>>())
    }

    /// Reads a number in any of its spellings.
    fn entered(text: &'a str) -> Option<Spelled<'a>> {
        Spelled::of(&text.split(['-', '/', ' ']).filter(|part| !part.is_empty()).collect::<Vec<_>>())
    }

    fn of(parts: &[&'a str]) -> Option<Spelled<'a>> {
        let of = |form, prefix: &'a str, number: &str, year: &str| {
            let year = if year.is_empty() { 0 } else { year.parse().ok()? };
            Some(Spelled { prefix, year, number: number.parse().ok()?, digits: number.len(), form })
        };
        match *parts {
            [number, year] if is_year(year) => {
                let (letters, number) =
                    number.split_at_checked(number.find(|c: char| c.is_ascii_digit())?)?;
                let fits =
                    is_number(number) && !is_year(number) && (letters.is_empty() || is_series(letters));
                if fits { of(Form::NumberYear, letters, number, year) } else { None }
            }
            [letters, number, year] if is_series(letters) && is_number(number) && is_year(year) => {
                of(Form::LettersNumberYear, letters, number, year)
            }
            [letters, year, number] if is_series(letters) && is_year(year) && is_number(number) => {
                of(Form::LettersYearNumber, letters, number, year)
            }
            [letters, number] => {
                let bare = letters.trim_end_matches(|c: char| c.is_ascii_digit());
                let is_numbered = bare.len() > 1 && (1..=2).contains(&(letters.len() - bare.len()));
                let fits = is_numbered && is_series(bare) && is_number(number) && number.len() >= 3;
                if fits { of(Form::LettersNumber, letters, number, "") } else { None }
            }
            _ => None,
        }
    }

    pub(super) fn series(self) -> Series {
        Series { prefix: self.prefix.to_owned(), year: self.year, form: self.form }
    }

    /// Returns its one spelling.
    fn written(self) -> String {
        let form = match (self.form, self.prefix.len()) {
            (Form::NumberYear, 2..) => Form::LettersNumberYear,
            (Form::LettersNumberYear, 1) => Form::NumberYear,
            (form, _) => form,
        };
        write(&Series { prefix: self.prefix.to_uppercase(), year: self.year, form }, self.number)
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && ("1990".."2200").contains(&text)
}

fn is_number(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for the letters of a series; words in small letters are no series.
fn is_series(text: &str) -> bool {
    let is_capital = text.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_small = text.bytes().all(|byte| byte.is_ascii_lowercase()) && text.len() <= 4;
    (1..=8).contains(&text.len()) && (is_capital || is_small)
}

pub(super) fn write(series: &Series, number: u32) -> String {
    let Series { prefix, year, form } = series;
    match form {
        Form::NumberYear => format!("{prefix}{number}-{year}"),
        Form::LettersNumberYear => format!("{prefix}-{number}-{year}"),
        Form::LettersYearNumber => format!("{prefix}-{year}-{number:0width$}", width = DIGITS_AFTER_YEAR),
        Form::LettersNumber => format!("{prefix}-{number:0width$}", width = DIGITS_WITHOUT_YEAR),
    }
}

/// True for a text that a spreadsheet may have made of a number: `01/05/2015`, `2015-05-01`, `May-15`.
pub fn is_dated(text: &str) -> bool {
    let text = &*plain(text);
    let parts: Vec<&str> =
        text.trim().split(['-', '/', '.', ' ', 'T', ':']).filter(|part| !part.is_empty()).collect();
    let is_digits = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_at_most = |part: &str, most: u32| {
        is_digits(part, &[1, 2]) && part.parse().is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    let is_year = |part: &str| is_digits(part, &[2]) || self::is_year(part);
    let is_time = |parts: &[&str]| parts.iter().all(|part| is_digits(part, &[1, 2])) && parts.len() != 1;
    let is_month = |part: &str| part.len() >= 3 && named_month(part).is_some();
    match *parts.as_slice() {
        [year, month, day, ref time @ ..]
            if self::is_year(year) && is_at_most(month, 12) && is_at_most(day, 31) =>
        {
            is_time(time)
        }
        [one, two, year, ref time @ ..] if is_year(year) && is_at_most(one, 31) && is_at_most(two, 31) => {
            is_time(time)
        }
        [day, month, year] if is_at_most(day, 31) && is_month(month) => is_year(year),
        // `Mar-15`, `15-Mar`, `Mar 2015`.
        [month, year] if is_month(month) => is_year(year) || is_at_most(year, 31),
        [day, month] if is_month(month) => is_at_most(day, 31),
        _ => false,
    }
}

impl DecisionId {
    /// Reads a decision number as somebody enters it, and returns its one spelling.
    ///
    /// # Errors
    /// Refuses what is no number, and dates that a spreadsheet may have made of one.
    pub fn stated(text: &str) -> Result<DecisionId, TextError> {
        let text = &*plain(text);
        if is_dated(text) {
            return Err(TextError::Dated(text.trim().to_owned()));
        }
        match Spelled::entered(text.trim()) {
            Some(spelled) => DecisionId::new(&spelled.written()),
            None => DecisionId::new(text),
        }
    }

    /// Returns the series and the number in it, if the id is a number of one.
    pub fn in_series(&self) -> Option<(Series, u32)> {
        Spelled::read(self.as_str()).map(|spelled| (spelled.series(), spelled.number))
    }
}

impl GrantId {
    /// Reads the id of an award as somebody enters it. One that is the number of its decision, also with the award's
    /// place in it (`14-2015/2`), has that number's one spelling; any other is unchanged.
    ///
    /// # Errors
    /// As for [`DecisionId::stated`].
    pub fn stated(text: &str) -> Result<GrantId, TextError> {
        let text = &*plain(text);
        let text = text.trim();
        if is_dated(text) {
            return Err(TextError::Dated(text.to_owned()));
        }
        let is_award = |spelled: &Spelled<'_>| match spelled.form {
            Form::NumberYear | Form::LettersNumberYear => true,
            // Ids of the officer's own are often so: `AB-2015-7`.
            Form::LettersYearNumber => text.contains(['/', ' ']),
            Form::LettersNumber => false,
        };
        if let Some(spelled) = Spelled::entered(text).filter(is_award) {
            return GrantId::new(&spelled.written());
        }
        if let Some((decision, place)) = text.rsplit_once('/')
            && let Some(spelled) = Spelled::entered(decision).filter(is_award)
            && let Ok(place) = place.trim().parse::<u32>()
        {
            return GrantId::new(&format!("{}/{place}", spelled.written()));
        }
        GrantId::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_decision_has_one_spelling() {
        for (text, decision, award) in [
            ("5-2015", "5-2015", "5-2015"),
            ("05-2015", "5-2015", "5-2015"),
            ("05–2015", "5-2015", "5-2015"),
            ("5/2015", "5-2015", "5-2015"),
            ("5 - 2015", "5-2015", "5-2015"),
            (" 5\u{a0}2015 ", "5-2015", "5-2015"),
            ("C7-2015", "C7-2015", "C7-2015"),
            ("c07/2015", "C7-2015", "C7-2015"),
            ("C 7/2015", "C7-2015", "C7-2015"),
            ("PCD 2031/014", "PCD-2031-014", "PCD-2031-014"),
            ("PCD-2031-14", "PCD-2031-014", "PCD-2031-14"),
            ("PCD 2031/000123", "PCD-2031-123", "PCD-2031-123"),
            ("DN 23/2015", "DN-23-2015", "DN-23-2015"),
            ("DN023-2015", "DN-23-2015", "DN-23-2015"),
            ("WPCC4-0089", "WPCC4-0089", "WPCC4-0089"),
            ("WPCC4-89", "WPCC4-89", "WPCC4-89"),
            ("NPCC2/0044", "NPCC2-0044", "NPCC2/0044"),
            ("DN 23/15", "`DN 23/15` is not a valid id: it contains ` `", "DN 23/15"),
            ("054/2024_25", "054/2024_25", "054/2024_25"),
            ("2020-17", "2020-17", "2020-17"),
            ("14-2015/2", "14-2015/2", "14-2015/2"),
            ("014/2015/02", "014/2015/02", "14-2015/2"),
            ("roads-99", "roads-99", "roads-99"),
            ("grant-12-2015", "grant-12-2015", "grant-12-2015"),
            ("AB-2015-7", "AB-2015-007", "AB-2015-7"),
            ("360G-anyshire-5/2015", "360G-anyshire-5/2015", "360G-anyshire-5/2015"),
        ] {
            let found = DecisionId::stated(text).map_or_else(|error| error.to_string(), |id| id.to_string());
            assert_eq!(found, decision, "decision {text}");
            let found = GrantId::stated(text).map_or_else(|error| error.to_string(), |id| id.to_string());
            assert_eq!(found, award, "award {text}");
        }
    }

    #[test]
    fn dates_are_no_numbers() {
        for (text, expected) in [
            ("01/05/2015", true),
            ("1/5/15", true),
            ("01-05-2015", true),
            ("2015-05-01", true),
            ("2015-05-01T00:00:00", true),
            ("2015-05-01 00:00", true),
            ("01/05/2015 00:00", true),
            ("May-15", true),
            ("15-May", true),
            ("Mar-2015", true),
            ("01-May-15", true),
            ("5-2015", false),
            ("5/2015", false),
            ("14-2015/2", false),
            ("14/2015/02", false),
            ("PCD-15", false),
            ("2020-17", false),
            ("054/2024_25", false),
            ("C7-2015", false),
            ("99-99-9999", false),
            ("", false),
        ] {
            assert_eq!(is_dated(text), expected, "{text}");
        }
    }
}
