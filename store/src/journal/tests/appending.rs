//! Writing and reading back, without faults of disk or process.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Written by another program (Python's `json` and `hashlib`), so that the format cannot drift unnoticed.
const GOLDEN: &str = include_str!("golden.jsonl");
const GOLDEN_HEAD: &str = concat!(
    r#"{"record":3,"hash":"eaea72f922b3d3917184c1cbd74e0905297fdb08441ccda9fa2bdf124b497d54","#,
    r#""segment":"000000000001.jsonl","bytes":1004,"check":"d551d375c7e6e49f"}"#,
    "\n"
);

/// An event with any text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    words: Option<String>,
}

fn message(words: &str) -> Message {
    Message { words: Some(words.to_owned()) }
}

fn golden_events() -> [Event; 3] {
    [("received", 125_000, "Home Office \"grant\""), ("paid", 2_500, "Café £\n"), ("paid", 1, "")]
        .map(|(kind, pence, from)| Event { kind: kind.to_owned(), pence, from: from.to_owned() })
}

#[test]
fn the_journal_is_written_as_in_the_golden_file() {
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    journal.set_salts(|| Ok(Salt::of(std::array::from_fn(|place| place as u8))));
    let import = Batch { label: "import payments p.csv", key: None, ..PAY };
    let [received, paid, other] = &golden_events();
    let head = journal.append(Head::EMPTY, &import, AT, BY, [received, paid]).unwrap();
    let pay = Batch { request: Some(Hash::of(b"request")), ..PAY };
    journal.append(head, &pay, AT, BY, [other]).unwrap();
    assert_eq!(String::from_utf8(ledger.text(1)).unwrap(), GOLDEN);
    assert_eq!(fs::read_to_string(ledger.head()).unwrap(), GOLDEN_HEAD);
}

#[test]
fn a_journal_written_by_another_program_can_be_read() {
    let ledger = Ledger::with_batches(&[], SEGMENT_LIMIT);
    ledger.rewrite(1, GOLDEN);
    fs::write(ledger.head(), GOLDEN_HEAD).unwrap();

    let (journal, recovery) = ledger.open_for_reading();
    assert_eq!(recovery, Recovery::default());
    assert_eq!(journal.head().record, 3);
    let lines: Vec<Line<Event>> = journal.records(1).collect::<Result<_, _>>().unwrap();
    let [Line::Record(one), Line::Record(two), Line::Commit(import), Line::Record(three), Line::Commit(pay)] =
        &lines[..]
    else {
        panic!("{lines:?}");
    };
    let [received, paid, other] = golden_events();
    let (at, by) = (AT.into(), BY.into());
    let expected = Record { number: 1, at, by, prev: Hash::ZERO, hash: import.hash, event: received };
    assert_eq!(*one, expected);
    assert_eq!((two.number, two.prev, two.hash, &two.event), (2, Hash::ZERO, import.hash, &paid));
    assert_eq!((import.number, import.records, import.prev), (2, 2, Hash::ZERO));
    assert_eq!((import.label.as_str(), &import.key), ("import payments p.csv", &None));
    assert_eq!((three.number, three.prev, three.hash, &three.event), (3, import.hash, pay.hash, &other));
    assert_eq!((pay.number, pay.records, pay.hash), (3, 1, journal.head().hash));
    assert_eq!((pay.label.as_str(), pay.key.as_deref()), ("pay", Some("k-1")));
    assert_eq!((import.request, pay.request), (None, Some(Hash::of(b"request"))));
    assert_eq!((import.state, pay.state), (Some(STATE), Some(STATE)));
    assert_eq!((&*pay.at, &*pay.by), (AT, BY));
}

#[test]
fn a_new_journal_is_empty_and_can_be_opened() {
    let ledger = Ledger::new();
    assert_eq!(Journal::create(ledger.path()).unwrap().head(), Head::EMPTY);
    ledger.assert_intact_up_to(0);
    let (journal, recovery) = ledger.open();
    assert_eq!((journal.head(), recovery), (Head::EMPTY, Recovery::default()));
}

#[test]
fn a_folder_has_one_journal_only() {
    let ledger = Ledger::new();
    let missing = |result| matches!(result, Err(JournalError::Missing { .. }));
    assert!(missing(Journal::open(ledger.path())));
    assert!(missing(Journal::open_for_reading(ledger.path())));
    Journal::create(ledger.path()).unwrap();
    assert!(matches!(Journal::create(ledger.path()), Err(JournalError::Exists { .. })));
    fs::remove_file(ledger.head()).unwrap();
    assert!(matches!(Journal::create(ledger.path()), Err(JournalError::Exists { .. })));
}

#[test]
fn a_batch_is_ready_when_it_is_on_the_disk_and_no_reader_sees_it() {
    let ledger = Ledger::with_batches(&[3], SEGMENT_LIMIT);
    let (mut journal, _) = ledger.open();
    let before = journal.head();
    let mut seen = None;
    let head = journal
        .append_with(before, &PAY, AT, BY, &events(2), |extent| {
            let readers = Journal::open_at_head(ledger.path()).unwrap().unwrap();
            // Whoever opens it to record after a stop here finds the batch.
            let (recovered, recovery) = ledger.open_for_reading();
            seen = Some((readers.head(), recovered.head(), recovered.extent() == extent, recovery.advanced));
        })
        .unwrap();
    assert_eq!(seen, Some((before, head, true, 2)));
    assert_eq!(Journal::open_at_head(ledger.path()).unwrap().unwrap().head(), head);
}

#[test]
fn reading_continues_from_the_end_of_any_batch() {
    // Segments of one batch, and all batches in one.
    for limit in [1, SEGMENT_LIMIT] {
        let ledger = Ledger::with_batches(&[3, 1, 200, 2], limit);
        let journal = Journal::open_at_head(ledger.path()).unwrap().unwrap();
        for (last, ends) in
            [(0, true), (2, false), (3, true), (4, true), (100, false), (204, true), (206, true)]
        {
            let place = journal.end_of_batch(last).unwrap();
            assert_eq!(place.is_some(), ends, "{last}");
            let Some(place) = place else { continue };
            assert!(journal.passes(&place).unwrap(), "{last}");
            let records = journal.records_after::<Event>(&place).map(Result::unwrap);
            let numbers = records.filter_map(|line| match line {
                Line::Record(record) => Some(record.number),
                Line::Commit(_) => None,
            });
            assert_eq!(numbers.collect::<Vec<_>>(), (last + 1..=206).collect::<Vec<_>>(), "{last}");
            let head = Head { hash: Hash::of(b"other"), ..place.head };
            assert!(last == 0 || !journal.passes(&Extent { head, ..place }).unwrap(), "{last}");
        }
    }
}

#[test]
fn records_are_read_back_after_reopening() {
    let ledger = Ledger::with_batches(&[1, 3], SEGMENT_LIMIT);
    let (mut journal, recovery) = ledger.open();
    assert_eq!(recovery, Recovery::default());
    let head = append(&mut journal, 2).unwrap();
    assert_eq!((head.record, head), (6, journal.head()));
    assert_eq!(read_from(&journal, 1).0, [1, 2, 3, 4, 5, 6]);
    ledger.assert_intact_up_to(6);
}

#[test]
fn reading_begins_at_the_requested_record() {
    let ledger = Ledger::with_batches(&[2, 3, 1, 4, 2], 700);
    let segments = segment::list(&ledger.path().join("journal")).unwrap();
    assert_eq!(segments, [1, 6, 11]);
    let (journal, _) = ledger.open();
    for from in 0..=14 {
        assert_eq!(read_from(&journal, from), ((from.max(1)..=12).collect(), None), "from {from}");
    }
    // A commit is included if the last record of its batch is.
    let first = |from| journal.records::<Event>(from).next().unwrap().unwrap();
    assert!(matches!(first(3), Line::Record(Record { number: 3, .. })));
    let commits =
        |from| journal.records::<Event>(from).filter(|line| matches!(line, Ok(Line::Commit(_)))).count();
    assert_eq!([commits(1), commits(2), commits(3), commits(12), commits(13)], [5, 5, 4, 1, 0]);
}

#[test]
fn a_segment_is_begun_between_batches_only() {
    let ledger = Ledger::with_batches(&[40, 1], 1000);
    assert_eq!(ledger.files(), ["000000000001.jsonl", "000000000041.jsonl", "head"]);
    // Appending after reopening continues in the last segment.
    let (mut journal, _) = ledger.open();
    append(&mut journal, 1).unwrap();
    assert_eq!(ledger.files(), ["000000000001.jsonl", "000000000041.jsonl", "head"]);
    ledger.assert_intact_up_to(42);
}

#[test]
fn a_batch_may_be_longer_than_one_chunk() {
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    let long = Event { from: "x".repeat(1 << 20), ..event(1) };
    journal.append(Head::EMPTY, &PAY, AT, BY, std::iter::repeat_n(&long, 11)).unwrap();
    ledger.assert_intact_up_to(11);
}

/// Each seal is over the text since the one before it, and the batch is read as one.
#[test]
fn a_long_batch_is_sealed_at_intervals() {
    let ledger = Ledger::with_batches(&[128, 129, 400], SEGMENT_LIMIT);
    let text = String::from_utf8(ledger.text(1)).unwrap();
    let mut closed = Vec::new();
    let (mut prev, mut run, mut records) = (Hash::ZERO, String::new(), 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with("{\"n\":") {
            run.push_str(line);
            records += 1;
            continue;
        }
        let (body, hash) = line.rsplit_once(",\"hash\":\"").unwrap();
        assert!(body.ends_with(&format!("\"prev\":\"{prev}\"")), "{line}");
        run.push_str(body);
        prev = Hash::of(run.as_bytes());
        assert_eq!(hash, format!("{prev}\"}}\n"));
        run.clear();
        closed.push((body.split(':').next().unwrap()[2..].trim_end_matches('"').to_owned(), records));
        records = 0;
    }
    let closed: Vec<(&str, u64)> = closed.iter().map(|(kind, records)| (kind.as_str(), *records)).collect();
    let expected = [
        ("commit", 128),
        ("seal", 128),
        ("commit", 1),
        ("seal", 128),
        ("seal", 128),
        ("seal", 128),
        ("commit", 16),
    ];
    assert_eq!(closed, expected);
    ledger.assert_intact_up_to(657);
    let long = Event { from: "x".repeat(200_000), ..event(1) };
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    journal.append(Head::EMPTY, &PAY, AT, BY, std::iter::repeat_n(&long, 5)).unwrap();
    assert_eq!(ledger.lines(1).iter().filter(|line| line.starts_with(b"{\"seal\"")).count(), 2);
    ledger.assert_intact_up_to(5);
}

/// Long enough for threads, and for a search for the position to begin at.
#[test]
fn a_long_journal_is_read_from_anywhere() {
    let ledger = Ledger::with_batches(&[20_000, 1, 40_000], 1 << 20);
    let (journal, _) = ledger.open();
    assert!(ledger.text(20_001).len() > 2 << 20);
    for from in
        [1, 2, 128, 129, 10_000, 19_999, 20_000, 20_001, 20_002, 20_130, 35_000, 49_999, 60_000, 60_001]
    {
        assert_eq!(read_from(&journal, from), ((from..=60_001).collect(), None), "from {from}");
        // A reader may stop early.
        let first = journal.records::<Event>(from).next().unwrap().unwrap();
        assert!(matches!(first, Line::Record(record) if record.number == from));
    }
}

#[test]
fn an_append_after_another_head_is_refused() {
    let ledger = Ledger::with_batches(&[2], SEGMENT_LIMIT);
    let (mut journal, _) = ledger.open();
    let before = journal.head();
    let after = append(&mut journal, 1).unwrap();
    for wrong in [Head::EMPTY, before, Head { record: 4, ..after }, Head { hash: Hash::ZERO, ..after }] {
        match journal.append(wrong, &PAY, AT, BY, &events(1)) {
            Err(JournalError::HeadMoved { expected, actual }) => {
                assert_eq!((expected, actual), (wrong, after))
            }
            other => panic!("{other:?}"),
        }
    }
    ledger.assert_intact_up_to(3);
    append(&mut journal, 1).unwrap();
}

#[test]
fn a_journal_that_another_program_wrote_to_is_left_alone() {
    let ledger = Ledger::with_batches(&[2], SEGMENT_LIMIT);
    let (mut stale, _) = ledger.open();
    let (mut other, _) = ledger.open();
    let now = append(&mut other, 1).unwrap();
    assert!(matches!(append(&mut stale, 1), Err(JournalError::HeadMoved { actual, .. }) if actual == now));
    let knowing = stale.append(now, &PAY, AT, BY, &events(1));
    assert!(matches!(knowing, Err(JournalError::ChangedUnderneath { .. })));
    ledger.assert_intact_up_to(3);

    let torn = [ledger.text(1), b"{\"n\":4".to_vec()].concat();
    ledger.rewrite(1, torn);
    assert!(matches!(append(&mut other, 1), Err(JournalError::ChangedUnderneath { .. })));
    ledger.assert_intact_up_to(3);

    fs::remove_file(ledger.head()).unwrap();
    assert!(matches!(append(&mut other, 1), Err(JournalError::Damaged(_))));
}

#[test]
fn a_batch_that_cannot_be_recorded_leaves_no_trace() {
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    assert!(matches!(append(&mut journal, 0), Err(JournalError::EmptyBatch)));
    let unwritable = BTreeMap::from([((1, 2), 3)]);
    let result = journal.append(Head::EMPTY, &PAY, AT, BY, [&unwritable]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 1, .. })));
    let result = journal.append(Head::EMPTY, &PAY, AT, BY, [&"no object"]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 1, .. })));
    let result = journal.append(Head::EMPTY, &PAY, AT, BY, [&Message { words: None }]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 1, .. })));
    let too_long = message(&"x".repeat(line::LONGEST_LINE));
    let result = journal.append(Head::EMPTY, &PAY, AT, BY, [&message(""), &too_long]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 2, .. })));
    assert_eq!(ledger.files(), ["head"]);
    append(&mut journal, 1).unwrap();

    let (mut reader, _) = ledger.open_for_reading();
    assert!(matches!(append(&mut reader, 1), Err(JournalError::ReadOnly)));
    ledger.assert_intact_up_to(1);
}

#[test]
fn the_longest_line_is_written_and_read() {
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    let length_around = {
        journal.append(Head::EMPTY, &PAY, AT, BY, [&message("")]).unwrap();
        ledger.lines(1)[0].len()
    };
    let longest = "x".repeat(line::LONGEST_LINE - length_around);
    let head = journal.append(journal.head(), &PAY, AT, BY, [&message(&longest)]).unwrap();
    assert_eq!(journal.records::<Message>(1).filter(Result::is_err).count(), 0);
    let one_more = format!("{longest}x");
    let result = journal.append(head, &PAY, AT, BY, [&message(&one_more)]);
    assert!(matches!(result, Err(JournalError::NotWritable { record: 3, .. })));
}

#[test]
fn an_unknown_event_is_distinguished_from_an_altered_one() {
    let ledger = Ledger::with_batches(&[1], SEGMENT_LIMIT);
    let (mut journal, _) = ledger.open();
    journal.append(journal.head(), &PAY, AT, BY, [&message("of a later version")]).unwrap();
    let (numbers, damage) = ledger.read_all();
    assert_eq!(numbers, [1]);
    let damage = damage.unwrap();
    assert_eq!((damage.line, damage.record), (3, 2));
    assert!(matches!(damage.kind, DamageKind::OfLaterVersion { .. }), "{damage}");
    for (reason, expected) in [
        ("unknown variant `fund-merged`, expected one of `a`, `b` at line 1 column 14", Some("fund-merged")),
        ("unknown field `area`, expected `id` or `name` at line 1 column 14", Some("area")),
        ("rules version 3 is not known to this version of almoner", Some("rules version 3")),
        ("missing field `name`", None),
        ("an entry is out of balance", None),
    ] {
        let unknown = match DamageKind::not_understood(reason.to_owned()) {
            DamageKind::OfLaterVersion { unknown } => Some(unknown),
            _ => None,
        };
        assert_eq!(unknown.as_deref(), expected, "{reason}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any text, in any split into batches, segments and sessions.
    #[test]
    fn any_batch_appended_is_read_back(
        batches in vec((vec(any::<String>(), 1..5), any::<String>(), any::<bool>()), 1..8),
        segment_limit in 1u64..3000,
    ) {
        let ledger = Ledger::new();
        let mut journal = Journal::create(ledger.path()).unwrap();
        for (events, words, reopen) in &batches {
            let events: Vec<Message> = events.iter().map(|event| message(event)).collect();
            if *reopen {
                journal = ledger.open().0;
            }
            journal.segment_limit = segment_limit;
            let batch = Batch { label: words, key: Some(words), ..PAY };
            journal.append(journal.head(), &batch, words, words, &events).unwrap();
        }
        let mut read: Vec<(Vec<String>, String)> = Vec::new();
        let mut current = Vec::new();
        for line in ledger.open_for_reading().0.records::<Message>(1) {
            match line.unwrap() {
                Line::Record(record) => current.push(record.event.words.unwrap()),
                Line::Commit(commit) => {
                    prop_assert_eq!(commit.records, current.len() as u64);
                    prop_assert_eq!(Some(&commit.label), commit.key.as_ref());
                    prop_assert_eq!((&*commit.label, &*commit.label), (&*commit.at, &*commit.by));
                    read.push((std::mem::take(&mut current), commit.label));
                }
            }
        }
        let written: Vec<_> = batches.into_iter().map(|(events, words, _)| (events, words)).collect();
        prop_assert_eq!(read, written);
    }
}
