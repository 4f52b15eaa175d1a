//! Terms stated after the award: what is recorded, what is refused, and what it changes.

use crate::common;
use almoner_ledger::allocation::Funds;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{FinancialYear, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::grants::{GrantId, Power, TermsAddendum};
use almoner_ledger::invariants::violations;
use almoner_ledger::money::Money;
use almoner_ledger::reports::not_stated::Unknown;
use almoner_ledger::reports::{
    By, Filter, Query, Source, changes, giving, grant, grants, not_stated, themes,
};
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

/// An award whose power, conditions and reasons are those of these words; `-` is *not stated*.
fn award(power: &str, conditions: &str, reasons: &str) -> Command {
    let Command::Award(award) = common::award("1-2015", "2015-04-01", "1200", "a", None) else {
        panic!("an award");
    };
    let TermsAddendum { power, conditions, reasons, .. } = statement(power, conditions, reasons);
    Command::Award(Box::new(AwardCommand { power, conditions, reasons, ..*award }))
}

fn statement(power: &str, conditions: &str, reasons: &str) -> TermsAddendum {
    let stated = |words: &str| (words != "-").then(|| text(words));
    TermsAddendum {
        power: Power::parse(power).unwrap_or_default(),
        conditions: stated(conditions),
        reasons: stated(reasons),
        ..TermsAddendum::default()
    }
}

fn state(words: [&str; 3]) -> Command {
    let [power, conditions, reasons] = words;
    Command::State {
        award: GrantId::new("1-2015").unwrap(),
        statement: statement(power, conditions, reasons),
    }
}

fn books(commands: &[Command]) -> MemoryStore {
    let mut store = MemoryStore::default();
    let opened = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel { label: "init", ..BatchLabel::default() }, opened).unwrap();
    for command in commands {
        append(&mut store, command);
    }
    store
}

fn append(store: &mut MemoryStore, command: &Command) {
    let batch = common::drafted(store, std::slice::from_ref(command));
    store.append(store.head(), BatchLabel { label: "test", ..BatchLabel::default() }, batch).unwrap();
    assert_eq!(violations(store).unwrap(), Vec::<String>::new());
}

/// Returns the outcome of a command.
fn outcome(store: &MemoryStore, command: &Command) -> String {
    let mut draft = Draft::new(store, common::AT.into(), common::BY.into());
    match carry_out(&mut draft, command, Options { add_missing: true, again: true, ..Options::default() }) {
        Ok(Outcome::Recorded(_)) => "recorded".to_owned(),
        Ok(Outcome::Already(already)) => match already.record {
            Some(record) => format!("already {record}"),
            None => "already".to_owned(),
        },
        Err(Refusal::Rejected(rejection)) => rejection.code().to_owned(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn missing_terms_can_be_stated_and_stated_terms_stay() {
    let (not_stated, stated) = (["-", "-", "-"], ["s9", "Monthly reports", "Fewer crimes"]);
    for (awarded, first, then, expected) in [
        (not_stated, stated, ["s9", "-", "-"], "already 8"),
        (not_stated, stated, stated, "already 8"),
        (not_stated, stated, ["s143", "-", "-"], "different-content"),
        (not_stated, stated, ["-", "Others", "-"], "different-content"),
        (not_stated, stated, ["-", "-", "Others"], "different-content"),
        (not_stated, ["s9", "-", "-"], ["-", "Monthly reports", "-"], "recorded"),
        (not_stated, ["s9", "-", "-"], ["s143", "Monthly reports", "-"], "different-content"),
        (stated, ["s9", "-", "-"], stated, "already 7"),
        (["s9", "-", "-"], ["-", "-", "Fewer crimes"], ["s9", "-", "Fewer crimes"], "already"),
    ] {
        let [power, conditions, reasons] = awarded;
        let store = books(&[award(power, conditions, reasons), state(first)]);
        assert_eq!(outcome(&store, &state(then)), expected, "{awarded:?} {first:?} {then:?}");
    }
    let nowhere =
        Command::State { award: GrantId::new("2-2015").unwrap(), statement: statement("s9", "-", "-") };
    assert_eq!(outcome(&books(&[]), &nowhere), "unknown-award");
}

#[test]
fn an_award_sent_again_is_recognised_before_and_after_completion() {
    let store = books(&[award("-", "-", "-"), state(["s9", "None", "Fewer crimes"])]);
    for (again, expected) in [
        (award("-", "-", "-"), "already 7"),
        (award("s9", "None", "Fewer crimes"), "already"),
        (award("s9", "None", "-"), "different-content"),
        (award("s143", "None", "Fewer crimes"), "different-content"),
    ] {
        assert_eq!(outcome(&store, &again), expected, "{again:?}");
    }
}

#[test]
fn what_has_changed_since_is_not_said_to_be_recorded() {
    let id = || GrantId::new("1-2015").unwrap();
    let funds = |words: &str| Funds::parse(words).unwrap();
    let state_fund = || {
        let statement = TermsAddendum { fund: Some(funds("cdr")), ..TermsAddendum::default() };
        Command::State { award: id(), statement }
    };
    let state_theme = || {
        let statement = TermsAddendum { theme: Some(Split::parse("a").unwrap()), ..TermsAddendum::default() };
        Command::State { award: id(), statement }
    };
    let state_both = || {
        let reasons = Some("Fewer crimes".parse().unwrap());
        let statement = TermsAddendum { fund: Some(funds("cdr")), reasons, ..TermsAddendum::default() };
        Command::State { award: id(), statement }
    };
    let change = Command::ChangeFund {
        award: id(),
        decision: None,
        date: common::date("2015-06-01"),
        fund: funds("victims"),
        include_past: false,
    };
    let repurpose = common::repurpose("1-2015", "2-2015", "2015-06-01", "b");
    for (since, given, expected) in [
        (None, state_fund(), "already 7"),
        (None, state_theme(), "already 7"),
        (Some(&change), state_fund(), "not-to-be-stated"),
        (Some(&change), state_theme(), "already 7"),
        (None, state_both(), "recorded"),
        (Some(&change), state_both(), "not-to-be-stated"),
        (Some(&repurpose), state_fund(), "already 7"),
        (Some(&repurpose), state_theme(), "not-to-be-stated"),
    ] {
        let commands: Vec<Command> = [award("-", "-", "-")].into_iter().chain(since.cloned()).collect();
        assert_eq!(outcome(&books(&commands), &given), expected, "{since:?} {given:?}");
    }
}

#[test]
fn a_power_stated_later_applies_to_all_postings() {
    let mut commands = vec![award("-", "-", "-"), common::pay("1-2015", "2015-05-10", "500")];
    commands.extend(common::close_months("2015-04", "2015-05"));
    let mut store = books(&commands);
    let before = store.head().record;
    append(&mut store, &state(["s143", "-", "-"]));
    let query = Query::of(FinancialYear::parse("2015-16").unwrap().range());
    let paid = |books: &dyn Books, power: &str| {
        let scanned = Query { source: Source::Scan, ..query.clone() };
        let amounts = [&query, &scanned].map(|query| {
            let report = themes(books, query, By::Power).unwrap();
            let row = report.rows.iter().find(|row| row.key.id == power);
            row.map_or(Money::ZERO, |row| row.measures.paid)
        });
        assert_eq!(amounts[0], amounts[1]);
        amounts[0].to_string()
    };
    assert_eq!([paid(&store, "s143"), paid(&store, "not-stated")], ["500.00", "0.00"]);
    // As known before the statement, nothing changes.
    let earlier = as_known_at(&store, KnownAt::Record(before)).unwrap();
    assert_eq!([paid(&earlier, "s143"), paid(&earlier, "not-stated")], ["0.00", "500.00"]);
}

#[test]
fn every_report_shows_the_terms_as_known() {
    let query = Query::of(FinancialYear::parse("2015-16").unwrap().range());
    let terms_of = |books: &dyn Books| {
        let unknown = not_stated(books, &query).unwrap().rows;
        let respects = [Unknown::Power, Unknown::Conditions, Unknown::Reasons];
        let unknown = unknown.iter().filter(|row| respects.contains(&row.what)).map(|row| row.grants);
        let powers = [
            grants(books, &query).unwrap().rows[0].power,
            grant(books, &query, "1-2015").unwrap().power,
            changes(books, &query).unwrap().awards.rows[0].power,
        ];
        let of_power = |power| Query { filter: Filter { power, ..Filter::default() }, ..query.clone() };
        let narrowed = of_power(Some(Power::S9));
        let found = grants(books, &narrowed).unwrap().rows.len()
            + changes(books, &narrowed).unwrap().awards.rows.len();
        (unknown.sum::<u64>(), powers, found)
    };
    let mut store = books(&[award("-", "-", "-")]);
    assert_eq!(terms_of(&store), (3, [Power::NotStated; 3], 0));
    append(&mut store, &state(["s9", "None", "Fewer crimes"]));
    assert_eq!(terms_of(&store), (0, [Power::S9; 3], 2));
}

#[test]
fn terms_stated_later_are_reversed_before_their_award() {
    let mut store = books(&[award("-", "-", "-"), state(["s9", "-", "-"])]);
    let statement = store.head().record;
    let reverse = |record| Command::Reverse { record, reason: None };
    assert_eq!(outcome(&store, &reverse(statement - 1)), "has-dependents");
    append(&mut store, &reverse(statement));
    let grant = store.grant(&GrantId::new("1-2015").unwrap()).unwrap().unwrap().into_owned();
    assert_eq!(grant.terms().power, Power::NotStated);
    assert_eq!(outcome(&store, &state(["s143", "-", "-"])), "recorded");
    append(&mut store, &state(["s143", "-", "-"]));
    let withdrawn = Command::Withdraw {
        award: GrantId::new("1-2015").unwrap(),
        decision: None,
        date: common::date("2015-06-01"),
    };
    let statement = store.head().record;
    append(&mut store, &withdrawn);
    // A withdrawal depends on payments, not on terms stated later.
    assert_eq!(outcome(&store, &reverse(statement)), "recorded");
}

/// What an award did not state is in the list of awards and in what is published once it is stated.
#[test]
fn decision_and_period_stated_later_are_those_of_the_award() {
    let Command::Award(award) = common::award("1-2015", "2015-04-01", "1200", "a", None) else {
        panic!("an award");
    };
    let award = AwardCommand { decision: None, id: Some(GrantId::new("1-2015").unwrap()), ..*award };
    let decision = Decision {
        title: Some(text("Grants of spring")),
        date: Some(common::date("2015-03-30")),
        ..Decision::numbered(DecisionId::new("5-2015").unwrap())
    };
    let period =
        Period::new(StatedDate::parse("2015-04").unwrap(), StatedDate::parse("2016-03").unwrap()).unwrap();
    let stated = TermsAddendum {
        decision: Some(decision.id.clone()),
        period: Some(period),
        ..TermsAddendum::default()
    };
    let store = books(&[
        Command::Award(Box::new(award)),
        Command::RecordDecision(decision.clone()),
        Command::State { award: GrantId::new("1-2015").unwrap(), statement: stated },
    ]);
    let query = Query::of(FinancialYear::parse("2015-16").unwrap().range());
    let [row] = changes(&store, &query).unwrap().awards.rows.try_into().unwrap();
    assert_eq!((row.decision, row.period), (Some(decision.id), Some(period)));
    let [given] = giving(&store, None).unwrap().grants.try_into().unwrap();
    assert_eq!((given.title, given.period), (decision.title, Some(period)));
}
