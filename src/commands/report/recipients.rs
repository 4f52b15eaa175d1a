//! `almoner report recipients`.

use almoner_ledger::reports::recipients::RecipientsRow;
use almoner_ledger::reports::{Query, RecipientsReport, recipients};
use clap::Args;

use super::fields::{Lines, STANDING, stamped};
use super::range::{FilterArgs, RangeArgs};
use super::{Page, ReportProblem, narrowed};
use almoner_papers::sheet::{Cell, Field, Kind, Sheet};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct RecipientsArgs {
    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

impl RecipientsArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = narrowed(Query::of(self.range.range(page.today)?), &self.filter, page.books)?;
        page.write(&recipients(page.books, &query)?, to_sheet)
    }
}

const WORDS: &[Field<RecipientsRow>] = &[
    Field::public("recipient", "Id", Kind::Text, 5, |row| Cell::Text(row.recipient.to_string())),
    Field::public("name", "Recipient", Kind::Text, 0, |row| Cell::Text(row.name.clone())),
    Field::public("identifiers", "Identifiers", Kind::Text, 6, |row| Cell::Text(joined(&row.identifiers))),
    Field::public("grants", "Grants", Kind::Count, 1, |row| Cell::Count(row.grants)),
];

/// Returns ids joined for one cell.
pub fn joined(ids: &[impl ToString]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn to_sheet(report: &RecipientsReport) -> Sheet {
    let lines = Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "name" };
    Sheet {
        columns: lines.columns(),
        rows: lines.rows(&report.rows, &report.total),
        ..stamped("Recipients", &report.stamp)
    }
}
