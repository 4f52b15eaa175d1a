//! Lists as JSON: rows with the schema, the body and the head of the books that they are of.

use almoner_ledger::book::Books;
use almoner_papers::render::json;
use serde::Serialize;

use crate::error::Error;

/// A list with its schema, body and head.
#[derive(Clone, Debug, Serialize)]
pub struct Listed<Line> {
    /// The schema, with its version.
    pub schema: &'static str,
    /// The name of the body.
    pub body: String,
    /// The hash of the last record.
    pub head: String,
    /// The rows.
    pub rows: Vec<Line>,
}

impl<Line: Serialize> Listed<Line> {
    /// Returns a list of these rows.
    pub fn of(books: &dyn Books, schema: &'static str, rows: Vec<Line>) -> Listed<Line> {
        let (body, head) = (books.reference().body_name().to_owned(), books.head().hash.to_string());
        Listed { schema, body, head, rows }
    }

    /// Returns the list as JSON.
    ///
    /// # Errors
    ///
    /// If a row cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}
