//! The sheet of the report `budget`.

use almoner_ledger::reports::budget::{Against, BudgetRow};
use almoner_ledger::reports::{BudgetReport, ReportError};

use super::fields::Lines;
use crate::sheet::{Cell, Column, Field, Kind, Sheet, Style};

const WORDS: &[Field<BudgetRow>] = &[
    Field::public("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund)),
    Field::public("fund_name", "Fund", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund_name)),
    Field::public("theme", "Id", Kind::Text, 7, |row| Cell::text(&row.theme)),
    Field::public("theme_name", "Theme", Kind::Text, 0, |row| Cell::text(&row.theme_name)),
];

const FIGURES: &[Field<Against>] = &[
    Field::public("budget", "Budget", Kind::Money, 1, |it| Cell::Money(it.budget)),
    Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::public("committed", "Outstanding commitment", Kind::Money, 3, |it| Cell::Money(it.committed)),
    Field::public("unscheduled", "Unscheduled", Kind::Money, 2, |it| Cell::Money(it.unscheduled)),
    Field::public("remaining", "Remaining", Kind::Money, 1, |it| Cell::Money(it.remaining)),
];

const LINES: Lines<'static, BudgetRow, Against> =
    Lines { words: WORDS, figures: FIGURES, of: |row| &row.against, label_key: "theme_name" };

pub fn sheet(report: &BudgetReport) -> Result<Sheet, ReportError> {
    let note = "Remaining is budget less expenditure and unscheduled. Unscheduled is the commitment of awards without \
                a stated period, which may fall in the period. Outstanding commitment is all that is awarded and not \
                yet paid.";
    let mut sheet =
        LINES.grouped(&report.rows, |row| &row.fund_name, |a, b| a.fund == b.fund, Against::add)?;
    if !sheet.rows.is_empty() {
        sheet.rows.push(LINES.sum(Style::Total, "All funds", &report.total));
    }
    Ok(Sheet { notes: vec![note.to_owned()], ..sheet }.stamped("Budget", &report.stamp))
}
