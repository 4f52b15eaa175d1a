//! What a write that was cut off may leave of a batch.
//!
//! The batch is written after the last commit, in one segment. If the program is stopped, a beginning of it
//! is left. If the power goes, any of its parts may be: the disk takes sectors in an order of its own, and
//! one that it never took reads as noughts, to the sector's end. No line of a journal has a nought in it.
//!
//! So the remains are whole lines of one batch, in order, and between those that do not follow each other a
//! hole: noughts up to the end of a sector or of the file. After the last whole line there may be anything,
//! since nothing that is lost there could have counted. Whatever else does not follow was altered.

use super::segment::RawLine;
use super::{Line, line};
use crate::hash::Hash;

/// The smallest part that a disk writes as a whole, in bytes.
const SECTOR: u64 = 512;

/// The remains of a batch, looked at line by line from the first that does not follow in the chain.
#[derive(Debug)]
pub(super) struct Remains {
    /// The last record before the batch.
    before: u64,
    /// The number that the next record has at least.
    next: u64,
    /// The file's length.
    length: u64,
    /// The line before, if it is a whole one.
    last: Option<Hash>,
    has_hole: bool,
    has_ended: bool,
}

impl Remains {
    /// Of a batch after record `before`, of which the whole lines before `next` have been seen, in a file of
    /// so many bytes.
    pub(super) fn of_batch_after(before: u64, next: u64, length: u64) -> Remains {
        Remains { before, next, length, last: None, has_hole: false, has_ended: false }
    }

    /// Whether this line, too, may have been left by an interrupted write.
    pub(super) fn explain(&mut self, raw: &RawLine<'_>) -> bool {
        if !(raw.ended && line::is_sound(raw.bytes)) {
            self.has_hole |= self.ends_sector_with_nought(raw);
            self.last = None;
            return true;
        }
        let Ok(line) = Line::read(raw.bytes) else { return false };
        let follows = match (self.last, &line) {
            _ if self.has_ended => false,
            (Some(last), Line::Record(record)) => record.prev == last && record.number == self.next,
            (Some(last), Line::Commit(commit)) => {
                commit.prev == last && commit.number.checked_add(1) == Some(self.next)
            }
            (None, Line::Record(record)) => self.has_hole && record.number >= self.next,
            (None, Line::Commit(commit)) => self.has_hole && commit.number.saturating_add(1) >= self.next,
        };
        if !follows {
            return false;
        }
        self.has_hole = false;
        match line {
            Line::Record(record) => {
                self.next = record.number.saturating_add(1);
                self.last = Some(record.hash);
                true
            }
            Line::Commit(commit) => {
                self.has_ended = true;
                commit.number.checked_sub(commit.records) == Some(self.before)
            }
        }
    }

    fn ends_sector_with_nought(&self, raw: &RawLine<'_>) -> bool {
        let start = raw.next_offset - raw.bytes.len() as u64 - u64::from(raw.ended);
        raw.bytes
            .iter()
            .zip(start + 1..)
            .any(|(byte, after)| *byte == 0 && (after.is_multiple_of(SECTOR) || after == self.length))
    }
}
