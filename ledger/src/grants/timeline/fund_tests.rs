//! Figures of changes of fund, of funds stated later and of parts, worked out by hand.

use super::tests::{date, fact};
use super::*;

/// The balances of one account at the end of a day, by place, as booked: `cdr/a 3000.00, victims/a 9000.00`.
fn balances(facts: &[&str], account: Account, day: &str) -> String {
    booked(&[], facts, account, day, &ClosedMonths::default())
}

fn booked(before: &[&str], facts: &[&str], account: Account, day: &str, closed: &ClosedMonths) -> String {
    let before: Vec<Fact> = before.iter().map(|text| fact(text)).collect();
    let facts: Vec<Fact> = facts.iter().map(|text| fact(text)).collect();
    let entries = entries(Rules::PRESENT, &before, &facts, closed).unwrap();
    let mut sums: std::collections::BTreeMap<String, Money> = Default::default();
    for posting in entries.postings().filter(|it| it.account == account && it.booked <= date(day)) {
        let place = format!("{}/{}", posting.fund, posting.theme.unwrap());
        sums.entry(place).or_default().add(posting.amount).unwrap();
    }
    let places = sums.iter().filter(|(_, sum)| !sum.is_zero());
    places.map(|(place, sum)| format!("{place} {sum}")).collect::<Vec<_>>().join(", ")
}

fn check(table: &[(&[&str], Account, &str, &str)]) {
    for (facts, account, day, expected) in table {
        assert_eq!(balances(facts, *account, day), *expected, "{facts:?} {account} {day}");
    }
}

const YEAR: &str = "award 2015-04-01 12000 a 2015-04..2016-03 cdr";
const END: &str = "2020-01-01";

#[test]
fn what_is_prepaid_moves_through_the_bank_with_the_fund() {
    use Account::*;
    let paid = [YEAR, "pay 2015-04-10 12000", "fund 2015-10-01 victims"];
    let part_paid = [YEAR, "pay 2015-04-10 9000", "fund 2015-10-01 victims"];
    check(&[
        (&paid, GrantControl, "2015-09-30", "cdr/a 6000.00"),
        (&paid, GrantControl, "2015-10-01", "victims/a 6000.00"),
        (&paid, GrantControl, "2016-03-31", ""),
        // Paid 12,000, of which 6,000 moved.
        (&paid, Bank, "2015-10-01", "cdr/a -6000.00, victims/a -6000.00"),
        (&paid, GrantExpenditure, "2016-03-31", "cdr/a 6000.00, victims/a 6000.00"),
        (&paid, Commitments, "2015-10-01", ""),
        // What was still to recognise, as a credit.
        (&paid, AwardsMoved, "2015-10-01", "cdr/a 6000.00, victims/a -6000.00"),
        (&part_paid, GrantControl, "2015-10-01", "victims/a 3000.00"),
        (&part_paid, Commitments, "2015-10-01", "victims/a 3000.00"),
        (&part_paid, Bank, "2015-10-01", "cdr/a -6000.00, victims/a -3000.00"),
        (&part_paid, AwardsMoved, "2015-10-01", "cdr/a 6000.00, victims/a -6000.00"),
        (&part_paid, EarlierYears, END, ""),
    ]);
}

#[test]
fn what_is_accrued_moves_through_the_bank_with_the_fund() {
    use Account::*;
    let unpaid = [YEAR, "fund 2015-10-01 victims"];
    let paid_later = [YEAR, "fund 2015-10-01 victims", "pay 2015-11-01 12000"];
    check(&[
        (&unpaid, GrantControl, "2015-09-30", "cdr/a -6000.00"),
        (&unpaid, GrantControl, "2015-10-01", "victims/a -6000.00"),
        // Paid is negative until it is paid.
        (&unpaid, Bank, "2015-10-01", "cdr/a -6000.00, victims/a 6000.00"),
        (&unpaid, Commitments, "2015-10-01", "victims/a 12000.00"),
        (&unpaid, AwardsMoved, "2015-10-01", "cdr/a 6000.00, victims/a -6000.00"),
        (&paid_later, Bank, "2015-11-01", "cdr/a -6000.00, victims/a -6000.00"),
        (&paid_later, GrantControl, "2016-03-31", ""),
    ]);
}

#[test]
fn past_expenditure_moves_only_if_it_is_included() {
    use Account::*;
    let past = "award 2015-01-01 12000 a 2015-01..2015-12 cdr";
    let with = [past, "pay 2015-02-01 12000", "fund 2015-07-01 victims with-past"];
    let in_year = [past, "fund 2015-03-01 victims with-past"];
    check(&[
        // January to March are of the year before, April to June of this one.
        (&with, EarlierYears, "2015-07-01", "cdr/a -3000.00, victims/a 3000.00"),
        (&with, GrantExpenditure, "2015-07-01", "cdr/a 3000.00, victims/a 3000.00"),
        (&with, GrantControl, "2015-07-01", "victims/a 6000.00"),
        (&with, Bank, "2015-07-01", "victims/a -12000.00"),
        (&with, AwardsMoved, "2015-07-01", "cdr/a 12000.00, victims/a -12000.00"),
        (&in_year, EarlierYears, END, ""),
        (&in_year, GrantExpenditure, "2015-03-01", "victims/a 2000.00"),
        (&in_year, Bank, END, ""),
        (&in_year, GrantControl, "2015-03-01", "victims/a -2000.00"),
        (&in_year, AwardsMoved, "2015-03-01", "cdr/a 12000.00, victims/a -12000.00"),
    ]);
    // A change of purpose that includes the past leaves this year's expenditure of the new theme alone, too.
    let purpose = [past, "repurpose 2015-07-01 b with-past"];
    check(&[
        (&purpose, EarlierYears, "2015-07-01", "cdr/a -3000.00, cdr/b 3000.00"),
        (&purpose, GrantExpenditure, "2015-07-01", "cdr/a 3000.00, cdr/b 3000.00"),
        (&purpose, Bank, END, ""),
    ]);
}

#[test]
fn a_change_of_one_leaves_the_other() {
    use Account::*;
    let parts = "award 2015-04-01 1200 a 2015-04..2016-03 cdr/a:600;victims/b:600";
    let purpose_then_fund = [YEAR, "repurpose 2015-07-01 b -", "fund 2015-10-01 victims with-past"];
    let purpose = [parts, "pay 2015-04-10 400 victims/b", "repurpose 2015-07-01 c with-past"];
    let fund = [parts, "vary 2015-09-30 -300 - cdr/a", "fund 2015-10-01 other with-past"];
    check(&[
        // Past expenditure stays under the theme of its time.
        (&purpose_then_fund, GrantExpenditure, "2015-10-01", "victims/a 3000.00, victims/b 3000.00"),
        // What was accrued for the first theme had moved to the second; no fund has paid anything.
        (
            &purpose_then_fund,
            Bank,
            END,
            "cdr/a 3000.00, cdr/b -3000.00, victims/a -3000.00, victims/b 3000.00",
        ),
        (&purpose_then_fund, GrantControl, "2015-10-01", "victims/b -6000.00"),
        // No fund gains or loses by a change of purpose.
        (&purpose, GrantExpenditure, "2015-07-01", "cdr/c 150.00, victims/c 150.00"),
        (&purpose, GrantControl, "2015-07-01", "cdr/c -150.00, victims/c 250.00"),
        (&purpose, Bank, END, "victims/b -400.00"),
        (&purpose, AwardsMoved, END, ""),
        // Nor a theme by a change of fund, whatever is left of each part.
        (&fund, GrantExpenditure, "2015-10-01", "other/a 300.00, other/b 300.00"),
        (&fund, GrantControl, "2015-10-01", "other/a -300.00, other/b -300.00"),
        (&fund, GrantExpenditure, END, "other/a 300.00, other/b 600.00"),
    ]);
}

#[test]
fn credits_and_money_back_follow_the_fund() {
    use Account::*;
    let changed = [YEAR, "pay 2015-04-10 12000", "fund 2015-10-01 victims"];
    let with = |fact: &'static str| [&changed[..], &[fact]].concat();
    let reduced = with("vary 2015-12-10 -9000 -");
    let refunded = with("refund 2015-12-10 3000 reduces");
    let returned = with("returned 2015-12-10 12000 2015-04-10");
    check(&[
        // 8,258.06 was served by then, 2,258.06 of it in the new fund, of which November is booked.
        (&reduced, GrantExpenditure, END, "cdr/a 3000.00"),
        (&reduced, RecoveriesDue, "2015-12-10", "victims/a 9000.00"),
        (&reduced, GrantControl, "2015-12-10", ""),
        (&refunded, Bank, "2015-12-10", "cdr/a -6000.00, victims/a -3000.00"),
        (&refunded, GrantExpenditure, END, "cdr/a 6000.00, victims/a 3000.00"),
        (&returned, Bank, "2015-12-10", "cdr/a -6000.00, victims/a 6000.00"),
        (&returned, Commitments, "2015-12-10", "victims/a 12000.00"),
        (&returned, GrantControl, "2015-12-10", "victims/a -8000.00"),
    ]);
}

#[test]
fn a_recovery_settles_in_the_fund_where_it_is_due() {
    use Account::*;
    let facts = [
        YEAR,
        "pay 2015-04-10 12000",
        "vary 2015-09-30 -3000 -",
        "fund 2015-10-01 victims",
        "refund 2015-11-10 3000 reduces",
    ];
    check(&[
        (&facts, RecoveriesDue, "2015-10-31", "cdr/a 3000.00"),
        (&facts, RecoveriesDue, "2015-11-10", ""),
        (&facts, Bank, "2015-10-31", "cdr/a -9000.00, victims/a -3000.00"),
        (&facts, Bank, "2015-11-10", "cdr/a -6000.00, victims/a -3000.00"),
        (&facts, GrantControl, "2015-11-10", "victims/a 2500.00"),
    ]);
}

#[test]
fn what_is_stated_later_counts_from_the_decision() {
    use Account::*;
    let unstated = "award 2015-04-01 12000 unallocated 2015-04..2016-03";
    let fund = [unstated, "pay 2015-05-01 5000", "state 2015-06-01 fund victims"];
    let theme = [unstated, "state 2015-06-01 theme a:60%;b:40%"];
    let part = ["award 2015-04-01 100 a:60%;unallocated:40% 2015-04..2015-04", "state 2015-06-01 theme a"];
    let of_parts = [
        "award 2015-04-01 100 a - cdr/a:60;unstated/a:40",
        "pay 2015-05-01 50",
        "state 2015-06-01 fund victims",
    ];
    let period = [
        "award 2015-04-01 12000 a - cdr",
        "pay 2015-05-01 12000",
        "state 2015-06-01 period 2015-04..2016-03",
    ];
    check(&[
        (&fund, Bank, END, "victims/unallocated -5000.00"),
        (&fund, GrantExpenditure, END, "victims/unallocated 12000.00"),
        (&fund, AwardsOutstanding, "2015-04-01", "victims/unallocated -12000.00"),
        (&fund, AwardsMoved, END, ""),
        (&theme, GrantExpenditure, END, "unstated/a 7200.00, unstated/b 4800.00"),
        (&part, GrantExpenditure, END, "unstated/a 100.00"),
        (&of_parts, Bank, END, "cdr/a -30.00, victims/a -20.00"),
        (&period, GrantExpenditure, "2015-05-31", "cdr/a 2000.00"),
        (&period, GrantControl, "2015-05-31", "cdr/a 10000.00"),
        (&period, GrantExpenditure, END, "cdr/a 12000.00"),
    ]);
}

#[test]
fn in_closed_months_what_is_stated_later_is_posted_on_the_first_open_day() {
    use Account::*;
    let mut closed = ClosedMonths::default();
    for month in ["2014-11", "2014-12", "2015-01", "2015-02", "2015-03", "2015-04"] {
        closed.close(crate::closed::Closing::provisional(crate::calendar::Month::parse(month).unwrap()));
    }
    let before = ["award 2014-11-01 12000 a 2014-11..2015-10", "pay 2015-03-01 5000"];
    let after = [before[0], before[1], "state 2015-05-20 fund victims"];
    // The difference that the statement posts: account, day, and what is booked by it.
    for (account, day, expected) in [
        (Bank, "2015-04-30", ""),
        (Bank, "2015-05-01", "unstated/a 5000.00, victims/a -5000.00"),
        // November to March are of the year before; April belongs to this year.
        (EarlierYears, "2015-05-01", "unstated/a -5000.00, victims/a 5000.00"),
        (GrantExpenditure, "2015-05-01", "unstated/a -1000.00, victims/a 1000.00"),
        (GrantExpenditure, END, "unstated/a -7000.00, victims/a 7000.00"),
        (EarlierYears, END, "unstated/a -5000.00, victims/a 5000.00"),
        (GrantControl, "2015-05-01", "unstated/a 1000.00, victims/a -1000.00"),
        (AwardsMoved, END, ""),
    ] {
        assert_eq!(booked(&before, &after, account, day, &closed), expected, "{account} {day}");
    }
}

#[test]
fn amounts_are_shared_over_parts() {
    use Account::*;
    let shares = "award 2015-04-01 100 a 2015-04..2015-06 cdr:60%;victims:40%";
    let parts = "award 2015-04-01 100 a:70;b:30 2015-04..2015-06 cdr/a:70;victims/b:30";
    let named = [parts, "pay 2015-04-10 20 victims/b", "pay 2015-05-10 50"];
    let in_full = [parts, "pay 2015-04-10 20 victims/b", "pay 2015-05-10 50", "pay 2015-06-10 30"];
    let over = [parts, "pay 2015-04-10 30 victims/b", "pay 2015-05-10 50"];
    check(&[
        (&[shares], GrantExpenditure, "2015-04-30", "cdr/a 20.00, victims/a 13.33"),
        (&[shares], GrantExpenditure, "2015-05-31", "cdr/a 40.00, victims/a 26.67"),
        (&[parts], GrantExpenditure, "2015-04-30", "cdr/a 23.33, victims/b 10.00"),
        (&[parts, "pay 2015-05-10 0.05"], Bank, END, "cdr/a -0.04, victims/b -0.01"),
        (&named, Bank, "2015-04-10", "victims/b -20.00"),
        (&named, Commitments, "2015-04-10", "cdr/a 70.00, victims/b 10.00"),
        (&named, Bank, END, "cdr/a -40.00, victims/b -30.00"),
        (&in_full, Bank, END, "cdr/a -70.00, victims/b -30.00"),
        (&in_full, GrantControl, END, ""),
        (&in_full, Commitments, END, ""),
        // A part that is paid takes no share of what the others lack.
        (&over, Bank, END, "cdr/a -50.00, victims/b -30.00"),
        (&over, AwardsMoved, END, ""),
    ]);
}

#[test]
fn a_variation_falls_on_its_part() {
    use Account::*;
    let parts = "award 2015-04-01 1200 a 2015-04..2016-03 cdr/a:600;victims/b:600";
    let raised = [parts, "pay 2015-04-10 400", "vary 2015-09-30 600 - victims/b"];
    let in_proportion = [parts, "pay 2015-04-10 400", "vary 2015-09-30 600 -"];
    let lowered = [parts, "vary 2015-09-30 -300 - cdr/a"];
    let added = [parts, "vary 2015-09-30 300 - cdr/c"];
    check(&[
        (&raised, Commitments, "2015-09-30", "cdr/a 400.00, victims/b 1000.00"),
        (&raised, GrantControl, "2015-09-30", "cdr/a -100.00, victims/b -100.00"),
        (&raised, GrantExpenditure, END, "cdr/a 600.00, victims/b 1200.00"),
        (&raised, AwardsMoved, END, ""),
        (&in_proportion, GrantExpenditure, END, "cdr/a 900.00, victims/b 900.00"),
        (&lowered, GrantExpenditure, END, "cdr/a 300.00, victims/b 600.00"),
        (&lowered, Commitments, "2015-09-30", "cdr/a 300.00, victims/b 600.00"),
        (&added, GrantExpenditure, END, "cdr/a 600.00, cdr/c 300.00, victims/b 600.00"),
        (&added, Commitments, "2015-09-30", "cdr/a 600.00, cdr/c 300.00, victims/b 600.00"),
    ]);
}

#[test]
fn a_part_can_be_paid_by_name_when_all_of_it_is_recognised() {
    use Account::*;
    let parts = "award 2015-04-01 1000 a 2015-04..2016-03 cdr/a:600;cdr/b:400";
    let late = "vary 2016-03-31 200 - cdr/a";
    let paid = [parts, late, "pay 2016-04-10 400 cdr/b"];
    let new = [parts, "vary 2016-03-31 200 - victims/c", "pay 2016-04-10 150 victims/c"];
    check(&[
        (&paid, Bank, END, "cdr/b -400.00"),
        (&paid, Commitments, END, "cdr/a 800.00"),
        (&paid, GrantControl, END, "cdr/a -800.00"),
        (&new, Bank, END, "victims/c -150.00"),
        (&new, Commitments, END, "cdr/a 600.00, cdr/b 400.00, victims/c 50.00"),
    ]);
}

#[test]
fn without_a_period_the_part_paid_is_the_part_spent() {
    use Account::*;
    const PARTS: &str = "award 2015-04-01 100 a:60;b:40 - cdr/a:60;victims/b:40";
    let named = [PARTS, "pay 2015-04-10 20 victims/b"];
    let shared_after = [PARTS, "pay 2015-04-10 20 victims/b", "pay 2015-05-10 30"];
    let shared_before = [PARTS, "pay 2015-04-10 10", "pay 2015-05-10 20 victims/b"];
    let beyond = [PARTS, "pay 2015-04-10 40 victims/b", "pay 2015-05-10 30"];
    let in_full = [PARTS, "pay 2015-04-10 40 victims/b", "pay 2015-05-10 60 cdr/a"];
    let returned = [PARTS, "pay 2015-04-10 40 victims/b", "returned 2015-05-01 40 2015-04-10 victims/b"];
    let again = [PARTS, returned[1], returned[2], "pay 2015-06-01 60 cdr/a", "pay 2015-06-02 10 victims/b"];
    let refunded =
        [PARTS, "pay 2015-04-10 40 victims/b", "refund 2015-05-01 10 reduces", "pay 2015-06-01 20 cdr/a"];
    let lowered = [PARTS, "pay 2015-04-10 40 victims/b", "vary 2015-05-01 -50 -"];
    let raised = [PARTS, "pay 2015-04-10 30", "pay 2015-04-11 28 victims/b", "vary 2015-05-01 100 -"];
    let of_part = [PARTS, "pay 2015-04-10 40 victims/b", "vary 2015-05-01 30 - victims/b"];
    let below = [PARTS, "pay 2015-04-10 40 victims/b", "vary 2015-05-01 -70 -"];
    let withdrawn = [PARTS, "pay 2015-04-10 40 victims/b", "withdraw 2015-05-01 60"];
    let fund = [PARTS, "pay 2015-04-10 40 victims/b", "fund 2015-05-01 other", "pay 2015-06-01 60"];
    let purpose = [PARTS, "pay 2015-04-10 40 victims/b", "repurpose 2015-05-01 c -", "pay 2015-06-01 60"];
    let past = [PARTS, "pay 2015-04-10 40 victims/b", "repurpose 2015-05-01 c with-past"];
    let period = [PARTS, "pay 2015-04-10 40 victims/b", "vary 2015-04-30 0 2015-04..2015-06"];
    let early = [PARTS, "pay 2015-03-10 40 victims/b"];
    check(&[
        (&named, GrantExpenditure, END, "victims/b 20.00"),
        (&named, Bank, END, "victims/b -20.00"),
        (&named, Commitments, END, "cdr/a 60.00, victims/b 20.00"),
        (&named, GrantControl, END, ""),
        (&shared_after, GrantExpenditure, END, "cdr/a 18.00, victims/b 32.00"),
        (&shared_after, GrantControl, "2015-05-10", ""),
        (&shared_before, GrantExpenditure, "2015-04-30", "cdr/a 6.00, victims/b 4.00"),
        (&shared_before, GrantExpenditure, END, "cdr/a 6.00, victims/b 24.00"),
        // A part that is paid takes no share of what the others lack.
        (&beyond, GrantExpenditure, END, "cdr/a 30.00, victims/b 40.00"),
        (&beyond, Bank, END, "cdr/a -30.00, victims/b -40.00"),
        (&in_full, GrantExpenditure, END, "cdr/a 60.00, victims/b 40.00"),
        (&in_full, Commitments, END, ""),
        // A payment that came back came back to its part, and can be made again.
        (&returned, GrantExpenditure, END, ""),
        (&returned, Commitments, END, "cdr/a 60.00, victims/b 40.00"),
        (&again, GrantExpenditure, END, "cdr/a 60.00, victims/b 10.00"),
        (&again, Bank, END, "cdr/a -60.00, victims/b -10.00"),
        (&refunded, GrantExpenditure, "2015-05-01", "victims/b 30.00"),
        (&refunded, GrantExpenditure, END, "cdr/a 20.00, victims/b 30.00"),
        (&refunded, Commitments, END, "cdr/a 34.00, victims/b 6.00"),
        (&refunded, GrantControl, END, ""),
        // A variation leaves what is spent where it is.
        (&lowered, GrantExpenditure, END, "victims/b 40.00"),
        (&lowered, Commitments, END, "cdr/a 10.00"),
        (&lowered, GrantControl, END, ""),
        (&raised, GrantExpenditure, END, "cdr/a 18.00, victims/b 40.00"),
        (&raised, Commitments, END, "cdr/a 102.00, victims/b 40.00"),
        (&of_part, GrantExpenditure, END, "victims/b 40.00"),
        (&of_part, Commitments, END, "cdr/a 60.00, victims/b 30.00"),
        (&below, GrantExpenditure, END, "victims/b 30.00"),
        (&below, RecoveriesDue, END, "victims/b 10.00"),
        (&below, Commitments, END, ""),
        (&withdrawn, GrantExpenditure, END, "victims/b 40.00"),
        (&withdrawn, Commitments, END, ""),
        (&withdrawn, GrantControl, END, ""),
        // What is left of each part moves, and nothing else.
        (&fund, GrantExpenditure, END, "other/a 60.00, victims/b 40.00"),
        (&fund, Bank, END, "other/a -60.00, victims/b -40.00"),
        (&purpose, GrantExpenditure, END, "cdr/c 60.00, victims/b 40.00"),
        (&purpose, Bank, END, "cdr/c -60.00, victims/b -40.00"),
        (&past, GrantExpenditure, END, "victims/c 40.00"),
        (&past, Bank, END, "victims/b -40.00"),
        (&past, GrantControl, END, ""),
        // The rest is spread over the period; April's share was paid, and more.
        (&period, GrantExpenditure, END, "cdr/a 60.00, victims/b 40.00"),
        (&period, Commitments, END, "cdr/a 60.00"),
        (&period, GrantControl, END, "cdr/a -60.00"),
        (&early, GrantExpenditure, "2015-03-31", ""),
        // Parts are those of the decision: until then a payment is shared over all.
        (&early, GrantControl, "2015-03-31", "victims/b 40.00"),
        (&early, GrantExpenditure, END, "victims/b 40.00"),
        (&early, Bank, END, "victims/b -40.00"),
    ]);
}

#[test]
fn what_a_part_with_nothing_left_owes_stays_in_its_fund() {
    use Account::*;
    // All of cdr is recognised and two thirds of it is owed when a later part gets more.
    let facts = [
        "award 2014-01-01 3 a 2014-01..2014-01 unstated",
        "pay 2014-01-01 1",
        "vary 2014-03-31 1 - unstated/a",
        "fund 2014-01-31 cdr",
    ];
    let same = [&facts[..], &["repurpose 2014-04-30 a -"]].concat();
    let other = [&facts[..], &["repurpose 2014-04-30 b -"]].concat();
    check(&[
        (&same, Bank, END, "cdr/a -1.00"),
        (&same, GrantControl, END, "cdr/a -2.00, unstated/a -1.00"),
        (&same, Commitments, END, "cdr/a 2.00, unstated/a 1.00"),
        (&other, Bank, END, "cdr/a -1.00"),
        (&other, GrantControl, END, "cdr/b -2.00, unstated/b -1.00"),
        (&other, Commitments, END, "cdr/b 2.00, unstated/b 1.00"),
    ]);
}
