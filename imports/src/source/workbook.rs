//! Selects the sheet of a workbook.

use super::Unreadable;
use super::grid::Grid;
use super::limits::SHEETS_LIMIT;
use super::too_large;
use crate::diagnostic::NextStep;

/// A file of sheets.
pub(super) trait Workbook {
    /// Returns its format: `an XLSX workbook`.
    fn kind(&self) -> &'static str;
    /// Returns its sheets, in order.
    fn sheets(&self) -> Vec<SheetName>;
    fn holds_data(&mut self, index: usize) -> Result<bool, Unreadable>;
    /// Reads the sheet of this index. Called once.
    fn sheet(&mut self, index: usize) -> Result<Grid, Unreadable>;
}

/// A sheet by its name.
#[derive(Clone, Debug)]
pub(super) struct SheetName {
    pub(super) name: String,
    pub(super) hidden: bool,
}

/// Reads the sheet of this name, or else the only visible one with data.
pub(super) fn chosen(
    workbook: &mut dyn Workbook,
    name: Option<&str>,
) -> Result<(SheetName, Grid), Unreadable> {
    let sheets = workbook.sheets();
    let index = match name {
        Some(name) => named(&sheets, name)?,
        None => only(workbook, &sheets)?,
    };
    let Some(sheet) = sheets.into_iter().nth(index) else { return Err(empty()) };
    Ok((sheet, workbook.sheet(index)?))
}

fn named(sheets: &[SheetName], name: &str) -> Result<usize, Unreadable> {
    let plain = |name: &str| name.trim().to_lowercase();
    sheets.iter().position(|sheet| plain(&sheet.name) == plain(name)).ok_or_else(|| {
        let message = format!("the workbook has no sheet `{name}`");
        Unreadable::new("unknown-sheet", message, format!("give one of its sheets: {}", list(sheets.iter())))
    })
}

fn only(workbook: &mut dyn Workbook, sheets: &[SheetName]) -> Result<usize, Unreadable> {
    let mut holding = Vec::new();
    for (index, sheet) in sheets.iter().enumerate() {
        if !sheet.hidden && workbook.holds_data(index)? {
            holding.push((index, sheet));
        }
    }
    match holding.as_slice() {
        [] => Err(empty()),
        [(index, _)] => Ok(*index),
        several => {
            let names = list(several.iter().map(|(_, sheet)| *sheet));
            let message = format!("several sheets contain data: {names}");
            Err(Unreadable::new("which-sheet", message, NextStep::NameSheet))
        }
    }
}

pub(super) fn too_many_sheets() -> Unreadable {
    too_large(format!("the workbook has more than {SHEETS_LIMIT} sheets"))
}

fn empty() -> Unreadable {
    let message = "no visible sheet of the workbook contains data";
    Unreadable::new("empty-file", message, "check that this is the right file, or give the name of the sheet")
}

/// Lists names of sheets, up to the length of a line.
fn list<'s>(sheets: impl Iterator<Item = &'s SheetName>) -> String {
    const NAMED: usize = 10;
    let mut names: Vec<String> = sheets.take(NAMED + 1).map(|sheet| format!("`{}`", sheet.name)).collect();
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("others".to_owned());
    }
    names.join(", ")
}
