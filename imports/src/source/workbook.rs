//! Which sheet of a workbook is meant.

use super::Unreadable;
use super::archive::too_large;
use super::grid::Grid;
use super::limits::SHEETS_LIMIT;

/// A file of sheets.
pub(super) trait Workbook {
    /// What it is: `an XLSX workbook`.
    fn kind(&self) -> &'static str;
    /// Its sheets, in their order.
    fn sheets(&self) -> Vec<SheetName>;
    /// True when something stands in the sheet of this index.
    fn holds_data(&mut self, index: usize) -> Result<bool, Unreadable>;
    /// The sheet of this index, which is asked for once.
    fn sheet(&mut self, index: usize) -> Result<Grid, Unreadable>;
}

/// A sheet by its name.
#[derive(Clone, Debug)]
pub(super) struct SheetName {
    pub(super) name: String,
    pub(super) hidden: bool,
}

/// Reads the sheet of this name, or else the only one that can be seen and has something in it.
pub(super) fn chosen(
    workbook: &mut dyn Workbook,
    said: Option<&str>,
) -> Result<(SheetName, Grid), Unreadable> {
    let sheets = workbook.sheets();
    let index = match said {
        Some(said) => named(&sheets, said)?,
        None => only(workbook, &sheets)?,
    };
    let Some(sheet) = sheets.into_iter().nth(index) else { return Err(empty()) };
    Ok((sheet, workbook.sheet(index)?))
}

fn named(sheets: &[SheetName], said: &str) -> Result<usize, Unreadable> {
    let plain = |name: &str| name.trim().to_lowercase();
    sheets.iter().position(|sheet| plain(&sheet.name) == plain(said)).ok_or_else(|| {
        let message = format!("the workbook has no sheet `{said}`");
        Unreadable::new("unknown-sheet", message, format!("name one of its sheets: {}", list(sheets.iter())))
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
            Err(Unreadable::new("which-sheet", message, "name the sheet with --sheet NAME"))
        }
    }
}

/// More sheets than are taken.
pub(super) fn too_many_sheets() -> Unreadable {
    too_large(format!("the workbook has more than {SHEETS_LIMIT} sheets"))
}

fn empty() -> Unreadable {
    let message = "no visible sheet of the workbook contains data";
    Unreadable::new("empty-file", message, "check that this is the right file, or name the sheet")
}

/// The names of sheets, so many that a line can hold them.
fn list<'s>(sheets: impl Iterator<Item = &'s SheetName>) -> String {
    const NAMED: usize = 10;
    let mut names: Vec<String> = sheets.take(NAMED + 1).map(|sheet| format!("`{}`", sheet.name)).collect();
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("others".to_owned());
    }
    names.join(", ")
}
