//! What the public and the panel see must equal books in which nothing confidential was ever recorded.

use std::collections::{BTreeMap, BTreeSet};

use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{DateRange, FinancialYear, Month};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::carry_out;
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::hash::Hash;
use almoner_ledger::marks::{Mark, Secret};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::{NameKey, RecipientId};
use almoner_ledger::reports::{
    By, Every, Filter, Measure, Published, Query, Source, budget, commitments, decisions, explain, filter,
    grants, periods, recipients, themes, year_end,
};
use almoner_ledger::text::Text;
use almoner_ledger::themes::ThemeId;
use almoner_ledger::totals::PurposeView;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};
use proptest::prelude::*;
use serde_json::Value;

use crate::common::{self, award, date, drafted_events, opening_events, pay, repurpose};

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = drafted_events(&store, opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

/// Records commands, one batch each; refused ones are skipped.
fn record(store: &mut MemoryStore, commands: &[Command]) {
    let options = Options { add_missing: true, late: true, again: true, ..Options::default() };
    // A month closes after those before it, whether or not something confidential was posted there.
    let first = Month::parse("2015-02").unwrap();
    let with_earlier = |command: &Command| match command {
        Command::Close { month, .. } => common::close_months(&first.to_string(), &month.to_string()),
        _ => vec![command.clone()],
    };
    for command in &commands.iter().flat_map(with_earlier).collect::<Vec<_>>() {
        let mut draft = Draft::new(&*store, common::AT.into(), common::BY.into());
        if carry_out(&mut draft, command, options.clone()).is_ok() {
            let batch = draft.finish().unwrap();
            store.append(store.head(), BatchLabel::default(), batch).unwrap();
        }
    }
}

fn books(commands: &[Command]) -> MemoryStore {
    let mut store = opened();
    record(&mut store, commands);
    store
}

fn decision(id: &str, confidential: bool) -> Command {
    Command::RecordDecision(Decision {
        date: Some(date("2015-05-05")),
        title: Some(Text::new(&format!("Title of {id}")).unwrap()),
        summary: Some(Text::new(&format!("Summary of {id}")).unwrap()),
        confidential,
        ..Decision::numbered(DecisionId::new(id).unwrap())
    })
}

/// An award to a recipient, from a fund.
fn award_to(id: &str, recipient: &str, fund: &str, decided: &str, amount: &str, theme: &str) -> Command {
    let period = id.ends_with(['1', '3', '5']).then_some(("2015-02-01", "2016-06-30"));
    let Command::Award(mut given) = award(id, decided, amount, theme, period) else { panic!() };
    given.recipient = Some(Text::new(recipient).unwrap());
    given.fund = Some(almoner_ledger::allocation::Funds::parse(fund).unwrap());
    Command::Award(given)
}

fn range(from: &str, to: &str) -> DateRange {
    DateRange::new(date(from), date(to)).unwrap()
}

const RANGES: [(&str, &str); 6] = [
    ("2014-04-01", "2017-03-31"),
    ("2014-04-01", "2015-03-31"),
    ("2015-04-01", "2016-03-31"),
    ("2015-07-01", "2015-09-30"),
    ("2015-05-01", "2015-05-31"),
    ("2015-05-06", "2015-11-20"),
];

/// Returns a report without its number of records, which is not secret.
fn figures(report: &impl serde::Serialize) -> Value {
    let mut report = serde_json::to_value(report).unwrap();
    let top = report.as_object_mut().unwrap();
    top.remove("known_at");
    top.remove("head");
    report
}

/// Returns the records behind a figure, without the columns for the office.
fn explained(books: &dyn Books, query: &Query, column: Measure) -> Value {
    let mut report = figures(&explain(books, query, None, column).unwrap());
    for part in report["parts"].as_array_mut().unwrap() {
        let part = part.as_object_mut().unwrap();
        part.retain(|key, _| !["record", "recorded_at", "recorded_by", "detail"].contains(&key.as_str()));
    }
    report
}

/// Every report, of every range, grouping, view and filter.
fn everything(books: &dyn Books) -> Vec<Value> {
    let reference = books.reference();
    let mut filters = vec![Filter::default()];
    filters.extend(reference.themes.keys().map(|it| Filter { theme: Some(it.clone()), ..Filter::default() }));
    filters.extend(reference.funds.keys().map(|it| Filter { fund: Some(it.clone()), ..Filter::default() }));
    let mut all = vec![figures(&decisions(books, None, true).unwrap())];
    for (from, to) in RANGES {
        all.push(figures(&decisions(books, Some(range(from, to)), false).unwrap()));
        for filter in &filters {
            let query = Query { filter: filter.clone(), ..Query::of(range(from, to)) };
            all.extend(By::ALL.map(|by| figures(&themes(books, &query, by).unwrap())));
            all.extend(Every::ALL.map(|every| figures(&periods(books, &query, every).unwrap())));
            all.push(figures(&grants(books, &query).unwrap()));
            all.push(figures(&recipients(books, &query).unwrap()));
            all.push(figures(&commitments(books, &query).unwrap()));
            all.push(figures(&budget(books, &query).unwrap()));
            all.push(figures(&year_end(books, &query, query.as_at().financial_year()).unwrap()));
            for purpose in [PurposeView::Original, PurposeView::Current] {
                all.push(figures(&themes(books, &Query { purpose, ..query.clone() }, By::Theme).unwrap()));
            }
            let whole_years = query.is_of_whole_years();
            let columns = Measure::OF_LINES.into_iter().filter(|column| column.is_of(whole_years));
            all.extend(columns.map(|column| explained(books, &query, column)));
            let scan = Query { source: Source::Scan, ..query };
            all.push(figures(&themes(books, &scan, By::Theme).unwrap()));
        }
    }
    all
}

fn published(books: &MemoryStore) -> Published<'_> {
    Published::new(books, Audience::Public).unwrap()
}

/// Returns the published totals of withheld awards, as known after each record.
fn withheld_totals_at_each_record(books: &MemoryStore) -> Vec<(FinancialYear, Money)> {
    let mut published_books = Vec::new();
    for record in 1..=books.head().record {
        let then = as_known_at(books, KnownAt::Record(record)).unwrap();
        let shown = Published::as_known_then(&then, books, Audience::Panel).unwrap();
        let withheld = shown.withheld(range("2000-04-01", "2030-03-31")).unwrap();
        published_books.extend(withheld.iter().map(|it| (it.year, it.awarded)));
    }
    published_books
}

#[test]
fn a_grant_with_any_confidential_decision_is_withheld() {
    let open = award_to("1-2015", "Open", "cdr", "2015-05-05", "1000", "youth");
    let vary = |decision: &str| Command::Vary {
        award: GrantId::new("1-2015").unwrap(),
        decision: Some(DecisionId::new(decision).unwrap()),
        date: date("2015-06-01"),
        change: Money::parse("77").unwrap(),
        period: None,
        part: None,
    };
    for (what, later, shown) in [
        ("nothing later", vec![], true),
        ("an open change of purpose", vec![repurpose("1-2015", "2-2015", "2015-06-01", "women")], true),
        ("its decision turns out confidential", vec![decision("1-2015", true)], false),
        (
            "a change of the confidential series",
            vec![repurpose("1-2015", "C2-2015", "2015-06-01", "x")],
            false,
        ),
        ("a confidential variation", vec![decision("3-2015", true), vary("3-2015")], false),
        ("a variation turning out confidential", vec![vary("3-2015"), decision("3-2015", true)], false),
        (
            "a confidential change that was reversed",
            vec![
                repurpose("1-2015", "C2-2015", "2015-06-01", "women"),
                Command::Reverse { record: u64::MAX, reason: None },
            ],
            false,
        ),
    ] {
        let mut store = books(std::slice::from_ref(&open));
        let before = store.head().record;
        for mut command in later {
            if let Command::Reverse { record, .. } = &mut command {
                *record = store.head().record;
            }
            let head = store.head().record;
            record(&mut store, &[command]);
            assert!(store.head().record > head, "{what}: refused");
        }
        for audience in Audience::ALL {
            let published_books = Published::new(&store, audience).unwrap();
            let grant = published_books.grant(&GrantId::new("1-2015").unwrap()).unwrap();
            assert_eq!(grant.is_some(), shown || audience.sees_confidential(), "{what}, {audience}");
        }
        // It is withheld in reports as known earlier, too.
        let then = as_known_at(&store, KnownAt::Record(before)).unwrap();
        let published_books = Published::as_known_then(&then, &store, Audience::Public).unwrap();
        assert_eq!(
            published_books.grant(&GrantId::new("1-2015").unwrap()).unwrap().is_some(),
            shown,
            "{what}, earlier"
        );
        assert_eq!(published_books.totals().iter().next().is_some(), shown, "{what}, totals");
        assert_eq!(published_books.reference().themes.is_empty(), !shown, "{what}, themes");
    }
}

#[test]
fn only_number_and_title_of_confidential_decisions_are_published() {
    let store = books(&[
        decision("C1-2015", false),
        decision("2-2015", true),
        award_to("C1-2015", "Hidden", "cdr", "2015-05-05", "1000", "youth"),
        award_to("3-2015", "Open", "cdr", "2015-05-05", "1000", "youth"),
        repurpose("3-2015", "4-2015", "2015-06-01", "women"),
        repurpose("3-2015", "2-2015", "2015-05-05", "women"),
    ]);
    let published_books = published(&store);
    let mut seen = Vec::new();
    published_books
        .each_decision(&mut |it| {
            let Decision { id, date, title, summary, kind, .. } = &it.decision;
            let title = title.as_ref().map_or("–", Text::as_str);
            let more = date.is_some() || summary.is_some() || kind.is_some() || !it.earlier.is_empty();
            seen.push(format!(
                "{id}, {title}, {}, {}",
                if more { "more" } else { "no more" },
                it.grants.len()
            ));
            Ok(())
        })
        .unwrap();
    seen.sort();
    assert_eq!(
        seen,
        [
            "2-2015, Title of 2-2015, no more, 0",
            "3-2015, –, more, 0",
            "4-2015, –, more, 0",
            "C1-2015, Title of C1-2015, no more, 0"
        ]
    );
}

#[test]
fn recipients_are_found_only_by_what_is_published() {
    let alias = |name: &str, alias: &str| Command::AliasRecipient {
        recipient: name.to_owned(),
        alias: Text::new(alias).unwrap(),
    };
    let mut store = books(&[
        award_to("1-2015", "Open Door", "cdr", "2015-05-05", "1000", "youth"),
        award_to("C2-2015", "Open Door", "cdr", "2015-05-05", "1000", "refuges"),
        award_to("C3-2015", "Refuge Seven", "hidden-fund", "2015-05-05", "1000", "refuges"),
    ]);
    record(&mut store, &[alias("open-door", "House at the Lake")]);
    let published_books = published(&store);
    for (given, expected) in [
        ("Open Door", "open-door"),
        ("open-door", "open-door"),
        ("House at the Lake", "there is no recipient `House at the Lake`"),
        ("House at the Lak", "there is no recipient `House at the Lak`"),
        ("Refuge Seven", "there is no recipient `Refuge Seven`"),
        ("refuge-seven", "there is no recipient `refuge-seven`"),
        ("Refuge Sevn", "there is no recipient `Refuge Sevn`"),
    ] {
        let words = filter::FilterWords { recipient: Some(given), ..Default::default() };
        let found = match words.resolve(&published_books) {
            Ok(filter) => filter.recipient.unwrap().to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{given}");
    }
    let open = published_books.recipient(&RecipientId::new("open-door").unwrap()).unwrap().unwrap();
    assert_eq!(open.grants, BTreeSet::from([GrantId::new("1-2015").unwrap()]));
    assert!(open.aliases.is_empty());
    assert!(published_books.recipients_known_by(&NameKey::of_name("Refuge Seven")).unwrap().is_empty());
    for (theme, fund) in [("refuges", None), ("youth", Some("hidden-fund"))] {
        let words = filter::FilterWords { theme: Some(theme), fund, ..Default::default() };
        assert!(words.resolve(&published_books).is_err(), "{theme} {fund:?}");
        assert!(words.resolve(&Published::new(&store, Audience::Officer).unwrap()).is_ok());
    }
    assert!((1..=store.head().record).all(|record| published_books.record(record).unwrap().is_none()));
}

#[test]
fn published_grants_do_not_hide_others() {
    let store = books(&[
        award_to("1-2015", "Once open", "cdr", "2015-05-05", "1000", "youth"),
        award_to("C1-2015", "Hidden", "cdr", "2015-05-05", "1200", "youth"),
        decision("1-2015", true),
    ]);
    assert_eq!(withheld_totals_at_each_record(&store), []);
}

#[test]
fn two_papers_do_not_reveal_a_later_award_by_their_difference() {
    let year = |text: &str| FinancialYear::parse(text).unwrap();
    let hidden = |number: u32, decided: &str, amount: &str| {
        award_to(&format!("C{number}-2015"), &format!("Hidden {number}"), "cdr", decided, amount, "youth")
    };
    let store = books(&[
        hidden(1, "2015-05-05", "1000"),
        hidden(2, "2015-02-05", "5000"),
        hidden(3, "2015-08-05", "600"),
        hidden(4, "2015-09-05", "7700"),
        hidden(5, "2016-03-05", "8800"),
    ]);
    let mut published_books = withheld_totals_at_each_record(&store);
    published_books.dedup();
    let pounds = |text: &str| Money::parse(text).unwrap();
    assert_eq!(published_books, [(year("2015-16"), pounds("1600")), (year("2015-16"), pounds("18100"))]);
    let shown = published(&store);
    for (from, to, expected) in [
        ("2015-04-01", "2016-03-31", 1),
        ("2014-04-01", "2017-03-31", 1),
        ("2015-04-02", "2016-03-31", 0),
        ("2015-04-01", "2015-12-31", 0),
    ] {
        assert_eq!(shown.withheld(range(from, to)).unwrap().len(), expected, "{from} {to}");
    }
    let officer = Published::new(&store, Audience::Officer).unwrap();
    assert_eq!(officer.withheld(range("2015-04-01", "2016-03-31")).unwrap(), []);
}

/// Returns a command, and whether its grant is confidential.
fn command_from((kind, grant, number, pence): (u8, u8, u8, i64)) -> (Command, bool) {
    let grant = grant % 8;
    let confidential = grant >= 4;
    let id = if confidential { format!("C{grant}-2015") } else { format!("{grant}-2015") };
    let amount = Money::from_pence(pence).to_string();
    let days = ["2015-02-10", "2015-05-05", "2015-05-31", "2015-08-20", "2015-11-20", "2016-04-02"];
    let day = days[usize::from(number) % days.len()];
    let themes = ["youth", "women", "a:30%;b:70%", "victims-only"];
    let theme = themes[usize::from(number / 8) % themes.len()];
    let of_theme = ["youth", "women", "a", "victims-only"][usize::from(number / 8) % themes.len()];
    let fund = ["cdr", "victims", "other"][usize::from(number / 16) % 3];
    let award = GrantId::new(&id).unwrap();
    let decision = Some(DecisionId::new(&format!("C{number}-2015")).unwrap()).filter(|_| confidential);
    match kind % 10 {
        // Recipients two by two, so that one may have open and confidential grants.
        0..=3 => {
            (award_to(&id, &format!("Recipient {}", grant % 5), fund, day, &amount, theme), confidential)
        }
        4 | 5 => (pay(&id, day, &Money::from_pence(pence / 7 + 1).to_string()), confidential),
        6 => {
            let change = Money::from_pence(pence / 3 + 1);
            let date = date(day);
            (Command::Vary { award, decision, date, change, period: None, part: None }, confidential)
        }
        7 => {
            let Command::Repurpose { purpose, include_past, date, .. } = repurpose(&id, "9-2015", day, theme)
            else {
                panic!()
            };
            (Command::Repurpose { award, decision, date, purpose, include_past }, confidential)
        }
        8 => {
            let (fund, date) = (FundId::new(fund).unwrap(), date(day));
            let kind = ReceiptKind::ReturnIfUnspent;
            let amount = Money::from_pence(pence);
            let receipt =
                FundingReceipt { account: None, fund, date, amount, from: None, reference: None, kind };
            (Command::Receive { receipt, occurrence: 1 }, false)
        }
        // Months close in order.
        _ if number % 2 == 0 => {
            let month = Month::parse("2015-02").unwrap().plus(i32::from(number / 2 % 4));
            (Command::close(month), false)
        }
        // Budgets and indicators also of funds and themes that only confidential grants have, or none.
        _ if number % 4 == 1 => {
            (common::indicator(of_theme, "2015-16Q1", &pence.to_string(), None, true), false)
        }
        _ => {
            let (fund, theme) = (FundId::new(fund).unwrap(), ThemeId::new(of_theme).unwrap());
            let budget = BudgetKey { fund, theme, year: FinancialYear::parse("2015-16").unwrap() };
            (
                Command::SetBudget {
                    budget,
                    amount: Money::from_pence(pence),
                    date: None,
                    decision: None,
                    revise: true,
                },
                false,
            )
        }
    }
}

/// The register without confidential decisions, and whatever gaps that leaves.
fn without_register(mut reports: Vec<Value>) -> Vec<Value> {
    for report in &mut reports {
        if report["schema"] == "almoner.report.decisions/2" {
            report.as_object_mut().unwrap().remove("gaps");
            report["rows"].as_array_mut().unwrap().retain(|row| row["confidential"] == false);
        }
    }
    reports
}

/// All that a mark is made of.
fn marked() -> impl Strategy<Value = (String, Audience, String, String)> {
    let audience = prop::sample::select(Audience::ALL.to_vec());
    ("[0-9a-f]{0,4}", audience, ".{0,6}", ".{0,6}")
}

fn history() -> impl Strategy<Value = Vec<(u8, u8, u8, i64)>> {
    prop::collection::vec((0u8..10, 0u8..8, 0u8..64, 1_000i64..100_000_000), 4..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mark_is_that_of_one_secret_audience_command_and_content(
        papers in prop::collection::vec(marked(), 1..40),
    ) {
        let mut marks = BTreeMap::new();
        for paper in papers {
            let (salt, audience, command, content) = &paper;
            let mark = Mark::new(Secret::of_salt(salt), *audience, command, Hash::of(content.as_bytes()));
            prop_assert_eq!(Mark::parse(&format!(" {} ", mark.to_string().to_uppercase())), Some(mark.clone()));
            let before = marks.insert(mark, paper.clone());
            prop_assert!(before.is_none_or(|it| it == paper), "two papers have one mark");
        }
    }

    #[test]
    fn nothing_confidential_makes_any_difference(history in history()) {
        let commands: Vec<(Command, bool)> = history.into_iter().map(command_from).collect();
        let all: Vec<Command> = commands.iter().map(|(command, _)| command.clone()).collect();
        let open: Vec<Command> =
            commands.into_iter().filter(|(_, confidential)| !confidential).map(|(command, _)| command).collect();
        let (with, without) = (books(&all), books(&open));
        let published_books = without_register(everything(&published(&with)));
        let expected = without_register(everything(&published(&without)));
        for (published_books, expected) in published_books.iter().zip(&expected) {
            prop_assert_eq!(published_books, expected);
        }
        prop_assert_eq!(published_books.len(), expected.len());

        // Public and withheld together are the ledger.
        let mut totals = published(&with).totals().clone();
        with.each_grant(&mut |grant| {
            if published(&with).grant(&grant.id)?.is_none() {
                totals.add_grants([grant], true)?;
                totals.look_ahead([grant]);
            }
            Ok(())
        }).unwrap();
        let mut ledger = with.totals().clone();
        ledger.retain(|heading| heading.theme.is_some());
        prop_assert_eq!(totals, ledger);
    }

    #[test]
    fn no_published_sum_or_difference_is_the_amount_of_one_recipient(history in history()) {
        let commands: Vec<Command> = history.into_iter().map(|it| command_from(it).0).collect();
        let store = books(&commands);
        let mut secret: BTreeSet<i64> = BTreeSet::new();
        store.each_grant(&mut |grant| {
            if grant.id.as_str().starts_with('C') {
                let standing = grant.standing().unwrap();
                secret.extend([standing.awarded, standing.paid].map(Money::pence));
                for recorded in &grant.history {
                    for posting in recorded.entries.postings() {
                        secret.insert(posting.amount.pence().abs());
                    }
                }
            }
            Ok(())
        }).unwrap();
        secret.remove(&0);
        let published_books: BTreeSet<i64> = withheld_totals_at_each_record(&store).iter().map(|(_, sum)| sum.pence()).collect();
        for one in &published_books {
            prop_assert!(!secret.contains(&one.abs()));
            for two in &published_books {
                prop_assert!(!secret.contains(&(one - two).abs()) && !secret.contains(&(one + two).abs()));
            }
        }
    }
}
