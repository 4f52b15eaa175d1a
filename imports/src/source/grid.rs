//! A sheet as rows of cells, read from a workbook or a list of grants.
//!
//! Only cells that are not blank are stored, so that a cell in the far corner of a sheet costs no more
//! than any other.

use csv::StringRecord;

use super::damaged;
use super::limits::{CELL_LIMIT, CELLS_LIMIT, COLUMNS_LIMIT, MERGED_LIMIT, ROWS_LIMIT, TEXT_LIMIT};
use super::{CellKind, Content, Delimiter, RawRow, RowProblem, Unreadable};

/// A sheet.
#[derive(Debug, Default)]
pub(super) struct Grid {
    text: String,
    cells: Vec<Cell>,
    rows: Vec<Row>,
    merged: Vec<Region>,
    /// One more than the last column that is not blank.
    width: usize,
    pub(super) hidden_rows: u64,
    /// How many cells were given, and bytes of text, those of rows with a problem included: a cell
    /// that is repeated costs the file nothing.
    given: (usize, usize),
    /// The row that was begun last, and the first column of it that may still be given.
    reached: (u64, usize),
}

#[derive(Debug)]
struct Cell {
    column: u16,
    kind: CellKind,
    /// End of its text, which starts at the end of the previous one.
    end: u32,
}

#[derive(Debug)]
struct Row {
    number: u64,
    /// Position of its first cell, at the end of the previous row.
    first: usize,
    problem: Option<RowProblem>,
}

/// Rows and columns, first and last: one merged cell. Rows are numbered from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) rows: (u64, u64),
    pub(super) columns: (usize, usize),
}

impl Grid {
    /// Begins a row. Rows are given in their order; those left out are blank.
    pub(super) fn row(&mut self, number: u64) -> Result<(), Unreadable> {
        if number > ROWS_LIMIT {
            let message = format!("the file has more than {ROWS_LIMIT} rows");
            return Err(Unreadable::new("too-many-rows", message, "split it into several files"));
        }
        if number <= self.reached.0 {
            return Err(damaged("its rows are out of order"));
        }
        self.reached = (number, 0);
        self.leave_out_blank_row();
        self.rows.push(Row { number, first: self.cells.len(), problem: None });
        Ok(())
    }

    fn leave_out_blank_row(&mut self) {
        if self.rows.last().is_some_and(|last| last.first == self.cells.len() && last.problem.is_none()) {
            self.rows.pop();
        }
    }

    /// Adds a cell to the row that was begun. Cells are given in their order; those left out are blank.
    pub(super) fn cell(&mut self, column: usize, kind: CellKind, text: &str) -> Result<(), Unreadable> {
        if column < self.reached.1 {
            return Err(damaged("its cells are out of order"));
        }
        self.reached.1 = column + 1;
        let text = text.trim();
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        if text.is_empty() {
            return Ok(());
        }
        self.given = (self.given.0 + 1, self.given.1 + text.len());
        if self.given.0 > CELLS_LIMIT || self.given.1 > TEXT_LIMIT {
            return Err(too_much());
        }
        let Some(column) = u16::try_from(column).ok().filter(|it| usize::from(*it) < COLUMNS_LIMIT) else {
            row.problem = Some(RowProblem::TooManyCells);
            return Ok(());
        };
        if text.len() > CELL_LIMIT && text.chars().count() > CELL_LIMIT {
            row.problem = Some(RowProblem::CellTooLong { column: usize::from(column) + 1 });
            return Ok(());
        }
        let Ok(end) = u32::try_from(self.text.len() + text.len()) else { return Err(too_much()) };
        self.text.push_str(text);
        self.cells.push(Cell { column, kind, end });
        self.width = self.width.max(usize::from(column) + 1);
        Ok(())
    }

    /// Merges cells.
    pub(super) fn merge(&mut self, region: Region) -> Result<(), Unreadable> {
        if region.rows.1 < region.rows.0 || region.columns.1 < region.columns.0 {
            return Err(damaged("merged cells end before they begin"));
        }
        if self.merged.len() >= MERGED_LIMIT {
            return Err(too_many_merged());
        }
        self.merged.push(region);
        Ok(())
    }

    /// Returns the number of cells stored.
    pub(super) fn size(&self) -> usize {
        self.cells.len() + self.merged.len()
    }

    /// True if it has a cell that is not blank.
    pub(super) fn holds_data(&self) -> bool {
        !self.cells.is_empty() || self.rows.iter().any(|row| row.problem.is_some())
    }

    /// The grid, all of it given.
    pub(super) fn finished(mut self) -> Result<Grid, Unreadable> {
        self.leave_out_blank_row();
        // Beyond the last column nothing is looked at. The longer regions go first of those that begin
        // in the same row.
        let width = self.width;
        self.merged.retain(|region| region.columns.0 < width);
        for region in &mut self.merged {
            region.columns.1 = region.columns.1.min(width.saturating_sub(1));
        }
        self.merged.sort_by_key(|region| (region.rows.0, std::cmp::Reverse(region.rows.1)));
        let covered = |region: &Region| {
            let index = |number: u64| self.rows.partition_point(|row| row.number < number);
            let rows = index(region.rows.1 + 1).saturating_sub(index(region.rows.0));
            rows.saturating_mul(region.columns.1 - region.columns.0 + 1)
        };
        if self.merged.iter().map(covered).fold(0_usize, usize::saturating_add) > CELLS_LIMIT {
            return Err(too_many_merged());
        }
        Ok(self)
    }
}

impl Content for Grid {
    fn rows(&self) -> Box<dyn super::Rows + '_> {
        Box::new(Rows::new(self))
    }

    fn row_at(&self, index: usize) -> StringRecord {
        let mut rows = Rows::new(self);
        rows.take(index);
        rows.record
    }

    fn length(&self) -> usize {
        self.rows.len()
    }

    fn delimiter(&self) -> Option<Delimiter> {
        None
    }
}

fn too_much() -> Unreadable {
    let message = "the sheet is too large";
    Unreadable::new("too-large", message, "split it into several files")
}

fn too_many_merged() -> Unreadable {
    let message = "the sheet has too many merged cells";
    Unreadable::new("too-large", message, "unmerge the cells")
}

/// The rows of a grid.
struct Rows<'g> {
    grid: &'g Grid,
    next: usize,
    blank: u64,
    /// The merged cells that reach into the row.
    merged: Vec<Region>,
    next_merged: usize,
    record: StringRecord,
    kinds: Vec<CellKind>,
}

impl super::Rows for Rows<'_> {
    fn blank(&self) -> u64 {
        self.blank
    }

    fn next(&mut self) -> Option<RawRow<'_>> {
        let index = self.next;
        let row = self.grid.rows.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.grid.rows.get(before));
        self.blank += row.number - before.map_or(0, |row| row.number) - 1;
        self.next += 1;
        self.take(index);
        self.cover(row.number);
        let (cells, kinds) = (&self.record, self.kinds.as_slice());
        Some(RawRow { number: row.number, start: index, cells, kinds, problem: row.problem })
    }
}

impl<'g> Rows<'g> {
    fn new(grid: &'g Grid) -> Rows<'g> {
        let (merged, record, kinds) = (Vec::new(), StringRecord::new(), Vec::new());
        Rows { grid, next: 0, blank: 0, merged, next_merged: 0, record, kinds }
    }

    /// Copies the cells of a row.
    fn take(&mut self, index: usize) {
        self.record.clear();
        self.kinds.clear();
        let first = |index: usize| self.grid.rows.get(index).map(|row| row.first);
        let (Some(from), to) = (first(index), first(index + 1).unwrap_or(self.grid.cells.len())) else {
            return;
        };
        let before = from.checked_sub(1).and_then(|before| self.grid.cells.get(before));
        let mut start = before.map_or(0, |cell| cell.end as usize);
        for cell in self.grid.cells.get(from..to).unwrap_or_default() {
            while self.record.len() < usize::from(cell.column) {
                self.record.push_field("");
                self.kinds.push(CellKind::Text);
            }
            let end = cell.end as usize;
            self.record.push_field(self.grid.text.get(start..end).unwrap_or_default());
            self.kinds.push(cell.kind);
            start = end;
        }
    }

    /// Marks the cells covered by a merged cell that begins elsewhere.
    fn cover(&mut self, number: u64) {
        self.merged.retain(|region| region.rows.1 >= number);
        while let Some(region) = self.grid.merged.get(self.next_merged).filter(|it| it.rows.0 <= number) {
            self.next_merged += 1;
            if region.rows.1 >= number {
                self.merged.push(*region);
            }
        }
        for region in &self.merged {
            let first = region.columns.0 + usize::from(region.rows.0 == number);
            while self.record.len() <= region.columns.1 && first <= region.columns.1 {
                self.record.push_field("");
                self.kinds.push(CellKind::Text);
            }
            for kind in self.kinds.iter_mut().take(region.columns.1 + 1).skip(first) {
                *kind = CellKind::Merged;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CellKind::{Merged, Number, Text};

    #[test]
    fn rows_end_with_their_last_cell_and_mark_covered_cells() {
        let mut grid = Grid::default();
        for (number, cells) in [
            (2, vec![(0, Text, "title")]),
            (3, vec![]),
            (4, vec![(0, Text, "a"), (2, Number, "1")]),
            (5, vec![(1, Text, " b "), (3, Text, " \u{a0}")]),
            (9, vec![(3, Text, "c")]),
            (10, vec![]),
        ] {
            grid.row(number).unwrap();
            for (column, kind, text) in cells {
                grid.cell(column, kind, text).unwrap();
            }
        }
        grid.merge(Region { rows: (2, 2), columns: (0, 16_383) }).unwrap();
        grid.merge(Region { rows: (4, 1_048_576), columns: (2, 2) }).unwrap();
        grid.merge(Region { rows: (7, 8), columns: (0, 1) }).unwrap();
        grid.merge(Region { rows: (3, 9), columns: (100, 200) }).unwrap();
        let grid = grid.finished().unwrap();
        let mut rows = grid.rows();
        let mut found = Vec::new();
        while let Some(row) = rows.next() {
            found.push((row.number, row.cells.iter().collect::<Vec<_>>().join("|"), row.kinds.to_vec()));
        }
        let expected = [
            (2, "title|||", vec![Text, Merged, Merged, Merged]),
            (4, "a||1", vec![Text, Text, Number]),
            (5, "|b|", vec![Text, Text, Merged]),
            (9, "|||c", vec![Text, Text, Merged, Text]),
        ];
        assert_eq!(found, expected.map(|(number, cells, kinds)| (number, cells.to_owned(), kinds)));
        assert_eq!(rows.blank(), 5);
        assert_eq!(grid.row_at(1), vec!["a", "", "1"]);
        assert_eq!(grid.row_at(4), StringRecord::new());
    }

    #[test]
    fn sheets_beyond_the_limits_are_refused() {
        let mut grid = Grid::default();
        grid.row(1).unwrap();
        grid.cell(COLUMNS_LIMIT - 1, Text, "last").unwrap();
        grid.row(2).unwrap();
        grid.cell(COLUMNS_LIMIT, Text, "x").unwrap();
        grid.row(3).unwrap();
        grid.cell(0, Text, &"é".repeat(CELL_LIMIT + 1)).unwrap();
        assert_eq!(grid.row(ROWS_LIMIT + 1).unwrap_err().code, "too-many-rows");
        let grid = grid.finished().unwrap();
        let mut rows = grid.rows();
        let mut problems = Vec::new();
        while let Some(row) = rows.next() {
            problems.push(row.problem);
        }
        let too_long = RowProblem::CellTooLong { column: 1 };
        assert_eq!(problems, [None, Some(RowProblem::TooManyCells), Some(too_long)]);
    }

    #[test]
    fn regions_upon_regions_are_refused() {
        let mut grid = Grid::default();
        for number in 1..=1_000 {
            grid.row(number).unwrap();
            grid.cell(1_000, Text, "x").unwrap();
        }
        for _ in 0..100 {
            grid.merge(Region { rows: (1, 1_000), columns: (0, 999) }).unwrap();
        }
        assert_eq!(grid.finished().unwrap_err().code, "too-large");
    }
}
