//! The journal's files: their names, and reading them line by line.
//!
//! Knows where lines begin and end, and nothing of what is in them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::path::Path;

/// The folder of the segments, in the ledger folder.
pub(super) const FOLDER: &str = "journal";

/// A line may be this long, its line break included; no honest event comes near.
pub(super) const LONGEST_LINE: usize = 16 << 20;

/// The file name of the segment that begins with record `first`.
pub(super) fn file_name(first: u64) -> String {
    format!("{first:012}.jsonl")
}

/// The first record of the segment with this file name; `None` if no segment is called that.
pub(super) fn first_record(name: &str) -> Option<u64> {
    let first = name.strip_suffix(".jsonl")?.parse().ok()?;
    (first > 0 && file_name(first) == name).then_some(first)
}

/// The segments of `folder`, in order, each by its first record. Other files are passed over; a folder that
/// does not exist has none.
pub(super) fn list(folder: &Path) -> io::Result<Vec<u64>> {
    let mut segments = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(segments),
        Err(error) => return Err(error),
    };
    for entry in entries {
        segments.extend(entry?.file_name().to_str().and_then(first_record));
    }
    segments.sort_unstable();
    Ok(segments)
}

/// The number, from 1, of the line that begins at `offset`.
pub(super) fn line_number_at(path: &Path, offset: u64) -> io::Result<u64> {
    let mut reader = LineReader::open(path, 0, offset)?;
    while reader.next_line()?.is_some() {}
    Ok(reader.next_number())
}

/// One line as it is in the file.
#[derive(Debug)]
pub(super) struct RawLine<'r> {
    /// Without the line break.
    pub(super) bytes: &'r [u8],
    /// Whether the line break was there. Without, it is the end of what was to be read, or the line is too
    /// long.
    pub(super) ended: bool,
    /// Where the line after begins.
    pub(super) next_offset: u64,
}

impl RawLine<'_> {
    /// Whether this is but a piece of a line that is longer than any may be.
    pub(super) fn is_too_long(&self) -> bool {
        !self.ended && self.bytes.len() >= LONGEST_LINE
    }
}

/// Reads a part of a segment, line by line, in bounded memory.
#[derive(Debug)]
pub(super) struct LineReader {
    input: BufReader<Take<File>>,
    line: Vec<u8>,
    next_number: u64,
    next_offset: u64,
}

impl LineReader {
    /// Reads `path` from byte `from`, where a line must begin, to byte `to` or the end of the file. Lines
    /// are counted from 1 at `from`.
    pub(super) fn open(path: &Path, from: u64, to: u64) -> io::Result<LineReader> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        let input = BufReader::with_capacity(256 << 10, file.take(to.saturating_sub(from)));
        Ok(LineReader { input, line: Vec::new(), next_number: 1, next_offset: from })
    }

    /// The next line, if there is any byte left. A line that is too long comes in pieces.
    pub(super) fn next_line(&mut self) -> io::Result<Option<RawLine<'_>>> {
        self.line.clear();
        let length = self.input.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut self.line)?;
        if length == 0 {
            return Ok(None);
        }
        self.next_number += 1;
        self.next_offset += length as u64;
        let (bytes, ended) = match self.line.strip_suffix(b"\n") {
            Some(bytes) => (bytes, true),
            None => (self.line.as_slice(), false),
        };
        Ok(Some(RawLine { bytes, ended, next_offset: self.next_offset }))
    }

    /// The number of the next line.
    pub(super) fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Where the next line begins: how far the file has been read.
    pub(super) fn next_offset(&self) -> u64 {
        self.next_offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_named_by_their_first_record() {
        for (name, first) in [
            ("000000000001.jsonl", Some(1)),
            ("000000012345.jsonl", Some(12345)),
            ("1234567890123.jsonl", Some(1234567890123)),
            ("000000000000.jsonl", None),
            ("00000000001.jsonl", None),
            ("0000000000001.jsonl", None),
            ("+00000000001.jsonl", None),
            ("000000000001.json", None),
            ("unfinished-3-1.txt", None),
        ] {
            assert_eq!(first_record(name), first, "{name}");
            if let Some(first) = first {
                assert_eq!(file_name(first), name);
            }
        }
    }
}
