//! The sheet of the report `recipients`.

use almoner_ledger::reports::RecipientsReport;
use almoner_ledger::reports::recipients::RecipientsRow;

use super::fields::{Lines, STANDING, joined, of_refunds};
use super::grants::POSITION;
use crate::sheet::{Cell, Field, Kind, Sheet};

const WORDS: &[Field<RecipientsRow>] = &[
    Field::public("recipient", "Id", Kind::Text, 5, |row| Cell::text(&row.recipient)),
    Field::public("name", "Recipient", Kind::Text, 0, |row| Cell::text(&row.name)),
    Field::public("identifiers", "Identifiers", Kind::Text, 6, |row| Cell::Text(joined(&row.identifiers))),
    Field::public("grants", "Grants", Kind::Count, 1, |row| Cell::Count(row.grants)),
];

pub fn sheet(report: &RecipientsReport) -> Sheet {
    let lines = Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "name" };
    let sheet = lines.sheet(&report.rows, &report.total);
    of_refunds(Sheet { notes: vec![POSITION.to_owned()], ..sheet }).stamped("Recipients", &report.stamp)
}
