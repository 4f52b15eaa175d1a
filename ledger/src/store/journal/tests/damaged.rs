//! Journals that somebody, or the disk, has changed.

use serde::de::IgnoredAny;

use super::*;
use crate::tally::{Random, rounds, tally};

/// Two batches, four records, lines 1 to 6 in one segment.
fn small() -> Ledger {
    Ledger::with_batches(&[2, 2], SEGMENT_LIMIT)
}

/// A line with this body and the hash that belongs to it: what a forger would write.
fn sealed(body: &str) -> Vec<u8> {
    format!("{body},\"hash\":\"{}\"}}\n", Hash::of(body.as_bytes())).into_bytes()
}

/// The body of a line that was written by the journal.
fn body(line: &[u8]) -> String {
    let text = std::str::from_utf8(line).unwrap();
    text[..text.rfind(",\"hash\":\"").unwrap()].to_owned()
}

/// The number of whole lines before byte `offset`, and the number of records among them.
fn before(lines: &[Vec<u8>], offset: usize) -> (u64, u64) {
    let mut end = 0;
    let whole: Vec<_> = lines
        .iter()
        .take_while(|line| {
            end += line.len();
            end <= offset
        })
        .collect();
    let records = whole.iter().filter(|line| line.starts_with(b"{\"n\"")).count();
    (whole.len() as u64, records as u64)
}

#[test]
fn any_change_to_any_byte_is_found_at_its_place() {
    let ledger = small();
    let (text, lines) = (ledger.text(1), ledger.lines(1));
    for position in 0..text.len() {
        let (line, records) = before(&lines, position);
        for pattern in [0x01, 0x20, 0xff] {
            let mut changed = text.clone();
            changed[position] ^= pattern;
            ledger.rewrite(1, &changed);
            let (numbers, damage) = ledger.read_all();
            let damage = damage.unwrap_or_else(|| panic!("byte {position} ^ {pattern:#x} is not noticed"));
            assert_eq!(numbers, (1..=records).collect::<Vec<_>>(), "byte {position}");
            assert_eq!((damage.line, damage.record), (line + 1, records + 1), "byte {position}: {damage}");
            assert_eq!(
                damage.offset,
                lines[..line as usize].iter().map(|line| line.len() as u64).sum::<u64>()
            );
        }
    }
    tally("changes to each byte of a small journal", text.len() as u64 * 3);
}

#[test]
fn a_bit_flipped_anywhere_in_a_large_journal_is_found_at_its_place() {
    let ledger = Ledger::with_batches(&[100; 10], 20_000);
    let segments = segment::list(&ledger.path().join("journal")).unwrap();
    assert!(segments.len() > 5);
    let flips = rounds("ALMONER_FLIPS", 1000);
    let mut random = Random::new(3);
    for _ in 0..flips {
        let first = segments[random.below(segments.len() as u64) as usize];
        let sound = ledger.text(first);
        let position = random.below(sound.len() as u64) as usize;
        let mut flipped = sound.clone();
        flipped[position] ^= 1 << random.below(8);
        ledger.rewrite(first, flipped);
        // From the flipped segment on: reading those before it takes long, and finds nothing.
        let damage = read_from(&ledger.open_for_reading().0, first).1;
        let damage = damage.unwrap_or_else(|| panic!("byte {position} of {first} is not noticed"));
        let line = sound[..position].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        assert_eq!(damage.file, format!("journal/{}", segment::file_name(first)));
        // What the first line of a segment calls the one before it is taken on trust only when reading begins
        // there; its own hash is not.
        assert_eq!(damage.line, line, "byte {position}: {damage}");
        ledger.rewrite(first, sound);
    }
    ledger.assert_sound_up_to(1000);
    tally("bits flipped in a large journal", flips);
}

#[test]
fn a_journal_cut_anywhere_is_found_short() {
    let ledger = small();
    let (text, lines) = (ledger.text(1), ledger.lines(1));
    for length in 0..text.len() {
        ledger.rewrite(1, &text[..length]);
        let (_, records) = before(&lines, length);
        let (numbers, damage) = ledger.read_all();
        let damage = damage.unwrap();
        assert_eq!(numbers, (1..=records).collect::<Vec<_>>(), "cut at {length}");
        assert_eq!(damage.kind, DamageKind::CutShort { acknowledged: 4 }, "cut at {length}");
        assert_eq!(refused(&ledger), damage);
        assert_eq!(ledger.text(1).len(), length, "opening must not touch a damaged journal");
    }
}

/// What each way of handling lines looks like to a reader: where, and what.
#[test]
fn lines_added_removed_or_moved_are_found() {
    type Tamper = fn(&mut Vec<Vec<u8>>);
    let broken = |found| DamageKind::ChainBroken { found };
    let unreadable = |reason: &str| DamageKind::unreadable(reason);
    let cases: [(&str, Tamper, u64, DamageKind); 18] = [
        ("first record removed", |lines| drop(lines.remove(0)), 1, broken(2)),
        ("second record removed", |lines| drop(lines.remove(1)), 2, broken(2)),
        ("commit removed", |lines| drop(lines.remove(2)), 3, broken(3)),
        ("first batch removed", |lines| drop(lines.drain(..3)), 1, broken(3)),
        ("records swapped", |lines| lines.swap(0, 1), 1, broken(2)),
        ("record and commit swapped", |lines| lines.swap(1, 2), 2, broken(2)),
        ("record doubled", |lines| lines.insert(1, lines[0].clone()), 2, broken(1)),
        ("commit doubled", |lines| lines.insert(3, lines[2].clone()), 4, broken(2)),
        ("line of another place inserted", |lines| lines.insert(1, lines[4].clone()), 2, broken(4)),
        (
            "empty line inserted",
            |lines| lines.insert(1, b"\n".to_vec()),
            2,
            unreadable("it does not end with its hash"),
        ),
        (
            "line end of Windows",
            |lines| {
                let length = lines[1].len();
                lines[1].insert(length - 1, b'\r');
            },
            2,
            unreadable("it does not end with its hash"),
        ),
        (
            "space after a line",
            |lines| {
                let length = lines[1].len();
                lines[1].insert(length - 1, b' ');
            },
            2,
            unreadable("it does not end with its hash"),
        ),
        (
            "amount changed",
            |lines| {
                let changed =
                    String::from_utf8(lines[1].clone()).unwrap().replace("\"pence\":2", "\"pence\":3");
                lines[1] = changed.into_bytes();
            },
            2,
            DamageKind::Altered,
        ),
        (
            "amount changed and hash renewed",
            |lines| {
                lines[0] = sealed(&body(&lines[0]).replace("\"pence\":1", "\"pence\":9"));
            },
            2,
            broken(2),
        ),
        (
            "number changed and hash renewed",
            |lines| {
                lines[0] = sealed(&body(&lines[0]).replace("{\"n\":1,", "{\"n\":2,"));
            },
            1,
            DamageKind::OutOfSequence { found: 2 },
        ),
        (
            "commit's count changed and hash renewed",
            |lines| {
                lines[2] = sealed(&body(&lines[2]).replace("\"records\":2", "\"records\":1"));
            },
            3,
            DamageKind::CommitDisagrees { commit: 2, records: 1, last: 2, present: 2 },
        ),
        (
            "commit's number changed and hash renewed",
            |lines| {
                lines[2] = sealed(&body(&lines[2]).replace("\"commit\":2", "\"commit\":1"));
            },
            3,
            DamageKind::CommitDisagrees { commit: 1, records: 2, last: 2, present: 2 },
        ),
        (
            "commit of nothing, hash renewed",
            |lines| {
                let prev = &lines[2][lines[2].len() - 67..lines[2].len() - 3];
                let prev = std::str::from_utf8(prev).unwrap();
                let body =
                    body(&lines[5]).replace("\"commit\":4,\"records\":2", "\"commit\":2,\"records\":0");
                let start = body.rfind("\"prev\":\"").unwrap();
                lines[3] = sealed(&format!("{}\"prev\":\"{prev}\"", &body[..start]));
            },
            4,
            DamageKind::CommitDisagrees { commit: 2, records: 0, last: 2, present: 0 },
        ),
    ];
    for (name, tamper, line, kind) in cases {
        let ledger = small();
        let mut lines = ledger.lines(1);
        tamper(&mut lines);
        ledger.rewrite(1, lines.concat());
        let (numbers, damage) = ledger.read_all();
        let damage = damage.unwrap_or_else(|| panic!("{name}: not noticed"));
        assert_eq!((damage.line, &damage.kind), (line, &kind), "{name}");
        let records = lines[..line as usize - 1].iter().filter(|line| line.starts_with(b"{\"n\"")).count();
        assert_eq!(numbers.len(), records, "{name}");
    }
}

/// Every one of these passes its own hash, and is a line the journal would never write.
#[test]
fn a_line_has_one_form_only() {
    let ledger = small();
    let good = body(&ledger.lines(1)[0]);
    let commit = body(&ledger.lines(1)[2]);
    let cases: [(&str, String); 17] = [
        ("unknown key", good.replace("{\"n\"", "{\"x\":1,\"n\"")),
        ("unknown key after the event", format!("{good},\"x\":1")),
        ("key doubled", good.replace(",\"by\"", ",\"at\":\"x\",\"by\"")),
        ("key missing", good.replace(",\"by\":\"alice\"", "")),
        (
            "keys swapped",
            good.replace("\"at\"", "\"xx\"").replace("\"by\"", "\"at\"").replace("\"xx\"", "\"by\""),
        ),
        ("space", good.replace(",\"at\":", ", \"at\":")),
        ("leading nought", good.replace("{\"n\":1", "{\"n\":01")),
        ("no number", good.replace("{\"n\":1", "{\"n\":")),
        ("negative", good.replace("{\"n\":1", "{\"n\":-1")),
        ("too great", good.replace("{\"n\":1", "{\"n\":99999999999999999999")),
        ("user a number", good.replace("\"alice\"", "7")),
        ("two events", good.replace("\"event\":", "\"event\":{},")),
        ("no event", good[..good.find("{\"kind\"").unwrap()].to_owned()),
        ("control character", good.replace("\"pence\":", "\"pence\":\t")),
        ("hash in upper case", good.replace(&"0".repeat(64), &"A".repeat(64))),
        ("junk after a commit", format!("{commit},\"x\":1")),
        ("commit key a number", commit.replace("\"k-1\"", "7")),
    ];
    for (name, body) in cases {
        let mut lines = ledger.lines(1);
        lines[0] = sealed(&body);
        let line = lines[0].strip_suffix(b"\n").unwrap();
        let result = Line::read(line).and_then(|line| line.with_event::<IgnoredAny>());
        assert!(matches!(result, Err(DamageKind::Unreadable { .. })), "{name}: {result:?}");
    }
    let not_utf8 = [b"{\"n\":\xff".as_slice()].concat();
    let line = [&not_utf8[..], line::ending(Hash::of(&not_utf8)).strip_suffix(b"\n").unwrap()].concat();
    assert_eq!(Line::read(&line), Err(DamageKind::unreadable("it is not UTF-8 text")));
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let ledger = small();
    let text = vec![b'x'; segment::LONGEST_LINE + 10];
    let extent = Extent { bytes: text.len() as u64, ..ledger.open().0.extent };
    head_file::replace(&Disk::default(), ledger.path(), &extent).unwrap();
    ledger.rewrite(1, text);
    let damage = ledger.read_all().1.unwrap();
    assert_eq!((damage.line, damage.kind), (1, DamageKind::unreadable("it is too long")));
}

/// Segments 1 (two batches of 5), 11 and 21.
fn three_segments() -> Ledger {
    let ledger = Ledger::with_batches(&[5, 5, 5, 5, 5, 5], 2500);
    assert_eq!(ledger.files(), ["000000000001.jsonl", "000000000011.jsonl", "000000000021.jsonl", "head"]);
    ledger.assert_sound_up_to(30);
    ledger
}

#[test]
fn a_missing_segment_is_found() {
    for (missing, next) in [(1, Some(11)), (11, Some(21)), (21, None)] {
        let ledger = three_segments();
        fs::remove_file(ledger.segment(missing)).unwrap();
        let (numbers, damage) = ledger.read_all();
        assert_eq!(numbers, (1..missing).collect::<Vec<_>>());
        assert_eq!(damage, Some(Damage::missing_segment(missing, next)));
        // The end is there if only the middle is missing: that comes out on reading, not on opening.
        if missing != 11 {
            assert_eq!(refused(&ledger), Damage::missing_segment(missing, next));
        }
    }
    let ledger = three_segments();
    fs::remove_dir_all(ledger.path().join("journal")).unwrap();
    assert_eq!(refused(&ledger), Damage::missing_segment(1, None));
}

#[test]
fn swapped_and_misplaced_segments_are_found() {
    let ledger = three_segments();
    let (one, two) = (ledger.text(1), ledger.text(11));
    ledger.rewrite(1, &two);
    ledger.rewrite(11, &one);
    let (numbers, damage) = ledger.read_all();
    assert_eq!((numbers.len(), damage.unwrap().kind), (0, DamageKind::ChainBroken { found: 11 }));
    // Beginning there, its first hash is taken on trust, but not its number.
    let kind = read_from(&ledger.open_for_reading().0, 11).1.unwrap().kind;
    assert_eq!(kind, DamageKind::OutOfSequence { found: 1 });

    let ledger = three_segments();
    fs::copy(ledger.segment(1), ledger.segment(5)).unwrap();
    let (numbers, damage) = ledger.read_all();
    let damage = damage.unwrap();
    assert_eq!((numbers.len(), damage.kind), (10, DamageKind::UnexpectedSegment));
    assert_eq!(damage.file, "journal/000000000005.jsonl");

    // One beyond the end.
    let ledger = three_segments();
    fs::copy(ledger.segment(21), ledger.segment(99)).unwrap();
    let beyond = DamageKind::BeyondHead { what: Box::new(DamageKind::MissingSegment { next: Some(99) }) };
    assert_eq!(refused(&ledger).kind, beyond);
}

#[test]
fn a_segment_that_lost_its_end_is_found() {
    let lines = three_segments().lines(1);
    for (kept, kind) in [
        (12, None),
        (11, Some(DamageKind::CutShort { acknowledged: 30 })),
        (6, Some(DamageKind::MissingSegment { next: Some(11) })),
        (0, Some(DamageKind::CutShort { acknowledged: 30 })),
    ] {
        let ledger = three_segments();
        ledger.rewrite(1, lines[..kept].concat());
        assert_eq!(ledger.read_all().1.map(|damage| damage.kind), kind, "{kept} lines kept");
    }
    let ledger = three_segments();
    ledger.rewrite(1, &ledger.text(1)[..100]);
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::CutShort { acknowledged: 30 });
}

#[test]
fn without_its_head_file_a_journal_can_be_read_but_not_vouched_for() {
    type Spoil = fn(&Ledger);
    let cases: [(&str, Spoil); 4] = [
        ("missing", |ledger| fs::remove_file(ledger.head()).unwrap()),
        ("empty", |ledger| fs::write(ledger.head(), "").unwrap()),
        ("half written", |ledger| fs::write(ledger.head(), "{\"record\":4,").unwrap()),
        ("altered", |ledger| {
            let text = fs::read_to_string(ledger.head()).unwrap();
            fs::write(ledger.head(), text.replace("{\"record\":4", "{\"record\":2")).unwrap();
        }),
    ];
    for (name, spoil) in cases {
        let ledger = small();
        let head = ledger.open().0.head();
        spoil(&ledger);
        let damage = refused(&ledger);
        assert!(matches!(damage.kind, DamageKind::HeadUnreadable { .. }), "{name}: {damage}");
        assert_eq!((damage.file.as_str(), damage.record), ("head", 5));
        let (journal, _) = ledger.open_for_reading();
        assert_eq!(journal.head(), head, "{name}");
        assert_eq!(journal.damage(), Some(&damage));
        assert_eq!(read_from(&journal, 1), (vec![1, 2, 3, 4], Some(damage.clone())), "{name}");
        assert_eq!(read_from(&journal, 9), (vec![], Some(damage)), "{name}");
    }
}

#[test]
fn a_head_file_of_another_journal_is_found_out() {
    let ledger = small();
    let other = Ledger::new();
    let mut journal = Journal::create(other.path()).unwrap();
    for _ in 0..2 {
        journal.append(journal.head(), &PAY, AT, "carol", &events(2)).unwrap();
    }
    fs::copy(other.head(), ledger.head()).unwrap();
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::HeadDisagrees);
    assert_eq!(refused(&ledger).kind, DamageKind::HeadDisagrees);

    // With a number that is not the journal's, and a check that is right: only a forger would do that.
    let ledger = small();
    let extent = ledger.open().0.extent;
    let forged = Extent { head: Head { record: 3, ..extent.head }, ..extent };
    head_file::replace(&Disk::default(), ledger.path(), &forged).unwrap();
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::HeadDisagrees);
}

#[test]
fn damage_is_reported_in_plain_words() {
    let damage = |kind| Damage::in_segment(1, 7, 3210, 6, kind).to_string();
    assert_eq!(
        damage(DamageKind::Altered),
        "journal/000000000001.jsonl, line 7 (byte 3210), after record 5: \
         the line has been altered: its text does not give the hash written at its end"
    );
    assert_eq!(
        Damage::missing_segment(58, Some(90)).to_string(),
        "journal/000000000058.jsonl: this file, or the end of the file before it, is missing; \
         the next file there is begins with record 90"
    );
    assert_eq!(
        Damage::head_unreadable(58, "the head file is missing".to_owned()).to_string(),
        "head: the head file is missing, so nothing vouches for the journal's end: \
         records after record 57 may be missing"
    );
}
