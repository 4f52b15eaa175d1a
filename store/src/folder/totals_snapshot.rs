//! The snapshot of totals and reference data at a head, which is all that most reports read.
//!
//! A file of its own for each head, written before readers see that head: see [`files`].

use std::io::{self, Write};
use std::path::Path;

use almoner_ledger::book::ReferenceData;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;
use serde::{Deserialize, Serialize};

use crate::folder::files::{self, Kind, Unfinished};

/// Must change whenever the layout of the snapshot changes, so that another layout is never misread.
const LAYOUT: &[u8; 16] = b"almoner totals 8";

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

/// Reads the snapshot of a head; `None` when there is none, or it is damaged or of another layout.
pub fn read(index: &Path, head: Head) -> Option<TotalsSnapshot> {
    read_file(&files::path(index, Kind::Totals, head)).filter(|snapshot| snapshot.head == head)
}

/// Reads a snapshot; `None` when it is damaged or of another layout.
pub fn read_file(path: &Path) -> Option<TotalsSnapshot> {
    postcard::from_bytes(content(&std::fs::read(path).ok()?)?).ok()
}

/// Returns the name of the snapshot of a head and the hash of its content, if it is intact.
pub fn seal(index: &Path, head: Head) -> Option<(String, Hash)> {
    let path = files::path(index, Kind::Totals, head);
    let bytes = std::fs::read(&path).ok()?;
    let name = path.file_name()?.to_str()?.to_owned();
    content(&bytes).map(|content| (name, Hash::of(content)))
}

/// Returns whether there is an intact snapshot of a head.
pub fn exists(index: &Path, head: Head) -> bool {
    let Ok(bytes) = std::fs::read(files::path(index, Kind::Totals, head)) else { return false };
    let made_at = content(&bytes).and_then(|content| postcard::take_from_bytes::<Head>(content).ok());
    made_at.is_some_and(|(made_at, _)| made_at == head)
}

/// Returns the content of a file, if it is intact and of this layout.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let (hash, content) = bytes.strip_prefix(LAYOUT)?.split_at_checked(Hash::DIGITS)?;
    (Hash::from_hex(hash)? == Hash::of(content)).then_some(content)
}

/// Writes the snapshot of a head.
pub fn write(index: &Path, head: Head, reference: &ReferenceData, totals: &Totals) -> io::Result<()> {
    let content = postcard::to_stdvec(&SnapshotRef { head, reference, totals }).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(LAYOUT.len() + Hash::DIGITS + content.len());
    bytes.extend_from_slice(LAYOUT);
    bytes.extend_from_slice(&Hash::of(&content).hex());
    bytes.extend_from_slice(&content);
    let (unfinished, mut file) = Unfinished::create(index)?;
    file.write_all(&bytes)?;
    unfinished.put_in_place(&files::path(index, Kind::Totals, head))?;
    files::remove_old(index, Kind::Totals);
    Ok(())
}
