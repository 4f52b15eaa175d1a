//! Themes: the headings that spending is reported under, and the split of an award over them.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use crate::ids::ThemeId;
use crate::money::{Money, MoneyError, Overflow};
use crate::text::{Text, TextError};

/// A heading of the Police and Crime Plan that spending is reported under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub id: ThemeId,
    pub name: Text,
    pub objective: Option<Text>,
}

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

/// Why a text is not a split over themes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Neither a theme, nor a theme with a share or an amount.
    #[error("`{0}` is not a valid part of a split")]
    Part(String),
    #[error(transparent)]
    Theme(#[from] TextError),
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// A share in one part and an amount in another, or a theme with neither among several.
    #[error("the split must give either a percentage or an amount for every theme")]
    Mixed,
    #[error("the split names `{0}` twice")]
    Twice(ThemeId),
    #[error("the percentages add up to {0}, not 100%")]
    Shares(String),
    #[error(transparent)]
    TooLarge(#[from] crate::money::Overflow),
    #[error("the amount for `{0}` must be greater than zero")]
    NotPositive(ThemeId),
}

impl SplitError {
    pub fn hint(&self) -> &'static str {
        match self {
            SplitError::Shares(_) => {
                "make the percentages add up to 100%; for a part without a theme write `unallocated:40%`"
            }
            SplitError::Twice(_) => "give each theme once",
            SplitError::Theme(error) => error.hint(),
            SplitError::Amount(error) => error.hint(),
            SplitError::Part(_)
            | SplitError::Mixed
            | SplitError::TooLarge(_)
            | SplitError::NotPositive(_) => "write one theme, or `a:60%;b:40%`, or `a:10000;b:20000`",
        }
    }
}

/// The division of an award over themes. Each theme occurs once with a share or an amount greater than
/// zero; shares add up to 100%.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SplitParts", into = "SplitParts")]
pub struct Split(SplitParts);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SplitParts {
    Whole(ThemeId),
    Shares(Vec<(ThemeId, Share)>),
    Amounts(Vec<(ThemeId, Money)>),
}

impl From<Split> for SplitParts {
    fn from(split: Split) -> SplitParts {
        split.0
    }
}

impl TryFrom<SplitParts> for Split {
    type Error = SplitError;

    fn try_from(parts: SplitParts) -> Result<Split, SplitError> {
        let split = Split(parts);
        let themes: Vec<&ThemeId> = split.themes().collect();
        if themes.is_empty() {
            return Err(SplitError::Part(String::new()));
        }
        for (position, theme) in themes.iter().enumerate() {
            if themes.iter().take(position).any(|earlier| earlier == theme) {
                return Err(SplitError::Twice((*theme).clone()));
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
                if let Some((theme, _)) = parts.iter().find(|(_, amount)| !amount.is_positive()) {
                    return Err(SplitError::NotPositive(theme.clone()));
                }
                Money::sum(parts.iter().map(|(_, amount)| *amount))?;
            }
            SplitParts::Whole(_) => {}
        }
        Ok(split)
    }
}

impl Split {
    pub fn whole(theme: ThemeId) -> Split {
        Split(SplitParts::Whole(theme))
    }

    /// Creates a split by shares, which must add up to 100%.
    pub fn shares(parts: Vec<(ThemeId, Share)>) -> Result<Split, SplitError> {
        Split::try_from(SplitParts::Shares(parts))
    }

    /// Creates a split by amounts, each greater than zero.
    pub fn amounts(parts: Vec<(ThemeId, Money)>) -> Result<Split, SplitError> {
        Split::try_from(SplitParts::Amounts(parts))
    }

    /// Reads `domestic-abuse`, `domestic-abuse:60%;unallocated:40%` or `a:10000;b:20000`, or the same with names.
    pub fn parse(text: &str) -> Result<Split, SplitError> {
        Split::parse_with(text, ThemeId::named)
    }

    /// Reads what [`Split::parse`] does, but only ids.
    pub fn of_ids(text: &str) -> Result<Split, SplitError> {
        Split::parse_with(text, ThemeId::new)
    }

    fn parse_with(text: &str, theme_of: fn(&str) -> Result<ThemeId, TextError>) -> Result<Split, SplitError> {
        let parts: Vec<&str> = text.split(';').map(str::trim).collect();
        if let [theme] = parts.as_slice()
            && !theme.contains(':')
        {
            return Ok(Split::whole(theme_of(theme)?));
        }
        let mut shares = Vec::new();
        let mut amounts = Vec::new();
        for part in &parts {
            let (theme, size) = part.split_once(':').ok_or(SplitError::Mixed)?;
            let theme = theme_of(theme)?;
            if size.trim_end().ends_with('%') {
                let share = Share::parse(size).ok_or_else(|| SplitError::Part((*part).to_owned()))?;
                shares.push((theme, share));
            } else {
                amounts.push((theme, Money::parse(size)?));
            }
        }
        match (shares.is_empty(), amounts.is_empty()) {
            (false, true) => Split::shares(shares),
            (true, false) => Split::amounts(amounts),
            _ => Err(SplitError::Mixed),
        }
    }

    /// Returns the split with other ids for its themes.
    ///
    /// # Errors
    /// Fails if two themes become one.
    pub fn with_themes(&self, id_of: impl Fn(&ThemeId) -> ThemeId) -> Result<Split, SplitError> {
        match &self.0 {
            SplitParts::Whole(theme) => Ok(Split::whole(id_of(theme))),
            SplitParts::Shares(parts) => {
                Split::shares(parts.iter().map(|(it, by)| (id_of(it), *by)).collect())
            }
            SplitParts::Amounts(parts) => {
                Split::amounts(parts.iter().map(|(it, by)| (id_of(it), *by)).collect())
            }
        }
    }

    pub fn themes(&self) -> impl Iterator<Item = &ThemeId> {
        self.weights().map(|(theme, _)| theme)
    }

    /// Returns the total of the stated amounts; `None` for a split by shares or of one theme.
    pub fn stated_total(&self) -> Option<Money> {
        let SplitParts::Amounts(parts) = &self.0 else { return None };
        Money::sum(parts.iter().map(|(_, amount)| *amount)).ok()
    }

    /// Divides an amount over the themes in proportion. The parts always add up to the amount, an amount
    /// equal to the stated total gives the stated parts, and no part decreases while the amount increases
    /// (each theme in turn takes its fraction, rounded half up, of the remainder).
    pub fn divide(&self, amount: Money) -> impl Iterator<Item = (&ThemeId, Money)> {
        let mut weight_left: u64 = self.weights().map(|(_, weight)| weight).sum();
        let mut amount_left = amount;
        self.weights().map(move |(theme, weight)| {
            let part = amount_left.fraction(weight, weight_left);
            weight_left -= weight;
            // A fraction is no larger than what it is a fraction of.
            amount_left = Money::from_pence(amount_left.pence() - part.pence());
            (theme, part)
        })
    }

    /// Calls `each` with the change of each theme's part when an amount changes.
    pub(crate) fn change<'s>(
        &'s self,
        before: Money,
        after: Money,
        mut each: impl FnMut(&'s ThemeId, Money) -> Result<(), Overflow>,
    ) -> Result<(), Overflow> {
        // Most splits have one theme, and most amounts do not change.
        if let SplitParts::Whole(theme) = &self.0 {
            return each(theme, after.minus(before)?);
        }
        if before == after {
            return Ok(());
        }
        (self.divide(before).zip(self.divide(after)))
            .try_for_each(|((theme, before), (_, after))| each(theme, after.minus(before)?))
    }

    /// Returns each theme with its weight; a single theme has the weight 1.
    fn weights(&self) -> impl Iterator<Item = (&ThemeId, u64)> {
        let (whole, shares, amounts) = match &self.0 {
            SplitParts::Whole(theme) => (Some(theme), [].as_slice(), [].as_slice()),
            SplitParts::Shares(parts) => (None, parts.as_slice(), [].as_slice()),
            SplitParts::Amounts(parts) => (None, [].as_slice(), parts.as_slice()),
        };
        let shares = shares.iter().map(|(theme, share)| (theme, u64::from(share.0)));
        let amounts = amounts.iter().map(|(theme, amount)| (theme, amount.pence().unsigned_abs()));
        whole.map(|theme| (theme, 1)).into_iter().chain(shares).chain(amounts)
    }
}

/// As it is typed: `a:60%;b:40%`.
impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match &self.0 {
            SplitParts::Whole(theme) => theme.to_string(),
            SplitParts::Shares(parts) => joined(parts),
            SplitParts::Amounts(parts) => joined(parts),
        };
        f.pad(&text)
    }
}

fn joined<Size: std::fmt::Display>(parts: &[(ThemeId, Size)]) -> String {
    parts.iter().map(|(theme, size)| format!("{theme}:{size}")).collect::<Vec<_>>().join(";")
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
            ("a:60%;b:40", "the split must give either a percentage or an amount for every theme"),
            ("a;b", "the split must give either a percentage or an amount for every theme"),
            ("a:50%;a:50%", "the split names `a` twice"),
            ("a:0;b:5", "the amount for `a` must be greater than zero"),
            ("a:0%;b:100%", "`a:0%` is not a valid part of a split"),
            ("a:33.33333%;b:66.66667%", "`a:33.33333%` is not a valid part of a split"),
            ("Domestic Abuse", "domestic-abuse"),
            ("Domestic abuse:60%;Youth:40%", "domestic-abuse:60%;youth:40%"),
            ("Domestic abuse 60%", "`Domestic abuse 60%` is not a valid id: it contains `D`"),
            ("", "the text is empty"),
        ] {
            let got = Split::parse(text).map_or_else(|e| e.to_string(), |split| split.to_string());
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn divided_parts_sum_never_shrink_and_reach_the_stated_parts() {
        let pence = |split: &Split, amount: i64| -> Vec<i64> {
            split.divide(Money::from_pence(amount)).map(|(_, part)| part.pence()).collect()
        };
        for text in ["a:33.3333%;b:33.3333%;c:33.3334%", "a:0.01;b:0.02;c:9.97", "a:1;b:2;c:7", "a"] {
            let split = Split::parse(text).unwrap();
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
