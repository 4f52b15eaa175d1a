//! A record of every change to files in order, to simulate what a power cut may leave.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// One change to files.
#[derive(Debug, Clone)]
pub(in super::super) enum Change {
    Create {
        path: PathBuf,
    },
    CreateOrEmpty {
        path: PathBuf,
    },
    Write {
        path: PathBuf,
        place: u64,
        bytes: Vec<u8>,
    },
    Sync {
        path: PathBuf,
        succeeded: bool,
    },
    SyncFolder {
        path: PathBuf,
    },
    Truncate {
        path: PathBuf,
        length: u64,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
    /// No change: this many batches are acknowledged, and no other is being written.
    Acknowledged {
        batches: usize,
    },
}

/// The changes so far. Copies are handles of the same tape.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Tape(Arc<Mutex<Vec<Change>>>);

impl Tape {
    pub(in super::super) fn note(&self, change: Change) {
        self.0.lock().unwrap().push(change);
    }

    pub(in super::super) fn changes(&self) -> Vec<Change> {
        self.0.lock().unwrap().clone()
    }
}
