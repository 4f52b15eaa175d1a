//! Closing months: the checks, final closing, and posting to closed months.

use crate::common::{self, award, pay};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::budgets::BudgetKey;
use almoner_ledger::calendar::{DateRange, Month};
use almoner_ledger::closed::BankAtClose;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Decided, Outcome, Refusal, carry_out, decide};
use almoner_ledger::decisions::Decision;
use almoner_ledger::events::{Event, GrantFact};
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::invariants::violations;
use almoner_ledger::reconciliation::{LineReconciled, StatementLine};
use almoner_ledger::remedy::Remedy;
use almoner_ledger::reports::{By, Query, funds, themes, trial_balance};
use almoner_ledger::text::Text;
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::verify;
use almoner_store::{BatchLabel, Store};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn text(text: &str) -> Text {
    text.parse().unwrap()
}

fn provisional(month_of: &str) -> Command {
    Command::close(month(month_of))
}

fn final_close(month_of: &str) -> Command {
    Command::Close { month: month(month_of), is_final: true, explained: None }
}

fn explained(month_of: &str, reason: &str) -> Command {
    Command::Close { month: month(month_of), is_final: false, explained: Some(text(reason)) }
}

fn reopen(month_of: &str) -> Command {
    Command::Reopen { month: month(month_of), reason: text("Bank statement came late") }
}

/// Reconciles a statement line with a record.
fn reconcile(books: &dyn Books, record: u64) -> Command {
    let at_bank = books.record(record).unwrap().unwrap();
    let amount = match &at_bank.event {
        Event::Grant(GrantFact { fact, .. }) => fact.at_bank().unwrap(),
        _ => panic!("record {record} is no payment"),
    };
    let line = StatementLine {
        account: text("20-00-00 12345678"),
        date: common::date("2015-05-05"),
        amount,
        text: text(&format!("BACS {record}")),
        nth: 1,
    };
    Command::Reconcile(Box::new(LineReconciled::exactly(line, vec![at_bank.at_bank().unwrap()])))
}

fn books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let opening = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), opening).unwrap();
    record(
        &mut store,
        &[
            award("1-2015", "2015-01-10", "1,000", "youth", None),
            pay("1-2015", "2015-01-20", "100"),
            pay("1-2015", "2015-02-20", "200"),
        ],
    );
    store
}

fn record(store: &mut MemoryStore, commands: &[Command]) {
    let batch = common::drafted(&*store, commands);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
}

fn code(store: &MemoryStore, command: &Command) -> &'static str {
    match decide(store, command, Options::default()) {
        Ok(Decided::Already(_)) => "already",
        Ok(Decided::Events(_)) => "done",
        Err(Refusal::Rejected(rejection)) => rejection.code(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn months_are_closed_provisionally_then_finally_in_order() {
    // Commands before, the command, and its outcome.
    let table: &[(&[Command], Command, &str)] = &[
        (&[], provisional("2015-01"), "done"),
        (&[provisional("2015-01")], provisional("2015-01"), "already"),
        // Nothing is recorded before January; an earlier month can be the first that is closed.
        (&[], provisional("2015-02"), "earlier-month-open"),
        (&[], provisional("2014-11"), "done"),
        (&[provisional("2014-11")], provisional("2015-01"), "earlier-month-open"),
        (&[provisional("2014-11"), provisional("2014-12")], provisional("2015-01"), "done"),
        (&[provisional("2015-01")], provisional("2015-02"), "done"),
        (&[provisional("2015-01")], provisional("2014-12"), "done"),
        // A month in which nothing is recorded is closed, too.
        (&[provisional("2015-01"), provisional("2015-02")], provisional("2015-04"), "earlier-month-open"),
        (
            &[provisional("2015-01"), provisional("2015-02"), reopen("2015-02"), reopen("2015-01")],
            provisional("2015-02"),
            "earlier-month-open",
        ),
        (
            &[provisional("2015-01"), provisional("2015-02"), reopen("2015-02"), reopen("2015-01")],
            provisional("2015-01"),
            "done",
        ),
        // What is posted to a month that is open again would move what later months show.
        (&[provisional("2015-01"), provisional("2015-02")], reopen("2015-01"), "later-month-closed"),
        (&[provisional("2015-01"), provisional("2015-02"), reopen("2015-02")], reopen("2015-01"), "done"),
        (&[final_close("2015-01"), provisional("2015-02")], reopen("2015-01"), "finally-closed"),
        // A budget of the whole year is no entry of its first months.
        (&[budget_of("2014-15", "12000", "", "", false)], provisional("2015-01"), "done"),
        (&[award("2-2014", "2014-12-10", "10", "youth", None)], provisional("2015-01"), "earlier-month-open"),
        (&[provisional("2015-01"), provisional("2015-02")], reopen("2015-02"), "done"),
        (&[], reopen("2015-02"), "not-closed"),
        (&[], final_close("2015-01"), "done"),
        (&[], final_close("2014-12"), "done"),
        (&[], final_close("2015-02"), "earlier-month-not-final"),
        (&[provisional("2015-01")], final_close("2015-02"), "earlier-month-not-final"),
        (&[provisional("2015-01")], final_close("2015-01"), "done"),
        (
            &[provisional("2015-01"), provisional("2015-02")],
            final_close("2015-02"),
            "earlier-month-not-final",
        ),
        (&[final_close("2015-01"), provisional("2015-02")], final_close("2015-02"), "done"),
        (&[final_close("2015-01")], final_close("2015-01"), "already"),
        (&[final_close("2015-01")], provisional("2015-01"), "already"),
        (&[final_close("2015-01")], reopen("2015-01"), "finally-closed"),
        (&[final_close("2015-01")], pay("1-2015", "2015-01-21", "1"), "closed-month"),
        (&[provisional("2015-01")], pay("1-2015", "2015-01-21", "1"), "closed-month"),
        (&[provisional("2015-01"), reopen("2015-01")], pay("1-2015", "2015-01-21", "1"), "done"),
    ];
    for (before, asked, expected) in table {
        let mut store = books();
        before.iter().for_each(|command| record(&mut store, std::slice::from_ref(command)));
        assert_eq!(code(&store, asked), *expected, "{before:?} then {asked:?}");
    }
}

#[test]
fn a_month_closes_only_when_the_bank_is_reconciled_or_explained() {
    let bank = |store: &MemoryStore, of: &str| -> BankAtClose {
        store.reference().closed.closing(month(of)).unwrap().bank.clone()
    };
    // No statement was ever reconciled, which the closing states.
    let mut store = books();
    record(&mut store, &[provisional("2015-01")]);
    assert_eq!(bank(&store, "2015-01"), BankAtClose::NeverReconciled);
    record(&mut store, &[reopen("2015-01")]);
    // After the first reconciliation, the payments of the month must be on a statement.
    let reconciliation = reconcile(&store, 9);
    record(&mut store, &[reconciliation]);
    let refused = decide(&store, &provisional("2015-01"), Options::default()).unwrap_err();
    let Refusal::Rejected(refused) = refused else { panic!("{refused}") };
    assert_eq!(
        refused.to_string(),
        "Jan 2015 cannot be closed: 1 bank transaction is not on a reconciled statement: record 8 of award 1-2015 (-100.00)"
    );
    assert_eq!(refused.remedies(), [Remedy::ReconcileOrExplain]);
    record(&mut store, &[explained("2015-01", "Cheque cashed in May")]);
    assert_eq!(code(&store, &provisional("2015-02")), "done");
    let explained_at_close = BankAtClose::Explained { open: 1, reason: text("Cheque cashed in May") };
    assert_eq!(bank(&store, "2015-01"), explained_at_close);
    // An explanation still applies to the final close, unless more transactions are open.
    record(&mut store, &[final_close("2015-01")]);
    assert_eq!(bank(&store, "2015-01"), explained_at_close);

    let mut store = books();
    let reconciliation = reconcile(&store, 9);
    record(&mut store, &[reconciliation, explained("2015-01", "Cheque cashed in May")]);
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    draft.enter_closed_months(Some(&text("Found in the post")));
    carry_out(&mut draft, &pay("1-2015", "2015-01-22", "5"), Options::default()).unwrap();
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    assert_eq!(code(&store, &final_close("2015-01")), "not-ready-to-close");
}

#[test]
fn entries_posted_to_closed_months_keep_their_date_and_reason() {
    let mut store = books();
    record(&mut store, &[final_close("2014-12"), final_close("2015-01"), provisional("2015-02")]);
    // A payment, the reason to post to the closed month, late or not, the booking date and what is recorded.
    let table: &[(&str, bool, bool, &str, &[&str])] = &[
        (
            "2015-02-21",
            true,
            false,
            "2015-02-21",
            &["closed months entered", "payment", "closed months left"],
        ),
        ("2015-01-21", true, false, "closed-month", &[]),
        ("2015-01-21", false, true, "2015-03-01", &["payment"]),
        ("2015-01-21", true, true, "2015-02-01", &["closed months entered", "payment", "closed months left"]),
        ("2015-03-21", true, false, "2015-03-21", &["payment"]),
        ("2015-02-21", false, false, "closed-month", &[]),
    ];
    for (on, is_let_in, late, expected, recorded) in table {
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        let reason = text("Adjustment asked for by the auditor");
        draft.enter_closed_months(is_let_in.then_some(&reason));
        let options = Options { late: *late, ..Options::default() };
        match carry_out(&mut draft, &pay("1-2015", on, "7"), options.clone()) {
            Err(Refusal::Rejected(rejection)) => assert_eq!(rejection.code(), *expected, "{on}"),
            Err(error) => panic!("{error}"),
            Ok(Outcome::Already(_)) => panic!("{on} is recorded already"),
            Ok(Outcome::Recorded(_)) => {
                let batch = draft.finish().unwrap();
                let words: Vec<&str> = batch.records.iter().map(|it| it.event.words()).collect();
                assert_eq!(words, *recorded, "{on}");
                for posting in batch.records.iter().flat_map(|it| it.event.postings()) {
                    assert_eq!(posting.booked.to_string(), *expected, "{on}");
                }
                let mut after = MemoryStore::holding(store.read_models().clone(), store.head());
                after.append(after.head(), BatchLabel::default(), batch).unwrap();
                assert!(!after.reference().closed.takes_postings());
                assert_eq!(violations(&after).unwrap(), Vec::<String>::new());
                assert_eq!(code(&after, &pay("1-2015", "2015-02-22", "1")), "closed-month");
            }
        }
    }
    // Without records the closed months are not entered.
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    draft.enter_closed_months(Some(&text("A slip")));
    carry_out(&mut draft, &pay("1-2015", "2015-02-20", "200"), Options::default()).unwrap();
    let batch = draft.finish().unwrap();
    assert!(batch.records.is_empty() && !batch.changed.reference.closed.takes_postings());
}

#[test]
fn income_is_released_in_the_closed_month_of_the_expenditure() {
    let mut store = books();
    let receipt = FundingReceipt {
        account: None,
        fund: "cdr".parse().unwrap(),
        date: common::date("2015-01-05"),
        amount: "900".parse().unwrap(),
        from: None,
        reference: None,
        kind: ReceiptKind::ReturnIfUnspent,
    };
    record(&mut store, &[Command::Receive { receipt, occurrence: 1 }]);
    record(&mut store, &common::close_months("2015-01", "2015-02"));
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    draft.enter_closed_months(Some(&text("Found in the post")));
    carry_out(&mut draft, &pay("1-2015", "2015-02-21", "7"), Options::default()).unwrap();
    let batch = draft.finish().unwrap();
    let words: Vec<&str> = batch.records.iter().map(|it| it.event.words()).collect();
    assert_eq!(words, ["closed months entered", "payment", "income released", "closed months left"]);
    let released = batch.records.iter().filter(|it| it.event.words() == "income released");
    for posting in released.flat_map(|it| it.event.postings()) {
        assert_eq!(
            (posting.booked.month(), posting.amount.size().to_string()),
            (month("2015-02"), "7.00".into())
        );
    }
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
}

/// Money that is returnable if unspent meets the expenditure of its own year, also where either is recorded late.
#[test]
fn what_is_received_late_is_released_against_the_expenditure_of_its_own_year() {
    let receipt = |on: &str, amount: &str| {
        let (from, reference) = (None, None);
        let (fund, amount, kind) =
            ("cdr".parse().unwrap(), amount.parse().unwrap(), ReceiptKind::ReturnIfUnspent);
        let account = None;
        let receipt = FundingReceipt { fund, date: common::date(on), amount, from, reference, kind, account };
        Command::Receive { receipt, occurrence: 1 }
    };
    // 100.00 and 200.00 are spent in January and February 2015, which are closed with March.
    let spent_late = || pay("1-2015", "2015-03-10", "50");
    let spent = || pay("1-2015", "2015-05-10", "400");
    let undo = |record| Command::Reverse { record, reason: None };
    let before = |commands: Vec<Command>| (commands, vec![]);
    let late = |commands: Vec<Command>| (vec![], commands);
    // Recorded before and after closing; released in 2014-15 and in 2015-16, and in advance at the end of 2015-16.
    type Case = ((Vec<Command>, Vec<Command>), [&'static str; 3]);
    let table: [Case; 9] = [
        (before(vec![receipt("2015-01-05", "1000")]), ["300.00", "0.00", "700.00"]),
        // What the year had spent, and nothing of the year in which it is posted.
        (late(vec![receipt("2015-01-05", "1000")]), ["0.00", "300.00", "700.00"]),
        (late(vec![receipt("2015-01-05", "1000"), spent()]), ["0.00", "300.00", "700.00"]),
        (late(vec![spent(), receipt("2015-01-05", "250")]), ["0.00", "250.00", "0.00"]),
        (late(vec![receipt("2015-05-05", "1000"), spent()]), ["0.00", "400.00", "600.00"]),
        // Expenditure recorded late meets what was in advance of its own year.
        ((vec![receipt("2015-01-05", "1000")], vec![spent_late()]), ["300.00", "50.00", "650.00"]),
        (late(vec![receipt("2015-05-05", "1000"), spent_late()]), ["0.00", "0.00", "1000.00"]),
        ((vec![receipt("2015-01-05", "1000")], vec![spent_late(), undo(0)]), ["300.00", "0.00", "700.00"]),
        // Reversed, it is neither released nor in advance.
        ((vec![receipt("2015-01-05", "1000")], vec![undo(10)]), ["300.00", "-300.00", "0.00"]),
    ];
    for ((before, after), expected) in table {
        let mut store = books();
        assert_eq!(store.reference().records, 9);
        let context = format!("{before:?} {after:?}");
        before.iter().for_each(|command| record(&mut store, std::slice::from_ref(command)));
        record(&mut store, &common::close_months("2015-01", "2015-03"));
        for command in after {
            // Of the payment, whatever was released since.
            let command = match command {
                Command::Reverse { record: 0, .. } => {
                    let is_payment = |number: &u64| {
                        let record = store.record(*number).unwrap().unwrap();
                        matches!(record.event, Event::Grant(_))
                    };
                    undo((1..=store.reference().records).rev().find(is_payment).unwrap())
                }
                command => command,
            };
            let late = common::drafted_late(&store, &[command]);
            store.append(store.head(), BatchLabel::default(), late).unwrap();
        }
        let statement = |year: &str| {
            let query = Query::of(year.parse::<almoner_ledger::calendar::FinancialYear>().unwrap().range());
            funds(&store, &query).unwrap().total
        };
        let (first, second) = (statement("2014-15"), statement("2015-16"));
        let shown = [first.released, second.released, second.advance_closing].map(|it| it.to_string());
        assert_eq!(shown, expected, "{context}");
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new(), "{context}");
    }
}

#[test]
fn a_forged_posting_in_a_closed_month_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("books");
    let opening = common::opening_events();
    drop(Ledger::create(&place, opening, common::AT.into(), common::BY.into()).unwrap());
    let mut ledger = Ledger::open(&place, Access::Write, &mut |_, _| {}).unwrap().0;
    let paid = [award("1-2015", "2015-01-10", "1,000", "youth", None), pay("1-2015", "2015-01-20", "100")];
    let batch = common::drafted(&ledger, &paid);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    // The payment is decided while the month is open, and recorded once it is closed.
    let payment = decide(&ledger, &pay("1-2015", "2015-01-21", "5"), Options::default()).unwrap();
    let Decided::Events(payment) = payment else { panic!("{payment:?}") };
    let batch = common::drafted(&ledger, &[provisional("2015-01")]);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    drop(ledger);
    assert!(verify(&place, &mut |_, _| {}).unwrap().findings.is_empty());
    let mut ledger = Ledger::open(&place, Access::Write, &mut |_, _| {}).unwrap().0;
    let batch = common::drafted_events(&ledger, payment);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    drop(ledger);
    let found = verify(&place, &mut |_, _| {}).unwrap().findings;
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["broken rule: record 10 posts to 2015-01, which is closed"]);
}

/// A budget of 12,000.00 or another amount, from a date and by a decision if stated.
fn budget(amount: &str, date: &str, decision: &str, revise: bool) -> Command {
    budget_of("2015-16", amount, date, decision, revise)
}

fn budget_of(year: &str, amount: &str, date: &str, decision: &str, revise: bool) -> Command {
    let stated = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let year = year.parse().unwrap();
    Command::SetBudget {
        budget: BudgetKey { fund: "cdr".parse().unwrap(), theme: "youth".parse().unwrap(), year },
        amount: amount.parse().unwrap(),
        date: stated(date).map(|date| common::date(&date)),
        decision: stated(decision).map(|id| id.parse().unwrap()),
        revise,
    }
}

#[test]
fn a_budget_changed_after_closing_leaves_closed_months_as_they_were() {
    let set = || budget("12000", "", "", false);
    let revised = |date: &str| budget("15000", date, "", true);
    let decided = Command::RecordDecision(Decision {
        date: Some(common::date("2015-10-01")),
        title: Some(text("Budget")),
        ..Decision::numbered("31-2015".parse().unwrap())
    });
    let (april, may) = (provisional("2015-04"), provisional("2015-05"));
    let undo = |record| Command::Reverse { record, reason: None };
    // The first command recorded has number 10. Commands, the days of the range, and its budget.
    type Case = (Vec<Command>, &'static str, &'static str, &'static str);
    let table: Vec<Case> = vec![
        (vec![set()], "2015-04-01", "2015-04-30", "1000.00"),
        (vec![set(), revised("")], "2015-04-01", "2015-04-30", "1250.00"),
        (vec![set(), revised("2015-10-01")], "2015-04-01", "2015-09-30", "6000.00"),
        (vec![set(), revised("2015-10-01")], "2015-10-01", "2015-12-31", "4500.00"),
        (vec![set(), revised("2015-10-01")], "2015-04-01", "2016-03-31", "15000.00"),
        (vec![decided, set(), budget("15000", "", "31-2015", true)], "2015-04-01", "2015-09-30", "6000.00"),
        // From the first open day, whatever the decision says.
        (vec![set(), april.clone(), may.clone(), revised("")], "2015-04-01", "2015-05-31", "2000.00"),
        (vec![set(), april.clone(), may.clone(), revised("")], "2015-06-01", "2015-06-30", "1300.00"),
        (vec![set(), april.clone(), may.clone(), revised("")], "2015-04-01", "2016-03-31", "15000.00"),
        (vec![april.clone(), set()], "2015-04-01", "2015-04-30", "0.00"),
        (vec![april.clone(), set()], "2015-04-01", "2016-03-31", "12000.00"),
        // A reversal, too.
        (vec![set(), april.clone(), undo(10)], "2015-04-01", "2015-04-30", "1000.00"),
        (vec![set(), april.clone(), undo(10)], "2015-04-01", "2016-03-31", "0.00"),
        (vec![set(), undo(10), april.clone()], "2015-04-01", "2015-04-30", "0.00"),
        (vec![set(), undo(10), set(), april], "2015-04-01", "2015-04-30", "1000.00"),
    ];
    for (commands, from, to, expected) in table {
        let mut store = books();
        for command in &commands {
            // The months before are closed first.
            if let Command::Close { month, .. } = command {
                let mut before = common::close_months("2015-01", &month.plus(-1).to_string());
                before.retain(|it| code(&store, it) != "already");
                record(&mut store, &before);
            }
            record(&mut store, std::slice::from_ref(command));
        }
        let range = DateRange::new(common::date(from), common::date(to)).unwrap();
        let total = themes(&store, &Query::of(range), By::Fund).unwrap().total;
        assert_eq!(total.budget.to_string(), expected, "{from} to {to} after {commands:?}");
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
    }
    let mut store = books();
    record(&mut store, &[set()]);
    assert_eq!(code(&store, &revised("2016-04-01")), "budget-after-year");
    assert_eq!(code(&store, &revised("2016-03-31")), "done");
    record(&mut store, &common::close_months("2015-01", "2016-03"));
    assert_eq!(code(&store, &revised("")), "budget-year-closed");
    assert_eq!(code(&store, &revised("2016-03-31")), "closed-month");
    assert_eq!(code(&store, &undo(10)), "budget-year-closed");
    assert_eq!(code(&store, &set()), "already");
}

#[test]
fn nothing_is_posted_before_the_first_closed_month() {
    let receipt = FundingReceipt {
        account: None,
        fund: "cdr".parse().unwrap(),
        date: common::date("2014-11-20"),
        amount: "70".parse().unwrap(),
        from: None,
        reference: None,
        kind: ReceiptKind::Income,
    };
    let received = Command::Receive { receipt, occurrence: 1 };
    let forgotten = award("2-2015", "2014-11-05", "500", "youth", Some(("2014-11", "2014-12")));
    let range = |from: &str, to: &str| DateRange::new(common::date(from), common::date(to)).unwrap();
    for is_final in [false, true] {
        let mut store = books();
        let closing = |of: &str| if is_final { final_close(of) } else { provisional(of) };
        record(&mut store, &[closing("2015-01"), closing("2015-02")]);
        let closed = |store: &MemoryStore| {
            let query = Query::of(range("2014-04-01", "2015-02-28"));
            let balances = trial_balance(store, &query).unwrap();
            let spending = themes(store, &query, By::Theme).unwrap();
            (balances.funds, spending.rows, spending.total)
        };
        let before = closed(&store);
        for command in [&forgotten, &received] {
            let options = Options { add_missing: true, ..Options::default() };
            let Err(Refusal::Rejected(refused)) = decide(&store, command, options.clone()) else {
                panic!("{command:?}")
            };
            assert_eq!(refused.code(), "closed-month", "{command:?}");
            // Where the first closed month could take it, so can what is before.
            let first_open = common::date("2015-03-01");
            let (may_reopen, may_adjust) = (false, false);
            let remedy = match is_final {
                true => Remedy::PostLate { first_open, may_adjust },
                false => Remedy::PostLateOrToClosed { first_open, may_reopen, may_adjust },
            };
            assert_eq!(refused.remedies(), [remedy]);
            let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
            draft.enter_closed_months(Some(&text("Found in the post")));
            let outcome = carry_out(&mut draft, command, options);
            assert_eq!(outcome.is_ok(), !is_final, "{command:?}");
            let records = draft.finish().unwrap().records;
            let mut posted = records.iter().flat_map(|it| it.event.postings());
            assert!(posted.all(|it| it.booked.month() <= month("2014-12")), "{command:?}");
            let late = common::drafted_late(&store, std::slice::from_ref(command));
            store.append(store.head(), BatchLabel::default(), late).unwrap();
        }
        assert_eq!(closed(&store), before);
        // Both are posted on the first open day.
        let march = themes(&store, &Query::of(range("2015-03-01", "2015-03-31")), By::Theme).unwrap().total;
        assert_eq!(
            (march.awarded.to_string(), march.expenditure.to_string()),
            ("500.00".into(), "500.00".into())
        );
        assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
    }
    // A budget of a year without a closed month can be set, one of their year restates none of them.
    let mut store = books();
    record(&mut store, &[provisional("2015-01"), provisional("2015-02")]);
    assert_eq!(code(&store, &budget_of("2013-14", "900", "2013-05-01", "", false)), "done");
    assert_eq!(code(&store, &budget_of("2014-15", "900", "2014-05-01", "", false)), "closed-month");
}
