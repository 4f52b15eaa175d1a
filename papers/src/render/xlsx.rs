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
    Ok(of_one_system(workbook.save_to_buffer()?))
}

/// Returns a ZIP file in whose directory Unix is the system that made each part: the library names the one it runs
/// on, and the same paper gives the same bytes on every system.
fn of_one_system(mut file: Vec<u8>) -> Vec<u8> {
    const UNIX: u8 = 3;
    let number = |file: &[u8], at: usize, length: usize| -> Option<usize> {
        let bytes = file.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    };
    // The last 22 bytes end the directory; at the sixteenth of them is where it begins.
    let mut at = file.len().checked_sub(22).and_then(|end| number(&file, end + 16, 4));
    while let Some(entry) = at.filter(|at| file.get(*at..at + 4) == Some(b"PK\x01\x02")) {
        if let Some(system) = file.get_mut(entry + 5) {
            *system = UNIX;
        }
        // An entry has 46 bytes and a name, further fields and a comment, whose lengths begin at the 28th.
        at = [28, 30, 32]
            .into_iter()
            .try_fold(entry + 46, |next, length| Some(next + number(&file, entry + length, 2)?));
    }
    file
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
