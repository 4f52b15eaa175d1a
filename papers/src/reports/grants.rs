//! The sheet of the report `grants`.

use almoner_ledger::reports::GrantsReport;
use almoner_ledger::reports::grants::GrantsRow;
use almoner_ledger::reports::measures::Standing;

use super::fields::{Lines, STANDING, of_refunds};
use crate::sheet::{Cell, Column, Field, Kind, Sheet, described};

const WORDS: &[Field<GrantsRow>] = &[
    described(
        "The number of the grant, which is that of its award.",
        Field::public("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    ),
    described(
        "The decision on which the award is based.",
        Field::public("decision", "Decision", Kind::Text, 8, |row| Cell::stated(row.decision.as_ref())),
    ),
    described(
        "The date of the decision.",
        Field::public("decided", "Decided", Kind::Date, 3, |row| Cell::Date(row.decided)),
    ),
    described(
        "The id of the recipient.",
        Field::public("recipient", "Recipient id", Kind::Text, 9, |row| Cell::text(&row.recipient)),
    ),
    described(
        "The name of the recipient at the reporting date.",
        Field::public("recipient_name", "Recipient", Kind::Text, 1, |row| Cell::text(&row.recipient_name)),
    ),
    described(
        "The purpose at the reporting date.",
        Field::public("purpose", "Purpose", Kind::Text, 7, |row| Cell::text(&row.purpose)),
    ),
    described(
        "The theme at the reporting date, or the split over themes.",
        Field::public("theme", "Theme", Kind::Text, 3, |row| Cell::text(&row.theme)),
    ),
    described(
        "The funds at the reporting date.",
        Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::text(&row.fund)),
    ),
    described(
        "The power under which the award is made.",
        Field::public("power", "Power", Kind::Text, 7, |row| Cell::text(row.power)),
    ),
    described(
        "The first day or month of the period of the grant.",
        Field::public("from", "From", Kind::Date, 7, |row| Cell::stated_date(row.from)),
    ),
    described(
        "The last day or month of the period of the grant.",
        Field::public("to", "To", Kind::Date, 6, |row| Cell::stated_date(row.to)),
    ),
    described(
        "`yes` if the grant was withdrawn by the reporting date.",
        Field::public("withdrawn", "Withdrawn", Kind::Text, 6, |row| Cell::flag(row.withdrawn)),
    ),
];

/// What the columns are of.
pub(crate) const POSITION: &str = "\"In period\" is the amount for the period up to the reporting date; the other amounts are as at that date.";

/// A list of grants.
pub const LINES: Lines<'static, GrantsRow, Standing> =
    Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "grant" };

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    LINES.columns()
}

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
