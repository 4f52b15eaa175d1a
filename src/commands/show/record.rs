//! A record with its entries and its hash.

use almoner_app::confirmation::PostedEntries;
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::decide::reversed_by;
use almoner_ledger::events::proposals::Proposal;
use almoner_ledger::events::{Event, ProposalApproved, Record};
use almoner_ledger::reconciliation::Reconciled;
use almoner_store::{Store, StoreError, batch_of};

use super::facts;
use crate::confirmation::posted;
use crate::problem::Problem;
use almoner_app::narrative::{self, Naming};
use almoner_app::shown::found;
use almoner_papers::layout::wrapped;

/// Returns the record as text.
pub fn shown(ledger: &(impl Store + Books), number: u64, width: usize) -> Result<String, Problem> {
    let Some((record, hash)) = found(ledger, number)? else {
        let records = ledger.head().record;
        return Err(StoreError::NoSuchRecord { records, requested: number }.into());
    };
    let batch = ledger.commit_of(number)?;
    let is_short = batch.as_ref().is_some_and(|batch| batch.records <= Proposal::LIMIT as u64 * 2);
    let mut text = format!("Record {number}\n");
    let (sentence, details) = narrative::event_words(Naming::IDS, ledger, &record.event)?;
    text.push_str(&wrapped("  ", &sentence, width));
    for detail in details {
        text.push_str(&wrapped("  ", &detail, width));
    }
    if let Event::StatementRecorded(statement) = &record.event {
        for line in narrative::statement_lines(number, statement) {
            text.push_str(&wrapped("    ", &line, width));
        }
    }
    let mut recorded = format!("{} by {}", moment_in_words(&record.at), record.by);
    // An approval is never a long batch, so long batches are not searched for one.
    if is_short && let Some(proposal) = approved_with(ledger, number)? {
        recorded.push_str(&format!(", as proposed in record {proposal}"));
    }
    let mut stated = vec![("Recorded", recorded)];
    stated.extend(batch.filter(|batch| !batch.label.is_empty()).map(|batch| ("Batch", batch.label)));
    stated.push(("Hash", hash.to_string()));
    let reconciled = reconciled(ledger, &record)?;
    stated.extend(
        reconciled.map(|it| ("Bank statement", format!("{} (record {})", it.date.in_words(), it.record))),
    );
    stated.extend(reversed_by(ledger, &record)?.map(|by| ("Reversed", format!("by record {by}"))));
    text.push('\n');
    text.push_str(&facts(&stated, width));
    text.push_str(&posted::posted(&PostedEntries::of(&record.event), width)?);
    Ok(text)
}

/// Returns the proposal whose approval made the record, if any.
fn approved_with(ledger: &(impl Store + Books), number: u64) -> Result<Option<u64>, StoreError> {
    if ledger.reference().authority.is_open() {
        return Ok(None);
    }
    let batch = batch_of(ledger, number)?;
    Ok(batch.records.iter().find_map(|record| {
        let Event::Approved(ProposalApproved { proposal, .. }) = record.event else { return None };
        (record.number < number).then_some(proposal)
    }))
}

/// Returns the reconciliation of a payment, refund or receipt, if any.
fn reconciled(books: &dyn Books, record: &Record) -> Result<Option<Reconciled>, BooksError> {
    let Some(id) = record.event.grant() else {
        let receipts = &books.reference().receipts;
        return Ok(receipts.iter().find(|it| it.record == record.number).and_then(|it| it.reconciled));
    };
    let grant = books.grant(id)?;
    let recorded = grant.as_ref().and_then(|it| it.history.iter().find(|it| it.record == record.number));
    Ok(recorded.and_then(|it| it.reconciled))
}
