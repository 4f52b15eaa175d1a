//! A cell of the sample that is examined.

use crate::source::CellKind;

/// A cell that is filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Row number as shown by a spreadsheet.
    pub(super) row: u64,
    pub(super) text: String,
    pub(super) kind: CellKind,
}
