//! Figures of parts that have their own, worked out by hand.

use super::tests::{date, fact};
use super::*;
use crate::accounts::Account;

/// A balance of a part at the end of a day, as posted by the entries of facts written as words.
fn balance(facts: &[&str], account: Account, part: &str, day: &str) -> String {
    let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
    let entries = entries(Rules::Third, [], &facts, &ClosedMonths::default()).unwrap();
    let wanted = |it: &crate::entry::Posting<'_>| {
        it.account == account
            && it.booked <= date(day)
            && it.theme.is_some_and(|theme| format!("{}/{theme}", it.fund) == part)
    };
    Money::sum(entries.postings().filter(wanted).map(|it| it.amount)).unwrap().to_string()
}

const TWO: &str = "award 2015-03-26 24000 aa:12000;bb:12000 2015-04..2016-03 victims/aa:12000;cdr/bb:12000";
const THREE: &str = "award 2015-03-26 20000 aa:9999.99;bb:6666.66;cc:3333.35 2015-04..2015-10 victims/aa:9999.99;cdr/bb:6666.66;cdr/cc:3333.35";
const DAILY: &str = "award 2015-03-26 732 aa:366;bb:366 2015-04-02..2016-04-01 victims/aa:366;cdr/bb:366";
const WHEN_PAID: &str = "award 2015-03-26 1000 aa:600;bb:400 - victims/aa:600;cdr/bb:400";
const AA: &str = "victims/aa";
const BB: &str = "cdr/bb";

#[test]
fn money_back_comes_from_the_part_that_it_was_paid_for() {
    let returned = [
        TWO,
        "pay 2015-04-28 250 victims/aa",
        "vary 2015-05-05 6000 - cdr/bb",
        "returned 2015-06-20 250 2015-04-28 victims/aa",
    ];
    let before =
        [TWO, "pay 2015-04-28 250 victims/aa", "returned 2015-04-30 250 2015-04-28 victims/aa", returned[2]];
    let refunded = [
        TWO,
        returned[1],
        "pay 2015-05-01 100 cdr/bb",
        returned[2],
        "refund 2015-06-20 250 stays victims/aa",
    ];
    let reduced =
        [TWO, returned[1], "pay 2015-05-01 100 cdr/bb", returned[2], "refund 2015-06-20 50 reduces cdr/bb"];
    let moved = [TWO, returned[1], returned[2], "fund 2015-06-01 safer", returned[3]];
    let renamed = [TWO, returned[1], returned[2], "repurpose 2015-06-01 dd -", returned[3]];
    let in_full = [TWO, "pay 2015-04-28 12000 victims/aa", "vary 2015-05-05 -6000 - victims/aa"];
    let raised = [in_full[0], in_full[1], in_full[2], "vary 2015-06-05 6000 - victims/aa"];
    let all_paid = [in_full[0], in_full[1], "pay 2015-04-29 12000 cdr/bb", in_full[2]];
    let on_the_day = [TWO, "vary 2015-05-05 600 - safer/cc", "pay 2015-05-05 600 safer/cc"];
    let when_paid = [
        WHEN_PAID,
        "pay 2015-05-01 100 victims/aa",
        "vary 2015-05-05 300 - cdr/bb",
        "pay 2015-05-06 200 cdr/bb",
    ];
    let when_returned = [
        when_paid[0],
        when_paid[1],
        when_paid[2],
        when_paid[3],
        "returned 2015-06-20 100 2015-05-01 victims/aa",
    ];
    let when_refunded =
        [when_paid[0], when_paid[1], when_paid[2], when_paid[3], "refund 2015-06-20 60 reduces cdr/bb"];
    let early =
        ["award 2015-04-10 1000 aa:600;bb:400 - victims/aa:600;cdr/bb:400", "pay 2015-04-01 100 cdr/bb"];
    // What is paid for all goes to the other where one has all of its own, and stays there.
    let to_the_other = [
        WHEN_PAID,
        "pay 2015-05-05 400 cdr/bb",
        "pay 2015-07-05 300",
        "returned 2015-08-10 400 2015-05-05 cdr/bb",
    ];
    let lowered =
        [to_the_other[0], to_the_other[1], to_the_other[2], "vary 2015-08-01 -100 -", to_the_other[3]];
    use Account::{Bank, Commitments, GrantControl, GrantExpenditure, RecoveriesDue};
    let end = "2020-01-01";
    // Facts, account, part, day, and the balance at its end.
    let table: &[(&[&str], Account, &str, &str, &str)] = &[
        (&returned, Bank, AA, "2015-06-19", "-250.00"),
        (&returned, Bank, AA, "2015-06-20", "0.00"),
        (&returned, Bank, BB, "2015-06-20", "0.00"),
        (&returned, Commitments, AA, "2015-06-20", "12000.00"),
        (&returned, Commitments, BB, "2015-06-20", "18000.00"),
        (&before, Bank, AA, end, "0.00"),
        (&before, Commitments, BB, end, "18000.00"),
        (&refunded, Bank, AA, end, "0.00"),
        (&refunded, Bank, BB, end, "-100.00"),
        (&refunded, Commitments, AA, end, "12000.00"),
        (&reduced, Bank, AA, end, "-250.00"),
        (&reduced, Bank, BB, end, "-50.00"),
        (&reduced, Commitments, AA, end, "11750.00"),
        (&reduced, Commitments, BB, end, "17900.00"),
        (&reduced, GrantExpenditure, AA, end, "12000.00"),
        (&reduced, GrantExpenditure, BB, end, "17950.00"),
        // What was prepaid or accrued moved with the fund.
        (&moved, Commitments, "safer/aa", end, "12000.00"),
        (&moved, Commitments, "safer/bb", end, "18000.00"),
        (&renamed, Commitments, "victims/dd", end, "12000.00"),
        (&renamed, Commitments, "cdr/dd", end, "18000.00"),
        (&renamed, GrantExpenditure, AA, "2015-05-31", "2000.00"),
        (&renamed, GrantExpenditure, "victims/dd", end, "10000.00"),
        // What the one is paid beyond its amount covers the other, which lacks it, until it is raised again.
        (&in_full, RecoveriesDue, AA, end, "0.00"),
        (&in_full, Commitments, AA, end, "0.00"),
        (&in_full, Commitments, BB, end, "6000.00"),
        (&raised, Commitments, AA, end, "0.00"),
        (&raised, Commitments, BB, end, "12000.00"),
        (&raised, Bank, AA, end, "-12000.00"),
        (&raised, Bank, BB, end, "0.00"),
        (&all_paid, RecoveriesDue, AA, end, "6000.00"),
        (&all_paid, RecoveriesDue, BB, end, "0.00"),
        (&on_the_day, Bank, "safer/cc", "2015-05-05", "-600.00"),
        (&on_the_day, Commitments, "safer/cc", "2015-05-05", "0.00"),
        (&on_the_day, Bank, AA, end, "0.00"),
        (&when_paid, GrantExpenditure, AA, end, "100.00"),
        (&when_paid, GrantExpenditure, BB, end, "200.00"),
        (&when_paid, Commitments, AA, end, "500.00"),
        (&when_paid, Commitments, BB, end, "500.00"),
        (&when_returned, GrantExpenditure, AA, end, "0.00"),
        (&when_returned, Commitments, AA, end, "600.00"),
        (&when_returned, Commitments, BB, end, "500.00"),
        (&when_refunded, GrantExpenditure, BB, end, "140.00"),
        (&when_refunded, GrantExpenditure, AA, end, "100.00"),
        (&when_refunded, Commitments, BB, end, "500.00"),
        (&when_refunded, Commitments, AA, end, "500.00"),
        (&when_refunded, GrantControl, AA, end, "0.00"),
        (&to_the_other, Bank, AA, end, "-300.00"),
        (&to_the_other, Bank, BB, end, "0.00"),
        (&to_the_other, GrantExpenditure, AA, end, "300.00"),
        (&lowered, Bank, AA, end, "-300.00"),
        (&lowered, Bank, BB, end, "0.00"),
        (&early, Bank, AA, end, "0.00"),
        (&early, Commitments, BB, end, "300.00"),
    ];
    for (facts, account, part, day, expected) in table {
        assert_eq!(balance(facts, *account, part, day), *expected, "{facts:?} {account} {part} {day}");
    }
}

#[test]
fn what_was_paid_without_a_part_comes_back_from_where_it_was_paid() {
    const HALVES: &str = "award 2015-03-26 2400 aa:1200;bb:1200 2015-04..2016-03 victims/aa:1200;cdr/bb:1200";
    const WHEN_PAID: &str = "award 2015-03-26 2400 aa:1200;bb:1200 - victims/aa:1200;cdr/bb:1200";
    for award in [HALVES, WHEN_PAID] {
        let named = [award, "pay 2015-05-01 500 victims/aa", "pay 2015-05-02 300"];
        let other_way = [award, "pay 2015-05-01 300", "pay 2015-05-02 500 victims/aa"];
        let of_the_first = "returned 2015-05-10 300 2015-05-01";
        let twice = [award, "pay 2015-05-01 300", "pay 2015-05-02 100", "pay 2015-05-03 500 victims/aa"];
        // Facts, and what is paid of each part in the end.
        let table: &[(Vec<&str>, &str, &str)] = &[
            ([&named[..], &["returned 2015-05-10 300 2015-05-02"]].concat(), "500.00", "0.00"),
            ([&named[..], &["refund 2015-05-10 300 stays"]].concat(), "500.00", "0.00"),
            ([&named[..], &["returned 2015-05-10 100 2015-05-02"]].concat(), "600.00", "100.00"),
            ([&other_way[..], &[of_the_first]].concat(), "500.00", "0.00"),
            ([&other_way[..], &[of_the_first, "refund 2015-05-11 100 stays"]].concat(), "400.00", "0.00"),
            ([&twice[..], &[of_the_first]].concat(), "550.00", "50.00"),
            // It came back before a part was named.
            (
                vec![award, "pay 2015-05-01 300", "returned 2015-05-02 300 2015-05-01", named[1]],
                "500.00",
                "0.00",
            ),
            // What was paid without a part is less than what comes back.
            ([&named[..], &["refund 2015-05-10 400 stays"]].concat(), "400.00", "0.00"),
            // The purpose has changed since.
            (
                [&named[..], &["repurpose 2015-06-01 dd -", "returned 2015-07-01 300 2015-05-02"]].concat(),
                "500.00",
                "0.00",
            ),
        ];
        for (facts, of_aa, of_bb) in table {
            for (part, expected) in [(AA, of_aa), (BB, of_bb)] {
                let paid = balance(facts, Account::Bank, part, "2020-01-01");
                assert_eq!(paid.trim_start_matches('-'), *expected, "{facts:?} {part}");
            }
        }
    }
}

#[test]
fn a_payment_returned_after_a_change_leaves_the_parts_as_if_it_was_never_made() {
    let award = "award 2015-04-10 1000 aa:600;bb:400 - cdr/aa:600;victims/bb:400";
    let named = [award, "pay 2015-05-01 500 cdr/aa"];
    let unnamed = [award, "pay 2015-05-01 300 cdr/aa", "pay 2015-05-02 200"];
    let both = [award, "pay 2015-05-01 500 cdr/aa", "pay 2015-05-02 400 victims/bb"];
    for (change, [of_cdr, of_victims]) in [
        ("repurpose 2015-06-01 cc -", ["cdr/cc", "victims/cc"]),
        ("fund 2015-06-01 safer", ["safer/aa", "safer/bb"]),
    ] {
        // Facts, and commitment and control of each part in the end.
        let table: &[(Vec<&str>, [&str; 2])] = &[
            (
                [&named[..], &[change, "returned 2015-07-01 500 2015-05-01 cdr/aa"]].concat(),
                ["600.00", "400.00"],
            ),
            ([&unnamed[..], &[change, "returned 2015-07-01 200 2015-05-02"]].concat(), ["300.00", "400.00"]),
            (
                [&both[..], &[change, "returned 2015-07-01 500 2015-05-01 cdr/aa"]].concat(),
                ["600.00", "0.00"],
            ),
            (
                [&both[..], &[change, "returned 2015-07-01 400 2015-05-02 victims/bb"]].concat(),
                ["100.00", "400.00"],
            ),
        ];
        let stays = [&named[..], &[change, "refund 2015-07-01 200 stays"]].concat();
        let paid_again = [&stays[..], &["pay 2015-07-02 700"]].concat();
        let refunded = [(stays, ["300.00", "400.00"]), (paid_again, ["0.00", "0.00"])];
        for (facts, expected) in table.iter().chain(&refunded) {
            for (part, expected) in [of_cdr, of_victims].into_iter().zip(expected) {
                assert_eq!(
                    balance(facts, Account::Commitments, part, "2020-01-01"),
                    *expected,
                    "{facts:?} {part}"
                );
                assert_eq!(
                    balance(facts, Account::GrantControl, part, "2020-01-01"),
                    "0.00",
                    "{facts:?} {part}"
                );
            }
        }
    }
}

#[test]
fn what_is_awarded_to_a_part_is_what_its_records_say() {
    let awarded = |facts: &[&str], part: &str| {
        let of = |account| Money::parse_plain(&balance(facts, account, part, "2020-01-01")).unwrap();
        let [bank, outstanding, due_back] =
            [Account::Bank, Account::AwardsOutstanding, Account::RecoveriesDue].map(of);
        Money::sum([bank, outstanding, due_back]).unwrap().negated().to_string()
    };
    for (period, first) in
        [("2015-04..2016-03", "victims"), ("2015-04..2016-03", "cdr"), ("-", "victims"), ("-", "cdr")]
    {
        let award = format!(
            "award 2015-03-26 1500 aa:300;bb:600;cc:600 {period} {first}/aa:300;cdr/bb:600;cdr/cc:600"
        );
        let paid = [award.as_str(), "pay 2015-05-01 600 cdr/bb"];
        let varied = [paid[0], paid[1], "vary 2015-06-01 -300 - cdr/bb"];
        // Facts, and what is awarded to each part in the end.
        let table: &[(Vec<&str>, [&str; 3])] = &[
            (varied.to_vec(), ["300.00", "300.00", "600.00"]),
            ([&varied[..], &["vary 2015-07-01 300 - cdr/bb"]].concat(), ["300.00", "600.00", "600.00"]),
            ([&varied[..], &["vary 2015-07-01 -300 - cdr/bb"]].concat(), ["300.00", "0.00", "600.00"]),
            // The first has all of its own then, and the second is paid more than it may keep.
            (
                [&varied[..], &["vary 2015-07-01 -300 - {first}/aa", "vary 2015-07-02 -600 - cdr/cc"]]
                    .concat(),
                ["0.00", "300.00", "0.00"],
            ),
            ([&paid[..], &["refund 2015-06-01 100 reduces cdr/bb"]].concat(), ["300.00", "500.00", "600.00"]),
            (
                [
                    &varied[..],
                    &[
                        "vary 2015-07-01 -600 - cdr/cc",
                        "vary 2015-07-02 -300 - {first}/aa",
                        "refund 2015-08-01 300 reduces cdr/bb",
                    ],
                ]
                .concat(),
                ["0.00", "300.00", "0.00"],
            ),
        ];
        for (facts, expected) in table {
            let facts: Vec<String> = facts.iter().map(|it| it.replace("{first}", first)).collect();
            let facts: Vec<&str> = facts.iter().map(String::as_str).collect();
            for (part, expected) in
                [format!("{first}/aa"), BB.to_owned(), "cdr/cc".to_owned()].iter().zip(expected)
            {
                assert_eq!(awarded(&facts, part), *expected, "{facts:?} {part}");
            }
        }
    }
}

#[test]
fn a_part_is_named_as_before_its_fund_was_stated() {
    let award = "award 2015-03-26 900 aa:300;bb:600 2015-04..2016-03 unstated/aa:300;cdr/bb:600";
    let facts = [
        award,
        "pay 2015-05-01 100 unstated/aa",
        "vary 2015-05-01 60 - unstated/aa",
        "state 2015-03-26 fund victims",
    ];
    for (facts, account, part, expected) in [
        (&facts[..3], Account::Bank, "unstated/aa", "-100.00"),
        (&facts, Account::Bank, "unstated/aa", "0.00"),
        (&facts, Account::Bank, AA, "-100.00"),
        (&facts, Account::Commitments, AA, "260.00"),
        (&facts, Account::GrantExpenditure, AA, "360.00"),
        (&facts, Account::Commitments, BB, "600.00"),
    ] {
        assert_eq!(balance(facts, account, part, "2020-01-01"), expected, "{facts:?} {account} {part}");
    }
}

#[test]
fn a_variation_of_one_part_moves_the_expenditure_of_no_other() {
    let months =
        ["2015-04-30", "2015-05-31", "2015-06-30", "2015-08-31", "2015-10-31", "2016-03-31", "2016-04-01"];
    let varied: [&[&str]; 8] = [
        &["vary 2015-05-05 6000 - cdr/bb"],
        &["vary 2015-05-05 100.01 - cdr/bb", "vary 2015-05-17 -77.77 - cdr/bb"],
        &["vary 2015-05-31 6000 - cdr/bb", "pay 2015-06-03 333.33 victims/aa", "pay 2015-06-04 1000"],
        &["vary 2015-06-05 500 - safer/dd", "vary 2015-06-06 10.01 - cdr/bb", "pay 2015-06-07 400 safer/dd"],
        &["pay 2015-04-15 300 cdr/bb", "refund 2015-05-20 100.03 reduces cdr/bb"],
        &["vary 2015-05-05 -5 - cdr/bb", "refund 2015-05-20 100.03 reduces cdr/bb"],
        &["vary 2015-05-05 60 - cdr/bb", "vary 2015-07-06 -60 - cdr/bb", "vary 2015-07-31 1 - cdr/bb"],
        &[
            "pay 2015-04-15 300 cdr/bb",
            "returned 2015-05-20 300 2015-04-15 cdr/bb",
            "vary 2015-05-21 1 - cdr/bb",
        ],
    ];
    for award in [TWO, THREE, DAILY] {
        for others in varied {
            let (plain, with) = ([award], [&[award], others].concat());
            let others_of = if award == THREE { vec![AA, "cdr/cc"] } else { vec![AA] };
            for (part, day) in others_of.iter().flat_map(|part| months.iter().map(move |day| (*part, *day))) {
                let expected = balance(&plain, Account::GrantExpenditure, part, day);
                assert_eq!(
                    balance(&with, Account::GrantExpenditure, part, day),
                    expected,
                    "{with:?} {part} {day}"
                );
            }
        }
    }
}

#[test]
fn a_varied_part_has_terms_of_its_own() {
    let raised = [TWO, "vary 2015-05-05 6000 - cdr/bb"];
    let lowered = [TWO, "vary 2015-05-05 -11000 - cdr/bb"];
    let extended = [TWO, "vary 2015-05-05 6000 - cdr/bb", "vary 2015-05-20 0 2015-04..2016-09"];
    let withdrawn = [TWO, "vary 2015-05-05 6000 - cdr/bb", "withdraw 2015-05-20 0"];
    let all = [TWO, "vary 2015-05-05 6000 - cdr/bb", "vary 2015-06-30 -3000 -"];
    let renamed = [TWO, "vary 2015-05-05 6000 - cdr/bb", "repurpose 2015-05-20 dd -"];
    let moved = [TWO, "vary 2015-05-05 6000 - cdr/bb", "fund 2015-05-20 safer"];
    use Account::GrantExpenditure;
    // Facts, part, day, and its expenditure by then.
    let table: &[(&[&str], &str, &str, &str)] = &[
        (&raised, AA, "2015-05-31", "2000.00"),
        // 1,161.29 to 5 May; of the other 16,838.71, 26/31 of a month out of 10 26/31.
        (&raised, BB, "2015-05-31", "2464.29"),
        (&raised, BB, "2016-03-31", "18000.00"),
        // 161.29 of May was served and not yet expenditure.
        (&lowered, BB, "2015-05-31", "1000.00"),
        (&lowered, BB, "2016-03-31", "1000.00"),
        (&lowered, AA, "2015-05-31", "2000.00"),
        // 1,645.16 to 20 May, 11/31 of a month out of 16 11/31 for the rest.
        (&extended, AA, "2015-05-31", "1869.82"),
        (&extended, AA, "2016-09-30", "12000.00"),
        (&extended, BB, "2016-09-30", "18000.00"),
        (&withdrawn, AA, "2015-05-20", "1645.16"),
        (&withdrawn, AA, "2016-03-31", "1645.16"),
        // 1,161.29, and 15/31 of a month out of 10 26/31.
        (&withdrawn, BB, "2016-03-31", "1913.02"),
        // 1,200.00 and 1,800.00 less.
        (&all, AA, "2016-03-31", "10800.00"),
        (&all, BB, "2016-03-31", "16200.00"),
        (&all, AA, "2015-07-31", "3866.67"),
        // The entry of the whole month is under the new purpose or fund.
        (&renamed, AA, "2015-05-31", "1000.00"),
        (&renamed, "victims/dd", "2015-05-31", "1000.00"),
        (&renamed, "cdr/dd", "2015-05-31", "1464.29"),
        (&renamed, "victims/dd", "2016-03-31", "11000.00"),
        (&moved, "safer/aa", "2015-05-31", "1000.00"),
        (&moved, "safer/bb", "2015-05-31", "1464.29"),
        (&moved, "safer/bb", "2016-03-31", "17000.00"),
    ];
    for (facts, part, day, expected) in table {
        assert_eq!(balance(facts, GrantExpenditure, part, day), *expected, "{facts:?} {part} {day}");
    }
}

/// Account, part, and its balance in the end.
type Balances<'a> = &'a [(Account, &'a str, &'a str)];

#[test]
fn parts_go_on_by_themselves_after_a_change_of_purpose_or_fund() {
    use Account::{AwardsOutstanding, Bank, Commitments, GrantControl, GrantExpenditure};
    const N: &str = "award 2015-04-10 1000 a:600;b:400 - cdr/a:600;victims/b:400";
    const M: &str = "award 2015-03-26 1000 a:600;b:400 2015-04..2016-03 cdr/a:600;victims/b:400";
    let table: &[(&[&str], Balances<'_>)] = &[
        // What is promised again was awarded where it was paid, and moved since.
        (
            &[N, "pay 2015-05-01 500 cdr/a", "repurpose 2015-06-01 c -", "refund 2015-07-01 200 stays"],
            &[
                (Bank, "cdr/a", "-300.00"),
                (AwardsOutstanding, "cdr/a", "-300.00"),
                (AwardsOutstanding, "cdr/c", "0.00"),
                (Commitments, "cdr/c", "300.00"),
                (Commitments, "victims/c", "400.00"),
            ],
        ),
        (
            &[
                N,
                "pay 2015-05-01 500 cdr/a",
                "repurpose 2015-06-01 c -",
                "returned 2015-07-01 500 2015-05-01 cdr/a",
            ],
            &[
                (Bank, "cdr/a", "0.00"),
                (AwardsOutstanding, "cdr/a", "-600.00"),
                (AwardsOutstanding, "cdr/c", "0.00"),
                (Commitments, "cdr/c", "600.00"),
                (GrantControl, "cdr/a", "0.00"),
                (GrantControl, "cdr/c", "0.00"),
            ],
        ),
        // What names no part goes by what each is entitled to, not by what is left of it.
        (
            &[N, "pay 2015-05-01 300 victims/b", "repurpose 2015-06-01 c -", "vary 2015-07-01 -200 -"],
            &[(Commitments, "cdr/c", "480.00"), (Commitments, "victims/c", "20.00")],
        ),
        (
            &[N, "pay 2015-05-01 300 victims/b", "repurpose 2015-06-01 c -", "pay 2015-07-01 100"],
            &[(Bank, "cdr/c", "-60.00"), (Bank, "victims/c", "-40.00"), (Bank, "victims/b", "-300.00")],
        ),
        (
            &[N, "pay 2015-05-01 300 victims/b", "repurpose 2015-06-01 c -", "refund 2015-07-01 100 reduces"],
            &[(Commitments, "cdr/c", "540.00"), (Commitments, "victims/c", "160.00")],
        ),
        // No theme has paid more, or less, by a change of fund.
        (
            &[M, "pay 2015-05-01 300 victims/b", "fund 2015-06-22 ssf"],
            &[
                (GrantExpenditure, "cdr/a", "100.00"),
                (GrantExpenditure, "victims/b", "66.67"),
                (Bank, "cdr/a", "-100.00"),
                (Bank, "ssf/a", "100.00"),
                (Bank, "victims/b", "-66.67"),
                (Bank, "ssf/b", "-233.33"),
            ],
        ),
        // As if it was never paid.
        (
            &[
                "award 2015-02-01 1000 c 2015-02..2015-09 cdr/c:600;ssf/c:400",
                "pay 2015-05-01 82 cdr/c",
                "fund 2015-06-21 cdr:50%;victims:50%",
                "returned 2015-07-01 82 2015-05-01 cdr/c",
            ],
            &[
                (GrantControl, "cdr/c", "-500.00"),
                (GrantControl, "victims/c", "-500.00"),
                (GrantControl, "ssf/c", "0.00"),
            ],
        ),
        (
            &[
                "award 2015-03-26 1000 d:600;a:400 2015-04..2015-09 cdr/d:600;unstated/a:400",
                "fund 2015-06-15 cdr",
                "pay 2015-07-01 250",
                "pay 2015-07-02 50",
                "returned 2015-07-03 50 2015-07-02",
            ],
            &[(Bank, "cdr/d", "-150.00"), (Bank, "unstated/a", "-133.33"), (Bank, "cdr/a", "33.33")],
        ),
    ];
    let back = "returned 2015-08-14 300 2015-05-25 victims/b";
    let covering = [
        N,
        "pay 2015-05-25 300 victims/b",
        "vary 2015-06-17 -200 - victims/b",
        "repurpose 2015-07-16 c -",
        back,
    ];
    let due_back = [
        N,
        "pay 2015-05-01 600 cdr/a",
        "pay 2015-05-02 400 victims/b",
        "vary 2015-06-17 -200 - victims/b",
        "fund 2015-07-16 ssf",
        "returned 2015-08-14 400 2015-05-02 victims/b",
    ];
    let shared = [
        N,
        "pay 2015-05-01 200 cdr/a",
        "pay 2015-05-02 100 victims/b",
        "refund 2015-05-24 30 reduces",
        "returned 2015-06-14 100 2015-05-02 victims/b",
    ];
    let reduced =
        [N, "pay 2015-05-01 500 cdr/a", "repurpose 2015-06-01 c -", "refund 2015-07-01 200 reduces"];
    let more: &[(&[&str], Balances<'_>)] = &[
        // What covered another ends where it began.
        (
            &covering,
            &[
                (Bank, "cdr/a", "0.00"),
                (Bank, "victims/b", "0.00"),
                (Bank, "victims/c", "0.00"),
                (Commitments, "cdr/c", "600.00"),
                (Commitments, "victims/c", "200.00"),
                (AwardsOutstanding, "victims/b", "-200.00"),
                (AwardsOutstanding, "cdr/a", "-600.00"),
            ],
        ),
        // What was decided before the change was decided of the part as it was.
        (
            &due_back,
            &[(Commitments, "ssf/b", "200.00"), (Bank, "victims/b", "0.00"), (Bank, "ssf/b", "0.00")],
        ),
        // No part is paid less than nothing.
        (&shared, &[(Bank, "cdr/a", "-170.00"), (Bank, "victims/b", "0.00")]),
        (&reduced, &[(Commitments, "cdr/c", "180.00"), (Commitments, "victims/c", "320.00")]),
    ];
    for (facts, balances) in table.iter().chain(more) {
        for (account, part, expected) in *balances {
            assert_eq!(balance(facts, *account, part, "2020-01-01"), *expected, "{facts:?} {account} {part}");
        }
    }
}

#[test]
fn what_is_paid_for_a_part_is_known_by_either_name_after_a_change() {
    for period in ["-", "2015-04..2016-03"] {
        let award = format!("award 2015-04-01 1000 a:600;b:400 {period} cdr/a:600;victims/b:400");
        let facts: Vec<Fact> = [
            award.as_str(),
            "pay 2015-05-01 300 cdr/a",
            "pay 2015-05-02 50",
            "repurpose 2015-06-01 c -",
            "pay 2015-07-01 100 cdr/c",
        ]
        .iter()
        .map(|text| fact(text))
        .collect();
        for (part, by, expected) in [
            ("cdr/a", Some("2015-05-01"), "300.00"),
            ("cdr/a", None, "430.00"),
            ("cdr/c", None, "430.00"),
            ("victims/b", None, "20.00"),
            ("victims/c", Some("2015-06-30"), "20.00"),
        ] {
            let paid = part_paid(&facts, &Part::parse(part).unwrap(), by.map(date)).unwrap();
            assert_eq!(paid.to_string(), expected, "{period} {part} {by:?}");
        }
    }
}
