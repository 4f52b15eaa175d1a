//! Writing postings and reading them back.

use super::*;
use crate::entry::Line;
use crate::events::Event;

fn line(account: Account, theme: Option<&str>, pence: i64) -> Line {
    let theme = theme.map(|theme| ThemeId::new(theme).unwrap());
    Line { account, fund: FundId::new("cdr").unwrap(), theme, amount: Money::from_pence(pence) }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn entry(date: &str, booked: Option<&str>, lines: Vec<Line>) -> Entry {
    Entry::new(day(date), booked.map(day), lines).unwrap()
}

fn paid(theme: &str, pence: i64) -> Vec<Line> {
    use Account::{AwardsOutstanding, Bank, Commitments, GrantControl};
    [(GrantControl, pence), (Bank, -pence), (AwardsOutstanding, pence), (Commitments, -pence)]
        .map(|(account, pence)| line(account, Some(theme), pence))
        .to_vec()
}

fn monthly(from: &str, booked: Option<&str>, theme: &str, pence: &[i64]) -> MonthlyExpenditure {
    let amounts = pence.iter().copied().map(Money::from_pence).collect();
    let (fund, theme) = (FundId::new("cdr").unwrap(), ThemeId::new(theme).unwrap());
    MonthlyExpenditure { from: day(from), booked: booked.map(day), fund, theme, amounts }
}

#[test]
fn postings_are_read_as_they_were_written() {
    use Account::{AwardsOutstanding, Bank, Commitments, GrantControl};
    let fact = "2015-02-20";
    let split = [paid("a", 500), paid("b", -250)].concat();
    let moved = || vec![line(Commitments, Some("a"), -700), line(Commitments, Some("b"), 700)];
    let promised = || vec![line(Commitments, None, 700), line(AwardsOutstanding, None, -700)];
    let unlike = vec![
        line(GrantControl, Some("a"), 5),
        line(Bank, Some("a"), -5),
        line(AwardsOutstanding, Some("a"), 5),
        line(Commitments, Some("b"), -5),
    ];
    let table = [
        (vec![], vec![], "[]"),
        (vec![entry(fact, None, paid("a", 6050))], vec![], r#"[["paid","cdr","a","60.50"]]"#),
        (vec![entry(fact, None, split)], vec![], r#"[["paid","cdr","a","5.00"],["paid","cdr","b","-2.50"]]"#),
        (
            vec![entry(fact, None, [promised(), moved()].concat())],
            vec![],
            r#"[["committed","cdr",null,"7.00"],["memo:commitments","cdr","a","-7.00"],["memo:commitments","cdr","b","7.00"]]"#,
        ),
        (
            vec![entry(fact, None, unlike)],
            vec![],
            r#"[["assets:grant-control","cdr","a","0.05"],["assets:bank","cdr","a","-0.05"],["memo:awards-outstanding","cdr","a","0.05"],["memo:commitments","cdr","b","-0.05"]]"#,
        ),
        (
            vec![entry(fact, Some("2015-03-01"), promised())],
            vec![],
            r#"[["on","2015-02-20","2015-03-01"],["committed","cdr",null,"7.00"]]"#,
        ),
        (
            vec![
                entry("2015-01-01", None, promised()),
                entry(fact, None, promised()),
                entry(fact, None, promised()),
            ],
            vec![],
            r#"[["on","2015-01-01"],["committed","cdr",null,"7.00"],["on","2015-02-20"],["committed","cdr",null,"7.00"],["on","2015-02-20"],["committed","cdr",null,"7.00"]]"#,
        ),
        (
            vec![entry(fact, None, promised())],
            vec![
                monthly("2015-02-28", None, "a", &[2333, -5167]),
                monthly("2015-04-15", Some("2015-05-01"), "a", &[2500]),
                monthly("2015-04-15", None, "b", &[1]),
            ],
            r#"[["committed","cdr",null,"7.00"],["expenditure","cdr","a","2015-02-28 23.33 -51.67 2015-04-15/2015-05-01 25.00"],["expenditure","cdr","b","2015-04-15 0.01"]]"#,
        ),
    ];
    for (entries, monthly, expected) in table {
        let posted = Entries { entries, monthly };
        let written = serde_json::to_string(&Written { posted: &posted, day: Some(day(fact)) }).unwrap();
        assert_eq!(written, expected);
        let mut text = serde_json::Deserializer::from_str(&written);
        assert_eq!(Beside(Some(day(fact))).deserialize(&mut text).unwrap(), posted, "{written}");
    }
}

#[test]
fn malformed_postings_are_refused() {
    for (posted, complaint) in [
        (r#"[["assets:bank","cdr",null,"1.00"]]"#, "is out of balance by 1.00 in fund cdr"),
        (r#"[["paid","cdr","a","0.00"]]"#, "a line of zero"),
        (r#"[["paid","cdr","a","1"]]"#, "`1` is not an amount"),
        (r#"[["paid","cdr","a"]]"#, "incomplete posting"),
        (r#"[["paid","cdr","a","1.00","1.00"]]"#, "too many items"),
        (r#"[["stolen","cdr","a","1.00"]]"#, "`stolen` is not an account"),
        (r#"[["expenditure","cdr","a","23.33"]]"#, "not a list of monthly amounts"),
        (r#"[["expenditure","cdr","a","2015-02-28"]]"#, "not a list of monthly amounts"),
        (r#"[["expenditure","cdr","a","2015-02-28  1.00"]]"#, "not a list of monthly amounts"),
        (r#"[["expenditure","cdr","a"]]"#, "incomplete posting"),
        (r#"[["on","2015-02-30"]]"#, "`2015-02-30` is not a date in the format of the journal"),
        (r#"[["on"]]"#, "incomplete posting"),
        (r#"[["on","2015-02-21"]]"#, "has no lines"),
        (r#"[["on","2015-02-21"],["on","2015-02-22"],["paid","cdr","a","1.00"]]"#, "has no lines"),
        (r#"["paid"]"#, "a posting"),
    ] {
        let fact = r#"{"paid":{"date":"2015-02-20","amount":"60.50"}}"#;
        let text = format!(r#"{{"grant":["1-2015",{fact},{posted}]}}"#);
        let error = serde_json::from_str::<Event>(&text).unwrap_err().to_string();
        assert!(error.contains(complaint), "{posted}: {error}");
    }
    let undated = r#"{"income-released":{"fund":"cdr","posted":[["paid","cdr","a","1.00"]]}}"#;
    let error = serde_json::from_str::<Event>(undated).unwrap_err().to_string();
    assert!(error.contains("an entry has no date"), "{error}");
}
