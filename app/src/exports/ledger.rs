//! The whole ledger: all lines of its journal, after a line with the public key that signs it.

use std::path::Path;

use almoner_ledger::head::Head;
use almoner_store::batch_of;
use almoner_store::folder::{Ledger, settings};
use serde::{Deserialize, Serialize};

use super::OpenBooks;
use crate::error::{Error, Remedy};

/// The schema of the first line.
pub const SCHEMA: &str = "almoner.ledger/1";

/// The first line of the file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstLine {
    /// The schema of the file.
    pub schema: String,
    /// The body's public key, if there is one.
    pub key: Option<String>,
}

/// The file of a ledger up to a record: a first line, and then the lines of the journal.
#[derive(Clone, Debug)]
pub struct LedgerExport {
    /// The last record in it.
    pub head: Head,
    /// The first line, without its end.
    pub first: String,
}

impl LedgerExport {
    /// Returns the file of books that were opened, if they end with a batch.
    pub fn of(open: &OpenBooks<'_>, ledger: &Ledger, location: &Path) -> Result<LedgerExport, Error> {
        let head = open.books().head();
        let last = head.record;
        let batch = batch_of(ledger, last)?;
        if let Some(end) = batch.records.last().filter(|end| end.number != last) {
            let message = format!("record {last} is within a batch that ends at record {}", end.number);
            return Err(Error::refused("within-a-batch", message).remedy(Remedy::KnowAt(end.number)));
        }
        let key = settings::key(location)?.map(|key| key.to_string());
        let first = serde_json::to_string(&FirstLine { schema: SCHEMA.to_owned(), key })
            .map_err(|error| Error::refused("not-written", error.to_string()))?;
        Ok(LedgerExport { head, first })
    }
}
