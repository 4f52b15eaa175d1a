//! Every change that the journal makes to files goes through here, so that tests can make any one of them
//! fail.
//!
//! Knows nothing of journals. Reading is not done here: a failed read changes nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::store::private;

/// The file operations that change something.
#[derive(Debug, Default)]
pub(super) struct Disk {
    #[cfg(test)]
    pub(super) faults: faults::Faults,
}

impl Disk {
    /// Creates a folder that must not exist yet.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        private::new_folder(path)
    }

    /// Creates a file that must not exist yet, for writing.
    pub(super) fn create_new(&self, path: &Path) -> io::Result<File> {
        self.may_proceed()?;
        private::create_new(path)
    }

    /// Creates a file, or empties the one there is, for writing.
    pub(super) fn create_or_empty(&self, path: &Path) -> io::Result<File> {
        self.may_proceed()?;
        private::create(path)
    }

    /// Writes all of `bytes` where the file stands. A failure may leave part of them written.
    pub(super) fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.may_proceed() {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        file.write_all(bytes)
    }

    /// Returns once the file's content and length are on the disk itself (`fdatasync`).
    pub(super) fn sync(&self, file: &File) -> io::Result<()> {
        self.may_proceed()?;
        file.sync_data()
    }

    /// Returns once the folder's list of files is on the disk itself.
    pub(super) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        // Only Unix lets a folder be opened and synced; elsewhere the file system keeps its own log of names.
        if cfg!(unix) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    /// Cuts the file to `length` bytes.
    pub(super) fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.may_proceed()?;
        file.set_len(length)
    }

    /// Renames a file, replacing any that has the new name, in one step.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.may_proceed()?;
        fs::rename(from, to)
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        fs::remove_file(path)
    }

    #[cfg(test)]
    fn may_proceed(&self) -> io::Result<()> {
        self.faults.step()
    }

    #[cfg(not(test))]
    fn may_proceed(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Failures to order.
#[cfg(test)]
pub(super) mod faults {
    use std::cell::Cell;
    use std::io;

    /// Which of the coming operations fail.
    #[derive(Debug, Default)]
    pub(in super::super) struct Faults {
        /// How many operations succeed before one fails; `None` when none is to fail.
        left: Cell<Option<u32>>,
        for_good: Cell<bool>,
        happened: Cell<bool>,
    }

    impl Faults {
        /// The next `succeed` operations succeed and the one after fails; those after it too if `for_good`,
        /// as if the process had died there.
        pub(in super::super) fn fail_after(&self, succeed: u32, for_good: bool) {
            self.left.set(Some(succeed));
            self.for_good.set(for_good);
        }

        /// Whether a failure has happened.
        pub(in super::super) fn happened(&self) -> bool {
            self.happened.get()
        }

        pub(super) fn step(&self) -> io::Result<()> {
            match self.left.get() {
                None => return Ok(()),
                Some(0) if self.for_good.get() => {}
                Some(0) => self.left.set(None),
                Some(left) => {
                    self.left.set(Some(left - 1));
                    return Ok(());
                }
            }
            self.happened.set(true);
            Err(io::Error::other("failure ordered by a test"))
        }
    }
}
