//! The sheet of the report `periods`.

use almoner_ledger::reports::PeriodsReport;
use almoner_ledger::reports::periods::{Flow, PeriodsRow};

use super::fields::{Lines, of_refunds};
use crate::sheet::{Cell, Chart, Column, Field, Kind, Shape, Sheet, described};

const WORDS: &[Field<PeriodsRow>] = &[
    described(
        "The month, quarter or financial year.",
        Field::public("period", "Period", Kind::Date, 0, period),
    ),
    described(
        "The first day of the line's period.",
        Field::public("from", "From", Kind::Date, Column::FILES_ONLY, |row| Cell::Date(row.from)),
    ),
    described(
        "The last day of the line's period.",
        Field::public("to", "To", Kind::Date, Column::FILES_ONLY, |row| Cell::Date(row.to)),
    ),
];

/// Returns the period's label, on paper with the name of the month.
fn period(row: &PeriodsRow) -> Cell {
    let month = row.from.month();
    match row.to.month() == month && row.period == month.to_string() {
        true => Cell::month(month),
        false => Cell::text(&row.period),
    }
}

pub(super) const FIGURES: &[Field<Flow>] = &[
    described(
        "Awarded and not yet paid, before the first day of the line's period.",
        Field::public("opening_committed", "Opening commitment", Kind::Money, 1, |it| {
            Cell::Money(it.opening_committed)
        }),
    ),
    described(
        "Awards, variations and withdrawals in the line's period, before refunds that reduce awards.",
        Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    ),
    described(
        "Refunds in the line's period that reduce awards.",
        Field::public("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.reduced)),
    ),
    described(
        "Payments in the line's period, less refunds.",
        Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.paid)),
    ),
    described(
        "Grants recognised as expenditure in the line's period, on the accruals basis.",
        Field::public("expenditure", "Expenditure", Kind::Money, 2, |it| Cell::Money(it.expenditure)),
    ),
    described(
        "Commitments (and, between funds, payments) moved in during the line's period, through changes of purpose or fund or between parts of a grant, less those moved out; shown only if not zero.",
        Field::public("moved", "Moved", Kind::Money, 1, |it| Cell::Money(it.moved)),
    ),
    described(
        "Prepayments less accruals moved in with those commitments during the line's period, less those moved out; shown only if not zero.",
        Field::public("control_moved", "Control moved", Kind::Money, 2, |it| Cell::Money(it.control_moved)),
    ),
    described(
        "Expenditure of earlier years moved in during the line's period, less expenditure moved out; shown only if not zero.",
        Field::public("earlier_years", "Expenditure of earlier years", Kind::Money, 2, |it| {
            Cell::Money(it.earlier_years)
        }),
    ),
    described(
        "Prior period adjustments posted in the line's period: expenditure of earlier years, taken from reserves; shown only if not zero.",
        Field::public("prior_period", "Prior period adjustments", Kind::Money, 2, |it| {
            Cell::Money(it.prior_period)
        }),
    ),
    described(
        "Paid in excess of awards in the line's period, less refunds of such amounts; shown only if not zero.",
        Field::public("due_back", "Due back", Kind::Money, 1, |it| Cell::Money(it.due_back)),
    ),
    described(
        "Awarded and not yet paid, at the end of the line's period.",
        Field::public("closing_committed", "Closing commitment", Kind::Money, 1, |it| {
            Cell::Money(it.closing_committed)
        }),
    ),
    described(
        "Paid and not yet recognised as expenditure, grant by grant, at the end of the line's period.",
        Field::public("prepayments", "Prepayments", Kind::Money, 3, |it| Cell::Money(it.prepayments)),
    ),
    described(
        "Recognised as expenditure and not yet paid, grant by grant, at the end of the line's period.",
        Field::public("accruals", "Accruals", Kind::Money, 3, |it| Cell::Money(it.accruals)),
    ),
    described(
        "Paid in excess of awards and not yet refunded, at the end of the line's period.",
        Field::public("recoveries_due", "Recoveries due", Kind::Money, 3, |it| {
            Cell::Money(it.recoveries_due)
        }),
    ),
];

const LINES: Lines<'static, PeriodsRow, Flow> =
    Lines { words: WORDS, figures: FIGURES, of: |row| &row.flow, label_key: "period" };

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    LINES.columns()
}

pub fn sheet(report: &PeriodsReport) -> Sheet {
    let mut sheet = LINES.sheet(&report.rows, &report.total);
    let has_moved = report.rows.iter().any(|row| !row.flow.moved.is_zero());
    let has_control_moved = report.rows.iter().any(|row| !row.flow.control_moved.is_zero());
    let has_earlier_years = report.rows.iter().any(|row| !row.flow.earlier_years.is_zero());
    let has_prior_period = report.rows.iter().any(|row| !row.flow.prior_period.is_zero());
    let has_due_back = report.rows.iter().any(|row| !row.flow.due_back.is_zero());
    sheet = sheet.retaining(|column| match column.key {
        "moved" => has_moved,
        "control_moved" => has_control_moved,
        "earlier_years" => has_earlier_years,
        "prior_period" => has_prior_period,
        "due_back" => has_due_back,
        _ => true,
    });
    let has_reduced = report.rows.iter().any(|row| !row.flow.reduced.is_zero());
    let note = match (has_moved, has_reduced) {
        (true, true) => {
            "The closing commitment is the opening commitment plus amounts awarded and moved, less reductions and payments. Changes of purpose move commitments between themes. Prepayments and accruals are as at the end of the period."
        }
        (true, false) => {
            "The closing commitment is the opening commitment plus amounts awarded and moved, less payments. Changes of purpose move commitments between themes; changes of fund move amounts still to be recognised between funds. Prepayments and accruals are as at the end of the period."
        }
        (false, true) => {
            "The closing commitment is the opening commitment plus amounts awarded, less reductions and payments. \
             Prepayments and accruals are as at the end of the period."
        }
        (false, false) => {
            "The closing commitment is the opening commitment plus amounts awarded, less amounts paid. Prepayments \
             and accruals are as at the end of the period."
        }
    };
    let due_back = "\"Due back\" is the amount paid in excess of an award, less any refunds of it. It adds to the closing commitment.";
    let notes = std::iter::once(note).chain(has_due_back.then_some(due_back)).map(str::to_owned).collect();
    of_refunds(Sheet { notes, ..sheet }).stamped("Spending by period", &report.stamp)
}

/// Returns the chart of awarded, paid and expenditure.
pub fn chart(sheet: &Sheet) -> Chart {
    let series = vec!["awarded", "paid", "expenditure"];
    Chart { title: format!("{}, in pounds", sheet.title), shape: Shape::Columns, label: "period", series }
}
