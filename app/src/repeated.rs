//! A batch that was recorded earlier with the key that is given again.
//!
//! Deciding the same command on the books of then comes to the same records, which is how a recording that is
//! sent twice is distinguished from another one with the same key.

use almoner_ledger::book::{Batch, Books, Draft, Overlay};
use almoner_ledger::events::Record;
use almoner_ledger::head::Head;
use almoner_store::folder::Ledger;
use almoner_store::{KnownAt, batch_of};

use crate::error::{Error, Remedy};
use crate::narrative::record_words;
use crate::office::Observer;

/// A batch that was recorded earlier, and the books that it was recorded on.
pub struct Repeated<'a> {
    ledger: &'a Ledger,
    key: &'a str,
    books: Box<dyn Books>,
    records: Vec<Record>,
}

impl<'a> Repeated<'a> {
    /// Reads the batch after which the journal went to this head.
    pub fn read(
        ledger: &'a Ledger,
        key: &'a str,
        head: Head,
        observer: &dyn Observer,
    ) -> Result<Repeated<'a>, Error> {
        let records = batch_of(ledger, head.record)?.records;
        let last_before = records.first().map_or(0, |record| record.number.saturating_sub(1));
        let _progress = observer.progress("Reading the journal");
        let books = ledger.known_at(KnownAt::Record(last_before))?;
        Ok(Repeated { ledger, key, books, records })
    }

    /// Returns the books of then.
    pub fn books(&self) -> Overlay<'_> {
        Overlay::bare(&*self.books, self.ledger)
    }

    /// Returns a draft on these books in the name and at the time of then.
    pub fn draft<'b>(&self, books: &'b dyn Books) -> Draft<'b> {
        let first = self.records.first();
        let at = first.map(|record| record.at.to_string()).unwrap_or_default();
        Draft::new(books, at, first.map(|record| record.by.to_string()).unwrap_or_default())
    }

    /// Refuses a batch that is not what was recorded with the key.
    pub fn check_same(&self, batch: &Batch) -> Result<(), Error> {
        if batch.records == self.records { Ok(()) } else { Err(self.is_another()) }
    }

    /// Returns the error that the key was used for something else.
    pub fn is_another(&self) -> Error {
        let record = self.records.last();
        let words = record.map(record_words).unwrap_or_default();
        Error::refused(
            "key-used",
            format!("the key `{}` has already been used for a different entry: {words}", self.key),
        )
        .remedy(Remedy::ChooseKey { record: record.map_or(0, |record| record.number) })
    }

    /// Returns the books of then.
    pub fn into_books(self) -> Box<dyn Books> {
        self.books
    }
}
