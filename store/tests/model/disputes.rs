//! Cases that core and model once settled differently, each in the fewest commands.

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::{Date, Month, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Power, Purpose, TermsAddendum};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use almoner_ledger::totals::Figure;

use crate::asks::grant_id;
use crate::books::{Fate, Ledger, pence, sums};
use crate::naive::{Kind, Pence};
use crate::{LATE, advances};

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn purpose(split: &str) -> Purpose {
    Purpose { text: Text::new(&format!("for {split}")).unwrap(), split: Split::parse(split).unwrap() }
}

fn period((from, to): (&str, &str)) -> Period {
    Period::new(StatedDate::parse(from).unwrap(), StatedDate::parse(to).unwrap()).unwrap()
}

fn award(on: &str, pounds: i64, of: Option<(&str, &str)>) -> Command {
    award_under(on, pounds, of, Power::NotStated)
}

fn award_under(on: &str, pounds: i64, of: Option<(&str, &str)>, power: Power) -> Command {
    Command::Award(Box::new(AwardCommand {
        id: Some(grant_id(0)),
        decision: None,
        decided: date(on),
        date_assumed: false,
        confidential: false,
        recipient_id: Some(RecipientId::new("r0").unwrap()),
        identifiers: Vec::new(),
        recipient: None,
        amount: Money::from_pence(pounds * 100),
        purpose: purpose("a"),
        fund: None,
        power,
        period: of.map(period),
        conditions: None,
        reasons: None,
    }))
}

fn pay_numbered(on: &str, pounds: i64, occurrence: u32) -> Command {
    let amount = Money::from_pence(pounds * 100);
    Command::Pay {
        account: None,
        award: grant_id(0),
        date: date(on),
        amount,
        reference: None,
        before_decision: Some(Text::new("urgent").unwrap()),
        part: None,
        occurrence,
    }
}

fn pay(on: &str, pounds: i64) -> Command {
    pay_numbered(on, pounds, 1)
}

fn refund(on: &str, pounds: i64) -> Command {
    let (award, amount) = (grant_id(0), Money::from_pence(pounds * 100));
    let (date, reference, stays_available, occurrence) = (date(on), None, false, 1);
    Command::Refund { account: None, award, date, amount, reference, stays_available, part: None, occurrence }
}

fn vary(on: &str, pounds: i64, of: Option<(&str, &str)>) -> Command {
    let (award, change) = (grant_id(0), Money::from_pence(pounds * 100));
    Command::Vary { award, decision: None, date: date(on), change, period: of.map(period), part: None }
}

fn repurpose(on: &str, split: &str) -> Command {
    let (award, purpose) = (grant_id(0), purpose(split));
    Command::Repurpose { award, decision: None, date: date(on), purpose, include_past: false }
}

fn withdraw(on: &str) -> Command {
    Command::Withdraw { award: grant_id(0), decision: None, date: date(on) }
}

/// The books after these commands, each a batch of its own; what is late is posted late.
fn after(commands: &[Command]) -> Ledger {
    let mut ledger = Ledger::open(LATE);
    commands.iter().for_each(|command| {
        ledger.ask(command.clone());
    });
    ledger
}

/// Undoes the n-th of the commands asked so far.
fn undo(ledger: &mut Ledger, nth: usize) -> Option<Fate> {
    let Fate::Recorded(record) = ledger.tried[nth].2 else { panic!("{}", ledger.history_text()) };
    ledger.ask(Command::Reverse { record, reason: None })
}

/// Pounds of a kind by day and theme.
fn changes(ledger: &Ledger, kind: Kind) -> Vec<String> {
    let all = ledger.changes().remove("G0").unwrap_or_default();
    let of_kind = all.into_iter().filter(|((_, of, _), _)| *of == kind);
    of_kind
        .map(|((day, _, place), pence)| {
            format!("{day} {} {}", place.trim_start_matches("unstated/"), pence / 100)
        })
        .collect()
}

/// A figure of all headings at the end of a month, and all of it by power or theme.
fn figure_in(ledger: &Ledger, of: Month, figure: Figure) -> Vec<(String, Pence)> {
    let months = almoner_ledger::book::Books::totals(&ledger.store).iter().filter(|(_, it, _)| *it <= of);
    let rows = months.map(|(heading, _, it)| {
        (
            format!("{} {:?}", heading.power, heading.theme.as_ref().map(ToString::to_string)),
            pence(it.get(figure)),
        )
    });
    sums(rows).into_iter().collect()
}

/// "Charges and payments dated d or later carry the new theme", whichever was recorded first.
#[test]
fn a_payment_stands_under_the_purpose_of_its_day() {
    let ledger =
        after(&[award("2015-01-01", 100, None), pay("2015-02-01", 40), repurpose("2015-02-01", "b")]);
    assert_eq!(changes(&ledger, Kind::Paid), ["2015-02-01 b 40"]);
    assert_eq!(changes(&ledger, Kind::Expenditure), ["2015-02-01 b 40"]);
}

/// "Instalments of charge that fall before D are charged on D", also when a refund of money
/// paid before the decision spreads the charges anew.
#[test]
fn no_charge_falls_before_the_decision() {
    let award = award("2015-03-10", 60, Some(("2015-01", "2015-06")));
    let ledger = after(&[award, pay("2015-01-05", 20), refund("2015-01-20", 6)]);
    let charged = changes(&ledger, Kind::Expenditure);
    assert!(charged.iter().all(|row| row.as_str() >= "2015-03-10"), "{charged:?}");
}

/// more is never paid than awarded, on no day since the decision.
#[test]
fn more_is_never_paid_than_awarded_on_any_day() {
    let ledger =
        after(&[award("2015-01-01", 100, None), vary("2015-06-01", 50, None), pay("2015-02-01", 150)]);
    let at = ledger.naive.grants["G0"].at(date("2015-02-01").naive());
    assert!(at.paid <= at.awarded, "{at:?}");
}

/// only what was charged can have been charged too much.
#[test]
fn nothing_is_credited_that_was_not_charged() {
    let ledger = after(&[
        award("2015-01-01", 100, Some(("2015-01", "2015-12"))),
        vary("2015-06-01", 100, None),
        pay("2015-01-10", 200),
        refund("2015-01-15", 150),
    ]);
    let charged = changes(&ledger, Kind::Expenditure);
    assert!(!charged.contains(&"2015-01-15 a -50".to_owned()), "{charged:?}");
}

/// "if already charged too much, the excess is credited on the variation date", not with the
/// first charge of a period that starts later.
#[test]
fn what_was_charged_when_paid_is_credited_when_a_later_period_is_stated() {
    let stated = vary("2015-03-15", 0, Some(("2015-07", "2015-10")));
    let ledger = after(&[award("2015-01-01", 100, None), pay("2015-02-01", 40), stated]);
    assert_eq!(
        changes(&ledger, Kind::Expenditure),
        [
            "2015-02-01 a 40",
            "2015-03-15 a -40",
            "2015-07-31 a 25",
            "2015-08-31 a 25",
            "2015-09-30 a 25",
            "2015-10-31 a 25"
        ]
    );
}

/// A reversed record might never have been: an extension states a later end, not the start that
/// another, wrong variation had given the period.
#[test]
fn an_extension_keeps_the_start_of_its_day() {
    let award = award("2015-01-01", 60, Some(("2015-01", "2015-06")));
    let to = StatedDate::parse("2015-12").unwrap();
    let extend = Command::Extend { award: grant_id(0), decision: None, date: date("2015-03-10"), to };
    let wrong = vary("2015-02-01", 0, Some(("2015-05", "2015-08")));
    let mut ledger = after(&[award.clone(), wrong, extend.clone()]);
    if undo(&mut ledger, 1) == Some(Fate::Refused("has-dependents")) {
        return;
    }
    assert_eq!(ledger.changes(), after(&[award, extend]).changes());
}

/// Of a period that was stated later, too.
#[test]
fn a_stated_period_is_not_undone_once_it_is_extended() {
    let statement = TermsAddendum { period: Some(period(("2015-01", "2015-06"))), ..Default::default() };
    let to = StatedDate::parse("2015-12").unwrap();
    let extend = Command::Extend { award: grant_id(0), decision: None, date: date("2015-03-10"), to };
    for (later, expected) in
        [(extend, Fate::Refused("has-dependents")), (pay("2015-03-10", 10), Fate::Recorded(12))]
    {
        let stated = Command::State { award: grant_id(0), statement: statement.clone() };
        let mut ledger = after(&[award("2015-01-01", 60, None), stated, later]);
        assert_eq!(undo(&mut ledger, 1), Some(expected), "{}", ledger.history_text());
    }
}

/// An extension states a later end: one that becomes known after another, though it was decided
/// before it, is not undone by the other's earlier end. (To refuse it is as good.)
#[test]
fn an_extension_never_shortens() {
    let extend = |on: &str, to: &str| {
        let (date, to) = (date(on), StatedDate::parse(to).unwrap());
        Command::Extend { award: grant_id(0), decision: None, date, to }
    };
    let award = award("2015-01-01", 60, Some(("2015-01", "2015-06")));
    let ledger = after(&[award, extend("2015-05-10", "2015-08"), extend("2015-03-10", "2015-10")]);
    let last = changes(&ledger, Kind::Expenditure).pop().unwrap();
    let refused = matches!(ledger.tried[2].2, Fate::Refused(_));
    assert!(refused || last.starts_with("2015-10-31"), "last charged {last}");
}

/// a withdrawal drops future charges; it does not take back what was charged when paid. A
/// withdrawal that becomes known after a later period was stated leaves that as it was.
#[test]
fn a_period_stated_after_a_withdrawal_credits_nothing() {
    let stated = vary("2015-06-10", 0, Some(("2015-01", "2015-03")));
    let ledger =
        after(&[award("2015-01-01", 100, None), pay("2015-02-01", 60), stated, withdraw("2015-03-01")]);
    let refused = matches!(ledger.tried[3].2, Fate::Refused("varied-later"));
    assert!(
        refused || changes(&ledger, Kind::Expenditure) == ["2015-02-01 a 60"],
        "{}",
        ledger.history_text()
    );
}

/// A reversed record might never have been: without the payment, all of the award is withdrawn,
/// and no commitment is outstanding on it. (To refuse the reversal is as good.)
#[test]
fn a_withdrawal_takes_back_what_a_reversed_payment_left() {
    let (award, withdrawn) = (award("2015-01-01", 100, None), withdraw("2015-03-01"));
    let mut ledger = after(&[award.clone(), pay("2015-02-01", 60), withdrawn.clone()]);
    if undo(&mut ledger, 1) == Some(Fate::Refused("has-dependents")) {
        return;
    }
    assert_eq!(ledger.changes(), after(&[award, withdrawn]).changes());
}

/// Sending the same thing twice is safe, also the second of two when the first is not there.
#[test]
fn the_second_of_several_is_not_recorded_twice() {
    let second = pay_numbered("2015-02-01", 30, 2);
    let ledger = after(&[award("2015-01-01", 100, None), second.clone(), second]);
    let (_, paid) = ledger.naive.awarded_and_paid("G0").unwrap();
    assert!(paid <= 3_000, "{}", ledger.history_text());
}

/// "A closed month takes no posting", so its report is the same paper next year: also what is
/// prepaid, owed and due in it, when a change of purpose or period becomes known late.
#[test]
fn a_closed_month_keeps_what_is_prepaid_owed_and_due() {
    let close = ["2015-01", "2015-02", "2015-03"].map(|it| Command::close(month(it)));
    let late = [repurpose("2015-03-10", "b"), vary("2015-04-10", 0, Some(("2015-04", "2015-06")))];
    for (of, figure) in [(None, Figure::Unscheduled), (Some(("2015-01", "2015-12")), Figure::Prepayments)] {
        let paid = [award("2015-01-01", 120, of), pay("2015-01-10", 100)];
        let mut ledger = after(&[&paid[..], &close].concat());
        let then = figure_in(&ledger, month("2015-03"), figure);
        for command in &late {
            ledger.ask(command.clone());
            assert_eq!(
                figure_in(&ledger, month("2015-03"), figure),
                then,
                "{figure:?} {}",
                ledger.history_text()
            );
        }
    }
}

/// what was posted under a power stays there, when the wrong award is
/// undone and the right one takes its id.
#[test]
fn a_closed_month_keeps_its_powers() {
    let mut ledger = after(&[award("2015-01-01", 100, None), Command::close(month("2015-01"))]);
    let committed =
        |ledger: &Ledger| figure_in(ledger, month("2015-01"), Figure::Posted(Account::Commitments));
    let then = committed(&ledger);
    undo(&mut ledger, 0);
    ledger.ask(award_under("2015-01-01", 100, None, Power::S9));
    assert_eq!(committed(&ledger), then);
}

/// Money received in advance is released once: a charge in a closed month that released nothing
/// is not taken back from income when it is credited later.
#[test]
fn nothing_is_taken_back_that_was_not_released() {
    let (date, amount) = (date("2015-01-01"), Money::from_pence(50_00));
    let (fund, kind) = (FundId::unstated(), ReceiptKind::ReturnIfUnspent);
    let receipt = FundingReceipt { account: None, fund, date, amount, from: None, reference: None, kind };
    let ledger = after(&[
        award("2015-01-01", 30, Some(("2015-01", "2015-03"))),
        Command::close(month("2015-01")),
        Command::close(month("2015-02")),
        Command::Receive { receipt, occurrence: 1 },
        withdraw("2015-01-10"),
    ]);
    let released: Vec<Pence> = advances(&ledger)
        .values()
        .flat_map(|months| months.values())
        .map(|[_, released, _]| *released)
        .collect();
    let so_far = released.iter().scan(0, |sum, it| {
        *sum += it;
        Some(*sum)
    });
    assert!(so_far.clone().all(|sum| sum >= 0), "{released:?}");
}
