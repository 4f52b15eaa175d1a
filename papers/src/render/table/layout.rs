//! The columns that a table shows, their widths, and the wrapping of text.

use unicode_width::UnicodeWidthStr;

use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

/// The space between two columns.
pub(super) const GAP: usize = 2;
/// The minimum width of wrapped text, except for long texts ([`LONG_TEXT`]).
pub(super) const NARROWEST: usize = 14;
/// The minimum width of a column of long texts.
const LONG_TEXT: usize = 30;
/// A column of this importance or higher is shown even if it is blank.
const MATTERS: u8 = 2;
/// Columns of this importance or lower are omitted before text of others is wrapped.
const LUXURY: u8 = 7;

/// The columns shown, with their widths, and those omitted.
pub(super) struct Layout<'a> {
    pub(super) shown: Vec<Shown<'a>>,
    pub(super) left_out: Vec<&'a Column>,
}

pub(super) struct Shown<'a> {
    /// Its index among the sheet's columns.
    pub(super) at: usize,
    pub(super) column: &'a Column,
    pub(super) width: usize,
    /// Its width without wrapping.
    pub(super) natural: usize,
    /// Its minimum width without a broken word.
    least: usize,
    /// Its minimum width where words must be broken, since no column may be omitted any more.
    hard_least: usize,
    /// The order of omission: blank columns first, then by importance.
    goes: (bool, u8),
}

impl<'a> Layout<'a> {
    pub(super) fn of(sheet: &'a Sheet, width: usize) -> Layout<'a> {
        let mut layout = Layout {
            shown: sheet.on_paper().map(|(at, column)| Shown::of(sheet, at, column)).collect(),
            left_out: Vec::new(),
        };
        while layout.with_luxury() > width && layout.leave_one_out(LUXURY) {}
        while layout.least() > width && layout.leave_one_out(1) {}
        layout.narrow(width, |shown| shown.least);
        layout.narrow(width, |shown| shown.hard_least);
        layout.left_out.sort_by_key(|column| column.importance);
        layout
    }

    fn sum(&self, of: impl Fn(&Shown<'_>) -> usize) -> usize {
        let sum: usize = self.shown.iter().map(|shown| of(shown) + GAP).sum();
        sum.saturating_sub(GAP)
    }

    /// Omits the first column in the order of omission, if there is one of this importance or lower.
    fn leave_one_out(&mut self, importance: u8) -> bool {
        let goes = self.shown.iter().enumerate().filter(|(_, shown)| shown.column.importance >= importance);
        // Of equally important columns, the last is omitted first.
        let Some((place, _)) = goes.max_by_key(|(place, shown)| (shown.goes, *place)) else { return false };
        self.left_out.push(self.shown.remove(place).column);
        true
    }

    fn with_luxury(&self) -> usize {
        let is_luxury = |shown: &Shown<'_>| shown.column.importance >= LUXURY;
        self.sum(|shown| if is_luxury(shown) { shown.least } else { shown.natural })
    }

    fn least(&self) -> usize {
        self.sum(|shown| shown.least)
    }

    /// Narrows the widest text column by one character at a time until all columns fit.
    fn narrow(&mut self, width: usize, least: impl Fn(&Shown<'_>) -> usize) {
        while self.sum(|shown| shown.width) > width {
            let wide = self.shown.iter_mut().filter(|shown| shown.width > least(shown));
            match wide.max_by_key(|shown| shown.width) {
                Some(shown) => shown.width -= 1,
                None => return,
            }
        }
    }

    pub(super) fn width(&self) -> usize {
        self.sum(|shown| shown.width)
    }
}

impl<'a> Shown<'a> {
    fn of(sheet: &Sheet, at: usize, column: &'a Column) -> Shown<'a> {
        let cells = || sheet.column(at);
        let content = cells().map(|cell| in_column(cell).width()).max().unwrap_or(0);
        let longest = |text: &str| text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
        let word = longest(column.heading);
        let natural = match column.kind {
            Kind::Text => content.max(column.heading.width()),
            // A heading wider than its amounts is wrapped.
            Kind::Money | Kind::Date | Kind::Count => content.max(word),
        };
        let longest_word = || cells().map(|cell| longest(&cell.on_paper())).max().unwrap_or(0);
        let hard_least = match column.kind {
            Kind::Text if natural > 2 * LONG_TEXT => LONG_TEXT,
            Kind::Text => natural.min(NARROWEST.max(word)),
            Kind::Money | Kind::Date | Kind::Count => natural,
        };
        let least = match column.kind {
            Kind::Text => natural.min(hard_least.max(longest_word())),
            Kind::Money | Kind::Date | Kind::Count => natural,
        };
        let is_blank = |row: &Row| row.style != Style::Normal || row.cells.get(at).is_none_or(Cell::is_blank);
        let is_blank_column = column.importance > MATTERS && sheet.rows.iter().all(is_blank);
        Shown {
            at,
            column,
            width: natural,
            natural,
            least,
            hard_least,
            goes: (is_blank_column, column.importance),
        }
    }
}

/// Returns a cell as it is in a column: of moments, the days stand below each other, so that the table is the same on
/// each day of a month.
pub(super) fn in_column(cell: &Cell) -> String {
    let paper = cell.on_paper();
    let is_moment = matches!(cell, Cell::Dates { file, .. } if file.contains(':'));
    if is_moment && paper.find(' ') == Some(1) { format!(" {paper}") } else { paper }
}

/// Splits a text into lines of at most `width`, at spaces, else after hyphens and slashes, else anywhere.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let space = usize::from(!line.is_empty());
        if line.width() + space + word.width() > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        } else if space == 1 {
            line.push(' ');
        }
        for piece in pieces(word, width) {
            if line.width() + piece.width() > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&piece);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Returns the pieces into which a word may be broken; only one where it fits.
fn pieces(word: &str, width: usize) -> Vec<String> {
    if word.width() <= width {
        return vec![word.to_owned()];
    }
    let mut pieces = Vec::new();
    for part in word.split_inclusive(['-', '/', ':', ';']) {
        let mut piece = String::new();
        for character in part.chars() {
            if piece.width() >= width {
                pieces.push(std::mem::take(&mut piece));
            }
            piece.push(character);
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_take_the_same_room_on_each_day_of_a_month() {
        for (cell, expected) in [
            (Cell::moment("2026-12-01T09:05:00Z"), " 1 Dec 2026 09:05"),
            (Cell::moment("2026-11-30T23:59:59Z"), "30 Nov 2026 23:59"),
            (Cell::Text("1 Dec 2026 09:05".to_owned()), "1 Dec 2026 09:05"),
            (Cell::Count(1), "1"),
        ] {
            assert_eq!(in_column(&cell), expected);
        }
    }

    #[test]
    fn words_are_broken_where_they_may_be() {
        for (text, width, expected) in [
            ("", 5, vec![""]),
            ("one two", 7, vec!["one two"]),
            ("one two", 6, vec!["one", "two"]),
            ("child-sexual-abuse", 10, vec!["child-", "sexual-", "abuse"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
        ] {
            assert_eq!(wrapped(text, width), expected, "{text} {width}");
        }
    }
}
