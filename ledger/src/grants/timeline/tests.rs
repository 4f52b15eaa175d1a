//! Facts written as words, and the steps and entries that they lead to.

use super::*;
use crate::allocation::{Funds, Part};
use crate::calendar::{Period, StatedDate};
use crate::grants::{
    Award, Basis, FundChange, Instalment, Payment, Power, Purpose, Refund, Repurpose, Returned,
    TermsAddendum, Variation, Withdrawal,
};
use crate::text::Text;
use crate::themes::Split;

pub(super) fn date(text: &str) -> Date {
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
pub(super) fn fact(text: &str) -> Fact {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (on, rest) = (date(words[1]), &words[2..]);
    match words[0] {
        "award" => Fact::Awarded(Box::new(Award {
            decision: None,
            decided: on,
            date_assumed: false,
            recipient: crate::recipients::RecipientId::new("r").unwrap(),
            amount: money(rest[0]),
            fund: rest.get(3).map_or_else(Funds::unstated, |funds| Funds::parse(funds).unwrap()),
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
            part: rest.get(2).map(|part| Part::parse(part).unwrap()),
        }),
        "withdraw" => Fact::Withdrawn(Withdrawal { decision: None, date: on, withdrawn: money(rest[0]) }),
        "repurpose" => Fact::Repurposed(Repurpose {
            decision: None,
            date: on,
            purpose: purpose(rest[0]),
            include_past: rest[1] == "with-past",
        }),
        "instalment" => Fact::Scheduled(Instalment { due: on, amount: money(rest[0]) }),
        "pay" => {
            let part = rest.get(1).map(|part| Part::parse(part).unwrap());
            let (amount, reference) = (money(rest[0]), None);
            Fact::Paid(Payment {
                account: None,
                date: on,
                amount,
                reference,
                before_decision: None,
                part,
                again: false,
            })
        }
        "fund" => Fact::FundChanged(FundChange {
            decision: None,
            date: on,
            fund: Funds::parse(rest[0]).unwrap(),
            include_past: rest.get(1) == Some(&"with-past"),
        }),
        // What is stated later has no date; the one given is not used.
        "state" => Fact::Stated(match rest[0] {
            "fund" => TermsAddendum { fund: Some(Funds::parse(rest[1]).unwrap()), ..Default::default() },
            "theme" => TermsAddendum { theme: Some(Split::parse(rest[1]).unwrap()), ..Default::default() },
            "period" => TermsAddendum { period: period(rest[1]), ..Default::default() },
            other => panic!("{other}"),
        }),
        "returned" => Fact::Returned(Returned {
            account: None,
            date: on,
            amount: money(rest[0]),
            reference: None,
            payment: 1,
            paid: date(rest[1]),
            part: rest.get(2).map(|part| Part::parse(part).unwrap()),
            again: false,
        }),
        "refund" => Fact::Refunded(Refund {
            account: None,
            date: on,
            amount: money(rest[0]),
            reference: None,
            stays_available: rest[1] == "stays",
            part: rest.get(2).map(|part| Part::parse(part).unwrap()),
            again: false,
        }),
        other => panic!("{other}"),
    }
}

/// The steps of facts written as words.
fn walked(rules: Rules, facts: &[&str]) -> Vec<String> {
    let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
    let word = |movement| match movement {
        Movement::Commit => "commit",
        Movement::Pay => "pay",
        Movement::Recover => "recover",
        Movement::MoveCommitment => "move commitment",
        Movement::MoveControl => "move control",
        Movement::MoveExpenditure => "move expenditure",
        Movement::MoveEarlierYears => "move expenditure of earlier years",
        Movement::TransferCommitment => "transfer commitment",
        Movement::TransferControl => "transfer control",
        Movement::TransferExpenditure => "transfer expenditure",
        Movement::TransferEarlierYears => "transfer expenditure of earlier years",
        Movement::Recognise => "recognise",
    };
    let line = |step: &Step<'_>| {
        format!("{} {} {} {}", step.date, word(step.movement), step.place.theme, step.amount)
    };
    steps(rules, &facts).unwrap().iter().map(line).collect()
}

#[test]
fn facts_lead_to_the_expected_steps_under_the_first_rules() {
    let table: &[(&str, &[&str], &[&str])] = &[
        (
            "expenditure is recognised month by month, rounded cumulatively",
            &["award 2015-01-01 100 a 2015-01..2015-03"],
            &[
                "2015-01-01 commit a 100.00",
                "2015-01-31 recognise a 33.33",
                "2015-02-28 recognise a 33.34",
                "2015-03-31 recognise a 33.33",
            ],
        ),
        (
            "what falls before the decision is recognised on its date",
            &["award 2015-02-10 90 a 2014-12..2015-02"],
            &["2015-02-10 commit a 90.00", "2015-02-10 recognise a 60.00", "2015-02-28 recognise a 30.00"],
        ),
        (
            "other periods are recognised by day, ending with the period",
            &["award 2015-01-01 31 a 2015-01-17..2015-02-16"],
            &["2015-01-01 commit a 31.00", "2015-01-31 recognise a 15.00", "2015-02-16 recognise a 16.00"],
        ),
        (
            "without a period, payments are recognised and refunds credited",
            &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 reduces"],
            &[
                "2015-01-01 commit a 50.00",
                "2015-02-01 pay a 30.00",
                "2015-02-01 recognise a 30.00",
                "2015-03-01 commit a -10.00",
                "2015-03-01 pay a -10.00",
                "2015-03-01 recognise a -10.00",
            ],
        ),
        (
            "a refund that stays available does not reduce the award",
            &["award 2015-01-01 50 a -", "pay 2015-02-01 30", "refund 2015-03-01 10 stays"],
            &[
                "2015-01-01 commit a 50.00",
                "2015-02-01 pay a 30.00",
                "2015-02-01 recognise a 30.00",
                "2015-03-01 pay a -10.00",
                "2015-03-01 recognise a -10.00",
            ],
        ),
        (
            "an increase is spread over the rest of the period",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-05 20 -"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-31 recognise a 10.00",
                "2015-02-28 recognise a 10.00",
                "2015-03-05 commit a 20.00",
                "2015-03-31 recognise a 20.00",
                "2015-04-30 recognise a 20.00",
            ],
        ),
        (
            "excess expenditure is credited on the date of the variation",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-03-31 -25 -"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-31 recognise a 10.00",
                "2015-02-28 recognise a 10.00",
                "2015-03-31 commit a -25.00",
                "2015-03-31 recognise a -5.00",
            ],
        ),
        (
            "a longer period spreads what is not yet recognised",
            &["award 2015-01-01 40 a 2015-01..2015-04", "vary 2015-04-30 0 2015-01..2015-05"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-31 recognise a 10.00",
                "2015-02-28 recognise a 10.00",
                "2015-03-31 recognise a 10.00",
                "2015-04-30 recognise a 5.00",
                "2015-05-31 recognise a 5.00",
            ],
        ),
        (
            "a period stated later adjusts expenditure to the period",
            &["award 2015-01-01 40 a -", "pay 2015-01-10 40", "vary 2015-03-05 0 2015-01..2015-04"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-10 pay a 40.00",
                "2015-01-10 recognise a 40.00",
                "2015-03-05 recognise a -20.00",
                "2015-03-31 recognise a 10.00",
                "2015-04-30 recognise a 10.00",
            ],
        ),
        (
            "a withdrawal stops later recognition",
            &["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 30", "withdraw 2015-03-05 10"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-10 pay a 30.00",
                "2015-01-31 recognise a 10.00",
                "2015-02-28 recognise a 10.00",
                "2015-03-05 commit a -10.00",
            ],
        ),
        (
            "a change of purpose moves the outstanding commitment and later movements",
            &[
                "award 2015-01-01 40 a 2015-01..2015-02",
                "pay 2015-01-10 15",
                "repurpose 2015-02-01 b -",
                "pay 2015-02-01 25",
            ],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-10 pay a 15.00",
                "2015-01-31 recognise a 20.00",
                "2015-02-01 pay b 25.00",
                "2015-02-01 move commitment a -25.00",
                "2015-02-01 move commitment b 25.00",
                "2015-02-28 recognise b 20.00",
            ],
        ),
        (
            "past expenditure moves too where the decision says so",
            &["award 2015-01-01 40 a 2015-01..2015-02", "repurpose 2015-02-01 b:75%;c:25% with-past"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-31 recognise a 20.00",
                "2015-02-01 move commitment a -40.00",
                "2015-02-01 move commitment b 30.00",
                "2015-02-01 move commitment c 10.00",
                "2015-02-01 move expenditure a -20.00",
                "2015-02-01 move expenditure b 15.00",
                "2015-02-01 move expenditure c 5.00",
                "2015-02-28 recognise b 15.00",
                "2015-02-28 recognise c 5.00",
            ],
        ),
        (
            "a payment recorded late is posted under the theme of its own date",
            &["award 2015-01-01 40 a -", "repurpose 2015-02-01 b -", "pay 2015-01-10 15"],
            &[
                "2015-01-01 commit a 40.00",
                "2015-01-10 pay a 15.00",
                "2015-01-10 recognise a 15.00",
                "2015-02-01 move commitment a -25.00",
                "2015-02-01 move commitment b 25.00",
            ],
        ),
        (
            "payments follow the split to the penny",
            &[
                "award 2015-01-01 1 a:0.33;b:0.33;c:0.34 -",
                "pay 2015-01-02 0.50",
                "pay 2015-01-03 0.50",
                "instalment 2015-01-04 1",
            ],
            &[
                "2015-01-01 commit a 0.33",
                "2015-01-01 commit b 0.33",
                "2015-01-01 commit c 0.34",
                "2015-01-02 pay a 0.17",
                "2015-01-02 pay b 0.16",
                "2015-01-02 pay c 0.17",
                "2015-01-02 recognise a 0.17",
                "2015-01-02 recognise b 0.16",
                "2015-01-02 recognise c 0.17",
                "2015-01-03 pay a 0.16",
                "2015-01-03 pay b 0.17",
                "2015-01-03 pay c 0.17",
                "2015-01-03 recognise a 0.16",
                "2015-01-03 recognise b 0.17",
                "2015-01-03 recognise c 0.17",
            ],
        ),
    ];
    for (what, facts, expected) in table {
        assert_eq!(walked(Rules::First, facts), *expected, "{what}");
    }
}

#[test]
fn expenditure_of_the_worked_example_falls_in_its_financial_years() {
    for (award, before_april, after) in [
        ("award 2015-01-22 18467 a 2014-11-01..2015-10-31", "7694.58", "10772.42"),
        ("award 2015-02-23 441 a 2014-09..2015-08", "257.25", "183.75"),
    ] {
        let fact = fact(award);
        let april = date("2015-04-01");
        let recognised: Vec<Step<'_>> = steps(Rules::PRESENT, [&fact])
            .unwrap()
            .into_iter()
            .filter(|step| step.movement == Movement::Recognise)
            .collect();
        let sum = |later: bool| {
            Money::sum(recognised.iter().filter(|it| (it.date >= april) == later).map(|it| it.amount))
                .unwrap()
        };
        assert_eq!((sum(false).to_string(), sum(true).to_string()), (before_april.into(), after.into()));
    }
}

#[test]
fn entries_of_a_fact_avoid_closed_months() {
    let facts: Vec<Fact> =
        ["award 2015-01-01 40 a 2015-01..2015-04", "pay 2015-01-10 40"].iter().map(|it| fact(it)).collect();
    let mut closed = ClosedMonths::default();
    closed.close(crate::closed::Closing::provisional(date("2015-01-01").month()));
    let entries = entries(Rules::PRESENT, &facts[..1], &facts, &closed).unwrap();
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
