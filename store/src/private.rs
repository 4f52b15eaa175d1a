//! Files and folders that only their owner may read (on Unix).
//!
//! Other systems apply the permissions of the folder they are created in.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::plain;

/// Returns options to open a file; a file that they create is private to its owner.
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix has modes to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a file, or empties the existing one, for writing.
pub fn create(path: &Path) -> io::Result<File> {
    plain::open_with(options().write(true).create(true).truncate(true), path)
}

/// Writes a file whole or not at all: first under another name, which must be of the same folder, then renamed.
pub fn write_whole(path: &Path, new: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    plain::rename(new, path)
}

/// Creates a file that must not exist yet, for writing.
pub fn create_new(path: &Path) -> io::Result<File> {
    plain::open_with(options().write(true).create_new(true), path)
}

/// Creates a folder that only its owner may enter, with its parents if they are missing.
pub fn folder(path: &Path) -> io::Result<()> {
    builder().recursive(true).create(path)
}

/// Creates a folder that only its owner may enter and that must not exist yet.
pub(crate) fn new_folder(path: &Path) -> io::Result<()> {
    builder().create(path)
}

fn builder() -> DirBuilder {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix has modes to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
