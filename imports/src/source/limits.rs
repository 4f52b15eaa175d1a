//! How much of anything is taken. What is larger is a mistake or a trap, and is refused by name.

/// Bytes of a file. Some millions of rows; whoever has more can divide it.
pub const FILE_LIMIT: u64 = 256 * 1024 * 1024;
/// Rows of a file, blank ones and the header included.
pub(crate) const ROWS_LIMIT: u64 = 2_000_000;
/// Cells of a row.
pub(crate) const COLUMNS_LIMIT: usize = 1_024;
/// Characters of a cell.
pub(crate) const CELL_LIMIT: usize = 64 * 1024;
/// Bytes of one row of a text. A row that goes on has a quotation mark too many, or is no row.
pub(super) const ROW_BYTES_LIMIT: usize = 4 * 1024 * 1024;
/// Bytes of a text in which its delimiter is looked for.
pub(super) const SAMPLE_BYTES: usize = 64 * 1024;
