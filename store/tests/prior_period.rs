//! Prior period adjustments: a material error of earlier years goes to reserves, not to the year's expenditure. Figures
//! are worked out by hand.

use crate::common::{self, award, close_months, date, pay, text};
use almoner_ledger::accounts::Account;
use almoner_ledger::allocation::Funds;
use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, Refusal, carry_out, decide};
use almoner_ledger::events::{Event, GrantFact};
use almoner_ledger::grants::Fact;
use almoner_ledger::invariants::violations;
use almoner_ledger::reports::late::How;
use almoner_ledger::reports::trial_balance::BalanceAccount;
use almoner_ledger::reports::{
    By, Filter, Measure, Query, funds, grants, late, themes, trial_balance, year_end,
};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

fn record(store: &mut MemoryStore, commands: &[Command]) {
    let batch = common::drafted(&*store, commands);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

fn adjusting() -> Options {
    Options { prior_period: Some(text("Found by the auditor")), again: true, ..Options::default() }
}

fn posted_late() -> Options {
    Options { late: true, again: true, add_missing: true, confirm_names: true, ..Options::default() }
}

/// Records a command with these options.
fn record_as(store: &mut MemoryStore, command: &Command, options: Options) {
    let mut draft = Draft::new(&*store, common::AT.into(), common::BY.into());
    carry_out(&mut draft, command, options).unwrap();
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

/// An award of 12,000.00 for January to December 2015, and one of 900.00 without a period, neither paid; January to April
/// 2015 are closed.
fn books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let opening = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), opening).unwrap();
    let of_year = Some(("2015-01", "2015-12"));
    record(
        &mut store,
        &[
            award("1-2015", "2015-01-05", "12000", "youth", of_year),
            award("2-2015", "2015-02-01", "900", "abuse", None),
        ],
    );
    record(&mut store, &close_months("2015-01", "2015-04"));
    store
}

/// Decides a command, and returns what became of it, or the code of the refusal.
fn outcome(store: &MemoryStore, command: &Command, options: Options) -> &'static str {
    match decide(store, command, options) {
        Ok(Decided::Events(_)) => "recorded",
        Ok(Decided::Already(_)) => "already",
        Err(Refusal::Rejected(rejection)) => rejection.code(),
        Err(Refusal::Books(error)) => panic!("{error}"),
    }
}

fn correct(amount: &str) -> Command {
    correct_award("1-2015", amount)
}

fn correct_award(award: &str, amount: &str) -> Command {
    Command::Correct {
        award: award.parse().unwrap(),
        recipient: None,
        amount: Some(amount.parse().unwrap()),
        purpose: None,
        fund: None,
        theme: None,
        date: date("2018-01-01"),
        reason: text("A slip"),
    }
}

fn vary(by: &str, on: &str) -> Command {
    Command::Vary {
        award: "1-2015".parse().unwrap(),
        decision: None,
        date: date(on),
        change: by.parse().unwrap(),
        period: None,
        part: None,
    }
}

fn withdraw(on: &str) -> Command {
    Command::Withdraw { award: "1-2015".parse().unwrap(), decision: None, date: date(on) }
}

fn change_fund(on: &str) -> Command {
    let (award, fund) = ("1-2015".parse().unwrap(), Funds::parse("victims").unwrap());
    Command::ChangeFund { award, decision: None, date: date(on), fund, include_past: false }
}

fn moved_with_past(award: &str, on: &str) -> Command {
    let (award, fund) = (award.parse().unwrap(), Funds::parse("victims").unwrap());
    Command::ChangeFund { award, decision: None, date: date(on), fund, include_past: true }
}

/// The payment recorded first after [`books`] came back.
fn returned(amount: &str, on: &str) -> Command {
    let (award, amount) = ("2-2015".parse().unwrap(), amount.parse().unwrap());
    Command::Return {
        account: None,
        award,
        date: date(on),
        amount,
        reference: None,
        payment: Some(16),
        recent: false,
        occurrence: 1,
    }
}

fn reverse(record: u64) -> Command {
    Command::Reverse { record, reason: None }
}

/// A measure of a financial year, of one fund or of all.
fn figure(store: &MemoryStore, fund: Option<&str>, year: &str, measure: Measure) -> String {
    let filter = Filter { fund: fund.map(|id| id.parse().unwrap()), ..Filter::default() };
    let query = Query { filter, ..Query::of(FinancialYear::parse(year).unwrap().range()) };
    themes(store, &query, By::Fund).unwrap().total.get(measure).to_string()
}

#[test]
fn what_is_of_earlier_years_is_taken_from_reserves() {
    use Measure::{EarlierYears, Expenditure, Paid, PriorPeriod};
    let (late, adjust, on_time) = (posted_late, adjusting, Options::default);
    // What is recorded, the fund, the year, the measure and the figure.
    type Case<'t> = (Vec<(Command, Options)>, Option<&'t str>, &'t str, Measure, &'t str);
    let table: Vec<Case<'_>> = vec![
        (vec![], None, "2014-15", Expenditure, "3000.00"),
        (vec![], None, "2015-16", Expenditure, "9000.00"),
        // A payment that is expenditure when paid: 500.00 of March 2015.
        (vec![(pay("2-2015", "2015-03-10", "500"), late())], None, "2015-16", Expenditure, "9500.00"),
        (vec![(pay("2-2015", "2015-03-10", "500"), adjust())], None, "2014-15", Expenditure, "3000.00"),
        (vec![(pay("2-2015", "2015-03-10", "500"), adjust())], None, "2015-16", Expenditure, "9000.00"),
        (vec![(pay("2-2015", "2015-03-10", "500"), adjust())], None, "2015-16", PriorPeriod, "500.00"),
        (vec![(pay("2-2015", "2015-03-10", "500"), adjust())], None, "2015-16", Paid, "500.00"),
        // Twice the amount: 1,000.00 more a month, of which January to March are of the year before.
        (vec![(correct("24000"), late())], None, "2015-16", Expenditure, "21000.00"),
        (vec![(correct("24000"), adjust())], None, "2015-16", Expenditure, "18000.00"),
        (vec![(correct("24000"), adjust())], None, "2015-16", PriorPeriod, "3000.00"),
        (vec![(correct("24000"), adjust())], None, "2014-15", PriorPeriod, "0.00"),
        (vec![(correct("24000"), adjust())], None, "2016-17", PriorPeriod, "0.00"),
        // Half of it: 500.00 less a month.
        (vec![(correct("6000"), adjust())], None, "2015-16", Expenditure, "4500.00"),
        (vec![(correct("6000"), adjust())], None, "2015-16", PriorPeriod, "-1500.00"),
        // 2,000.00 by the end of February; what is left of 6,000.00 is 400.00 in each of ten months.
        (vec![(vary("-6000", "2015-02-28"), adjust())], None, "2015-16", Expenditure, "3600.00"),
        (vec![(vary("-6000", "2015-02-28"), adjust())], None, "2015-16", PriorPeriod, "-600.00"),
        // Withdrawn at the end of February: nothing of March, nor of the next year.
        (vec![(withdraw("2015-02-28"), adjust())], None, "2015-16", Expenditure, "0.00"),
        (vec![(withdraw("2015-02-28"), adjust())], None, "2015-16", PriorPeriod, "-1000.00"),
        // February and March move to the other fund, and the reserves of both bear it.
        (vec![(change_fund("2015-02-15"), late())], Some("victims"), "2015-16", EarlierYears, "2000.00"),
        (vec![(change_fund("2015-02-15"), adjust())], Some("victims"), "2015-16", EarlierYears, "0.00"),
        (vec![(change_fund("2015-02-15"), adjust())], Some("victims"), "2015-16", PriorPeriod, "2000.00"),
        (vec![(change_fund("2015-02-15"), adjust())], Some("cdr"), "2015-16", PriorPeriod, "-2000.00"),
        (vec![(change_fund("2015-02-15"), adjust())], None, "2015-16", PriorPeriod, "0.00"),
        (vec![(change_fund("2015-02-15"), adjust())], Some("victims"), "2015-16", Expenditure, "9000.00"),
        // A reversal gives back what its record took, without being told to.
        (vec![(correct("24000"), adjust()), (reverse(16), late())], None, "2015-16", PriorPeriod, "0.00"),
        (vec![(correct("24000"), adjust()), (reverse(16), late())], None, "2015-16", Expenditure, "9000.00"),
        // What the year bore comes back to the year, and only the rest to reserves: of a month, of a late rise in it.
        (
            vec![(correct("18000"), late()), (correct("9000"), adjust())],
            None,
            "2015-16",
            PriorPeriod,
            "-750.00",
        ),
        (
            vec![(correct("18000"), late()), (correct("9000"), adjust())],
            None,
            "2015-16",
            Expenditure,
            "6750.00",
        ),
        // What the year was credited with stays there.
        (
            vec![(correct("24000"), adjust()), (correct("18000"), late()), (correct("12000"), adjust())],
            None,
            "2015-16",
            PriorPeriod,
            "1500.00",
        ),
        // A reversal takes back what its own record posted to reserves.
        (
            vec![(correct("18000"), late()), (correct("9000"), adjust()), (reverse(17), late())],
            None,
            "2015-16",
            PriorPeriod,
            "0.00",
        ),
        // Of what moves back, the year keeps what was posted late since the move.
        (
            vec![(change_fund("2015-03-01"), adjust()), (correct("24000"), late()), (reverse(16), late())],
            Some("victims"),
            "2015-16",
            PriorPeriod,
            "0.00",
        ),
        (
            vec![(change_fund("2015-03-01"), adjust()), (correct("24000"), late()), (reverse(16), late())],
            Some("victims"),
            "2015-16",
            EarlierYears,
            "-1000.00",
        ),
        // A payment of March in time and one too late: each goes back where it is booked.
        (
            vec![
                (pay("2-2015", "2015-03-10", "500"), adjust()),
                (pay("2-2015", "2015-03-11", "40"), late()),
                (reverse(16), late()),
            ],
            None,
            "2015-16",
            PriorPeriod,
            "0.00",
        ),
        // A payment that comes back in an open month, in whole or in two parts.
        (
            vec![(pay("2-2015", "2015-03-10", "500"), adjust()), (returned("500", "2015-05-10"), on_time())],
            None,
            "2015-16",
            PriorPeriod,
            "0.00",
        ),
        (
            vec![(pay("2-2015", "2015-03-10", "500"), adjust()), (returned("500", "2015-05-10"), on_time())],
            None,
            "2015-16",
            Expenditure,
            "9000.00",
        ),
        (
            vec![
                (pay("2-2015", "2015-03-10", "500"), adjust()),
                (returned("200", "2015-05-10"), on_time()),
                (returned("300", "2015-05-11"), on_time()),
            ],
            None,
            "2015-16",
            PriorPeriod,
            "0.00",
        ),
        // And such a return reversed.
        (
            vec![
                (pay("2-2015", "2015-03-10", "500"), adjust()),
                (returned("500", "2015-05-10"), on_time()),
                (reverse(17), on_time()),
            ],
            None,
            "2015-16",
            PriorPeriod,
            "500.00",
        ),
        // A payment that the year bore comes back to the year.
        (
            vec![(pay("2-2015", "2015-03-10", "500"), late()), (returned("500", "2015-05-10"), on_time())],
            None,
            "2015-16",
            Expenditure,
            "9000.00",
        ),
        // Two errors, of which one is material.
        (
            vec![(pay("2-2015", "2015-03-10", "500"), adjust()), (pay("2-2015", "2015-03-11", "40"), late())],
            None,
            "2015-16",
            PriorPeriod,
            "500.00",
        ),
    ];
    for (recorded, fund, year, measure, expected) in table {
        let mut store = books();
        let given = format!("{recorded:?} {fund:?} {year} {measure}");
        assert_eq!(store.reference().records, 15);
        recorded.into_iter().for_each(|(command, options)| record_as(&mut store, &command, options));
        assert_eq!(figure(&store, fund, year, measure), expected, "{given}");
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new(), "{given}");
    }
}

#[test]
fn nothing_of_an_earlier_year_is_no_adjustment() {
    let table = [
        (pay("2-2015", "2015-03-10", "500"), "recorded"),
        // A closed month, but of the year of the first open day.
        (pay("2-2015", "2015-04-10", "500"), "not-of-earlier-years"),
        // An open month.
        (pay("2-2015", "2015-05-10", "500"), "not-of-earlier-years"),
        // A payment is no expenditure where a period spreads it.
        (pay("1-2015", "2015-03-10", "500"), "not-of-earlier-years"),
        (vary("600", "2015-05-31"), "not-of-earlier-years"),
        (vary("600", "2015-03-31"), "not-of-earlier-years"),
        (vary("600", "2015-02-28"), "recorded"),
        (correct("24000"), "recorded"),
        // It moves no money.
        (
            award("1-2015", "2015-01-05", "12000", "youth", Some(("2015-01", "2015-12"))),
            "recorded-without-adjustment",
        ),
        (Command::close("2015-05".parse().unwrap()), "not-of-earlier-years"),
    ];
    for (command, expected) in table {
        assert_eq!(outcome(&books(), &command, adjusting()), expected, "{command:?}");
    }
    // The same once more is recorded already; what is recorded otherwise is not taken for it.
    let payment = || pay("2-2015", "2015-03-10", "500");
    let late = posted_late;
    for (first, again, expected) in [
        (adjusting(), adjusting(), "already"),
        (late(), adjusting(), "recorded-without-adjustment"),
        (adjusting(), late(), "recorded-as-adjustment"),
        (adjusting(), Options::default(), "already"),
        (late(), late(), "already"),
    ] {
        let mut store = books();
        record_as(&mut store, &payment(), first);
        assert_eq!(outcome(&store, &payment(), again), expected);
    }
}

#[test]
fn a_credit_of_what_the_year_bore_is_no_adjustment() {
    // An award of January to December 2015 recorded when January to March, which are of the year before, were closed.
    let forgotten = || award("3-2015", "2015-01-05", "12000", "youth", Some(("2015-01", "2015-12")));
    let corrected = || correct_award("3-2015", "6000");
    let paid = || pay("2-2015", "2015-03-10", "500");
    let table = [
        (vec![(forgotten(), posted_late())], corrected()),
        (vec![(paid(), posted_late())], reverse(16)),
        (vec![(paid(), posted_late())], returned("500", "2015-03-12")),
        (vec![(correct("24000"), posted_late())], reverse(16)),
        (vec![(correct("24000"), posted_late())], correct("12000")),
        // Wherever it moved to within the year.
        (
            vec![(paid(), posted_late()), (moved_with_past("2-2015", "2015-03-20"), posted_late())],
            Command::Withdraw { award: "2-2015".parse().unwrap(), decision: None, date: date("2015-03-01") },
        ),
        // Nor is a debit, where it undoes what the year was credited with.
        (vec![(correct("6000"), posted_late())], reverse(16)),
    ];
    for (recorded, command) in table {
        let mut store = books();
        recorded.into_iter().for_each(|(command, options)| record_as(&mut store, &command, options));
        assert_eq!(outcome(&store, &command, adjusting()), "not-of-earlier-years", "{command:?}");
    }
    // In the next year it is of an earlier one.
    let mut store = books();
    record_as(&mut store, &paid(), posted_late());
    record(&mut store, &close_months("2015-05", "2016-03"));
    record_as(&mut store, &reverse(16), adjusting());
    assert_eq!(figure(&store, None, "2016-17", Measure::PriorPeriod), "-500.00");
    assert_eq!(figure(&store, None, "2016-17", Measure::Expenditure), "0.00");
}

#[test]
fn a_reversal_in_a_later_year_gives_back_what_was_taken_and_no_more() {
    let mut store = books();
    record_as(&mut store, &correct("24000"), adjusting());
    record(&mut store, &close_months("2015-05", "2016-04"));
    record_as(&mut store, &reverse(16), Options { late: true, ..Options::default() });
    // 3,000.00 had been taken from reserves; 9,000.00 had been expenditure of 2015-16.
    for (year, prior_period, expenditure) in
        [("2015-16", "3000.00", "18000.00"), ("2016-17", "-3000.00", "-9000.00")]
    {
        assert_eq!(figure(&store, None, year, Measure::PriorPeriod), prior_period, "{year}");
        assert_eq!(figure(&store, None, year, Measure::Expenditure), expenditure, "{year}");
    }
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

/// What the record left to a year that is over is in reserves by the time of the reversal.
#[test]
fn a_reversal_in_a_later_year_takes_what_an_earlier_year_bore_from_reserves() {
    let mut store = books();
    record_as(&mut store, &correct("24000"), posted_late());
    record_as(&mut store, &correct("9000"), adjusting());
    // Of 3,750.00 for January to March 2015, 2015-16 was credited with the 3,000.00 that it had borne.
    assert_eq!(figure(&store, None, "2015-16", Measure::PriorPeriod), "-750.00");
    record(&mut store, &close_months("2015-05", "2016-04"));
    record_as(&mut store, &reverse(17), Options { late: true, ..Options::default() });
    assert_eq!(figure(&store, None, "2016-17", Measure::PriorPeriod), "3750.00");
    assert_eq!(figure(&store, None, "2015-16", Measure::PriorPeriod), "-750.00");
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn reserves_are_those_of_the_fund_and_are_listed() {
    let mut store = books();
    record_as(&mut store, &pay("2-2015", "2015-03-10", "500"), adjusting());
    record_as(&mut store, &correct("24000"), adjusting());
    let year = FinancialYear::parse("2015-16").unwrap();
    let query = Query::of(year.range());

    // The opening balance is what 2014-15 had spent: January to March of the first award.
    let statement = funds(&store, &query).unwrap().total;
    let shown = [statement.opening, statement.prior_period, statement.expenditure, statement.closing];
    assert_eq!(shown.map(|it| it.to_string()), ["-3000.00", "3500.00", "18000.00", "-24500.00"]);

    // In the year it has an account of its own; then it is in the general reserve.
    for (of, account, expected) in [
        ("2015-16", BalanceAccount::Posted(Account::PriorPeriod), Some(["0.00", "3500.00"])),
        ("2015-16", BalanceAccount::GeneralReserve, Some(["3000.00", "0.00"])),
        ("2016-17", BalanceAccount::Posted(Account::PriorPeriod), None),
        ("2016-17", BalanceAccount::GeneralReserve, Some(["24500.00", "0.00"])),
    ] {
        let query = Query::of(FinancialYear::parse(of).unwrap().range());
        let report = trial_balance(&store, &query).unwrap();
        let found = report.funds.iter().flat_map(|fund| &fund.real.accounts).find(|it| it.account == account);
        let shown = found.map(|it| [it.opening.to_string(), it.movement.to_string()]);
        assert_eq!(shown, expected.map(|it| it.map(str::to_owned)), "{of} {account:?}");
    }

    // What is recognised to date contains it; the year's own expenditure does not.
    let totals = grants(&store, &query).unwrap().total;
    assert_eq!(totals.expenditure.to_string(), "24500.00");
    assert_eq!(totals.expenditure_in_period.unwrap().to_string(), "18000.00");
    assert_eq!(totals.prior_period_in_period.unwrap().to_string(), "3500.00");

    let listed = year_end(&store, &query, year).unwrap().prior_period;
    let rows: Vec<String> = listed
        .rows
        .iter()
        .map(|it| {
            let decision = it.decision.as_ref().map(ToString::to_string).unwrap_or_default();
            format!(
                "{} {} {} {} {} {} {}: {} {}",
                it.booked,
                it.year,
                it.grant,
                it.fund,
                it.event,
                decision,
                it.recorded_by,
                it.reason,
                it.amount
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "2015-05-01 2014-15 1-2015 cdr correction 1-2015 officer: Found by the auditor 3000.00",
            "2015-05-01 2014-15 2-2015 cdr payment 2-2015 officer: Found by the auditor 500.00",
        ]
    );
    assert_eq!(listed.total.to_string(), "3500.00");
    let before = Query::of(FinancialYear::parse("2014-15").unwrap().range());
    assert!(
        year_end(&store, &before, FinancialYear::parse("2014-15").unwrap()).unwrap().prior_period.is_empty()
    );

    let report = late(&store, &query).unwrap();
    assert!(report.rows.iter().all(|row| row.how == How::PriorPeriod && row.reason.is_some()));
    assert_eq!(report.total.prior_period.to_string(), "3500.00");
    assert_eq!(report.total.expenditure.to_string(), "1000.00");
    // By effective date, March has what was taken from reserves for it.
    let march = late(&store, &before).unwrap().months;
    let march =
        march.iter().find(|it| it.month.to_string() == "2015-03" && it.figure == "expenditure").unwrap();
    assert_eq!(
        [march.booked, march.booked_later, march.effective].map(|it| it.to_string()),
        ["1000.00", "1500.00", "2500.00"]
    );
}

#[test]
fn an_adjustment_without_a_reason_does_not_fit_the_books() {
    let store = books();
    let Decided::Events(events) = decide(&store, &pay("2-2015", "2015-03-10", "500"), adjusting()).unwrap()
    else {
        panic!("it is not recorded yet")
    };
    let Some(Event::Grant(adjusted)) = events.into_iter().next_back() else {
        panic!("a payment is of a grant")
    };
    let plain = decide(&store, &pay("2-2015", "2015-05-10", "500"), Options::default()).unwrap();
    let Decided::Events(plain) = plain else { panic!("it is not recorded yet") };
    let Some(Event::Grant(plain)) = plain.into_iter().next_back() else { panic!("a payment is of a grant") };
    let reason = Some(text("Found by the auditor"));
    for (fact, fits) in [
        (adjusted.clone(), true),
        (GrantFact { prior_period: None, ..adjusted }, false),
        (plain.clone(), true),
        (GrantFact { prior_period: reason, ..plain }, false),
    ] {
        assert!(matches!(*fact.fact, Fact::Paid(_)));
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        let added = draft.add(Event::Grant(fact.clone()));
        assert_eq!(!matches!(added, Err(BooksError::DoesNotFit { .. })), fits, "{fact:?}");
    }
}
