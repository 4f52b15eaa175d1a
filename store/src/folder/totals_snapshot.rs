//! The snapshot of totals and reference data at a head, which is all that most reports read.
//!
//! A file of its own for each head, written before readers see that head: see [`files`].

use std::io::{self, Read, Write};
use std::path::Path;

use almoner_ledger::book::ReferenceData;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;
use serde::{Deserialize, Serialize};

use crate::folder::files::{self, Kind, Unfinished};
use crate::plain;

/// Must change whenever the layout of the snapshot changes, so that another layout is never misread.
const LAYOUT: &[u8; 16] = b"almoner totals15";

/// Totals and reference data at a head.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TotalsSnapshot {
    /// The head that the snapshot was made at.
    pub head: Head,
    /// Themes, funds, budgets and so on.
    pub reference: ReferenceData,
    /// The totals of all grants and funds.
    pub totals: Totals,
}

/// The snapshot as it is written, borrowed so that nothing is copied.
#[derive(Serialize)]
struct SnapshotRef<'a> {
    head: Head,
    reference: &'a ReferenceData,
    totals: &'a Totals,
}

/// Reads the snapshot of a head with its seal, the hash of its content; `None` when there is none, or it is damaged or
/// of another layout.
pub fn read(index: &Path, head: Head) -> Option<(TotalsSnapshot, Hash)> {
    let bytes = bytes_of(&files::path(index, Kind::Totals, head)).ok()?;
    let (seal, content) = content(&bytes)?;
    let snapshot: TotalsSnapshot = postcard::from_bytes(content).ok()?;
    (snapshot.head == head).then_some((snapshot, seal))
}

/// Returns whether a file is an intact snapshot of this layout.
pub fn is_intact(path: &Path) -> bool {
    let bytes = bytes_of(path).unwrap_or_default();
    content(&bytes).is_some_and(|(_, content)| postcard::from_bytes::<TotalsSnapshot>(content).is_ok())
}

/// Returns the seal of the snapshot of a head, if it is intact, without reading what it has.
pub fn seal(index: &Path, head: Head) -> Option<Hash> {
    let bytes = bytes_of(&files::path(index, Kind::Totals, head)).ok()?;
    let (seal, content) = content(&bytes)?;
    let (made_at, _) = postcard::take_from_bytes::<Head>(content).ok()?;
    (made_at == head).then_some(seal)
}

/// Reads a file, however large the totals are.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    plain::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the content of a file with its hash, if it is intact and of this layout.
fn content(bytes: &[u8]) -> Option<(Hash, &[u8])> {
    let (hash, content) = bytes.strip_prefix(LAYOUT)?.split_at_checked(Hash::DIGITS)?;
    let hash = Hash::from_hex(hash)?;
    (hash == Hash::of(content)).then_some((hash, content))
}

/// Writes the snapshot of a head, and returns its seal.
pub fn write(index: &Path, head: Head, reference: &ReferenceData, totals: &Totals) -> io::Result<Hash> {
    let content = postcard::to_stdvec(&SnapshotRef { head, reference, totals }).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(LAYOUT.len() + Hash::DIGITS + content.len());
    bytes.extend_from_slice(LAYOUT);
    let seal = Hash::of(&content);
    bytes.extend_from_slice(&seal.hex());
    bytes.extend_from_slice(&content);
    let (unfinished, mut file) = Unfinished::create(index)?;
    file.write_all(&bytes)?;
    unfinished.put_in_place(&files::path(index, Kind::Totals, head))?;
    files::remove_old(index, Kind::Totals);
    Ok(seal)
}
