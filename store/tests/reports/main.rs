//! Reports against part of the worked example, with payments, a withdrawal and
//! the like added, and against each other.

mod explained;
mod forecasts;
mod late;
mod reporting;
mod ties;
mod worked;

use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{Date, DateRange, FinancialYear, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{carry_out, opening};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::reports::{Measures, Query};
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn range(from: &str, to: &str) -> DateRange {
    DateRange::new(day(from), day(to)).unwrap()
}

fn year(text: &str) -> Query {
    Query::of(FinancialYear::parse(text).unwrap().range())
}

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

/// One row of the worked example: number, date, recipient, fund, amount, period, theme.
type Row<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, &'a str, Option<(&'a str, &'a str)>, &'a str);

fn award((number, decided, recipient, fund, amount, period, theme): Row<'_>) -> Command {
    let stated = |text: &str| StatedDate::parse(text).unwrap();
    Command::Award(Box::new(AwardCommand {
        id: None,
        decision: Some(number.parse().unwrap()),
        decided: day(decided),
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new(recipient).unwrap()),
        amount: money(amount),
        purpose: Purpose { text: Text::new("as decided").unwrap(), split: Split::parse(theme).unwrap() },
        fund: fund.map(|fund| almoner_ledger::allocation::Funds::parse(fund).unwrap()),
        power: if fund == Some("cdr") { Power::S9 } else { Power::NotStated },
        period: period.map(|(from, to)| Period::new(stated(from), stated(to)).unwrap()),
        conditions: None,
        reasons: None,
    }))
}

fn id(text: &str) -> GrantId {
    GrantId::new(text).unwrap()
}

fn pay(grant: &str, date: &str, amount: &str) -> Command {
    Command::Pay {
        account: None,
        award: id(grant),
        date: day(date),
        amount: money(amount),
        reference: None,
        before_decision: None,
        part: None,
        occurrence: 1,
    }
}

/// Returns measures in which what moved between lines is zero where nothing moved: only the groupings whose lines
/// moved state it.
fn with_moves(measures: Measures) -> Measures {
    let Measures { moved, control_moved, earlier_years, .. } = measures;
    let stated = |amount: Option<Money>| amount.or(Some(Money::ZERO));
    Measures {
        moved: stated(moved),
        control_moved: stated(control_moved),
        earlier_years: stated(earlier_years),
        ..measures
    }
}

fn set_budget(fund: &str, theme: &str, year: &str, amount: &str) -> Command {
    let (fund, theme) = (FundId::new(fund).unwrap(), ThemeId::new(theme).unwrap());
    let budget = BudgetKey { fund, theme, year: FinancialYear::parse(year).unwrap() };
    Command::SetBudget { budget, amount: money(amount), date: None, decision: None, revise: false }
}

const SEVEN: [Row<'static>; 6] = [
    (
        "6-2015",
        "2015-01-22",
        "Lighthouse Women's Aid",
        None,
        "18467",
        Some(("2014-11-01", "2015-10-31")),
        "domestic-abuse",
    ),
    (
        "10-2015",
        "2015-02-16",
        "Survivors in Transition",
        Some("victims"),
        "15000",
        None,
        "child-sexual-abuse",
    ),
    (
        "15-2015",
        "2015-02-23",
        "Friday Night Football",
        Some("cdr"),
        "441",
        Some(("2014-09", "2015-08")),
        "youth-diversion",
    ),
    ("20-2015", "2015-02-27", "Anglia Care Trust", None, "57706", None, "domestic-abuse:60%;unallocated:40%"),
    (
        "22-2015",
        "2015-03-04",
        "Waveney Forum",
        None,
        "20000",
        Some(("2015-04-01", "2016-03-31")),
        "domestic-abuse",
    ),
    (
        "26-2015",
        "2015-03-26",
        "Catch 22",
        Some("cdr"),
        "7000",
        Some(("2015-04-01", "2016-03-31")),
        "anti-social-behaviour",
    ),
];

/// Records commands, one batch each, as offices do.
fn record(store: &mut MemoryStore, commands: &[Command]) {
    let options = Options { add_missing: true, late: true, again: true, ..Options::default() };
    for command in commands {
        let mut draft = Draft::new(&*store, "2016-05-01T09:00:00Z".into(), "Ann".into());
        carry_out(&mut draft, command, options.clone()).unwrap();
        let batch = draft.finish().unwrap();
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    }
}

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let mut draft = Draft::new(&store, "2015-04-01T09:00:00Z".into(), "Ann".into());
    for event in opening("test".into(), Text::new("Suffolk PCC").unwrap()) {
        draft.add(event).unwrap();
    }
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

/// The awards of the worked example, nothing paid.
fn worked_example() -> MemoryStore {
    let mut store = opened();
    record(&mut store, &SEVEN.map(award));
    assert!(store.reference().records > 6);
    store
}

/// The same, with all that can happen to grants.
fn eventful() -> MemoryStore {
    let mut store = worked_example();
    let theme = |id: &str, objective: &str| Command::AddTheme {
        id: ThemeId::new(id).unwrap(),
        name: Text::new(id).unwrap(),
        objective: Some(Text::new(objective).unwrap()),
    };
    record(
        &mut store,
        &[
            theme("substance-misuse", "Reducing harm"),
            pay("6-2015", "2015-02-10", "9000"),
            pay("6-2015", "2015-05-11", "9467"),
            pay("10-2015", "2015-03-15", "5000.01"),
            pay("20-2015", "2015-03-31", "333.33"),
            Command::Schedule {
                award: id("20-2015"),
                due: day("2015-06-15"),
                amount: money("20000"),
                occurrence: 1,
            },
            Command::Schedule {
                award: id("20-2015"),
                due: day("2015-09-15"),
                amount: money("20000"),
                occurrence: 1,
            },
            Command::Repurpose {
                award: id("26-2015"),
                decision: Some("30-2015".parse().unwrap()),
                date: day("2015-07-10"),
                purpose: Purpose {
                    text: Text::new("another").unwrap(),
                    split: Split::parse("substance-misuse:33.3333%;anti-social-behaviour:66.6667%").unwrap(),
                },
                include_past: false,
            },
            pay("26-2015", "2015-08-03", "3500"),
            pay("22-2015", "2015-04-20", "12000"),
            Command::Withdraw { award: id("22-2015"), decision: None, date: day("2015-09-17") },
            Command::Refund {
                account: None,
                award: id("6-2015"),
                date: day("2015-11-20"),
                amount: money("17.50"),
                reference: None,
                stays_available: false,
                part: None,
                occurrence: 1,
            },
            set_budget("cdr", "youth-diversion", "2015-16", "1000.01"),
            set_budget("unstated", "domestic-abuse", "2014-15", "40000"),
            set_budget("victims", "child-sexual-abuse", "2015-16", "15000"),
            Command::Receive {
                receipt: FundingReceipt {
                    account: None,
                    fund: FundId::new("victims").unwrap(),
                    date: day("2015-02-01"),
                    amount: money("30000"),
                    from: None,
                    reference: None,
                    kind: ReceiptKind::ReturnIfUnspent,
                },
                occurrence: 1,
            },
        ],
    );
    let first = almoner_ledger::calendar::Month::parse("2015-01").unwrap();
    let closed: Vec<Command> = (0..5).map(|number| Command::close(first.plus(number))).collect();
    record(&mut store, &closed);
    record(&mut store, &[pay("10-2015", "2015-05-12", "999.99")]);
    store
}
