//! Amounts of money as other programs and people write them.
//!
//! An amount with a single reading is accepted; any other is refused with the reason. What differs
//! from file to file (decimal commas, thousands, the meaning of CR) comes from a profile and is
//! never inferred from the amounts themselves. No float is involved.

use std::borrow::Cow;

use almoner_ledger::money::{Money, MoneyError};
use serde::Deserialize;

use crate::reason::Reason;

/// How the amounts of a column are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Amounts {
    pub(crate) decimal: DecimalMark,
    /// `None`: that of the heading, else pounds.
    pub(crate) unit: Option<Unit>,
    /// Positive amounts become negative, and negative ones positive.
    pub(crate) invert_sign: bool,
    /// The sign that `CR` after an amount gives it; `DR` gives the opposite.
    pub(crate) cr: Option<Sign>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DecimalMark {
    /// `1,234.50`
    #[default]
    Point,
    /// `1.234,50` and `1 234,50`
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    Pounds,
    Thousands,
    Millions,
    Pence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sign {
    Plus,
    Minus,
}

/// The reason for which an amount is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct AmountError {
    message: Cow<'static, str>,
    hint: &'static str,
}

const WRITE_IT: &str = "enter pounds and pence as 30000, 30,000.00 or £30,000";

impl AmountError {
    fn new(message: &'static str) -> AmountError {
        AmountError { message: message.into(), hint: WRITE_IT }
    }
}

impl From<MoneyError> for AmountError {
    fn from(error: MoneyError) -> AmountError {
        AmountError { message: error.to_string().into(), hint: error.hint() }
    }
}

impl Reason for AmountError {
    fn hint(&self) -> String {
        self.hint.to_owned()
    }
}

impl Amounts {
    /// Reads `£1,234.50`, `(123.00)`, `-£10.99`, `12.00-`, `GBP 5` or a `Â£` that an encoding has
    /// mangled; if the profile allows it, also `1 234,50` or `10.00 CR`.
    pub(crate) fn read(&self, text: &str) -> Result<Money, AmountError> {
        // Fast path: nearly every amount is plain.
        if *self == Amounts::default()
            && let Ok(amount) = Money::parse(text)
        {
            return Ok(amount);
        }
        let (text, side) = self.without_side(text.trim())?;
        let (text, minus) = without_sign(text)?;
        let (text, minus_within) = without_sign(without_currency(text)?)?;
        if (minus || side.is_some()) && minus_within {
            return Err(AmountError::new("the amount has two signs"));
        }
        let amount = self.number(text)?;
        let negative = (minus || minus_within) ^ (side == Some(Sign::Minus)) ^ self.invert_sign;
        Ok(if negative { amount.negated() } else { amount })
    }

    /// Removes a trailing `CR` or `DR`.
    fn without_side<'t>(&self, text: &'t str) -> Result<(&'t str, Option<Sign>), AmountError> {
        let ending = |word: &str| {
            let at = text.len().checked_sub(word.len())?;
            let (rest, end) = (text.get(..at)?, text.get(at..)?);
            end.eq_ignore_ascii_case(word).then(|| rest.trim_end())
        };
        let (rest, is_credit) = match (ending("CR"), ending("DR")) {
            (Some(rest), _) => (rest, true),
            (_, Some(rest)) => (rest, false),
            _ => return Ok((text, None)),
        };
        let Some(credit) = self.cr else {
            let hint =
                "state what CR means in the profile: amounts = { cr = \"minus\" } or { cr = \"plus\" }";
            let message = "some systems use CR for money in and DR for money out, others the reverse".into();
            return Err(AmountError { message, hint });
        };
        let sign = match (credit, is_credit) {
            (Sign::Plus, true) | (Sign::Minus, false) => Sign::Plus,
            _ => Sign::Minus,
        };
        Ok((rest, Some(sign)))
    }

    /// Reads digits with separators.
    fn number(&self, text: &str) -> Result<Money, AmountError> {
        if let Some(message) = specific_problem(text, self.decimal) {
            return Err(AmountError::new(message));
        }
        let mark = if self.decimal == DecimalMark::Point { '.' } else { ',' };
        let (pounds, decimals) =
            text.split_once(mark).map_or((text, None), |(pounds, decimals)| (pounds, Some(decimals)));
        // Databases omit a zero before the point.
        let is_below_a_pound = pounds.is_empty() && decimals.is_some_and(|it| !it.is_empty());
        let mut pounds = Cow::Borrowed(if is_below_a_pound { "0" } else { pounds });
        if self.decimal == DecimalMark::Comma {
            pounds = pounds.replace(['.', ' ', '\u{a0}', '\u{202f}'], ",").into();
        }
        let unit = self.unit.unwrap_or(Unit::Pounds);
        // Thirty, or thirty thousand.
        if unit == Unit::Pounds && decimals.is_some_and(|it| it.len() == 3) {
            return Err(MoneyError::TooManyDecimals(text.to_owned()).into());
        }
        // Databases write four decimals, of which two are significant.
        let decimals = decimals.map(|it| if it.len() > 2 { it.trim_end_matches('0') } else { it });
        let decimals = decimals.filter(|it| !it.is_empty());
        let (pounds, decimals) = match unit {
            Unit::Pounds => (pounds.into_owned(), decimals.unwrap_or_default().to_owned()),
            Unit::Thousands => shift_decimals(&pounds, decimals.unwrap_or_default(), 3)?,
            Unit::Millions => shift_decimals(&pounds, decimals.unwrap_or_default(), 6)?,
            Unit::Pence if decimals.is_some() => {
                return Err(AmountError::new("the amount has a fraction of a penny"));
            }
            Unit::Pence => in_pence(&pounds)?,
        };
        let plain = if decimals.is_empty() { pounds } else { format!("{pounds}.{decimals}") };
        Ok(Money::parse(&plain)?)
    }
}

/// `1.25` thousands are `1250` pounds.
fn shift_decimals(pounds: &str, decimals: &str, places: usize) -> Result<(String, String), AmountError> {
    // Checks the separators before they are removed.
    Money::parse(pounds)?;
    let mut digits = decimals.to_owned();
    while digits.len() < places {
        digits.push('0');
    }
    let rest = digits.split_off(places);
    Ok((format!("{}{digits}", pounds.replace(',', "")), rest))
}

/// `1050` pence are `10.50` pounds.
fn in_pence(pence: &str) -> Result<(String, String), AmountError> {
    // Checks the separators before they are removed.
    Money::parse(pence)?;
    let digits = format!("{:0>3}", pence.replace(',', ""));
    let at = digits.len() - 2;
    Ok((digits.get(..at).unwrap_or_default().to_owned(), digits.get(at..).unwrap_or_default().to_owned()))
}

/// Removes brackets, or a sign before or after the amount.
fn without_sign(text: &str) -> Result<(&str, bool), AmountError> {
    let minus = ['-', '\u{2212}'];
    if text.chars().count() == 1 {
        // Spreadsheets show zero as a lone minus.
        return Ok((text.trim_matches(minus), false));
    }
    let bracketed = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let before = text.strip_prefix(minus);
    let after = text.strip_suffix(minus);
    match (bracketed, before, after) {
        (Some(inside), ..) if inside.contains(minus) => Err(AmountError::new("the amount has two signs")),
        (Some(inside), ..) => Ok((inside.trim(), true)),
        (_, Some(rest), Some(_)) if !rest.is_empty() => Err(AmountError::new("the amount has two signs")),
        (_, Some(rest), _) => Ok((rest.trim_start(), true)),
        (_, _, Some(rest)) => Ok((rest.trim_end(), true)),
        _ => Ok((text.strip_prefix('+').unwrap_or(text), false)),
    }
}

/// Removes a pound sign (`Â£` if an encoding mangled it) or `GBP`.
fn without_currency(text: &str) -> Result<&str, AmountError> {
    let rest = ["Â£", "£", "GBP"].iter().find_map(|sign| text.strip_prefix(sign));
    let rest = rest.or_else(|| text.strip_suffix("GBP")).map_or(text, str::trim);
    if rest.contains(['£', 'Â']) {
        return Err(AmountError::new("the amount has more than one currency sign"));
    }
    if rest.contains(['$', '€', '¥']) {
        return Err(AmountError::new("the amount is in another currency"));
    }
    if rest.starts_with(['?', '\u{fffd}']) {
        let message = "the preceding currency sign was lost when the file was saved".into();
        let hint = "save the file again as UTF-8, or remove the signs if all amounts are in pounds";
        return Err(AmountError { message, hint });
    }
    Ok(rest)
}

/// Returns a more specific reason for an ambiguous number, if there is one.
fn specific_problem(text: &str, mark: DecimalMark) -> Option<&'static str> {
    if text.is_empty() {
        return Some("there is no number");
    }
    if text.contains(char::is_alphabetic) {
        return Some("the number contains letters");
    }
    if mark == DecimalMark::Comma {
        return None;
    }
    if text.contains(char::is_whitespace) {
        return Some("the number contains a space");
    }
    let pounds = text.split('.').next()?;
    let mut groups = pounds.split(',');
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = |group: &str| digits(group) && group.len() != 3;
    let is_grouped = pounds.contains(',');
    if is_grouped && (first.is_empty() || first.len() > 3 || groups.any(wrong)) {
        return Some("a comma must separate thousands, with three digits after it");
    }
    if is_grouped && first.starts_with('0') {
        return Some("thousands cannot begin with a zero");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(toml: &str) -> Amounts {
        toml::from_str(toml).unwrap()
    }

    fn check(amounts: &Amounts, table: &[(&str, Result<i64, &str>)]) {
        for (text, expected) in table {
            match (amounts.read(text), expected) {
                (Ok(money), Ok(pence)) => assert_eq!(money.pence(), *pence, "{text:?}"),
                (Err(error), Err(part)) => assert!(error.message.contains(part), "{text:?}: {error:?}"),
                (got, _) => panic!("{text:?}: {got:?}"),
            }
        }
    }

    #[test]
    fn ambiguous_amounts_are_refused_with_the_reason() {
        check(
            &Amounts::default(),
            &[
                ("£1,234.50", Ok(123_450)),
                ("Â£1,234.50", Ok(123_450)),
                ("£ 12", Ok(1_200)),
                ("(123.00)", Ok(-12_300)),
                ("(£123.00)", Ok(-12_300)),
                ("£(123.00)", Ok(-12_300)),
                ("-£10.99", Ok(-1_099)),
                ("£-10.99", Ok(-1_099)),
                ("- £10.99", Ok(-1_099)),
                ("\u{2212}10.99", Ok(-1_099)),
                ("10.99-", Ok(-1_099)),
                ("+10.99", Ok(1_099)),
                ("GBP 10.99", Ok(1_099)),
                ("10.99 GBP", Ok(1_099)),
                ("1234.5600", Ok(123_456)),
                ("1234.0000", Ok(123_400)),
                ("1234.000", Err("two decimal places")),
                ("30.000", Err("two decimal places")),
                ("£30.000", Err("two decimal places")),
                ("30.120", Err("two decimal places")),
                ("(30.000)", Err("two decimal places")),
                ("0", Ok(0)),
                (".5", Ok(50)),
                ("-.05", Ok(-5)),
                ("£31,78", Err("three digits")),
                (",500", Err("three digits")),
                ("1234,567", Err("three digits")),
                ("0,500", Err("begin with a zero")),
                ("£01,500.00", Err("begin with a zero")),
                ("0500", Ok(50_000)),
                ("££12", Err("currency sign")),
                ("£12£", Err("currency sign")),
                ("£334, 818", Err("space")),
                ("1 234.50", Err("space")),
                ("1.5k", Err("letters")),
                ("1e3", Err("letters")),
                ("ten", Err("letters")),
                ("$5", Err("another currency")),
                ("€5", Err("another currency")),
                ("1234.567", Err("two decimal places")),
                ("1.234,56", Err("not a valid amount")),
                ("10.00 CR", Err("CR")),
                ("10.00DR", Err("CR")),
                ("-(5)", Err("two signs")),
                ("(-5)", Err("two signs")),
                ("-5-", Err("two signs")),
                ("-£-5", Err("two signs")),
                ("£", Err("no number")),
                ("-", Err("no number")),
                (".", Err("not a valid amount")),
                ("?12.00", Err("currency sign was lost")),
                ("\u{fffd}12.00", Err("currency sign was lost")),
                ("-\u{fffd}12.00", Err("currency sign was lost")),
                ("()", Err("no number")),
                ("-", Err("no number")),
                ("1..5", Err("not a valid amount")),
                ("9999999999999999", Err("outside")),
            ],
        );
    }

    #[test]
    fn a_profile_sets_the_meaning_of_amounts() {
        check(
            &profile("decimal = 'comma'"),
            &[
                ("1 234,50", Ok(123_450)),
                ("1.234,50", Ok(123_450)),
                ("1234,5", Ok(123_450)),
                ("£1\u{a0}234,50", Ok(123_450)),
                ("30,000", Err("two decimal places")),
                ("12 34,50", Err("not a valid amount")),
                ("1,234.50", Err("not a valid amount")),
                ("0.500", Err("not a valid amount")),
            ],
        );
        check(
            &profile("unit = 'thousands'"),
            &[
                ("1.25", Ok(125_000)),
                ("1.23456", Ok(123_456)),
                ("1,000", Ok(100_000_000)),
                ("0.001", Ok(100)),
                ("1.234567", Err("two decimal places")),
                ("10,00", Err("three digits")),
            ],
        );
        check(
            &profile("unit = 'millions'"),
            &[
                ("1.25", Ok(125_000_000)),
                ("0.000001", Ok(100)),
                ("12", Ok(1_200_000_000)),
                ("1.23456789", Ok(123_456_789)),
                ("1.234567891", Err("two decimal places")),
            ],
        );
        check(
            &profile("unit = 'pence'"),
            &[("1050", Ok(1_050)), ("5", Ok(5)), ("1,050", Ok(1_050)), ("-7", Ok(-7)), ("1.5", Err("penny"))],
        );
        // Separators of thousands are checked in every unit, whichever they are.
        for (unit, grouped) in
            [("pence", 123_400), ("thousands", 12_340_000_000), ("millions", 12_340_000_000_000)]
        {
            check(
                &profile(&format!("decimal = 'comma'\nunit = '{unit}'")),
                &[
                    ("0.5", Err("not a valid amount")),
                    ("12.50", Err("not a valid amount")),
                    ("12 50", Err("not a valid amount")),
                    ("123.400", Ok(grouped)),
                ],
            );
        }
        check(&profile("invert-sign = true"), &[("5", Ok(-500)), ("(5)", Ok(500))]);
        check(
            &profile("cr = 'minus'"),
            &[("5.00 CR", Ok(-500)), ("5.00DR", Ok(500)), ("5.00", Ok(500)), ("-5.00 CR", Ok(500))],
        );
        check(&profile("cr = 'plus'"), &[("5.00cr", Ok(500)), ("£5.00 dr", Ok(-500))]);
    }
}
