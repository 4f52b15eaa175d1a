//! A pasted text as rows of cells: a row of a table, or a line of its own.
//!
//! Cells are separated by tabs, bars, runs of spaces, or by commas under a heading with commas. A
//! quoted cell may contain line ends. Every character of the text is in one cell at most.

use super::clean::squeezed;
use super::dates::MONTH;
use super::pattern::patterns;

patterns! {
    /// A day whose parts are wide apart, which are no cells.
    WIDE_DAY = &format!(r"(?i)\b(?P<day>\d{{1,2}}(?:st|nd|rd|th)?)\s+(?P<month>{MONTH})\s+(?P<year>20\d\d)\b");
    /// The heading of a table with commas between its cells.
    WITH_COMMAS = r#"(?im)^"?[^,"\n\t]{0,20}\b(?:number|no|ref\w*|decision)\b[^,"\n\t]{0,20}"?\s*,[^\n\t]{0,120}\b(?:date|title|subject|summary)\b[^,"\n\t]{0,20}"?\s*(?:,|$)[^.\n\t]{0,120}$"#;
}

/// A line of the text, or a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Trimmed cells; those of a table may be empty.
    pub(super) cells: Vec<String>,
    /// True if the text itself has cells, so that their order matters.
    pub(super) is_table: bool,
    /// True when there is a blank line above.
    pub(super) after_blank: bool,
    /// The first line, from 1.
    pub(super) line: usize,
}

/// Maximum length of a quoted cell; beyond it a quotation mark is stray.
const LONGEST_CELL: usize = 12_000;

/// The rows, blank ones left out.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut rest = text;
    let mut line = 1;
    let mut after_blank = false;
    let between = if !text.contains('\t') && WITH_COMMAS.is_match(text) { ',' } else { '\t' };
    while !rest.is_empty() {
        let (cells, is_table, used) = row(rest, between);
        let lines = rest[..used].matches('\n').count();
        if cells.iter().all(String::is_empty) {
            after_blank = true;
        } else {
            rows.push(Row { cells, is_table, after_blank, line });
            after_blank = false;
        }
        line += lines;
        rest = &rest[used..];
    }
    rows
}

/// The first row, whether it is of a table, and how much of the text it takes.
fn row(text: &str, between: char) -> (Vec<String>, bool, usize) {
    let end = text.find('\n').unwrap_or(text.len());
    let line = &text[..end];
    let after = (end + 1).min(text.len());
    if line.contains(between) || quoted_cell(line, text, between).is_some() {
        let (cells, used) = delimited(text, between);
        // A line that a tab only sets in is a line.
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let is_table = filled > 1 || cells.len() > 2;
        let cells =
            if is_table { cells } else { cells.into_iter().filter(|cell| !cell.is_empty()).collect() };
        return (cells, is_table, used);
    }
    if line.matches('|').count() > 1 {
        let bare = line.trim().trim_matches('|');
        let is_rule = bare.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '));
        let cells = if is_rule { Vec::new() } else { bare.split('|').map(squeezed).collect() };
        return (cells, true, after);
    }
    let line = WIDE_DAY.replace_all(line, "$day $month $year");
    let cells: Vec<String> = line.split("   ").map(squeezed).filter(|cell| !cell.is_empty()).collect();
    (cells, false, after)
}

/// The cells of a row between tabs or commas, and how much of the text it takes.
fn delimited(text: &str, between: char) -> (Vec<String>, usize) {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let (cell, used) = match quoted_cell(rest, rest, between) {
            Some(found) => found,
            None => {
                let end = rest.find([between, '\n']).unwrap_or(rest.len());
                (squeezed(&rest[..end]), end)
            }
        };
        cells.push(cell);
        at += used;
        match text[at..].chars().next() {
            Some(next) if next == between => at += 1,
            Some(_) => return (cells, at + 1),
            None => return (cells, at),
        }
    }
}

/// The cell in quotation marks with which the text begins, if it is closed before a tab (or
/// comma), a line end or the end. `start` is what of the text need be looked at for the opening mark.
fn quoted_cell(start: &str, text: &str, between: char) -> Option<(String, usize)> {
    if !start.starts_with('"') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len().min(LONGEST_CELL) {
        if bytes[at] == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                at += 2;
                continue;
            }
            if text[at + 1..].chars().next().is_some_and(|next| next != between && next != '\n') {
                return None;
            }
            return Some((squeezed(&text[1..at].replace("\"\"", "\"")), at + 1));
        }
        // A row of another decision within is no part of a cell.
        if bytes[at] == b'\t' {
            return None;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_rows_of_cells() {
        for (text, expected) in [
            ("a\tb\nc", "a|b\nc"),
            ("1\t\"two\nlines \"\"x\"\"\"\t3\n4\t5", "1|two lines \"x\"|3\n4|5"),
            ("1\t\"Fund\" for all\n2\tb", "1|\"Fund\" for all\n2|b"),
            ("1\t\"never closed\n2\tb", "1|\"never closed\n2|b"),
            ("| 1 | two |\n|---|---|\n| 3 | four |", "1|two\n3|four"),
            ("1-2015     Title      Words", "1-2015|Title|Words"),
            ("  \n\n one  two \n", "one two"),
            ("1-2015 -  7   April    2015   Title", "1-2015 - 7 April 2015|Title"),
            ("\tset in\n", "set in"),
            ("No,Date,Title\n1,\"a, b\",c", "No|Date|Title\n1|a, b|c"),
            ("", ""),
        ] {
            let found: Vec<String> = rows(text).iter().map(|row| row.cells.join("|")).collect();
            assert_eq!(found.join("\n"), expected, "{text:?}");
        }
        let blank: Vec<bool> = rows("a\nb\n\nc").iter().map(|row| row.after_blank).collect();
        assert_eq!(blank, [false, false, true]);
    }
}
