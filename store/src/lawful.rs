//! What every record must comply with, whoever wrote it to the journal: authority, policy, closed months.
//!
//! The same rules for what is read from a journal as for what is recorded.

use almoner_ledger::book::authority::denied;
use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::calendar::Month;
use almoner_ledger::events::{Event, Record};

/// Returns how a record posts to a closed month, if it does.
pub(crate) fn posts_to_closed_month(books: &dyn Books, record: &Record) -> Option<String> {
    let month = closed_month_posted_in(books, &record.event)?;
    Some(format!("record {} posts to {month}, which is closed", record.number))
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
    event.postings().map(|posting| posting.booked.month()).find(|month| closed.contains(*month))
}
