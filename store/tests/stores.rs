//! The contract of every store, and what the ledger folder guarantees beyond it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{self, AT, BY, award, opening_events, pay, repurpose};
use almoner_ledger::book::{Batch, Books, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{carry_out, opening};
use almoner_ledger::events::Event;
use almoner_ledger::grants::GrantId;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, RecipientId};
use almoner_store::contract::{Decide, fulfils};
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Acceptance, Access, Ledger};
use almoner_store::memory::MemoryStore;
use almoner_store::verify::{FindingKind, verify};
use almoner_store::{Appended, BatchLabel, KnownAt, Store, StoreError, as_known_at};

fn quiet(_: u64, _: u64) {}

fn open(path: &Path, access: Access) -> (Ledger, Vec<String>) {
    Ledger::open(path, access, &mut quiet).unwrap()
}

fn create(path: &Path) -> Ledger {
    Ledger::create(path, opening_events(), AT.into(), BY.into()).unwrap()
}

fn record(store: &mut dyn common::BookStore, commands: &[Command]) -> Head {
    let batch = common::drafted(store, commands);
    match store.append(store.head(), BatchLabel { label: "test", ..BatchLabel::default() }, batch).unwrap() {
        Appended::Recorded(head) => head,
        Appended::AlreadyRecorded(_) => panic!("no key was given"),
    }
}

/// Several batches of an office's work.
pub fn work() -> Vec<Vec<Command>> {
    vec![
        vec![award("6-2015", "2015-01-22", "18467", "domestic-abuse", Some(("2014-11-01", "2015-10-31")))],
        vec![award("10-2015", "2015-02-16", "15000", "child-abuse", None)],
        vec![pay("6-2015", "2015-02-01", "9000"), pay("10-2015", "2015-03-01", "5000.01")],
        vec![repurpose("10-2015", "16-2015", "2015-03-10", "substance-misuse")],
        vec![pay("10-2015", "2015-03-12", "0.99")],
        vec![
            Command::AliasRecipient {
                recipient: "Recipient of 6-2015".to_owned(),
                alias: "The first".parse().unwrap(),
            },
            Command::IdentifyRecipient {
                recipient: "First".to_owned(),
                identifier: "GB-CHC-1087198".parse().unwrap(),
            },
        ],
        vec![
            common::expect("6-2015", "Monitoring report", "2015-07-15", true),
            common::submit("6-2015", None, "2015-07-15", "2015-07-10", "AP15/2", "On course"),
            common::indicator("child-abuse", "2015-16Q1", "957.5", Some(("1000", "2014-15Q1")), false),
            common::paper("AP15/2", Some("Grants"), None, &["6-2015"], &["10-2015"]),
        ],
    ]
}

pub type Deciding = Box<dyn Fn(&dyn Books) -> Batch>;

/// Batches for the contract: some of them so long that the folder writes runs between them.
pub fn batches() -> Vec<Deciding> {
    let mut batches: Vec<Deciding> = vec![Box::new(|books| common::drafted_events(books, opening_events()))];
    for (number, commands) in work().into_iter().enumerate() {
        batches.push(Box::new(move |books| common::drafted(books, &commands)));
        if number % 3 == 1 {
            let first = 1_000 * number as u32;
            let many = common::recipients(first..first + 520);
            batches.push(Box::new(move |books| common::drafted(books, &many)));
        }
    }
    // What records something whenever it is decided.
    batches.push(Box::new(|books| {
        let number = 100_000 + books.reference().records as u32;
        common::drafted(books, &common::recipients(number..number + 1))
    }));
    batches
}

#[test]
fn a_store_in_memory_fulfils_the_contract() {
    let batches = batches();
    let batches: Vec<Decide<'_>> = batches.iter().map(|it| &**it).collect();
    fulfils(&mut MemoryStore::default(), &batches).unwrap();
}

#[test]
fn a_folder_fulfils_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let batches = batches();
    let batches: Vec<Decide<'_>> = batches.iter().map(|it| &**it).collect();
    let path = folder.path().join("almoner.ledger");
    let mut ledger = Ledger::create_empty(&path).unwrap();
    fulfils(&mut ledger, &batches).unwrap();
    drop(ledger);
    assert_eq!(verify(&path, &mut quiet).unwrap().findings, []);
}

#[test]
fn the_work_of_an_office_reads_the_same_from_every_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory = MemoryStore::default();
    memory
        .append(Head::EMPTY, BatchLabel::default(), common::drafted_events(&memory, opening_events()))
        .unwrap();
    let mut ledger = create(&folder.path().join("almoner.ledger"));
    let stores: [&mut dyn common::BookStore; 2] = [&mut memory, &mut ledger];
    for store in stores {
        for commands in work() {
            record(store, &commands);
        }
        record(store, &[pay("6-2015", "2015-04-01", "1")]);
        for key in [NameKey::of_name("First"), NameKey::of_identifier(&"gb-chc-1087198".parse().unwrap())] {
            let known = store.recipients_known_by(&key).unwrap();
            assert_eq!(Vec::from_iter(known.iter().map(RecipientId::as_str)), ["recipient-of-6-2015"]);
        }
        let id = GrantId::new("6-2015").unwrap();
        assert_eq!(store.grant(&id).unwrap().unwrap().standing().unwrap().paid.to_string(), "9001.00");
        assert!(store.grant(&GrantId::new("7-2015").unwrap()).unwrap().is_none());
    }
}

/// The work with so many recipients in the middle that a sorted run is written.
fn long_work() -> Vec<Vec<Command>> {
    let mut work = work();
    work.insert(3, common::recipients(0..600));
    work
}

/// A ledger with some work in it, closed, and how its index looked after each batch.
fn worked(folder: &Path) -> (PathBuf, Vec<PathBuf>) {
    let path = folder.join("almoner.ledger");
    drop(create(&path));
    let mut indexes = Vec::new();
    for (number, commands) in long_work().iter().enumerate() {
        let (mut ledger, notices) = open(&path, Access::Write);
        assert_eq!(notices, Vec::<String>::new());
        record(&mut ledger, commands);
        drop(ledger);
        let copy = folder.join(format!("index-{number}"));
        common::copy_folder(&path.join("index"), &copy);
        indexes.push(copy);
    }
    (path, indexes)
}

fn paid(books: &dyn Books) -> String {
    let mut paid = Vec::new();
    for id in ["6-2015", "10-2015"] {
        let grant = books.grant(&GrantId::new(id).unwrap()).unwrap().unwrap();
        paid.push(grant.standing().unwrap().paid.to_string());
    }
    paid.join(" ")
}

#[test]
fn a_missing_stale_or_damaged_index_is_rebuilt_or_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let (path, indexes) = worked(folder.path());
    let index = path.join("index");
    let newest = indexes.last().unwrap();
    let put = |from: &Path| {
        fs::remove_dir_all(&index).unwrap();
        common::copy_folder(from, &index);
    };
    let file = |kind: &str| common::newest_file(&index, kind);
    type Harm<'a> = (&'a str, Box<dyn Fn() + 'a>, &'a str);
    let harms: Vec<Harm<'_>> = vec![
        ("nothing", Box::new(|| ()), ""),
        (
            "removed",
            Box::new(|| fs::remove_dir_all(&index).unwrap()),
            "was missing or incomplete; it was rebuilt",
        ),
        ("one batch old", Box::new(|| put(&indexes[6])), ""),
        ("of the last run", Box::new(|| put(&indexes[3])), ""),
        ("before the run", Box::new(|| put(&indexes[0])), "was missing or incomplete; it was rebuilt"),
        ("totals gone", Box::new(|| fs::remove_file(file("totals")).unwrap()), ""),
        ("totals damaged", Box::new(|| common::flip(&file("totals"), 100)), ""),
        (
            "totals old",
            Box::new(|| _ = fs::copy(common::newest_file(&indexes[3], "totals"), file("totals"))),
            "",
        ),
        (
            "of an older version",
            Box::new(|| {
                let mut bytes = fs::read(file("large")).unwrap();
                let end = bytes.len() - 320;
                bytes[end..end + 16].copy_from_slice(b"almoner sorted 1");
                let hash = Hash::of(&bytes[end..end + 256]).to_string();
                bytes[end + 256..].copy_from_slice(hash.as_bytes());
                fs::write(file("large"), bytes).unwrap();
            }),
            "was written by another version of almoner",
        ),
        ("run gone", Box::new(|| fs::remove_file(file("large")).unwrap()), "rebuilt"),
        ("run emptied", Box::new(|| fs::write(file("large"), b"").unwrap()), "was damaged; it was rebuilt"),
        (
            "run of zeros",
            Box::new(|| {
                let length = fs::metadata(file("large")).unwrap().len() as usize;
                fs::write(file("large"), vec![0; length]).unwrap();
            }),
            "was damaged; it was rebuilt",
        ),
    ];
    for (what, harm, expected) in harms {
        put(newest);
        harm();
        let (ledger, notices) = open(&path, Access::Read);
        assert_eq!(paid(&ledger), "9000.00 5001.00", "{what}");
        assert!(notices.concat().contains(expected), "{what}: {notices:?}");
        assert_eq!(notices.is_empty(), expected.is_empty(), "{what}: {notices:?}");
        drop(ledger);
        // Who records next leaves an index without a fault.
        let (ledger, notices) = open(&path, Access::Write);
        assert_eq!(notices, Vec::<String>::new(), "{what}");
        drop(ledger);
        assert_eq!(verify(&path, &mut quiet).unwrap().findings, [], "{what}");
    }
}

#[test]
fn an_index_with_a_flipped_byte_never_shows_a_wrong_figure() {
    let folder = tempfile::tempdir().unwrap();
    let (path, indexes) = worked(folder.path());
    let newest = indexes.last().unwrap();
    let run = common::newest_file(newest, "large");
    let length = fs::metadata(&run).unwrap().len();
    for place in 0..60 {
        fs::remove_dir_all(path.join("index")).unwrap();
        common::copy_folder(newest, &path.join("index"));
        common::flip(&path.join("index").join(run.file_name().unwrap()), length * place / 60);
        let (ledger, _) = open(&path, Access::Read);
        let grant = ledger.grant(&GrantId::new("10-2015").unwrap());
        match grant {
            Ok(grant) => assert_eq!(grant.unwrap().standing().unwrap().paid.to_string(), "5001.00"),
            Err(error) => assert!(error.to_string().contains("almoner rebuild"), "{error}"),
        }
        drop(ledger);
        Ledger::rebuild(&path, &Turn::default(), None, &mut quiet).unwrap();
        assert_eq!(paid(&open(&path, Access::Read).0), "9000.00 5001.00");
    }
}

#[test]
fn the_journal_prevails_over_a_tampered_index() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = worked(folder.path());
    let other = folder.path().join("other.ledger");
    let mut twin = create(&other);
    for mut commands in long_work() {
        for command in &mut commands {
            if let Command::Pay { amount, .. } = command {
                *amount = "1".parse().unwrap();
            }
        }
        record(&mut twin, &commands);
    }
    drop(twin);
    fs::remove_dir_all(path.join("index")).unwrap();
    common::copy_folder(&other.join("index"), &path.join("index"));
    // The journal lacks what this index was made of: that stays until somebody accepts it.
    let kinds = || -> Vec<FindingKind> {
        verify(&path, &mut quiet).unwrap().findings.iter().map(|it| it.kind).collect()
    };
    for _ in 0..2 {
        assert_eq!(kinds(), [FindingKind::Fork]);
        for access in [Access::Totals, Access::Read, Access::Write] {
            let error = Ledger::open(&path, access, &mut quiet).unwrap_err();
            assert!(matches!(&error, StoreError::HistoryLost(lost) if lost.is_fork()), "{access:?}: {error}");
        }
        let error = Ledger::rebuild(&path, &Turn::default(), None, &mut quiet).unwrap_err();
        assert!(matches!(error, StoreError::HistoryLost(_)), "{error}");
    }
    let accept = || {
        let reason = common::text("an index of another ledger was copied");
        let acceptance =
            Acceptance { reason, at: AT.into(), by: BY.into(), is_clock_confirmed: false, key: None };
        Ledger::accept_history(&path, acceptance, &Turn::default(), None, &mut quiet)
    };
    let (lost, records) = accept().unwrap();
    assert_eq!(lost.len(), 1);
    let (ledger, _) = open(&path, Access::Read);
    assert_eq!((paid(&ledger).as_str(), ledger.head().record), ("9000.00 5001.00", records));
    assert_eq!(kinds(), []);
    assert!(matches!(accept(), Err(StoreError::NothingLost)));
}

/// Changes the lines of a journal, one of which is that of a payment.
type Tampering = (&'static str, fn(&mut Vec<String>, usize));

#[test]
fn tampering_is_reported_and_the_rest_stays_readable() {
    let table: &[Tampering] = &[
        ("edited", |lines, at| lines[at] = lines[at].replace("9000.00", "9000.01")),
        ("removed", |lines, at| drop(lines.remove(at))),
        ("swapped", |lines, at| lines.swap(at - 1, at)),
        ("doubled", |lines, at| lines.insert(at, lines[at].clone())),
        ("cut short", |lines, at| lines.truncate(at)),
        ("cut within a line", |lines, _| {
            let last = lines.last_mut().unwrap();
            last.truncate(last.len() / 2);
        }),
        ("a commit removed", |lines, _| {
            let commit = lines.iter().rposition(|line| line.starts_with("{\"commit\"")).unwrap();
            lines.remove(commit);
        }),
    ];
    for (what, tamper) in table {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = worked(folder.path());
        let journal = path.join("journal/000000000001.jsonl");
        let text = fs::read_to_string(&journal).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let payment = lines.iter().position(|line| line.contains("9000.00")).unwrap();
        tamper(&mut lines, payment);
        let whole = if what.contains("within") { "" } else { "\n" };
        fs::write(&journal, lines.join("\n") + whole).unwrap();

        let verified = verify(&path, &mut quiet).unwrap();
        assert!(verified.findings.iter().any(|it| it.kind.is_of_journal()), "{what}: {verified:?}");
        // What is before the damage can be read from the journal alone.
        fs::remove_dir_all(path.join("index")).unwrap();
        match Ledger::open(&path, Access::Read, &mut quiet) {
            Ok((ledger, _)) => {
                assert!(ledger.damage().is_some(), "{what}");
                let last = ledger.head().record;
                assert_eq!(
                    as_known_at(&ledger, KnownAt::Record(last)).unwrap().head(),
                    ledger.head(),
                    "{what}"
                );
                assert_eq!(ledger.reference().body_name(), "Test body", "{what}");
                assert!(ledger.reference().records >= 3, "{what}");
            }
            Err(error) => panic!("{what}: {error}"),
        }
        let refused = Ledger::open(&path, Access::Write, &mut quiet).map(|_| ());
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{what}: {refused:?}");
    }
}

#[test]
fn totals_are_read_without_the_index_and_without_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = worked(folder.path());
    let (writer, _) = open(&path, Access::Write);
    let (reader, _) = open(&path, Access::Totals);
    assert_eq!(reader.totals(), writer.totals());
    // The index is opened once a grant is wanted.
    let id = GrantId::new("6-2015").unwrap();
    assert_eq!(reader.grant(&id).unwrap(), writer.grant(&id).unwrap());
    for file in fs::read_dir(path.join("index")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("large-") || name.starts_with("small-") {
            fs::remove_file(file).unwrap();
        }
    }
    let (reader, notices) = open(&path, Access::Totals);
    assert_eq!((reader.totals(), notices), (writer.totals(), Vec::new()));
}

#[test]
fn anything_but_a_ledger_is_refused_with_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let refused = Ledger::open(&path, Access::Read, &mut quiet).unwrap_err();
    assert!(matches!(refused, StoreError::NoLedger(_)));
    drop(create(&path));
    let refused = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap_err();
    assert!(matches!(refused, StoreError::Exists(_)));
    fs::write(path.join("ledger.toml"), "format = 3\ncurrency = \"GBP\"\n").unwrap();
    let refused = Ledger::open(&path, Access::Read, &mut quiet).unwrap_err().to_string();
    assert!(refused.contains("has format 3; this version of almoner reads formats 1 and 2"), "{refused}");
}

#[test]
fn concurrent_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = worked(folder.path());
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let path = path.clone();
            std::thread::spawn(move || {
                for day in 1..=5 {
                    let (mut ledger, _) = open(&path, Access::Write);
                    let command = pay("6-2015", &format!("2015-0{}-0{day}", thread + 5), "10");
                    record(&mut ledger, &[command]);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(paid(&open(&path, Access::Read).0), "9200.00 5001.00");
    assert_eq!(verify(&path, &mut quiet).unwrap().findings, []);
}

#[test]
fn opening_events_are_those_of_a_new_office() {
    let events = opening("id".into(), "A body".parse().unwrap());
    assert!(matches!(events.first(), Some(Event::Opened(_))));
    let empty = MemoryStore::default();
    let mut draft = Draft::new(&empty, AT.into(), BY.into());
    for event in events {
        draft.add(event).unwrap();
    }
    assert!(draft.reference().funds.len() == 2);
    carry_out(&mut draft, &award("1-2015", "2015-01-01", "5", "a", None), Options::default()).unwrap_err();
}
