//! Amounts as lengths, in whole numbers throughout.

use almoner_ledger::money::Money;

/// The maximum number of marks on either side of zero.
const MARKS: i64 = 5;

/// A scale that contains zero, the highest and the lowest amount.
pub(in crate::render) struct Scale {
    room: i64,
    most: i64,
    least: i64,
}

impl Scale {
    /// Returns the scale of these amounts, `room` long.
    pub(in crate::render) fn of<'a>(amounts: impl Iterator<Item = &'a Money> + Clone, room: i64) -> Scale {
        let pence = amounts.map(|amount| amount.pence());
        Scale {
            room,
            most: pence.clone().max().unwrap_or_default().max(0),
            least: pence.min().unwrap_or_default().min(0),
        }
    }

    /// Returns the length of the scale below zero.
    pub(in crate::render) fn below(&self) -> i64 {
        self.length(Money::from_pence(self.least))
    }

    /// Returns the length of an amount.
    fn length(&self, amount: Money) -> i64 {
        share(amount, i128::from(self.most) - i128::from(self.least), self.room)
    }

    /// Returns where the bar of an amount begins and ends, up or to the right from zero.
    pub(in crate::render) fn bar(&self, amount: Money) -> (i64, i64) {
        let length = self.length(amount);
        if amount.is_negative() { (-length, 0) } else { (0, length) }
    }

    /// Returns round amounts from the lowest to the highest, including zero.
    pub(in crate::render) fn marks(&self) -> Vec<Money> {
        let step = round_step(self.most.max(self.least.saturating_neg()));
        let marks = self.least / step..=self.most / step;
        marks.map(|mark| Money::from_pence(mark * step)).collect()
    }
}

/// Returns the length of an amount, whatever its sign, where the whole is `room` long. It is rounded to the
/// nearest; amounts other than zero are at least 1.
pub(in crate::render) fn share(amount: Money, whole: i128, room: i64) -> i64 {
    let pence = i128::from(amount.pence()).abs();
    if pence == 0 || whole == 0 {
        return 0;
    }
    i64::try_from((pence * i128::from(room) + whole / 2) / whole).unwrap_or_default().max(1)
}

/// Returns the smallest step of 1, 2 or 5 pounds times a power of ten that needs few enough marks.
fn round_step(largest: i64) -> i64 {
    let tens = std::iter::successors(Some(100_i64), |ten| ten.checked_mul(10));
    let mut steps = tens.flat_map(|ten| [Some(ten), ten.checked_mul(2), ten.checked_mul(5)]).flatten();
    steps.find(|step| largest / step <= MARKS).unwrap_or(i64::MAX)
}

/// Returns a round amount without pence: `40,000`, `(5,000)`, `0`.
pub(in crate::render) fn round_words(amount: Money) -> String {
    let grouped = amount.size().grouped();
    let pounds = grouped.strip_suffix(".00").unwrap_or(&grouped);
    if amount.is_negative() { format!("({pounds})") } else { pounds.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_few_round_marks() {
        for (pounds, expected) in [
            (&[158_548, 60_000][..], "0 50,000 100,000 150,000"),
            (&[441], "0 100 200 300 400"),
            (&[-2_500, 9_000], "(2,000) 0 2,000 4,000 6,000 8,000"),
            (&[-700], "(600) (400) (200) 0"),
            (&[0], "0"),
            (&[], "0"),
        ] {
            let amounts: Vec<Money> = pounds.iter().map(|pounds| Money::from_pence(pounds * 100)).collect();
            let marks = Scale::of(amounts.iter(), 200).marks();
            assert_eq!(marks.into_iter().map(round_words).collect::<Vec<_>>().join(" "), expected);
        }
    }

    #[test]
    fn lengths_share_the_room() {
        let amounts = [100_000, -50_000, 1, 0].map(Money::from_pence);
        let scale = Scale::of(amounts.iter(), 300);
        assert_eq!(amounts.map(|amount| scale.length(amount)), [200, 100, 1, 0]);
        assert_eq!(scale.below(), 100);
        let largest = [i64::MAX, i64::MIN + 1].map(Money::from_pence);
        assert_eq!(Scale::of(largest.iter(), 300).length(largest[0]), 150);
        assert!(!Scale::of(largest.iter(), 300).marks().is_empty());
    }
}
