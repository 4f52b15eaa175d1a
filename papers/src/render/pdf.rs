//! Papers as PDF: A4 pages, in landscape where a table is wide, made without a browser.
//!
//! The file is tagged for PDF/UA-1: screen readers read the paper in order, with headings, tables whose cells
//! have headings, and charts in words, but without page numbers, rules and repeated headings. The writer
//! refuses a file that breaks those rules, as far as a program can check. The fonts are embedded, with the
//! characters used. Lengths are whole thousandths of a point until a page is drawn. Columns for files only
//! are omitted. The same paper gives the same bytes: the file is dated by the last record known, or not
//! dated.
//!
//! Text is set from left to right. Scripts that join letters or run from right to left are included as text,
//! but are not shaped correctly.

mod chart;
mod columns;
mod draw;
mod layout;
mod letters;
mod setting;
mod table;

#[cfg(test)]
mod tests;

use crate::paper::Paper;
use crate::render::RenderError;
use letters::Letters;

/// A length in thousandths of a point, of which an inch has 72.
type Length = i64;

pub fn pdf(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    let letters = Letters::new();
    let drawn = letters.and_then(|letters| draw::drawn(paper, &layout::laid_out(paper, &letters), &letters));
    drawn.map_err(|error| RenderError::unwritable("PDF", error))
}
