//! What was exported to audiences that may not see records: a list beside the ledger, for the office's own use.
//!
//! Papers for the public and the panel name no record. Each line of `exports.jsonl` says of which records one was made,
//! so that its mark can be found again.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::{plain, private};

/// The longest list in bytes: hundreds of thousands of exports.
const LONGEST: u64 = 256 << 20;

/// The name of the list.
const NAME: &str = "exports.jsonl";

/// One file that was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportNote {
    /// The id of the ledger, since several may be in one folder.
    pub ledger: String,
    /// The mark; absent where the ledger has no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// The last record of the ledger at that time.
    pub record: u64,
    /// The hash of the commit that ends it.
    pub head: String,
    /// The command that makes the paper again.
    pub command: String,
    /// The name of the file; absent if it was shown or sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The SHA-256 hash of the file.
    pub sha256: String,
    /// The user who exported it.
    pub user: String,
    /// The time, UTC.
    pub at: String,
}

/// Returns the path of the list of a ledger.
pub fn path(ledger: &Path) -> PathBuf {
    ledger.with_file_name(NAME)
}

/// Adds a line to the list.
///
/// # Errors
/// The list cannot be written, or is no plain file.
pub fn append(ledger: &Path, note: &ExportNote) -> io::Result<()> {
    let path = path(ledger);
    let mut file = plain::open_with(private::options().read(true).append(true).create(true), &path)?;
    // A line that a crash cut short ends here, so that it does not spoil this one.
    let mut line = if ends_within_a_line(&mut file)? { vec![b'\n'] } else { Vec::new() };
    serde_json::to_writer(&mut line, note).map_err(io::Error::other)?;
    line.push(b'\n');
    // One write, so that lines of two programs do not mix.
    file.write_all(&line)?;
    file.sync_data()
}

fn ends_within_a_line(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Returns what is in the list, oldest first. Lines that are no notes are skipped: nothing depends on them.
///
/// # Errors
/// The list cannot be read, or is no plain file.
pub fn read(ledger: &Path) -> io::Result<Vec<ExportNote>> {
    match plain::read(&path(ledger), LONGEST) {
        Ok(bytes) => {
            let lines = bytes.split(|byte| *byte == b'\n');
            Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(mark: &str) -> ExportNote {
        ExportNote {
            ledger: "0123456789abcdef".to_owned(),
            mark: Some(mark.to_owned()),
            record: 8,
            head: "ab".repeat(32),
            command: "almoner export panel".to_owned(),
            file: None,
            sha256: "cd".repeat(32),
            user: "jane".to_owned(),
            at: "2015-04-01T09:00:00Z".to_owned(),
        }
    }

    #[test]
    fn notes_are_read_as_they_were_written_and_other_lines_are_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("almoner.ledger");
        assert_eq!(read(&ledger).unwrap(), []);
        append(&ledger, &note("one")).unwrap();
        fs::write(path(&ledger), [fs::read(path(&ledger)).unwrap(), b"cut sho\n".to_vec()].concat()).unwrap();
        append(&ledger, &note("two")).unwrap();
        assert_eq!(read(&ledger).unwrap(), [note("one"), note("two")]);
    }

    #[test]
    fn a_line_cut_short_does_not_spoil_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("almoner.ledger");
        append(&ledger, &note("one")).unwrap();
        let whole = fs::read(path(&ledger)).unwrap();
        for cut in [1, 40, whole.len() - 1] {
            fs::write(path(&ledger), [&whole, &whole[..cut]].concat()).unwrap();
            append(&ledger, &note("two")).unwrap();
            append(&ledger, &note("three")).unwrap();
            let found = read(&ledger).unwrap();
            // A note that lacks only its line break is whole.
            let again = if cut == whole.len() - 1 { vec![note("one")] } else { Vec::new() };
            let expected = [vec![note("one")], again, vec![note("two"), note("three")]].concat();
            assert_eq!(found, expected, "{cut}");
            assert!(!fs::read_to_string(path(&ledger)).unwrap().contains("\n\n"), "{cut}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn only_its_owner_may_read_the_list() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("almoner.ledger");
        append(&ledger, &note("one")).unwrap();
        assert_eq!(fs::metadata(path(&ledger)).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    #[cfg(unix)]
    fn only_a_plain_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, other) = (folder.path().join("almoner.ledger"), folder.path().join("other.txt"));
        fs::write(&other, "mine").unwrap();
        std::os::unix::fs::symlink(&other, path(&ledger)).unwrap();
        assert!(append(&ledger, &note("one")).is_err());
        assert!(read(&ledger).is_err());
        assert_eq!(fs::read_to_string(other).unwrap(), "mine");
    }
}
