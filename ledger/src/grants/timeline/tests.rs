//! Facts written as words, and the steps and entries that they lead to.

use super::*;
use crate::calendar::StatedDate;
use crate::grants::{Instalment, Payment, Power, Refund, Repurpose, Variation, Withdrawal};
use crate::text::Text;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

fn period(text: &str) -> Option<Period> {
    let (from, to) = text.split_once("..")?;
    let stated = |text: &str| StatedDate::parse(text).unwrap();
    Some(Period::new(stated(from), stated(to)).unwrap())
}

fn purpose(split: &str) -> Purpose {
    Purpose { text: Text::new("work").unwrap(), split: Split::parse(split).unwrap() }
}

/// A fact written as words: `pay 2015-03-01 100`.
fn fact(text: &str) -> Fact {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (on, rest) = (date(words[1]), &words[2..]);
    match words[0] {
        "award" => Fact::Awarded(Box::new(Award {
            decision: None,
            decided: on,
            date_assumed: false,
            recipient: crate::recipients::RecipientId::new("r").unwrap(),
            amount: money(rest[0]),
            fund: FundId::unstated(),
            power: Power::NotStated,
            purpose: purpose(rest[1]),
            period: period(rest[2]),
            basis: Basis::of(period(rest[2])),
            conditions: None,
            reasons: None,
        })),
        "vary" => Fact::Varied(Variation {
            decision: None,
            date: on,
            change: money(rest[0]),
            period: period(rest[1]),
            extension: false,
        }),
        "withdraw" => Fact::Withdrawn(Withdrawal { decision: None, date: on, withdrawn: money(rest[0]) }),
        "repurpose" => Fact::Repurposed(Repurpose {
            decision: None,
            date: on,
            purpose: purpose(rest[0]),
            include_past: rest[1] == "with-charged",
        }),
        "instalment" => Fact::Scheduled(Instalment { due: on, amount: money(rest[0]) }),
        "pay" => Fact::Paid(Payment { date: on, amount: money(rest[0]), reference: None }),
        "refund" => Fact::Refunded(Refund {
            date: on,
            amount: money(rest[0]),
            reference: None,
            stays_available: rest[1] == "stays",
        }),
        other => panic!("{other}"),
    }
}

/// The steps of facts written as words, themes left out where they are all `a`.
fn walked(facts: &[&str]) -> Vec<String> {
    let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
    let word = |movement| match movement {
        Movement::Commit => "promise",
        Movement::Pay => "pay",
        Movement::MoveCommitment => "move commitment",
        Movement::MoveExpenditure => "move charge",
        Movement::Recognise => "charge",
    };
    let line =
        |step: &Step<'_>| format!("{} {} {} {}", step.date, word(step.movement), step.theme, step.amount);
    steps(&facts).unwrap().iter().map(line).collect()
}

#[test]
fn facts_lead_to_these_steps() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (
            "a period is charged month by month, rounded cumulatively",
            &["award 2015-01-01 100 a 2015-01..2015-03"],
            &[
                "2015-01-01 promise a 100.00",
                "2015-01-31 charge a 33.33",
                "2015-02-28 charge a 33.34",
                "2015-03-31 charge a 33.33",
            ],
        ),
        (
            "what falls before the decision is charged on it",
            &["award 2015-02-10 90 a 2014-12..2015-02"],
            &["2015-02-10 promise a 90.00", "2015-02-10 charge a 60.00", "2015-02-28 charge a 30.00"],
        ),
        (
            "other periods are charged by day, the last charge at their end",
            &["award 2015-01-01 31 a 2015-01-17..2015-02-16"],
            &["2015-01-01 promise a 31.00", "2015-01-31 charge a 15.00", "2015-02-16 charge a 16.00"],
        ),
        (
            "without a period it is charged when paid, and credited when refunded",
            &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 reduces"],
            &[
                "2015-01-01 promise a 50.00",
                "2015-02-01 pay a 30.00",
                "2015-02-01 charge a 30.00",
                "2015-03-01 promise a -10.00",
                "2015-03-01 pay a -10.00",
                "2015-03-01 charge a -10.00",
            ],
        ),
        (
            "a refund that stays available does not reduce the award",
            &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 stays"],
            &[
                "2015-01-01 promise a 50.00",
                "2015-02-01 pay a 30.00",
                "2015-02-01 charge a 30.00",
                "2015-03-01 pay a -10.00",
                "2015-03-01 charge a -10.00",
            ],
        ),
        (
            "a larger amount is spread over what remains of the period",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-05 20 -"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-31 charge a 10.00",
                "2015-02-28 charge a 10.00",
                "2015-03-05 promise a 20.00",
                "2015-03-31 charge a 20.00",
                "2015-04-30 charge a 20.00",
            ],
        ),
        (
            "what was charged too much is credited on the day of the variation",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-31 -25 -"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-31 charge a 10.00",
                "2015-02-28 charge a 10.00",
                "2015-03-31 promise a -25.00",
                "2015-03-31 charge a -5.00",
            ],
        ),
        (
            "a longer period spreads what is not charged yet",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-04-30 0 2015-01..2015-05"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-31 charge a 10.00",
                "2015-02-28 charge a 10.00",
                "2015-03-31 charge a 10.00",
                "2015-04-30 charge a 5.00",
                "2015-05-31 charge a 5.00",
            ],
        ),
        (
            "a period stated later brings the charge to where the period says",
            &["award 2015-01-01 40 a -", "pay 2015-01-10 40", "vary 2015-03-05 0 2015-01..2015-04"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-10 pay a 40.00",
                "2015-01-10 charge a 40.00",
                "2015-03-05 charge a -20.00",
                "2015-03-31 charge a 10.00",
                "2015-04-30 charge a 10.00",
            ],
        ),
        (
            "a withdrawal drops what would be charged later",
            &["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 30", "withdraw 2015-03-05 10"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-10 pay a 30.00",
                "2015-01-31 charge a 10.00",
                "2015-02-28 charge a 10.00",
                "2015-03-05 promise a -10.00",
            ],
        ),
        (
            "a change of purpose moves the outstanding commitment and what comes later",
            &[
                "award 2015-01-01 40 a 2015-01..2015-02",
                "pay 2015-01-10 15",
                "repurpose 2015-02-01 b -",
                "pay 2015-02-01 25",
            ],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-10 pay a 15.00",
                "2015-01-31 charge a 20.00",
                "2015-02-01 pay b 25.00",
                "2015-02-01 move commitment a -25.00",
                "2015-02-01 move commitment b 25.00",
                "2015-02-28 charge b 20.00",
            ],
        ),
        (
            "the decision may say that what was charged moves too",
            &["award 2015-01-01 40 a 2015-01..2015-02", "repurpose 2015-02-01 b:75%;c:25% with-charged"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-31 charge a 20.00",
                "2015-02-01 move commitment a -40.00",
                "2015-02-01 move commitment b 30.00",
                "2015-02-01 move commitment c 10.00",
                "2015-02-01 move charge a -20.00",
                "2015-02-01 move charge b 15.00",
                "2015-02-01 move charge c 5.00",
                "2015-02-28 charge b 15.00",
                "2015-02-28 charge c 5.00",
            ],
        ),
        (
            "a payment that becomes known late stands under the theme of its own date",
            &["award 2015-01-01 40 a -", "repurpose 2015-02-01 b -", "pay 2015-01-10 15"],
            &[
                "2015-01-01 promise a 40.00",
                "2015-01-10 pay a 15.00",
                "2015-01-10 charge a 15.00",
                "2015-02-01 move commitment a -25.00",
                "2015-02-01 move commitment b 25.00",
            ],
        ),
        (
            "payments reach the split to the penny",
            &[
                "award 2015-01-01 1 a:0.33;b:0.33;c:0.34 -",
                "pay 2015-01-02 0.50",
                "pay 2015-01-03 0.50",
                "instalment 2015-01-04 1",
            ],
            &[
                "2015-01-01 promise a 0.33",
                "2015-01-01 promise b 0.33",
                "2015-01-01 promise c 0.34",
                "2015-01-02 pay a 0.17",
                "2015-01-02 pay b 0.16",
                "2015-01-02 pay c 0.17",
                "2015-01-02 charge a 0.17",
                "2015-01-02 charge b 0.16",
                "2015-01-02 charge c 0.17",
                "2015-01-03 pay a 0.16",
                "2015-01-03 pay b 0.17",
                "2015-01-03 pay c 0.17",
                "2015-01-03 charge a 0.16",
                "2015-01-03 charge b 0.17",
                "2015-01-03 charge c 0.17",
            ],
        ),
    ];
    for (what, facts, expected) in table {
        assert_eq!(walked(facts), *expected, "{what}");
    }
}

#[test]
fn the_worked_example_is_charged_to_its_financial_years() {
    for (award, before_april, after) in [
        ("award 2015-01-22 18467 a 2014-11-01..2015-10-31", "7694.58", "10772.42"),
        ("award 2015-02-23 441 a 2014-09..2015-08", "257.25", "183.75"),
    ] {
        let fact = fact(award);
        let april = date("2015-04-01");
        let charges: Vec<Step<'_>> =
            steps([&fact]).unwrap().into_iter().filter(|step| step.movement == Movement::Recognise).collect();
        let sum = |later: bool| {
            Money::sum(charges.iter().filter(|it| (it.date >= april) == later).map(|it| it.amount)).unwrap()
        };
        assert_eq!((sum(false).to_string(), sum(true).to_string()), (before_april.into(), after.into()));
    }
}

#[test]
fn an_entry_is_the_difference_a_fact_makes_and_avoids_closed_months() {
    let facts: Vec<Fact> =
        ["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 40"].iter().map(|it| fact(it)).collect();
    let mut closed = ClosedMonths::default();
    closed.close(crate::closed::Closing::provisional(date("2015-01-01").month()));
    let entries = entries(&facts[..1], &facts, &FundId::unstated(), &closed).unwrap();
    let lines: Vec<String> = entries
        .postings()
        .map(|it| format!("{} booked {} {} {}", it.effective, it.booked, it.account, it.amount))
        .collect();
    assert_eq!(
        lines,
        [
            "2015-01-10 booked 2015-02-01 assets:grant-control 40.00",
            "2015-01-10 booked 2015-02-01 assets:bank -40.00",
            "2015-01-10 booked 2015-02-01 memo:awards-outstanding 40.00",
            "2015-01-10 booked 2015-02-01 memo:commitments -40.00",
        ]
    );
}
