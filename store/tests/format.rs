//! The examples of `docs/format.md` are what the program writes, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::common::{self, award, opening_events, pay};
use almoner_ledger::book::Books;
use almoner_ledger::hash::Hash;
use almoner_store::folder::{Access, Ledger};
use almoner_store::journal::Salt;
use almoner_store::proofs::Proof;
use almoner_store::proofs::checkpoint::{Checkpoint, CheckpointContent};
use almoner_store::proofs::key::SecretKey;
use almoner_store::verify::verify;
use almoner_store::{BatchLabel, Store};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/format.md")
}

/// The blocks of `docs/format.md` that are examples, in order: each begins with its own name.
fn example(name: &str) -> String {
    let page = fs::read_to_string(page()).unwrap();
    let begin = format!("```{name}\n");
    let text = page.split(&begin).nth(1).unwrap_or_else(|| panic!("no example of {name}"));
    text.split("```").next().unwrap().to_owned()
}

/// Draws the salts of the example: 16 bytes of 1, then of 2, and so on.
fn salt() -> std::io::Result<Salt> {
    static DRAWN: AtomicU8 = AtomicU8::new(1);
    Ok(Salt::of([DRAWN.fetch_add(1, Ordering::Relaxed); 16]))
}

#[test]
fn the_examples_are_written_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    let mut ledger = Ledger::create_empty(&path).unwrap();
    ledger.set_salts(salt);
    let opened = common::drafted_events(&ledger, opening_events());
    ledger.append(ledger.head(), BatchLabel { label: "init", ..BatchLabel::default() }, opened).unwrap();
    for (label, command) in [
        ("award", award("1-2015", "2015-01-22", "100", "youth", Some(("2015-02-15", "2015-04-15")))),
        ("pay", pay("1-2015", "2015-02-20", "60.50")),
    ] {
        let batch = common::drafted(&ledger, &[command]);
        let key = (label == "pay").then_some("payment-7");
        let request = key.map(|_| Hash::of(example("request").trim_end().as_bytes()));
        ledger.append(ledger.head(), BatchLabel { label, key, request }, batch).unwrap();
    }
    drop(ledger);
    let verified = verify(&path, &mut |_, _| {}).unwrap();
    assert_eq!(verified.findings, []);
    let statement = CheckpointContent::new(
        verified.ledger.clone(),
        verified.head,
        verified.last_recorded,
        verified.balances,
    );
    let checkpoint = Checkpoint::sign(statement, &SecretKey::from_seed([7; 32])).unwrap();
    let receipt = Proof { ledger: verified.ledger, head: verified.head };
    for (name, written) in [
        ("journal", fs::read_to_string(path.join("journal/000000000001.jsonl")).unwrap()),
        ("head", fs::read_to_string(path.join("head")).unwrap()),
        ("settings", fs::read_to_string(path.join("ledger.toml")).unwrap()),
        ("receipt", format!("{receipt}\n")),
        ("checkpoint", checkpoint.text().unwrap()),
    ] {
        if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
            let page = fs::read_to_string(page()).unwrap();
            let (old, new) = (format!("```{name}\n{}```", example(name)), format!("```{name}\n{written}```"));
            fs::write(self::page(), page.replace(&old, &new)).unwrap();
        }
        assert_eq!(example(name), written, "the example of {name} is another");
    }
}

#[test]
fn the_examples_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("almoner.ledger");
    fs::create_dir_all(path.join("journal")).unwrap();
    fs::write(path.join("ledger.toml"), example("settings")).unwrap();
    fs::write(path.join("head"), example("head")).unwrap();
    fs::write(path.join("journal/000000000001.jsonl"), example("journal")).unwrap();
    drop(Ledger::open(&path, Access::Write, &mut |_, _| {}).unwrap());
    let verified = verify(&path, &mut |_, _| {}).unwrap();
    assert_eq!(verified.findings, []);
    let checkpoint = Checkpoint::parse(example("checkpoint").as_bytes()).unwrap();
    assert_eq!(checkpoint.statement().head(), verified.head);
    assert_eq!(checkpoint.statement().totals, verified.balances);
}

/// The state of the last commit follows from the texts on the page.
#[test]
fn the_example_of_a_state_is_that_of_the_last_commit() {
    let (block, root) = (example("block"), example("root"));
    let lines: Vec<&str> = block.lines().collect();
    assert!(lines.is_sorted() && lines.iter().all(|line| line.contains(" 2015-02 ")), "{block}");
    let of_month = format!("2015-02 {}\n", Hash::of(block.as_bytes()));
    assert!(root.contains(&of_month), "{of_month}{root}");
    let journal = example("journal");
    let stated = format!("\"state\":{{\"rules\":3,\"hash\":\"{}\"}}", Hash::of(root.as_bytes()));
    assert!(journal.lines().last().unwrap().contains(&stated), "{stated}");
}
