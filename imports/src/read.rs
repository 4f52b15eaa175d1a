//! Reads a file into requests and diagnostics.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::HashMap;
use std::io::Read;

use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::hash::Hash;
use almoner_ledger::money::Money;
use almoner_ledger::written::WrittenNames;
use csv::StringRecord;

use crate::cells::{Cells, Refused, Remark, place_of};
use crate::control::{ControlTotal, TotalCheck, Totals};
use crate::corrections::Corrections;
use crate::diagnostic::{Diagnostic, NextStep, note};
use crate::forms::{Form, FormFile};
use crate::header::{Columns, Header};
use crate::kind::Kind;
use crate::profile::{Profile, RowRule};
use crate::request::RowRequest;
use crate::source::{Corrected, Delimiter, Detected, FILE_LIMIT, Layout, RawRow, Source, Unreadable};
use crate::units::unit_of_all;
use crate::{awards, payments, rows, statement_rows};

/// A file that was read.
#[derive(Debug)]
pub struct ReadFile {
    pub kind: Kind,
    /// The file as named by the user.
    pub file: String,
    /// Rows below the header with requests or errors, in the order of the file.
    pub rows: Vec<Row>,
    /// Rows below the header that are skipped.
    pub skipped: Vec<Skipped>,
    pub skipped_blank: u64,
    pub above_header: u64,
    pub control_totals: Vec<ControlTotal>,
    /// Names of themes and funds as written in the file.
    pub names: WrittenNames,
    /// Remarks on rows without errors.
    pub remarks: Vec<Remark>,
    /// Problems, row by row, up to [`Diagnostic::LISTED`].
    pub diagnostics: Vec<Diagnostic>,
    /// The SHA-256 of the file's bytes; `None` when they could not be read.
    pub fingerprint: Option<Hash>,
    is_whole: bool,
    source: Option<Source>,
    /// The cells of the header, if the file has one.
    pub(crate) header: Option<StringRecord>,
    columns: Columns,
    unread: Vec<usize>,
    corrections: Corrections,
}

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// Row number as shown by a spreadsheet.
    pub number: u64,
    /// `None` if the row has errors.
    pub request: Option<RowRequest>,
    /// The amount, if it can be read.
    pub amount: Option<Money>,
    start: usize,
}

impl Row {
    pub(crate) fn grant(&self) -> Option<&GrantId> {
        match &self.request {
            Some(RowRequest::Command(command)) => command.grant(),
            Some(RowRequest::Variation(variation)) => Some(&variation.award),
            Some(RowRequest::Payment(payment)) => payment.award.as_ref(),
            _ => None,
        }
    }
}

/// A skipped row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Row number as shown by a spreadsheet.
    pub number: u64,
    pub why: String,
    /// The amount, if it can be read.
    pub amount: Option<Money>,
}

/// Interval of progress reports, in rows.
const PROGRESS_EVERY: u64 = 512;

/// Why a row that a person leaves out is skipped.
const LEFT_OUT: &str = "left out by you";

/// What to do about a header that is not above its rows.
const HEADER_FIRST: &str = "move the header above all rows; the list was probably sorted together with it";

/// A remark on a row without the separators of its last cells.
const CUT: &str = "blank cells at the end of the row are missing, as Excel leaves them out";

/// Number of rows in which the header is searched for.
pub(crate) const HEADER_WITHIN: usize = 100;

/// Reads a file by a profile, or in canonical columns without one. `file_name` is used in
/// diagnostics; `layout` overrides the profile and detection. All problems, even an unreadable file,
/// are in the diagnostics.
pub fn read(
    kind: Kind,
    file_name: &str,
    input: impl Read,
    profile: Option<&Profile>,
    layout: &Layout,
) -> ReadFile {
    read_with_progress(kind, file_name, input, profile, layout, &mut |_, _| {})
}

/// Reads a file as [`read()`] does. `progress` receives the number of rows read and the approximate
/// total.
pub fn read_with_progress(
    kind: Kind,
    file_name: &str,
    input: impl Read,
    profile: Option<&Profile>,
    layout: &Layout,
    progress: &mut dyn FnMut(u64, u64),
) -> ReadFile {
    read_corrected(kind, file_name, input, (profile, layout), Corrections::default(), progress)
}

/// Reads a file as [`read_with_progress()`] does, as if it had the cells that were corrected and not the rows that are
/// left out. A corrected file has no fingerprint: its content is not that of the file.
pub fn read_corrected(
    kind: Kind,
    file_name: &str,
    input: impl Read,
    (profile, layout): (Option<&Profile>, &Layout),
    corrections: Corrections,
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
        names: WrittenNames::default(),
        remarks: Vec::new(),
        diagnostics: Vec::new(),
        fingerprint: None,
        is_whole: false,
        source: None,
        header: None,
        columns: Columns::default(),
        unread: Vec::new(),
        corrections,
    };
    let layout = profile.map_or_else(|| layout.clone(), |profile| layout.or(&profile.file.layout));
    let taken = take(input).and_then(|bytes| {
        file.fingerprint = file.corrections.is_empty().then(|| Hash::of(&bytes));
        match (Form::of(&bytes), kind) {
            (Some(form), Kind::Statements) => {
                let found = form.read(bytes, &layout)?;
                Ok((Source::without_cells(found.detected.clone()), Some(found)))
            }
            (Some(form), _) => Err(form.misplaced()),
            (None, _) => Source::open(bytes, &layout).map(|source| (file.corrected(source), None)),
        }
    });
    match taken {
        Ok((source, None)) => {
            file.take_rows(&source, profile, progress);
            file.source = Some(source);
        }
        Ok((source, Some(found))) => {
            file.take_form(found);
            file.source = Some(source);
        }
        Err(error) => file.note_row(error.row.unwrap_or(1), &error.message, error.next),
    }
    file
}

impl ReadFile {
    fn corrected(&self, source: Source) -> Source {
        if self.corrections.is_empty() {
            return source;
        }
        let Source { detected, content } = source;
        Source { detected, content: Box::new(Corrected::new(content, self.corrections.clone())) }
    }

    /// Returns the layout detected; `None` if the file could not be read at all.
    pub fn detected(&self) -> Option<&Detected> {
        self.source.as_ref().map(|source| &source.detected)
    }

    /// Returns the columns of the file.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Returns false if rows may be missing: then none may be recorded.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns the unit of the amounts where a heading states one other than pounds.
    pub fn amounts_in(&self) -> Option<&'static str> {
        self.columns.amounts_in
    }

    /// Returns the labels of columns that contain data and are not read.
    pub fn unread_columns(&self) -> Vec<String> {
        let is_named =
            |position: usize| !self.columns.names.get(position).is_none_or(|it| it.trim().is_empty());
        let label = |position: &usize| match self.columns.label(*position) {
            label if is_named(*position) => label,
            number => format!("column {number} (no name)"),
        };
        self.unread.iter().map(label).collect()
    }

    /// Returns the delimiter; a comma for files that are not text.
    pub(crate) fn delimiter(&self) -> Delimiter {
        self.source.as_ref().and_then(|source| source.content.delimiter()).unwrap_or(Delimiter::Comma)
    }

    /// Returns the cells of a row as in the file.
    pub(crate) fn cells(&self, row: &Row) -> StringRecord {
        self.source.as_ref().map(|source| source.content.row_at(row.start)).unwrap_or_default()
    }

    /// Creates a diagnostic for a row, and a canonical column if given.
    pub(crate) fn diagnostic(
        &self,
        row: &Row,
        column: Option<&str>,
        message: &str,
        next: impl Into<NextStep>,
    ) -> Diagnostic {
        let bound = column.and_then(|column| self.columns.named(column));
        let cell = bound.map(|bound| place_of(bound, &self.columns, &self.cells(row)));
        let cell = cell.as_ref().map(|(label, value)| (label.as_str(), value.as_str()));
        Diagnostic::new(&self.file, row.number, cell, message, next)
    }

    /// Takes the rows of a file whose form says what they are.
    fn take_form(&mut self, found: FormFile) {
        self.is_whole = true;
        for row in found.rows {
            let (number, amount) = (row.number, row.amount());
            let request = match row.request {
                Ok(request) => Some(request),
                Err(fault) => {
                    let problem = Diagnostic::new(&self.file, number, None, &fault.message, fault.hint);
                    note(&mut self.diagnostics, problem);
                    None
                }
            };
            self.rows.push(Row { number, request, amount, start: 0 });
        }
        for (number, why, amount) in found.skipped {
            self.skip(number, why, amount);
        }
    }

    fn take_rows(&mut self, source: &Source, profile: Option<&Profile>, progress: &mut dyn FnMut(u64, u64)) {
        let Some(mut reading) = self.find_header(source, profile) else { return };
        if let Some(name) = self.missing_award_column(profile)
            && self.corrections.has_column(reading.width)
        {
            self.header.iter_mut().for_each(|header| header.push_field(&name));
            reading.add_award_column(name);
        }
        let mut rows = source.content.rows();
        let mut blank_above = 0;
        self.is_whole = true;
        while let Some(row) = rows.next() {
            if row.number <= reading.header_row {
                if row.number < reading.header_row {
                    self.above_header += 1;
                    self.check_above(&mut reading, &row);
                }
                blank_above = rows.blank();
                continue;
            }
            if row.number.is_multiple_of(PROGRESS_EVERY) {
                progress(row.number, source.rows_by(&row));
            }
            let is_open = reading.is_cut.is_none() && reading.is_short(&row);
            if is_open {
                reading.is_cut = Some(source.content.leaves_out_blank_ends());
            }
            let listed = self.diagnostics.len();
            self.take_row(&mut reading, &row);
            for found in self.diagnostics.split_off(listed) {
                note(&mut self.diagnostics, found);
            }
        }
        self.skipped_blank = rows.blank() - blank_above;
        self.control_totals = reading.totals.found;
        self.unread.sort_unstable();
        self.columns = reading.columns;
    }

    /// Checks a row above the header. It may state the unit of the amounts; and it may be data, where a list was sorted
    /// together with its header.
    fn check_above(&mut self, reading: &mut Reading<'_>, row: &RawRow<'_>) {
        let is_unit_open =
            reading.columns.named("amount").is_some_and(|bound| bound.rule.amounts.unit.is_none());
        if let Some(named) = row.cells.iter().find_map(unit_of_all).filter(|_| is_unit_open) {
            let message =
                format!("the row says that amounts are in {}, but the amount column does not", named.word);
            let hint = format!(
                "state the unit in the name of the column, or in a profile: amounts = {{ unit = \"{}\" }}; for pounds, \"pounds\"",
                named.word
            );
            self.note_row(row.number, &message, hint);
        }
        // Titles above a list of names may read as names; a statement may have its balance there.
        let is_telling = match self.kind {
            Kind::Awards
            | Kind::Payments
            | Kind::Repurposes
            | Kind::Variations
            | Kind::Instalments
            | Kind::Budgets => true,
            Kind::Decisions | Kind::Recipients | Kind::Aliases | Kind::Statements => false,
        };
        if row.problem.is_some() || !self.is_whole || !is_telling {
            return;
        }
        let noted =
            (self.diagnostics.len(), self.remarks.len(), self.unread.len(), reading.awards_of.clone());
        let request = self.interpret(reading, row).and_then(|(request, _)| request);
        let is_data = self.diagnostics.len() == noted.0
            && request.is_some_and(|request| !matches!(request, RowRequest::Nothing(_)));
        self.diagnostics.truncate(noted.0);
        self.remarks.truncate(noted.1);
        self.unread.truncate(noted.2);
        reading.awards_of = noted.3;
        if is_data {
            self.is_whole = false;
            let message =
                format!("the row is above the header in row {}, but contains data", reading.header_row);
            self.note_row(row.number, &message, HEADER_FIRST);
        }
    }

    /// Finds the header: the first row with all required columns. If there is none, the columns missing
    /// from the closest row are noted.
    fn find_header<'p>(&mut self, source: &Source, profile: Option<&'p Profile>) -> Option<Reading<'p>> {
        if profile.is_some_and(|profile| profile.file.no_header) {
            return Some(Reading::new(&Header::new(self.kind, None, profile), profile, 0, usize::MAX));
        }
        let mut rows = source.content.rows();
        let mut nearest: Option<(usize, Vec<Diagnostic>)> = None;
        let mut is_long = true;
        for _ in 0..HEADER_WITHIN {
            let Some(row) = rows.next() else {
                is_long = false;
                break;
            };
            if let Some(problem) = row.problem {
                let problem =
                    Diagnostic::new(&self.file, row.number, None, &problem.to_string(), problem.hint());
                nearest.get_or_insert((0, vec![problem]));
                continue;
            }
            let header = Header::new(self.kind, Some(row.cells), profile);
            let problems = header.problems(&self.file, row.number);
            if header.missing.is_empty() {
                self.header = Some(row.cells.clone());
                // Without the right columns every row would have errors.
                self.diagnostics = problems;
                return self
                    .diagnostics
                    .is_empty()
                    .then(|| Reading::new(&header, profile, row.number, row.cells.len()));
            }
            if nearest.as_ref().is_none_or(|(found, _)| header.found() > *found) {
                nearest = Some((header.found(), problems));
            }
        }
        let mut last = None;
        while let Some(row) = rows.next().filter(|_| is_long) {
            last = Some((row.number, row.cells.clone()));
        }
        if let Some((number, cells)) = last
            && Header::new(self.kind, Some(&cells), profile).missing.is_empty()
        {
            self.note_row(number, "the header is the last row", HEADER_FIRST);
            return None;
        }
        match nearest {
            Some((_, problems)) => self.diagnostics = problems,
            None => self.note_row(1, "the file is empty", "check that this is the right file"),
        }
        None
    }

    fn take_row(&mut self, reading: &mut Reading<'_>, row: &RawRow<'_>) {
        let (number, start) = (row.number, row.start);
        let is_alone = row.problem.is_none_or(|problem| !problem.hides_rows());
        if is_alone && self.corrections.leaves_out(number) {
            let amount = reading.totals.amount(row.cells);
            reading.totals.count(amount);
            return self.skip(number, LEFT_OUT, amount);
        }
        if let Some(problem) = row.problem {
            self.note_row(number, &problem.to_string(), problem.hint());
            self.is_whole &= !problem.hides_rows();
            return self.rows.push(Row { number, request: None, amount: None, start });
        }
        if reading.columns.is_header(row.cells) {
            return self.skip(number, "repeated header", None);
        }
        if is_filler(row.cells) {
            return self.skip(number, "only dashes", None);
        }
        match reading.totals.check(row) {
            TotalCheck::NoTotal => {}
            TotalCheck::Total(None) => return self.skip(number, "totals", None),
            TotalCheck::Total(Some(total)) => {
                if let Some((message, hint)) = total.disagreement() {
                    self.note_row(number, &message, hint);
                }
                // A total has no amount of its own.
                return self.skip(number, "totals", None);
            }
        }
        if let Some(rule) = reading.skip.iter().find(|rule| rule.applies(row.cells)) {
            let amount = reading.totals.amount(row.cells);
            reading.totals.count(amount);
            return self.skip(number, &rule.rule.reason, amount);
        }
        // Each column is checked until it is found not to be blank.
        let unread = &mut self.unread;
        reading.unread.retain(|position| {
            let is_blank = blank(row.cells.get(*position));
            if !is_blank {
                unread.push(*position);
            }
            is_blank
        });
        let problems = self.diagnostics.len();
        let (request, amount) = self.interpret(reading, row).unwrap_or_default();
        if let Some(rule) = reading.refuse.iter().find(|rule| rule.applies(row.cells)) {
            let label = reading.columns.label(rule.position);
            let cell = Some((label.as_str(), rule.text(row.cells)));
            let hint = "delete the row, or correct the cell or the profile";
            self.diagnostics.push(Diagnostic::new(&self.file, number, cell, &rule.rule.reason, hint));
        }
        if !matches!(request, Some(RowRequest::Balance(_))) {
            reading.totals.count(amount);
        }
        if let Some(RowRequest::Nothing(why)) = request {
            return self.skip(number, why, amount);
        }
        let request = request.filter(|_| self.diagnostics.len() == problems);
        self.rows.push(Row { number, request, amount, start });
    }

    /// Returns the request and amount of a row; `None` if its cells do not match the columns.
    fn interpret(
        &mut self,
        reading: &mut Reading<'_>,
        row: &RawRow<'_>,
    ) -> Option<(Option<RowRequest>, Option<Money>)> {
        let is_text = row.kinds.is_empty();
        let mut is_short = reading.is_short(row);
        if is_short && reading.is_cut == Some(true) {
            is_short = false;
            self.remarks.push(Remark { row: row.number, what: CUT });
        }
        let filled = |position: &usize| !blank(row.cells.get(*position));
        let beyond: Vec<usize> = (reading.width..row.cells.len()).filter(filled).collect();
        // In a sheet every cell has its column, so that notes beside the table shift nothing.
        if is_short || is_text && !beyond.is_empty() {
            let message = format!("the row has {} cells, the header has {}", row.cells.len(), reading.width);
            let hint = "put quotation marks around a cell that contains the separator, and do not remove the separators of blank cells";
            self.note_row(row.number, &message, hint);
            return None;
        }
        let (notes, shifted): (Vec<usize>, Vec<usize>) =
            reading.columns.unnamed.iter().copied().filter(filled).partition(|position| {
                // A number may be the rest of an amount with a comma that is not between quotation marks.
                !is_text || row.cells.get(*position).is_some_and(|cell| cell.contains(char::is_alphabetic))
            });
        for position in notes.into_iter().chain(beyond) {
            if !self.unread.contains(&position) {
                self.unread.push(position);
            }
        }
        if let Some(position) = shifted.first().copied() {
            let label = reading.columns.label(position);
            let value = row.cells.get(position).unwrap_or_default().trim();
            let message = "the column has no name but contains data";
            let hint = "name the column, or delete it from the file";
            self.diagnostics.push(Diagnostic::new(
                &self.file,
                row.number,
                Some((&label, value)),
                message,
                hint,
            ));
        }
        let mut cells = Cells {
            file: &self.file,
            row: row.number,
            record: row.cells,
            kinds: row.kinds,
            columns: &reading.columns,
            problems: &mut self.diagnostics,
            remarks: &mut self.remarks,
            awards_of: &mut reading.awards_of,
            names: &mut self.names,
            amount: None,
        };
        let request = interpret(self.kind, &mut cells).ok();
        Some((request, cells.amount))
    }

    fn skip(&mut self, number: u64, why: &str, amount: Option<Money>) {
        self.skipped.push(Skipped { number, why: why.to_owned(), amount });
    }

    fn note_row(&mut self, row: u64, message: &str, next: impl Into<NextStep>) {
        self.diagnostics.push(Diagnostic::new(&self.file, row, None, message, next));
    }
}

/// The state of reading the rows below a header.
struct Reading<'p> {
    /// Number of rows so far by decision, in a file of awards.
    awards_of: HashMap<DecisionId, u32>,
    columns: Columns,
    totals: Totals,
    skip: Vec<BoundRule<'p>>,
    refuse: Vec<BoundRule<'p>>,
    /// Columns not read, blank so far.
    unread: Vec<usize>,
    header_row: u64,
    width: usize,
    /// The cells of the header up to the last that has a name: some banks end only the header with a separator.
    named_width: usize,
    /// Whether blank cells at the ends of rows are left out; `None` until a row is short.
    is_cut: Option<bool>,
}

impl<'p> Reading<'p> {
    fn new(header: &Header<'p>, profile: Option<&'p Profile>, header_row: u64, width: usize) -> Reading<'p> {
        let bind = |rules: &'p [RowRule]| {
            // A rule on a column that the file does not have applies to no row.
            let bound = |rule| Some(BoundRule { rule, position: header.position(&rule.column)? });
            rules.iter().filter_map(bound).collect()
        };
        let (skip, refuse): (Vec<_>, Vec<_>) = match profile {
            Some(profile) => (bind(&profile.skip), bind(&profile.refuse)),
            None => Default::default(),
        };
        let columns = header.columns.clone();
        let totals = Totals::new(header.kind, &columns);
        let mut unread = columns.unread();
        let rules = skip.iter().chain(&refuse);
        unread.retain(|position| rules.clone().all(|rule: &BoundRule<'_>| rule.position != *position));
        let awards_of = HashMap::new();
        let last_name = columns.names.iter().rposition(|name| !name.trim().is_empty());
        let named_width = last_name.map_or(width, |last| last + 1);
        let is_cut = None;
        Reading { awards_of, columns, totals, skip, refuse, unread, header_row, width, named_width, is_cut }
    }

    /// True for a row of a text that has fewer cells than the header.
    fn is_short(&self, row: &RawRow<'_>) -> bool {
        row.kinds.is_empty() && row.cells.len() < self.named_width && !self.columns.names.is_empty()
    }

    /// Adds a column for the award after the others, which only corrections have cells of.
    fn add_award_column(&mut self, name: String) {
        if let Some(bound) = self.columns.bound.iter_mut().find(|bound| bound.name == "award") {
            bound.positions.push(self.width);
            self.columns.added = Some(name);
            self.width += 1;
        }
    }
}

/// A rule for rows with the position of its column.
struct BoundRule<'p> {
    rule: &'p RowRule,
    position: usize,
}

impl BoundRule<'_> {
    fn text<'c>(&self, cells: &'c StringRecord) -> &'c str {
        cells.get(self.position).unwrap_or_default()
    }

    fn applies(&self, cells: &StringRecord) -> bool {
        self.rule.applies(self.text(cells))
    }
}

/// True for a row that is filled with dashes, as spreadsheets show amounts of zero.
pub(crate) fn is_filler(cells: &StringRecord) -> bool {
    cells.iter().all(|cell| blank(Some(cell)) || is_dash(cell)) && cells.iter().any(is_dash)
}

/// True for a cell without content that is not blank: `-`, `£ -`.
pub(crate) fn is_dash(cell: &str) -> bool {
    let signs = cell.trim().trim_start_matches('£').trim_start();
    !signs.is_empty() && signs.chars().all(|sign| matches!(sign, '-' | '\u{2013}' | '\u{2014}'))
}

fn blank(cell: Option<&str>) -> bool {
    cell.is_none_or(|cell| cell.trim().is_empty())
}

/// Returns the request of a row; problems are noted in the cells.
fn interpret(kind: Kind, cells: &mut Cells<'_>) -> Result<RowRequest, Refused> {
    match kind {
        Kind::Awards => awards::interpret(cells),
        Kind::Payments => payments::interpret(cells),
        Kind::Repurposes => rows::repurpose(cells).map(RowRequest::Command),
        Kind::Variations => rows::variation(cells).map(RowRequest::Variation),
        Kind::Instalments => rows::instalment(cells).map(RowRequest::Command),
        Kind::Decisions => rows::decision(cells).map(RowRequest::Command),
        Kind::Budgets => rows::budget(cells).map(RowRequest::Command),
        Kind::Recipients => rows::recipient(cells).map(RowRequest::Command),
        Kind::Aliases => rows::alias(cells).map(RowRequest::Command),
        Kind::Statements => statement_rows::interpret(cells),
    }
}

/// Reads a file, up to one byte more than the limit.
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
