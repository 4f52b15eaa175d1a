//! A page of a long list, for which no more is read than its lines.

use std::ops::Range;

/// The page of a list that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1 on.
    pub number: usize,
    /// The number of lines of a page; at least 1.
    pub length: usize,
}

impl Page {
    /// Returns the places of its lines in a list of so many; the last page for one after it.
    pub fn of(self, lines: usize) -> Range<usize> {
        let length = self.length.max(1);
        let pages = lines.div_ceil(length).max(1);
        let first = (self.number.clamp(1, pages) - 1) * length;
        first..(first + length).min(lines)
    }
}

/// A report with the lines of one page, and the sums of all lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<Report> {
    pub report: Report,
    /// The place of its first line, from 0 on.
    pub first: usize,
    /// The number of lines of the whole list.
    pub lines: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_within_the_list() {
        for (number, lines, expected) in [
            (1, 0, 0..0),
            (2, 0, 0..0),
            (1, 3, 0..3),
            (0, 250, 0..100),
            (1, 250, 0..100),
            (3, 250, 200..250),
            (9, 250, 200..250),
            (2, 100, 0..100),
            (2, 101, 100..101),
        ] {
            assert_eq!(Page { number, length: 100 }.of(lines), expected, "{number} of {lines}");
        }
    }
}
