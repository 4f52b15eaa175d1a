//! The sheet of the report `indicators`.

use almoner_ledger::indicators::IndicatorPeriod;
use almoner_ledger::reports::IndicatorsReport;
use almoner_ledger::reports::indicators::{IndicatorFigure, IndicatorsRow};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, described};

/// The columns of a theme. A theme with three indicators has four lines: its expenditure, and each indicator.
const THEME: &[Field<IndicatorsRow>] = &[
    described(
        "The id of the theme.",
        Field::public("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.theme)),
    ),
    described(
        "The name of the theme.",
        Field::public("name", "Theme", Kind::Text, 0, |row| Cell::text(&row.name)),
    ),
];

const EXPENDITURE: Column = Column::public("expenditure", "Expenditure", Kind::Money, 0).described(
    "Grants recognised as expenditure in the period, on the accruals basis, in the first line of each theme.",
);

const INDICATOR: &[Field<IndicatorFigure>] = &[
    described(
        "The name of the indicator.",
        Field::public("indicator", "Indicator", Kind::Text, 0, |it| Cell::text(&it.name)),
    ),
    described(
        "The month, quarter or year of the value.",
        Field::public("period", "Period", Kind::Text, 0, |it| period(it.period)),
    ),
    described(
        "The value of the indicator for its period.",
        Field::public("value", "Value", Kind::Count, 0, |it| Cell::Figure(it.value.to_string())),
    ),
    described(
        "The unit of the value.",
        Field::public("unit", "Unit", Kind::Text, 3, |it| Cell::stated(it.unit.as_ref())),
    ),
    described(
        "The value that it is compared with.",
        Field::public("baseline", "Baseline", Kind::Count, 2, |it| Cell::figure(it.baseline)),
    ),
    described(
        "The month, quarter or year of the baseline.",
        Field::public("baseline_period", "Baseline period", Kind::Text, 4, |it| {
            it.baseline_period.map_or(Cell::Empty, period)
        }),
    ),
    described(
        "The value, less its baseline.",
        Field::public("change", "Change", Kind::Count, 1, |it| Cell::figure(it.change.as_ref())),
    ),
    described(
        "The change relative to the baseline, rounded to one decimal place; blank if the baseline is not greater than zero.",
        Field::public("change_percent", "Change %", Kind::Count, 1, |it| {
            Cell::figure(it.change_percent.as_ref())
        }),
    ),
    described(
        "The publisher of the value.",
        Field::public("source", "Source", Kind::Text, 5, |it| Cell::text(&it.source)),
    ),
];

fn period(period: IndicatorPeriod) -> Cell {
    match period {
        IndicatorPeriod::Month(month) => Cell::month(month),
        IndicatorPeriod::Quarter(_) | IndicatorPeriod::Year(_) => Cell::Text(period.to_string()),
    }
}

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(THEME).chain([EXPENDITURE]).chain(columns(INDICATOR)).collect()
}

pub fn sheet(report: &IndicatorsReport) -> Sheet {
    let columns = all_columns();
    let mut rows = Vec::new();
    for theme in &report.rows {
        let line = |expenditure: Cell, of_indicator: Vec<Cell>| Row {
            cells: cells(THEME, theme).chain([expenditure]).chain(of_indicator).collect(),
            style: Style::Normal,
        };
        rows.push(line(Cell::Money(theme.expenditure), vec![Cell::Empty; INDICATOR.len()]));
        rows.extend(theme.indicators.iter().map(|it| line(Cell::Empty, cells(INDICATOR, it).collect())));
    }
    if !rows.is_empty() {
        let figures = [(EXPENDITURE.key, Cell::Money(report.total_expenditure))];
        rows.push(Row::sum(Style::Total, &columns, ("name", "Total"), &figures));
    }
    let notes = [
        "Indicators are external data, shown beside the expenditure of the period. A change in an indicator is not \
         evidence that the grants caused it.",
        "The change is the value less its baseline, without rounding. The percentage is the change relative to the \
         baseline, rounded to one decimal place (halves away from zero), and is omitted if the baseline \
         is not greater than zero. Only values for periods falling wholly within the reporting period are shown.",
    ];
    Sheet {
        columns,
        rows,
        notes: notes.map(str::to_owned).to_vec(),
        open_keys: &["indicators", "total_expenditure"],
        ..Sheet::default()
    }
    .stamped("Expenditure and performance indicators by theme", &report.stamp)
}
