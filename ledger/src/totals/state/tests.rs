//! The state of totals by the text of its blocks, whatever was hashed before.

use super::*;
use crate::funds::FundId;
use crate::themes::ThemeId;

fn heading(fund: &str, theme: Option<&str>, power: Power) -> Heading {
    let theme = theme.map(|theme| ThemeId::new(theme).unwrap());
    Heading { fund: FundId::new(fund).unwrap(), theme, power }
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// Fund, theme, power, month, account and pence of a line.
type Posted = (&'static str, Option<&'static str>, Power, &'static str, Account, i64);

/// Lines of figures, in no order.
const POSTED: [Posted; 9] = [
    ("cdr", Some("youth"), Power::S9, "2015-02", Account::Bank, -6050),
    ("cdr", Some("youth"), Power::S143, "2015-02", Account::Bank, 7),
    ("cdr", Some("youth"), Power::NotStated, "2015-02", Account::Bank, 8),
    ("cdr", Some("youth-work"), Power::S9, "2015-02", Account::Bank, 9),
    ("cdr", None, Power::NotStated, "2015-02", Account::Bank, 10),
    ("cdr-2", Some("youth"), Power::Other, "2015-02", Account::AwardsOutstanding, 11),
    ("cdr", Some("youth"), Power::S9, "2015-02", Account::GrantControl, 3717),
    ("cdr", Some("youth"), Power::S9, "2016-11", Account::BudgetControl, -1),
    ("cdr", Some("youth"), Power::S9, "2014-12", Account::Budget, i64::MAX),
];

fn totals() -> Totals {
    let mut totals = Totals::default();
    for (fund, theme, power, when, account, pence) in POSTED {
        let heading = heading(fund, theme, power);
        totals.add(&heading, month(when), Figure::Posted(account), Money::from_pence(pence)).unwrap();
        totals.add(&heading, month(when), Figure::Prepayments, Money::from_pence(99)).unwrap();
    }
    totals
}

#[test]
fn the_state_is_that_of_the_sorted_lines() {
    let mut blocks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (fund, theme, power, when, account, pence) in POSTED {
        let theme = theme.unwrap_or("*");
        let line = format!("{account} {fund} {theme} {} {when} {pence}\n", power.word());
        blocks.entry(when).or_default().push(line);
    }
    let mut root = String::new();
    for (when, lines) in &mut blocks {
        lines.sort();
        root.push_str(&format!("{when} {}\n", Hash::of(lines.concat().as_bytes())));
    }
    assert_eq!(totals().state().hash, Hash::of(root.as_bytes()));
    assert_eq!(Totals::default().state().hash, Hash::of(b""));
}

#[test]
fn what_was_hashed_before_changes_nothing() {
    let (mut kept, cell) = (totals(), heading("cdr", Some("youth"), Power::S9));
    let before = kept.state();
    for when in ["2015-02", "2013-01", "2017-12", "2015-03"] {
        let bank = Figure::Posted(Account::Bank);
        kept.add(&cell, month(when), bank, Money::from_pence(5)).unwrap();
        let mut fresh: Totals = postcard::from_bytes(&postcard::to_stdvec(&kept).unwrap()).unwrap();
        assert_eq!(kept.state(), fresh.state(), "{when}");
        assert_ne!(kept.state(), before, "{when}");
        let mut reversal = Totals::default();
        reversal.add(&cell, month(when), bank, Money::from_pence(-5)).unwrap();
        kept.absorb(&reversal).unwrap();
        assert_eq!(kept.state(), before, "{when}");
    }
}

#[test]
fn states_of_other_rules_are_not_compared() {
    let state = |rules, text: &str| PostingState { rules, hash: Hash::of(text.as_bytes()) };
    for (one, other, expected) in [
        (state(2, "a"), state(2, "a"), Some(true)),
        (state(2, "a"), state(2, "b"), Some(false)),
        (state(2, "a"), state(3, "a"), Some(true)),
        (state(2, "a"), state(3, "b"), None),
    ] {
        assert_eq!(one.agrees_with(&other), expected, "{one:?} {other:?}");
    }
}

#[test]
fn numbers_are_written_as_they_are_formatted() {
    for number in [0, 7, -7, 10, -6_050, 1_000_000_007, i64::MAX, i64::MIN] {
        let mut text = Vec::new();
        push_number(&mut text, number);
        assert_eq!(text, number.to_string().into_bytes());
    }
}
