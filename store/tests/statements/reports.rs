//! The bank reconciliation and the payments, as reports.

use std::collections::BTreeSet;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::DateRange;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_ledger::events::Event;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::money::Money;
use almoner_ledger::reports::bank_reconciliation::bank_accounts;
use almoner_ledger::reports::{
    BankReconciliationReport, Query, ReportError, bank_reconciliation, payments, trial_balance,
};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

use super::{ACCOUNT, append, april, books, explained, line_of, matched, outcome, record, statement, text};
use crate::common::{self, date, pay};

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
                        account: None,
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

/// Returns the balance of the bank on a day by the trial balance.
fn at_bank(store: &MemoryStore, day: &str) -> Money {
    let query = Query::of(DateRange::new(date("2015-04-01"), date(day)).unwrap()).on(date(day));
    let trial = trial_balance(store, &query).unwrap();
    let real = trial.funds.iter().flat_map(|fund| &fund.real.accounts);
    let at_bank = real.filter(|it| it.account.code() == Account::Bank.code());
    Money::sum(at_bank.map(|it| it.opening.plus(it.movement).unwrap())).unwrap()
}

/// Returns what the lines of a reconciliation of these kinds come to.
pub(super) fn sum_of(report: &BankReconciliationReport, kinds: &[&str]) -> Money {
    let of_kinds = report.rows.iter().filter(|row| kinds.contains(&row.line.word()));
    Money::sum(of_kinds.map(|row| row.amount)).unwrap()
}

#[test]
fn balances_of_several_accounts_come_to_that_of_the_books() {
    let first = april();
    let second = statement(
        "60-00-00 1",
        ("04-01", "04-30"),
        ("500", "430"),
        &["04-03 -10 BACS", "04-16 -55 RUN", "04-20 -9 CHEQUE", "04-28 4 INTEREST"],
    );
    let third = statement("70-00-00 7", ("05-01", "05-31"), ("40", "15"), &["05-06 -25 BACS"]);
    let mut store = books();
    append(
        &mut store,
        &[
            record(first.clone()),
            record(second.clone()),
            record(third.clone()),
            matched(&[line_of(&first, 0)], &[8], None),
            matched(&[line_of(&first, 2)], &[10], Some("-50")),
            explained(&line_of(&first, 3), "Of the quarter"),
            matched(&[line_of(&second, 0)], &[9], None),
            matched(&[line_of(&second, 1)], &[11], Some("-5")),
            explained(&line_of(&second, 3), "Of the quarter"),
            matched(&[line_of(&third, 0)], &[12], None),
        ],
    );
    for (as_at, in_books) in [("2015-04-02", "-10.00"), ("2015-04-30", "-170.00"), ("2015-05-31", "-195.00")]
    {
        let mut ledger = Money::ZERO;
        for account in [ACCOUNT, "60-00-00 1", "70-00-00 7"] {
            let report = bank_reconciliation(&store, Some(account), date(as_at)).unwrap();
            let at = format!("{account} as at {as_at}");
            ledger = ledger.plus(sum_of(&report, &["balance-per-ledger"])).unwrap();
            let difference = report.difference.map(|it| it.to_string());
            assert_eq!(difference.as_deref(), Some("0.00"), "{at}: {:#?}", report.rows);
            let stated = sum_of(&report, &["balance-per-statement"]);
            assert_eq!(stated, report.computed, "{at}");
        }
        assert_eq!(ledger.to_string(), in_books, "{as_at}");
        assert_eq!(at_bank(&store, as_at), ledger, "{as_at}");
    }
    // What is on no statement, and what is open on one, is of its own account only.
    let of = |account| bank_reconciliation(&store, Some(account), date("2015-04-30")).unwrap();
    assert_eq!(sum_of(&of(ACCOUNT), &["open-line"]).to_string(), "-10.00");
    assert_eq!(sum_of(&of("60-00-00 1"), &["open-line"]).to_string(), "-9.00");
    assert_eq!(sum_of(&of(ACCOUNT), &["remainders", "explained-lines"]).to_string(), "-48.00");
    assert_eq!(sum_of(&of("60-00-00 1"), &["remainders", "explained-lines"]).to_string(), "-1.00");
}

/// Returns a payment of 6-2015 from an account.
pub(super) fn paid_from(account: Option<&str>, on: &str, amount: &str) -> Command {
    let mut command = pay("6-2015", on, amount);
    if let Command::Pay { account: of, .. } = &mut command {
        *of = account.map(text);
    }
    command
}

/// What names an account is of that account, however it is written; what names none is of the first.
#[test]
fn what_names_an_account_is_reconciled_with_it() {
    const OTHER: &str = "60-00-00 87654321";
    let receipt = |account: &str, amount: &str, kind| {
        let receipt = FundingReceipt {
            account: Some(text(account)),
            fund: "cdr".parse().unwrap(),
            date: date("2015-04-10"),
            amount: amount.parse().unwrap(),
            from: None,
            reference: None,
            kind,
        };
        Command::Receive { receipt, occurrence: 1 }
    };
    let other = statement(OTHER, ("04-01", "04-30"), ("0", "293"), &["04-11 300 GRANT", "04-12 -7 BACS"]);
    let named = [
        paid_from(Some("600000/87654321"), "2015-04-12", "7"),
        paid_from(Some(OTHER), "2015-04-20", "40"),
        receipt(OTHER, "300", ReceiptKind::Income),
        receipt(OTHER, "5", ReceiptKind::OpeningBalance),
        paid_from(Some(ACCOUNT), "2015-04-21", "60"),
        // Its reversal is of the same account.
        paid_from(Some("87654321"), "2015-04-22", "1"),
        Command::Reverse { record: 18, reason: None },
    ];
    // Statements, the account, and its lines.
    type Case<'c> = (&'c str, Vec<Command>, Option<&'c str>, &'c [&'c str]);
    let table: Vec<Case<'_>> = vec![
        (
            "the first account that is named, which has what names none",
            vec![],
            None,
            &[
                "600000/87654321?",
                "balance-per-ledger 88.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 7.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "payment-not-presented 40.00",
                "receipt-not-credited -300.00",
                "other-entries -5.00",
            ],
        ),
        (
            "of which there is no statement",
            vec![record(april())],
            Some(OTHER),
            &[
                "600000/87654321?",
                "balance-per-ledger 258.00",
                "payment-not-presented 7.00",
                "payment-not-presented 40.00",
                "receipt-not-credited -300.00",
                "other-entries -5.00",
            ],
        ),
        (
            "with its statement",
            vec![record(april()), record(other.clone()), matched(&[line_of(&other, 1)], &[13], None)],
            Some(OTHER),
            &[
                "60-00-00 87654321",
                "balance-per-ledger 258.00",
                "payment-not-presented 40.00",
                "receipt-not-credited -300.00",
                "open-line 300.00",
                "opening-balance 0.00",
                "other-entries -5.00",
                "balance-per-statement 293.00",
                "difference 0.00",
            ],
        ),
        (
            "the other account has the rest",
            vec![record(april()), record(other.clone())],
            Some(ACCOUNT),
            &[
                "20-00-00 12345678",
                "balance-per-ledger -230.00",
                "payment-not-presented 10.00",
                "payment-not-presented 10.00",
                "payment-not-presented 100.00",
                "payment-not-presented 50.00",
                "payment-not-presented 60.00",
                "open-line -10.00",
                "open-line -10.00",
                "open-line -150.00",
                "open-line 2.00",
                "opening-balance 1000.00",
                "balance-per-statement 832.00",
                "difference 0.00",
            ],
        ),
    ];
    for (what, commands, account, expected) in table {
        let mut store = books();
        append(&mut store, &named);
        append(&mut store, &commands);
        let report = bank_reconciliation(&store, account, date("2015-04-30")).unwrap();
        let name = report.account.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut lines = vec![if report.difference.is_none() { name + "?" } else { name }];
        lines.extend(report.rows.iter().map(|row| format!("{} {}", row.line.word(), row.amount)));
        assert_eq!(lines, expected, "{what}");
        let all: BTreeSet<String> = bank_accounts(&store).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(all.len(), 2, "{what}: {all:?}");
        let of = |account| {
            let report = bank_reconciliation(&store, Some(account), date("2015-04-30")).unwrap();
            sum_of(&report, &["balance-per-ledger"])
        };
        let both = of(ACCOUNT).plus(of(OTHER)).unwrap();
        assert_eq!(both, at_bank(&store, "2015-04-30"), "{what}");
    }
}

/// A line is matched to nothing that names another account, and a payment names no account that may be mistyped.
#[test]
fn a_line_is_of_the_account_that_its_records_name() {
    let mut store = books();
    let of = statement(ACCOUNT, ("04-01", "04-30"), ("?", "?"), &["04-21 -60 BACS", "04-22 -60 BACS"]);
    append(&mut store, &[record(of.clone())]);
    let table = [
        (Some("20-00-00 12345678"), "recorded", "recorded"),
        (Some("GB29 BARC 2000 0012 3456 78"), "recorded", "recorded"),
        (Some("12345678"), "recorded", "recorded"),
        (None, "recorded", "recorded"),
        (
            Some("60-00-00 87654321"),
            "recorded",
            "of-another-account: record 14 names the bank account 60-00-00 87654321, but the statement line is on \
             account 20-00-00 12345678",
        ),
        (
            Some("20-00-00 12345687"),
            "new-account: there is no bank account `20-00-00 12345687`; it may be a typing error for `20-00-00 12345678`",
            "",
        ),
    ];
    for (account, payment, line) in table {
        let paid = paid_from(account, "2015-04-21", "60");
        assert_eq!(outcome(&store, &paid), payment, "{account:?}");
        if payment != "recorded" {
            continue;
        }
        let mut store = books();
        append(&mut store, &[record(of.clone()), paid]);
        assert_eq!(outcome(&store, &matched(&[line_of(&of, 0)], &[14], None)), line, "{account:?}");
        // The books refuse it too, whoever wrote it.
        let Command::Reconcile(given) = matched(&[line_of(&of, 0)], &[14], None) else { panic!() };
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        assert_eq!(draft.add(Event::Reconciled(given)).is_ok(), line == "recorded", "{account:?}");
    }
    // An account that is confirmed to be new.
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    let options = Options { new_account: true, ..Options::default() };
    let paid = paid_from(Some("20-00-00 12345687"), "2015-04-21", "60");
    assert!(matches!(carry_out(&mut draft, &paid, options), Ok(Outcome::Recorded(_))));
}

/// The account is part of what makes two payments the same; whether one may be a duplicate does not depend on it.
#[test]
fn a_payment_from_another_account_is_a_possible_duplicate() {
    let mut store = books();
    append(&mut store, &[record(april()), paid_from(Some("200000 12345678"), "2015-04-21", "60")]);
    for (account, expected) in [
        (Some("20-00-00 12345678"), "already 14"),
        (Some("12345678"), "already 14"),
        (Some("60-00-00 87654321"), "possible-duplicate"),
        (None, "possible-duplicate"),
    ] {
        let outcome = outcome(&store, &paid_from(account, "2015-04-21", "60"));
        assert_eq!(outcome.split(':').next(), Some(expected), "{account:?}");
    }
    let range = DateRange::new(date("2015-04-21"), date("2015-04-30")).unwrap();
    let report = payments(&store, &Query::of(range), None).unwrap();
    let shown: Vec<_> = report.rows.iter().map(|row| row.account.as_ref().map(ToString::to_string)).collect();
    assert_eq!(shown, [Some("20-00-00 12345678".to_owned())], "as the books write it");
}

/// A receipt that was recorded late, and one that was reversed after its month was closed, are in the books on the day on
/// which they are booked.
#[test]
fn the_balance_per_ledger_is_that_of_the_trial_balance() {
    let receipt = |amount: &str| {
        let (fund, date) = ("cdr".parse().unwrap(), date("2015-04-10"));
        let (from, reference, kind) = (None, None, ReceiptKind::Income);
        let receipt = FundingReceipt {
            account: None,
            fund,
            date,
            amount: amount.parse().unwrap(),
            from,
            reference,
            kind,
        };
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
        assert_eq!(at_bank(&store, day).to_string(), balance, "{day}");
    }
}
