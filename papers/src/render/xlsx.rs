//! Papers as workbooks: a sheet for each table, with real numbers and dates, and a last one with facts and
//! notes. Several tables are preceded by a list of links.
//!
//! Amounts are written from their decimal text and never calculated with. An amount of more than fifteen
//! digits, which a workbook cannot hold exactly, is written as text, so that no figure is rounded unnoticed.
//! A total is a formula where its exact result equals the total; otherwise it is a plain figure. Columns for
//! files only are omitted. The same paper gives the same bytes: the file is dated by the last record known.

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
use crate::render::RenderError;
use names::names;
use styles::Styles;

pub fn xlsx(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    written(paper).map_err(|error| RenderError::unwritable("a workbook", error))
}

fn written(paper: &Paper) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(paper)?);
    let styles = Styles::new();
    let names = names(paper);
    if names.len() > 1 {
        words::contents(workbook.add_worksheet(), paper, &names, &styles)?;
    }
    for (sheet, name) in paper.sheets.iter().zip(&names) {
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
    // A file must have a date, which must not be the clock's even where no fact provides one.
    let date = known.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)?;
    Ok(DocProperties::new()
        .set_title(&paper.title)
        .set_company(paper.body().unwrap_or_default())
        .set_creation_datetime(&date))
}
