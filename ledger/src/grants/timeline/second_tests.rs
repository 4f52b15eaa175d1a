//! Figures that follow from the second version of the rules, worked out by hand.

use super::tests::{date, fact};
use super::*;
use crate::accounts::Account;

/// A balance by theme at the end of a day, as posted by the entries of facts written as words.
fn balance(facts: &[&str], account: Account, theme: Option<&str>, day: &str) -> String {
    let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
    let entries = entries(Rules::Second, [], &facts, &ClosedMonths::default()).unwrap();
    let wanted = |it: &crate::entry::Posting<'_>| {
        it.account == account
            && it.booked <= date(day)
            && theme.is_none_or(|theme| it.theme.is_some_and(|it| it.as_str() == theme))
    };
    Money::sum(entries.postings().filter(wanted).map(|it| it.amount)).unwrap().to_string()
}

const YEAR: &str = "award 2015-04-01 12000 a 2015-04..2016-03";

#[test]
fn changes_of_estimate_are_prospective() {
    let moved = [YEAR, "vary 2015-07-10 0 2015-10..2016-09"];
    let daily =
        ["award 2015-04-01 366 a 2015-04-02..2016-04-01", "pay 2015-04-02 366", "withdraw 2015-07-15 0"];
    let raised = [YEAR, "vary 2015-07-10 1200 -"];
    let extended = [YEAR, "vary 2016-03-15 0 2015-04..2016-09"];
    let at_the_end = [YEAR, "vary 2016-03-31 0 2015-04..2016-09"];
    let lowered = [YEAR, "vary 2015-07-10 -9000 -"];
    let barely = [YEAR, "vary 2015-07-10 -8900 -"];
    let paid = ["award 2015-03-01 100 a -", "pay 2015-03-10 40"];
    let stated = |period| [paid[0], paid[1], period];
    let (around, after) = ("vary 2015-03-20 0 2015-03..2015-04", "vary 2015-03-20 0 2015-04..2015-09");
    // Facts, account, day, and the balance at its end.
    let table: &[(&[&str], Account, &str, &str)] = &[
        (&[YEAR, "withdraw 2015-06-30 0"], Account::GrantExpenditure, "2020-01-01", "3000.00"),
        // A thirty-first of July's 1,000.00.
        (&[YEAR, "withdraw 2015-07-01 0"], Account::GrantExpenditure, "2015-06-30", "3000.00"),
        (&[YEAR, "withdraw 2015-07-01 0"], Account::GrantExpenditure, "2015-07-01", "3032.26"),
        (&[YEAR, "withdraw 2015-07-01 0"], Account::GrantExpenditure, "2020-01-01", "3032.26"),
        (&[YEAR, "withdraw 2015-07-01 0"], Account::Commitments, "2015-07-01", "3032.26"),
        // 2 April to 15 July are 105 days.
        (&daily, Account::GrantExpenditure, "2020-01-01", "105.00"),
        (&daily, Account::RecoveriesDue, "2015-07-14", "0.00"),
        (&daily, Account::RecoveriesDue, "2015-07-15", "261.00"),
        (&daily, Account::GrantControl, "2015-07-15", "0.00"),
        (&daily, Account::Commitments, "2015-07-15", "0.00"),
        (&at_the_end, Account::GrantExpenditure, "2016-02-29", "11000.00"),
        (&at_the_end, Account::GrantExpenditure, "2016-03-31", "12000.00"),
        // 11,483.87 to 15 March; of the other 516.13, 16/202 fall in March.
        (&extended, Account::GrantExpenditure, "2016-02-29", "11000.00"),
        (&extended, Account::GrantExpenditure, "2016-03-30", "11000.00"),
        (&extended, Account::GrantExpenditure, "2016-03-31", "11524.75"),
        (&extended, Account::GrantExpenditure, "2016-09-30", "12000.00"),
        (&moved, Account::GrantExpenditure, "2015-07-09", "3000.00"),
        (&moved, Account::GrantExpenditure, "2015-07-10", "0.00"),
        (&moved, Account::GrantExpenditure, "2016-03-31", "6000.00"),
        (&moved, Account::GrantExpenditure, "2017-03-31", "12000.00"),
        // 3,322.58 to 10 July; of the other 9,877.42, 21/269 fall in July.
        (&raised, Account::GrantExpenditure, "2015-07-30", "3000.00"),
        (&raised, Account::GrantExpenditure, "2015-07-31", "4093.68"),
        (&raised, Account::GrantExpenditure, "2016-03-31", "13200.00"),
        // 3,322.58 was served to 10 July: of that, 322.58 was not expenditure yet.
        (&lowered, Account::GrantExpenditure, "2020-01-01", "3000.00"),
        (&lowered, Account::GrantExpenditure, "2015-07-10", "3000.00"),
        (&barely, Account::GrantExpenditure, "2015-07-30", "3000.00"),
        (&barely, Account::GrantExpenditure, "2015-07-31", "3100.00"),
        // What was paid within the period stated later stays expenditure; 60.00 over 11 and 30 days.
        (&stated(around), Account::GrantExpenditure, "2015-03-30", "40.00"),
        (&stated(around), Account::GrantExpenditure, "2015-03-31", "55.71"),
        (&stated(around), Account::GrantExpenditure, "2015-04-30", "100.00"),
        // What was paid before the period is none of its service.
        (&stated(after), Account::GrantExpenditure, "2015-03-19", "40.00"),
        (&stated(after), Account::GrantExpenditure, "2015-03-20", "0.00"),
        (&stated(after), Account::GrantExpenditure, "2015-09-30", "100.00"),
    ];
    for (facts, account, day, expected) in table {
        assert_eq!(balance(facts, *account, None, day), *expected, "{facts:?} {account} {day}");
    }
}

#[test]
fn what_is_paid_beyond_the_entitlement_is_due_back() {
    let paid = [YEAR, "pay 2015-04-10 10000", "vary 2015-09-30 -5000 -"];
    let with = |facts: &[&'static str]| [&paid, facts].concat();
    // Facts, account, day, and the balance at its end.
    let table: &[(Vec<&str>, Account, &str, &str)] = &[
        (with(&[]), Account::RecoveriesDue, "2015-09-30", "3000.00"),
        (with(&[]), Account::Commitments, "2015-09-30", "0.00"),
        // 7,000.00 to be spent, of which 6,000.00 was.
        (with(&[]), Account::GrantControl, "2015-09-30", "1000.00"),
        (with(&["refund 2015-10-10 1000 reduces"]), Account::RecoveriesDue, "2015-10-10", "2000.00"),
        (with(&["refund 2015-10-10 1000 reduces"]), Account::Commitments, "2015-10-10", "0.00"),
        (with(&["refund 2015-10-10 1000 reduces"]), Account::GrantExpenditure, "2020-01-01", "7000.00"),
        // 500.00 more than is due reduces the award.
        (with(&["refund 2015-10-10 3500 reduces"]), Account::RecoveriesDue, "2015-10-10", "0.00"),
        (with(&["refund 2015-10-10 3500 reduces"]), Account::GrantExpenditure, "2020-01-01", "6500.00"),
        (with(&["refund 2015-10-10 3500 stays"]), Account::Commitments, "2015-10-10", "500.00"),
        (with(&["refund 2015-10-10 3500 stays"]), Account::GrantExpenditure, "2020-01-01", "7000.00"),
        // A rise lowers it first.
        (with(&["vary 2015-11-01 4000 -"]), Account::RecoveriesDue, "2015-11-01", "0.00"),
        (with(&["vary 2015-11-01 4000 -"]), Account::Commitments, "2015-11-01", "1000.00"),
        // A reduction that becomes known after a payment, and is dated before it.
        (
            vec![YEAR, "pay 2015-10-10 12000", "vary 2015-09-30 -5000 -"],
            Account::RecoveriesDue,
            "2015-10-09",
            "0.00",
        ),
        (
            vec![YEAR, "pay 2015-10-10 12000", "vary 2015-09-30 -5000 -"],
            Account::RecoveriesDue,
            "2015-10-10",
            "5000.00",
        ),
        // Without a period, what is due back is no expenditure.
        (
            vec!["award 2015-04-01 100 a -", "pay 2015-04-10 80", "vary 2015-05-01 -50 -"],
            Account::GrantExpenditure,
            "2015-05-01",
            "50.00",
        ),
        (
            vec!["award 2015-04-01 100 a -", "pay 2015-04-10 80", "vary 2015-05-01 -50 -"],
            Account::RecoveriesDue,
            "2015-05-01",
            "30.00",
        ),
        (
            vec!["award 2015-04-01 100 a -", "pay 2015-04-10 80", "withdraw 2015-05-01 0"],
            Account::GrantExpenditure,
            "2015-05-01",
            "80.00",
        ),
        (
            vec!["award 2015-04-01 100 a -", "pay 2015-04-10 80", "withdraw 2015-05-01 0"],
            Account::Commitments,
            "2015-05-01",
            "0.00",
        ),
        // Paid before the decision: prepaid until then.
        (vec!["award 2015-04-10 100 a -", "pay 2015-04-01 80"], Account::GrantControl, "2015-04-01", "80.00"),
        (vec!["award 2015-04-10 100 a -", "pay 2015-04-01 80"], Account::Commitments, "2015-04-09", "0.00"),
        (
            vec!["award 2015-04-10 100 a -", "pay 2015-04-01 80"],
            Account::GrantExpenditure,
            "2015-04-09",
            "0.00",
        ),
        (
            vec!["award 2015-04-10 100 a -", "pay 2015-04-01 80"],
            Account::GrantExpenditure,
            "2015-04-10",
            "80.00",
        ),
        (vec!["award 2015-04-10 100 a -", "pay 2015-04-01 80"], Account::Commitments, "2015-04-10", "20.00"),
    ];
    for (facts, account, day, expected) in table {
        assert_eq!(balance(facts, *account, None, day), *expected, "{facts:?} {account} {day}");
    }
}

#[test]
fn credits_go_back_where_the_debit_stands() {
    let changed = [YEAR, "repurpose 2015-10-01 b -"];
    let reduced = [YEAR, "repurpose 2015-10-01 b -", "vary 2015-12-10 -9000 -"];
    let paid = [YEAR, "pay 2015-04-10 12000", "repurpose 2015-10-01 b -"];
    let refunded = [paid[0], paid[1], paid[2], "refund 2015-12-10 9000 reduces"];
    let part = [
        "award 2015-04-01 12000 a:50%;c:50% 2015-04..2016-03",
        "pay 2015-04-10 7000",
        "repurpose 2015-10-01 b -",
    ];
    // Facts, account, theme, day, and the balance at its end.
    let table: &[(&[&str], Account, &str, &str, &str)] = &[
        (&changed, Account::GrantExpenditure, "a", "2016-03-31", "6000.00"),
        (&changed, Account::GrantControl, "a", "2015-09-30", "-6000.00"),
        (&changed, Account::GrantControl, "a", "2015-10-01", "0.00"),
        (&changed, Account::GrantControl, "b", "2015-10-01", "-6000.00"),
        (&changed, Account::Commitments, "a", "2015-10-01", "0.00"),
        (&changed, Account::Commitments, "b", "2015-10-01", "12000.00"),
        // 2,000.00 of b and 3,000.00 of a are credited.
        (&reduced, Account::GrantExpenditure, "a", "2015-12-10", "3000.00"),
        (&reduced, Account::GrantExpenditure, "b", "2015-12-09", "2000.00"),
        (&reduced, Account::GrantExpenditure, "b", "2015-12-10", "0.00"),
        (&reduced, Account::GrantControl, "a", "2015-12-10", "0.00"),
        (&reduced, Account::GrantControl, "b", "2015-12-10", "-3000.00"),
        (&paid, Account::GrantControl, "a", "2015-10-01", "0.00"),
        (&paid, Account::GrantControl, "b", "2015-10-01", "6000.00"),
        (&paid, Account::GrantControl, "b", "2016-03-31", "0.00"),
        // Nothing was paid under b.
        (&refunded, Account::Bank, "a", "2015-12-10", "-3000.00"),
        (&refunded, Account::Bank, "b", "2015-12-10", "0.00"),
        (&refunded, Account::GrantExpenditure, "a", "2015-12-10", "3000.00"),
        (&refunded, Account::GrantExpenditure, "b", "2015-12-10", "0.00"),
        (&refunded, Account::GrantControl, "b", "2015-12-10", "0.00"),
        (&part, Account::GrantControl, "b", "2015-10-01", "1000.00"),
        (&part, Account::GrantControl, "c", "2015-10-01", "0.00"),
        (&part, Account::Commitments, "b", "2015-10-01", "5000.00"),
    ];
    for (facts, account, theme, day, expected) in table {
        let there = balance(facts, *account, Some(theme), day);
        assert_eq!(there, *expected, "{facts:?} {account} {theme} {day}");
    }
}

#[test]
fn a_returned_payment_goes_back_to_its_own_theme() {
    let again =
        [YEAR, "pay 2015-04-10 12000", "returned 2015-04-14 12000 2015-04-10", "pay 2015-04-20 12000"];
    let after =
        [YEAR, "pay 2015-09-10 4000", "repurpose 2015-10-01 b -", "returned 2015-10-05 4000 2015-09-10"];
    let when_paid = [
        "award 2015-04-01 900 a -",
        "pay 2015-05-01 400",
        "repurpose 2015-10-01 b -",
        "pay 2015-10-02 300",
        "returned 2015-10-05 400 2015-05-01",
    ];
    let due =
        [YEAR, "pay 2015-04-10 10000", "vary 2015-09-30 -5000 -", "returned 2015-10-05 10000 2015-04-10"];
    // Facts, account, theme, day, and the balance at its end.
    let table: &[(&[&str], Account, &str, &str, &str)] = &[
        (&again, Account::Bank, "a", "2015-04-14", "0.00"),
        (&again, Account::Commitments, "a", "2015-04-14", "12000.00"),
        (&again, Account::Commitments, "a", "2015-04-20", "0.00"),
        (&again, Account::GrantExpenditure, "a", "2016-03-31", "12000.00"),
        (&after, Account::Bank, "a", "2015-10-05", "0.00"),
        (&after, Account::Bank, "b", "2015-10-05", "0.00"),
        (&after, Account::GrantControl, "a", "2015-10-05", "0.00"),
        (&after, Account::GrantControl, "b", "2015-10-04", "-2000.00"),
        (&after, Account::GrantControl, "b", "2015-10-05", "-6000.00"),
        (&after, Account::Commitments, "b", "2015-10-05", "12000.00"),
        (&when_paid, Account::GrantExpenditure, "a", "2015-10-05", "0.00"),
        (&when_paid, Account::GrantExpenditure, "b", "2015-10-05", "300.00"),
        (&when_paid, Account::Commitments, "b", "2015-10-05", "600.00"),
        // Nothing is due back of what did not arrive.
        (&due, Account::RecoveriesDue, "a", "2015-10-04", "3000.00"),
        (&due, Account::RecoveriesDue, "a", "2015-10-05", "0.00"),
        (&due, Account::Commitments, "a", "2015-10-05", "7000.00"),
    ];
    for (facts, account, theme, day, expected) in table {
        let there = balance(facts, *account, Some(theme), day);
        assert_eq!(there, *expected, "{facts:?} {account} {theme} {day}");
    }
}

#[test]
fn refunds_that_reduce_the_entitlement_are_told_from_decisions() {
    let paid = [YEAR, "pay 2015-04-10 10000"];
    let with = |facts: &[&'static str]| [&paid, facts].concat();
    let early = ["award 2015-04-10 100 a -", "pay 2015-04-01 80", "refund 2015-04-05 30 reduces"];
    // Facts, and what refunds reduce on which day under which theme.
    let table: &[(Vec<&str>, &str)] = &[
        (with(&["refund 2016-05-10 2000 reduces"]), "2016-05-10 a 2000.00"),
        (with(&["refund 2016-05-10 2000 stays"]), ""),
        (with(&["vary 2015-09-30 -500 -"]), ""),
        // 1,000.00 is due back and cleared first.
        (with(&["vary 2015-09-30 -3000 -", "refund 2015-10-10 1000 reduces"]), ""),
        (with(&["vary 2015-09-30 -3000 -", "refund 2015-10-10 1500 reduces"]), "2015-10-10 a 500.00"),
        // A decision of before it that becomes known later takes its place.
        (with(&["refund 2015-10-10 1500 reduces", "vary 2015-09-30 -3000 -"]), "2015-10-10 a 500.00"),
        (with(&["repurpose 2015-10-01 b -", "refund 2015-12-10 9000 reduces"]), "2015-12-10 a 9000.00"),
        // What was refunded before the decision reduces what that awards.
        (early.to_vec(), "2015-04-10 a 30.00"),
    ];
    for (facts, expected) in table {
        let words = facts.join("; ");
        let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
        let reductions = reductions(Rules::Second, &facts).unwrap();
        let shown =
            reductions.iter().map(|it| format!("{} {} {}", it.date, it.place.theme, it.amount.negated()));
        assert_eq!(shown.collect::<Vec<_>>().join(", "), *expected, "{words}");
    }
}

#[test]
fn a_further_payment_posts_what_both_walks_differ_by() {
    let split = "award 2015-04-01 12000 a:60%;b:40% 2015-04..2016-03 cdr";
    let parts = "award 2015-04-01 12000 a 2015-04..2016-03 cdr/a:7000;victims/b:5000";
    let table: &[&[&str]] = &[
        &[YEAR],
        &[YEAR, "pay 2015-05-01 100", "pay 2015-06-01 100.01"],
        &[YEAR, "pay 2015-05-01 100", "vary 2015-05-01 -11950 -"],
        &[YEAR, "pay 2015-05-01 12000", "refund 2015-05-02 30 reduces", "refund 2015-05-03 70 stays"],
        &[YEAR, "pay 2015-05-01 100", "returned 2015-05-03 100 2015-05-01"],
        &[YEAR, "instalment 2015-12-01 5000", "pay 2015-05-01 100"],
        &[YEAR, "vary 2015-08-01 500 2015-04..2016-09"],
        &[split, "pay 2015-05-01 0.01", "pay 2015-05-02 0.01"],
        &[parts, "pay 2015-05-01 3000 victims/b", "refund 2015-05-03 100 reduces"],
        &["award 2015-04-10 0.16 a 2014-05..2015-05 cdr/a:0.05;victims/b:0.11"],
        &[parts, "vary 2016-02-28 3000 - victims/b", "vary 2016-03-01 -3500 -"],
    ];
    let payments = [
        "pay 2015-03-01 10",
        "pay 2015-03-01 0.01 cdr/a",
        "pay 2015-05-01 0.01",
        "pay 2015-05-02 77.77",
        "pay 2017-01-01 50",
    ];
    let closed = ClosedMonths::default();
    for (facts, payment) in table.iter().flat_map(|facts| payments.iter().map(move |it| (*facts, *it))) {
        let context = format!("{facts:?} {payment}");
        let (facts, payment): (Vec<Fact>, Fact) = (facts.iter().map(|it| fact(it)).collect(), fact(payment));
        let with = || facts.iter().chain([&payment]);
        let posted = further_payment(&facts, &payment, &closed).unwrap();
        let is_refused = posted.after.iter().any(|it| it.paid > it.entitlement);
        if !is_refused {
            assert_eq!(
                posted.entries,
                entries(Rules::PRESENT, &facts, with(), &closed).unwrap(),
                "{context}"
            );
        }
        assert_eq!(posted.before, course(Rules::PRESENT, &facts).unwrap(), "{context}");
        assert_eq!(posted.after, course(Rules::PRESENT, with()).unwrap(), "{context}");
    }
}
