//! What a write that was cut off may leave of a batch.
//!
//! The batch is written after the last commit, in one segment. If the program is stopped, a beginning of it
//! is left. If the power goes, any of its parts may be: the disk takes sectors in an order of its own, and
//! one that it never took reads as zeros, to the sector's end. No line of a journal has a zero in it.
//!
//! So the remains are whole lines of one batch, in order, and between those that do not follow each other a
//! hole: zeros up to the end of a sector or of the file. Records that a seal or commit follows without a
//! hole must give its hash. After the last whole line there may be anything, since nothing that is lost there
//! could have counted. Whatever else does not follow was altered.

use super::line::{Closing, read_closing, record_number};
use super::run::Run;
use crate::hash::Hash;

/// The smallest part that a disk writes as a whole, in bytes.
const SECTOR: u64 = 512;

/// The remains of a batch, looked at from the first run that does not follow in the chain.
#[derive(Debug)]
pub(super) struct Remains {
    /// The last record before the batch.
    before: u64,
    /// The number that the next record has at least.
    next: u64,
    /// The file's length.
    length: u64,
    /// The hash of the seal or commit before, where all since then is there.
    last: Option<Hash>,
    /// After the last whole line there was something else.
    has_gap: bool,
    /// It was a hole.
    has_hole: bool,
    has_ended: bool,
    records: u64,
}

impl Remains {
    /// Of a batch after record `before`, of which what comes before `next` has been seen and has the hash
    /// `last`, in a file of so many bytes.
    pub(super) fn of_batch_after(before: u64, next: u64, last: Option<Hash>, length: u64) -> Remains {
        let (has_gap, has_hole, has_ended) = (false, false, false);
        Remains { before, next, length, last, has_gap, has_hole, has_ended, records: 0 }
    }

    /// How many whole records there were.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// Whether these lines, too, may have been left by an interrupted write.
    pub(super) fn accepts(&mut self, run: &Run) -> bool {
        run.lines().all(|(line, ended, end)| {
            let is_whole = ended && line.ends_with(b"}") && !line.iter().any(|byte| *byte < b' ');
            if let Some((number, _)) = record_number(line).filter(|_| is_whole) {
                self.records += 1;
                self.continues_with(number, number)
            } else if let Some(closing) = read_closing(line).filter(|_| is_whole) {
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

    /// A whole line is there, of which the last record before it and the one after it are known.
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
        if self.last.is_some_and(|last| last != *prev || !run.is_sound()) {
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
