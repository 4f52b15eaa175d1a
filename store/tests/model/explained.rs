//! Figures of random books, and the records that make and move them.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::money::Money;
use almoner_ledger::reports::parts::Part;
use almoner_ledger::reports::{By, Measure, Query, diff, explain, themes};
use almoner_store::{KnownAt, as_known_at};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::asks::batches;
use crate::books::Ledger;
use crate::{CLOSING, LATE, cases};

fn query(from: &str, to: &str) -> Query {
    Query::of(DateRange::new(Date::parse(from).unwrap(), Date::parse(to).unwrap()).unwrap())
}

fn sum(parts: &[Part]) -> Money {
    Money::sum(parts.iter().map(|part| part.amount)).unwrap()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn records_come_to_the_figures_that_they_make_and_move(
        batches in batches(CLOSING),
        at in any::<Index>(),
    ) {
        let ledger = Ledger::run(&batches, LATE);
        let store = &ledger.store;
        let head = store.head().record;
        let earlier = as_known_at(store, KnownAt::Record(1 + at.index(head as usize) as u64)).unwrap();
        for query in [query("2015-04-01", "2016-03-31"), query("2014-12-15", "2015-08-20")] {
            let of_years = query.is_of_whole_years();
            let columns: Vec<Measure> =
                Measure::OF_LINES.into_iter().filter(|column| column.is_of(of_years)).collect();
            for by in By::ALL {
                for row in themes(store, &query, by).unwrap().rows {
                    for column in columns.iter().copied() {
                        let explained = explain(store, &query, Some(&row.key), column).unwrap();
                        prop_assert_eq!(sum(&explained.parts), row.measures.get(column), "{}", ledger.history_text());
                    }
                }
                let (old, new) = (themes(&earlier, &query, by).unwrap(), themes(store, &query, by).unwrap());
                let moved = diff(&earlier, store, &query, by, &columns).unwrap();
                for column in columns.iter().copied() {
                    let figures = moved.figures.iter().filter(|it| it.column == column);
                    let parts = Money::sum(figures.map(|it| sum(&it.parts))).unwrap();
                    let change = new.total.get(column).minus(old.total.get(column)).unwrap();
                    prop_assert_eq!(parts, change, "{} {}", column, ledger.history_text());
                }
            }
        }
    }
}
