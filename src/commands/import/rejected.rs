//! Writes the rejected rows of an import, in the form of their source.

use std::path::Path;

use almoner_imports::Rejects;
use almoner_papers::workbook::texts;

use crate::output::{unwritable, write_whole};
use crate::problem::Problem;

/// Writes the rows as a workbook or text, by the extension, and returns the next step.
pub fn write(path: &Path, rejects: &Rejects, force: bool) -> Result<String, Problem> {
    let has_extension = |known: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(known));
    let written = match (has_extension("xlsx"), has_extension("ods")) {
        (true, _) => texts(rejects.header.as_deref(), &rejects.rows),
        (_, true) => Err("ODS workbooks cannot be written; name it .xlsx or .csv".to_owned()),
        _ => rejects.text().map_err(|error| error.to_string()),
    };
    let bytes = written.map_err(|why| unwritable(path, why))?;
    write_whole(path, &bytes, force)?;
    Ok(format!("correct them in {}, which gives the reasons, and import that file", path.display()))
}
