//! Commands and stores that several tests use.

#![allow(dead_code, reason = "no test uses all of them")]

use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::book::{Batch, Books, Draft};
use almoner_ledger::calendar::{Date, Month, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{carry_out, opening};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::events::Event;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::indicators::{Baseline, Indicator, IndicatorKey};
use almoner_ledger::papers::PublicPaper;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::verify;
use almoner_store::{KnownAt, Store, as_known_at};

pub const AT: &str = "2015-04-01T09:00:00Z";
pub const BY: &str = "officer";

pub fn opening_events() -> Vec<Event> {
    opening("0123456789abcdef".into(), Text::new("Test body").unwrap())
}

/// A batch of these commands, none of which may be refused; themes and recipients are added.
pub fn drafted(books: &dyn Books, commands: &[Command]) -> Batch {
    let mut draft = Draft::new(books, AT.into(), BY.into());
    let options = Options { add_missing: true, again: true, ..Options::default() };
    for command in commands {
        carry_out(&mut draft, command, options.clone()).unwrap();
    }
    draft.finish().unwrap()
}

/// The same, posted late where their months are closed.
pub fn drafted_late(books: &dyn Books, commands: &[Command]) -> Batch {
    let mut draft = Draft::new(books, AT.into(), BY.into());
    let options = Options { add_missing: true, late: true, ..Options::default() };
    for command in commands {
        carry_out(&mut draft, command, options.clone()).unwrap();
    }
    draft.finish().unwrap()
}

pub fn drafted_events(books: &dyn Books, events: Vec<Event>) -> Batch {
    let mut draft = Draft::new(books, AT.into(), BY.into());
    for event in events {
        draft.add(event).unwrap();
    }
    draft.finish().unwrap()
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn award(id: &str, decided: &str, amount: &str, theme: &str, period: Option<(&str, &str)>) -> Command {
    let stated = |text: &str| StatedDate::parse(text).unwrap();
    Command::Award(Box::new(AwardCommand {
        id: Some(GrantId::new(id).unwrap()),
        decision: Some(DecisionId::new(id).unwrap()),
        decided: date(decided),
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new(&format!("Recipient of {id}")).unwrap()),
        amount: amount.parse().unwrap(),
        purpose: purpose(&format!("Work of {id}"), theme),
        fund: Some(almoner_ledger::allocation::Funds::parse("cdr").unwrap()),
        power: Power::S9,
        period: period.map(|(from, to)| Period::new(stated(from), stated(to)).unwrap()),
        conditions: None,
        reasons: None,
    }))
}

pub fn pay(award: &str, on: &str, amount: &str) -> Command {
    Command::Pay {
        account: None,
        award: GrantId::new(award).unwrap(),
        date: date(on),
        amount: amount.parse().unwrap(),
        reference: None,
        before_decision: None,
        part: None,
        occurrence: 1,
    }
}

pub fn repurpose(award: &str, decision: &str, on: &str, theme: &str) -> Command {
    Command::Repurpose {
        award: GrantId::new(award).unwrap(),
        decision: Some(DecisionId::new(decision).unwrap()),
        date: date(on),
        purpose: purpose("Another work", theme),
        include_past: false,
    }
}

fn purpose(text: &str, theme: &str) -> Purpose {
    Purpose { text: Text::new(text).unwrap(), split: Split::parse(theme).unwrap() }
}

/// The provisional closings of every month from one to another.
pub fn close_months(from: &str, to: &str) -> Vec<Command> {
    let (from, to): (Month, Month) = (from.parse().unwrap(), to.parse().unwrap());
    (0..).map(|number| from.plus(number)).take_while(|month| *month <= to).map(Command::close).collect()
}

pub fn text(words: &str) -> Text {
    Text::new(words).unwrap()
}

pub fn expect(grant: &str, name: &str, due: &str, before_payment: bool) -> Command {
    let what = if name == "Monitoring report" { DueKind::MonitoringReport } else { DueKind::Milestone };
    let due = Due { what, name: text(name), due: date(due), before_payment };
    Command::Expect { award: grant.parse().unwrap(), due }
}

pub fn submit(grant: &str, name: Option<&str>, due: &str, on: &str, paper: &str, result: &str) -> Command {
    Command::Submit {
        award: grant.parse().unwrap(),
        due: date(due),
        name: name.map(text),
        received: date(on),
        paper: (!paper.is_empty()).then(|| paper.parse().unwrap()),
        result: text(result),
    }
}

pub fn indicator(
    theme: &str,
    period: &str,
    value: &str,
    baseline: Option<(&str, &str)>,
    revise: bool,
) -> Command {
    let indicator = IndicatorKey {
        theme: theme.parse().unwrap(),
        name: text("Recorded incidents"),
        period: period.parse().unwrap(),
    };
    let baseline = baseline
        .map(|(value, period)| Baseline { value: value.parse().unwrap(), period: period.parse().unwrap() });
    let unit = Some(text("incidents"));
    let stated = Indicator { value: value.parse().unwrap(), unit, baseline, source: text("Police record") };
    Command::SetIndicator { indicator, stated: Box::new(stated), revise }
}

pub fn paper(
    id: &str,
    title: Option<&str>,
    on: Option<&str>,
    decisions: &[&str],
    grants: &[&str],
) -> Command {
    Command::RecordPaper(Box::new(PublicPaper {
        id: id.parse().unwrap(),
        title: title.map(text),
        date: on.map(date),
        decisions: decisions.iter().map(|id| id.parse().unwrap()).collect(),
        grants: grants.iter().map(|id| id.parse().unwrap()).collect(),
    }))
}

pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A store that is its own present books.
pub trait BookStore: Store + Books {}

/// Checks a ledger in a folder, makes its index again, and compares it with the same books in memory. Returns it opened.
pub fn rebuilt(path: &Path, memory: &MemoryStore) -> Ledger {
    assert_eq!(verify(path, &mut |_, _| {}).unwrap().findings, []);
    Ledger::rebuild(path, &Turn::default(), None, &mut |_, _| {}).unwrap();
    assert_eq!(verify(path, &mut |_, _| {}).unwrap().findings, []);
    let (ledger, _) = Ledger::open(path, Access::Read, &mut |_, _| {}).unwrap();
    let head = ledger.head().record;
    assert_eq!(as_known_at(&ledger, KnownAt::Record(head)).unwrap().read_models(), memory.read_models());
    ledger
}

impl<S: Store + Books> BookStore for S {}

/// Recipients to be added, one for each number.
pub fn recipients(numbers: std::ops::Range<u32>) -> Vec<Command> {
    let recipient = |number| Command::AddRecipient {
        id: None,
        name: text(&format!("Body {number}")),
        identifiers: Vec::new(),
    };
    numbers.map(recipient).collect()
}

/// The files of a kind in an index, the latest last.
pub fn files_of_kind(index: &Path, kind: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path());
    let is_of_kind = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(kind);
    let mut found: Vec<PathBuf> = paths.filter(is_of_kind).collect();
    found.sort();
    found
}

/// The latest file of a kind in an index.
pub fn newest_file(index: &Path, kind: &str) -> PathBuf {
    files_of_kind(index, kind).pop().unwrap()
}

/// Turns every bit of one byte of a file.
pub fn flip(file: &Path, place: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[place as usize] ^= 0xff;
    fs::write(file, bytes).unwrap();
}
