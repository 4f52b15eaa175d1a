//! Papers as workbooks: a sheet for each table, in real numbers and dates, and a last one with what the
//! paper says in words. Several tables have a list of links before them.
//!
//! An amount is written by its decimal text and never calculated with. What a workbook cannot hold
//! exactly, an amount of more than fifteen digits, is written as text, so that no figure is rounded
//! unseen. A sum is a formula where, in exact money, the formula comes to what our sum says; else it is
//! the plain figure. Columns that are for files alone are left out, as on all paper. The same paper
//! gives the same bytes: the file is dated by the record as at which its figures are known.

mod chart;
mod columns;
mod names;
mod styles;
mod sums;
mod table;
mod words;

#[cfg(test)]
mod tests;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::paper::Paper;
use crate::render::output::OutputError;
use names::Names;
use styles::Styles;

/// The paper as the bytes of an XLSX file.
pub fn xlsx(paper: &Paper) -> Result<Vec<u8>, OutputError> {
    written(paper).map_err(|error| OutputError::Unwritable {
        what: "the report as a workbook".to_owned(),
        why: error.to_string(),
    })
}

fn written(paper: &Paper) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(paper)?);
    let styles = Styles::new();
    let names = Names::of(paper);
    if names.has_contents() {
        words::contents(workbook.add_worksheet(), paper, &names, &styles)?;
    }
    for (sheet, name) in paper.sheets.iter().zip(names.sheets()) {
        let page = workbook.add_worksheet();
        page.set_name(&name.sheet)?;
        match sheet.columns.is_empty() {
            true => words::sheet(page, sheet, &styles)?,
            false => table::table(page, sheet, name, &styles)?,
        }
        words::margins(page, paper)?;
    }
    words::notes(workbook.add_worksheet(), paper, &styles)?;
    workbook.save_to_buffer()
}

fn properties(paper: &Paper) -> Result<DocProperties, XlsxError> {
    let known = paper.known_at().and_then(|moment| ExcelDateTime::parse_from_str(&moment).ok());
    // A file must have a date, and where no fact gives one it must not be the clock's.
    let date = known.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)?;
    Ok(DocProperties::new()
        .set_title(&paper.title)
        .set_company(paper.fact("Body").unwrap_or_default())
        .set_creation_datetime(&date))
}
