//! A record with its entries and its hash.

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::decide::reversed_by;
use almoner_ledger::event::{Event, Record};
use almoner_ledger::hash::Hash;
use almoner_ledger::reconciliation::Reconciled;
use almoner_ledger::store::{Logged, Store, StoreError};

use super::facts;
use crate::layout::wrapped;
use crate::problem::Problem;
use crate::receipt::posted;
use crate::words;

/// The record as text.
pub fn shown(ledger: &impl Store, number: u64, width: usize) -> Result<String, Problem> {
    let mut found: Option<(Record, Hash)> = None;
    let mut batch = None;
    ledger.each_logged(number, &mut |logged| {
        match logged {
            Logged::Record(record, hash) if record.number == number => found = Some((record, hash)),
            Logged::Record(..) => {}
            Logged::Commit { label, .. } => {
                batch = Some(label);
                return Ok(false);
            }
        }
        Ok::<_, StoreError>(true)
    })?;
    let Some((record, hash)) = found else {
        let records = ledger.head().record;
        return Err(StoreError::NoSuchRecord { records, asked: number }.into());
    };
    let mut text = format!("Record {number}\n");
    text.push_str(&wrapped("  ", &words::sentence(ledger, &record.event)?, width));
    for detail in words::details(&record.event) {
        text.push_str(&wrapped("  ", &detail, width));
    }
    let mut stated = vec![("Recorded", format!("{} by {}", words::moment(&record.at), record.by))];
    stated.extend(batch.filter(|label| !label.is_empty()).map(|label| ("Batch", label)));
    stated.push(("Hash", hash.to_string()));
    let reconciled = reconciled(ledger, &record)?;
    stated.extend(reconciled.map(|it| ("On statement", format!("of {} (record {})", it.date, it.record))));
    stated.extend(reversed_by(ledger, &record)?.map(|by| ("Reversed", format!("by record {by}"))));
    text.push('\n');
    text.push_str(&facts(&stated, width));
    if let Some(entries) = record.event.posted() {
        text.push_str(&posted::entries(entries, width)?);
    }
    Ok(text)
}

/// Where a payment, refund or receipt is on a bank statement, if that is known.
fn reconciled(books: &dyn Books, record: &Record) -> Result<Option<Reconciled>, BooksError> {
    Ok(match &record.event {
        Event::Grant { id, .. } => {
            let grant = books.grant(id)?;
            let recorded =
                grant.as_ref().and_then(|it| it.history.iter().find(|it| it.record == record.number));
            recorded.and_then(|it| it.reconciled)
        }
        Event::Received { .. } => {
            let receipts = &books.reference().receipts;
            receipts.iter().find(|it| it.record == record.number).and_then(|it| it.reconciled)
        }
        _ => None,
    })
}
