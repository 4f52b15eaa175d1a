//! How lines follow each other: each names the hash of the one before, records are numbered without gaps,
//! and a commit describes the records since the commit before it.

use super::{DamageKind, Line};
use crate::hash::Hash;
use crate::head::Head;

/// How far a chain of lines has been followed.
#[derive(Debug)]
pub(super) struct Chain {
    /// The last record.
    record: u64,
    /// The hash of the last line; `None` when reading began here, in which case the next line's word is
    /// taken.
    hash: Option<Hash>,
    /// Records since the last commit.
    uncommitted: u64,
}

impl Chain {
    /// Goes on from a commit.
    pub(super) fn after(head: Head) -> Chain {
        Chain { record: head.record, hash: Some(head.hash), uncommitted: 0 }
    }

    /// Begins with a segment, whose first record is `first`. Only before record 1 is it known what came
    /// before.
    pub(super) fn from_segment(first: u64) -> Chain {
        let hash = if first <= 1 { Some(Hash::ZERO) } else { None };
        Chain { record: first.saturating_sub(1), hash, uncommitted: 0 }
    }

    /// The number that the next record must have.
    pub(super) fn next_record(&self) -> u64 {
        self.record.saturating_add(1)
    }

    /// Records since the last commit.
    pub(super) fn uncommitted(&self) -> u64 {
        self.uncommitted
    }

    /// The head, if the last line was a commit.
    pub(super) fn head(&self) -> Option<Head> {
        let hash = self.hash.filter(|_| self.uncommitted == 0)?;
        Some(Head { record: self.record, hash })
    }

    /// Follows the chain by one line, or says why the line is not the next one.
    pub(super) fn follow<E>(&mut self, line: &Line<E>) -> Result<(), DamageKind> {
        let (found, prev, hash) = match line {
            Line::Record(record) => (record.number, record.prev, record.hash),
            Line::Commit(commit) => (commit.number, commit.prev, commit.hash),
        };
        if self.hash.is_some_and(|last| last != prev) {
            return Err(DamageKind::ChainBroken { found });
        }
        match line {
            Line::Record(_) if found != self.next_record() => {
                return Err(DamageKind::OutOfSequence { found });
            }
            Line::Record(_) => {
                self.record = found;
                self.uncommitted += 1;
            }
            Line::Commit(commit) => {
                let (commit, records) = (commit.number, commit.records);
                let (last, present) = (self.record, self.uncommitted);
                if (commit, records) != (last, present) || records == 0 {
                    return Err(DamageKind::CommitDisagrees { commit, records, last, present });
                }
                self.uncommitted = 0;
            }
        }
        self.hash = Some(hash);
        Ok(())
    }
}
