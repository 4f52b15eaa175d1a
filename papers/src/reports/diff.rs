//! The sheet of the changes between two times of knowledge.

use almoner_ledger::reports::diff::Moved;
use almoner_ledger::reports::{DiffReport, Measure};

use super::explain::PARTS;
use super::fields::stamped;
use crate::dates;
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style, cells, columns, on_paper, sum_row};

/// The columns of the changed figure: headings on paper, columns in files.
const MOVED: [Column; 5] = [
    Column::new("line", "Line id", Kind::Text, Column::FILES_ONLY),
    Column::new("name", "Line", Kind::Text, Column::FILES_ONLY),
    Column::new("column", "Column", Kind::Text, Column::FILES_ONLY),
    Column::new("old", "Before", Kind::Money, Column::FILES_ONLY),
    Column::new("new", "After", Kind::Money, Column::FILES_ONLY),
];

/// Returns the sheet of the report.
pub fn sheet(report: &DiffReport) -> Sheet {
    let mut rows = Vec::new();
    for moved in &report.figures {
        let (old, new) = (on_paper(moved.old), on_paper(moved.new));
        rows.push(Row::heading(format!("{}, {}: {old} → {new}", moved.name, words_of(moved.column))));
        rows.extend(moved.parts.iter().map(|part| {
            let before = before(moved).into_iter().chain(cells(PARTS, part));
            Row { cells: before.collect(), style: Style::Normal }
        }));
        rows.push(sum(Style::Subtotal, "Change", Cell::Money(moved.change)));
    }
    for total in &report.total {
        let (old, new) = (on_paper(total.old), on_paper(total.new));
        rows.push(Row::heading(format!("All lines, {}: {old} → {new}", words_of(total.column))));
        rows.push(sum(Style::Total, "Change", Cell::Money(total.change)));
    }
    let mut notes = Vec::new();
    if report.figures.is_empty() {
        notes.push("No figure changed.".to_owned());
    }
    let mut sheet = Sheet {
        columns: MOVED.into_iter().chain(columns(PARTS)).collect(),
        rows,
        notes,
        ..stamped(format!("Changes by {}", report.by.word()), &report.stamp)
    };
    let head: String = report.earlier_head.chars().take(12).collect();
    let (record, at) = (report.earlier.record, dates::moment(&report.earlier.at));
    sheet.facts.push(("Before", format!("as known at record {record}, {at} (head {head}…)")));
    sheet
}

fn words_of(column: Measure) -> String {
    column.word().replace('_', " ")
}

fn before(moved: &Moved) -> Vec<Cell> {
    vec![
        Cell::Text(moved.key.id.clone()),
        Cell::Text(moved.name.clone()),
        Cell::Text(moved.column.to_string()),
        Cell::Money(moved.old),
        Cell::Money(moved.new),
    ]
}

fn sum(style: Style, label: &str, amount: Cell) -> Row {
    let words = MOVED.into_iter().chain(columns(PARTS).take(PARTS.len() - 1));
    sum_row(style, label, "event", words, std::iter::once(amount))
}
