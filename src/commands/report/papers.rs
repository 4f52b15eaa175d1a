//! `almoner report papers`.

use almoner_ledger::reports::papers::PapersRow;
use almoner_ledger::reports::{PapersReport, papers};
use clap::Args;

use super::fields::stamped;
use super::range::RangeArgs;
use super::recipients::joined;
use super::{Page, ReportProblem};
use almoner_papers::sheet::{Cell, Field, Kind, Row, Sheet, Style, cells, columns};

#[derive(Debug, Args)]
#[command(after_help = "Without a period, all papers are listed. Papers without a date are in every period.")]
pub struct PapersArgs {
    #[command(flatten)]
    range: RangeArgs,
}

impl PapersArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        page.write(&papers(page.books, self.range.stated()?)?, to_sheet)
    }
}

/// The columns of a list of papers.
pub const FIELDS: &[Field<PapersRow>] = &[
    Field::public("paper", "Paper", Kind::Text, 0, |row| Cell::Text(row.paper.to_string())),
    Field::public("date", "Date", Kind::Date, 1, |row| row.date.map_or(Cell::NotStated, Cell::Date)),
    Field::public("title", "Title", Kind::Text, 2, |row| Cell::stated(row.title.as_ref())),
    Field::public("decisions", "Decisions", Kind::Text, 0, |row| Cell::Text(joined(&row.decisions))),
    Field::public("grants", "Grants", Kind::Text, 0, |row| Cell::Text(joined(&row.grants))),
];

pub(in crate::commands) fn to_sheet(report: &PapersReport) -> Sheet {
    let rows =
        report.rows.iter().map(|row| Row { cells: cells(FIELDS, row).collect(), style: Style::Normal });
    Sheet {
        columns: columns(FIELDS).collect(),
        rows: rows.collect(),
        ..stamped("Public papers", &report.stamp)
    }
}
