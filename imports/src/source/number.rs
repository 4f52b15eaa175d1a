//! Numbers of a workbook as decimals.
//!
//! A workbook stores numbers in binary, so that the sum of 0.10 and 0.20 is 0.30000000000000004. A
//! number within a millionth of whole pence is rounded to whole pence.

use rust_decimal::Decimal;

/// A millionth of a penny, in pounds.
const MILLIONTH_OF_A_PENNY: Decimal = Decimal::from_parts(1, 0, 0, false, 8);

/// Returns a number as its shortest decimal; `None` if it is not a number.
pub(super) fn decimal(text: &str) -> Option<String> {
    // The stored number may have digits that are not significant.
    let kept: f64 = text.trim().parse().ok().filter(|kept: &f64| kept.is_finite())?;
    let shortest = kept.to_string();
    let Ok(exact) = shortest.parse::<Decimal>() else { return Some(shortest) };
    let pence = exact.round_dp(2);
    let is_pence = exact.checked_sub(pence).is_some_and(|apart| apart.abs() <= MILLIONTH_OF_A_PENNY);
    Some(if is_pence { pence.normalize() } else { exact.normalize() }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_its_shortest_decimal() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("18467", "18467"),
            ("31.78", "31.78"),
            (" 31.780000000000001 ", "31.78"),
            ("0.30000000000000004", "0.3"),
            ("-0.30000000000000004", "-0.3"),
            ("1E-3", "0.001"),
            ("1.5E+3", "1500"),
            ("0.125", "0.125"),
            ("10.005", "10.005"),
            ("10.00500001", "10.00500001"),
            ("7.000000009", "7"),
            ("7.00000002", "7.00000002"),
            ("100000000000.10001", "100000000000.1"),
            ("1000000000000", "1000000000000"),
            ("1E+30", "1000000000000000000000000000000"),
            ("1E-40", "0"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "ten", "NaN", "inf", "1E+999", "1,5", "£1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
