//! Reading a file: rows in, what they ask for and diagnostics out.

use std::io::Read;

use almoner_ledger::grants::GrantId;
use almoner_ledger::hash::Hash;
use almoner_ledger::money::Money;
use csv::StringRecord;

use crate::cells::{Cells, Remark, place_of};
use crate::control::{ControlTotal, Looked, Totals};
use crate::diagnostic::{Diagnostic, Place, note};
use crate::header::{Columns, Header};
use crate::kind::Kind;
use crate::profile::{Profile, RowRule};
use crate::request::{Mapping, RowRequest};
use crate::source::{Delimiter, Detected, FILE_LIMIT, Layout, RawRow, Source, Unreadable};
use crate::{aliases, awards, budgets, decisions, payments, recipients, repurposes, statements};

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile {
    /// What its rows are.
    pub kind: Kind,
    /// The file, as the person named it.
    pub file: String,
    /// The rows under the header that ask for something, or should, in the order of the file.
    pub rows: Vec<Row>,
    /// The rows under the header that are passed over.
    pub skipped: Vec<Skipped>,
    /// How many rows under the header are blank.
    pub skipped_blank: u64,
    /// How many rows stand above the header.
    pub above_header: u64,
    /// Rows that say what the others come to.
    pub control_totals: Vec<ControlTotal>,
    /// What is to be known of rows although nothing is wrong with them.
    pub remarks: Vec<Remark>,
    /// What is wrong with the file, row by row, as far as it is listed: see [`Diagnostic::LISTED`].
    pub diagnostics: Vec<Diagnostic>,
    /// The SHA-256 of the file's bytes; `None` when they could not be read.
    pub fingerprint: Option<Hash>,
    is_whole: bool,
    source: Option<Source>,
    header: Option<StringRecord>,
    columns: Columns,
    unread: Vec<usize>,
}

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// Its number as a spreadsheet shows it.
    pub number: u64,
    /// What it asks for; `None` when something is wrong with it.
    pub asked: Option<RowRequest>,
    /// Its amount, if that can be read.
    pub amount: Option<Money>,
    start: usize,
}

impl Row {
    /// The grant that it names.
    pub(crate) fn grant(&self) -> Option<&GrantId> {
        match &self.asked {
            Some(RowRequest::Command(command)) => command.grant(),
            _ => None,
        }
    }
}

/// A row that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its number as a spreadsheet shows it.
    pub number: u64,
    /// Why.
    pub why: String,
    /// Its amount, if that can be read.
    pub amount: Option<Money>,
}

/// How often progress is told, in rows.
const PROGRESS_EVERY: u64 = 512;

/// In how many rows the header is looked for.
pub(crate) const HEADER_WITHIN: usize = 100;

/// Reads a file: as the profile says, or in our own columns without one. `file_name` is what
/// diagnostics call it; `layout` says how it is laid out where the person knows better. What is
/// wrong, even that nothing could be read, is in the diagnostics.
pub fn read(
    kind: Kind,
    file_name: &str,
    input: impl Read,
    profile: Option<&Profile>,
    layout: &Layout,
) -> ReadFile {
    read_telling(kind, file_name, input, profile, layout, &mut |_, _| {})
}

/// The same as [`read()`]. `progress` is told now and then how many rows are read, and about how
/// many there are.
pub fn read_telling(
    kind: Kind,
    file_name: &str,
    input: impl Read,
    profile: Option<&Profile>,
    layout: &Layout,
    progress: &mut dyn FnMut(u64, u64),
) -> ReadFile {
    let mut file = ReadFile {
        kind,
        file: file_name.to_owned(),
        rows: Vec::new(),
        skipped: Vec::new(),
        skipped_blank: 0,
        above_header: 0,
        control_totals: Vec::new(),
        remarks: Vec::new(),
        diagnostics: Vec::new(),
        fingerprint: None,
        is_whole: false,
        source: None,
        header: None,
        columns: Columns::default(),
        unread: Vec::new(),
    };
    let layout = profile.map_or_else(|| layout.clone(), |profile| layout.or(&profile.file.layout));
    let taken = take(input).and_then(|bytes| {
        file.fingerprint = Some(Hash::of(&bytes));
        Source::open(bytes, &layout)
    });
    match taken {
        Ok(source) => {
            file.take_rows(&source, profile, progress);
            file.source = Some(source);
        }
        Err(error) => file.note_row(error.row.unwrap_or(1), error.code, &error.message, &error.hint),
    }
    file
}

impl ReadFile {
    /// How the file is laid out; `None` when it could not be read at all.
    pub fn detected(&self) -> Option<&Detected> {
        self.source.as_ref().map(Source::detected)
    }

    /// False when rows may be missing, or could not be looked for: then none may be taken.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The file's columns of which nothing is read although there is something in them.
    pub fn unread_columns(&self) -> Vec<String> {
        let is_named =
            |position: usize| !self.columns.names.get(position).is_none_or(|it| it.trim().is_empty());
        let told = |position: &usize| match self.columns.label(*position) {
            label if is_named(*position) => label,
            number => format!("column {number} (no name)"),
        };
        self.unread.iter().map(told).collect()
    }

    /// The cells of the header, if the file has one.
    pub(crate) fn header(&self) -> Option<&StringRecord> {
        self.header.as_ref()
    }

    /// What stands between the cells; a comma for what is no text.
    pub(crate) fn delimiter(&self) -> Delimiter {
        self.source.as_ref().and_then(Source::delimiter).unwrap_or(Delimiter::Comma)
    }

    /// The cells of a row, as they stand in the file.
    pub(crate) fn cells(&self, row: &Row) -> StringRecord {
        self.source.as_ref().map(|source| source.row_at(row.start)).unwrap_or_default()
    }

    /// What is wrong with a row, in one of our columns if it is in one.
    pub(crate) fn diagnostic(
        &self,
        row: &Row,
        column: Option<&str>,
        code: &'static str,
        message: &str,
        hint: &str,
    ) -> Diagnostic {
        let bound = column.and_then(|column| self.columns.named(column));
        let (label, value) = match bound {
            Some(bound) => {
                let (label, value) = place_of(bound, &self.columns, &self.cells(row));
                (Some(label), value)
            }
            None => (None, String::new()),
        };
        let place = Place { column: label.as_deref(), ..Place::row(&self.file, row.number) };
        Diagnostic::new(place, &value, code, message, hint)
    }

    fn take_rows(&mut self, source: &Source, profile: Option<&Profile>, progress: &mut dyn FnMut(u64, u64)) {
        let Some(mut reading) = self.find_header(source, profile) else { return };
        let mut rows = source.rows();
        let mut blank_above = 0;
        self.is_whole = true;
        while let Some(row) = rows.next() {
            if row.number <= reading.header_row {
                self.above_header += u64::from(row.number < reading.header_row);
                blank_above = rows.blank();
                continue;
            }
            if row.number.is_multiple_of(PROGRESS_EVERY) {
                progress(row.number, source.rows_by(&row));
            }
            let listed = self.diagnostics.len();
            self.take_row(&mut reading, &row);
            for found in self.diagnostics.split_off(listed) {
                note(&mut self.diagnostics, found);
            }
        }
        self.skipped_blank = rows.blank() - blank_above;
        self.control_totals = reading.totals.into_found();
        self.unread.sort_unstable();
        self.columns = reading.columns;
    }

    /// The first row that names all the columns needed is the header; what stands above it is
    /// passed over. When there is none, what is missing from the row that comes nearest is noted.
    fn find_header<'p>(&mut self, source: &Source, profile: Option<&'p Profile>) -> Option<Reading<'p>> {
        if profile.is_some_and(|profile| profile.file.no_header) {
            return Some(Reading::new(self.kind, Header::new(None, profile), profile, 0, usize::MAX).1);
        }
        let mut rows = source.rows();
        let mut nearest: Option<(usize, Vec<Diagnostic>)> = None;
        for _ in 0..HEADER_WITHIN {
            let Some(row) = rows.next() else { break };
            let place = Place::row(&self.file, row.number);
            if let Some(problem) = row.problem {
                let (message, hint) = (problem.to_string(), problem.hint());
                let problem = Diagnostic::new(place, "", problem.code(), &message, hint);
                nearest.get_or_insert((0, vec![problem]));
                continue;
            }
            let header = Header::new(Some(row.cells), profile);
            let (header, reading) = Reading::new(self.kind, header, profile, row.number, row.cells.len());
            let problems = header.problems(place);
            if header.is_complete() {
                self.header = Some(row.cells.clone());
                // Without the right columns every row would be wrong.
                self.diagnostics = problems;
                return self.diagnostics.is_empty().then_some(reading);
            }
            if nearest.as_ref().is_none_or(|(found, _)| header.found() > *found) {
                nearest = Some((header.found(), problems));
            }
        }
        match nearest {
            Some((_, problems)) => self.diagnostics = problems,
            None => self.note_row(1, "empty-file", "the file is empty", "check that this is the right file"),
        }
        None
    }

    fn take_row(&mut self, reading: &mut Reading<'_>, row: &RawRow<'_>) {
        let (number, start) = (row.number, row.start);
        if let Some(problem) = row.problem {
            self.note_row(number, problem.code(), &problem.to_string(), problem.hint());
            self.is_whole &= !problem.hides_rows();
            return self.rows.push(Row { number, asked: None, amount: None, start });
        }
        if reading.columns.is_header(row.cells) {
            return self.skip(number, "repeated header", None);
        }
        match reading.totals.look(row, &reading.columns) {
            Looked::NoTotal => {}
            Looked::Total(None) => return self.skip(number, "totals", None),
            Looked::Total(Some(total)) => {
                if let Some((message, hint)) = total.disagreement() {
                    self.note_row(number, "control-total", &message, &hint);
                }
                // What is a sum of other rows is no money of its own.
                return self.skip(number, "totals", None);
            }
        }
        if let Some(rule) = reading.skip.iter().find(|rule| rule.applies(row.cells)) {
            let amount = reading.totals.amount(row.cells, &reading.columns);
            reading.totals.count(amount);
            return self.skip(number, &rule.rule.reason, amount);
        }
        // Each column is looked at until something is found in it.
        let unread = &mut self.unread;
        reading.unread.retain(|position| {
            let is_blank = blank(row.cells.get(*position));
            if !is_blank {
                unread.push(*position);
            }
            is_blank
        });
        let problems = self.diagnostics.len();
        let asked = self.interpret(reading, row);
        let (asked, amount) = match asked {
            Some((asked, amount)) => (asked, amount),
            None => (None, None),
        };
        if let Some(rule) = reading.refuse.iter().find(|rule| rule.applies(row.cells)) {
            let label = rule.position.map(|position| reading.columns.label(position));
            let value = rule.text(row.cells);
            let place = Place { column: label.as_deref(), ..Place::row(&self.file, number) };
            let hint = "delete the row, or correct the cell or the profile";
            self.diagnostics.push(Diagnostic::new(
                place,
                value,
                "refused-by-profile",
                &rule.rule.reason,
                hint,
            ));
        }
        reading.totals.count(amount);
        if let Some(RowRequest::Nothing(why)) = asked {
            return self.skip(number, why, amount);
        }
        let asked = asked.filter(|_| self.diagnostics.len() == problems);
        self.rows.push(Row { number, asked, amount, start });
    }

    /// What a row asks for, and its amount; `None` when its cells are not those of the columns.
    fn interpret(
        &mut self,
        reading: &mut Reading<'_>,
        row: &RawRow<'_>,
    ) -> Option<(Option<RowRequest>, Option<Money>)> {
        let mut beyond = row.cells.iter().skip(reading.width);
        let is_short =
            row.cells.len() < reading.width && row.kinds.is_empty() && !reading.columns.names.is_empty();
        if is_short || beyond.any(|cell| !cell.trim().is_empty()) {
            let message = format!("the row has {} cells, the header has {}", row.cells.len(), reading.width);
            let hint = "put quotation marks around a cell that contains the separator, and keep the separators of blank cells";
            self.note_row(row.number, "wrong-number-of-cells", &message, hint);
            return None;
        }
        if let Some(position) = reading.columns.unnamed.iter().copied().find(|it| !blank(row.cells.get(*it)))
        {
            let label = reading.columns.label(position);
            let place = Place { column: Some(&label), ..Place::row(&self.file, row.number) };
            let value = row.cells.get(position).unwrap_or_default().trim();
            let message = "the column has no name but contains data";
            let hint = "name the column, or delete it from the file";
            self.diagnostics.push(Diagnostic::new(place, value, "unnamed-column", message, hint));
        }
        let mut cells = Cells {
            file: &self.file,
            row: row.number,
            record: row.cells,
            kinds: row.kinds,
            columns: &reading.columns,
            problems: &mut self.diagnostics,
            remarks: &mut self.remarks,
            amount: None,
        };
        let asked = reading.mapping.interpret(&mut cells).ok();
        Some((asked, cells.amount))
    }

    fn skip(&mut self, number: u64, why: &str, amount: Option<Money>) {
        self.skipped.push(Skipped { number, why: why.to_owned(), amount });
    }

    fn note_row(&mut self, row: u64, code: &'static str, message: &str, hint: &str) {
        let place = Place::row(&self.file, row);
        self.diagnostics.push(Diagnostic::new(place, "", code, message, hint));
    }
}

/// What reading the rows under a header takes.
struct Reading<'p> {
    mapping: Box<dyn Mapping>,
    columns: Columns,
    totals: Totals,
    skip: Vec<BoundRule<'p>>,
    refuse: Vec<BoundRule<'p>>,
    /// Columns of which nothing is read, and in which nothing was found so far.
    unread: Vec<usize>,
    header_row: u64,
    width: usize,
}

impl<'p> Reading<'p> {
    fn new(
        kind: Kind,
        mut header: Header<'p>,
        profile: Option<&'p Profile>,
        header_row: u64,
        width: usize,
    ) -> (Header<'p>, Reading<'p>) {
        let mapping = mapping(kind, &mut header);
        let bind = |rules: &'p [RowRule]| {
            let bound = rules.iter().map(|rule| BoundRule { rule, position: header.position(&rule.column) });
            // A rule about a column that the file does not have applies to no row.
            bound.filter(|bound| bound.position.is_some()).collect()
        };
        let (skip, refuse): (Vec<_>, Vec<_>) = match profile {
            Some(profile) => (bind(&profile.skip), bind(&profile.refuse)),
            None => Default::default(),
        };
        let columns = header.columns().clone();
        let totals = Totals::new(kind, &columns);
        let rules = skip.iter().chain(&refuse);
        let ruled: Vec<usize> = rules.filter_map(|rule: &BoundRule<'_>| rule.position).collect();
        let mut unread = columns.unread();
        unread.retain(|position| !ruled.contains(position));
        let reading = Reading { mapping, columns, totals, skip, refuse, unread, header_row, width };
        (header, reading)
    }
}

/// A rule about rows with the position of its column.
struct BoundRule<'p> {
    rule: &'p RowRule,
    position: Option<usize>,
}

impl BoundRule<'_> {
    fn text<'c>(&self, cells: &'c StringRecord) -> &'c str {
        self.position.and_then(|position| cells.get(position)).unwrap_or_default()
    }

    fn applies(&self, cells: &StringRecord) -> bool {
        self.rule.applies(self.text(cells))
    }
}

fn blank(cell: Option<&str>) -> bool {
    cell.is_none_or(|cell| cell.trim().is_empty())
}

pub(crate) fn mapping(kind: Kind, header: &mut Header<'_>) -> Box<dyn Mapping> {
    match kind {
        Kind::Awards => Box::new(awards::Awards::new(header)),
        Kind::Payments => Box::new(payments::Payments::new(header)),
        Kind::Repurposes => Box::new(repurposes::Repurposes::new(header)),
        Kind::Decisions => Box::new(decisions::Decisions::new(header)),
        Kind::Budgets => Box::new(budgets::Budgets::new(header)),
        Kind::Recipients => Box::new(recipients::Recipients::new(header)),
        Kind::Aliases => Box::new(aliases::Aliases::new(header)),
        Kind::Statements => Box::new(statements::Statements::new(header)),
    }
}

/// All bytes of the file, up to one more than is taken.
pub(crate) fn take(input: impl Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    match input.take(FILE_LIMIT + 1).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let message = format!("the file could not be read: {error}");
            Err(Unreadable::new("unreadable", message, "check that the file can be opened"))
        }
    }
}
