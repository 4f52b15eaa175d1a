//! Journals: any lines, sealed with the correct hash, are read as records or as damage.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use almoner_ledger::events::{BooksOpened, Event};
use almoner_ledger::hash::Hash;
use almoner_ledger::totals::PostingState;
use almoner_store::journal::{Batch, Journal, Line};
use libfuzzer_sys::fuzz_target;

/// A journal of one record, whose only file is replaced by each input.
static LEDGER: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::create(folder.path()).expect("a journal");
    let head = journal.head();
    let body = "Test".parse().expect("a name");
    let opened = Event::Opened(BooksOpened { ledger: "0".to_owned(), body, rules: almoner_ledger::grants::Rules::PRESENT });
    let state = PostingState { rules: 2, hash: Hash::of(b"") };
    let batch = Batch { label: "test", key: None, request: None, state };
    journal.append(head, &batch, "2026-01-01T00:00:00Z", "A. Tester", [&opened]).expect("a record");
    let segment = folder.path().join("journal").join("000000000001.jsonl");
    assert!(segment.is_file());
    (folder, segment)
});

fuzz_target!(|text: &[u8]| {
    let (folder, segment) = &*LEDGER;
    let (mut lines, mut run) = (Vec::new(), 0);
    let mut previous = Hash::ZERO;
    for body in text.split(|byte| *byte == b'\n') {
        if body.starts_with(b"{\"n\":") {
            lines.extend([body, b"\n"].concat());
            continue;
        }
        // `@` is replaced by the hash of the seal before, which could not be found by chance.
        lines.extend(replaced(body, &previous.hex()));
        previous = Hash::of(&lines[run..]);
        lines.extend([b",\"hash\":\"", &previous.hex()[..], b"\"}\n"].concat());
        run = lines.len();
    }
    fs::write(segment, &lines).expect("a file");
    let (journal, _) = Journal::open_for_reading(folder.path()).expect("a journal that can be opened");
    let mut last = 0;
    for line in journal.records::<Event>(1) {
        let Ok(line) = line else { return };
        if let Line::Record(record) = line {
            assert_eq!(record.number, last + 1, "records are counted without gaps");
            last = record.number;
            let written = serde_json::to_string(&record.event).expect("an event can be written");
            let again: Event = serde_json::from_str(&written).expect("what was written can be read");
            assert_eq!(again, record.event);
        }
    }
});

fn replaced(body: &[u8], hash: &[u8]) -> Vec<u8> {
    body.iter().flat_map(|byte| if *byte == b'@' { hash } else { std::slice::from_ref(byte) }).copied().collect()
}
