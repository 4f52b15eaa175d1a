//! Bank accounts: the same account however it is written.

use std::fmt;

use crate::text::Text;

/// The number of an account, for comparing: `20-00-00 12345678`, `200000/12345678` and
/// `GB29 BARC 2000 0012 3456 78` have one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(String);

/// Digits of a sort code and an account number.
const SORT_CODE: usize = 6;
const NUMBER: usize = 8;
/// Letters and digits of a British IBAN: country, check digits and bank before the sort code.
const IBAN: usize = 8 + SORT_CODE + NUMBER;

impl AccountKey {
    /// Returns the key of an account as it is written.
    pub fn of(written: &str) -> AccountKey {
        let plain = written.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
        let mut plain: String = plain.collect();
        // `12345678 GBP`
        if let Some(before) = plain.strip_suffix("GBP")
            && before.bytes().any(|byte| byte.is_ascii_digit())
        {
            plain = before.to_owned();
        }
        let of_iban = plain
            .get(IBAN - SORT_CODE - NUMBER..)
            .filter(|number| plain.len() == IBAN && plain.starts_with("GB") && is_digits(number));
        match of_iban {
            Some(number) => AccountKey(number.to_owned()),
            // An account of signs only is compared as it is.
            None if plain.is_empty() => AccountKey(written.trim().to_owned()),
            None => AccountKey(plain),
        }
    }

    /// True for the same account, also where one is written with the sort code and the other without.
    pub fn is_same(&self, other: &AccountKey) -> bool {
        let without_sort_code = |long: &str, short: &str| {
            long.len() == SORT_CODE + NUMBER
                && short.len() == NUMBER
                && is_digits(long)
                && long.ends_with(short)
        };
        self == other || without_sort_code(&self.0, &other.0) || without_sort_code(&other.0, &self.0)
    }

    /// Returns the number without the sort code, which may be left out.
    pub fn of_number(self) -> AccountKey {
        let is_whole = self.0.len() == SORT_CODE + NUMBER && is_digits(&self.0);
        let number = if is_whole { self.0.get(SORT_CODE..).map(str::to_owned) } else { None };
        number.map_or(self, AccountKey)
    }

    /// Returns how many slips of typing lie between two accounts: characters that differ, are missing or are added, and
    /// neighbours that are swapped. Where one is written without the sort code, the numbers alone are compared.
    pub fn slips(&self, other: &AccountKey) -> usize {
        let between = |one: &AccountKey, other: &AccountKey| strsim::damerau_levenshtein(&one.0, &other.0);
        let whole = between(self, other);
        let (number, number_of_other) = (self.clone().of_number(), other.clone().of_number());
        match (number == *self, number_of_other == *other) {
            (false, true) | (true, false) => whole.min(between(&number, &number_of_other)),
            (true, true) | (false, false) => whole,
        }
    }
}

/// True for the same account, however it is written, or if neither is stated.
pub fn is_same_account(one: Option<&Text>, other: Option<&Text>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => AccountKey::of(one.as_str()).is_same(&AccountKey::of(other.as_str())),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountKey, is_same_account};

    #[test]
    fn an_account_is_the_same_however_it_is_written() {
        for (one, other, expected) in [
            ("20-00-00 12345678", "200000/12345678", true),
            ("20-00-00 12345678", "GB29 BARC 2000 0012 3456 78", true),
            ("20-00-00 12345678", "12345678", true),
            ("12345678", "20-00-00 12345678", true),
            ("12345678 GBP", "12345678", true),
            ("main account", "Main Account", true),
            ("20-00-00 12345678", "20-00-01 12345678", false),
            ("20-00-00 12345678", "12345679", false),
            ("", "", true),
            ("12345678", "", false),
        ] {
            let text = |text: &str| text.parse().ok();
            let (one_text, other_text) = (text(one), text(other));
            let is_same = is_same_account(one_text.as_ref(), other_text.as_ref());
            assert_eq!(is_same, expected, "{one} and {other}");
        }
        for (written, number) in [
            ("20-00-00 12345678", "12345678"),
            ("12345678", "12345678"),
            ("60-00-00 1", "6000001"),
            ("Main account", "MAINACCOUNT"),
        ] {
            assert_eq!(AccountKey::of(written).of_number().to_string(), number);
        }
    }

    #[test]
    fn slips_of_typing_are_counted() {
        for (one, other, expected) in [
            ("20-00-00 12345678", "200000/12345678", 0),
            ("20-00-00 12345678", "20-00-00 12345679", 1),
            ("20-00-00 12345678", "20-00-00 12345687", 1),
            ("20-00-00 12345678", "20-00-00 1234567", 1),
            ("20-00-00 12345678", "20-00-01 12345678", 1),
            ("20-00-00 12345678", "20-00-00 12345699", 2),
            ("20-00-00 12345678", "12345679", 1),
            ("12345687", "20-00-00 12345678", 1),
            ("20-00-00 12345678", "30-00-00 87654321", 8),
            ("Main account", "Main acount", 1),
            ("Main account", "Reserve", 11),
        ] {
            let slips = AccountKey::of(one).slips(&AccountKey::of(other));
            assert_eq!(slips, expected, "{one} and {other}");
        }
    }
}
