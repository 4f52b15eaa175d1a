//! Comparing the index with what the journal makes.

use std::path::Path;

use crate::book::{BooksError, Shelves};
use crate::head::Head;
use crate::store::StoreError;
use crate::store::folder::index_folder;
use crate::store::index::Index;
use crate::store::kept;

/// The head that the index was made at, if its two halves agree about it.
pub(super) fn made_at(path: &Path) -> Option<Head> {
    let kept = kept::read(&index_folder(path))?.head;
    let index = Index::open(&index_folder(path), None).ok()?;
    (index.head().ok()? == Some(kept)).then_some(kept)
}

/// Where the index and the totals differ from what the journal makes.
pub(super) fn differences(path: &Path, truth: &Shelves, head: Head) -> Result<Vec<String>, StoreError> {
    let Some(kept) = kept::read(&index_folder(path)) else {
        return Ok(vec!["the totals are missing or damaged".to_owned()]);
    };
    let index = match Index::open(&index_folder(path), None) {
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
    for (key, ids) in truth.names.iter() {
        let there = index.recipients_known_by(key).map_err(BooksError::from)?;
        compare(&mut found, "name", key.as_str(), there == *ids);
    }
    for (key, line) in truth.lines.iter() {
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
