//! `almoner report not-stated`.

use almoner_ledger::reports::not_stated::NotStatedRow;
use almoner_ledger::reports::{NotStatedReport, Query, not_stated};
use clap::Args;

use super::fields::stamped;
use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use almoner_papers::sheet::{Cell, Field, Kind, Row, Sheet, Style, cells, columns};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct NotStatedArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl NotStatedArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&not_stated(page.books, &query)?, to_sheet)
    }
}

const FIELDS: &[Field<NotStatedRow>] = &[
    Field::public("what", "Detail", Kind::Text, 0, |row| Cell::Text(row.what.words().to_owned())),
    Field::public("grants", "Grants", Kind::Count, 0, |row| Cell::Count(row.grants)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |row| Cell::Money(row.awarded)),
    Field::public("committed", "Outstanding commitment", Kind::Money, 2, |row| Cell::Money(row.committed)),
];

pub(in crate::commands) fn to_sheet(report: &NotStatedReport) -> Sheet {
    let rows =
        report.rows.iter().map(|row| Row { cells: cells(FIELDS, row).collect(), style: Style::Normal });
    let (grants, awarded) = (report.grants, report.awarded.grouped());
    Sheet {
        columns: columns(FIELDS).collect(),
        rows: rows.collect(),
        notes: vec![format!(
            "{grants} grants in all, with {awarded} awarded. A grant may count in several lines, so they do not add up."
        )],
        ..stamped("Details not stated", &report.stamp)
    }
}
