//! `almoner report budget`.

use almoner_ledger::calendar::Date;
use almoner_ledger::reports::budget::{Against, BudgetRow, needs_only_totals};
use almoner_ledger::reports::{BudgetReport, Query, ReportError, budget};
use clap::Args;

use super::fields::{Lines, stamped};
use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use almoner_papers::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style};

#[derive(Debug, Args)]
pub struct BudgetArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl BudgetArgs {
    pub fn needs_only_totals(&self, today: Date) -> bool {
        let query = self.filter.query_of_totals(&self.range, today);
        query.is_some_and(|query| needs_only_totals(&query))
    }

    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        let report = budget(page.books, &query)?;
        let rows = rows(&report)?;
        page.write(&report, |report| to_sheet(report, rows))
    }
}

const WORDS: &[Field<BudgetRow>] = &[
    Field::public("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.fund.to_string())),
    Field::public("fund_name", "Fund", Kind::Text, Column::FILES_ONLY, |row| {
        Cell::Text(row.fund_name.clone())
    }),
    Field::public("theme", "Id", Kind::Text, 7, |row| Cell::Text(row.theme.to_string())),
    Field::public("theme_name", "Theme", Kind::Text, 0, |row| Cell::Text(row.theme_name.clone())),
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

/// Returns the lines under the headings of their funds, each fund with its subtotal.
fn rows(report: &BudgetReport) -> Result<Vec<Row>, ReportError> {
    let mut rows = Vec::new();
    for fund in report.rows.chunk_by(|a, b| a.fund == b.fund) {
        let Some(first) = fund.first() else { continue };
        let mut sum = Against::default();
        rows.push(Row::heading(first.fund_name.clone()));
        for line in fund {
            sum.add(&line.against)?;
            rows.push(LINES.row(line));
        }
        rows.push(LINES.sum(Style::Subtotal, "", &sum));
    }
    if !rows.is_empty() {
        rows.push(LINES.sum(Style::Total, "All funds", &report.total));
    }
    Ok(rows)
}

fn to_sheet(report: &BudgetReport, rows: Vec<Row>) -> Sheet {
    let note = "Remaining is budget less expenditure and unscheduled. Unscheduled is the commitment of awards without \
                a stated period, which may fall in the period. Outstanding commitment is all that is awarded and not \
                yet paid.";
    Sheet { columns: LINES.columns(), rows, notes: vec![note.to_owned()], ..stamped("Budget", &report.stamp) }
}
