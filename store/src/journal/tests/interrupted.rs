//! Interrupted writes: by a crash, a full disk, or a failing one.

use super::*;
use crate::tally::tally;

/// A ledger whose head file ends before the last batch, as after a crash before the head was replaced.
struct Interrupted {
    ledger: Ledger,
    /// The text of the head file.
    head: Vec<u8>,
    /// The acknowledged text of the first segment.
    first: Vec<u8>,
    /// The first record of the segment with the unacknowledged batch.
    segment: u64,
    /// The whole text of that segment.
    text: Vec<u8>,
    /// Number of its bytes that are acknowledged.
    acknowledged: usize,
}

/// Makes two batches of 3 records in one segment or in two; the second is not acknowledged.
fn interrupted(segment_limit: u64) -> Interrupted {
    let ledger = Ledger::with_batches(&[3], segment_limit);
    let head = fs::read(ledger.head()).unwrap();
    let first = ledger.text(1);
    let (mut journal, _) = ledger.open();
    journal.segment_limit = segment_limit;
    append(&mut journal, 3).unwrap();
    fs::write(ledger.head(), &head).unwrap();
    let (segment, acknowledged) = if segment_limit == 1 { (4, 0) } else { (1, first.len()) };
    let text = ledger.text(segment);
    Interrupted { ledger, head, first, segment, text, acknowledged }
}

impl Interrupted {
    /// Restores everything, with the segment cut to `length`.
    fn reset(&self, length: usize) {
        for entry in fs::read_dir(self.ledger.path().join("journal")).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        self.ledger.rewrite(1, &self.first);
        self.ledger.rewrite(self.segment, &self.text[..length]);
        fs::write(self.ledger.head(), &self.head).unwrap();
    }
}

#[test]
fn a_write_cut_off_at_any_byte_is_recovered() {
    for segment_limit in [1, SEGMENT_LIMIT] {
        let interrupted = interrupted(segment_limit);
        let Interrupted { ledger, segment, text, acknowledged, .. } = &interrupted;
        let quarantine = ledger.path().join("journal/unfinished-3-1.txt");
        for length in *acknowledged..=text.len() {
            interrupted.reset(length);
            let tail = &text[*acknowledged..length];
            let records = tail.iter().filter(|byte| **byte == b'\n').count() as u64;
            let (advanced, last) = if length == text.len() { (3, 6) } else { (0, 3) };
            let is_unfinished = advanced == 0 && !tail.is_empty();
            let expected = |file| {
                let quarantined = Quarantined { file, bytes: tail.len() as u64, records };
                Recovery { quarantined: is_unfinished.then_some(quarantined), advanced }
            };

            // A reader changes nothing.
            let (reader, recovery) = ledger.open_for_reading();
            assert_eq!(recovery, expected(None), "{length}");
            assert_eq!(read_from(&reader, 1), ((1..=last).collect(), None));
            assert_eq!(ledger.text(*segment), &text[..length]);

            let (mut journal, recovery) = ledger.open();
            assert_eq!(recovery, expected(Some(quarantine.clone())), "{length}");
            assert_eq!(quarantine.exists(), is_unfinished);
            if is_unfinished {
                assert_eq!(fs::read(&quarantine).unwrap(), tail);
            }
            ledger.assert_intact_up_to(last);

            // Recording continues as usual.
            append(&mut journal, 2).unwrap();
            assert_eq!(ledger.open().1, Recovery::default());
            ledger.assert_intact_up_to(last + 2);
        }
    }
}

#[test]
fn a_quarantined_write_is_never_overwritten() {
    let Interrupted { ledger, text, acknowledged, .. } = interrupted(SEGMENT_LIMIT);
    for n in 1..=3 {
        let tail = format!("torn write {n}");
        ledger.rewrite(1, [&text[..acknowledged], tail.as_bytes()].concat());
        let quarantined = ledger.open().1.quarantined.unwrap();
        assert_eq!(quarantined.file, Some(ledger.path().join(format!("journal/unfinished-3-{n}.txt"))));
        assert_eq!(fs::read_to_string(quarantined.file.unwrap()).unwrap(), tail);
    }
    assert_eq!(fs::read_to_string(ledger.path().join("journal/unfinished-3-1.txt")).unwrap(), "torn write 1");
    assert_eq!(ledger.files().len(), 5);
}

#[test]
fn whole_batches_after_an_old_head_are_recorded_and_an_unfinished_one_is_quarantined() {
    for segment_limit in [1, 700, SEGMENT_LIMIT] {
        let ledger = Ledger::with_batches(&[2], segment_limit);
        let old_head = fs::read(ledger.head()).unwrap();
        let (mut journal, _) = ledger.open();
        journal.segment_limit = segment_limit;
        for count in [3, 1, 4] {
            append(&mut journal, count).unwrap();
        }
        let last_segment = journal.extent.segment;
        let text = ledger.text(last_segment);
        ledger.rewrite(last_segment, &text[..text.len() - 1]);
        fs::write(ledger.head(), old_head).unwrap();
        let (journal, recovery) = ledger.open();
        assert_eq!((journal.head().record, recovery.advanced), (6, 4), "limit {segment_limit}");
        assert_eq!(recovery.quarantined.unwrap().records, 4);
        ledger.assert_intact_up_to(6);
    }
}

/// Bytes after the acknowledged end: what an interrupted write may leave is quarantined, anything else is damage.
#[test]
fn only_the_remains_of_a_write_are_quarantined() {
    type Tamper = fn(&mut Vec<Vec<u8>>);
    /// The line and the kind of the damage, if it is damage.
    type Expected = Option<(u64, DamageKind)>;
    // Lines 5 to 8 are the batch that was not acknowledged: three records and a commit.
    let altered = || DamageKind::Altered { records: 3 };
    let cases: [(&str, Tamper, Expected); 13] = [
        ("nothing", |lines| drop(lines.drain(4..)), None),
        ("no commit", |lines| drop(lines.remove(7)), None),
        ("zeros", |lines| drop(lines.splice(4.., [vec![0; 5000]])), None),
        ("lines of zeros", |lines| drop(lines.splice(6.., [b"\0\0\n\0\n\0".to_vec()])), None),
        ("empty line", |lines| drop(lines.splice(5.., [b"\n".to_vec()])), None),
        ("altered commit", |lines| lines[7][20] ^= 1, None),
        ("altered label in a commit", |lines| lines[7][33] ^= 1, Some((5, altered()))),
        ("altered record before intact lines", |lines| lines[4][20] ^= 1, Some((5, altered()))),
        ("altered last record", |lines| lines[6][20] ^= 1, Some((5, altered()))),
        ("record removed", |lines| drop(lines.remove(5)), Some((6, DamageKind::OutOfSequence { found: 6 }))),
        (
            "earlier line again",
            |lines| drop(lines.splice(4.., [lines[0].clone()])),
            Some((5, DamageKind::OutOfSequence { found: 1 })),
        ),
        ("zeros, but not to a sector's end", |lines| lines[5][10..20].fill(0), Some((5, altered()))),
        (
            "a sector that never reached the disk",
            |lines| {
                let mut text = lines.concat();
                text[1024..].fill(0);
                *lines = vec![text];
            },
            None,
        ),
    ];
    for (name, tamper, expected) in cases {
        let Interrupted { ledger, acknowledged, .. } = interrupted(SEGMENT_LIMIT);
        let mut lines = ledger.lines(1);
        tamper(&mut lines);
        let text = lines.concat();
        ledger.rewrite(1, &text);
        match expected {
            None => {
                let (_, recovery) = ledger.open();
                assert_eq!(recovery.quarantined.is_some(), text.len() > acknowledged, "{name}");
                assert_eq!(ledger.text(1).len(), acknowledged, "{name}");
            }
            Some((line, kind)) => {
                let damage = refused(&ledger);
                assert_eq!(
                    (damage.line, damage.kind.clone()),
                    (line, DamageKind::BeyondHead { what: Box::new(kind) }),
                    "{name}"
                );
                assert_eq!(ledger.text(1), text, "{name}: opening must not touch a damaged journal");
                let (reader, _) = ledger.open_for_reading();
                assert_eq!(read_from(&reader, 1), (vec![1, 2, 3], Some(damage)), "{name}");
            }
        }
    }
}

#[test]
fn a_segment_after_an_unfinished_batch_is_damage() {
    let Interrupted { ledger, text, .. } = interrupted(1);
    ledger.rewrite(4, &text[..text.len() - 10]);
    ledger.rewrite(7, "");
    let what = Box::new(DamageKind::UnexpectedSegment);
    assert_eq!(refused(&ledger).kind, DamageKind::BeyondHead { what });
    assert_eq!(ledger.text(4).len(), text.len() - 10);
}

#[test]
fn an_interrupted_creation_leaves_an_empty_journal() {
    let ledger = Ledger::new();
    fs::create_dir(ledger.path().join("journal")).unwrap();
    ledger.assert_intact_up_to(0);
    append(&mut ledger.open().0, 1).unwrap();
    ledger.assert_intact_up_to(1);
}

/// Every single operation of an append fails in turn, once or from then on.
#[test]
fn whichever_operation_fails_the_batch_is_recorded_whole_or_not_at_all() {
    let mut faults = 0;
    for segment_limit in [1, SEGMENT_LIMIT] {
        for permanently in [false, true] {
            let mut operations = 0;
            loop {
                let ledger = Ledger::with_batches(&[2], segment_limit);
                let (mut journal, _) = ledger.open();
                journal.segment_limit = segment_limit;
                journal.disk.faults.fail_after(operations, permanently);
                let result = append(&mut journal, 3);
                if !journal.disk.faults.happened() {
                    assert_eq!(result.unwrap().record, 5);
                    break;
                }
                let error = result.unwrap_err();
                let has_begun = journal.mode == Mode::Poisoned;
                assert!(
                    has_begun || operations == 0 && segment_limit == 1,
                    "only the creation of a file is harmless"
                );
                if has_begun {
                    assert!(matches!(append(&mut journal, 1), Err(JournalError::Poisoned)));
                }
                let (mut journal, recovery) = ledger.open();
                let last = journal.head().record;
                match error {
                    JournalError::Unconfirmed { .. } => assert!(last == 2 || last == 5),
                    JournalError::Io { .. } => assert_eq!((last, recovery), (2, Recovery::default())),
                    other => panic!("{other}"),
                }
                ledger.assert_intact_up_to(last);
                append(&mut journal, 1).unwrap();
                ledger.assert_intact_up_to(last + 1);
                operations += 1;
            }
            assert!(operations >= 7, "{operations} operations");
            faults += u64::from(operations);
        }
    }
    tally("faults injected into recording", faults);
}

/// The same for an opening that has to quarantine an unfinished batch and acknowledge a whole one.
#[test]
fn whichever_operation_fails_an_interrupted_opening_can_be_repeated() {
    let mut faults = 0;
    for segment_limit in [1, SEGMENT_LIMIT] {
        let mut operations = 0;
        loop {
            let Interrupted { ledger, segment, text, .. } = interrupted(segment_limit);
            let torn = if segment_limit == 1 { 7 } else { segment };
            let tail = b"{\"n\":7,\"at\":";
            if torn == segment {
                ledger.rewrite(segment, [&text[..], tail].concat());
            } else {
                ledger.rewrite(torn, tail);
            }
            let disk = Disk::default();
            disk.faults.fail_after(operations, true);
            let opened = Journal::open_on(disk, ledger.path());
            let is_done = opened.is_ok();
            let (mut journal, _) = ledger.open();
            assert_eq!(journal.head().record, 6);
            let quarantine = fs::read(ledger.path().join("journal/unfinished-6-1.txt")).unwrap();
            assert!(quarantine == tail || !is_done);
            ledger.assert_intact_up_to(6);
            append(&mut journal, 1).unwrap();
            ledger.assert_intact_up_to(7);
            if is_done {
                break;
            }
            operations += 1;
        }
        assert!(operations >= 10, "{operations} operations");
        faults += u64::from(operations);
    }
    tally("faults injected into opening", faults);
}

/// The same for a recovery of a lost head file: the head is found with the batch that says so, or is still lost.
#[test]
fn whichever_operation_fails_a_recovery_of_the_head_is_recorded_or_can_be_repeated() {
    let mut faults = 0;
    for (segment_limit, permanently, torn) in [
        (1, false, ""),
        (1, true, ""),
        (SEGMENT_LIMIT, false, "{\"n\":6,"),
        (SEGMENT_LIMIT, true, "{\"n\":6,"),
    ] {
        let mut operations = 0;
        loop {
            let ledger = Ledger::with_batches(&[2, 3], segment_limit);
            if !torn.is_empty() {
                ledger.rewrite(1, [&ledger.text(1), torn.as_bytes()].concat());
            }
            match operations % 2 {
                0 => fs::remove_file(ledger.head()).unwrap(),
                _ => fs::write(ledger.head(), "Youth,9000\n").unwrap(),
            }
            let disk = Disk::default();
            disk.faults.fail_after(operations, permanently);
            let recovered =
                Journal::open_without_head_on(disk, ledger.path()).and_then(|(mut journal, _)| {
                    journal.segment_limit = segment_limit;
                    append(&mut journal, 1)
                });
            let is_done = recovered.is_ok();
            let found = Journal::open_for_reading(ledger.path()).unwrap().0;
            if found.is_head_lost() {
                assert!(!is_done, "{operations}");
                let (mut journal, _) = Journal::open_without_head(ledger.path()).unwrap();
                let before = journal.head().record;
                assert!(before == 5 || before == 6, "{operations}: {before}");
                assert!(Journal::open_for_reading(ledger.path()).unwrap().0.is_head_lost(), "{operations}");
                append(&mut journal, 1).unwrap();
                ledger.assert_intact_up_to(before + 1);
            } else {
                // The head is there only where the batch is.
                assert_eq!((found.damage(), found.head().record), (None, 6), "{operations}");
            }
            let (mut journal, _) = ledger.open();
            let last = journal.head().record;
            append(&mut journal, 1).unwrap();
            ledger.assert_intact_up_to(last + 1);
            if is_done {
                break;
            }
            operations += 1;
        }
        assert!(operations >= 8, "{operations} operations");
        faults += u64::from(operations);
    }
    tally("faults injected into recovering", faults);
}

#[test]
fn a_batch_that_fails_after_its_first_part_was_written_is_removed() {
    /// Fails to serialise if empty.
    struct Picky(String);
    impl Serialize for Picky {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.0.as_str() {
                "" => Err(serde::ser::Error::custom("nothing to say")),
                text => Event { kind: text.to_owned(), ..event(1) }.serialize(serializer),
            }
        }
    }
    let ledger = Ledger::with_batches(&[2], SEGMENT_LIMIT);
    let length = ledger.text(1).len();
    let (mut journal, _) = ledger.open();
    let long = Picky("x".repeat(5 << 20));
    let result = journal.append(journal.head(), &PAY, AT, BY, [&long, &long, &Picky(String::new())]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 5, .. })), "{result:?}");
    assert_eq!(ledger.text(1).len(), length);
    assert!(matches!(append(&mut journal, 1), Err(JournalError::Poisoned)));
    assert_eq!(ledger.open().1, Recovery::default());
    ledger.assert_intact_up_to(2);
}
