//! Amounts of money in whole pence.
//!
//! `Money` is exact: whole pence in an integer, with checked operations only; `rust_decimal` is used only
//! to read text. Amounts are in sterling. How papers show them (brackets, colours) is up to the writers.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{plain, read_str};

/// An amount in pence, positive or negative. Totals are limited to ±92 quadrillion pounds, entered
/// amounts to [`Money::LIMIT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// A total is outside the range of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a total is too large for the ledger")]
pub struct Overflow;

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an amount, or ambiguous.
    #[error("`{0}` is not a valid amount")]
    Doubtful(String),
    #[error("`{0}` has more than two decimal places")]
    TooManyDecimals(String),
    /// Beyond [`Money::LIMIT`].
    #[error("`{0}` is outside the range ±£1,000,000,000,000")]
    OutOfRange(String),
}

impl MoneyError {
    pub fn hint(&self) -> &'static str {
        match self {
            MoneyError::Doubtful(_) => "write the amount as 30000, 30,000.00 or £30,000",
            MoneyError::TooManyDecimals(_) => {
                "use at most two decimal places, as in 30.25; separate thousands with a comma, as in 30,000"
            }
            MoneyError::OutOfRange(_) => "check the amount for extra digits",
        }
    }
}

impl Money {
    pub const ZERO: Money = Money(0);
    /// The largest amount that may be entered: £1,000,000,000,000.
    pub const LIMIT: Money = Money(100_000_000_000_000);

    pub const fn from_pence(pence: i64) -> Money {
        Money(pence)
    }

    pub const fn pence(self) -> i64 {
        self.0
    }

    /// Reads `30000`, `30,000.00`, `£30,000`, `£ 30,000.00` or `-£10.99`.
    ///
    /// # Errors
    /// Refuses ambiguous amounts, more than two decimal places, and amounts beyond ±[`Money::LIMIT`].
    pub fn parse(text: &str) -> Result<Money, MoneyError> {
        let text = &*plain(text);
        let trimmed = text.trim();
        // Files mostly have amounts as we write them.
        if let Some(amount) = Money::parse_plain(trimmed).filter(|amount| amount.size() <= Money::LIMIT) {
            return Ok(amount);
        }
        let doubtful = || MoneyError::Doubtful(trimmed.to_owned());
        let (negative, unsigned) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let digits = unsigned.strip_prefix('£').map_or(unsigned, str::trim_start);
        let (pounds, decimals) = ungrouped(digits).ok_or_else(doubtful)?;
        let decimals = decimals.unwrap_or("0");
        if decimals.len() > 2 {
            return Err(MoneyError::TooManyDecimals(trimmed.to_owned()));
        }
        let out_of_range = || MoneyError::OutOfRange(trimmed.to_owned());
        let mut amount =
            Decimal::from_str_exact(&format!("{pounds}.{decimals}")).map_err(|_| out_of_range())?;
        amount.rescale(2);
        let pence = i64::try_from(amount.mantissa()).map_err(|_| out_of_range())?;
        if pence > Money::LIMIT.0 {
            return Err(out_of_range());
        }
        Ok(Money(if negative { -pence } else { pence }))
    }

    pub fn plus(self, other: Money) -> Result<Money, Overflow> {
        self.0.checked_add(other.0).map(Money).ok_or(Overflow)
    }

    pub fn minus(self, other: Money) -> Result<Money, Overflow> {
        self.0.checked_sub(other.0).map(Money).ok_or(Overflow)
    }

    pub fn add(&mut self, other: Money) -> Result<(), Overflow> {
        *self = self.plus(other)?;
        Ok(())
    }

    pub fn negated(self) -> Money {
        Money(self.0.saturating_neg())
    }

    pub fn size(self) -> Money {
        Money(self.0.saturating_abs())
    }

    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money, Overflow> {
        amounts.into_iter().try_fold(Money::ZERO, Money::plus)
    }

    /// Returns `self × part ÷ whole`, rounded half up to the penny. `part` is not more than `whole`;
    /// a `whole` of zero gives zero.
    pub fn fraction(self, part: u64, whole: u64) -> Money {
        if whole == 0 {
            return Money::ZERO;
        }
        if part >= whole {
            return self;
        }
        let whole = i128::from(whole);
        let (halves, wholes) = (2 * i128::from(self.0) * i128::from(part) + whole, 2 * whole);
        // Most amounts fit a division in 64 bits.
        match (i64::try_from(halves), i64::try_from(wholes)) {
            (Ok(halves), Ok(wholes)) => Money(halves.div_euclid(wholes)),
            // The quotient is no larger than `self`, so the conversion cannot fail.
            _ => Money(i64::try_from(halves.div_euclid(wholes)).unwrap_or(self.0)),
        }
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Returns the amount with thousands separators: `-1,234.56`.
    pub fn grouped(self) -> String {
        grouped(&self.to_string())
    }
}

/// Adds thousands separators to a plain number: `1,234.5`.
pub fn grouped(plain: &str) -> String {
    let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, decimals) = unsigned.split_at(unsigned.find('.').unwrap_or(unsigned.len()));
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + decimals
}

/// Reads an unsigned number of digits: the whole without thousands separators, which must be in the right places,
/// and the decimals, if there are any.
pub(crate) fn ungrouped(number: &str) -> Option<(String, Option<&str>)> {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, rest) = groups.split_first()?;
    // Thousands do not begin with a zero: `0,500` is half a pound to somebody.
    let is_first = first.len() <= 3 && !first.starts_with('0');
    let in_threes = rest.is_empty() || (is_first && rest.iter().all(|group| group.len() == 3));
    let is_number = in_threes && groups.iter().copied().chain(decimals).all(is_digits);
    is_number.then(|| (groups.concat(), decimals))
}

/// Plain, for files: `-1234.56`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, pence) = (if self.is_negative() { "-" } else { "" }, self.0.unsigned_abs());
        let (pounds, pence) = (pence / 100, pence % 100);
        // The journal writes very many, none of them aligned.
        match f.width() {
            None => write!(f, "{sign}{pounds}.{pence:02}"),
            Some(_) => f.pad(&format!("{sign}{pounds}.{pence:02}")),
        }
    }
}

impl std::str::FromStr for Money {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Money, MoneyError> {
        Money::parse(text)
    }
}

/// Text (`"1234.56"`) in formats that people read, pence in binary ones.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Money);
        }
        read_str(deserializer, |text| {
            Money::parse_plain(text).ok_or_else(|| format!("`{text}` is not an amount"))
        })
    }
}

impl Money {
    /// Reads exactly what `Display` writes. Totals may exceed [`Money::LIMIT`].
    pub(crate) fn parse_plain(text: &str) -> Option<Money> {
        let (sign, unsigned) = match text.as_bytes() {
            [b'-', unsigned @ ..] => (-1, unsigned),
            unsigned => (1, unsigned),
        };
        let (pounds, [b'.', pence @ ..]) = unsigned.split_last_chunk::<3>()? else { return None };
        if matches!(pounds, [] | [b'0', _, ..]) {
            return None;
        }
        let total = pounds.iter().chain(pence).try_fold(0_i64, |total, digit| {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            total.checked_mul(10)?.checked_add(sign * digit)
        })?;
        (total != 0 || sign == 1).then_some(Money(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_amounts_are_refused() {
        let table: &[(&str, Result<i64, &str>)] = &[
            ("30000", Ok(3_000_000)),
            ("30,000.00", Ok(3_000_000)),
            ("£30,000", Ok(3_000_000)),
            (" 0.5 ", Ok(50)),
            ("-£10.99", Ok(-1_099)),
            ("-10.99", Ok(-1_099)),
            ("1,000,000,000,000", Ok(100_000_000_000_000)),
            ("1,000,000,000,000.01", Err("outside")),
            ("99999999999999999999999999999999999999", Err("outside")),
            ("£31,78", Err("not a valid amount")),
            ("1.234,56", Err("not a valid amount")),
            ("£ 30,000.00", Ok(3_000_000)),
            ("£\u{a0}30,000", Ok(3_000_000)),
            ("–10.99", Ok(-1_099)),
            ("\u{2212}£10.99", Ok(-1_099)),
            ("30.000", Err("decimal places")),
            ("30 000", Err("not a valid amount")),
            ("30\u{a0}000", Err("not a valid amount")),
            ("££12", Err("not a valid amount")),
            ("£334, 818", Err("not a valid amount")),
            ("1.5k", Err("not a valid amount")),
            ("1.", Err("not a valid amount")),
            (".50", Err("not a valid amount")),
            ("", Err("not a valid amount")),
            ("-", Err("not a valid amount")),
            ("1e3", Err("not a valid amount")),
            ("1234,567", Err("not a valid amount")),
            ("0,500", Err("not a valid amount")),
            ("01,500", Err("not a valid amount")),
            ("12.345", Err("decimal places")),
            ("１２", Err("not a valid amount")),
        ];
        for (text, expected) in table {
            match (Money::parse(text), expected) {
                (Ok(money), Ok(pence)) => assert_eq!(money.pence(), *pence, "{text}"),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{text}: {error}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }

    #[test]
    fn fractions_round_half_up() {
        for (pence, part, whole, expected) in [
            (1_846_700, 5, 12, 769_458),
            (44_100, 7, 12, 25_725),
            (1, 1, 2, 1),
            (-1, 1, 2, 0),
            (-3, 1, 2, -1),
            (100, 0, 3, 0),
            (100, 3, 3, 100),
            (i64::MAX, 999, 1000, 9_214_148_664_817_921_031),
        ] {
            assert_eq!(Money(pence).fraction(part, whole), Money(expected), "{pence} × {part}/{whole}");
        }
    }

    #[test]
    fn amounts_are_written_grouped_and_plain() {
        for (pence, grouped, plain) in [
            (0, "0.00", "0.00"),
            (5, "0.05", "0.05"),
            (123_456_789, "1,234,567.89", "1234567.89"),
            (-100_000, "-1,000.00", "-1000.00"),
            (-7, "-0.07", "-0.07"),
            (i64::MAX, "92,233,720,368,547,758.07", "92233720368547758.07"),
            (i64::MIN, "-92,233,720,368,547,758.08", "-92233720368547758.08"),
        ] {
            assert_eq!(Money(pence).grouped(), grouped);
            assert_eq!(Money(pence).to_string(), plain);
            assert_eq!(Money::parse_plain(plain), Some(Money(pence)));
        }
    }

    #[test]
    fn plain_amounts_have_one_form() {
        for text in [
            "",
            "1",
            "1.0",
            ".50",
            "01.00",
            "-0.00",
            "+1.00",
            "1.000",
            "1.-1",
            "--1.00",
            "1,000.00",
            "92233720368547758.08",
        ] {
            assert_eq!(Money::parse_plain(text), None, "{text}");
        }
    }

    #[test]
    fn sums_beyond_the_range_are_refused() {
        assert_eq!(Money(i64::MAX).plus(Money(1)), Err(Overflow));
        assert_eq!(Money(i64::MIN).minus(Money(1)), Err(Overflow));
    }
}
