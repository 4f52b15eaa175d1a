//! Performance indicators: external data on a theme.
//!
//! Figures keep the decimals in which they were stated and are compared with a baseline exactly. Reports
//! show them next to spending, without claiming that one caused the other.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{CalendarError, DateRange, FinancialYear, Month, Quarter};
pub use crate::money::grouped;
use crate::money::ungrouped;
use crate::text::{Text, as_displayed};
use crate::themes::ThemeId;

/// Why a text is not a figure or not the period of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum IndicatorError {
    #[error("`{0}` is not a valid figure")]
    Doubtful(String),
    #[error("`{0}` has more than six decimal places or is outside the range ±1,000,000,000,000")]
    OutOfRange(String),
    #[error("`{0}` is not a valid month, quarter or financial year")]
    NotAPeriod(String),
    #[error("`{0}` could be a month or a financial year")]
    MonthOrYear(String),
}

impl IndicatorError {
    pub fn hint(&self) -> &'static str {
        match self {
            IndicatorError::Doubtful(_) => "write the figure in the form 1234, 1,234.5 or -0.25",
            IndicatorError::OutOfRange(_) => "check it for extra digits, or use a larger unit",
            IndicatorError::NotAPeriod(_) => "write the period as 2015-04, 2015-16Q1 or 2015-16",
            IndicatorError::MonthOrYear(_) => {
                "write FY2011-12 for the financial year, M2011-12 for the month"
            }
        }
    }
}

/// The value of an indicator: at most six decimal places, within ±1,000,000,000,000, with the decimals in
/// which it was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndicatorValue(Decimal);

/// Decimal places in which figures are compared.
const DECIMALS: u32 = 6;
const LIMIT: i64 = 1_000_000_000_000;

impl IndicatorValue {
    /// Reads `1234`, `1,234.5` or `-0.25`.
    pub fn parse(text: &str) -> Result<IndicatorValue, IndicatorError> {
        let text = text.trim();
        let doubtful = || IndicatorError::Doubtful(text.to_owned());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        ungrouped(unsigned).ok_or_else(doubtful)?;
        let out_of_range = || IndicatorError::OutOfRange(text.to_owned());
        let value = Decimal::from_str_exact(&text.replace(',', "")).map_err(|_| out_of_range())?;
        if value.scale() > DECIMALS || value.abs() > Decimal::from(LIMIT) {
            return Err(out_of_range());
        }
        Ok(IndicatorValue(value))
    }

    /// Returns the value as a whole number of millionths, at most a quintillion.
    fn millionths(self) -> i128 {
        let mut value = self.0;
        value.rescale(DECIMALS);
        value.mantissa()
    }

    pub fn change_from(self, baseline: IndicatorValue) -> Change {
        let (base, difference) = (baseline.millionths(), self.millionths() - baseline.millionths());
        // Tenths of a per cent, half away from zero. A percentage of zero or of a negative figure has no
        // meaning.
        let tenths = (base > 0).then(|| {
            let size = (2 * difference.abs() * 1000 + base) / (2 * base);
            if difference < 0 { -size } else { size }
        });
        // Two figures within the limit differ by no more than twice that, which a decimal holds.
        Change { difference: self.0 - baseline.0, tenths_of_a_percent: tenths }
    }

    /// Returns the value with thousands separators: `1,234.5`.
    pub fn grouped(self) -> String {
        grouped(&self.to_string())
    }
}

/// The difference of a figure from its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    difference: Decimal,
    tenths_of_a_percent: Option<i128>,
}

impl Change {
    /// Returns the exact difference: `12.5`, `-3`, `0`.
    pub fn difference(&self) -> String {
        self.difference.to_string()
    }

    /// Returns the difference in per cent of the baseline, rounded to one decimal place, half away from zero:
    /// `4.2`, `-0.1`, `0.0`. `None` unless the baseline is greater than zero.
    pub fn percent(&self) -> Option<String> {
        let tenths = self.tenths_of_a_percent?;
        let sign = if tenths < 0 { "-" } else { "" };
        let size = tenths.unsigned_abs();
        Some(format!("{sign}{}.{}", size / 10, size % 10))
    }
}

/// Plain, for files: `1234.5`.
impl fmt::Display for IndicatorValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndicatorPeriod {
    Month(Month),
    Quarter(Quarter),
    Year(FinancialYear),
}

impl IndicatorPeriod {
    /// Reads `2015-04`, `2015-16Q1` or `2015-16`. A text that could be a month or a year, such as `2011-12`,
    /// is refused unless marked: `M2011-12`, `FY2011-12`.
    pub fn parse(text: &str) -> Result<IndicatorPeriod, IndicatorError> {
        let text = text.trim();
        if let Ok(quarter) = Quarter::parse(text) {
            return Ok(IndicatorPeriod::Quarter(quarter));
        }
        let month = |text: &str| Month::parse(text).map(IndicatorPeriod::Month);
        let not_a_period = |_: CalendarError| IndicatorError::NotAPeriod(text.to_owned());
        if let Some(rest) = text.strip_prefix(['M', 'm']) {
            return month(rest).map_err(not_a_period);
        }
        match (month(text), FinancialYear::parse(text)) {
            (Ok(_), Ok(_)) => Err(IndicatorError::MonthOrYear(text.to_owned())),
            (Ok(month), Err(_)) => Ok(month),
            (Err(_), year) => year.map(IndicatorPeriod::Year).map_err(not_a_period),
        }
    }

    pub fn range(self) -> DateRange {
        match self {
            IndicatorPeriod::Month(month) => month.range(),
            IndicatorPeriod::Quarter(quarter) => quarter.range(),
            IndicatorPeriod::Year(year) => year.range(),
        }
    }
}

/// Marked where it would otherwise be ambiguous.
impl fmt::Display for IndicatorPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plain, marked) = match self {
            IndicatorPeriod::Month(month) => (month.to_string(), format!("M{month}")),
            IndicatorPeriod::Quarter(quarter) => (quarter.to_string(), String::new()),
            IndicatorPeriod::Year(year) => (year.to_string(), format!("FY{year}")),
        };
        let is_clear = IndicatorPeriod::parse(&plain).is_ok();
        f.pad(if is_clear { &plain } else { &marked })
    }
}

as_displayed!(IndicatorValue, IndicatorError, IndicatorValue::parse);
as_displayed!(IndicatorPeriod, IndicatorError, IndicatorPeriod::parse);

/// The key of an indicator: one figure for each theme, name and period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorKey {
    pub theme: ThemeId,
    /// What is counted or measured.
    pub name: Text,
    pub period: IndicatorPeriod,
}

impl fmt::Display for IndicatorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.name, self.theme, self.period)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    pub value: IndicatorValue,
    pub period: IndicatorPeriod,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub value: IndicatorValue,
    pub unit: Option<Text>,
    pub baseline: Option<Baseline>,
    pub source: Text,
}

impl Indicator {
    pub fn change(&self) -> Option<Change> {
        self.baseline.as_ref().map(|baseline| self.value.change_from(baseline.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_figures_are_refused() {
        for (text, expected) in [
            ("1234", "1234"),
            ("1,234.50", "1234.50"),
            ("-0.25", "-0.25"),
            ("1,000,000,000,000", "1000000000000"),
            ("1,000,000,000,000.000001", "outside"),
            ("0.1234567", "decimal places"),
            ("99999999999999999999999999999999999", "outside"),
            ("12,34", "not a valid figure"),
            ("1234,567", "not a valid figure"),
            ("1.", "not a valid figure"),
            (".5", "not a valid figure"),
            ("5%", "not a valid figure"),
            ("1e3", "not a valid figure"),
            ("--1", "not a valid figure"),
            ("+1", "not a valid figure"),
            ("", "not a valid figure"),
        ] {
            match IndicatorValue::parse(text) {
                Ok(value) => assert_eq!(value.to_string(), expected, "{text}"),
                Err(error) => assert!(error.to_string().contains(expected), "{text}: {error}"),
            }
        }
        assert_eq!(IndicatorValue::parse("-1234567.5").unwrap().grouped(), "-1,234,567.5");
    }

    #[test]
    fn changes_are_exact_and_rounded_half_away_from_zero() {
        for (value, baseline, difference, percent) in [
            ("1042", "1000", "42", Some("4.2")),
            ("958", "1000", "-42", Some("-4.2")),
            ("1000", "1000", "0", Some("0.0")),
            // 0.05 and 0.15 per cent: halves round away from zero.
            ("2001", "2000", "1", Some("0.1")),
            ("1999", "2000", "-1", Some("-0.1")),
            ("2003", "2000", "3", Some("0.2")),
            ("2000.999999", "2000", "0.999999", Some("0.0")),
            ("1", "3", "-2", Some("-66.7")),
            ("7.10", "7.1", "0.00", Some("0.0")),
            ("5", "0", "5", None),
            ("5", "-5", "10", None),
            ("-5", "5", "-10", Some("-200.0")),
            ("1000000000000", "0.000001", "999999999999.999999", Some("99999999999999999900.0")),
        ] {
            let read = |text: &str| IndicatorValue::parse(text).unwrap();
            let change = read(value).change_from(read(baseline));
            assert_eq!(change.difference(), difference, "{value} {baseline}");
            assert_eq!(change.percent().as_deref(), percent, "{value} {baseline}");
        }
    }

    #[test]
    fn ambiguous_periods_are_refused() {
        for (text, expected) in [
            ("2015-04", "2015-04 2015-04-01 2015-04-30"),
            ("2015-16Q1", "2015-16Q1 2015-04-01 2015-06-30"),
            ("2015-16", "2015-16 2015-04-01 2016-03-31"),
            ("2015/16", "2015-16 2015-04-01 2016-03-31"),
            ("FY2011-12", "FY2011-12 2011-04-01 2012-03-31"),
            ("M2011-12", "M2011-12 2011-12-01 2011-12-31"),
            ("2011-12", "`2011-12` could be a month or a financial year"),
            ("2015", "`2015` is not a valid month, quarter or financial year"),
            ("2015-17", "`2015-17` is not a valid month, quarter or financial year"),
        ] {
            let read = IndicatorPeriod::parse(text);
            let text_of = read.map_or_else(
                |error| error.to_string(),
                |period| {
                    let json = serde_json::to_string(&period).unwrap();
                    assert_eq!(serde_json::from_str::<IndicatorPeriod>(&json).unwrap(), period);
                    format!("{period} {} {}", period.range().from(), period.range().to())
                },
            );
            assert_eq!(text_of, expected, "{text}");
        }
    }
}
