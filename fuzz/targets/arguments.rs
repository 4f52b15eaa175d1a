//! The syntax of arguments: amounts, dates, periods, splits and ids. A value read is written so that it is read
//! back unchanged, and no id or text contains characters that could mislead on a screen.
#![no_main]

use std::fmt::{Debug, Display};

use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::calendar::{Date, FinancialYear, Month, Quarter, StatedDate};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::indicators::{IndicatorPeriod, IndicatorValue};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (plain, grouped) = (again(text, Money::parse), Money::parse(text).map(Money::grouped));
    assert_eq!(plain.is_some(), grouped.is_ok());
    let today = Date::parse("2015-06-30").expect("a day");
    let (day, on) = (again(text, Date::parse), Date::parse_on(today, text).ok());
    assert_eq!(on, day.or((text.trim().eq_ignore_ascii_case("today")).then_some(today)), "{text:?}");
    again(text, FinancialYear::parse);
    again(text, Quarter::parse);
    if let Some(month) = again(text, Month::parse) {
        assert!(month.first_day() <= month.last_day() && month.first_day().month() == month);
    }
    if let Some(stated) = again(text, StatedDate::parse) {
        assert!(stated.first_day() <= stated.last_day());
    }
    if let Some(split) = again(text, Split::<ThemeId>::parse) {
        let amount = split.stated_total().unwrap_or(Money::from_pence(1_234_567));
        let parts = Money::sum(split.divide(amount).map(|(_, part)| part)).expect("parts of an amount");
        assert_eq!(parts, amount, "the parts of {split} add up to the whole");
    }
    again(text, Funds::parse);
    again(text, Part::parse);
    again(text, IndicatorValue::parse);
    if let Some(period) = again(text, IndicatorPeriod::parse) {
        assert!(period.range().from() <= period.range().to());
    }
    again(text, DecisionId::new);
    again(text, FundId::new);
    again(text, GrantId::new);
    again(text, RecipientId::new);
    again(text, ThemeId::new);
    again(text, Text::new);
});

/// Parses a text and, if it is valid, checks that the value as written is parsed as the same value.
fn again<Read: Display + Debug + PartialEq, Refusal>(
    text: &str,
    parse: impl Fn(&str) -> Result<Read, Refusal>,
) -> Option<Read> {
    let read = parse(text).ok()?;
    let written = read.to_string();
    assert!(!written.contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)), "{written:?}");
    assert_eq!(parse(&written).ok().as_ref(), Some(&read), "{text:?} is written {written:?}");
    Some(read)
}
