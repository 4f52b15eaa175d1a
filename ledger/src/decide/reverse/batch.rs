//! Undoing a whole batch: an import, say, that should not have been.

use std::collections::BTreeSet;

use crate::book::{Books, BooksError, Draft};
use crate::command::Options;
use crate::decide::{Decided, Decider, Outcome, Refusal};
use crate::events::proposals::Step;
use crate::events::{Record, Reversal};
use crate::rejection::Rejection;
use crate::text::Text;

/// Undoes all records of a batch on a draft, the newest first, so that each finds the books as they
/// were after it. `progress` receives the number done and the number of all. What was reversed already stays so, and income released follows by itself.
///
/// # Errors
/// Nothing may be kept of a draft on which this fails. Refused when records of other batches rest on
/// any of these (all of them are named), when one cannot be undone, and when all are undone already.
pub fn reverse_batch(
    draft: &mut Draft<'_>,
    batch: &[Record],
    reason: Option<&Text>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Outcome, Refusal> {
    let first_new = draft.reference().records + 1;
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
        return Err(Rejection::UnknownRecord(0).into());
    };
    let (first, last) = (first.number, last.number);
    let (mut rested_on_by, mut last_reversed) = (BTreeSet::new(), None);
    draft.note(|| Step::ReverseBatch { first, last, reason: reason.cloned() });
    let stays = |it: &&Record| matches!(it.event.reversal(), Reversal::StaysInBatch);
    for (record, done) in batch.iter().rev().zip(0..).filter(|(it, _)| !stays(it)) {
        progress(done, batch.len() as u64);
        if let Some(by) = reversed_by(draft, record)? {
            last_reversed = last_reversed.or(Some((record.number, by)));
            continue;
        }
        let decider = Decider { books: &*draft, options: Options::default(), can_add_missing: false };
        match decider.reverse_record(record, reason) {
            Ok(Decided::Events(events)) => draft.add_all(events)?,
            Ok(Decided::Already(_)) => {}
            Err(Refusal::Rejected(rejection)) => {
                // What else rests on the batch is looked for, so that all is said at once.
                if let Rejection::HasDependents { by, .. } = *rejection {
                    rested_on_by.extend(by);
                } else if rested_on_by.is_empty() {
                    return Err(Refusal::Rejected(rejection));
                }
                // What is refused for another reason once something is left, may be so because of it.
            }
            Err(error) => return Err(error),
        }
    }
    if !rested_on_by.is_empty() {
        let by = rested_on_by.into_iter().filter(|record| !(first..=last).contains(record)).collect();
        return Err(Rejection::BatchHasDependents { first, last, by }.into());
    }
    let last_new = draft.reference().records;
    match last_reversed {
        Some((record, by)) if last_new < first_new => Err(Rejection::AlreadyReversed { record, by }.into()),
        _ => Ok(Outcome::Recorded(first_new..=last_new)),
    }
}

/// The record that has undone a record, if any has.
pub fn reversed_by(books: &dyn Books, record: &Record) -> Result<Option<u64>, BooksError> {
    let Reversal::Fact(id) = record.event.reversal() else {
        return Ok(books.reference().reversed.get(&record.number).copied());
    };
    let grant = books.grant(id)?;
    let recorded = grant.as_ref().and_then(|it| it.history.iter().find(|it| it.record == record.number));
    Ok(recorded.and_then(|it| it.reversed_by))
}
