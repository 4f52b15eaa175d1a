//! The sheet of the report `decisions`.

use almoner_ledger::reports::DecisionsReport;
use almoner_ledger::reports::decisions::{DecisionsRow, MissingNumbers};

use super::fields::joined;
use crate::sheet::{Cell, Column, Field, Kind, Sheet, columns, described};

const FIELDS: &[Field<DecisionsRow>] = &[
    described(
        "The number of the decision.",
        Field::public("decision", "Decision", Kind::Text, 0, |row| Cell::text(&row.decision)),
    ),
    described(
        "The date of the decision.",
        Field::public("date", "Date", Kind::Date, 1, |row| match row.date {
            Some(day) => Cell::Date(day),
            None => blank(row),
        }),
    ),
    described(
        "The title of the decision.",
        Field::public("title", "Title", Kind::Text, 0, |row| Cell::stated(row.title.as_ref())),
    ),
    described(
        "The summary of the decision.",
        Field::public("summary", "Summary", Kind::Text, 5, |row| Cell::given(row.summary.as_ref())),
    ),
    described(
        "The kind of decision, such as an award or a change of purpose.",
        Field::public("kind", "Kind", Kind::Text, 3, |row| match row.kind {
            Some(kind) => Cell::Text(kind.word().to_owned()),
            None => blank(row),
        }),
    ),
    described(
        "`yes` if only the number and title may be published.",
        Field::public("confidential", "Confidential", Kind::Text, 2, |row| Cell::flag(row.confidential)),
    ),
    described(
        "The grants based on the decision.",
        Field::public("grants", "Grants", Kind::Text, 4, |row| Cell::Text(joined(&row.grants))),
    ),
];

/// Returns the cell of a missing detail: withheld where confidential, else not stated.
fn blank(row: &DecisionsRow) -> Cell {
    if row.confidential { Cell::Empty } else { Cell::NotStated }
}

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(FIELDS).collect()
}

pub fn sheet(report: &DecisionsReport) -> Sheet {
    let missing = |gap: &MissingNumbers| match gap.count {
        1 => gap.first.clone(),
        _ => format!("{} to {}", gap.first, gap.last),
    };
    let missing: Vec<String> = report.gaps.iter().map(missing).collect();
    let note = (!missing.is_empty())
        .then(|| format!("Decision numbers missing from the register: {}.", missing.join(", ")));
    Sheet {
        notes: note.into_iter().collect(),
        open_keys: &["gaps", "first", "last", "count"],
        ..Sheet::of(FIELDS, &report.rows)
    }
    .stamped("Register of decisions", &report.stamp)
}
