//! Allocations: the funds of an award, and its parts with a fund and a theme each.
//!
//! [`Funds`] is what a decision states; a [`Division`] is how amounts are divided over funds and themes at a time,
//! which follows from the funds and the themes in force. This module knows nothing of grants.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::split::{Share, Split, SplitError, SplitId, divided, weight};
use crate::text::as_displayed;
use crate::themes::ThemeId;

/// A part of an award, written `victims/domestic-abuse`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    pub fund: FundId,
    pub theme: ThemeId,
}

impl Part {
    /// Reads `FUND/THEME`, by ids or names.
    pub fn parse(text: &str) -> Result<Part, SplitError> {
        Part::read_named(text)
    }

    pub fn place(&self) -> Place<'_> {
        Place { fund: &self.fund, theme: &self.theme }
    }

    fn halves(text: &str) -> Result<(&str, &str), SplitError> {
        text.split_once('/').ok_or_else(|| SplitError::NoFundAndTheme(text.trim().to_owned()))
    }
}

impl SplitId for Part {
    fn read_named(text: &str) -> Result<Part, SplitError> {
        let (fund, theme) = Part::halves(text)?;
        Ok(Part { fund: FundId::named(fund)?, theme: ThemeId::named(theme)? })
    }

    fn read_id(text: &str) -> Result<Part, SplitError> {
        let (fund, theme) = Part::halves(text)?;
        Ok(Part { fund: FundId::new(fund)?, theme: ThemeId::new(theme)? })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.fund, self.theme))
    }
}

as_displayed!(Part, SplitError, Part::read_id);

/// The funds of an award, as its decision states them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Funds {
    /// One fund, or several that share its themes.
    Split(Split<FundId>),
    /// Parts with a fund and a theme each.
    Parts(Split<Part>),
}

impl Funds {
    /// Creates the funds of an award from one fund.
    pub fn one(fund: FundId) -> Funds {
        Funds::Split(Split::whole(fund))
    }

    /// Creates the funds of an award whose decision states none.
    pub fn unstated() -> Funds {
        Funds::one(FundId::unstated())
    }

    /// Reads `cdr`, `cdr:60%;victims:40%` or `cdr/youth:10000;victims/domestic-abuse:20000`, or the same with names.
    pub fn parse(text: &str) -> Result<Funds, SplitError> {
        match text.contains('/') {
            true => Ok(Funds::Parts(Split::parse(text)?)),
            false => Ok(Funds::Split(Split::parse(text)?)),
        }
    }

    /// Reads what [`Funds::parse`] does, but only ids.
    fn of_ids(text: &str) -> Result<Funds, SplitError> {
        match text.contains('/') {
            true => Ok(Funds::Parts(Split::of_ids(text)?)),
            false => Ok(Funds::Split(Split::of_ids(text)?)),
        }
    }

    /// Returns the only fund; `None` where there are several, or parts.
    pub fn single(&self) -> Option<&FundId> {
        match self {
            Funds::Split(split) => split.single(),
            Funds::Parts(_) => None,
        }
    }

    /// Returns the funds in the order stated; a fund of several parts occurs several times.
    pub fn ids(&self) -> impl Iterator<Item = &FundId> {
        let (split, parts) = match self {
            Funds::Split(split) => (Some(split), None),
            Funds::Parts(parts) => (None, Some(parts)),
        };
        let of_parts = parts.into_iter().flat_map(|parts| parts.ids().map(|part| &part.fund));
        split.into_iter().flat_map(Split::ids).chain(of_parts)
    }

    /// Returns true where no fund is stated for any of it.
    pub fn is_unstated(&self) -> bool {
        self.single().is_some_and(FundId::is_unstated)
    }

    /// Returns the themes that parts state; `None` where only funds are stated.
    pub fn themes(&self) -> Option<Result<Split, SplitError>> {
        match self {
            Funds::Split(_) => None,
            Funds::Parts(parts) => Some(parts.over(|part| part.theme.clone())),
        }
    }

    /// Returns the total of the stated amounts, if any are.
    pub fn stated_total(&self) -> Option<Money> {
        match self {
            Funds::Split(split) => split.stated_total(),
            Funds::Parts(parts) => parts.stated_total(),
        }
    }
}

impl fmt::Display for Funds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Funds::Split(split) => split.fmt(f),
            Funds::Parts(parts) => parts.fmt(f),
        }
    }
}

as_displayed!(Funds, SplitError, Funds::of_ids);

/// A fund and a theme under which amounts are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    pub fund: &'a FundId,
    pub theme: &'a ThemeId,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.fund, self.theme)
    }
}

impl Place<'_> {
    pub fn is(&self, part: &Part) -> bool {
        *self == part.place()
    }
}

/// How amounts are divided over funds and themes: each place once, with its weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division<'a>(Vec<(Place<'a>, u64)>);

impl<'a> Division<'a> {
    /// Returns the division by funds and themes: one fund for all themes, one theme for all funds, or stated parts.
    pub fn of(funds: &'a Funds, themes: &'a Split) -> Division<'a> {
        match funds {
            Funds::Split(funds) => Division::product(weights_of(funds), weights_of(themes)),
            Funds::Parts(parts) => Division::of_parts(parts),
        }
    }

    fn of_parts(parts: &'a Split<Part>) -> Division<'a> {
        Division(parts.weights().map(|(part, weight)| (part.place(), weight)).collect())
    }

    /// Returns the division over other themes. Where several funds and several themes meet without stated parts,
    /// each fund has its share of each theme.
    pub(crate) fn with_themes(&self, themes: &'a Split) -> Division<'a> {
        Division::product(self.sums(|place| place.fund), weights_of(themes))
    }

    /// Returns the division over other funds, or over stated parts.
    pub fn with_funds(&self, funds: &'a Funds) -> Division<'a> {
        match funds {
            Funds::Split(funds) => Division::product(weights_of(funds), self.sums(|place| place.theme)),
            Funds::Parts(parts) => Division::of_parts(parts),
        }
    }

    fn product(funds: Vec<(&'a FundId, u64)>, themes: Vec<(&'a ThemeId, u64)>) -> Division<'a> {
        let (funds, themes) = match (alone(&funds), alone(&themes)) {
            (Some(fund), _) => (fund, themes),
            (None, Some(theme)) => (funds, theme),
            (None, None) => (in_shares(&funds), in_shares(&themes)),
        };
        let pair = |(fund, of_fund): &(&'a FundId, u64)| {
            let of_fund = *of_fund;
            let fund = *fund;
            let place =
                move |(theme, of_theme): &(&'a ThemeId, u64)| (Place { fund, theme }, of_fund * of_theme);
            themes.iter().map(place).collect::<Vec<_>>()
        };
        Division(funds.iter().flat_map(pair).collect())
    }

    /// Returns the same weights under the funds and themes that were stated later for what was not.
    pub(crate) fn stating(mut self, fund: Option<&'a FundId>, theme: Option<&'a ThemeId>) -> Division<'a> {
        for (place, _) in &mut self.0 {
            if let Some(fund) = fund.filter(|_| place.fund.is_unstated()) {
                place.fund = fund;
            }
            if let Some(theme) = theme.filter(|_| place.theme.is_unallocated()) {
                place.theme = theme;
            }
        }
        Division(self.sums(|place| place))
    }

    /// Returns a division by weights.
    pub(crate) fn by_weights(weights: Vec<(Place<'a>, u64)>) -> Division<'a> {
        Division(weights)
    }

    /// Returns the division of an amount of which one part changes, or is added.
    pub(crate) fn with_part_changed(&self, part: Place<'a>, amount: Money, change: Money) -> Division<'a> {
        let mut amounts: Vec<(Place<'a>, Money)> = self.divide(amount).collect();
        match amounts.iter_mut().find(|(place, _)| *place == part) {
            Some((_, amount)) => *amount = amount.plus(change).unwrap_or(*amount),
            None => amounts.push((part, change)),
        }
        self.clone().reweighed(&amounts)
    }

    /// Returns a division of the same places and of others, by amounts; the same as before where there are none.
    pub(crate) fn reweighed(self, amounts: &[(Place<'a>, Money)]) -> Division<'a> {
        let mut weights: Vec<(Place<'a>, u64)> = self.places().map(|place| (place, 0)).collect();
        for (place, amount) in amounts {
            match weights.iter_mut().find(|(it, _)| it == place) {
                Some((_, sum)) => *sum = sum.saturating_add(weight(*amount)),
                None => weights.push((*place, weight(*amount))),
            }
        }
        if weights.iter().all(|(_, weight)| *weight == 0) { self } else { Division(weights) }
    }

    pub fn places(&self) -> impl Iterator<Item = Place<'a>> + '_ {
        self.0.iter().map(|(place, _)| *place)
    }

    /// Returns the funds, each once.
    pub fn funds(&self) -> Vec<&'a FundId> {
        self.sums(|place| place.fund).into_iter().map(|(fund, _)| fund).collect()
    }

    /// Returns the themes, each once.
    pub fn themes(&self) -> Vec<&'a ThemeId> {
        self.sums(|place| place.theme).into_iter().map(|(theme, _)| theme).collect()
    }

    /// Returns the weights of what places belong to, in the order in which they first occur.
    fn sums<Of: PartialEq>(&self, of: impl Fn(Place<'a>) -> Of) -> Vec<(Of, u64)> {
        let mut sums: Vec<(Of, u64)> = Vec::new();
        for (place, weight) in &self.0 {
            let of = of(*place);
            match sums.iter_mut().find(|(it, _)| *it == of) {
                Some((_, sum)) => *sum = sum.saturating_add(*weight),
                None => sums.push((of, *weight)),
            }
        }
        sums
    }

    /// Returns the themes of a fund with their weights, or of all where the fund has none, or has no weight.
    pub(crate) fn themes_of(&self, fund: &FundId) -> Vec<(&'a ThemeId, u64)> {
        let has_weight = |(place, weight): &&(Place<'a>, u64)| place.fund == fund && *weight > 0;
        let of_fund: Vec<_> = self.0.iter().filter(has_weight).copied().collect();
        match of_fund.is_empty() {
            true => self.sums(|place| place.theme),
            false => Division(of_fund).sums(|place| place.theme),
        }
    }

    /// Divides an amount, as [`Split::divide`] does.
    pub fn divide(&self, amount: Money) -> impl Iterator<Item = (Place<'a>, Money)> + '_ {
        divided(self.0.iter().copied(), amount)
    }

    /// Returns the change of each place when an amount changes.
    pub(crate) fn change(&self, before: Money, after: Money) -> Result<Vec<(Place<'a>, Money)>, Overflow> {
        // Most divisions have one place.
        if let [(place, _)] = self.0.as_slice() {
            return Ok(vec![(*place, after.minus(before)?)]);
        }
        let each = self.divide(before).zip(self.divide(after));
        each.map(|((place, before), (_, after))| Ok((place, after.minus(before)?))).collect()
    }
}

fn weights_of<Id: SplitId>(split: &Split<Id>) -> Vec<(&Id, u64)> {
    split.weights().collect()
}

/// Returns the weights as one and zero if at most one is greater than zero.
fn alone<Id: Copy>(weights: &[(Id, u64)]) -> Option<Vec<(Id, u64)>> {
    let is_alone = weights.iter().filter(|(_, weight)| *weight > 0).count() <= 1;
    is_alone.then(|| weights.iter().map(|(id, weight)| (*id, (*weight).min(1))).collect())
}

/// Returns weights as shares of the whole.
fn in_shares<Id: Copy>(weights: &[(Id, u64)]) -> Vec<(Id, u64)> {
    let shares = divided(weights.iter().copied(), Money::from_pence(i64::from(Share::WHOLE)));
    shares.map(|(id, share)| (id, share.pence().unsigned_abs())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn funds(text: &str) -> Funds {
        Funds::parse(text).unwrap()
    }

    #[test]
    fn funds_are_read_or_refused() {
        for (text, expected) in [
            ("cdr", "cdr"),
            ("Safer Streets", "safer-streets"),
            ("cdr:60%;victims:40%", "cdr:60%;victims:40%"),
            (
                "cdr/youth:10,000;victims/Domestic abuse:20000.50",
                "cdr/youth:10000.00;victims/domestic-abuse:20000.50",
            ),
            ("cdr/youth:60%;cdr/roads:40%", "cdr/youth:60%;cdr/roads:40%"),
            ("unstated/unallocated:5;cdr/youth:7", "unstated/unallocated:5.00;cdr/youth:7.00"),
            ("cdr/youth:60%;cdr:40%", "`cdr` does not give a fund and a theme"),
            ("cdr/youth:60%;cdr/youth:40%", "the split contains `cdr/youth` twice"),
            ("cdr/youth:60%;victims/youth:50%", "the percentages add up to 110%, not 100%"),
            ("cdr/youth:0;victims/youth:50", "the amount for `cdr/youth` must be greater than zero"),
        ] {
            let got = Funds::parse(text).map_or_else(|error| error.to_string(), |funds| funds.to_string());
            assert_eq!(got, expected, "{text}");
        }
        for text in ["cdr", "cdr:60%;victims:40%", "cdr/youth:1.00;victims/roads:2.00"] {
            let json = serde_json::to_string(&funds(text)).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Funds>(&json).unwrap(), funds(text));
        }
        assert!(serde_json::from_str::<Funds>("\"Safer Streets\"").is_err());
    }

    #[test]
    fn funds_and_themes_divide_an_amount() {
        // Funds, themes, an amount, and its division.
        for (of, themes, amount, expected) in [
            ("cdr", "a", "100", "cdr/a 100.00"),
            ("cdr", "a:60%;b:40%", "0.05", "cdr/a 0.03, cdr/b 0.02"),
            ("cdr:60%;victims:40%", "a", "0.05", "cdr/a 0.03, victims/a 0.02"),
            ("cdr:1;victims:2", "a", "1", "cdr/a 0.33, victims/a 0.67"),
            ("cdr/a:1;victims/b:2", "a:1;b:2", "3", "cdr/a 1.00, victims/b 2.00"),
            (
                "cdr:60%;victims:40%",
                "a:50%;b:50%",
                "100",
                "cdr/a 30.00, cdr/b 30.00, victims/a 20.00, victims/b 20.00",
            ),
        ] {
            let (of, themes) = (funds(of), Split::parse(themes).unwrap());
            let parts = Division::of(&of, &themes);
            let parts =
                parts.divide(Money::parse(amount).unwrap()).map(|(place, part)| format!("{place} {part}"));
            assert_eq!(parts.collect::<Vec<_>>().join(", "), expected);
        }
    }

    #[test]
    fn what_is_not_stated_can_be_stated_and_either_can_change() {
        let words = |division: &Division<'_>| {
            let parts = division
                .divide(Money::from_pence(100))
                .map(|(place, part)| format!("{place} {}", part.pence()));
            parts.collect::<Vec<_>>().join(", ")
        };
        let (parts, unused) =
            (funds("unstated/unallocated:20;cdr/unallocated:50;cdr/a:30"), Split::parse("a").unwrap());
        let division = Division::of(&parts, &unused);
        let (cdr, a) = (FundId::new("cdr").unwrap(), ThemeId::new("a").unwrap());
        assert_eq!(words(&division.clone().stating(Some(&cdr), None)), "cdr/unallocated 70, cdr/a 30");
        assert_eq!(words(&division.clone().stating(None, Some(&a))), "unstated/a 20, cdr/a 80");
        assert_eq!(words(&division.clone().stating(Some(&cdr), Some(&a))), "cdr/a 100");
        let (victims, b) = (funds("victims"), Split::parse("b").unwrap());
        assert_eq!(words(&division.with_funds(&victims)), "victims/unallocated 70, victims/a 30");
        assert_eq!(words(&division.with_themes(&b)), "unstated/b 20, cdr/b 80");
        assert_eq!(words(&division.with_funds(&parts)), words(&division));
    }
}
