//! The index, and every file of a ledger, damaged at random places: repaired, or a clear message; never a panic
//! and never a wrong figure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{self, AT, BY, award, opening_events, pay, repurpose};
use crate::tally::{self, Random, rounds, tally};
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::head::Head;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::verify::verify;
use almoner_store::{BatchLabel, Store, StoreError};

fn open(path: &Path, access: Access) -> Result<Ledger, StoreError> {
    Ledger::open(path, access, &mut |_, _| {}).map(|(ledger, _)| ledger)
}

/// A ledger of some batches, closed, and its figures.
fn worked(folder: &Path) -> (PathBuf, BTreeMap<String, String>) {
    let path = folder.join("almoner.ledger");
    let mut ledger = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap();
    for number in 1..=12 {
        if number == 6 {
            // From here on there is a large run, and soon a small one.
            let batch = common::drafted(&ledger, &common::recipients(0..520));
            ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
        }
        if number == 9 {
            let batch = common::drafted(&ledger, &long_payments("3-2015", "2015-06-01"));
            ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
        }
        let id = format!("{number}-2015");
        let commands = match number % 3 {
            0 => vec![award(&id, "2015-02-01", "900", "a", None), pay(&id, "2015-03-01", "30")],
            1 => vec![award(&id, "2015-02-01", "1200", "b", Some(("2015-01", "2015-12")))],
            _ => vec![award(&id, "2015-02-01", "500", "c", None), repurpose(&id, &id, "2015-03-01", "d")],
        };
        let batch = common::drafted(&ledger, &commands);
        ledger
            .append(
                ledger.head(),
                BatchLabel { label: "test", key: Some(&id), ..BatchLabel::default() },
                batch,
            )
            .unwrap();
        let batch = common::drafted(&ledger, &[pay(&id, "2015-04-01", "7.01")]);
        ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    }
    let right = figures(&ledger).unwrap();
    let kinds =
        ["large", "small", "totals"].map(|kind| common::files_of_kind(&path.join("index"), kind).len());
    assert_eq!(kinds, [1, 1, 2]);
    (path, right)
}

/// Payments whose text is longer than a tail may be.
fn long_payments(award: &str, on: &str) -> Vec<Command> {
    let payment = |number: u32| Command::Pay {
        account: None,
        award: award.parse().unwrap(),
        date: common::date(on),
        amount: "0.01".parse().unwrap(),
        reference: Some(common::text(&format!("{number} {}", "x".repeat(6_000)))),
        before_decision: None,
        part: None,
        occurrence: 1,
    };
    (0..45).map(payment).collect()
}

/// Returns the totals as text, whether or not their months have been hashed.
fn totals_of(books: &dyn Books) -> String {
    let mut totals = books.totals().clone();
    let state = totals.state();
    format!("{totals:?} {state:?}")
}

/// Returns everything in the books, by key.
fn figures(books: &dyn Books) -> Result<BTreeMap<String, String>, String> {
    let mut figures = BTreeMap::from([
        ("totals".to_owned(), totals_of(books)),
        ("reference".to_owned(), format!("{:?}", books.reference())),
    ]);
    let mut put = |key: String, value: String| {
        figures.insert(key, value);
        Ok(())
    };
    books
        .each_grant(&mut |it| put(format!("grant {}", it.id), format!("{it:?}")))
        .and_then(|()| books.each_recipient(&mut |it| put(format!("recipient {}", it.id), format!("{it:?}"))))
        .and_then(|()| {
            books.each_decision(&mut |it| put(format!("decision {}", it.decision.id), format!("{it:?}")))
        })
        .and_then(|()| books.each_attention(&mut |it| put(format!("open {}", it.grant), format!("{it:?}"))))
        .and_then(|()| books.decision_numbers())
        .and_then(|numbers| put("numbers".to_owned(), format!("{numbers:?}")))
        .map_err(|error| error.to_string())?;
    Ok(figures)
}

/// All files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Damages a file at a random place and returns how.
fn harm(file: &Path, random: &mut Random) -> String {
    let mut bytes = fs::read(file).unwrap();
    if bytes.is_empty() {
        fs::write(file, b"x").unwrap();
        return "written to".to_owned();
    }
    // Where something is, harm does more.
    let full: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place] != 0).collect();
    let place = match random.below(4) {
        0 => random.below(bytes.len() as u64) as usize,
        _ if full.is_empty() => 0,
        _ => full[random.below(full.len() as u64) as usize],
    };
    let end = (place + 1 + random.below(600) as usize).min(bytes.len());
    let how = match random.below(5) {
        0 | 1 => {
            bytes[place] ^= 1 << random.below(8);
            "bit flipped"
        }
        2 => {
            bytes[place..end].fill(0);
            "filled with zeros"
        }
        3 => {
            bytes[place..end].iter_mut().for_each(|byte| *byte = random.below(256) as u8);
            "overwritten"
        }
        _ => {
            bytes.truncate(place);
            "cut off"
        }
    };
    fs::write(file, bytes).unwrap();
    format!("{how} at {place}")
}

#[test]
fn a_damaged_index_is_rebuilt_or_refused_and_never_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (path, right) = worked(folder.path());
    let keys: BTreeMap<String, Head> = (1..=12)
        .map(|number| {
            let key = format!("{number}-2015");
            let head = open(&path, Access::Write).unwrap().batch_with_key(&key).unwrap().unwrap();
            (key, head)
        })
        .collect();
    let intact = folder.path().join("index");
    common::copy_folder(&path.join("index"), &intact);
    let rounds = rounds("ALMONER_INDEX_ROUNDS", 25, 300);
    let (mut refused, mut random) = (0, Random::new(7));
    for round in 0..rounds {
        fs::remove_dir_all(path.join("index")).unwrap();
        common::copy_folder(&intact, &path.join("index"));
        let files = files(&path.join("index"));
        // As after a power cut, any of the files may be damaged, since none of them is synced.
        let mut what = format!("round {round}:");
        for _ in 0..=random.below(3) {
            let file = &files[random.below(files.len() as u64) as usize];
            what += &format!(" {} {}", file.display(), harm(file, &mut random));
        }
        let access = if random.below(2) == 0 { Access::Read } else { Access::Write };
        let ledger = open(&path, access).unwrap_or_else(|error| panic!("{what}: {error}"));
        let key = format!("{}-2015", 1 + random.below(12));
        assert_eq!(ledger.batch_with_key(&key).unwrap(), Some(keys[&key]), "{what}: {key}");
        assert_eq!(ledger.batch_with_key("13-2015").unwrap(), None, "{what}");
        let found = figures(&ledger);
        match found {
            Ok(found) => assert!(found == right, "{what}: wrong figures"),
            Err(error) => {
                refused += 1;
                assert!(error.contains("the index cannot be used"), "{what}: {error}");
            }
        }
    }
    println!("{rounds} damaged indexes, of which {refused} were refused");
    tally("indexes damaged at a random place", rounds);
}

/// Opens a ledger and notes what is seen of it.
fn open_noting(path: &Path, access: Access, notes: &Path) -> Ledger {
    let turn = Turn::default();
    let (mut ledger, _) = Ledger::open_in_turn(path, access, &turn, Some(notes), &mut |_, _| {}).unwrap();
    ledger.note_seen().unwrap();
    ledger
}

/// Every file of the index that ever was is there or not, and the keys are those of now, of an earlier time or none.
#[test]
fn whatever_files_of_the_index_are_missing_or_old_the_figures_are_true() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let index = path.join("index");
    let seen = folder.path().join("seen");
    fs::create_dir(&seen).unwrap();
    let mut ledger = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap();
    let mut heads: Vec<(String, Head)> = Vec::new();
    let mut record = |ledger: &mut Ledger, commands: &[Command]| {
        let key = format!("key {}", heads.len());
        let batch = common::drafted(ledger, commands);
        ledger
            .append(
                ledger.head(),
                BatchLabel { label: "test", key: Some(&key), ..BatchLabel::default() },
                batch,
            )
            .unwrap();
        heads.push((key, ledger.head()));
        for kind in ["large", "small", "totals"] {
            for file in common::files_of_kind(&index, kind) {
                fs::copy(&file, seen.join(file.file_name().unwrap())).unwrap();
            }
        }
    };
    let awards: Vec<Command> =
        (1..=10).map(|number| award(&format!("{number}-2015"), "2015-01-10", "9000", "a", None)).collect();
    record(&mut ledger, &awards);
    record(&mut ledger, &long_payments("1-2015", "2015-02-01"));
    record(&mut ledger, &long_payments("1-2015", "2015-02-02"));
    drop(ledger);
    // What this computer had seen then.
    let (notes, old_notes) = (folder.path().join("notes"), folder.path().join("old notes"));
    open_noting(&path, Access::Read, &old_notes);
    let old_keys = folder.path().join("old keys");
    common::copy_folder(&index.join("keys"), &old_keys);
    let mut ledger = open(&path, Access::Write).unwrap();
    record(&mut ledger, &long_payments("2-2015", "2015-02-01"));
    record(&mut ledger, &long_payments("2-2015", "2015-02-02"));
    record(&mut ledger, &[pay("3-2015", "2015-03-01", "7.01")]);
    let right = figures(&ledger).unwrap();
    drop(ledger);
    let keys = folder.path().join("keys");
    common::copy_folder(&index.join("keys"), &keys);
    let new_notes = folder.path().join("new notes");
    open_noting(&path, Access::Read, &new_notes);

    let of_kind = |kind| common::files_of_kind(&seen, kind);
    let mut files: Vec<PathBuf> = ["large", "small"].into_iter().flat_map(of_kind).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    files.extend(of_kind("totals").into_iter().rev().take(3));
    // Each set once, in an order in which any few in a row are unlike each other.
    let sets = 1_u64 << files.len();
    let rounds = tally::rounds("ALMONER_INDEX_SETS", sets / 8, sets).min(sets);
    for subset in (0..rounds).map(|round| (round * 37 + sets - 1) % sets) {
        let keys = [None, Some(&old_keys), Some(&keys)][subset as usize % 3];
        fs::remove_dir_all(&index).unwrap();
        fs::create_dir(&index).unwrap();
        for (_, file) in files.iter().enumerate().filter(|(place, _)| subset >> place & 1 == 1) {
            fs::copy(file, index.join(file.file_name().unwrap())).unwrap();
        }
        if let Some(keys) = keys {
            common::copy_folder(keys, &index.join("keys"));
        }
        let what = format!("{subset:b} with keys {keys:?}");
        let ledger = open(&path, Access::Read).unwrap();
        assert!(figures(&ledger).unwrap() == right, "{what}: wrong figures");
        for seen in [None, Some(&old_notes), Some(&new_notes)] {
            if notes.exists() {
                fs::remove_dir_all(&notes).unwrap();
            }
            if let Some(seen) = seen {
                common::copy_folder(seen, &notes);
            }
            for access in [Access::Read, Access::Totals] {
                let ledger = open_noting(&path, access, &notes);
                assert_eq!(totals_of(&ledger), right["totals"], "{what}, {access:?}, {seen:?}");
                if access == Access::Read {
                    assert!(ledger.is_proved(), "{what}, {seen:?}");
                    assert!(figures(&ledger).unwrap() == right, "{what}, {seen:?}: wrong figures");
                }
            }
        }
        let totals = open(&path, Access::Totals).unwrap();
        assert_eq!(totals_of(&totals), right["totals"], "{what}");
        let ledger = open(&path, Access::Write).unwrap();
        for (key, head) in &heads {
            assert_eq!(ledger.batch_with_key(key).unwrap(), Some(*head), "{what}: {key}");
        }
        assert_eq!(ledger.batch_with_key("key 99").unwrap(), None, "{what}");
        drop(ledger);
        if subset % 4 == 0 {
            assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, [], "{what}");
        }
    }
    tally::tally("subsets of the files of an index", rounds);
}

/// Recording and reading go on, and the next index that can be written is whole.
#[test]
fn an_index_that_cannot_be_written_refuses_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = worked(folder.path());
    let index = path.join("index");
    fs::remove_dir_all(&index).unwrap();
    fs::write(&index, "a file in the way").unwrap();
    let mut ledger = Ledger::open(&path, Access::Write, &mut |_, _| {}).unwrap().0;
    // A longer journal than a tail may be: the file in the way is moved away, and the index rebuilt.
    assert!(index.is_dir());
    fs::remove_dir_all(&index).unwrap();
    fs::write(&index, "a file in the way").unwrap();
    for (key, day) in [(None, 1), (Some("a key"), 2)] {
        let batch = common::drafted(&ledger, &[pay("1-2015", &format!("2015-06-0{day}"), "1")]);
        let appended =
            ledger.append(ledger.head(), BatchLabel { label: "test", key, ..BatchLabel::default() }, batch);
        assert!(
            matches!(appended, Err(StoreError::Recorded { head }) if head == ledger.head()),
            "{appended:?}"
        );
    }
    assert_eq!(ledger.batch_with_key("a key").unwrap(), Some(ledger.head()));
    let right = figures(&ledger).unwrap();
    assert!(figures(&open(&path, Access::Read).unwrap()).unwrap() == right);
    drop(ledger);
    let ledger = open(&path, Access::Write).unwrap();
    assert!(figures(&ledger).unwrap() == right);
    assert_eq!(ledger.batch_with_key("a key").unwrap(), Some(ledger.head()));
    drop(ledger);
    assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, []);
}

#[test]
fn a_large_batch_is_merged_and_the_index_is_repaired_after_any_interruption() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = worked(folder.path());
    let index = path.join("index");
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    common::copy_folder(&index, &before);
    let mut ledger = open(&path, Access::Write).unwrap();
    let batch = common::drafted(&ledger, &common::recipients(600..4_800));
    ledger
        .append(
            ledger.head(),
            BatchLabel { label: "large", key: Some("large"), ..BatchLabel::default() },
            batch,
        )
        .unwrap();
    let right = figures(&ledger).unwrap();
    drop(ledger);
    common::copy_folder(&index, &after);
    let newest = |kind| common::newest_file(&index, kind);
    assert!(fs::metadata(newest("large")).unwrap().len() > 50_000);
    assert_eq!(common::files_of_kind(&index, "unfinished"), Vec::<PathBuf>::new());

    let harms: [(&str, &dyn Fn()); 5] = [
        ("not at all", &|| ()),
        ("before anything was put in place", &|| {
            fs::remove_dir_all(&index).unwrap();
            common::copy_folder(&before, &index);
            fs::write(index.join("unfinished-1-1"), "half a file").unwrap();
        }),
        ("before the totals were written", &|| fs::remove_file(newest("totals")).unwrap()),
        ("with an older sorted run", &|| fs::remove_file(newest("large")).unwrap()),
        ("without a sorted run", &|| {
            for kind in ["large", "small"] {
                common::files_of_kind(&index, kind).iter().for_each(|file| fs::remove_file(file).unwrap());
            }
        }),
    ];
    for (stopped, harm) in harms {
        fs::remove_dir_all(&index).unwrap();
        common::copy_folder(&after, &index);
        harm();
        let ledger = open(&path, Access::Write).unwrap();
        assert!(figures(&ledger).unwrap() == right, "{stopped}");
        assert!(ledger.batch_with_key("large").unwrap().is_some(), "{stopped}");
        drop(ledger);
        assert_eq!(common::files_of_kind(&index, "unfinished"), Vec::<PathBuf>::new(), "{stopped}");
        assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, [], "{stopped}");
    }

    // The next batch is in the tail, and is found first.
    let mut ledger = open(&path, Access::Write).unwrap();
    let batch = common::drafted(&ledger, &[pay("3-2015", "2015-05-01", "1.01")]);
    ledger.append(ledger.head(), BatchLabel::default(), batch).unwrap();
    let right = figures(&ledger).unwrap();
    drop(ledger);
    assert!(figures(&open(&path, Access::Read).unwrap()).unwrap() == right);
    assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, []);
}

/// Verification finds it, or all figures are unchanged.
#[test]
fn a_bit_flipped_anywhere_in_a_ledger_is_found_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let (path, right) = worked(folder.path());
    let intact = folder.path().join("intact");
    common::copy_folder(&path, &intact);
    let rounds = rounds("ALMONER_FLIP_ROUNDS", 20, 200);
    let (mut found, mut random) = (0, Random::new(11));
    for round in 0..rounds {
        fs::remove_dir_all(&path).unwrap();
        common::copy_folder(&intact, &path);
        let of_truth = ["journal/000000000001.jsonl", "head", "ledger.toml", "lock"];
        let file = path.join(of_truth[[0, 0, 0, 0, 1, 1, 2, 3][random.below(8) as usize]]);
        let mut bytes = fs::read(&file).unwrap();
        let place = random.below(bytes.len() as u64) as usize;
        bytes[place] ^= 1 << random.below(8);
        fs::write(&file, bytes).unwrap();
        let what = format!("round {round}: {} at {place}", file.display());
        match verify(&path, &mut |_, _| {}) {
            Err(_) => found += 1,
            Ok(verification) if !verification.findings.is_empty() => found += 1,
            Ok(_) => {
                let ledger = open(&path, Access::Write).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert!(figures(&ledger).unwrap() == right, "{what}: wrong figures");
            }
        }
    }
    println!("{rounds} flipped bits, {found} found and the others harmless");
    assert!(found > rounds * 3 / 5, "{found}");
    tally("bits flipped in a whole ledger", rounds);
}
