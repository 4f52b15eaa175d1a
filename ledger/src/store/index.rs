//! The index: grants, recipients and decisions by id, in sled.
//!
//! It holds nothing that cannot be remade from the journal. sled may panic on damaged files, or
//! come back without its newest entries: every call is guarded, and the index says which head it
//! was made at, so that one that does not agree with the journal is remade.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::book::{BooksError, Shelves};
use crate::decisions::{DecisionId, RegisteredDecision};
use crate::grants::{Grant, GrantId};
use crate::head::Head;
use crate::recipients::{NameKey, Recipient, RecipientId};
use crate::reconciliation::{LineKey, ReconciledLine};
use crate::store::pages::Pages;

/// Changes whenever the layout of a value changes.
const LAYOUT: &[u8] = b"almoner index 5";
const OTHER_LAYOUT: &str = "it is of another version of almoner";
const CACHE_BYTES: u64 = 64 << 20;
const LAYOUT_KEY: &[u8] = b"layout";
const HEAD_KEY: &[u8] = b"head";

/// The index could not be read or written; it is to be remade.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be used: {0}")]
pub struct IndexError(String);

impl IndexError {
    /// True when nothing is wrong with the index but that another version of the program made it.
    pub(super) fn is_other_layout(&self) -> bool {
        self.0 == OTHER_LAYOUT
    }

    /// A page that does not hold what its lengths say.
    pub(super) fn page() -> IndexError {
        IndexError("a page of it is torn".to_owned())
    }
}

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

impl From<postcard::Error> for IndexError {
    fn from(error: postcard::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

impl From<IndexError> for BooksError {
    fn from(error: IndexError) -> BooksError {
        BooksError::Unreadable(format!("{error}; `almoner rebuild` remakes it from the journal"))
    }
}

/// The index, open. Copies are handles of the same one.
#[derive(Clone)]
pub struct Index {
    db: sled::Db,
    grants: Pages,
    recipients: Pages,
    names: Pages,
    decisions: Pages,
    lines: Pages,
    keys: Pages,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Index")
    }
}

impl Index {
    /// Opens the index in a folder, or makes an empty one there.
    pub fn open(folder: &Path) -> Result<Index, IndexError> {
        guarded(|| {
            let config = sled::Config::new()
                .path(folder)
                .cache_capacity(CACHE_BYTES)
                .flush_every_ms(None)
                .print_profile_on_drop(false);
            let db = unlocked(&config)?;
            let index = Index {
                grants: Pages::new(db.open_tree("grants")?),
                recipients: Pages::new(db.open_tree("recipients")?),
                names: Pages::new(db.open_tree("names")?),
                lines: Pages::new(db.open_tree("lines")?),
                decisions: Pages::new(db.open_tree("decisions")?),
                keys: Pages::new(db.open_tree("keys")?),
                db,
            };
            match index.db.get(LAYOUT_KEY)? {
                Some(layout) if layout == LAYOUT => {}
                Some(_) => return Err(IndexError(OTHER_LAYOUT.to_owned())),
                None => {
                    index.db.insert(LAYOUT_KEY, LAYOUT)?;
                }
            }
            Ok(index)
        })
    }

    /// The head that the index was made at; `None` while it is being changed, or was when the
    /// program was stopped.
    pub fn head(&self) -> Result<Option<Head>, IndexError> {
        guarded(|| match self.db.get(HEAD_KEY)? {
            Some(bytes) => Ok(Some(postcard::from_bytes(&bytes)?)),
            None => Ok(None),
        })
    }

    /// Puts what a batch changed in the index, which is then made at `head`.
    pub fn put(&self, changed: &Shelves, keys: &[(String, Head)], head: Head) -> Result<(), IndexError> {
        guarded(|| {
            // sled writes in order: whoever finds a change below but not this removal finds neither.
            self.db.remove(HEAD_KEY)?;
            put_all(&self.grants, changed.grants.iter().map(|(id, it)| (id.as_str(), it)))?;
            put_all(&self.recipients, changed.recipients.iter().map(|(id, it)| (id.as_str(), it)))?;
            put_all(&self.names, changed.names.iter().map(|(key, it)| (key.as_str(), it)))?;
            put_all(&self.decisions, changed.decisions.iter().map(|(id, it)| (id.as_str(), it)))?;
            let lines: Vec<(String, &ReconciledLine)> =
                changed.lines.iter().map(|(key, it)| (key.to_string(), it)).collect();
            put_all(&self.lines, lines.iter().map(|(key, it)| (key.as_str(), *it)))?;
            put_all(&self.keys, keys.iter().map(|(key, head)| (key.as_str(), head)))?;
            self.db.insert(HEAD_KEY, postcard::to_stdvec(&head)?)?;
            self.db.flush()?;
            Ok(())
        })
    }

    /// One grant.
    pub fn grant(&self, id: &GrantId) -> Result<Option<Grant>, IndexError> {
        get(&self.grants, id.as_str())
    }

    /// One recipient.
    pub fn recipient(&self, id: &RecipientId) -> Result<Option<Recipient>, IndexError> {
        get(&self.recipients, id.as_str())
    }

    /// The recipients filed under a key.
    pub fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, IndexError> {
        Ok(get(&self.names, key.as_str())?.unwrap_or_default())
    }

    /// One decision.
    pub fn decision(&self, id: &DecisionId) -> Result<Option<RegisteredDecision>, IndexError> {
        get(&self.decisions, id.as_str())
    }

    /// One line of a bank statement.
    pub fn reconciled_line(&self, key: &LineKey) -> Result<Option<ReconciledLine>, IndexError> {
        get(&self.lines, &key.to_string())
    }

    /// Where the journal went to after the batch with this key.
    pub fn batch_with_key(&self, key: &str) -> Result<Option<Head>, IndexError> {
        get(&self.keys, key)
    }

    /// Every grant.
    pub fn each_grant(
        &self,
        visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        each(&self.grants, visit)
    }

    /// Every recipient.
    pub fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        each(&self.recipients, visit)
    }

    /// Every decision.
    pub fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        each(&self.decisions, visit)
    }

    /// How many names and lines the index files, to compare it with what it should hold.
    pub fn names_and_lines(&self) -> Result<(usize, usize), IndexError> {
        let count = |pages: &Pages| guarded(|| pages.values().map(|page| Ok(page?.len())).sum());
        Ok((count(&self.names)?, count(&self.lines)?))
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

fn put_all<'a, Value: Serialize + 'a>(
    pages: &Pages,
    values: impl Iterator<Item = (&'a str, &'a Value)>,
) -> Result<(), IndexError> {
    let mut encoded = Vec::new();
    for (key, value) in values {
        encoded.push((key, postcard::to_stdvec(value)?));
    }
    pages.put(encoded)
}

fn get<Value: DeserializeOwned>(pages: &Pages, key: &str) -> Result<Option<Value>, IndexError> {
    guarded(|| match pages.get(key)? {
        Some(bytes) => Ok(Some(postcard::from_bytes(&bytes)?)),
        None => Ok(None),
    })
}

fn each<Value: DeserializeOwned>(
    pages: &Pages,
    visit: &mut dyn FnMut(&Value) -> Result<(), BooksError>,
) -> Result<(), BooksError> {
    let mut values = pages.values();
    while let Some(page) = guarded(|| values.next().transpose())? {
        for bytes in page {
            let value: Value = postcard::from_bytes(&bytes).map_err(IndexError::from)?;
            visit(&value)?;
        }
    }
    Ok(())
}

/// Calls sled, a panic of which becomes an error.
fn guarded<Value>(call: impl FnOnce() -> Result<Value, IndexError>) -> Result<Value, IndexError> {
    quieten_sled();
    // Whatever state sled is left in, the index is remade and not used again.
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(IndexError("its library stopped on damaged files".to_owned())))
}

/// Keeps the message of a panic inside sled, which is caught, off the screen. All other panics
/// are reported as ever.
fn quieten_sled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let in_sled = panic.location().is_some_and(|at| at.file().contains("sled-0.34"));
            let beneath_sled = std::thread::current().name().is_some_and(|name| name.starts_with("sled"));
            if !in_sled && !beneath_sled {
                report(panic);
            }
        }));
    });
}
