//! Closed years show the same amounts in every report, whatever is recorded later.

use std::collections::BTreeMap;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{FinancialYear, Month};
use almoner_ledger::command::Command;
use almoner_ledger::reports::{
    By, Every, Query, budget, grants, periods, recipients, themes, trial_balance, year_end,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::asks::batches;
use crate::books::Ledger;
use crate::tally::tally;
use crate::{LATE, LIVELY, cases};

/// The rows that hold amounts, by report and by what they are of.
type Amounts = BTreeMap<String, BTreeMap<String, String>>;

/// Every amount of a report, by where it stands. Rows are named by what they are of; what is a label, and may be stated
/// later, is left out.
fn amounts_of(report: &impl serde::Serialize, into: &mut Amounts, name: &str) {
    fn visit(value: &Value, place: &str, found: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(fields) => {
                // What awards without a period are committed to, which no posting dates, is as known now.
                let of_postings = |key: &str| !["no_period", "carried_forward"].contains(&key);
                for (key, value) in fields.iter().filter(|(key, _)| of_postings(key)) {
                    visit(value, &format!("{place} {key}"), found);
                }
            }
            Value::Array(rows) => {
                for row in rows {
                    let keys = ["year", "grant", "fund", "account", "recipient", "theme", "period", "id"];
                    let all = keys.iter().filter_map(|key| row.get(*key).and_then(Value::as_str));
                    // The list of grants shows the terms of each as known now.
                    let of: Vec<&str> = if row.get("awarded_in_period").is_some() {
                        all.take(1).collect()
                    } else {
                        all.collect()
                    };
                    let record = row.get("record").map(|it| format!(" {it}")).unwrap_or_default();
                    visit(row, &format!("{place} {}{record}", of.join("/")), found);
                }
            }
            Value::String(text) => {
                // Amounts are texts with two decimals.
                let pence = text.trim_start_matches('-').split_once('.');
                let is_amount = pence.is_some_and(|(pounds, pence)| {
                    pence.len() == 2 && (pounds.to_owned() + pence).bytes().all(|it| it.is_ascii_digit())
                });
                if is_amount && text != "0.00" {
                    let before = found.insert(place.to_owned(), text.clone());
                    assert!(before.is_none(), "two amounts at {place}");
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    visit(&serde_json::to_value(report).unwrap(), "", into.entry(name.to_owned()).or_default());
}

fn reports_of(books: &dyn Books, year: FinancialYear) -> Amounts {
    let query = Query::of(year.range());
    let mut amounts = Amounts::new();
    amounts_of(&trial_balance(books, &query).unwrap(), &mut amounts, "trial balance");
    for by in [By::Fund, By::Theme, By::Recipient] {
        amounts_of(&themes(books, &query, by).unwrap(), &mut amounts, &format!("{by:?}"));
    }
    for every in Every::ALL {
        amounts_of(&periods(books, &query, every).unwrap(), &mut amounts, &format!("{every:?}"));
    }
    amounts_of(&grants(books, &query).unwrap(), &mut amounts, "grants");
    amounts_of(&recipients(books, &query).unwrap(), &mut amounts, "recipients");
    amounts_of(&budget(books, &query).unwrap(), &mut amounts, "budget");
    amounts_of(&year_end(books, &query, year).unwrap(), &mut amounts, "year end");
    amounts
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..cases(120) })]

    #[test]
    fn closed_years_show_the_same_amounts_in_every_report(
        before in batches(LIVELY),
        later in prop::collection::vec(batches(LIVELY), 3),
        years in 1..=3usize,
    ) {
        let mut ledger = Ledger::run(&before, LATE);
        let year = |number: usize| FinancialYear::parse(&format!("201{}-1{}", 3 + number, 4 + number)).unwrap();
        let (first, last) = (Month::parse("2014-01").unwrap(), year(years).range().to().month());
        for month in (0..).map(|number| first.plus(number)).take_while(|month| *month <= last) {
            ledger.ask(Command::close(month));
        }
        let closed: Vec<FinancialYear> = (0..=years).map(year).collect();
        let then: Vec<Amounts> = closed.iter().map(|year| reports_of(&ledger.store, *year)).collect();
        let records = ledger.store.reference().records;
        // Some hundred recordings, of which most are taken.
        for batches in &later {
            batches.iter().for_each(|asks| ledger.batch(asks));
        }
        tally("recordings after years were closed", ledger.store.reference().records - records);
        for (year, then) in closed.into_iter().zip(&then) {
            let now = reports_of(&ledger.store, year);
            for (report, then) in then {
                let differing = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
                    let only = of.iter().filter(|(place, amount)| other.get(*place) != Some(*amount));
                    only.map(|(place, amount)| format!("  {place} {amount}\n")).collect::<String>()
                };
                let now = &now[report];
                prop_assert!(
                    now == then,
                    "{} {}\nthen:\n{}now:\n{}{}",
                    year, report, differing(then, now), differing(now, then), ledger.history_text()
                );
            }
        }
    }
}
