//! Reading runs from the files in order, each checked by itself: a short journal on the calling thread, a long one
//! ahead on other threads, since hashing and parsing take longest.
//!
//! Guarantees that memory is bounded, whatever the journal's length, and that the threads end with the reader.
//! The order of runs is checked in [`chain`](super::chain).

use std::fs;
use std::io::{self, BufReader, Take};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use serde::de::DeserializeOwned;

use super::head_file::Extent;
use super::run::{CheckedRun, Run, RunReader};
use super::segment;

/// Length in bytes from which threads are worthwhile.
const MUCH: u64 = 2 << 20;

/// Approximate number of bytes sent to a thread at once.
const LOAD: usize = 256 << 10;

/// Number of loads that may wait before and after each checking thread.
const WAITING: usize = 2;

/// A piece of the journal, in the order of the files.
#[derive(Debug)]
pub(super) enum Piece<R> {
    /// The beginning of the segment with this first record, unless reading begins in the middle.
    Segment(u64),
    Run(R),
    /// The end of the segment, before this line and byte.
    End {
        line: u64,
        offset: u64,
    },
    Failed {
        segment: u64,
        line: u64,
        offset: u64,
        reason: String,
    },
}

impl Piece<Run> {
    fn checked<E: DeserializeOwned>(self, from: u64) -> Piece<CheckedRun<E>> {
        match self {
            Piece::Run(mut run) => Piece::Run(run.open(from)),
            Piece::Segment(first) => Piece::Segment(first),
            Piece::End { line, offset } => Piece::End { line, offset },
            Piece::Failed { segment, line, offset, reason } => {
                Piece::Failed { segment, line, offset, reason }
            }
        }
    }
}

/// The pieces of some segments, checked.
#[derive(Debug)]
pub(super) struct Pieces<E>(Source<E>);

#[derive(Debug)]
enum Source<E> {
    Here(Files, u64),
    Ahead(Ahead<E>),
}

/// Loads checked by threads in turn.
#[derive(Debug)]
struct Ahead<E> {
    loads: Vec<Receiver<Vec<Piece<CheckedRun<E>>>>>,
    next: usize,
    load: std::vec::IntoIter<Piece<CheckedRun<E>>>,
    has_ended: bool,
}

impl<E: DeserializeOwned + Send + 'static> Pieces<E> {
    pub(super) fn none() -> Pieces<E> {
        Pieces(Source::Here(Files::none(), 0))
    }

    /// Of `segments` up to `extent`, the first from byte `at` on. Events of records before `from` are not read.
    pub(super) fn of(folder: &Path, extent: Extent, segments: Vec<u64>, at: u64, from: u64) -> Pieces<E> {
        let bytes = |first: &u64| {
            fs::metadata(folder.join(segment::file_name(*first))).map_or(0, |metadata| metadata.len())
        };
        let is_much =
            segments.iter().map(bytes).sum::<u64>() - at.min(bytes(segments.first().unwrap_or(&0))) > MUCH;
        let files =
            Files { folder: folder.to_owned(), extent, segments: segments.into_iter(), at, current: None };
        Pieces(if is_much { Source::Ahead(Ahead::of(files, from)) } else { Source::Here(files, from) })
    }

    /// The next piece; `None` after the last segment.
    pub(super) fn next(&mut self) -> Option<Piece<CheckedRun<E>>> {
        match &mut self.0 {
            Source::Here(files, from) => files.next().map(|piece| piece.checked(*from)),
            Source::Ahead(ahead) => ahead.next(),
        }
    }
}

impl<E: DeserializeOwned + Send + 'static> Ahead<E> {
    fn of(files: Files, from: u64) -> Ahead<E> {
        let threads = thread::available_parallelism().map_or(1, usize::from).clamp(1, 4);
        let (mut tasks, mut loads) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (task, to_do) = sync_channel::<Vec<Piece<Run>>>(WAITING);
            let (done, load) = sync_channel(WAITING);
            tasks.push(task);
            loads.push(load);
            thread::spawn(move || {
                for pieces in to_do {
                    let checked: Vec<_> = pieces.into_iter().map(|piece| piece.checked(from)).collect();
                    if done.send(checked).is_err() {
                        break;
                    }
                }
            });
        }
        thread::spawn(move || hand_out(files, &tasks));
        Ahead { loads, next: 0, load: Vec::new().into_iter(), has_ended: false }
    }

    fn next(&mut self) -> Option<Piece<CheckedRun<E>>> {
        loop {
            if let Some(piece) = self.load.next() {
                return Some(piece);
            }
            if self.has_ended {
                return None;
            }
            match self.loads.get(self.next).and_then(|load| load.recv().ok()) {
                // An empty load is the last one; without it, a thread has panicked.
                Some(load) if load.is_empty() => self.has_ended = true,
                Some(load) => {
                    self.load = load.into_iter();
                    self.next = (self.next + 1) % self.loads.len();
                }
                None => {
                    self.has_ended = true;
                    let reason = "a thread of the program stopped".to_owned();
                    return Some(Piece::Failed { segment: 1, line: 1, offset: 0, reason });
                }
            }
        }
    }
}

/// Reads files and sends loads to the threads in turn, until the end or until the reader is gone.
fn hand_out(mut files: Files, tasks: &[SyncSender<Vec<Piece<Run>>>]) {
    for task in tasks.iter().cycle() {
        let (mut load, mut bytes) = (Vec::new(), 0);
        while bytes < LOAD {
            let Some(piece) = files.next() else { break };
            if let Piece::Run(run) = &piece {
                bytes += run.text().len();
            }
            load.push(piece);
        }
        let is_last = load.is_empty();
        if task.send(load).is_err() || is_last {
            return;
        }
    }
}

/// The segments to read, in order.
#[derive(Debug)]
struct Files {
    folder: PathBuf,
    extent: Extent,
    segments: std::vec::IntoIter<u64>,
    /// Where to begin in the first segment.
    at: u64,
    current: Option<(u64, RunReader<BufReader<Take<fs::File>>>)>,
}

impl Files {
    fn none() -> Files {
        let (folder, segments) = (PathBuf::new(), Vec::new().into_iter());
        Files { folder, extent: Extent::EMPTY, segments, at: 0, current: None }
    }

    /// Returns the next piece. A failure is the last one.
    fn next(&mut self) -> Option<Piece<Run>> {
        let Some((first, mut runs)) = self.current.take() else {
            let first = self.segments.next()?;
            let at = std::mem::take(&mut self.at);
            let end = if first == self.extent.segment { self.extent.bytes } else { u64::MAX };
            return Some(match RunReader::open(&self.folder.join(segment::file_name(first)), at, end) {
                Ok(runs) => {
                    self.current = Some((first, runs));
                    if at > 0 {
                        return self.next();
                    }
                    Piece::Segment(first)
                }
                Err(error) => self.failed(first, 1, 0, &error),
            });
        };
        Some(match runs.next() {
            Ok(Some(run)) => {
                self.current = Some((first, runs));
                Piece::Run(run)
            }
            Ok(None) => Piece::End { line: runs.next_line(), offset: runs.next_offset() },
            Err(error) => self.failed(first, runs.next_line(), runs.next_offset(), &error),
        })
    }

    fn failed(&mut self, segment: u64, line: u64, offset: u64, error: &io::Error) -> Piece<Run> {
        self.segments = Vec::new().into_iter();
        Piece::Failed { segment, line, offset, reason: error.to_string() }
    }
}
