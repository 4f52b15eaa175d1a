//! Reads any file as rows of text cells.
//!
//! Delimited text is decoded and read row by row; the sheet of a workbook and a list of grants in JSON
//! become a grid of the cells that are not blank. The layout is detected unless given, and described
//! in one line ([`Detected`]). Anything uncertain is refused with a reason and a hint; nothing is
//! dropped, inferred or repaired. Every limit is a named constant in `limits`.
//!
//! Nothing here knows the meaning or the name of a column.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod archive;
mod blocks;
mod corrected;
mod dates;
mod delimited;
mod delimiter;
mod detected;
mod encoding;
mod grid;
mod json;
mod labels;
mod limits;
mod number;
mod ods;
mod quotes;
mod refused;
mod workbook;
mod xlsx;
mod xml;

/// Returns the error for a damaged workbook.
fn damaged(why: &str) -> Unreadable {
    let hint = "open the file in a spreadsheet program, save it and import it again";
    Unreadable::new("damaged-workbook", format!("the workbook is damaged: {why}"), hint)
}

fn too_large(message: String) -> Unreadable {
    Unreadable::new("too-large", message, "copy the sheet into a workbook of its own")
}

#[cfg(test)]
mod tests;

use std::fmt;

use csv::StringRecord;

pub(crate) use archive::Archive;
pub(crate) use corrected::Corrected;
pub use delimiter::Delimiter;
pub use detected::Detected;
pub use encoding::Encoding;
pub(crate) use encoding::decode;
pub use limits::FILE_LIMIT;
pub(crate) use limits::ROWS_LIMIT;
pub(crate) use xlsx::main_part;
pub(crate) use xml::{Xml, attribute, push_text};

use crate::diagnostic::NextStep;
use delimited::Delimited;
use detected::Format;
use limits::{CELL_LIMIT, COLUMNS_LIMIT};
use ods::Ods;
use quotes::QuoteError;
use workbook::Workbook;
use xlsx::Xlsx;

/// The layout of a file as far as it is given; the rest is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<Delimiter>,
    pub sheet: Option<String>,
}

impl Layout {
    /// Returns this layout, completed by another.
    pub(crate) fn or(&self, other: &Layout) -> Layout {
        Layout {
            encoding: self.encoding.or(other.encoding),
            delimiter: self.delimiter.or(other.delimiter),
            sheet: self.sheet.clone().or_else(|| other.sheet.clone()),
        }
    }
}

/// A file that can be read.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) detected: Detected,
    pub(crate) content: Box<dyn Content>,
}

/// The reason for which a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// A stable code for scripts and tests.
    pub code: &'static str,
    pub message: String,
    pub next: NextStep,
    /// The row of the problem, if it is in one.
    pub row: Option<u64>,
}

/// Decodes a file of prose, detecting its encoding.
pub fn decoded(bytes: Vec<u8>) -> Result<String, Unreadable> {
    encoding::decode(bytes, None).map(|decoded| decoded.text)
}

/// Opens a workbook from its bytes.
fn workbook_of(bytes: &[u8]) -> Result<Box<dyn Workbook + '_>, Unreadable> {
    let mut archive = Archive::open(bytes)?;
    if ods::is_one(&mut archive) {
        return Ok(Box::new(Ods::open(archive)?));
    }
    let refused = |message, hint| Err(Unreadable::new("unreadable-format", message, hint));
    match xlsx::main_part(&mut archive)? {
        Some(main) if main.ends_with(".bin") => {
            let hint = "save it as an Excel workbook (.xlsx) and import that";
            refused("the file is a binary Excel workbook (.xlsb)", hint)
        }
        Some(main) if main.to_lowercase().contains("workbook") => Ok(Box::new(Xlsx::open(archive, &main)?)),
        Some(main) if main.to_lowercase().contains("word/document") => {
            let hint = "copy its table into a workbook and import that; if it is a list of decisions, draft a register from it";
            refused("the file is a Word document", hint)
        }
        _ => {
            let hint = "unpack it and import the file inside";
            refused("the file is a zip archive, not a workbook", hint)
        }
    }
}

/// Returns the names of the visible sheets of a workbook, in order; none of another file, or of a damaged one.
pub fn sheets(bytes: &[u8]) -> Vec<String> {
    if !bytes.starts_with(b"PK") {
        return Vec::new();
    }
    let sheets = workbook_of(bytes).map(|workbook| workbook.sheets()).unwrap_or_default();
    sheets.into_iter().filter(|sheet| !sheet.hidden).map(|sheet| sheet.name).collect()
}

/// Returns the rows of a file that are not blank, as an import reads their cells: numbers as shortest
/// decimals, days as `2015-03-26`.
pub fn cells(bytes: Vec<u8>, layout: &Layout) -> Result<Vec<Vec<String>>, Unreadable> {
    let source = Source::open(bytes, layout)?;
    let (mut rows, mut found) = (source.content.rows(), Vec::new());
    while let Some(row) = rows.next() {
        if let Some(problem) = row.problem {
            let message = problem.to_string();
            return Err(Unreadable::new("unreadable-row", message, problem.hint()).at(row.number));
        }
        found.push(row.cells.iter().map(str::to_owned).collect());
    }
    Ok(found)
}

impl Unreadable {
    pub(crate) fn new(
        code: &'static str,
        message: impl Into<String>,
        next: impl Into<NextStep>,
    ) -> Unreadable {
        Unreadable { code, message: message.into(), next: next.into(), row: None }
    }

    /// Names the row of the problem.
    pub(crate) fn at(self, row: u64) -> Unreadable {
        Unreadable { row: Some(row), ..self }
    }
}

/// A row that is not blank.
pub(crate) struct RawRow<'t> {
    /// Row number as shown by a spreadsheet.
    pub(crate) number: u64,
    /// Position for [`Content::row_at`].
    pub(crate) start: usize,
    pub(crate) cells: &'t StringRecord,
    /// Types of the cells; empty for a text file.
    pub(crate) kinds: &'t [CellKind],
    /// Set if the cells are not reliable.
    pub(crate) problem: Option<RowProblem>,
}

/// The type of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// A text, or nothing.
    Text,
    /// A number, as its shortest decimal.
    Number,
    /// A number that is shown as another amount: as a percentage, in another currency, or with brackets, a minus or CR.
    Disguised,
    /// A date, `2015-03-26`, with a time after a `T` where it has one.
    Date,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// An error such as `#REF!`.
    Error,
    /// Covered by a merged cell that begins elsewhere.
    Merged,
}

/// The reason for which the cells of a row are not reliable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowProblem {
    /// Misplaced quotation marks.
    #[error("{0}")]
    Quotes(QuoteError),
    /// More than [`COLUMNS_LIMIT`] cells.
    #[error("the row has more than {COLUMNS_LIMIT} cells")]
    TooManyCells,
    /// A cell of more than [`CELL_LIMIT`] characters.
    #[error("cell {column} has more than {CELL_LIMIT} characters")]
    CellTooLong {
        /// Position from 1.
        column: usize,
    },
    /// A row longer than the limit. No row follows.
    #[error("the row is longer than 4 MiB")]
    RowTooLong,
    /// More than [`ROWS_LIMIT`] rows. No row follows.
    #[error("the file has more than {ROWS_LIMIT} rows")]
    TooManyRows,
}

impl RowProblem {
    /// True if later rows may have been missed.
    pub(crate) const fn hides_rows(self) -> bool {
        match self {
            RowProblem::Quotes(error) => matches!(error, QuoteError::Unclosed),
            RowProblem::RowTooLong | RowProblem::TooManyRows => true,
            RowProblem::TooManyCells | RowProblem::CellTooLong { .. } => false,
        }
    }

    /// Returns the next step.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            RowProblem::Quotes(error) => error.hint(),
            RowProblem::TooManyCells | RowProblem::CellTooLong { .. } | RowProblem::RowTooLong => {
                "check that this is the right file and how it was exported"
            }
            RowProblem::TooManyRows => "split it into several files",
        }
    }
}

/// The rows of a file that are not blank.
pub(crate) trait Rows {
    /// Returns the next row that is not blank.
    fn next(&mut self) -> Option<RawRow<'_>>;
    /// Returns the number of blank rows so far.
    fn blank(&self) -> u64;
}

/// What a file contains: a text, or a grid of cells.
pub(crate) trait Content: fmt::Debug {
    fn rows(&self) -> Box<dyn Rows + '_>;
    /// Returns the cells of the row that starts at a position; empty if none does.
    fn row_at(&self, start: usize) -> StringRecord;
    /// Returns one more than the highest position of a row.
    fn length(&self) -> usize;
    /// Returns the delimiter of a text. Rows of other files end with their last cell that is not blank.
    fn delimiter(&self) -> Option<Delimiter>;
    /// True for a text without the separators of blank cells at the ends of its rows, as Excel writes it.
    fn leaves_out_blank_ends(&self) -> bool {
        false
    }
}

impl Source {
    /// Opens a file from its bytes.
    pub(crate) fn open(bytes: Vec<u8>, layout: &Layout) -> Result<Source, Unreadable> {
        if bytes.len() as u64 > FILE_LIMIT {
            let message = format!("the file is larger than {} MiB", FILE_LIMIT / 1024 / 1024);
            return Err(Unreadable::new("too-large", message, "split it into several files"));
        }
        refused::check(&bytes)?;
        if bytes.starts_with(b"PK") {
            return Source::of_workbook(&bytes, layout);
        }
        if layout.sheet.is_some() {
            let message = "a sheet is named, but the file is not a workbook";
            return Err(Unreadable::new("no-workbook", message, "leave out the sheet name"));
        }
        let decoded = encoding::decode(bytes, layout.encoding)?;
        if layout.delimiter.is_none() && json::is_one(&decoded.text) {
            let (grid, grants, note) = json::read(&decoded.text)?;
            let detected = Detected { format: Format::Json { grants }, note: decoded.note.or(note) };
            return Ok(Source { detected, content: Box::new(grid) });
        }
        if layout.delimiter.is_none() && labels::is_one(&decoded.text) {
            let format = Format::Labels { encoding: decoded.encoding };
            let detected = Detected { format, note: decoded.note };
            return Ok(Source { detected, content: Box::new(labels::read(&decoded.text)?) });
        }
        let delimiter = layout.delimiter.unwrap_or_else(|| Delimiter::detect(&decoded.text));
        let format = Format::Delimited { encoding: decoded.encoding, delimiter };
        let detected = Detected { format, note: decoded.note };
        Ok(Source { detected, content: Box::new(Delimited::new(decoded.text, delimiter)) })
    }

    fn of_workbook(bytes: &[u8], layout: &Layout) -> Result<Source, Unreadable> {
        let mut workbook = workbook_of(bytes)?;
        let (sheet, grid) = workbook::chosen(workbook.as_mut(), layout.sheet.as_deref())?;
        let format = Format::Sheet { sheet: sheet.name, workbook: workbook.kind() };
        let note = match (sheet.hidden, grid.hidden_rows) {
            (true, _) => Some("the sheet is hidden".to_owned()),
            (false, 0) => None,
            // A filter hides rows without deleting them.
            (false, rows) => Some(format!("hidden and filtered rows are included: {rows}")),
        };
        drop(workbook);
        Ok(Source { detected: Detected { format, note }, content: Box::new(grid) })
    }

    /// Returns a source whose rows have been read otherwise.
    pub(crate) fn without_cells(detected: Detected) -> Source {
        Source { detected, content: Box::new(grid::Grid::default()) }
    }

    /// Estimates the number of rows from the position of one.
    pub(crate) fn rows_by(&self, row: &RawRow<'_>) -> u64 {
        let about = u128::from(row.number) * self.content.length() as u128 / (row.start as u128 + 1);
        u64::try_from(about).unwrap_or(u64::MAX).max(row.number)
    }
}
