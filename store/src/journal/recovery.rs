//! Opening: finding the end of the journal, and quarantining what an interrupted write left.
//!
//! Everything up to the end given by the head file was acknowledged. What the segments hold after that was
//! not:
//!
//! * Batches that follow in the chain and have their commit count as recorded (the program was stopped
//!   between writing the batch and writing the head).
//! * The bytes after the last commit are an *unfinished write* if they are in the last segment and may be the
//!   remains of one batch: see [`Remains`].
//! * Anything else after the head is damage: an interrupted write cannot be the cause, but an old head file
//!   can.
//!
//! Only an unfinished write is ever removed from a segment, and only after it has been copied to a file of
//! its own. Acknowledged bytes are never changed.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::chain::Chain;
use super::disk::{Disk, OpenFile};
use super::head_file::{self, Extent, HeadFile};
use super::records::{Records, check_place};
use super::remains::Remains;
use super::run::RunReader;
use super::{Damage, DamageKind, JournalError, line, segment};
use crate::plain;

/// The result of opening a journal: what was found after its acknowledged end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// An unfinished batch, which was never acknowledged and is not recorded.
    pub quarantined: Option<Quarantined>,
    /// Number of records in whole batches after the acknowledged end, which are acknowledged now.
    pub advanced: u64,
}

/// An unfinished batch at the end of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The file it was moved to; `None` when the journal was opened for reading, which leaves it in place.
    pub file: Option<PathBuf>,
    /// Length in bytes.
    pub bytes: u64,
    /// Number of whole records.
    pub records: u64,
}

/// What there is in a ledger folder.
#[derive(Debug)]
pub(super) struct Found {
    /// The end given by the head file, if it is valid.
    acknowledged: Option<Extent>,
    /// Where the journal ends.
    pub(super) extent: Extent,
    pub(super) damage: Option<Damage>,
    unfinished: Option<Unfinished>,
}

/// The bytes of a segment that belong to no batch.
#[derive(Debug)]
struct Unfinished {
    segment: u64,
    /// Where they begin. When 0, the whole segment is unfinished.
    offset: u64,
    bytes: u64,
    records: u64,
}

impl Found {
    /// Returns the recovery of an opening for reading, which changes nothing.
    pub(super) fn recovery(&self) -> Recovery {
        let before = self.acknowledged.map_or(self.extent.head.record, |extent| extent.head.record);
        let unfinished = self.unfinished.as_ref().filter(|unfinished| unfinished.bytes > 0);
        let quarantined =
            unfinished.map(|&Unfinished { bytes, records, .. }| Quarantined { file: None, bytes, records });
        Recovery { quarantined, advanced: self.extent.head.record - before }
    }
}

/// Finds the end of the journal of the folder `ledger`. Reads only the end of the last segment if that is the
/// end given by the head file.
pub(super) fn inspect(ledger: &Path) -> Result<Found, JournalError> {
    // The head is read first: a batch written meanwhile then appears after it, and is not damage.
    let head_file = head_file::read(ledger)?;
    let folder = ledger.join(segment::FOLDER);
    let has_records = matches!(&head_file, HeadFile::Valid(extent) if extent.head.record > 0);
    if !has_records && !folder.try_exists().map_err(JournalError::io("read", &folder))? {
        return Err(JournalError::Missing { path: ledger.to_owned() });
    }
    let segments = segment::list(&folder).map_err(JournalError::io("read", &folder))?;
    match head_file {
        HeadFile::Valid(extent) => from_head(&folder, &segments, extent),
        // The creation of the journal was interrupted.
        HeadFile::Absent if segments.is_empty() => {
            Ok(Found { acknowledged: None, extent: Extent::EMPTY, damage: None, unfinished: None })
        }
        HeadFile::Absent => without_head(&folder, &segments, "the head file is missing".to_owned()),
        HeadFile::Unreadable(reason) => without_head(&folder, &segments, reason),
    }
}

/// Finds the end of a journal whose head file is lost: that of its last whole batch. `None` if there is a head file that
/// can be read.
pub(super) fn inspect_without_head(ledger: &Path) -> Result<Option<Found>, JournalError> {
    if let HeadFile::Valid(_) = head_file::read(ledger)? {
        return Ok(None);
    }
    let folder = ledger.join(segment::FOLDER);
    let segments = segment::list(&folder).map_err(JournalError::io("read", &folder))?;
    follow(&folder, &segments, Extent::EMPTY).map(Some)
}

/// Returns the end given by the head file, if the journal reaches it. Reads nothing after it.
pub(super) fn acknowledged(ledger: &Path) -> Result<Option<Extent>, JournalError> {
    let HeadFile::Valid(extent) = head_file::read(ledger)? else { return Ok(None) };
    let folder = ledger.join(segment::FOLDER);
    let first = folder.join(segment::file_name(1));
    let is_whole = extent.head.record > 0 && first.exists() && ends_with_head(&folder, &extent)?;
    Ok(is_whole.then_some(extent))
}

fn from_head(folder: &Path, segments: &[u64], extent: Extent) -> Result<Found, JournalError> {
    let damaged =
        |damage| Ok(Found { acknowledged: Some(extent), extent, damage: Some(damage), unfinished: None });
    let head = extent.head;
    if head.record > 0 {
        if !ends_with_head(folder, &extent)? {
            // Read more closely, to find the position and kind of the damage.
            let found = Records::<IgnoredAny>::new(folder, extent, head.record, None).find_map(Result::err);
            return damaged(found.unwrap_or_else(|| {
                Damage::in_segment(extent.segment, 1, 0, head.record, DamageKind::HeadDisagrees)
            }));
        }
        if segments.first() != Some(&1) {
            return damaged(Damage::missing_segment(1, segments.first().copied()));
        }
    }
    let mut found = follow(folder, segments, extent)?;
    found.acknowledged = Some(extent);
    if let Some(damage) = &mut found.damage {
        let what = Box::new(damage.kind.clone());
        damage.kind = DamageKind::BeyondHead { what };
    }
    Ok(found)
}

fn without_head(folder: &Path, segments: &[u64], reason: String) -> Result<Found, JournalError> {
    let mut found = follow(folder, segments, Extent::EMPTY)?;
    let next = found.extent.head.record + 1;
    found.damage.get_or_insert_with(|| Damage::head_unreadable(next, reason));
    Ok(found)
}

/// Returns whether the journal reaches `extent`, and has the end of the head's line there.
pub(super) fn ends_with_head(folder: &Path, extent: &Extent) -> Result<bool, JournalError> {
    let path = folder.join(segment::file_name(extent.segment));
    let expected = line::ending(extent.head.hash);
    let Some(start) = extent.bytes.checked_sub(expected.len() as u64) else { return Ok(false) };
    let read = || -> io::Result<bool> {
        let mut file = plain::open(&path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut found = vec![0; expected.len()];
        file.read_exact(&mut found)?;
        Ok(found == expected)
    };
    match read() {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {
            Ok(false)
        }
        result => result.map_err(JournalError::io("read", &path)),
    }
}

/// Reads from `start`, the end of a batch, and finds the end of the last batch.
fn follow(folder: &Path, segments: &[u64], start: Extent) -> Result<Found, JournalError> {
    let mut found = Found { acknowledged: None, extent: start, damage: None, unfinished: None };
    for &first in segments.iter().filter(|first| **first >= start.segment) {
        let continues = first == start.segment && start.bytes > 0;
        let out_of_place = if found.unfinished.is_some() {
            // A segment begins only after a whole batch.
            let next = found.extent.head.record + 1;
            Some(Damage::in_segment(first, 1, 0, next, DamageKind::UnexpectedSegment))
        } else if continues {
            None
        } else {
            check_place(first, found.extent.head.record + 1).err()
        };
        if out_of_place.is_some() {
            found.unfinished = None;
            found.damage = out_of_place;
        } else {
            follow_segment(folder, first, if continues { start.bytes } else { 0 }, &mut found)?;
        }
        if found.damage.is_some() {
            break;
        }
    }
    Ok(found)
}

/// Reads the segment from byte `from`, where a batch must begin, and updates `found`.
fn follow_segment(folder: &Path, first: u64, from: u64, found: &mut Found) -> Result<(), JournalError> {
    let path = folder.join(segment::file_name(first));
    let failed = || JournalError::io("read", &path);
    // Only up to the present length: another program may be writing a line while we read its beginning.
    let length = fs::metadata(&path).map_err(failed())?.len();
    let mut runs = RunReader::open(&path, from, length).map_err(failed())?;
    let mut chain = Chain::after(found.extent.head);
    let mut batch_end = from;
    let mut records = 0;
    while let Some(mut run) = runs.next().map_err(failed())? {
        let expected = chain.next_record();
        let opened = run.open::<IgnoredAny>(0);
        let followed = chain.follow(&opened).and_then(|()| match &opened.contents {
            Ok(contents) => contents.fault.clone().map_or(Ok(()), Err),
            Err(fault) => Err(fault.clone()),
        });
        let Err(fault) = followed else {
            records = chain.uncommitted();
            if let Some(head) = chain.head() {
                batch_end = opened.place.end();
                found.extent = Extent { head, segment: first, bytes: batch_end };
            }
            continue;
        };
        let mut remains = Remains::of_batch_after(found.extent.head.record, expected, chain.hash(), length);
        let mut is_accepted = remains.accepts(&run);
        while is_accepted && let Some(run) = runs.next().map_err(failed())? {
            is_accepted = remains.accepts(&run);
        }
        if !is_accepted {
            let damage = opened.place.damage(first, expected, fault);
            let number = segment::line_number_at(&path, damage.offset).map_err(failed())?;
            found.damage = Some(Damage { line: number, ..damage });
            return Ok(());
        }
        records += remains.records();
        break;
    }
    let bytes = runs.next_offset() - batch_end;
    // A new segment without a batch must be removed, even if it is empty.
    if bytes > 0 || batch_end == 0 {
        found.unfinished = Some(Unfinished { segment: first, offset: batch_end, bytes, records });
    }
    Ok(())
}

/// Repairs the files: batches after the head are acknowledged, an unfinished write is moved to a file of its
/// own. If this fails or is interrupted at any point, it can be repeated.
pub(super) fn repair(disk: &Disk, ledger: &Path, found: &Found) -> Result<Recovery, JournalError> {
    if found.acknowledged != Some(found.extent) {
        // What can be read may not be on the disk yet, and must be before the head acknowledges it.
        let start = found.acknowledged.map_or(1, |extent| extent.segment);
        let bytes = found.acknowledged.map_or(0, |extent| extent.bytes);
        write_again(disk, &ledger.join(segment::FOLDER), (start, bytes), &found.extent)?;
        head_file::replace(disk, ledger, &found.extent)?;
    }
    quarantine(disk, ledger, found)
}

/// Repairs the files of a journal without a head file, and leaves it without one: the batch that says so writes it. If
/// this fails or is interrupted at any point, it can be repeated.
pub(super) fn repair_without_head(
    disk: &Disk,
    ledger: &Path,
    found: &Found,
) -> Result<Recovery, JournalError> {
    write_again(disk, &ledger.join(segment::FOLDER), (1, 0), &found.extent)?;
    quarantine(disk, ledger, found)
}

fn quarantine(disk: &Disk, ledger: &Path, found: &Found) -> Result<Recovery, JournalError> {
    let folder = ledger.join(segment::FOLDER);
    let mut recovery = found.recovery();
    if let Some(unfinished) = &found.unfinished {
        let copy = move_away(disk, &folder, found.extent.head.record, unfinished)?;
        if let Some(quarantined) = &mut recovery.quarantined {
            quarantined.file = copy;
        }
    }
    Ok(recovery)
}

/// Rewrites the bytes from byte `start.1` of segment `start.0` to `end` in place, so that they are on the disk
/// even if an earlier sync failed: see [`Disk::sync`].
fn write_again(disk: &Disk, folder: &Path, start: (u64, u64), end: &Extent) -> Result<(), JournalError> {
    let segments = segment::list(folder).map_err(JournalError::io("read", folder))?;
    for first in segments.into_iter().filter(|first| (start.0..=end.segment).contains(first)) {
        let path = folder.join(segment::file_name(first));
        let from = if first == start.0 { start.1 } else { 0 };
        let to = if first == end.segment { end.bytes } else { u64::MAX };
        let again = || -> io::Result<()> {
            let mut file = disk.open(&path)?;
            let mut place = from;
            let mut chunk = vec![0; 1 << 20];
            while place < to {
                file.seek(place)?;
                let length = file.read(&mut chunk)?.min(usize::try_from(to - place).unwrap_or(usize::MAX));
                if length == 0 {
                    break;
                }
                file.seek(place)?;
                disk.write(&mut file, &chunk[..length])?;
                place += length as u64;
            }
            disk.sync(&file)
        };
        again().map_err(JournalError::io("write to", &path))?;
    }
    disk.sync_folder(folder).map_err(JournalError::io("write to", folder))
}

/// Moves the unfinished bytes to a new file, unless there are none, and returns its path.
fn move_away(
    disk: &Disk,
    folder: &Path,
    last_record: u64,
    unfinished: &Unfinished,
) -> Result<Option<PathBuf>, JournalError> {
    let path = folder.join(segment::file_name(unfinished.segment));
    let mut file = disk.open(&path).map_err(JournalError::io("open", &path))?;
    let mut copy = None;
    if unfinished.bytes > 0 {
        let (mut quarantine, copy_path) = create_quarantine_file(disk, folder, last_record)?;
        file.seek(unfinished.offset).map_err(JournalError::io("read", &path))?;
        copy_rest(disk, &mut file, &mut quarantine).map_err(JournalError::io("write", &copy_path))?;
        disk.sync_folder(folder).map_err(JournalError::io("write to", folder))?;
        copy = Some(copy_path);
    }
    let cut = || -> io::Result<()> {
        disk.truncate(&file, unfinished.offset)?;
        disk.sync(&file)?;
        if unfinished.offset == 0 {
            disk.remove(&path)?;
            disk.sync_folder(folder)?;
        }
        Ok(())
    };
    cut().map_err(JournalError::io("cut the unfinished end off", &path))?;
    Ok(copy)
}

/// Creates `unfinished-<last record>-<n>.txt` with the first `n` that is free.
fn create_quarantine_file(
    disk: &Disk,
    folder: &Path,
    last_record: u64,
) -> Result<(OpenFile, PathBuf), JournalError> {
    let mut n = 1;
    loop {
        let path = folder.join(format!("unfinished-{last_record}-{n}.txt"));
        match disk.create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(JournalError::io("create", &path)(error)),
        }
    }
}

/// Copies `from`, from its position on, to `to`; durable when it returns.
fn copy_rest(disk: &Disk, from: &mut OpenFile, to: &mut OpenFile) -> io::Result<()> {
    let mut chunk = vec![0; 1 << 20];
    loop {
        let length = from.read(&mut chunk)?;
        if length == 0 {
            return disk.sync(to);
        }
        disk.write(to, &chunk[..length])?;
    }
}
