//! Bank statements: how they overlap and chain, the states of their lines, and what closing a month checks of them.

mod payments;
mod reports;

use crate::common::{self, award, date, pay};
use almoner_ledger::book::bank::accounts;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::events::{Event, RecordReversed, Reversible};
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::invariants::violations;
use almoner_ledger::reconciliation::{
    BankRecord, BankStatement, Explanation, ExplanationKind, LineReconciled, LineState, Remainder,
    StatementEntry, StatementLine,
};
use almoner_ledger::text::Text;
use almoner_store::folder::Ledger;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};

const ACCOUNT: &str = "20-00-00 12345678";

fn text(text: &str) -> Text {
    text.parse().unwrap()
}

/// A statement: its days and balances, then a line each: `04-02 -10 BACS`. A `?` is no balance.
fn statement(account: &str, days: (&str, &str), balances: (&str, &str), lines: &[&str]) -> BankStatement {
    let day = |day: &str| date(&format!("2015-{day}"));
    let balance = |text: &str| (text != "?").then(|| text.parse().unwrap());
    let entry = |line: &&str| {
        let mut words = line.splitn(3, ' ');
        StatementEntry {
            date: day(words.next().unwrap()),
            amount: words.next().unwrap().parse().unwrap(),
            text: text(words.next().unwrap()),
            reference: None,
            balance: None,
        }
    };
    BankStatement {
        account: text(account),
        from: day(days.0),
        to: day(days.1),
        opening: balance(balances.0),
        closing: balance(balances.1),
        lines: lines.iter().map(entry).collect(),
    }
}

fn record(of: BankStatement) -> Command {
    Command::RecordStatement(Box::new(of))
}

fn april() -> BankStatement {
    let lines = ["04-02 -10 BACS", "04-02 -10 BACS", "04-15 -150 RUN", "04-30 2 INTEREST"];
    statement(ACCOUNT, ("04-01", "04-30"), ("1000", "832"), &lines)
}

fn line_of(of: &BankStatement, nth: usize) -> StatementLine {
    of.identified()[nth].clone()
}

/// Books with award 6-2015 (record 7), and payments of 10, 10, 100 and 50 in April (8 to 11) and of 25 in May (12).
fn books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    append(&mut store, &worked());
    store
}

fn worked() -> Vec<Command> {
    vec![
        award("6-2015", "2015-01-22", "18467", "domestic-abuse", None),
        pay("6-2015", "2015-04-02", "10"),
        pay("6-2015", "2015-04-03", "10"),
        pay("6-2015", "2015-04-15", "100"),
        pay("6-2015", "2015-04-15", "50"),
        pay("6-2015", "2015-05-06", "25"),
    ]
}

fn append(store: &mut dyn common::BookStore, commands: &[Command]) {
    for command in commands {
        let batch = common::drafted(store, std::slice::from_ref(command));
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    }
}

fn outcome(store: &dyn common::BookStore, command: &Command) -> String {
    let mut draft = Draft::new(store, common::AT.into(), common::BY.into());
    match carry_out(&mut draft, command, Options::default()) {
        Ok(Outcome::Recorded(_)) => "recorded".to_owned(),
        Ok(Outcome::Already(already)) => format!("already {:?}", already.record.unwrap_or_default()),
        Err(Refusal::Rejected(rejection)) => format!("{}: {rejection}", rejection.code()),
        Err(error) => panic!("{error}"),
    }
}

fn of_payments(records: &[u64]) -> Vec<BankRecord> {
    let payment = |record: &u64| BankRecord { record: *record, grant: Some("6-2015".parse().unwrap()) };
    records.iter().map(payment).collect()
}

fn reconcile(of: LineReconciled) -> Command {
    Command::Reconcile(Box::new(of))
}

fn matched(lines: &[StatementLine], records: &[u64], rest: Option<&str>) -> Command {
    let (line, with) = lines.split_first().unwrap();
    let remainder =
        rest.map(|rest| Remainder { amount: rest.parse().unwrap(), reason: Some(text("Stamps")) });
    let with = with.to_vec();
    reconcile(LineReconciled {
        with,
        remainder,
        ..LineReconciled::exactly(line.clone(), of_payments(records))
    })
}

fn explained(line: &StatementLine, reason: &str) -> Command {
    let explanation = Explanation { kind: ExplanationKind::Interest, reason: text(reason) };
    reconcile(LineReconciled::explained(line.clone(), explanation))
}

fn close(is_final: bool, explained: Option<&str>) -> Command {
    Command::Close { month: "2015-04".parse().unwrap(), is_final, explained: explained.map(text) }
}

/// Returns each account with its lines in the books, its last balance, and where its balances do not chain.
fn state(books: &dyn Books) -> Vec<String> {
    let accounts = accounts(books).unwrap();
    let account = |it: &almoner_ledger::book::bank::BankAccount| {
        let balance = it.last_day().and_then(|day| it.balance_at(day).unwrap());
        let breaks: Vec<String> =
            it.breaks.iter().map(|it| format!(", {} for {}", it.stated, it.expected)).collect();
        let balance = balance.map_or("?".to_owned(), |it| it.to_string());
        format!("{}: {} lines, {balance}{}", it.account, it.lines.len(), breaks.concat())
    };
    accounts.iter().map(account).collect()
}

#[test]
fn a_statement_adds_up_and_says_nothing_twice() {
    let as_april = |days, balances, lines: &[&str]| statement(ACCOUNT, days, balances, lines);
    let all = ["04-02 -10 BACS", "04-02 -10 BACS", "04-15 -150 RUN", "04-30 2 INTEREST"];
    let table: Vec<(&str, BankStatement, &str)> = vec![
        ("the same", april(), "already 13"),
        ("written otherwise", BankStatement { account: text("200000/12345678"), ..april() }, "already 13"),
        ("as an IBAN", BankStatement { account: text("GB29BARC20000012345678"), ..april() }, "already 13"),
        ("without the sort code", BankStatement { account: text("12345678"), ..april() }, "already 13"),
        ("without balances", BankStatement { opening: None, closing: None, ..april() }, "already 13"),
        ("a part of it", as_april(("04-02", "04-15"), ("1000", "830"), &all[..3]), "already 13"),
        ("of another account", BankStatement { account: text("30-00-00 87654321"), ..april() }, "recorded"),
        (
            "of an account that may be mistyped",
            BankStatement { account: text("20-00-01 12345678"), ..april() },
            "new-account: there is no bank account `20-00-01 12345678`; it may be a typing error for `20-00-00 12345678`",
        ),
        (
            "that overlaps",
            as_april(("04-15", "05-01"), ("980", "831"), &[all[2], all[3], "05-01 -1 FEE"]),
            "recorded",
        ),
        (
            "with a line more on a day that both cover",
            as_april(("04-01", "04-30"), ("1000", "831"), &[all[0], all[1], all[2], "04-20 -1 FEE", all[3]]),
            "statement-differs: the lines of 20 Apr 2015 differ from those of the statement in record 13",
        ),
        (
            "with a line less",
            as_april(("04-01", "04-30"), ("?", "?"), &[all[0], all[2], all[3]]),
            "statement-differs: the lines of 2 Apr 2015 differ from those of the statement in record 13",
        ),
        (
            "with another text of its last line, to the same balance",
            as_april(
                ("04-01", "04-30"),
                ("1000", "832"),
                &[all[0], all[1], all[2], "04-30 2 INTEREST GROSS"],
            ),
            "statement-differs: the lines of 30 Apr 2015 differ from those of the statement in record 13",
        ),
        (
            "with another text of its first line, from the same balance",
            as_april(("04-02", "04-15"), ("1000", "830"), &["04-02 -10 BACS RUN", all[1], all[2]]),
            "statement-differs: the lines of 2 Apr 2015 differ from those of the statement in record 13",
        ),
        (
            "that ends later on the day on which the other one ends",
            as_april(("04-15", "04-30"), ("980", "835"), &[all[2], all[3], "04-30 3 BONUS"]),
            "recorded",
        ),
        (
            "that begins within a day",
            as_april(("04-30", "05-02"), ("832", "831"), &["05-02 -1 FEE"]),
            "recorded",
        ),
        (
            "whose balances do not agree",
            as_april(("05-01", "05-31"), ("832", "832"), &["05-02 -1 FEE"]),
            "statement-does-not-add-up: the opening balance 832.00 and the lines -1.00 do not add up to the closing balance 832.00",
        ),
        (
            "with a line after its end",
            as_april(("05-01", "05-31"), ("?", "?"), &["06-02 -1 FEE"]),
            "statement-does-not-add-up: the statement is from 1 May 2015 to 31 May 2015, but has a line dated 2 Jun 2015",
        ),
        (
            "that ends before it begins",
            as_april(("05-31", "05-01"), ("?", "?"), &[]),
            "statement-does-not-add-up: the statement ends on 1 May 2015, before it begins on 31 May 2015",
        ),
    ];
    let mut store = books();
    append(&mut store, &[record(april())]);
    for (what, given, expected) in table {
        assert_eq!(outcome(&store, &record(given)), expected, "{what}");
    }
}

#[test]
fn balances_chain_from_statement_to_statement() {
    let may = |opening, closing| {
        statement(ACCOUNT, ("05-01", "05-31"), (opening, closing), &["05-06 -25 BACS", "05-31 1 INTEREST"])
    };
    let june = || statement(ACCOUNT, ("06-01", "06-30"), ("808", "800"), &["06-02 -8 FEE"]);
    let half = || {
        statement(
            "200000 12345678",
            ("04-15", "04-30"),
            ("980", "832"),
            &["04-15 -150 RUN", "04-30 2 INTEREST"],
        )
    };
    let afternoon =
        || statement(ACCOUNT, ("04-30", "05-01"), ("832", "830"), &["04-30 -1 FEE", "05-01 -1 FEE"]);
    // Statements in the order of recording, and what the account is then.
    let table: Vec<(Vec<BankStatement>, &str)> = vec![
        (vec![april()], "20-00-00 12345678: 4 lines, 832.00"),
        (vec![april(), may("832", "808")], "20-00-00 12345678: 6 lines, 808.00"),
        (vec![may("832", "808"), april()], "20-00-00 12345678: 6 lines, 808.00"),
        (vec![april(), may("832", "808"), june()], "20-00-00 12345678: 7 lines, 800.00"),
        (vec![april(), june()], "20-00-00 12345678: 5 lines, 800.00, 808.00 for 832.00"),
        (vec![june(), april(), may("832", "808")], "20-00-00 12345678: 7 lines, 800.00"),
        (vec![april(), may("833", "809")], "20-00-00 12345678: 6 lines, 809.00, 833.00 for 832.00"),
        (vec![april(), may("?", "808")], "20-00-00 12345678: 6 lines, 808.00"),
        (vec![april(), may("?", "809")], "20-00-00 12345678: 6 lines, 809.00, 833.00 for 832.00"),
        (vec![april(), may("?", "?")], "20-00-00 12345678: 6 lines, 808.00"),
        (vec![may("?", "?")], "20-00-00 12345678: 2 lines, ?"),
        (vec![half(), april()], "200000 12345678: 4 lines, 832.00"),
        (vec![april(), afternoon()], "20-00-00 12345678: 6 lines, 830.00"),
    ];
    for (statements, expected) in table {
        let mut store = books();
        let commands: Vec<Command> = statements.iter().cloned().map(record).collect();
        append(&mut store, &commands);
        assert_eq!(state(&store), [expected], "{statements:?}");
    }
}

#[test]
fn lines_are_matched_whole_or_in_part_together_or_explained() {
    let of = april();
    let line = |nth| line_of(&of, nth);
    let other = statement("other", ("04-01", "04-30"), ("?", "?"), &["04-03 -10 BACS"]);
    let table: Vec<(&str, Command, &str)> = vec![
        ("two records", matched(&[line(2)], &[10, 11], None), "recorded"),
        (
            "one record of two",
            matched(&[line(2)], &[10], None),
            "line-does-not-add-up: the line is for -150.00, but the records matched to it add up to -100.00",
        ),
        ("a part", matched(&[line(2)], &[10], Some("-50")), "recorded"),
        (
            "another part",
            matched(&[line(2)], &[10], Some("-40")),
            "line-does-not-add-up: the line is for -150.00, but the records matched to it add up to -140.00",
        ),
        (
            "a remainder of the other sign",
            matched(&[line(2)], &[10, 11, 8], Some("10")),
            "remainder-not-part: a remainder of 10.00 cannot be part of a line for -150.00",
        ),
        (
            "a remainder of zero",
            matched(&[line(2)], &[10, 11], Some("0")),
            "remainder-not-part: a remainder of 0.00 cannot be part of a line for -150.00",
        ),
        (
            "a remainder of all",
            matched(&[line(2)], &[10], Some("-150")),
            "remainder-not-part: a remainder of -150.00 cannot be part of a line for -150.00",
        ),
        (
            "a remainder alone",
            matched(&[line(2)], &[], Some("-50")),
            "nothing-to-reconcile: no record is given for the statement line",
        ),
        ("two lines and two records", matched(&[line(0), line(1)], &[8, 9], None), "recorded"),
        ("a line twice", matched(&[line(0), line(0)], &[8], None), "recorded"),
        (
            "lines of two accounts",
            matched(&[line(0), line_of(&other, 0)], &[8, 9], None),
            "lines-of-two-accounts: the lines belong to different accounts: 20-00-00 12345678 and other",
        ),
        ("explained", explained(&line(3), "Of the quarter"), "recorded"),
        (
            "explained with records",
            reconcile(LineReconciled {
                records: of_payments(&[8]),
                ..LineReconciled::explained(
                    line(0),
                    Explanation { kind: ExplanationKind::Charge, reason: text("Fee") },
                )
            }),
            "explained-with-records: an explained line cannot have records or a remainder",
        ),
    ];
    let mut store = books();
    append(&mut store, &[record(of.clone()), record(other.clone())]);
    for (what, command, expected) in table {
        assert_eq!(outcome(&store, &command), expected, "{what}");
    }
    // One payment on two lines.
    append(&mut store, &[pay("6-2015", "2015-04-02", "20")]);
    let on_two = matched(&[line(1), line(0)], &[15], None);
    append(
        &mut store,
        &[on_two.clone(), matched(&[line(2)], &[10], Some("-50")), explained(&line(3), "Of the quarter")],
    );
    assert_eq!(outcome(&store, &on_two), "already 16");
    assert_eq!(outcome(&store, &matched(&[line(0), line(1)], &[15], None)), "already 16");
    assert_eq!(
        outcome(&store, &matched(&[line(0)], &[8], None)),
        "line-reconciled: the line was already reconciled with record 15 (see record 16)"
    );
    assert_eq!(outcome(&store, &explained(&line(3), "Of the quarter")), "already 18");
    assert_eq!(
        outcome(&store, &explained(&line(3), "Of the year")),
        "line-reconciled: the line was already explained (see record 18)"
    );
    let states: Vec<&str> = [line(0), line(1), line(2), line(3), line_of(&other, 0)]
        .iter()
        .map(|line| match store.bank_line(&line.key()).unwrap().unwrap().state() {
            LineState::Open => "open",
            LineState::Matched(_) => "matched",
            LineState::Partly(..) => "partly in these books",
            LineState::Explained(..) => "explained",
        })
        .collect();
    assert_eq!(states, ["matched", "matched", "partly in these books", "explained", "open"]);
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn statements_and_reconciliations_are_reversed_in_order() {
    let of = april();
    let line = |nth| line_of(&of, nth);
    let reverse = |record| Command::Reverse { record, reason: None };
    let mut store = books();
    let overlapping =
        statement(ACCOUNT, ("04-30", "05-01"), ("830", "831"), &["04-30 2 INTEREST", "05-01 -1 FEE"]);
    append(
        &mut store,
        &[record(of.clone()), record(overlapping), matched(&[line(0), line(1)], &[8, 9], None)],
    );
    append(&mut store, &[explained(&line(3), "Of the quarter")]);
    assert_eq!(
        outcome(&store, &reverse(13)),
        "has-dependents: record 13 cannot be reversed: record 15 depends on it"
    );
    assert_eq!(
        outcome(&store, &reverse(8)),
        "has-dependents: record 8 cannot be reversed: record 15 depends on it"
    );
    append(&mut store, &[reverse(15), reverse(13)]);
    // The line that is on another statement too is still there, and still explained.
    assert_eq!(state(&store), ["20-00-00 12345678: 2 lines, 831.00"]);
    assert_eq!(
        outcome(&store, &reverse(13)),
        "already-reversed: record 13 has already been reversed by record 18"
    );
    assert_eq!(outcome(&store, &record(of.clone())), "recorded");
    assert_eq!(outcome(&store, &reverse(8)), "recorded");
    // Nothing of a finally closed month is reversed.
    append(
        &mut store,
        &[
            record(of.clone()),
            matched(&[line(0)], &[8], None),
            matched(&[line(1)], &[9], None),
            matched(&[line(2)], &[10, 11], None),
        ],
    );
    for month in ["2015-01", "2015-02", "2015-03"] {
        append(
            &mut store,
            &[Command::Close { month: month.parse().unwrap(), is_final: true, explained: None }],
        );
    }
    append(&mut store, &[close(false, None)]);
    assert_eq!(outcome(&store, &reverse(20)), "recorded");
    append(&mut store, &[close(true, None)]);
    let refused = "reconciliation-finally-closed: Apr 2015 is finally closed, so its bank reconciliation cannot be reversed";
    assert_eq!(outcome(&store, &reverse(20)), refused);
    assert_eq!(outcome(&store, &reverse(16)), refused);
    assert_eq!(outcome(&store, &reverse(19)), refused);
}

#[test]
fn a_receipt_posted_late_is_of_the_month_of_its_posting() {
    let receipt = FundingReceipt {
        account: None,
        fund: "cdr".parse().unwrap(),
        date: date("2015-03-20"),
        amount: "2".parse().unwrap(),
        from: None,
        reference: None,
        kind: ReceiptKind::Income,
    };
    let mut store = books();
    for month in ["2015-01", "2015-02", "2015-03"] {
        let month = month.parse().unwrap();
        append(&mut store, &[Command::Close { month, is_final: true, explained: None }]);
    }
    let batch = common::drafted_late(&store, &[Command::Receive { receipt, occurrence: 1 }]);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let received =
        LineReconciled::exactly(line_of(&april(), 3), vec![BankRecord { record: 16, grant: None }]);
    append(&mut store, &[record(april()), reconcile(received)]);
    assert_eq!(
        outcome(&store, &Command::Reverse { record: 18, reason: None }),
        "recorded",
        "it is of April, which is open"
    );
}

#[test]
fn a_month_is_closed_by_what_was_checked() {
    let of = april();
    let line = |nth| line_of(&of, nth);
    let all = || {
        vec![
            record(of.clone()),
            matched(&[line(0)], &[8], None),
            matched(&[line(1)], &[9], None),
            matched(&[line(2)], &[10, 11], None),
            explained(&line(3), "Of the quarter"),
        ]
    };
    let but = |nth: usize| {
        let mut commands = all();
        commands.remove(nth);
        commands
    };
    let broken = || statement(ACCOUNT, ("04-30", "04-30"), ("900", "900"), &[]);
    let with = |more: Vec<Command>| [all(), more].concat();
    // What is recorded, the explanation, and what the closing says: payments, receipts, lines, those explained.
    let table: Vec<(&str, Vec<Command>, Option<&str>, &str)> = vec![
        ("nothing recorded", vec![], None, "NeverReconciled; nothing checked"),
        ("all reconciled", all(), None, "Reconciled; 4 0 4 1, Chain"),
        (
            "a line open",
            but(4),
            None,
            "not-ready-to-close: Apr 2015 cannot be closed: 1 statement line is open: line 13.4, 2.00 of 30 Apr 2015 INTEREST",
        ),
        (
            "a line open, which no explanation of the month covers",
            but(4),
            Some("Interest"),
            "not-ready-to-close: Apr 2015 cannot be closed: 1 statement line is open: line 13.4, 2.00 of 30 Apr 2015 INTEREST",
        ),
        (
            "a payment and its line open",
            but(1),
            None,
            "not-ready-to-close: Apr 2015 cannot be closed: 1 statement line is open: line 13.1, -10.00 of 2 Apr 2015 BACS; \
             1 bank transaction is not on a reconciled statement: record 8 of award 6-2015 (-10.00)",
        ),
        (
            "a payment not presented",
            with(vec![pay("6-2015", "2015-04-29", "7")]),
            None,
            "not-ready-to-close: Apr 2015 cannot be closed: 1 bank transaction is not on a reconciled statement: record 18 of award 6-2015 (-7.00)",
        ),
        (
            "a payment not presented, explained",
            with(vec![pay("6-2015", "2015-04-29", "7")]),
            Some("Cheque"),
            "Explained { open: 1, reason: Text(\"Cheque\") }; 5 0 4 1, Chain",
        ),
        (
            "balances that do not chain",
            with(vec![record(broken())]),
            None,
            "not-ready-to-close: Apr 2015 cannot be closed: opening balances do not agree: the statement for 20-00-00 12345678 in record 18 opens with 900.00, but the previous closing balance is 830.00",
        ),
        (
            "balances that do not chain, explained",
            with(vec![record(broken())]),
            Some("The bank is asked"),
            "Reconciled; 4 0 4 1, Broken The bank is asked",
        ),
    ];
    for (what, commands, explanation, expected) in table {
        let mut store = books();
        append(&mut store, &commands);
        for month in ["2015-01", "2015-02", "2015-03"] {
            append(&mut store, &[Command::close(month.parse().unwrap())]);
        }
        let command = close(false, explanation);
        let refused = outcome(&store, &command);
        if refused != "recorded" {
            assert_eq!(refused, expected, "{what}");
            continue;
        }
        append(&mut store, &[command]);
        let closing = store.reference().closed.closing("2015-04".parse().unwrap()).unwrap().clone();
        let checked = closing.checked.as_deref().map_or("nothing checked".to_owned(), |it| {
            let balances: Vec<String> = it.accounts.iter().map(|it| format!(", {:?}", it.balances)).collect();
            let reason = it.reason.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
            format!(
                "{} {} {} {}{}{reason}",
                it.payments,
                it.receipts,
                it.lines,
                it.explained,
                balances.concat()
            )
        });
        assert_eq!(format!("{:?}; {checked}", closing.bank), expected, "{what}");
    }
}

#[test]
fn every_store_stores_statements_which_post_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let created = Ledger::create(&path, common::opening_events(), common::AT.into(), common::BY.into());
    let (mut memory, mut ledger) = (MemoryStore::default(), created.unwrap());
    let batch = common::drafted_events(&memory, common::opening_events());
    memory.append(memory.head(), BatchLabel::default(), batch).unwrap();
    let of = april();
    for store in [&mut memory as &mut dyn common::BookStore, &mut ledger] {
        append(store, &worked());
        let totals = store.totals().clone();
        append(
            store,
            &[
                record(of.clone()),
                matched(&[line_of(&of, 0), line_of(&of, 1)], &[8, 9], None),
                matched(&[line_of(&of, 2)], &[10], Some("-50")),
                explained(&line_of(&of, 3), "Of the quarter"),
                record(statement(ACCOUNT, ("05-01", "05-31"), ("832", "807"), &["05-06 -25 BACS"])),
                Command::Reverse { record: 14, reason: None },
                Command::Reverse { record: 17, reason: None },
            ],
        );
        assert_eq!(store.totals(), &totals);
        assert_eq!(state(store), ["20-00-00 12345678: 4 lines, 832.00"]);
        let known = as_known_at(store, KnownAt::Record(17)).unwrap();
        assert_eq!(state(&known), ["20-00-00 12345678: 5 lines, 807.00"]);
    }
    drop(ledger);
    let ledger = common::rebuilt(&path, &memory);
    assert_eq!(state(&ledger), ["20-00-00 12345678: 4 lines, 832.00"]);
}

#[test]
fn reconciliations_of_earlier_journals_are_read_as_they_are() {
    let mut store = books();
    let event = r#"{"reconciled":{"line":{"account":"20-00-00 12345678","date":"2015-04-15","amount":"-150.00","text":"RUN","occurrence":1},"records":[{"record":10,"grant":"6-2015"},{"record":11,"grant":"6-2015"}]}}"#;
    let reconciled: Event = serde_json::from_str(event).unwrap();
    let batch = common::drafted_events(&store, vec![reconciled]);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    // A statement recorded later recognises the line.
    append(&mut store, &[record(april())]);
    assert_eq!(state(&store), ["20-00-00 12345678: 4 lines, 832.00"]);
    let line = store.bank_line(&line_of(&april(), 2).key()).unwrap().unwrap().into_owned();
    assert_eq!(line.reconciliation().map(|it| (it.record, it.records.clone())), Some((13, vec![10, 11])));
    // A reversal names the line by a key that depended on how the account was written.
    let raw = almoner_ledger::hash::Hash::of(b"20-00-00 12345678\n2015-04-15\n-150.00\nRUN\n1");
    let of = format!(
        r#"{{"reconciliation":{{"line":"{raw}","records":[{{"record":10,"grant":"6-2015"}},{{"record":11,"grant":"6-2015"}}]}}}}"#
    );
    let of: Reversible = serde_json::from_str(&of).unwrap();
    let reversal = RecordReversed {
        record: 13,
        of: Box::new(of),
        reason: None,
        posted: almoner_ledger::entry::Entries::none(),
    };
    let batch = common::drafted_events(&store, vec![Event::Reversed(reversal)]);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let line = store.bank_line(&line_of(&april(), 2).key()).unwrap().unwrap().into_owned();
    assert!(line.is_open() && line.is_in_books());
    assert_eq!(outcome(&store, &Command::Reverse { record: 10, reason: None }), "recorded");
}
