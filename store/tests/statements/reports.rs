//! The bank reconciliation and the payments, as reports.

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::command::Command;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::money::Money;
use almoner_ledger::reports::{
    PaymentState, Query, ReportError, bank_reconciliation, payments, trial_balance,
};
use almoner_store::{BatchLabel, Store};

use super::common::{self, date, pay};
use super::{ACCOUNT, append, april, books, explained, line_of, matched, record, statement};

#[test]
fn the_balance_per_ledger_is_taken_to_that_per_statement() {
    let of = april();
    let line = |nth| line_of(&of, nth);
    let run = || {
        vec![
            record(of.clone()),
            matched(&[line(0)], &[8], None),
            matched(&[line(2)], &[10], Some("-50")),
            explained(&line(3), "Of the quarter"),
        ]
    };
    let of_may = || statement(ACCOUNT, ("05-01", "05-31"), ("840", "815"), &["05-06 -25 BACS"]);
    // Records, the day, and the lines of the reconciliation with their amounts.
    let table: Vec<(&str, Vec<Command>, &str, &[&str])> = vec![
        (
            "no statement",
            vec![],
            "2015-04-30",
            &[
                "balance-per-ledger -170.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "= 0.00",
            ],
        ),
        (
            "a statement, of which nothing is matched",
            vec![record(of.clone())],
            "2015-04-30",
            &[
                "balance-per-ledger -170.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "open-line -10.00",
                "open-line -10.00",
                "open-line -150.00",
                "open-line 2.00",
                "opening-balance 1000.00",
                "= 832.00",
                "balance-per-statement 832.00",
                "difference 0.00",
            ],
        ),
        (
            "matched, in part, explained and open",
            run(),
            "2015-04-30",
            &[
                "balance-per-ledger -170.00",
                "payment-not-presented 10.00",
                "payment-not-presented 50.00",
                "open-line -10.00",
                "explained-lines 2.00",
                "remainders -50.00",
                "opening-balance 1000.00",
                "= 832.00",
                "balance-per-statement 832.00",
                "difference 0.00",
            ],
        ),
        (
            "within the month",
            run(),
            "2015-04-14",
            &[
                "balance-per-ledger -20.00",
                "payment-not-presented 10.00",
                "open-line -10.00",
                "opening-balance 1000.00",
                "= 980.00",
                "balance-per-statement 980.00",
                "difference 0.00",
            ],
        ),
        (
            "after the statement",
            run(),
            "2015-05-10",
            &[
                "balance-per-ledger -195.00",
                "payment-not-presented 10.00",
                "payment-not-presented 50.00",
                "payment-not-presented 25.00",
                "open-line -10.00",
                "explained-lines 2.00",
                "remainders -50.00",
                "opening-balance 1000.00",
                "= 832.00",
                "balance-per-statement 832.00",
                "difference 0.00",
            ],
        ),
        (
            "matched with a payment of a later day",
            vec![record(of.clone()), pay("6-2015", "2015-05-01", "10"), matched(&[line(0)], &[14], None)],
            "2015-04-30",
            &[
                "balance-per-ledger -170.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "open-line -10.00",
                "open-line -150.00",
                "open-line 2.00",
                "dated-later -10.00",
                "opening-balance 1000.00",
                "= 832.00",
                "balance-per-statement 832.00",
                "difference 0.00",
            ],
        ),
        (
            "a payment before the first statement",
            vec![record(of.clone()), pay("6-2015", "2015-03-01", "7")],
            "2015-04-01",
            &[
                "balance-per-ledger -7.00",
                "payment-not-presented 7.00",
                "opening-balance 1000.00",
                "= 1000.00",
                "balance-per-statement 1000.00",
                "difference 0.00",
            ],
        ),
        (
            "a statement is missing",
            vec![record(of.clone()), record(of_may())],
            "2015-05-31",
            &[
                "balance-per-ledger -195.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "payment-not-presented 25.00",
                "open-line -10.00",
                "open-line -10.00",
                "open-line -150.00",
                "open-line 2.00",
                "open-line -25.00",
                "opening-balance 1000.00",
                "= 807.00",
                "balance-per-statement 815.00",
                "difference 8.00",
            ],
        ),
        (
            "an opening balance of the ledger",
            vec![
                record(of.clone()),
                Command::Receive {
                    receipt: FundingReceipt {
                        fund: "cdr".parse().unwrap(),
                        date: date("2015-01-01"),
                        amount: "500".parse().unwrap(),
                        from: None,
                        reference: None,
                        kind: ReceiptKind::OpeningBalance,
                    },
                    occurrence: 1,
                },
            ],
            "2015-04-01",
            &[
                "balance-per-ledger 500.00",
                "opening-balance 1000.00",
                "other-entries -500.00",
                "= 1000.00",
                "balance-per-statement 1000.00",
                "difference 0.00",
            ],
        ),
    ];
    for (what, commands, as_at, expected) in table {
        let mut store = books();
        append(&mut store, &commands);
        let report = bank_reconciliation(&store, None, date(as_at)).unwrap();
        let mut lines: Vec<String> =
            report.rows.iter().map(|row| format!("{} {}", row.line.word(), row.amount)).collect();
        let sum = lines.iter().position(|it| it.starts_with("balance-per-statement")).unwrap_or(lines.len());
        lines.insert(sum, format!("= {}", report.computed));
        assert_eq!(lines, expected, "{what}");
    }
    // A second account has what is matched there.
    let mut store = books();
    let other = statement("60-00-00 1", ("04-01", "04-30"), ("50", "40"), &["04-03 -10 BACS"]);
    append(
        &mut store,
        &[record(of.clone()), record(other.clone()), matched(&[line_of(&other, 0)], &[9], None)],
    );
    for (account, expected) in [
        (None, "balance-per-ledger -160.00"),
        (Some("200000 12345678"), "balance-per-ledger -160.00"),
        (Some("60-00-00/1"), "balance-per-ledger -10.00"),
    ] {
        let report = bank_reconciliation(&store, account, date("2015-04-30")).unwrap();
        let first = report.rows.first().unwrap();
        assert_eq!(format!("{} {}", first.line.word(), first.amount), expected, "{account:?}");
        assert_eq!(report.difference.map(|it| it.to_string()).as_deref(), Some("0.00"), "{account:?}");
    }
    // The nearest is named where slips of typing may lie between the two.
    for (given, expected) in [
        ("70-00-00 1", Some("60-00-00 1")),
        ("20-00-00 12345687", Some("20-00-00 12345678")),
        ("20-00-00 87654321", None),
        ("99999999", None),
        ("nonsense", None),
    ] {
        let unknown = bank_reconciliation(&store, Some(given), date("2015-04-30")).unwrap_err();
        assert_eq!(unknown.to_string(), format!("there is no bank account `{given}`"));
        let ReportError::Unknown { nearest, .. } = unknown else { panic!("{unknown:?}") };
        assert_eq!(nearest.as_deref(), expected, "{given}");
    }
}

#[test]
fn payments_are_unpresented_reconciled_or_returned() {
    let of = april();
    let mut store = books();
    let returned = Command::Return {
        award: "6-2015".parse().unwrap(),
        date: date("2015-04-20"),
        amount: "50".parse().unwrap(),
        reference: None,
        payment: None,
        recent: false,
        occurrence: 1,
    };
    append(&mut store, &[record(of.clone()), matched(&[line_of(&of, 0)], &[8], None), returned]);
    let shown = |as_at: &str, state| {
        let range = DateRange::new(date("2015-04-01"), date("2015-05-31")).unwrap();
        let report = payments(&store, &Query::of(range).on(date(as_at)), state).unwrap();
        let rows = report
            .rows
            .iter()
            .map(|row| format!("{} {} {} {}", row.record, row.event, row.amount, row.state));
        (rows.collect::<Vec<_>>(), report.total.to_string())
    };
    let (rows, total) = shown("2015-04-30", None);
    assert_eq!(
        rows,
        [
            "8 payment 10.00 reconciled",
            "9 payment 10.00 unpresented",
            "10 payment 100.00 unpresented",
            "11 payment 50.00 returned",
            "15 returned payment -50.00 unpresented",
        ]
    );
    assert_eq!(total, "120.00");
    // As at a day before they came back, and before the bank.
    assert_eq!(shown("2015-04-15", None).0[3], "11 payment 50.00 unpresented");
    assert_eq!(shown("2015-04-30", Some(PaymentState::Returned)).0, ["11 payment 50.00 returned"]);
    assert_eq!(shown("2015-05-31", Some(PaymentState::Unpresented)).0.len(), 4);
}

/// A receipt that was recorded late, and one that was reversed after its month was closed, are in the books on the day on
/// which they are booked.
#[test]
fn the_balance_per_ledger_is_that_of_the_trial_balance() {
    let receipt = |amount: &str| {
        let (fund, date) = ("cdr".parse().unwrap(), date("2015-04-10"));
        let (from, reference, kind) = (None, None, ReceiptKind::Income);
        let receipt = FundingReceipt { fund, date, amount: amount.parse().unwrap(), from, reference, kind };
        Command::Receive { receipt, occurrence: 1 }
    };
    let mut store = books();
    append(&mut store, &[receipt("700")]);
    append(&mut store, &common::close_months("2015-01", "2015-04"));
    for command in [receipt("1000"), Command::Reverse { record: 13, reason: None }] {
        let batch = common::drafted_late(&store, &[command]);
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    }
    for (day, balance) in [("2015-04-09", "-20.00"), ("2015-04-30", "530.00"), ("2015-05-31", "805.00")] {
        let report = bank_reconciliation(&store, None, date(day)).unwrap();
        assert_eq!(report.rows.first().unwrap().amount.to_string(), balance, "{day}");
        let query = Query::of(DateRange::new(date("2015-04-01"), date(day)).unwrap()).on(date(day));
        let trial = trial_balance(&store, &query).unwrap();
        let real = trial.funds.iter().flat_map(|fund| &fund.real.accounts);
        let at_bank = real.filter(|it| it.account.code() == Account::Bank.code());
        let closing = at_bank.map(|it| it.opening.plus(it.movement).unwrap());
        assert_eq!(Money::sum(closing).unwrap().to_string(), balance, "{day}");
    }
}
