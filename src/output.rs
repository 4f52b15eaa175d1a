//! The output of a report: stdout, or a file that appears whole or not at all.

pub mod folder;

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use almoner_ledger::audience::Audience;
use almoner_ledger::rejection::nearest;
use almoner_papers::render::{Format, RenderError, Terminal};
use almoner_papers::sheet::Sheet;
use almoner_store::folder::strays::output_of_part;
use almoner_store::{plain, private, refuse_in_ledger, system_reason};
use clap::Args;

use crate::problem::Problem;
use crate::terminal::{is_screen, notify, on_screen};
use crate::words::described;

// The format and destination of a report.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Output format [default: from the file extension, otherwise a table]
    #[arg(long, global = true, value_name = "FORMAT", value_parser = described(Format::ALL, Format::word, Format::summary))]
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

// The format of what is text on the screen or JSON for programs.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OneOrJson {
    /// Output format [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = ["json"])]
    format: Option<String>,
}

impl OneOrJson {
    pub fn is_json(&self) -> bool {
        self.format.is_some()
    }
}

// The file of an output that has one format.
#[derive(Clone, Debug, Default, Args)]
pub struct FileArgs {
    /// Write to a file instead of the screen
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
}

impl FileArgs {
    /// Refuses an existing file before anything is read.
    pub fn check_free(&self) -> Result<(), Problem> {
        check_free(self.output.as_deref(), self.force)
    }

    /// Writes to the screen, or to the file, which appears whole or not at all.
    pub fn write(&self, write: &mut Writing<'_>) -> Result<(), Problem> {
        stream(self.output.as_deref(), self.force, write)
    }
}

// The output of a report or list, with its columns. A doc comment would replace the help of the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct TableArgs {
    #[command(flatten)]
    output: OutputArgs,

    /// Show only these columns, in this order, using their CSV names
    #[arg(long, global = true, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,

    /// Show all columns, however wide the table
    #[arg(long, global = true, conflicts_with = "columns")]
    wide: bool,
}

impl TableArgs {
    /// Returns the sheet with the columns requested.
    pub fn choose(&self, sheet: Sheet) -> Result<Sheet, Problem> {
        if self.wide {
            return Ok(sheet.with_all_columns());
        }
        if self.columns.is_empty() {
            return Ok(sheet);
        }
        let wanted: Vec<String> = self.columns.iter().map(|name| name.trim().to_owned()).collect();
        let known: Vec<&'static str> = sheet.columns.iter().map(|column| column.key).collect();
        sheet.with_columns(&wanted).map_err(|given| {
            let hint = match nearest(&given, known.iter().copied()) {
                Some(nearest) => format!("use `{nearest}` if that is what you mean"),
                None => format!("choose from: {}", known.join(", ")),
            };
            Problem::refused("unknown-column", format!("there is no column `{given}`")).hint(hint)
        })
    }

    /// Returns the format and the terminal of the output. JSON always has all columns.
    pub fn prepared(&self, terminal: Terminal) -> Result<(Format, Terminal), Problem> {
        let (format, terminal) = self.output.prepared(terminal)?;
        if format == Format::Json && !self.columns.is_empty() {
            return Err(Problem::refused("columns-of-json", "--columns does not apply to JSON")
                .hint("remove --columns: JSON always includes all columns"));
        }
        Ok((format, if self.wide { Terminal { width: UNLIMITED, ..terminal } } else { terminal }))
    }

    /// Writes to the destination of the arguments what an audience may see, and says so if that is a file.
    pub fn write(&self, bytes: Vec<u8>, audience: Audience) -> Result<(), Problem> {
        self.output.write(bytes, audience)?;
        if let Some(path) = &self.output.output {
            notify(&format!("{} written", path.display()));
        }
        Ok(())
    }
}

/// The width of a table that may be as wide as it is.
const UNLIMITED: usize = 100_000;

/// Returns the problem that a file or folder already exists.
pub fn exists(path: &Path) -> Problem {
    let what = if path.is_dir() { "folder" } else { "file" };
    Problem::refused("file-exists", format!("the {what} `{}` already exists", path.display()))
        .hint("add --force to overwrite it, or choose another name")
}

/// Refuses a path in the folder of a ledger.
pub fn check_outside(path: &Path) -> Result<(), Problem> {
    Ok(refuse_in_ledger(path)?)
}

/// Refuses an existing file that is not to be overwritten, and any in a ledger folder, before anything is read.
pub fn check_free(path: Option<&Path>, overwrite: bool) -> Result<(), Problem> {
    path.map_or(Ok(()), check_outside)?;
    match path.filter(|path| !overwrite && path.symlink_metadata().is_ok()) {
        Some(path) => Err(exists(path)),
        None => Ok(()),
    }
}

/// Returns the problem of a path that cannot be written to.
pub fn unwritable(path: &Path, why: impl std::fmt::Display) -> Problem {
    Problem::unwritable(&format!("`{}`", path.display()), why)
}

/// Returns the problem of a path that the system does not let be written to.
pub fn refused_by_system(path: &Path, error: &io::Error) -> Problem {
    unwritable(path, system_reason(error))
}

impl OutputArgs {
    /// Returns the format and the terminal. Refuses what cannot be written, before anything is read.
    pub fn prepared(&self, terminal: Terminal) -> Result<(Format, Terminal), Problem> {
        let format = self.wanted()?;
        if self.bom && format != Format::Csv {
            return Err(Problem::refused("not-csv", "--bom applies to CSV only")
                .hint("remove --bom, or add --format csv"));
        }
        if format == Format::Pdf && !cfg!(feature = "pdf") {
            return Err(RenderError::NoPdf.into());
        }
        check_free(self.output.as_deref(), self.force)?;
        if self.output.is_none() && format.is_binary() && is_screen() {
            return Err(Problem::refused("not-for-screens", "this format cannot be shown on a screen")
                .hint("add -o FILE to write it to a file"));
        }
        Ok((format, Terminal { colour: terminal.colour && self.output.is_none(), ..terminal }))
    }

    /// Returns the format given, else that of the file's extension, else a table.
    fn wanted(&self) -> Result<Format, Problem> {
        match (self.format, &self.output) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(Format::Table),
            (None, Some(path)) => Format::of_file(path).ok_or_else(|| {
                Problem::refused("no-format", format!("the format of `{}` is unknown", path.display())).hint(
                    "use a name ending in .csv, .docx, .html, .json, .md, .pdf, .txt or .xlsx, or add --format",
                )
            }),
        }
    }

    /// Writes whole content for an audience to the destination of the arguments, after the byte order mark where requested. Returns
    /// what was written.
    pub fn write(&self, bytes: Vec<u8>, audience: Audience) -> Result<Vec<u8>, Problem> {
        let bytes = if self.bom { [BYTE_ORDER_MARK, &bytes].concat() } else { bytes };
        let write = &mut |file: &mut dyn Write| file.write_all(&bytes);
        match &self.output {
            None => stream(None, self.force, write)?,
            Some(path) => stream_into(path, self.force, creating(audience), write)?,
        }
        Ok(bytes)
    }
}

/// The mark by which spreadsheets recognise UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns the result of printing. A closed pipe is no error.
fn printed(outcome: io::Result<()>) -> Result<(), Problem> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::unwritable("the output", system_reason(&error)))
        }
        _ => Ok(()),
    }
}

/// Returns what creates a file: for those who may see what is confidential, one that only its owner may read.
pub fn creating(audience: Audience) -> fn(&Path) -> io::Result<File> {
    match audience.sees_confidential() {
        true => private::create_new,
        false => |path| OpenOptions::new().write(true).create_new(true).open(path),
    }
}

/// Writes a private file that appears whole or not at all: first under a temporary name, then renamed.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Problem> {
    stream(Some(path), overwrite, &mut |file| file.write_all(bytes))
}

/// Writes content that need not fit into memory to stdout, or to a private file that appears whole or not at all.
pub fn stream(path: Option<&Path>, overwrite: bool, write: &mut Writing<'_>) -> Result<(), Problem> {
    let Some(path) = path else {
        let mut stdout = BufWriter::new(io::stdout().lock());
        return printed(write(&mut stdout).and_then(|()| stdout.flush()));
    };
    stream_into(path, overwrite, private::create_new, write)
}

/// Writes to a file that appears whole or not at all and is created by `create`, for example as private.
pub fn stream_into(
    path: &Path,
    overwrite: bool,
    create: impl FnOnce(&Path) -> io::Result<File>,
    write: &mut Writing<'_>,
) -> Result<(), Problem> {
    let Some(name) = path.file_name() else {
        return Err(refused_by_system(path, &io::Error::from(io::ErrorKind::InvalidInput)));
    };
    check_outside(path)?;
    let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    remove_left(path, name);
    let written = create(&part)
        .and_then(|file| fill(file, write))
        .map_err(|error| refused_by_system(path, &error))
        .and_then(|()| check_free(Some(path), overwrite))
        .and_then(|()| plain::rename(&part, path).map_err(|error| refused_by_system(path, &error)));
    if written.is_err() {
        // Failing to remove the partial file is no further error.
        drop(fs::remove_file(&part));
    }
    written
}

/// The time after which an unlocked part is of a program that has ended.
const ENDED: Duration = Duration::from_secs(60);

/// Removes what interrupted programs left of an output: parts that nobody writes any more.
fn remove_left(path: &Path, name: &OsStr) {
    let around = path.parent().filter(|around| !around.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let output = name.to_string_lossy();
    let is_part =
        |path: &PathBuf| path.file_name().and_then(OsStr::to_str).and_then(output_of_part) == Some(&*output);
    let is_left = |path: &PathBuf| {
        // A link or a pipe is not opened.
        let age = path
            .symlink_metadata()
            .ok()
            .filter(|it| it.is_file())
            .and_then(|it| it.modified().ok()?.elapsed().ok());
        age.is_some_and(|age| age > ENDED) && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
    };
    let entries = fs::read_dir(around).into_iter().flatten().flatten().map(|entry| entry.path());
    for part in entries.filter(is_part).filter(is_left) {
        // What cannot be removed does no harm to this output.
        if fs::remove_file(&part).is_ok() {
            notify(&format!(
                "removed {}, left by an export that was interrupted",
                on_screen(&part.to_string_lossy())
            ));
        }
    }
}

/// A function that writes the content.
pub type Writing<'a> = dyn FnMut(&mut dyn Write) -> io::Result<()> + 'a;

fn fill(file: File, write: &mut Writing<'_>) -> io::Result<()> {
    // Where locks are not supported, the age of a part has to do.
    let _ = file.try_lock();
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
        assert_eq!(write_whole(&path, b"two", false), Err(exists(&path)));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_whole(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(write_whole(&folder.path().join("no/folder.csv"), b"x", false).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn parts_that_interrupted_programs_left_are_removed_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.csv");
        let long_ago = std::time::SystemTime::now() - 2 * ENDED;
        let put = |name: &str, at| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(at).unwrap();
            file
        };
        put(".paper.csv.4711.part", long_ago);
        let staying = [
            ".paper.csv.4712.part",
            ".paper.csv.4713.part",
            ".paper.csv.x.part",
            ".other.csv.1.part",
            ".paper.csv.part",
        ];
        let locked = put(staying[0], long_ago);
        locked.try_lock().unwrap();
        put(staying[1], std::time::SystemTime::now());
        staying[2..].iter().for_each(|name| drop(put(name, long_ago)));
        write_whole(&path, b"one", false).unwrap();
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        let mut expected = [staying.as_slice(), &["paper.csv"]].concat();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_format_follows_the_extension_unless_it_is_given() {
        let terminal = Terminal { width: 80, colour: true };
        let of = |output: Option<&str>, format, bom| {
            let args = OutputArgs { format, output: output.map(PathBuf::from), force: false, bom };
            args.prepared(terminal)
                .map(|(format, terminal)| (format, terminal.colour))
                .map_err(|problem| problem.code())
        };
        assert_eq!(of(None, None, false), Ok((Format::Table, true)));
        assert_eq!(of(Some("no-such.CSV"), None, true), Ok((Format::Csv, false)));
        assert_eq!(of(Some("no-such.csv"), Some(Format::Json), false), Ok((Format::Json, false)));
        assert_eq!(of(Some("no-such.xlsx"), None, false), Ok((Format::Xlsx, false)));
        assert_eq!(of(Some("no-such.doc"), None, false), Err("no-format"));
        assert_eq!(of(Some("no-such.html"), None, true), Err("not-csv"));
        assert_eq!(of(None, None, true), Err("not-csv"));
    }

    #[test]
    fn the_byte_order_mark_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.csv");
        let args = OutputArgs { output: Some(path.clone()), bom: true, ..OutputArgs::default() };
        args.write(b"name\n".to_vec(), Audience::Public).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"\xEF\xBB\xBFname\n");
    }
}
