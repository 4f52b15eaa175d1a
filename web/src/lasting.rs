//! What the server of an office remembers when it is begun again: sessions and failed tries, beside the ledger.
//!
//! Each is saved under the hash of its id. What cannot be read is left out, and what cannot be opened is moved away and
//! begun again, empty: all users sign in again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use almoner_app::office::Observer;
use almoner_store::scratch::{Scratch, ScratchError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The folder, in the one beside the ledger.
const FOLDER: &str = "sessions";

/// Values of one kind, by key. Without a store, nothing lasts.
#[derive(Clone, Debug, Default)]
pub struct Lasting {
    store: Option<Store>,
    kind: &'static str,
}

#[derive(Clone, Debug)]
struct Store {
    values: Arc<Scratch>,
    folder: PathBuf,
    observer: Arc<dyn Observer>,
}

impl Store {
    /// What could not be removed would be there again after the next start.
    fn note(&self, result: Result<(), ScratchError>) {
        if let Err(error) = result {
            self.observer.note(&format!(
                "sessions cannot be saved: {error}; remove the folder `{}` before you start the pages again",
                self.folder.display()
            ));
        }
    }
}

/// Takes those values out of a map for which `which` is true.
pub fn taken<T>(map: &mut BTreeMap<String, T>, which: impl Fn(&T) -> bool) -> BTreeMap<String, T> {
    let (taken, left) = std::mem::take(map).into_iter().partition(|(_, value)| which(value));
    *map = left;
    taken
}

impl Lasting {
    /// Opens what is saved in a folder. Where that fails, nothing lasts, which is noted.
    pub fn in_folder(folder: &Path, observer: &Arc<dyn Observer>) -> Lasting {
        let folder = folder.join(FOLDER);
        let store = match Scratch::open(&folder) {
            Ok(values) => Some(Store { values: Arc::new(values), folder, observer: observer.clone() }),
            Err(error) => {
                observer.note(&format!(
                    "sessions cannot be saved: {error}; all users must sign in again when the pages are next started"
                ));
                None
            }
        };
        Lasting { store, kind: "" }
    }

    /// Returns the values of a kind.
    pub fn of(&self, kind: &'static str) -> Lasting {
        Lasting { kind, ..self.clone() }
    }

    /// Returns the values of a folder, whose notes nobody sees.
    #[cfg(test)]
    pub fn of_test(folder: &Path) -> Lasting {
        #[derive(Debug)]
        struct Quiet;
        impl Observer for Quiet {
            fn note(&self, _: &str) {}
            fn progress(&self, _: &'static str) -> almoner_app::office::Progress<'_> {
                Box::new(|_, _| {})
            }
        }
        let observer: Arc<dyn Observer> = Arc::new(Quiet);
        Lasting::in_folder(folder, &observer).of("test")
    }

    fn key(&self, key: &str) -> String {
        format!("{} {key}", self.kind)
    }

    /// Returns all values that can be read, by key. The others are removed.
    pub fn all<T: DeserializeOwned>(&self) -> BTreeMap<String, T> {
        let Some(store) = &self.store else { return BTreeMap::new() };
        let entries = store.values.all().unwrap_or_else(|error| {
            store.note(Err(error));
            Vec::new()
        });
        let prefix = self.key("");
        let own = entries.iter().filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value)));
        let (mut read, mut unreadable) = (BTreeMap::new(), Vec::new());
        for (key, value) in own {
            match serde_json::from_slice(value) {
                Ok(value) => drop(read.insert(key.to_owned(), value)),
                Err(_) => unreadable.push(key.to_owned()),
            }
        }
        self.remove(&unreadable);
        read
    }

    /// Saves values in place of earlier ones.
    pub fn put<T: Serialize>(&self, values: &[(&str, T)]) {
        let Some(store) = &self.store else { return };
        let written = |(key, value): &(&str, T)| Some((self.key(key), serde_json::to_vec(value).ok()?));
        let written: Vec<(String, Vec<u8>)> = values.iter().filter_map(written).collect();
        store.note(store.values.put_all(written.iter().map(|(key, value)| (key.as_str(), value.as_slice()))));
    }

    /// Removes values.
    pub fn remove<K: AsRef<str>>(&self, keys: &[K]) {
        let Some(store) = self.store.as_ref().filter(|_| !keys.is_empty()) else { return };
        let keys: Vec<String> = keys.iter().map(|key| self.key(key.as_ref())).collect();
        store.note(store.values.remove(keys.iter().map(String::as_str)));
    }
}
