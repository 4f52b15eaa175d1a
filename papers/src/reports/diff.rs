//! The sheet of the changes between two times of knowledge.

use almoner_ledger::reports::diff::Moved;
use almoner_ledger::reports::{DiffReport, Measure};

use super::explain::{PARTS, sum};
use super::headings::heading_of;
use crate::provenance::head_in_words;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, in_a_sentence};

/// The columns of the changed figure: headings on paper, columns in files.
const MOVED: &[Field<Moved>] = &[
    Field::new("line", "Line id", Kind::Text, Column::FILES_ONLY, |it| Cell::text(&it.key.id)),
    Field::new("name", "Line", Kind::Text, Column::FILES_ONLY, |it| Cell::text(&it.name)),
    Field::new("column", "Column", Kind::Text, Column::FILES_ONLY, |it| Cell::text(it.column)),
    Field::new("old", "Before", Kind::Money, Column::FILES_ONLY, |it| Cell::Money(it.old)),
    Field::new("new", "After", Kind::Money, Column::FILES_ONLY, |it| Cell::Money(it.new)),
];

pub(crate) fn all_columns() -> Vec<Column> {
    columns(MOVED).chain(columns(PARTS)).collect()
}

pub fn sheet(report: &DiffReport) -> Sheet {
    let columns = all_columns();
    let heading = |name: &str, column: Measure, old, new| {
        let column = heading_of(column).to_lowercase();
        Row::heading(format!("{name}, {column}: {} → {}", in_a_sentence(old), in_a_sentence(new)))
    };
    let mut rows = Vec::new();
    for moved in &report.figures {
        rows.push(heading(&moved.name, moved.column, moved.old, moved.new));
        rows.extend(moved.parts.iter().map(|part| Row {
            cells: cells(MOVED, moved).chain(cells(PARTS, part)).collect(),
            style: Style::Normal,
        }));
        rows.push(sum(Style::Subtotal, &columns, "Change", moved.change));
    }
    for total in &report.total {
        rows.push(heading("All lines", total.column, total.old, total.new));
        rows.push(sum(Style::Total, &columns, "Change", total.change));
    }
    let earlier = head_in_words(&report.earlier, report.earlier_head.as_deref().unwrap_or_default());
    let none = report.figures.is_empty().then(|| "No figures have changed.".to_owned());
    Sheet {
        facts: vec![("Before", format!("as known at {earlier}"))],
        columns,
        rows,
        notes: none.into_iter().collect(),
        ..Sheet::default()
    }
    .stamped(format!("Changes by {}", report.by.word()), &report.stamp)
}
