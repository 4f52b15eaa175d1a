//! Reading the journal from some record to its end.

use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::chain::Chain;
use super::head_file::Extent;
use super::segment::{self, LineReader, RawLine};
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
    /// Yielded after all else.
    last_word: Option<Damage>,
    /// Segments yet to be opened.
    segments: std::vec::IntoIter<u64>,
    current: Option<Segment>,
    chain: Chain,
    state: State,
    event: PhantomData<fn() -> E>,
}

/// The segment that is being read.
#[derive(Debug)]
struct Segment {
    first: u64,
    lines: LineReader,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Reading,
    /// The journal's end has been reached, and is where it should be.
    AtEnd,
    /// Nothing more is to be read.
    Finished,
}

impl<E: DeserializeOwned> Records<E> {
    /// Reads `folder` from record `from` to `extent`, and then yields `last_word`.
    pub(super) fn new(folder: &Path, extent: Extent, from: u64, last_word: Option<Damage>) -> Records<E> {
        let nothing_to_read = from > extent.head.record;
        let mut records = Records {
            folder: folder.to_owned(),
            from,
            extent,
            last_word,
            segments: Vec::new().into_iter(),
            current: None,
            chain: Chain::from_segment(1),
            state: if nothing_to_read { State::Finished } else { State::Reading },
            event: PhantomData,
        };
        if !nothing_to_read {
            records.choose_segments();
        }
        records
    }

    /// Begins with the last segment whose first record is not after `from`. If there is none, the first
    /// segment is missing, which comes out when it is to be opened.
    fn choose_segments(&mut self) {
        let mut segments = match segment::list(&self.folder) {
            Ok(segments) => segments,
            Err(error) => {
                let record = self.chain.next_record();
                self.last_word = Some(Damage::in_segment(1, 1, 0, record, read_failed(error)));
                self.state = State::Finished;
                return;
            }
        };
        let start = segments.partition_point(|first| *first <= self.from).saturating_sub(1);
        let end = segments.partition_point(|first| *first <= self.extent.segment);
        segments.truncate(end);
        let needed = segments.split_off(start.min(end));
        if let Some(first) = needed.first().filter(|first| **first <= self.from) {
            self.chain = Chain::from_segment(*first);
        }
        self.segments = needed.into_iter();
    }

    fn next_line(&mut self) -> Result<Option<Line<E>>, Damage> {
        while self.state == State::Reading {
            match self.current.take() {
                None => self.current = Some(self.open_next_segment()?),
                Some(mut segment) => match self.read_line(&mut segment)? {
                    ReadLine::End => {}
                    ReadLine::Unwanted => self.current = Some(segment),
                    ReadLine::Wanted(line) => {
                        self.current = Some(segment);
                        return Ok(Some(line));
                    }
                },
            }
        }
        Ok(None)
    }

    fn open_next_segment(&mut self) -> Result<Segment, Damage> {
        let expected = self.chain.next_record();
        let Some(first) = self.segments.next() else {
            return Err(Damage::missing_segment(expected, None));
        };
        check_place(first, expected)?;
        let end = if first == self.extent.segment { self.extent.bytes } else { u64::MAX };
        let lines = LineReader::open(&self.folder.join(segment::file_name(first)), 0, end)
            .map_err(|error| Damage::in_segment(first, 1, 0, expected, read_failed(error)))?;
        Ok(Segment { first, lines })
    }

    fn read_line(&mut self, segment: &mut Segment) -> Result<ReadLine<E>, Damage> {
        let Segment { first, lines } = segment;
        let record = self.chain.next_record();
        let (number, offset) = (lines.next_number(), lines.next_offset());
        let damage = |kind| Damage::in_segment(*first, number, offset, record, kind);
        let is_last = *first == self.extent.segment;

        let Some(raw) = lines.next_line().map_err(read_failed).map_err(damage)? else {
            self.end_segment(is_last, offset).map_err(damage)?;
            return Ok(ReadLine::End);
        };
        let is_at_journal_end = is_last && raw.next_offset == self.extent.bytes;
        let is_cut_short = !(raw.ended || raw.is_too_long() || is_at_journal_end);
        if is_cut_short {
            return Err(damage(DamageKind::CutShort { acknowledged: self.extent.head.record }));
        }
        let line = check(&raw, &mut self.chain).map_err(damage)?;
        if self.chain.next_record() <= self.from {
            return Ok(ReadLine::Unwanted);
        }
        line.with_event().map(ReadLine::Wanted).map_err(damage)
    }

    /// Checks that the segment may end at byte `offset`, after the lines that have been read.
    fn end_segment(&mut self, is_last: bool, offset: u64) -> Result<(), DamageKind> {
        let head = self.chain.head();
        let is_cut_short = offset == 0 || head.is_none() || (is_last && offset < self.extent.bytes);
        if is_cut_short {
            return Err(DamageKind::CutShort { acknowledged: self.extent.head.record });
        }
        if is_last {
            if head != Some(self.extent.head) {
                return Err(DamageKind::HeadDisagrees);
            }
            self.state = State::AtEnd;
        }
        Ok(())
    }
}

enum ReadLine<E> {
    /// The segment has no more.
    End,
    /// A line before those that were asked for.
    Unwanted,
    Wanted(Line<E>),
}

impl<E: DeserializeOwned> Iterator for Records<E> {
    type Item = Result<Line<E>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.next_line() {
            Ok(Some(line)) => Some(Ok(line)),
            Ok(None) => {
                self.state = State::Finished;
                self.last_word.take().map(Err)
            }
            Err(damage) => {
                self.state = State::Finished;
                self.last_word = None;
                Some(Err(damage))
            }
        }
    }
}

/// Checks a line in itself, and as the next of a chain.
pub(super) fn check<'l>(raw: &RawLine<'l>, chain: &mut Chain) -> Result<Line<&'l str>, DamageKind> {
    if raw.is_too_long() {
        return Err(DamageKind::unreadable("it is too long"));
    }
    if !raw.ended {
        return Err(DamageKind::unreadable("it does not end with a line break"));
    }
    let line = Line::read(raw.bytes)?;
    chain.follow(&line)?;
    Ok(line)
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

fn read_failed(error: io::Error) -> DamageKind {
    DamageKind::ReadFailed { reason: error.to_string() }
}
