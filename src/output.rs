//! The output of a report: stdout, or a file that appears whole or not at all.

pub mod folder;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use almoner_ledger::rejection::nearest;
use almoner_papers::render::{Format, RenderError, Terminal};
use almoner_papers::sheet::Sheet;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::terminal::is_screen;

// The format and destination of a report.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Output format [default: by the file's extension, else a table]
    #[arg(long, global = true, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<Format>,

    /// Write to a file instead of the screen
    #[arg(long, short = 'o', global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, global = true, requires = "output")]
    pub force: bool,

    /// Begin CSV with a byte order mark, for spreadsheets
    #[arg(long, global = true)]
    pub bom: bool,
}

// The columns of a report or list. A doc comment would replace the help of the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct ColumnArgs {
    /// Only these columns, in this order, by their names in CSV
    #[arg(long, global = true, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,

    /// All columns, however wide the table
    #[arg(long, global = true, conflicts_with = "columns")]
    pub wide: bool,
}

impl ColumnArgs {
    /// Returns the sheet with the columns requested.
    pub fn choose(&self, sheet: Sheet) -> Result<Sheet, OutputError> {
        if self.wide {
            return Ok(sheet.with_all_columns());
        }
        if self.columns.is_empty() {
            return Ok(sheet);
        }
        let wanted: Vec<String> = self.columns.iter().map(|name| name.trim().to_owned()).collect();
        let known: Vec<&'static str> = sheet.columns.iter().map(|column| column.key).collect();
        let unknown = |given: String| {
            let nearest = nearest(&given, known.iter().copied());
            OutputError::UnknownColumn { given, nearest, known: known.join(", ") }
        };
        sheet.with_columns(&wanted).map_err(unknown)
    }

    /// Returns the format and the terminal of the output. JSON always has all columns.
    pub fn prepared(
        &self,
        output: &OutputArgs,
        terminal: Terminal,
    ) -> Result<(Format, Terminal), OutputError> {
        let (format, terminal) = output.prepared(terminal)?;
        if format == Format::Json && !self.columns.is_empty() {
            return Err(OutputError::ColumnsOfJson);
        }
        Ok((format, if self.wide { Terminal { width: UNLIMITED, ..terminal } } else { terminal }))
    }
}

/// The width of a table that may be as wide as it is.
const UNLIMITED: usize = 100_000;

/// Returns the formats as the values of an argument.
fn formats() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.word()).help(format.summary()));
    PossibleValuesParser::new(values).map(|word| Format::parse(&word).unwrap_or(Format::Table))
}

/// The reason why a report cannot be written.
#[derive(Debug, PartialEq, Eq)]
pub enum OutputError {
    /// The extension is unknown, and no format was given.
    NoFormat(PathBuf),
    /// The file already exists.
    Exists(PathBuf),
    /// The folder to be replaced contains other files.
    HoldsOthers(PathBuf),
    /// A terminal cannot show the format.
    NotForScreens,
    /// A byte order mark was requested for a format other than CSV.
    MarkWithoutCsv,
    /// Columns were chosen for JSON.
    ColumnsOfJson,
    /// No column has the name.
    UnknownColumn {
        given: String,
        nearest: Option<String>,
        /// The names of all columns.
        known: String,
    },
    /// The writer of the format failed.
    Render(RenderError),
    /// Writing failed.
    Unwritable {
        /// The file or output.
        what: String,
        /// The cause.
        why: String,
    },
}

impl std::fmt::Display for OutputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OutputError::NoFormat(path) => {
                write!(f, "the format of `{}` is unknown", path.display())
            }
            OutputError::Exists(path) => {
                let what = if path.is_dir() { "folder" } else { "file" };
                write!(f, "the {what} `{}` already exists", path.display())
            }
            OutputError::HoldsOthers(path) => {
                write!(f, "the folder to be replaced contains another file: `{}`", path.display())
            }
            OutputError::NotForScreens => f.write_str("this format cannot be shown on a screen"),
            OutputError::MarkWithoutCsv => f.write_str("--bom applies to CSV only"),
            OutputError::ColumnsOfJson => f.write_str("--columns does not apply to JSON"),
            OutputError::UnknownColumn { given, .. } => write!(f, "there is no column `{given}`"),
            OutputError::Render(error) => error.fmt(f),
            OutputError::Unwritable { what, why } => write!(f, "{what} cannot be written: {why}"),
        }
    }
}

impl std::error::Error for OutputError {}

impl From<RenderError> for OutputError {
    fn from(error: RenderError) -> OutputError {
        OutputError::Render(error)
    }
}

impl OutputError {
    /// Returns what to do next.
    pub fn hint(&self) -> String {
        let hint = match self {
            OutputError::NoFormat(_) => {
                "use a name ending in .csv, .docx, .html, .json, .md, .pdf, .txt or .xlsx, or add --format"
            }
            OutputError::Exists(_) => "add --force to overwrite it, or choose another name",
            OutputError::HoldsOthers(_) => "move it elsewhere, or choose another folder",
            OutputError::NotForScreens => "add -o FILE to write it to a file",
            OutputError::Render(RenderError::NoPdf) => {
                "build it with `cargo install --path . --features pdf`, or print the HTML from a browser"
            }
            OutputError::MarkWithoutCsv => "remove it, or add --format csv",
            OutputError::ColumnsOfJson => "remove it: JSON always has all columns",
            OutputError::UnknownColumn { nearest: Some(nearest), .. } => {
                return format!("use `{nearest}` if that is meant");
            }
            OutputError::UnknownColumn { known, .. } => return format!("choose from: {known}"),
            OutputError::Render(RenderError::WhichSheet { keys, .. }) if keys.is_empty() => {
                "choose another format"
            }
            OutputError::Render(RenderError::WhichSheet { keys, .. }) => {
                return format!("choose one of: {}", keys.join(", "));
            }
            OutputError::Render(RenderError::Unwritable { .. }) | OutputError::Unwritable { .. } => {
                "check that the folder exists and may be written to"
            }
        };
        hint.to_owned()
    }

    /// Returns the code for scripts, which is the same in all versions.
    pub const fn code(&self) -> &'static str {
        match self {
            OutputError::NoFormat(_) => "no-format",
            OutputError::Exists(_) => "file-exists",
            OutputError::HoldsOthers(_) => "holds-other-files",
            OutputError::NotForScreens => "not-for-screens",
            OutputError::Render(RenderError::NoPdf) => "no-pdf",
            OutputError::MarkWithoutCsv => "not-csv",
            OutputError::ColumnsOfJson => "columns-of-json",
            OutputError::UnknownColumn { .. } => "unknown-column",
            OutputError::Render(RenderError::WhichSheet { .. }) => "which-sheet",
            OutputError::Render(RenderError::Unwritable { .. }) | OutputError::Unwritable { .. } => {
                "not-written"
            }
        }
    }

    /// Returns the error of a path that cannot be written to.
    pub fn unwritable(path: &Path, error: &io::Error) -> OutputError {
        OutputError::Unwritable { what: format!("`{}`", path.display()), why: error.to_string() }
    }
}

impl OutputArgs {
    /// Returns the format and the terminal. Refuses what cannot be written, before anything is read.
    pub fn prepared(&self, terminal: Terminal) -> Result<(Format, Terminal), OutputError> {
        let format = self.wanted()?;
        if self.bom && format != Format::Csv {
            return Err(OutputError::MarkWithoutCsv);
        }
        if format == Format::Pdf && !cfg!(feature = "pdf") {
            return Err(RenderError::NoPdf.into());
        }
        match &self.output {
            Some(path) if !self.force && path.symlink_metadata().is_ok() => {
                Err(OutputError::Exists(path.clone()))
            }
            Some(_) => Ok((format, Terminal { colour: false, ..terminal })),
            None if format.is_binary() && is_screen() => Err(OutputError::NotForScreens),
            None => Ok((format, terminal)),
        }
    }

    /// Returns the format given, else that of the file's extension, else a table.
    fn wanted(&self) -> Result<Format, OutputError> {
        match (self.format, &self.output) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(Format::Table),
            (None, Some(path)) => Format::of_file(path).ok_or_else(|| OutputError::NoFormat(path.clone())),
        }
    }

    /// Writes to the destination of the arguments.
    pub fn write(&self, bytes: &[u8]) -> Result<(), OutputError> {
        let marked;
        let bytes = match self.bom {
            true => {
                marked = [BYTE_ORDER_MARK, bytes].concat();
                &marked
            }
            false => bytes,
        };
        match &self.output {
            Some(path) => write_whole(path, bytes, self.force),
            None => print(bytes),
        }
    }
}

/// The mark by which spreadsheets recognise UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Prints on stdout.
fn print(bytes: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Returns the result of printing. A closed pipe is no error.
fn printed(outcome: io::Result<()>) -> Result<(), OutputError> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(OutputError::Unwritable { what: "the output".to_owned(), why: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Writes a file that appears whole or not at all: first under a temporary name, then renamed.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), OutputError> {
    whole(path, overwrite, &mut |file| file.write_all(bytes))
}

/// Writes content that need not fit into memory to stdout, or to a file that appears whole or not at all.
pub fn stream(path: Option<&Path>, overwrite: bool, write: &mut Writing<'_>) -> Result<(), OutputError> {
    let Some(path) = path else {
        let mut stdout = BufWriter::new(io::stdout().lock());
        return printed(write(&mut stdout).and_then(|()| stdout.flush()));
    };
    whole(path, overwrite, write)
}

/// Writes to a file that appears whole or not at all and is created by `create`, for example as private.
pub fn stream_into(
    path: &Path,
    overwrite: bool,
    create: impl FnOnce(&Path) -> io::Result<File>,
    write: &mut Writing<'_>,
) -> Result<(), OutputError> {
    let Some(name) = path.file_name() else {
        let error = io::Error::from(io::ErrorKind::InvalidInput);
        return Err(OutputError::unwritable(path, &error));
    };
    let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = create(&part)
        .and_then(|file| fill(file, write))
        .map_err(|error| OutputError::unwritable(path, &error))
        .and_then(|()| {
            if !overwrite && path.symlink_metadata().is_ok() {
                return Err(OutputError::Exists(path.to_owned()));
            }
            fs::rename(&part, path).map_err(|error| OutputError::unwritable(path, &error))
        });
    if written.is_err() {
        // Failing to remove the partial file is no further error.
        drop(fs::remove_file(&part));
    }
    written
}

/// A function that writes the content.
pub type Writing<'a> = dyn FnMut(&mut dyn Write) -> io::Result<()> + 'a;

fn whole(path: &Path, overwrite: bool, write: &mut Writing<'_>) -> Result<(), OutputError> {
    stream_into(path, overwrite, |part| OpenOptions::new().write(true).create_new(true).open(part), write)
}

fn fill(file: File, write: &mut Writing<'_>) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    write(&mut file)?;
    file.flush()?;
    file.get_ref().sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_whole_and_are_overwritten_only_on_request() {
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
        let of = |output: Option<&str>, format, bom| {
            let args = OutputArgs { format, output: output.map(PathBuf::from), force: false, bom };
            args.prepared(terminal).map(|(format, terminal)| (format, terminal.colour))
        };
        assert_eq!(of(None, None, false), Ok((Format::Table, true)));
        assert_eq!(of(Some("no-such.CSV"), None, true), Ok((Format::Csv, false)));
        assert_eq!(of(Some("no-such.csv"), Some(Format::Json), false), Ok((Format::Json, false)));
        assert_eq!(of(Some("no-such.xlsx"), None, false), Ok((Format::Xlsx, false)));
        assert_eq!(of(Some("no-such.doc"), None, false), Err(OutputError::NoFormat("no-such.doc".into())));
        assert_eq!(of(Some("no-such.html"), None, true), Err(OutputError::MarkWithoutCsv));
        assert_eq!(of(None, None, true), Err(OutputError::MarkWithoutCsv));
    }

    #[test]
    fn the_byte_order_mark_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.csv");
        let args = OutputArgs { output: Some(path.clone()), bom: true, ..OutputArgs::default() };
        args.write(b"name\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"\xEF\xBB\xBFname\n");
    }
}
