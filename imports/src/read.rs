//! Reading a file: rows in, commands and diagnostics out.

use std::io::Read;

use almoner_ledger::command::Command;

use crate::cells::{Cells, Refused};
use crate::diagnostic::{Diagnostic, Place};
use crate::header::{Column, Header};
use crate::kind::Kind;
use crate::source::{Delimiter, Detected, FILE_LIMIT, Layout, RawRow, Source, Unreadable};
use crate::{awards, budgets, decisions, payments, recipients, repurposes};

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
    source: Option<Source>,
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

/// How many cells a row has.
#[derive(Clone, Copy)]
struct Shape {
    /// How many the header has.
    width: usize,
    /// What stands between them; `None` when a row may end before its last, blank cells.
    delimiter: Option<Delimiter>,
}

/// Reads a file in the canonical columns, detecting how it is laid out. `file_name` is what
/// diagnostics call it. What is wrong, even that nothing could be read, is in the diagnostics.
pub fn read(kind: Kind, file_name: &str, input: impl Read) -> ReadFile {
    read_as(kind, file_name, input, &Layout::default())
}

/// Reads a file in the canonical columns, laid out as `layout` says as far as it says something.
pub fn read_as(kind: Kind, file_name: &str, input: impl Read, layout: &Layout) -> ReadFile {
    let mut file = ReadFile {
        kind,
        file: file_name.to_owned(),
        rows: Vec::new(),
        diagnostics: Vec::new(),
        skipped_blank: 0,
        source: None,
        columns: Vec::new(),
    };
    match take(input).and_then(|bytes| Source::open(bytes, layout)) {
        Ok(source) => {
            file.take_rows(&source);
            file.source = Some(source);
        }
        Err(error) => file.note_row(error.row.unwrap_or(1), error.code, &error.message, &error.hint),
    }
    file
}

impl ReadFile {
    /// What was found about how the file is laid out; `None` when it could not be read at all.
    pub fn detected(&self) -> Option<&Detected> {
        self.source.as_ref().map(Source::detected)
    }

    /// The cell of a row in a column, as it stands in the file.
    pub fn cell(&self, row: &Row, column: &str) -> String {
        let column = self.columns.iter().find(|it| it.name == column);
        let position = column.and_then(|column| column.position);
        let (Some(position), Some(source)) = (position, &self.source) else { return String::new() };
        source.row_at(row.start).get(position).unwrap_or_default().trim().to_owned()
    }

    /// True when the file has the column.
    pub(crate) fn has_column(&self, column: &str) -> bool {
        self.columns.iter().any(|it| it.name == column && it.position.is_some())
    }

    fn take_rows(&mut self, source: &Source) {
        let mut rows = source.rows();
        let Some(header) = rows.next() else {
            return self.note_row(1, "empty-file", "the file is empty", "check that it is the right file");
        };
        if let Some(problem) = header.problem {
            return self.note_row(header.number, problem.code(), &problem.to_string(), problem.hint());
        }
        let shape = Shape { width: header.cells.len(), delimiter: source.delimiter() };
        let mut names = Header::new(header.cells);
        let mut mapping = mapping(self.kind, &mut names);
        self.columns = names.columns().to_vec();
        self.diagnostics = names.problems(Place::row(&self.file, header.number));
        // Without the right columns every row would be wrong.
        if !self.diagnostics.is_empty() {
            return;
        }
        while let Some(row) = rows.next() {
            let (number, start) = (row.number, row.start);
            let command = self.command(mapping.as_mut(), &row, shape);
            self.rows.push(Row { number, command, start });
        }
        self.skipped_blank = rows.blank();
        if self.kind == Kind::Payments {
            payments::number_those_alike(&mut self.rows);
        }
    }

    fn command(&mut self, mapping: &mut dyn Mapping, row: &RawRow<'_>, shape: Shape) -> Option<Command> {
        if let Some(problem) = row.problem {
            self.note_row(row.number, problem.code(), &problem.to_string(), problem.hint());
            return None;
        }
        let found = row.cells.len();
        if found != shape.width && (found > shape.width || shape.delimiter.is_some()) {
            let message = format!("the row has {found} cells, the header has {}", shape.width);
            let hint = match shape.delimiter.map(Delimiter::word) {
                Some(word) => format!(
                    "a cell with a {word} in it needs quotation marks around it; a blank cell still needs its {word}"
                ),
                None => "give every column that is used a name in the header, or delete it".to_owned(),
            };
            self.note_row(row.number, "wrong-number-of-cells", &message, &hint);
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

/// All bytes of the file, or one more than are taken.
fn take(input: impl Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    match input.take(FILE_LIMIT + 1).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let message = format!("the file could not be read: {error}");
            Err(Unreadable::new("unreadable", message, "check the file"))
        }
    }
}
