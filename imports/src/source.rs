//! Any outside file as rows of text cells.
//!
//! Delimited text in the usual encodings becomes one decoded text whose rows are read one after the
//! other; the sheet of a workbook and a list of grants in JSON become a grid of the cells that hold
//! something. How a file is laid out is detected unless the person says, and what was found is told in
//! one line ([`Detected`]). What cannot be read with certainty is refused with a reason and a remedy;
//! nothing is dropped, guessed or repaired. Every limit is a named constant in `limits`.
//!
//! Nothing here knows what a column means, or how it is called.

mod archive;
mod dates;
mod delimited;
mod delimiter;
mod detected;
mod encoding;
mod grid;
mod json;
mod limits;
mod number;
mod ods;
mod quotes;
mod refused;
mod workbook;
mod xlsx;
mod xml;

#[cfg(test)]
mod tests;

use csv::StringRecord;

pub use delimiter::Delimiter;
pub use detected::Detected;
pub use encoding::Encoding;
pub use limits::FILE_LIMIT;

use archive::Archive;
use delimited::Delimited;
use detected::Format;
use grid::Grid;
use limits::{CELL_LIMIT, COLUMNS_LIMIT, ROWS_LIMIT};
use ods::Ods;
use quotes::QuoteError;
use workbook::Workbook;
use xlsx::Xlsx;

/// How a file is laid out, as far as somebody says; the rest is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The encoding of a text.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of a text.
    pub delimiter: Option<Delimiter>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

impl Layout {
    /// What this says and, where it says nothing, what the other does.
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
    detected: Detected,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Delimited(Delimited),
    Grid(Grid),
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// A word that stays the same from version to version.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The row in which it shows, if it shows in one.
    pub row: Option<u64>,
}

/// The text of a file that is prose, in whichever of the encodings it is.
pub fn decoded(bytes: Vec<u8>) -> Result<String, Unreadable> {
    encoding::decode(bytes, None).map(|decoded| decoded.text)
}

/// The rows of a file that are not blank, as an import sees their cells: numbers as their shortest
/// decimals, days as `2015-03-26`.
pub fn cells(bytes: Vec<u8>, layout: &Layout) -> Result<Vec<Vec<String>>, Unreadable> {
    let source = Source::open(bytes, layout)?;
    let (mut rows, mut found) = (source.rows(), Vec::new());
    while let Some(row) = rows.next() {
        if let Some(problem) = row.problem {
            let hint = problem.hint();
            return Err(Unreadable::new(problem.code(), problem.to_string(), hint).at(row.number));
        }
        found.push(row.cells.iter().map(str::to_owned).collect());
    }
    Ok(found)
}

impl Unreadable {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Unreadable {
        Unreadable { code, message: message.into(), hint: hint.into(), row: None }
    }

    fn at(self, row: u64) -> Unreadable {
        Unreadable { row: Some(row), ..self }
    }
}

/// A row that is not blank.
pub(crate) struct RawRow<'t> {
    /// Its number as a spreadsheet numbers it.
    pub(crate) number: u64,
    /// By which [`Source::row_at`] finds it again.
    pub(crate) start: usize,
    /// Its cells.
    pub(crate) cells: &'t StringRecord,
    /// What each of the cells is; none for a file whose cells are all text.
    pub(crate) kinds: &'t [CellKind],
    /// Why the cells cannot be relied on.
    pub(crate) problem: Option<RowProblem>,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// A text, or nothing.
    Text,
    /// A number, as its shortest decimal.
    Number,
    /// A date, `2015-03-26`, with a time after a `T` where it has one.
    Date,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// An error such as `#REF!`.
    Error,
    /// Covered by a merged cell that begins elsewhere.
    Merged,
}

/// Why the cells of a row cannot be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowProblem {
    /// Quotation marks that are not where they should be.
    #[error("{0}")]
    Quotes(QuoteError),
    /// More than [`COLUMNS_LIMIT`] cells.
    #[error("the row has more than {COLUMNS_LIMIT} cells")]
    TooManyCells,
    /// A cell of more than [`CELL_LIMIT`] characters.
    #[error("cell {column} has more than {CELL_LIMIT} characters")]
    CellTooLong {
        /// Which cell, from 1.
        column: usize,
    },
    /// A row so long that its end was not looked for. No row follows.
    #[error("the row is longer than 4 MiB")]
    RowTooLong,
    /// More than [`ROWS_LIMIT`] rows. No row follows.
    #[error("the file has more than {ROWS_LIMIT} rows")]
    TooManyRows,
}

impl RowProblem {
    /// A word that stays the same from version to version.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            RowProblem::Quotes(_) => "bad-quotes",
            RowProblem::TooManyCells => "too-many-cells",
            RowProblem::CellTooLong { .. } => "cell-too-long",
            RowProblem::RowTooLong => "row-too-long",
            RowProblem::TooManyRows => "too-many-rows",
        }
    }

    /// True when rows that follow may not have been seen.
    pub(crate) const fn hides_rows(self) -> bool {
        match self {
            RowProblem::Quotes(error) => matches!(error, QuoteError::Unclosed),
            RowProblem::RowTooLong | RowProblem::TooManyRows => true,
            RowProblem::TooManyCells | RowProblem::CellTooLong { .. } => false,
        }
    }

    /// What to do about it.
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

/// The rows of a file that are not blank, one after the other.
pub(crate) struct Rows<'s>(Walk<'s>);

enum Walk<'s> {
    Delimited(delimited::Rows<'s>),
    Grid(grid::Rows<'s>),
}

impl Rows<'_> {
    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> Option<RawRow<'_>> {
        match &mut self.0 {
            Walk::Delimited(rows) => rows.next(),
            Walk::Grid(rows) => rows.next(),
        }
    }

    /// How many rows so far were blank.
    pub(crate) fn blank(&self) -> u64 {
        match &self.0 {
            Walk::Delimited(rows) => rows.blank(),
            Walk::Grid(rows) => rows.blank(),
        }
    }
}

impl Source {
    /// Takes the bytes of a file.
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
            return Ok(Source { detected, content: Content::Grid(grid) });
        }
        let delimiter = layout.delimiter.unwrap_or_else(|| Delimiter::detect(&decoded.text));
        let format = Format::Delimited { encoding: decoded.encoding, delimiter };
        let detected = Detected { format, note: decoded.note };
        Ok(Source { detected, content: Content::Delimited(Delimited::new(decoded.text, delimiter)) })
    }

    fn of_workbook(bytes: &[u8], layout: &Layout) -> Result<Source, Unreadable> {
        let mut archive = Archive::open(bytes)?;
        let mut workbook: Box<dyn Workbook + '_> = if ods::is_one(&mut archive) {
            Box::new(Ods::open(archive)?)
        } else {
            match xlsx::main_part(&mut archive)? {
                Some(main) if main.ends_with(".bin") => {
                    let hint = "save it as an Excel workbook (.xlsx) and import that";
                    let message = "the file is a binary Excel workbook (.xlsb)";
                    return Err(Unreadable::new("unreadable-format", message, hint));
                }
                Some(main) if main.to_lowercase().contains("workbook") => {
                    Box::new(Xlsx::open(archive, &main)?)
                }
                _ => {
                    let hint = "unpack it and import the file inside";
                    return Err(Unreadable::new(
                        "unreadable-format",
                        "the file is a zip archive, not a workbook",
                        hint,
                    ));
                }
            }
        };
        let (sheet, grid) = workbook::chosen(workbook.as_mut(), layout.sheet.as_deref())?;
        let format = Format::Sheet { sheet: sheet.name, workbook: workbook.kind() };
        let note = match (sheet.hidden, grid.hidden_rows) {
            (true, _) => Some("the sheet is hidden".to_owned()),
            (false, 0) => None,
            // A filter hides rows and does not delete them.
            (false, rows) => Some(format!("hidden and filtered rows are included: {rows}")),
        };
        drop(workbook);
        Ok(Source { detected: Detected { format, note }, content: Content::Grid(grid) })
    }

    /// What was found about how the file is laid out.
    pub(crate) fn detected(&self) -> &Detected {
        &self.detected
    }

    /// What stands between the cells of a row. `None` for a file whose rows are not written out cell
    /// by cell: there a row ends with its last cell that is not blank.
    pub(crate) fn delimiter(&self) -> Option<Delimiter> {
        match &self.content {
            Content::Delimited(text) => Some(text.delimiter()),
            Content::Grid(_) => None,
        }
    }

    /// The rows, from the first one.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows(match &self.content {
            Content::Delimited(text) => Walk::Delimited(text.rows()),
            Content::Grid(grid) => Walk::Grid(grid.rows()),
        })
    }

    /// About how many rows there are, as far as one of them tells.
    pub(crate) fn rows_by(&self, row: &RawRow<'_>) -> u64 {
        let (at, all) = match &self.content {
            Content::Delimited(text) => (row.start, text.length()),
            Content::Grid(grid) => (row.start + 1, grid.length()),
        };
        let about = u128::from(row.number) * all as u128 / at.max(1) as u128;
        u64::try_from(about).unwrap_or(u64::MAX).max(row.number)
    }

    /// A row again, by where it starts. Its cells are none where no row starts.
    pub(crate) fn row_at(&self, start: usize) -> StringRecord {
        match &self.content {
            Content::Delimited(text) => text.row_at(start),
            Content::Grid(grid) => grid.row_at(start),
        }
    }
}
