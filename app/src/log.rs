//! The log: records with their time and user, as lines.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::events::Record;
use almoner_ledger::money::Money;
use almoner_papers::sheet::{Cell, Column, Field, Kind};
use almoner_store::{Logged, Store, StoreError};
use serde::Serialize;

use crate::narrative;

/// A line of the log.
#[derive(Clone, Debug, Serialize)]
pub struct LogLine {
    pub record: u64,
    pub recorded_at: String,
    pub recorded_by: String,
    pub what: &'static str,
    pub subject: String,
    pub amount: Option<Money>,
    pub batch: String,
    pub hash: String,
}

impl LogLine {
    fn of(record: Record, hash: String) -> LogLine {
        let (subject, amount) = narrative::subject_and_amount(&record.event);
        LogLine {
            record: record.number,
            what: record.event.words(),
            subject,
            amount,
            recorded_at: record.at.to_string(),
            recorded_by: record.by.to_string(),
            batch: String::new(),
            hash,
        }
    }
}

/// The schema of the log, with its version.
pub const LOG_SCHEMA: &str = "almoner.log/1";

/// The columns of the log.
pub const LOG: &[Field<LogLine>] = &[
    Field::new("record", "Record", Kind::Count, 0, |line| Cell::Count(line.record)),
    Field::new("recorded_at", "Recorded at (UTC)", Kind::Date, 2, |line| Cell::moment(&line.recorded_at)),
    Field::new("recorded_by", "User", Kind::Text, 3, |line| Cell::Text(line.recorded_by.clone())),
    Field::new("what", "Event", Kind::Text, 0, |line| Cell::Text(line.what.to_owned())),
    Field::new("subject", "Subject", Kind::Text, 0, |line| Cell::Text(line.subject.clone())),
    Field::new("amount", "Amount", Kind::Money, 1, |line| line.amount.map_or(Cell::Empty, Cell::Money)),
    Field::new("batch", "Batch", Kind::Text, 4, |line| Cell::Text(line.batch.clone())),
    Field::new("hash", "Hash", Kind::Text, Column::FILES_ONLY, |line| Cell::Text(line.hash.clone())),
];

/// Returns the lines of the records from one on, as far as they can be read, and the error that ended the reading.
pub fn lines(store: &dyn Store, from: u64, most: usize) -> (Vec<LogLine>, Result<(), StoreError>) {
    let mut lines: Vec<LogLine> = Vec::new();
    let mut named = 0;
    let read = store.lines(from, &mut |logged| {
        match logged {
            Logged::Record(record, hash) => lines.push(LogLine::of(record, hash.to_string())),
            Logged::Commit(commit) => {
                // A batch is named at its end.
                lines.iter_mut().skip(named).for_each(|line| line.batch.clone_from(&commit.label));
                named = lines.len();
            }
        }
        Ok::<_, StoreError>(named < most)
    });
    lines.retain(|line| line.record >= from);
    lines.truncate(most);
    (lines, read)
}
