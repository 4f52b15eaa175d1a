//! Journals altered by a person or by the disk.

use super::*;
use crate::StoreError;
use crate::lines::Lines;
use crate::tally::{Random, rounds, tally};

/// Makes two batches of two records each: lines 1 to 6 of one segment.
fn small() -> Ledger {
    Ledger::with_batches(&[2, 2], SEGMENT_LIMIT)
}

fn is_record(line: &[u8]) -> bool {
    line.starts_with(line::RECORD)
}

/// Gives each seal and commit the hash of its text, and leaves the hash it names as the one before, as a forger
/// of a few lines would.
fn sealed_again(lines: &mut [Vec<u8>]) {
    let mut run = Vec::new();
    for line in lines {
        let body = line.len().checked_sub(line::ending(Hash::ZERO).len());
        if let Some(body) = body.filter(|_| !is_record(line)) {
            run.extend_from_slice(&line[..body]);
            line.truncate(body);
            line.extend_from_slice(&line::ending(Hash::of(&run)));
            run.clear();
        } else {
            run.extend_from_slice(line);
        }
    }
}

fn replace(line: &mut Vec<u8>, from: &str, to: &str) {
    let text = std::str::from_utf8(line).unwrap();
    assert!(text.contains(from), "{text} has no {from}");
    *line = text.replacen(from, to, 1).into_bytes();
}

/// Returns the first line of the run with line `line` (from 0), and the number of records before it.
fn run_of(lines: &[Vec<u8>], line: usize) -> (usize, u64) {
    let first = lines[..line].iter().rposition(|line| !is_record(line)).map_or(0, |closing| closing + 1);
    (first, lines[..first].iter().filter(|line| is_record(line)).count() as u64)
}

/// Returns the line that a byte is in.
fn line_at(text: &[u8], position: usize) -> usize {
    text[..position].iter().filter(|byte| **byte == b'\n').count()
}

#[test]
fn any_change_to_any_byte_is_found_in_its_run() {
    let ledger = small();
    let (text, lines) = (ledger.text(1), ledger.lines(1));
    for position in 0..text.len() {
        let line = line_at(&text, position);
        let (first, records) = run_of(&lines, line);
        for pattern in [0x01, 0x20, 0xff] {
            let mut changed = text.clone();
            changed[position] ^= pattern;
            ledger.rewrite(1, &changed);
            let (numbers, damage) = ledger.read_all();
            let damage = damage.unwrap_or_else(|| panic!("byte {position} ^ {pattern:#x} is not detected"));
            assert_eq!(numbers, (1..=records).collect::<Vec<_>>(), "byte {position}");
            let found = damage.line as usize - 1;
            // If a line break is changed, the next line is out of place.
            assert!((first..=line + 1).contains(&found), "byte {position}: {damage}");
            assert_eq!(damage.record, records + 1 + (found - first) as u64, "byte {position}: {damage}");
            let before = changed.split_inclusive(|byte| *byte == b'\n').take(found);
            assert_eq!(damage.offset, before.map(|line| line.len() as u64).sum::<u64>());
        }
    }
    tally("changes to each byte of a small journal", text.len() as u64 * 3);
}

#[test]
fn a_bit_flipped_anywhere_in_a_large_journal_is_found_in_its_run() {
    let ledger = Ledger::with_batches(&[300; 10], 1000);
    let segments = segment::list(&ledger.path().join("journal")).unwrap();
    assert!(segments.len() > 5);
    let flips = rounds("ALMONER_FLIPS", 250, 1000);
    let mut random = Random::new(3);
    for _ in 0..flips {
        let first = segments[random.below(segments.len() as u64) as usize];
        let intact = ledger.text(first);
        let position = random.below(intact.len() as u64) as usize;
        let mut flipped = intact.clone();
        flipped[position] ^= 1 << random.below(8);
        ledger.rewrite(first, flipped);
        // From the flipped segment on: reading the earlier ones takes long, and finds no damage.
        let damage = read_from(&ledger.open_for_reading().0, first).1;
        let damage = damage.unwrap_or_else(|| panic!("byte {position} of {first} is not detected"));
        let lines: Vec<Vec<u8>> = intact.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let line = line_at(&intact, position);
        let (begin, records) = run_of(&lines, line);
        assert_eq!(damage.file, format!("journal/{}", segment::file_name(first)));
        // The hash that the first seal of a segment names as the one before is trusted only when reading begins
        // there; its own hash is checked.
        assert!((begin + 1..=line + 2).contains(&(damage.line as usize)), "byte {position}: {damage}");
        assert!((first + records..first + records + 129).contains(&damage.record), "{damage}");
        ledger.rewrite(first, intact);
    }
    ledger.assert_intact_up_to(3000);
    tally("bits flipped in a large journal", flips);
}

#[test]
fn a_journal_cut_anywhere_is_reported_as_cut_short() {
    let ledger = small();
    let (text, lines) = (ledger.text(1), ledger.lines(1));
    for length in 0..text.len() {
        ledger.rewrite(1, &text[..length]);
        let (_, records) = run_of(&lines, line_at(&text, length));
        let (numbers, damage) = ledger.read_all();
        let damage = damage.unwrap();
        assert_eq!(numbers, (1..=records).collect::<Vec<_>>(), "cut at {length}");
        assert_eq!(damage.kind, DamageKind::CutShort { acknowledged: 4 }, "cut at {length}");
        assert_eq!(refused(&ledger), damage);
        assert_eq!(ledger.text(1).len(), length, "opening must not touch a damaged journal");
    }
}

/// Each kind of tampering with lines, with the line and kind of the damage reported.
#[test]
fn added_removed_and_moved_lines_are_reported() {
    type Tamper = fn(&mut Vec<Vec<u8>>);
    let broken = |found| DamageKind::ChainBroken { found };
    let misplaced = |found| DamageKind::OutOfSequence { found };
    let altered = |records| DamageKind::Altered { records };
    let unreadable = |reason: &str| DamageKind::unreadable(reason);
    let disagrees = |commit, records| DamageKind::CommitDisagrees { commit, records, last: 2, present: 2 };
    let cases: [(&str, Tamper, u64, DamageKind); 21] = [
        ("first record removed", |lines| drop(lines.remove(0)), 1, misplaced(2)),
        ("second record removed", |lines| drop(lines.remove(1)), 2, misplaced(2)),
        ("commit removed", |lines| drop(lines.remove(2)), 1, altered(4)),
        ("first batch removed", |lines| drop(lines.drain(..3)), 1, broken(4)),
        ("records swapped", |lines| lines.swap(0, 1), 1, misplaced(2)),
        ("record and commit swapped", |lines| lines.swap(1, 2), 2, misplaced(2)),
        ("record doubled", |lines| lines.insert(1, lines[0].clone()), 2, misplaced(1)),
        ("commit doubled", |lines| lines.insert(3, lines[2].clone()), 4, misplaced(2)),
        ("batch doubled", |lines| drop(lines.splice(3..3, lines[..3].to_vec())), 4, broken(2)),
        ("line of another place inserted", |lines| lines.insert(1, lines[4].clone()), 2, misplaced(4)),
        (
            "empty line inserted",
            |lines| lines.insert(1, b"\n".to_vec()),
            2,
            unreadable("it does not end with its hash"),
        ),
        ("line end of Windows", |lines| replace(&mut lines[1], "\n", "\r\n"), 1, altered(2)),
        ("space after a line", |lines| replace(&mut lines[1], "\n", " \n"), 1, altered(2)),
        (
            "space after a commit",
            |lines| replace(&mut lines[2], "\n", " \n"),
            3,
            unreadable("it does not end with its hash"),
        ),
        ("amount changed", |lines| replace(&mut lines[1], "\"pence\":2", "\"pence\":3"), 1, altered(2)),
        (
            "amount changed and sealed again",
            |lines| {
                replace(&mut lines[0], "\"pence\":1", "\"pence\":9");
                sealed_again(lines);
            },
            4,
            broken(4),
        ),
        (
            "numbers changed and sealed again",
            |lines| {
                replace(&mut lines[0], "{\"n\":1,", "{\"n\":2,");
                replace(&mut lines[1], "{\"n\":2,", "{\"n\":3,");
                sealed_again(lines);
            },
            1,
            misplaced(2),
        ),
        (
            "a number changed and sealed again",
            |lines| {
                replace(&mut lines[1], "{\"n\":2,", "{\"n\":7,");
                sealed_again(lines);
            },
            2,
            misplaced(7),
        ),
        (
            "commit's count changed and sealed again",
            |lines| {
                replace(&mut lines[2], "\"records\":2", "\"records\":1");
                sealed_again(lines);
            },
            3,
            disagrees(2, 1),
        ),
        (
            "commit's number changed and sealed again",
            |lines| {
                replace(&mut lines[2], "\"commit\":2", "\"commit\":1");
                sealed_again(lines);
            },
            3,
            disagrees(1, 2),
        ),
        (
            "commit without records, sealed again",
            |lines| {
                lines.drain(3..5);
                sealed_again(lines);
            },
            4,
            unreadable("it closes no records"),
        ),
    ];
    for (name, tamper, line, kind) in cases {
        let ledger = small();
        let mut lines = ledger.lines(1);
        tamper(&mut lines);
        ledger.rewrite(1, lines.concat());
        let (numbers, damage) = ledger.read_all();
        let damage = damage.unwrap_or_else(|| panic!("{name}: not detected"));
        assert_eq!((damage.line, &damage.kind), (line, &kind), "{name}");
        assert_eq!(numbers.len() as u64, run_of(&lines, line as usize - 1).1, "{name}");
    }
}

/// Each of these matches its hash, but the journal would never write it.
#[test]
fn a_line_has_one_form_only() {
    let ledger = small();
    type Tamper = (&'static str, usize, &'static str, &'static str);
    let zeros = "0".repeat(64);
    let cases: [Tamper; 23] = [
        ("unknown key before the number", 0, "{\"n\"", "{\"x\":1,\"n\""),
        ("leading zero", 0, "{\"n\":1", "{\"n\":01"),
        ("no number", 0, "{\"n\":1", "{\"n\":"),
        ("negative", 0, "{\"n\":1", "{\"n\":-1"),
        ("too great", 0, "{\"n\":1", "{\"n\":99999999999999999999"),
        ("space after the number", 0, "{\"n\":1", "{\"n\":1 "),
        ("no event", 0, "{\"n\":1,", "{\"n\":1}"),
        ("half an event", 0, "\"pence\":1,", ""),
        ("event that is no JSON", 0, "\"pence\":1", "\"pence\":01"),
        ("something after the event", 0, "}\n", "}}\n"),
        ("control character", 0, "\"pence\":", "\"pence\":\t"),
        ("space in a commit", 2, ",\"at\":", ", \"at\":"),
        ("key doubled", 2, ",\"by\"", ",\"at\":\"x\",\"by\""),
        ("key missing", 2, ",\"by\":\"alice\"", ""),
        (
            "keys swapped",
            2,
            ",\"at\":\"2026-11-21T10:03:03Z\",\"by\":\"alice\"",
            ",\"by\":\"a\",\"at\":\"b\"",
        ),
        ("user a number", 2, "\"alice\"", "7"),
        ("hash in upper case", 2, "\"prev\":\"0", "\"prev\":\"A"),
        ("hash too short", 2, "\"prev\":\"0", "\"prev\":\""),
        ("junk after a commit", 2, ",\"hash\"", ",\"x\":1,\"hash\""),
        ("key a number", 2, "\"k-1\"", "7"),
        ("key null", 2, "\"k-1\"", "null"),
        ("leading zero in a commit", 2, "{\"commit\":2", "{\"commit\":02"),
        ("a seal that counts", 2, "{\"commit\"", "{\"seal\""),
    ];
    assert!(String::from_utf8(ledger.lines(1)[2].clone()).unwrap().contains(&zeros));
    for (name, line, from, to) in cases {
        let mut lines = ledger.lines(1);
        replace(&mut lines[line], from, to);
        sealed_again(&mut lines);
        let fault = fault_in(&lines[..3].concat());
        let is_known =
            matches!(fault, Some(DamageKind::Unreadable { .. } | DamageKind::EventNotUnderstood { .. }));
        assert!(is_known, "{name}: {fault:?}");
    }
    let mut lines = ledger.lines(1);
    lines[0][30] = 0xff;
    sealed_again(&mut lines);
    assert_eq!(fault_in(&lines[..3].concat()), Some(DamageKind::unreadable("it is not UTF-8 text")));
}

/// Returns the fault of the first run of a text by itself.
fn fault_in(text: &[u8]) -> Option<DamageKind> {
    let mut run = run::RunReader::new(text).next().unwrap().unwrap();
    let contents = run.open::<Event>(0).contents;
    contents.map_or_else(Some, |contents| contents.fault).map(|fault| fault.kind)
}

#[test]
fn too_many_records_without_a_seal_are_refused() {
    let ledger = Ledger::with_batches(&[129], SEGMENT_LIMIT);
    let mut lines = ledger.lines(1);
    lines.remove(128);
    ledger.rewrite(1, lines.concat());
    let damage = ledger.read_all().1.unwrap();
    let kind = DamageKind::unreadable("there are too many records without a seal");
    assert_eq!((damage.line, damage.kind), (129, kind));
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let ledger = small();
    let text = vec![b'x'; line::LONGEST_LINE + 10];
    let extent = Extent { bytes: text.len() as u64, ..ledger.open().0.extent };
    head_file::replace(&Disk::default(), ledger.path(), &extent).unwrap();
    ledger.rewrite(1, text);
    let damage = ledger.read_all().1.unwrap();
    assert_eq!((damage.line, damage.kind), (1, DamageKind::unreadable("it is too long")));
}

/// Makes segments 1, 11 and 21, each with two batches of 5 records.
fn three_segments() -> Ledger {
    let ledger = Ledger::with_batches(&[5, 5, 5, 5, 5, 5], 1100);
    assert_eq!(ledger.files(), ["000000000001.jsonl", "000000000011.jsonl", "000000000021.jsonl", "head"]);
    ledger.assert_intact_up_to(30);
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
        // If only the middle is missing, it is found on reading, not on opening.
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
    assert_eq!((numbers.len(), damage.unwrap().kind), (0, DamageKind::ChainBroken { found: 15 }));
    // When reading begins there, its first hash is trusted, but not its number.
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
    for (left, kind) in [
        (12, None),
        (11, Some(DamageKind::CutShort { acknowledged: 30 })),
        (6, Some(DamageKind::MissingSegment { next: Some(11) })),
        (0, Some(DamageKind::CutShort { acknowledged: 30 })),
    ] {
        let ledger = three_segments();
        ledger.rewrite(1, ledger.lines(1)[..left].concat());
        assert_eq!(ledger.read_all().1.map(|damage| damage.kind), kind, "{left} lines left");
    }
    let ledger = three_segments();
    ledger.rewrite(1, &ledger.text(1)[..100]);
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::CutShort { acknowledged: 30 });
}

#[test]
fn a_journal_without_its_head_file_can_only_be_read() {
    type Harm = fn(&Ledger);
    let cases: [(&str, Harm); 4] = [
        ("missing", |ledger| fs::remove_file(ledger.head()).unwrap()),
        ("empty", |ledger| fs::write(ledger.head(), "").unwrap()),
        ("half written", |ledger| fs::write(ledger.head(), "{\"record\":4,").unwrap()),
        ("altered", |ledger| {
            let text = fs::read_to_string(ledger.head()).unwrap();
            fs::write(ledger.head(), text.replace("{\"record\":4", "{\"record\":2")).unwrap();
        }),
    ];
    for (name, harm) in cases {
        let ledger = small();
        let head = ledger.open().0.head();
        harm(&ledger);
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
fn a_head_file_of_another_journal_is_reported() {
    let ledger = small();
    let other = Ledger::new();
    let mut journal = Journal::create(other.path()).unwrap();
    for _ in 0..2 {
        journal.append(journal.head(), &PAY, AT, "carol", &events(2)).unwrap();
    }
    fs::copy(other.head(), ledger.head()).unwrap();
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::HeadDisagrees);
    assert_eq!(refused(&ledger).kind, DamageKind::HeadDisagrees);

    // A forged head, with another number than the journal's and a correct check.
    let ledger = small();
    let extent = ledger.open().0.extent;
    let forged = Extent { head: Head { record: 3, ..extent.head }, ..extent };
    head_file::replace(&Disk::default(), ledger.path(), &forged).unwrap();
    assert_eq!(ledger.read_all().1.unwrap().kind, DamageKind::HeadDisagrees);
}

#[test]
fn damage_is_described_in_plain_words() {
    let damage = |kind| Damage::in_segment(1, 7, 3210, 6, kind).to_string();
    assert_eq!(
        damage(DamageKind::Altered { records: 128 }),
        "journal/000000000001.jsonl, line 7 (byte 3210), records 6 to 133: one of these 128 records, or the line \
         after them that seals them, has been altered: the text does not match the hash at its end"
    );
    assert_eq!(
        damage(DamageKind::Altered { records: 1 }),
        "journal/000000000001.jsonl, line 7 (byte 3210), record 6: this record, or the line after it that seals \
         it, has been altered: the text does not match the hash at its end"
    );
    assert_eq!(
        Damage::missing_segment(58, Some(90)).to_string(),
        "journal/000000000058.jsonl: this file, or the end of the file before it, is missing; \
         the next file begins with record 90"
    );
    assert_eq!(
        Damage::head_unreadable(58, "the head file is missing".to_owned()).to_string(),
        "head: the head file is missing, so the journal's end cannot be confirmed: \
         records after record 57 may be missing"
    );
}

/// Closes the lines of a run again, so that only their content is wrong.
fn closed_again(lines: &[Vec<u8>]) -> Vec<u8> {
    let text = String::from_utf8(lines.concat()).unwrap();
    let (body, _) = text.rsplit_once(",\"hash\":\"").unwrap();
    format!("{body},\"hash\":\"{}\"}}\n", Hash::of(body.as_bytes())).into_bytes()
}

#[test]
fn a_commit_that_is_not_as_the_format_says_is_named() {
    let request = format!(",\"request\":\"{}\"", Hash::of(b"request"));
    let state = format!(",\"state\":{{\"rules\":2,\"hash\":\"{}\"}}", Hash::ZERO);
    let digits = "0".repeat(64);
    for (from, to, reason) in [
        (request.clone(), request.replace("request\":\"", "request\":\"x"), "the digest of its request"),
        (request.clone(), ",\"request\":\"abc\"".to_owned(), "the digest of its request"),
        (format!(",\"key\":\"k-1\"{request}"), request.clone(), "the digest of its request"),
        (state.clone(), state.replace("rules\":2", "rules\":02"), "its statement of the postings"),
        (state.clone(), state.replace("rules\":2", "rules\":-1"), "its statement of the postings"),
        (state.clone(), state.replace(&digits, &digits[1..]), "its statement of the postings"),
        (state.clone(), String::new(), "but no salt"),
        (",\"salt\":\"".to_owned(), ",\"salt\":\"A".to_owned(), "its salt is not"),
        (",\"salt\":\"".to_owned(), ",\"pepper\":\"".to_owned(), "but no salt"),
        (",\"batch\":\"pay\"".to_owned(), String::new(), "neither a record, a seal nor a commit"),
    ] {
        let ledger = Ledger::new();
        let mut journal = Journal::create(ledger.path()).unwrap();
        let pay = Batch { request: Some(Hash::of(b"request")), ..PAY };
        journal.append(Head::EMPTY, &pay, AT, BY, &events(1)).unwrap();
        let mut lines = ledger.lines(1);
        let commit = String::from_utf8(lines[1].clone()).unwrap();
        assert!(commit.contains(&from), "{commit}");
        lines[1] = commit.replace(&from, &to).into_bytes();
        ledger.rewrite(1, closed_again(&lines));
        let damage = Records::<Event>::new(
            &ledger.path().join(segment::FOLDER),
            Extent { bytes: ledger.text(1).len() as u64, ..journal.extent() },
            1,
            None,
        )
        .find_map(Result::err)
        .unwrap();
        assert_eq!((damage.line, damage.record), (2, 2), "{damage}");
        assert!(damage.to_string().contains(reason), "{to}: {damage}");
    }
}

#[test]
fn a_commit_without_a_salt_after_one_with_a_salt_is_named() {
    let ledger = Ledger::new();
    let mut journal = Journal::create(ledger.path()).unwrap();
    let mut add = |salts: Option<DrawSalt>| {
        journal.salts = salts;
        append(&mut journal, 1).unwrap();
    };
    // A journal of format 1 goes on in format 2, and never back.
    add(None);
    add(Some(Salt::random));
    ledger.assert_intact_up_to(2);
    add(None);
    let (numbers, damage) = ledger.read_all();
    let damage = damage.unwrap();
    assert_eq!((numbers, damage.line, &damage.kind), (vec![1, 2], 6, &DamageKind::SaltMissing));
    assert!(damage.to_string().contains("the line has no salt"), "{damage}");
}

/// Returns the damage that a copy of all lines comes to; nobody records meanwhile.
fn damage_of_text(journal: &Journal) -> Option<Damage> {
    match Lines::text(journal, &mut |_, _| Ok(true)) {
        Ok(()) => None,
        Err(StoreError::Damaged(damage)) => Some(damage),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn damage_of_the_text_is_named_as_damage() {
    let ledger = small();
    let journal = ledger.open().0;
    assert_eq!(damage_of_text(&journal), None);
    let mut lines = ledger.lines(1);
    replace(&mut lines[4], "paid", "Paid");
    ledger.rewrite(1, lines.concat());
    let damage = damage_of_text(&journal).unwrap();
    assert_eq!((damage.record, &damage.kind), (3, &DamageKind::Altered { records: 2 }), "{damage}");
}

#[test]
fn a_copy_of_fewer_lines_than_the_head_names_is_not_complete() {
    let empty = Ledger::with_batches(&[], SEGMENT_LIMIT);
    assert_eq!(damage_of_text(&empty.open().0), None);
    type Harm = fn(&Ledger);
    let harms: [Harm; 3] = [
        |ledger| fs::remove_file(ledger.segment(1)).unwrap(),
        |ledger| ledger.rewrite(1, ""),
        |ledger| ledger.rewrite(1, ledger.lines(1)[..3].concat()),
    ];
    for (number, harm) in harms.into_iter().enumerate() {
        let ledger = small();
        let journal = ledger.open().0;
        harm(&ledger);
        let damage = damage_of_text(&journal).map(|damage| damage.kind);
        assert_eq!(damage, Some(DamageKind::HeadDisagrees), "{number}");
    }
}
