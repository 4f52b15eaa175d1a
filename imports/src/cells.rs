//! The cells of one row, read as what they should be.
//!
//! A cell that cannot be read is noted and the next one is read all the same, so that everything
//! wrong with a row is said at once.

use almoner_ledger::calendar::CalendarError;
use almoner_ledger::money::MoneyError;
use almoner_ledger::text::TextError;
use almoner_ledger::themes::SplitError;
use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Place};
use crate::header::Column;

/// Something is wrong and was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// Why a cell cannot be read.
pub(crate) trait Reason {
    /// A word for scripts.
    fn code(&self) -> &'static str;
    /// What is wrong.
    fn message(&self) -> String;
    /// What to write instead.
    fn hint(&self) -> String;
}

/// Gives an error of the ledger's types a code.
macro_rules! reason {
    ($error:ty, $code:literal) => {
        impl Reason for $error {
            fn code(&self) -> &'static str {
                $code
            }
            fn message(&self) -> String {
                self.to_string()
            }
            fn hint(&self) -> String {
                <$error>::hint(self).to_owned()
            }
        }
    };
}
reason!(CalendarError, "bad-date");
reason!(MoneyError, "bad-amount");
reason!(TextError, "bad-text");
reason!(SplitError, "bad-theme");

/// The cell holds none of the words it may hold.
pub(crate) struct NotAWord {
    /// The words, as the hint lists them.
    pub(crate) words: String,
}

impl Reason for NotAWord {
    fn code(&self) -> &'static str {
        "unknown-word"
    }
    fn message(&self) -> String {
        "not a word that can stand here".to_owned()
    }
    fn hint(&self) -> String {
        format!("write {}", self.words)
    }
}

/// The cells of one row.
pub(crate) struct Cells<'a> {
    pub(crate) file: &'a str,
    pub(crate) row: u64,
    pub(crate) record: &'a StringRecord,
    pub(crate) problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Cells<'a> {
    /// The text of a cell without the space around it; `None` when it is blank or the file does
    /// not have the column.
    fn text(&self, column: Column) -> Option<&'a str> {
        let cell = column.position.and_then(|position| self.record.get(position))?;
        Some(cell.trim()).filter(|text| !text.is_empty())
    }

    /// A cell that must be filled in.
    pub(crate) fn required<T, E: Reason>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refused> {
        match self.optional(column, parse)? {
            Some(value) => Ok(value),
            None => {
                Err(self.problem(column, "blank", "this must be filled in", "fill it in, or delete the row"))
            }
        }
    }

    /// A cell that may be blank: *not stated*.
    pub(crate) fn optional<T, E: Reason>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        let Some(text) = self.text(column) else { return Ok(None) };
        match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(reason) => Err(self.problem(column, reason.code(), &reason.message(), &reason.hint())),
        }
    }

    /// Yes or no; blank is no.
    pub(crate) fn yes_or_no(&mut self, column: Column) -> Result<bool, Refused> {
        let parse = |text: &str| match text.to_lowercase().as_str() {
            "yes" | "true" | "1" | "y" => Ok(true),
            "no" | "false" | "0" | "n" => Ok(false),
            _ => Err(NotAWord { words: "yes or no".to_owned() }),
        };
        Ok(self.optional(column, parse)?.unwrap_or(false))
    }

    /// Notes what is wrong with a cell.
    pub(crate) fn problem(
        &mut self,
        column: Column,
        code: &'static str,
        message: &str,
        hint: &str,
    ) -> Refused {
        let cell = column.position.and_then(|position| self.record.get(position)).unwrap_or_default();
        let place = Place { column: Some(column.name), ..Place::row(self.file, self.row) };
        self.problems.push(Diagnostic::new(place, cell.trim(), code, message, hint));
        Refused
    }
}
