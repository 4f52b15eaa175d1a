//! What receipts from funders posted.

use super::{Books, BooksError, ReferenceData};
use crate::calendar::Date;
use crate::entry::Entries;
use crate::events::Event;
use crate::funders::RecordedReceipt;

impl ReferenceData {
    /// Returns the receipts that are not reversed.
    pub fn live_receipts(&self) -> impl Iterator<Item = &RecordedReceipt> {
        self.receipts.iter().filter(|it| it.reversed_by.is_none())
    }
}

/// Returns what a receipt posted and, if it was reversed, what its reversal did.
///
/// # Errors
/// Unreadable books.
pub(crate) fn receipt_entries(
    books: &dyn Books,
    receipt: &RecordedReceipt,
) -> Result<Vec<Entries>, BooksError> {
    let mut all = Vec::new();
    for record in [Some(receipt.record), receipt.reversed_by].into_iter().flatten() {
        match books.record(record)?.map(|it| it.event) {
            Some(Event::Received(received)) => all.push(received.posted),
            Some(Event::Reversed(reversed)) => all.push(reversed.posted),
            Some(_) | None => {}
        }
    }
    Ok(all)
}

/// Returns the day on which a receipt is shown in the books: the first open one, if it was recorded late.
///
/// # Errors
/// Unreadable books.
pub(crate) fn receipt_booked(books: &dyn Books, receipt: &RecordedReceipt) -> Result<Date, BooksError> {
    Ok(booked_by(receipt, &receipt_entries(books, receipt)?))
}

/// Returns that day by what the receipt posted.
pub(crate) fn booked_by(receipt: &RecordedReceipt, entries: &[Entries]) -> Date {
    let first = entries.first().and_then(|posted| posted.postings().next());
    first.map_or(receipt.receipt.date, |it| it.booked)
}
