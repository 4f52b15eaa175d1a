//! Verifying: the journal read and hashed again, folded afresh, and everything compared with it.

use std::fmt;
use std::path::Path;

use crate::book::{BooksError, Draft, Shelves};
use crate::event::Event;
use crate::head::Head;
use crate::invariants;
use crate::store::StoreError;
use crate::store::folder::{
    Progress, as_record, check_format, index_folder, is_read_only, journal_error, sled_folder,
};
use crate::store::index::Index;
use crate::store::journal::{Journal, Line};
use crate::store::kept;
use crate::store::lock::Lock;
use crate::store::memory::MemoryStore;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The journal is not what was recorded.
    Damage,
    /// The books break a rule that must hold.
    Invariant,
    /// The index does not say what the journal says; it can be remade.
    Index,
    /// An interrupted write was left behind. Nothing that was acknowledged is in it.
    Unfinished,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// In words.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            FindingKind::Damage => "damage",
            FindingKind::Invariant => "broken rule",
            FindingKind::Index => "index",
            FindingKind::Unfinished => "unfinished write",
        };
        write!(f, "{kind}: {}", self.message)
    }
}

/// What verifying came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How many records were read and found sound.
    pub records: u64,
    /// How many postings they make.
    pub postings: u64,
    /// How far the journal goes.
    pub head: Head,
    /// False when the files may only be read: the index, which is no evidence, was left out.
    pub index_checked: bool,
    /// What is not as it should be; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Verifies the ledger in a folder. Changes nothing.
pub fn verify(path: &Path, progress: Progress<'_>) -> Result<Verification, StoreError> {
    check_format(path)?;
    let lock = match Lock::take(path) {
        Ok(lock) => Some(lock),
        // Who may only read the files can verify the journal, and not the index.
        Err(_) if is_read_only(path) => None,
        Err(error) => return Err(error),
    };
    let (journal, recovery) = Journal::open_for_reading(path).map_err(journal_error)?;
    let mut findings = Vec::new();
    if let Some(set_aside) = recovery.set_aside {
        let message =
            format!("{} bytes beyond the last commit; set aside at the next recording", set_aside.bytes);
        findings.push(Finding { kind: FindingKind::Unfinished, message });
    }
    let head = journal.head();
    let (mut records, mut postings) = (0, 0);
    let empty = MemoryStore::default();
    let mut draft = Draft::replaying(&empty);
    for line in journal.records::<Event>(1) {
        match line {
            Ok(Line::Record(line)) => {
                let record = as_record(line);
                postings += record.event.postings().count() as u64;
                if let Err(error) = draft.apply(record) {
                    findings.push(Finding { kind: FindingKind::Invariant, message: error.to_string() });
                    break;
                }
                records += 1;
                progress(records, head.record);
            }
            Ok(Line::Commit(_)) => {}
            Err(damage) => findings.push(Finding { kind: FindingKind::Damage, message: damage.to_string() }),
        }
    }
    let is_whole = records == head.record && findings.iter().all(|it| it.kind == FindingKind::Unfinished);
    if is_whole {
        let books = MemoryStore::holding(draft.finish_replay()?, head);
        let broken = invariants::broken(&books)?;
        findings.extend(broken.into_iter().map(|message| Finding { kind: FindingKind::Invariant, message }));
        let differing = match &lock {
            Some(_) => index_differences(path, books.shelves(), head)?,
            None => Vec::new(),
        };
        findings.extend(differing.into_iter().map(|message| Finding { kind: FindingKind::Index, message }));
    }
    Ok(Verification { records, postings, head, index_checked: lock.is_some(), findings })
}

/// Where the index and the totals differ from what the journal makes.
fn index_differences(path: &Path, truth: &Shelves, head: Head) -> Result<Vec<String>, StoreError> {
    let Some(kept) = kept::read(&index_folder(path)) else {
        return Ok(vec!["the totals are missing or damaged".to_owned()]);
    };
    let index = match Index::open(&sled_folder(path)) {
        Ok(index) => index,
        Err(error) => return Ok(vec![error.to_string()]),
    };
    let mut found = Vec::new();
    if kept.head != head || index.head().map_err(BooksError::from)? != Some(head) {
        found.push("it was not made at the journal's head".to_owned());
        return Ok(found);
    }
    if kept.reference != truth.reference {
        found.push("the reference data differ from the journal's".to_owned());
    }
    if kept.totals != truth.totals {
        found.push("the totals differ from the journal's".to_owned());
    }
    let mut seen = (0, 0, 0);
    index.each_grant(&mut |grant| {
        seen.0 += 1;
        compare(&mut found, "grant", grant.id.as_str(), truth.grants.get(&grant.id) == Some(grant));
        Ok(())
    })?;
    index.each_recipient(&mut |recipient| {
        seen.1 += 1;
        let same = truth.recipients.get(&recipient.id) == Some(recipient);
        compare(&mut found, "recipient", recipient.id.as_str(), same);
        Ok(())
    })?;
    index.each_decision(&mut |decision| {
        seen.2 += 1;
        let id = &decision.decision.id;
        compare(&mut found, "decision", id.as_str(), truth.decisions.get(id) == Some(decision));
        Ok(())
    })?;
    if seen != (truth.grants.len(), truth.recipients.len(), truth.decisions.len()) {
        found.push("it has more or fewer grants, recipients or decisions than the journal".to_owned());
    }
    for (key, ids) in &truth.names {
        let there = index.recipients_known_by(key).map_err(BooksError::from)?;
        compare(&mut found, "name", key.as_str(), there == *ids);
    }
    for (key, line) in &truth.lines {
        let there = index.reconciled_line(key).map_err(BooksError::from)?;
        compare(&mut found, "statement line", &key.to_string(), there.as_ref() == Some(line));
    }
    if index.names_and_lines().map_err(BooksError::from)? != (truth.names.len(), truth.lines.len()) {
        found.push("it files more or fewer names or statement lines than the journal has".to_owned());
    }
    Ok(found)
}

fn compare(found: &mut Vec<String>, what: &str, id: &str, same: bool) {
    if !same {
        found.push(format!("{what} {id} differs from the journal's"));
    }
}
