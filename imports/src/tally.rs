//! Numbers of rows with the sum of their amounts.

use almoner_ledger::money::Money;

/// A number of rows with their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Tally {
    pub rows: u64,
    /// Sum of the amounts that can be read, net of refunds; `None` if it is larger than the ledger can
    /// hold.
    pub amount: Option<Money>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { rows: 0, amount: Some(Money::ZERO) }
    }
}

impl Tally {
    /// Returns the sum of two tallies.
    pub fn plus(self, other: Tally) -> Tally {
        let amount = self.amount.zip(other.amount).and_then(|(one, two)| one.plus(two).ok());
        Tally { rows: self.rows + other.rows, amount }
    }

    /// Counts a row, with its amount if that can be read.
    pub(crate) fn count(&mut self, amount: Option<Money>) {
        *self = self.plus(Tally { rows: 1, amount: Some(amount.unwrap_or_default()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_too_large_to_hold_is_none() {
        let tally = |pence| Tally { rows: 1, amount: Some(Money::from_pence(pence)) };
        assert_eq!(tally(5).plus(tally(-7)), Tally { rows: 2, amount: Some(Money::from_pence(-2)) });
        assert_eq!(tally(i64::MAX).plus(tally(1)).plus(tally(1)), Tally { rows: 3, amount: None });
    }
}
