//! A ledger from a folder into a database and back.

use std::fs;
use std::path::{Path, PathBuf};

use almoner_store::folder::{Access, Ledger};
use almoner_store::postgres::PostgresStore;
use almoner_store::proofs::Proof;
use almoner_store::transfer::open_for_export;
use almoner_store::verify::{VerifyOptions, verify, verify_store};
use almoner_store::{Appended, BatchLabel, Lines, Store, StoreError};

use super::server::{ADMIN, shared};
use super::{address, record, verified, work};
use crate::common::{self, AT, BY, opening_events, pay};

fn quiet(_: u64, _: u64) {}

/// The files that a ledger is: all but the index, which follows from them.
fn files(ledger: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths = vec![ledger.join("ledger.toml"), ledger.join("head")];
    paths.extend(fs::read_dir(ledger.join("journal")).unwrap().map(|it| it.unwrap().path()));
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.strip_prefix(ledger).unwrap().to_owned(), fs::read(path).unwrap()))
        .collect()
}

/// A folder with the work of an office, batches of which one is long and one has a key.
fn worked(folder: &Path) -> PathBuf {
    let path = folder.join("almoner.ledger");
    let mut ledger = Ledger::create(&path, opening_events(), AT.into(), BY.into()).unwrap();
    let mut batches = work();
    batches.insert(3, common::recipients(0..700));
    for (number, commands) in batches.iter().enumerate() {
        let batch = common::drafted(&ledger, commands);
        let key = (number == 2).then_some("a key");
        let head = ledger.health().head;
        ledger.append(head, BatchLabel { label: "test", key, request: None }, batch).unwrap();
    }
    path
}

#[test]
fn a_ledger_goes_into_a_database_and_back_with_the_same_bytes() {
    let Some(server) = shared() else { return };
    let place = tempfile::tempdir().unwrap();
    let from = worked(place.path());
    fs::write(from.join("ledger.toml"), "format = 2\ncurrency = \"GBP\"\nother = \"ü\"\n").unwrap();
    let at = address(server, ADMIN, &server.database());
    let copied = PostgresStore::copy_from_folder(&from, &at, &mut quiet).unwrap();
    let (folder, _) = Ledger::open(&from, Access::Read, &mut quiet).unwrap();
    assert_eq!((copied.findings, copied.head), (Vec::new(), folder.health().head));
    let mut store = PostgresStore::open(&at).unwrap();
    assert_eq!(verified(&store).findings, []);
    assert_eq!(store.batch_with_key("a key").unwrap(), folder.batch_with_key("a key").unwrap());
    assert!(store.batch_with_key("a key").unwrap().is_some());
    let back = place.path().join("back.ledger");
    assert_eq!(store.copy_to_folder(&back, &mut quiet).unwrap().findings, []);
    assert_eq!(files(&back), files(&from));
    drop(Ledger::open(&back, Access::Write, &mut quiet).unwrap());
    assert_eq!(verify(&back, &mut quiet).unwrap().findings, []);
    // Nothing is replaced.
    assert!(matches!(store.copy_to_folder(&back, &mut quiet), Err(StoreError::Exists(_))));
    let again = PostgresStore::copy_from_folder(&from, &at, &mut quiet);
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    // It goes on where it is, and what was proved of it before stays proved.
    let proof = Proof { ledger: copied.ledger, head: folder.health().head };
    record(&mut store, |books| common::drafted(books, &[pay("6-2015", "2015-06-01", "1")]));
    let proved = VerifyOptions { proof: Some(&proof), ..VerifyOptions::default() };
    let proved = verify_store(&store, proved, &mut quiet).unwrap();
    assert_eq!((proved.findings, proved.proved.len()), (Vec::new(), 1));
    let further = place.path().join("further.ledger");
    assert_eq!(store.copy_to_folder(&further, &mut quiet).unwrap().findings, []);
    let (mut further, _) = Ledger::open(&further, Access::Write, &mut quiet).unwrap();
    assert_eq!(further.health().head, store.health().head);
    let head = further.health().head;
    let batch = common::drafted(&further, &[pay("6-2015", "2015-06-02", "1")]);
    assert!(matches!(further.append(head, BatchLabel::default(), batch), Ok(Appended::Recorded(_))));
}

#[test]
fn nothing_is_there_of_a_ledger_that_is_not_whole() {
    let Some(server) = shared() else { return };
    let place = tempfile::tempdir().unwrap();
    let from = worked(place.path());
    let (journal, database) = (from.join("journal/000000000001.jsonl"), server.database());
    let at = address(server, ADMIN, &database);
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace("9000.00", "9000.01")).unwrap();
    let refused = PostgresStore::copy_from_folder(&from, &at, &mut quiet).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
    assert!(matches!(PostgresStore::open(&at), Err(StoreError::NoLedger(_))));
    fs::write(&journal, &text).unwrap();
    let settings = fs::read_to_string(from.join("ledger.toml")).unwrap();
    fs::write(from.join("ledger.toml"), settings.replace("format = 2", "format = 1")).unwrap();
    let refused = PostgresStore::copy_from_folder(&from, &at, &mut quiet).unwrap_err().to_string();
    assert!(refused.contains("of an earlier format"), "{refused}");
    fs::write(from.join("ledger.toml"), settings).unwrap();
    assert_eq!(PostgresStore::copy_from_folder(&from, &at, &mut quiet).unwrap().findings, []);
    // Out of a database that a superuser has changed comes no folder, either.
    let harm = "UPDATE almoner.journal SET text = replace(text, '9000.00', '9000.01')";
    server.sql(&database, &format!("SET session_replication_role = replica; {harm}"));
    let to = place.path().join("back.ledger");
    let refused = PostgresStore::open(&at).unwrap().copy_to_folder(&to, &mut quiet).unwrap_err().to_string();
    assert!(refused.contains("has been altered"), "{refused}");
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["almoner.ledger"]);
    assert!(open_for_export(&from).is_ok());
}
