//! Writes the rejected rows of an import, in the form of their source.

use std::path::Path;

use almoner_imports::Rejects;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::output::{OutputError, write_whole};
use crate::problem::Problem;

/// Refuses to overwrite an existing file, before anything is read.
pub fn refuse_to_overwrite(path: Option<&Path>, force: bool) -> Result<(), Problem> {
    match path {
        Some(path) if !force && path.symlink_metadata().is_ok() => {
            Err(OutputError::Exists(path.to_owned()).into())
        }
        _ => Ok(()),
    }
}

/// Writes the rows as a workbook or text, by the extension, and returns the next step.
pub fn write(path: &Path, rejects: &Rejects, force: bool) -> Result<String, Problem> {
    let has_extension = |known: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(known));
    let written = match (has_extension("xlsx"), has_extension("ods")) {
        (true, _) => workbook(rejects).map_err(|error| error.to_string()),
        (_, true) => Err("ODS workbooks cannot be written; name it .xlsx or .csv".to_owned()),
        _ => rejects.text().map_err(|error| error.to_string()),
    };
    let bytes =
        written.map_err(|why| OutputError::Unwritable { what: format!("`{}`", path.display()), why })?;
    write_whole(path, &bytes, force)?;
    Ok(format!("correct them in {}, which gives the reasons, and import that file", path.display()))
}

/// Writes every cell as text, so that none is converted to a date or number.
fn workbook(rejects: &Rejects) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let heading = text.clone().set_bold();
    let mut row = 0;
    if let Some(header) = &rejects.header {
        for (cell, column) in header.iter().zip(0u16..) {
            page.write_string_with_format(row, column, cell, &heading)?;
        }
        page.set_freeze_panes(1, 0)?;
        row += 1;
    }
    for (cells, row) in rejects.rows.iter().zip(row..) {
        for (cell, column) in cells.iter().zip(0u16..) {
            page.write_string_with_format(row, column, cell, &text)?;
        }
    }
    page.autofit();
    workbook.save_to_buffer()
}
