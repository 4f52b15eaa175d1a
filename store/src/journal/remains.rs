//! The remains of a batch after an interrupted write.
//!
//! The batch is written after the last commit, in one segment. If the program is stopped, a beginning of it
//! is left. After a power cut, any of its parts may be left: the disk writes sectors in any order, and a sector
//! that was never written reads as zero bytes to its end. No line of a journal has a zero byte.
//!
//! So the remains are whole lines of one batch, in order, and between lines that are not consecutive a hole:
//! zero bytes up to the end of a sector or of the file. Records followed by a seal or commit without a hole must
//! match its hash. After the last whole line there may be anything, since no acknowledged record was lost there.
//! Anything else that does not follow was altered.

use almoner_ledger::hash::Hash;

use super::line::{Closing, read_closing, record_number};
use super::run::Run;

/// Length in bytes of the smallest part that a disk writes as a whole.
const SECTOR: u64 = 512;

/// The remains of a batch, from the first run that does not follow in the chain.
#[derive(Debug)]
pub(super) struct Remains {
    /// The last record before the batch.
    before: u64,
    /// The lowest number that the next record may have.
    next: u64,
    /// The length of the file.
    length: u64,
    /// The hash of the seal or commit before, if everything since then is there.
    last: Option<Hash>,
    /// True if something else was found after the last whole line.
    has_gap: bool,
    /// True if that was a hole.
    has_hole: bool,
    has_ended: bool,
    records: u64,
}

impl Remains {
    /// Begins with the remains of a batch after record `before`, of which the records before `next` follow in
    /// the chain with the hash `last`, in a file of `length` bytes.
    pub(super) fn of_batch_after(before: u64, next: u64, last: Option<Hash>, length: u64) -> Remains {
        let (has_gap, has_hole, has_ended) = (false, false, false);
        Remains { before, next, length, last, has_gap, has_hole, has_ended, records: 0 }
    }

    /// Returns the number of whole records.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Returns whether an interrupted write may have left these lines, too.
    pub(super) fn accepts(&mut self, run: &Run) -> bool {
        run.lines().all(|(line, ended, end)| {
            let is_whole = ended && line.ends_with(b"}") && !line.iter().any(|byte| *byte < b' ');
            if let Some((number, _)) = record_number(line).filter(|_| is_whole) {
                self.records += 1;
                self.continues_with(number, number)
            } else if let Some(closing) = read_closing(line).ok().filter(|_| is_whole) {
                self.closes(&closing, run)
            } else {
                self.has_gap = true;
                self.last = None;
                let start = end - line.len() as u64 - u64::from(ended);
                self.has_hole |= ends_sector_with_zero(line, start, self.length);
                true
            }
        })
    }

    /// Takes a whole line into account, with the first record it needs and the last it covers.
    fn continues_with(&mut self, number: u64, last: u64) -> bool {
        let has_hole = std::mem::take(&mut self.has_hole);
        let has_gap = std::mem::take(&mut self.has_gap);
        let follows = if has_gap { has_hole && number >= self.next } else { number == self.next };
        self.next = last.saturating_add(1);
        if has_hole {
            self.last = None;
        }
        follows && !self.has_ended
    }

    fn closes(&mut self, closing: &Closing, run: &Run) -> bool {
        let Closing { number, commit, prev, hash, .. } = closing;
        if self.last.is_some_and(|last| last != *prev || !run.is_intact()) {
            return false;
        }
        if !self.continues_with(number.saturating_add(1), *number) {
            return false;
        }
        self.last = Some(*hash);
        self.has_ended = commit.is_some();
        commit.as_ref().is_none_or(|commit| number.checked_sub(commit.records) == Some(self.before))
    }
}

fn ends_sector_with_zero(line: &[u8], start: u64, length: u64) -> bool {
    line.iter()
        .zip(start + 1..)
        .any(|(byte, after)| *byte == 0 && (after.is_multiple_of(SECTOR) || after == length))
}
