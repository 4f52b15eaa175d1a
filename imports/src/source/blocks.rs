//! Text whose rows lack the separators of blank cells at their ends, as Excel writes it.
//!
//! Excel takes sixteen rows at a time and gives each the cells of the widest. Where a column at the end is blank in all
//! sixteen, all sixteen are short, and no row that has lost a separator elsewhere is as long as its neighbours.

use std::collections::BTreeMap;

use super::Rows;

/// The number of rows that are written alike.
const TOGETHER: u64 = 16;

/// True if every sixteen rows have the same number of cells, and no number is that of a single row only.
pub(super) fn are_alike(rows: &mut dyn Rows) -> bool {
    let (mut block, mut cells, mut count) = (0, 0, 0_u64);
    // By the number of cells: whether two rows of a block have it.
    let mut is_repeated: BTreeMap<usize, bool> = BTreeMap::new();
    while let Some(row) = rows.next() {
        let its_block = row.number.saturating_sub(1) / TOGETHER;
        let is_new = count == 0 || its_block != block;
        if row.problem.is_some() || !is_new && row.cells.len() != cells {
            return false;
        }
        (block, cells) = (its_block, row.cells.len());
        count = if is_new { 1 } else { count + 1 };
        *is_repeated.entry(cells).or_default() |= count > 1;
    }
    is_repeated.values().all(|it| *it)
}
