//! A finding does not keep later ones from being found.

use almoner_ledger::decide::opening;
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Theme, ThemeId};
use almoner_ledger::users::{Role, User};

use super::*;
use crate::journal::Batch;

const AT: &str = "2015-06-30T09:00:00Z";
/// Number of records, of which the last ones were not allowed.
const RECORDS: u64 = 12;

/// Makes a journal with correct hashes: books are opened, jane approves, and eve records themes.
fn forged(folder: &Path) -> Journal {
    let text = |text: &str| Text::new(text).unwrap();
    let roles = [Role::Approver].into_iter().collect();
    let jane = User { id: text("jane"), name: text("Jane"), roles, key: None, left: false };
    let mut events = opening("0123".to_owned(), text("Test body"));
    events.push(Event::UsersSet(vec![jane]));
    let mut journal = Journal::create(folder).unwrap();
    let batch = Batch { label: "test", key: None };
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
