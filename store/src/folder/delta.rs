//! Changes since the last sorted run of the index, in sled.
//!
//! sled may panic on damaged files, or reopen without its newest entries: every call is guarded, and
//! the delta states which sorted run it changes and which head it reaches.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use almoner_ledger::head::Head;
use serde::de::DeserializeOwned;

use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;
use crate::folder::pages::{Changed, Pages};

/// The folder of sled's files, in the index's folder.
pub(super) const FOLDER: &str = "records";
/// Must change whenever the layout of a value changes.
const LAYOUT: &[u8] = b"almoner index 8";
/// sled holds few values, and reads and writes whole segments.
const CACHE_BYTES: u64 = 8 << 20;
const SEGMENT_BYTES: usize = 256 << 10;
const LAYOUT_KEY: &[u8] = b"layout";
const HEAD_KEY: &[u8] = b"head";
/// The head of the sorted run that the delta changes.
const BASE_KEY: &[u8] = b"base";
/// The number of values put in since then.
const CHANGES_KEY: &[u8] = b"changes";

/// Changes to a sorted run. Copies are handles of the same one.
#[derive(Clone)]
pub(super) struct Delta {
    db: sled::Db,
    trees: [Pages; IndexTable::ALL.len()],
}

impl Delta {
    /// Opens the delta of an index, or makes an empty one.
    pub(super) fn open(index: &Path) -> Result<Delta, IndexError> {
        guarded(|| {
            let config = sled::Config::new()
                .path(index.join(FOLDER))
                .cache_capacity(CACHE_BYTES)
                .segment_size(SEGMENT_BYTES)
                .flush_every_ms(None)
                .print_profile_on_drop(false);
            let db = unlocked(&config)?;
            let [a, b, c, d, e, f] = IndexTable::ALL
                .map(|table| db.open_tree(table.tree()).map(Pages::new).map_err(IndexError::from));
            let delta = Delta { trees: [a?, b?, c?, d?, e?, f?], db };
            match delta.db.get(LAYOUT_KEY)? {
                Some(layout) if layout == LAYOUT => {}
                Some(_) => return Err(IndexError::other_layout()),
                None => {
                    delta.db.insert(LAYOUT_KEY, LAYOUT)?;
                }
            }
            Ok(delta)
        })
    }

    /// Returns the head of the sorted run that the delta changes.
    pub(super) fn base(&self) -> Result<Option<Head>, IndexError> {
        self.stored(BASE_KEY)
    }

    /// Returns the head that the delta reaches; `None` while it is being changed, or if the program was
    /// stopped meanwhile.
    pub(super) fn head(&self) -> Result<Option<Head>, IndexError> {
        self.stored(HEAD_KEY)
    }

    /// Returns the number of values put in.
    pub(super) fn changes(&self) -> Result<u64, IndexError> {
        Ok(self.stored(CHANGES_KEY)?.unwrap_or(0))
    }

    /// Returns the value of a key, if it has changed.
    pub(super) fn get(&self, table: IndexTable, key: &str) -> Result<Option<Vec<u8>>, IndexError> {
        guarded(|| self.tree(table).get(key))
    }

    /// Returns all keys and values of a table that have changed.
    pub(super) fn all(&self, table: IndexTable) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, IndexError> {
        guarded(|| self.tree(table).all())
    }

    /// Clears the delta and begins one on the sorted run with the head `base`.
    pub(super) fn begin(&self, base: Option<Head>) -> Result<(), IndexError> {
        guarded(|| {
            self.db.remove(HEAD_KEY)?;
            self.trees.iter().try_for_each(Pages::clear)?;
            self.db.remove(CHANGES_KEY)?;
            match base {
                Some(base) => self.db.insert(BASE_KEY, postcard::to_stdvec(&base)?)?,
                None => self.db.remove(BASE_KEY)?,
            };
            Ok(())
        })
    }

    /// Puts in the `values` values that a batch changed. The delta then reaches `head`.
    pub(super) fn put<'a>(
        &self,
        changed: impl Fn(IndexTable) -> Changed<'a>,
        values: u64,
        head: Head,
    ) -> Result<(), IndexError> {
        let changes = self.changes()? + values;
        guarded(|| {
            // sled writes in order: no change is found without this removal.
            self.db.remove(HEAD_KEY)?;
            for table in IndexTable::ALL {
                self.tree(table).put(changed(table))?;
            }
            self.db.insert(CHANGES_KEY, postcard::to_stdvec(&changes)?)?;
            self.db.insert(HEAD_KEY, postcard::to_stdvec(&head)?)?;
            self.db.flush()?;
            Ok(())
        })
    }

    fn stored<Value: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<Value>, IndexError> {
        guarded(|| Ok(self.db.get(key)?.map(|bytes| postcard::from_bytes(&bytes)).transpose()?))
    }

    fn tree(&self, table: IndexTable) -> &Pages {
        let [grants, recipients, names, decisions, lines, keys] = &self.trees;
        match table {
            IndexTable::Grants => grants,
            IndexTable::Recipients => recipients,
            IndexTable::Names => names,
            IndexTable::Decisions => decisions,
            IndexTable::Lines => lines,
            IndexTable::Keys => keys,
        }
    }
}

/// Opens sled. Its threads release its lock a little after the last handle is dropped, so that an index
/// reopened at once may still be locked. Nobody else can hold it, since the ledger's lock comes first.
fn unlocked(config: &sled::Config) -> Result<sled::Db, sled::Error> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let started = Instant::now();
    loop {
        match config.open() {
            Err(sled::Error::Io(error))
                if error.to_string().contains("could not acquire lock") && started.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened,
        }
    }
}

thread_local! {
    /// True while this thread is calling sled.
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls sled and turns its panics into errors.
fn guarded<Value>(call: impl FnOnce() -> Result<Value, IndexError>) -> Result<Value, IndexError> {
    quieten_sled();
    let was_in_sled = IN_SLED.replace(true);
    // Whatever state sled is left in, the index is rebuilt and not used again.
    let called = catch_unwind(AssertUnwindSafe(call));
    IN_SLED.set(was_in_sled);
    called.unwrap_or_else(|_| Err(IndexError::stopped()))
}

/// Hides the messages of panics in sled, which are caught. All other panics are reported as usual.
fn quieten_sled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_sled_thread = std::thread::current().name().is_some_and(|name| name.starts_with("sled"));
            if !IN_SLED.get() && !is_sled_thread {
                report(panic);
            }
        }));
    });
}
