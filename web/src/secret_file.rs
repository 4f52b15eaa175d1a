//! Files with secrets that the office's IT names: the key for one-time codes, the key of a certificate.
//!
//! A link is followed, as tools that renew certificates keep the newest behind one. A file that every user of the computer
//! can read keeps nothing secret and is refused.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use almoner_app::error::Error;
use almoner_store::plain;

/// The maximum size of such a file.
const MOST_BYTES: u64 = 1024 * 1024;

/// Returns the content of a file that may be public, as a certificate is. `what` names it in errors.
///
/// # Errors
///
/// If it cannot be read.
pub fn read_public(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    opened(path, what, false)
}

/// Returns the content of a file that others must not be able to read. `what` names it in errors.
///
/// # Errors
///
/// If it cannot be read, or others can.
pub fn read(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    opened(path, what, true)
}

fn opened(path: &Path, what: &str, is_secret: bool) -> Result<Vec<u8>, Error> {
    let failed = |error: &io::Error| {
        Error::refused("unreadable-file", format!("the {what} `{}` cannot be read: {error}", path.display()))
            .advice("check the path, and that the account that serves the pages can read the file")
    };
    // A pipe is not even opened: that would wait until somebody writes to it.
    check_plain(&std::fs::metadata(path).map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
    let file = File::open(path).map_err(|error| failed(&error))?;
    let found = file.metadata().map_err(|error| failed(&error))?;
    check_plain(&found).map_err(|error| failed(&error))?;
    if is_secret && is_open_to_others(&found) {
        let message =
            format!("all users of this computer can read or change the {what} `{}`", path.display());
        return Err(Error::refused("open-to-others", message)
            .advice("allow only the account that serves the pages to read the file (mode 600 or 640), and make a new key if others may have read this one"));
    }
    plain::at_most(file, MOST_BYTES).map_err(|error| failed(&error))
}

fn check_plain(found: &Metadata) -> io::Result<()> {
    match found.is_dir() {
        _ if found.is_file() => Ok(()),
        true => Err(io::Error::other("it is a folder")),
        false => Err(io::Error::other("it is not a plain file")),
    }
}

#[cfg(unix)]
fn is_open_to_others(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(found) & 0o007 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("key"), folder.path().join("link"));
        fs::write(&path, "secret").unwrap();
        symlink(&path, &link).unwrap();
        for (mode, secret) in
            [(0o600, Ok(())), (0o640, Ok(())), (0o644, Err("open-to-others")), (0o602, Err("open-to-others"))]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            for path in [&path, &link] {
                assert!(read_public(path, "certificate").is_ok(), "{mode:o}");
                assert_eq!(read(path, "key").map(drop).map_err(|it| it.code), secret, "{mode:o}");
            }
        }
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            assert_eq!(read(&path, "key").map(drop).unwrap_err().code, "unreadable-file");
        }
    }
}
