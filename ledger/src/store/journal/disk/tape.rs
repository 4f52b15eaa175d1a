//! Every change to files noted down, in order, to tell what a power cut might leave of them.

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
    /// No change: so many batches have been promised to last, and no other is being written.
    Promised {
        batches: usize,
    },
}

/// The changes, for whoever holds a copy.
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
