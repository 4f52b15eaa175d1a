//! A journal rolled back or replaced: every command says so until somebody accepts it.

use crate::tally::tally;

use super::*;

/// Commands of every kind.
const COMMANDS: &[&[&str]] = &[
    &["status"],
    &["report", "themes"],
    &["report", "grants"],
    &["report", "themes", "--known-at", "3"],
    &["show", "1-2015"],
    &["log"],
    &["pay", "1-2015", "1", "--date", "2015-05-02"],
    &["pay", "1-2015", "1", "--date", "2015-05-02", "--dry-run"],
    &["rebuild"],
    &["checkpoint", "-o", "another.checkpoint"],
    &["backup", "another.almoner"],
    &["export", "panel", "--fy", "2015-16"],
    &["export", "ledger"],
    &["close", "2015-02"],
];

fn put_back_journal(books: &Books) {
    for file in ["head", "journal/000000000001.jsonl"] {
        let older = books.office.path("older.ledger").join(file);
        fs::copy(older, books.ledger().join(file)).unwrap();
    }
}

fn rewrite(books: &Books) {
    let mut lines = books.lines();
    let at = place_of(&lines, "2015-02-02");
    lines[at] = lines[at].replace("2015-02-02", "2015-02-03");
    books.forge(&lines);
}

/// What was done, how, the kind of finding, and what says so.
type Loss = (&'static str, fn(&Books), &'static str, &'static str);

#[test]
fn a_lost_history_is_named_by_every_command_until_it_is_accepted() {
    let losses: [Loss; 5] = [
        (
            "rolled back, seen by another computer",
            |books| {
                put_back_journal(books);
                books.forget();
            },
            "truncation",
            "the index was built at",
        ),
        (
            "rolled back without its index",
            |books| {
                put_back_journal(books);
                remove_index(books);
            },
            "truncation",
            "this computer has seen",
        ),
        (
            "an older copy of everything",
            |books| {
                fs::remove_dir_all(books.ledger()).unwrap();
                copy_folder(&books.office.path("older.ledger"), &books.ledger());
            },
            "truncation",
            "this computer has seen",
        ),
        (
            "an older copy at another place",
            |books| {
                fs::remove_dir_all(books.ledger()).unwrap();
                let state = books.office.path(".state/seen");
                let note = fs::read_dir(&state).unwrap().next().unwrap().unwrap().path();
                let id = note.file_name().unwrap().to_str().unwrap().split('-').next().unwrap().to_owned();
                fs::rename(&note, state.join(format!("{id}-0123456789abcdef.json"))).unwrap();
                copy_folder(&books.office.path("older.ledger"), &books.ledger());
            },
            "truncation",
            "this computer has seen",
        ),
        ("rewritten", rewrite, "fork", "another history was put in its place"),
    ];
    let books = Books::new();
    for (what, lose, kind, words) in losses {
        books.restore_intact();
        // So that this computer has seen it.
        books.office.ok(&["status"]);
        lose(&books);
        for command in COMMANDS {
            let refused = books.office.refused(3, command);
            assert!(refused.contains(words), "{what}, {command:?}: {refused}");
        }
        let report = books.verified(&[]);
        assert!(report.starts_with("3 ") && report.contains(&format!("Found: {kind}: ")), "{what}: {report}");
        let accepted = books.office.ok(&["rebuild", "--accept-shorter-history", "The disk failed"]);
        assert!(accepted.contains("Accepted as lost: the history up to record "), "{what}: {accepted}");
        for command in [&["status"][..], &["pay", "1-2015", "1", "--date", "2015-05-02"]] {
            books.office.ok(command);
        }
        let report = books.verified(&[]);
        assert!(report.starts_with("0 "), "{what}: {report}");
        let log = books.office.ok(&["log"]);
        assert!(log.contains("history accepted"), "{what}: {log}");
        let refused = books.office.refused(1, &["rebuild", "--accept-shorter-history", "Again"]);
        assert!(refused.contains("error[nothing-lost]"), "{what}: {refused}");
    }
    tally("journals rolled back or replaced", (losses.len() * COMMANDS.len()) as u64);
}

/// Another computer, which has seen what was accepted as lost, finds the record of it.
#[test]
fn what_was_accepted_is_accepted_everywhere() {
    let books = Books::new();
    let (state, theirs) = (books.office.path(".state"), books.office.path("their.state"));
    copy_folder(&state, &theirs);
    fs::remove_dir_all(books.ledger()).unwrap();
    copy_folder(&books.office.path("older.ledger"), &books.ledger());
    books.office.ok(&["rebuild", "--accept-shorter-history", "The disk failed"]);
    for date in ["2015-05-02", "2015-05-20", "2015-06-10"] {
        books.office.ok(&["pay", "1-2015", "1", "--date", date]);
    }
    fs::remove_dir_all(&state).unwrap();
    copy_folder(&theirs, &state);
    books.office.ok(&["status"]);
    assert!(books.verified(&[]).starts_with("0 "));
}

#[test]
fn only_who_assigns_roles_accepts_a_lost_history() {
    let books = Books::new();
    let office = &books.office;
    office.ok(&["user", "add", "jane", "--role", "approver,recorder"]);
    office.ok(&["user", "add", "rob", "--role", "recorder,payer"]);
    copy_folder(&books.ledger(), &office.path("users.ledger"));
    office.ok(&["theme", "add", "other", "--name", "Other"]);
    fs::remove_dir_all(books.ledger()).unwrap();
    copy_folder(&office.path("users.ledger"), &books.ledger());
    let refused =
        office.refused(1, &["rebuild", "--accept-shorter-history", "Mine is older", "--user", "rob"]);
    assert!(refused.contains("error[role-missing]"), "{refused}");
    office.refused(3, &["status"]);
    office.ok(&["rebuild", "--accept-shorter-history", "The disk failed"]);
    office.ok(&["status"]);
}

/// Without the key, a name is not enough: whoever cut the journal off could accept it. What was accepted is named for ever.
#[test]
fn who_has_a_key_accepts_a_lost_history_and_recovers_with_it_only() {
    let books = Books::new();
    let office = &books.office;
    office.ok(&["user", "add", "jane", "--role", "approver,recorder"]);
    office.ok(&["user", "key", "jane", "--make", "jane.key", "--user", "jane"]);
    copy_folder(&books.ledger(), &office.path("older.ledger"));
    office.ok(&["theme", "add", "other", "--name", "Other"]);
    fs::remove_dir_all(books.ledger()).unwrap();
    copy_folder(&office.path("older.ledger"), &books.ledger());
    let accept = ["rebuild", "--accept-shorter-history", "The disk failed"];
    let journal = |path: &std::path::Path| fs::read(path.join("journal/000000000001.jsonl")).unwrap();
    let before = journal(&books.ledger());
    let refused = office.refused(1, &accept);
    assert!(refused.contains("error[signature-needed]") && refused.contains("--key-file"), "{refused}");
    office.ok(&["init", "--user", "jane", "-L", "another.ledger", "--key-file", "another.key"]);
    let refused = office.refused(1, &[&accept[..], &["--key-file", "another.key"]].concat());
    assert!(refused.contains("error[signature-wrong]"), "{refused}");
    assert_eq!(journal(&books.ledger()), before);
    office.ok(&[&accept[..], &["--key-file", "jane.key"]].concat());
    fs::remove_file(books.ledger().join("head")).unwrap();
    assert!(office.refused(1, &["recover"]).contains("error[signature-needed]"));
    assert!(!books.ledger().join("head").exists());
    office.ok(&["recover", "--key-file", "jane.key"]);
    for _ in 0..2 {
        let verified = books.verified(&[]);
        assert!(verified.starts_with("0 "), "{verified}");
        for noted in ["is missing: The disk failed, with a signature.", "Lost head file rewritten at record"]
        {
            assert!(verified.contains(noted), "{noted}: {verified}");
        }
        office.ok(&["theme", "add", "more", "--name", "More"]);
    }
    // The signature is of this record: written in another place, it is worth nothing.
    let lines = String::from_utf8(journal(&books.ledger())).unwrap();
    assert!(lines.contains("history-accepted") && lines.contains("\"signature\":\""), "{lines}");
}

/// Trying something out in a copy does not touch the ledger that it is a copy of.
#[test]
fn a_copy_goes_its_own_way() {
    let books = Books::new();
    let office = &books.office;
    copy_folder(&books.ledger(), &office.path("copy.ledger"));
    for ledger in ["copy.ledger", "almoner.ledger", "copy.ledger"] {
        office.ok(&["-L", ledger, "pay", "1-2015", "1", "--date", "2015-05-02", "--again"]);
        office.ok(&["-L", ledger, "status"]);
    }
    // A copy that is first seen when the ledger has gone on is no other than an older copy of it.
    copy_folder(&books.ledger(), &office.path("late.ledger"));
    office.ok(&["pay", "1-2015", "1", "--date", "2015-05-03", "--again"]);
    assert!(office.refused(3, &["-L", "late.ledger", "status"]).contains("error[history-lost]"));
}

/// A backup is restored beside the ledger to look at it, or in its place because it is lost.
#[test]
fn a_backup_is_looked_at_freely_and_takes_the_place_of_a_ledger_when_accepted() {
    let books = Books::new();
    let office = &books.office;
    office.ok(&["backup", "then.almoner"]);
    office.ok(&["pay", "1-2015", "1", "--date", "2015-05-02"]);
    office.ok(&["restore", "then.almoner", "copy.ledger"]);
    office.ok(&["-L", "copy.ledger", "status"]);
    office.ok(&["status"]);
    fs::remove_dir_all(books.ledger()).unwrap();
    let output = office.run(&["restore", "then.almoner", "almoner.ledger"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("this computer has seen record"), "{said}");
    office.refused(3, &["status"]);
    office.ok(&["rebuild", "--accept-shorter-history", "The disk failed"]);
    office.ok(&["status"]);
}

#[test]
fn a_note_that_cannot_be_written_is_a_warning() {
    let books = Books::new();
    books.forget();
    books.office.file(".state", "a file in the way");
    for command in [&["status"][..], &["pay", "1-2015", "1", "--date", "2015-05-02"], &["verify"]] {
        let output = books.office.run(command);
        assert!(output.status.success(), "{command:?}: {output:?}");
    }
    let output = books.office.run(&["pay", "1-2015", "2", "--date", "2015-05-02"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("note of the ledger cannot be written in "), "{said}");
    drop(fs::remove_file(books.office.path(".state")));
}
