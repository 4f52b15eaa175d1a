//! Limits of files. Anything larger is a mistake or an attack, and is refused with the limit named.

/// Bytes of a file: some millions of rows.
pub const FILE_LIMIT: u64 = 256 * 1024 * 1024;
/// Rows of a file, blank ones and the header included.
pub(crate) const ROWS_LIMIT: u64 = 2_000_000;
/// Cells of a row.
pub(crate) const COLUMNS_LIMIT: usize = 1_024;
/// Characters of a cell.
pub(crate) const CELL_LIMIT: usize = 64 * 1024;
/// Bytes of one row of a text. A longer row has a stray quotation mark, or is not a row.
pub(super) const ROW_BYTES_LIMIT: usize = 4 * 1024 * 1024;
/// Bytes of a text sampled to detect its delimiter.
pub(super) const SAMPLE_BYTES: usize = 64 * 1024;
/// Files inside a workbook.
pub(super) const ENTRIES_LIMIT: usize = 4_096;
/// Bytes of a workbook after unpacking, counted while unpacking since the sizes it claims may be false.
pub(super) const UNPACKED_LIMIT: u64 = 256 * 1024 * 1024;
/// Bytes of a part of a workbook other than a sheet: its texts, its formats, its list of sheets.
pub(super) const PART_LIMIT: u64 = 64 * 1024 * 1024;
/// Bytes of the lists of parts and sheets of a workbook.
pub(super) const LIST_LIMIT: u64 = 8 * 1024 * 1024;
/// Sheets of a workbook.
pub(super) const SHEETS_LIMIT: usize = 1_024;
/// Bytes of a tag of a workbook, and between two tags.
pub(super) const PIECE_LIMIT: usize = 4 * 1024 * 1024;
/// Bytes of one text of a workbook. A cell with a text longer than [`CELL_LIMIT`] and shorter than this
/// is named; a longer text is refused.
pub(super) const LONGEST_TEXT: usize = 1024 * 1024;
/// Names of an object in JSON.
pub(super) const MEMBERS_LIMIT: usize = 4_096;
/// Bytes of the text of all cells. A workbook can use one long text in many cells.
pub(super) const TEXT_LIMIT: usize = 256 * 1024 * 1024;
/// Cells that are not blank, and covered ones.
pub(super) const CELLS_LIMIT: usize = 20_000_000;
/// Merged cells of a sheet.
pub(super) const MERGED_LIMIT: usize = 1_000_000;
/// Rows of a sheet in any spreadsheet program.
pub(super) const SHEET_ROWS: u64 = 1_048_576;
/// Columns of a sheet in any spreadsheet program.
pub(super) const SHEET_COLUMNS: u64 = 16_384;
