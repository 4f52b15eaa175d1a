//! Bank reconciliation: what a line can match, and what a reconciliation protects.

use crate::common::{self, award, pay};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Already, Outcome, Refusal, carry_out, reverse_batch};
use almoner_ledger::events::Event;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::invariants::violations;
use almoner_ledger::reconciliation::{BankRecord, LineReconciled, StatementLine};
use almoner_ledger::reports::{self, Query};
use almoner_store::folder::Ledger;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Lines, Logged, Store, as_known_at, batch_of};

fn refund(award: &str, on: &str, amount: &str) -> Command {
    Command::Refund {
        account: None,
        award: award.parse().unwrap(),
        date: common::date(on),
        amount: amount.parse().unwrap(),
        reference: None,
        stays_available: true,
        part: None,
        occurrence: 1,
    }
}

fn receive(amount: &str, kind: ReceiptKind) -> Command {
    let receipt = FundingReceipt {
        account: None,
        fund: "cdr".parse().unwrap(),
        date: common::date("2015-04-01"),
        amount: amount.parse().unwrap(),
        from: None,
        reference: None,
        kind,
    };
    Command::Receive { receipt, occurrence: 1 }
}

fn line(amount: &str, nth: u32) -> StatementLine {
    StatementLine {
        account: "20-00-00 12345678".parse().unwrap(),
        date: common::date("2015-05-05"),
        amount: amount.parse().unwrap(),
        text: "BACS 4711".parse().unwrap(),
        nth,
    }
}

/// Reconciles a line of this amount, the n-th of identical ones, with records.
fn reconcile(books: &dyn Books, amount: &str, nth: u32, records: &[u64]) -> Command {
    let at_bank = |number: &u64| {
        let found = books.record(*number).unwrap().and_then(|it| it.at_bank());
        // An unknown record is given as a receipt.
        found.unwrap_or(BankRecord {
            record: *number,
            grant: (*number == 6).then(|| "6-2015".parse().unwrap()),
        })
    };
    let records = records.iter().map(at_bank).collect();
    Command::Reconcile(Box::new(LineReconciled::exactly(line(amount, nth), records)))
}

/// The books: award 6-2015 is record 7, paid 100 by 8, 50 by 9 (reversed by 10) and 50.50 by 11; 20
/// came back by 12; 1,000 was received by 13, and 5 brought forward by 14.
fn worked(store: &mut dyn common::BookStore) {
    let commands = [
        award("6-2015", "2015-01-22", "18467", "domestic-abuse", None),
        pay("6-2015", "2015-05-01", "100"),
        pay("6-2015", "2015-05-01", "50"),
        Command::Reverse { record: 9, reason: None },
        pay("6-2015", "2015-05-02", "50.50"),
        refund("6-2015", "2015-05-03", "20"),
        receive("1000", ReceiptKind::Income),
        receive("5", ReceiptKind::OpeningBalance),
    ];
    // A reversal reads the journal.
    for command in commands {
        append(store, &[command]);
    }
}

fn append(store: &mut dyn common::BookStore, commands: &[Command]) {
    let batch = common::drafted(store, commands);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

fn outcome(store: &dyn common::BookStore, command: &Command, options: Options) -> String {
    let mut draft = Draft::new(store, common::AT.into(), common::BY.into());
    match carry_out(&mut draft, command, options.clone()) {
        Ok(Outcome::Recorded(_)) => "recorded".to_owned(),
        Ok(Outcome::Already(Already { record, reversed_by })) => {
            format!("already {record:?} {reversed_by:?}")
        }
        Err(Refusal::Rejected(rejection)) => format!("{}: {rejection}", rejection.code()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn records_of_a_line_are_effective_and_add_up_to_it() {
    let mut store = opened();
    worked(&mut store);
    let once = reconcile(&store, "-150.50", 1, &[8, 11]);
    append(&mut store, &[once]);
    for (amount, nth, records, expected) in [
        ("-150.50", 1, vec![11, 8, 8], "already Some(15) None"),
        (
            "-150.50",
            1,
            vec![8],
            "line-reconciled: the line was already reconciled with records 8, 11 (see record 15)",
        ),
        (
            "-150.50",
            2,
            vec![8, 11],
            "already-reconciled: record 8 was already reconciled with another line, dated 5 May 2015 (see record 15)",
        ),
        ("20", 1, vec![12], "recorded"),
        (
            "-20",
            1,
            vec![12],
            "line-does-not-add-up: the line is for -20.00, but the records matched to it add up to 20.00",
        ),
        ("1000", 1, vec![13], "recorded"),
        ("1020", 1, vec![13, 12], "recorded"),
        (
            "1019.99",
            1,
            vec![13, 12],
            "line-does-not-add-up: the line is for 1,019.99, but the records matched to it add up to 1,020.00",
        ),
        ("5", 1, vec![14], "not-at-the-bank: record 14 (opening balance) is not a bank transaction"),
        ("-50", 1, vec![9], "already-reversed: record 9 has already been reversed by record 10"),
        ("1", 1, vec![7], "unknown-record: there is no record 7"),
        ("1", 1, vec![6], "unknown-record: there is no record 6"),
        ("1", 1, vec![99], "unknown-record: there is no record 99"),
        ("0", 1, vec![], "nothing-to-reconcile: no record is given for the statement line"),
    ] {
        let command = reconcile(&store, amount, nth, &records);
        assert_eq!(outcome(&store, &command, Options::default()), expected, "{amount} {records:?}");
    }
    let award = BankRecord { record: 7, grant: Some("6-2015".parse().unwrap()) };
    let command = Command::Reconcile(Box::new(LineReconciled::exactly(line("1", 1), vec![award])));
    assert_eq!(
        outcome(&store, &command, Options::default()),
        "not-at-the-bank: record 7 (award) is not a bank transaction"
    );
}

#[test]
fn reconciled_records_are_reversed_only_after_their_reconciliation() {
    let mut store = opened();
    worked(&mut store);
    let run = reconcile(&store, "-150.50", 1, &[8, 11]);
    let receipt = reconcile(&store, "1000", 1, &[13]);
    append(&mut store, std::slice::from_ref(&run));
    append(&mut store, &[receipt]);
    let reverse = |record| Command::Reverse { record, reason: None };
    let reversal = |store: &MemoryStore, record| outcome(store, &reverse(record), Options::default());
    let has_dependents =
        |record, by| format!("has-dependents: record {record} cannot be reversed: record {by} depends on it");
    assert_eq!(reversal(&store, 8), has_dependents(8, 15));
    assert_eq!(reversal(&store, 13), has_dependents(13, 16));
    assert_eq!(reversal(&store, 12), "recorded");
    let batch = batch_of(&store, 11).unwrap();
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    let refused = reverse_batch(&mut draft, &batch.records, None, &mut |_, _| {}).unwrap_err().to_string();
    assert_eq!(refused, "records 11 to 11 cannot be reversed: record 15 depends on them");

    append(&mut store, &[reverse(15)]);
    assert_eq!(reversal(&store, 15), "already-reversed: record 15 has already been reversed by record 17");
    // A reversed match is not recorded again by the same file; another match is.
    assert_eq!(outcome(&store, &run, Options::default()), "already Some(15) Some(17)");
    assert_eq!(outcome(&store, &run, Options { record_reversed: true, ..Options::default() }), "recorded");
    let other = reconcile(&store, "-150.50", 1, &[8]);
    assert!(outcome(&store, &other, Options::default()).starts_with("line-does-not-add-up"));
    append(&mut store, &[reverse(12), reverse(11), reverse(8)]);
    assert!(
        outcome(&store, &run, Options { record_reversed: true, ..Options::default() })
            .starts_with("already-reversed")
    );
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn every_store_stores_reconciliations_which_post_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let created = Ledger::create(&path, common::opening_events(), common::AT.into(), common::BY.into());
    let (mut memory, mut ledger) = (opened(), created.unwrap());
    for store in [&mut memory as &mut dyn common::BookStore, &mut ledger] {
        worked(store);
        let totals = store.totals().clone();
        let commands = [reconcile(store, "-150.50", 1, &[8, 11]), reconcile(store, "20", 1, &[12])];
        append(store, &commands);
        append(store, &[Command::Reverse { record: 16, reason: None }]);
        assert_eq!(store.totals(), &totals);

        let at = |record| {
            let grant = store.grant(&"6-2015".parse().unwrap()).unwrap().unwrap();
            let recorded = grant.history.iter().find(|it| it.record == record).unwrap();
            recorded.reconciled.map(|it| (it.record, it.date.to_string()))
        };
        assert_eq!(
            [8, 9, 11, 12].map(at),
            [Some((15, "2015-05-05".to_owned())), None, Some((15, "2015-05-05".to_owned())), None]
        );
        let reconciled = |key| {
            let line = store.bank_line(&key).unwrap();
            line.and_then(|line| line.into_owned().reconciled)
        };
        let there = reconciled(line("-150.50", 1).key()).unwrap();
        assert_eq!((there.record, there.records, there.reversed_by), (15, vec![8, 11], None));
        let reversed = reconciled(line("20", 1).key()).unwrap();
        assert_eq!(reversed.reversed_by, Some(17));
        assert!(store.bank_line(&line("20", 2).key()).unwrap().is_none());

        let (from, to) = (Date::parse("2015-01-01").unwrap(), Date::parse("2015-12-31").unwrap());
        let query = Query::of(DateRange::new(from, to).unwrap());
        let statement = reports::grant(store, &query, "6-2015").unwrap();
        let on: Vec<(u64, String)> = statement
            .events
            .iter()
            .filter_map(|event| event.reconciled.map(|date| (event.record, date.to_string())))
            .collect();
        assert_eq!(on, [(8, "2015-05-05".to_owned()), (11, "2015-05-05".to_owned())]);
        let known = as_known_at(store, KnownAt::Record(15)).unwrap();
        assert!(known.bank_line(&line("20", 1).key()).unwrap().is_none());
    }
    let mut events = Vec::new();
    ledger
        .lines(15, &mut |logged| {
            if let Logged::Record(record, _) = logged {
                events.push(record.event);
            }
            Ok(true)
        })
        .unwrap();
    for event in &events {
        let text = serde_json::to_string(event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), *event);
    }
    drop(ledger);
    common::rebuilt(&path, &memory);
}

#[test]
fn an_inconsistent_reconciliation_is_refused_by_the_books() {
    let mut store = opened();
    worked(&mut store);
    let payment = |record| BankRecord { record, grant: Some("6-2015".parse().unwrap()) };
    for (amount, records) in [
        ("-100.01", vec![payment(8)]),
        ("-50", vec![payment(9)]),
        ("100", vec![payment(7)]),
        ("-200", vec![payment(8), payment(8)]),
        ("5", vec![BankRecord { record: 14, grant: None }]),
    ] {
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        let event = Event::Reconciled(Box::new(LineReconciled::exactly(line(amount, 1), records)));
        assert!(draft.add(event.clone()).is_err(), "{event:?}");
    }
}
