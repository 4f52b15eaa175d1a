//! Reads delimited text as rows of cells.
//!
//! Rows are numbered as in a spreadsheet: empty lines count, and a row with line breaks in its cells is
//! one row.

use std::io::{self, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

use super::limits::{CELL_LIMIT, COLUMNS_LIMIT, ROW_BYTES_LIMIT, ROWS_LIMIT};
use super::{Content, Delimiter, RawRow, RowProblem, Rows as _, blocks, quotes};

/// A decoded text with its delimiter.
#[derive(Debug)]
pub(super) struct Delimited {
    text: String,
    delimiter: Delimiter,
}

impl Delimited {
    pub(super) fn new(text: String, delimiter: Delimiter) -> Delimited {
        Delimited { text, delimiter }
    }
}

impl Content for Delimited {
    fn rows(&self) -> Box<dyn super::Rows + '_> {
        Box::new(Rows::new(&self.text, self.delimiter))
    }

    fn row_at(&self, start: usize) -> StringRecord {
        let rest = self.text.get(start..).unwrap_or_default();
        let mut record = StringRecord::new();
        // A row that was read once can be read again.
        drop(reader(rest, self.delimiter).read_record(&mut record));
        record
    }

    fn length(&self) -> usize {
        self.text.len()
    }

    fn delimiter(&self) -> Option<Delimiter> {
        Some(self.delimiter)
    }

    fn leaves_out_blank_ends(&self) -> bool {
        blocks::are_alike(&mut *self.rows())
    }
}

/// Returns the number of the row in which a text ends.
pub(super) fn row_reached(text: &str, delimiter: Delimiter) -> u64 {
    let mut rows = Rows::new(text, delimiter);
    while rows.next().is_some() {}
    let at_a_new_line = text.ends_with(['\r', '\n']);
    if at_a_new_line { rows.row + 1 } else { rows.row.max(1) }
}

/// The rows of a text.
struct Rows<'t> {
    text: &'t [u8],
    delimiter: Delimiter,
    reader: Reader<Feed<'t>>,
    record: StringRecord,
    row: u64,
    blank: u64,
    ended: bool,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, delimiter: Delimiter) -> Rows<'t> {
        let reader = reader(text, delimiter);
        let text = text.as_bytes();
        Rows { text, delimiter, reader, record: StringRecord::new(), row: 0, blank: 0, ended: false }
    }

    fn given(&self, start: usize, problem: Option<RowProblem>) -> RawRow<'_> {
        RawRow { number: self.row, start, cells: &self.record, kinds: &[], problem }
    }

    fn problem(&self, start: usize, ran_out: bool) -> Option<RowProblem> {
        let raw = self.text.get(start..self.offset()).unwrap_or_default();
        if let Err(error) = quotes::check(raw, self.delimiter) {
            return Some(RowProblem::Quotes(error));
        }
        if ran_out {
            return Some(RowProblem::RowTooLong);
        }
        if self.record.len() > COLUMNS_LIMIT {
            return Some(RowProblem::TooManyCells);
        }
        // Counting bytes is faster, and there are at least as many as characters.
        if self.record.as_slice().len() <= CELL_LIMIT {
            return None;
        }
        let long = self.record.iter().position(|cell| cell.chars().count() > CELL_LIMIT)?;
        Some(RowProblem::CellTooLong { column: long + 1 })
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }
}

impl super::Rows for Rows<'_> {
    fn next(&mut self) -> Option<RawRow<'_>> {
        while !self.ended {
            let before = self.offset();
            self.reader.get_mut().allowed = ROW_BYTES_LIMIT;
            // A text has no bytes that are not text, so reading cannot fail.
            let found = self.reader.read_record(&mut self.record).unwrap_or(false);
            let ran_out = self.reader.get_ref().ran_out();
            let (empty_lines, start) = empty_lines(self.text, before);
            self.row += empty_lines + u64::from(found);
            self.blank += empty_lines;
            self.ended = !found || ran_out || self.row > ROWS_LIMIT;
            if self.row > ROWS_LIMIT {
                self.row = ROWS_LIMIT + 1;
                return Some(self.given(start, Some(RowProblem::TooManyRows)));
            }
            if !found {
                return None;
            }
            if !ran_out && self.record.iter().all(|cell| cell.trim().is_empty()) {
                self.blank += 1;
                continue;
            }
            let problem = self.problem(start, ran_out);
            return Some(self.given(start, problem));
        }
        None
    }

    fn blank(&self) -> u64 {
        self.blank
    }
}

fn reader(text: &str, delimiter: Delimiter) -> Reader<Feed<'_>> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter.byte());
    builder.from_reader(Feed { rest: text.as_bytes(), allowed: ROW_BYTES_LIMIT, has_begun: false })
}

/// A text that ends after a number of bytes, so that one row cannot consume the whole file.
struct Feed<'t> {
    rest: &'t [u8],
    allowed: usize,
    has_begun: bool,
}

impl Feed<'_> {
    fn ran_out(&self) -> bool {
        self.allowed == 0 && !self.rest.is_empty()
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The reader would remove a byte order mark from the start of any row, unless its bytes arrive one
        // by one. The mark of the file is already removed.
        let most = if self.has_begun { self.allowed } else { 1 };
        self.has_begun = true;
        let length = buffer.len().min(self.rest.len()).min(most);
        let (given, rest) = self.rest.split_at(length);
        if let Some(buffer) = buffer.get_mut(..length) {
            buffer.copy_from_slice(given);
        }
        self.rest = rest;
        self.allowed -= length;
        Ok(length)
    }
}

/// Returns the number of empty lines before a row, and where the row starts. The reader skips empty
/// lines silently, and ends a row after the `\r` of `\r\n`.
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

    /// The rows' numbers, cells and problems, and how many rows are blank.
    fn rows(text: &str, delimiter: Delimiter) -> (Vec<String>, u64) {
        let source = Delimited::new(text.to_owned(), delimiter);
        let mut walk = source.rows();
        let mut rows = Vec::new();
        while let Some(row) = walk.next() {
            if row.problem.is_none() && row.number < 100 {
                assert_eq!(source.row_at(row.start), *row.cells, "{text:?}");
            }
            let problem = row.problem.map(|problem| format!("!{problem}")).unwrap_or_default();
            let cells: Vec<&str> = row.cells.iter().take(3).filter(|cell| cell.len() < 100).collect();
            rows.push(format!("{} {}{problem}", row.number, cells.join("|")));
        }
        (rows, walk.blank())
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
            ("a,b\n\u{a0},\u{2007}\u{3000}\n1,2\n", vec!["1 a|b", "3 1|2"], 1),
            ("a,b\n1,\"two\r\n\r\nlines\"\n3,4\n", vec!["1 a|b", "2 1|two\r\n\r\nlines", "3 3|4"], 0),
            ("a,b\n\n\"1\",\"x, \"\"y\"\"\"\n", vec!["1 a|b", "3 1|x, \"y\""], 1),
            ("\u{feff}\n\n\u{feff}\"a", vec!["1 \u{feff}", "3 \u{feff}\"a"], 1),
            (
                "a\nb\n\"c,\nd",
                vec![
                    "1 a",
                    "2 b",
                    "3 c,\nd!a quotation mark is not closed, so the rest of the file is read as one row",
                ],
                0,
            ),
        ] {
            let (found, found_blank) = rows(text, Delimiter::Comma);
            assert_eq!(
                (found, found_blank),
                (expected.iter().map(|row| row.to_string()).collect(), blank),
                "{text:?}"
            );
        }
    }

    #[test]
    fn other_delimiters_divide_as_commas_do() {
        for delimiter in Delimiter::ALL {
            let between = char::from(delimiter.byte());
            let text = format!("a{between}b\r\n\r\n\"x{between}\r\ny\"{between}2\r\n");
            let expected = vec!["1 a|b".to_owned(), format!("3 x{between}\r\ny|2")];
            assert_eq!(rows(&text, delimiter), (expected, 1));
        }
    }

    #[test]
    fn rows_and_cells_beyond_the_limits_are_refused() {
        let wide = format!("a\n{}\nb", ",x".repeat(COLUMNS_LIMIT));
        let long = format!("a\nb,{}\nc", "é".repeat(CELL_LIMIT + 1));
        let endless = format!("a\n{}", "x".repeat(10 * 1024 * 1024));
        let commas = ",".repeat(10 * 1024 * 1024);
        let lone = format!("a\n\"{}", "b,c\n".repeat(3 * 1024 * 1024));
        let many = "a\n".repeat(2_000_003);
        let empty = "\r\n".repeat(3_000_000);
        for (text, expected) in [
            (&wide, "2 |x|x!the row has more than 1024 cells"),
            (&long, "2 b!cell 2 has more than 65536 characters"),
            (&endless, "2 !the row is longer than 4 MiB"),
            (&commas, "1 ||!the row is longer than 4 MiB"),
            (&lone, "2 !a quotation mark is not closed, so the rest of the file is read as one row"),
            (&many, "2000001 a!the file has more than 2000000 rows"),
            (&empty, "2000001 !the file has more than 2000000 rows"),
        ] {
            let (found, _) = rows(text, Delimiter::Comma);
            assert!(found.iter().any(|row| row == expected), "{expected}: {:?}", found.last());
        }
        assert!(rows(&format!("a,{}", "é".repeat(CELL_LIMIT)), Delimiter::Comma).0.len() == 1);
    }

    #[test]
    fn the_row_in_which_a_text_breaks_off() {
        for (text, expected) in
            [("", 1), ("a", 1), ("a\n", 2), ("a\r\nb,", 2), ("a\n\n\nb", 4), ("a\n\"x\ny\",\"z\n", 3)]
        {
            assert_eq!(row_reached(text, Delimiter::Comma), expected, "{text:?}");
        }
    }
}
