//! What the tests share: books in memory, and files imported into them.

use almoner_imports::{Diagnostic, Kind, Layout, NextStep, Plan, Profile, ReadFile, plan};
use almoner_ledger::book::Draft;
use almoner_ledger::command::Options;
use almoner_ledger::decide::opening;
use almoner_ledger::remedy::Remedy;
use almoner_ledger::text::Text;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Lines, Store};

pub fn add_missing() -> Options {
    Options { add_missing: true, again: true, ..Options::default() }
}

/// The number of rounds: many in the soak tier (`ALMONER_TIER=soak`), else few.
pub fn rounds<T>(few: T, many: T) -> T {
    let is_soak = std::env::var("ALMONER_TIER").is_ok_and(|tier| tier == "soak");
    if is_soak { many } else { few }
}

/// Reads a file in our own columns.
pub fn read(kind: Kind, name: &str, input: impl std::io::Read) -> ReadFile {
    almoner_imports::read(kind, name, input, None, &Layout::default())
}

/// Reads a file as a profile says.
pub fn read_by(profile: &Profile, name: &str, input: &[u8]) -> ReadFile {
    almoner_imports::read(profile.kind, name, input, Some(profile), &Layout::default())
}

/// A name that suits the kind.
pub fn file_name(kind: Kind) -> String {
    format!("{}.csv", kind.word())
}

pub fn draft(store: &MemoryStore) -> Draft<'_> {
    Draft::new(store, "2026-01-01T00:00:00Z".to_owned(), "A. Tester".to_owned())
}

/// The books of a new ledger.
pub fn new_books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let mut draft = draft(&store);
    for event in opening("test".to_owned(), Text::new("Test body").unwrap()) {
        draft.add(event).unwrap();
    }
    let batch = draft.finish().unwrap();
    store.append(store.health().head, BatchLabel::default(), batch).unwrap();
    store
}

/// Returns the plan of a file, without recording it.
pub fn planned(store: &MemoryStore, kind: Kind, text: &str, options: Options) -> Plan {
    let file = read(kind, &file_name(kind), text.as_bytes());
    plan(&file, &mut draft(store), options, &mut |_| {}).unwrap()
}

/// Imports a file as the command does: all of it, or nothing if it has errors.
pub fn import(store: &mut MemoryStore, kind: Kind, text: &str) -> Plan {
    let file = read(kind, &file_name(kind), text.as_bytes());
    let mut draft = draft(store);
    let plan = plan(&file, &mut draft, add_missing(), &mut |_| {}).unwrap();
    if plan.diagnostics.is_empty() {
        let batch = draft.finish().unwrap();
        store
            .append(store.health().head, BatchLabel { label: "import", ..BatchLabel::default() }, batch)
            .unwrap();
    }
    plan
}

/// Imports a file without errors.
pub fn import_well(store: &mut MemoryStore, kind: Kind, text: &str) -> Plan {
    let plan = import(store, kind, text);
    assert_eq!(shown(&plan.diagnostics), Vec::<String>::new());
    plan
}

/// Returns the diagnostics as printed.
pub fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(Diagnostic::to_string).collect()
}

/// Says advice in its words, and other remedies and steps by their names.
pub fn say(next: &NextStep) -> String {
    let words = |remedy: &Remedy| match remedy {
        Remedy::Advice(advice) => advice.clone(),
        other => format!("{other:?}"),
    };
    match next {
        NextStep::Advice(advice) => advice.clone(),
        NextStep::Books(remedies) => remedies.iter().map(words).collect::<Vec<_>>().join("; "),
        other => format!("{other:?}"),
    }
}
