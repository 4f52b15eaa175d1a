//! `almoner report themes`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::themes::{ThemesRow, needs_only_totals};
use almoner_ledger::reports::{By, Query, ThemesReport, themes};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::fields::{Lines, MEASURES, stamped};
use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use almoner_papers::sheet::{Cell, Chart, Column, Field, Kind, Shape, Sheet};

#[derive(Debug, Args)]
pub struct ThemesArgs {
    /// Grouping of the lines
    #[arg(long, value_name = "GROUPING", default_value = By::Theme.word())]
    #[arg(value_parser = PossibleValuesParser::new(By::ALL.map(By::word)).map(|word| By::parse(&word).unwrap_or_default()))]
    by: By,

    /// Add a chart of awarded, paid and expenditure
    #[arg(long)]
    chart: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl ThemesArgs {
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let query = self.filter.query_of_totals(&self.range, today);
        query.is_some_and(|query| needs_only_totals(&query, self.by))
    }

    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let report = themes(page.books, &query, self.by)?;
        let withheld = page.withheld_in_words(&query)?;
        page.write(&report, |report| {
            let mut sheet = charted(to_sheet(report), self.chart);
            sheet.notes.extend(withheld);
            sheet
        })
    }
}

fn charted(mut sheet: Sheet, with_chart: bool) -> Sheet {
    if with_chart {
        let (title, series) = (format!("{}, in pounds", sheet.title), vec!["awarded", "paid", "expenditure"]);
        sheet.charts.push(Chart { title, shape: Shape::Bars, label: "name", series });
    }
    sheet
}

fn to_sheet(report: &ThemesReport) -> Sheet {
    let (word, title) = match report.by {
        By::Theme => ("Theme", "Spending by theme"),
        By::Fund => ("Fund", "Spending by fund"),
        By::Objective => ("Objective", "Spending by objective"),
        By::Recipient => ("Recipient", "Spending by recipient"),
        By::Power => ("Power", "Spending by power"),
    };
    let mut words: Vec<Field<ThemesRow>> = vec![
        Field::public(report.by.word(), "Id", Kind::Text, Column::FILES_ONLY, |row| {
            Cell::Text(row.key.id.clone())
        }),
        Field::public("name", word, Kind::Text, 0, |row| Cell::Text(row.name.clone())),
    ];
    if report.by == By::Theme {
        words.push(Field::public("objective", "Objective", Kind::Text, 8, |row| {
            Cell::stated(row.theme.as_ref().and_then(|theme| theme.objective.as_ref()))
        }));
    }
    let lines = Lines { words: &words, figures: MEASURES, of: |row| &row.measures, label_key: "name" };
    let mut columns = lines.columns();
    let mut notes =
        vec!["Awarded, paid and expenditure are of the period; commitment, prepayments and accruals are at its end.".to_owned()];
    if report.rows.iter().all(|row| row.measures.budget.is_zero()) {
        // Without a budget, the remaining column would read as an overspend.
        for column in columns.iter_mut().filter(|column| matches!(column.key, "budget" | "remaining")) {
            column.importance = Column::FILES_ONLY;
        }
        notes.push("No budget is set for the period.".to_owned());
    } else {
        notes.push(
            "Remaining is budget less expenditure, less the unscheduled commitment of awards without a stated period."
                .to_owned(),
        );
    }
    if matches!(report.by, By::Recipient | By::Power) && !report.total.budget.is_zero() {
        notes.push("Budgets are set by fund and theme and are shown on a separate line.".to_owned());
    }
    Sheet { columns, rows: lines.rows(&report.rows, &report.total), notes, ..stamped(title, &report.stamp) }
}
