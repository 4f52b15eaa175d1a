//! The chain of runs: each names the hash of the one before, records are numbered without gaps, and a
//! commit describes the records since the commit before it.

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;

use super::DamageKind;
use super::run::{CheckedRun, Contents, Fault};

/// The position in a chain of runs.
#[derive(Debug)]
pub(super) struct Chain {
    /// The last record.
    record: u64,
    /// The hash of the last seal or commit; `None` when reading began here, so that the hash named by the next
    /// one is trusted.
    hash: Option<Hash>,
    /// Number of records since the last commit.
    uncommitted: u64,
    /// False when reading began within a batch, so that `uncommitted` may be too low.
    counted: bool,
    /// True once a line with a salt was passed: from there on all that close records have one.
    is_salted: bool,
}

impl Chain {
    /// Continues from a commit.
    pub(super) fn after(head: Head) -> Chain {
        Chain { record: head.record, hash: Some(head.hash), uncommitted: 0, counted: true, is_salted: false }
    }

    /// Begins with a segment, whose first record is `first`. Only for record 1 is the hash before it known.
    pub(super) fn from_segment(first: u64) -> Chain {
        let hash = if first <= 1 { Some(Hash::ZERO) } else { None };
        Chain { record: first.saturating_sub(1), hash, uncommitted: 0, counted: true, is_salted: false }
    }

    /// Begins with a run in the middle of a segment, whose first record is `first`.
    pub(super) fn from_run(first: u64) -> Chain {
        Chain {
            record: first.saturating_sub(1),
            hash: None,
            uncommitted: 0,
            counted: false,
            is_salted: false,
        }
    }

    /// Continues after a seal or commit, perhaps within a batch.
    #[cfg(feature = "postgres")]
    pub(super) fn after_run(record: u64, hash: Hash) -> Chain {
        Chain { record, hash: Some(hash), uncommitted: 0, counted: record == 0, is_salted: false }
    }

    /// Returns the number that the next record must have.
    pub(super) fn next_record(&self) -> u64 {
        self.record.saturating_add(1)
    }

    /// Returns the hash of the last seal or commit, if it is known.
    pub(super) fn hash(&self) -> Option<Hash> {
        self.hash
    }

    /// Returns the number of records since the last commit.
    pub(super) fn uncommitted(&self) -> u64 {
        self.uncommitted
    }

    /// Returns the head, if the last line was a commit.
    pub(super) fn head(&self) -> Option<Head> {
        let hash = self.hash.filter(|_| self.uncommitted == 0)?;
        Some(Head { record: self.record, hash })
    }

    /// Follows the chain by one run, or returns the reason why it is not the next one.
    pub(super) fn follow<E>(&mut self, run: &CheckedRun<E>) -> Result<(), Fault> {
        let contents = match &run.contents {
            Ok(contents) => contents,
            // A wrong position of the first line explains more, and is reported first.
            Err(Fault { kind, .. }) if self.is_out_of_sequence(run) && (run.is_cut || is_of_order(kind)) => {
                let found = run.first.unwrap_or_default();
                return Err(Fault { line: 0, kind: DamageKind::OutOfSequence { found } });
            }
            Err(fault) => return Err(fault.clone()),
        };
        let Contents { records, closing, .. } = contents;
        let last_line = usize::try_from(*records).unwrap_or(usize::MAX);
        if self.hash.is_some_and(|last| last != closing.prev) {
            return Err(Fault { line: 0, kind: DamageKind::ChainBroken { found: closing.number } });
        }
        if let Some(found) = run.first.filter(|_| self.is_out_of_sequence(run)) {
            return Err(Fault { line: 0, kind: DamageKind::OutOfSequence { found } });
        }
        if self.is_salted && closing.salt.is_none() {
            return Err(Fault { line: last_line, kind: DamageKind::SaltMissing });
        }
        let (last, present) = (self.record.saturating_add(*records), self.uncommitted + records);
        match &closing.commit {
            Some(commit) => {
                let is_counted = commit.records == present || (!self.counted && commit.records > present);
                if closing.number != last || !is_counted {
                    let (commit, records) = (closing.number, commit.records);
                    let kind = DamageKind::CommitDisagrees { commit, records, last, present };
                    return Err(Fault { line: last_line, kind });
                }
                (self.uncommitted, self.counted) = (0, true);
            }
            None if closing.number != last => {
                let kind = DamageKind::OutOfSequence { found: closing.number };
                return Err(Fault { line: last_line, kind });
            }
            None => self.uncommitted = present,
        }
        self.record = last;
        self.hash = Some(closing.hash);
        self.is_salted |= closing.salt.is_some();
        Ok(())
    }

    fn is_out_of_sequence<E>(&self, run: &CheckedRun<E>) -> bool {
        run.first.is_some_and(|first| first != self.next_record())
    }
}

/// Returns whether a misplaced line may be the cause.
fn is_of_order(kind: &DamageKind) -> bool {
    matches!(kind, DamageKind::Altered { .. } | DamageKind::OutOfSequence { .. })
}
