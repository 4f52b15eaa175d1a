//! Scratch values of a program that runs, by key, in the user's own folder: what is typed and not recorded yet.
//!
//! No figure is made of them and nothing is proved by them. What was put in has been flushed, so that a program that is
//! killed loses none of it. Files that cannot be used are moved away, and the values begin empty.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::private;
use crate::sled_calls::{self, guarded, is_locked};

/// How long to wait for an earlier handle of this computer to let go.
const PATIENCE: Duration = Duration::from_secs(1);
const CACHE_BYTES: u64 = 2 << 20;

/// Why scratch values cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScratchError {
    /// Another program has them open.
    #[error("another program has them open")]
    InUse,
    /// The system, or the database, failed.
    #[error("{0}")]
    Failed(String),
}

impl From<sled::Error> for ScratchError {
    fn from(error: sled::Error) -> ScratchError {
        if is_locked(&error) { ScratchError::InUse } else { ScratchError::Failed(error.to_string()) }
    }
}

impl From<std::io::Error> for ScratchError {
    fn from(error: std::io::Error) -> ScratchError {
        ScratchError::Failed(crate::system_reason(&error))
    }
}

/// A key with its value.
pub type Entry = (String, Vec<u8>);

/// Values by key. Whatever was put in has been flushed.
#[derive(Debug)]
pub struct Scratch(Option<sled::Db>);

fn called<Value>(call: impl FnOnce() -> Result<Value, ScratchError>) -> Result<Value, ScratchError> {
    guarded(call, |why| ScratchError::Failed(why.to_owned()))
}

/// sled may panic when it is closed, too.
impl Drop for Scratch {
    fn drop(&mut self) {
        let db = self.0.take();
        // What cannot be flushed now was flushed when it was put in.
        let _ = called(|| {
            if let Some(db) = &db {
                db.flush()?;
            }
            drop(db);
            Ok(())
        });
    }
}

impl Scratch {
    /// Opens the values of a folder, which is made if it is missing, and private to its owner.
    ///
    /// # Errors
    ///
    /// If another program has them open, or the folder cannot be used at all.
    pub fn open(folder: &Path) -> Result<Scratch, ScratchError> {
        match Scratch::open_as_it_is(folder) {
            Err(ScratchError::Failed(_)) => {
                let moved_away = moved_away(folder);
                if moved_away.exists() {
                    fs::remove_dir_all(&moved_away)?;
                }
                fs::rename(folder, &moved_away)?;
                Scratch::open_as_it_is(folder)
            }
            opened => opened,
        }
    }

    fn open_as_it_is(folder: &Path) -> Result<Scratch, ScratchError> {
        private::folder(folder)?;
        called(|| {
            let db = sled_calls::open(folder, CACHE_BYTES, PATIENCE)?;
            // Whatever is damaged is found before it is used.
            for entry in db.iter() {
                entry?;
            }
            Ok(Scratch(Some(db)))
        })
    }

    fn db(&self) -> Result<&sled::Db, ScratchError> {
        self.0.as_ref().ok_or_else(|| ScratchError::Failed("it is closed".to_owned()))
    }

    /// Puts a value in place of an earlier one. It is flushed when this returns.
    pub fn put(&self, key: &str, value: &[u8]) -> Result<(), ScratchError> {
        self.put_all([(key, value)])
    }

    /// Puts values in place of earlier ones. They are flushed when this returns.
    pub fn put_all<'a>(
        &self,
        values: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<(), ScratchError> {
        called(|| {
            for (key, value) in values {
                self.db()?.insert(key, value)?;
            }
            self.db()?.flush()?;
            Ok(())
        })
    }

    /// Removes values. They are gone when this returns.
    pub fn remove<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Result<(), ScratchError> {
        called(|| {
            for key in keys {
                self.db()?.remove(key)?;
            }
            self.db()?.flush()?;
            Ok(())
        })
    }

    /// Returns all values, by key.
    pub fn all(&self) -> Result<Vec<Entry>, ScratchError> {
        called(|| {
            let mut all = Vec::new();
            for entry in self.db()?.iter() {
                let (key, value) = entry?;
                all.push((String::from_utf8_lossy(&key).into_owned(), value.to_vec()));
            }
            Ok(all)
        })
    }
}

/// Returns where files go that cannot be used.
fn moved_away(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".unusable");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(all: &[(&str, &str)]) -> Vec<Entry> {
        all.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn values_are_there_again_until_they_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/scratch");
        let scratch = Scratch::open(&path).unwrap();
        for (key, value) in [("a", "1"), ("b", "2"), ("a", "3")] {
            scratch.put(key, value.as_bytes()).unwrap();
        }
        assert_eq!(scratch.all().unwrap(), entries(&[("a", "3"), ("b", "2")]));
        // Nobody else has them meanwhile.
        assert_eq!(Scratch::open(&path).unwrap_err(), ScratchError::InUse);
        drop(scratch);
        let scratch = Scratch::open(&path).unwrap();
        scratch.remove(["a", "c"]).unwrap();
        assert_eq!(scratch.all().unwrap(), entries(&[("b", "2")]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn files_that_cannot_be_used_are_moved_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scratch");
        for _ in 0..2 {
            let scratch = Scratch::open(&path).unwrap();
            scratch.put("a", b"1").unwrap();
            drop(scratch);
            fs::remove_file(path.join("db")).unwrap();
            fs::create_dir(path.join("db")).unwrap();
            let scratch = Scratch::open(&path).unwrap();
            assert_eq!(scratch.all().unwrap(), Vec::new());
            assert!(moved_away(&path).join("db").is_dir());
        }
    }

    #[test]
    fn damaged_files_show_nothing_that_was_not_put_in() {
        let all: Vec<Entry> = (0..40).map(|number| (format!("key {number:02}"), vec![number; 300])).collect();
        for part in 0..30 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("scratch");
            let scratch = Scratch::open(&path).unwrap();
            for (key, value) in &all {
                scratch.put(key, value).unwrap();
            }
            drop(scratch);
            let mut bytes = fs::read(path.join("db")).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
            let at = used * part / 30;
            bytes[at] ^= 0x55;
            fs::write(path.join("db"), bytes).unwrap();
            let scratch = Scratch::open(&path).unwrap();
            let found = scratch.all().unwrap();
            assert!(found.iter().all(|entry| all.contains(entry)), "{part}");
            scratch.put("more", b"2").unwrap();
        }
    }
}
