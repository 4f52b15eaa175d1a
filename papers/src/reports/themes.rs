//! The sheet of the report `themes`.

use almoner_ledger::reports::themes::ThemesRow;
use almoner_ledger::reports::{By, Measures, ThemesReport};

use super::fields::{
    ADJUSTED, ADJUSTMENTS, Lines, MEASURES, MOVED, MOVES, OF_BUDGET, REMAINING, VARIANCE, of_period,
    of_refunds,
};
use crate::sheet::{Cell, Chart, Column, ColumnNote, Field, Kind, Shape, Sheet, columns, described};

const OF_THE_PERIOD: ColumnNote = ColumnNote {
    columns: &["awarded", "reduced", "paid", "expenditure", "written_off"],
    one: "is the amount for the period, up to the reporting date.",
    several: "are for the period, up to the reporting date.",
};
const AT_THE_DATE: ColumnNote = ColumnNote {
    columns: &["committed", "prepayments", "accruals", "recoveries_due"],
    one: "is as at the reporting date.",
    several: "are as at the reporting date.",
};

const NETTED: ColumnNote = ColumnNote {
    columns: &["prepayments", "accruals"],
    one: "is net by grant and fund: the amounts of a grant under several themes are set off against each other.",
    several: "are net by grant and fund: a grant's prepayments under one theme are set off against its \
              accruals under another.",
};

/// Returns the columns of text of lines by an attribute.
fn words_of(by: By) -> Vec<Field<ThemesRow>> {
    let word = match by {
        By::Theme => "Theme",
        By::Fund => "Fund",
        By::Objective => "Objective",
        By::Recipient => "Recipient",
        By::Power => "Power",
    };
    let mut words: Vec<Field<ThemesRow>> = vec![
        described(
            "The id of the theme, fund, objective, recipient or power.",
            Field::public(by.word(), "Id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.key.id)),
        ),
        described(
            "The name of the theme, fund, objective, recipient or power.",
            Field::public("name", word, Kind::Text, 0, |row| Cell::text(&row.name)),
        ),
    ];
    if by == By::Theme {
        words.push(described(
            "The objective of the Police and Crime Plan that the theme serves; in reports by theme only.",
            Field::public("objective", "Objective", Kind::Text, 8, |row| {
                Cell::stated(row.theme.as_ref().and_then(|theme| theme.objective.as_ref()))
            }),
        ));
    }
    words
}

/// Returns every column that the report by theme can have.
pub(crate) fn all_columns() -> Vec<Column> {
    let figures = columns(MEASURES).chain(columns(MOVES)).chain(columns(ADJUSTMENTS));
    columns(&words_of(By::Theme)).chain(figures).collect()
}

pub fn sheet(report: &ThemesReport) -> Sheet {
    let title = match report.by {
        By::Theme => "Spending by theme",
        By::Fund => "Spending by fund",
        By::Objective => "Spending by objective",
        By::Recipient => "Spending by recipient",
        By::Power => "Spending by power",
    };
    let words = words_of(report.by);
    let has_moves = report.total.moved.is_some();
    let moves = if has_moves { MOVES } else { &[] };
    let has_adjustments = report.total.prior_period.is_some();
    let adjustments = if has_adjustments { ADJUSTMENTS } else { &[] };
    let figures: Vec<Field<Measures>> = MEASURES.iter().chain(moves).chain(adjustments).copied().collect();
    let lines = Lines { words: &words, figures: &figures, of: |row| &row.measures, label_key: "name" };
    let whole_years = report.total.remaining.is_some();
    let mut sheet = of_period(lines.sheet(&report.rows, &report.total), whole_years);
    sheet.column_notes = vec![OF_THE_PERIOD, AT_THE_DATE];
    if report.total.still_to_recognise.is_none_or(|it| it.is_zero()) {
        sheet = sheet.off_paper(&["still_to_recognise"]);
    }
    if report.rows.iter().all(|row| row.measures.budget.is_zero()) {
        // Without a budget, the remaining column would read as an overspend.
        sheet = sheet.off_paper(OF_BUDGET);
        sheet.notes.push("No budget is set for the period.".to_owned());
    } else {
        sheet.column_notes.push(if whole_years { REMAINING } else { VARIANCE });
    }
    if report.nets_themes {
        sheet.column_notes.push(NETTED);
    }
    if has_moves {
        sheet = sheet.off_paper_where_blank(&["moved", "control_moved", "earlier_years"]);
        sheet.column_notes.extend(MOVED);
    }
    if has_adjustments {
        sheet.column_notes.push(ADJUSTED);
    }
    if matches!(report.by, By::Recipient | By::Power) && !report.total.budget.is_zero() {
        sheet
            .notes
            .push("Budgets are set by fund and theme, so the total budget is on a separate line.".to_owned());
    }
    of_refunds(sheet).stamped(title, &report.stamp)
}

/// Returns the chart of awarded, paid and expenditure.
pub fn chart(sheet: &Sheet) -> Chart {
    let series = vec!["awarded", "paid", "expenditure"];
    Chart { title: format!("{}, in pounds", sheet.title), shape: Shape::Bars, label: "name", series }
}
