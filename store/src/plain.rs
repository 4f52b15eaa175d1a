//! Plain files: what is in a folder of ours is opened only if it is one.
//!
//! Whoever can write to a folder can put a link there, through which a write would replace another file of the user, or
//! a pipe, on which reading waits for ever. The files of a ledger, its notes and its list of exports are opened here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Opens a plain file for reading.
///
/// # Errors
/// It is a link, a pipe, a device or a folder; an error of the system.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true), path)
}

/// Opens a plain file as the options say.
///
/// # Errors
/// As [`open`].
pub fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // Opening a pipe does not wait, and a link is refused by the system itself: it cannot be put there in between.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
    }
    match path.symlink_metadata() {
        Ok(found) if !found.is_file() => return Err(not_plain()),
        _ => {}
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_plain()) }
}

/// Reads a plain file of at most `limit` bytes.
///
/// # Errors
/// As [`open`]; a longer file.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    at_most(open(path)?, limit)
}

/// Reads a plain file that is text of at most `limit` bytes.
///
/// # Errors
/// As [`read`]; what is not UTF-8.
pub fn text(path: &Path, limit: u64) -> io::Result<String> {
    text_at_most(open(path)?, limit)
}

/// Reads all of an input that has at most `limit` bytes.
///
/// # Errors
/// A longer input; an error of the system.
pub fn at_most(input: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = format!("it has more than {} KiB", limit >> 10);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Reads all of an input that is text of at most `limit` bytes.
///
/// # Errors
/// As [`at_most`]; what is not UTF-8.
pub fn text_at_most(input: impl Read, limit: u64) -> io::Result<String> {
    let bytes = at_most(input, limit)?;
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// Refuses a folder that is a link, or that has anything in it but plain files and such folders. One that does not exist
/// is not refused.
pub(crate) fn check_folder(folder: &Path) -> io::Result<()> {
    let found = match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.is_dir() {
        return Err(not_plain());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()? {
            kind if kind.is_dir() => check_folder(&entry.path())?,
            kind if kind.is_file() => {}
            _ => return Err(not_plain()),
        }
    }
    Ok(())
}

/// Returns the ledger folder that a path is in, if it is in one: nothing but the ledger's own files is written there.
pub fn ledger_around(path: &Path) -> Option<PathBuf> {
    let parent = match path.parent()? {
        parent if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent,
    };
    let parent = parent.canonicalize().ok()?;
    let is_ledger = |folder: &&Path| folder.join("ledger.toml").is_file() && folder.join("journal").is_dir();
    parent.ancestors().find(is_ledger).map(Path::to_owned)
}

fn not_plain() -> io::Error {
    io::Error::other("it is a link, or something other than a plain file or folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_read_up_to_a_limit() {
        for (length, expected) in [(0, true), (10, true), (11, false)] {
            assert_eq!(at_most(vec![b'a'; length].as_slice(), 10).is_ok(), expected, "{length}");
        }
        assert!(at_most(io::repeat(b'a'), 1 << 20).is_err(), "an input without an end");
        assert!(text_at_most(&b"\xff"[..], 10).is_err());
    }

    #[test]
    fn what_is_in_a_ledger_folder_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("books.ledger");
        fs::create_dir_all(ledger.join("journal")).unwrap();
        fs::write(ledger.join("ledger.toml"), "").unwrap();
        for (path, expected) in [
            ("paper.html", false),
            ("books.ledger", false),
            ("books.ledger/paper.html", true),
            ("books.ledger/journal/paper.html", true),
            ("books.ledger/journal/../../paper.html", false),
            ("books.ledger/nowhere/paper.html", false),
        ] {
            assert_eq!(ledger_around(&folder.path().join(path)).is_some(), expected, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_folders_are_not_opened() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "content").unwrap();
        symlink(path("file"), path("link")).unwrap();
        symlink(path("nothing"), path("dangling")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.unwrap().success());
        for (name, is_plain) in
            [("file", true), ("link", false), ("dangling", false), ("folder", false), ("pipe", false)]
        {
            assert_eq!(open(&path(name)).is_ok(), is_plain, "{name}");
            let mut appending = OpenOptions::new();
            appending.append(true).create(true);
            assert_eq!(open_with(&mut appending, &path(name)).is_ok(), is_plain, "{name}");
        }
        assert!(!path("nothing").exists(), "nothing is created through a link");
        assert!(check_folder(&path("folder")).is_ok());
        assert!(check_folder(folder.path()).is_err());
    }
}
