//! Whole books for an auditor's tool.

use std::collections::BTreeMap;

use almoner_ledger::calendar::Date;
use almoner_ledger::head::Head;
use almoner_papers::invocation::{Export, Invocation, Known, Typed};
use almoner_papers::packs::journal::{JournalError, Seen, frame};
use almoner_papers::tool::Tool;

use super::{OpenBooks, each_transaction};
use crate::error::{Error, Remedy};

/// The books for a tool.
#[derive(Clone, Copy, Debug)]
pub struct JournalExport {
    pub tool: Tool,
}

/// A file that was made, in parts.
#[derive(Debug)]
pub struct JournalMade {
    /// The number of transactions.
    pub transactions: usize,
    /// The last record known.
    pub head: Head,
    start: String,
    /// The transactions by day, and within a day in the order of recording.
    days: BTreeMap<Date, String>,
    end: String,
}

impl JournalMade {
    /// Returns the text, in parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let days = self.days.values().map(String::as_str);
        std::iter::once(self.start.as_str()).chain(days).chain([self.end.as_str()])
    }
}

impl JournalExport {
    /// Makes the file.
    pub fn run(self, open: &OpenBooks<'_>, typed: Typed<'_>) -> Result<JournalMade, Error> {
        let books = open.books();
        let mut days: BTreeMap<Date, String> = BTreeMap::new();
        let mut seen = Seen::default();
        let mut transactions = 0;
        each_transaction(open, &mut |transaction| {
            transactions += 1;
            let payee = self.tool.transaction(transaction, days.entry(transaction.booked).or_default());
            Ok::<_, Error>(seen.add(transaction, payee)?)
        })?;
        // After every other entry of its day.
        for closing in seen.close_years()? {
            self.tool.closing(&closing, days.entry(closing.day()).or_default());
        }
        let (audience, head) = (open.stated, books.head());
        let export = Export::Journal(self.tool);
        let command =
            typed(&Invocation::Export { export, audience, known_at: Some(Known::Record(head.record)) });
        let (start, end) = self.tool.head_and_end(&frame(books, seen, &command)?);
        Ok(JournalMade { transactions, head, start, days, end })
    }
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Error {
        match error {
            JournalError::OutOfBalance { .. } => {
                Error::unavailable("out-of-balance", error.to_string()).remedy(Remedy::ListFindings)
            }
            JournalError::Report(error) => error.into(),
            JournalError::Range(error) => error.into(),
            JournalError::Overflow(error) => error.into(),
        }
    }
}
