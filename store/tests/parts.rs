//! Parts of awards: which can be named in payments, and where these go.

use std::collections::BTreeMap;

use crate::common::{self, award, date};
use almoner_ledger::accounts::Account;
use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Refusal, carry_out};
use almoner_ledger::grants::{Grant, TermsAddendum};
use almoner_ledger::invariants::violations;
use almoner_ledger::money::Money;
use almoner_store::Store;
use almoner_store::memory::MemoryStore;

/// Books with an award of 1,000.00 for April 2015 to March 2016, or without a period: 600.00 of it `cdr/youth`, 400.00
/// `victims/women`.
fn books(has_period: bool) -> MemoryStore {
    books_of("cdr/youth:600;victims/women:400", has_period)
}

fn books_of(parts: &str, has_period: bool) -> MemoryStore {
    let mut store = MemoryStore::default();
    let opening = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), almoner_store::BatchLabel::default(), opening).unwrap();
    let period = Some(("2015-04", "2016-03")).filter(|_| has_period);
    let Command::Award(mut given) = award("1-2015", "2015-03-26", "1000", "youth:600;women:400", period)
    else {
        panic!("an award is awarded")
    };
    given.fund = Some(Funds::parse(parts).unwrap());
    assert_eq!(recorded(&mut store, &Command::Award(given)), "recorded");
    store
}

/// Records a command, and returns what became of it, or the code of the refusal.
fn recorded(store: &mut MemoryStore, command: &Command) -> &'static str {
    let mut draft = Draft::new(&*store, common::AT.into(), common::BY.into());
    let options = Options { add_missing: true, late: true, ..Options::default() };
    match carry_out(&mut draft, command, options) {
        Ok(_) => {}
        Err(Refusal::Rejected(rejection)) => return rejection.code(),
        Err(Refusal::Books(error)) => panic!("{error}"),
    }
    let batch = draft.finish().unwrap();
    store.append(store.head(), almoner_store::BatchLabel::default(), batch).unwrap();
    "recorded"
}

/// A command in words: `vary 2016-03-31 200 victims/youth`, `pay 2016-04-01 150 victims/youth`, `fund 2016-04-01 cdr`,
/// `themes 2016-04-01 roads`.
fn command(words: &str) -> Command {
    let words: Vec<&str> = words.split(' ').collect();
    let (on, third) = (date(words[1]), words[2]);
    let part = words.get(3).map(|part| Part::parse(part).unwrap());
    let award = "1-2015".parse().unwrap();
    match words[0] {
        "vary" => {
            let change = third.parse().unwrap();
            Command::Vary { award, decision: None, date: on, change, period: None, part }
        }
        "pay" => {
            let Command::Pay { award, date, amount, reference, before_decision, occurrence, .. } =
                common::pay("1-2015", words[1], third)
            else {
                panic!("a payment pays")
            };
            Command::Pay { award, date, amount, reference, account: None, before_decision, part, occurrence }
        }
        "refund" => Command::Refund {
            account: None,
            award,
            date: on,
            amount: third.parse().unwrap(),
            reference: None,
            stays_available: false,
            part,
            occurrence: 1,
        },
        "fund" => {
            let fund = Funds::parse(third).unwrap();
            Command::ChangeFund { award, decision: None, date: on, fund, include_past: false }
        }
        "themes" => common::repurpose("1-2015", "9-2015", words[1], third),
        other => panic!("{other}"),
    }
}

/// What the last record posts to the bank by part, as `cdr/youth -600.00, victims/women -400.00`.
fn paid_last(grant: &Grant) -> String {
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for it in grant.history.last().iter().flat_map(|recorded| recorded.entries.postings()) {
        if it.account == Account::Bank {
            let sum = sums.entry(format!("{}/{}", it.fund, it.theme.unwrap())).or_default();
            *sum = sum.plus(it.amount).unwrap();
        }
    }
    sums.retain(|_, amount| !amount.is_zero());
    sums.iter().map(|(part, amount)| format!("{part} {amount}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_payment_for_a_part_goes_to_that_part() {
    const RAISED: &str = "vary 2016-03-31 200 cdr/youth";
    const ADDED: &str = "vary 2016-03-31 200 victims/youth";
    // Whether there is a period, what is recorded before, a payment, what becomes of it, and what of it each part is paid.
    let table: [(bool, &[&str], &str, &str, &str); 22] = [
        // All of it is recognised, and the other part has all that is still to recognise.
        (true, &[RAISED], "pay 2016-04-10 400 victims/women", "recorded", "victims/women -400.00"),
        (true, &[RAISED], "pay 2016-04-10 400.01 victims/women", "payment-beyond-part", ""),
        // What a variation adds can be paid on its day.
        (true, &[ADDED], "pay 2016-03-30 20 victims/youth", "unknown-part", ""),
        (true, &[ADDED], "pay 2016-03-31 20 victims/youth", "recorded", "victims/youth -20.00"),
        (true, &[ADDED], "pay 2016-03-31 200.01 victims/youth", "payment-beyond-part", ""),
        // A refund comes back from the part that it names.
        (
            true,
            &["pay 2015-04-10 300 cdr/youth", RAISED],
            "refund 2016-04-10 100 cdr/youth",
            "recorded",
            "cdr/youth 100.00",
        ),
        (
            true,
            &["pay 2015-04-10 300 cdr/youth"],
            "refund 2015-05-10 300.01 cdr/youth",
            "refund-beyond-paid",
            "",
        ),
        (
            true,
            &["pay 2015-04-10 300 cdr/youth", "pay 2015-04-11 50 victims/women"],
            "refund 2015-05-10 300.01 cdr/youth",
            "refund-beyond-part",
            "",
        ),
        (
            false,
            &["pay 2015-04-10 300 cdr/youth"],
            "refund 2015-05-10 1 victims/women",
            "refund-beyond-part",
            "",
        ),
        (false, &["pay 2015-04-10 300 cdr/youth"], "refund 2015-05-10 1 victims/youth", "unknown-part", ""),
        (
            false,
            &["pay 2015-04-10 300"],
            "refund 2015-05-10 1 victims/women",
            "recorded",
            "victims/women 1.00",
        ),
        (true, &[ADDED], "pay 2016-04-01 150 victims/youth", "recorded", "victims/youth -150.00"),
        (true, &[ADDED], "pay 2016-04-01 200.01 victims/youth", "payment-beyond-part", ""),
        (true, &[ADDED], "pay 2016-04-10 400 victims/women", "recorded", "victims/women -400.00"),
        (false, &[ADDED], "pay 2016-04-01 150 victims/youth", "recorded", "victims/youth -150.00"),
        // Later changes of fund and of purpose know it too.
        (
            true,
            &["vary 2015-09-30 200 cdr/roads", "fund 2016-01-01 safer"],
            "pay 2016-02-01 150 safer/roads",
            "recorded",
            "safer/roads -150.00",
        ),
        (
            true,
            &["vary 2015-09-30 200 safer/youth", "themes 2016-01-01 roads"],
            "pay 2016-02-01 150 safer/roads",
            "recorded",
            "safer/roads -150.00",
        ),
        (
            true,
            &["vary 2015-09-30 200 safer/youth", "themes 2016-01-01 roads"],
            "pay 2016-02-01 150 safer/youth",
            "unknown-part",
            "",
        ),
        // A change of fund to other parts has those only.
        (
            true,
            &["vary 2015-09-30 200 cdr/roads", "fund 2016-01-01 cdr/youth:700;cdr/women:500"],
            "pay 2016-02-01 150 cdr/roads",
            "unknown-part",
            "",
        ),
        // What was varied after a change is a part of what that left.
        (
            true,
            &["fund 2015-09-01 cdr", "vary 2015-10-31 200 cdr/roads"],
            "pay 2015-11-01 150 cdr/roads",
            "recorded",
            "cdr/roads -150.00",
        ),
        // Without a period, a part that is paid in full keeps its place when the fund changes, for what is added to it.
        (
            false,
            &["pay 2015-05-01 600 cdr/youth", "fund 2015-06-01 safer", "vary 2015-07-31 50 safer/youth"],
            "pay 2015-08-01 50 safer/youth",
            "recorded",
            "safer/youth -50.00",
        ),
        (
            false,
            &["pay 2015-05-01 600 cdr/youth", "fund 2015-06-01 safer"],
            "pay 2015-06-10 0.01 safer/youth",
            "payment-beyond-part",
            "",
        ),
    ];
    for (has_period, before, payment, expected, bank) in table {
        let mut store = books(has_period);
        for words in before {
            assert_eq!(recorded(&mut store, &command(words)), "recorded", "{words}");
        }
        let context = format!("{has_period} {before:?} {payment}");
        assert_eq!(recorded(&mut store, &command(payment)), expected, "{context}");
        let grant = store.grant(&"1-2015".parse().unwrap()).unwrap().unwrap();
        if expected == "recorded" {
            assert_eq!(paid_last(&grant), bank, "{context}");
        }
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new(), "{context}");
    }
}

#[test]
fn a_part_that_a_variation_adds_is_in_force_from_the_day_after() {
    let mut store = books(true);
    for words in ["vary 2015-09-30 200 safer/roads", "vary 2015-10-31 -100 victims/women"] {
        assert_eq!(recorded(&mut store, &command(words)), "recorded", "{words}");
    }
    let grant = store.grant(&"1-2015".parse().unwrap()).unwrap().unwrap();
    for (day, funds, parts) in [
        ("2015-09-30", "cdr; victims", "cdr/youth 6.00, victims/women 4.00"),
        ("2015-10-01", "cdr; victims; safer", "cdr/youth 5.00, victims/women 3.33, safer/roads 1.67"),
        ("2015-11-01", "cdr; victims; safer", "cdr/youth 5.45, victims/women 2.73, safer/roads 1.82"),
    ] {
        assert_eq!(grant.funds_on(date(day)), funds, "{day}");
        let division = grant.division_on(date(day)).unwrap();
        let shares = division.divide(Money::from_pence(1_000)).map(|(place, part)| format!("{place} {part}"));
        assert_eq!(shares.collect::<Vec<_>>().join(", "), parts, "{day}");
    }
}

#[test]
fn nothing_takes_away_a_part_that_a_later_record_names() {
    // What is recorded first, a change that is dated before or after it, and what becomes of that.
    for (first, change, expected) in [
        ("pay 2015-05-01 100 cdr/youth", "themes 2015-04-20 roads", "part-in-use"),
        ("pay 2015-05-01 100 cdr/youth", "themes 2015-06-01 roads", "recorded"),
        ("pay 2015-05-01 100", "themes 2015-04-20 roads", "recorded"),
        ("pay 2015-05-01 100 victims/women", "fund 2015-04-20 cdr", "part-in-use"),
        ("vary 2015-05-01 50 victims/women", "fund 2015-04-20 cdr", "part-in-use"),
        // It stays what it is.
        ("pay 2015-05-01 100 cdr/youth", "fund 2015-04-20 cdr", "recorded"),
    ] {
        for has_period in [true, false] {
            let mut store = books(has_period);
            assert_eq!(recorded(&mut store, &command(first)), "recorded", "{first}");
            assert_eq!(recorded(&mut store, &command(change)), expected, "{first}, {change}");
        }
    }
}

/// What named the part before is of it by its new name, also what comes back.
#[test]
fn a_part_whose_fund_is_stated_later_is_the_same_part() {
    let mut store = books_of("cdr/youth:600;unstated/women:400", true);
    assert_eq!(recorded(&mut store, &command("pay 2015-05-01 100 unstated/women")), "recorded");
    let payment = store.head().record;
    let stated = Command::State {
        award: "1-2015".parse().unwrap(),
        statement: TermsAddendum { fund: Some(Funds::parse("victims").unwrap()), ..TermsAddendum::default() },
    };
    let paid = |store: &MemoryStore| paid_last(&store.grants(&["1-2015".parse().unwrap()]).unwrap()[0]);
    assert_eq!(recorded(&mut store, &stated), "recorded");
    let reversed = Command::Reverse { record: payment, reason: None };
    for command in [&reversed, &command("pay 2015-05-01 100 victims/women")] {
        assert_eq!(recorded(&mut store, command), "recorded");
    }
    assert_eq!(paid(&store), "victims/women -100.00");
}

#[test]
fn what_is_reduced_after_all_is_spent_and_moved_comes_off_expenditure() {
    let mut store = books(true);
    for words in ["vary 2015-06-01 50 cdr/youth", "themes 2016-04-10 roads", "vary 2016-05-01 -10"] {
        assert_eq!(recorded(&mut store, &command(words)), "recorded", "{words}");
    }
    let grant = store.grants(&["1-2015".parse().unwrap()]).unwrap().remove(0);
    let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
    let spent = postings.filter(|it| it.account == Account::GrantExpenditure).map(|it| it.amount);
    assert_eq!(Money::sum(spent).unwrap().to_string(), "1040.00");
}
