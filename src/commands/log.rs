//! `almoner log`: records with their time and user.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use almoner_app::log::{self, LOG, LOG_SCHEMA};
use almoner_ledger::book::Books;
use almoner_store::folder::Access;
use almoner_store::folder::Ledger;
use almoner_store::{Commit, Lines, Logged, StoreError};
use clap::Args;
use serde::Serialize;

use super::list::List;
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  almoner log --last 50\n  almoner log --from 1 -o journal.csv\n\n\
    `almoner show 14` shows all of record 14. `almoner log --batches` lists records made together, such as the rows \
    of a file.")]
pub struct LogArgs {
    /// First record to list
    #[arg(long, value_name = "RECORD", conflicts_with = "last")]
    from: Option<u64>,

    /// Number of most recent records to list
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    last: u64,

    /// List batches instead of records, with the first and last record of each
    #[arg(long)]
    batches: bool,

    #[command(flatten)]
    output: TableArgs,
}

/// A line of the list of batches.
#[derive(Debug, Serialize)]
struct BatchLine {
    batch: String,
    first: u64,
    last: u64,
    recorded_at: String,
    recorded_by: String,
}

const BATCH_FIELDS: &[Field<BatchLine>] = &[
    Field::new("batch", "Batch", Kind::Text, 0, |line| Cell::Text(line.batch.clone())),
    Field::new("first", "First record", Kind::Count, 0, |line| Cell::Count(line.first)),
    Field::new("last", "Last record", Kind::Count, 0, |line| Cell::Count(line.last)),
    Field::new("recorded_at", "Recorded at (UTC)", Kind::Date, 2, |line| Cell::moment(&line.recorded_at)),
    Field::new("recorded_by", "User", Kind::Text, 1, |line| Cell::Text(line.recorded_by.clone())),
];

/// Lists records or batches.
pub fn run(args: LogArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_readable_part(Access::Read)?;
    if args.batches {
        return run_batches(&args, &ledger, context);
    }
    let records = ledger.head().record;
    let from = args.from.unwrap_or_else(|| records.saturating_sub(args.last) + 1).max(1);
    let (lines, read) = log::lines(&ledger, from, usize::MAX);
    let shown = match lines.is_empty() {
        true => Vec::new(),
        false => vec![format!("{} of {records} records", lines.len())],
    };
    List::new(&ledger, LOG_SCHEMA, "Log", lines).notes(shown).write(LOG, &args.output, context)?;
    // The readable part of a damaged journal is listed before the damage is reported.
    Ok(read?)
}

/// The number of records searched first for each batch requested.
const RECORDS_OF_A_BATCH: u64 = 8;

fn run_batches(args: &LogArgs, ledger: &Ledger, context: &Context) -> Result<(), Problem> {
    let records = ledger.head().record;
    let mut back = args.last.saturating_mul(RECORDS_OF_A_BATCH);
    let (mut lines, mut read);
    // The journal may be long, and the last batches are usually near its end.
    loop {
        let from = args.from.unwrap_or_else(|| records.saturating_sub(back) + 1).max(1);
        lines = Vec::new();
        read = ledger.lines(from, &mut |logged| {
            if let Logged::Commit(commit) = logged
                && commit.head.record >= from
            {
                let (first, last) = (commit.first(), commit.head.record);
                let Commit { label: batch, at: recorded_at, by: recorded_by, .. } = commit;
                lines.push(BatchLine { batch, first, last, recorded_at, recorded_by });
            }
            Ok::<_, StoreError>(true)
        });
        if from == 1 || args.from.is_some() || lines.len() as u64 >= args.last {
            break;
        }
        back = back.saturating_mul(RECORDS_OF_A_BATCH).max(1);
    }
    if args.from.is_none() {
        let surplus = lines.len().saturating_sub(usize::try_from(args.last).unwrap_or(usize::MAX));
        lines.drain(..surplus);
    }
    List::new(ledger, "almoner.log.batches/1", "Batches", lines).write(
        BATCH_FIELDS,
        &args.output,
        context,
    )?;
    Ok(read?)
}
