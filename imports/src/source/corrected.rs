//! A file as if it had the cells that a person has typed again.

use std::collections::HashMap;

use csv::StringRecord;

use super::{CellKind, Content, Delimiter, RawRow, Rows};
use crate::corrections::Corrections;

/// A file with its corrections.
#[derive(Debug)]
pub(crate) struct Corrected {
    inner: Box<dyn Content>,
    corrections: Corrections,
    /// The numbers of the corrected rows, by their positions.
    numbers: HashMap<usize, u64>,
}

impl Corrected {
    /// Returns a file with corrections.
    pub(crate) fn new(inner: Box<dyn Content>, corrections: Corrections) -> Corrected {
        let mut numbers = HashMap::new();
        let mut rows = inner.rows();
        while let Some(row) = rows.next() {
            if corrections.of(row.number).is_some() {
                numbers.insert(row.start, row.number);
            }
        }
        drop(rows);
        Corrected { inner, corrections, numbers }
    }
}

/// Puts the corrected cells in place of those that a row has.
fn correct(
    corrections: &Corrections,
    number: u64,
    cells: &StringRecord,
) -> Option<(StringRecord, Vec<usize>)> {
    let typed = corrections.of(number)?;
    let width = typed.keys().next_back().map_or(0, |last| last + 1).max(cells.len());
    let text =
        |column| typed.get(&column).map_or_else(|| cells.get(column).unwrap_or_default(), String::as_str);
    Some(((0..width).map(text).collect(), typed.keys().copied().collect()))
}

impl Content for Corrected {
    fn rows(&self) -> Box<dyn Rows + '_> {
        Box::new(CorrectedRows {
            inner: self.inner.rows(),
            corrections: &self.corrections,
            record: StringRecord::new(),
            kinds: Vec::new(),
        })
    }

    fn row_at(&self, start: usize) -> StringRecord {
        let cells = self.inner.row_at(start);
        let corrected =
            self.numbers.get(&start).and_then(|number| correct(&self.corrections, *number, &cells));
        corrected.map_or(cells, |(cells, _)| cells)
    }

    fn length(&self) -> usize {
        self.inner.length()
    }

    fn delimiter(&self) -> Option<Delimiter> {
        self.inner.delimiter()
    }

    fn leaves_out_blank_ends(&self) -> bool {
        self.inner.leaves_out_blank_ends()
    }
}

struct CorrectedRows<'a> {
    inner: Box<dyn Rows + 'a>,
    corrections: &'a Corrections,
    record: StringRecord,
    kinds: Vec<CellKind>,
}

impl Rows for CorrectedRows<'_> {
    fn next(&mut self) -> Option<RawRow<'_>> {
        let row = self.inner.next()?;
        let Some((cells, typed)) = correct(self.corrections, row.number, row.cells) else { return Some(row) };
        self.kinds = row.kinds.to_vec();
        if !self.kinds.is_empty() {
            self.kinds.resize(cells.len(), CellKind::Text);
            // What was a date, an error or merged is a text now.
            for column in typed {
                if let Some(kind) = self.kinds.get_mut(column) {
                    *kind = CellKind::Text;
                }
            }
        }
        self.record = cells;
        Some(RawRow { cells: &self.record, kinds: &self.kinds, ..row })
    }

    fn blank(&self) -> u64 {
        self.inner.blank()
    }
}
