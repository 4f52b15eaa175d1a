//! The snapshot of totals and reference data, `index/totals`, which is all that most reports read.
//!
//! It is replaced as a whole after every batch, states the head it was made at, and can be rebuilt
//! from the journal at any time.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use almoner_ledger::book::ReferenceData;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;
use serde::{Deserialize, Serialize};

use crate::private;

/// Must change whenever the layout of the snapshot changes, so that another layout is never misread.
const LAYOUT: &[u8; 16] = b"almoner totals 7";

/// Totals and reference data at a head.
#[derive(Debug, Serialize, Deserialize)]
pub struct TotalsSnapshot {
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

fn path(index: &Path) -> PathBuf {
    index.join("totals")
}

/// Reads the snapshot; `None` when there is none, or it is damaged or of another layout.
pub fn read(index: &Path) -> Option<TotalsSnapshot> {
    let bytes = fs::read(path(index)).ok()?;
    let body = bytes.strip_prefix(LAYOUT)?;
    let (hash, content) = body.split_at_checked(Hash::DIGITS)?;
    if Hash::from_hex(hash)? != Hash::of(content) {
        return None;
    }
    postcard::from_bytes(content).ok()
}

/// Replaces the snapshot.
pub fn write(index: &Path, head: Head, reference: &ReferenceData, totals: &Totals) -> io::Result<()> {
    let content = postcard::to_stdvec(&SnapshotRef { head, reference, totals }).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(LAYOUT.len() + Hash::DIGITS + content.len());
    bytes.extend_from_slice(LAYOUT);
    bytes.extend_from_slice(&Hash::of(&content).hex());
    bytes.extend_from_slice(&content);
    let temporary = index.join("totals.new");
    private::create(&temporary)?.write_all(&bytes)?;
    fs::rename(temporary, path(index))
}

/// Removes the snapshot, so that it is rebuilt when the ledger is next opened.
pub fn discard(index: &Path) {
    // A file that cannot be removed still states the head it was made at.
    let _ = fs::remove_file(path(index));
}
