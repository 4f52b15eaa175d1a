//! `almoner report recipient`.

use almoner_ledger::reports::{Query, RecipientReport, recipient};
use almoner_papers::dates;
use clap::Args;

use super::fields::{Lines, STANDING, stamped};
use super::grants::WORDS;
use super::range::RangeArgs;
use super::recipients::joined;
use super::{Page, ReportProblem};
use almoner_papers::sheet::{Column, Sheet};

#[derive(Debug, Args)]
#[command(after_help = "Figures are as at the last day of the period.")]
pub struct RecipientArgs {
    /// Recipient id, or present or former name
    #[arg(value_name = "RECIPIENT")]
    recipient: String,

    #[command(flatten)]
    range: RangeArgs,
}

impl RecipientArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let query = Query::of(self.range.range(page.today)?);
        page.write(&recipient(page.books, &query, &self.recipient)?, to_sheet)
    }
}

fn to_sheet(report: &RecipientReport) -> Sheet {
    let lines = Lines { words: WORDS, figures: STANDING, of: |row| &row.standing, label_key: "grant" };
    let mut sheet = stamped(report.name.clone(), &report.stamp);
    sheet.facts.push(("Id", report.recipient.to_string()));
    if report.names.len() > 1 {
        let named = report.names.iter().map(|dated| match dated.from {
            Some(from) => format!("from {} {}", dates::day(from), dated.name),
            None => format!("first {}", dated.name),
        });
        sheet.facts.push(("Names", named.collect::<Vec<_>>().join("; ")));
    }
    if !report.also_known_as.is_empty() {
        sheet.facts.push(("Also known as", joined(&report.also_known_as)));
    }
    if !report.identifiers.is_empty() {
        sheet.facts.push(("Identifiers", joined(&report.identifiers)));
    }
    let mut columns = lines.columns();
    // The title names the recipient.
    for column in columns.iter_mut().filter(|column| column.key.starts_with("recipient")) {
        column.importance = Column::FILES_ONLY;
    }
    Sheet { columns, rows: lines.rows(&report.rows, &report.total), ..sheet }
}
