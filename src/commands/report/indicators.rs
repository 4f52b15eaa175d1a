//! `almoner report indicators`.

use almoner_ledger::reports::indicators::{IndicatorFigure, IndicatorsRow};
use almoner_ledger::reports::{IndicatorsReport, Query, indicators};
use clap::Args;

use super::fields::stamped;
use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

#[derive(Debug, Args)]
pub struct IndicatorsArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl IndicatorsArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&indicators(page.books, &query)?, to_sheet)
    }
}

/// A theme's spending, or one of its figures: a theme with three figures has four lines.
type Line<'a> = (&'a IndicatorsRow, Option<&'a IndicatorFigure>);

fn figure<'a>(line: &Line<'a>, cell: impl Fn(&'a IndicatorFigure) -> Cell) -> Cell {
    line.1.map_or(Cell::Empty, cell)
}

fn fields<'a>() -> [Field<Line<'a>>; 12] {
    [
        Field::public("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |line| {
            Cell::Text(line.0.theme.clone())
        }),
        Field::public("name", "Theme", Kind::Text, 0, |line| Cell::Text(line.0.name.clone())),
        Field::public("expenditure", "Charged", Kind::Money, 0, |line| match line.1 {
            None => Cell::Money(line.0.expenditure),
            Some(_) => Cell::Empty,
        }),
        Field::public("indicator", "Indicator", Kind::Text, 0, |line| {
            figure(line, |it| Cell::Text(it.name.to_string()))
        }),
        Field::public("period", "Period", Kind::Text, 0, |line| {
            figure(line, |it| Cell::Text(it.period.to_string()))
        }),
        Field::public("value", "Figure", Kind::Count, 0, |line| {
            figure(line, |it| Cell::Figure(it.value.to_string()))
        }),
        Field::public("unit", "Unit", Kind::Text, 3, |line| {
            figure(line, |it| Cell::stated(it.unit.as_ref()))
        }),
        Field::public("baseline", "Baseline", Kind::Count, 2, |line| {
            figure(line, |it| Cell::figure(it.baseline))
        }),
        Field::public("baseline_period", "Baseline of", Kind::Text, 4, |line| {
            figure(line, |it| Cell::given(it.baseline_period))
        }),
        Field::public("change", "Change", Kind::Count, 1, |line| {
            figure(line, |it| Cell::figure(it.change.as_ref()))
        }),
        Field::public("change_percent", "Per cent", Kind::Count, 1, |line| {
            figure(line, |it| Cell::figure(it.change_percent.as_ref()))
        }),
        Field::public("source", "Source", Kind::Text, 5, |line| {
            figure(line, |it| Cell::Text(it.source.to_string()))
        }),
    ]
}

pub(in crate::commands) fn to_sheet(report: &IndicatorsReport) -> Sheet {
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
        "Charged is what was recognised as expenditure in the period. The figures come from outside, and stand \
         beside the spending; nothing is said of what brought about what.",
        "Change is the figure less its baseline, exactly; per cent is of the baseline, rounded half away from nothing \
         to one decimal, and left out where the baseline is not above nothing. Figures are those of periods that lie \
         wholly within the one reported.",
    ];
    Sheet {
        columns: columns(&fields).collect(),
        rows,
        notes: notes.map(str::to_owned).to_vec(),
        ..stamped("Spending by theme, and figures from outside", &report.stamp)
    }
}
