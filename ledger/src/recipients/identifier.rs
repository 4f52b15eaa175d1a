//! Outside identifiers as people enter them: placeholders, and the forms of the registers of companies and
//! charities.
//!
//! Guarantees that two organisations are never taken for one because nobody knew their numbers.

use crate::ids::{Identifier, RecipientId};
use crate::text::TextError;

/// Letters and digits of the words that stand for a number that is not known or does not exist.
const PLACEHOLDERS: [&str; 20] = [
    "",
    "na",
    "none",
    "no",
    "nil",
    "null",
    "nothing",
    "tbc",
    "tba",
    "tbd",
    "unknown",
    "notknown",
    "notapplicable",
    "notavailable",
    "notregistered",
    "unregistered",
    "exempt",
    "excepted",
    "pending",
    "missing",
];

/// The registers of companies and charities of the United Kingdom.
const CHECKED: [&str; 4] = ["GB-COH", "GB-CHC", "GB-SC", "GB-NIC"];

/// True for a text that says that there is no number: `n/a`, `TBC`, `-`, `000`, `GB-COH-N/A`.
pub fn is_placeholder(text: &str) -> bool {
    let number = match parts(text) {
        Some((_, number)) => number,
        None if is_register(text.trim().trim_end_matches('-')) => "",
        None => text,
    };
    let bare: String = number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    PLACEHOLDERS.contains(&bare.as_str())
        || bare.bytes().all(|byte| byte == b'0')
        || bare.len() > 2 && bare.bytes().all(|byte| byte == b'x')
}

/// True for the form of an outside identifier, which no id of the body's own has: `GB-CHC-1087198`.
pub fn is_outside(text: &str) -> bool {
    parts(text).is_some_and(|(register, _)| is_register(register)) || is_of_publisher(text)
}

/// True for an id that a publisher of the 360Giving standard gave: `360G-anyshire-org:12`.
fn is_of_publisher(text: &str) -> bool {
    text.trim().strip_prefix("360G-").is_some_and(|rest| !rest.is_empty())
}

/// Returns the register and the number: `GB-CHC` and `1087198`.
fn parts(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let (country, rest) = text.split_once('-')?;
    let (list, number) = rest.split_once('-')?;
    let register = text.get(..country.len() + 1 + list.len())?;
    is_register(register).then_some((register, number.trim()))
}

/// True for a register of organisations: a country and a list, `GB-CHC`. Ids of the body's own are in small
/// letters (`st-johns-trust`), so that those count only in the registers of companies and charities.
fn is_register(text: &str) -> bool {
    let is_word = |word: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    CHECKED.iter().any(|known| known.eq_ignore_ascii_case(text))
        || text.split_once('-').is_some_and(|(country, list)| is_word(country, 2..=2) && is_word(list, 2..=5))
}

impl Identifier {
    /// Returns its register (`GB-CHC`), if it has the form `LIST-NAME-number` and is no placeholder.
    pub fn register(&self) -> Option<&str> {
        let text = self.as_str();
        let (country, rest) = text.split_once('-')?;
        let (list, _) = rest.split_once('-')?;
        text.get(..country.len() + 1 + list.len()).filter(|_| !self.is_placeholder())
    }

    /// True if this is its number without the register, with or without leading zeros: `219279` of `GB-CHC-219279`.
    pub fn has_number(&self, text: &str) -> bool {
        let bare = |number: &str| number.trim().trim_start_matches('0').to_ascii_uppercase();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        digits >= 5 && parts(self.as_str()).is_some_and(|(_, number)| bare(number) == bare(text))
    }

    /// True if it says that there is no number. Books recorded earlier may have some.
    pub fn is_placeholder(&self) -> bool {
        is_placeholder(self.as_str())
    }

    /// Reads an identifier as somebody enters it. The leading zeros of a company number, which spreadsheets
    /// remove, are restored.
    ///
    /// # Errors
    /// Refuses placeholders, and numbers that the registers of companies and charities do not give.
    pub fn stated(text: &str) -> Result<Identifier, TextError> {
        let identifier = Identifier::new(text)?;
        if identifier.is_placeholder() {
            return Err(TextError::Placeholder(identifier.to_string()));
        }
        let Some((register, number)) = parts(identifier.as_str()) else { return Ok(identifier) };
        let form = match register.to_ascii_uppercase().as_str() {
            "GB-COH" if is_short_company(number) => {
                return Identifier::new(&format!("{register}-{number:0>8}"));
            }
            "GB-COH" if !is_company(number) => "a company number has 8 digits, or 2 letters and 6 digits",
            "GB-CHC" if !is_charity(number) => "a charity number in England and Wales has 6 or 7 digits",
            "GB-SC" if !is_scottish_charity(number) => "a charity number in Scotland is SC and 6 digits",
            "GB-NIC" if !is_digits(number, 6..=6) => "a charity number in Northern Ireland has 6 digits",
            _ => return Ok(identifier),
        };
        Err(TextError::NotOfRegister { id: identifier.to_string(), form })
    }
}

impl RecipientId {
    /// Reads the id of a recipient, or an outside identifier in its place, as somebody enters it.
    ///
    /// # Errors
    /// As for [`Identifier::stated`].
    pub fn stated(text: &str) -> Result<RecipientId, TextError> {
        match is_outside(text) {
            true => RecipientId::new(Identifier::stated(text)?.as_str()),
            false => RecipientId::new(text),
        }
    }
}

fn is_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for a company number that has lost its leading zeros.
fn is_short_company(number: &str) -> bool {
    is_digits(number, 5..=7)
}

/// `01234567`, `SC123456`, `R0000123`, `IP12345R`.
fn is_company(number: &str) -> bool {
    let letters = number.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((_, rest)) = number.split_at_checked(letters) else { return false };
    let last = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number.len() == 8
        && letters <= 2
        && rest.len() - last.len() <= usize::from(letters == 2)
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

/// `219279`, `1087198`, and a linked charity of one: `1087198-2`.
fn is_charity(number: &str) -> bool {
    let (main, linked) = number.split_once('-').map_or((number, None), |(main, linked)| (main, Some(linked)));
    is_digits(main, 6..=7) && linked.is_none_or(|linked| is_digits(linked, 1..=4))
}

fn is_scottish_charity(number: &str) -> bool {
    number.get(..2).is_some_and(|letters| letters.eq_ignore_ascii_case("SC"))
        && number.get(2..).is_some_and(|rest| is_digits(rest, 6..=6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_no_identifier() {
        for (text, expected) in [
            ("GB-COH-N/A", true),
            ("GB-COH-n/a", true),
            ("GB-CHC-0000000", true),
            ("GB-CHC-", true),
            ("GB-CHC", true),
            ("GB-CHC-TBC", true),
            ("GB-COH-None", true),
            ("GB-CHC-exempt", true),
            ("n/a", true),
            ("N.A.", true),
            ("TBC", true),
            ("-", true),
            ("–", true),
            ("none", true),
            ("0", true),
            ("UNKNOWN", true),
            ("Not known", true),
            ("xxx", true),
            ("GB-CHC-1087198", false),
            ("GB-COH-00000118", false),
            ("GB-COH-SC000000", false),
            ("R00053", false),
            ("Nacro", false),
            ("Nonesuch", false),
            ("360G-anyshire-org:12", false),
            ("10", false),
            ("st-johns-none", false),
        ] {
            assert_eq!(is_placeholder(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_is_known_without_its_register() {
        for (identifier, text, expected) in [
            ("GB-CHC-219279", "219279", true),
            ("GB-COH-01234567", "1234567", true),
            ("GB-COH-SC123456", "sc123456", true),
            ("GB-CHC-219279", "219278", false),
            ("GB-CHC-219279", "GB-CHC-219279", false),
            ("R00053", "R00053", false),
            ("GB-LAE-SFK", "SFK", false),
        ] {
            assert_eq!(
                Identifier::new(identifier).unwrap().has_number(text),
                expected,
                "{identifier} {text}"
            );
        }
        for (text, expected) in [("360G-anyshire-org:12", true), ("360G-", false), ("360-degrees", false)] {
            assert_eq!(is_outside(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_have_the_form_of_their_register() {
        let company = "a company number has";
        let charity = "a charity number in";
        for (text, expected) in [
            ("GB-COH-01234567", Ok("GB-COH-01234567")),
            ("GB-COH-1234567", Ok("GB-COH-01234567")),
            ("GB-COH-445790", Ok("GB-COH-00445790")),
            ("gb-coh-1234567", Ok("gb-coh-01234567")),
            ("GB-COH-SC123456", Ok("GB-COH-SC123456")),
            ("GB-COH-R0000123", Ok("GB-COH-R0000123")),
            ("GB-COH-IP12345R", Ok("GB-COH-IP12345R")),
            ("GB-COH-123456789", Err(company)),
            ("GB-COH-1234", Err(company)),
            ("GB-COH-SC12345", Err(company)),
            ("GB-COH-1234567R", Err(company)),
            ("GB-COH-Company", Err(company)),
            ("GB-CHC-219279", Ok("GB-CHC-219279")),
            ("GB-CHC-1087198", Ok("GB-CHC-1087198")),
            ("GB-CHC-1087198-2", Ok("GB-CHC-1087198-2")),
            ("GB-CHC-12345678", Err(charity)),
            ("GB-CHC-1", Err(charity)),
            ("GB-CHC-SC012345", Err(charity)),
            ("GB-SC-SC012345", Ok("GB-SC-SC012345")),
            ("GB-SC-012345", Err(charity)),
            ("GB-NIC-100012", Ok("GB-NIC-100012")),
            ("GB-NIC-NIC100012", Err(charity)),
            ("GB-LAE-SFK", Ok("GB-LAE-SFK")),
            ("GB-COH-N/A", Err("is a placeholder")),
            ("R00053", Ok("R00053")),
        ] {
            match (Identifier::stated(text), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_str(), expected, "{text}"),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{text}: {error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn ids_of_the_own_are_told_from_outside_identifiers() {
        for (text, expected) in [
            ("GB-CHC-219279", true),
            ("XM-DAC-41114", true),
            ("lighthouse-womens-aid", false),
            ("R00053", false),
            ("GB-CHC", false),
            ("in-the-north", false),
            ("st-johns-none", false),
            ("gb-chc-219279", true),
        ] {
            assert_eq!(is_outside(text), expected, "{text}");
        }
    }
}
