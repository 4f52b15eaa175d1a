//! Reading a file: rows in, commands and diagnostics out.

use std::io::Read;

use almoner_ledger::command::Command;

use crate::cells::{Cells, Refused, not_utf8};
use crate::diagnostic::{Diagnostic, Place};
use crate::header::{Column, Header};
use crate::kind::Kind;
use crate::table::{RawRow, Table, record_at};
use crate::{awards, budgets, decisions, payments, recipients, repurposes};

/// The largest file that is taken: some millions of rows. A larger one is a mistake, and whoever
/// has one can divide it.
pub const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile {
    /// What its rows are.
    pub kind: Kind,
    /// The file, as the person named it.
    pub file: String,
    /// The rows under the header that are not blank, in the order of the file.
    pub rows: Vec<Row>,
    /// All that is wrong with the file, row by row.
    pub diagnostics: Vec<Diagnostic>,
    /// How many rows are blank.
    pub skipped_blank: u64,
    bytes: Vec<u8>,
    columns: Vec<Column>,
}

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// Its number as a spreadsheet shows it.
    pub number: u64,
    /// What it asks for; `None` when something is wrong with it.
    pub command: Option<Command>,
    start: usize,
}

/// How the rows of one kind of file become commands.
pub(crate) trait Mapping {
    /// The command of a row, or what is wrong noted in the cells.
    fn command(&mut self, cells: &mut Cells<'_>) -> Result<Command, Refused>;
}

/// Reads a file in the canonical columns. `file_name` is what diagnostics call it. What is wrong,
/// even that nothing could be read, is in the diagnostics.
pub fn read(kind: Kind, file_name: &str, input: impl Read) -> ReadFile {
    let mut file = ReadFile {
        kind,
        file: file_name.to_owned(),
        rows: Vec::new(),
        diagnostics: Vec::new(),
        skipped_blank: 0,
        bytes: Vec::new(),
        columns: Vec::new(),
    };
    match take(input) {
        Ok(bytes) => file.bytes = bytes,
        Err((code, message, hint)) => {
            file.diagnostics.push(Diagnostic::new(Place::row(file_name, 1), "", code, &message, hint));
            return file;
        }
    }
    let bytes = std::mem::take(&mut file.bytes);
    if let Err(error) = file.take_rows(&bytes) {
        let place = Place::row(file_name, 1);
        file.diagnostics.push(Diagnostic::new(place, "", "unreadable", &error.to_string(), "check the file"));
    }
    file.bytes = bytes;
    file
}

impl ReadFile {
    /// The cell of a row in a column, as it stands in the file.
    pub fn cell(&self, row: &Row, column: &str) -> String {
        let column = self.columns.iter().find(|it| it.name == column);
        let Some(position) = column.and_then(|column| column.position) else { return String::new() };
        let record = record_at(&self.bytes, row.start);
        String::from_utf8_lossy(record.get(position).unwrap_or_default()).trim().to_owned()
    }

    /// True when the file has the column.
    pub(crate) fn has_column(&self, column: &str) -> bool {
        self.columns.iter().any(|it| it.name == column && it.position.is_some())
    }

    fn take_rows(&mut self, bytes: &[u8]) -> Result<(), csv::Error> {
        let mut table = Table::new(bytes);
        let Some(header) = table.next()? else {
            let hint = "check that it is the right file";
            self.note_row(1, "empty-file", "the file is empty", hint);
            return Ok(());
        };
        let place = Place::row(&self.file, header.number);
        if let Some(error) = header.quotes {
            self.note_row(header.number, "bad-quotes", &error.to_string(), error.hint());
            return Ok(());
        }
        let width = header.cells.len();
        let Some(mut names) = Header::new(header.cells) else {
            let row: Vec<&[u8]> = header.cells.iter().collect();
            self.diagnostics.push(not_utf8(place, &row.join(&b',')));
            return Ok(());
        };
        let mut mapping = mapping(self.kind, &mut names);
        self.columns = names.columns().to_vec();
        self.diagnostics = names.problems(place);
        // Without the right columns every row would be wrong.
        if !self.diagnostics.is_empty() {
            return Ok(());
        }
        while let Some(row) = table.next()? {
            let (number, start) = (row.number, row.start);
            let command = self.command(mapping.as_mut(), &row, width);
            self.rows.push(Row { number, command, start });
        }
        self.skipped_blank = table.blank();
        if self.kind == Kind::Payments {
            payments::number_those_alike(&mut self.rows);
        }
        Ok(())
    }

    fn command(&mut self, mapping: &mut dyn Mapping, row: &RawRow<'_>, width: usize) -> Option<Command> {
        if let Some(error) = row.quotes {
            self.note_row(row.number, "bad-quotes", &error.to_string(), error.hint());
            return None;
        }
        if row.cells.len() != width {
            let message = format!("the row has {} cells, the header has {width}", row.cells.len());
            let hint = "a cell with a comma in it needs quotation marks around it; a blank cell still needs its comma";
            self.note_row(row.number, "wrong-number-of-cells", &message, hint);
            return None;
        }
        let problems = &mut self.diagnostics;
        mapping.command(&mut Cells { file: &self.file, row: row.number, record: row.cells, problems }).ok()
    }

    fn note_row(&mut self, row: u64, code: &'static str, message: &str, hint: &str) {
        let place = Place::row(&self.file, row);
        self.diagnostics.push(Diagnostic::new(place, "", code, message, hint));
    }
}

fn mapping(kind: Kind, header: &mut Header) -> Box<dyn Mapping> {
    match kind {
        Kind::Awards => Box::new(awards::Awards::new(header)),
        Kind::Payments => Box::new(payments::Payments::new(header)),
        Kind::Repurposes => Box::new(repurposes::Repurposes::new(header)),
        Kind::Decisions => Box::new(decisions::Decisions::new(header)),
        Kind::Budgets => Box::new(budgets::Budgets::new(header)),
        Kind::Recipients => Box::new(recipients::Recipients::new(header)),
    }
}

/// All bytes of the file, without a byte order mark.
fn take(input: impl Read) -> Result<Vec<u8>, (&'static str, String, &'static str)> {
    let mut bytes = Vec::new();
    if let Err(error) = input.take(SIZE_LIMIT + 1).read_to_end(&mut bytes) {
        return Err(("unreadable", format!("the file could not be read: {error}"), "check the file"));
    }
    if bytes.len() as u64 > SIZE_LIMIT {
        let message = format!("the file is larger than {} MiB", SIZE_LIMIT / 1024 / 1024);
        return Err(("too-large", message, "divide it into several files"));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(("not-utf-8", "the file is UTF-16".to_owned(), "save it as CSV UTF-8"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(("not-csv", "the file is a workbook".to_owned(), "save the sheet as CSV UTF-8"));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    Ok(bytes)
}
