//! The head file: the acknowledged end of the journal.
//!
//! One line, `{"record":57,"hash":"…","segment":"000000000001.jsonl","bytes":12345,"check":"…"}`, where
//! `check` is the first 16 digits of the SHA-256 of the bytes before `,"check"`. It is written after a
//! batch is on the disk and before the batch is acknowledged, and replaced in one step, so that everything up
//! to its end must be there, and nothing after it was acknowledged.

use std::io;
use std::path::Path;

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::{JournalError, segment};
use crate::plain;

/// The file's name in the ledger folder.
pub(crate) const FILE: &str = "head";

/// The name under which it is written before it replaces the one before.
pub(crate) const NEW: &str = "head.new";

/// The longest head file in bytes.
const LONGEST: u64 = 4 << 10;

/// The end of a journal in its files: a head, and the position of the end of its commit line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub(crate) head: Head,
    /// The first record of the segment which holds the end.
    pub(super) segment: u64,
    /// That segment's length in bytes.
    pub(super) bytes: u64,
}

impl Extent {
    /// The extent of a journal without records, whose first segment does not exist yet.
    pub(crate) const EMPTY: Extent = Extent { head: Head::EMPTY, segment: 1, bytes: 0 };

    /// Returns the number of bytes from an earlier place on; `None` if that is in another segment.
    pub(crate) fn bytes_since(&self, earlier: &Extent) -> Option<u64> {
        (self.segment == earlier.segment).then(|| self.bytes.saturating_sub(earlier.bytes))
    }

    fn is_possible(&self) -> bool {
        if self.head.record == 0 {
            *self == Extent::EMPTY
        } else {
            // Far below the limits of counters and files, so that counting on cannot overflow.
            let within_reason = self.head.record < 1 << 60 && self.bytes < 1 << 60;
            within_reason && self.bytes > 0 && (1..=self.head.record).contains(&self.segment)
        }
    }
}

/// The state of the head file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeadFile {
    Valid(Extent),
    Absent,
    /// Damaged, with the reason.
    Unreadable(String),
}

/// Reads the head file. A damaged or missing file is not an error here: see [`HeadFile`].
pub(super) fn read(ledger: &Path) -> Result<HeadFile, JournalError> {
    let path = ledger.join(FILE);
    match plain::read(&path, LONGEST) {
        Ok(bytes) => Ok(match parse(&bytes) {
            Some(extent) => HeadFile::Valid(extent),
            None => HeadFile::Unreadable("the head file has been altered or is incomplete".to_owned()),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HeadFile::Absent),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Ok(HeadFile::Unreadable("the head file is far too long".to_owned()))
        }
        Err(error) => Err(JournalError::io("read", &path)(error)),
    }
}

/// Replaces the head file in one step; durable when it returns.
pub(super) fn replace(disk: &Disk, ledger: &Path, extent: &Extent) -> Result<(), JournalError> {
    let path = ledger.join(FILE);
    let new = ledger.join(NEW);
    disk.write_file(&new, render(extent).as_bytes()).map_err(JournalError::io("write", &new))?;
    disk.put_in_place(&new, &path).map_err(JournalError::io("replace", &path))
}

pub(super) fn render(extent: &Extent) -> String {
    let Extent { head: Head { record, hash }, segment, bytes } = extent;
    let segment = segment::file_name(*segment);
    let body = format!(r#"{{"record":{record},"hash":"{hash}","segment":"{segment}","bytes":{bytes}"#);
    let check = Hash::of(body.as_bytes()).to_string();
    format!("{body},\"check\":\"{}\"}}\n", &check[..16])
}

pub(super) fn parse(bytes: &[u8]) -> Option<Extent> {
    #[derive(Deserialize)]
    struct Fields {
        record: u64,
        hash: Hash,
        segment: String,
        bytes: u64,
    }
    let fields: Fields = serde_json::from_slice(bytes).ok()?;
    let head = Head { record: fields.record, hash: fields.hash };
    let extent = Extent { head, segment: segment::first_record(&fields.segment)?, bytes: fields.bytes };
    // Comparing with what we would have written checks everything at once.
    (extent.is_possible() && render(&extent).as_bytes() == bytes).then_some(extent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent() -> Extent {
        Extent { head: Head { record: 57, hash: Hash::of(b"abc") }, segment: 40, bytes: 12345 }
    }

    #[test]
    fn a_head_file_is_one_line_with_a_check() {
        let text = render(&extent());
        assert_eq!(
            text,
            "{\"record\":57,\"hash\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\
             \"segment\":\"000000000040.jsonl\",\"bytes\":12345,\"check\":\"93b3e42c4ba00c1a\"}\n"
        );
        assert_eq!(parse(text.as_bytes()), Some(extent()));
        assert_eq!(parse(render(&Extent::EMPTY).as_bytes()), Some(Extent::EMPTY));
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_detected() {
        let text = render(&extent()).into_bytes();
        for position in 0..text.len() {
            assert_eq!(parse(&text[..position]), None, "cut at {position}");
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[position] ^= 1 << bit;
                assert_eq!(parse(&flipped), None, "bit {bit} of byte {position}");
            }
        }
    }

    #[test]
    fn an_impossible_extent_is_refused_even_with_its_check() {
        let intact = extent();
        for (what, extent) in [
            ("segment after its record", Extent { segment: 58, ..intact }),
            ("endless records", Extent { head: Head { record: u64::MAX, ..intact.head }, ..intact }),
            ("endless bytes", Extent { bytes: u64::MAX, ..intact }),
            ("segment zero", Extent { segment: 0, ..intact }),
            ("records in no bytes", Extent { bytes: 0, ..intact }),
            ("no records in some bytes", Extent { head: Head::EMPTY, segment: 1, ..intact }),
            ("no records but a hash", Extent { head: Head { record: 0, ..intact.head }, ..Extent::EMPTY }),
        ] {
            assert_eq!(parse(render(&extent).as_bytes()), None, "{what}");
        }
    }
}
