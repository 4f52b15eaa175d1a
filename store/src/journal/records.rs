//! Reading the journal from a record to its end.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::chain::Chain;
use super::head_file::Extent;
use super::reading::{Piece, Pieces};
use super::run::{CheckedRun, Fault};
use super::segment;
use super::{Damage, DamageKind, Line};

/// The lines of a journal, in order, each checked before it is yielded: see
/// [`Journal::records`](super::Journal::records).
///
/// After the first damage it yields nothing more.
#[derive(Debug)]
pub struct Records<E> {
    folder: PathBuf,
    from: u64,
    extent: Extent,
    /// Damage to yield at the end.
    final_damage: Option<Damage>,
    pieces: Pieces<E>,
    /// The segment that is being read.
    segment: u64,
    /// Where reading begins in the first segment.
    begins_at: u64,
    first_segment: u64,
    chain: Chain,
    /// Time and user of the last run, which many runs share.
    stamp: (Arc<str>, Arc<str>),
    /// Checked lines, not yet yielded.
    ready: VecDeque<Line<E>>,
    /// Damage found after those.
    found: Option<Damage>,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Reading,
    /// The journal's end has been reached where expected.
    AtEnd,
}

impl<E: DeserializeOwned + Send + 'static> Records<E> {
    /// Reads `folder` from record `from` to `extent`, and then yields `final_damage`.
    pub(super) fn new(folder: &Path, extent: Extent, from: u64, final_damage: Option<Damage>) -> Records<E> {
        let mut records = Records::none(folder, extent, from, final_damage);
        if from <= extent.head.record {
            let begun = records.begin();
            records.read_on(begun);
        }
        records
    }

    /// Reads `folder` from the end of the batch at `start` to `extent`, and then yields `final_damage`.
    pub(super) fn after(
        folder: &Path,
        extent: Extent,
        start: Extent,
        final_damage: Option<Damage>,
    ) -> Records<E> {
        let mut records = Records::none(folder, extent, start.head.record + 1, final_damage);
        if start.head.record < extent.head.record {
            let begun = records.begin_after(start);
            records.read_on(begun);
        }
        records
    }

    fn none(folder: &Path, extent: Extent, from: u64, final_damage: Option<Damage>) -> Records<E> {
        Records {
            folder: folder.to_owned(),
            from,
            extent,
            final_damage,
            pieces: Pieces::none(),
            segment: 1,
            begins_at: 0,
            first_segment: 1,
            chain: Chain::from_segment(1),
            stamp: ("".into(), "".into()),
            ready: VecDeque::new(),
            found: None,
            state: State::AtEnd,
        }
    }

    fn read_on(&mut self, begun: Result<(), Damage>) {
        match begun {
            Ok(()) => self.state = State::Reading,
            Err(damage) => self.found = Some(damage),
        }
    }

    /// Begins at the end of a batch, where the chain is known.
    fn begin_after(&mut self, start: Extent) -> Result<(), Damage> {
        let mut needed = vec![start.segment];
        if start.segment != self.extent.segment {
            needed = self.segments()?;
            needed.retain(|first| (start.segment..=self.extent.segment).contains(first));
        }
        (self.segment, self.first_segment, self.begins_at) = (start.segment, start.segment, start.bytes);
        self.chain = Chain::after(start.head);
        self.pieces = Pieces::of(&self.folder, self.extent, needed, start.bytes, self.from);
        Ok(())
    }

    fn segments(&self) -> Result<Vec<u64>, Damage> {
        segment::list(&self.folder).map_err(|error| {
            let kind = DamageKind::ReadFailed { reason: error.to_string() };
            Damage::in_segment(1, 1, 0, 1, kind)
        })
    }

    /// Begins in the last segment whose first record is not after `from`. If there is none, the first
    /// segment is missing, which is reported when it is opened.
    fn begin(&mut self) -> Result<(), Damage> {
        let mut segments = self.segments()?;
        let start = segments.partition_point(|first| *first <= self.from).saturating_sub(1);
        let end = segments.partition_point(|first| *first <= self.extent.segment);
        segments.truncate(end);
        let needed = segments.split_off(start.min(end));
        let mut at = 0;
        if let Some(first) = needed.first().copied().filter(|first| *first <= self.from) {
            self.first_segment = first;
            self.chain = Chain::from_segment(first);
            let path = self.folder.join(segment::file_name(first));
            // A segment that cannot be searched is read from its beginning, which finds the damage.
            if let Ok(Some((offset, next))) = segment::run_before(&path, self.from) {
                (at, self.begins_at, self.segment) = (offset, offset, first);
                self.chain = Chain::from_run(next);
            }
        }
        self.pieces = Pieces::of(&self.folder, self.extent, needed, at, self.from);
        Ok(())
    }

    /// Reads until a line is ready, or to the end.
    fn fill_ready(&mut self) -> Result<(), Damage> {
        while self.state == State::Reading && self.ready.is_empty() {
            let expected = self.chain.next_record();
            match self.pieces.next() {
                None => return Err(Damage::missing_segment(expected, None)),
                Some(Piece::Segment(first)) => {
                    check_place(first, expected)?;
                    self.segment = first;
                }
                Some(Piece::Run(run)) => self.take(run)?,
                Some(Piece::End { line, offset }) => self.end_segment(line, offset)?,
                Some(Piece::Failed { segment, line, offset, reason }) => {
                    let kind = DamageKind::ReadFailed { reason };
                    return Err(Damage::in_segment(segment, line, offset, expected, kind));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, run: CheckedRun<E>) -> Result<(), Damage> {
        let expected = self.chain.next_record();
        let prev = self.chain.hash();
        if let Err(fault) = self.chain.follow(&run) {
            return Err(self.damage(&run, expected, fault));
        }
        let place = run.place.clone();
        let Ok(mut contents) = run.contents else { return Ok(()) };
        let closing = &contents.closing;
        if *self.stamp.0 != *closing.at || *self.stamp.1 != *closing.by {
            self.stamp = (closing.at.as_str().into(), closing.by.as_str().into());
        }
        let fault = contents.fault.take();
        if fault.is_some() || expected + contents.records <= self.from {
            contents.closing.commit = None;
        }
        self.ready.extend(contents.into_lines(expected.max(self.from), prev, &self.stamp));
        if let Some(fault) = fault {
            let damage = place.damage(self.segment, expected, fault);
            self.found = Some(self.with_line_in_file(damage));
            self.state = State::AtEnd;
        }
        Ok(())
    }

    fn damage(&self, run: &CheckedRun<E>, expected: u64, fault: Fault) -> Damage {
        let is_at_journal_end = self.segment == self.extent.segment && run.place.end() == self.extent.bytes;
        let damage = match run.is_cut && !is_at_journal_end {
            true => {
                let kind = DamageKind::CutShort { acknowledged: self.extent.head.record };
                Damage {
                    record: expected,
                    ..run.place.damage(self.segment, expected, Fault { kind, ..fault })
                }
            }
            false => run.place.damage(self.segment, expected, fault),
        };
        self.with_line_in_file(damage)
    }

    /// Corrects the line number, which is counted from where reading began, to the line in the file.
    fn with_line_in_file(&self, damage: Damage) -> Damage {
        if self.segment != self.first_segment || self.begins_at == 0 {
            return damage;
        }
        let path = self.folder.join(segment::file_name(self.segment));
        let before = segment::line_number_at(&path, self.begins_at).unwrap_or(1);
        Damage { line: damage.line + before - 1, ..damage }
    }

    /// Checks that the segment may end at byte `offset`.
    fn end_segment(&mut self, line: u64, offset: u64) -> Result<(), Damage> {
        let head = self.chain.head();
        let is_last = self.segment == self.extent.segment;
        let is_cut_short = offset == 0 || head.is_none() || (is_last && offset < self.extent.bytes);
        let damage = |kind| {
            let damage = Damage::in_segment(self.segment, line, offset, self.chain.next_record(), kind);
            Err(self.with_line_in_file(damage))
        };
        if is_cut_short {
            return damage(DamageKind::CutShort { acknowledged: self.extent.head.record });
        }
        if is_last {
            if head != Some(self.extent.head) {
                return damage(DamageKind::HeadDisagrees);
            }
            self.state = State::AtEnd;
        }
        Ok(())
    }
}

impl<E: DeserializeOwned + Send + 'static> Iterator for Records<E> {
    type Item = Result<Line<E>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && let Err(damage) = self.fill_ready()
        {
            self.state = State::AtEnd;
            self.found = Some(damage);
        }
        if let Some(line) = self.ready.pop_front() {
            return Some(Ok(line));
        }
        let found = self.found.take();
        if found.is_some() {
            self.final_damage = None;
        }
        found.or_else(|| self.final_damage.take()).map(Err)
    }
}

/// Checks that a segment which begins with record `first` may come where `expected` is the next record.
pub(super) fn check_place(first: u64, expected: u64) -> Result<(), Damage> {
    match first.cmp(&expected) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(Damage::missing_segment(expected, Some(first))),
        std::cmp::Ordering::Less => {
            Err(Damage::in_segment(first, 1, 0, expected, DamageKind::UnexpectedSegment))
        }
    }
}
