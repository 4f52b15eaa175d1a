//! Rejected rows, written back as in their file with the reasons, to be corrected and imported again.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::diagnostic::Say;
use crate::header::{REASON_COLUMN, column_key};
use crate::plan::Plan;
use crate::profile::Profile;
use crate::read::ReadFile;
use crate::source::Delimiter;

/// Rejected rows with the header of their file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejects {
    /// `None` if the file has no header.
    pub header: Option<Vec<String>>,
    /// Each row has the reason in its last cell.
    pub rows: Vec<Vec<String>>,
    delimiter: Delimiter,
}

/// The reason for an accepted row that is written back.
const DUPLICATE: &str = "already accepted: keep this row, so that its duplicate is read as a second payment";

/// The reason for a row whose problems are not listed.
const UNLISTED: &str = "not imported; the reason is not listed, because too many earlier rows have problems";

/// Returns the rows of a file that its plan rejects, each with its problems and what to do next.
pub fn rejects(file: &ReadFile, plan: &Plan, profile: Option<&Profile>, say: Say<'_>) -> Rejects {
    let header: Option<Vec<String>> =
        file.header.as_ref().map(|cells| cells.iter().map(str::to_owned).collect());
    let missing = file.missing_award_column(profile);
    let reason_at = header.iter().flatten().position(|name| column_key(name) == column_key(REASON_COLUMN));
    let bad: BTreeSet<usize> = plan.bad.iter().copied().collect();
    let taken = bad.union(&plan.duplicates).filter_map(|place| Some((*place, file.rows.get(*place)?)));
    let cells: Vec<(usize, u64, Vec<String>)> =
        taken.map(|(place, row)| (place, row.number, without(&file.cells(row), reason_at))).collect();
    let header = header.map(|header| without(&header.iter().collect(), reason_at));
    // The reason comes after all cells of the source, even in rows that are too short or too long.
    let width = cells.iter().map(|(.., cells)| cells.len()).chain(header.iter().map(Vec::len)).max();
    let width = width.unwrap_or_default();
    let mut rows = Vec::with_capacity(cells.len());
    for (place, number, mut cells) in cells {
        cells.resize(width + usize::from(missing.is_some()), String::new());
        cells.push(match bad.contains(&place) {
            true => reasons(plan, number, say),
            false => DUPLICATE.to_owned(),
        });
        rows.push(cells);
    }
    let header = header.map(|mut header| {
        header.resize(width, String::new());
        header.extend(missing);
        header.push(REASON_COLUMN.to_owned());
        header
    });
    Rejects { header, rows, delimiter: file.delimiter() }
}

fn reasons(plan: &Plan, row: u64, say: Say<'_>) -> String {
    let reasons: Vec<String> = plan
        .diagnostics_of(row)
        .map(|it| {
            let column = it.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            format!("{column}{} ({})", it.message, it.hint(say))
        })
        .collect();
    if reasons.is_empty() { UNLISTED.to_owned() } else { reasons.join("; ") }
}

/// Removes a column. Zero bytes from a workbook become another forbidden character, since a text file
/// with zero bytes cannot be read.
fn without(cells: &StringRecord, position: Option<usize>) -> Vec<String> {
    let others = cells.iter().enumerate().filter(|(at, _)| Some(*at) != position);
    others.map(|(_, cell)| cell.replace('\0', "\u{1}")).collect()
}

impl Rejects {
    /// Returns the rows as delimited UTF-8 text with the separator of the source. Formulas get a leading
    /// apostrophe, which an import removes.
    pub fn text(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter.byte())
            .flexible(true)
            .from_writer(vec![0xEF, 0xBB, 0xBF]);
        for row in self.header.iter().chain(&self.rows) {
            writer.write_record(row.iter().map(|cell| no_formula(cell)))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

fn no_formula(cell: &str) -> String {
    let is_number = cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-., ".contains(&byte));
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}
