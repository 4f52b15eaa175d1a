//! The reporting date, what is still to recognise, what remains of a budget, and profiled budgets.

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::reports::trial_balance::{BalanceAccount, FundBalance};
use almoner_ledger::reports::{By, Every, budget, commitments, grants, periods, themes, trial_balance};

use super::*;

/// The books with one award of 12,000 to theme `youth` from the fund `cdr`, and budgets of 12,000 in its years.
fn books(decided: &str, period: Option<(&str, &str)>, years: &[&str], more: &[Command]) -> MemoryStore {
    let mut store = opened();
    record(&mut store, &[award(("1-2015", decided, "A Charity", Some("cdr"), "12000", period, "youth"))]);
    let budgets: Vec<Command> = years.iter().map(|year| set_budget("cdr", "youth", year, "12000")).collect();
    record(&mut store, &budgets);
    record(&mut store, more);
    store
}

fn total(store: &MemoryStore, query: &Query) -> Measures {
    let total = themes(store, query, By::Theme).unwrap().total;
    for by in By::ALL {
        assert_eq!(with_moves(themes(store, query, by).unwrap().total), with_moves(total), "{by:?}");
    }
    total
}

fn words(amounts: &[Option<Money>]) -> String {
    let word = |amount: &Option<Money>| amount.map_or("-".to_owned(), |amount| amount.to_string());
    amounts.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_after_the_reporting_date_counts() {
    let period = Some(("2026-04-01", "2027-03-31"));
    let store = books("2026-03-01", period, &["2026-27"], &[pay("1-2015", "2026-04-20", "3000")]);
    // Each month is 1,000. Expenditure, accruals, prepayments, still to recognise, remaining.
    for (on, expected) in [
        ("2026-03-15", "0.00 0.00 0.00 12000.00 0.00"),
        ("2026-04-20", "0.00 0.00 3000.00 12000.00 0.00"),
        ("2026-06-30", "3000.00 0.00 0.00 9000.00 0.00"),
        ("2026-11-29", "7000.00 4000.00 0.00 5000.00 0.00"),
        ("2026-11-30", "8000.00 5000.00 0.00 4000.00 0.00"),
        ("2027-03-30", "11000.00 8000.00 0.00 1000.00 0.00"),
        ("2027-03-31", "12000.00 9000.00 0.00 0.00 0.00"),
        ("2027-06-30", "12000.00 9000.00 0.00 0.00 0.00"),
    ] {
        let query = year("2026-27").on(day(on));
        let it = total(&store, &query);
        let shown = [Some(it.expenditure), Some(it.accruals), Some(it.prepayments), it.still_to_recognise];
        assert_eq!(words(&[&shown[..], &[it.remaining]].concat()), expected, "{on}");
        assert_eq!((it.profiled_budget, it.variance), (None, None));
        let listed = grants(&store, &query).unwrap().total;
        assert_eq!((listed.accruals, listed.prepayments), (it.accruals, it.prepayments), "{on}");
        let flow = periods(&store, &query, Every::Month).unwrap();
        assert!(flow.rows.iter().all(|row| row.to <= query.as_at()), "{on}");
        assert_eq!((flow.total.expenditure, flow.total.accruals), (it.expenditure, it.accruals), "{on}");
    }
}

#[test]
fn later_records_change_no_earlier_reporting_date() {
    let period = Some(("2015-04-01", "2016-03-31"));
    let of = |more: &[Command]| {
        let store = books("2015-03-01", period, &["2015-16"], more);
        total(&store, &year("2015-16").on(day("2015-06-30")))
    };
    let then = of(&[]);
    let withdraw = Command::Withdraw { award: id("1-2015"), decision: None, date: day("2015-09-17") };
    let other = award(("2-2015", "2015-07-01", "Another", Some("cdr"), "1200", period, "youth"));
    let commands = [other, withdraw, pay("1-2015", "2015-08-01", "4000")];
    for more in [&commands[..1], &commands[1..2], &commands[2..]] {
        assert_eq!(of(more), then, "{more:?}");
    }
}

#[test]
fn what_has_no_date_counts_in_a_running_year_only() {
    let due = day("2015-06-01");
    let instalment = [Command::Schedule { award: id("1-2015"), due, amount: money("5000"), occurrence: 1 }];
    let paid = [pay("1-2015", "2015-04-20", "12000")];
    let part_paid = [instalment[0].clone(), pay("1-2015", "2015-06-02", "4000")];
    // Expenditure, still to recognise, remaining, carried forward.
    for (more, of, on, expected) in [
        (&[][..], "2014-15", "2015-03-20", "0.00 12000.00 0.00 -"),
        (&[], "2014-15", "2015-03-31", "0.00 0.00 12000.00 12000.00"),
        (&[], "2014-15", "2026-11-29", "0.00 0.00 12000.00 12000.00"),
        (&[], "2015-16", "2015-03-20", "0.00 0.00 12000.00 -"),
        (&[], "2015-16", "2015-04-10", "0.00 12000.00 0.00 -"),
        (&paid, "2014-15", "2026-11-29", "0.00 0.00 12000.00 12000.00"),
        (&paid, "2014-15", "2015-03-20", "0.00 12000.00 0.00 -"),
        (&paid, "2015-16", "2015-04-10", "0.00 12000.00 0.00 -"),
        (&paid, "2015-16", "2015-04-30", "12000.00 0.00 0.00 -"),
        (&paid, "2015-16", "2026-11-29", "12000.00 0.00 0.00 0.00"),
        (&instalment, "2014-15", "2015-03-20", "0.00 7000.00 5000.00 -"),
        (&instalment, "2014-15", "2015-03-31", "0.00 0.00 12000.00 7000.00"),
        (&instalment, "2015-16", "2015-03-20", "0.00 5000.00 7000.00 -"),
        (&instalment, "2015-16", "2015-04-10", "0.00 12000.00 0.00 -"),
        // The instalment has passed: 12,000 without a date.
        (&instalment, "2015-16", "2015-06-01", "0.00 12000.00 0.00 -"),
        (&part_paid, "2015-16", "2015-06-02", "4000.00 8000.00 0.00 -"),
    ] {
        let store = books("2015-03-10", None, &["2014-15", "2015-16"], more);
        let query = year(of).on(day(on));
        let it = budget(&store, &query).unwrap().total;
        let shown = [Some(it.expenditure), it.still_to_recognise, it.remaining, it.carried_forward];
        assert_eq!(words(&shown), expected, "{of} as at {on} {more:?}");
        let by_theme = total(&store, &query);
        assert_eq!((by_theme.still_to_recognise, by_theme.remaining), (it.still_to_recognise, it.remaining));
    }
}

#[test]
fn part_years_compare_profiled_budget_and_expenditure_of_whole_months() {
    let period = Some(("2015-04-01", "2016-03-31"));
    let store = books("2015-03-01", period, &["2015-16"], &[pay("1-2015", "2015-04-20", "3000")]);
    // Budget, expenditure, profiled budget, variance.
    for (from, to, on, expected) in [
        ("2015-04-01", "2015-06-30", "2015-06-30", "3000.00 3000.00 3000.00 0.00"),
        ("2015-04-01", "2015-06-30", "2015-06-29", "3000.00 2000.00 2000.00 0.00"),
        ("2015-04-01", "2015-04-29", "2015-04-29", "0.00 0.00 0.00 0.00"),
        ("2015-04-01", "2015-04-30", "2015-04-29", "1000.00 0.00 0.00 0.00"),
        ("2015-04-10", "2015-05-20", "2015-05-20", "1000.00 1000.00 1000.00 0.00"),
        ("2015-07-01", "2015-09-30", "2015-06-15", "3000.00 0.00 0.00 0.00"),
    ] {
        let it = total(&store, &Query::of(range(from, to)).on(day(on)));
        let shown = [Some(it.budget), Some(it.expenditure), it.profiled_budget, it.variance];
        assert_eq!(words(&shown), expected, "{from} {to} as at {on}");
        assert_eq!((it.still_to_recognise, it.remaining), (None, None));
    }
}

#[test]
fn payments_of_a_month_not_yet_over_are_not_compared() {
    let paid = [pay("1-2015", "2015-05-10", "700"), pay("1-2015", "2015-06-10", "400")];
    let store = books("2015-03-10", None, &["2015-16"], &paid);
    let it = total(&store, &Query::of(range("2015-04-01", "2015-06-30")).on(day("2015-06-20")));
    // Expenditure is all of it; the variance is 2,000 less the 700 of the months to May.
    assert_eq!(words(&[Some(it.expenditure), it.profiled_budget, it.variance]), "1100.00 2000.00 1300.00");
}

#[test]
fn variances_of_the_quarters_add_up_to_the_year() {
    let store = eventful();
    let quarters = [
        ("2015-04-01", "2015-06-30"),
        ("2015-07-01", "2015-09-30"),
        ("2015-10-01", "2015-12-31"),
        ("2016-01-01", "2016-03-31"),
    ]
    .map(|(from, to)| total(&store, &Query::of(range(from, to))));
    let whole = total(&store, &year("2015-16"));
    let sum = |of: fn(&Measures) -> Money| Money::sum(quarters.iter().map(of)).unwrap();
    assert_eq!(sum(|it| it.profiled_budget.unwrap()), whole.budget);
    assert_eq!(sum(|it| it.variance.unwrap()), whole.budget.minus(whole.expenditure).unwrap());
}

#[test]
fn income_and_expenditure_start_at_zero_each_april() {
    let store = eventful();
    let expenditure = BalanceAccount::Posted(Account::GrantExpenditure);
    let line = |from: &str, to: &str, account: BalanceAccount| {
        let report = trial_balance(&store, &Query::of(range(from, to))).unwrap();
        let fund = report.funds.iter().find(|fund| fund.fund.as_str() == "cdr").unwrap();
        let it = fund.real.accounts.iter().find(|it| it.account == account).unwrap();
        format!("{} {} {} {}", it.opening, it.movement, it.sides.debit, it.sides.credit)
    };
    // 257.25 of the 441 to August fall in 2014-15. In 2015-16: the other 183.75, and 7,000.00 by month.
    for (from, to, of_expenditure, of_reserve) in [
        ("2014-04-01", "2015-03-31", "0.00 257.25 257.25 0.00", "0.00 0.00 0.00 0.00"),
        ("2015-04-01", "2016-03-31", "0.00 7183.75 7183.75 0.00", "257.25 0.00 257.25 0.00"),
        // 36.75 and 583.33 a month, cumulatively rounded.
        ("2015-06-01", "2015-06-30", "1240.17 620.08 1860.25 0.00", "257.25 0.00 257.25 0.00"),
        // Over the end of a year, the result of the first passes to the reserve.
        ("2014-04-01", "2015-04-30", "0.00 620.08 620.08 0.00", "0.00 257.25 257.25 0.00"),
        ("2016-04-01", "2017-03-31", "0.00 0.00 0.00 0.00", "7441.00 0.00 7441.00 0.00"),
    ] {
        assert_eq!(line(from, to, expenditure), of_expenditure, "{from} {to}");
        assert_eq!(line(from, to, BalanceAccount::GeneralReserve), of_reserve, "{from} {to}");
    }
    for (of, expected) in [("2014-15", "257.25"), ("2015-16", "7183.75")] {
        let filter = almoner_ledger::reports::FilterWords { fund: Some("cdr"), ..Default::default() };
        let query = Query { filter: filter.resolve(&store).unwrap(), ..year(of) };
        assert_eq!(total(&store, &query).expenditure, money(expected), "{of}");
    }
}

#[test]
fn a_trial_balance_opens_and_closes_on_any_day() {
    let receipt = |on: &str, amount: &str, kind| {
        let (fund, date, amount) = ("cdr".parse().unwrap(), day(on), money(amount));
        let receipt = FundingReceipt { account: None, fund, date, amount, from: None, reference: None, kind };
        Command::Receive { receipt, occurrence: 1 }
    };
    let happened = [
        pay("1-2015", "2015-04-10", "3000"),
        receipt("2015-04-20", "500", ReceiptKind::Income),
        receipt("2015-04-20", "700", ReceiptKind::ReturnIfUnspent),
        pay("1-2015", "2015-05-20", "100"),
    ];
    let period = Some(("2015-04-01", "2016-03-31"));
    let mut store = books("2015-03-10", period, &["2015-16"], &happened);
    let record_of = |store: &MemoryStore| store.reference().receipts[0].record;
    let undo = Command::Reverse { record: record_of(&store), reason: None };
    let balance = |store: &MemoryStore, from: &str, to: &str, account: Account| {
        let report = trial_balance(store, &Query::of(range(from, to))).unwrap();
        let Some(fund) = report.funds.iter().find(|fund| fund.fund.as_str() == "cdr") else {
            return "nothing posted".to_owned();
        };
        let mut all = fund.real.accounts.iter().chain(&fund.memorandum.accounts);
        let it = all.find(|it| it.account == BalanceAccount::Posted(account)).unwrap();
        format!("{} {} {}", it.opening, it.movement, it.sides.debit.minus(it.sides.credit).unwrap())
    };
    let check = |store: &MemoryStore| {
        for (from, to, account, expected) in [
            ("2015-04-01", "2015-04-09", Account::Bank, "0.00 0.00 0.00"),
            ("2015-04-01", "2015-04-10", Account::Bank, "0.00 -3000.00 -3000.00"),
            ("2015-04-11", "2015-04-20", Account::Bank, "-3000.00 1200.00 -1800.00"),
            ("2015-04-20", "2015-05-20", Account::Bank, "-3000.00 1100.00 -1900.00"),
            // What is recognised of a month is expenditure on its last day.
            ("2015-04-01", "2015-04-29", Account::GrantExpenditure, "0.00 0.00 0.00"),
            ("2015-04-01", "2015-04-30", Account::GrantExpenditure, "0.00 1000.00 1000.00"),
            ("2015-05-15", "2015-06-15", Account::GrantExpenditure, "1000.00 1000.00 2000.00"),
            ("2015-04-21", "2015-05-10", Account::ReceiptsInAdvance, "-700.00 700.00 0.00"),
            ("2015-04-21", "2015-04-29", Account::ReceiptsInAdvance, "-700.00 0.00 -700.00"),
            ("2015-03-01", "2015-03-09", Account::Commitments, "nothing posted"),
            ("2015-03-01", "2015-03-10", Account::Commitments, "0.00 12000.00 12000.00"),
            ("2015-03-11", "2015-04-15", Account::Commitments, "12000.00 -3000.00 9000.00"),
            ("2015-03-11", "2015-04-15", Account::Budget, "0.00 12000.00 12000.00"),
            // Over the end of a year, the result of the first has passed to the reserve.
            ("2016-03-15", "2016-04-15", Account::GrantExpenditure, "11000.00 -11000.00 0.00"),
        ] {
            assert_eq!(balance(store, from, to, account), expected, "{from} {to} {account}");
        }
    };
    check(&store);
    // As if it had been: a receipt that is reversed is none on any day.
    record(&mut store, &[undo]);
    assert_eq!(balance(&store, "2015-04-11", "2015-04-20", Account::Bank), "-3000.00 700.00 -2300.00");
    // Days and months come to the same, whether totals have the days or the grants are visited.
    for store in [store, eventful()] {
        for to in ["2015-02-20", "2015-03-15", "2015-05-12", "2015-11-19", "2016-05-20"] {
            let balances = |from: &str, to: &str| -> BTreeMap<(String, BalanceAccount), [Money; 2]> {
                let report = trial_balance(&store, &Query::of(range(from, to))).unwrap();
                let of_fund = |fund: FundBalance| {
                    let accounts = fund.real.accounts.into_iter().chain(fund.memorandum.accounts);
                    accounts.map(move |it| {
                        let closing = it.sides.debit.minus(it.sides.credit).unwrap();
                        ((fund.fund.to_string(), it.account), [it.opening, closing])
                    })
                };
                let lines = report.funds.into_iter().flat_map(of_fund);
                lines.filter(|(_, balances)| balances.iter().any(|it| !it.is_zero())).collect()
            };
            let (next, end) = (day(to).next_day(), day(to).month().last_day());
            let whole = balances("2014-04-01", &end.to_string());
            let first = balances("2014-04-01", to);
            let rest = balances(&next.to_string(), &end.to_string());
            assert!(!whole.is_empty() || to == "2015-02-20");
            for (line, [opening, closing]) in &rest {
                let before = first.get(line).map_or(Money::ZERO, |it| it[1]);
                let after = whole.get(line).map_or(Money::ZERO, |it| it[1]);
                assert_eq!((*opening, *closing), (before, after), "{to} {line:?}");
            }
            assert!(first.iter().all(|(line, it)| it[1].is_zero() || rest.contains_key(line)), "{to}");
        }
    }
}

#[test]
fn commitments_at_a_day_are_due_by_the_terms_of_that_day() {
    let period = Some(("2026-04-01", "2027-03-31"));
    let withdraw =
        Command::Withdraw { award: "1-2015".parse().unwrap(), decision: None, date: day("2026-09-15") };
    let store = books("2026-03-01", period, &["2026-27"], &[withdraw]);
    // Accrued by June: three months. Then nine months of 1,000, as the withdrawal was still to come.
    let report = commitments(&store, &year("2026-27").on(day("2026-06-30"))).unwrap();
    let amounts: Vec<String> = report.rows.iter().map(|row| row.amount.to_string()).collect();
    assert_eq!(amounts, [&["3000.00"][..], &["1000.00"; 9]].concat());
    // Five months and half of September.
    let report = commitments(&store, &year("2026-27").on(day("2026-09-15"))).unwrap();
    let amounts: Vec<String> = report.rows.iter().map(|row| row.amount.to_string()).collect();
    assert_eq!(amounts, ["5500.00"]);
}
