//! A finding does not keep later ones from being found.

use std::fs;

use almoner_ledger::decide::opening;
use almoner_ledger::grants::rules::Rules;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Theme, ThemeId};
use almoner_ledger::users::{Role, User};

use super::*;
use crate::folder::{Access, Ledger};
use crate::journal::Batch;

const AT: &str = "2015-06-30T09:00:00Z";
/// Number of records, of which the last ones were not allowed.
const RECORDS: u64 = 12;

/// Makes a journal with correct hashes: books are opened, jane approves, and eve records themes.
fn forged(folder: &Path) -> Journal {
    let text = |text: &str| Text::new(text).unwrap();
    let roles = [Role::Approver].into_iter().collect();
    let jane = User::new(text("jane"), text("Jane"), roles);
    let mut events = opening("0123".to_owned(), text("Test body"));
    events.push(Event::UsersSet(vec![jane]));
    let mut journal = Journal::create(folder).unwrap();
    let batch = Batch {
        label: "test",
        key: None,
        request: None,
        state: PostingState { rules: 2, hash: Hash::of(b"") },
    };
    let head = journal.append(Head::EMPTY, &batch, AT, "jane", &events).unwrap();
    let themes: Vec<Event> = (head.record..RECORDS)
        .map(|n| {
            let (id, name) = (ThemeId::new(&format!("t{n}")).unwrap(), text("A theme"));
            Event::ThemeAdded(Theme { id, name, objective: None })
        })
        .collect();
    journal.append(head, &batch, AT, "eve", &themes).unwrap();
    journal
}

#[test]
fn a_record_that_was_not_allowed_does_not_end_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let journal = forged(folder.path());
    let verification =
        verify_journal(folder.path(), &journal, VerifyOptions::default(), &mut |_, _| {}).unwrap();
    let found: Vec<String> = verification.findings.iter().map(ToString::to_string).collect();
    assert_eq!(verification.records, RECORDS);
    assert_eq!(found.len(), (RECORDS - 4) as usize, "{found:#?}");
    assert!(found.iter().all(|it| it.contains("was not allowed")), "{found:#?}");
}

/// A journal with correct hashes and rules, whose commit states other totals.
#[test]
fn a_state_that_is_not_that_of_the_postings_is_named() {
    let text = |text: &str| Text::new(text).unwrap();
    let wrong = [
        "damage: the commit of record 3 states totals that differ from the journal's",
        "index: the commit of record 3 states totals that differ from the journal's; verify the ledger, and restore it \
         from a backup",
    ];
    let present = Rules::PRESENT.version();
    for (rules, stated, expected) in [
        (present, Hash::of(b""), &[][..]),
        (present, Hash::ZERO, &wrong),
        // A program with other rules is not refused for what it states.
        (present - 1, Hash::ZERO, &[]),
        (present + 1, Hash::ZERO, &[]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path()).unwrap();
        let state = PostingState { rules, hash: stated };
        let batch = Batch { label: "init", key: None, request: None, state };
        let events = opening("0123".to_owned(), text("Test body"));
        journal.append(Head::EMPTY, &batch, AT, "jane", &events).unwrap();
        let verification =
            verify_journal(folder.path(), &journal, VerifyOptions::default(), &mut |_, _| {}).unwrap();
        let found: Vec<String> = verification.findings.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{rules} {stated}");
        // What is shown is bound to it, too.
        fs::write(folder.path().join("ledger.toml"), "format = 2\ncurrency = \"GBP\"\n").unwrap();
        let opened = Ledger::open(folder.path(), Access::Read, &mut |_, _| {});
        assert_eq!(opened.is_err(), !expected.is_empty(), "{rules} {stated}");
    }
}
