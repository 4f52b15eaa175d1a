//! Papers as PDF: A4 pages, lying where a table is wide, made without a browser.
//!
//! The file is tagged after PDF/UA-1: what is read aloud is the paper in its order, with headings, tables
//! whose cells know their headings, and charts in words; page numbers, rules and repeated headings are
//! left out of it. The writer refuses a file that breaks those rules, as far as a program can tell. The
//! fonts are in it, with the characters that are used. Lengths are whole thousandths of a point until a
//! page is drawn. Columns that are for files alone are left out, as on all paper. The same paper gives
//! the same bytes: the file is dated by the record as at which its figures are known, or not at all.
//!
//! Letters stand one after the other from left to right: writing that joins letters or runs from the
//! right is kept as text, but does not look as it should.

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
use crate::render::output::OutputError;
use letters::Letters;

/// A length in thousandths of a point, of which an inch has 72.
type Length = i64;

/// The paper as the bytes of a PDF file.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, OutputError> {
    let letters = Letters::new().map_err(unwritable)?;
    let set = layout::laid_out(paper, &letters);
    draw::drawn(paper, &set, &letters).map_err(unwritable)
}

fn unwritable(why: String) -> OutputError {
    OutputError::Unwritable { what: "the report as PDF".to_owned(), why }
}
