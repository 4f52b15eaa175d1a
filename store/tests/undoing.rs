//! Reversing single records and whole batches.

use crate::common::{self, award, pay, repurpose};
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out, reverse_batch};
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::invariants::violations;
use almoner_ledger::reports::{self, By, Query};
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::verify;
use almoner_store::{BatchLabel, Store, batch_of};

fn draft_on(books: &dyn Books) -> Draft<'_> {
    Draft::new(books, common::AT.into(), common::BY.into())
}

fn append(
    store: &mut dyn common::BookStore,
    label: &str,
    commands: &[Command],
) -> std::ops::RangeInclusive<u64> {
    let first = store.head().record + 1;
    let batch = common::drafted(store, commands);
    store.append(store.head(), BatchLabel { label, ..BatchLabel::default() }, batch).unwrap();
    first..=store.head().record
}

fn opened() -> MemoryStore {
    let mut store = MemoryStore::default();
    let batch = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

fn code(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Rejected(rejection) => format!("{}: {rejection}", rejection.code()),
        Refusal::Books(error) => panic!("{error}"),
    }
}

/// Reverses one record as a batch of its own.
fn reverse(store: &mut dyn common::BookStore, record: u64) -> Result<(), String> {
    let mut draft = draft_on(store);
    let command = Command::Reverse { record, reason: None };
    carry_out(&mut draft, &command, Options::default()).map_err(|refusal| code(&refusal))?;
    let batch = draft.finish().unwrap();
    store.append(store.head(), BatchLabel { label: "reverse", ..BatchLabel::default() }, batch).unwrap();
    Ok(())
}

/// Reverses the batch of a record.
fn undo(store: &mut dyn common::BookStore, record: u64) -> Result<(), String> {
    let batch = batch_of(store, record).unwrap();
    let mut draft = draft_on(store);
    let reason = "Wrong file".parse().unwrap();
    reverse_batch(&mut draft, &batch.records, Some(&reason), &mut |_, _| {})
        .map_err(|refusal| code(&refusal))?;
    let batch = draft.finish().unwrap();
    store
        .append(store.head(), BatchLabel { label: "reverse --batch", ..BatchLabel::default() }, batch)
        .unwrap();
    Ok(())
}

fn decision(id: &str, title: &str, confidential: bool) -> Command {
    Command::RecordDecision(Decision {
        title: Some(title.parse().unwrap()),
        confidential,
        ..Decision::numbered(DecisionId::new(id).unwrap())
    })
}

fn add_theme(id: &str, objective: Option<&str>) -> Command {
    let name = if id == "domestic-abuse" { "Domestic abuse" } else { id };
    Command::AddTheme {
        id: id.parse().unwrap(),
        name: name.parse().unwrap(),
        objective: objective.map(|text| text.parse().unwrap()),
    }
}

fn add_fund(id: &str) -> Command {
    Command::AddFund { id: id.parse().unwrap(), name: id.parse().unwrap() }
}

fn add(id: &str, name: &str, known: &[&str]) -> Command {
    Command::AddRecipient {
        id: Some(id.parse().unwrap()),
        name: name.parse().unwrap(),
        identifiers: known.iter().map(|it| it.parse().unwrap()).collect(),
    }
}

fn alias(recipient: &str, name: &str) -> Command {
    Command::AliasRecipient { recipient: recipient.into(), alias: name.parse().unwrap() }
}

fn identify(recipient: &str, identifier: &str) -> Command {
    Command::IdentifyRecipient { recipient: recipient.into(), identifier: identifier.parse().unwrap() }
}

fn rename(recipient: &str, name: &str, from: &str) -> Command {
    Command::RenameRecipient {
        recipient: recipient.into(),
        name: name.parse().unwrap(),
        from: common::date(from),
    }
}

fn budget(theme: &str, amount: &str) -> Command {
    let year = "2015-16".parse().unwrap();
    let budget = BudgetKey { fund: "cdr".parse().unwrap(), theme: theme.parse().unwrap(), year };
    Command::SetBudget { budget, amount: amount.parse().unwrap(), date: None, decision: None, revise: true }
}

fn receive(fund: &str, amount: &str) -> Command {
    let receipt = FundingReceipt {
        account: None,
        fund: fund.parse().unwrap(),
        date: common::date("2015-04-01"),
        amount: amount.parse().unwrap(),
        from: None,
        reference: None,
        kind: ReceiptKind::ReturnIfUnspent,
    };
    Command::Receive { receipt, occurrence: 1 }
}

fn refund(award: &str, on: &str, amount: &str) -> Command {
    Command::Refund {
        account: None,
        award: award.parse().unwrap(),
        date: common::date(on),
        amount: amount.parse().unwrap(),
        reference: None,
        stays_available: false,
        part: None,
        occurrence: 1,
    }
}

fn award_to(id: &str, recipient: &str, fund: &str, theme: &str) -> Command {
    let Command::Award(command) = award(id, "2015-04-10", "1000", theme, None) else { panic!("an award") };
    Command::Award(Box::new(AwardCommand {
        recipient: Some(recipient.parse().unwrap()),
        fund: Some(almoner_ledger::allocation::Funds::parse(fund).unwrap()),
        ..*command
    }))
}

fn depend(by: &str) -> String {
    match by.contains(',') {
        true => format!("records {by} depend"),
        false => format!("record {by} depends"),
    }
}

#[test]
fn only_records_without_dependents_can_be_reversed() {
    // Commands recorded from record 4 on, the reversed record, and the expected outcome.
    type Case = (Vec<Command>, u64, &'static str);
    let has_dependents = |record: u64, by: &str| {
        format!("has-dependents: record {record} cannot be reversed: {} on it", depend(by))
    };
    let cases: Vec<Case> = vec![
        (vec![add_theme("a", None)], 4, "undone"),
        (vec![add_theme("a", None), add_theme("a", Some("Objective"))], 5, "undone"),
        (vec![add_theme("a", None), add_theme("a", Some("Objective"))], 4, "5"),
        (vec![add_theme("a", None), budget("a", "10")], 4, "5"),
        (vec![add_theme("a", None), award_to("1-2015", "X", "cdr", "a")], 4, "7"),
        (
            vec![
                add_theme("a", None),
                award_to("1-2015", "X", "cdr", "b"),
                repurpose("1-2015", "2-2015", "2015-05-01", "a"),
            ],
            4,
            "10",
        ),
        (vec![add_fund("f")], 4, "undone"),
        (vec![add_fund("f"), receive("f", "5")], 4, "5"),
        (vec![add_fund("f"), award_to("1-2015", "X", "f", "b")], 4, "8"),
        (vec![add("x", "X", &["GB-CHC-100001"])], 4, "undone"),
        (
            vec![
                add("x", "X", &[]),
                alias("x", "Y"),
                identify("x", "GB-CHC-100001"),
                rename("x", "Z", "2016-01-01"),
            ],
            4,
            "5, 6, 7",
        ),
        (vec![add("x", "X", &[]), award_to("1-2015", "X", "cdr", "b")], 4, "7"),
        (vec![add("x", "X", &[]), alias("x", "Y")], 5, "undone"),
        (vec![add("x", "X", &[]), identify("x", "GB-CHC-100001")], 5, "undone"),
        (
            vec![add("x", "X", &[]), rename("x", "Z", "2016-01-01"), rename("x", "W", "2017-01-01")],
            6,
            "undone",
        ),
        (vec![decision("1-2015", "Title", false)], 4, "undone"),
        (vec![decision("1-2015", "Title", false), decision("1-2015", "Title", true)], 5, "undone"),
        (vec![decision("1-2015", "Title", false), decision("1-2015", "Title", true)], 4, "5"),
        (vec![budget("unallocated", "10"), budget("unallocated", "20")], 5, "undone"),
        (vec![budget("unallocated", "10"), budget("unallocated", "20")], 4, "5"),
        (
            vec![
                award_to("1-2015", "X", "cdr", "b"),
                pay("1-2015", "2015-05-01", "10"),
                refund("1-2015", "2015-06-01", "10"),
            ],
            8,
            "9",
        ),
        (
            vec![Command::close("2014-05".parse().unwrap())],
            4,
            "not-reversible: record 4 (month closed) cannot be reversed",
        ),
    ];
    for (commands, record, expected) in cases {
        let mut store = opened();
        let expected = match expected.chars().all(|c| c.is_ascii_digit() || ", ".contains(c)) {
            true => has_dependents(record, expected),
            false => expected.to_owned(),
        };
        append(&mut store, "", &commands);
        let got = match reverse(&mut store, record) {
            Ok(()) => "undone".to_owned(),
            Err(refused) => refused,
        };
        assert_eq!(got, expected, "{record} of {commands:?}");
        if got == "undone" {
            let by = store.head().record;
            let again = format!("already-reversed: record {record} has already been reversed by record {by}");
            assert_eq!(reverse(&mut store, record), Err(again), "{commands:?}");
            // It can be recorded again, with the same result.
            append(&mut store, "", &commands);
            assert_eq!(violations(&store).unwrap(), Vec::<String>::new());
        }
    }
}

#[test]
fn reversing_a_record_restores_the_previous_state() {
    let mut store = opened();
    append(
        &mut store,
        "",
        &[
            add_theme("a", None),                     // 4
            add_theme("a", Some("Objective")),        // 5
            budget("a", "10"),                        // 6
            budget("a", "20"),                        // 7
            decision("1-2015", "Title", false),       // 8
            decision("1-2015", "Title", true),        // 9
            add("x", "X", &["GB-CHC-100001"]),        // 10
            rename("x", "The X Trust", "2016-01-01"), // 11
            alias("x", "Exes"),                       // 12
            identify("x", "GB-COH-00000002"),         // 13
        ],
    );
    let found = |store: &MemoryStore, given: &str| {
        let meant = almoner_ledger::book::matching::meant_by(store, given).unwrap();
        meant != almoner_ledger::book::matching::RecipientMatch::None
    };
    let theme = |store: &MemoryStore| {
        let theme = store.reference().themes.get(&"a".parse().unwrap())?;
        Some(theme.objective.as_ref().map_or("none".to_owned(), ToString::to_string))
    };
    let budget =
        |store: &MemoryStore| store.reference().budgets.values().next().map(|it| it.amount.to_string());
    let confidential = |store: &MemoryStore| {
        let registered = store.decision(&DecisionId::new("1-2015").unwrap()).unwrap().unwrap();
        (!registered.reversed).then_some(registered.decision.confidential)
    };
    assert!(
        ["x", "X TRUST", "X", "exes", "GB-CHC-100001", "GB-COH-00000002"].iter().all(|it| found(&store, it))
    );
    for (record, gone) in [(13, "GB-COH-00000002"), (12, "Exes"), (11, "X Trust")] {
        reverse(&mut store, record).unwrap();
        assert!(!found(&store, gone) && found(&store, "X") && found(&store, "GB-CHC-100001"), "{record}");
    }
    reverse(&mut store, 10).unwrap();
    assert!(!["x", "X", "GB-CHC-100001"].iter().any(|it| found(&store, it)));
    assert_eq!(confidential(&store), Some(true));
    reverse(&mut store, 9).unwrap();
    assert_eq!(confidential(&store), Some(false));
    reverse(&mut store, 8).unwrap();
    assert_eq!(confidential(&store), None);
    assert_eq!(budget(&store), Some("20.00".to_owned()));
    reverse(&mut store, 7).unwrap();
    assert_eq!(budget(&store), Some("10.00".to_owned()));
    reverse(&mut store, 6).unwrap();
    assert_eq!(budget(&store), None);
    assert_eq!(theme(&store), Some("Objective".to_owned()));
    reverse(&mut store, 5).unwrap();
    assert_eq!(theme(&store), Some("none".to_owned()));
    reverse(&mut store, 4).unwrap();
    assert_eq!(theme(&store), None);
}

#[test]
fn reversal_does_not_publish_a_confidential_decision_with_later_grants() {
    let mut store = opened();
    append(&mut store, "", &[decision("1-2015", "Title", false)]);
    append(&mut store, "", &[decision("1-2015", "Title", true)]);
    append(&mut store, "", &[award_to("1-2015", "X", "cdr", "unallocated")]);
    let refused = reverse(&mut store, 5).unwrap_err();
    assert!(refused.starts_with("has-dependents"), "{refused}");
}

/// An office's books before the file came.
fn before_the_file() -> Vec<Command> {
    vec![
        award("6-2015", "2015-01-22", "18467", "domestic-abuse", Some(("2014-11-01", "2015-10-31"))),
        pay("6-2015", "2015-02-01", "9000"),
        decision("26-2015", "Mediation", false),
        budget("domestic-abuse", "100"),
        receive("victims", "500"),
    ]
}

/// The file: new things and changes of what is there.
fn the_file() -> Vec<Command> {
    vec![
        decision("26-2015", "Mediation", true),
        add_theme("domestic-abuse", Some("Protecting victims")),
        award_to("26-2015", "Catch 22", "youth", "youth-diversion"),
        award_to("27-2015", "Recipient of 6-2015", "victims", "domestic-abuse"),
        alias("Catch 22", "Catch Twenty-Two"),
        identify("Recipient of 6-2015", "GB-CHC-100006"),
        rename("Recipient of 6-2015", "Lighthouse", "2015-05-01"),
        pay("6-2015", "2015-04-20", "467"),
        pay("26-2015", "2015-05-01", "300"),
        pay("27-2015", "2015-05-02", "200"),
        refund("26-2015", "2015-06-01", "50"),
        repurpose("6-2015", "28-2015", "2015-06-10", "youth-diversion"),
        budget("domestic-abuse", "200"),
        budget("domestic-abuse", "300"),
        receive("youth", "1000"),
    ]
}

/// All reports as JSON, without the record and hash that they are stamped with.
fn papers(books: &dyn Books) -> Vec<String> {
    let range =
        DateRange::new(Date::parse("2014-04-01").unwrap(), Date::parse("2016-03-31").unwrap()).unwrap();
    let query = Query::of(range);
    let mut papers = vec![
        serde_json::to_value(reports::periods(books, &query, reports::Every::Month).unwrap()),
        serde_json::to_value(reports::grants(books, &query).unwrap()),
        serde_json::to_value(reports::recipients(books, &query).unwrap()),
        serde_json::to_value(reports::decisions(books, Some(range), true).unwrap()),
        serde_json::to_value(reports::budget(books, &query).unwrap()),
        serde_json::to_value(reports::commitments(books, &query).unwrap()),
        serde_json::to_value(reports::trial_balance(books, &query).unwrap()),
        serde_json::to_value(reports::year_end(books, &query, "2015-16".parse().unwrap()).unwrap()),
    ];
    for by in By::ALL {
        papers.push(serde_json::to_value(reports::themes(books, &query, by).unwrap()));
    }
    let unstamped = |paper: Result<serde_json::Value, serde_json::Error>| {
        let mut paper = paper.unwrap();
        let fields = paper.as_object_mut().unwrap();
        fields.remove("known_at").unwrap();
        fields.remove("head").unwrap();
        paper.to_string()
    };
    papers.into_iter().map(unstamped).collect()
}

#[test]
fn reversing_a_batch_restores_every_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let mut ledger =
        Ledger::create(&path, common::opening_events(), common::AT.into(), common::BY.into()).unwrap();
    let mut memory = opened();
    let stores: [&mut dyn common::BookStore; 2] = [&mut memory, &mut ledger];
    for store in stores {
        append(store, "", &before_the_file());
        let before = papers(store);
        let file = append(store, "import awards", &the_file());
        assert!(papers(store).iter().zip(&before).all(|(now, then)| now != then));

        let batch = batch_of(store, *file.start() + 3).unwrap();
        let numbers: Vec<u64> = batch.records.iter().map(|it| it.number).collect();
        assert_eq!((batch.label.as_str(), numbers), ("import awards", file.clone().collect()));

        undo(store, *file.end()).unwrap();
        for (now, then) in papers(store).iter().zip(&before) {
            assert_eq!(now, then);
        }
        assert_eq!(violations(store).unwrap(), Vec::<String>::new());
        let again = undo(store, *file.start()).unwrap_err();
        assert!(again.starts_with("already-reversed"), "{again}");

        // The same file is skipped when imported again, unless reversed rows are to be recorded again.
        let again = Options { add_missing: true, record_reversed: true, ..Options::default() };
        let outcomes = |store: &dyn common::BookStore, options: Options| -> Vec<bool> {
            let mut draft = draft_on(store);
            let mut recorded = |command: &Command| {
                matches!(carry_out(&mut draft, command, options.clone()), Ok(Outcome::Recorded(_)))
            };
            the_file().iter().map(&mut recorded).collect()
        };
        let file_again = outcomes(store, Options { record_reversed: false, ..again.clone() });
        assert_eq!(file_again.iter().filter(|it| !**it).count(), 9, "{file_again:?}");
        assert_eq!(outcomes(store, again.clone()), vec![true; the_file().len()]);
        let mut draft = draft_on(store);
        for command in the_file() {
            carry_out(&mut draft, &command, again.clone()).unwrap();
        }
        let batch = draft.finish().unwrap();
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
        let (once, again_twice) = (papers(store), outcomes(store, again.clone()));
        assert!(once.iter().zip(&before).all(|(now, then)| now != then));
        assert_eq!(
            again_twice.iter().filter(|it| **it).count(),
            2,
            "only the budget of two amounts: {again_twice:?}"
        );
    }
    drop(ledger);
    assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, []);
    Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).unwrap();
    let (rebuilt, _) = Ledger::open(&path, Access::Read, &mut |_, _| {}).unwrap();
    assert_eq!(papers(&rebuilt), papers(&memory));
}

#[test]
fn a_batch_with_dependents_is_not_reversed_at_all() {
    for (since, expected) in [
        (vec![pay("26-2015", "2015-07-01", "10")], Some("35")),
        (vec![pay("26-2015", "2015-07-01", "10"), alias("Catch 22", "C22")], Some("35, 36")),
        (vec![award_to("30-2015", "Somebody", "cdr", "youth-diversion")], Some("37")),
        (vec![budget("domestic-abuse", "400")], Some("35")),
        (vec![refund("6-2015", "2015-07-01", "9100")], Some("35")),
        (vec![pay("6-2015", "2015-07-01", "1")], None),
    ] {
        let mut store = opened();
        append(&mut store, "", &before_the_file());
        let file = append(&mut store, "import", &the_file());
        append(&mut store, "", &since);
        let (head, shelves) = (store.head(), store.read_models().clone());
        let got = undo(&mut store, *file.start());
        let expected = expected.map_or(Ok(()), |by| {
            let (first, last) = (file.start(), file.end());
            Err(format!(
                "batch-has-dependents: records {first} to {last} cannot be reversed: {} on them",
                depend(by)
            ))
        });
        assert_eq!(got, expected, "{since:?}");
        if got.is_err() {
            assert_eq!((store.head(), store.read_models()), (head, &shelves));
        }
    }
}
