//! The columns of a sheet that are on paper, and how wide each is.

use crate::sheet::{Column, Kind, Sheet};

/// The minimum and maximum width of a column of figures or dates, and of one of text.
const FIGURES: (usize, usize) = (11, 24);
const WORDS: (usize, usize) = (8, 44);
/// The maximum width of text columns in a table of more columns than `MANY`.
const MANY: usize = 10;
const WORDS_OF_MANY: usize = 26;

/// A column on paper, with its index in the sheet and in the workbook.
pub(super) struct Shown<'a> {
    pub(super) cell: usize,
    pub(super) at: u16,
    pub(super) column: &'a Column,
    /// Its width in characters.
    pub(super) width: u16,
}

pub(super) fn shown(sheet: &Sheet) -> Vec<Shown<'_>> {
    let most = if sheet.on_paper().count() > MANY { WORDS_OF_MANY } else { WORDS.1 };
    let shown = sheet.on_paper().zip(0u16..).map(|((cell, column), at)| {
        let width = width(sheet, cell, column, most);
        Shown { cell, at, column, width }
    });
    shown.collect()
}

/// Returns the width of a column in characters. Headings may be wrapped between words.
fn width(sheet: &Sheet, cell: usize, column: &Column, most_of_words: usize) -> u16 {
    let cells = sheet.column(cell).map(|cell| cell.on_paper().chars().count());
    let heading = column.heading.split(' ').map(|word| word.chars().count() + 3);
    let widest = cells.chain(heading).max().unwrap_or_default() + 2;
    let (least, most) = match column.kind {
        Kind::Money | Kind::Date | Kind::Count => FIGURES,
        Kind::Text => (WORDS.0, most_of_words),
    };
    u16::try_from(widest.clamp(least, most)).unwrap_or_default()
}
