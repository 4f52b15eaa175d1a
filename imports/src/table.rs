//! A file as rows of cells.
//!
//! Rows are numbered as a spreadsheet numbers them. Bytes in; nothing here knows what a column
//! means. A file in another encoding or with another delimiter becomes the same rows.

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::quotes::{self, QuoteError};

/// The rows of a file, one after the other.
pub(crate) struct Table<'a> {
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    record: ByteRecord,
    row: u64,
    blank: u64,
}

/// A row that is not blank.
pub(crate) struct RawRow<'t> {
    /// The row's number, from 1.
    pub(crate) number: u64,
    /// Where it begins in the file.
    pub(crate) start: usize,
    /// Its cells.
    pub(crate) cells: &'t ByteRecord,
    /// Quotation marks that are not where they should be: the cells cannot be relied on.
    pub(crate) quotes: Option<QuoteError>,
}

impl<'a> Table<'a> {
    /// The rows of a comma-separated file.
    pub(crate) fn new(bytes: &'a [u8]) -> Table<'a> {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        Table { bytes, reader, record: ByteRecord::new(), row: 0, blank: 0 }
    }

    /// How many rows so far were blank.
    pub(crate) fn blank(&self) -> u64 {
        self.blank
    }

    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> Result<Option<RawRow<'_>>, csv::Error> {
        loop {
            let before = self.offset();
            let found = self.reader.read_byte_record(&mut self.record)?;
            let (empty_lines, start) = empty_lines(self.bytes, before);
            self.row += empty_lines;
            self.blank += empty_lines;
            if !found {
                return Ok(None);
            }
            self.row += 1;
            if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                self.blank += 1;
                continue;
            }
            let raw = self.bytes.get(start..self.offset()).unwrap_or_default();
            let quotes = quotes::check(raw).err();
            return Ok(Some(RawRow { number: self.row, start, cells: &self.record, quotes }));
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }
}

/// The cells of the row that begins here.
pub(crate) fn record_at(bytes: &[u8], start: usize) -> ByteRecord {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rest);
    let mut record = ByteRecord::new();
    // What was read before can be read again; if not, the place has no cells to show.
    let _ = reader.read_byte_record(&mut record);
    record
}

/// How many empty lines stand between two rows, and where the second row begins. The reader passes
/// over empty lines without a word, and ends a row after the `\r` of `\r\n`.
fn empty_lines(bytes: &[u8], after_row: usize) -> (u64, usize) {
    let byte = |at: usize| bytes.get(at).copied();
    let mut at = after_row;
    let ended_by_return = at.checked_sub(1).and_then(byte) == Some(b'\r');
    if ended_by_return && byte(at) == Some(b'\n') {
        at += 1;
    }
    let mut lines = 0;
    loop {
        at += match (byte(at), byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => return (lines, at),
        };
        lines += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows' numbers and cells, the blank rows, and the rows read again from where they begin.
    fn rows(text: &str) -> (Vec<String>, u64) {
        let mut table = Table::new(text.as_bytes());
        let mut rows = Vec::new();
        while let Some(row) = table.next().unwrap() {
            assert_eq!(record_at(text.as_bytes(), row.start), *row.cells, "{text:?}");
            let cells: Vec<_> = row.cells.iter().map(String::from_utf8_lossy).collect();
            rows.push(format!("{} {}", row.number, cells.join("|")));
        }
        (rows, table.blank())
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        for (text, expected, blank) in [
            ("", vec![], 0),
            ("a,b\n1,2", vec!["1 a|b", "2 1|2"], 0),
            ("a,b\r\n1,2\r\n3,4\r\n", vec!["1 a|b", "2 1|2", "3 3|4"], 0),
            ("a,b\r1,2\r3,4\r", vec!["1 a|b", "2 1|2", "3 3|4"], 0),
            ("\n\na\n1\n", vec!["3 a", "4 1"], 2),
            ("a\r\n\r\n1\r\n\r\n\r\n2\r\n", vec!["1 a", "3 1", "6 2"], 3),
            ("a\r\r1\n\n2", vec!["1 a", "3 1", "5 2"], 2),
            ("a,b\n , \n,\n1,2\n\n", vec!["1 a|b", "4 1|2"], 3),
            ("a,b\n1,\"two\r\n\r\nlines\"\n3,4\n", vec!["1 a|b", "2 1|two\r\n\r\nlines", "3 3|4"], 0),
            ("a,b\n\n\"1\",\"x, \"\"y\"\"\"\n", vec!["1 a|b", "3 1|x, \"y\""], 1),
        ] {
            let (found, found_blank) = rows(text);
            assert_eq!(
                (found, found_blank),
                (expected.iter().map(|row| row.to_string()).collect(), blank),
                "{text:?}"
            );
        }
    }
}
