//! The sheet of the report `indicators`.

use almoner_ledger::indicators::IndicatorPeriod;
use almoner_ledger::reports::IndicatorsReport;
use almoner_ledger::reports::indicators::{IndicatorFigure, IndicatorsRow};

use super::fields::stamped;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

/// A theme's expenditure, or one of its indicators: a theme with three indicators has four lines.
type Line<'a> = (&'a IndicatorsRow, Option<&'a IndicatorFigure>);

fn figure<'a>(line: &Line<'a>, cell: impl Fn(&'a IndicatorFigure) -> Cell) -> Cell {
    line.1.map_or(Cell::Empty, cell)
}

fn period(period: IndicatorPeriod) -> Cell {
    match period {
        IndicatorPeriod::Month(month) => Cell::month(month),
        IndicatorPeriod::Quarter(_) | IndicatorPeriod::Year(_) => Cell::Text(period.to_string()),
    }
}

fn fields<'a>() -> [Field<Line<'a>>; 12] {
    [
        Field::public("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |line| {
            Cell::Text(line.0.theme.clone())
        }),
        Field::public("name", "Theme", Kind::Text, 0, |line| Cell::Text(line.0.name.clone())),
        Field::public("expenditure", "Expenditure", Kind::Money, 0, |line| match line.1 {
            None => Cell::Money(line.0.expenditure),
            Some(_) => Cell::Empty,
        }),
        Field::public("indicator", "Indicator", Kind::Text, 0, |line| {
            figure(line, |it| Cell::Text(it.name.to_string()))
        }),
        Field::public("period", "Period", Kind::Text, 0, |line| figure(line, |it| period(it.period))),
        Field::public("value", "Value", Kind::Count, 0, |line| {
            figure(line, |it| Cell::Figure(it.value.to_string()))
        }),
        Field::public("unit", "Unit", Kind::Text, 3, |line| {
            figure(line, |it| Cell::stated(it.unit.as_ref()))
        }),
        Field::public("baseline", "Baseline", Kind::Count, 2, |line| {
            figure(line, |it| Cell::figure(it.baseline))
        }),
        Field::public("baseline_period", "Baseline period", Kind::Text, 4, |line| {
            figure(line, |it| it.baseline_period.map_or(Cell::Empty, period))
        }),
        Field::public("change", "Change", Kind::Count, 1, |line| {
            figure(line, |it| Cell::figure(it.change.as_ref()))
        }),
        Field::public("change_percent", "Change %", Kind::Count, 1, |line| {
            figure(line, |it| Cell::figure(it.change_percent.as_ref()))
        }),
        Field::public("source", "Source", Kind::Text, 5, |line| {
            figure(line, |it| Cell::Text(it.source.to_string()))
        }),
    ]
}

/// Returns the sheet of the report.
pub fn sheet(report: &IndicatorsReport) -> Sheet {
    let fields = fields();
    let mut rows = Vec::new();
    for theme in &report.rows {
        let lines = std::iter::once((theme, None)).chain(theme.indicators.iter().map(|it| (theme, Some(it))));
        rows.extend(lines.map(|line| Row { cells: cells(&fields, &line).collect(), style: Style::Normal }));
    }
    if !rows.is_empty() {
        let (words, figures) = (columns(&fields).take(2), columns(&fields).skip(2));
        let of_column = |column: Column| match column.key {
            "expenditure" => Cell::Money(report.total_expenditure),
            _ => Cell::Empty,
        };
        rows.push(sum_row(Style::Total, "Total", "name", words, figures.map(of_column)));
    }
    let notes = [
        "Indicators are external data, shown beside the expenditure of the period. A change in an indicator is not \
         evidence of what caused it.",
        "Change is the value less its baseline, exactly. The percentage is of the baseline, rounded half away from \
         zero to one decimal, and omitted where the baseline is not greater than zero. Only values of periods \
         wholly within the period reported are shown.",
    ];
    Sheet {
        columns: columns(&fields).collect(),
        rows,
        notes: notes.map(str::to_owned).to_vec(),
        open_keys: &["indicators", "total_expenditure"],
        ..stamped("Expenditure and performance indicators by theme", &report.stamp)
    }
}
