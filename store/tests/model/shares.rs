//! The arithmetic of the naive model: shares of amounts, and values of commands in its own types.

use std::collections::BTreeMap;

use almoner_ledger::calendar::{Date, Period};
use chrono::{Datelike, NaiveDate};

/// Pence.
pub type Pence = i128;
/// Themes with their weights, in the order given.
pub type Weights = Vec<(String, Pence)>;

/// Divides an amount over themes by what they hold, in the order of a split.
pub fn in_proportion(amount: Pence, held: &BTreeMap<String, Pence>, split: &Weights) -> Weights {
    let by_held: Weights =
        split.iter().map(|(theme, _)| (theme.clone(), held.get(theme).copied().unwrap_or(0))).collect();
    if amount == 0 { Weights::new() } else { divide(amount, &by_held) }
}

/// Divides an amount: each theme in turn takes its fraction, rounded, of what is left.
pub fn divide(amount: Pence, split: &Weights) -> Weights {
    let (mut rest, mut left): (Pence, Pence) = (amount, split.iter().map(|(_, weight)| weight).sum());
    let mut parts = Vec::new();
    for (theme, weight) in split {
        let part = if left == 0 { 0 } else { round_half_up(rest * weight, left) };
        parts.push((theme.clone(), part));
        rest -= part;
        left -= weight;
    }
    parts
}

pub fn round_half_up(over: Pence, under: Pence) -> Pence {
    let (over, under) = (over * under.signum(), under.abs());
    (2 * over + under).div_euclid(2 * under)
}

pub fn pence(amount: almoner_ledger::money::Money) -> Pence {
    Pence::from(amount.pence())
}

pub fn days(period: Period) -> (NaiveDate, NaiveDate) {
    let first: Date = period.from().first_day();
    (first.naive(), period.to().last_day().naive())
}

/// The weights of funds and themes together, by places like `cdr/a`: one of the two is single, or each fund has its
/// share, in millionths, of each theme.
pub fn places(funds: &Weights, themes: &Weights) -> Weights {
    // One has all of it where the others have nothing.
    let has_any = |of: &Weights| of.iter().filter(|(_, weight)| *weight != 0).count();
    let alone =
        |of: &Weights| of.iter().map(|(name, weight)| (name.clone(), weight.signum())).collect::<Weights>();
    let (funds, themes) = match (has_any(funds), has_any(themes)) {
        (0 | 1, _) => (alone(funds), themes.clone()),
        (_, 0 | 1) => (funds.clone(), alone(themes)),
        _ => (divide(1_000_000, funds), divide(1_000_000, themes)),
    };
    let pairs = funds.iter().flat_map(|(fund, of_fund)| {
        themes.iter().map(move |(theme, of_theme)| (format!("{fund}/{theme}"), of_fund * of_theme))
    });
    pairs.collect()
}

/// The weights of what places belong to: the first word is the fund, the second the theme.
pub fn belonging(places: &Weights, word: usize) -> Weights {
    together(places.iter().map(|(place, weight)| (place.split('/').nth(word).unwrap().to_owned(), *weight)))
}

/// An amount spread over days of a period. Whole months weigh alike, and each day of one alike.
pub fn planned(
    (first, last): (NaiveDate, NaiveDate),
    from: NaiveDate,
    to: NaiveDate,
    amount: Pence,
) -> Vec<(NaiveDate, Pence)> {
    let by_month = first.day() == 1 && last.succ_opt().unwrap().day() == 1;
    let weight = |day: NaiveDate| {
        let month = (day.year(), day.month());
        let days = || (1..=31).filter(|of| NaiveDate::from_ymd_opt(month.0, month.1, *of).is_some());
        if by_month { 28 * 29 * 30 * 31 / days().count() as Pence } else { 1 }
    };
    let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
    let of: Pence = days.iter().map(|day| weight(*day)).sum();
    let (mut passed, mut before) = (0, 0);
    let each = days.iter().map(|day| {
        passed += weight(*day);
        let so_far = round_half_up(amount * passed, of);
        let of_day = so_far - before;
        before = so_far;
        (*day, of_day)
    });
    each.collect()
}

/// The last days of the months between two days, and the later of these.
pub fn dues(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let is_last = |day: &NaiveDate| *day == to || day.succ_opt().unwrap().month() != day.month();
    from.iter_days().take_while(|day| *day <= to).filter(is_last).collect()
}

/// Weights with those of one name added up.
pub fn together(weights: impl IntoIterator<Item = (String, Pence)>) -> Weights {
    let mut sums = Weights::new();
    for (name, weight) in weights {
        match sums.iter_mut().find(|(it, _)| *it == name) {
            Some((_, sum)) => *sum += weight,
            None => sums.push((name, weight)),
        }
    }
    sums
}

/// The weights of a split as it is written: `a:60%;b:40%`, `a:10000;b:20000` or `a`.
pub fn weights(split: impl std::fmt::Display) -> Weights {
    let text = split.to_string();
    text.split(';')
        .map(|part| {
            let (theme, size) = part.split_once(':').unwrap_or((part, "1"));
            let (whole, decimals) = size.trim_end_matches('%').split_once('.').unwrap_or((size, ""));
            let whole = whole.trim_end_matches('%');
            (theme.to_owned(), format!("{whole}{decimals:0<4}").parse().unwrap())
        })
        .collect()
}

/// Nothing of what is divided is lost, whatever sign the shares have: what an earlier payment came back from may have
/// given more to other funds than was paid there.
#[test]
fn shares_come_to_what_is_divided() {
    let cases: [(Pence, &[Pence]); 5] =
        [(33, &[100, -9]), (33, &[-9, 100]), (1, &[5, -5, 3]), (-7, &[2, 1, 1, -1]), (100, &[1, 1, 1])];
    for (amount, of) in cases {
        let shares: Weights = of.iter().map(|weight| ("a".to_owned(), *weight)).collect();
        let parts = divide(amount, &shares);
        assert_eq!(parts.iter().map(|(_, part)| part).sum::<Pence>(), amount, "{amount} over {of:?}");
    }
}
