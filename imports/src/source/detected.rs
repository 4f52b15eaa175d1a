//! The detected layout of a file, shown to the user.

use std::fmt;

use super::{Delimiter, Encoding};
use crate::diagnostic::printable;

/// The detected layout: `UTF-8, separated by commas`, or a sheet of a workbook. Its text is one line,
/// safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    pub(super) format: Format,
    pub(super) note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Delimited {
        encoding: Encoding,
        delimiter: Delimiter,
    },
    Sheet {
        sheet: String,
        workbook: &'static str,
    },
    Json {
        grants: usize,
    },
    Labels {
        encoding: Encoding,
    },
    /// A form in which values say what they are.
    Form {
        form: String,
        encoding: Encoding,
    },
}

impl Detected {
    /// Returns the layout of a file in a form of which nothing is detected.
    pub(crate) fn of_form(form: String, encoding: Encoding, note: Option<String>) -> Detected {
        Detected { format: Format::Form { form, encoding }, note }
    }

    /// True for a form of statements that needs no profile.
    pub(crate) const fn is_form(&self) -> bool {
        matches!(self.format, Format::Form { .. })
    }
}

/// Maximum number of characters of a line.
const LINE_LIMIT: usize = 400;

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.format {
            Format::Delimited { encoding, delimiter } => {
                write!(f, "{encoding}, separated by {}s", delimiter.word())?;
            }
            Format::Sheet { sheet, workbook } => {
                write!(f, "sheet `{}` of {workbook}", printable(sheet, LINE_LIMIT))?;
            }
            Format::Labels { encoding } => write!(f, "{encoding}, each value on a line with its label")?,
            Format::Form { form, encoding } => write!(f, "{form}, {encoding}")?,
            Format::Json { grants } => write!(f, "360Giving JSON, grants: {grants}")?,
        }
        match &self.note {
            Some(note) => write!(f, "; {}", printable(note, LINE_LIMIT)),
            None => Ok(()),
        }
    }
}
