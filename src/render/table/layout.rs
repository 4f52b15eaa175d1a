//! Which columns a table shows, how wide, and how words are wrapped in them.

use unicode_width::UnicodeWidthStr;

use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

/// What stands between two columns.
pub(super) const GAP: usize = 2;
/// Words are not wrapped narrower than this, long texts not narrower than [`LONG_TEXT`].
pub(super) const NARROWEST: usize = 14;
/// The narrowest that a column of long texts becomes.
const LONG_TEXT: usize = 30;
/// A column of this importance or more matters even if there is nothing in it.
const MATTERS: u8 = 2;
/// For a column of this importance or less, no words of more important ones are wrapped.
const LUXURY: u8 = 7;

/// Which columns are shown, and how wide.
pub(super) struct Layout<'a> {
    pub(super) shown: Vec<Shown<'a>>,
    pub(super) left_out: Vec<&'a Column>,
}

pub(super) struct Shown<'a> {
    /// Its place among the sheet's columns.
    pub(super) at: usize,
    pub(super) column: &'a Column,
    pub(super) width: usize,
    /// Its width when nothing is wrapped.
    pub(super) natural: usize,
    /// The least that it can be.
    least: usize,
    /// How early it goes: by importance, and before that if it tells nothing that matters.
    goes: (bool, u8),
}

impl<'a> Layout<'a> {
    pub(super) fn of(sheet: &'a Sheet, width: usize) -> Layout<'a> {
        let on_paper = sheet.columns.iter().enumerate().filter(|(_, column)| column.is_on_paper());
        let mut layout = Layout {
            shown: on_paper.map(|(at, column)| Shown::of(sheet, at, column)).collect(),
            left_out: Vec::new(),
        };
        while layout.with_luxury() > width && layout.leave_one_out(LUXURY) {}
        while layout.least() > width && layout.leave_one_out(1) {}
        layout.narrow(width);
        layout.left_out.sort_by_key(|column| column.importance);
        layout
    }

    fn sum(&self, of: impl Fn(&Shown<'_>) -> usize) -> usize {
        let sum: usize = self.shown.iter().map(|shown| of(shown) + GAP).sum();
        sum.saturating_sub(GAP)
    }

    /// Leaves out the column that goes first, if there is one of this importance or less.
    fn leave_one_out(&mut self, importance: u8) -> bool {
        let goes = self.shown.iter().enumerate().filter(|(_, shown)| shown.column.importance >= importance);
        // Of columns that go equally early, the last goes first.
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

    /// Takes from the widest column of words, one character at a time, until all fits.
    fn narrow(&mut self, width: usize) {
        while self.sum(|shown| shown.width) > width {
            let wide = self.shown.iter_mut().filter(|shown| shown.width > shown.least);
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
        let rows = || sheet.rows.iter().filter(|row| row.style != Style::Heading);
        let cells = || rows().filter_map(|row| row.cells.get(at));
        let content = cells().map(|cell| cell.on_paper().width()).max().unwrap_or(0);
        let word = column.heading.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
        let natural = match column.kind {
            Kind::Text => content.max(column.heading.width()),
            // A long heading over short amounts is wrapped.
            Kind::Money | Kind::Date | Kind::Count => content.max(word),
        };
        let least = match column.kind {
            Kind::Text if natural > 2 * LONG_TEXT => LONG_TEXT,
            Kind::Text => natural.min(NARROWEST.max(word)),
            Kind::Money | Kind::Date | Kind::Count => natural,
        };
        let is_blank = |row: &Row| row.cells.get(at).is_none_or(Cell::is_blank);
        let tells_nothing =
            column.importance > MATTERS && rows().filter(|row| row.style == Style::Normal).all(is_blank);
        Shown { at, column, width: natural, natural, least, goes: (tells_nothing, column.importance) }
    }
}

/// A text in lines of at most `width`, broken at spaces, else after hyphens and the like, else anywhere.
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

/// The pieces that a word may be broken into: none where it fits.
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
