//! Decision numbers as offices write them, at the beginning of a line or a cell.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::decisions::{DecisionId, is_dated};
use regex::Captures;

use super::pattern::patterns;

/// A decision number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// As published, without spaces.
    pub(super) id: DecisionId,
    /// The series, and the number in the series.
    pub(super) place: Option<(Series, u32)>,
    /// Where it ends, in bytes.
    pub(super) end: usize,
}

/// The parts before and after the number, shared by the numbers of a series.
pub(super) type Series = (String, String);

patterns! {
    /// A bullet, or the number of a paragraph, before the number of a decision.
    PARAGRAPH = r"^\s*(?:[•▪●\x{f0b7}*]|\d{1,2}(?:\.\d{1,2})+[.)]?|\d{1,2}[.)]|\([a-z\d]{1,2}\))\s+";
    /// Words that introduce a number.
    LABEL = r"(?i)^\s*(?:pcc\s+)?decision\b(?:\s+(?:log|notice|record|paper)\b)?(?:\s*(?:(?:number|no|ref(?:erence)?)\b\.?(?:\s+(?:number|no)\b\.?)?|#))?\s*[:.\-–]?\s*|^\s*(?:number|no\.?|ref(?:erence)?(?:\s+(?:number|no\.?))?)\s*:\s*";
    /// `6-2015`, `C7-2015`, `DN 23/2015`, `054/2024_25`.
    NUMBER_YEAR = r"^\s*(?P<letters>[A-Z]{0,6})(?P<gap>[ \-/.]?)\s*(?P<number>\d{1,5})\s*(?P<sep>[-–/])\s*(?P<year>20\d\d(?:[/_-]\d\d)?)(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// `PCD 2015/012`, `2015-D-012`, `2020-17`.
    YEAR_NUMBER = r"^\s*(?P<letters>[A-Z]{0,8})(?P<gap>[ \-/.]?)\s*(?P<year>20\d\d)\s*(?P<sep>[-–/.])\s*(?P<number>(?:[A-Z]{1,4}[-/ ]?)?\d{1,6})(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// `DN 23/15`; letters are needed, as it would be a date or a share without.
    LETTERS_SHORT_YEAR = r"^\s*(?P<letters>[A-Z]{1,6})(?P<gap>[ \-/.]?)\s*(?P<number>\d{1,4})\s*(?P<sep>[-–/])\s*(?P<year>\d\d)(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// `D/14/021`.
    LETTERS_YEAR_NUMBER = r"^\s*(?P<letters>[A-Z]{1,6})(?P<gap>[/-])(?P<year>\d\d)(?P<sep>[/-])(?P<number>\d{2,4})(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// `WPCC3-0129`.
    LETTERS_NUMBER = r"^\s*(?P<letters>[A-Z]{2,6}\d?)(?P<gap>)(?P<sep>[-/])(?P<number>\d{3,6})(?P<year>)(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// `7 of 2015`, `7 2015`, where a number is expected.
    NUMBER_OF_YEAR = r"(?i)^\s*(?P<letters>[A-Z]{0,6})(?P<gap>[ \-/.]?)\s*(?P<number>\d{1,5})(?P<sep>\s+(?:of\s+)?|\.)(?P<year>20\d\d)(?:[^\w£/.-]|[.-]?(?:\s|$))";
    /// A year, alone or after a word: `Decision notices 2015`.
    BARE_YEAR = r"^(?:[A-Za-z]{2,} )?20\d\d$";
    /// Anything where a number is expected.
    ANYTHING = r"^\s*(?P<letters>)(?P<gap>)(?P<year>)(?P<sep>)(?P<number>[A-Za-z]{0,8}[ -]?\d(?:[\w/.\-]{0,20}\w)?)(?:[.,;:)]|\s|$)";
}

/// How a number is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recognised {
    /// By its own form.
    ByForm,
    /// By its column, or the words before it.
    ByPlace,
}

/// Reads the number at the start of a text, after an optional `Decision number:`.
pub(super) fn number_at(text: &str, by: Recognised) -> Option<Number> {
    let paragraph = PARAGRAPH.find(text).map_or(0, |found| found.end());
    let label = LABEL.find(text.get(paragraph..)?).map_or(0, |label| label.end());
    let by = if label > 0 { Recognised::ByPlace } else { by };
    // What follows the number of a paragraph must have the form of a decision's.
    let (by, start) =
        if paragraph > 0 && label == 0 { (Recognised::ByForm, paragraph) } else { (by, paragraph) };
    let rest = text.get(start + label..)?;
    let by_form = [&NUMBER_YEAR, &YEAR_NUMBER, &LETTERS_SHORT_YEAR, &LETTERS_YEAR_NUMBER, &LETTERS_NUMBER];
    let found = by_form.iter().find_map(|form| form.captures(rest));
    let found = found.filter(|found| by == Recognised::ByPlace || !is_financial_year(found));
    let found = match by {
        Recognised::ByForm => found,
        Recognised::ByPlace => {
            found.or_else(|| NUMBER_OF_YEAR.captures(rest)).or_else(|| ANYTHING.captures(rest))
        }
    }?;
    // A spreadsheet has made a date of it.
    if is_dated(found.get(0).map_or("", |all| all.as_str()).trim_end_matches(['.', ',', ';', ':', ')'])) {
        return None;
    }
    // `Decision log 2014` heads a page.
    if label > 0 && BARE_YEAR.is_match(&found["number"]) {
        return None;
    }
    // `(see paper AP15/12)` of which the beginning is on the line above.
    let number = written(&found, start + label)?;
    let is_closed = by == Recognised::ByForm && text.get(number.end..)?.starts_with(')');
    Some(number).filter(|_| !is_closed)
}

/// `2014-15` is far more often a financial year than the fifteenth decision of 2014.
fn is_financial_year(found: &Captures<'_>) -> bool {
    let (letters, year, number) = (&found["letters"], &found["year"], &found["number"]);
    if found.name("number").map(|it| it.start()) < found.name("year").map(|it| it.start()) {
        return false;
    }
    let (Ok(year), Ok(next)) = (year.parse::<u32>(), number.parse::<u32>()) else { return false };
    letters.is_empty() && number.len() == 2 && (year + 1) % 100 == next && &found["sep"] != "." && year > 2000
}

fn written(found: &Captures<'_>, offset: usize) -> Option<Number> {
    let part = |name| found.name(name).map_or("", |part| part.as_str());
    let number = found.name("number")?;
    let year = found.name("year")?;
    let separator = match part("sep") {
        "" => "",
        "/" => "/",
        "." if year.start() < number.start() => ".",
        _ => "-",
    };
    // One letter belongs to the number, several are a word before it.
    let letters = part("letters");
    let gap = match part("gap").trim() {
        "" if part("gap").is_empty() || letters.len() < 2 => "",
        "" => "-",
        gap => gap,
    };
    let digits_from = number.as_str().rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let (before, digits) = number.as_str().split_at_checked(digits_from)?;
    let tidy = |text: &str| text.replace(' ', "-");
    let year_first = year.start() < number.start() && !year.is_empty();
    let (id, series) = if year_first {
        let before = format!("{letters}{gap}{}{separator}{}", year.as_str(), tidy(before));
        (format!("{before}{digits}"), (before, String::new()))
    } else {
        let before =
            format!("{letters}{gap}{}{}", tidy(before), if year.is_empty() { separator } else { "" });
        let after = if year.is_empty() { String::new() } else { format!("{separator}{}", year.as_str()) };
        (format!("{before}{digits}{after}"), (before, after))
    };
    let end = offset + number.end().max(year.end());
    let place = digits.parse().ok().map(|number| (series, number));
    Some(Number { id: DecisionId::stated(&id).ok()?, place, end })
}

/// Lists the numbers missing between the lowest and the highest of each series:
/// `8-2015 to 9-2015`.
pub(super) fn gaps<'a>(numbers: impl IntoIterator<Item = &'a Number>) -> Vec<String> {
    let mut present: BTreeMap<&Series, BTreeSet<u32>> = BTreeMap::new();
    for (series, number) in numbers.into_iter().filter_map(|number| number.place.as_ref()) {
        present.entry(series).or_default().insert(*number);
    }
    let mut gaps = Vec::new();
    for (series, numbers) in present {
        let write = |number: u32| {
            let text = format!("{}{number}{}", series.0, series.1);
            DecisionId::stated(&text).map_or(text, |id| id.to_string())
        };
        for (before, after) in numbers.iter().zip(numbers.iter().skip(1)) {
            match after - before {
                0 | 1 => {}
                2 => gaps.push(write(before + 1)),
                _ => gaps.push(format!("{} to {}", write(before + 1), write(after - 1))),
            }
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_offices_write_them() {
        let id = |text: &str, by| number_at(text, by).map(|number| number.id.to_string());
        for (text, expected) in [
            ("6-2015", Some("6-2015")),
            ("D/14/021 Title", Some("D/14/021")),
            ("Decision log 2014", None),
            ("Decisions 2015", None),
            ("Decision notices 2015", None),
            ("Decision November 2015", None),
            ("Decision No. 7-2015", Some("7-2015")),
            ("Decision ref no 7-2015", Some("7-2015")),
            ("26 – 2015 Title", Some("26-2015")),
            ("16-2015", Some("16-2015")),
            ("C7-2015", Some("C7-2015")),
            ("C 7/2015", Some("C7-2015")),
            ("PCD 2015/012", Some("PCD-2015-012")),
            ("PCD-2015-000123: Title", Some("PCD-2015-123")),
            ("DN 23/15", Some("DN-23/15")),
            ("2015-D-012", Some("2015-D-012")),
            ("2020-17", Some("2020-17")),
            ("WPCC3-0129 Grants", Some("WPCC3-0129")),
            ("Decision number: 054/2024_25", Some("054/2024_25")),
            ("Decision Ref: 12", Some("12")),
            ("Decision 7 of 2015", Some("7-2015")),
            ("7 of 2015", None),
            ("Decision 63775. A title", Some("63775")),
            ("26-3-15", None),
            ("26/03/2015", None),
            ("2015-03-26", None),
            ("2014-15", None),
            ("2014/15 budget", None),
            ("£5,000", None),
            ("6-2015-16 budget", Some("6-2015-16")),
            ("23/15", None),
            ("1.1 12-2031 – 4 May 2031", Some("12-2031")),
            ("• PCD 2031/014 Title", Some("PCD-2031-014")),
            ("3. 12-2031 Title", Some("12-2031")),
            ("(a) 12-2031 Title", Some("12-2031")),
            ("1.1 The Commissioner", None),
            ("3. 2014-15 budget", None),
            ("AP15/12) of the panel", None),
            ("AP15/12 of the panel", Some("AP15/12")),
            ("The decision", None),
            ("Decision made", None),
            ("12 March 2015", None),
            ("March 2015", None),
        ] {
            assert_eq!(id(text, Recognised::ByForm).as_deref(), expected, "{text}");
        }
        assert_eq!(id("17", Recognised::ByPlace).as_deref(), Some("17"));
        assert_eq!(id("7 2015", Recognised::ByPlace).as_deref(), Some("7-2015"));
        assert_eq!(id("C7 of 2015", Recognised::ByPlace).as_deref(), Some("C7-2015"));
        assert_eq!(id("Number", Recognised::ByPlace), None);
        assert_eq!(id("01/05/2015", Recognised::ByPlace), None);
        assert_eq!(id("May-15", Recognised::ByPlace), None);
    }

    #[test]
    fn gaps_lie_between_the_lowest_and_the_highest() {
        let numbers: Vec<Number> = ["6-2015", "8-2015", "12-2015", "C2-2015", "C3-2015", "PCD 2015/012"]
            .iter()
            .map(|text| number_at(text, Recognised::ByForm).unwrap())
            .collect();
        assert_eq!(gaps(&numbers), ["7-2015", "9-2015 to 11-2015"]);
    }
}
