//! The checks that hold for every file, however hostile, shared by the targets.

mod workbooks;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use almoner_imports::{Delimiter, Kind, Layout, NextStep, Profile, ReadFile, Rejects, plan, read, rejects, shipped};
use almoner_ledger::book::Draft;
use almoner_ledger::command::Options;
use almoner_ledger::decide::opening;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Lines, Store};
use almoner_ledger::text::Text;

pub use workbooks::{ods, xlsx};

/// Returns a profile that is shipped with the program.
pub fn shipped_profile(name: &str) -> Profile {
    shipped(name).expect("a shipped profile").expect("one that can be read")
}

fn draft(store: &MemoryStore) -> Draft<'_> {
    Draft::new(store, "2026-01-01T00:00:00Z".to_owned(), "A. Tester".to_owned())
}

/// Returns the books of a new ledger.
fn books() -> &'static MemoryStore {
    static BOOKS: OnceLock<MemoryStore> = OnceLock::new();
    BOOKS.get_or_init(|| {
        let mut store = MemoryStore::default();
        let mut draft = draft(&store);
        for event in opening("test".to_owned(), Text::new("Test body").expect("a text")) {
            draft.add(event).expect("opening events");
        }
        let batch = draft.finish().expect("a batch");
        store.append(store.health().head, BatchLabel::default(), batch).expect("a new ledger");
        store
    })
}

/// Reads and plans a file, and checks that no row is lost or counted twice, that no row is rejected
/// without a reason, and that rejected rows are written back as they were.
pub fn check(kind: Kind, bytes: &[u8], profile: Option<&Profile>) {
    let file = read(kind, "file", bytes, profile, &Layout::default());
    check_rows(&file);
    let options = Options { add_missing: true, again: true, ..Options::default() };
    let mut draft = draft(books());
    let plan = plan(&file, &mut draft, options, &mut |_| {}).expect("books in memory can be read");
    let rows = (file.rows.len() + file.skipped.len()) as u64;
    assert_eq!(plan.rows_read().rows, rows, "each row is counted once");
    assert!(plan.bad_rows() == 0 || !plan.diagnostics.is_empty(), "a row is rejected without a reason");
    assert!(file.detected().is_some() || !file.diagnostics.is_empty(), "a file is refused without a reason");
    draft.finish().expect("the plan can be recorded");
    let rejects = rejects(&file, &plan, profile, &say);
    let written = rejects.text().expect("rows can be written");
    check_written(&rejects, &written, &file);
    let layout = profile.map(|profile| profile.file.layout.clone()).unwrap_or_default();
    let layout = Layout { delimiter: Some(delimiter(&file)), sheet: None, ..layout };
    if layout.encoding.is_none() {
        check_again(kind, &rejects, &written, profile, &layout);
    }
}

fn say(next: &NextStep) -> String {
    format!("{next:?}")
}

fn check_rows(file: &ReadFile) {
    let wrong: BTreeSet<u64> = file.diagnostics.iter().map(|it| it.row).collect();
    for row in &file.rows {
        assert_eq!(row.request.is_none(), wrong.contains(&row.number), "row {}: {file:?}", row.number);
    }
    let numbers = file.rows.iter().map(|row| row.number).chain(file.skipped.iter().map(|row| row.number));
    let distinct: BTreeSet<u64> = numbers.clone().collect();
    assert_eq!(distinct.len(), numbers.count(), "no row is there twice");
    if let (Some(first), Some(last)) = (distinct.first(), distinct.last()) {
        let between = last - first + 1 - distinct.len() as u64;
        assert!(between <= file.skipped_blank, "only blank rows are skipped without a reason");
    }
    for diagnostic in &file.diagnostics {
        assert!(!diagnostic.message.is_empty() && !diagnostic.hint(&say).is_empty());
        assert!(!diagnostic.to_string().contains(['\0', '\u{1b}', '\n', '\u{202e}']), "{diagnostic}");
    }
}

/// Checks that an independent CSV reader finds the same cells, and that none is a formula.
fn check_written(rejects: &Rejects, written: &[u8], file: &ReadFile) {
    let text = written.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark");
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(byte(delimiter(file)));
    let mut again = builder.from_reader(text).into_records();
    for row in rejects.header.iter().chain(&rejects.rows) {
        let found = again.next().expect("as many rows").expect("text");
        assert_eq!(found.len(), row.len());
        for (found, cell) in found.iter().zip(row) {
            assert_eq!(found.strip_prefix('\'').filter(|_| found != cell).unwrap_or(found), cell);
            let is_number = found.bytes().all(|it| it.is_ascii_digit() || b"+-., ".contains(&it));
            assert!(is_number || !found.starts_with(['=', '+', '-', '@']), "{found:?} would run as a formula");
        }
    }
    assert!(again.next().is_none(), "no row is added");
}

/// Checks that our own reader finds as many rows.
fn check_again(kind: Kind, rejects: &Rejects, written: &[u8], profile: Option<&Profile>, layout: &Layout) {
    if rejects.rows.is_empty() {
        return;
    }
    let again = read(kind, "rejects", written, profile, layout);
    let found = again.rows.len() + again.skipped.len();
    assert_eq!(found, rejects.rows.len(), "{:?} {}", again.diagnostics, String::from_utf8_lossy(written));
}

/// Returns the delimiter of the rejected rows: that of the file, or a comma.
fn delimiter(file: &ReadFile) -> Delimiter {
    let found = file.detected().map(ToString::to_string).unwrap_or_default();
    let is_it = |delimiter: &Delimiter| found.contains(&format!("separated by {}s", delimiter.word()));
    Delimiter::ALL.into_iter().find(is_it).unwrap_or(Delimiter::Comma)
}

fn byte(delimiter: Delimiter) -> u8 {
    match delimiter {
        Delimiter::Comma => b',',
        Delimiter::Semicolon => b';',
        Delimiter::Tab => b'\t',
        Delimiter::Pipe => b'|',
    }
}
