//! Bank accounts: the same account however it is written.

use std::fmt;

/// The number of an account, for comparing: `20-00-00 12345678`, `200000/12345678` and
/// `GB29 BARC 2000 0012 3456 78` have one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
}

impl AccountKey {
    /// Returns how many slips of typing lie between two accounts: characters that differ, are missing or are added, and
    /// neighbours that are swapped. Where one is written without the sort code, the numbers alone are compared.
    pub fn slips(&self, other: &AccountKey) -> usize {
        let number = |key: &AccountKey| {
            let is_whole = key.0.len() == SORT_CODE + NUMBER && is_digits(&key.0);
            if is_whole { key.0.get(SORT_CODE..).map(str::to_owned) } else { None }
        };
        let between = |one: &str, other: &str| strsim::damerau_levenshtein(one, other);
        let whole = between(&self.0, &other.0);
        let by_number = match (number(self), number(other)) {
            (Some(number), None) => between(&number, &other.0),
            (None, Some(number)) => between(&self.0, &number),
            (Some(_), Some(_)) | (None, None) => whole,
        };
        whole.min(by_number)
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
    use super::AccountKey;

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
