//! A key protected by a passphrase, end to end.

use std::process::{Command, Output, Stdio};

use crate::office::Office;

fn with_passphrase(office: &Office, passphrase: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.args(arguments).current_dir(office.path("")).stdin(Stdio::null());
    command.env("ALMONER_STATE", office.path(".state"));
    command.env("ALMONER_USER", "jane").env("ALMONER_PASSPHRASE", passphrase).output().unwrap()
}

fn stderr(output: &Output, code: i32) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[test]
fn a_key_protected_by_a_passphrase_signs_only_with_it() {
    let office = Office::new();
    let init = ["-L", "sealed.ledger", "init", "--passphrase"];
    let refused = stderr(&with_passphrase(&office, "", &init), 1);
    assert!(refused.contains("error[no-passphrase]"), "{refused}");
    let refused = stderr(&with_passphrase(&office, "seven77", &init), 1);
    assert!(refused.contains("error[passphrase-too-short]"), "{refused}");
    assert!(!office.path("sealed.ledger").exists() && !office.path("sealed.ledger.key").exists());
    stderr(&with_passphrase(&office, "correct horse", &init), 0);
    let file = std::fs::read_to_string(office.path("sealed.ledger.key")).unwrap();
    assert!(file.starts_with("almoner signing key 2, under a passphrase: keep this file"), "{file}");

    let checkpoint = ["-L", "sealed.ledger", "checkpoint", "-o", "a.checkpoint"];
    let refused = stderr(&with_passphrase(&office, "", &checkpoint), 1);
    assert!(refused.contains("the key in sealed.ledger.key is protected by a passphrase"), "{refused}");
    assert!(refused.contains("ALMONER_PASSPHRASE"), "{refused}");
    let refused = stderr(&with_passphrase(&office, "correct house", &checkpoint), 1);
    assert!(refused.contains("the passphrase for the key in sealed.ledger.key is wrong"), "{refused}");
    stderr(&with_passphrase(&office, "correct horse", &checkpoint), 0);
    // Neither verification nor recording needs the key.
    office.ok(&["-L", "sealed.ledger", "verify", "--checkpoint", "a.checkpoint"]);
    office.ok(&["-L", "sealed.ledger", "theme", "add", "youth", "--name", "Youth"]);

    // To protect a ledger with a passphrase a new key is created; a key without one still works.
    let another = ["checkpoint", "--new-key", "--key-file", "new.key", "--passphrase", "-o", "b.checkpoint"];
    office.ok(&["checkpoint", "-o", "plain.checkpoint"]);
    stderr(&with_passphrase(&office, "correct horse", &another), 0);
    let refused =
        stderr(&with_passphrase(&office, "correct horse", &["checkpoint", "-o", "c.checkpoint"]), 1);
    assert!(refused.contains("error[another-key]"), "{refused}");
}
