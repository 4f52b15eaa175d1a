//! Layout of text on a screen: wrapped paragraphs and aligned columns.
//!
//! For confirmations and other prose; lists and reports are rendered by `render`. Knows widths only,
//! not money or accounts.

use std::ops::Add;

use unicode_width::UnicodeWidthStr;

/// Wraps a text at spaces. The first line begins with `first`, the others with as many spaces. A
/// word longer than a line gets its own line.
pub fn wrapped(first: &str, text: &str, width: usize) -> String {
    let margin = " ".repeat(first.width());
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.width() + 1 + word.width() > width {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line.clone_from(&margin);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// Alignment of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Left; may be truncated on a narrow screen.
    Left,
    /// Left; never truncated, because a part would be ambiguous.
    Whole,
    /// Right; never truncated, because it is an amount.
    Right,
}

/// Aligned columns with headings.
#[derive(Debug)]
pub struct Columns {
    headings: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
    totals: Option<Vec<String>>,
}

const GAP: &str = "  ";
/// Minimum width of a truncated column.
const MIN_WIDTH: usize = 8;

impl Columns {
    /// Returns columns with these headings and no rows.
    pub fn new(headings: Vec<(&'static str, Align)>) -> Columns {
        Columns { headings, rows: Vec::new(), totals: None }
    }

    /// Adds a row with one cell for each heading.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Sets the row of totals, below a rule under each amount.
    pub fn totals(&mut self, cells: Vec<String>) {
        self.totals = Some(cells);
    }

    /// Returns the columns as text with an indent, truncating the widest column first to fit the width.
    pub fn render(&self, indent: &str, width: usize) -> String {
        let mut widths: Vec<usize> = self.headings.iter().map(|(heading, _)| heading.width()).collect();
        for row in self.rows.iter().chain(&self.totals) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        self.fit(&mut widths, width.saturating_sub(indent.len()));
        let headings: Vec<String> = self.headings.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        let mut text = self.line(&headings, &widths, indent);
        for row in &self.rows {
            text.push_str(&self.line(row, &widths, indent));
        }
        if let Some(totals) = &self.totals {
            let rule = |((_, align), width): (&(&str, Align), &usize)| match align {
                Align::Left | Align::Whole => String::new(),
                Align::Right => "-".repeat(*width),
            };
            let rules: Vec<String> = self.headings.iter().zip(&widths).map(rule).collect();
            text.push_str(&self.line(&rules, &widths, indent));
            text.push_str(&self.line(totals, &widths, indent));
        }
        text
    }

    fn fit(&self, widths: &mut [usize], room: usize) {
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let mut excess = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
        while excess > 0 {
            let left = self.headings.iter().zip(widths.iter_mut());
            let widest = left.filter(|((_, align), _)| *align == Align::Left).map(|(_, width)| width);
            match widest.max() {
                Some(width) if *width > MIN_WIDTH => {
                    *width -= 1;
                    excess -= 1;
                }
                _ => return,
            }
        }
    }

    fn line(&self, cells: &[String], widths: &[usize], indent: &str) -> String {
        let mut line = indent.to_owned();
        for (((_, align), width), cell) in self.headings.iter().zip(widths).zip(cells) {
            if line.len() > indent.len() {
                line.push_str(GAP);
            }
            let cell = cut(cell, *width);
            let space = " ".repeat(width.saturating_sub(cell.width()));
            match align {
                Align::Left | Align::Whole => line.extend([cell.as_str(), space.as_str()]),
                Align::Right => line.extend([space.as_str(), cell.as_str()]),
            }
        }
        format!("{}\n", line.trim_end())
    }
}

/// Truncates a text to a width, ending in `…` if it is too long.
pub fn cut(text: &str, width: usize) -> String {
    cut_to(text, width, UnicodeWidthStr::width)
}

/// Truncates a text to a room in any unit, ending in `…` if it is too long.
pub(crate) fn cut_to<T: Add<Output = T> + PartialOrd>(
    text: &str,
    room: T,
    width: impl Fn(&str) -> T,
) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut shortened = String::new();
    for character in text.chars() {
        if width(&shortened) + width(&character.to_string()) + width("…") > room {
            break;
        }
        shortened.push(character);
    }
    format!("{}…", shortened.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces() {
        for (first, text, width, expected) in [
            ("- ", "one two three", 9, "- one two\n  three\n"),
            ("", "", 10, "\n"),
            ("  14  ", "averyverylongword after", 12, "  14  averyverylongword\n      after\n"),
            ("", "£1 – café", 9, "£1 – café\n"),
        ] {
            assert_eq!(wrapped(first, text, width), expected);
        }
    }

    #[test]
    fn columns_are_aligned_and_truncated_to_the_screen() {
        let mut columns = Columns::new(vec![("Account", Align::Left), ("Debit", Align::Right)]);
        columns.row(vec!["assets:grant-control".into(), "1,234.56".into()]);
        columns.row(vec!["assets:bank".into(), String::new()]);
        columns.totals(vec!["Total".into(), "1,234.56".into()]);
        let wide = "\x20 Account                  Debit
  assets:grant-control  1,234.56
  assets:bank
                        --------
  Total                 1,234.56
";
        assert_eq!(columns.render("  ", 80), wide);
        let narrow = columns.render("  ", 24);
        assert!(narrow.contains("  assets:gran…  1,234.56\n"), "{narrow}");
    }
}
