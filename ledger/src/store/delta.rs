//! What changed since the index was last sealed, in sled.
//!
//! sled may panic on damaged files, or come back without its newest entries: every call is guarded,
//! and what it holds says which sealed pages it changes, and which head it was made at.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::head::Head;
use crate::store::index::{IndexError, IndexTable};
use crate::store::pages::{Changed, Pages};

/// Where sled keeps its files, in the index's folder.
pub(super) const FOLDER: &str = "records";
/// Changes whenever the layout of a value changes.
const LAYOUT: &[u8] = b"almoner index 7";
/// sled holds little, and reads and writes whole segments.
const CACHE_BYTES: u64 = 8 << 20;
const SEGMENT_BYTES: usize = 256 << 10;
const LAYOUT_KEY: &[u8] = b"layout";
const HEAD_KEY: &[u8] = b"head";
/// The head of the sealed pages that these are changes of.
const BASE_KEY: &[u8] = b"base";
/// How many values were put in since then.
const CHANGES_KEY: &[u8] = b"changes";

/// Changes of sealed pages. Copies are handles of the same ones.
#[derive(Clone)]
pub(super) struct Delta {
    db: sled::Db,
    trees: [Pages; IndexTable::ALL.len()],
}

impl Delta {
    /// Opens them, or makes a place for them.
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

    /// The head of the sealed pages that these change.
    pub(super) fn base(&self) -> Result<Option<Head>, IndexError> {
        self.stored(BASE_KEY)
    }

    /// The head that they were made at; `None` while they are being changed, or were when the
    /// program was stopped.
    pub(super) fn head(&self) -> Result<Option<Head>, IndexError> {
        self.stored(HEAD_KEY)
    }

    /// How many values were put in.
    pub(super) fn changes(&self) -> Result<u64, IndexError> {
        Ok(self.stored(CHANGES_KEY)?.unwrap_or(0))
    }

    /// The value of a key, if it changed.
    pub(super) fn get(&self, table: IndexTable, key: &str) -> Result<Option<Vec<u8>>, IndexError> {
        guarded(|| self.tree(table).get(key))
    }

    /// All keys and values of a table that changed.
    pub(super) fn all(&self, table: IndexTable) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, IndexError> {
        guarded(|| self.tree(table).all())
    }

    /// Forgets everything, and holds changes of the pages sealed at `base` from now on.
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

    /// Puts in what a batch changed, `values` values, and is then made at `head`.
    pub(super) fn put<'a>(
        &self,
        changed: impl Fn(IndexTable) -> Changed<'a>,
        values: u64,
        head: Head,
    ) -> Result<(), IndexError> {
        let changes = self.changes()? + values;
        guarded(|| {
            // sled writes in order: whoever finds a change below but not this removal finds neither.
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

/// Opens sled. Threads of its own let go of its lock a little after the last handle is dropped, so
/// that an index opened again at once may still seem to be held. By anybody else it never is, since
/// whoever opens it holds the ledger's lock.
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
    /// Whether this thread is calling sled.
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls sled, a panic of which becomes an error.
fn guarded<Value>(call: impl FnOnce() -> Result<Value, IndexError>) -> Result<Value, IndexError> {
    quieten_sled();
    let was_in_sled = IN_SLED.replace(true);
    // Whatever state sled is left in, the index is remade and not used again.
    let called = catch_unwind(AssertUnwindSafe(call));
    IN_SLED.set(was_in_sled);
    called.unwrap_or_else(|_| Err(IndexError::stopped()))
}

/// Keeps the message of a panic beneath sled, which is caught, off the screen. All other panics are reported
/// as ever.
fn quieten_sled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let beneath_sled = std::thread::current().name().is_some_and(|name| name.starts_with("sled"));
            if !IN_SLED.get() && !beneath_sled {
                report(panic);
            }
        }));
    });
}
