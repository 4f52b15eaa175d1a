//! The sheet of the report `grants`.

use almoner_ledger::reports::GrantsReport;
use almoner_ledger::reports::grants::GrantsRow;
use almoner_ledger::reports::measures::Standing;

use super::fields::{Lines, STANDING, of_refunds};
use crate::sheet::{Cell, Field, Kind, Sheet};

const WORDS: &[Field<GrantsRow>] = &[
    Field::public("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    Field::public("decision", "Decision", Kind::Text, 8, |row| Cell::stated(row.decision.as_ref())),
    Field::public("decided", "Decided", Kind::Date, 3, |row| Cell::Date(row.decided)),
    Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    Field::public("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::text(&row.recipient_name)),
    Field::public("purpose", "Purpose", Kind::Text, 7, |row| Cell::text(&row.purpose)),
    Field::public("theme", "Theme", Kind::Text, 3, |row| Cell::text(&row.theme)),
    Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::text(&row.fund)),
    Field::public("power", "Power", Kind::Text, 7, |row| Cell::text(row.power)),
    Field::public("from", "From", Kind::Date, 7, |row| Cell::stated_date(row.from)),
    Field::public("to", "To", Kind::Date, 6, |row| Cell::stated_date(row.to)),
    Field::public("withdrawn", "Withdrawn", Kind::Text, 6, |row| Cell::flag(row.withdrawn)),
];

/// What the columns are of.
pub const POSITION: &str = "\"In period\" is the amount for the period up to the reporting date; the other amounts are as at that date.";

/// A list of grants.
pub const LINES: Lines<'static, GrantsRow, Standing> =
    Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "grant" };

pub fn sheet(report: &GrantsReport) -> Sheet {
    let mut sheet = LINES.sheet(&report.rows, &report.total);
    sheet.notes.push(POSITION.to_owned());
    if report.stamp.narrowed_to.theme.is_some() {
        sheet.notes.push(
            "For grants split over themes, the figures are those of the part under this theme.".to_owned(),
        );
    }
    of_refunds(sheet).stamped("Grants", &report.stamp)
}
