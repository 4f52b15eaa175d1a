//! The sheet of the report `budget`.

use almoner_ledger::reports::budget::{Against, BudgetRow};
use almoner_ledger::reports::{BudgetReport, ReportError};

use super::fields::{Lines, REMAINING, VARIANCE, of_period};
use crate::sheet::{Cell, Column, ColumnNote, Field, Kind, Sheet, Style, described};

const WORDS: &[Field<BudgetRow>] = &[
    described(
        "The id of the fund.",
        Field::public("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund)),
    ),
    described(
        "The name of the fund, shown as a heading in papers.",
        Field::public("fund_name", "Fund", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund_name)),
    ),
    described(
        "The id of the theme, or `unallocated` for a budget without a theme.",
        Field::public("theme", "Id", Kind::Text, 7, |row| Cell::text(&row.theme)),
    ),
    described(
        "The name of the theme.",
        Field::public("theme_name", "Theme", Kind::Text, 0, |row| Cell::text(&row.theme_name)),
    ),
];

const FIGURES: &[Field<Against>] = &[
    described(
        "The part of the annual budgets for the period, one twelfth at the end of each month, with revisions up to the reporting date.",
        Field::public("budget", "Budget", Kind::Money, 1, |it| Cell::Money(it.budget)),
    ),
    described(
        "Grants recognised as expenditure in the period, on the accruals basis.",
        Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    ),
    described(
        "Awarded and not yet paid, at the reporting date.",
        Field::public("committed", "Outstanding commitment", Kind::Money, 3, |it| Cell::Money(it.committed)),
    ),
    described(
        "Awarded by the reporting date, and to be recognised between then and the end of the period; for whole financial years only.",
        Field::public("still_to_recognise", "Still to recognise", Kind::Money, 2, |it| {
            Cell::money(it.still_to_recognise)
        }),
    ),
    described(
        "Budget, less expenditure, less the amount still to recognise; for whole financial years only.",
        Field::public("remaining", "Remaining", Kind::Money, 1, |it| Cell::money(it.remaining)),
    ),
    described(
        "The budget of the period up to the last complete month, in equal twelfths; for part years only.",
        Field::public("profiled_budget", "Profiled budget", Kind::Money, 1, |it| {
            Cell::money(it.profiled_budget)
        }),
    ),
    described(
        "Profiled budget, less the expenditure of the same months; for part years only.",
        Field::public("variance", "Variance", Kind::Money, 1, |it| Cell::money(it.variance)),
    ),
    described(
        "The commitment without a date at the end of a completed year, which counts against no budget until it is paid.",
        Field::public("carried_forward", "Carried forward", Kind::Money, 2, |it| {
            Cell::money(it.carried_forward)
        }),
    ),
];

const LINES: Lines<'static, BudgetRow, Against> =
    Lines { words: WORDS, figures: FIGURES, of: |row| &row.against, label_key: "theme_name" };

const STILL_TO_RECOGNISE: ColumnNote = ColumnNote::on(
    &["still_to_recognise"],
    "is awarded but not yet recognised as expenditure. Until the year ends it includes commitments without a date.",
);
const CARRIED_FORWARD: ColumnNote = ColumnNote::on(
    &["carried_forward"],
    "is the commitment without a date at the end of the year. It counts against no budget until it is paid.",
);

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    LINES.columns()
}

pub fn sheet(report: &BudgetReport) -> Result<Sheet, ReportError> {
    let whole_years = report.total.remaining.is_some();
    let has_carried = report.total.carried_forward.is_some_and(|it| !it.is_zero());
    let mut column_notes = vec![if whole_years { REMAINING } else { VARIANCE }, STILL_TO_RECOGNISE];
    if has_carried {
        column_notes.push(CARRIED_FORWARD);
    }
    let mut sheet =
        LINES.grouped(&report.rows, |row| &row.fund_name, |a, b| a.fund == b.fund, Against::add)?;
    if !sheet.rows.is_empty() {
        sheet.rows.push(LINES.sum(Style::Total, "All funds", &report.total));
    }
    let mut sheet = of_period(sheet, whole_years);
    if report.total.carried_forward.is_none() {
        sheet = sheet.retaining(|column| column.key != "carried_forward");
    } else if !has_carried {
        sheet = sheet.off_paper(&["carried_forward"]);
    }
    Ok(Sheet { column_notes, ..sheet }.stamped("Budget", &report.stamp))
}
