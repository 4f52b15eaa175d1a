//! What needs attention, as it is kept for random books, and as a scan of every grant finds it.

use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::{DecisionId, gaps};
use almoner_ledger::grants::monitoring::DueState;
use almoner_ledger::grants::{Fact, Grant, Power};
use almoner_ledger::money::Money;
use almoner_store::verify::verify;
use proptest::prelude::*;

use crate::asks::batches;
use crate::books::Ledger;
use crate::{CLOSING, LATE, LIVELY, cases};

/// What is open on a day, as it is kept.
fn kept(books: &dyn Books, today: Date) -> Vec<String> {
    let mut found = Vec::new();
    books
        .each_attention(&mut |open| {
            let id = &open.grant;
            if open.recovery_due.is_positive() {
                found.push(format!("{id} recovery {}", open.recovery_due));
            }
            found.extend(
                open.overdue_instalments(today).map(|(due, it)| format!("{id} instalment {due} {it}")),
            );
            found.extend(open.overdue_items(today).map(|it| format!("{id} item {} {}", it.due, it.name)));
            found.extend(open.paid_before_award.iter().map(|day| format!("{id} paid {day}")));
            found.extend(open.confirmed.iter().map(|it| format!("{id} confirmed {}", it.record)));
            found.extend(open.not_stated.iter().map(|what| format!("{id} {what:?}")));
            Ok(())
        })
        .unwrap();
    let numbers = books.decision_numbers().unwrap();
    found.extend(numbers.gaps().iter().map(ToString::to_string));
    found.extend(numbers.undated().map(|id| format!("{id} undated")));
    found.sort();
    found
}

/// The same from every grant and decision.
fn scanned(books: &dyn Books, today: Date) -> Vec<String> {
    let mut found = Vec::new();
    books
        .each_grant(&mut |grant| {
            found.extend(of_grant(grant, today));
            Ok(())
        })
        .unwrap();
    let mut registered: Vec<DecisionId> = Vec::new();
    books
        .each_decision(&mut |it| {
            registered.extend((!it.reversed).then(|| it.decision.id.clone()));
            let is_undated = !it.reversed && it.decision.date.is_none();
            found.extend(is_undated.then(|| format!("{} undated", it.decision.id)));
            Ok(())
        })
        .unwrap();
    found.extend(gaps(&registered).iter().map(ToString::to_string));
    found.sort();
    found
}

fn of_grant(grant: &Grant, today: Date) -> Vec<String> {
    let Some(award) = grant.award() else { return Vec::new() };
    let id = &grant.id;
    let standing = grant.standing().unwrap();
    let (paid, mut left) = (standing.net_paid().unwrap(), standing.balance().unwrap());
    // A refund that reduces the award makes no instalment unpaid again.
    let reduced = grant.facts().filter_map(|fact| match fact {
        Fact::Refunded(refund) if !refund.stays_available => Some(refund.amount),
        _ => None,
    });
    let mut settled = paid.plus(Money::sum(reduced).unwrap()).unwrap();
    let over = paid.minus(standing.awarded).unwrap();
    let mut found = Vec::new();
    if over > Money::ZERO {
        found.push(format!("{id} recovery {over}"));
    }
    let mut due: Vec<(Date, Money)> =
        grant.facts().filter_map(Fact::instalment).map(|it| (it.due, it.amount)).collect();
    due.retain(|(day, _)| *day < today && !grant.is_withdrawn());
    due.sort_by_key(|(day, _)| *day);
    for (day, amount) in due {
        let covered = amount.min(settled);
        let unpaid = amount.minus(covered).unwrap().min(left);
        (settled, left) = (settled.minus(covered).unwrap(), left.minus(unpaid).unwrap());
        if unpaid > Money::ZERO {
            found.push(format!("{id} instalment {day} {unpaid}"));
        }
    }
    let items = grant.due_items();
    let overdue = items.iter().filter(|item| item.state(today) == DueState::Overdue);
    found.extend(overdue.map(|item| format!("{id} item {} {}", item.due.due, item.due.name)));
    for fact in grant.facts() {
        if let Fact::Paid(payment) = fact
            && payment.date < award.decided
        {
            found.push(format!("{id} paid {}", payment.date));
        }
    }
    let again = grant.live().filter(|it| it.fact.is_again());
    found.extend(again.map(|it| format!("{id} confirmed {}", it.record)));
    let mut not_stated = |what: &str, is_stated: bool| {
        if !is_stated {
            found.push(format!("{id} {what}"));
        }
    };
    not_stated("Power", grant.terms().power != Power::NotStated);
    let in_the_end = Date::parse("2199-12-31").unwrap();
    not_stated("Fund", !grant.funds_on(in_the_end).split("; ").any(|fund| fund == "unstated"));
    let division = grant.division().unwrap();
    not_stated("Theme", !division.themes().into_iter().any(|theme| theme.is_unallocated()));
    not_stated("Period", grant.period().is_some());
    not_stated("Decision", grant.decision().is_some());
    not_stated("Date", !award.date_assumed);
    found
}

proptest! {
    // These write files.
    #![proptest_config(cases(60))]

    #[test]
    fn what_needs_attention_is_what_a_scan_finds(
        batches in prop_oneof![batches(LIVELY), batches(CLOSING)],
        rebuilt in 0..100_usize,
        days in prop::collection::vec(0..1_700_u64, 6),
    ) {
        let ledger = Ledger::run(&batches, LATE);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ledger");
        let stored = ledger.in_folder_with_tail(&path, 1 + rebuilt % 9);
        for day in days {
            let day = Date::new(Date::from_ymd(2014, 1, 1).unwrap().naive() + chrono::Days::new(day)).unwrap();
            let expected = scanned(&ledger.store, day);
            prop_assert_eq!(&kept(&ledger.store, day), &expected, "{}", ledger.history_text());
            prop_assert_eq!(&kept(&stored, day), &expected, "{}", ledger.history_text());
            prop_assert_eq!(&kept(&Draft::replaying(&stored), day), &expected);
        }
        drop(stored);
        prop_assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, vec![]);
    }
}
