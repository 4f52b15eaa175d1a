use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::command::Command;
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::reconciliation::{BankStatement, StatementEntry};
use almoner_ledger::themes::ThemeId;

use super::*;
use crate::testing::{award, books, day, grant, money, pay};

fn year(text: &str) -> FinancialYear {
    FinancialYear::parse(text).unwrap()
}

fn steps(commands: &[Command], today: &str, of: &str) -> YearEnd {
    let days = Days { today: day(today), known: day(today) };
    YearEnd::of(&books(commands), days, year(of), 4).unwrap()
}

/// Returns a step in a line: its state, how many cases are open, the first, and its note.
fn line(steps: &YearEnd, kind: StepKind) -> String {
    let step = steps.steps.iter().find(|it| it.step == kind).unwrap();
    let first: Vec<&str> = step.first.iter().map(|it| it.words.as_str()).collect();
    let note = step.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{} {}: {}{note}", step.state.words(), step.count, first.join(", "))
}

fn statement(from: &str, to: &str, opening: &str, lines: &[(&str, &str)]) -> Command {
    let entry = |(date, amount): &(&str, &str)| StatementEntry {
        date: day(date),
        amount: money(amount),
        text: "BACS".parse().unwrap(),
        reference: None,
        balance: None,
    };
    Command::RecordStatement(Box::new(BankStatement {
        account: "20-00-00 1".parse().unwrap(),
        from: day(from),
        to: day(to),
        opening: Some(money(opening)),
        closing: None,
        lines: lines.iter().map(entry).collect(),
    }))
}

fn close(month: &str, is_final: bool) -> Command {
    let explained = Some("Old cheques".parse().unwrap());
    Command::Close { month: month.parse().unwrap(), is_final, explained }
}

fn budget(of: &str, amount: &str) -> Command {
    let budget = BudgetKey {
        fund: FundId::new("victims").unwrap(),
        theme: ThemeId::new("domestic-abuse").unwrap(),
        year: year(of),
    };
    Command::SetBudget { budget, amount: money(amount), date: None, decision: None, revise: false }
}

fn months(from: (i32, u32), count: u32, is_final: bool) -> Vec<Command> {
    let month =
        |at: u32| format!("{}-{:02}", from.0 + ((from.1 - 1 + at) / 12) as i32, (from.1 - 1 + at) % 12 + 1);
    (0..count).map(|at| close(&month(at), is_final)).collect()
}

#[test]
fn each_step_names_what_is_open() {
    let report = Due {
        what: DueKind::MonitoringReport,
        name: "Report".parse().unwrap(),
        due: day("2016-03-31"),
        before_payment: false,
    };
    let instalment = |due: &str| Command::Schedule {
        award: grant("1-2015"),
        due: day(due),
        amount: money("100"),
        occurrence: 1,
    };
    let open = [
        award("1-2015", "2015-04-10", "1,000"),
        pay("1-2015", "2015-04-20", "300"),
        instalment("2016-03-31"),
        Command::Expect { award: grant("1-2015"), due: report },
        budget("2015-16", "200"),
        statement("2016-01-01", "2016-01-31", "100", &[("2016-01-04", "10")]),
        statement("2016-02-01", "2016-02-29", "90", &[]),
    ];
    let found = steps(&open, "2016-04-15", "2015-16");
    for (kind, expected) in [
        (StepKind::Proposals, "done 0: "),
        (StepKind::NotStated, "open 1: Power not stated: 1 award"),
        (StepKind::NoPeriod, "open 1: 1-2015 700.00"),
        // Payments settle the earliest instalment first, and more than it was paid.
        (StepKind::Instalments, "done 0: "),
        (StepKind::Monitoring, "open 1: 1-2015 Report since 31 Mar 2016"),
        (StepKind::Recoveries, "done 0: "),
        (StepKind::Budgets, "open 1: Victims' services committed beyond its budget by 100.00"),
        (StepKind::Statements, "open 1: 20-00-00 1 to 29 Feb 2016"),
        (
            StepKind::Balances,
            "open 1: 20-00-00 1: the statement from 1 Feb 2016 opens with 90.00, not with 110.00",
        ),
        (StepKind::StatementLines, "open 1: 4 Jan 2016 10.00 BACS"),
        (
            StepKind::NotOnStatement,
            "open 1: 1-2015 300.00 of 20 Apr 2015, payment (Items not on a statement at the month end \
             are explained when the month is closed)",
        ),
        (StepKind::Accounts, "done 0: "),
        (
            StepKind::MonthsClosed,
            "blocked 12: Apr 2015, May 2015, Jun 2015, Jul 2015 (April 2015 cannot be closed yet: 1 bank transaction is \
             not on a reconciled statement: record 8 of award 1-2015 (-300.00))",
        ),
        (StepKind::MonthsFinal, "blocked 0:  (Close the months provisionally first)"),
        (StepKind::NextBudgets, "open 0:  (No budget is set for 2016-17)"),
    ] {
        assert_eq!(line(&found, kind), expected, "{kind:?}");
    }
}

#[test]
fn a_year_that_is_closed_is_done_but_for_what_nothing_checks() {
    let opened = [award("1-2015", "2016-01-10", "1,000"), pay("1-2015", "2016-01-20", "1,000")];
    let closed =
        |is_final| [opened.to_vec(), months((2016, 1), 3, is_final), vec![budget("2016-17", "1")]].concat();
    let found = steps(&closed(false), "2016-04-15", "2015-16");
    assert_eq!(line(&found, StepKind::MonthsClosed), "done 0: ");
    assert_eq!(
        line(&found, StepKind::MonthsFinal),
        "open 3: Jan 2016, Feb 2016, Mar 2016 (January 2016 can be closed)"
    );
    let found = steps(&closed(true), "2016-04-15", "2015-16");
    let done = |part| found.of_part(part).all(|step| step.state == State::Done);
    assert!(done(Part::Closing), "{found:?}");
    assert_eq!(line(&found, StepKind::NextBudgets), "done 0: ");
    // No statement was recorded, so nothing is claimed of the bank.
    assert!(found.of_part(Part::Bank).all(|step| step.state == State::NotChecked), "{found:?}");
}

#[test]
fn before_the_end_of_the_year_steps_are_done_so_far_only() {
    let open = [
        award("1-2015", "2015-04-10", "1,000"),
        pay("1-2015", "2015-04-20", "1,000"),
        statement("2015-04-01", "2015-04-30", "0", &[]),
    ];
    let found = steps(&open, "2015-05-15", "2015-16");
    assert_eq!(found.as_at, day("2015-05-15"));
    for (kind, expected) in [
        (StepKind::Proposals, "done so far 0: "),
        (StepKind::Balances, "done so far 0: "),
        (StepKind::Statements, "blocked 1: 20-00-00 1 to 30 Apr 2015 (The year ends on 31 Mar 2016)"),
    ] {
        assert_eq!(line(&found, kind), expected, "{kind:?}");
    }
    let all_closed = [open.to_vec(), months((2015, 4), 1, false)].concat();
    let found = steps(&all_closed, "2015-05-15", "2015-16");
    assert_eq!(
        line(&found, StepKind::MonthsClosed),
        "blocked 11: May 2015, Jun 2015, Jul 2015, Aug 2015 (May 2015 has not ended)"
    );
    // What a month was closed with was explained.
    assert_eq!(line(&found, StepKind::NotOnStatement), "done so far 0: ");
    let days = Days { today: day("2015-05-15"), known: day("2015-05-15") };
    let refused = YearEnd::of(&books(&open), days, year("2016-17"), 4).unwrap_err();
    assert_eq!(refused.code, "year-not-begun");
}

#[test]
fn the_usual_year_is_the_last_that_is_over_and_has_records() {
    for (decided, today, expected) in [
        ("2014-06-01", "2015-09-30", "2014-15"),
        ("2015-06-01", "2015-09-30", "2015-16"),
        ("2015-06-01", "2026-09-30", "2015-16"),
        ("2015-06-01", "2016-04-01", "2015-16"),
    ] {
        let books = books(&[award("1-2015", decided, "1,000")]);
        assert_eq!(YearEnd::usual_year(&books, day(today)), year(expected), "{decided} {today}");
    }
}
