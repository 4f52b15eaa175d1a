//! Files beside the ledger in which the pages of an office keep who may use them: accounts and access tokens.
//!
//! Each is private, of a stated format, and is replaced whole while other programs that change it wait: what is read is
//! never half of a change, and no change is lost.

use std::fs::{self, File};
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use almoner_app::error::Error;
use almoner_store::{plain, private};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The maximum size of such a file.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What such a file holds.
pub trait Content: Serialize + DeserializeOwned {
    /// The name of the file.
    const FILE: &'static str;
    /// The name of the file that is locked during a change.
    const LOCK: &'static str;
    /// The code of errors.
    const CODE: &'static str;
    /// What it is called in errors.
    const WHAT: &'static str;
    /// The format that this version writes and reads.
    const FORMAT: &'static str;

    /// Returns what is there before anything is saved.
    fn empty() -> Self;

    /// Returns the format that it is of.
    fn format(&self) -> &str;
}

/// A file of a kind.
#[derive(Debug)]
pub struct SavedFile<C> {
    folder: PathBuf,
    content: PhantomData<fn() -> C>,
}

impl<C> Clone for SavedFile<C> {
    fn clone(&self) -> SavedFile<C> {
        SavedFile { folder: self.folder.clone(), content: PhantomData }
    }
}

fn written(content: &impl Content) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(content)?)
}

impl<C: Content> SavedFile<C> {
    /// Returns the file in a folder.
    pub fn in_folder(folder: PathBuf) -> SavedFile<C> {
        SavedFile { folder, content: PhantomData }
    }

    /// Returns the folder that it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self) -> PathBuf {
        self.folder.join(C::FILE)
    }

    /// Returns the error where the file, or another of its folder, cannot be used.
    pub fn failed(&self, error: &io::Error) -> Error {
        let message = format!("the {} ({}) cannot be used: {error}", C::WHAT, self.path().display());
        Error::unavailable(C::CODE, message)
    }

    /// Returns what is saved.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is of a format that this version does not know.
    pub fn read(&self) -> Result<C, Error> {
        Ok(self.read_with_bytes()?.0)
    }

    fn read_with_bytes(&self) -> Result<(C, Vec<u8>), Error> {
        let bytes = match plain::read(&self.path(), MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let empty = C::empty();
                let bytes = written(&empty).map_err(|error| self.failed(&error))?;
                return Ok((empty, bytes));
            }
            Err(error) => return Err(self.failed(&error)),
        };
        let content: C =
            serde_json::from_slice(&bytes).map_err(|error| self.failed(&io::Error::other(error)))?;
        if content.format() != C::FORMAT {
            let format = content.format();
            let message = format!("they are in format `{format}`, which this version cannot read");
            return Err(self.failed(&io::Error::other(message)));
        }
        Ok((content, bytes))
    }

    /// Changes what is saved. Another program that changes it is waited for; a change that fails changes nothing.
    ///
    /// # Errors
    ///
    /// That of the change, or if the file cannot be read or written.
    pub fn change<T>(&self, change: impl FnOnce(&mut C) -> Result<T, Error>) -> Result<T, Error> {
        let _lock = self.lock().map_err(|error| self.failed(&error))?;
        let (mut content, before) = self.read_with_bytes()?;
        let result = change(&mut content)?;
        self.write(&content, &before).map_err(|error| self.failed(&error))?;
        Ok(result)
    }

    fn lock(&self) -> io::Result<File> {
        private::folder(&self.folder)?;
        let options = &mut private::options();
        let lock = plain::open_with(options.write(true).create(true), &self.folder.join(C::LOCK))?;
        File::lock(&lock)?;
        Ok(lock)
    }

    /// Writes what is not there already.
    fn write(&self, content: &C, before: &[u8]) -> io::Result<()> {
        let bytes = written(content)?;
        if bytes == before {
            return Ok(());
        }
        let new = self.folder.join(format!("{}.new", C::FILE));
        private::write_whole(&self.path(), &new, &bytes).inspect_err(|_| drop(fs::remove_file(&new)))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Numbers {
        format: String,
        all: Vec<u32>,
    }

    impl Content for Numbers {
        const FILE: &'static str = "numbers.json";
        const LOCK: &'static str = "numbers.lock";
        const CODE: &'static str = "numbers";
        const WHAT: &'static str = "numbers";
        const FORMAT: &'static str = "almoner.numbers/1";

        fn empty() -> Numbers {
            Numbers { format: Numbers::FORMAT.to_owned(), all: Vec::new() }
        }

        fn format(&self) -> &str {
            &self.format
        }
    }

    fn add(saved: &SavedFile<Numbers>, number: u32) -> Result<(), Error> {
        saved.change(|numbers| {
            numbers.all.push(number);
            Ok(())
        })
    }

    fn file(folder: &Path) -> SavedFile<Numbers> {
        SavedFile::in_folder(folder.join("grants.serve"))
    }

    #[test]
    fn a_file_is_private_and_no_change_at_the_same_time_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let saved = file(folder.path());
        assert!(saved.read().unwrap().all.is_empty());
        std::thread::scope(|scope| {
            for number in 0..16 {
                let saved = saved.clone();
                scope.spawn(move || add(&saved, number).unwrap());
            }
        });
        let mut all = saved.read().unwrap().all;
        all.sort_unstable();
        assert_eq!(all, (0..16).collect::<Vec<_>>());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            for (path, mode) in [("", 0o700), ("numbers.json", 0o600), ("numbers.lock", 0o600)] {
                let found = fs::metadata(saved.folder().join(path)).unwrap();
                assert_eq!(found.mode() & 0o777, mode, "{path}");
            }
        }
    }

    #[test]
    fn a_change_that_fails_or_changes_nothing_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let saved = file(folder.path());
        let nothing = saved.change(|_| Err::<(), _>(Error::refused("no", "no")));
        assert_eq!(nothing.unwrap_err().code, "no");
        saved.change(|_| Ok(())).unwrap();
        assert!(!saved.path().exists());
        add(&saved, 7).unwrap();
        // Nothing can be put in the place of the new file.
        fs::create_dir(saved.folder().join("numbers.json.new")).unwrap();
        assert_eq!(saved.change(|numbers| Ok(numbers.all.len())).unwrap(), 1);
        let failed = saved.change(|numbers| {
            numbers.all.push(8);
            Err::<(), _>(Error::refused("no", "no"))
        });
        assert_eq!(failed.unwrap_err().code, "no");
        assert_eq!(add(&saved, 9).unwrap_err().code, "numbers");
        assert_eq!(saved.read().unwrap().all, [7]);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let saved = file(folder.path());
        fs::create_dir(saved.folder()).unwrap();
        for content in
            ["", "{", r#"{"format":"almoner.numbers/2","all":[]}"#, r#"{"format":"almoner.numbers/1"}"#]
        {
            fs::write(saved.path(), content).unwrap();
            for error in [saved.read().unwrap_err(), saved.change(|_| Ok(())).unwrap_err()] {
                assert!(error.code == "numbers" && error.message.contains("numbers.json"), "{error:?}");
            }
            assert_eq!(fs::read_to_string(saved.path()).unwrap(), content);
        }
    }
}
