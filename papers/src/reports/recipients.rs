//! The sheet of the report `recipients`.

use almoner_ledger::reports::RecipientsReport;
use almoner_ledger::reports::recipients::RecipientsRow;

use super::fields::{Lines, STANDING, joined, of_refunds};
use super::grants::POSITION;
use crate::sheet::{Cell, Column, Field, Kind, Sheet, columns, described};

const WORDS: &[Field<RecipientsRow>] = &[
    described(
        "The id of the recipient.",
        Field::public("recipient", "Id", Kind::Text, 5, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient at the reporting date.",
        Field::public("name", "Recipient", Kind::Text, 0, |row| Cell::text(&row.name)),
    ),
    described(
        "The numbers of the recipient in public registers, such as company and charity numbers.",
        Field::public("identifiers", "Identifiers", Kind::Text, 6, |row| {
            Cell::Text(joined(&row.identifiers))
        }),
    ),
    described(
        "The number of grants awarded to the recipient.",
        Field::public("grants", "Grants", Kind::Count, 1, |row| Cell::Count(row.grants)),
    ),
];

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(WORDS).chain(columns(STANDING)).collect()
}

pub fn sheet(report: &RecipientsReport) -> Sheet {
    let lines = Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "name" };
    let sheet = lines.sheet(&report.rows, &report.total);
    of_refunds(Sheet { notes: vec![POSITION.to_owned()], ..sheet }).stamped("Recipients", &report.stamp)
}
