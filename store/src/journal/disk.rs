//! Every change that the journal makes to files, so that tests can make any one of them fail, and can
//! simulate what a power cut may leave.
//!
//! Reading is done elsewhere: a failed read changes nothing.

#[cfg(test)]
pub(super) mod faults;
#[cfg(test)]
pub(super) mod tape;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

#[cfg(test)]
use tape::Change;

use crate::{plain, private};

/// The file operations that change something.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    #[cfg(test)]
    pub(super) faults: faults::Faults,
    /// Records the changes; with a tape nothing is really synced.
    #[cfg(test)]
    pub(super) tape: Option<tape::Tape>,
}

/// A file that is open for writing.
#[derive(Debug)]
pub(crate) struct OpenFile {
    file: File,
    #[cfg(test)]
    path: std::path::PathBuf,
}

impl OpenFile {
    fn new(file: File, path: &Path) -> OpenFile {
        #[cfg(not(test))]
        let _ = path;
        OpenFile {
            file,
            #[cfg(test)]
            path: path.to_owned(),
        }
    }

    /// Moves the position in the file to byte `place`.
    pub(super) fn seek(&mut self, place: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(place)).map(|_| ())
    }

    /// Reads at the position in the file, as [`Read::read`] does.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Disk {
    /// Creates a folder that must not exist yet.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        private::new_folder(path)
    }

    /// Creates a file that must not exist yet, for writing.
    pub(super) fn create_new(&self, path: &Path) -> io::Result<OpenFile> {
        self.may_proceed()?;
        let file = private::create_new(path)?;
        #[cfg(test)]
        self.note(Change::Create { path: path.to_owned() });
        Ok(OpenFile::new(file, path))
    }

    /// Creates a file, or empties the existing one, for writing.
    pub(super) fn create_or_empty(&self, path: &Path) -> io::Result<OpenFile> {
        self.may_proceed()?;
        let file = private::create(path)?;
        #[cfg(test)]
        self.note(Change::CreateOrEmpty { path: path.to_owned() });
        Ok(OpenFile::new(file, path))
    }

    /// Opens an existing file for reading and writing, at its beginning.
    pub(super) fn open(&self, path: &Path) -> io::Result<OpenFile> {
        Ok(OpenFile::new(plain::open_with(OpenOptions::new().read(true).write(true), path)?, path))
    }

    /// Writes all of `bytes` at the position in the file. A failure may leave part of them written.
    pub(super) fn write(&self, to: &mut OpenFile, bytes: &[u8]) -> io::Result<()> {
        let allowed = self.may_proceed();
        let written = if allowed.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        #[cfg(test)]
        let place = to.file.stream_position()?;
        to.file.write_all(written)?;
        #[cfg(test)]
        self.note(Change::Write { path: to.path.clone(), place, bytes: written.to_vec() });
        allowed
    }

    /// Returns once the file's content and length are on the disk itself (`fdatasync`).
    ///
    /// After a failure the system may treat as written what it could not write: then syncing again succeeds but
    /// proves nothing, and the bytes must be written again.
    pub(super) fn sync(&self, file: &OpenFile) -> io::Result<()> {
        let allowed = self.may_proceed();
        #[cfg(test)]
        self.note(Change::Sync { path: file.path.clone(), succeeded: allowed.is_ok() });
        allowed?;
        if self.is_taped() { Ok(()) } else { file.file.sync_data() }
    }

    /// Returns once the folder's list of files is on the disk itself.
    pub(super) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        #[cfg(test)]
        self.note(Change::SyncFolder { path: path.to_owned() });
        // Only Unix lets a folder be opened and synced; elsewhere the file system logs names itself.
        if cfg!(unix) && !self.is_taped() {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    /// Cuts the file to `length` bytes.
    pub(super) fn truncate(&self, file: &OpenFile, length: u64) -> io::Result<()> {
        self.may_proceed()?;
        file.file.set_len(length)?;
        #[cfg(test)]
        self.note(Change::Truncate { path: file.path.clone(), length });
        Ok(())
    }

    /// Renames a file, replacing any that has the new name, in one step.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.may_proceed()?;
        plain::rename(from, to)?;
        #[cfg(test)]
        self.note(Change::Rename { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    /// Renames a file or folder that is on the disk to its final name. The name is on the disk, too, when this
    /// returns.
    pub(crate) fn put_in_place(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.rename(from, to)?;
        let around = to.parent().filter(|around| !around.as_os_str().is_empty());
        self.sync_folder(around.unwrap_or(Path::new(".")))
    }

    /// Writes a file, replacing the content of an existing one. Its content is on the disk when this returns,
    /// and its name when the folder has been synced.
    pub(crate) fn write_file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_or_empty(path)?;
        self.write(&mut file, bytes)?;
        self.sync(&file)
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.may_proceed()?;
        fs::remove_file(path)?;
        #[cfg(test)]
        self.note(Change::Remove { path: path.to_owned() });
        Ok(())
    }

    #[cfg(test)]
    fn may_proceed(&self) -> io::Result<()> {
        self.faults.step()
    }

    #[cfg(not(test))]
    fn may_proceed(&self) -> io::Result<()> {
        Ok(())
    }

    #[cfg(test)]
    fn is_taped(&self) -> bool {
        self.tape.is_some()
    }

    #[cfg(not(test))]
    fn is_taped(&self) -> bool {
        false
    }

    #[cfg(test)]
    fn note(&self, change: Change) {
        if let Some(tape) = &self.tape {
            tape.note(change);
        }
    }
}
