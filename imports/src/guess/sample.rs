//! The sample for a draft: the header and the first rows, by column.

use std::collections::BTreeSet;

use csv::StringRecord;

use super::forms::{self, Cell};
use crate::control::is_total;
use crate::diagnostic::printable;
use crate::header::column_key;
use crate::read::{HEADER_WITHIN, is_dash, is_filler};
use crate::source::{CellKind, RawRow, Source};
use crate::units::without_unit;

/// Maximum number of rows sampled, and of cells if the rows are long.
pub(super) const ROWS: usize = 5_000;
const CELLS: usize = 300_000;
/// Maximum number of characters of a name in a header.
const NAME_CHARACTERS: usize = 200;
/// Maximum number of characters read of a cell: no date, amount or number is longer.
const CELL_CHARACTERS: usize = 400;

/// The rows sampled, by column.
#[derive(Debug)]
pub(super) struct Sample {
    /// `None` for a file without a header.
    pub(super) header_row: Option<u64>,
    pub(super) columns: Vec<SourceColumn>,
    pub(super) rows: usize,
    /// True if every row of the file is in the sample.
    pub(super) is_all: bool,
}

/// A column of the file.
#[derive(Debug, Default)]
pub(super) struct SourceColumn {
    /// Position from 1.
    pub(super) number: usize,
    /// Name in the header; blank if it has none.
    pub(super) name: String,
    /// Its place among the columns of the same name, from 1; `None` if no other has it.
    pub(super) among_same: Option<usize>,
    /// The cells that are filled in.
    pub(super) cells: Vec<Cell>,
}

/// A row during the search for the header.
struct Row {
    number: u64,
    cells: StringRecord,
    kinds: Vec<CellKind>,
}

impl Row {
    fn of(row: &RawRow<'_>) -> Row {
        Row { number: row.number, cells: row.cells.clone(), kinds: row.kinds.to_vec() }
    }

    fn filled(&self) -> impl Iterator<Item = (usize, Cell)> {
        self.cells.iter().enumerate().filter(|(_, text)| !text.trim().is_empty()).map(|(position, text)| {
            let text = text.trim().chars().take(CELL_CHARACTERS).collect();
            let kind = self.kinds.get(position).copied().unwrap_or(CellKind::Text);
            (position, Cell { row: self.number, text, kind })
        })
    }

    /// True for a row of words only, as headers are. A few names may be signs, such as `#`.
    fn is_of_words(&self) -> bool {
        let (mut words, mut signs) = (0, 0);
        for (_, cell) in self.filled() {
            let is_short = cell.text.chars().count() <= NAME_CHARACTERS;
            if cell.kind != CellKind::Text || !is_short || forms::is_date(&cell) || forms::is_amount(&cell) {
                return false;
            }
            if cell.text.contains(char::is_alphabetic) {
                words += 1;
            } else if cell.text.contains(|sign: char| sign.is_ascii_digit()) {
                return false;
            } else {
                signs += 1;
            }
        }
        signs <= words / 2
    }

    fn known(&self, names: &BTreeSet<String>) -> usize {
        self.filled().filter(|(_, cell)| names.contains(&column_key(&without_unit(&cell.text)))).count()
    }
}

impl Sample {
    /// Samples a file. `names` are the keys of known column names. `None` if there is neither a header
    /// nor anything that looks like rows.
    pub(super) fn take(source: &Source, names: &BTreeSet<String>) -> Option<Sample> {
        let first = first_rows(source);
        let header = header(&first, names);
        if header.is_none() && !first.iter().any(is_of_money) {
            return None;
        }
        let header = header.and_then(|index| first.get(index));
        let width =
            header.map_or(0, |row| row.cells.len()).max(first.iter().map(|row| row.cells.len()).max()?);
        let mut columns: Vec<SourceColumn> = (0..width)
            .map(|position| SourceColumn { number: position + 1, ..SourceColumn::default() })
            .collect();
        for (column, name) in columns.iter_mut().zip(header.iter().flat_map(|row| row.cells.iter())) {
            column.name = name.trim().to_owned();
        }
        let keys: Vec<String> = columns.iter().map(|column| column_key(&column.name)).collect();
        for (position, column) in columns.iter_mut().enumerate() {
            let key = keys.get(position).filter(|key| !key.is_empty());
            let is_twice = key.is_some_and(|key| keys.iter().filter(|it| *it == key).count() > 1);
            let earlier = keys.iter().take(position + 1).filter(|it| Some(*it) == key).count();
            column.among_same = is_twice.then_some(earlier);
        }
        let header_row = header.map(|row| row.number);
        let mut sample = Sample { header_row, columns, rows: 0, is_all: true };
        sample.take_rows(source, header);
        // A blank column without a name is due to a superfluous separator.
        while sample.columns.last().is_some_and(|it| it.name.is_empty() && it.cells.is_empty()) {
            sample.columns.pop();
        }
        Some(sample)
    }

    fn take_rows(&mut self, source: &Source, header: Option<&Row>) {
        let limit = ROWS.min(CELLS / self.columns.len().max(1)).max(50);
        let named = self.columns.iter().filter(|column| !column.name.is_empty()).count();
        let mut rows = source.content.rows();
        while let Some(row) = rows.next() {
            let is_above = header.is_some_and(|header| row.number <= header.number);
            if is_above || row.problem.is_some() || header.is_some_and(|it| it.cells == *row.cells) {
                continue;
            }
            if is_filler(row.cells) {
                continue;
            }
            if self.rows == limit {
                self.is_all = false;
                return;
            }
            let row = Row::of(&row);
            // A total row has few other cells; an organisation can be called Total.
            if row.cells.iter().any(is_total) && row.filled().count() * 2 <= named.max(4) {
                continue;
            }
            self.rows += 1;
            // A dash says nothing about what its column holds.
            for (position, cell) in row.filled().filter(|(_, cell)| !is_dash(&cell.text)) {
                if let Some(column) = self.columns.get_mut(position) {
                    column.cells.push(cell);
                }
            }
        }
    }
}

impl SourceColumn {
    /// Returns its label: column 3, `Payment Date`.
    pub(super) fn label(&self) -> String {
        match self.name.as_str() {
            "" => format!("column {}", self.number),
            name => format!("column {}, `{}`", self.number, printable(name, 60)),
        }
    }

    /// Counts the cells that meet a condition.
    pub(super) fn count(&self, is: impl Fn(&Cell) -> bool) -> usize {
        self.cells.iter().filter(|cell| is(cell)).count()
    }
}

fn first_rows(source: &Source) -> Vec<Row> {
    let mut rows = source.content.rows();
    let (mut first, mut looked_at) = (Vec::new(), 0);
    while let Some(row) = rows.next() {
        looked_at += 1;
        if row.problem.is_none() && !is_filler(row.cells) {
            first.push(Row::of(&row));
        }
        if first.len() >= HEADER_WITHIN || looked_at >= ROWS {
            break;
        }
    }
    first
}

/// Finds the header: the row with the most known names, else the first of words only with dates or
/// amounts below it.
fn header(rows: &[Row], names: &BTreeSet<String>) -> Option<usize> {
    let known = |row: &Row| if row.is_of_words() { row.known(names) } else { 0 };
    let mut best = None;
    for (index, row) in rows.iter().enumerate() {
        let found = known(row);
        if found >= 2 && best.is_none_or(|(_, most)| found > most) {
            best = Some((index, found));
        }
    }
    let heads_figures = |index: usize, row: &Row| {
        let below = rows.iter().skip(index + 1).take(20);
        let is_figure = |(_, cell): (usize, Cell)| forms::is_date(&cell) || forms::is_amount(&cell);
        let (mut all, mut with_figures) = (0, 0);
        for row in below {
            all += 1;
            with_figures += usize::from(row.filled().any(is_figure));
        }
        row.filled().count() >= 2 && row.is_of_words() && all > 0 && with_figures * 2 >= all
    };
    let other =
        || rows.iter().enumerate().find(|(index, row)| heads_figures(*index, row)).map(|(index, _)| index);
    best.map(|(index, _)| index).or_else(other)
}

/// True for a row with a date and an amount.
fn is_of_money(row: &Row) -> bool {
    row.filled().any(|(_, cell)| forms::is_date(&cell))
        && row.filled().any(|(_, cell)| forms::is_money(&cell))
}
