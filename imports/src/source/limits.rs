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
/// Files inside a workbook.
pub(super) const ENTRIES_LIMIT: usize = 4_096;
/// Bytes of all that is unpacked of a workbook, as counted while unpacking: what the workbook says of
/// itself may be untrue.
pub(super) const UNPACKED_LIMIT: u64 = 256 * 1024 * 1024;
/// Bytes of a part of a workbook other than a sheet: its texts, its formats, its list of sheets.
pub(super) const PART_LIMIT: u64 = 64 * 1024 * 1024;
/// Bytes of the text of all cells. A workbook can name one long text in many cells.
pub(super) const TEXT_LIMIT: usize = 256 * 1024 * 1024;
/// Cells that are not blank, and covered ones.
pub(super) const CELLS_LIMIT: usize = 20_000_000;
/// Merged cells of a sheet.
pub(super) const MERGED_LIMIT: usize = 1_000_000;
/// Rows of a sheet in any spreadsheet program.
pub(super) const SHEET_ROWS: u64 = 1_048_576;
/// Columns of a sheet in any spreadsheet program.
pub(super) const SHEET_COLUMNS: u64 = 16_384;
