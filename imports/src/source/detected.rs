//! What was found about a file, to be told to whoever imports it.

use std::fmt;

use super::{Delimiter, Encoding};
use crate::diagnostic::printable;

/// What was found: `UTF-8, separated by commas`, sheet `Payments` of an XLSX
/// workbook. One line, safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    pub(super) format: Format,
    /// Something about the file that may surprise.
    pub(super) note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Delimited { encoding: Encoding, delimiter: Delimiter },
    Sheet { sheet: String, workbook: &'static str },
    Json { grants: usize },
}

/// The most characters of a line.
const LINE_LIMIT: usize = 400;

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.format {
            Format::Delimited { encoding, delimiter } => {
                write!(f, "{encoding}, separated by {}", delimiter.plural())?;
            }
            Format::Sheet { sheet, workbook } => {
                write!(f, "sheet `{}` of {workbook}", printable(sheet, LINE_LIMIT))?;
            }
            Format::Json { grants } => write!(f, "JSON of 360Giving, grants: {grants}")?,
        }
        match &self.note {
            Some(note) => write!(f, "; {}", printable(note, LINE_LIMIT)),
            None => Ok(()),
        }
    }
}
