//! Where a report goes: stdout, or a file that appears whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::render::{Format, Terminal};

// What a report is written as, and where.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// What to write [default: by the file's extension, else a table]
    #[arg(long, value_enum, global = true, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Write to a file instead of the screen
    #[arg(long, short = 'o', global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, global = true, requires = "output")]
    pub force: bool,
}

/// Why a report could not be written.
#[derive(Debug, PartialEq, Eq)]
pub enum OutputError {
    /// The extension names no format, and none was given.
    NoFormat(PathBuf),
    /// There is such a file already.
    Exists(PathBuf),
    /// It could not be written.
    Unwritable {
        /// What.
        what: String,
        /// Why not.
        why: String,
    },
}

impl std::fmt::Display for OutputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OutputError::NoFormat(path) => {
                write!(f, "the name `{}` does not tell the format", path.display())
            }
            OutputError::Exists(path) => write!(f, "there is a file `{}` already", path.display()),
            OutputError::Unwritable { what, why } => write!(f, "{what} cannot be written: {why}"),
        }
    }
}

impl std::error::Error for OutputError {}

impl OutputError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            OutputError::NoFormat(_) => "end the name in .csv, .json, .md or .txt, or say --format",
            OutputError::Exists(_) => "say --force to overwrite it, or choose another name",
            OutputError::Unwritable { .. } => "check that the folder exists and may be written to",
        }
    }

    /// A word that stays the same from version to version.
    pub const fn code(&self) -> &'static str {
        match self {
            OutputError::NoFormat(_) => "no-format",
            OutputError::Exists(_) => "file-exists",
            OutputError::Unwritable { .. } => "not-written",
        }
    }

    fn unwritable(path: &Path, error: &io::Error) -> OutputError {
        OutputError::Unwritable { what: format!("`{}`", path.display()), why: error.to_string() }
    }
}

impl OutputArgs {
    /// The format, and what a table is drawn for. Refuses at once what could not be written
    /// later, before anything is read.
    pub fn prepared(&self, terminal: Terminal) -> Result<(Format, Terminal), OutputError> {
        let Some(path) = &self.output else { return Ok((self.format.unwrap_or(Format::Table), terminal)) };
        let format = self.format.or_else(|| Format::of_file(path));
        let format = format.ok_or_else(|| OutputError::NoFormat(path.clone()))?;
        if !self.force && path.symlink_metadata().is_ok() {
            return Err(OutputError::Exists(path.clone()));
        }
        Ok((format, Terminal { colour: false, ..terminal }))
    }

    /// Writes to where the arguments say.
    pub fn write(&self, text: &str) -> Result<(), OutputError> {
        match &self.output {
            Some(path) => write_whole(path, text.as_bytes(), self.force),
            None => print(text),
        }
    }
}

/// Prints on stdout. A reader that has gone away is no error.
fn print(text: &str) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(OutputError::Unwritable { what: "the output".to_owned(), why: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Writes a file that appears whole or not at all: beside its place first, then by renaming.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), OutputError> {
    let Some(name) = path.file_name() else {
        let error = io::Error::from(io::ErrorKind::InvalidInput);
        return Err(OutputError::unwritable(path, &error));
    };
    let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = fill(&part, bytes).map_err(|error| OutputError::unwritable(path, &error)).and_then(|()| {
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(OutputError::Exists(path.to_owned()));
        }
        fs::rename(&part, path).map_err(|error| OutputError::unwritable(path, &error))
    });
    if written.is_err() {
        // What is left of a failed attempt helps nobody; that it stays is no further error.
        drop(fs::remove_file(&part));
    }
    written
}

fn fill(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_whole_and_are_not_overwritten_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.csv");
        write_whole(&path, b"one", false).unwrap();
        assert_eq!(write_whole(&path, b"two", false), Err(OutputError::Exists(path.clone())));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_whole(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(write_whole(&folder.path().join("no/folder.csv"), b"x", false).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_format_follows_the_extension_unless_it_is_given() {
        let terminal = Terminal { width: 80, colour: true };
        let of = |output: Option<&str>, format| {
            let args = OutputArgs { format, output: output.map(PathBuf::from), force: false };
            args.prepared(terminal).map(|(format, terminal)| (format, terminal.colour))
        };
        assert_eq!(of(None, None), Ok((Format::Table, true)));
        assert_eq!(of(Some("no-such.CSV"), None), Ok((Format::Csv, false)));
        assert_eq!(of(Some("no-such.csv"), Some(Format::Json)), Ok((Format::Json, false)));
        assert_eq!(of(Some("no-such.xlsx"), None), Err(OutputError::NoFormat("no-such.xlsx".into())));
    }
}
