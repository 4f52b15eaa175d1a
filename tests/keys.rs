//! The key under a passphrase, end to end.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

mod office;

use std::process::{Command, Output, Stdio};

use office::Office;

fn with_passphrase(office: &Office, passphrase: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.args(arguments).current_dir(office.path("")).stdin(Stdio::null());
    command.env("ALMONER_USER", "jane").env("ALMONER_PASSPHRASE", passphrase).output().unwrap()
}

fn said(output: &Output, code: i32) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

#[test]
fn a_key_under_a_passphrase_signs_for_who_knows_it() {
    let office = Office::new();
    let init = ["-L", "sealed.ledger", "init", "--passphrase"];
    let refused = said(&with_passphrase(&office, "", &init), 1);
    assert!(refused.contains("error[no-passphrase]"), "{refused}");
    let refused = said(&with_passphrase(&office, "seven77", &init), 1);
    assert!(refused.contains("error[passphrase-too-short]"), "{refused}");
    assert!(!office.path("sealed.ledger").exists() && !office.path("sealed.ledger.key").exists());
    said(&with_passphrase(&office, "correct horse", &init), 0);
    let file = std::fs::read_to_string(office.path("sealed.ledger.key")).unwrap();
    assert!(file.starts_with("almoner signing key 2, under a passphrase: keep this file"), "{file}");

    let checkpoint = ["-L", "sealed.ledger", "checkpoint", "-o", "a.checkpoint"];
    let refused = said(&with_passphrase(&office, "", &checkpoint), 1);
    assert!(refused.contains("the key in sealed.ledger.key is under a passphrase"), "{refused}");
    assert!(refused.contains("ALMONER_PASSPHRASE"), "{refused}");
    let refused = said(&with_passphrase(&office, "correct house", &checkpoint), 1);
    assert!(refused.contains("the passphrase does not open the key in sealed.ledger.key"), "{refused}");
    said(&with_passphrase(&office, "correct horse", &checkpoint), 0);
    // Checking needs no key, and recording none.
    office.ok(&["-L", "sealed.ledger", "verify", "--checkpoint", "a.checkpoint"]);
    office.ok(&["-L", "sealed.ledger", "theme", "add", "youth", "--name", "Youth"]);

    // A key is put under a passphrase by making another; one without works as ever.
    let another = ["checkpoint", "--new-key", "--key-file", "new.key", "--passphrase", "-o", "b.checkpoint"];
    office.ok(&["checkpoint", "-o", "plain.checkpoint"]);
    said(&with_passphrase(&office, "correct horse", &another), 0);
    let refused = said(&with_passphrase(&office, "correct horse", &["checkpoint", "-o", "c.checkpoint"]), 1);
    assert!(refused.contains("error[another-key]"), "{refused}");
}
