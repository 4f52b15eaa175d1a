//! Splits: an amount divided over themes, funds, or parts of an award, by shares or by amounts.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt::Display;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::ids::{FundId, ThemeId};
use crate::money::{Money, MoneyError, Overflow};
use crate::text::TextError;

/// A share of an award in ten-thousandths of a per cent, so that shares add up exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Share(u32);

impl Share {
    /// The whole: 100%.
    pub const WHOLE: u32 = 1_000_000;

    /// Reads `60`, `60%` or `33.3333%`: up to four decimal places, greater than zero, at most the whole.
    pub fn parse(text: &str) -> Option<Share> {
        let digits = text.trim().trim_end_matches('%').trim_end();
        if !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        let mut per_cent = Decimal::from_str_exact(digits).ok()?.normalize();
        if per_cent.scale() > 4 {
            return None;
        }
        per_cent.rescale(4);
        let share = u32::try_from(per_cent.mantissa()).ok()?;
        (1..=Share::WHOLE).contains(&share).then_some(Share(share))
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", Decimal::new(i64::from(self.0), 4).normalize())
    }
}

/// Why a text is not a split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Neither an id, nor an id with a share or an amount.
    #[error("`{0}` is not a valid part of a split")]
    Part(String),
    /// A part of an award without a fund or without a theme.
    #[error("`{0}` does not give a fund and a theme")]
    NoFundAndTheme(String),
    #[error(transparent)]
    Id(#[from] TextError),
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// A share in one part and an amount in another, or neither in one of several.
    #[error("the split must give either a percentage or an amount for every part")]
    Mixed,
    #[error("the split contains `{0}` twice")]
    Twice(String),
    #[error("the percentages add up to {0}, not 100%")]
    Shares(String),
    #[error(transparent)]
    TooLarge(#[from] crate::money::Overflow),
    #[error("the amount for `{0}` must be greater than zero")]
    NotPositive(String),
}

impl SplitError {
    pub fn hint(&self) -> &'static str {
        match self {
            SplitError::Shares(_) => {
                "make the percentages add up to 100%; for a part without a theme write `unallocated:40%`"
            }
            SplitError::Twice(_) => "give each part once",
            SplitError::NoFundAndTheme(_) => {
                "write FUND/THEME; if not stated, write `unstated` for the fund, `unallocated` for the theme"
            }
            SplitError::Id(error) => error.hint(),
            SplitError::Amount(error) => error.hint(),
            SplitError::Part(_)
            | SplitError::Mixed
            | SplitError::TooLarge(_)
            | SplitError::NotPositive(_) => "write one id, or `a:60%;b:40%`, or `a:10000;b:20000`",
        }
    }
}

/// What an amount is divided over: themes, funds, or parts with both.
pub trait SplitId: Clone + PartialEq + Display + Serialize + DeserializeOwned {
    /// Reads the id that a text is, or that it makes as a name.
    fn read_named(text: &str) -> Result<Self, SplitError>;

    /// Reads an id.
    fn read_id(text: &str) -> Result<Self, SplitError>;
}

impl SplitId for ThemeId {
    fn read_named(text: &str) -> Result<ThemeId, SplitError> {
        Ok(ThemeId::named(text)?)
    }

    fn read_id(text: &str) -> Result<ThemeId, SplitError> {
        Ok(ThemeId::new(text)?)
    }
}

impl SplitId for FundId {
    fn read_named(text: &str) -> Result<FundId, SplitError> {
        Ok(FundId::named(text)?)
    }

    fn read_id(text: &str) -> Result<FundId, SplitError> {
        Ok(FundId::new(text)?)
    }
}

/// The division of an award over themes, funds or parts. Each occurs once with a share or an amount greater
/// than zero; shares add up to 100%.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SplitParts<Id>", into = "SplitParts<Id>", bound = "Id: SplitId")]
pub struct Split<Id = ThemeId>(SplitParts<Id>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", bound = "Id: SplitId")]
enum SplitParts<Id> {
    Whole(Id),
    Shares(Vec<(Id, Share)>),
    Amounts(Vec<(Id, Money)>),
}

impl<Id> From<Split<Id>> for SplitParts<Id> {
    fn from(split: Split<Id>) -> SplitParts<Id> {
        split.0
    }
}

impl<Id: SplitId> TryFrom<SplitParts<Id>> for Split<Id> {
    type Error = SplitError;

    fn try_from(parts: SplitParts<Id>) -> Result<Split<Id>, SplitError> {
        let split = Split(parts);
        let ids: Vec<&Id> = split.ids().collect();
        if ids.is_empty() {
            return Err(SplitError::Part(String::new()));
        }
        for (position, id) in ids.iter().enumerate() {
            if ids.iter().take(position).any(|earlier| earlier == id) {
                return Err(SplitError::Twice(id.to_string()));
            }
        }
        match &split.0 {
            SplitParts::Shares(parts) => {
                let total: u64 = parts.iter().map(|(_, share)| u64::from(share.0)).sum();
                if total != u64::from(Share::WHOLE) {
                    let total = Decimal::new(i64::try_from(total).unwrap_or(i64::MAX), 4).normalize();
                    return Err(SplitError::Shares(format!("{total}%")));
                }
            }
            SplitParts::Amounts(parts) => {
                if let Some((id, _)) = parts.iter().find(|(_, amount)| !amount.is_positive()) {
                    return Err(SplitError::NotPositive(id.to_string()));
                }
                Money::sum(parts.iter().map(|(_, amount)| *amount))?;
            }
            SplitParts::Whole(_) => {}
        }
        Ok(split)
    }
}

/// Divides an amount by weights: each in turn takes its fraction, rounded half up, of the remainder.
pub(crate) fn divided<Id>(
    weights: impl Iterator<Item = (Id, u64)> + Clone,
    amount: Money,
) -> impl Iterator<Item = (Id, Money)> {
    let mut weight_left = weights.clone().fold(0_u64, |sum, (_, weight)| sum.saturating_add(weight));
    let mut amount_left = amount;
    weights.map(move |(id, weight)| {
        let part = amount_left.fraction(weight, weight_left);
        weight_left = weight_left.saturating_sub(weight);
        // A fraction is no larger than what it is a fraction of.
        amount_left = Money::from_pence(amount_left.pence() - part.pence());
        (id, part)
    })
}

/// Returns the weight of what an amount is shared by: its pence, none if it is negative.
pub(crate) fn weight(amount: Money) -> u64 {
    u64::try_from(amount.pence()).unwrap_or(0)
}

/// Divides an amount in proportion to others.
pub(crate) fn shares(by: impl Iterator<Item = Money> + Clone, amount: Money) -> impl Iterator<Item = Money> {
    divided(by.map(|it| ((), weight(it))), amount).map(|((), share)| share)
}

/// Returns what of each amount is offset by those of the other sign: as much of the one sign as of the other, each side
/// in the order given.
pub(crate) fn offset(amounts: &[Money]) -> Result<Vec<Money>, Overflow> {
    let side = |is_positive| Money::sum(amounts.iter().copied().filter(|it| it.is_positive() == is_positive));
    let both = side(true)?.min(side(false)?.negated());
    let (mut gains, mut losses) = (both, both);
    let each = amounts.iter().map(|amount| {
        let left = if amount.is_positive() { &mut gains } else { &mut losses };
        let size = amount.size().min(*left);
        *left = left.minus(size)?;
        Ok(if amount.is_positive() { size } else { size.negated() })
    });
    each.collect()
}

impl<Id: SplitId> Split<Id> {
    pub fn whole(id: Id) -> Split<Id> {
        Split(SplitParts::Whole(id))
    }

    /// Creates a split by shares, which must add up to 100%.
    pub fn shares(parts: Vec<(Id, Share)>) -> Result<Split<Id>, SplitError> {
        Split::try_from(SplitParts::Shares(parts))
    }

    /// Creates a split by amounts, each greater than zero.
    pub fn amounts(parts: Vec<(Id, Money)>) -> Result<Split<Id>, SplitError> {
        Split::try_from(SplitParts::Amounts(parts))
    }

    /// Reads `domestic-abuse`, `domestic-abuse:60%;unallocated:40%` or `a:10000;b:20000`, or the same with names.
    pub fn parse(text: &str) -> Result<Split<Id>, SplitError> {
        Split::parse_with(text, Id::read_named)
    }

    /// Reads what [`Split::parse`] does, but only ids.
    pub fn of_ids(text: &str) -> Result<Split<Id>, SplitError> {
        Split::parse_with(text, Id::read_id)
    }

    fn parse_with(text: &str, id_of: fn(&str) -> Result<Id, SplitError>) -> Result<Split<Id>, SplitError> {
        let parts: Vec<&str> = text.split(';').map(str::trim).collect();
        if let [id] = parts.as_slice()
            && !id.contains(':')
        {
            return Ok(Split::whole(id_of(id)?));
        }
        let mut shares = Vec::new();
        let mut amounts = Vec::new();
        for part in &parts {
            let (id, size) = part.split_once(':').ok_or(SplitError::Mixed)?;
            let id = id_of(id)?;
            if size.trim_end().ends_with('%') {
                let share = Share::parse(size).ok_or_else(|| SplitError::Part((*part).to_owned()))?;
                shares.push((id, share));
            } else {
                amounts.push((id, Money::parse(size)?));
            }
        }
        match (shares.is_empty(), amounts.is_empty()) {
            (false, true) => Split::shares(shares),
            (true, false) => Split::amounts(amounts),
            _ => Err(SplitError::Mixed),
        }
    }

    /// Returns the split with other ids.
    ///
    /// # Errors
    /// Fails if two ids become one.
    pub(crate) fn with_ids(&self, id_of: impl Fn(&Id) -> Id) -> Result<Split<Id>, SplitError> {
        match &self.0 {
            SplitParts::Whole(id) => Ok(Split::whole(id_of(id))),
            SplitParts::Shares(parts) => {
                Split::shares(parts.iter().map(|(it, by)| (id_of(it), *by)).collect())
            }
            SplitParts::Amounts(parts) => {
                Split::amounts(parts.iter().map(|(it, by)| (id_of(it), *by)).collect())
            }
        }
    }

    /// Returns the split over what its ids belong to, each with the sum of their shares or amounts.
    pub(crate) fn over<Other: SplitId>(&self, of: impl Fn(&Id) -> Other) -> Result<Split<Other>, SplitError> {
        fn sums<Id, Other: PartialEq, Size: Copy>(
            parts: &[(Id, Size)],
            of: impl Fn(&Id) -> Other,
            plus: impl Fn(Size, Size) -> Result<Size, SplitError>,
        ) -> Result<Vec<(Other, Size)>, SplitError> {
            let mut sums: Vec<(Other, Size)> = Vec::new();
            for (id, size) in parts {
                let other = of(id);
                match sums.iter_mut().find(|(it, _)| *it == other) {
                    Some((_, sum)) => *sum = plus(*sum, *size)?,
                    None => sums.push((other, *size)),
                }
            }
            Ok(sums)
        }
        match &self.0 {
            SplitParts::Whole(id) => Ok(Split::whole(of(id))),
            SplitParts::Shares(parts) => {
                Split::shares(sums(parts, of, |a, b| Ok(Share(a.0.saturating_add(b.0))))?)
            }
            SplitParts::Amounts(parts) => Split::amounts(sums(parts, of, |a, b| Ok(a.plus(b)?))?),
        }
    }

    /// Returns what it is divided over.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.weights().map(|(id, _)| id)
    }

    /// Returns the only id; `None` where it is divided over several.
    pub fn single(&self) -> Option<&Id> {
        let mut ids = self.ids();
        ids.next().filter(|_| ids.next().is_none())
    }

    /// Returns the total of the stated amounts; `None` for a split by shares or of one id.
    pub fn stated_total(&self) -> Option<Money> {
        let SplitParts::Amounts(parts) = &self.0 else { return None };
        Money::sum(parts.iter().map(|(_, amount)| *amount)).ok()
    }

    /// Divides an amount in proportion. The parts always add up to the amount, an amount equal to the stated
    /// total gives the stated parts, and no part decreases while the amount increases (each in turn takes its
    /// fraction, rounded half up, of the remainder).
    pub fn divide(&self, amount: Money) -> impl Iterator<Item = (&Id, Money)> {
        divided(self.weights(), amount)
    }

    /// Calls `each` with the change of each part when an amount changes.
    pub(crate) fn change<'s>(
        &'s self,
        before: Money,
        after: Money,
        mut each: impl FnMut(&'s Id, Money) -> Result<(), Overflow>,
    ) -> Result<(), Overflow> {
        // Most splits have one part, and most amounts do not change.
        if let SplitParts::Whole(id) = &self.0 {
            return each(id, after.minus(before)?);
        }
        if before == after {
            return Ok(());
        }
        (self.divide(before).zip(self.divide(after)))
            .try_for_each(|((id, before), (_, after))| each(id, after.minus(before)?))
    }

    /// Returns each id with its weight; a single id has the weight 1.
    pub(crate) fn weights(&self) -> impl Iterator<Item = (&Id, u64)> + Clone {
        let (whole, shares, amounts) = match &self.0 {
            SplitParts::Whole(id) => (Some(id), [].as_slice(), [].as_slice()),
            SplitParts::Shares(parts) => (None, parts.as_slice(), [].as_slice()),
            SplitParts::Amounts(parts) => (None, [].as_slice(), parts.as_slice()),
        };
        let shares = shares.iter().map(|(id, share)| (id, u64::from(share.0)));
        let amounts = amounts.iter().map(|(id, amount)| (id, amount.pence().unsigned_abs()));
        whole.map(|id| (id, 1)).into_iter().chain(shares).chain(amounts)
    }
}

impl Split {
    pub fn themes(&self) -> impl Iterator<Item = &ThemeId> {
        self.ids()
    }
}

/// As it is typed: `a:60%;b:40%`.
impl<Id: Display> Display for Split<Id> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match &self.0 {
            SplitParts::Whole(id) => id.to_string(),
            SplitParts::Shares(parts) => joined(parts),
            SplitParts::Amounts(parts) => joined(parts),
        };
        f.pad(&text)
    }
}

fn joined<Id: Display, Size: Display>(parts: &[(Id, Size)]) -> String {
    parts.iter().map(|(id, size)| format!("{id}:{size}")).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_read_or_refused() {
        for (text, expected) in [
            ("domestic-abuse", "domestic-abuse"),
            ("a:60%;b:40%", "a:60%;b:40%"),
            ("a:33.3333%; b:66.6667%", "a:33.3333%;b:66.6667%"),
            ("a:10000;b:20,000.50", "a:10000.00;b:20000.50"),
            ("a:100%", "a:100%"),
            ("a:60%;b:39%", "the percentages add up to 99%, not 100%"),
            ("a:60%", "the percentages add up to 60%, not 100%"),
            ("a:60%;b:40", "the split must give either a percentage or an amount for every part"),
            ("a;b", "the split must give either a percentage or an amount for every part"),
            ("a:50%;a:50%", "the split contains `a` twice"),
            ("a:0;b:5", "the amount for `a` must be greater than zero"),
            ("a:0%;b:100%", "`a:0%` is not a valid part of a split"),
            ("a:33.33333%;b:66.66667%", "`a:33.33333%` is not a valid part of a split"),
            ("Domestic Abuse", "domestic-abuse"),
            ("Domestic abuse:60%;Youth:40%", "domestic-abuse:60%;youth:40%"),
            ("Domestic abuse 60%", "`Domestic abuse 60%` is not a valid id: it contains `D`"),
            ("", "the text is empty"),
        ] {
            let got = Split::<ThemeId>::parse(text).map_or_else(|e| e.to_string(), |split| split.to_string());
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn amounts_offset_each_other_in_their_order() {
        let cases: [(&[i64], &[i64]); 5] = [
            (&[5, -3, 2], &[3, -3, 0]),
            (&[-4, 1, 2, -1], &[-3, 1, 2, 0]),
            (&[0, -7, 7], &[0, -7, 7]),
            (&[3, 4], &[0, 0]),
            (&[], &[]),
        ];
        for (amounts, expected) in cases {
            let amounts: Vec<Money> = amounts.iter().map(|it| Money::from_pence(*it)).collect();
            let found: Vec<i64> = offset(&amounts).unwrap().iter().map(|it| it.pence()).collect();
            assert_eq!(found, expected, "{amounts:?}");
        }
    }

    #[test]
    fn divided_parts_sum_never_shrink_and_reach_the_stated_parts() {
        let pence = |split: &Split, amount: i64| -> Vec<i64> {
            split.divide(Money::from_pence(amount)).map(|(_, part)| part.pence()).collect()
        };
        for text in ["a:33.3333%;b:33.3333%;c:33.3334%", "a:0.01;b:0.02;c:9.97", "a:1;b:2;c:7", "a"] {
            let split = Split::<ThemeId>::parse(text).unwrap();
            let mut before = pence(&split, 0);
            for amount in 1..=1_000 {
                let parts = pence(&split, amount);
                assert_eq!(parts.iter().sum::<i64>(), amount, "{text}");
                assert!(parts.iter().zip(&before).all(|(now, then)| now >= then), "{text} {amount}");
                before = parts;
            }
        }
        assert_eq!(pence(&Split::parse("a:1;b:2;c:7").unwrap(), 1_000), [100, 200, 700]);
        assert_eq!(pence(&Split::parse("a:60%;b:40%").unwrap(), 1_000_001), [600_001, 400_000]);
    }
}
