//! The report of payments, which ties to the bank reconciliations.

use std::collections::BTreeSet;

use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::DateRange;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::BankStatement;
use almoner_ledger::reports::bank_reconciliation::bank_accounts;
use almoner_ledger::reports::{PaymentState, PaymentsReport, Query, bank_reconciliation, payments};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

use super::reports::{paid_from, sum_of};
use super::{ACCOUNT, append, april, books, line_of, matched, record, statement, text};
use crate::common::{self, date};

/// Returns money of a payment that was returned.
fn returned(on: &str, amount: &str, payment: Option<u64>) -> Command {
    Command::Return {
        account: None,
        award: "6-2015".parse().unwrap(),
        date: date(on),
        amount: amount.parse().unwrap(),
        reference: None,
        payment,
        recent: false,
        occurrence: 1,
    }
}

/// Returns the report of payments posted up to a day, since the books began.
fn payments_to(store: &MemoryStore, as_at: &str, state: Option<PaymentState>) -> PaymentsReport {
    let range = DateRange::new(date("2014-04-01"), date("2016-03-31")).unwrap();
    payments(store, &Query::of(range).on(date(as_at)), state).unwrap()
}

#[test]
fn payments_are_unpresented_or_reconciled_and_say_what_was_returned() {
    let of = april();
    let mut store = books();
    let back = returned("2015-04-20", "50", None);
    append(&mut store, &[record(of.clone()), matched(&[line_of(&of, 0)], &[8], None), back]);
    let shown = |as_at: &str, state| {
        let report = payments_to(&store, as_at, state);
        let rows = report.rows.iter().map(|row| {
            let returned = row.returned.map(|day| format!(", returned {day}")).unwrap_or_default();
            format!("{} {} {} {}{returned}", row.record, row.event, row.amount, row.state)
        });
        (rows.collect::<Vec<_>>(), report.total.to_string())
    };
    let (rows, total) = shown("2015-04-30", None);
    assert_eq!(
        rows,
        [
            "8 payment 10.00 reconciled",
            "9 payment 10.00 unpresented",
            "10 payment 100.00 unpresented",
            "11 payment 50.00 unpresented, returned 2015-04-20",
            "15 returned payment -50.00 unpresented",
        ]
    );
    assert_eq!(total, "120.00");
    // As at a day before they were returned, and before the bank.
    assert_eq!(shown("2015-04-15", None).0[3], "11 payment 50.00 unpresented");
    assert_eq!(
        shown("2015-04-30", Some(PaymentState::Returned)).0,
        ["11 payment 50.00 unpresented, returned 2015-04-20"]
    );
    assert_eq!(shown("2015-05-31", Some(PaymentState::Unpresented)).0.len(), 5);
    assert_eq!(shown("2015-05-31", Some(PaymentState::Reconciled)).0, ["8 payment 10.00 reconciled"]);
    // What is unpresented from before the period is stated where the unpresented payments are requested.
    let may = Query::of(DateRange::new(date("2015-05-01"), date("2015-05-31")).unwrap());
    for (state, expected) in [
        (None, None),
        (Some(PaymentState::Unpresented), Some("110.00")),
        (Some(PaymentState::Reconciled), None),
        (Some(PaymentState::Returned), None),
    ] {
        let before = payments(&store, &may, state).unwrap().unpresented_before.map(|it| it.to_string());
        assert_eq!(before.as_deref(), expected, "{state:?}");
    }
}

/// What names no account is of the account whose statement it is on, from the day of the line.
#[test]
fn a_reconciled_payment_is_of_the_account_of_its_statement() {
    let of = april();
    let mut store = books();
    let commands = [
        record(of.clone()),
        matched(&[line_of(&of, 2)], &[10], Some("-50")),
        paid_from(Some("600000 1"), "2015-04-03", "5"),
    ];
    append(&mut store, &commands);
    let shown = |as_at: &str| {
        let rows = payments_to(&store, as_at, None).rows.into_iter();
        let named = rows.filter_map(|row| Some(format!("{} {}", row.record, row.account?)));
        named.collect::<Vec<_>>()
    };
    assert_eq!(shown("2015-04-14"), ["15 600000 1"]);
    assert_eq!(shown("2015-04-30"), ["15 600000 1", "10 20-00-00 12345678"]);
}

/// The unpresented payments tie to what bank reconciliations list, to the penny, for histories of every kind: several
/// accounts, lines of several days, parts of lines, payments that were returned, late postings and reversals.
#[test]
fn unpresented_payments_tie_to_the_bank_reconciliations() {
    let mut seed = 18_u64;
    let mut below = |most: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 1_000_003).unwrap() % most
    };
    let (mut unpresented, mut presented, mut late) = (0, 0, 0);
    for history in 0..12 {
        let mut store = books();
        let mut statements: Vec<BankStatement> = Vec::new();
        let mut closed = 0;
        for step in 0..60 {
            let (month, day) = (4 + below(4), 1 + below(28));
            let on = format!("2015-{month:02}-{day:02}");
            let amount = (1 + below(6)) * 10;
            let account = [None, None, Some(ACCOUNT), Some("60-00-00 1")][below(4)];
            let some = |below: &mut dyn FnMut(usize) -> usize| 8 + below(step + 6) as u64;
            let command = match below(12) {
                0..=3 => paid_from(account, &on, &amount.to_string()),
                4 => returned(&on, &amount.to_string(), Some(some(&mut below))),
                5 => Command::Reverse { record: some(&mut below), reason: None },
                6 | 7 => {
                    let first = format!("{month:02}-{day:02} -{amount} RUN");
                    let second = format!("{month:02}-28 {amount} BACK");
                    let third = format!("{month:02}-28 -{} RUN {step}", amount + 10);
                    let (from, to) = (format!("{month:02}-{day:02}"), format!("{month:02}-28"));
                    let account = [ACCOUNT, "60-00-00 1"][below(2)];
                    let of = statement(account, (&from, &to), ("?", "?"), &[&first, &second, &third]);
                    statements.push(of.clone());
                    record(of)
                }
                8..=10 if !statements.is_empty() => {
                    let of = &statements[below(statements.len())];
                    let first = below(3);
                    let mut lines = vec![line_of(of, first)];
                    if below(3) == 0 {
                        lines.push(line_of(of, (first + 1) % 3));
                    }
                    let record = some(&mut below);
                    let sum = Money::sum(lines.iter().map(|line| line.amount)).unwrap();
                    let moved = payments_to(&store, "2016-03-31", None).rows.into_iter();
                    let Some(moved) = moved.into_iter().find(|row| row.record == record) else { continue };
                    let rest = sum.plus(moved.amount).unwrap();
                    let rest = (!rest.is_zero()).then(|| rest.to_string());
                    matched(&lines, &[record], rest.as_deref())
                }
                11 if closed < 2 && step > 30 => {
                    closed += 1;
                    let range = [("2015-01", "2015-04"), ("2015-05", "2015-05")][closed - 1];
                    for close in common::close_months(range.0, range.1) {
                        let explained = match close {
                            Command::Close { month, is_final, .. } => {
                                Command::Close { month, is_final, explained: Some(text("Made up")) }
                            }
                            other => other,
                        };
                        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
                        if let Ok(Outcome::Recorded(_)) =
                            carry_out(&mut draft, &explained, Options::default())
                        {
                            let batch = draft.finish().unwrap();
                            store.append(store.head(), BatchLabel::default(), batch).unwrap();
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
            let options = Options { again: true, late: true, ..Options::default() };
            if let Ok(Outcome::Recorded(_)) = carry_out(&mut draft, &command, options) {
                let batch = draft.finish().unwrap();
                store.append(store.head(), BatchLabel::default(), batch).unwrap();
            }
        }
        for as_at in ["2015-04-15", "2015-04-30", "2015-05-20", "2015-06-30", "2015-12-31"] {
            let list = payments_to(&store, as_at, Some(PaymentState::Unpresented));
            let mut of_bank: BTreeSet<(u64, String)> = BTreeSet::new();
            let mut sum = Money::ZERO;
            for account in bank_accounts(&store).unwrap() {
                let report = bank_reconciliation(&store, Some(account.as_str()), date(as_at)).unwrap();
                let kinds = ["payment-not-presented", "receipt-not-credited"];
                sum = sum.plus(sum_of(&report, &kinds)).unwrap();
                let open = report.rows.iter().filter(|row| kinds.contains(&row.line.word()));
                of_bank.extend(open.map(|row| (row.record.unwrap(), row.amount.to_string())));
            }
            if bank_accounts(&store).unwrap().is_empty() {
                continue;
            }
            let listed: BTreeSet<(u64, String)> =
                list.rows.iter().map(|row| (row.record, row.amount.to_string())).collect();
            assert_eq!(listed, of_bank, "history {history} as at {as_at}");
            assert_eq!(list.total, sum, "history {history} as at {as_at}");
            unpresented += listed.len();
            presented += payments_to(&store, as_at, Some(PaymentState::Reconciled)).rows.len();
            late += list.rows.iter().filter(|row| row.booked != row.date).count();
        }
    }
    // The histories have something of every kind.
    assert!(unpresented > 100 && presented > 20 && late > 5, "{unpresented}, {presented}, {late}");
}
