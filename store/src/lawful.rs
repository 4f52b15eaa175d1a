//! What every record must comply with, whoever wrote it to the journal: authority, policy, closed months.
//!
//! The same rules for what is read from a journal as for what is recorded.

use std::collections::BTreeMap;

use almoner_ledger::book::authority::denied;
use almoner_ledger::book::{Books, BooksError, Draft, ReadModels, in_two_threads};
use almoner_ledger::calendar::Month;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::GrantId;
use almoner_ledger::invariants::violations_of;

/// A record that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The record, or the last one of the grant or batch that breaks them.
    pub(crate) record: u64,
    pub(crate) why: String,
}

/// Returns the rule that a record breaks by itself, given the books before it.
pub(crate) fn fault_of(books: &dyn Books, record: &Record) -> Result<Option<Fault>, BooksError> {
    let why = match posts_to_closed_month(books, record).or_else(|| runs_back(books, record)) {
        Some(why) => Some(why),
        None => was_not_allowed(books, record)?,
    };
    Ok(why.map(|why| Fault { record: record.number, why }))
}

/// Returns the rule that one of these grants breaks, each of which is given with its last record.
pub(crate) fn fault_of_grants(
    books: &ReadModels,
    touched: BTreeMap<GrantId, u64>,
) -> Result<Option<Fault>, BooksError> {
    let touched: Vec<(GrantId, u64)> = touched.into_iter().collect();
    let found = in_two_threads(&touched, |touched| {
        for (id, record) in touched {
            let Some(grant) = books.grants.get(id) else { continue };
            if let Some(why) = violations_of(grant, &books.reference.rules)?.into_iter().next() {
                return Ok(Some(Fault { record: *record, why }));
            }
        }
        Ok::<Option<Fault>, BooksError>(None)
    });
    found.into_iter().find_map(Result::transpose).transpose()
}

/// Returns how a record posts to a closed month, if it does.
pub(crate) fn posts_to_closed_month(books: &dyn Books, record: &Record) -> Option<String> {
    let month = closed_month_posted_in(books, &record.event)?;
    Some(format!("record {} posts to {month}, which is closed", record.number))
}

/// Returns how a record is dated before the record before it, if it is and does not correct the clock.
pub(crate) fn runs_back(books: &dyn Books, record: &Record) -> Option<String> {
    let last = &books.reference().last_recorded;
    if record.at >= *last || matches!(record.event, Event::ClockCorrected(_)) {
        return None;
    }
    Some(format!(
        "record {} is dated {}, earlier than the previous record ({last}), but does not correct a clock",
        record.number, record.at
    ))
}

/// Returns why whoever made a record was not allowed to, if so.
pub(crate) fn was_not_allowed(books: &dyn Books, record: &Record) -> Result<Option<String>, BooksError> {
    let denied = denied(books, record)?;
    Ok(denied.map(|denied| format!("record {} was not allowed: {denied}", record.number)))
}

/// Returns what is missing at the end of a batch, if anything.
pub(crate) fn is_unfinished(draft: &Draft<'_>, record: u64) -> Option<String> {
    let proposal = draft.reference().authority.unfinished()?;
    Some(format!(
        "the approval of proposal {proposal} is not followed by the approved records: the batch ends at record {record}"
    ))
}

/// Returns a closed month that an event posts to, if any.
fn closed_month_posted_in(books: &dyn Books, event: &Event) -> Option<Month> {
    let closed = &books.reference().closed;
    if closed.is_empty() {
        return None;
    }
    event.postings().map(|posting| posting.booked.month()).find(|month| closed.contains_itself(*month))
}
