//! The files of the journal: their names, and searching for a position.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::line::{LONGEST_LINE, read_closing};
use crate::plain;

/// The folder of the segments, in the ledger folder.
pub(crate) const FOLDER: &str = "journal";

/// Returns the file name of the segment that begins with record `first`.
pub(crate) fn file_name(first: u64) -> String {
    format!("{first:012}.jsonl")
}

/// Returns the first record of the segment with this file name; `None` if it is no segment's name.
pub(super) fn first_record(name: &str) -> Option<u64> {
    let first = name.strip_suffix(".jsonl")?.parse().ok()?;
    (first > 0 && file_name(first) == name).then_some(first)
}

/// Returns whether a name is that of a segment.
pub(crate) fn is_name(name: &str) -> bool {
    first_record(name).is_some()
}

/// Lists the segments of `folder` in order, each by its first record. Other files are ignored; a folder that
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

/// Returns the number, from 1, of the line that begins at `offset`.
pub(super) fn line_number_at(path: &Path, offset: u64) -> io::Result<u64> {
    let mut input = BufReader::with_capacity(256 << 10, plain::open(path)?.take(offset));
    let mut number = 1;
    loop {
        let bytes = input.fill_buf()?;
        let length = bytes.len();
        if length == 0 {
            return Ok(number);
        }
        number += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        input.consume(length);
    }
}

/// Length in bytes below which a search gains nothing.
const SEARCHED: u64 = 256 << 10;

/// Finds a position in a long segment from which to read to reach record `from`: where a run begins, and the
/// expected number of its first record. `None` for the segment's beginning.
///
/// The lines found are trusted here: everything read from there on is checked.
pub(super) fn run_before(path: &Path, from: u64) -> io::Result<Option<(u64, u64)>> {
    let mut file = plain::open(path)?;
    let (mut found, mut low, mut high) = (None, 0, file.metadata()?.len());
    while high - low > SEARCHED {
        let middle = low + (high - low) / 2;
        file.seek(SeekFrom::Start(middle))?;
        match next_closing(BufReader::with_capacity(64 << 10, (&file).take(high - middle)))? {
            Some((length, number)) if number < from => {
                low = middle + length;
                found = Some((low, number + 1));
            }
            _ => high = middle,
        }
    }
    Ok(found)
}

/// Finds the next line that closes a run, from the middle of a line on. Returns the bytes up to its end and the
/// number of its record.
fn next_closing(mut input: impl BufRead) -> io::Result<Option<(u64, u64)>> {
    let mut line = Vec::new();
    let mut length = input.read_until(b'\n', &mut line)?;
    loop {
        line.clear();
        let read = (&mut input).take(LONGEST_LINE as u64).read_until(b'\n', &mut line)?;
        length += read;
        if read == 0 {
            return Ok(None);
        }
        if let Some(closing) = line.strip_suffix(b"\n").and_then(|line| read_closing(line).ok()) {
            return Ok(Some((length as u64, closing.number)));
        }
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
