//! Tests of what may be a duplicate.

use std::sync::Arc;

use super::*;
use crate::entry::Entries;
use crate::grants::{GrantId, Instalment, Payment, Refund, Returned};

/// A fact in words: `pay DATE AMOUNT [REFERENCE]`, `refund …`, `return … of RECORD`, `due DATE AMOUNT`.
fn fact(words: &str) -> Fact {
    let (words, payment) =
        words.split_once(" of ").map_or((words, 0), |(words, of)| (words, of.parse().unwrap()));
    let mut words = words.splitn(4, ' ');
    let (what, date) = (words.next().unwrap(), Date::parse(words.next().unwrap()).unwrap());
    let amount = Money::parse(words.next().unwrap()).unwrap();
    let reference = words.next().map(|text| Text::new(text).unwrap());
    match what {
        "pay" => Fact::Paid(Payment {
            account: None,
            date,
            amount,
            reference,
            before_decision: None,
            part: None,
            again: false,
        }),
        "refund" => Fact::Refunded(Refund {
            account: None,
            date,
            amount,
            reference,
            stays_available: false,
            part: None,
            again: false,
        }),
        "return" => {
            let (paid, part) = (date, None);
            Fact::Returned(Returned {
                account: None,
                date,
                amount,
                reference,
                payment,
                paid,
                part,
                again: false,
            })
        }
        "due" => Fact::Scheduled(Instalment { due: date, amount }),
        other => panic!("{other}"),
    }
}

fn grant(facts: &[&str]) -> Grant {
    let record = |(number, words): (u64, &&str)| Recorded {
        record: number,
        at: "".into(),
        by: "".into(),
        fact: Arc::new(fact(words.trim_end_matches(", reversed"))),
        booked: None,
        entries: Arc::new(Entries::none()),
        prior_period: None,
        reductions: Box::default(),
        moved: None,
        reversed_by: words.ends_with(", reversed").then_some(99),
        reconciled: None,
    };
    let history = (1..).zip(facts).map(record).collect();
    Grant { history, ..Grant::new(GrantId::new("1-2015").unwrap()) }
}

#[test]
fn equal_amounts_within_two_weeks_and_equal_references_may_be_duplicates() {
    for (recorded, further, expected) in [
        // The amount.
        (&["pay 2015-06-01 500"][..], "pay 2015-06-01 500", &[1][..]),
        (&["pay 2015-06-01 500 BACS 1"], "pay 2015-06-01 500", &[1]),
        (&["pay 2015-06-01 500 BACS 1"], "pay 2015-06-02 500 BACS 2", &[1]),
        (&["pay 2015-06-01 500"], "pay 2015-06-15 500", &[1]),
        (&["pay 2015-06-01 500"], "pay 2015-06-16 500", &[]),
        (&["pay 2015-06-15 500"], "pay 2015-06-01 500", &[1]),
        (&["pay 2015-06-16 500"], "pay 2015-06-01 500", &[]),
        (&["pay 2015-06-01 500"], "pay 2015-06-01 500.01", &[]),
        (&["pay 2015-06-01 500", "pay 2015-06-03 500"], "pay 2015-06-02 500", &[1, 2]),
        // A month apart.
        (&["pay 2015-02-01 500"], "pay 2015-03-01 500", &[]),
        // The reference.
        (&["pay 2015-06-01 500 BACS-0417"], "pay 2016-06-01 500 bacs-0417", &[1]),
        (&["pay 2015-06-01 500 BACS-0417"], "pay 2015-06-02 550 BACS 0417", &[1]),
        (&["pay 2015-06-01 500 INV 100"], "pay 2015-09-01 500 inv100", &[1]),
        (&["pay 2015-06-01 500 INV/100"], "pay 2015-09-01 500 INV-100", &[1]),
        (&["pay 2015-06-01 500 INV 100"], "pay 2015-09-01 500 INV 1000", &[]),
        (&["pay 2015-06-01 500 INV 100"], "pay 2015-09-01 500 INV 10", &[]),
        (&["pay 2015-06-01 500 --"], "pay 2015-09-01 500 /", &[]),
        (&["pay 2015-06-01 500"], "pay 2015-09-01 500", &[]),
        // What was reversed, or came back.
        (&["pay 2015-06-01 500 A, reversed"], "pay 2015-06-02 500 A", &[]),
        (&["pay 2015-06-01 500 A", "return 2015-06-03 500 of 1"], "pay 2015-06-04 500 A", &[]),
        (&["pay 2015-06-01 500 A", "return 2015-06-03 500 of 1, reversed"], "pay 2015-06-04 500 A", &[1]),
        (&["pay 2015-06-01 500 A", "return 2015-06-03 200 of 1"], "pay 2015-06-04 500 A", &[1]),
        // Money back.
        (&["pay 2015-06-01 500 A"], "refund 2015-06-03 500 A", &[]),
        (&["refund 2015-06-03 500"], "pay 2015-06-04 500", &[]),
        (&["refund 2015-06-03 500"], "refund 2015-06-17 500", &[1]),
        (&["refund 2015-06-03 500"], "refund 2015-06-18 500", &[]),
        (&["refund 2015-06-03 500 R1"], "refund 2015-09-03 50 r-1", &[1]),
        (&["pay 2015-06-01 500", "refund 2015-06-03 500"], "return 2015-06-03 500 of 1", &[2]),
        (&["pay 2015-06-01 500", "return 2015-06-03 200 R of 1"], "return 2015-06-04 200 of 1", &[2]),
        (&["pay 2015-06-01 500", "return 2015-06-03 200 R of 1"], "return 2015-06-03 200 R of 3", &[]),
    ] {
        let grant = grant(recorded);
        let found: Vec<u64> = grant.possible_duplicates(&fact(further)).iter().map(|it| it.record).collect();
        assert_eq!(found, expected, "{further} after {recorded:?}");
    }
}

#[test]
fn as_many_payments_as_instalments_are_due_are_no_duplicates() {
    for (recorded, further, expected) in [
        // Two instalments ten days apart, each paid once; a third payment is one too many.
        (
            &["due 2015-06-01 500", "due 2015-06-11 500", "pay 2015-06-01 500"][..],
            "pay 2015-06-11 500",
            &[][..],
        ),
        (
            &["due 2015-06-01 500", "due 2015-06-11 500", "pay 2015-06-01 500", "pay 2015-06-11 500"],
            "pay 2015-06-12 500",
            &[3, 4],
        ),
        // Two that are overdue, paid on one day.
        (&["due 2015-04-01 500", "due 2015-07-01 500", "pay 2015-07-10 500"], "pay 2015-07-10 500", &[]),
        // The next is due within a week, or later.
        (&["due 2015-06-01 500", "due 2015-06-15 500", "pay 2015-06-01 500"], "pay 2015-06-08 500", &[]),
        (&["due 2015-06-01 500", "due 2015-06-15 500", "pay 2015-06-01 500"], "pay 2015-06-07 500", &[3]),
        (&["due 2015-06-01 500", "due 2015-07-01 500", "pay 2015-06-01 500"], "pay 2015-06-02 500", &[3]),
        // Another amount is no instalment of this one.
        (&["due 2015-06-01 500", "due 2015-06-08 600", "pay 2015-06-01 500"], "pay 2015-06-08 500", &[3]),
        // One that came back does not count as paid.
        (
            &[
                "due 2015-06-01 500",
                "due 2015-06-08 500",
                "pay 2015-06-01 500",
                "return 2015-06-03 500 of 3",
                "pay 2015-06-04 500",
            ],
            "pay 2015-06-08 500",
            &[],
        ),
        // The same reference is one payment all the same.
        (&["due 2015-06-01 500", "due 2015-06-08 500", "pay 2015-06-01 500 A"], "pay 2015-06-08 500 A", &[3]),
    ] {
        let grant = grant(recorded);
        let found: Vec<u64> = grant.possible_duplicates(&fact(further)).iter().map(|it| it.record).collect();
        assert_eq!(found, expected, "{further} after {recorded:?}");
    }
}
