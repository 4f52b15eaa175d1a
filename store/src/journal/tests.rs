//! Tests of the journal through its interface, on real files.

mod appending;
mod damaged;
mod interrupted;
mod power;

use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::hash::Hash;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::*;

const AT: &str = "2026-11-21T10:03:03Z";
const BY: &str = "alice";
const STATE: PostingState = PostingState { rules: 2, hash: Hash::ZERO };
const PAY: Batch<'_> = Batch { label: "pay", key: Some("k-1"), request: None, state: STATE };

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    kind: String,
    pence: u64,
    from: String,
}

fn event(pence: u64) -> Event {
    Event { kind: "paid".to_owned(), pence, from: format!("Café №{pence} \"grant\"") }
}

fn events(count: u64) -> Vec<Event> {
    (1..=count).map(event).collect()
}

/// A ledger folder that is removed when the test ends.
struct Ledger(TempDir);

impl Ledger {
    fn new() -> Ledger {
        Ledger(tempfile::tempdir().unwrap())
    }

    /// Makes a ledger with a batch of each of these numbers of records, in segments of at least
    /// `segment_limit` bytes.
    fn with_batches(batches: &[u64], segment_limit: u64) -> Ledger {
        let ledger = Ledger::new();
        let mut journal = Journal::create(ledger.path()).unwrap();
        journal.segment_limit = segment_limit;
        for count in batches {
            append(&mut journal, *count).unwrap();
        }
        ledger
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn head(&self) -> PathBuf {
        self.path().join("head")
    }

    fn segment(&self, first: u64) -> PathBuf {
        self.path().join("journal").join(segment::file_name(first))
    }

    fn text(&self, first: u64) -> Vec<u8> {
        fs::read(self.segment(first)).unwrap()
    }

    fn rewrite(&self, first: u64, text: impl AsRef<[u8]>) {
        fs::write(self.segment(first), text).unwrap();
    }

    /// Returns the lines of a segment, each with its line break.
    fn lines(&self, first: u64) -> Vec<Vec<u8>> {
        self.text(first).split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    fn open(&self) -> (Journal, Recovery) {
        Journal::open(self.path()).unwrap()
    }

    fn open_for_reading(&self) -> (Journal, Recovery) {
        Journal::open_for_reading(self.path()).unwrap()
    }

    /// Returns the names of all files, in order.
    fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in [self.path().to_owned(), self.path().join("journal")] {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    names.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        names.sort();
        names
    }

    /// Reads everything: the numbers of the records, and the damage.
    fn read_all(&self) -> (Vec<u64>, Option<Damage>) {
        read_from(&self.open_for_reading().0, 1)
    }

    /// Checks that the journal is intact and ends at record `last`.
    fn assert_intact_up_to(&self, last: u64) {
        assert_eq!(self.read_all(), ((1..=last).collect(), None));
    }
}

fn append(journal: &mut Journal, count: u64) -> Result<Head, JournalError> {
    journal.append(journal.head(), &PAY, AT, BY, &events(count))
}

fn read_from(journal: &Journal, from: u64) -> (Vec<u64>, Option<Damage>) {
    let mut numbers = Vec::new();
    for line in journal.records::<Event>(from) {
        match line {
            Ok(Line::Record(record)) => numbers.push(record.number),
            Ok(Line::Commit(_)) => {}
            Err(damage) => return (numbers, Some(damage)),
        }
    }
    (numbers, None)
}

/// Returns the damage that prevents opening the journal for writing.
fn refused(ledger: &Ledger) -> Damage {
    match Journal::open(ledger.path()) {
        Err(JournalError::Damaged(damage)) => damage,
        other => panic!("not refused: {other:?}"),
    }
}
